"""Single files of the output as they lie on the disk: read and written, links not followed. Knows no outputs and no marker."""

from __future__ import annotations

import os
import stat
import zlib
from pathlib import Path

_READ = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)


def kind_of(path: str) -> str:
    """What lies there itself: "missing", "folder", "file", or "other"."""
    try:
        mode = os.lstat(path).st_mode
    except FileNotFoundError:
        return "missing"
    return "folder" if stat.S_ISDIR(mode) else "file" if stat.S_ISREG(mode) else "other"


def folder_state(out: Path, path: str, known: dict[str, tuple[str, str]]) -> tuple[str, str]:
    """Of the folder that an output lies in: what stands in its way, "" for nothing, and "folder", "missing", "file" or "other".

    Links are not followed. `known` keeps what was found, by folder.
    """
    folder = path.rpartition("/")[0]
    if not folder:
        return "", "folder"
    if folder not in known:
        found = folder_state(out, folder, known)
        if found == ("", "folder"):
            kind = kind_of(os.path.join(out, folder))
            found = (folder if kind in ("file", "other") else "", kind)
        known[folder] = found
    return known[folder]


def file_state(path: str, data: bytes) -> str:
    """What lies at an output's place: "missing", "same", "differs", "folder" or "other"."""
    if (found := read_regular(path, len(data))) is not None:
        return "same" if found == data else "differs"
    kind = kind_of(path)
    return "differs" if kind == "file" else kind


def read_regular(path: str, size: int | None = None) -> bytes | None:
    """The bytes of a regular file, of that size where one is given; None for anything else. Never waits, follows no link."""
    try:
        descriptor = os.open(path, _READ)
    except OSError:  # not there, a link, or not to be read: the caller looks closer
        return None
    try:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode) or (size is not None and found.st_size != size):
            return None
        data = os.read(descriptor, found.st_size + 1)
        while len(data) != found.st_size and (more := os.read(descriptor, found.st_size + 1)):  # it grows, or comes in pieces
            data += more
        return data
    finally:
        os.close(descriptor)


def begins_with(path: str, head: bytes) -> bool:
    """Whether a regular file does; False for anything else. Reads no more of it."""
    try:
        descriptor = os.open(path, _READ)
    except OSError:  # not there, a link, or not to be read
        return False
    try:
        return stat.S_ISREG(os.fstat(descriptor).st_mode) and os.read(descriptor, len(head)) == head
    finally:
        os.close(descriptor)


def write_new(path: str, data: bytes) -> None:
    descriptor = os.open(path, _CREATE, 0o666)
    try:
        write_all(descriptor, data)
    finally:
        os.close(descriptor)


def write_all(descriptor: int, data: bytes) -> None:
    done = os.write(descriptor, data)
    while done < len(data):  # a disk that fills up takes what it can, and refuses at the next call
        done += os.write(descriptor, data[done:])


def signature_of(data: bytes) -> str:
    """Tells bytes that the generator wrote from others that someone put in their place; no protection against malice."""
    return f"{zlib.crc32(data):08x}-{len(data):x}"


def parents_of(path: str) -> list[str]:
    """The folders that a path lies in, the nearest first: "a/b/c.html" gives a/b and a."""
    found = []
    while path := path.rpartition("/")[0]:
        found.append(path)
    return found
