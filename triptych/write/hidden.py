"""The hidden folder beside the output, where new files lie until all are whole, and the lock that keeps rivals out."""

from __future__ import annotations

import contextlib
import errno
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

INSIDE = ".triptych.work"  # its name within the output, where none can be had beside it
_NO_LOCKS = {errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS}


def hidden_folder(out: Path) -> Path:
    """The generator's own folder: beside the output, or within it where that is another disk or may not be written to."""
    beside = out.parent / f".{out.name}.triptych"
    with contextlib.suppress(OSError):
        if os.stat(out).st_dev == os.stat(out.parent).st_dev:
            beside.mkdir(exist_ok=True)
            if not beside.is_symlink() and os.access(beside, os.W_OK):
                return beside
    inside = out / INSIDE
    inside.mkdir(exist_ok=True)
    return inside


@contextlib.contextmanager
def hold(work: Path, on_wait: Callable[[], None] | None) -> Iterator[Path]:
    """Keep other processes out; the system lets go when this one ends, however it ends."""
    descriptor = os.open(work / "lock", os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o666)
    try:
        if not _lock(descriptor, wait=False):
            if on_wait:
                on_wait()
            while not _lock(descriptor, wait=True):
                pass
        yield work
    finally:
        os.close(descriptor)


def _lock(descriptor: int, *, wait: bool) -> bool:
    """Whether the lock is had; True as well where the file system has none."""
    try:
        if sys.platform == "win32":
            msvcrt.locking(descriptor, msvcrt.LK_LOCK if wait else msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except OSError as error:
        return error.errno in _NO_LOCKS
    return True
