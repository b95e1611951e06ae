"""A site's files as they were last looked at: what has changed since, by events' words or by a look at all of them."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from triptych.diagnostics import Diagnostic
from triptych.read.files import ROOTS, THEME, is_ignored, read_file, read_theme, walk

Changes = dict[str, bytes | None]  # path relative to the site -> bytes; None: gone
State = tuple[int, int, int, int]


class Tree:
    """The files under seeds/ and content/, and those of the theme with the site's own in their places.

    Kept and called by the thread that builds. Paths are those that a Builder takes; theme files begin with `theme/`.
    """

    def __init__(self, site: Path, *, theme: Path, out: Path) -> None:
        self._site = Path(os.path.realpath(site))
        self._theme = theme
        self._out = out
        self._states: dict[str, State] = {}
        self._data: dict[str, bytes] = {}
        self._unreadable: dict[str, tuple[Diagnostic, ...]] = {}
        self._of_walk: tuple[Diagnostic, ...] = ()
        self._of_theme: tuple[Diagnostic, ...] = ()

    @property
    def problems(self) -> tuple[Diagnostic, ...]:
        """What could not be read, and what is no file of a site."""
        return (*self._of_theme, *self._of_walk, *(one for found in self._unreadable.values() for one in found))

    def files(self) -> Changes:
        """All files as they were last seen."""
        return dict(self._data)

    def theme(self) -> dict[str, bytes]:
        """The theme's files by name, such as `css/base.css`."""
        head = f"{THEME}/"
        return {path.removeprefix(head): data for path, data in self._data.items() if path.startswith(head)}

    def folders(self) -> tuple[Path, ...]:
        """Where changes are to be listened for."""
        return tuple(dict.fromkeys((*(self._site / root for root in ROOTS), self._site / THEME, self._theme)))

    def compare(self, *, by_content: bool = False) -> Changes:
        """Look at every file: those of another inode, size or time are read; with `by_content` all are."""
        walked = walk(self._site, self._out)
        self._of_walk = walked.diagnostics
        changes: Changes = {}
        found = dict(walked.value or ())
        for path, state in found.items():
            if by_content or self._states.get(path) != state:
                self._read(path, state, changes)
        for path in self._states.keys() - found.keys():
            self._drop(path, changes)
        return changes | self._compare_theme()

    def look_at(self, places: Iterable[str]) -> Changes:
        """Look at single files, by their paths on the disk; those that are no plain files wait for `compare`."""
        changes: Changes = {}
        seen: set[str] = set()
        for place in places:
            path = self._path_of(place)
            if path is None or path in seen:
                continue
            seen.add(path)
            try:
                found = os.lstat(place)
            except OSError:
                if path in self._states:
                    self._drop(path, changes)
                continue
            if os.path.isfile(place) and not os.path.islink(place):
                self._read(path, (found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns), changes)
        if any(Path(place).is_relative_to(folder) for place in places for folder in {self._theme, self._site / THEME}):
            changes |= self._compare_theme()
        return changes

    def _path_of(self, place: str) -> str | None:
        """The path within the site, of what lies under seeds/ or content/ and is read at all."""
        folder, name = os.path.split(place)
        full = os.path.join(os.path.realpath(folder), name)
        if not full.startswith(f"{self._site}{os.sep}"):
            return None
        path = full[len(str(self._site)) + 1 :].replace(os.sep, "/")
        parts = path.split("/")
        return path if parts[0] in ROOTS and len(parts) > 1 and not any(map(is_ignored, parts)) else None

    def _read(self, path: str, state: State, changes: Changes) -> None:
        read = read_file(self._site, path)
        self._unreadable.pop(path, None)
        self._states[path] = state
        if read.value is None:
            self._unreadable[path] = read.diagnostics
            if self._data.pop(path, None) is not None:
                changes[path] = None
        elif self._data.get(path) != read.value.data:
            self._data[path] = changes[path] = read.value.data

    def _drop(self, path: str, changes: Changes) -> None:
        del self._states[path]
        self._unreadable.pop(path, None)
        if self._data.pop(path, None) is not None:
            changes[path] = None

    def _compare_theme(self) -> Changes:
        read = read_theme(self._theme, self._site)
        self._of_theme = read.diagnostics
        found = {file.path: file.data for file in read.value or ()}
        changes: Changes = {path: data for path, data in found.items() if self._data.get(path) != data}
        known = [path for path in self._data if path.startswith(f"{THEME}/") and path not in found]
        changes |= dict.fromkeys(known)
        for path in known:
            del self._data[path]
        self._data.update(found)
        return changes
