"""How a glossary term is written in a text: `[[red lines]]`, or `[[red lines|its limits]]` for other words to be shown."""

from __future__ import annotations

import re
from typing import NamedTuple

KIND = "term"

# Nothing in it may open or close a bracket, so that a search stops at the next one. In a table the bar is escaped.
_TERM = re.compile(r"\[\[(?P<name>[^\[\]|]*?)(?:\\?\|(?P<words>[^\[\]]*))?\]\]")


class Written(NamedTuple):
    """A term as it stands in a text."""

    name: str  # "" where there is none
    words: str  # shown; the name where no others are given
    at: int  # offset of the name
    end: int  # offset after `]]`


def parse_term(text: str, start: int) -> Written | None:
    """The term that begins at `start`, white space in it taken together; None where there is none."""
    match = _TERM.match(text, start)
    if match is None:
        return None
    raw = match["name"]
    name = " ".join(raw.split())
    at = match.start("name") + (len(raw) - len(raw.lstrip()) if name else 0)
    return Written(name, " ".join((match["words"] or "").split()) or name, at, match.end())
