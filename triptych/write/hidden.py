"""The hidden folder, where new files lie until all are whole, and the lock that keeps rivals out."""

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
NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO}  # no other way of writing would help
_NO_LOCKS = {errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS, errno.EBADF}


def beside(out: Path) -> Path:
    return out.parent / f".{out.name}.triptych"


def make_beside(out: Path) -> Path | None:
    """The generator's own folder beside the output; None where none can be made or may be written to."""
    folder = beside(out)
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:  # a parent that may not be written to, a file of that name
        if error.errno in NO_ROOM:
            raise
        return None
    return folder if not folder.is_symlink() and os.access(folder, os.W_OK) else None


def make_near(out: Path) -> Path:
    """Beside the output, or within it where that is another disk or nothing can be made there."""
    if os.stat(out).st_dev == os.stat(out.parent).st_dev and (folder := make_beside(out)) is not None:
        return folder
    inside = out / INSIDE
    inside.mkdir(exist_ok=True)
    return inside


def clear_away(out: Path) -> None:
    """Remove the hidden folders, where nothing is left in them."""
    for folder in (beside(out), out / INSIDE):
        with contextlib.suppress(OSError):  # not there, or not empty: it stays
            os.rmdir(folder)


@contextlib.contextmanager
def hold(out: Path, on_wait: Callable[[], None] | None) -> Iterator[None]:
    """Keep other processes out; the system lets go when this one ends, however it ends.

    The handle locked is that of the folder that the output lies in: it is there already, and no exchange replaces it.
    """
    descriptor = _open_lock(out)
    try:
        if not _lock(descriptor, wait=False):
            if on_wait:
                on_wait()
            while not _lock(descriptor, wait=True):
                pass
        yield
    finally:
        os.close(descriptor)


def _open_lock(out: Path) -> int:
    if sys.platform == "win32":  # folders have no handles to lock there
        folder = beside(out)
        folder.mkdir(exist_ok=True)
        return os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o666)
    try:
        return os.open(out.parent, os.O_RDONLY)
    except PermissionError:  # to be passed through, not to be read: no other folder can be put in the output's place either
        return os.open(out, os.O_RDONLY)


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
