"""Word that something has changed: what is heard and what is not, folders that come and go, and polling."""

from __future__ import annotations

import errno
import os
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.dev.desk import until
from triptych.dev.watch import MANY, POLL_SECONDS, Watcher

ABOUT = "content/pages/about.md"


@pytest.fixture
def watcher(site: Path) -> Iterator[Watcher]:
    watcher = Watcher(site, (site / "seeds", site / "content", site / "theme"))
    watcher.start()
    yield watcher
    watcher.stop()


def hears(watcher: Watcher, wanted: Callable[[frozenset[str], bool], bool]) -> bool:
    """Whether such word comes within five seconds, whatever comes before it."""

    def listen() -> bool:
        word = watcher.wait(0.1)
        return word is not None and wanted(word.places, word.may_have_lost)

    return until(listen)


def hears_of(watcher: Watcher, place: Path) -> bool:
    return hears(watcher, lambda places, _: str(place) in places)


def test_nothing_is_said_where_nothing_changes(watcher: Watcher) -> None:
    began = time.monotonic()
    assert watcher.wait(0.1) is None
    assert 0.1 <= time.monotonic() - began < 1


def test_reading_says_nothing(watcher: Watcher, site: Path) -> None:
    for path in site.rglob("*"):
        if path.is_file():
            path.read_bytes()
        else:
            os.listdir(path)
    assert watcher.wait(0.2) is None


def test_a_save_is_heard_at_once(watcher: Watcher, site: Path) -> None:
    began = time.monotonic()
    (site / ABOUT).write_bytes(b"new")
    assert hears_of(watcher, site / ABOUT)
    assert time.monotonic() - began < 1


def test_files_that_come_move_and_go_are_heard(watcher: Watcher, site: Path) -> None:
    new, moved = site / "content/pages/new.md", site / "content/pages/moved.md"
    new.touch()
    assert hears_of(watcher, new)
    os.rename(new, moved)
    assert hears(watcher, lambda places, _: {str(new), str(moved)} <= places)
    os.rename(moved, site / "elsewhere.md")
    assert hears_of(watcher, moved)
    os.rename(site / "elsewhere.md", moved)
    assert hears_of(watcher, moved)
    moved.unlink()
    assert hears_of(watcher, moved)


def test_new_folders_are_listened_to(watcher: Watcher, site: Path) -> None:
    deep = site / "content/annotations/new/deep"
    deep.mkdir(parents=True)
    assert hears_of(watcher, deep.parent)
    time.sleep(0.05)
    (deep / "x.md").write_bytes(b"new")
    assert hears_of(watcher, deep / "x.md")


def test_editors_own_files_are_not_heard_of(watcher: Watcher, site: Path) -> None:
    pages = site / "content/pages"
    for name in (".about.md.swp", "about.md~", "4913", "#about.md#", "about.md___jb_tmp___", ".goutputstream-1"):
        (pages / name).write_bytes(b"x")
        (pages / name).unlink()
    (pages / "last.md").touch()
    heard: set[str] = set()

    def listen() -> bool:
        word = watcher.wait(0.1)
        heard.update(word.places if word is not None else ())
        return str(pages / "last.md") in heard

    assert until(listen)
    assert {Path(place).name for place in heard} <= {"last.md", "pages"}


def test_a_folder_that_was_not_there_is_listened_to_once_it_is(watcher: Watcher, site: Path) -> None:
    (site / "theme/css").mkdir(parents=True)
    assert hears(watcher, lambda _, may_have_lost: may_have_lost)
    (site / "theme/css/tokens.css").write_bytes(b"new")
    assert hears_of(watcher, site / "theme/css/tokens.css")


@pytest.mark.parametrize("way", ["moved", "copied", "at once"])
def test_a_folder_that_goes_and_comes_back_is_listened_to_again(watcher: Watcher, site: Path, way: str) -> None:
    content, aside = site / "content", site / "aside"
    if way != "moved":
        shutil.copytree(content, aside)
        shutil.rmtree(content)
    else:
        os.rename(content, aside)
    if way != "at once":
        assert hears(watcher, lambda places, _: str(content) in places)
    os.rename(aside, content)
    assert hears(watcher, lambda _, may_have_lost: may_have_lost)
    (site / ABOUT).write_bytes(b"new")
    assert hears_of(watcher, site / ABOUT)


def test_so_many_places_at_once_that_some_may_be_missing(watcher: Watcher, site: Path) -> None:
    glossary = site / "content/glossary"
    for number in range(MANY + 100):
        (glossary / f"t{number}.md").touch()
    assert until(lambda: watcher._queue.qsize() > 2 * MANY, 20)  # nothing is fetched meanwhile
    word = watcher.wait(0.1)
    assert word is not None
    assert word.may_have_lost
    assert len(word.places) >= MANY


def test_polling_says_that_time_has_passed(site: Path) -> None:
    watcher = Watcher(site, (site / "content",), poll=True)
    watcher.start()
    for seconds in (0.05, None):
        began = time.monotonic()
        word = watcher.wait(seconds)
        assert word is not None
        assert (word.places, word.may_have_lost) == (frozenset(), False)
        assert time.monotonic() - began == pytest.approx(seconds or POLL_SECONDS, abs=0.3)
    watcher.stop()


@pytest.mark.parametrize("step", ["start", "schedule"])
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EMFILE])
def test_without_room_for_listeners_it_polls(site: Path, monkeypatch: pytest.MonkeyPatch, step: str, number: int) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(f"triptych.dev.watch.Observer.{step}", fail)
    watcher = Watcher(site, (site / "content",))
    watcher.start()
    assert watcher.is_polling
    assert watcher.wait(0.01) is not None
    watcher.stop()


def test_room_for_listeners_that_ends_later_is_no_end(watcher: Watcher, site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder comes when no more can be listened to: it polls from then on."""

    def fail(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("triptych.dev.watch.Observer.schedule", fail)
    (site / "theme").mkdir()
    assert until(lambda: watcher.wait(0.05) is not None and watcher.is_polling)
