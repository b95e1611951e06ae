"""A real browser for the tests in this folder, and a server for what they look at. Without a browser they fail; none is skipped.

    site_server(folder) -> "http://127.0.0.1:PORT/"; the folder may stand under a sub-path: site_server(folder, under="/a/b/")
    page                  one page in a fresh context; `new_page(...)` takes the options of Playwright's `new_context`
    site, right_to_left   the project's own site, and a small one in Arabic, as the generator makes them: folders
    reader                as new_page, on a page of that site: reader("glossary.html", disk=True); it wants the console silent too

A request that leaves the machine is cut off, and the test fails that caused it; so does an error in a page's script.
"""

from __future__ import annotations

import contextlib
import functools
import http.server
import pathlib
import threading
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Playwright, Route, sync_playwright

from build import find_browser
from triptych.cli import main

ARGUMENTS = ["--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
UNDER = "/some/where/"
LOCAL = {"127.0.0.1", "localhost", "::1", "", None}


def pytest_itemcollected(item: pytest.Item) -> None:
    item.add_marker("browser")


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    executable = find_browser()
    if not executable:
        pytest.fail("no browser found: `python3 build.py test` finds or installs one, or says how to get it")
    started = playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
    yield started
    started.close()


@pytest.fixture
def new_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Make a page in a context of its own: new_page(viewport=…, java_script_enabled=False, color_scheme="dark", …)."""
    contexts = []
    strangers: list[str] = []
    errors: list[str] = []

    def stay_here(route: Route) -> None:
        address = urlsplit(route.request.url)
        if address.hostname in LOCAL:
            route.continue_()
        else:
            strangers.append(route.request.url)
            route.abort()

    def make(**options: object) -> Page:
        context = browser.new_context(**options)  # type: ignore[arg-type]
        contexts.append(context)
        context.route("**/*", stay_here)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        return page

    yield make
    for context in contexts:
        context.close()
    assert strangers == [], "a page asked another host"
    assert errors == [], "a script failed"


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    return new_page()


class _Handler(http.server.SimpleHTTPRequestHandler):
    under = "/"

    def translate_path(self, path: str) -> str:
        if not path.startswith(self.under):
            return str(pathlib.Path(self.directory, "nothing", "there"))
        return super().translate_path("/" + path.removeprefix(self.under))

    def log_message(self, *_: object) -> None:
        """Keep the report of the tests clean."""


@contextlib.contextmanager
def _served(folder: pathlib.Path, under: str) -> Iterator[str]:
    handler = type("Handler", (_Handler,), {"under": under})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(handler, directory=str(folder)))
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}{under}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def site_server() -> Iterator[Callable[..., str]]:
    """Serve a folder as any static host would; the address ends with a slash."""
    with contextlib.ExitStack() as servers:
        yield lambda folder, under="/": servers.enter_context(_served(folder, under))


@pytest.fixture(scope="session")
def site(project: pathlib.Path, tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    folder = tmp_path_factory.mktemp("site") / "public"
    assert main(["build", "--quiet", "--out", str(folder)], home=project) == 0
    return folder


@pytest.fixture(scope="session")
def right_to_left(project: pathlib.Path, tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    folder = tmp_path_factory.mktemp("right-to-left") / "public"
    case = project / "tests" / "cases" / "language-arabic"
    assert main(["build", "--quiet", "--site", str(case), "--out", str(folder)], home=project) == 0
    return folder


@pytest.fixture(scope="session")
def address(site: pathlib.Path) -> Iterator[str]:
    """Where the project's own site is served, under a sub-path."""
    with _served(site, UNDER) as started:
        yield started


@pytest.fixture
def reader(new_page: Callable[..., Page], site: pathlib.Path, address: str) -> Iterator[Callable[..., Page]]:
    """Open a page of the project's own site, from the server or from disk: reader(path, width=…, disk=False, …).

    A second page with the same options is opened in the place of the first, which costs half the time.
    """
    said: list[str] = []
    pages: dict[str, Page] = {}

    def read(path: str, *, width: int = 1440, disk: bool = False, **options: object) -> Page:
        kind = repr(sorted(options.items()))
        if kind not in pages:
            pages[kind] = new_page(**options)
            pages[kind].on("console", lambda message: said.append(f"{pages[kind].url}: {message.text}"))
        page = pages[kind]
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(site.as_uri() + "/" + path if disk else address + path)
        return page

    yield read
    assert said == [], "a page wrote to the console"
