from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triptych.config import explain_base_url, read_config


def faults(text: str) -> list[tuple[str, int, int]]:
    return [(one.code, one.span.line, one.span.column) for one in read_config(text).diagnostics]


def test_a_whole_file_is_read() -> None:
    config = read_config(
        'title = "Three panels"\nlanguage = "en-GB"\nbase_url = "https://example.org/a/"\nglossary = "explicit"\n\n'
        '[kinds]\nthreat = "Threat" # a kind\n"ad-hominem" = \'Ad hominem\'\n'
    ).value
    assert config is not None
    assert (config.title, config.language, config.base_url) == ("Three panels", "en-GB", "https://example.org/a")
    assert (config.glossary, dict(config.kinds)) == ("explicit", {"threat": "Threat", "ad-hominem": "Ad hominem"})


def test_what_is_not_given_has_its_default() -> None:
    outcome = read_config('title = "A"')
    assert outcome.diagnostics == ()
    assert outcome.value is not None
    assert (outcome.value.language, outcome.value.glossary, outcome.value.base_url) == ("en", "auto", "")


def test_a_site_without_the_file_is_told_what_to_write() -> None:
    outcome = read_config(None)
    assert outcome.value is None
    assert [(one.code, one.span.line) for one in outcome.diagnostics] == [("missing-key", 1)]
    assert "title" in outcome.diagnostics[0].hint


def test_all_faults_are_found_in_one_go_each_where_it_stands() -> None:
    text = (
        'tagline = 3\nlanguge = "en"\nlanguage = "english"\n# title = "x"\n  base_url = "https://example.org/?q"\n'
        'repository = "javascript:x"\nglossary = "sometimes"\nlicence = "a\\u0001"\n[kinds]\nBig = "T"\nother = 2\nempty = ""\n'
    )
    assert faults(text) == [
        ("missing-key", 1, 1),
        ("wrong-type", 1, 11),
        ("unknown-key", 2, 1),
        ("bad-value", 3, 12),
        ("bad-value", 5, 14),
        ("unsafe-url", 6, 14),
        ("bad-value", 7, 12),
        ("config-syntax", 8, 11),
        ("bad-value", 10, 1),
        ("wrong-type", 11, 9),
        ("missing-key", 12, 1),
    ]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('title = "a"\nb = \n', (2, 5)),
        ("title = a\n", (1, 9)),
        ('title = "a', (1, 11)),
        ('title = "é😀" x', (1, 14)),
        ('title = "a"\ntitle = "b"\n', (2, 12)),
        ("a = " + "[" * 5000, (1, 1)),
        ("a = 2022-02-30", (1, 5)),
        ("a = " + "1" * 5000, (1, 1)),
    ],
)
def test_what_is_not_toml_is_reported_where_it_stands(text: str, place: tuple[int, int]) -> None:
    assert faults(text) == [("config-syntax", *place)]


def test_a_key_is_not_sought_in_strings_comments_and_other_tables() -> None:
    text = "title = \"\"\"\nwrong = 1\n\"\"\"\ntagline = '''x\nbad = 2''' # worse = 3\n[kinds]\na.b = 1\n[wrong]\nx = [\n 1,\n]\n"
    assert faults(text) == [("wrong-type", 7, 7), ("unknown-key", 8, 2)]


def test_an_inline_table_is_reported_at_its_key() -> None:
    assert faults('title = "a"\nkinds = { a = 1 }\n') == [("wrong-type", 2, 9)]


@pytest.mark.parametrize(
    "address", ["https://example.org", "http://example.org/a/b/", "https://example.org:8080", "https://[::1]/"]
)
def test_an_address_of_a_site_is_taken(address: str) -> None:
    assert explain_base_url(address) == ""


@pytest.mark.parametrize(
    "address",
    [
        "example.org",
        "//example.org",
        "ftp://example.org",
        "https://example.org/#a",
        "https:///a",
        "https://a b/",
        "https://a\\b",
        "/a",
    ],
)
def test_anything_else_is_refused_with_a_way_out(address: str) -> None:
    assert explain_base_url(address)


@given(st.text(alphabet=st.one_of(st.characters(), st.sampled_from("title=\"'[]{}.#\n"))))
def test_any_text_can_be_read(text: str) -> None:
    read_config(text)
