"""The report in the open page: what it shows, and that nothing in it is anyone's markup but ours."""

from __future__ import annotations

import html.parser
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triptych.dev.overlay import LIMIT, editor_link, render_overlay
from triptych.diagnostics import Diagnostic, Severity, Span

SITE = Path("/home/e d/site#1")
ALLOWED = {"h2", "p", "ol", "li", "pre", "a", "code", "strong", "span", "mark"}


class Tree(html.parser.HTMLParser):
    """Every tag with its attributes, and the text; tags must be closed in order."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.text_by_class: dict[str, str] = {}
        self.classes: list[str] = []
        self.feed(markup)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.tags.append((tag, given))
        self.open.append(tag)
        self.classes.append(given.get("class", ""))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag
        self.classes.pop()

    def handle_data(self, data: str) -> None:
        for name in {*self.classes, self.open[-1] if self.open else ""} - {""}:
            self.text_by_class[name] = self.text_by_class.get(name, "") + data


def fault(path: str = "content/a.md", line: int = 1, column: int = 1, width: int = 1, **more: object) -> Diagnostic:
    given = {"code": "unknown-term", "message": "no term `x`", "span": Span(path, line, column, width), **more}
    return Diagnostic(**given)  # type: ignore[arg-type]


def shown(one: Diagnostic, text: str | None) -> Tree:
    return Tree(render_overlay([one], lambda path: text, SITE))


def test_a_diagnostic_has_its_parts() -> None:
    one = fault(line=2, column=5, width=7, hint="one way\n  or another")
    tree = shown(one, "first\nsee [[xx]] here\n")
    texts = tree.text_by_class
    assert texts["h2"] == "1 error"
    assert texts["what"] == "error unknown-term no term x"
    assert texts["where"] == "content/a.md:2:5"
    assert texts["source"] == "see [[xx]] here"
    assert texts["mark"] == "[[xx]] "
    assert texts["caret"] == "^" * 7
    assert texts["ghost"] == "see "
    assert texts["hint"] == "one way\n  or another"
    assert ("h2", {"id": "triptych-overlay-heading"}) in tree.tags


def test_the_link_opens_the_editor_at_the_place() -> None:
    assert editor_link(SITE, Span("content/ä b.md", 3, 7)) == "vscode://file/home/e%20d/site%231/content/%C3%A4%20b.md:3:7"
    assert editor_link(SITE, Span('a"?%:<.md', 1, 1)) == "vscode://file/home/e%20d/site%231/a%22%3F%25%3A%3C.md:1:1"
    assert editor_link(SITE, Span("a\udcff.md", 1, 1)).endswith("/a%FF.md:1:1")


@pytest.mark.parametrize(
    ("path", "text", "line", "piece"),
    [
        ("content/a.md", "---\ntitle: 'x'\n---\n", 2, '<span class="nt">title</span>'),
        ("content/a.md", "---\ntitle: x\n---\nsome **bold** words\n", 4, '<span class="gs">**bold**</span>'),
        ("content/sources.yaml", "- id: x\n  title: y\n", 2, '<span class="nt">title</span>'),
        ("content/site.toml", '[kinds]\ntitle = "x"\n', 2, '<span class="s2">x'),
        ("theme/templates/base.html", "<p>\n{% if x %}\n", 2, '<span class="k">if</span>'),
        ("theme/css/a.css", "p {\n  color: red;\n}\n", 2, '<span class="k">color</span>'),
        ("seeds/a.txt", "some <words>\n", 1, "some &lt;words&gt;"),
    ],
)
def test_the_line_is_coloured_as_what_it_is(path: str, text: str, line: int, piece: str) -> None:
    assert piece in render_overlay([fault(path, line, 99)], lambda path: text, SITE)


def test_errors_come_first_and_fifty_are_shown() -> None:
    warnings = [fault(line=number, severity=Severity.WARNING) for number in range(1, 61)]
    tree = Tree(render_overlay([*warnings, fault("content/z.md")], lambda path: None, SITE))
    entries = [given["class"] for tag, given in tree.tags if tag == "li"]
    assert entries == ["diagnostic error"] + ["diagnostic warning"] * (LIMIT - 1)
    assert tree.text_by_class["more"] == "and 11 more"
    assert tree.text_by_class["h2"] == "1 error, 60 warnings"


def test_a_line_that_is_not_there_is_not_shown() -> None:
    for text in (None, "", "one line"):
        assert "source" not in shown(fault(line=7), text).text_by_class


def test_a_long_line_is_cut_round_its_place() -> None:
    line = "x" * 5_000_000 + "HERE" + "y" * 5_000_000
    began = time.perf_counter()
    texts = shown(fault(column=5_000_001, width=4), line).text_by_class
    assert time.perf_counter() - began < 1
    assert texts["mark"] == "HERE"
    assert texts["source"] == "…" + "x" * 60 + "HERE" + "y" * 136 + "…"
    assert texts["ghost"] == "…" + "x" * 60


@pytest.mark.parametrize("piece", ["*", "[", "`", "\n", "&", "{{", "<", "a:", "@", "- ", "![", "|"])
@pytest.mark.parametrize("path", ["a.md", "a.yaml", "a.html", "a.css", "a.toml"])
def test_no_line_takes_long_to_colour(path: str, piece: str) -> None:
    text = ("---\n---\n" if path == "a.md" else "") + "\n".join([(piece * 400)[:400]] * 50)
    one = fault(path, text.count("\n"), 1)
    render_overlay([one], lambda path: text, SITE)  # the lexer is loaded
    began = time.perf_counter()
    render_overlay([one], lambda path: text, SITE)
    assert time.perf_counter() - began < 0.5


def test_a_fault_of_our_own_is_shown_whole() -> None:
    told = 'Traceback (most recent call last):\n  File "x.py", line 1\n    a < b\nValueError: <script>\n' + "line\n" * 500
    tree = Tree(render_overlay([], lambda path: None, SITE, fault=told))
    assert tree.text_by_class["fault"] == told
    assert tree.text_by_class["h2"] == "Triptych itself made a mistake"


def test_what_cannot_be_seen_is_made_visible() -> None:
    markup = render_overlay([fault(message="a\u202eb\x1b")], lambda path: "x\u202ey\x00\n", SITE)
    assert "a\\u202eb\\x1b" in markup
    assert "\u202e" not in markup
    assert "\x00" not in markup


NASTY = st.text(alphabet=st.sampled_from(list("<>&\"'`\n\r\t /=:{}[]*-#abc\u2028\u202e\x00é字😀\udcff")), max_size=40)


@given(
    path=NASTY.map(lambda stem: stem.replace("\n", "")),
    ending=st.sampled_from([".md", ".yaml", ".toml", ".html", ".css", ".txt", ""]),
    text=NASTY, message=NASTY, hint=NASTY, code=NASTY, told=NASTY,
    line=st.integers(-1, 5), column=st.integers(-1, 50), width=st.integers(-1, 50),
)  # fmt: skip
def test_only_our_own_markup_is_in_it(
    path: str, ending: str, text: str, message: str, hint: str, code: str, told: str, line: int, column: int, width: int
) -> None:
    span = Span(path.replace("\0", "") + ending, line, column, width)
    one = Diagnostic(code=code, message=message, span=span, hint=hint)
    tree = Tree(render_overlay([one], lambda path: text, SITE, fault=told))
    assert {tag for tag, _ in tree.tags} <= ALLOWED
    for tag, given_ in tree.tags:
        assert set(given_) <= {"class", "id", "href", "dir", "tabindex", "aria-hidden"}
        assert given_.get("href", "vscode://file/").startswith("vscode://file/"), tag
