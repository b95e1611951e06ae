"""A quote stands where its words stand, or it is an error that says how to mend it."""

from __future__ import annotations

import re
import time
import unicodedata

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.passages import find_passages
from triptych.diagnostics import Diagnostic, Span
from triptych.model import Block, Document, Quote
from triptych.resolve.anchors import anchor_quotes, as_yaml, index_document, seed_line
from triptych.resolve.normalised import normalise, normalise_words

SPAN = Span("content/annotations/x/a.md", 6, 3)


def document(text: str) -> Document:
    blocks: list[Block] = []
    line, done = 1, 0
    for number, match in enumerate(re.finditer(r"[^\n]+(?:\n[^\n]+)*", text)):
        line += text.count("\n", done, match.start())
        done = match.start()
        blocks.append(Block(match.start(), match.end(), line, number))
    return Document(id="x", path="seeds/x.txt", sha256="", text=text, blocks=tuple(blocks))


def found(text: str, words: str) -> list[list[str]]:
    return [[text[start:end] for start, end in passage] for passage in find_passages(normalise(text), words)]


def anchor(
    text: str, *words: str, prefix: tuple[str, ...] = (), suffix: tuple[str, ...] = (), seek_nearest: bool = True
) -> list[list[str]] | Diagnostic:
    """The pieces of each quote's passage, or the first diagnostic."""
    seed = document(text)
    quotes = [Quote(text=one, typed=one, span=SPAN) for one in words]
    outcome = anchor_quotes(seed, index_document(seed), quotes, prefix=prefix, suffix=suffix, seek_nearest=seek_nearest)
    if outcome.value is None:
        return outcome.diagnostics[0]
    return [[text[start:end] for start, end in passage] for passage in outcome.value]


def fault(text: str, *words: str, prefix: tuple[str, ...] = (), suffix: tuple[str, ...] = (), near: bool = True) -> Diagnostic:
    result = anchor(text, *words, prefix=prefix, suffix=suffix, seek_nearest=near)
    assert isinstance(result, Diagnostic), result
    assert result.span == SPAN
    return result


# --- What is equal ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("the ﬁrst oﬃce of Weﬆ", "first office of West"),
        ("a\u00a0b \u3000\n\n c", "a b c"),
        ("“a” „b‟ «c» 5″", '"a" "b" "c" 5"'),
        ("‘a’ ‚b‛ ‹c› 5′", "'a' 'b' 'c' 5'"),
        ("a‐b‑c‒d–e—f―g−h", "a-b-c-d-e-f-g-h"),
        ("so… on", "so... on"),
        ("so... on", "so… on"),
        ("co\u00adope\u200bra\u2060ti\ufeffon", "cooperation"),
        ("re\u0301sume\u0301", "résumé"),
        ("résumé", "re\u0301sume\u0301"),
        ("e\u00ad\u0301t", "ét"),
        ("漢字\n仮名", "漢字仮名"),
        ("終わり。\n 次", "終わり。次"),
        ("漢字仮名", "漢字\n仮名"),
        ("ภาษา\nไทย", "ภาษาไทย"),
    ],
)
def test_what_is_equal_matches_and_the_originals_own_characters_are_kept(text: str, words: str) -> None:
    assert found(text, words) == [[text if words[:2] != "fi" else text[4:]]]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("5²", "52"),
        ("Red", "red"),
        ("می\u200cخواهم", "میخواهم"),
        ("漢 字", "漢字"),
        ("ab\ncd", "abcd"),
        ("shall not be", "shall be"),
        ("①", "1"),
        ("`a`", "'a'"),
    ],
)
def test_what_is_not_equal_does_not_match(text: str, words: str) -> None:
    assert found(text, words) == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("oﬃce", "of"),
        ("oﬃce", "ice"),
        ("oﬃce", "fi"),
        ("Wait… what", "Wait."),
        ("Wait... what", "Wait."),
        ("Wait… what", ".. what"),
        ("का", "क"),
        ("x\u0338y", "x"),
        ("❤\ufe0f", "❤"),
        ("👩\u200d🚀", "👩"),
        ("👩\u200d🚀", "🚀"),
        ("👍🏽", "👍"),
        ("🇺🇦🇺🇸", "🇦🇺"),
        ("می\u200cخواهم", "می"),
    ],
)
def test_a_match_neither_begins_nor_ends_inside_a_character(text: str, words: str) -> None:
    assert found(text, words) == []


def test_a_match_may_begin_and_end_beside_a_whole_ligature_or_ellipsis() -> None:
    assert found("oﬃce", "o") == [["o"]]
    assert found("oﬃce", "ffi") == [["ﬃ"]]
    assert found("Wait.… what", "Wait.") == [["Wait."]]
    assert found("🇺🇦🇺🇸", "🇺🇸") == [["🇺🇸"]]


def test_white_space_at_the_ends_belongs_to_no_piece() -> None:
    assert found("a  b \n c", " b\n") == [["b"]]


def test_a_quote_may_cross_paragraphs() -> None:
    assert found("One two.\n\nThree four.", "two. Three") == [["two.\n\nThree"]]


# --- Words left out --------------------------------------------------------------------------------------------------


def test_pieces_follow_one_another_and_are_all_that_is_marked() -> None:
    assert anchor("We will defend, at any cost, our lands.", "will defend […] our lands") == [["will defend", "our lands"]]
    assert found("b then a", "a [...] b") == []


def test_of_places_that_end_alike_the_shortest_counts() -> None:
    text = "A one A two B"
    [[first, last]] = find_passages(normalise(text), "A […] B")
    assert (first, last) == ((6, 7), (12, 13))


def test_places_that_end_otherwise_are_several() -> None:
    assert fault("A x B y B", "A […] B").code == "quote-ambiguous"
    assert anchor("A x B y B", "A […] B", suffix=("y",)) == [["A", "B"]]


def test_brackets_of_the_document_match_as_they_are() -> None:
    text = "say […] this, say foo this"
    assert found(text, "say [...] this") == [["say […] this"]]
    assert found(text, "say […] this, […] foo") == [["say […] this,", "foo"]]
    assert found("a […] b […] c d e", "a […] b […] c […] e") == [["a […] b […] c", "e"]]


def test_omissions_at_the_ends_say_nothing() -> None:
    assert found("one two three", "[…] two […]") == [["two"]]
    assert found("one […] three", "one […]") == [["one […]"]]


def test_many_pieces_are_found_in_reasonable_time() -> None:
    text = "the cat sat on the mat " * 2_000
    started = time.process_time()
    assert fault(text, " […] ".join("catsat" * 10)).code == "quote-ambiguous"
    assert time.process_time() - started < 10


def test_a_text_that_repeats_itself_without_end_costs_no_more_than_another() -> None:
    started = time.process_time()
    problem = fault("x y z " * 5_000, "x y z x y z")
    assert problem.message == "these words stand at 4999 places in `seeds/x.txt`"
    assert time.process_time() - started < 10


def test_a_passage_that_stands_in_two_long_equal_chapters_is_told_apart_by_what_follows_them() -> None:
    chapter = " ".join(f"w{number}" for number in range(3_000))
    hint = fault(f"{chapter} one {chapter} two", "w2990").hint
    assert 'suffix: "w2991 w2992 w2993 w2994 w2995 w2996 w2997 w2998 w2999 two"' in hint


# --- Which of several ------------------------------------------------------------------------------------------------

THRICE = "The treaty binds. No treaty binds.\n\nA treaty binds them."


def test_a_prefix_or_a_suffix_chooses() -> None:
    assert anchor(THRICE, "treaty", prefix=("No",)) == [["treaty"]]
    assert anchor(THRICE, "treaty", suffix=("binds them",)) == [["treaty"]]
    assert anchor("say “yes” or say ‘yes’ ", "yes", prefix=("or say '",)) == [["yes"]]


def test_the_nth_prefix_is_for_the_nth_quote() -> None:
    assert anchor(THRICE, "them", "treaty", prefix=("", "No")) == [["them"], ["treaty"]]
    assert fault(THRICE, "them", "treaty", prefix=("binds",)).code == "quote-ambiguous"


def test_an_ambiguous_quote_lists_its_places_with_what_settles_each() -> None:
    problem = fault(THRICE, "treaty")
    assert (problem.code, problem.message) == ("quote-ambiguous", "these words stand at 3 places in `seeds/x.txt`")
    assert problem.hint.splitlines()[1:] == [
        '  seeds/x.txt:1  prefix: "The"',
        '  seeds/x.txt:1  prefix: "No"',
        '  seeds/x.txt:3  prefix: "A"',
    ]


def test_ten_places_are_listed_and_the_others_counted() -> None:
    problem = fault(" ".join(f"x{number} word" for number in range(25)), "word")
    lines = problem.hint.splitlines()
    assert (len(lines), lines[-1].strip()) == (12, "and 15 more")


def test_what_settles_the_second_quote_stands_second_in_a_list() -> None:
    assert 'prefix: ["", "No"]' in fault(THRICE, "them", "treaty").hint


def test_where_neither_side_settles_it_both_do() -> None:
    lines = [line.split("  ")[-1].strip() for line in fault("a a a", "a").hint.splitlines()[1:]]
    assert lines == ['suffix: "a a"', 'prefix: "a"', 'suffix: "a"', 'prefix: "a a"']


def test_a_context_that_is_not_there_is_an_error_even_for_words_that_stand_once() -> None:
    problem = fault(THRICE, "them", prefix=("bind",))
    assert problem.code == "quote-not-found"
    assert "prefix" in problem.message
    assert "seeds/x.txt:3" in problem.hint


def test_a_key_to_paste_escapes_what_yaml_would_read_otherwise() -> None:
    assert as_yaml('a "b" \\ \u200f é') == '"a \\"b\\" \\\\ \\u200F é"'


KEY = re.compile(r'(prefix|suffix): "((?:[^"\\]|\\.)*)"')


@settings(deadline=None)
@given(st.text(alphabet="ab .é\u0301漢\nﬁ…—", min_size=12, max_size=40))
def test_what_is_offered_settles_it(text: str) -> None:
    words = max("abé漢ﬁ…—", key=text.count)
    passages = find_passages(normalise(text), words)
    assume(len(passages) > 1)
    rows: list[dict[str, str]] = []
    for line in fault(text, words).hint.splitlines()[1:]:
        if "seeds/" in line:
            rows.append({})
        for key, value in KEY.findall(line):
            rows[-1][key] = value.encode().decode("unicode_escape").encode("latin-1").decode() if "\\" in value else value
    seed = document(text)
    for row, expected in zip(rows, passages, strict=False):
        context = {key: (value,) for key, value in row.items()}
        quotes = [Quote(text=words, typed=words, span=SPAN)]
        outcome = anchor_quotes(
            seed, index_document(seed), quotes, prefix=context.get("prefix", ()), suffix=context.get("suffix", ())
        )
        assert outcome.value == (expected,), row


# --- What is not there -----------------------------------------------------------------------------------------------

PROSE = "Nothing was said here.\n\nThe parties shall not be the first to use force, whatever the cause.\n\nMore was said later."


def test_a_near_match_is_shown_and_never_taken() -> None:
    problem = fault(PROSE, "The parties shall be the first to use force")
    assert (problem.code, problem.message) == ("quote-not-found", "these words are not in `seeds/x.txt`")
    assert problem.hint.splitlines()[0].startswith("the nearest passage is at seeds/x.txt:3 ")
    assert problem.hint.splitlines()[1] == "  The parties shall {+not+} be the first to use force"


def test_a_changed_word_is_shown_beside_the_documents_own() -> None:
    assert "[-second-]{+first+}" in fault(PROSE, "parties shall not be the second to use force").hint.replace("-] {+", "-]{+")


def test_the_nearest_passage_is_found_in_a_long_document_too() -> None:
    filler = "\n\n".join(f"Paragraph {number} says nothing of any interest to anybody." for number in range(20_000))
    problem = fault(f"{filler}\n\n{PROSE}\n\n{filler}", "The parties shall be the first to use force, whatever the cause")
    assert "shall {+not+} be the first" in problem.hint
    assert "seeds/x.txt:40003" in problem.hint


def test_what_cannot_be_seen_is_spelled_out_in_a_difference() -> None:
    assert "<U+200C>" in fault("او می\u200cخواهم بروم به خانه", "میخواهم بروم به خانه").hint


def test_nothing_is_shown_where_nothing_is_like_it() -> None:
    assert "nothing in `seeds/x.txt` is like it" in fault(PROSE, "zebra quux xylophone").hint


def test_no_nearest_passage_is_sought_unasked() -> None:
    assert "shall" not in fault(PROSE, "The parties shall be the first to use force", near=False).hint


def test_the_piece_that_is_missing_is_named() -> None:
    assert "a piece" in fault(PROSE, "Nothing was said […] shall be the first to use force").message
    assert "do not follow" in fault(PROSE, "More was said […] Nothing was said").message


def test_words_that_end_inside_an_ellipsis_are_said_to() -> None:
    assert "inside" in fault("Wait... what", "Wait.").hint


@pytest.mark.parametrize("words", ["", "[…]", " \u200b "])
def test_a_quote_without_words_is_an_error(words: str) -> None:
    assert fault(PROSE, words).message == "this quote has no words"


def test_the_words_as_typed_are_tried_where_the_rendered_ones_are_not_there() -> None:
    seed = document("the *odd* text")
    quote = Quote(text="the odd text", typed="the *odd* text", span=SPAN)
    assert anchor_quotes(seed, index_document(seed), [quote]).value == (((0, 14),),)


def test_the_line_of_a_character_is_that_of_the_seed_file() -> None:
    seed = Document(id="x", path="x.md", sha256="", text="ab\n\ncd\nef", blocks=(Block(0, 2, 1, 0), Block(4, 9, 7, 1)))
    assert [seed_line(seed, offset) for offset in (0, 4, 7)] == [1, 7, 8]


# --- For any text ----------------------------------------------------------------------------------------------------

MARKED = "\u00ad\u200b\u200c\u200d\u0301\u0338\u0315\ufe0f\u00a0漢字か\u3099ไ\u0e34가각\u1100\u1161\u11a8क\u093c\u0958"
TEXTS = st.text(
    st.one_of(st.sampled_from("abf.il \n\t\r…ﬁﬃﬆ—'’“\"[]" + MARKED), st.characters(codec="utf-8")),
    max_size=60,
)


@settings(max_examples=400, deadline=None)
@given(TEXTS, st.data())
def test_any_stretch_of_any_text_stands_where_it_was_taken(text: str, data: st.DataObject) -> None:
    index = normalise(text)
    bounds = [at for at in range(len(index.text) + 1) if index.is_boundary(at)]
    start, end = sorted((data.draw(st.sampled_from(bounds)), data.draw(st.sampled_from(bounds))))
    normal = index.text[start:end]
    assume(normal.strip(" ") and "[...]" not in normal)
    start += len(normal) - len(normal.lstrip(" "))
    end -= len(normal) - len(normal.rstrip(" "))
    taken = (index.start(start), index.end(end))
    passages = find_passages(index, text[taken[0] : taken[1]])
    assert (taken,) in passages
    for ((at, to),) in passages:
        assert normalise_words(text[at:to]) == normal.strip(" ")


@settings(max_examples=400, deadline=None)
@given(TEXTS)
def test_the_way_back_goes_in_order_and_leaves_nothing_out(text: str) -> None:
    index = normalise(text)
    bounds = [at for at in range(len(index.text) + 1) if index.is_boundary(at)]
    starts, ends = [index.start(at) for at in bounds], [index.end(at) for at in bounds]
    assert starts == sorted(starts)
    assert ends == sorted(ends)
    assert all(0 <= end <= start <= len(text) for start, end in zip(starts, ends, strict=True))
    # What lies between the end of one character and the start of the next was dropped.
    assert all(not normalise_words(text[end:start]) for start, end in zip(starts, ends, strict=True))


@settings(max_examples=200, deadline=None)
@given(TEXTS)
def test_composing_by_stretches_composes_all(text: str) -> None:
    composed = unicodedata.normalize("NFC", re.sub("[\u00ad\u200b\u2060\ufeff]", "", text))
    assert normalise(composed).text == normalise(text).text


@settings(max_examples=100, deadline=None)
@given(TEXTS, TEXTS)
def test_any_quote_is_anchored_or_reported(text: str, words: str) -> None:
    result = anchor(text, words)
    assert isinstance(result, Diagnostic) or len(result) == 1
