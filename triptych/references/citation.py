"""How a source or a treaty is cited: `[@key]`, `[@key, locator; @key]`. Pandoc's other forms are known, and not taken.

Keys are spelled as pandoc spells them (Pandoc User's Guide, "Citation syntax", https://pandoc.org/MANUAL.html#citation-syntax).
"""

from __future__ import annotations

import re
from typing import NamedTuple

KIND = "citation"

# A letter, digit or underscore, then also single punctuation signs between such characters; anything else in braces.
_KEY = r"\w(?:\w|[:.#$%&\-+?<>~/](?=\w))*"
_BRACKET = re.compile(r"\[(@[^\[\]]*)\](?!\()")
_UNCLOSED = re.compile(rf"\[@(?={_KEY}|\{{)[^\[\]]*(?=\[|\Z)")
_ITEM = re.compile(rf"\s*@(?:\{{(?P<braced>[^{{}}\s]+)\}}|(?P<key>{_KEY}))(?:\s*(?P<comma>,)(?P<locator>.*)|\s*)", re.DOTALL)
_OTHER = re.compile(rf"(?P<before>.*?(?:^|(?<=[\s;(])))(?P<minus>-?)@(?P<item>\{{[^{{}}\s]+\}}|{_KEY})(?P<after>.*)", re.DOTALL)


class Cited(NamedTuple):
    """One item of a bracket."""

    key: str
    locator: str  # "" where there is none
    at: int  # offset of the key


class Faulty(NamedTuple):
    """What looks like a citation and is none."""

    at: int  # offset of its key
    key: str
    hint: str  # the form that serves


class Bracket(NamedTuple):
    """A bracket that begins with `[@`."""

    items: tuple[Cited, ...]
    faults: tuple[Faulty, ...]
    end: int  # offset after `]`


def parse_bracket(text: str, start: int) -> Bracket | None:
    """The citations of the bracket that begins at `start`; None where the bracket is something else."""
    match = _BRACKET.match(text, start)
    if match is None:
        return None
    items: list[Cited] = []
    faults: list[Faulty] = []
    at = match.start(1)
    for part in match[1].split(";"):
        item = _ITEM.fullmatch(part)
        group = "braced" if item and item["braced"] else "key"
        if item is None or (item["comma"] and not item["locator"].strip()):
            faults.append(_explain(part, at))
        else:
            items.append(Cited(item[group], " ".join((item["locator"] or "").split()), at + item.start(group)))
        at += len(part) + 1
    if not items and not _OTHER.match(match[1]):
        return None  # `[@ home]` and `[@]` are words
    return Bracket(tuple(items), tuple(faults), match.end())


def find_unclosed(text: str, start: int) -> Faulty | None:
    """A citation that begins at `start` and has no end before the next bracket or the end of the block."""
    match = _UNCLOSED.match(text, start)
    if match is None:
        return None
    key = re.match(_KEY, text[start + 2 : start + 80])
    return Faulty(start + 2, key[0] if key else "", "close it with `]`; a locator has no square brackets in it")


def find_other_form(text: str, start: int, end: int) -> Faulty | None:
    """Pandoc's `[see @key]`, `[-@key]`: text[start:end] is what stands within a bracket that is no link."""
    if text.find("@", start, end) < 0:
        return None
    inner = text[start:end]
    return _explain(inner, start) if _OTHER.match(inner) else None


def _explain(part: str, offset: int) -> Faulty:
    match = _OTHER.match(part)
    if match is None:
        blank = len(part) - len(part.lstrip())
        hint = "each part has the form `@key` or `@key, locator`, with semicolons between them only"
        return Faulty(offset + (blank if part.strip() else 0), " ".join(part.split())[:40], hint)
    before, after = " ".join(match["before"].split()), " ".join(match["after"].lstrip(" \n,").split())
    item = match["item"]
    form = f"[@{item}{after}]" if after.startswith(";") else f"[@{item}, {after}]" if after else f"[@{item}]"
    hint = f"write `{before} {form}`" if before and before[-1] not in ";," else f"write `{form}`"
    return Faulty(offset + match.start("item") + item.startswith("{"), item.strip("{}"), hint)
