"""Keys and values with their places, as YAML and JSON both give them: every scalar is the text that was written.

What a text means (a date, a number, true or false) is decided in `fields`, where it is known what is asked for.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from triptych.diagnostics import Diagnostic, Severity, Span
from triptych.text import Lines

DEEPEST = 24  # levels; nothing that an author writes has more than six

# What no page can hold: control characters and lone surrogates, which escapes (`"\x01"`, `"\ud800"`) can make.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


class Scalar(NamedTuple):
    text: str
    is_plain: bool  # written without quotes, so that `~`, `true` and `12` may be more than text
    start: int  # offset in the text of the file
    end: int


class Sequence(NamedTuple):
    items: tuple[Node, ...]
    start: int
    end: int


class Mapping(NamedTuple):
    pairs: tuple[tuple[Scalar, Node], ...]  # in order, repeated keys and all
    start: int
    end: int


Node = Scalar | Sequence | Mapping


class Fault(NamedTuple):
    """Where a text is no YAML, or no JSON, or more of it than is taken."""

    message: str
    start: int
    end: int
    hint: str = ""


class Tree(NamedTuple):
    """A text as nodes; the root is None where nothing is written, or where the fault leaves nothing to stand on."""

    root: Node | None
    fault: Fault | None = None


class Sheet:
    """A file's text while its keys are read: tells places and collects what is wrong. Only the file's own reader adds to it."""

    __slots__ = ("_lines", "found", "path", "syntax", "text")

    def __init__(self, path: str, text: str, syntax: str = "front-matter-syntax") -> None:
        self.path = path
        self.text = text
        self.syntax = syntax  # the code of a fault in the notation itself
        self.found: list[Diagnostic] = []
        self._lines: Lines | None = None

    def span(self, start: int, end: int) -> Span:
        """The place of text[start:end], or of its part on the first line."""
        if self._lines is None:
            self._lines = Lines(self.text)
        line, column = self._lines.place(start)
        line_end = self.text.find("\n", start, end)
        return Span(self.path, line, column, max(1, (end if line_end < 0 else line_end) - start))

    def report(self, code: str, message: str, place: Node | Fault, hint: str = "", severity: Severity = Severity.ERROR) -> None:
        span = self.span(place.start, place.end)
        self.found.append(Diagnostic(code=code, message=message, span=span, hint=hint, severity=severity))

    def report_fault(self, fault: Fault) -> None:
        self.report(self.syntax, fault.message, fault, fault.hint)


def is_missing(node: Node) -> bool:
    """Whether a value says nothing: nothing at all, `~`, `null`, `""` or `[]`."""
    if isinstance(node, Scalar):
        return not node.text.strip() or (node.is_plain and node.text in ("~", "null"))
    return isinstance(node, Sequence) and not node.items


def find_unprintable(text: str) -> str:
    """The name (`U+0001`) of the first character in it that no page can hold, or "" where there is none."""
    match = None if text.isprintable() else _UNPRINTABLE.search(text)
    return f"U+{ord(match[0]):04X}" if match else ""
