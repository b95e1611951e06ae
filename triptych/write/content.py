"""Content files that verbs write for an editor: never over a file that is there, save the one that is to be changed."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from triptych.diagnostics import Diagnostic, Span
from triptych.write.files import write_new
from triptych.write.refusals import io_fault

_HINT = "check who may write there"


def create_file(site: Path, path: str, data: bytes) -> tuple[Diagnostic, ...]:
    """A file that is not there yet, with the folders that it needs; a file of that name is left alone, and is an error."""
    full = site / path
    try:
        full.parent.mkdir(parents=True, exist_ok=True)
        write_new(str(full), data)
    except FileExistsError:
        message, hint = f"there is a file `{path}` already", "run the same command again"
        return (Diagnostic(code="io", message=message, span=Span(path, 1, 1), hint=hint),)
    except OSError as error:
        _forget(full, error)
        return (io_fault(error, site, hint=_HINT),)
    return ()


def replace_file(site: Path, path: str, data: bytes) -> tuple[Diagnostic, ...]:
    """New bytes for a file, all at once; its mode stays. Where it is a link, what it leads to is changed."""
    full = Path(os.path.realpath(site / path))
    fresh = full.with_name(f".{full.name}.triptych")
    try:
        fresh.unlink(missing_ok=True)
        write_new(str(fresh), data)
        shutil.copymode(full, fresh)
        os.replace(fresh, full)
    except OSError as error:
        with contextlib.suppress(OSError):  # the error is told below; this is the attempt to leave nothing behind
            fresh.unlink(missing_ok=True)
        return (io_fault(OSError(error.errno, error.strerror, str(full)), site, hint=_HINT),)
    return ()


def create_site(folder: Path, files: Mapping[str, bytes]) -> tuple[Diagnostic, ...]:
    """A new site in a folder that is absent or empty; where it cannot be written, what there is of it goes again."""
    try:
        made = not folder.exists()
        is_taken = not made and not (folder.is_dir() and not os.listdir(folder))
    except OSError as error:
        return (io_fault(error, folder, hint=_HINT),)
    if is_taken:
        message, hint = f"`{folder}` is there, and is no empty folder", "name a folder that is empty or not there yet"
        return (Diagnostic(code="unsafe-path", message=message, span=Span(folder.as_posix(), 1, 1), hint=hint),)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path, data in files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            write_new(str(folder / path), data)
    except OSError as error:
        _clear(folder, files, made=made)
        return (io_fault(error, folder, hint=_HINT),)
    return ()


def _forget(full: Path, error: OSError) -> None:
    """A disk that is full may have taken a part."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EIO):
        full.unlink(missing_ok=True)


def _clear(folder: Path, files: Mapping[str, bytes], *, made: bool) -> None:
    for top in {path.partition("/")[0] for path in files}:
        shutil.rmtree(folder / top, ignore_errors=True)
    if made:
        with contextlib.suppress(OSError):  # never made, or something else has come into it
            folder.rmdir()
