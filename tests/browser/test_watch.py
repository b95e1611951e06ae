"""The editor's desk: a watched site in a real browser, with the server and the session as the command has them."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.dev.desk import outputs_in, until, write_files
from tests.test_incremental import WHOLE, claim
from tests.test_incremental import page as free_page

ABOUT = "content/pages/about.md"
CLEAN = "content/annotations/letter/01-clean.md"
TOKENS = "theme/css/tokens.css"
CLAIM_PAGE = "claims/letter/clean.html"
FAULTY = claim("the water is clean", "See [@nothing].")
REWORDED = claim("the water is clean", "In other words [@survey].", kind="fact")
LONG = "\n\n".join(f"Paragraph {number} of a long page on weirs." for number in range(200))
OVERLAY = "triptych-watch .overlay"  # the locators of Playwright look into open shadow roots


class Watched:
    """The command at work in a process of its own."""

    def __init__(self, project: Path, site: Path) -> None:
        self.site = site
        call = [sys.executable, str(project / "build.py"), "watch", "--site", str(site), "--jobs", "1"]
        # In a session of its own: Ctrl-C goes to it alone.
        self.process = subprocess.Popen(
            call, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8", start_new_session=True
        )
        assert self.process.stdout is not None
        self.lines: list[str] = []
        while not self.lines or "watching for changes" not in self.lines[-1]:
            line = self.process.stdout.readline()
            assert line, self.process.communicate()
            self.lines.append(line)
        found = re.search(r"http://127\.0\.0\.1:(\d+)/", "".join(self.lines))
        assert found is not None
        self.url, self.port = found[0], int(found[1])

    def write(self, files: dict[str, bytes | None]) -> None:
        write_files(self.site, files)

    def interrupt(self) -> tuple[int, str, float]:
        """Ctrl-C: the exit status, what stood on standard error, and the seconds until the end."""
        began = time.monotonic()
        self.process.send_signal(signal.SIGINT)
        _, err = self.process.communicate(timeout=10)
        return self.process.returncode, err, time.monotonic() - began


@pytest.fixture
def watched(project: Path, tmp_path: Path) -> Iterator[Watched]:
    write_files(tmp_path / "site", {**WHOLE, "content/pages/long.md": free_page("Long", LONG)})
    watched = Watched(project, tmp_path / "site")
    yield watched
    watched.process.kill()
    watched.process.communicate()


@pytest.fixture
def open_page(watched: Watched, new_page: Callable[..., Page]) -> Callable[[str], Page]:
    """A page of the watched site, marked so that a page loaded again can be told from it."""

    def visit(path: str) -> Page:
        page = new_page()
        page.goto(watched.url + path)
        page.evaluate("window.isOld = true")
        return page

    return visit


def is_old(page: Page) -> bool:
    """Whether the page has not been loaded again."""
    return bool(page.evaluate("window.isOld === true"))


def answer(url: str, **headers: str) -> tuple[int, bytes]:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=5) as response:
            return response.status, response.read()
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code, refused.read()


def test_the_open_page_follows_an_edit(watched: Watched, open_page: Callable[[str], Page]) -> None:
    page = open_page(CLAIM_PAGE)
    watched.write({CLEAN: REWORDED})
    expect(page.locator("[data-panel=context]")).to_contain_text("In other words")
    assert not is_old(page)


def test_an_overlay_shows_what_is_wrong_and_goes_when_it_is_mended(watched: Watched, open_page: Callable[[str], Page]) -> None:
    page = open_page(CLAIM_PAGE)
    watched.write({CLEAN: FAULTY})
    overlay = page.locator(OVERLAY)
    expect(overlay).to_be_visible()
    expect(overlay).to_contain_text("unknown-source")
    expect(overlay).to_contain_text("See [@nothing].")
    target = overlay.locator("a").first.get_attribute("href")
    assert target is not None
    assert re.fullmatch(rf"vscode://file{re.escape(str(watched.site))}/{re.escape(CLEAN)}:3:\d+", target)
    expect(page.locator("[data-panel=context]")).to_contain_text("The survey agrees")
    assert is_old(page)
    watched.write({CLEAN: WHOLE[CLEAN]})
    expect(overlay).to_be_hidden()
    assert is_old(page), "its bytes are the same"
    watched.write({CLEAN: FAULTY})
    expect(overlay).to_be_visible()
    watched.write({CLEAN: REWORDED})
    expect(page.locator("[data-panel=context]")).to_contain_text("In other words")
    expect(overlay).to_be_hidden()


def test_a_page_opened_while_something_is_wrong_shows_it(watched: Watched, open_page: Callable[[str], Page]) -> None:
    first = open_page("index.html")
    watched.write({CLEAN: FAULTY})
    expect(first.locator(OVERLAY)).to_be_visible()
    expect(open_page("about.html").locator(OVERLAY)).to_contain_text("unknown-source")


def test_escape_hides_the_overlay_until_the_next_fault(watched: Watched, open_page: Callable[[str], Page]) -> None:
    page = open_page("about.html")
    watched.write({CLEAN: FAULTY})
    overlay = page.locator(OVERLAY)
    expect(overlay).to_be_visible()
    page.keyboard.press("Escape")
    expect(overlay).to_be_hidden()
    watched.write({CLEAN: FAULTY.replace(b"nothing", b"nobody")})
    expect(overlay).to_contain_text("nobody")
    expect(overlay).to_be_visible()


def test_a_fault_in_a_template_shows(watched: Watched, open_page: Callable[[str], Page]) -> None:
    page = open_page("about.html")
    watched.write({"theme/templates/panels/context.html": b"{% if %}\n"})
    expect(page.locator(OVERLAY)).to_contain_text("theme/templates/panels/context.html")
    watched.write({"theme/templates/panels/context.html": None})
    expect(page.locator(OVERLAY)).to_be_hidden()


def test_the_page_that_comes_back_keeps_the_readers_place(watched: Watched, open_page: Callable[[str], Page]) -> None:
    page = open_page("long.html")
    page.evaluate("scrollTo({ top: 3000, behavior: 'instant' })")
    before = page.get_by_text("Paragraph 100 of").evaluate("block => block.getBoundingClientRect().top")
    assert page.evaluate("scrollY") == 3000
    watched.write({"content/pages/long.md": free_page("Long", LONG + "\n\nThe end.")})
    expect(page.get_by_text("The end.")).to_have_count(1)
    assert not is_old(page)
    page.wait_for_function(
        "before => Math.abs([...document.querySelectorAll('p')].find(one => one.textContent.startsWith('Paragraph 100 of'))"
        ".getBoundingClientRect().top - before) < 2",
        arg=before,
        timeout=3000,
    )


def test_the_page_that_comes_back_keeps_focus_and_what_was_open(watched: Watched, open_page: Callable[[str], Page]) -> None:
    page = open_page("documents/letter.html")
    details = page.locator("details")
    opened = [number for number in range(details.count()) if not details.nth(number).evaluate("one => one.open")]
    for number in opened:
        details.nth(number).evaluate("one => { one.open = true; }")
    link = page.locator("main a[href]").last
    link.focus()
    target = link.get_attribute("href")
    watched.write({CLEAN: REWORDED})
    expect(page.locator("body")).to_contain_text("In other words")
    assert not is_old(page)
    page.wait_for_function("target => document.activeElement.getAttribute('href') === target", arg=target, timeout=3000)
    assert [number for number in opened if not details.nth(number).evaluate("one => one.open")] == []


def test_a_change_of_style_alone_is_swapped_in_without_a_reload(
    watched: Watched, project: Path, open_page: Callable[[str], Page]
) -> None:
    page = open_page("documents/letter.html")
    tokens = (project / TOKENS).read_bytes()
    for number in (1, 2):
        watched.write({TOKENS: tokens + f"\n@layer tokens {{ :root {{ --own-mark: {number}; }} }}\n".encode()})
        page.wait_for_function(
            "wanted => getComputedStyle(document.documentElement).getPropertyValue('--own-mark').trim() === wanted",
            arg=str(number),
            timeout=5000,
        )
        assert is_old(page)
        page.wait_for_function("() => document.querySelectorAll('link[rel=stylesheet]').length === 1", timeout=5000)
    clean = outputs_in(watched.site / "public")
    assert sum(path.endswith(".css") for path in clean) == 1
    watched.write({CLEAN: REWORDED})
    expect(page.locator("body")).to_contain_text("In other words")
    assert not is_old(page)


def test_a_page_whose_bytes_did_not_change_is_not_loaded_again(watched: Watched, open_page: Callable[[str], Page]) -> None:
    untouched, touched = open_page("method.html"), open_page(CLAIM_PAGE)
    watched.write({CLEAN: REWORDED})
    expect(touched.locator("[data-panel=context]")).to_contain_text("In other words")
    watched.write({"content/pages/method.md": free_page("Method", "Otherwise.", nav="2")})
    expect(untouched.locator("main")).to_contain_text("Otherwise.")
    again = open_page("method.html")
    watched.write({CLEAN: WHOLE[CLEAN]})
    expect(touched.locator("[data-panel=context]")).to_contain_text("The survey agrees")
    assert is_old(again)


def test_twelve_tabs_all_follow(watched: Watched, new_page: Callable[..., Page]) -> None:
    """In one context, where a browser keeps six connections to a host at most. The first, which listens, is closed halfway."""
    first = new_page()
    tabs = [first, *(first.context.new_page() for _ in range(11))]
    for tab in tabs:
        tab.goto(watched.url + CLAIM_PAGE)
    watched.write({CLEAN: REWORDED})
    for tab in tabs:
        expect(tab.locator("[data-panel=context]")).to_contain_text("In other words")
    tabs.pop(0).close()
    watched.write({CLEAN: FAULTY})
    for tab in tabs:
        expect(tab.locator(OVERLAY)).to_be_visible(timeout=10_000)
    watched.write({CLEAN: WHOLE[CLEAN]})
    for tab in tabs:
        expect(tab.locator("[data-panel=context]")).to_contain_text("The survey agrees", timeout=10_000)
        expect(tab.locator(OVERLAY)).to_be_hidden()


def test_what_is_not_there_is_answered_by_the_sites_own_page_until_it_comes(
    watched: Watched, new_page: Callable[..., Page]
) -> None:
    page = new_page()
    response = page.goto(watched.url + "fresh.html")
    assert response is not None
    assert response.status == 404
    expect(page.locator("h1")).to_have_count(1)
    watched.write({"content/pages/fresh.md": free_page("Fresh", "Here it is.")})
    expect(page.locator("main")).to_contain_text("Here it is.")


def test_a_foreign_host_and_a_foreign_origin_are_refused(watched: Watched) -> None:
    assert answer(watched.url)[0] == 200
    for host in ("evil.example", f"evil.example:{watched.port}", "127.0.0.1:1", f"127.0.0.1.evil.example:{watched.port}"):
        assert answer(watched.url, Host=host)[0] in (403, 421)
    status, data = answer(watched.url + "_triptych/state", Origin="http://evil.example")
    assert status == 403
    assert b"session" not in data


def test_slow_clients_hold_nobody_up(watched: Watched, open_page: Callable[[str], Page]) -> None:
    slow = []
    for _ in range(50):
        client = socket.create_connection(("127.0.0.1", watched.port), timeout=5)
        client.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.")
        slow.append(client)
    began = time.monotonic()
    page = open_page(CLAIM_PAGE)
    watched.write({CLEAN: REWORDED})
    expect(page.locator("[data-panel=context]")).to_contain_text("In other words")
    assert time.monotonic() - began < 5
    for client in slow:
        client.close()


def test_the_reload_script_is_served_and_in_no_built_file(watched: Watched) -> None:
    assert b"_triptych/client.js" in answer(watched.url)[1]
    watched.write({CLEAN: REWORDED})
    page = watched.site / "public" / CLAIM_PAGE
    assert until(lambda: b"In other words" in page.read_bytes())
    assert [path for path, data in outputs_in(watched.site / "public").items() if b"_triptych" in data] == []


def test_ctrl_c_ends_it_within_a_second_whatever_clients_do(watched: Watched, open_page: Callable[[str], Page]) -> None:
    page = open_page("about.html")
    with socket.create_connection(("127.0.0.1", watched.port), timeout=5) as client:
        client.sendall(b"GET / HTTP/1.1\r\n")
        status, err, seconds = watched.interrupt()
    assert status == 130
    assert seconds < 1
    assert "Traceback" not in err
    expect(page.locator("triptych-watch")).to_contain_text("The watch has ended", timeout=10_000)


def test_the_page_finds_the_watch_again(watched: Watched, project: Path, open_page: Callable[[str], Page]) -> None:
    page = open_page(CLAIM_PAGE)
    watched.interrupt()
    write_files(watched.site, {CLEAN: REWORDED})
    call = [sys.executable, str(project / "build.py"), "watch", "--site", str(watched.site), "--port", str(watched.port)]
    again = subprocess.Popen(call, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        expect(page.locator("[data-panel=context]")).to_contain_text("In other words", timeout=20_000)
    finally:
        again.send_signal(signal.SIGINT)
        again.wait(10)


def test_the_content_folder_goes_and_comes_back(watched: Watched, open_page: Callable[[str], Page]) -> None:
    page = open_page(CLAIM_PAGE)
    os.rename(watched.site / "content", watched.site / "aside")
    expect(page.locator(OVERLAY)).to_be_visible()
    assert is_old(page)
    assert answer(watched.url + CLAIM_PAGE)[0] == 200
    os.rename(watched.site / "aside", watched.site / "content")
    expect(page.locator(OVERLAY)).to_be_hidden()
    shutil.rmtree(watched.site / "content/glossary")
    expect(page.locator(OVERLAY)).to_be_visible()
