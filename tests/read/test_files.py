from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triptych.read.decode import decode
from triptych.read.files import is_ignored, read_file, read_theme, walk
from triptych.read.image import find_extension
from triptych.read.kinds import explain_id, read_place


def put(site: Path, path: str, data: bytes = b"x") -> None:
    file = site / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)


def paths(site: Path) -> list[str]:
    found = walk(site).value
    assert found is not None
    return [entry.path for entry in found]


def faults(site: Path) -> list[tuple[str, str]]:
    return [(one.code, one.span.path) for one in walk(site).diagnostics]


# --- The disk --------------------------------------------------------------------------------------------------------


def test_files_come_by_path_and_only_those_of_the_two_folders(tmp_path: Path) -> None:
    for path in (
        "content/treaties/b.md",
        "content/treaties/a.md",
        "seeds/z.txt",
        "README.md",
        "public/x.html",
        "content/site.toml",
    ):
        put(tmp_path, path)
    assert paths(tmp_path) == ["content/site.toml", "content/treaties/a.md", "content/treaties/b.md", "seeds/z.txt"]
    assert not faults(tmp_path)


def test_hidden_files_and_those_of_editors_are_not_read(tmp_path: Path) -> None:
    for name in (
        ".x.md",
        ".x.md.swp",
        "x.md~",
        "#x.md#",
        "x.md.bak",
        "x.md.orig",
        "x.swx",
        "x.tmp",
        "4913",
        ".git/x.md",
        "x.md___jb_tmp___",
    ):
        put(tmp_path, f"content/pages/{name}")
    assert paths(tmp_path) == []
    assert not faults(tmp_path)
    assert not is_ignored("a.md")


def test_a_site_without_folders_has_no_files(tmp_path: Path) -> None:
    assert paths(tmp_path) == []


def test_a_link_within_the_site_is_followed_and_one_out_of_it_is_not(tmp_path: Path) -> None:
    site = tmp_path / "site"
    put(site, "content/treaties/a.md")
    put(tmp_path, "secret.md")
    os.symlink(site / "content/treaties/a.md", site / "content/treaties/b.md")
    os.symlink(site / "content/treaties", site / "content/glossary")
    os.symlink(tmp_path / "secret.md", site / "content/treaties/c.md")
    os.symlink(tmp_path, site / "content/pages")
    os.symlink("nowhere.md", site / "content/treaties/d.md")
    assert paths(site) == [f"content/{folder}/{name}.md" for folder in ("glossary", "treaties") for name in "ab"]
    assert faults(site) == [
        ("stray-file", "content/glossary/c.md"),
        ("stray-file", "content/glossary/d.md"),
        ("stray-file", "content/pages"),
        ("stray-file", "content/treaties/c.md"),
        ("stray-file", "content/treaties/d.md"),
    ]


def test_a_link_in_a_circle_ends(tmp_path: Path) -> None:
    put(tmp_path, "content/pages/a.md")
    os.symlink(tmp_path / "content", tmp_path / "content/pages/up")
    os.symlink(tmp_path / "content/pages", tmp_path / "content/pages/self")
    assert paths(tmp_path) == ["content/pages/a.md"]
    assert [code for code, _ in faults(tmp_path)] == ["stray-file", "stray-file"]


def test_folders_that_link_to_one_another_end(tmp_path: Path) -> None:
    names = [f"d{number}" for number in range(8)]
    for name in names:
        put(tmp_path, f"content/{name}/x.md")
    for name in names:
        for other in names:
            os.symlink(tmp_path / "content" / other, tmp_path / "content" / name / other)
    assert len(paths(tmp_path)) < 2000


def test_a_link_that_points_at_itself_is_reported(tmp_path: Path) -> None:
    (tmp_path / "content").mkdir()
    os.symlink("x.md", tmp_path / "content/x.md")
    assert faults(tmp_path) == [("stray-file", "content/x.md")]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes")
def test_only_regular_files_are_read(tmp_path: Path) -> None:
    (tmp_path / "seeds").mkdir()
    os.mkfifo(tmp_path / "seeds/x.txt")
    assert faults(tmp_path) == [("stray-file", "seeds/x.txt")]
    assert read_file(tmp_path, "seeds/x.txt").value is None


def test_a_file_in_the_place_of_a_folder_is_reported(tmp_path: Path) -> None:
    put(tmp_path, "seeds")
    assert faults(tmp_path) == [("stray-file", "seeds")]


def test_a_file_that_is_gone_is_an_error_of_the_machine(tmp_path: Path) -> None:
    outcome = read_file(tmp_path, "seeds/x.txt")
    assert outcome.value is None
    assert [(one.code, one.span.path) for one in outcome.diagnostics] == [("io", "seeds/x.txt")]
    (tmp_path / "seeds").mkdir()
    assert [one.code for one in read_file(tmp_path, "seeds").diagnostics] == ["stray-file"]


def test_a_name_that_is_no_text_is_shown_escaped(tmp_path: Path) -> None:
    folder = os.fsencode(tmp_path / "content" / "treaties")
    os.makedirs(folder)
    with open(os.path.join(folder, b"\xff\n.md"), "wb"):
        pass
    (path,) = paths(tmp_path)
    outcome = read_place(path)
    assert outcome.value is None
    assert [(one.code, one.span.path) for one in outcome.diagnostics] == [("bad-id", r"content/treaties/\xff\x0a.md")]
    outcome.diagnostics[0].message.encode()


def test_the_state_of_a_file_changes_with_it(tmp_path: Path) -> None:
    put(tmp_path, "seeds/x.txt", b"1")
    before = walk(tmp_path).value
    put(tmp_path, "seeds/x.txt", b"12")
    assert walk(tmp_path).value != before


def test_the_output_folder_is_left_alone(tmp_path: Path) -> None:
    put(tmp_path, "content/out/x.md")
    assert walk(tmp_path, tmp_path / "content/out").value == ()


def test_a_site_overrides_single_files_of_the_theme(tmp_path: Path) -> None:
    put(tmp_path, "installed/theme/css/a.css", b"1")
    put(tmp_path, "installed/theme/css/b.css", b"2")
    put(tmp_path, "site/theme/css/b.css", b"3")
    put(tmp_path, "site/theme/css/.c.css", b"4")
    files = read_theme(tmp_path / "installed/theme", tmp_path / "site").value
    assert files is not None
    assert [(file.path, file.data) for file in files] == [("theme/css/a.css", b"1"), ("theme/css/b.css", b"3")]


def test_a_site_that_is_the_generators_own_has_one_theme(tmp_path: Path) -> None:
    put(tmp_path, "theme/css/a.css", b"1")
    files = read_theme(tmp_path / "theme", tmp_path).value
    assert files is not None
    assert [file.path for file in files] == ["theme/css/a.css"]


# --- Names -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("seeds/mid.txt", ("document", "mid", "", -1)),
        ("seeds/a.b.md", ("document", "a.b", "", -1)),
        ("content/site.toml", ("config", "", "", -1)),
        ("content/sources.yaml", ("sources", "", "", -1)),
        ("content/sources.json", ("sources", "", "", -1)),
        ("content/timeline.yaml", ("timeline", "", "", -1)),
        ("content/annotations/mid/index.md", ("about", "mid", "mid", -1)),
        ("content/annotations/mid/03-red-lines.md", ("annotation", "red-lines", "mid", 3)),
        ("content/annotations/mid/red-lines.md", ("annotation", "red-lines", "mid", -1)),
        ("content/annotations/mid/2022-02-17.md", ("annotation", "2022-02-17", "mid", -1)),
        ("content/annotations/mid/007-x.md", ("annotation", "x", "mid", 7)),
        ("content/annotations/mid/05.md", ("annotation", "05", "mid", -1)),
        ("content/treaties/1990-cfe.md", ("treaty", "1990-cfe", "", -1)),
        ("content/treaties/03-cfe.md", ("treaty", "03-cfe", "", -1)),
        ("content/glossary/index.md", ("term", "index", "", -1)),
        ("content/pages/02-about.md", ("page", "about", "", 2)),
        ("content/pages/corrections.md", ("page", "corrections", "", -1)),
        ("content/pages/img/Ä 1.PNG", ("image", "", "", -1)),
        ("content/a.webp", ("image", "", "", -1)),
    ],
)
def test_a_path_says_what_a_file_is(path: str, expected: tuple[str, str, str, int]) -> None:
    outcome = read_place(path)
    assert outcome.diagnostics == ()
    assert outcome.value is not None
    assert outcome.value == (path, *expected)


@pytest.mark.parametrize(
    ("path", "at", "offer"),
    [
        ("seeds/Über Uns.txt", "seeds/Über Uns.txt", "`uber-uns`"),
        ("content/treaties/index.md", "content/treaties/index.md", "`index-page`"),
        ("content/annotations/mid/01-index.md", "content/annotations/mid/01-index.md", "`index-page`"),
        ("content/pages/glossary.md", "content/pages/glossary.md", "`glossary-page`"),
        ("content/pages/404.md", "content/pages/404.md", "`404-page`"),
        ("content/pages/9-search.md", "content/pages/9-search.md", "`search-page`"),
        ("content/annotations/A B/01-x.md", "content/annotations/A B", "`a-b`"),
        ("content/glossary/-x.md", "content/glossary/-x.md", "`x`"),
        ("content/glossary/" + "x" * 81 + ".md", "content/glossary/" + "x" * 81 + ".md", "x" * 80),
        ("content/glossary/я.md", "content/glossary/я.md", "lower-case"),
        ("content/glossary/.md", "content/glossary/.md", "lower-case"),
    ],
)
def test_a_name_that_cannot_be_an_id_is_refused_with_one_that_can(path: str, at: str, offer: str) -> None:
    outcome = read_place(path)
    assert outcome.value is None
    assert [(one.code, one.span.path) for one in outcome.diagnostics] == [("bad-id", at)]
    assert offer in outcome.diagnostics[0].hint


@pytest.mark.parametrize(
    ("path", "word"),
    [
        ("seeds/x.pdf", ".txt"),
        ("seeds/x.TXT", "`x.txt`"),
        ("seeds/x.png", ".txt"),
        ("seeds/sub/x.txt", "seeds/"),
        ("seeds/README", ".txt"),
        ("content/README.md", "site.toml"),
        ("content/sources.yml", "`sources.yaml`"),
        ("content/treatys/x.md", "`treaties`"),
        ("content/treaties/x.markdown", "`x.md`"),
        ("content/treaties/sub/x.md", "content/treaties/"),
        ("content/annotations/x.md", "folder of their document"),
        ("content/annotations/a/b/x.md", "folder of their document"),
        ("content/pages/x.svg", "PNG"),
        ("content/annotations/a/x.svg", "PNG"),
    ],
)
def test_a_file_that_is_not_read_is_reported(path: str, word: str) -> None:
    outcome = read_place(path)
    assert outcome.value is None
    assert [one.code for one in outcome.diagnostics] == ["stray-file"]
    assert word in outcome.diagnostics[0].hint


@given(st.text(max_size=100), st.sampled_from(["", "index", "404"]))
def test_any_name_is_an_id_or_has_a_reason(name: str, reserved: str) -> None:
    hint = explain_id(name, [reserved])
    assert isinstance(hint, str)


@given(
    st.sampled_from(["seeds/", "content/", "content/pages/", "content/annotations/", "content/annotations/x/"]),
    st.text(min_size=1),
)
def test_any_path_can_be_read(folder: str, name: str) -> None:
    outcome = read_place(folder + name)
    assert (outcome.value is None) == bool(outcome.diagnostics)


# --- Bytes -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("data", [b"a\nb\nc", b"a\r\nb\r\nc", b"a\rb\rc", b"\xef\xbb\xbfa\nb\r\nc", b"\xef\xbb\xbfa\rb\nc"])
def test_line_ends_and_a_byte_order_mark_make_no_difference(data: bytes) -> None:
    assert decode(data, "x").value == "a\nb\nc"


@pytest.mark.parametrize(
    ("data", "place", "word"),
    [
        ("é\nab".encode("utf-16"), (1, 1), "UTF-16"),
        ("é\nab".encode("utf-32"), (1, 1), "UTF-32"),
        ("abcd".encode("utf-16-le"), (1, 2), "U+0000"),
        (b"ok\r\nf\xc3\xa9\xffx", (2, 3), "0xFF"),
        (b"\xef\xbb\xbfab\xe2\x82", (1, 3), "0xE2"),
        (b"caf\xe9 \xe9 \xe9", (1, 4), "2 more"),
        (b"a\n\x01b\x01", (2, 1), "U+0001"),
        (b"a\x0c", (1, 2), "U+000C"),
        (b"a\x7f", (1, 2), "U+007F"),
        ("a\x85".encode(), (1, 2), "U+0085"),
        (b"\xed\xa0\x80", (1, 1), "0xED"),
    ],
)
def test_what_is_no_text_is_reported_where_it_stands(data: bytes, place: tuple[int, int], word: str) -> None:
    outcome = decode(data, "x")
    assert outcome.value is None
    (fault,) = outcome.diagnostics
    assert (fault.code, fault.span.line, fault.span.column) == ("encoding", *place)
    assert word in fault.message


def test_a_change_of_direction_is_a_warning_once_a_file() -> None:
    outcome = decode("a\nb\u202ec\u2066".encode(), "x")
    assert outcome.value == "a\nb\u202ec\u2066"
    assert [(one.code, one.severity, one.span.line, one.span.column) for one in outcome.diagnostics] == [
        ("bidi", "warning", 2, 2)
    ]


def test_marks_of_right_to_left_writing_are_in_order() -> None:
    assert not decode("\u200f\u200e\u061c\u2069\u202c’—".encode(), "x").diagnostics


@given(st.binary())
def test_any_bytes_are_text_or_a_fault(data: bytes) -> None:
    outcome = decode(data, "x")
    assert (outcome.value is None) == any(one.code == "encoding" for one in outcome.diagnostics)
    if outcome.value is not None:
        assert "\r" not in outcome.value


@pytest.mark.parametrize(
    ("data", "extension"),
    [
        (b"\x89PNG\r\n\x1a\n....", "png"),
        (b"\xff\xd8\xff\xe0", "jpg"),
        (b"GIF89a", "gif"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "webp"),
        (b"\0\0\0\x1cftypavif\0\0\0\0mif1", "avif"),
        (b"\0\0\0\x18ftypmif1\0\0\0\0avif", "avif"),
        (b"\0\0\0\x18ftypmp42\0\0\0\0isom", ""),
        (b"<svg/>", ""),
        (b"", ""),
    ],
)
def test_a_picture_is_known_by_its_first_bytes(data: bytes, extension: str) -> None:
    assert find_extension(data) == extension
