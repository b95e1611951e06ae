"""Definitions and references open in place: beside the words, by pointer, by keyboard and by touch, and none is needed."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.document import CLAIM, DOCUMENT, settle

SLUG = "no-constructive-answer"
TERM = "[data-panel=context] a[data-term]"
CITATION = "[data-panel=context] a[data-cite][href^='#_source']"


@pytest.fixture
def opened(reader):
    """A page whose faces have come: words that move from under the pointer open nothing."""

    def opened_page(path: str, **options: object) -> Page:
        page = reader(path, **options)
        page.evaluate("() => document.fonts.ready.then(() => null)")
        settle(page)
        return page

    return opened_page


def card(page: Page) -> Locator:
    return page.locator(".card")


def term(page: Page) -> Locator:
    return page.locator(f"article[id='{SLUG}'] {TERM}").first


def citation(page: Page) -> Locator:
    return page.locator(f"article[id='{SLUG}'] {CITATION}").first


def defined(page: Page, link: Locator) -> str:
    """The words of the definition that the page keeps for a link."""
    return page.locator(f"[id='_term-{link.get_attribute('data-term')}']").evaluate(
        "kept => kept.content.querySelector('.prose').textContent.trim()"
    )


@pytest.mark.parametrize("disk", [False, True], ids=["served under a sub-path", "opened from disk"])
def test_a_definition_opens_where_a_term_is_pointed_at_and_closes_when_it_is_left(opened, disk):
    page = opened(DOCUMENT, disk=disk)
    link = term(page)
    link.hover()
    expect(card(page)).to_be_visible()
    assert card(page).locator(".prose").text_content().strip() == defined(page, link)
    page.mouse.move(1, 1)
    expect(card(page)).to_have_count(0)


def test_a_card_stays_while_it_is_pointed_at(opened):
    page = opened(DOCUMENT)
    term(page).hover()
    expect(card(page)).to_be_visible()
    card(page).hover()
    page.wait_for_timeout(600)
    expect(card(page)).to_be_visible()


def test_escape_closes_a_card_that_is_pointed_at_until_it_is_pointed_at_anew(opened):
    page = opened(DOCUMENT)
    link = term(page)
    link.hover()
    expect(card(page)).to_be_visible()
    page.keyboard.press("Escape")
    expect(card(page)).to_have_count(0)
    page.wait_for_timeout(400)
    expect(card(page)).to_have_count(0)
    page.mouse.move(1, 1)
    link.hover()
    expect(card(page)).to_be_visible()


def test_a_keyboard_opens_a_card_goes_into_it_and_comes_back_by_escape(opened):
    page = opened(DOCUMENT)
    link = term(page)
    link.focus()
    expect(card(page)).to_be_visible()
    assert link.get_attribute("aria-describedby") == "_card"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('.card') !== null")
    page.keyboard.press("Escape")
    expect(card(page)).to_have_count(0)
    expect(link).to_be_focused()
    assert link.get_attribute("aria-describedby") is None


def test_a_card_closes_when_the_focus_goes_on(opened):
    page = opened(DOCUMENT)
    link = term(page)
    link.focus()
    expect(card(page)).to_be_visible()
    for _ in range(card(page).locator("a").count() + 1):
        expect(link).to_have_attribute("aria-describedby", "_card")
        page.keyboard.press("Tab")
    expect(link).not_to_have_attribute("aria-describedby", "_card")
    # What comes next is a link with a card of its own, or one without.
    expect(card(page).get_by_text(defined(page, link)[:20])).to_have_count(0)


@pytest.mark.parametrize("find", [term, citation], ids=["a term", "a citation"])
def test_the_first_tap_opens_a_card_and_the_second_follows_the_link(opened, find):
    page = opened(DOCUMENT, width=390, has_touch=True)
    before = page.url
    link = find(page)
    link.tap()
    expect(card(page)).to_be_visible()
    assert page.url == before
    link.tap()
    page.wait_for_url(lambda url: url != before)
    assert page.locator(":target").is_visible()


def test_a_tap_elsewhere_closes_the_card(opened):
    page = opened(DOCUMENT, width=390, has_touch=True)
    term(page).tap()
    expect(card(page)).to_be_visible()
    page.locator(".reading-bar").tap(position={"x": 5, "y": 5})
    expect(card(page)).to_have_count(0)


def test_a_citation_shows_its_reference(opened):
    page = opened(DOCUMENT)
    link = citation(page)
    link.hover()
    expect(card(page)).to_be_visible()
    line = page.locator(f"[id='{link.get_attribute('href').removeprefix('#')}'] .source-title")
    assert card(page).locator(".source-title").inner_text() == line.inner_text()
    assert card(page).locator("[id]").count() == 0


def test_an_entry_of_the_glossary_opens_on_the_glossarys_own_page(opened):
    page = opened("glossary.html")
    link = page.locator(".term > .prose a[data-term]").first
    link.hover()
    expect(card(page)).to_be_visible()


@pytest.mark.parametrize("width", [1440, 900, 390, 320])
@pytest.mark.parametrize("find", [term, citation], ids=["a term", "a citation"])
def test_a_card_lies_within_the_screen_and_beside_its_link(opened, width, find):
    page = opened(DOCUMENT, width=width)
    link = find(page)
    for height in (900, 420):
        page.set_viewport_size({"width": width, "height": height})
        page.mouse.move(1, 1)
        expect(card(page)).to_have_count(0)
        link.evaluate("link => link.scrollIntoView({ block: 'center', behavior: 'instant' })")
        settle(page)
        link.hover()
        expect(card(page)).to_be_visible()
        settle(page)
        box, words = card(page).bounding_box(), link.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= height
        assert box["y"] >= words["y"] or box["y"] + box["height"] <= words["y"] + words["height"]
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_every_term_that_a_page_names_is_kept_once(opened):
    for path in (DOCUMENT, CLAIM, "treaties/cfe-1990.html"):
        page = opened(path)
        named = set(page.locator("main a[data-term]").evaluate_all("links => links.map(link => link.dataset.term)"))
        kept = page.locator("template[id^='_term-']").evaluate_all("kept => kept.map(one => one.id.slice(6))")
        assert sorted(kept) == sorted(named), path


def test_without_scripts_a_term_leads_to_its_entry(reader):
    page = reader(DOCUMENT, java_script_enabled=False)
    link = term(page)
    name = link.get_attribute("data-term")
    link.click()
    page.wait_for_load_state()
    assert page.url.endswith(f"glossary.html#{name}")


def test_no_card_is_printed(opened):
    page = opened(DOCUMENT)
    term(page).hover()
    expect(card(page)).to_be_visible()
    page.emulate_media(media="print")
    expect(card(page)).to_be_hidden()
