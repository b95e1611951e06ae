"""The disk: which files there are, and their bytes. Besides `write`, nothing else in a build touches it."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from triptych.diagnostics import Diagnostic, Outcome, Span
from triptych.model import File
from triptych.read.kinds import report_stray, show_path

ROOTS = ("seeds", "content")
THEME = "theme"
STARTER = "starter"

# Backups and unfinished files of editors, besides all names that begin with a dot.
_BACKUP_ENDINGS = ("~", ".swp", ".swo", ".swx", ".tmp", ".bak", ".orig", "___jb_tmp___", "___jb_old___")
_MOST_LINKED_FOLDERS = 1000  # folders that link to one another could be walked for ever


class Entry(NamedTuple):
    """A file that is there, and what changes when it changes."""

    path: str  # POSIX, relative to the site
    state: tuple[int, int, int, int]  # inode, size in bytes, times of change of the bytes and of the inode in ns


def walk(site: Path, out: Path | None = None) -> Outcome[tuple[Entry, ...]]:
    """The files under seeds/ and content/ by path, with what cannot be read and what is no file. `out` is left alone."""
    walker = _Walker(str(site), out)
    for root in ROOTS:
        walker.walk_root(root)
    return walker.outcome()


def read_file(site: Path, path: str) -> Outcome[File]:
    """The bytes of one file; an `io` error where they cannot be had."""
    try:
        data = _read_regular(os.path.join(site, path))
    except OSError as fault:
        return Outcome(None, (_report_io(path, fault),))
    if data is None:
        return Outcome(None, (report_stray(path, "this is not a regular file", "move it elsewhere"),))
    return Outcome(File(path, data, hashlib.sha256(data).hexdigest()))


def read_theme(theme: Path, site: Path) -> Outcome[tuple[File, ...]]:
    """The files of the theme at `theme`, those of the site's own theme/ in their places; paths begin with `theme/`."""
    found: dict[str, File] = {}
    faults: list[Diagnostic] = []
    folders = dict.fromkeys((os.path.realpath(theme), os.path.realpath(site / THEME)))
    for folder in folders:
        own = folder != os.path.realpath(theme)
        walker = _Walker(os.path.dirname(folder), None, within=str(site) if own else folder)
        walker.walk_root(os.path.basename(folder))
        faults += walker.faults
        for entry in walker.entries:
            path = THEME + entry.path[entry.path.index("/") :]
            read = read_file(Path(folder), entry.path.partition("/")[2])
            faults += read.diagnostics
            if read.value is not None:
                found[path] = read.value._replace(path=path)
    return Outcome(tuple(found[path] for path in sorted(found)), tuple(faults))


def read_own_theme() -> dict[str, bytes]:
    """The files of the theme that Triptych brings, by path."""
    theme = find_theme()
    return {file.path: file.data for file in read_theme(theme, theme.parent).value or ()}


def read_own_words() -> dict[str, bytes]:
    """The words of the theme that Triptych brings, by path: those beneath whatever words a site has."""
    theme = find_theme()
    read = (read_file(theme.parent, f"{theme.name}/words/{name}").value for name in _names(theme / "words"))
    return {f"{THEME}/{file.path.partition('/')[2]}": file.data for file in read if file is not None}


def _names(folder: Path) -> list[str]:
    return sorted(os.listdir(folder)) if folder.is_dir() else []


def read_starter() -> dict[str, bytes]:
    """The files of the site that `init` begins with, by path; none where the package has lost them."""
    starter = Path(__file__).parents[1] / STARTER
    read = (read_file(starter, entry.path).value for entry in walk(starter).value or ())
    return {file.path: file.data for file in read if file is not None}


def find_theme(home: Path | None = None) -> Path:
    """The theme beside build.py in `home`, else the one that the package carries, else the one beside the package."""
    package = Path(__file__).parents[1]
    places = ([home / THEME] if home is not None else []) + [package / THEME]
    return next((one for one in places if (one / "templates" / "base.html").is_file()), package.parent / THEME)


def is_ignored(name: str) -> bool:
    """Whether a name is that of a hidden file, or of an editor's swap or backup file."""
    return name.startswith((".", "~$")) or name.endswith(_BACKUP_ENDINGS) or name == "4913" or name[0] == name[-1] == "#"


class _Walker:
    """One walk over some folders; it alone changes its lists."""

    def __init__(self, base: str, out: Path | None, *, within: str | None = None) -> None:
        self.base = base
        self.within = os.path.realpath(base if within is None else within)
        self.out = os.path.realpath(out) if out is not None else None
        self.entries: list[Entry] = []
        self.faults: list[Diagnostic] = []
        self.linked = 0

    def outcome(self) -> Outcome[tuple[Entry, ...]]:
        ordered = sorted(self.faults, key=lambda fault: fault.span)
        return Outcome(tuple(sorted(self.entries)), tuple(ordered))

    def walk_root(self, root: str) -> None:
        full = os.path.join(self.base, root)
        if os.path.islink(full) and not self._may_follow(full, root):
            return
        if os.path.isdir(full):
            self._walk_from(root)
        elif os.path.lexists(full):
            self.faults.append(report_stray(root, "this is not a folder", f"make {root}/ a folder"))

    def _walk_from(self, root: str) -> None:
        # The real folders above each, so that a link to one of them is not followed; empty until a link is met.
        waiting: list[tuple[str, frozenset[str]]] = [(root, frozenset())]
        while waiting:
            folder, above = waiting.pop()
            try:
                with os.scandir(os.path.join(self.base, folder)) as found:
                    for item in sorted(found, key=_by_name):
                        waiting.extend(self._take(item, f"{folder}/{item.name}", above))
            except OSError as fault:
                self.faults.append(_report_io(folder, fault))

    def _take(self, item: os.DirEntry[str], path: str, above: frozenset[str]) -> Iterator[tuple[str, frozenset[str]]]:
        """Keep a file; the folders to look into next come back."""
        if is_ignored(item.name):
            return
        try:
            is_link = item.is_symlink()
            if is_link and not self._may_follow(item.path, path):
                return
            if item.is_dir():
                if is_link or above:
                    above = self._enter(item.path, path, above)
                if (above or not is_link) and not self._is_output(item.path):
                    yield path, above
                return
            status = item.stat()
        except OSError as fault:
            self.faults.append(_report_io(path, fault))
            return
        if stat.S_ISREG(status.st_mode):
            self.entries.append(Entry(path, (status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)))
        else:
            self.faults.append(report_stray(path, "this is not a regular file", "move it elsewhere"))

    def _may_follow(self, full: str, path: str) -> bool:
        target = os.path.realpath(full)
        if not os.path.exists(target):
            self.faults.append(report_stray(path, "a link that leads nowhere", "remove it, or put its file back"))
        elif target != self.within and not target.startswith(self.within.rstrip(os.sep) + os.sep):
            self.faults.append(report_stray(path, "a link that leads out of the site is not followed", "put a copy in its place"))
        else:
            return True
        return False

    def _enter(self, full: str, path: str, above: frozenset[str]) -> frozenset[str]:
        """The real folders from here up, for what lies below a link; none where it leads back to one of them."""
        real = os.path.realpath(full)
        if not above:
            above = frozenset(_with_parents(os.path.realpath(os.path.dirname(full)), self.within))
        if real in above:
            self.faults.append(report_stray(path, "a link in a circle is not followed", "remove it"))
            return frozenset()
        if self.linked == _MOST_LINKED_FOLDERS:
            self.faults.append(report_stray(path, "too many folders are reached through links", "remove some of the links"))
            return frozenset()
        self.linked += 1
        return above | {real}

    def _is_output(self, full: str) -> bool:
        return self.out is not None and os.path.realpath(full) == self.out


def _by_name(item: os.DirEntry[str]) -> str:
    return item.name


def _with_parents(folder: str, top: str) -> Iterator[str]:
    while folder.startswith(top) and folder != os.path.dirname(folder):
        yield folder
        folder = os.path.dirname(folder)


def _read_regular(full: str) -> bytes | None:
    """The bytes of a regular file, None where it is none. Opened without blocking: a pipe may have taken the file's place."""
    descriptor = os.open(full, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return None
        with open(descriptor, "rb", buffering=0, closefd=False) as file:
            return file.readall()
    finally:
        os.close(descriptor)


def _report_io(path: str, fault: OSError) -> Diagnostic:
    reason = (fault.strerror or type(fault).__name__).lower()
    hint = "check the permissions, and that the disk is there"
    return Diagnostic(code="io", message=f"this cannot be read: {reason}", span=Span(show_path(path), 1, 1), hint=hint)
