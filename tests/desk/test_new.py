"""`new` finds the words by itself, writes a quote that stands exactly there, or says why it cannot; never a wrong file."""

from __future__ import annotations

import shlex
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.passages import find_passages
from tests.trial import EXAMPLES, Builder, build_site
from triptych.desk.new import NewFile, new_annotation
from triptych.diagnostics import Diagnostic, Outcome, Severity, Span
from triptych.model import Passage
from triptych.resolve.normalised import normalise, normalise_words

CONFIG = b'title = "Case"\n'
BOARD = "The river board says that the water is clean.\n\nIt was tested twice. The water is not clean, others say.\n"
MARKS = [
    "*", "**", "_", "__", "`", "``", "```", "~~~", "#", "##", "1.", "2)", "+", "-", "--", "---", "- - -", "***", "=", "===",
    ">", ">>", "<b>", "</i>", "<!-- x -->", "<http://a.example>", "<a@b.example>", "&amp;", "&#65;", "&", "[x](y)", "![x](y)",
    "[[x]]", "[@x]", "[^1]: note", "[x]: y", "[", "]", "](", "\\", "\\*", "a\\", "|", ":", "| a |", "|-|", ": b", "~",
    "{{ x }}", "$", '"', "'", "%",
]  # fmt: skip
LETTERS = [
    "water", "wall", "6(c)", "*bold*", "_it_", "a_b_c", "2*3*4", "`code`", "say*", "“red”", "‘blue’", "«là»", "—", "…", "...",
    "ﬁrst", "co\u00adop", "a\u00a0b", "\u200b", "\u2060x", "e\u0301", "é", "\u0301", "🙂", "👩\u200d🚀", "🇺🇦🇫🇷", "נהר",
    "نظيف", "\u202eabc\u202c", "\u2067x\u2069", "\u200f", "河水清洁。", "漢字\u3000仮名", "ภาษาไทย", "葛\U000e0100城",
    "\u2028", "[…]", "[...]",
]  # fmt: skip
JOINTS = [" ", " ", " ", "\n", "\n\n", "  ", "\t", "\u00a0", "", "\n    ", " \n \n"]


def builder_of(seeds: Mapping[str, str], **content: str) -> Builder:
    builder = Builder()
    files = {f"seeds/{name}": text.encode() for name, text in seeds.items()}
    notes = {f"content/annotations/{path.replace('__', '/')}": text.encode() for path, text in content.items()}
    builder.update({"content/site.toml": CONFIG, **files, **notes})
    return builder


def new(
    quote: str, seeds: Mapping[str, str] | str, *, document: str = "", prefix: str = "", suffix: str = ""
) -> Outcome[NewFile]:
    builder = builder_of({"a.txt": seeds} if isinstance(seeds, str) else seeds)
    return new_annotation(quote, builder.site, builder._files, document=document, prefix=prefix, suffix=suffix)


def file_of(outcome: Outcome[NewFile]) -> NewFile:
    assert outcome.value is not None, outcome.diagnostics
    assert outcome.diagnostics == ()
    return outcome.value


def fault_of(outcome: Outcome[NewFile]) -> Diagnostic:
    assert outcome.value is None
    (found,) = outcome.diagnostics
    assert found.severity is Severity.ERROR
    return found


def quote_of(outcome: Outcome[NewFile]) -> str:
    """The lines of the quote as they are written, each without its `> `."""
    lines = file_of(outcome).data.decode().split("\n")
    return "\n".join(line[2:] for line in lines if line.startswith(">"))


def keys_of(outcome: Outcome[NewFile]) -> list[str]:
    head = file_of(outcome).data.decode().split("---\n")[1]
    return [line for line in head.splitlines() if not line.startswith("#")]


def options_of(row: str) -> dict[str, str]:
    """The options of a place that is listed, as a shell hands them on."""
    return dict(option.removeprefix("--").split("=", 1) for option in shlex.split(row)[1:])


# --- the file --------------------------------------------------------------------------------------------------------


def test_the_whole_file() -> None:
    file = file_of(new("the water is clean", BOARD))
    assert file.path == "content/annotations/a/01-the-water-is-clean.md"
    assert file.data.decode() == (
        "---\n"
        "# speaker: who makes the claim\n"
        "# kind: fact | legal | position | demand | denial | offer | prediction\n"
        "# treaties: [id, id#provision]\n"
        "---\n"
        "\n"
        "> the water is clean\n"
        "\n"
        "<!-- Write the context here: what the claim leaves out, with [[terms]] and a source [@key]. -->\n"
    )


def test_the_sites_own_kinds_are_offered() -> None:
    builder = Builder()
    builder.update({"content/site.toml": CONFIG + b'[kinds]\nrumour = "Rumour"\n', "seeds/a.txt": BOARD.encode()})
    file = file_of(new_annotation("tested twice", builder.site, ["seeds/a.txt"]))
    assert b"| prediction | rumour\n" in file.data


def test_a_build_with_the_file_warns_of_the_missing_context_alone() -> None:
    seeds = {"seeds/a.txt": BOARD.encode(), "content/annotations/a/index.md": b"---\ntitle: A\n---\n\nA letter.\n"}
    file = file_of(new("tested twice", BOARD))
    build = build_site({"content/site.toml": CONFIG, **seeds, file.path: file.data})
    assert build.is_good
    assert [one.code for one in build.diagnostics] == ["empty-body"]


def test_the_document_is_found_among_all() -> None:
    file = file_of(new("a wall of stone", {"a.txt": BOARD, "b.md": "# Walls\n\nThere is *a wall* of stone.\n", "c.txt": "No."}))
    assert file.path == "content/annotations/b/01-a-wall-of-stone.md"


def test_the_quote_has_the_documents_own_characters() -> None:
    outcome = new('our "red lines" - it\'s so...', "Now our “red lines” — it’s so… They say.\n")
    assert quote_of(outcome) == "our “red lines” — it’s so…"


def test_words_are_left_out_as_in_a_quote() -> None:
    outcome = new("The river board [...] tested", BOARD)
    assert quote_of(outcome) == "The river board […] tested"


def test_a_quote_may_cross_paragraphs() -> None:
    assert quote_of(new("is clean. It was", BOARD)) == "is clean.\n\nIt was"
    assert quote_of(new("one two", "so one\ntwo end")) == "one\n\ntwo"  # every line is a paragraph
    assert quote_of(new("清洁。河水", "清洁。\n河水")) == "清洁。\n\n河水"


def test_what_is_copied_from_a_markdown_file_with_its_marks_is_found() -> None:
    outcome = new("> is **not** [clean](https://x.example)", {"a.md": "The water\nis **not** [clean](https://x.example).\n"})
    assert quote_of(outcome) == "is not clean"
    assert fault_of(new("is **not** clean", "It is not clean.\n")).code == "quote-not-found"


# --- its name --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("One two three four five six seven eight nine ten", "one-two-three-four-five-six-seven-eight"),
        ("Élargissement de l’Alliance", "elargissement-de-lalliance"),
        ("incomprehensibilities counterrevolutionaries internationalisation deinstitutionalisation",
         "incomprehensibilities-counterrevolutionaries"),
        ("河水清洁", "claim-1"),
        ("نظيف", "claim-1"),
        ("— … —", "claim-1"),
        ("Index", "index-2"),
        ("2014 and after", "2014-and-after"),
        ("12-states", "12-states"),
    ],
)  # fmt: skip
def test_the_slug_is_made_of_the_first_words(text: str, slug: str) -> None:
    assert file_of(new(text, f"So: {text}; end\n")).path == f"content/annotations/a/01-{slug}.md"


@pytest.mark.parametrize(
    ("names", "path"),
    [
        (["07-x.md", "index.md"], "08-tested-twice"),
        (["3-tested-twice.md"], "04-tested-twice-2"),
        (["tested-twice.md", "tested-twice-2.md"], "01-tested-twice-3"),
        (["9-Tested-Twice.md"], "10-tested-twice-2"),
        (["99-x.md"], "100-tested-twice"),
        (["999-x.md"], "tested-twice"),
    ],
)
def test_the_number_is_the_next_and_the_id_is_free(names: list[str], path: str) -> None:
    site = builder_of({"a.txt": BOARD}).site
    paths = [*(f"content/annotations/a/{name}" for name in names), "content/annotations/b/50-tested-twice.md"]
    assert file_of(new_annotation("tested twice", site, paths)).path == f"content/annotations/a/{path}.md"


def test_without_a_number_no_id_begins_with_what_looks_like_one() -> None:
    site = builder_of({"a.txt": "It has 12 states.\n"}).site
    file = file_of(new_annotation("12 states", site, ["content/annotations/a/999-x.md"]))
    assert file.path == "content/annotations/a/claim-12-states.md"


def test_an_id_that_a_claim_once_had_is_not_free() -> None:
    builder = Builder()
    claim = b"---\nformer: [tested-twice]\n---\n\n> clean\n"
    path = "content/annotations/a/01-clean.md"
    builder.update({"content/site.toml": CONFIG, "seeds/a.txt": BOARD.encode(), path: claim})
    file = file_of(new_annotation("tested twice", builder.site, [path]))
    assert file.path == "content/annotations/a/02-tested-twice-2.md"


# --- what is escaped -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "plain, with (brackets), [brackets], a+b = c; 50 % – R&D: 3 < 4 > 2!",
        "one star* alone, snake_case_names, 2 * 3 * 4, C:\\temp",
        "art. 1. The parties - all of them - agree #5 | ~10 km",
        "a `tick",
        "[[term]] and [@key] and {{ x }}",
        "a <- b -> c",
    ],
)
def test_what_is_no_mark_is_not_escaped(text: str) -> None:
    assert quote_of(new(text, f"So {text} end.\n")) == text


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("the *red* lines", "the \\*red\\* lines"),
        ("the _red_ a_b_c", "the \\_red\\_ a_b_c"),
        ("`a` b", "\\`a\\` b"),
        ("# a", "\\# a"),
        ("1. a", "1\\. a"),
        ("- a", "\\- a"),
        ("--- a", "\\--- a"),
        ("+ a", "\\+ a"),
        ("> a", "\\> a"),
        ("~~~ a", "\\~~~ a"),
        ("a <b>", "a \\<b>"),
        ("a &amp; b", "a \\&amp; b"),
        ("[x](y)", "[x\\](y)"),
        ("[x]: y", "[x\\]: y"),
        ("a \\* b\\ c", "a \\\\* b\\\\ c"),
        ("a \u202ebc\u202c d", "a &#x202E;bc&#x202C; d"),
        ("co\u00adoperation", "cooperation"),
        ("a  \t b\u00a0c", "a b\u00a0c"),
    ],
)
def test_a_mark_is_escaped(text: str, written: str) -> None:
    assert quote_of(new(text, f"So, {text}; end.\n")) == written


def test_what_the_few_rules_miss_is_escaped_wholly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("triptych.desk.new._escape_lightly", lambda text: text)
    assert quote_of(new("the (*red*) lines", "So: the (*red*) lines.\n")) == "the \\(\\*red\\*\\) lines"


def test_what_cannot_be_read_back_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("_escape_lightly", "_escape_all"):
        monkeypatch.setattr(f"triptych.desk.new.{name}", lambda text: text)
    found = fault_of(new("the *red* lines", "So: the *red* lines.\n"))
    assert found.message == "these words cannot be written so that they are found again"


def test_lines_are_short_and_none_begins_with_a_mark() -> None:
    text = "word " * 19 + "wo - " + "word " * 19 + "word 1. " + "word " * 40 + "# end"
    lines = quote_of(new(text, f"So {text}.\n")).split("\n")
    assert len(lines) > 3
    assert all(len(line) <= 110 for line in lines)
    assert " ".join(lines) == text


@pytest.mark.parametrize("text", ["河水清洁和平" * 30, "ภาษาไทยนี้" * 30, "漢字 仮名 " * 30 + "字", "葛\U000e0100城" * 60])
def test_a_line_break_is_no_space_in_scripts_without_spaces(text: str) -> None:
    outcome = new(text, f"{text}\n")
    lines = quote_of(outcome).split("\n")
    assert len(lines) > 1
    assert normalise_words("\n".join(lines)) == normalise_words(text)


# --- the place -------------------------------------------------------------------------------------------------------

TWICE = "The old wall is high.\nA new wall is low.\n"


def test_places_are_listed_with_the_options_that_choose_them() -> None:
    found = fault_of(new("wall is", TWICE))
    assert (found.code, found.span) == ("quote-ambiguous", Span("seeds/a.txt", 1, 9, 7))
    assert found.message == "these words stand at 2 places in `seeds/a.txt`"
    assert found.hint == "say which is meant:\n  seeds/a.txt:1  --prefix=old\n  seeds/a.txt:2  --prefix=new"


def test_places_in_several_documents_are_listed_with_the_document() -> None:
    found = fault_of(new("wall is", {"a.txt": TWICE, "b.txt": "No wall is long.\n"}))
    assert found.message == "these words stand at 3 places in 2 documents"
    assert found.hint.splitlines()[1:] == [
        "  seeds/a.txt:1  --document=a --prefix=old",
        "  seeds/a.txt:2  --document=a --prefix=new",
        "  seeds/b.txt:1  --document=b",
    ]


def test_ten_places_are_listed() -> None:
    found = fault_of(new("wall", {f"{name}.txt": "wall " * 8 for name in "ab"}))
    assert len(found.hint.splitlines()) == 12
    assert found.hint.endswith("\n  and 6 more")


def test_a_document_is_chosen() -> None:
    outcome = new("wall is", {"a.txt": TWICE, "b.txt": "No wall is long.\n"}, document="b")
    assert file_of(outcome).path.startswith("content/annotations/b/")
    assert keys_of(outcome) == []


def test_a_prefix_or_suffix_chooses_and_is_written_where_it_is_needed() -> None:
    assert keys_of(new("wall is", TWICE, prefix="new")) == ['prefix: "new"']
    assert keys_of(new("wall is", TWICE, suffix="  high.")) == ['suffix: "high."']
    assert keys_of(new("old wall", TWICE, prefix="The")) == []
    assert keys_of(new("wall is", {"a.txt": TWICE, "b.txt": "No wall is long.\n"}, prefix="No")) == []


def test_a_prefix_is_written_as_the_document_has_it() -> None:
    text = 'He said "a\\b": wall. He said “c”:\u202f wall.\n'
    assert keys_of(new("wall", text, prefix='"a\\b":')) == ['prefix: "\\"a\\\\b\\":"']
    assert keys_of(new("wall", text, prefix='"c":')) == ['prefix: "“c”:"']


def test_every_option_that_is_listed_settles_it() -> None:
    text = 'so it\'s a wall, and "x" wall; then - a wall\nwall, $HOME wall\n'
    rows = fault_of(new("wall", text)).hint.splitlines()[1:]
    assert len(rows) == 5
    for row in rows:
        assert file_of(new("wall", text, **options_of(row)))


def test_words_without_the_prefix_given_are_not_taken() -> None:
    found = fault_of(new("wall is", TWICE, prefix="blue"))
    assert found.code == "quote-not-found"
    assert found.message == "these words are in `seeds/a.txt`, but not with this prefix"
    assert "--prefix=old" in found.hint
    found = fault_of(new("old wall", TWICE, prefix="blue", suffix="is"))
    assert found.hint == "they stand once, at seeds/a.txt:1: no prefix or suffix is needed"


def test_the_nearest_passage_of_all_documents_is_shown() -> None:
    seeds = {"a.txt": "Trees are green in May.\n", "b.txt": f"Intro.\n\n{BOARD}", "c.txt": "The water is deep.\n"}
    found = fault_of(new("the water was not clean, others say", seeds))
    assert (found.code, found.span.path, found.span.line) == ("quote-not-found", "seeds/b.txt", 5)
    assert found.message == "these words are in none of the 3 documents"
    assert "seeds/b.txt:5" in found.hint
    assert "{+is+}" in found.hint
    assert "[-was-]" in found.hint


def test_pieces_in_the_wrong_order_are_told() -> None:
    found = fault_of(new("tested twice […] The river board", {"a.txt": BOARD, "b.txt": "Trees."}))
    assert found.message == "the pieces of this quote do not follow one another in `seeds/a.txt`"


def test_nothing_like_it() -> None:
    found = fault_of(new("xyzzy plugh", {"a.txt": BOARD, "b.txt": "Trees."}))
    assert (found.code, found.span) == ("quote-not-found", Span("seeds/", 1, 1))
    assert fault_of(new("xyzzy plugh", BOARD)).code == "quote-not-found"


@pytest.mark.parametrize("quote", ["", " \n\t", "\u00a0\u200b", "[…]"])
def test_a_quote_without_words_is_an_error(quote: str) -> None:
    assert fault_of(new(quote, BOARD)).code == "no-quote"


def test_a_document_that_is_not_there_is_an_error() -> None:
    assert fault_of(new("x", {})).message == "the site has no seed document"
    assert fault_of(new("clean", {"letter.txt": BOARD}, document="leter")).hint == "did you mean `letter`?"


def test_bytes_that_are_no_text_are_only_words_that_are_missing() -> None:
    assert fault_of(new("the water\udcff is clean", BOARD)).code == "quote-not-found"


# --- whatever a document has -----------------------------------------------------------------------------------------


def places_of(builder: Builder, doc: str, words: str) -> list[Passage]:
    document = builder.site.catalogue.document(doc)
    assert document is not None
    return [Passage(one) for one in find_passages(normalise(document.text), words)]


def assert_anchored(outcomes: Mapping[str, tuple[Outcome[NewFile], str, int]], builder: Builder) -> None:
    """By document: what came of the words, and at which of their places it is to stand.

    A build with the files says nothing of them but that they have no context, and marks what the words match.
    """
    files = {doc: file_of(outcome) for doc, (outcome, _, _) in outcomes.items()}
    build = builder.update({file.path: file.data for file in files.values()})
    said = sorted((one.span.path, one.code) for one in build.diagnostics if one.span.path.startswith("content/annotations/"))
    assert said == sorted((file.path, "empty-body") for file in files.values())
    for doc, (outcome, words, at) in outcomes.items():
        places = places_of(builder, doc, words)
        assert builder.site.resolved[files[doc].path].passages == (places[at],)
        assert bool(keys_of(outcome)) is (len(places) > 1)


@pytest.mark.parametrize("frame", ["{} begins", "ends {}", "in {} it", "{} {}", "x{}y", "a\n{}\nb", "a {} b {} c", "{}"])
def test_any_mark_is_quoted_so_that_it_is_found(frame: str) -> None:
    words = {f"doc-{number}": frame.replace("{}", mark) for number, mark in enumerate(MARKS + LETTERS)}
    builder = builder_of({f"{doc}.txt": f"So it says.\n\nFirst, {one} ;last.\n" for doc, one in words.items()})
    outcomes = {doc: new_annotation(one, builder.site, builder._files, document=doc) for doc, one in words.items()}
    said = {doc for doc, one in words.items() if normalise_words(one).strip(".[] ") and places_of(builder, doc, one)}
    assert said == {doc for doc, outcome in outcomes.items() if outcome.value is not None}
    assert_anchored({doc: (outcomes[doc], words[doc], 0) for doc in said}, builder)


PARTS = st.lists(st.tuples(st.sampled_from(MARKS + LETTERS), st.sampled_from(JOINTS)), min_size=1, max_size=40)


@EXAMPLES
@given(PARTS, st.data(), st.sampled_from(["a.txt", "a.md"]))
def test_what_is_written_stands_at_the_words_that_were_named(
    parts: list[tuple[str, str]], data: st.DataObject, name: str
) -> None:
    builder = builder_of({name: "".join(part + joint for part, joint in parts)})
    document = builder.site.catalogue.document("a")
    assert document is not None
    start = data.draw(st.integers(0, max(0, len(document.text) - 1)))
    words = document.text[start : data.draw(st.integers(start, min(len(document.text), start + 200)))]
    passages = places_of(builder, "a", words)
    outcome = new_annotation(words, builder.site, builder._files)
    if not passages or not normalise_words(words).strip(".[] "):
        assert outcome.value is None or document.is_markdown
        return
    chosen = data.draw(st.integers(0, min(len(passages), 10) - 1))
    if len(passages) > 1:
        row = fault_of(outcome).hint.splitlines()[1 + chosen]
        if "quote more" in row:
            return
        outcome = new_annotation(words, builder.site, builder._files, **options_of(row))
    assert_anchored({"a": (outcome, words, chosen)}, builder)
