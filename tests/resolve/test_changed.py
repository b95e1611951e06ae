"""What an editor reads of a document that has changed since it was annotated."""

from __future__ import annotations

from hashlib import sha256

import pytest

from tests.trial import build_site
from triptych.resolve.changed import COMPARED

HASH = "0f2a6c4d8e0b1a3c5d7f9081a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5"


def hint_for(seed: str, *claims: str, recorded: str = HASH) -> list[str]:
    """The lines of the report on a document, with claims c00, c01 … of these bodies."""
    files = {
        "content/site.toml": b'title = "Case"\n',
        "seeds/letter.txt": seed.encode(),
        "content/annotations/letter/index.md": f"---\ntitle: A letter\nsha256: {recorded}\n---\n\nSent.\n".encode(),
        **{
            f"content/annotations/letter/c{number:02d}.md": f"{claim}\n\nSo it is.\n".encode()
            for number, claim in enumerate(claims)
        },
    }
    return [line for one in build_site(files).diagnostics if one.code == "seed-changed" for line in one.hint.splitlines()]


def test_claims_that_were_not_compared_are_said_neither_to_have_changed_nor_to_be_gone() -> None:
    claims = [f"> No wall number {number} is higher than a person" for number in range(COMPARED + 2)]
    lines = hint_for("The water is clean.", *claims)
    assert lines[:2] == ["still word for word (0): none", "changed (0): none"]
    assert lines[2].startswith(f"gone ({COMPARED}): c00, c01")
    assert lines[3] == f"changed or gone, not compared since only the first {COMPARED} are (2): c20, c21"


def test_the_hint_names_the_command_in_both_its_forms_and_the_hash() -> None:
    lines = hint_for("The water is clean.", "> water")
    assert "`python build.py accept letter` (installed: `triptych accept letter`)" in lines[-2]
    assert lines[-1] == f"which records the new hash: `sha256: {sha256(b'The water is clean.').hexdigest()}`"


def test_only_the_piece_that_is_missing_is_compared() -> None:
    lines = hint_for("The board says that the water is very clean.", "> The board […] the water is clean")
    assert lines[1:3] == [
        "changed (1), where {+…+} is in the document alone, [-…-] in the quote alone:",
        "  c00: seeds/letter.txt:1 the water is {+very+} clean",
    ]


@pytest.mark.parametrize(
    ("claim", "said"),
    [
        ("> water", "c00 (but at several places)"),
        ("---\nprefix: our\n---\n\n> wells", "c00 (but not with its `prefix` or `suffix`)"),
        ("> wells", "c00"),
    ],
)
def test_a_claim_whose_words_are_there_stands_though_its_place_is_in_doubt(claim: str, said: str) -> None:
    assert hint_for("The water of the wells is water.", claim)[0] == f"still word for word (1): {said}"


def test_a_claim_of_several_quotes_is_gone_only_when_all_are() -> None:
    lines = hint_for(
        "The water is clean.", "> No wall is higher than a person\n\n> the water is dirty", "> One gate\n\n> Two locks"
    )
    assert lines[2].startswith("  c00: quote 1 of 2 is gone; seeds/letter.txt:1 ")
    assert lines[3] == "gone (1): c01"


def test_pieces_in_another_order_and_annotations_without_a_quote() -> None:
    lines = hint_for("The water is clean. The wells are old.", "> The wells […] clean.", "No quote at all.")
    assert lines[0] == "still word for word (0): none"
    assert lines[2] == "  c00: the pieces of the quote no longer follow one another"


def test_a_hash_in_capitals_is_the_same_hash() -> None:
    digest = hint_for("The water is clean.")[-1].split("`sha256: ")[1].rstrip("`")
    assert hint_for("The water is clean.", recorded=digest.upper()) == []
