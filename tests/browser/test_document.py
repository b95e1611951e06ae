"""The document's page: three panels at every width, both ways of reading, and the ways to and from a claim."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.document import DOCUMENT, PANELS, boxes, row, settle

SLUG = "red-lines-ignored"
FAR = "circumventing-cfe"

# Whether what has the focus is drawn so, and lies uncovered within the window.
FOCUS = """() => {
  const focused = document.activeElement;
  const drawn = focused.closest(".switch label") ?? focused;
  const style = getComputedStyle(drawn);
  const box = [...drawn.getClientRects()].at(0);
  const covered = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  return {
    name: (focused.getAttribute("aria-label") ?? focused.textContent).trim(),
    place: ["skip", "masthead", "contents", "switch", "words", "panel-claim", "panel-context", "panel-treaty"]
      .find(name => focused.closest("." + name)) ?? "",
    outlined: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
    uncovered: drawn.contains(covered) || focused.contains(covered),
  };
}"""


def lines_of_seed(project):
    """The seed has no blank line, so every line of it is a paragraph."""
    (seed,) = (project / "seeds").glob("russia-us-security-reply-2022.txt")
    return [line for line in seed.read_bytes().decode("utf-8").splitlines() if line.strip()]


def test_the_text_shown_is_the_text_of_the_file(reader, project):
    page = reader(DOCUMENT)
    shown = page.locator("[data-paragraph]").evaluate_all("blocks => blocks.map(block => block.textContent)")
    assert shown == lines_of_seed(project)


def test_a_paragraph_copies_as_it_stands_in_the_file(reader, project):
    page = reader(DOCUMENT)
    copied = page.locator("[data-paragraph='3']").evaluate(
        "block => { getSelection().selectAllChildren(block); return getSelection().toString(); }"
    )
    assert copied.strip() == lines_of_seed(project)[2].strip()


@pytest.mark.parametrize("disk", [False, True], ids=["served under a sub-path", "opened from disk"])
def test_every_row_has_its_three_panels_in_reading_order_at_every_width(reader, disk):
    page = reader(DOCUMENT, disk=disk)
    rows = page.locator("article.row")
    assert rows.count() == page.locator(".claim-list li").count() > 0
    for width in (1440, 900, 390):
        page.set_viewport_size({"width": width, "height": 900})
        for article in rows.all():
            panels = boxes(article)
            assert tuple(panels) == PANELS
            claim, context, treaty = panels.values()
            if width == 1440:
                assert abs(claim["top"] - context["top"]) < 1 > abs(claim["top"] - treaty["top"])
                assert claim["right"] < context["left"] < context["right"] < treaty["left"]
            elif width == 900:
                assert claim["bottom"] <= context["top"]
                assert abs(context["top"] - treaty["top"]) < 1
                assert context["right"] < treaty["left"]
            else:
                assert claim["bottom"] <= context["top"] < context["bottom"] <= treaty["top"]


def test_a_long_column_is_read_to_its_end_before_it_is_held(reader):
    page = reader(DOCUMENT)
    page.set_viewport_size({"width": 1440, "height": 420})
    article = row(page, FAR)
    panels = article.locator("[data-panel]")
    height = panels.nth(1).evaluate("panel => panel.offsetHeight")
    assert height > 420
    row_top = article.evaluate("article => article.getBoundingClientRect().top + scrollY")
    page.evaluate("top => scrollTo(0, top)", row_top + height - 420)
    settle(page)
    claim, context, _ = boxes(article).values()
    assert claim["top"] > 0, "the claim stays in view"
    assert abs(context["bottom"] - 420) < 2, "the end of the context has come into view"


@pytest.mark.parametrize("width", [1440, 900, 390])
def test_a_number_leads_to_its_claim_and_the_claim_back_to_the_very_words(reader, width):
    page = reader(DOCUMENT, width=width)
    page.locator(f".passage-number[href='#{FAR}']").first.click()
    settle(page)
    assert page.locator(":target").get_attribute("id") == FAR
    assert 0 < row(page, FAR).locator(".claim-title").bounding_box()["y"] < 900
    quoted = row(page, FAR).locator("[data-panel=claim] blockquote").first.inner_text()
    row(page, FAR).get_by_role("link", name="In the text").click()
    settle(page)
    number = page.locator(":target")
    # A passage on which others lie is cut into pieces.
    marks = number.locator(f"xpath=../mark[contains(concat(' ', @data-claim, ' '), ' {FAR} ')]")
    assert "".join(marks.all_text_contents()) == quoted
    bar = page.locator(".reading-bar").bounding_box()
    assert bar["y"] + bar["height"] <= number.bounding_box()["y"] < 900


def test_numbers_say_what_they_are_and_are_large_enough_to_tap(reader):
    page = reader(DOCUMENT, width=390)
    for number in page.locator(".passage-number").all():
        assert number.get_attribute("aria-label").startswith(f"Claim {number.get_attribute('data-number')}: ")
        assert number.text_content() == ""
        box = number.bounding_box()
        assert box["width"] >= 18
        assert box["height"] >= 24


def test_previous_and_next_go_through_all_claims(reader):
    page = reader(DOCUMENT)
    slugs = page.locator("article.row").evaluate_all("rows => rows.map(row => row.id)")
    onward = page.locator(".row-next").evaluate_all("links => links.map(link => link.hash.slice(1))")
    back = page.locator(".row-previous").evaluate_all("links => links.map(link => link.hash.slice(1))")
    assert onward == slugs[1:]
    assert back == slugs[:-1]


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_the_text_can_be_read_alone_by_keyboard(reader, scripts):
    page = reader(DOCUMENT, java_script_enabled=scripts)
    rows = page.locator("article.row")
    page.get_by_role("radio", name="Annotated").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("radio", name="Text alone")).to_be_checked()
    expect(rows.filter(visible=True)).to_have_count(0)
    marks = page.locator("[data-paragraph] mark")
    expect(marks.filter(visible=True)).to_have_count(marks.count())
    page.locator(f".passage-number[href='#{SLUG}']").first.press("Enter")
    expect(rows.filter(visible=True)).to_have_count(1)
    expect(row(page, SLUG)).to_be_visible()
    page.get_by_role("radio", name="Text alone").press("ArrowLeft")
    expect(rows.filter(visible=True)).to_have_count(rows.count())


def test_the_place_is_kept_when_the_rows_vanish(reader):
    page = reader(DOCUMENT)
    page.evaluate("() => document.fonts.ready.then(() => null)")
    words = page.locator("[data-paragraph='6']")
    words.evaluate("block => scrollTo(0, block.getBoundingClientRect().top + scrollY - 120)")
    settle(page)
    before = words.bounding_box()["y"]
    page.get_by_role("radio", name="Text alone").click()
    settle(page)
    assert abs(words.bounding_box()["y"] - before) < 3


def test_everything_is_read_without_scripts(reader):
    page = reader(DOCUMENT, java_script_enabled=False)
    panels = page.locator("article.row [data-panel]")
    expect(panels.filter(visible=True)).to_have_count(len(PANELS) * page.locator("article.row").count())
    assert all(words.strip() for words in panels.all_inner_texts())


def test_a_long_context_folds_on_a_phone_and_opens_without_scripts(reader):
    page = reader(DOCUMENT, width=390, java_script_enabled=False)
    panel = row(page, SLUG).locator("[data-panel=context]")
    last = panel.locator(".prose > *").last
    assert not last.is_visible()
    panel.get_by_text("Read the whole context").click()
    assert last.is_visible()


def test_the_tab_key_goes_from_the_skip_links_through_the_menu_to_the_switch(reader):
    page = reader(DOCUMENT)
    stops = []
    for _ in range(130):
        page.keyboard.press("Tab")
        stops.append(page.evaluate(FOCUS))
    places = list(dict.fromkeys(stop["place"] for stop in stops if stop["place"]))
    assert places == ["skip", "masthead", "contents", "switch", "words", "panel-claim", "panel-context", "panel-treaty"]
    assert [stop["name"] for stop in stops[:2]] == ["Skip to the text", "Skip to the claims"]
    assert [stop["name"] for stop in stops if not stop["outlined"]] == []


@pytest.mark.parametrize("width", [1440, 900])
def test_what_has_the_focus_is_never_under_a_bar(reader, width):
    page = reader(DOCUMENT, width=width)
    page.locator(".passage-number").first.focus()
    stops = []
    for _ in range(36):
        page.keyboard.press("Tab")
        stops.append(page.evaluate(FOCUS))
    for _ in range(12):
        page.keyboard.press("Shift+Tab")
        stops.append(page.evaluate(FOCUS))
    assert [(stop["place"], stop["name"]) for stop in stops if not stop["uncovered"]] == []


def test_the_skip_link_leads_past_the_menu_into_the_text(reader):
    page = reader(DOCUMENT)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUS)["place"] == "words"


def test_a_glossary_word_and_a_source_and_a_provision_are_each_one_link_away(reader):
    page = reader(DOCUMENT)
    leads = {"a[data-term]": "glossary.html", "[data-provision] a": "treaties/", ".source-uses": "sources.html"}
    for selector, expected in leads.items():
        link = page.locator(f"main {selector}").first
        link.click()
        page.wait_for_load_state()
        assert expected in page.url
        assert page.locator(":target").is_visible()
        page.go_back()
        page.wait_for_load_state()
    page.locator("[data-panel=context] a[data-cite][href^='#_source']").first.click()
    settle(page)
    assert page.locator(":target").get_attribute("id").startswith("_source-")
