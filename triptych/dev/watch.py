"""Word that something has changed: which places events name, by watchdog; or, polling, only that time has passed."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from pathlib import Path
from queue import Empty, SimpleQueue

from watchdog.events import (
    DirCreatedEvent,
    DirDeletedEvent,
    DirMovedEvent,
    FileClosedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver, ObservedWatch

from triptych.read.files import is_ignored

# Reading a file raises events too, which would never end: a build reads.
_HEARD: list[type[FileSystemEvent]] = [
    FileCreatedEvent, FileModifiedEvent, FileClosedEvent, FileMovedEvent, FileDeletedEvent,
    DirCreatedEvent, DirMovedEvent, DirDeletedEvent,
]  # fmt: skip
POLL_SECONDS = 0.5
MANY = 5_000  # places at once: some events may have been lost on the way
_WAKE_SECONDS = 0.5  # how long Ctrl-C, and a folder that was put back, may have to wait


class Word:
    """What a wait came to."""

    __slots__ = ("may_have_lost", "places")

    def __init__(self, places: frozenset[str], *, may_have_lost: bool) -> None:
        self.places = places
        self.may_have_lost = may_have_lost


class Watcher:
    """Listens in some folders and all that they hold, whether they are there yet or not. Used by one thread."""

    def __init__(self, site: Path, folders: Iterable[Path], *, poll: bool = False) -> None:
        self._site = site
        self._folders = tuple(folders)
        self._queue: SimpleQueue[str] = SimpleQueue()
        self._observer: BaseObserver | None = None
        self._watches: dict[Path, tuple[int, ObservedWatch]] = {}  # folder -> the inode that is listened to
        self.is_polling = poll

    def start(self) -> None:
        """Begin to listen; where the system has no more room for listeners, polling takes its place."""
        if self.is_polling:
            return
        observer = Observer()
        try:
            observer.start()
            self._observer = observer
            self._listen(self._site, recursive=False)
            self._follow()
        except OSError:  # too many listeners or files open
            self.stop()
            self.is_polling = True

    def stop(self) -> None:
        if self._observer is not None:
            self._observer.stop()
            self._observer.join(1)
            self._observer = None

    def wait(self, seconds: float | None = None) -> Word | None:
        """Until something is said of the folders, or the time is over: None. Polling, it is soon over."""
        if self.is_polling:
            time.sleep(POLL_SECONDS if seconds is None else min(seconds, POLL_SECONDS))
            return Word(frozenset(), may_have_lost=False)
        end = None if seconds is None else time.monotonic() + seconds
        while True:
            left = _WAKE_SECONDS if end is None else min(_WAKE_SECONDS, end - time.monotonic())
            try:
                places = {self._queue.get(timeout=max(left, 0))}
            except Empty:
                if self._can_follow():
                    return Word(frozenset(), may_have_lost=True)
                if end is not None and time.monotonic() >= end:
                    return None
                continue
            while not self._queue.empty():
                places.add(self._queue.get())
            found = self._can_follow()
            return Word(frozenset(places), may_have_lost=found or len(places) >= MANY)

    def _can_follow(self) -> bool:
        """As `_follow`; where there is no room for another listener, polling takes over."""
        try:
            return self._follow()
        except OSError:
            self.stop()
            self.is_polling = True
            return True

    def _follow(self) -> bool:
        """Listen to folders that were put, or put back, at their places; whether there was one."""
        found = False
        for folder in self._folders:
            try:
                inode = os.stat(folder).st_ino
            except OSError:
                inode = 0
            old, watch = self._watches.get(folder, (0, None))
            if inode == old:
                continue
            if watch is not None and self._observer is not None:
                self._observer.unschedule(watch)
            self._watches.pop(folder, None)
            if inode:
                self._watches[folder] = (inode, self._listen(folder, recursive=True))
                found = True
        return found

    def _listen(self, folder: Path, *, recursive: bool) -> ObservedWatch:
        assert self._observer is not None
        handler = _Handler(self._queue)
        return self._observer.schedule(handler, str(folder), recursive=recursive, event_filter=_HEARD)


class _Handler(FileSystemEventHandler):
    def __init__(self, queue: SimpleQueue[str]) -> None:
        self._queue = queue

    def on_any_event(self, event: FileSystemEvent) -> None:
        for place in (event.src_path, event.dest_path):
            if place and not is_ignored(os.path.basename(os.fsdecode(place))):
                self._queue.put(os.fsdecode(place))
