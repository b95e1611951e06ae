"""Where in the file something stands that the parser found in the content of a block.

markdown-it gives blocks their lines, and nothing more: a line of a paragraph is what is left of the file's line once the marks
of its containers are gone, and so its end; headings and cells carry the place where their row begins (see blocks.py).
"""

from __future__ import annotations

import re
from itertools import pairwise

from markdown_it.common.utils import MD_TRIM_CHARS
from markdown_it.token import Token

from triptych.diagnostics import Span

_HASHES = re.compile(r"#{1,6}[ \t]*")


class Places:
    """The places of one text, which begins on line `first_line` of its file."""

    def __init__(self, text: str, path: str, first_line: int) -> None:
        self.text = text
        self.path = path
        self.first_line = first_line
        self._lines: list[str] | None = None
        self._seen: tuple[int, int, int] = (0, -1, 0)  # id of a block, a line of it, and its shift
        self._counted: tuple[int, int, int] = (0, 0, 0)  # id of a block, an offset in it, and the lines before that
        self._cells: tuple[int, list[tuple[int, int]]] = (-1, [])  # place of a row, and its cells

    def line(self, row: int) -> str:
        if self._lines is None:
            self._lines = self.text.split("\n")
        return self._lines[row] if row < len(self._lines) else ""

    def span(self, block: Token, offset: int, width: int) -> Span:
        """The span of block.content[offset:offset + width], cut at the end of its line."""
        content = block.content
        start = content.rfind("\n", 0, offset) + 1
        row = (block.map[0] if block.map else 0) + self._count_lines(block, start)
        end = content.find("\n", offset)
        if end >= 0:
            width = min(width, end - offset)
        if "cell" in block.meta:
            return self.at(row, self._column_in_cell(block, offset), width)
        return self.at(row, offset - start + self._shift(block, row, start), width)

    def at(self, row: int, column: int, width: int = 1) -> Span:
        """A span from a line and a column of the text, both from 0."""
        return Span(self.path, self.first_line + row, column + 1, max(width, 1))

    def at_offset(self, row: int, place: int) -> Span:
        """The span of one character, given its offset in the whole text."""
        return self.at(row, place - self.text.rfind("\n", 0, place) - 1)

    def definition(self, rows: tuple[int, int], address: str) -> Span:
        """The span of an address in the lines of a definition."""
        for row in range(*rows):
            line = self.line(row)
            at = line.find(address, line.find("]:") + 1) if address else -1
            if at >= 0:
                return self.at(row, at, len(address))
        line = self.line(rows[0])
        return self.at(rows[0], len(line) - len(line.lstrip()))

    def _count_lines(self, block: Token, end: int) -> int:
        """The line ends before an offset; what is found in a block is mostly asked for in its order."""
        known, start, count = self._counted
        if known != id(block) or start > end:
            start = count = 0
        count += block.content.count("\n", start, end)
        self._counted = (id(block), end, count)
        return count

    def _shift(self, block: Token, row: int, start: int) -> int:
        """How much further to the right a line of a block stands in the file than in the block's content."""
        if self._seen[:2] == (id(block), row):
            return self._seen[2]
        if "row" in block.meta:
            shift = self._shift_of_heading(block)
        else:
            end = block.content.find("\n", start)
            words = block.content[start : end if end >= 0 else None].rstrip(MD_TRIM_CHARS)
            shift = len(self.line(row).rstrip(MD_TRIM_CHARS)) - len(words)
        self._seen = (id(block), row, shift)
        return shift

    def _shift_of_heading(self, block: Token) -> int:
        place: int = block.meta["row"]
        hashes = _HASHES.match(self.text, place)
        place = self.text.find(block.content, hashes.end() if hashes else place)
        return place - self.text.rfind("\n", 0, place) - 1

    def _column_in_cell(self, block: Token, offset: int) -> int:
        place: int = block.meta["row"]
        if self._cells[0] != place:
            end = self.text.find("\n", place)
            self._cells = (place, _split_row(self.text[place : end if end >= 0 else None]))
        cell: int = block.meta["cell"]
        start, end = self._cells[1][cell]
        raw = self.text[place + start : place + end]
        at: int = offset + len(raw) - len(raw.lstrip(MD_TRIM_CHARS))
        escaped = raw.find("\\|")
        while 0 <= escaped <= at:  # the library has taken the backslash away
            at += 1
            escaped = raw.find("\\|", escaped + 2)
        return place + start + at - self.text.rfind("\n", 0, place) - 1


def _split_row(row: str) -> list[tuple[int, int]]:
    """Where the cells of a table's row begin and end, as the library divides it: at bars without a backslash before them."""
    row = row.rstrip(MD_TRIM_CHARS)
    bars = [-1, *(match.start() for match in re.finditer(r"(?<!\\)\|", row)), len(row)]
    cells = [(left + 1, right) for left, right in pairwise(bars)]
    return cells[1:] if cells[0] == (0, 0) else cells
