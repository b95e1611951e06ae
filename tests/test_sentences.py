"""Where sentences end, and which of them are shown."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triptych.sentences import sentences, sentences_holding


def split(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text)]


@pytest.mark.parametrize(
    "expected",
    [
        ["The U.N. Charter, art. 2(4), is clear.", "No. 5 is not!", "“Really?” he said.", "He left.[12]", "The end…", "Or not"],
        ["1. The Parties agree.", "See Case C-1 v. Italy, paras. 5 and 6.", "J. Doe, Mr. Smith et al. Agreed."],
        ["“It is planned,” he said.", "“It is not.”", "In 1997.", "12 states signed."],
        ["Он сказал нет.", "Потом ушёл."],
        ["هل هذا صحيح؟", "نعم.", "لا۔", "ثم"],
        ["यह सत्य है।", "वह नहीं।"],
        ["It costs 3.5 million.", "Version 1.10 came later."],
    ],
)
def test_sentences_end_where_a_reader_says(expected: list[str]) -> None:
    assert split(" ".join(expected)) == expected


def test_no_space_is_needed_after_an_ideographic_full_stop() -> None:
    assert split("缔约各方。争端！“好。”然后？完") == ["缔约各方。", "争端！", "“好。”", "然后？", "完"]


def test_a_blank_line_ends_a_sentence_and_a_line_break_does_not() -> None:
    assert split("First\n\nSecond\nline.\n \n  Third.  ") == ["First", "Second\nline.", "Third."]


@given(st.text(alphabet='aA.!?。… \n"”)]1[؟।é\u0301\ufe00漢', max_size=60))
def test_sentences_hold_all_but_white_space_and_begin_with_no_mark(text: str) -> None:
    found = sentences(text)
    assert "".join("".join(text[start:end] for start, end in found).split()) == "".join(text.split())
    assert all(text[start:end].strip() == text[start:end] != "" for start, end in found)
    assert all(left[1] <= right[0] for left, right in pairwise(found))


TEXT = "One. Two. Three. Four. Five."


def holding(*words: str) -> list[str]:
    passages = [(TEXT.index(word), TEXT.index(word) + len(word)) for word in words]
    return [TEXT[start:end] for start, end in sentences_holding(TEXT, passages)]


def test_the_sentences_around_passages_are_found_in_order() -> None:
    assert holding("Four", "On") == ["One.", "Four."]


def test_a_passage_across_sentences_is_not_cut() -> None:
    assert holding("ne. Tw") == ["One. Two."]


def test_neighbours_are_one_stretch() -> None:
    assert holding("Two", "Three", "Five") == ["Two. Three.", "Five."]


def test_a_long_run_of_full_stops_costs_no_more_than_its_length() -> None:
    assert len(sentences("." * 200_000 + "x")) == 1
