"""Watched sites: `desk` is a small one with a session at work, `watch(...)` begins others."""

from __future__ import annotations

import contextlib
import gc
import pathlib
import shutil
from collections.abc import Callable, Iterator

import pytest

from tests.dev.desk import PLAIN, Desk, at_work, write_files
from tests.test_incremental import WHOLE
from tests.trial import Options


@pytest.fixture(autouse=True)
def _collector() -> Iterator[None]:
    """A watch freezes what it knows, and a build stops the collector: neither is meant for the tests that follow."""
    yield
    gc.enable()
    gc.unfreeze()


@pytest.fixture(scope="session")
def theme(project: pathlib.Path, tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """A copy of the project's, which someone may be at work on. Not to be changed."""
    return shutil.copytree(project / "theme", tmp_path_factory.mktemp("theme") / "theme")


@pytest.fixture
def site(tmp_path: pathlib.Path) -> pathlib.Path:
    """A small site, no session at work on it."""
    site = tmp_path / "site"
    write_files(site, WHOLE)
    return site


@pytest.fixture
def watch(theme: pathlib.Path, site: pathlib.Path) -> Iterator[Callable[..., Desk]]:
    """Begin a session: watch(poll=True, options=…, own_theme=True, files={…}); with a theme of its own it is as the project."""
    with contextlib.ExitStack() as sessions:

        def begin(
            *, poll: bool = False, options: Options = PLAIN, own_theme: bool = False, files: dict[str, bytes | None] | None = None
        ) -> Desk:
            write_files(site, files or {})
            if own_theme:
                shutil.copytree(theme, site / "theme")
            used = site / "theme" if own_theme else theme
            return sessions.enter_context(at_work(site, theme=used, options=options, poll=poll))

        yield begin


@pytest.fixture
def desk(watch: Callable[..., Desk]) -> Desk:
    return watch()


def pytest_itemcollected(item: pytest.Item) -> None:
    # watchdog warns, in a thread that would die of it here, when it meets a new folder twice: by its event, and in its parent.
    item.add_marker(pytest.mark.filterwarnings("ignore:Callback with id:RuntimeWarning"))
