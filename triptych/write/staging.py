"""The whole new site in a folder of its own, which then changes places with the old one.

A staged folder bears two inode numbers in its name: its own, and that of the output at the time. So whoever comes later can
tell what lies there. A folder with the first number never took the output's place, and holds what the generator wrote and
linked, nothing else. One with the second is the old site, put there by the exchange, in which someone may have left a file at
the last moment. One with neither is a copy of such a folder, and is left alone.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import shutil
import stat
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from triptych.write.exchange import exchange
from triptych.write.files import kind_of, parents_of, write_new
from triptych.write.hidden import INSIDE
from triptych.write.marker import MARKER, Ledger, at_rest, read_marker
from triptych.write.plan import Plan, is_as_written

ASIDE = "aside"  # what others put at a new page's place while it was built
_STAGED = re.compile(r"new-(\d+)-(\d+)\Z")
_MOUNTS = Path("/proc/self/mountinfo")
_PASSES = 10  # over an old site in which others go on writing

Identity = tuple[int, int, int]  # of a file: inode, size, time of its last change


class CannotExchangeError(Exception):
    """The whole folder cannot be replaced in one step here; the text says why, to readers."""


@dataclass(frozen=True, slots=True)
class Staged:
    """A new site, whole, in the hidden folder."""

    folder: Path
    replaces: int  # the inode of the folder whose place it is to take; 0 for none
    carried: Mapping[str, Identity]  # files of others that it has links to, by their paths within the output


# --- staging ---------------------------------------------------------------------------------------------------------


def stage(out: Path, plan: Plan, ledger: Ledger, work: Path) -> Staged:
    """Unchanged files and those of others as links, changed ones written, the marker last. `ledger` is as it will be."""
    if mounted := _mounted_within(out):
        raise CannotExchangeError(f"`{mounted}` is a mount point")
    is_there = out.exists()
    replaces = os.stat(out).st_ino if is_there else 0
    folder = _new_folder(work, replaces)
    if is_there:
        _take_after(out, folder, writable=True)
    carried = _carry(out, folder, plan) if is_there else {}
    writes = set(plan.writes)
    made = {""}
    for path, data in plan.outputs.items():
        _make_folders(out, folder, path.rpartition("/")[0], made)
        target = f"{folder}/{path}"
        if path in writes or not _link(f"{out}/{path}", target):
            _write(target, data, shown=f"{out}/{path}")
    _write(f"{folder}/{MARKER}", at_rest(ledger), shown=f"{out}/{MARKER}")
    return Staged(folder, replaces, carried)


def _mounted_within(out: Path) -> str:
    """A place at or below the output that something is mounted on, as far as the system tells; "" for none."""
    if os.path.ismount(out):
        return out.name
    if not _MOUNTS.exists():  # only Linux lists them; elsewhere a folder's device number tells, see _entries
        return ""
    places = (line.split(" ", 5)[4] for line in _MOUNTS.read_text("utf-8", "surrogateescape").splitlines())
    decoded = (re.sub(r"\\([0-7]{3})", lambda match: chr(int(match[1], 8)), place) for place in places)
    return next((place for place in decoded if f"{place}/".startswith(f"{out}/")), "")


def _new_folder(work: Path, replaces: int) -> Path:
    fresh = work / "fresh"
    fresh.mkdir()
    folder = work / f"new-{os.stat(fresh).st_ino}-{replaces}"
    os.rename(fresh, folder)
    return folder


def _carry(out: Path, folder: Path, plan: Plan) -> dict[str, Identity]:
    """Link what is not the generator's own. Folders of others stay too, empty or not."""
    carried: dict[str, Identity] = {}
    own_folders = {parent for path in (*plan.outputs, *plan.gone) for parent in parents_of(path)}
    leaving = {*plan.outputs, *plan.vanishing, *plan.adopted}
    made = {""}
    theirs: list[str] = []
    for path, entry in list(_entries(out)):
        if path in leaving:
            continue
        if entry.is_dir(follow_symlinks=False):
            if path not in own_folders:
                _make_folders(out, folder, path, made)
                theirs.append(path)
            continue
        _make_folders(out, folder, path.rpartition("/")[0], made)
        if _link(entry.path, f"{folder}/{path}") and (identity := _identity(f"{folder}/{path}")):
            carried[path] = identity
    for path in reversed(theirs):  # at the end, since it may forbid to write there, and first what lies within
        _take_after(f"{out}/{path}", f"{folder}/{path}")
    return carried


def _entries(root: str | Path, path: str = "", device: int | None = None) -> Iterator[tuple[str, os.DirEntry[str]]]:
    """All that lies in a folder, by path within it, each folder before what it holds; links are not followed.

    The marker and the hidden folder within are passed over. OSError for a folder that cannot be read or that another file
    system is mounted on.
    """
    device = os.stat(root).st_dev if device is None else device
    try:
        with os.scandir(f"{root}/{path}" if path else root) as found:
            entries = list(found)
    except FileNotFoundError:  # gone since it was listed
        return
    for entry in entries:
        if not path and entry.name in (MARKER, INSIDE):
            continue
        within = f"{path}/{entry.name}" if path else entry.name
        yield within, entry
        if entry.is_dir(follow_symlinks=False):
            if entry.stat(follow_symlinks=False).st_dev != device:
                raise OSError(errno.EXDEV, os.strerror(errno.EXDEV), entry.path)
            yield from _entries(root, within, device)


def _make_folders(out: Path, folder: Path, path: str, made: set[str]) -> None:
    """A folder and those that it lies in, with the modes and owners that they have in the output."""
    if path in made:
        return
    _make_folders(out, folder, path.rpartition("/")[0], made)
    made.add(path)
    try:
        os.mkdir(f"{folder}/{path}")
    except FileExistsError:
        return
    if kind_of(f"{out}/{path}") == "folder":
        _take_after(f"{out}/{path}", f"{folder}/{path}", writable=True)


def _take_after(old: str | Path, new: str | Path, *, writable: bool = False) -> None:
    """Give a folder the owner, mode and attributes of the one whose place it takes."""
    with contextlib.suppress(FileNotFoundError):  # its owner has removed it since
        theirs, ours = os.stat(old), os.stat(new)
        if (theirs.st_uid, theirs.st_gid) != (ours.st_uid, ours.st_gid):
            os.chown(new, theirs.st_uid, theirs.st_gid)
        shutil.copystat(old, new)
        if writable and theirs.st_mode & stat.S_IRWXU != stat.S_IRWXU:
            os.chmod(new, stat.S_IMODE(theirs.st_mode) | stat.S_IRWXU)


def _link(old: str, new: str) -> bool:
    """Whether it could be linked; False where the file has gone. A link is linked itself, not what it leads to."""
    try:
        os.link(old, new, follow_symlinks=False)
    except FileNotFoundError:
        return False
    except OSError as error:
        raise OSError(error.errno, error.strerror, old) from error
    return True


def _write(path: str, data: bytes, *, shown: str) -> None:
    try:
        write_new(path, data)
    except OSError as error:
        raise OSError(error.errno, error.strerror, shown) from error


# --- the exchange ----------------------------------------------------------------------------------------------------


def put_in_place(staged: Staged, out: Path) -> None:
    """From one moment to the next the output is the new site; the old one lies where it was staged."""
    if not staged.replaces:
        os.rename(staged.folder, out)
        return
    exchange(str(staged.folder), str(out))
    if os.lstat(staged.folder).st_ino != staged.replaces:  # someone has put another folder, or a link, there since
        exchange(str(staged.folder), str(out))
        raise OSError(errno.EBUSY, "something else was put in its place", str(out))


def settle_with(old: Path, out: Path, work: Path, *, carried: Mapping[str, Identity], adopted: frozenset[str]) -> tuple[str, ...]:
    """Bring over what others did to the old site while the new one was made, then empty it; paths of files set aside.

    The marker goes last, so that whoever has to go on with this knows what is the generator's own.
    """
    before, now = read_marker(old), read_marker(out)
    own_folders = {parent for path in before.paths() for parent in parents_of(path)}
    aside: list[str] = []
    for attempt in range(_PASSES):
        entries = list(_entries(old))
        for path, entry in entries:
            if entry.is_dir(follow_symlinks=False):
                if path not in own_folders and out.exists() and kind_of(f"{out}/{path}") == "missing":
                    os.makedirs(f"{out}/{path}")
            elif path in adopted or (path in before and (path in now or is_as_written(entry.path, path, before))):
                continue
            elif not _bring_over(entry, path, out, work, carried):
                aside.append(path)
        if not attempt:
            _follow_removals(out, carried, {path for path, _ in entries})
        if _empty(old, entries):
            break
    return tuple(aside)


def _bring_over(entry: os.DirEntry[str], path: str, out: Path, work: Path, carried: Mapping[str, Identity]) -> bool:
    """Link a file of others into the new site, unless it is there; False where it had to be set aside."""
    target = f"{out}/{path}"
    there = _identity(target)
    if there is not None and there[0] == entry.inode():
        return True
    if out.exists() and (there is None or there == carried.get(path)) and kind_of(target) != "folder":
        with contextlib.suppress(FileExistsError, NotADirectoryError):  # a file where it needs a folder
            os.makedirs(os.path.dirname(target), exist_ok=True)
        if os.path.isdir(os.path.dirname(target)):
            theirs = work / "theirs"
            os.link(entry.path, theirs, follow_symlinks=False)
            os.replace(theirs, target)
            return True
    place = work / ASIDE / path
    while os.path.lexists(place):
        place = place.with_name(f"{place.name}~")
    place.parent.mkdir(parents=True, exist_ok=True)
    os.replace(entry.path, place)
    return False


def _follow_removals(out: Path, carried: Mapping[str, Identity], met: set[str]) -> None:
    """What its owner removed in the meantime goes from the new site too, if no one has touched it there."""
    for path in carried.keys() - met:
        if _identity(f"{out}/{path}") == carried[path]:
            os.unlink(f"{out}/{path}")


def _empty(old: Path, entries: list[tuple[str, os.DirEntry[str]]]) -> bool:
    """Remove what was looked at, and nothing that has come since; whether that was all."""
    for _, entry in entries:
        if not entry.is_dir(follow_symlinks=False):
            with contextlib.suppress(FileNotFoundError):  # set aside, or removed by its owner
                _allow(os.unlink, entry.path)
    with contextlib.suppress(OSError):  # something came in between: it is looked at in the next pass
        for _, entry in reversed(entries):
            if entry.is_dir(follow_symlinks=False):
                _allow(os.rmdir, entry.path)
        if sorted(os.listdir(old)) in ([], [MARKER]):
            remove_tree(old)
            return True
    return False


def _allow(remove: Callable[[str], None], path: str) -> None:
    """Remove something from a folder that may forbid it."""
    try:
        remove(path)
    except PermissionError:
        os.chmod(os.path.dirname(path), stat.S_IRWXU)
        remove(path)


def _identity(path: str) -> Identity | None:
    try:
        found = os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns


# --- leftovers -------------------------------------------------------------------------------------------------------


def clear_leftovers(out: Path, work: Path) -> tuple[str, ...]:
    """Finish or take back what a build that was cut short left in the hidden folder; paths of files set aside."""
    aside: tuple[str, ...] = ()
    for name in sorted(os.listdir(work), reverse=True):  # `theirs` before the sites that it is needed for again
        place = work / name
        if match := _STAGED.match(name):
            inode = os.lstat(place).st_ino
            if inode == int(match[1]):
                remove_tree(place)
            elif inode == int(match[2]):
                aside += settle_with(place, out, work, carried={}, adopted=frozenset())
        elif name in ("fresh", "pages") and kind_of(str(place)) == "folder":
            remove_tree(place)
        elif name in ("theirs", "marker", "pages"):
            os.unlink(place)
    return aside


def remove_tree(folder: Path) -> None:
    """A folder and all that it holds, those that forbid it included. Links are removed, not followed."""
    try:
        shutil.rmtree(folder)
    except PermissionError:
        os.chmod(folder, stat.S_IRWXU)
        for place, folders, _ in os.walk(folder):
            for name in folders:
                if kind_of(os.path.join(place, name)) == "folder":
                    os.chmod(os.path.join(place, name), stat.S_IRWXU)
        shutil.rmtree(folder)
