"""One session of watching: what has changed is built and published at once, and what is wrong is reported when it stays so."""

from __future__ import annotations

import gc
import os
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from triptych.dev.overlay import render_overlay
from triptych.dev.tree import Changes, Tree
from triptych.dev.watch import Watcher
from triptych.diagnostics import Diagnostic, has_errors
from triptych.pipeline import Build, Builder, Options
from triptych.read.files import THEME
from triptych.render.assets import make_assets
from triptych.write import Publisher

IDLE_SECONDS = 2.0  # without a change, before the marker is put in order
PATIENCE_SECONDS = 0.3  # after the last event, before what looks like a fault is believed


class Tabs(Protocol):
    """The open pages, as a session speaks to them."""

    def published(self, number: int, changed: frozenset[str], removed: frozenset[str], style: str = "") -> None: ...

    def failed(self, number: int, overlay_html: str) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """Where a session's words go."""

    say: Callable[[str], None]  # a line for each build
    report: Callable[[Sequence[Diagnostic], Callable[[str], str | None]], None]
    fault: Callable[[str], None]  # a traceback of our own


class Session:
    """A site that is built again as it changes. One thread calls it, from the beginning to the end."""

    def __init__(self, site: Path, *, tree: Tree, publisher: Publisher, options: Options, tabs: Tabs, words: Words) -> None:
        self._site = Path(os.path.realpath(site))
        self._tree = tree
        self._publisher = publisher
        self._options = options
        self._tabs = tabs
        self._words = words
        self._due = _Due()
        self._builder: Builder | None = None  # None: what it knew is not to be trusted, or not what is published
        self._is_published = False  # whether all that the builder has made was published
        self._number = 0  # of the last build that was published
        self._held: Changes = {}  # what may be a file half saved
        self._looks_bad = False  # the last build has found faults that may pass
        self._is_good = False  # what was last built is published
        self._is_settled = True
        self._problems: tuple[Diagnostic, ...] = ()  # of the tree, when it was last built

    @property
    def base_path(self) -> str:
        """The path of the address at which the site will stand, from slash to slash."""
        config = self._builder.site.config if self._builder is not None else None
        address = self._options.base_url or (config.base_url if config is not None else "")
        path = address.partition("://")[2].partition("/")[2].strip("/")
        return f"/{path}/" if path else "/"

    def begin(self) -> None:
        """Build and publish all of the site."""
        self._try(self._tree.compare(), is_settled=True)
        gc.collect()
        gc.freeze()  # what is known of the site stays, and is not to be searched for cycles again and again

    def run(self, watcher: Watcher) -> None:
        """Follow what changes, until interrupted."""
        self._take(self._tree.compare())  # what came between the first build and the first event
        while True:
            word = watcher.wait(self._patience())
            if word is None and (self._held or self._looks_bad):
                self._take(self._tree.compare(), is_settled=True)
                continue
            if word is None:
                self._settle()
                continue
            if word.places:
                self._take(self._tree.look_at(word.places))
            before = self._held or self._looks_bad
            changes = self._tree.compare(by_content=word.may_have_lost)
            # Polling, the next look is the patience.
            self._take(changes, is_settled=watcher.is_polling and bool(before) and not changes)

    def end(self) -> None:
        """Leave everything in order."""
        if not self._is_settled:
            self._settle()

    def _patience(self) -> float | None:
        if self._held or self._looks_bad:
            return PATIENCE_SECONDS
        return None if self._is_settled else IDLE_SECONDS

    def _settle(self) -> None:
        """Put what the generator keeps for itself in order, while nobody waits."""
        self._is_settled = True
        if problems := self._publisher.settle():
            self._words.report(problems, lambda path: None)

    def _take(self, changes: Changes, *, is_settled: bool = False) -> None:
        """Build what has changed. Faults, and files that are empty now, are believed once all is settled."""
        changes = self._held | changes
        self._held = {}
        if not is_settled and any(data == b"" for data in changes.values()):
            self._held = changes
            return
        if not changes and self._tree.problems == self._problems and not (is_settled and self._looks_bad):
            return
        self._try(changes, is_settled=is_settled)

    def _try(self, changes: Changes, *, is_settled: bool) -> None:
        try:
            self._build(changes, is_settled=is_settled)
        except Exception:  # a mistake of ours is shown, and the session lives on
            self._builder = None
            self._looks_bad = self._is_good = False
            told = traceback.format_exc()
            self._words.fault(told)
            self._tabs.failed(self._number + 1, render_overlay((), lambda path: None, self._site, fault=told))

    def _build(self, changes: Changes, *, is_settled: bool) -> None:
        began = time.perf_counter()
        builder = self._builder
        if builder is None or (self._is_published and not self._publisher.is_current()):
            builder = self._builder = Builder(theme={}, options=self._options)
            self._is_published = False
            self._due.take()
            changes = self._tree.files()
        is_whole = not self._is_published
        self._problems = self._tree.problems
        style = self._publish_style(changes) if self._is_good else ""
        build = builder.update(changes)
        self._due.add(build)
        problems = [*self._tree.problems, *build.diagnostics]
        self._is_good = self._may_publish(build, problems)
        if not self._is_good:
            self._tell(problems, builder, is_settled=is_settled)
            return
        outputs, removed = self._due.take()
        publish = self._publisher.publish(outputs) if is_whole else self._publisher.update(outputs, removed)
        if publish.value is None:
            self._is_good = False
            self._builder = None  # what it has handed out lies nowhere
            self._tell([*problems, *publish.diagnostics], builder, is_settled=True)
            return
        self._is_published, self._looks_bad, self._is_settled = True, False, False
        self._number += 1
        if problems:
            self._words.report(problems, builder.source)
        self._tabs.published(self._number, frozenset(outputs), removed, style)
        milliseconds = (time.perf_counter() - began) * 1000
        self._words.say(f"{_name(changes, is_whole)}: {_count(build)} in {milliseconds:.0f} ms")

    def _may_publish(self, build: Build, problems: Sequence[Diagnostic]) -> bool:
        return build.is_good and not has_errors(list(problems)) and not (self._options.strict and problems)

    def _tell(self, problems: Sequence[Diagnostic], builder: Builder, *, is_settled: bool) -> None:
        """Report faults that have stayed; those that have just come may be a file half saved."""
        self._looks_bad = not is_settled
        if is_settled:
            self._words.report(problems, builder.source)
            self._tabs.failed(self._number + 1, render_overlay(problems, builder.source, self._site))

    def _publish_style(self, changes: Changes) -> str:
        """Where only styles have changed, the new style sheet at once: its path. Pages follow."""
        if not changes or not all(path.startswith(f"{THEME}/") and path.endswith(".css") for path in changes):
            return ""
        assets = make_assets(self._tree.theme())
        style = assets.styles[0] if assets.styles else ""
        if style and self._publisher.update({style: assets.files[style]}).value is not None:
            self._tabs.published(self._number, frozenset(), frozenset(), style)
        return style


class _Due:
    """What a builder has handed out, and what lies nowhere yet: a fault of the disk may have come between."""

    def __init__(self) -> None:
        self._outputs: dict[str, bytes] = {}
        self._removed: set[str] = set()

    def add(self, build: Build) -> None:
        self._outputs = {path: data for path, data in self._outputs.items() if path not in build.removed} | dict(build.outputs)
        self._removed = (self._removed | build.removed) - build.outputs.keys()

    def take(self) -> tuple[dict[str, bytes], frozenset[str]]:
        taken = self._outputs, frozenset(self._removed)
        self._outputs, self._removed = {}, set()
        return taken


def _name(changes: Changes, is_whole: bool) -> str:
    """What has changed, for a line of the terminal."""
    if is_whole:
        return "all"
    first, *rest = sorted(changes)
    return first if not rest else f"{first} and {len(rest)} more"


def _count(build: Build) -> str:
    number = len(build.outputs) + len(build.removed)
    return "nothing to publish" if not number else f"{number} {'file' if number == 1 else 'files'}"
