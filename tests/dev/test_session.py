"""A session at work: every way of saving, faults that pass and faults that stay, and a clean build's output after each."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.dev.desk import Desk, outputs_in, until, write_files
from tests.test_incremental import VARIANTS, WHOLE, claim, page, term
from tests.trial import Options, build_site
from triptych.cli import main
from triptych.dev.session import PATIENCE_SECONDS
from triptych.diagnostics import Diagnostic, Outcome, Span
from triptych.model import File
from triptych.pipeline import Builder
from triptych.read.files import read_file
from triptych.write import Publisher

ABOUT = "content/pages/about.md"
CLEAN = "content/annotations/letter/01-clean.md"
TESTED = "content/annotations/letter/02-tested.md"
LETTER = "seeds/letter.txt"
CONFIG = "content/site.toml"
CLAIM_PAGE = "claims/letter/clean.html"
REWORDED = claim("the water is clean", "In other words [@survey].", kind="fact")
FAULTY = claim("the water is clean", "See [@nothing].")
Watch = Callable[..., Desk]


# --- Ways of saving --------------------------------------------------------------------------------------------------


def save_in_place(path: Path, data: bytes) -> None:
    path.write_bytes(data)


def save_in_pieces(path: Path, data: bytes) -> None:
    with open(path, "wb", buffering=0) as file:
        for at in range(0, len(data), 7):
            file.write(data[at : at + 7])
            time.sleep(0.002)


def save_as_vim(path: Path, data: bytes) -> None:
    """A file to try whether the folder lets it, a backup, the file anew, and the backup away."""
    trial, backup, swap = path.with_name("4913"), path.with_name(path.name + "~"), path.with_name(f".{path.name}.swp")
    swap.write_bytes(b"b0VIM 9.0")
    trial.touch()
    trial.unlink()
    os.rename(path, backup)
    path.write_bytes(data)
    backup.unlink()
    swap.unlink()


def save_as_emacs(path: Path, data: bytes) -> None:
    """A lock that is a link to nowhere, a file of what is not saved yet, and a backup that stays."""
    lock, unsaved = path.with_name(f".#{path.name}"), path.with_name(f"#{path.name}#")
    lock.symlink_to("someone@somewhere.1:1")
    unsaved.write_bytes(data)
    os.rename(path, path.with_name(path.name + "~"))
    path.write_bytes(data)
    unsaved.unlink()
    lock.unlink()


def save_as_vs_code(path: Path, data: bytes) -> None:
    """Cut short, then written, within the same handle."""
    with open(path, "r+b", buffering=0) as file:
        file.truncate()
        file.write(data)
        os.fsync(file.fileno())


def save_as_jetbrains(path: Path, data: bytes) -> None:
    fresh, old = path.with_name(path.name + "___jb_tmp___"), path.with_name(path.name + "___jb_old___")
    fresh.write_bytes(data)
    os.rename(path, old)
    os.rename(fresh, path)
    old.unlink()


def save_as_gedit(path: Path, data: bytes) -> None:
    fresh = path.with_name(".goutputstream-ABC123")
    fresh.write_bytes(data)
    os.replace(fresh, path)


def save_from_elsewhere(path: Path, data: bytes) -> None:
    """Moved in from a folder that nobody listens to."""
    fresh = path.parents[3].with_name("fresh")
    fresh.write_bytes(data)
    os.replace(fresh, path)


def save_deleting_first(path: Path, data: bytes) -> None:
    path.unlink()
    path.write_bytes(data)


def save_deleting_long_before(path: Path, data: bytes) -> None:
    path.unlink()
    time.sleep(0.1)
    path.write_bytes(data)


def save_keeping_the_time(path: Path, data: bytes) -> None:
    """As copying tools do."""
    before = path.stat()
    path.write_bytes(data)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def save_another_inode_keeping_the_time(path: Path, data: bytes) -> None:
    before = path.stat()
    fresh = path.with_name(".fresh")
    fresh.write_bytes(data)
    os.utime(fresh, ns=(before.st_atime_ns, before.st_mtime_ns))
    os.replace(fresh, path)


def save_through_memory(path: Path, data: bytes) -> None:
    """Written where the file is mapped into memory, which raises no event of writing, only one of closing."""
    descriptor = os.open(path, os.O_RDWR)
    os.ftruncate(descriptor, len(data))
    os.pwrite(descriptor, data, 0)
    os.close(descriptor)


def save_twice(path: Path, data: bytes) -> None:
    path.write_bytes(data + b"\nMore.\n")
    path.write_bytes(data)


WAYS = [
    save_in_place, save_in_pieces, save_as_vim, save_as_emacs, save_as_vs_code, save_as_jetbrains, save_as_gedit,
    save_from_elsewhere, save_deleting_first, save_deleting_long_before, save_keeping_the_time,
    save_another_inode_keeping_the_time, save_through_memory, save_twice,
]  # fmt: skip


@pytest.mark.parametrize("save", WAYS, ids=lambda way: way.__name__.removeprefix("save_"))
def test_every_way_of_saving_is_followed(desk: Desk, save: Callable[[Path, bytes], None]) -> None:
    same_size = WHOLE[CLEAN].replace(b"agrees", b"denies")
    assert len(same_size) == len(WHOLE[CLEAN])
    for data in (same_size, REWORDED, WHOLE[CLEAN]):
        save(desk.path(CLEAN), data)
        desk.follows(between=True)
    desk.is_silent()
    told = {path for one in desk.ear.published_[1:] for path in one.changed}
    assert CLAIM_PAGE in told


def test_every_kind_of_file_is_followed(desk: Desk) -> None:
    followed = set()
    for path, variants in VARIANTS.items():
        good = next((data for data in reversed(variants) if data and desk.build({path: data}).is_good), None)
        if good is not None:
            write_files(desk.site, {path: good})
            desk.follows()
            followed.add(Path(path).suffix)
    assert followed == {".toml", ".txt", ".md", ".yaml", ".png", ".css", ".html"}
    write_files(desk.site, {path: WHOLE.get(path) for path in VARIANTS})
    desk.follows(between=True)
    desk.is_silent()


def test_an_edit_writes_the_pages_it_touches_alone_and_says_so_in_a_line(desk: Desk) -> None:
    desk.path(CLEAN).write_bytes(REWORDED)
    desk.follows()
    assert until(lambda: len(desk.ear.lines) == 2)
    whole, edit = desk.ear.published_
    assert (whole.number, edit.number) == (1, 2)
    assert CLAIM_PAGE in edit.changed
    assert "treaties/sea-pact.html" not in edit.changed
    assert edit.removed == frozenset()
    assert CLEAN in desk.ear.lines[1]
    assert f"{len(edit.changed)} files" in desk.ear.lines[1]
    assert desk.ear.lines[1].endswith(" ms")


def test_a_file_touched_and_not_changed_publishes_nothing(desk: Desk) -> None:
    for path in WHOLE:
        desk.path(path).touch()
    desk.path(CLEAN).write_bytes(REWORDED)
    desk.follows()
    assert {path for one in desk.ear.published_[1:] for path in one.changed} <= {
        path for path in desk.before if "letter" in path or path in ("index.html", "sources.html", "glossary.html")
    } | {path for path, data in outputs_in(desk.out).items() if b"In other words" in data}


# --- New, moved and removed ------------------------------------------------------------------------------------------


def test_files_come_move_and_go(desk: Desk) -> None:
    new = desk.path("content/glossary/river.md")
    new.write_bytes(term("river", "Water that runs."))
    desk.follows()
    os.rename(new, new.with_name("stream.md"))
    desk.follows()
    assert not (desk.out / "glossary/river.html").exists()
    os.rename(new.with_name("stream.md"), desk.site / "stream.md")
    desk.follows()
    os.rename(desk.site / "stream.md", new)
    desk.follows()
    new.unlink()
    desk.follows()
    desk.is_silent()


def test_folders_come_move_and_go(desk: Desk) -> None:
    note = desk.path("content/annotations/note")
    shutil.copytree(note, desk.site / "aside")
    shutil.rmtree(note)
    desk.path("seeds/note.md").unlink()
    desk.follows(between=True)
    desk.path("seeds/note.md").write_bytes(WHOLE["seeds/note.md"])
    os.rename(desk.site / "aside", note)
    desk.follows(between=True)
    (note / "old.md").write_bytes(claim("The wells"))  # the folder that came is listened to
    desk.follows()
    deep = desk.path("content/annotations/letter/one/two/three")
    deep.mkdir(parents=True)
    shutil.rmtree(deep.parents[1])
    os.rename(desk.path(TESTED), desk.path("content/annotations/letter/00-tested.md"))
    desk.follows(between=True)


def test_a_folder_is_renamed_and_back(desk: Desk) -> None:
    glossary, other = desk.path("content/glossary"), desk.path("content/words")
    os.rename(glossary, other)
    assert until(lambda: desk.ear.reports)
    desk.stays()
    os.rename(other, glossary)
    desk.follows()
    (glossary / "weir.md").write_bytes(term("weir", "A wall."))
    desk.follows()
    os.rename(glossary, other)
    os.rename(other, glossary)
    (glossary / "weir.md").write_bytes(WHOLE["content/glossary/weir.md"])
    desk.follows()
    assert len(desk.ear.reports) == 1


def test_a_folder_takes_another_ones_place(desk: Desk) -> None:
    glossary, other = desk.path("content/glossary"), desk.site / "words"
    shutil.copytree(glossary, other)
    (other / "weir.md").write_bytes(term("weir", "A wall."))
    os.rename(glossary, desk.site / "before")
    os.rename(other, glossary)
    desk.follows()
    (glossary / "sluice.md").write_bytes(term("sluice", "A gate."))
    desk.follows()


@pytest.mark.parametrize("root", ["content", "seeds"])
def test_a_root_folder_goes_and_comes_back_while_the_last_good_site_stays(desk: Desk, root: str) -> None:
    os.rename(desk.path(root), desk.site / "aside")
    assert until(lambda: desk.ear.reports)
    desk.stays()
    os.rename(desk.site / "aside", desk.path(root))
    desk.follows()
    desk.path(CLEAN).write_bytes(REWORDED)
    desk.follows()


@pytest.mark.parametrize("root", ["content", "seeds"])
def test_a_root_folder_is_deleted_and_made_anew(desk: Desk, root: str) -> None:
    """File by file; what there is on the way may be a good site with fewer pages."""
    shutil.copytree(desk.path(root), desk.site / "copy")
    shutil.rmtree(desk.path(root))
    assert until(lambda: desk.ear.reports)
    assert (desk.out / "index.html").exists()
    os.rename(desk.site / "copy", desk.path(root))
    desk.follows(between=True)
    desk.path(LETTER).write_bytes(WHOLE[LETTER] + b"\nMore.\n")
    desk.path(CLEAN).write_bytes(REWORDED)
    desk.follows()


def test_a_root_folder_is_replaced_between_two_looks(desk: Desk) -> None:
    shutil.copytree(desk.path("content"), desk.site / "copy")
    (desk.site / "copy/annotations/letter/01-clean.md").write_bytes(REWORDED)
    os.rename(desk.path("content"), desk.site / "aside")
    os.rename(desk.site / "copy", desk.path("content"))
    desk.follows()
    desk.path(CLEAN).write_bytes(WHOLE[CLEAN])
    desk.follows()


def test_a_thousand_files_come_change_and_go_at_once(desk: Desk) -> None:
    terms = {f"content/glossary/t{number}.md": term(f"Thing {number}", "A thing.") for number in range(1000)}
    write_files(desk.site, terms)
    desk.follows(between=True)
    changed = {path: data.replace(b"A thing.", b"Another thing.") for path, data in terms.items()}
    for path, data in changed.items():  # as a checkout does: away, and made anew
        desk.path(path).unlink()
        desk.path(path).write_bytes(data)
    write_files(desk.site, {CLEAN: REWORDED})
    desk.follows(between=True)
    desk.is_silent()
    assert len(desk.ear.lines) < 1000


# --- The theme and the site's own settings ---------------------------------------------------------------------------

CONTEXT = "theme/templates/panels/context.html"
TOKENS = "theme/css/tokens.css"


def test_a_site_lays_its_own_theme_files_over_and_takes_them_away(desk: Desk) -> None:
    for path in (CONTEXT, TOKENS):
        write_files(desk.site, {path: VARIANTS[path][0]})
        desk.follows()
        write_files(desk.site, {path: (desk.theme.parent / path).read_bytes()})
        desk.follows()
        desk.path(path).unlink()
        desk.follows()
    shutil.rmtree(desk.path("theme"))
    desk.follows()
    write_files(desk.site, {CONTEXT: VARIANTS[CONTEXT][0], TOKENS: VARIANTS[TOKENS][0]})
    desk.follows(between=True)
    shutil.rmtree(desk.path("theme"))
    desk.follows(between=True)
    desk.is_silent()


def test_the_theme_of_the_project_itself_is_followed(watch: Watch) -> None:
    desk = watch(own_theme=True)
    for path in (CONTEXT, TOKENS, "theme/css/panels/claim.css", "theme/js/switch.js"):
        with open(desk.path(path), "ab") as file:
            file.write(b"\n<p>Own.</p>\n" if path.endswith("html") else b"\n/* Own. */\n")
        desk.follows()
    (desk.path("theme/css/panels/new.css")).write_bytes(b"@layer panels { .new { color: inherit; } }\n")
    desk.follows()
    desk.is_silent()


def test_a_new_style_is_told_before_the_pages_that_name_it(desk: Desk) -> None:
    old = next(path for path in desk.before if path.endswith(".css"))
    write_files(desk.site, {TOKENS: VARIANTS[TOKENS][0]})
    desk.follows()
    assert until(lambda: len(desk.ear.published_) == 3)
    first, then = desk.ear.published_[1:]
    assert (first.number, then.number) == (1, 2)
    assert first.style.endswith(".css")
    assert first.style != old
    assert first.changed == first.removed == frozenset()
    assert then.style == first.style
    assert old in then.removed
    assert "index.html" in then.changed
    assert "robots.txt" not in then.changed


def test_a_new_style_while_something_is_wrong_leaves_the_last_good_site_alone(desk: Desk) -> None:
    desk.path(CLEAN).write_bytes(FAULTY)
    assert until(lambda: desk.ear.reports)
    for data in VARIANTS[TOKENS][0], b"@layer tokens { :root { --own: 2; } }\n":
        write_files(desk.site, {TOKENS: data})
        reports = len(desk.ear.reports)
        assert until(lambda before=reports: len(desk.ear.reports) > before)
        desk.stays()
    desk.path(CLEAN).write_bytes(REWORDED)
    desk.follows()


def test_a_new_style_beside_a_fault_leaves_nothing_behind(desk: Desk) -> None:
    """Saved together, so that either may be seen first."""
    write_files(desk.site, {TOKENS: VARIANTS[TOKENS][0], CLEAN: FAULTY})
    assert until(lambda: desk.ear.reports)
    write_files(desk.site, {TOKENS: b"@layer tokens { :root { --own: 2; } }\n", CLEAN: REWORDED})
    desk.follows(between=True)


def test_what_the_whole_site_is_called_is_followed(desk: Desk) -> None:
    for data in (*VARIANTS[CONFIG][:3], WHOLE[CONFIG]):
        write_files(desk.site, {CONFIG: data})
        desk.follows()
    desk.is_silent()


# --- Faults that pass ------------------------------------------------------------------------------------------------


@contextmanager
def whole_throughout(desk: Desk, *alternatives: dict[str, bytes]) -> Iterator[None]:
    """At every moment the output is as before, or one of the alternatives; a file in its course of being replaced aside."""
    before = {path: one.data for path, one in desk.before.items()}
    end, wrong = threading.Event(), []

    def look() -> None:
        while not end.is_set():
            found = outputs_in(desk.out)
            pages = {path: data for path, data in found.items() if path.endswith(".html") and data != before.get(path)}
            if not any(all(data == one.get(path) for path, data in pages.items()) for one in (before, *alternatives)):
                wrong.append(sorted(pages))
            time.sleep(0.005)

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield
    finally:
        end.set()
        thread.join()
    assert not wrong, wrong[0]


CUT_SHORT = {
    CLEAN: REWORDED,
    ABOUT: page("About", "A page."),
    LETTER: WHOLE[LETTER] + b"\nMore.\n",
    CONFIG: b'title = "Other"\n',
    "content/sources.yaml": b"- id: survey\n  title: The second survey\n- id: tables\n  title: Tables\n",
    "content/timeline.yaml": b"- date: 1991\n  title: The survey\n  source: survey\n",
    TOKENS: b"@layer tokens { :root { --own: 2; } }\n",
    CONTEXT: b'<section class="panel" data-panel="context"><p>Other.</p></section>\n',
}


@pytest.mark.parametrize("path", CUT_SHORT)
def test_a_file_cut_short_first_and_written_later_is_nothing_wrong(watch: Watch, path: str) -> None:
    desk = watch(files={one: VARIANTS[one][0] for one in (TOKENS, CONTEXT) if one == path})
    expected = dict(desk.build({path: CUT_SHORT[path]}).outputs)
    with whole_throughout(desk, expected):
        with open(desk.path(path), "wb") as file:
            file.flush()
            time.sleep(0.15)
            file.write(CUT_SHORT[path])
        desk.follows(between=True)
    desk.is_silent()


def test_a_file_cut_short_while_another_is_saved_is_nothing_wrong(watch: Watch) -> None:
    desk = watch(files={CONTEXT: VARIANTS[CONTEXT][0]})
    other = dict(desk.build({CLEAN: REWORDED}).outputs)
    both = dict(desk.build({CLEAN: REWORDED, CONTEXT: CUT_SHORT[CONTEXT]}).outputs)
    with whole_throughout(desk, other, both):
        with open(desk.path(CONTEXT), "wb") as file:
            file.flush()
            time.sleep(0.05)
            desk.path(CLEAN).write_bytes(REWORDED)
            time.sleep(0.1)
            file.write(CUT_SHORT[CONTEXT])
        desk.follows(between=True)
    desk.is_silent()


def test_half_a_file_that_is_soon_whole_is_nothing_wrong(desk: Desk) -> None:
    half = REWORDED[: REWORDED.index(b"the water")]
    assert not build_site({**WHOLE, CLEAN: half}).is_good
    with open(desk.path(CLEAN), "wb") as file:
        file.write(half)
        file.flush()
        time.sleep(0.15)
        desk.stays()
        file.write(REWORDED[len(half) :])
    desk.follows()
    desk.is_silent()


def test_a_name_changed_in_two_files_one_after_the_other_is_nothing_wrong(desk: Desk) -> None:
    os.rename(desk.path("content/treaties/sea-pact.md"), desk.path("content/treaties/salt-pact.md"))
    time.sleep(0.1)
    desk.path("content/timeline.yaml").write_bytes(WHOLE["content/timeline.yaml"].replace(b"sea-pact", b"salt-pact"))
    desk.follows()
    desk.is_silent()


def test_a_file_that_stays_empty_is_taken_at_its_word(desk: Desk) -> None:
    write_files(desk.site, {TOKENS: VARIANTS[TOKENS][0]})
    desk.follows()
    desk.path(TOKENS).write_bytes(b"")
    desk.follows()
    desk.path(ABOUT).write_bytes(b"")
    assert until(lambda: desk.ear.reports)
    assert set(desk.ear.reports[0].paths) == {ABOUT}
    desk.stays()


# --- Faults that stay ------------------------------------------------------------------------------------------------


def test_a_fault_that_stays_is_reported_once_and_the_last_good_site_stays(desk: Desk) -> None:
    began = time.monotonic()
    desk.path(CLEAN).write_bytes(FAULTY)
    assert until(lambda: desk.ear.reports)
    ((at, codes, paths, _),) = desk.ear.reports
    assert PATIENCE_SECONDS <= at - began < PATIENCE_SECONDS + 1
    assert (codes, paths) == (("unknown-source",), (CLEAN,))
    time.sleep(2 * PATIENCE_SECONDS)  # nothing more is to come, and there is nothing to ask for it
    assert len(desk.ear.reports) == len(desk.ear.overlays) == 1
    assert "unknown-source" in desk.ear.overlays[0]
    assert len(desk.ear.published_) == 1
    desk.stays()
    desk.path(CLEAN).write_bytes(REWORDED)
    desk.follows()
    assert until(lambda: desk.ear.published_[-1].number == 2)
    assert len(desk.ear.reports) == 1


def test_a_fault_taken_back_exactly_is_mended_though_no_page_changes(desk: Desk) -> None:
    desk.path(CLEAN).write_bytes(FAULTY)
    assert until(lambda: desk.ear.overlays)
    desk.path(CLEAN).write_bytes(WHOLE[CLEAN])
    assert until(lambda: len(desk.ear.published_) == 2)
    number, changed, removed, _ = desk.ear.published_[1]
    assert number == 2
    assert changed == removed == frozenset()
    desk.follows()


def test_good_edits_beside_a_fault_are_published_once_it_is_mended(desk: Desk) -> None:
    desk.path(CLEAN).write_bytes(FAULTY)
    assert until(lambda: desk.ear.reports)
    desk.path(ABOUT).write_bytes(page("About us", "A page on weirs."))
    desk.path("content/treaties/sea-pact.md").write_bytes(VARIANTS["content/treaties/river-pact.md"][0] or b"")
    desk.path("content/treaties/sea-pact.md").write_bytes(WHOLE["content/treaties/sea-pact.md"])
    (desk.path("content/glossary/river.md")).write_bytes(term("river", "Water that runs."))
    assert until(lambda: len(desk.ear.reports) > 1)
    desk.stays()
    desk.path(CLEAN).write_bytes(REWORDED)
    desk.follows()
    assert "glossary/river.html" in desk.before or b"Water that runs" in desk.before["glossary.html"].data


@pytest.mark.parametrize("fault", [b"{% if %}\n", b"{{ nothing_of_that_name }}\n"], ids=["syntax", "undefined"])
def test_a_fault_in_a_template_is_reported_and_mended(desk: Desk, fault: bytes) -> None:
    write_files(desk.site, {CONTEXT: fault})
    assert until(lambda: desk.ear.reports)
    assert set(desk.ear.reports[0].paths) == {CONTEXT}
    assert desk.ear.faults == []
    desk.stays()
    write_files(desk.site, {CONTEXT: VARIANTS[CONTEXT][0]})
    desk.follows()
    write_files(desk.site, {CONTEXT: fault})
    assert until(lambda: len(desk.ear.reports) == 2)
    desk.path(CONTEXT).unlink()
    desk.follows()


def test_a_site_that_begins_with_faults_is_published_once_they_are_mended(watch: Watch) -> None:
    desk = watch(files={CLEAN: FAULTY})
    assert len(desk.ear.reports) == len(desk.ear.overlays) == 1
    assert not desk.out.exists()
    desk.path(CLEAN).write_bytes(REWORDED)
    desk.follows()
    desk.path(CLEAN).write_bytes(WHOLE[CLEAN])
    desk.follows()


def test_a_folder_that_is_not_the_generators_own_is_refused_until_it_goes(watch: Watch) -> None:
    desk = watch(files={"public/theirs.txt": b"theirs"})
    assert len(desk.ear.reports) == 1
    assert outputs_in(desk.out) == {"theirs.txt": b"theirs"}
    (desk.out / "theirs.txt").unlink()
    desk.path(CLEAN).write_bytes(REWORDED)
    desk.follows()


def test_a_page_whose_place_is_taken_is_reported_and_comes_once_it_is_free(desk: Desk) -> None:
    taken = desk.out / "pages" / "new.html"
    name = next(iter(build_site({**WHOLE, "content/pages/new.md": page("New", "New.")}).outputs.keys() - desk.before.keys()))
    taken = desk.out / name
    taken.parent.mkdir(exist_ok=True)
    taken.write_bytes(b"theirs")
    desk.path("content/pages/new.md").write_bytes(page("New", "New."))
    assert until(lambda: desk.ear.reports)
    assert taken.read_bytes() == b"theirs"
    taken.unlink()
    desk.path(CLEAN).write_bytes(REWORDED)
    desk.follows(between=True)


def test_a_mistake_of_ours_is_told_whole_and_the_session_lives_on(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    update = Builder.update
    calls: list[int] = []

    def fail_once(self: Builder, changes: dict[str, bytes | None]) -> object:
        calls.append(len(changes))
        if len(calls) == 1:
            raise ZeroDivisionError("a mistake in the <code>")
        return update(self, changes)

    monkeypatch.setattr(Builder, "update", fail_once)
    desk.path(CLEAN).write_bytes(REWORDED)
    assert until(lambda: desk.ear.faults and desk.ear.overlays)
    assert "Traceback" in desk.ear.faults[0]
    assert "ZeroDivisionError" in desk.ear.faults[0]
    assert "ZeroDivisionError" in desk.ear.overlays[0]
    assert "<code>" not in desk.ear.overlays[0]
    desk.stays()
    desk.path(ABOUT).write_bytes(page("About us", "A page on weirs."))
    monkeypatch.undo()
    desk.follows()
    assert len(desk.ear.faults) == 1


def test_a_disk_that_fails_is_reported_and_all_is_published_later(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device", str(desk.out / "index.html"))

    monkeypatch.setattr("triptych.write.publisher.replace_pages", fail)
    desk.path(CLEAN).write_bytes(REWORDED)
    assert until(lambda: desk.ear.reports)
    assert desk.ear.reports[0].codes == ("io",)
    desk.stays()
    monkeypatch.undo()
    desk.path(ABOUT).write_bytes(page("About us", "A page on weirs."))
    desk.follows()


# --- Warnings, drafts, strictness ------------------------------------------------------------------------------------

DRAFT = claim("the water is clean", draft="true")


@pytest.mark.parametrize("drafts", [False, True])
def test_a_claim_becomes_a_draft_and_is_published_again(watch: Watch, drafts: bool) -> None:
    desk = watch(options=Options(drafts=drafts))
    desk.path(TESTED).write_bytes(claim("tested twice"))  # it links to what is to be a draft
    desk.follows()
    desk.path(CLEAN).write_bytes(DRAFT)
    desk.follows()
    assert (desk.out / CLAIM_PAGE).exists() is drafts
    desk.path(CLEAN).write_bytes(REWORDED)
    desk.follows()


def test_warnings_are_reported_and_stop_nothing(desk: Desk) -> None:
    desk.path("content/notes.txt").write_bytes(b"stray")
    assert until(lambda: desk.ear.reports)
    assert desk.ear.reports[0].codes == ("stray-file",)
    desk.path(CLEAN).write_bytes(REWORDED)
    desk.follows()
    assert desk.ear.overlays == []


def test_a_link_that_leads_nowhere_is_reported_as_it_comes(desk: Desk) -> None:
    """A build would say so; no file that is read has changed."""
    desk.path("content/pages/gone.md").symlink_to("nowhere.md")
    assert until(lambda: desk.ear.reports, 1.5)
    assert desk.ear.reports[0].codes == ("stray-file",)


def test_strict_a_warning_stops_the_publication_until_it_goes(watch: Watch) -> None:
    desk = watch(options=Options(strict=True))
    desk.path("content/notes.txt").write_bytes(b"stray")
    desk.path(CLEAN).write_bytes(REWORDED)
    assert until(lambda: desk.ear.overlays)
    desk.stays()
    desk.path("content/notes.txt").unlink()
    desk.follows()


def test_strict_an_edit_beside_a_link_that_leads_nowhere_is_published_once_that_goes(watch: Watch) -> None:
    desk = watch(options=Options(strict=True))
    desk.path("content/pages/gone.md").symlink_to("nowhere.md")
    assert until(lambda: desk.ear.overlays)
    desk.path(CLEAN).write_bytes(REWORDED)
    assert until(lambda: len(desk.ear.overlays) > 1)
    desk.stays()
    desk.path("content/pages/gone.md").unlink()
    desk.follows()


def test_a_file_that_cannot_be_read_for_a_while(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a network drive that comes and goes."""

    def fail(site: Path, path: str) -> Outcome[File]:
        if path == ABOUT:
            return Outcome(None, (Diagnostic(code="io", message="this cannot be read", span=Span(path, 1, 1)),))
        return read_file(site, path)

    monkeypatch.setattr("triptych.dev.tree.read_file", fail)
    desk.path(CLEAN).write_bytes(REWORDED)
    desk.path(ABOUT).write_bytes(page("About us", "A page on weirs."))
    assert until(lambda: desk.ear.reports)
    assert "io" in desk.ear.reports[0].codes
    monkeypatch.undo()
    desk.path(ABOUT).write_bytes(page("About us", "A page on rivers."))
    desk.follows(between=True)


# --- Others at work on the same output -------------------------------------------------------------------------------


def test_another_build_between_leaves_the_site_whole(desk: Desk, project: Path) -> None:
    desk.path(CLEAN).write_bytes(REWORDED)
    desk.follows()
    arguments = ["build", "--quiet", "--jobs", "1", "--site", str(desk.site), "--base-url", "https://elsewhere.example/x/"]
    assert main(arguments, home=project) == 0
    desk.path(ABOUT).write_bytes(page("About us", "A page on weirs."))
    desk.follows(between=True)


def test_another_build_while_the_session_is_at_work_leaves_the_site_whole(desk: Desk) -> None:
    """Both publish at once; the session has the last word with the next edit."""
    desk.path(CLEAN).write_bytes(REWORDED)
    other = dict(build_site(WHOLE, options=Options(base_url="https://elsewhere.example/x/")).outputs)
    assert Publisher(desk.out, site=desk.site).publish(other).value is not None
    desk.path(ABOUT).write_bytes(page("About us", "A page on weirs."))
    desk.follows(between=True)


def test_an_output_that_was_deleted_is_made_again_with_the_next_edit(desk: Desk) -> None:
    shutil.rmtree(desk.out)
    desk.path(CLEAN).write_bytes(REWORDED)
    desk.follows(between=True)


# --- Polling ---------------------------------------------------------------------------------------------------------


def test_polling_follows_too(watch: Watch) -> None:
    desk = watch(poll=True)
    save_keeping_the_time(desk.path(CLEAN), WHOLE[CLEAN].replace(b"agrees", b"denies"))
    desk.follows()
    write_files(desk.site, {TOKENS: VARIANTS[TOKENS][0], "content/glossary/river.md": term("river", "Water that runs.")})
    desk.follows(between=True)
    desk.path(CLEAN).write_bytes(FAULTY)
    assert until(lambda: desk.ear.reports)
    desk.stays()
    desk.path(CLEAN).write_bytes(REWORDED)
    desk.follows()
    assert len(desk.ear.reports) == 1
    os.rename(desk.path("content"), desk.site / "aside")
    assert until(lambda: len(desk.ear.reports) == 2)
    os.rename(desk.site / "aside", desk.path("content"))
    desk.follows()


# --- The command -----------------------------------------------------------------------------------------------------


@contextmanager
def command(project: Path, site: Path, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    call = [sys.executable, str(project / "build.py"), "watch", "--site", str(site), "--no-serve", "--jobs", "1", *arguments]
    process = subprocess.Popen(call, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8")
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("arguments", [(), ("--poll",)], ids=["events", "poll"])
def test_the_command_follows_until_it_is_interrupted(project: Path, site: Path, arguments: tuple[str, ...]) -> None:
    with command(project, site, *arguments) as process:
        assert process.stdout is not None
        lines = []
        while "watching for changes" not in (line := process.stdout.readline()):
            assert line, process.communicate()
            lines.append(line)
        assert "serving" not in "".join(lines)
        (site / CLEAN).write_bytes(REWORDED)
        line = process.stdout.readline()
        assert CLEAN in line
        assert outputs_in(site / "public") == dict(build_site({**WHOLE, CLEAN: REWORDED}).outputs)
        began = time.monotonic()
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=5)
        assert time.monotonic() - began < 1
    assert process.returncode == 130
    assert "Traceback" not in err
