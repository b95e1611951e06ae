"""A watched site for tests: real files, a session in a thread, and all that it said.

What a session publishes is held against a clean build of the same files, which is made in memory.
"""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.trial import Build, Options, build_site
from triptych.dev.session import Session, Words
from triptych.dev.tree import Tree
from triptych.dev.watch import Watcher, Word
from triptych.diagnostics import Diagnostic, has_errors
from triptych.read.files import is_ignored
from triptych.write import Publisher

PLAIN = Options()
_BUILT: dict[tuple[object, ...], Build] = {}


def until(condition: Callable[[], object], seconds: float = 5.0) -> bool:
    """Whether it comes to hold within that time; asked again and again."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.005)
    return True


def write_files(site: Path, files: Mapping[str, bytes | None]) -> None:
    for path, data in files.items():
        if data is None:
            (site / path).unlink(missing_ok=True)
        else:
            (site / path).parent.mkdir(parents=True, exist_ok=True)
            (site / path).write_bytes(data)


def outputs_in(out: Path) -> dict[str, bytes]:
    """The pages and what belongs to them, by path; the generator's own notes, which are hidden, left out."""
    found = {}
    for place, _, names in os.walk(out):
        for name in names:
            path = Path(place, name).relative_to(out).as_posix()
            if not path.startswith("."):
                with contextlib.suppress(FileNotFoundError):  # it has just been replaced: whoever asks, asks again
                    found[path] = Path(place, name).read_bytes()
    return found


def difference(found: Mapping[str, bytes], expected: Mapping[str, bytes]) -> list[str]:
    """In words, for a failing test."""
    return (
        [f"missing {path}" for path in sorted(expected.keys() - found.keys())]
        + [f"left over {path}" for path in sorted(found.keys() - expected.keys())]
        + [f"differs {path}" for path in sorted(found.keys() & expected.keys()) if found[path] != expected[path]]
    )


def files_in(site: Path) -> dict[str, bytes]:
    """What a build reads: the files under the site's roots that are neither hidden nor an editor's own."""
    found = {}
    for root in ("seeds", "content", "theme"):
        for place, folders, names in os.walk(site / root):
            folders[:] = [name for name in folders if not is_ignored(name)]
            for name in names:
                path = Path(place, name)
                if path.is_file() and not is_ignored(name):
                    found[path.relative_to(site).as_posix()] = path.read_bytes()
    return found


def theme_in(folder: Path) -> dict[str, bytes]:
    return {f"theme/{path.relative_to(folder).as_posix()}": path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def build_once(files: Mapping[str, bytes], theme: Mapping[str, bytes], options: Options) -> Build:
    """A build from nothing. Tests come back to the same sites again and again."""
    key = (options, tuple(sorted(files.items())), tuple(sorted(theme.items())))
    if key not in _BUILT:
        _BUILT[key] = build_site(files, theme=theme, options=options)
    return _BUILT[key]


class State(NamedTuple):
    """One file of the output."""

    data: bytes
    changed_ns: int


def _is_written_again(before: State, after: State) -> bool:
    return before.data == after.data and before.changed_ns != after.changed_ns


class Told(NamedTuple):
    """What the open pages were told of one publication."""

    number: int
    changed: frozenset[str]
    removed: frozenset[str]
    style: str


class Report(NamedTuple):
    """What the terminal was told is wrong."""

    at: float  # on the monotonic clock
    codes: tuple[str, ...]
    paths: tuple[str, ...]
    has_errors: bool


@dataclass
class Ear:
    """Takes in all that a session says, to the pages and to the terminal."""

    published_: list[Told] = field(default_factory=list)
    overlays: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    reports: list[Report] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def published(self, number: int, changed: frozenset[str], removed: frozenset[str], style: str = "") -> None:
        self.published_.append(Told(number, changed, removed, style))

    def failed(self, number: int, overlay_html: str) -> None:
        self.overlays.append(overlay_html)

    def building(self, number: int) -> None:
        """Nothing is asked of it."""

    def mended(self) -> None:
        """Nothing is asked of it."""

    def report(self, found: Sequence[Diagnostic], source: Callable[[str], str | None]) -> None:
        for one in found:
            assert source(one.span.path) is None or isinstance(source(one.span.path), str)
        codes, paths = tuple(one.code for one in found), tuple(one.span.path for one in found)
        self.reports.append(Report(time.monotonic(), codes, paths, has_errors(list(found))))

    def words(self) -> Words:
        return Words(say=self.lines.append, report=self.report, fault=self.faults.append)


class Ended(Exception):  # noqa: N818 - no error
    """Takes Ctrl-C's part: it can be raised in a thread of the tests' own."""


class _Interruptible(Watcher):
    ended = False

    def wait(self, seconds: float | None = None) -> Word | None:
        word = super().wait(seconds)
        if self.ended:
            raise Ended
        return word


@dataclass
class Desk:
    """A site with a session at work on it."""

    site: Path
    out: Path
    theme: Path
    ear: Ear
    options: Options
    before: dict[str, State] = field(default_factory=dict)  # the output after the last step

    def path(self, path: str) -> Path:
        return self.site / path

    def states(self) -> dict[str, State]:
        return {path: State(data, (self.out / path).stat().st_mtime_ns) for path, data in outputs_in(self.out).items()}

    def clean(self) -> dict[str, bytes]:
        """What a build from nothing makes of the files as they lie."""
        build = self.build({})
        assert build.is_good, build.diagnostics
        return dict(build.outputs)

    def build(self, change: Mapping[str, bytes]) -> Build:
        """A build from nothing, of the files as they lie and those in the place of some."""
        return build_once({**files_in(self.site), **change}, theme_in(self.theme), self.options)

    def follows(self, *, between: bool = False) -> None:
        """Wait until the output is a clean build's.

        Bytes that stay are not written again, unless there were other good sites `between`.
        """
        expected = self.clean()
        if not until(lambda: outputs_in(self.out) == expected):
            pytest.fail("; ".join(difference(outputs_in(self.out), expected)))
        after = self.states()
        if not between:
            again = [path for path, one in self.before.items() if path in after and _is_written_again(one, after[path])]
            assert not again, f"written again, though the bytes are the same: {again}"
        self.before = after

    def stays(self) -> None:
        """The output is as it was, to the byte and the time."""
        after = self.states()
        if after != self.before:
            data = [{path: one.data for path, one in states.items()} for states in (after, self.before)]
            pytest.fail("; ".join(difference(*data)) or "written again")

    def is_silent(self) -> None:
        """No error was told up to now; the warnings of a moment between two edits may have been."""
        errors = [one for one in self.ear.reports if one.has_errors]
        assert not errors, errors
        assert not self.ear.overlays, self.ear.overlays
        assert not self.ear.faults, self.ear.faults


@contextlib.contextmanager
def at_work(site: Path, *, theme: Path, options: Options = PLAIN, poll: bool = False) -> Iterator[Desk]:
    """A session that follows the site from here to the end of the block."""
    out, ear = site / "public", Ear()
    tree = Tree(site, theme=theme, out=out)
    publisher = Publisher(out, site=site, guarded=(theme,), page_by_page=True)
    session = Session(site, tree=tree, publisher=publisher, options=options, tabs=ear, words=ear.words())
    watcher = _Interruptible(site, tree.folders(), poll=poll)
    deaths: list[BaseException] = []

    def run() -> None:
        try:
            session.run(watcher)
        except Ended:
            pass
        except BaseException as death:
            deaths.append(death)

    session.begin()
    watcher.start()
    assert watcher.is_polling is poll
    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    desk = Desk(site, out, theme, ear, options)
    desk.before = desk.states()
    try:
        yield desk
    finally:
        watcher.ended = True
        (site / "end").write_bytes(b"")  # wakes it
        thread.join(5)
        watcher.stop()
    assert deaths == []
    assert not thread.is_alive()
