"""Bytes -> text with line feeds alone, or the places that are no text. Knows nothing of what the text means."""

from __future__ import annotations

import re

from triptych.diagnostics import Diagnostic, Outcome, Severity, Span

# UTF-32 first: its mark for little-endian begins as UTF-16's does.
_MARKS = (
    (b"\xff\xfe\x00\x00", "UTF-32"),
    (b"\x00\x00\xfe\xff", "UTF-32"),
    (b"\xff\xfe", "UTF-16"),
    (b"\xfe\xff", "UTF-16"),
)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_CONTROL_BYTES = bytes(byte for byte in range(32) if byte not in b"\t\n\r") + b"\x7f"

# Those that open another direction, or override it, and so can make what follows look like something else (embeddings,
# overrides, isolates). The marks U+200E, U+200F and U+061C only give a place a direction: right-to-left text needs them.
_DIRECTION = re.compile("[\u202a\u202b\u202d\u202e\u2066-\u2068]")

_SAVE_AS = "save the file as UTF-8"


def decode(data: bytes, path: str) -> Outcome[str]:
    """The text of a file: without a byte order mark, with LF line ends. The value is None where there are errors."""
    for mark, name in _MARKS:
        if data.startswith(mark):
            return _refuse(path, 1, 1, f"this file is {name}, not UTF-8", _SAVE_AS)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as fault:
        return _refuse_bytes(data, path, fault)
    text = _unify_lines(text.removeprefix("\ufeff"))
    # Looked for in the bytes first: most files have none, and translate() runs at the speed of memory.
    if (len(data.translate(None, _CONTROL_BYTES)) != len(data) or b"\xc2" in data) and (control := _CONTROL.search(text)):
        return _refuse_control(text, path, control.start())
    if b"\xe2\x80" in data or b"\xe2\x81" in data:
        return Outcome(text, _warn_of_direction(text, path))
    return Outcome(text)


def _unify_lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def _refuse(path: str, line: int, column: int, message: str, hint: str) -> Outcome[str]:
    return Outcome(None, (Diagnostic(code="encoding", message=message, span=Span(path, line, column), hint=hint),))


def _place(text: str, offset: int) -> tuple[int, int]:
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


def _refuse_bytes(data: bytes, path: str, fault: UnicodeDecodeError) -> Outcome[str]:
    before = _unify_lines(data[: fault.start].decode("utf-8").removeprefix("\ufeff"))
    line, column = _place(before, len(before))
    byte = data[fault.start]
    # Every faulty byte becomes one lone surrogate, which UTF-8 cannot spell, so that they can be counted.
    more = len(re.findall("[\udc80-\udcff]", data[fault.start :].decode("utf-8", "surrogateescape"))) - 1
    others = f", and {more:,} more further down" if more > 0 else ""
    guess = "it looks like UTF-16 without a byte order mark; " if data[:2000].count(0) > len(data[:2000]) // 4 else ""
    hint = f"{guess}{_SAVE_AS}; many editors name the present encoding in the status bar"
    return _refuse(path, line, column, f"byte 0x{byte:02X} is not UTF-8{others}", hint)


def _refuse_control(text: str, path: str, offset: int) -> Outcome[str]:
    line, column = _place(text, offset)
    more = len(_CONTROL.findall(text, offset)) - 1
    others = f", and {more:,} more further down" if more > 0 else ""
    name = f"U+{ord(text[offset]):04X}"
    if text[:2000].count("\0") > len(text[:2000]) // 4:
        return _refuse(path, line, column, f"a control character ({name}){others}", "it looks like UTF-16: " + _SAVE_AS)
    if text[offset] >= "\x80":
        hint = "it is left from a conversion out of Windows-1252: put the character that was meant"
    else:
        hint = "delete it, or put a space or a line end in its place"
    return _refuse(path, line, column, f"a control character ({name}){others}", hint)


def _warn_of_direction(text: str, path: str) -> tuple[Diagnostic, ...]:
    match = _DIRECTION.search(text)
    if match is None:
        return ()
    line, column = _place(text, match.start())
    more = len(_DIRECTION.findall(text, match.end()))
    others = f", and {more:,} more further down" if more else ""
    return (
        Diagnostic(
            code="bidi",
            message=f"a character that changes the direction of the text (U+{ord(match[0]):04X}){others}",
            span=Span(path, line, column),
            hint="what follows it may be shown in another order than it is read; delete it unless it is meant",
            severity=Severity.WARNING,
        ),
    )


def as_shown(data: bytes) -> str:
    """A file's text as an editor shows it, for a report: faulty bytes as replacement characters, every line end a line feed."""
    return data.decode("utf-8", "replace").removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
