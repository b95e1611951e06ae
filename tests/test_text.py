"""Ids, names that are nearly right, and places in a text."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triptych.text import Lines, first_words, fold, is_id, nearest, slugify


@given(st.text(alphabet="ab\n\té漢", max_size=60))
def test_a_place_points_back_at_its_character(text: str) -> None:
    lines = Lines(text)
    for offset, char in enumerate(text):
        line, column = lines.place(offset)
        assert (lines.line(line) + "\n")[column - 1] == char
    assert len(lines) == text.count("\n") + 1


def test_a_line_that_is_not_there_is_empty() -> None:
    assert [Lines("a\n\nb").line(number) for number in range(5)] == ["", "a", "", "b", ""]


@pytest.mark.parametrize(
    ("words", "slug"),
    [
        ("Russia’s “Red Lines”: what?", "russias-red-lines-what"),
        ("Łódź, straße, Ærø", "lodz-strasse-aero"),
        ("naïve ﬁne", "naive-fine"),
        ("Foo.Bar_baz", "foo.bar-baz"),
        ("v1.2 of the U.S. policy", "v1.2-of-the-u.s-policy"),
        ("1997–2022", "1997-2022"),
        ("Красные линии", ""),
        ("…", ""),
    ],
)
def test_an_id_is_made_of_the_letters_that_it_may_have(words: str, slug: str) -> None:
    assert slugify(words) == slug


def test_a_long_id_is_cut_between_words() -> None:
    assert slugify("abcd " * 30, limit=12) == "abcd-abcd"
    assert slugify("abcd-efgh", limit=4) == "abcd"
    assert slugify("a" * 100) == "a" * 80


@given(st.text(max_size=120))
def test_what_is_made_as_an_id_is_one(words: str) -> None:
    slug = slugify(words)
    assert slug == "" or is_id(slug)
    assert slugify(slug) == slug


@pytest.mark.parametrize("name", ["", "-a", ".a", "A", "a b", "é", "a" * 81, "a\n", "٣"])
def test_other_names_are_no_ids(name: str) -> None:
    assert not is_id(name)


def test_a_mistyped_year_finds_its_name_again() -> None:
    assert nearest("montreux-1963", ["lausanne-1963", "montreux-1936", "montreal-1987"]) == "montreux-1936"
    assert nearest("unknown-ky", ["unknown-key", "other"]) == "unknown-key"


def test_case_does_not_keep_names_apart() -> None:
    assert nearest("Red Line", ["red lines", "redress"]) == "red lines"


def test_nothing_is_offered_where_nothing_is_near() -> None:
    assert nearest("zzz", ["montreux-1936"]) is None
    assert nearest("x", []) is None


def test_of_equally_near_names_the_first_is_taken_whatever_their_order() -> None:
    assert nearest("abcx", ["abcd", "abce"]) == nearest("abcx", ["abce", "abcd"]) == "abcd"


def test_ten_thousand_names_are_searched_at_once() -> None:
    names = [f"mid-{1990 + number % 36}-{number % 12:02}-{number}" for number in range(10_000)] + ["montreux-1936"]
    started = time.process_time()
    assert nearest("montreux-1963", names) == "montreux-1936"
    assert nearest("mid-1994-04-1804x", names) is not None
    assert time.process_time() - started < 0.5


def test_names_of_terms_are_compared_without_case_and_spaces() -> None:
    assert fold("  Red\u00a0\n Lines ") == fold("red lines") == "red lines"
    assert fold("STRASSE") == fold("straße")
    assert fold("e\u0301") == fold("É")


def test_the_first_words_end_in_an_ellipsis_where_more_follow() -> None:
    assert first_words("one two\nthree four five six seven eight nine") == "one two three four five six seven eight…"
    assert first_words("one two  three") == "one two three"


def test_a_title_without_spaces_is_cut_too() -> None:
    assert first_words("漢字" * 20, count=2) == "漢字漢字…"
