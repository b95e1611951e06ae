"""How a passage of a document is spelled: its own words, with `[…]` or `[...]` for words left out."""

from __future__ import annotations

import re

KIND = "passage"
OMISSION = re.compile(r"\[(?:…|\.\.\.)\]")


def split_omissions(quote: str) -> tuple[str, ...]:
    """The pieces around the omissions, in order and without white space at their ends; an omission at an end says nothing."""
    return tuple(piece for part in OMISSION.split(quote) if (piece := part.strip()))


def trim_omissions(quote: str) -> str:
    """The quote without the omissions at its ends, which say nothing."""
    trimmed = quote.strip()
    while leading := OMISSION.match(trimmed):
        trimmed = trimmed[leading.end() :].lstrip()
    while trailing := re.search(rf"{OMISSION.pattern}$", trimmed):
        trimmed = trimmed[: trailing.start()].rstrip()
    return trimmed
