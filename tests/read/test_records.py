from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it.token import Token

from triptych.diagnostics import Diagnostic
from triptych.model import Annotation, Date, Page, Prose, Rating, Suspension, Term, Treaty
from triptych.read.about import read_about
from triptych.read.annotation import read_annotation
from triptych.read.document import read_document
from triptych.read.page import read_page
from triptych.read.sources import read_sources
from triptych.read.term import read_term
from triptych.read.timeline import read_timeline
from triptych.read.treaty import read_treaty


def compile_types(tokens: Sequence[Token]) -> Prose:
    """Stands in for the renderer: a body is what its tokens are called."""
    return tuple(token.type for token in tokens)


def places(diagnostics: tuple[Diagnostic, ...]) -> list[tuple[str, int, int]]:
    return [(one.code, one.span.line, one.span.column) for one in diagnostics]


# --- Plain documents -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "paragraphs"),
    [
        ("One\nstill one\n\nTwo", ["One\nstill one", "Two"]),
        ("One\nTwo\nThree\n", ["One", "Two", "Three"]),
        ("\n\nOne\nTwo\n\n\n", ["One", "Two"]),
        ("One\n \t\n\n  Two  \n", ["One", "Two"]),
        ("  One  \n  Two", ["One", "Two"]),
        ("One", ["One"]),
        ("One  two\u00a0\n\u00a0\nthree", ["One  two\u00a0", "\u00a0", "three"]),
        ("a\n\nb\nc\n\nd", ["a", "b\nc", "d"]),
    ],
)
def test_blank_lines_set_paragraphs_apart_and_lines_where_there_are_none(text: str, paragraphs: list[str]) -> None:
    document = read_document(text, path="seeds/x.txt", id="x", compile=compile_types).value
    assert document is not None
    assert [text[block.start : block.end] for block in document.blocks] == paragraphs
    assert [block.top for block in document.blocks] == list(range(len(paragraphs)))
    for block in document.blocks:
        assert text.count("\n", 0, block.start) + 1 == block.line
    assert document.text == text
    assert document.sha256 == hashlib.sha256(text.encode()).hexdigest()


@pytest.mark.parametrize("text", ["", "\n", " \t\n \n"])
def test_a_document_without_words_is_a_warning(text: str) -> None:
    outcome = read_document(text, path="seeds/x.txt", id="x", compile=compile_types)
    assert [(one.code, one.severity) for one in outcome.diagnostics] == [("empty-body", "warning")]


@given(st.text(alphabet=st.sampled_from("ab \t\n\u00a0é😀")))
def test_no_word_of_a_document_is_lost(text: str) -> None:
    document = read_document(text, path="x.txt", id="x", compile=compile_types).value
    assert document is not None
    shown = "".join(text[block.start : block.end] for block in document.blocks)
    assert shown.translate(dict.fromkeys(map(ord, " \t\n"))) == text.translate(dict.fromkeys(map(ord, " \t\n")))


# --- Sources ---------------------------------------------------------------------------------------------------------

ITEM = """
- id: osce-1990
  type: webpage
  title: 'The Paris Charter'
  author:
    - family: Berg
      given: Jan
      non-dropping-particle: van der
    - literal: OSCE
    - A plain name
  container-title: Journal
  publisher-place: Paris
  issued:
    date-parts: [[1990, 11, 21]]
  accessed: 2022-02-17
  URL: https://example.org/a
  archived: https://web.archive.org/x
  volume: 12
  page: 3-9
  editor: {family: Doe, given: Jane}
  note: Read in part
"""


@pytest.mark.parametrize("head", ["", "references:", "---\nreferences:"])
def test_a_source_is_read(head: str) -> None:
    outcome = read_sources(head + ITEM, "content/sources.yaml")
    assert outcome.diagnostics == ()
    assert outcome.value is not None
    (source,) = outcome.value.sources
    assert (source.id, source.type, source.title) == ("osce-1990", "webpage", "The Paris Charter")
    assert source.authors == ("van der Berg, Jan", "OSCE", "A plain name")
    assert (source.container, source.place, source.note) == ("Journal", "Paris", "Read in part")
    assert (source.issued, source.accessed) == (Date(1990, 11, 21), Date(2022, 2, 17))
    assert (source.url, source.archived) == ("https://example.org/a", "https://web.archive.org/x")
    assert source.details == (("editor", "Doe, Jane"), ("volume", "12"), ("page", "3-9"))
    assert (source.span.line, source.span.column) == (2 + head.count("\n"), 7)


def test_json_gives_the_same_source() -> None:
    item = {"id": "a", "title": "T 😀", "issued": {"date-parts": [["2022", 2]]}, "author": [{"family": "B"}], "volume": 3}
    outcome = read_sources(json.dumps([item], indent="\t"), "content/sources.json")
    assert outcome.diagnostics == ()
    assert outcome.value is not None
    (source,) = outcome.value.sources
    assert (source.title, source.issued, source.authors, source.details) == ("T 😀", Date(2022, 2), ("B",), (("volume", "3"),))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2022", Date(2022)),
        ("2022-02", Date(2022, 2)),
        ("'2022-02-17'", Date(2022, 2, 17)),
        ("2022-02-17T10:00:00Z", Date(2022, 2, 17)),
        ("2021-01/2022-02", Date(2021, 1)),
        ("{date-parts: [[2022, 2, 17]]}", Date(2022, 2, 17)),
        ("{date-parts: [[2022, 2], [2022, 3]]}", Date(2022, 2)),
        ("{date-parts: [['2022']]}", Date(2022)),
        ("{date-parts: [2022, 2]}", Date(2022, 2)),
        ("[[2022, 2, 17]]", Date(2022, 2, 17)),
        ("[2022, 2]", Date(2022, 2)),
        ("{year: 2022, month: 2, day: 17}", Date(2022, 2, 17)),
        ("[{year: 2022, month: 2}]", Date(2022, 2)),
        ("{raw: 2022-02}", Date(2022, 2)),
        ("{literal: 2022-02}", Date(2022, 2)),
        ("{date-parts: [[2022, 0]], circa: true}", Date(2022)),
        ("{date-parts: [[]]}", None),
        ("{literal: n.d.}", None),
        ("~", None),
    ],
)
def test_a_date_is_read_in_any_of_its_forms(value: str, expected: Date | None) -> None:
    outcome = read_sources(f"- id: a\n  title: T\n  issued: {value}\n", "content/sources.yaml")
    assert outcome.diagnostics == ()
    assert outcome.value is not None
    assert outcome.value.sources[0].issued == expected


def test_all_faults_of_a_bibliography_are_found() -> None:
    text = (
        "- id: a b\n  title: T\n- title: T\n- id: c\n- id: d\n  title: T\n  titel: U\n  url: x\n  type: webpag\n"
        "  URL: javascript:x\n  issued: 2022-02-30\n  accessed: {date-parts: [[2022, 13]]}\n  author: [{famly: x}]\n"
        "  volume: [1]\n- just words\n"
    )
    outcome = read_sources(text, "content/sources.yaml")
    assert places(outcome.diagnostics) == [
        ("bad-id", 1, 7),
        ("missing-key", 3, 3),
        ("missing-key", 4, 3),
        ("unknown-key", 7, 3),
        ("unknown-key", 8, 3),
        ("bad-value", 9, 9),
        ("unsafe-url", 10, 8),
        ("bad-date", 11, 11),
        ("bad-date", 12, 26),
        ("unknown-key", 13, 13),
        ("wrong-type", 14, 11),
        ("wrong-type", 15, 3),
    ]
    assert [one.hint for one in outcome.diagnostics][3:5] == ["did you mean `title`?", "did you mean `URL`?"]
    assert outcome.value is not None
    assert [source.id for source in outcome.value.sources] == ["c", "d"]


@pytest.mark.parametrize(
    ("text", "path", "expected"),
    [
        ("- id: a\n title: b\n", "content/sources.yaml", ("config-syntax", 2, 2)),
        ('[{"id": "a",}]', "content/sources.json", ("config-syntax", 1, 13)),
        ("- &a b\n", "content/sources.yaml", ("config-syntax", 1, 3)),
        ("refs: []\n", "content/sources.yaml", ("unknown-key", 1, 1)),
        ("words", "content/sources.yaml", ("wrong-type", 1, 1)),
        ("- id: a\n---\n- id: b\n", "content/sources.yaml", ("config-syntax", 3, 1)),
    ],
)
def test_what_is_no_bibliography_is_reported(text: str, path: str, expected: tuple[str, int, int]) -> None:
    assert places(read_sources(text, path).diagnostics)[0] == expected


@pytest.mark.parametrize("text", ["", "[]", "references: []\n", "~", "# nothing yet\n", "---\n- id: a\n  title: b\n---\n"])
def test_a_bibliography_may_be_empty_or_set_between_lines(text: str) -> None:
    codes = [one.code for one in read_sources(text, "content/sources.yaml").diagnostics]
    assert codes in ([], ["missing-key"] if "references" in text else [])


@given(st.text(), st.sampled_from(["content/sources.yaml", "content/sources.json", "content/timeline.yaml"]))
def test_any_text_is_a_bibliography_or_a_fault(text: str, path: str) -> None:
    read_timeline(text, path) if "timeline" in path else read_sources(text, path)


# --- Timeline --------------------------------------------------------------------------------------------------------


def test_events_are_read_in_their_order() -> None:
    text = (
        "- date: 2022-02-17\n  title: The reply\n  source: '@mid-2022, p. 4'\n"
        "- date: 1990\n  title: CFE\n  treaty: cfe-1990#art-iv\n"
    )
    outcome = read_timeline(text, "content/timeline.yaml")
    assert outcome.diagnostics == ()
    assert outcome.value is not None
    first, second = outcome.value.events
    assert (first.date, first.title, first.treaty) == (Date(2022, 2, 17), "The reply", None)
    assert first.source is not None
    assert (first.source.name, first.source.locator, first.source.span.column) == ("mid-2022", "p. 4", 13)
    assert second.treaty is not None
    assert (second.treaty.name, second.treaty.locator) == ("cfe-1990", "art-iv")


def test_faults_of_a_timeline_are_found() -> None:
    text = "- date: 2022-02-30\n  title: a\n- title: b\n- words\n- date: 2022\n  title: c\n  sorce: d\n"
    assert places(read_timeline(text, "content/timeline.yaml").diagnostics) == [
        ("bad-date", 1, 9),
        ("missing-key", 3, 3),
        ("wrong-type", 4, 3),
        ("unknown-key", 7, 3),
    ]
    assert places(read_timeline("a: b\n", "content/timeline.yaml").diagnostics) == [("wrong-type", 1, 1)]


# --- Claims ----------------------------------------------------------------------------------------------------------


def annotation(text: str) -> tuple[Annotation, list[tuple[str, int, int]]]:
    outcome = read_annotation(
        text, path="content/annotations/mid/03-red-lines.md", id="red-lines", doc="mid", compile=compile_types, kinds=["threat"]
    )
    assert outcome.value is not None
    return outcome.value, places(outcome.diagnostics)


def test_a_claim_is_read() -> None:
    text = (
        "---\nspeaker: MFA\nkind: threat\ntreaties:\n  - cfe-1990#art-iv\n  - ref: nato-1949\n    note: It *binds* [[parties]].\n"
        "prefix: [the, '']\ncreated: 2022-02\ncorrections:\n  - date: 2022-03-01\n    note: A date was *wrong*.\n"
        "rating: {label: Mostly false, value: 2}\ndraft: true\n---\n\n> Our ‘red lines’\n\nThe context [@mid, p. 4].\n"
    )
    claim, found = annotation(text)
    assert found == []
    assert (claim.doc, claim.id, claim.speaker, claim.kind, claim.created) == ("mid", "red-lines", "MFA", "threat", Date(2022, 2))
    assert [(one.id, one.provision, one.span.line, one.span.column) for one in claim.treaties] == [
        ("cfe-1990", "art-iv", 5, 5),
        ("nato-1949", "", 6, 10),
    ]
    assert claim.treaties[1].note.text == "It binds parties."
    assert claim.treaties[1].note.references[0].name == "parties"
    assert (claim.prefix, claim.rating, claim.draft) == (("the", ""), Rating(label="Mostly false", value="2"), True)
    assert [(one.date, one.note.text) for one in claim.corrections] == [(Date(2022, 3, 1), "A date was wrong.")]
    assert [(quote.text, quote.span.line, quote.span.column) for quote in claim.quotes] == [("Our ‘red lines’", 17, 3)]
    (reference,) = claim.context.references
    assert (reference.name, reference.locator, reference.span.line, reference.span.column) == ("mid", "p. 4", 19, 15)


def test_a_file_that_opens_with_no_quote_is_an_error() -> None:
    for text in ("", "The context.\n", "---\nkind: fact\n---\n\nThe context.\n\n> late\n", ">\n\nThe context.\n"):
        assert ("no-quote", 1, 1) in annotation(text)[1]


def test_a_claim_without_a_context_is_a_warning() -> None:
    assert annotation("> words\n")[1] == [("empty-body", 1, 1)]
    assert annotation("> words\n\n<!-- to do -->\n")[1] == [("empty-body", 1, 1)]


def test_a_block_that_is_not_closed_is_the_only_fault_that_is_reported() -> None:
    assert annotation("---\nkind: fact\n\n> words\n")[1] == [("front-matter-syntax", 1, 1)]


def test_faults_of_keys_and_of_the_body_are_found_in_one_go() -> None:
    text = (
        "---\nkind: thret\ntreaties: cfe-1990\ncorrections: [x, {date: 2022-13, note: y}, {note: z}]\nrating: 3\n"
        "speeker: x\n---\nWords [see @x].\n"
    )
    assert annotation(text)[1] == [
        ("bad-value", 2, 7),
        ("wrong-type", 3, 11),
        ("wrong-type", 4, 15),
        ("bad-date", 4, 25),
        ("missing-key", 4, 44),
        ("wrong-type", 5, 9),
        ("unknown-key", 6, 1),
        ("bad-citation", 8, 13),
        ("no-quote", 1, 1),
    ]


@pytest.mark.parametrize(
    ("item", "place"),
    [
        ("'#art-1'", ("bad-value", 2, 12)),
        ("{note: x}", ("missing-key", 2, 12)),
        ("[a]", ("wrong-type", 2, 12)),
        ("{ref: [a]}", ("wrong-type", 2, 18)),
    ],
)
def test_a_treaty_that_is_not_named_is_reported(item: str, place: tuple[str, int, int]) -> None:
    assert annotation(f"---\ntreaties: [{item}]\n---\n> a\n\nb\n")[1] == [place]


# --- Treaties --------------------------------------------------------------------------------------------------------

HEAD = "---\ntitle: T\nshort: S\nkind: treaty\n---\n"


def treaty(text: str) -> tuple[Treaty, list[tuple[str, int, int]]]:
    outcome = read_treaty(text, path="content/treaties/cfe.md", id="cfe", compile=compile_types)
    assert outcome.value is not None
    return outcome.value, places(outcome.diagnostics)


def test_a_treaty_is_read_provision_by_provision() -> None:
    text = HEAD + (
        "\nAbout it.\n\n## Preamble\n\nWe.\n\n## Article IV: Limits\n\nIntro.\n\n### 1.\n\nTanks.\n\n### History\n\nMore.\n\n"
        "## Final words {#final}\n\nEnd.\n\n### (1)\n\nSigned.\n"
    )
    record, found = treaty(text)
    assert found == []
    assert record.introduction.text == "About it."
    assert [(one.id, one.heading, one.level, one.parent, one.span.line) for one in record.provisions] == [
        ("preamble", "Preamble", 2, "", 9),
        ("art-iv", "Article IV: Limits", 2, "", 13),
        ("art-iv-1", "1.", 3, "art-iv", 17),
        ("final", "Final words", 2, "", 25),
        ("final-1", "(1)", 3, "final", 29),
    ]
    assert [one.body.text for one in record.provisions] == ["We.", "Intro.", "Tanks. History More.", "End.", "Signed."]
    assert [heading.text for heading in record.provisions[2].body.headings] == ["History"]


def test_a_footnote_stands_with_each_provision_that_refers_to_it() -> None:
    record, found = treaty(HEAD + "## Article *I*\n\nOne.[^n]\n\n### 1.\n\n> # Inner\n\nTwo.[^n]\n\n[^n]: Note [[x]].\n")
    assert found == []
    assert [(one.id, one.heading) for one in record.provisions] == [("art-i", "Article I"), ("art-i-1", "1.")]
    assert [one.body.text for one in record.provisions] == ["One. Note x.", "Inner Two. Note x."]
    assert [len(one.body.references) for one in record.provisions] == [1, 1]


def test_headings_without_a_label_before_the_first_provision_belong_to_the_introduction() -> None:
    record, found = treaty(HEAD + "# The treaty\n\nWords.\n\n## Article 1\n\nA.\n")
    assert found == []
    assert record.introduction.text == "The treaty Words."
    assert [one.id for one in record.provisions] == ["art-1"]


def test_two_provisions_with_one_id_are_an_error() -> None:
    record, found = treaty(HEAD + "## Article 1\n\nA.\n\n## Art. 1\n\nB.\n\n## Limits {#art-1}\n\nC.\n")
    assert found == [("duplicate-id", 10, 4), ("duplicate-id", 14, 4)]
    assert len(record.provisions) == 3


def test_an_id_that_is_none_is_an_error() -> None:
    assert [code for code, _, _ in treaty(HEAD + "## Article 1 {#Art_1}\n\nA.\n")[1]] == ["bad-id"]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2007-12-12", (Suspension(date=Date(2007, 12, 12)),)),
        (
            "\n  - {date: 2007, by: Russia}\n  - date: 2023-11",
            (Suspension(date=Date(2007), by="Russia"), Suspension(date=Date(2023, 11))),
        ),
        ("[]", ()),
    ],
)
def test_a_suspension_is_a_date_or_a_list(value: str, expected: tuple[Suspension, ...]) -> None:
    record, found = treaty(HEAD.replace("---\n", f"---\nsuspended: {value}\n", 1) + "Words.\n")
    assert found == []
    assert record.suspended == expected


def test_faults_of_a_treaty_are_found_in_one_go() -> None:
    record, found = treaty("---\nshort: S\nkind: pact\nsuspended: [2007, {by: x}]\nurl: a.html\n---\n")
    assert found == [
        ("bad-value", 3, 7),
        ("wrong-type", 4, 13),
        ("missing-key", 4, 19),
        ("unsafe-url", 5, 6),
        ("missing-key", 1, 1),
        ("empty-body", 1, 1),
    ]
    assert (record.title, record.short, record.kind) == ("S", "S", "treaty")


# --- Terms, pages, documents -----------------------------------------------------------------------------------------


def test_a_term_is_read_with_the_places_of_its_names() -> None:
    text = "---\nterm: Red line\naliases: [red lines, '', the lines]\nsee: cfe\nautolink: false\n---\nA limit.\n"
    outcome = read_term(text, path="content/glossary/red-line.md", id="red-line", compile=compile_types)
    term = outcome.value
    assert isinstance(term, Term)
    assert outcome.diagnostics == ()
    assert [(name.text, name.span.line, name.span.column) for name in term.names] == [
        ("Red line", 2, 7),
        ("red lines", 3, 11),
        ("the lines", 3, 26),
    ]
    assert [(one.kind, one.name, one.span.line) for one in term.see] == [("term", "cfe", 4)]
    assert (term.autolink, term.body.text) == (False, "A limit.")


def test_what_a_term_or_page_lacks_is_reported() -> None:
    term = read_term("---\naliases: [a]\n---\n", path="content/glossary/x.md", id="x", compile=compile_types)
    assert places(term.diagnostics) == [("missing-key", 1, 1), ("empty-body", 1, 1)]
    page = read_page("", path="content/pages/x.md", id="x", compile=compile_types)
    assert places(page.diagnostics) == [("missing-key", 1, 1), ("empty-body", 1, 1)]
    assert isinstance(page.value, Page)
    assert page.value.title == "x"
    assert not read_page("---\ntitle: C\n---\n", path="p", id="corrections", compile=compile_types).diagnostics


def test_a_page_is_read() -> None:
    outcome = read_page("---\ntitle: Method\nnav: 2\n---\n# How\n", path="p", id="method", compile=compile_types)
    assert isinstance(outcome.value, Page)
    assert (outcome.value.title, outcome.value.nav, outcome.value.body.text) == ("Method", 2, "How")


def test_what_is_known_of_a_document_is_read() -> None:
    sha256 = "0" * 64
    text = f"---\ntitle: The reply\npublished: 2022-02-17\ndisplay: quotes\nsha256: {sha256}\nformer: old\n---\nWords.\n"
    about = read_about(text, path="content/annotations/mid/index.md", doc="mid", compile=compile_types).value
    assert about is not None
    assert (about.doc, about.title, about.display, about.sha256, about.former) == ("mid", "The reply", "quotes", sha256, ("old",))
    assert about.sha256_span is not None
    assert (about.sha256_span.line, about.sha256_span.column) == (5, 9)
    assert about.introduction.text == "Words."


def test_a_markdown_document_is_what_it_renders() -> None:
    text = "# A *title*\n\n- one\n- two <b>\n"
    document = read_document(text, path="seeds/x.md", id="x", compile=compile_types).value
    assert document is not None
    assert [document.text[block.start : block.end] for block in document.blocks] == ["A title", "one", "two <b>"]
    assert [block.top for block in document.blocks] == [0, 1, 1]
    assert document.sha256 == hashlib.sha256(text.encode()).hexdigest()
    assert document.is_markdown


@given(
    st.text(alphabet=st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from("-:[]{}\"'#&*!|> \n"))), st.booleans()
)
def test_any_text_is_a_record_or_a_fault(text: str, has_block: bool) -> None:
    whole = f"---\n{text}" if has_block else text
    annotation(whole)
    treaty(whole)
    read_term(whole, path="t", id="t", compile=compile_types)
    read_page(whole, path="p", id="p", compile=compile_types)
    read_about(whole, path="a", doc="a", compile=compile_types)
    read_document(whole, path="a.md", id="a", compile=compile_types)
