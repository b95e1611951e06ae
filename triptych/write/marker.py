"""The marker file within the output: what is the generator's own, a line for each file with a signature of its bytes.

At rest it has one line a file, in order. While a publication is under way, and between updates that follow one another, lines
stand below those: what is about to be written (with a plus sign), what has been written since, what is gone (a minus sign
alone). The later line counts, and a line without its end was cut short and is none; so an update adds what it touches.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from triptych.write.files import begins_with, kind_of, read_regular, write_all, write_new

MARKER = ".triptych"
_HEAD = "triptych output 1: the files below are the generator's own"
# A path in the output. The marker may come from anywhere, so nothing else in it is believed.
PLAIN = re.compile(r"(?!\.triptych)(?:(?!\.{1,2}(?:/|\Z))[^/\\:\x00-\x1f]+(?:/(?!\Z)|\Z))+\Z")


SHORT = 32_768  # bytes: so little is written anew at each update, which leaves the marker at rest
_GONE = "-"


@dataclass(slots=True)
class Ledger:
    """What the marker says; changed by a publication once all its files are in place."""

    settled: dict[str, str] = field(default_factory=dict)  # path -> signature of the bytes written there
    pending: dict[str, set[str]] = field(default_factory=dict)  # path -> what a build wrote, or was about to when it ended
    size: int = 0  # bytes of its whole lines on the disk; 0 where there is no marker
    rest: int = 0  # bytes that it had, or would have had, when last at rest
    is_at_rest: bool = True  # no lines have been added since

    def paths(self) -> set[str]:
        return self.settled.keys() | self.pending.keys()

    def signatures(self, path: str) -> set[str]:
        return self.pending.get(path, set()) | ({self.settled[path]} if path in self.settled else set())

    def copy(self) -> Ledger:
        return Ledger(dict(self.settled), {path: set(found) for path, found in self.pending.items()})

    def __contains__(self, path: str) -> bool:
        return path in self.settled or path in self.pending

    def says(self, signatures: Mapping[str, str]) -> bool:
        """Whether these were written, and nothing else at their places."""
        return all(self.settled.get(path) == one and path not in self.pending for path, one in signatures.items())

    def take(self, signatures: Mapping[str, str], gone: Iterable[str]) -> None:
        """Some files have been written, and others are no longer looked after."""
        for path in gone:
            self.settled.pop(path, None)
            self.pending.pop(path, None)
        self.settled.update(signatures)
        for path in self.pending.keys() & signatures.keys():
            del self.pending[path]


def is_marked(out: Path) -> bool:
    return begins_with(os.path.join(out, MARKER), f"{_HEAD}\n".encode())


def read_marker(out: Path) -> Ledger:
    """What the marker says: signature, space, path. Empty where there is none."""
    marker = os.path.join(out, MARKER)
    found = read_regular(marker)
    if found is None and kind_of(marker) == "file":
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), marker)
    whole = (found or b"")[: (found or b"").rfind(b"\n") + 1]
    head, *lines = whole.decode("utf-8", "replace").split("\n")
    if head != _HEAD:
        return Ledger()
    ledger = Ledger(size=len(whole))
    for line in lines:
        signature, _, path = line.partition(" ")
        if not PLAIN.match(path):
            continue
        if signature.startswith("+"):
            ledger.pending.setdefault(path, set()).add(signature[1:])
        elif signature == _GONE:
            ledger.take({}, [path])
        else:
            ledger.take({path: signature}, ())
    rest = at_rest(ledger)
    ledger.rest, ledger.is_at_rest = len(rest), rest == found
    return ledger


def claim(out: Path, writes: Mapping[str, str], ledger: Ledger, work: Path) -> None:
    """Note in the marker what is about to appear, so that a build that is cut short leaves nothing that nobody owns."""
    lines = "".join(f"+{signature} {path}\n" for path, signature in writes.items()).encode()
    if not ledger.size:
        _replace_marker(out, f"{_HEAD}\n".encode() + lines, work)
        ledger.size, ledger.is_at_rest = len(_HEAD) + 1 + len(lines), False
    else:
        _add(out, lines, ledger)


def at_rest(ledger: Ledger) -> bytes:
    """The marker's bytes when no build is under way: the same for the same site."""
    settled = "".join([f"{signature} {path}\n" for path, signature in sorted(ledger.settled.items())])
    pending = "".join(f"+{one} {path}\n" for path, found in sorted(ledger.pending.items()) for one in sorted(found))
    return f"{_HEAD}\n{settled}{pending}".encode()


def note(out: Path, signatures: Mapping[str, str], gone: Iterable[str], ledger: Ledger, work: Path) -> None:
    """After an update: add to the marker what has been written and what is gone, or write it anew where that is little or due."""
    written = "".join(f"{signature} {path}\n" for path, signature in signatures.items())
    lines = (written + "".join(f"{_GONE} {path}\n" for path in gone)).encode()
    is_long = ledger.rest > SHORT and ledger.size + len(lines) < 2 * ledger.rest
    if is_long:
        _add(out, lines, ledger)
    ledger.take(signatures, gone)
    if not is_long:
        settle(out, ledger, work)


def settle(out: Path, ledger: Ledger, work: Path) -> None:
    """Write the marker as it is at rest."""
    data = at_rest(ledger)
    _replace_marker(out, data, work)
    ledger.size, ledger.rest, ledger.is_at_rest = len(data), len(data), True


def _add(out: Path, lines: bytes, ledger: Ledger) -> None:
    """Add whole lines after those that are whole; all of them or, where the disk is full, none."""
    if not lines:
        return
    marker = os.path.join(out, MARKER)
    descriptor = os.open(marker, os.O_WRONLY | os.O_APPEND | getattr(os, "O_BINARY", 0))
    try:
        if os.fstat(descriptor).st_size > ledger.size:  # a line that was cut short must not run into the next
            os.ftruncate(descriptor, ledger.size)
        try:
            write_all(descriptor, lines)
        except OSError as error:
            os.ftruncate(descriptor, ledger.size)
            raise OSError(error.errno, error.strerror, marker) from error
    finally:
        os.close(descriptor)
    ledger.size, ledger.is_at_rest = ledger.size + len(lines), False


def _replace_marker(out: Path, data: bytes, work: Path) -> None:
    fresh, marker = os.path.join(work, "marker"), os.path.join(out, MARKER)
    with contextlib.suppress(FileNotFoundError):
        os.unlink(fresh)
    try:
        write_new(fresh, data)
        os.replace(fresh, marker)
    except OSError as error:
        raise OSError(error.errno, error.strerror, marker) from error


def identity(path: Path) -> tuple[int, ...]:
    try:
        found = os.lstat(path)
    except FileNotFoundError:
        return ()
    return found.st_ino, found.st_size, found.st_mtime_ns
