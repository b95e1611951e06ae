"""The output folder: what is written, what is left alone, what is refused, and what a build that is cut short leaves."""

import contextlib
import errno
import os
import pathlib
import subprocess
import sys
import threading

import pytest

from triptych.write import Publisher, check_output, publish
from triptych.write import files as on_disk
from triptych.write import publisher as publishing
from triptych.write.marker import MARKER, PLAIN, read_marker

PAGES = {
    "index.html": b"front",
    "documents/letter.html": b"letter",
    "assets/main.abc.css": b"css",
    "claims/letter/red-lines.html": b"claim",
}
LEADING_OUT = ["../x", "/x", "a/../x", "a//x", "./x", "a/.", "", "a/", "a\\x", "C:x", "a\nb", MARKER, ".triptych.work/x"]


@pytest.fixture
def site(tmp_path):
    for name in ("seeds", "content", "theme"):
        (tmp_path / "site" / name).mkdir(parents=True)
        (tmp_path / "site" / name / "kept.txt").write_text("written by a person")
    return tmp_path / "site"


@pytest.fixture
def out(site):
    return site / "public"


def tree(folder):
    """Paths and bytes of all files, the marker left out."""
    found = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    found.pop(MARKER, None)
    return found


def published(outputs, out, site, **more):
    outcome = publish(outputs, out, site=site, **more)
    assert outcome.diagnostics == ()
    return outcome.value


def refused(outputs, out, site, **more):
    """The one refusal, which has touched nothing."""
    before = tree(site)
    outcome = publish(outputs, out, site=site, **more)
    assert outcome.value is None
    assert tree(site) == before
    (one,) = outcome.diagnostics
    assert one.code == "unsafe-path"
    assert one.hint
    return one.message


# --- What is written -------------------------------------------------------------------------------------------------


def test_outputs_are_written_and_nothing_else_is_left(site, out):
    done = published(PAGES, out, site)
    assert tree(out) == PAGES
    assert sorted(done.written) == sorted(PAGES)
    assert sorted(path.name for path in out.iterdir()) == [MARKER, "assets", "claims", "documents", "index.html"]
    assert sorted(path.name for path in site.iterdir()) == ["content", "public", "seeds", "theme"]


def test_what_pages_need_comes_first_and_the_front_page_last(site, out):
    done = published(PAGES, out, site)
    assert done.written == ("assets/main.abc.css", "claims/letter/red-lines.html", "documents/letter.html", "index.html")


def test_a_file_whose_bytes_do_not_change_keeps_its_time(site, out):
    published(PAGES, out, site)
    for path in out.rglob("*"):
        os.utime(path, ns=(1, 1))
    done = published({**PAGES, "index.html": b"new front"}, out, site)
    assert done.written == ("index.html",)
    assert done.unchanged == 3
    assert (out / "documents/letter.html").stat().st_mtime_ns == 1
    assert (out / "index.html").read_bytes() == b"new front"


def test_a_second_build_of_the_same_touches_nothing(site, out):
    published(PAGES, out, site)
    before = {path: path.stat().st_mtime_ns for path in [out, *out.rglob("*")]}
    published(PAGES, out, site)
    assert {path: path.stat().st_mtime_ns for path in [out, *out.rglob("*")]} == before


def test_what_is_no_longer_made_goes_with_its_folder(site, out):
    published(PAGES, out, site)
    done = published({"index.html": b"front"}, out, site)
    assert sorted(done.removed) == sorted(set(PAGES) - {"index.html"})
    assert sorted(path.name for path in out.iterdir()) == [MARKER, "index.html"]


def test_an_output_that_was_damaged_is_mended(site, out):
    published(PAGES, out, site)
    (out / "index.html").write_bytes(b"fron")
    (out / "assets/main.abc.css").unlink()
    published(PAGES, out, site)
    assert tree(out) == PAGES


def test_the_marker_is_the_same_after_any_road(site, out, tmp_path):
    one = Publisher(out, site=site)
    one.publish({**PAGES, "old.html": b"x"})
    one.update({"index.html": b"other", "new.html": b"n"}, ["old.html"])
    one.update({"index.html": b"front"}, ["new.html"])
    other = tmp_path / "clean"
    published(PAGES, other, site)
    assert (out / MARKER).read_bytes() == (other / MARKER).read_bytes()
    assert tree(out) == tree(other)


def test_an_update_leaves_the_rest_as_it_is(site, out):
    one = Publisher(out, site=site)
    one.publish(PAGES)
    done = one.update({"index.html": b"2"}, ["documents/letter.html", "never.html"]).value
    assert (done.written, done.removed) == (("index.html",), ("documents/letter.html",))
    assert tree(out) == {"index.html": b"2", **{path: PAGES[path] for path in list(PAGES)[2:]}}
    assert one.is_current()


def test_a_publisher_sees_that_another_build_came_between(site, out):
    one = Publisher(out, site=site)
    assert not one.is_current()
    one.publish(PAGES)
    published({**PAGES, "more.html": b"m"}, out, site)
    assert not one.is_current()
    one.publish(PAGES)
    assert tree(out) == PAGES


def test_a_link_at_the_place_of_the_output_is_followed(site, tmp_path):
    real = tmp_path / "elsewhere" / "html"
    (site / "public").symlink_to(real)
    published(PAGES, site / "public", site)
    assert tree(real) == PAGES
    assert (site / "public").is_symlink()
    assert [path.name for path in (tmp_path / "elsewhere").iterdir()] == ["html"]


@pytest.mark.parametrize("path", LEADING_OUT)
def test_a_path_that_leaves_the_output_is_no_output(path, site, out):
    assert not PLAIN.match(path)
    with pytest.raises(ValueError, match="not paths within"):
        publish({path: b""}, out, site=site)


# --- What belongs to others ------------------------------------------------------------------------------------------


def test_files_of_others_stay(site, out):
    published(PAGES, out, site)
    (out / "CNAME").write_text("example.org")
    (out / "documents" / "scan.pdf").write_text("theirs")
    published({"index.html": b"front"}, out, site)
    assert tree(out) == {"index.html": b"front", "CNAME": b"example.org", "documents/scan.pdf": b"theirs"}


def test_a_file_that_someone_put_in_an_outputs_place_is_not_deleted(site, out):
    published(PAGES, out, site)
    (out / "documents/letter.html").write_text("theirs")
    done = published({"index.html": b"front"}, out, site)
    assert done.kept == ("documents/letter.html",)
    assert tree(out) == {"index.html": b"front", "documents/letter.html": b"theirs"}


def test_a_folder_with_files_but_without_a_marker_is_refused_unless_adopted(site, out):
    out.mkdir()
    (out / "index.html").write_text("theirs")
    (out / "notes.txt").write_text("theirs")
    assert "no marker" in refused(PAGES, out, site)
    assert check_output(out, site=site)
    assert not check_output(out, site=site, adopt=True)
    published(PAGES, out, site, adopt=True)
    assert tree(out) == {**PAGES, "notes.txt": b"theirs"}


def test_a_folder_without_files_is_taken(site, out):
    (out / "a" / "b").mkdir(parents=True)
    published(PAGES, out, site)
    assert (out / "a" / "b").is_dir()


@pytest.mark.parametrize("theirs", [b"theirs", b"front"])
def test_a_page_whose_place_is_taken_is_refused_unless_adopted(theirs, site, out):
    published({"documents/letter.html": b"letter"}, out, site)
    (out / "index.html").write_bytes(theirs)
    assert "`public/index.html` is taken by a file" in refused(PAGES, out, site)
    published(PAGES, out, site, adopt=True)
    assert tree(out) == PAGES


def test_a_link_in_a_pages_place_is_replaced_and_not_followed(site, out, tmp_path):
    target = tmp_path / "precious"
    target.write_text("precious")
    published({}, out, site)
    (out / "index.html").symlink_to(target)
    assert "link" in refused(PAGES, out, site)
    published(PAGES, out, site, adopt=True)
    assert target.read_text() == "precious"
    assert not (out / "index.html").is_symlink()


def test_a_folder_in_a_pages_place_is_taken_only_where_it_is_empty(site, out):
    published({}, out, site)
    (out / "index.html").mkdir()
    (out / "index.html" / "x").write_text("theirs")
    assert "folder" in refused(PAGES, out, site)
    assert "folder" in refused(PAGES, out, site, adopt=True)
    (out / "index.html" / "x").unlink()
    published(PAGES, out, site, adopt=True)
    assert tree(out) == PAGES


def test_nothing_is_written_through_a_link_in_a_folders_place(site, out, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    published({}, out, site)
    (out / "documents").symlink_to(elsewhere)
    assert "`public/documents` is taken by a link" in refused(PAGES, out, site)
    published(PAGES, out, site, adopt=True)
    assert list(elsewhere.iterdir()) == []
    assert tree(out) == PAGES


def test_a_file_in_a_folders_place_is_refused_unless_adopted(site, out):
    published({}, out, site)
    (out / "claims").write_text("theirs")
    assert "`public/claims`" in refused(PAGES, out, site)
    published(PAGES, out, site, adopt=True)
    assert tree(out) == PAGES


def test_a_pipe_in_a_pages_place_does_not_hold_the_build_up(site, out):
    published({}, out, site)
    os.mkfifo(out / "index.html")
    assert "index.html" in refused(PAGES, out, site)


# --- A marker that cannot be believed --------------------------------------------------------------------------------


def test_a_marker_never_leads_out_of_the_output(site, out, tmp_path):
    victim = tmp_path / "site" / "content" / "kept.txt"
    signature = on_disk.signature_of(victim.read_bytes())
    published(PAGES, out, site)
    (out / "link").symlink_to(site / "content")
    places = ["../content/kept.txt", str(victim), "a/../../content/kept.txt", "link/kept.txt", "", "/", ".", "..", "link"]
    with (out / MARKER).open("a") as marker:
        marker.writelines(f"{sign}{signature} {place}\n" for place in places for sign in ("", "+"))
    published({"index.html": b"front"}, out, site)
    assert victim.read_text() == "written by a person"
    assert sorted(tree(site / "content")) == ["kept.txt"]
    assert (out / "link").is_symlink()


@pytest.mark.parametrize("text", [b"", b"\xff\xfe\n", b"something else\n0 index.html\n", b"triptych output 2\n"])
def test_a_marker_of_another_making_is_none(text, site, out):
    out.mkdir()
    (out / MARKER).write_bytes(text)
    (out / "index.html").write_text("theirs")
    assert "no marker" in refused(PAGES, out, site)


def test_bytes_that_are_no_text_in_a_marker_are_passed_over(site, out):
    published(PAGES, out, site)
    with (out / MARKER).open("ab") as marker:
        marker.write(b"\xff\x00 \xfe\n\n +\n0 a\rb")
    published(PAGES, out, site)
    assert tree(out) == PAGES


# --- Places that are refused -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("place", "says"),
    [
        (".", "is the site itself"),
        ("..", "holds the site itself"),
        ("content", "is `content`"),
        ("seeds/html", "lies within `seeds`"),
        ("theme/a/b", "lies within `theme`"),
        ("public/../content/x", "lies within `content`"),
        ("/", "holds the site itself"),
    ],
)
def test_the_output_keeps_clear_of_what_people_write(place, says, site):
    assert says in refused(PAGES, site / place, site, adopt=True)


def test_a_link_does_not_lead_past_the_refusal(site, tmp_path):
    (site / "public").symlink_to(site / "content")
    assert "is `content`" in refused(PAGES, site / "public", site)
    (tmp_path / "alias").symlink_to(site)
    assert "lies within `seeds`" in refused(PAGES, tmp_path / "alias" / "seeds" / "x", site)


def test_content_that_is_a_link_is_guarded_where_it_lies(tmp_path):
    site, words = tmp_path / "site", tmp_path / "words"
    site.mkdir()
    words.mkdir()
    (site / "content").symlink_to(words)
    assert publish(PAGES, words / "html", site=site).diagnostics[0].code == "unsafe-path"
    assert publish(PAGES, tmp_path, site=site).diagnostics[0].code == "unsafe-path"


def test_a_theme_elsewhere_is_guarded_too(site, tmp_path):
    theme = tmp_path / "tool" / "theme"
    theme.mkdir(parents=True)
    outcome = publish(PAGES, theme / "html", site=site, guarded=(theme,))
    assert "lies within" in outcome.diagnostics[0].message


def test_a_file_is_no_output_folder(site, out):
    out.write_text("theirs")
    assert "is not a folder" in refused(PAGES, out, site)


def test_names_that_differ_in_case_alone_are_refused(site, out):
    assert "upper and lower case" in refused({"assets/Map.png": b"1", "assets/map.png": b"2"}, out, site)
    assert "a file and a folder" in refused({"a": b"1", "A/b.html": b"2"}, out, site)


# --- The machine's faults --------------------------------------------------------------------------------------------


def fail_at(monkeypatch, name, number, error):
    """Let the system refuse the call of that number."""
    module, attribute = name
    real = getattr(module, attribute)
    calls = iter(range(1, 1000))

    def refuse(*args, **more):
        if next(calls) == number:
            raise error
        return real(*args, **more)

    monkeypatch.setattr(module, attribute, refuse)


@pytest.mark.parametrize("number", range(1, 6))
def test_a_full_disk_leaves_the_output_as_it_was(number, site, out, monkeypatch):
    published(PAGES, out, site)
    marker = (out / MARKER).read_bytes()
    with monkeypatch.context() as patch:
        fail_at(patch, (on_disk.os, "write"), number, OSError(errno.ENOSPC, "No space left on device"))
        (one,) = publish({path: data + b"!" for path, data in PAGES.items()}, out, site=site).diagnostics
    assert one.code == "io"
    assert "no space left on device" in one.message
    assert "public/" in one.message
    assert one.span.path.startswith("public/")
    assert "make room" in one.hint
    assert tree(out) == PAGES
    assert (out / MARKER).read_bytes() == marker
    assert not (site / ".public.triptych").exists()


@pytest.mark.parametrize("number", range(1, 8))
def test_a_build_that_is_cut_short_is_made_good_by_the_next(number, site, out, monkeypatch):
    published({**PAGES, "old/page.html": b"old"}, out, site)
    new = {"index.html": b"2", "documents/letter.html": b"letter", "new.html": b"n", "fresh/page.html": b"f"}
    with monkeypatch.context() as patch, contextlib.suppress(KeyboardInterrupt):
        fail_at(patch, (publishing.os, "replace"), number, KeyboardInterrupt())
        Publisher(out, site=site, page_by_page=True).publish(new)
    last = {"index.html": b"3", "new.html": b"other", "third.html": b"t"}
    published(last, out, site)
    assert tree(out) == last


def test_a_file_that_comes_to_a_place_that_a_dead_build_had_claimed_is_not_overwritten(site, out, monkeypatch):
    published(PAGES, out, site)
    with monkeypatch.context() as patch:
        fail_at(patch, (publishing.os, "replace"), 1, KeyboardInterrupt())
        with pytest.raises(KeyboardInterrupt):
            Publisher(out, site=site, page_by_page=True).publish({**PAGES, "new.html": b"n"})
    (out / "new.html").write_text("theirs")
    assert "new.html" in refused({**PAGES, "new.html": b"n"}, out, site)
    published(PAGES, out, site)
    assert (out / "new.html").read_text() == "theirs"


def test_a_process_that_is_killed_leaves_whole_files_only(site, out):
    script = (
        "import sys, pathlib, triptych.write as w\n"
        "site = pathlib.Path(sys.argv[1])\n"
        "for n in range(10**9):\n"
        "    w.publish({f'a/{i}.html': b'%d' % n * 9999 for i in range(50)}, site / 'public', site=site)\n"
        "    print(n, flush=True)\n"
    )
    root = pathlib.Path(__file__).parents[1]
    child = subprocess.Popen([sys.executable, "-c", script, str(site)], stdout=subprocess.PIPE, cwd=root)
    with child:
        for _ in range(3):
            assert child.stdout.readline()
        child.kill()
    found = tree(out)
    assert len(found) == 50
    assert all(len(set(data)) <= 2 and len(data) % 9999 == 0 for data in found.values())
    published(PAGES, out, site)
    assert tree(out) == PAGES


def test_a_folder_that_cannot_be_made_is_told_so(site):
    (site / "file").write_text("")
    (one,) = publish(PAGES, site / "file" / "public", site=site).diagnostics
    assert (one.code, one.span.path) == ("io", "file/public")
    assert "not a directory" in one.message


def test_a_path_that_the_system_refuses_is_told_so(site, out):
    (one,) = publish({"x" * 300 + ".html": b""}, out, site=site).diagnostics
    assert one.code == "io"
    assert "name too long" in one.message
    assert tree(out) == {}


def test_a_folder_in_the_hidden_folders_place_that_is_a_link_is_not_used(site, out, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (site / ".public.triptych").symlink_to(elsewhere)
    published(PAGES, out, site)
    published(PAGES, out, site)
    assert list(elsewhere.iterdir()) == []


def test_a_second_build_waits_for_the_first(site, out):
    waits = []
    done = threading.Event()

    def other():
        Publisher(out, site=site, on_wait=lambda: waits.append(tree(out))).publish(PAGES)
        done.set()

    published({}, out, site)
    with publishing.hold(out, None):
        thread = threading.Thread(target=other)
        thread.start()
        assert not done.wait(0.2)
        assert tree(out) == {}
    thread.join(10)
    assert waits == [{}]
    assert tree(out) == PAGES


def test_the_marker_lists_what_was_written(site, out):
    published(PAGES, out, site)
    assert read_marker(out).settled == {path: on_disk.signature_of(data) for path, data in PAGES.items()}
