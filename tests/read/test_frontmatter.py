from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from triptych.model import Date
from triptych.read.fields import (
    Field,
    Fields,
    read_address,
    read_choice,
    read_date,
    read_flag,
    read_flag_or_text,
    read_former,
    read_language,
    read_number,
    read_places,
    read_sha256,
    read_text,
    read_texts,
)
from triptych.read.frontmatter import parse_plain, read_front_matter
from triptych.read.json_tree import parse_json
from triptych.read.tree import Mapping, Node, Scalar, Sequence, is_missing
from triptych.read.yaml_tree import parse_yaml
from triptych.values import explain_date, is_language_tag, is_web_address, parse_date

FIELDS: Fields = {
    "title": Field(read_text),
    "kind": Field(read_choice(("fact", "legal", "position"))),
    "tags": Field(read_texts),
    "prefix": Field(read_places),
    "created": Field(read_date),
    "url": Field(read_address),
    "draft": Field(read_flag),
    "binding": Field(read_flag_or_text),
    "nav": Field(read_number),
    "language": Field(read_language),
    "sha256": Field(read_sha256),
    "former": Field(read_former("index")),
}
REQUIRED: Fields = {"title": Field(read_text, is_required=True), "short": Field(read_text, is_required=True)}


def read(block: str, fields: Fields = FIELDS) -> tuple[Any, list[tuple[str, int, int]]]:
    front, sheet = read_front_matter(f"---\n{block}---\n", "x.md", fields)
    return front.values, [(one.code, one.span.line, one.span.column) for one in sheet.found]


# --- The block -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "body"),
    [
        ("---\ntitle: a\n---\nBody", "Body"),
        ("---\ntitle: a\n---", ""),
        ("---  \ntitle: a\n---\t\n\nBody", "\nBody"),
        ("---\n---\nBody", "Body"),
        ("Body\n\n---\n\nmore", "Body\n\n---\n\nmore"),
        ("", ""),
        ("--- a\n", "--- a\n"),
        ("----\na: b\n", "----\na: b\n"),
        ("---\ntitle: a\n---\n---\n", "---\n"),
    ],
)
def test_the_body_begins_after_the_block(text: str, body: str) -> None:
    front, sheet = read_front_matter(text, "x.md", FIELDS)
    assert front.body == body
    assert text.split("\n", front.first_line - 1)[-1] == body or not body
    assert not sheet.found


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("---\ntitle: a\n", 1),
        ("---", 1),
        ("\n\n---\ntitle: a\n---\n", 3),
        ("title: a\ntags:\n  - b\n---\nBody", 1),
        ("---\ntitle: a\n----\n", 1),
    ],
)
def test_a_block_that_is_half_there_is_reported(text: str, line: int) -> None:
    _, sheet = read_front_matter(text, "x.md", REQUIRED)
    assert [(one.code, one.span.line, one.span.column) for one in sheet.found] == [("front-matter-syntax", line, 1)]
    assert sheet.found[0].hint


@pytest.mark.parametrize("text", ["", "Body", "---\n---\n", "---\n# a comment\n---\n", "---\n~\n---\n"])
def test_what_is_required_is_missed_at_the_head_of_the_file(text: str) -> None:
    _, sheet = read_front_matter(text, "x.md", REQUIRED)
    assert [(one.code, one.span.line, one.span.column) for one in sheet.found] == [("missing-key", 1, 1)] * 2


@pytest.mark.parametrize(
    ("block", "place"),
    [
        ("title: a: b\n", (2, 9)),
        ("title: @x\n", (2, 8)),
        ("title: `x`\n", (2, 8)),
        ("title: *x* y\n", (2, 8)),
        ("title: *x\n", (2, 8)),
        ("title: &x y\n", (2, 8)),
        ("title: !!str y\n", (2, 8)),
        ("title: ! y\n", (2, 8)),
        ("tags: !x [a]\n", (2, 7)),
        ("tags: &x [a]\n", (2, 7)),
        ("title: 'it's'\n", (2, 12)),
        ('title: "a\n', (2, 8)),
        ("tags: [a, b\ntitle: x\n", (2, 7)),
        ("tags: {a\n", (2, 7)),
        ("title: a\nb\nkind: fact\n", (3, 1)),
        ("\ttitle: a\n", (2, 1)),
        ("tags:\n\t- a\n", (3, 1)),
        ("- a\n- b\n", (2, 1)),
        ("title:a\n", (2, 1)),
        ("just words\n", (2, 1)),
        ("<<: {title: a}\n", (2, 1)),
        ("? [a]\n: b\n", (2, 3)),
        ("{a: b}: c\n", (2, 1)),
        ("title: a\n...\nkind: fact\n", (4, 1)),
        ('title: "\\x01"\n', (2, 8)),
        ('title: "\\N"\n', (2, 8)),
        ('title: "\\ud800"\n', (2, 8)),
        ('title: "\\q"\n', (2, 8)),
        ("title: é😀 & [\nkind: é: x\n", (3, 8)),
        ("title: a\u2028b\n", (2, 9)),
        ("title: a\ufffe\n", (2, 9)),
        ("title: " + "[" * 500 + "\n", (2, 31)),
        ("title:\n" + "".join(" " * level + "a:\n" for level in range(1, 500)), (26, 25)),
        ("- " * 500 + "x\n", (2, 49)),
        ("title: |x\n  a\n", (2, 9)),
    ],
)
def test_what_is_not_taken_of_yaml_is_reported_where_it_stands(block: str, place: tuple[int, int]) -> None:
    assert read(block)[1] == [("front-matter-syntax", *place)]
    _, sheet = read_front_matter(f"---\n{block}---\n", "x.md", FIELDS)
    assert sheet.found[0].hint


# --- Keys and values -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "word", ["no", "yes", "on", "1.10", "1997", "12:30:45", "2022-02-17", "0x1F", "1e3", ".inf", "True", "Null", "=", "é"]
)
def test_strings_stay_strings(word: str) -> None:
    values, found = read(f"title: {word}\ntags: [{word}]\n")
    assert not found
    assert (values.text("title"), values.texts("tags")) == (word, (word,))


@pytest.mark.parametrize("nothing", ["", "~", "null", '""', "''", "[]", '" "', "# a comment"])
def test_a_value_that_says_nothing_is_missing(nothing: str) -> None:
    block = "".join(f"{name}: {nothing}\n" for name in FIELDS)
    values, found = read(block)
    assert not found
    assert (values.text("title"), values.texts("tags"), values.date("created"), values.flag("draft")) == ("", (), None, False)
    assert values.get("binding") is None
    assert [code for code, _, _ in read(f"title: {nothing}\nshort: x\n", REQUIRED)[1]] == ["missing-key"]


def test_quotes_make_text_of_what_is_none() -> None:
    values, found = read("title: \"null\"\nbinding: 'true'\ntags: ['~']\n")
    assert not found
    assert (values.text("title"), values.get("binding"), values.texts("tags")) == ("null", "true", ("~",))


def test_every_type_is_read() -> None:
    block = (
        "title: >\n  Two\n  lines\nkind: legal\ntags: arms\nprefix: [a, '', ~]\ncreated: '2022-02'\nurl: https://example.org/a?b#c\n"
        f"draft: true\nbinding: in part\nnav: 12\nlanguage: pt-BR\nsha256: {'Ab' * 32}\nformer:\n- a\n- b\n"
    )
    values, found = read(block)
    assert not found
    assert (values.text("title"), values.text("kind"), values.texts("tags")) == ("Two lines", "legal", ("arms",))
    assert (values.texts("prefix"), values.date("created")) == (("a", "", ""), Date(2022, 2))
    assert (values.text("url"), values.flag("draft"), values.get("binding")) == ("https://example.org/a?b#c", True, "in part")
    assert (values.number("nav"), values.text("language"), values.text("sha256")) == (12, "pt-BR", "ab" * 32)
    assert values.texts("former") == ("a", "b")


def test_all_faults_of_a_file_are_found_in_one_go() -> None:
    block = (
        "title: [a]\ntitle: b\nkindd: fact\nkind: facts\ntags: {a: b}\nprefix: [a, {b: c}]\ncreated: 2022-02-30\n"
        "url: javascript:x\n"
        "draft: yes\nbinding: [a]\nnav: 1.5\nlanguage: english\nsha256: abc\nformer: [ok, ../x, index]\n"
    )
    assert read(block)[1] == [
        ("wrong-type", 2, 8),
        ("repeated-key", 3, 1),
        ("unknown-key", 4, 1),
        ("bad-value", 5, 7),
        ("wrong-type", 6, 7),
        ("wrong-type", 7, 13),
        ("bad-date", 8, 10),
        ("unsafe-url", 9, 6),
        ("wrong-type", 10, 8),
        ("wrong-type", 11, 10),
        ("wrong-type", 12, 6),
        ("bad-value", 13, 11),
        ("bad-value", 14, 9),
        ("bad-id", 15, 14),
        ("bad-id", 15, 20),
    ]


def test_an_unknown_key_offers_the_nearest() -> None:
    _, sheet = read_front_matter("---\nTitel: a\n---\n", "x.md", FIELDS)
    assert sheet.found[0].hint == "did you mean `title`?"


@pytest.mark.parametrize("text", ["2022", "1945-06", "2024-02-29", "0476-09-04"])
def test_a_date_of_the_calendar_is_taken(text: str) -> None:
    date = parse_date(text)
    assert date is not None
    assert date.iso == text


@pytest.mark.parametrize(
    "text",
    [
        "2022-02-30",
        "2023-02-29",
        "9999-99-99",
        "2022-13",
        "2022-00",
        "2022-01-00",
        "0000",
        "22",
        "2022-2-1",
        "٢٠٢٢",
        "2022-01-01T00:00",
        "",
    ],
)
def test_anything_else_is_no_date_and_has_a_reason(text: str) -> None:
    assert parse_date(text) is None
    assert explain_date(text)


@pytest.mark.parametrize("text", ["17.02.2022", "17/02/2022", "2022/2/17", "2022.02.17"])
def test_a_date_in_other_clothes_is_offered_as_it_should_be(text: str) -> None:
    assert "`2022-02-17`" in explain_date(text)


@pytest.mark.parametrize(
    "text",
    ["https://example.org", "HTTP://EXAMPLE.org/x?y#z", "https://user@example.org:8080/", "https://пример.рф/", "http://[::1]/"],
)
def test_a_web_address_is_taken(text: str) -> None:
    assert is_web_address(text)


@pytest.mark.parametrize(
    "text",
    ["javascript:alert(1)", "//example.org", "/a", "a.html", "mailto:a@b.c", "data:x", "https:example.org", "https://", "https:///a",
     "https:\\\\a.b",
     "https://a.b\\@c", "https://a b", "ftp://a.b", "https://a.b/\x01", " https://a.b", "http://[x/", "blob:https://a.b"],
)  # fmt: skip
def test_anything_else_is_no_web_address(text: str) -> None:
    assert not is_web_address(text)


@pytest.mark.parametrize(
    "text", ["en", "RU", "pt-BR", "zh-Hant-TW", "sr-Latn", "es-419", "de-CH-1996", "sl-rozaj-biske", "en-x-a", "en-u-ca-gregory"]
)
def test_a_language_tag_is_taken(text: str) -> None:
    assert is_language_tag(text)


@pytest.mark.parametrize("text", ["english", "en_US", "e", "en-", "русский", "en-US-US", "x-private", "en us"])
def test_anything_else_is_no_language_tag(text: str) -> None:
    assert not is_language_tag(text)


# --- Two ways to the same nodes --------------------------------------------------------------------------------------


def bare(node: Node | None) -> object:
    """A tree without the places of what says nothing, which no one asks for, and of mappings."""
    if node is None or is_missing(node):
        return None
    if isinstance(node, Scalar):
        return node
    if isinstance(node, Sequence):
        return [bare(item) for item in node.items], node.start
    return [(key, bare(value)) for key, value in node.pairs]


words = st.text(alphabet=st.sampled_from(list("ab1 :#,'\"[]{}-&*!|>%@`~?.é😀\u00a0\ufeff\u0301\\=/")), max_size=8)
lines = st.one_of(
    st.builds("{}: {}\n".format, st.sampled_from(["a", "title", "k_2"]), words),
    st.builds("  - {}\n".format, words),
    st.builds("{}:\n".format, st.sampled_from(["a", "tags"])),
    st.builds("{}: [{}, {}]\n".format, st.sampled_from(["a", "tags"]), words, words),
)


@given(st.lists(lines, max_size=5).map("".join))
@example("a: b #c\n")
@example("a: b#c\n")
@example("a:\n  - b\n  - c\nd:\n")
@example("a: [b c, d]\n")
@example("a: ~\n  - b\n")
def test_the_short_way_gives_what_yaml_gives(block: str) -> None:
    plain = parse_plain(block, 0, len(block))
    if plain is not None:
        root, fault = parse_yaml(block)
        assert fault is None
        assert bare(plain) == bare(root)


def test_the_short_way_is_taken_for_what_authors_write() -> None:
    block = (
        "title: What Russia's “red lines” are, in short\nspeaker: Ministry (MFA)\ntreaties: [cfe-1990#art-iv, nato-1949]\n"
        "tags:\n  - arms\n  - borders\nurl: https://example.org/a#b\ncreated: 2022-02-17\nnote:\n"
    )
    assert parse_plain(block, 0, len(block)) is not None


def as_python(node: Node | None) -> object:
    if isinstance(node, Mapping):
        return {key.text: as_python(value) for key, value in node.pairs}
    if isinstance(node, Sequence):
        return [as_python(item) for item in node.items]
    if isinstance(node, Scalar):
        return json.loads(node.text) if node.is_plain else node.text
    return node


printable = st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]))
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**6), 10**6) | printable,
    lambda inner: st.lists(inner) | st.dictionaries(printable, inner),
    max_leaves=12,
)


@given(values, st.booleans(), st.sampled_from([None, 2, "\t"]))
@example({"a": "😀"}, True, None)
def test_json_is_read_as_the_json_module_reads_it(value: object, ascii_only: bool, indent: int | str | None) -> None:
    root, fault = parse_json(json.dumps(value, ensure_ascii=ascii_only, indent=indent))
    assert fault is None
    assert as_python(root) == value


@given(st.text(alphabet=st.sampled_from(list('[]{},:"\\ \nu01atruefalsn-.e\t\u00a0'))))
def test_json_is_refused_where_the_json_module_refuses_it(text: str) -> None:
    root, fault = parse_json(text)
    try:
        json.loads(text)
    except ValueError:
        assert fault is not None or not text.strip(" \t\n\r")
    else:
        assert root is not None or fault is not None
    if fault is not None:
        assert 0 <= fault.start <= len(text)


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ('[{"a": 1},]', 10),
        ('{"a": }', 6),
        ('{"a" 1}', 5),
        ('{"a": 1 "b": 2}', 8),
        ("{a: 1}", 1),
        ("['a']", 1),
        ('["a', 1),
        ('["\\ud800"]', 1),
        ('["\\u0001"]', 1),
        ('["\\x"]', 1),
        ("[1", 0),
        ("[1] 2", 4),
        ("[01]", 1),
        ("[NaN]", 1),
        ("[" * 500, 24),
        ('{"a": 1}}', 8),
        ("[1}", 2),
    ],
)
def test_a_fault_of_json_has_its_place(text: str, start: int) -> None:
    root, fault = parse_json(text)
    assert root is None
    assert fault is not None
    assert fault.start == start


@given(st.text(alphabet=st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from("-:[]{}\"'#&*!|> \n"))))
def test_any_front_matter_is_read_or_reported(text: str) -> None:
    front, sheet = read_front_matter(f"---\n{text}\n---\n", "x.md", FIELDS)
    assert f"---\n{text}\n---\n".endswith(front.body)
    for fault in sheet.found:
        assert fault.span.line >= 1
        assert fault.span.column >= 1
        fault.message.encode()
        fault.hint.encode()
