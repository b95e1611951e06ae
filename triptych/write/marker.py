"""The marker file within the output: what is the generator's own, a line for each file with a signature of its bytes."""

from __future__ import annotations

import contextlib
import errno
import os
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from triptych.write.files import kind_of, read_regular, write_all, write_new

MARKER = ".triptych"
_HEAD = "triptych output 1: the files below are the generator's own"
# A path in the output. The marker may come from anywhere, so nothing else in it is believed.
PLAIN = re.compile(r"(?!\.triptych)(?:(?!\.{1,2}(?:/|\Z))[^/\\:\x00-\x1f]+(?:/(?!\Z)|\Z))+\Z")


@dataclass(slots=True)
class Ledger:
    """What the marker says; changed by a publication once all its files are in place."""

    text: str = ""  # as it lies on the disk; "" where there is no marker
    settled: dict[str, str] = field(default_factory=dict)  # path, in order -> signature of the bytes written there
    pending: dict[str, set[str]] = field(default_factory=dict)  # path -> what a build wrote, or was about to when it ended

    def paths(self) -> set[str]:
        return self.settled.keys() | self.pending.keys()

    def signatures(self, path: str) -> set[str]:
        return self.pending.get(path, set()) | ({self.settled[path]} if path in self.settled else set())

    def copy(self) -> Ledger:
        return Ledger(self.text, dict(self.settled), {path: set(found) for path, found in self.pending.items()})

    def __contains__(self, path: str) -> bool:
        return path in self.settled or path in self.pending

    def forget(self, paths: Collection[str]) -> None:
        for path in paths:
            self.settled.pop(path, None)
            self.pending.pop(path, None)

    def record(self, signatures: Mapping[str, str]) -> None:
        is_in_order = signatures.keys() <= self.settled.keys()
        self.settled.update(signatures)
        if not is_in_order:
            self.settled = dict(sorted(self.settled.items()))
        for path in self.pending.keys() & signatures.keys():
            del self.pending[path]


def is_marked(out: Path) -> bool:
    return (read_regular(os.path.join(out, MARKER)) or b"").startswith(f"{_HEAD}\n".encode())


def read_marker(out: Path) -> Ledger:
    """What the marker says: signature, space, path; with a plus sign what was about to be written. Empty where there is none."""
    marker = os.path.join(out, MARKER)
    found = read_regular(marker)
    if found is None and kind_of(marker) == "file":
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), marker)
    text = (found or b"").decode("utf-8", "replace")
    head, *lines = text.split("\n")
    if head != _HEAD:
        return Ledger()
    ledger = Ledger(text)
    for line in lines[:-1]:  # a line without its end was cut short
        signature, _, path = line.partition(" ")
        if not PLAIN.match(path):
            continue
        if signature.startswith("+"):
            ledger.pending.setdefault(path, set()).add(signature[1:])
        else:
            ledger.settled[path] = signature
    ledger.settled = dict(sorted(ledger.settled.items()))
    return ledger


def claim(out: Path, writes: list[tuple[str, str]], text: str, work: Path) -> None:
    """Note in the marker what is about to appear, so that a build that is cut short leaves nothing that nobody owns."""
    lines = "".join(f"+{signature} {path}\n" for path, signature in writes)
    if not text:
        _replace_marker(out, f"{_HEAD}\n{lines}", work)
    elif writes:
        marker = os.path.join(out, MARKER)
        descriptor = os.open(marker, os.O_WRONLY | os.O_APPEND)
        try:
            size = os.fstat(descriptor).st_size
            try:
                write_all(descriptor, f"\n{lines}".encode())
            except OSError as error:
                os.ftruncate(descriptor, size)
                raise OSError(error.errno, error.strerror, marker) from error
        finally:
            os.close(descriptor)


def at_rest(ledger: Ledger) -> str:
    """The marker's text when no build is under way: the same for the same site."""
    settled = "".join([f"{signature} {path}\n" for path, signature in ledger.settled.items()])
    pending = "".join(f"+{one} {path}\n" for path, found in sorted(ledger.pending.items()) for one in sorted(found))
    return f"{_HEAD}\n{settled}{pending}"


def settle(out: Path, ledger: Ledger, work: Path, *, before: str) -> str:
    """Write the marker as it is at rest, unless it reads so already; its text."""
    text = at_rest(ledger)
    if text != before:
        _replace_marker(out, text, work)
    return text


def _replace_marker(out: Path, text: str, work: Path) -> None:
    fresh, marker = os.path.join(work, "marker"), os.path.join(out, MARKER)
    with contextlib.suppress(FileNotFoundError):
        os.unlink(fresh)
    try:
        write_new(fresh, text.encode())
        os.replace(fresh, marker)
    except OSError as error:
        raise OSError(error.errno, error.strerror, marker) from error


def identity(path: Path) -> tuple[int, ...]:
    try:
        found = os.lstat(path)
    except FileNotFoundError:
        return ()
    return found.st_ino, found.st_size, found.st_mtime_ns
