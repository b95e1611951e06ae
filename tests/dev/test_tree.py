"""What a tree says has changed: by a look at single places, by a comparison of all, and by a full reading."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.dev.desk import files_in, write_files
from tests.test_incremental import WHOLE
from triptych.dev.tree import Tree

ABOUT = "content/pages/about.md"
TOKENS = "theme/css/tokens.css"


@pytest.fixture
def theme(tmp_path: Path) -> Path:
    write_files(tmp_path, {"theme/templates/base.html": b"base", TOKENS: b"tokens"})
    return tmp_path / "theme"


@pytest.fixture
def tree(site: Path, theme: Path) -> Tree:
    """Has had its first look."""
    tree = Tree(site, theme=theme, out=site / "public")
    tree.compare()
    return tree


def test_at_first_everything_is_new(site: Path, theme: Path) -> None:
    tree = Tree(site, theme=theme, out=site / "public")
    changes = tree.compare()
    assert changes == {**WHOLE, "theme/templates/base.html": b"base", TOKENS: b"tokens"}
    assert tree.files() == changes
    assert tree.theme() == {"templates/base.html": b"base", "css/tokens.css": b"tokens"}
    assert tree.problems == ()
    assert tree.compare() == {}


def test_a_comparison_finds_what_came_changed_and_went(site: Path, tree: Tree) -> None:
    write_files(site, {ABOUT: b"new", "content/glossary/new.md": b"new", "content/timeline.yaml": None})
    assert tree.compare() == {ABOUT: b"new", "content/glossary/new.md": b"new", "content/timeline.yaml": None}
    assert tree.compare() == {}
    assert {path: data for path, data in tree.files().items() if not path.startswith("theme/")} == files_in(site)


def test_an_edit_of_the_same_size_with_the_old_time_is_found(site: Path, tree: Tree) -> None:
    before = (site / ABOUT).stat()
    data = bytes(reversed(WHOLE[ABOUT]))
    (site / ABOUT).write_bytes(data)
    os.utime(site / ABOUT, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert tree.compare() == {ABOUT: data}


def test_a_file_in_anothers_place_with_its_size_and_time_is_found(site: Path, tree: Tree) -> None:
    before = (site / ABOUT).stat()
    data = bytes(reversed(WHOLE[ABOUT]))
    (site / "fresh").write_bytes(data)
    os.utime(site / "fresh", ns=(before.st_atime_ns, before.st_mtime_ns))
    os.replace(site / "fresh", site / ABOUT)
    assert tree.compare() == {ABOUT: data}


def test_a_file_that_is_touched_has_not_changed(site: Path, tree: Tree) -> None:
    (site / ABOUT).touch()
    assert tree.compare() == {}
    assert tree.look_at([str(site / ABOUT)]) == {}
    assert tree.compare(by_content=True) == {}


def test_a_full_reading_finds_what_no_state_betrays(site: Path, tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file system whose inodes and times say nothing."""
    from triptych.read import files

    known = {entry.path: entry for entry in files.walk(site).value or ()}
    walked = files.walk(site)
    (site / ABOUT).write_bytes(b"new")
    monkeypatch.setattr("triptych.dev.tree.walk", lambda *_: walked)
    assert known[ABOUT] in (walked.value or ())
    assert tree.compare() == {}
    assert tree.compare(by_content=True) == {ABOUT: b"new"}


def test_places_that_are_named_are_looked_at_and_no_others(site: Path, tree: Tree) -> None:
    write_files(site, {ABOUT: b"new", "content/pages/method.md": b"new", "content/timeline.yaml": None})
    assert tree.look_at([str(site / ABOUT), str(site / ABOUT)]) == {ABOUT: b"new"}
    assert tree.look_at([str(site / "content/timeline.yaml")]) == {"content/timeline.yaml": None}
    assert tree.look_at([str(site / "content/timeline.yaml")]) == {}
    assert tree.compare() == {"content/pages/method.md": b"new"}


def test_places_outside_the_roots_and_editors_own_files_say_nothing(site: Path, tree: Tree) -> None:
    names = [
        "notes.md", "public/index.html", "content/.hidden.md", "content/.git/x.md", "content/pages/about.md~",
        "content/pages/4913", "content/pages/#about.md#", "content/pages/.about.md.swp", "content/pages/about.md___jb_tmp___",
    ]  # fmt: skip
    write_files(site, dict.fromkeys(names, b"x"))
    places = [str(path) for path in site.rglob("*")]
    outside = [str(site), str(site.parent), "/", "content", "nowhere/at/all", str(site / "content/gone/x.md")]
    assert tree.look_at(places + outside) == {}
    assert tree.compare() == {}


def test_a_folder_that_is_named_waits_for_the_comparison(site: Path, tree: Tree) -> None:
    os.rename(site / "content/glossary", site / "content/words")
    assert tree.look_at([str(site / "content/glossary"), str(site / "content/words")]) == {}
    changes = tree.compare()
    assert set(changes) == {f"content/{folder}/{name}.md" for folder in ("glossary", "words") for name in ("weir", "sluice")}
    os.rename(site / "content/words", site / "content/glossary")
    assert tree.compare().keys() == changes.keys()


def test_a_root_that_goes_and_comes_back(site: Path, tree: Tree) -> None:
    os.rename(site / "content", site / "aside")
    content = {path: data for path, data in WHOLE.items() if path.startswith("content/")}
    assert tree.compare() == dict.fromkeys(content)
    os.rename(site / "aside", site / "content")
    assert tree.compare() == content


def test_a_file_becomes_a_folder_and_a_folder_a_file(site: Path, tree: Tree) -> None:
    (site / ABOUT).unlink()
    write_files(site, {f"{ABOUT}/inside.md": b"inside"})
    assert tree.look_at([str(site / ABOUT)]) in ({}, {ABOUT: None})
    tree.compare()
    assert ABOUT not in tree.files()
    assert tree.files()[f"{ABOUT}/inside.md"] == b"inside"
    shutil.rmtree(site / ABOUT)
    (site / ABOUT).write_bytes(b"again")
    assert tree.compare() == {f"{ABOUT}/inside.md": None, ABOUT: b"again"}


def test_a_sites_own_theme_file_comes_and_goes(site: Path, theme: Path, tree: Tree) -> None:
    write_files(site, {TOKENS: b"own"})
    assert tree.look_at([str(site / TOKENS)]) == {TOKENS: b"own"}
    (theme / "css/tokens.css").write_bytes(b"the theme's")
    assert tree.compare() == {}
    shutil.rmtree(site / "theme")
    assert tree.compare() == {TOKENS: b"the theme's"}
    write_files(site, {"theme/css/new.css": b"new"})
    assert tree.compare() == {"theme/css/new.css": b"new"}
    (site / "theme/css/new.css").unlink()
    assert tree.look_at([str(site / "theme/css/new.css")]) == {"theme/css/new.css": None}


def test_the_theme_itself_is_looked_at(theme: Path, tree: Tree) -> None:
    (theme / "css/tokens.css").write_bytes(b"new")
    assert tree.look_at([str(theme / "css/tokens.css")]) == {TOKENS: b"new"}


def test_what_is_no_file_of_a_site_is_a_problem_until_it_goes(site: Path, tree: Tree) -> None:
    (site / "content/pages/gone.md").symlink_to("nowhere.md")
    os.mkfifo(site / "content/pages/pipe.md")
    places = [str(site / "content/pages/gone.md"), str(site / "content/pages/pipe.md")]
    assert tree.look_at(places) == {}
    assert tree.compare() == {}
    assert sorted((one.code, one.span.path) for one in tree.problems) == [
        ("stray-file", "content/pages/gone.md"), ("stray-file", "content/pages/pipe.md")
    ]  # fmt: skip
    for place in places:
        os.unlink(place)
    assert tree.compare() == {}
    assert tree.problems == ()


def test_a_link_within_the_site_is_followed(site: Path, tree: Tree) -> None:
    (site / "content/pages/too.md").symlink_to("about.md")
    tree.look_at([str(site / "content/pages/too.md")])
    tree.compare()
    assert tree.files()["content/pages/too.md"] == WHOLE[ABOUT]
    (site / ABOUT).write_bytes(b"new")
    changes = tree.look_at([str(site / ABOUT)]) | tree.compare()
    assert changes == {ABOUT: b"new", "content/pages/too.md": b"new"}


def test_the_folders_to_listen_in_are_named_once(site: Path, theme: Path, tree: Tree) -> None:
    assert tree.folders() == (site / "seeds", site / "content", site / "theme", theme)
    assert Tree(theme.parent, theme=theme, out=site / "public").folders().count(theme) == 1
