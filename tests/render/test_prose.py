"""The markup that Markdown becomes: nothing of an author's in it unescaped, and a place for all that the site decides."""

from __future__ import annotations

import re

import html5lib  # type: ignore[import-untyped]
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from triptych.model import Body, Slot
from triptych.read.markdown import parse_body
from triptych.read.seed import parse_seed
from triptych.render.highlight import LANGUAGES, LIMIT, highlight
from triptych.render.prose import compile_prose


def compiled(text: str, base_level: int = 2) -> Body:
    value = parse_body(text, path="x.md", compile=compile_prose, base_level=base_level).value
    assert value is not None
    return value


def fill(body: Body) -> str:
    """The markup with its slots filled as a page would, with nothing linked."""
    parts: list[str] = []
    for part in body.prose:
        if isinstance(part, str):
            parts.append(part)
        elif part.kind == "run":
            parts.append(body.runs[part.first].replace("&", "&amp;").replace("<", "&lt;"))
        elif part.kind == "id":
            parts.append("claim--")
        else:
            reference = body.references[part.first]
            parts.append({"link": "<a href='#'>", "image": "<img alt=''>"}.get(reference.kind, f"<a>{reference.kind}</a>"))
    return "".join(parts)


@pytest.mark.parametrize(
    ("text", "markup"),
    [
        ("a *b* **c** ~~d~~ `<e>`", "<p>a <em>b</em> <strong>c</strong> <s>d</s> <code>&lt;e&gt;</code></p>\n"),
        ("a  \nb\nc", "<p>a<br>b\nc</p>\n"),
        ("- a\n- b", "<ul>\n<li>a\n</li>\n<li>b\n</li>\n</ul>\n"),
        ("3. a", '<ol start="3">\n<li>a\n</li>\n</ol>\n'),
        ("***", "<hr>\n"),
        ("{{ x }} &lt;b&gt;", "<p>{{ x }} &lt;b></p>\n"),
        ("<https://river.example/ä>", '<p><a href="https://river.example/ä">https://river.example/ä</a></p>\n'),
        (
            '[a](<https://river.example/"x y> "t\\"<")',
            '<p><a href="https://river.example/%22x%20y" title="t&quot;&lt;">a</a></p>\n',
        ),
        ("```xx\n<a>\n```", '<pre class="code" tabindex="0"><code>&lt;a&gt;\n</code></pre>\n'),
        ("A\n: b", "<dl><dt>A</dt>\n<dd>b\n</dd>\n</dl>\n"),
    ],
)
def test_marks_become_elements(text: str, markup: str) -> None:
    assert fill(compiled(text)) == markup


def test_headings_stand_below_the_pages_own() -> None:
    assert fill(compiled("## A\n\n#### B\n\n###### C\n", base_level=4)) == (
        '<h4 id="claim--a">A</h4>\n<h6 id="claim--b">B</h6>\n<h6 id="claim--c">C</h6>\n'
    )


def test_a_table_is_a_region_that_scrolls_and_its_alignment_a_class() -> None:
    tree = LexborHTMLParser(fill(compiled("| a | | b |\n| :- | - | -: |\n| 1 | 2 | 3 |\n")))
    region = tree.css_first("div.table-scroll[tabindex='0'][role=region]")
    assert region is not None
    assert region.attributes["aria-label"] == "a, b"
    assert [cell.tag for cell in tree.css("thead tr > *")] == ["th", "td", "th"]
    assert [cell.attributes.get("class") for cell in tree.css("tbody td")] == ["align-left", None, "align-right"]
    assert tree.css("[style]") == []


def test_footnotes_lead_there_and_back() -> None:
    tree = LexborHTMLParser(fill(compiled("A[^x] B[^x]\n\n[^x]: One.\n\n    Two.\n")))
    assert [link.attributes["href"] for link in tree.css("sup a")] == ["#claim--fn_1"] * 2
    assert [link.attributes["href"] for link in tree.css("section.footnotes li p:last-of-type a")] == [
        "#claim--fnref_1",
        "#claim--fnref_1_2",
    ]
    ids = [node.attributes["id"] for node in tree.css("[id]")]
    assert ids == ["claim--fnref_1", "claim--fnref_1_2", "claim--fn_1"]


def test_code_is_marked_by_class_for_the_languages_listed() -> None:
    markup = fill(compiled("```python\nx = '<'\n```\n"))
    assert '<span class="n">x</span>' in markup
    assert "style" not in markup
    assert highlight("x = 1", "cobol") == "x = 1"
    assert "<span" not in highlight("x = 1\n" * (LIMIT // 6 + 1), "python")


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_the_text_of_code_is_kept(language: str) -> None:
    code = "\n\n<a b='c'> & x = [1, \"2\"] # é\n\t- y: {z}\n+ d\n  "
    (element,) = LexborHTMLParser(f"<pre><code>{highlight(code, language)}</code></pre>").css("code")
    assert element.text() == code


def test_a_seed_is_laid_out_with_its_paragraphs_numbered() -> None:
    seed = parse_seed("# A\n\n- *b*\n\n      c\n", compile=compile_prose)
    assert seed.layout == (
        ('<h2 data-paragraph="1">', Slot("text", 0, 1), "</h2>\n"),
        (
            '<ul>\n<li><p data-paragraph="2"><em>',
            Slot("text", 3, 4),
            '</em></p>\n<pre data-paragraph="3" tabindex="0"><code>',
            Slot("text", 6, 7),
            "</code></pre>\n</li>\n</ul>\n",
        ),
    )


_SIGNS = [
    "<script>",
    "</p>",
    "<b>",
    "onclick=",
    '"',
    "'",
    "<",
    ">",
    "&",
    "&lt;",
    "[a](",
    "javascript:x",
    "https://e.example/",
    ")",
]
_SIGNS += [
    "![",
    "](",
    "[[t]]",
    "[@k]",
    "[^n]",
    "\n\n[^n]: ",
    "`",
    "*",
    "> ",
    "- ",
    "\n",
    "\n\n",
    "# ",
    "{#a}",
    "~~",
    "a",
    " ",
    "\\",
]
_TEXT = st.lists(st.sampled_from([*_SIGNS, "| a |\n|:-:|\n", "```html\n"]), max_size=20).map("".join)
_ALLOWED = re.compile(
    "a|br|blockquote|body|code|dd|div|dl|dt|em|h[2-6]|head|hr|html|img|li|ol|p|pre|s|section|span|strong|sup|table|tbody|td|th|"
    "thead|tr|ul"
)


@settings(max_examples=300, deadline=None)
@given(_TEXT)
def test_no_markup_comes_from_an_author(text: str) -> None:
    for markup in (
        fill(compiled(text)),
        "".join(
            part if isinstance(part, str) else "x" for prose in parse_seed(text, compile=compile_prose).layout for part in prose
        ),
    ):
        for node in LexborHTMLParser(markup).css("*"):
            assert _ALLOWED.fullmatch(node.tag or "")
            assert not any(name.startswith("on") or name == "style" for name in node.attributes)
            assert not (node.attributes.get("href") or "#").lower().startswith("javascript")


@settings(max_examples=150, deadline=None)
@given(_TEXT)
def test_the_markup_is_well_formed(text: str) -> None:
    parser = html5lib.HTMLParser(strict=False)
    parser.parseFragment(fill(compiled(text)))
    assert [code for _, code, _ in parser.errors] == []
