"""Diagnostics as people and programs read them: text with the line and a caret, JSON, GitHub annotations.

Knows terminals: widths, colours, and what content must not send there. Opens no file; prints nothing but the progress bar.
"""

from __future__ import annotations

import json
import os
import re
import time
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TextIO

from triptych.diagnostics import Diagnostic, Severity, Span

_SHOWN = 100  # columns of a source line that are shown; a longer one is cut round the caret
_TAB = 4  # columns: a tab is shown as so many spaces, wherever it stands
_LINE_ENDS = re.compile(r"\r\n|\n|\r")  # those of an editor; str.splitlines knows more
_JOINERS = "\u200c\u200d"
_STYLES = {"error": "1;31", "warning": "1;33", "place": "1", "gutter": "34", "hint": "36"}


def sort_diagnostics(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """In the order of their places, equal ones once."""
    return sorted(dict.fromkeys(diagnostics), key=lambda one: (one.span, one.severity, one.code, one.message, one.hint))


# --- Text ------------------------------------------------------------------------------------------------------------


def render_text(diagnostics: Iterable[Diagnostic], source: Callable[[str], str | None], color: bool) -> str:
    """A report for a terminal, a tally at its end; "" where there is nothing to report.

    `source` gives the text of a file by its path as in a span, or None where it cannot be had: then no line is shown.
    """
    found = sort_diagnostics(diagnostics)
    if not found:
        return ""
    paint = _painter(color)
    lines_by_path: dict[str, list[str]] = {}
    entries = []
    for one in found:
        path = one.span.path
        if path not in lines_by_path:
            lines_by_path[path] = _LINE_ENDS.split((source(path) or "").removeprefix("\ufeff"))
        entries.append(_entry(one, lines_by_path[path], paint))
    return "\n".join([*entries, tally(found), ""])


def tally(diagnostics: Iterable[Diagnostic]) -> str:
    """How many of each: "2 errors, 1 warning"."""
    severities = [one.severity for one in diagnostics]
    counts = [(severities.count(severity), severity.value) for severity in Severity]
    return ", ".join(f"{count} {name}{'' if count == 1 else 's'}" for count, name in counts if count)


def _entry(one: Diagnostic, lines: list[str], paint: Callable[[str, str], str]) -> str:
    """One diagnostic: where and what, the line with its caret, the way out; ends with a line feed."""
    place = f"{visible(one.span.path)}:{one.span.line}:{one.span.column}:"
    label = f"{one.severity.value}[{visible(one.code)}]:"
    rows = [f"{paint('place', place)} {paint(one.severity.value, label)} {visible(one.message)}"]
    line = lines[one.span.line - 1] if 0 < one.span.line <= len(lines) else ""
    if line.strip():
        shown, caret = excerpt(line, one.span)
        number = f"{one.span.line:>5} |"
        rows.append(f"{paint('gutter', number)} {shown}")
        rows.append(f"{paint('gutter', ' ' * (len(number) - 1) + '|')} {paint(one.severity.value, caret)}")
    first, *more = one.hint.split("\n") if one.hint else [""]
    if one.hint:
        rows.append(f"  {paint('hint', 'hint:')} {visible(first)}")
        rows += [f"        {visible(row)}".rstrip() for row in more]
    return "\n".join(rows) + "\n"


def _painter(color: bool) -> Callable[[str, str], str]:
    def paint(style: str, text: str) -> str:
        return f"\x1b[{_STYLES[style]}m{text}\x1b[0m"

    return paint if color else lambda style, text: text


def excerpt(line: str, span: Span) -> tuple[str, str]:
    """The line as shown, cut round the span where it is long, and below it the carets: same columns."""
    start = max(0, min(span.column - 1, len(line)))
    end = max(start + 1, min(start + max(1, span.width), len(line)))
    # A line may hold megabytes: only what could be shown is looked at.
    left = _left_edge(line, start, end)
    right, room = left, _SHOWN
    while right < len(line) and (room := room - _width(line[right])) >= 0:
        right += 1
    before, within = line[left:start], line[start : min(end, right)]
    mark = " " * _columns(before) + "^" * max(1, _columns(within))
    opening, closing = "…" * (left > 0), "…" * (right < len(line))
    return opening + "".join(map(_shown, line[left:right])) + closing, " " * len(opening) + mark


def _left_edge(line: str, start: int, end: int) -> int:
    """Where to begin, so that the span is shown with as much before it as there is room for; 0 for a short line."""
    if len(line) <= _SHOWN and _columns(line) <= _SHOWN:
        return 0
    span_columns = min(_columns(line[start : min(end, start + _SHOWN)]), _SHOWN * 2 // 3)
    after = min(_columns(line[end : end + _SHOWN]), (_SHOWN - span_columns) // 2)
    room = _SHOWN - span_columns - after
    left = start
    while left > 0 and (room := room - _width(line[left - 1])) >= 0:
        left -= 1
    while 0 < left < start and not _width(line[left]):  # never begin with a combining mark
        left += 1
    return left


def _columns(text: str) -> int:
    return sum(map(_width, text))


def _width(character: str) -> int:
    """How many columns a terminal gives to the character as it is shown here."""
    if " " <= character <= "~":
        return 1
    if character == "\t":
        return _TAB
    if _is_hidden(character):
        return len(_escaped(character))
    if character in _JOINERS or unicodedata.category(character) in ("Mn", "Me") or "\u1160" <= character <= "\u11ff":
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def visible(text: str) -> str:
    """The text without anything that a terminal would obey, or that could not be seen: such characters are written as escapes."""
    return text if text.isascii() and text.isprintable() else "".join(map(_shown, text))


def _shown(character: str) -> str:
    if character == "\t":
        return " " * _TAB
    return _escaped(character) if _is_hidden(character) else character


def _is_hidden(character: str) -> bool:
    # Controls, surrogates, line and paragraph separators, and all that formats unseen: direction, zero width, tags.
    return unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp", "Cf") and character not in _JOINERS


def _escaped(character: str) -> str:
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


# --- JSON and GitHub -------------------------------------------------------------------------------------------------


def render_json(diagnostics: Iterable[Diagnostic]) -> str:
    """One list of objects, for programs; pure ASCII, so that no terminal or encoding stands in its way."""
    rows = [
        {
            "file": one.span.path,
            "line": one.span.line,
            "column": one.span.column,
            "severity": one.severity.value,
            "code": one.code,
            "message": one.message,
            "hint": one.hint,
        }
        for one in sort_diagnostics(diagnostics)
    ]
    return json.dumps(rows, indent=2) + "\n"


def render_github(diagnostics: Iterable[Diagnostic], *, site: Path, working_directory: Path) -> str:
    """Workflow commands, one a line; paths as seen from the working directory."""
    return "".join(_command(one, _relative(site / one.span.path, working_directory)) for one in sort_diagnostics(diagnostics))


def _command(one: Diagnostic, path: str) -> str:
    properties = {"file": path, "line": one.span.line, "col": one.span.column, "title": one.code}
    listed = ",".join(f"{key}={_escape_property(str(value))}" for key, value in properties.items())
    text = "\n".join(visible(row) for row in [one.message, *(one.hint.split("\n") if one.hint else [])])
    return f"::{one.severity.value} {listed}::{_escape_data(text)}\n"


def _relative(path: Path, start: Path) -> str:
    try:
        return Path(os.path.relpath(path, start)).as_posix()
    except ValueError:  # another drive
        return path.as_posix()


def _escape_data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _escape_property(text: str) -> str:
    return _escape_data(text).replace(":", "%3A").replace(",", "%2C")


# --- The terminal ----------------------------------------------------------------------------------------------------


def wants_color(stream: TextIO, environ: Mapping[str, str]) -> bool:
    """Whether colours are welcome: a terminal that can show them, and no NO_COLOR."""
    return not environ.get("NO_COLOR") and _is_capable(stream, environ)


def _is_capable(stream: TextIO, environ: Mapping[str, str]) -> bool:
    return environ.get("TERM") != "dumb" and stream.isatty()


class Progress:
    """A bar on standard error: only on a terminal, only once a second has passed, and gone when it is done.

    Used by the thread that builds, as a context manager; nothing else may write to the stream while the bar is shown.
    """

    _PATIENCE = 1.0  # seconds
    _PAUSE = 0.1  # seconds between two drawings
    _CELLS = 24

    def __init__(self, stream: TextIO, environ: Mapping[str, str], clock: Callable[[], float] = time.monotonic) -> None:
        self._stream = stream
        self._clock = clock
        self._next = clock() + self._PATIENCE if _is_capable(stream, environ) else float("inf")
        self._is_shown = False

    def update(self, done: int, total: int, label: str) -> None:
        """Say how far the work is; cheap, so it may be called at every step."""
        now = self._clock()
        if now < self._next:
            return
        self._next = now + self._PAUSE
        filled = self._CELLS * min(done, total) // max(total, 1)
        bar = "█" * filled + "░" * (self._CELLS - filled)
        try:
            bar.encode(self._stream.encoding or "ascii")
        except UnicodeEncodeError:
            bar = "#" * filled + "." * (self._CELLS - filled)
        self._stream.write(f"\r\x1b[K{bar} {done}/{total} {visible(label)}")
        self._stream.flush()
        self._is_shown = True

    def close(self) -> None:
        """Take the bar away."""
        if self._is_shown:
            self._stream.write("\r\x1b[K")
            self._stream.flush()
            self._is_shown = False

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
