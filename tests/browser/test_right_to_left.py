"""A site in Arabic mirrors: its panels run from the right, and nothing else changes."""

from __future__ import annotations

import pytest

from tests.browser.document import boxes

DOCUMENT = "documents/letter.html"


@pytest.fixture
def letter(right_to_left, new_page):
    def opened(width):
        page = new_page(viewport={"width": width, "height": 900})
        page.goto(f"{right_to_left.as_uri()}/{DOCUMENT}")
        return page

    return opened


def test_the_panels_run_from_the_right_on_a_wide_screen(letter):
    page = letter(1440)
    claim, context, treaty = boxes(page.locator("article.row").first).values()
    assert abs(claim["top"] - treaty["top"]) < 1
    assert claim["left"] > context["right"] > context["left"] > treaty["right"]


@pytest.mark.parametrize("width", [1440, 900, 390, 320])
def test_a_mirrored_page_never_scrolls_sideways(letter, width):
    page = letter(width)
    page.evaluate("scrollTo(-500, 0)")
    assert page.evaluate("scrollX") == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_page_and_its_quotes_say_their_direction(letter):
    page = letter(900)
    assert page.locator("html").get_attribute("dir") == "rtl"
    quote = page.locator("[data-panel=claim] blockquote").first
    assert (quote.get_attribute("lang"), quote.get_attribute("dir")) == ("ar", "rtl")


def test_the_rule_beside_a_quote_stands_on_its_right(letter):
    quote = letter(900).locator("[data-panel=claim] blockquote").first
    widths = quote.evaluate("quote => [getComputedStyle(quote).borderRightWidth, getComputedStyle(quote).borderLeftWidth]")
    assert widths == ["2px", "0px"]
