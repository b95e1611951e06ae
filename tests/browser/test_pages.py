"""Every kind of page opens, from a server under a sub-path and from disk, at every width, and is well made."""

from __future__ import annotations

import itertools
import posixpath
from collections import Counter
from pathlib import Path

import html5lib
import pytest
from selectolax.lexbor import LexborHTMLParser

from tests.browser.document import CLAIM, DOCUMENT
from triptych.cli import main

PAGES = (
    "index.html",
    DOCUMENT,
    CLAIM,
    "treaties/index.html",
    "treaties/cfe-1990.html",
    "glossary.html",
    "sources.html",
    "about.html",
    "method.html",
    "corrections.html",
)
MENU = ("Agreements", "Glossary", "Sources", "About", "Method", "Corrections")
WIDTHS = (1440, 900, 390, 320)
TOO_WIDE = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


def parsed(path: Path) -> LexborHTMLParser:
    return LexborHTMLParser(path.read_text("utf-8"))


@pytest.mark.parametrize("disk", [False, True], ids=["served under a sub-path", "opened from disk"])
def test_every_kind_of_page_opens_without_a_word(reader, disk):
    for path in PAGES:
        page = reader(path, disk=disk)
        assert page.locator("h1").count() == 1, path
        assert page.locator("h1").is_visible(), path
        assert page.evaluate("document.styleSheets.length") == 1, path


def test_no_page_scrolls_sideways_at_any_width(reader):
    for path in PAGES:
        page = reader(path)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate(TOO_WIDE) <= 0, f"{path} at {width} pixels"


@pytest.mark.parametrize("disk", [False, True], ids=["served under a sub-path", "opened from disk"])
def test_the_menu_leads_to_every_page_and_back_from_the_deepest(reader, disk):
    page = reader(CLAIM, disk=disk)
    for text in MENU:
        page.get_by_role("navigation", name="Site").get_by_role("link", name=text, exact=True).click()
        page.wait_for_load_state()
        assert page.locator("h1").inner_text() == text
        assert page.locator(".menu [aria-current=page]").inner_text() == text
    page.locator(".masthead-title").click()
    page.wait_for_load_state()
    assert page.title() == page.locator("h1").inner_text()


def test_the_front_page_lets_a_reader_begin(reader):
    page = reader("index.html")
    page.locator(".front-first").click()
    page.wait_for_load_state()
    assert page.locator(":target").get_attribute("data-claim") == page.locator("[data-panel=claim]").first.evaluate(
        "panel => panel.closest('[data-claim]').id"
    )
    page.go_back()
    page.get_by_role("link", name="Read the document").click()
    page.wait_for_load_state()
    assert page.locator("[data-paragraph='1']").is_visible()


def test_the_page_for_a_wrong_address_is_styled_and_leads_home_from_any_depth(project, tmp_path, site_server, new_page):
    out = tmp_path / "public"
    arguments = ["build", "--quiet", "--out", str(out), "--base-url", "https://example.org/a/b/"]
    assert main(arguments, home=project) == 0
    page = new_page()
    page.goto(site_server(out, under="/a/b/") + "404.html")
    assert page.locator("h1").inner_text() == "There is no page at this address"
    assert page.evaluate("document.styleSheets[0].cssRules.length") > 0
    page.get_by_role("link", name="Go to the front page").click()
    page.wait_for_load_state()
    assert page.url.endswith(("/a/b/", "/a/b/index.html"))


def test_every_page_parses_without_an_error(site):
    for path in sorted(site.rglob("*.html")):
        html5lib.HTMLParser(strict=True).parse(path.read_text("utf-8"))


def test_no_id_stands_twice_on_a_page(site):
    for path in sorted(site.rglob("*.html")):
        ids = Counter(node.attributes["id"] for node in parsed(path).css("[id]"))
        assert [one for one, times in ids.items() if times > 1] == [], path.name


def test_every_link_within_the_site_finds_its_page_and_its_place(site):
    ids = {path: {node.attributes["id"] for node in parsed(path).css("[id]")} for path in site.rglob("*.html")}
    lost = []
    for path in ids:
        if path.name == "404.html":
            continue
        for node in parsed(path).css("a[href]"):
            target, _, fragment = (node.attributes["href"] or "").partition("#")
            if ":" in target:
                continue
            there = Path(posixpath.normpath(path.parent / target)) if target else path
            if there not in ids or (fragment and fragment not in ids[there]):
                lost.append((path.name, node.attributes["href"]))
    assert lost == []


def test_headings_go_down_one_step_at_a_time(site):
    for path in sorted(site.rglob("*.html")):
        levels = [int(node.tag[1]) for node in parsed(path).css("h1, h2, h3, h4, h5, h6")]
        assert levels[0] == 1, path.name
        assert all(lower - upper <= 1 for upper, lower in itertools.pairwise(levels)), path.name


def test_dark_mode_turns_light_on_dark(reader):
    page = reader("index.html")
    lightness = {}
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        style = page.evaluate_handle("getComputedStyle(document.documentElement)")
        colours = [style.evaluate(f"style => style.{name}") for name in ("backgroundColor", "color")]
        # The first number of an oklch() colour is its lightness.
        lightness[scheme] = [float(colour.split("(")[1].split()[0]) for colour in colours]
    (ground, ink), (dark_ground, dark_ink) = lightness["light"], lightness["dark"]
    assert ground > 0.9 > 0.4 > ink
    assert dark_ground < 0.3 < 0.8 < dark_ink


def test_every_kind_of_page_is_whole_without_scripts(reader):
    for path in PAGES:
        page = reader(path, java_script_enabled=False, width=390)
        assert page.locator("h1").is_visible(), path
        assert len(page.locator("main").inner_text()) > 200, path
