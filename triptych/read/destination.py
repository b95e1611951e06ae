"""Where a link or an image leads: `(address "title")` behind its brackets, or a definition elsewhere (CommonMark, "Links")."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from markdown_it.common.utils import normalizeReference, unescapeAll

_SPACE_AND_LINES = re.compile(r"[ \t\n]*")
_ADDRESS_IN_ANGLES = re.compile(r"<((?:[^<>\\\n]|\\.)*)>")
_ADDRESS_PART = re.compile(r"(?:[^\\()\x00-\x20\x7f]|\\[^\x00-\x20]|\\(?=[\x00-\x20]|\Z))+")
_TITLE = re.compile(r""""((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|\(((?:[^()\\]|\\.)*)\)""", re.DOTALL)
_REFERENCE_LABEL = re.compile(r"\[((?:[^\[\]\\]|\\.){0,999})\]", re.DOTALL)
_BRACKETS_IN_ADDRESS = 32
_LABEL_LIMIT = 999


@dataclass(slots=True, frozen=True)
class Destination:
    """Where a link leads, and the place where its address is written."""

    address: str
    title: str
    at: int  # offset of the address, or -1: it stands in a definition
    width: int
    definition: tuple[int, int] | None  # lines of the definition
    end: int  # offset after the link


def read_destination(src: str, at: int) -> Destination | None:
    """`(address "title")` at this place."""
    if not src.startswith("(", at):
        return None
    start = _skip(src, at + 1)
    if src.startswith("<", start):
        match = _ADDRESS_IN_ANGLES.match(src, start)
        if match is None:
            return None
        start, raw, end = start + 1, match[1], match.end()
    else:
        end = _end_of_address(src, start)
        if end < 0:
            return None
        raw = src[start:end]
    after = _skip(src, end)
    title = _TITLE.match(src, after) if after > end else None
    if title:
        after = _skip(src, title.end())
    if not src.startswith(")", after):
        return None
    words = next((group for group in title.groups() if group is not None), "") if title else ""
    return Destination(unescapeAll(raw), unescapeAll(words), start, len(raw), None, after + 1)


def _skip(src: str, at: int) -> int:
    match = _SPACE_AND_LINES.match(src, at)
    return match.end() if match else at


def _end_of_address(src: str, at: int) -> int:
    """Where an address without angles ends: at white space, or at a bracket that it did not open; -1 where it has none."""
    depth = 0
    while True:
        if match := _ADDRESS_PART.match(src, at):
            at = match.end()
        sign = src[at : at + 1]
        if sign == "(" and depth < _BRACKETS_IN_ADDRESS:
            depth += 1
        elif sign == ")" and depth:
            depth -= 1
        else:
            return -1 if depth or sign == "(" else at
        at += 1


def find_definition(src: str, at: int, label: str | None, definitions: Mapping[str, Any] | None) -> Destination | None:
    """`[label]` or `[]` at this place, or nothing, with a definition of the label elsewhere.

    `label` is what stands in the brackets before, or None where it can be no label.
    """
    if not definitions:
        return None
    match = _REFERENCE_LABEL.match(src, at)
    if match and match[1]:
        label = match[1]
    found = definitions.get(normalizeReference(label)) if label and len(label) <= _LABEL_LIMIT else None
    if found is None:
        return None
    return Destination(found["href"], found["title"], -1, 0, tuple(found["map"]), match.end() if match else at)
