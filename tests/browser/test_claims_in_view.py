"""The list of claims marks the one on the screen, and opens from the bar where it is not in view."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.document import DOCUMENT, row, settle

SLUG = "red-lines-ignored"


def bring(page, slug):
    row(page, slug).evaluate("article => scrollTo(0, article.getBoundingClientRect().top + scrollY - 150)")
    settle(page)


@pytest.mark.parametrize("width", [1700, 1440, 390])
def test_the_claim_on_the_screen_is_marked_in_the_list_and_named_in_the_bar(reader, width):
    page = reader(DOCUMENT, width=width)
    current = page.locator(".contents .claim-list [aria-current]")
    expect(current).to_have_count(0)
    bring(page, SLUG)
    expect(current).to_have_attribute("href", f"#{SLUG}")
    number = current.locator(".claim-list-number").text_content()
    expect(page.locator(".reading-bar-now")).to_contain_text(number)
    page.evaluate("scrollTo(0, 0)")
    expect(current).to_have_count(0)


@pytest.mark.parametrize("width", [1440, 390])
def test_the_list_opens_from_the_bar_at_the_claim_on_the_screen_and_closes_by_escape(reader, width):
    page = reader(DOCUMENT, width=width)
    bring(page, SLUG)
    expect(page.locator(".contents .claim-list [aria-current]")).to_have_attribute("href", f"#{SLUG}")
    before = page.evaluate("scrollY")
    opener = page.locator(".reading-bar-link")
    opener.click()
    drawer = page.get_by_role("dialog")
    expect(drawer).to_be_visible()
    expect(drawer.locator("li")).to_have_count(page.locator("article.row").count())
    expect(drawer.locator(f"a[href='#{SLUG}']")).to_be_focused()
    page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()
    expect(opener).to_be_focused()
    assert abs(page.evaluate("scrollY") - before) < 2


def test_an_entry_of_the_opened_list_leads_to_its_claim(reader):
    page = reader(DOCUMENT, width=390)
    bring(page, SLUG)
    page.locator(".reading-bar-link").click()
    page.get_by_role("dialog").locator("a").last.click()
    settle(page)
    expect(page.get_by_role("dialog")).to_be_hidden()
    assert page.locator(":target").get_attribute("id") == page.locator("article.row").last.get_attribute("id")


def test_without_scripts_the_bar_leads_to_the_list(reader):
    page = reader(DOCUMENT, java_script_enabled=False)
    page.locator(".reading-bar-link").click()
    assert page.url.endswith("#_claims")


def test_a_long_list_folds_on_a_phone_and_opens_without_scripts(reader):
    page = reader(DOCUMENT, width=390, java_script_enabled=False)
    last = page.locator(".contents .claim-list > li").last
    assert not last.is_visible()
    page.locator(".contents > .fold summary").click()
    assert last.is_visible()
