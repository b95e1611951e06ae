"""Broken files of every kind, one at a time in a site that is whole: each fault stands where the contract says, and alone.

Bytes that do not survive as files of a repository (other encodings, line ends, control characters, depths) stand here in data.
"""

from __future__ import annotations

import re

import pytest

from tests.trial import Build, build_site
from triptych.diagnostics import Severity

WHOLE: dict[str, bytes] = {
    "content/site.toml": b'title = "Case"\n',
    "seeds/letter.txt": b"The river board says that the water is clean.\n\nIt was tested twice last year.\n",
    "content/annotations/letter/index.md": b"---\ntitle: A letter\n---\n\nSent to all households.\n",
    "content/annotations/letter/01-clean.md": b"---\nkind: fact\n---\n\n> the water is clean\n\nThe survey agrees [@survey].\n",
    "content/treaties/river-pact.md": (
        b"---\ntitle: Pact on the River\nshort: River Pact\nkind: treaty\n---\n\n## Article 1 {#art-1}\n\nThe water is shared.\n"
    ),
    "content/glossary/weir.md": b"---\nterm: weir\n---\n\nA low wall across a river.\n",
    "content/sources.yaml": b"- id: survey\n  title: A survey of the river\n",
    "content/timeline.yaml": b"- date: 1990\n  title: The survey is printed\n  source: survey\n",
    "content/pages/about.md": b"---\ntitle: About\n---\n\nA [[weir]], see [@river-pact] and [@survey].\n",
}
PAGE = "content/pages/about.md"
CLAIM = "content/annotations/letter/01-clean.md"
LETTER = "content/annotations/letter/index.md"
TREATY = "content/treaties/river-pact.md"
TERM = "content/glossary/weir.md"
SOURCES = "content/sources.yaml"
TIMELINE = "content/timeline.yaml"
CONFIG = "content/site.toml"
SEED = "seeds/letter.txt"


def page(head: str) -> bytes:
    return f"---\n{head}\n---\n\nA [[weir]], see [@river-pact] and [@survey].\n".encode()


def claim(head: str) -> bytes:
    return f"---\n{head}\n---\n\n> the water is clean\n\nThe survey agrees [@survey].\n".encode()


def letter(head: str) -> bytes:
    return f"---\ntitle: A letter\n{head}\n---\n\nSent to all households.\n".encode()


def treaty(head: str) -> bytes:
    return f"---\ntitle: Pact on the River\nshort: River Pact\n{head}\n---\n\nThe water is shared.\n".encode()


def term(head: str) -> bytes:
    return f"---\n{head}\n---\n\nA low wall across a river.\n".encode()


# (what is broken, file, its bytes, the errors: "line:column code", `*` where the contract leaves it open)
BROKEN: list[tuple[str, str, bytes, list[str]]] = [
    # --- bytes
    ("invalid utf-8 in a seed", SEED, b"The caf\xe9 says\n", ["1:8 encoding"]),
    ("invalid utf-8 after characters of many bytes", SEED, "Тест é\n".encode() + b"ab\xff\n", ["2:3 encoding"]),
    ("utf-16 with a mark", SEED, "\ufeffThe water".encode("utf-16-le"), ["1:1 encoding"]),
    ("utf-16 the other way round", SEED, "\ufeffThe water".encode("utf-16-be"), ["1:1 encoding"]),
    ("a null character", SEED, b"one\r\ntw\0o\r\n", ["2:3 encoding"]),
    ("an escape character after a lone carriage return", SEED, b"one\rtwo\rt\x1bhree", ["3:2 encoding"]),
    ("a surrogate written as utf-8", SEED, b"one \xed\xa0\x80 two", ["1:5 encoding"]),
    ("invalid utf-8 in a page, after a mark", PAGE, b"\xef\xbb\xbf---\ntitle: About\n---\n\n\xc3\xa9\xff\n", ["5:2 encoding"]),
    ("a null character in a claim", CLAIM, b"> the water is cl\0ean\n\nThe survey agrees [@survey].\n", ["1:18 encoding"]),
    ("invalid utf-8 in the bibliography", SOURCES, b"- id: survey\n  title: caf\xe9\n", ["2:13 encoding"]),
    ("invalid utf-8 in site.toml", CONFIG, b'title = "\xff"\n', ["1:10 encoding"]),
    ("a bell in the timeline", TIMELINE, b"- date: 1990\n  title: a\x07b\n", ["2:11 encoding"]),
    ("line ends of one system: column", PAGE, b"---\r\ntitle: About\r\n---\r\n\r\nA [[wier]].\r\n", ["5:5 unknown-term"]),
    ("line ends of an old system: column", PAGE, b"---\rtitle: About\r---\r\rA [[wier]].\r", ["5:5 unknown-term"]),
    ("a mark before a quote: column", CLAIM, b"\xef\xbb\xbf> the water is not clean\n\nSo [@survey].\n", ["1:3 quote-not-found"]),
    ("wide characters before a name: column", PAGE, "---\ntitle: About\n---\n\n🙂é [[wier]].\n".encode(), ["5:6 unknown-term"]),
    # --- front matter
    ("no closing line", PAGE, b"---\ntitle: About\n\nText.\n", ["1:1 front-matter-syntax"]),
    ("a tag", PAGE, page("title: !!str About"), ["2:8 front-matter-syntax"]),
    ("a tag that makes an object", PAGE, page("title: !!python/object/apply:os.getcwd []"), ["2:8 front-matter-syntax"]),
    ("an anchor", PAGE, page("title: &a About"), ["2:8 front-matter-syntax"]),
    ("an alias", PAGE, page("title: About\ndescription: *a"), ["3:14 front-matter-syntax"]),
    ("a merge key", PAGE, page("title: About\n<<: {nav: 1}"), ["3:1 *"]),
    ("a number for a key", PAGE, page("title: About\n1: one"), ["3:1 unknown-key"]),
    ("a list for a key", PAGE, page("title: About\n? [a, b]\n: c"), ["3:* *"]),
    ("a list for front matter", PAGE, page("- title: About"), ["2:* *"]),
    ("words for front matter", PAGE, page("About"), ["2:* *"]),
    ("a bracket that is never closed", PAGE, page("title: [About"), ["*:* front-matter-syntax"]),
    ("a control character by escape", PAGE, page('title: "a\\x01b"'), ["2:8 *"]),
    ("a surrogate by escape", PAGE, page('title: "a\\ud800b"'), ["2:8 *"]),
    ("a null character by escape", PAGE, page('title: "a\\0b"'), ["2:8 *"]),
    ("500 lists in lists", PAGE, page("title: " + "[" * 500 + "]" * 500), ["2:* *"]),
    ("500 maps in maps", PAGE, page("title: " + "{a: " * 500 + "b" + "}" * 500), ["2:* *"]),
    ("a list for text", PAGE, page("title: [A, b]"), ["2:8 wrong-type"]),
    ("a map for text", PAGE, page("title: {a: b}"), ["2:8 wrong-type"]),
    ("text for true or false", PAGE, page("title: About\ndraft: yes"), ["3:8 wrong-type"]),
    ("a fraction for a whole number", PAGE, page("title: About\nnav: 1.5"), ["3:6 wrong-type"]),
    ("a list for a whole number", PAGE, page("title: About\nnav: [1]"), ["3:6 wrong-type"]),
    ("an empty list for text", PAGE, page("title: []"), ["2:1 missing-key"]),
    ("an empty text", PAGE, page('title: ""'), ["2:1 missing-key"]),
    ("nothing", PAGE, page("title:"), ["2:1 missing-key"]),
    ("no front matter at all", PAGE, b"A [[weir]], see [@river-pact] and [@survey].\n", ["1:1 missing-key"]),
    ("a key twice", PAGE, page("title: About\ntitle: About"), ["3:1 repeated-key"]),
    ("two unknown keys", PAGE, page("titel: A\ntitle: About\nnave: 1"), ["2:1 unknown-key", "4:1 unknown-key"]),
    ("a former name that leads elsewhere", PAGE, page("title: About\nformer: [../x]"), ["3:10 bad-id"]),
    # --- each kind of file
    ("a kind of treaty that is none", TREATY, treaty("kind: pact"), ["4:7 bad-value"]),
    ("a month too many", TREATY, treaty("kind: treaty\nsigned: 1990-13"), ["5:9 bad-date"]),
    ("a day that is none", TREATY, treaty("kind: treaty\nsigned: 1991-02-29"), ["5:9 bad-date"]),
    ("a date beyond the calendar", TREATY, treaty("kind: treaty\nsigned: 9999-99-99"), ["5:9 bad-date"]),
    ("words for a date", TREATY, treaty("kind: treaty\nsigned: last year"), ["5:9 bad-date"]),
    ("a list for a date", TREATY, treaty("kind: treaty\nsigned: [1990]"), ["5:9 wrong-type"]),
    ("a bad date in a list", TREATY, treaty("kind: treaty\nsuspended:\n  - {date: 1990-00}"), ["6:12 bad-date"]),
    ("a missing date in a list", TREATY, treaty("kind: treaty\nsuspended:\n  - {by: The upper bank}"), ["*:* missing-key"]),
    ("an address that runs", TREATY, treaty("kind: treaty\nurl: javascript:alert(1)"), ["5:6 unsafe-url"]),
    ("an address without a scheme", TREATY, treaty("kind: treaty\nurl: //river.example"), ["5:6 unsafe-url"]),
    ("a term that is a list", TERM, term("term: [weir]"), ["2:7 wrong-type"]),
    ("an alias that is a map", TERM, term("term: weir\naliases: [{a: b}]"), ["3:11 wrong-type"]),
    ("an unknown kind of claim", CLAIM, claim("kind: opinion"), ["2:7 bad-value"]),
    ("an unknown key in an entry", CLAIM, claim("treaties:\n  - {ref: river-pact, why: x}"), ["3:23 unknown-key"]),
    ("a missing key in an entry", CLAIM, claim("treaties:\n  - {note: x}"), ["*:* missing-key"]),
    ("a repeated key in an entry", CLAIM, claim("rating: {label: a, value: b, label: c}"), ["2:30 repeated-key"]),
    ("a correction without words", CLAIM, claim("corrections:\n  - date: 1990"), ["*:* missing-key"]),
    ("corrections that are text", CLAIM, claim("corrections: none"), ["2:14 wrong-type"]),
    ("a rating that is text", CLAIM, claim("rating: good"), ["2:9 wrong-type"]),
    ("a display outside its list", LETTER, letter("display: all"), ["3:10 bad-value"]),
    ("a language that is none", LETTER, letter("language: as we speak"), ["3:11 *"]),
    ("a hash that is none", LETTER, letter("sha256: abc"), ["3:9 *"]),
    # --- bibliography, timeline, site
    ("a source without a name", SOURCES, b"- id: survey\n  title: A survey\n- title: Another\n", ["*:* missing-key"]),
    ("a source without a title", SOURCES, b"- id: survey\n", ["*:* missing-key"]),
    ("a source that is text", SOURCES, b"- {id: survey, title: A survey}\n- another\n", ["2:3 wrong-type"]),
    ("a bibliography that is text", SOURCES, b"A survey\n", ["1:* *"]),
    ("a bad date of a source", SOURCES, b"- id: survey\n  title: A\n  issued: {date-parts: [[1990, 13]]}\n", ["3:* bad-date"]),
    ("an unknown key of a source", SOURCES, b"- id: survey\n  title: A\n  titel: B\n", ["3:3 unknown-key"]),
    ("an anchor in the bibliography", SOURCES, b"- id: survey\n  title: &a A\n", ["2:10 config-syntax"]),
    ("an address of a source that runs", SOURCES, b"- id: survey\n  title: A\n  URL: data:text/html,x\n", ["3:8 unsafe-url"]),
    ("a timeline that is a map", TIMELINE, b"date: 1990\ntitle: The survey\n", ["1:1 wrong-type"]),
    ("an event without words", TIMELINE, b"- date: 1990\n", ["*:* missing-key"]),
    ("an event on no day", TIMELINE, b"- date: soon\n  title: A\n", ["1:9 bad-date"]),
    ("an event with an unknown key", TIMELINE, b"- date: 1990\n  title: A\n  where: B\n", ["3:3 unknown-key"]),
    ("site.toml that is none", CONFIG, b'title = "Case"\nlanguage\n', ["2:* config-syntax"]),
    ("an unknown key of the site", CONFIG, b'title = "Case"\ncolour = "red"\n', ["2:1 unknown-key"]),
    ("a number for the site's title", CONFIG, b"title = 5\n", ["1:9 wrong-type"]),
    ("an empty site.toml", CONFIG, b"", ["1:1 missing-key"]),
    ("a glossary that is neither", CONFIG, b'title = "Case"\nglossary = "never"\n', ["2:12 bad-value"]),
    ("a base address without a scheme", CONFIG, b'title = "Case"\nbase_url = "river.example"\n', ["2:12 *"]),
    ("kinds that are text", CONFIG, b'title = "Case"\nkinds = "opinion"\n', ["2:9 wrong-type"]),
    ("a key of the site twice", CONFIG, b'title = "Case"\ntitle = "Case"\n', ["2:* *"]),
]


@pytest.mark.parametrize(("path", "data", "expected"), [row[1:] for row in BROKEN], ids=[row[0] for row in BROKEN])
def test_a_broken_file_is_reported_where_it_is_broken_and_nowhere_else(path: str, data: bytes, expected: list[str]) -> None:
    build = build_site({**WHOLE, path: data})
    errors = [one for one in build.diagnostics if one.severity is Severity.ERROR]
    actual = [f"{one.span.path}:{one.span.line}:{one.span.column} {one.code}" for one in errors]
    patterns = [re.escape(f"{path}:{line}").replace(r"\*", "[a-z0-9-]+") for line in expected]
    if len(actual) != len(patterns) or not all(map(re.fullmatch, patterns, actual)):
        assert actual == [f"{path}:{line}" for line in expected]
    assert build.outputs == {}
    assert all(one.hint or one.message for one in errors)


@pytest.fixture(scope="module")
def whole() -> Build:
    return build_site(WHOLE)


def test_the_whole_site_of_these_tests_is_clean(whole: Build) -> None:
    assert whole.diagnostics == ()
    assert "index.html" in whole.outputs


@pytest.mark.parametrize("path", sorted(WHOLE))
@pytest.mark.parametrize("ends", [b"\n", b"\r\n", b"\r"], ids=["LF", "CRLF", "CR"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["plain", "BOM"])
def test_line_ends_and_a_byte_order_mark_change_nothing(path: str, ends: bytes, mark: bytes, whole: Build) -> None:
    build = build_site({**WHOLE, path: mark + WHOLE[path].replace(b"\n", ends)})
    assert build.diagnostics == ()
    assert build.outputs == whole.outputs


BAD_NAMES = ["About", "-about", "a_b", "über", "a b", "x" * 81, "index", "glossary", "sources", "search", "404"]
OPENERS = ["> ", "- ", "1. ", "> - ", "[", "*a ", "![", "`", "<b>", "[[", "[@", "~~", "&", "\\", "(", "<!--", "|"]


@pytest.mark.parametrize("name", BAD_NAMES)
def test_a_page_may_not_have_a_name_that_the_site_cannot_give_it(name: str) -> None:
    path = f"content/pages/{name}.md"
    build = build_site({**WHOLE, path: b"---\ntitle: More\n---\n\nMore.\n"})
    assert [(one.span.path, one.span.line, one.span.column, one.code) for one in build.diagnostics] == [(path, 1, 1, "bad-id")]


@pytest.mark.parametrize("name", ["x" * 80, "a.b-c", "0", "7-up", "treaties", "feed"])
def test_a_page_may_have_any_name_that_the_site_can_give_it(name: str) -> None:
    build = build_site({**WHOLE, f"content/pages/{name}.md": b"---\ntitle: More\n---\n\nMore.\n"})
    assert build.diagnostics == ()
    assert (name.partition("-")[2] if name == "7-up" else name) + ".html" in build.outputs


def test_a_number_of_four_digits_belongs_to_the_name() -> None:
    build = build_site({**WHOLE, "content/pages/1990-notes.md": b"---\ntitle: More\n---\n\nMore.\n"})
    assert build.diagnostics == ()
    assert "1990-notes.html" in build.outputs


@pytest.mark.parametrize("path", ["content/treaties/index.md", "content/treaties/River.md"])
def test_a_treaty_may_not_take_the_place_of_the_index(path: str) -> None:
    build = build_site({**WHOLE, path: WHOLE[TREATY]})
    assert ("bad-id", path) in [(one.code, one.span.path) for one in build.diagnostics]
    assert build.outputs == {}


def test_a_seed_is_shown_to_any_depth_of_nesting() -> None:
    seed = b"> " * 60 + b"deep water\n"
    files = {path: data for path, data in WHOLE.items() if path not in (SEED, CLAIM)}
    build = build_site({**files, "seeds/letter.md": seed})
    assert [one.code for one in build.diagnostics if one.severity is Severity.ERROR] == []
    assert b"deep water" in build.outputs["documents/letter.html"]


@pytest.mark.parametrize("opener", OPENERS)
@pytest.mark.parametrize("path", [PAGE, CLAIM, TREATY, "seeds/letter.md"])
def test_depth_without_end_gives_a_page_or_an_error(opener: str, path: str) -> None:
    head = WHOLE.get(path, b"").rpartition(b"---\n")[0] + b"---\n\n" if path in (PAGE, TREATY) else b""
    lead = b"> the water is clean\n\n" if path == CLAIM else b""
    files = {name: data for name, data in WHOLE.items() if not (path.startswith("seeds/") and name == SEED)}
    build = build_site({**files, path: head + lead + opener.encode() * 600 + b"x\n"})
    assert build.outputs or any(one.severity is Severity.ERROR for one in build.diagnostics)


def test_a_number_too_long_for_the_machine_is_a_fault_of_the_file() -> None:
    build = build_site({**WHOLE, PAGE: page("title: About\nnav: " + "9" * 5000)})
    assert build.outputs or {one.span.path for one in build.diagnostics} == {PAGE}


def test_the_same_bibliography_may_be_written_in_json() -> None:
    files = {path: data for path, data in WHOLE.items() if path != SOURCES}
    build = build_site({**files, "content/sources.json": b'[{"id": "survey", "title": "A survey of the river"}]'})
    assert build.diagnostics == ()
    assert build.outputs == build_site(WHOLE).outputs


@pytest.mark.parametrize("data", [b"[", b"{}}", b'[{"id": "survey", "title": "\\ud800"}]', b"[" * 5000, b"nul", b"\xff"])
def test_a_bibliography_in_broken_json_is_reported_once(data: bytes) -> None:
    files = {path: text for path, text in WHOLE.items() if path != SOURCES}
    build = build_site({**files, "content/sources.json": data})
    errors = [one for one in build.diagnostics if one.severity is Severity.ERROR]
    assert [one.span.path for one in errors] == ["content/sources.json"]


def test_all_faults_of_a_site_come_in_one_run_in_order() -> None:
    files = dict(WHOLE)
    files[PAGE] = b"---\ntitle: About\nnave: 2\n---\n\nA [[wier]], see [@river-pact] and [@survey].\n"
    files[CLAIM] = b"---\nkind: hope\n---\n\n> the water is dirty\n\nSee [[wier]] [@survey].\n"
    files[TREATY] = treaty("kind: treaty\nsigned: never")
    found = [(one.span.path, one.span.line, one.span.column, one.code) for one in build_site(files).diagnostics]
    assert found == [
        (CLAIM, 2, 7, "bad-value"),
        (CLAIM, 5, 3, "quote-not-found"),
        (CLAIM, 7, 7, "unknown-term"),
        (PAGE, 3, 1, "unknown-key"),
        (PAGE, 6, 5, "unknown-term"),
        (TREATY, 5, 9, "bad-date"),
    ]
