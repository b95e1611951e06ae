"""A claim can be passed on: its address and its citation are copied by a button, or selected where no script runs."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.document import CLAIM, DOCUMENT, row
from triptych.cli import main

SLUG = "red-lines-ignored"
BASE = "https://example.org/a/b"
CLIPBOARD = ["clipboard-read", "clipboard-write"]


def copied(page):
    return page.evaluate("navigator.clipboard.readText()")


def test_a_button_copies_the_address_of_the_claims_own_page(reader, address):
    page = reader(DOCUMENT, permissions=CLIPBOARD)
    row(page, SLUG).get_by_role("button", name="Copy the link").click()
    expect(row(page, SLUG).get_by_role("status")).to_have_text("Copied")
    assert copied(page) == address + CLAIM


def test_a_button_copies_the_citation_with_claim_document_date_and_address(reader, address):
    page = reader(DOCUMENT, permissions=CLIPBOARD)
    panel = row(page, SLUG)
    panel.locator(".cite summary").click()
    panel.get_by_role("button", name="Copy the citation").click()
    expect(panel.get_by_role("status")).to_have_text("Copied")
    text = copied(page)
    for part in (
        panel.locator(".claim-title").text_content(),
        page.locator("h1").text_content().strip(),
        panel.locator(".citation time").text_content(),
        address + CLAIM,
    ):
        assert part in text


def test_an_address_is_copied_from_disk_too(reader, site):
    page = reader(CLAIM, disk=True, permissions=CLIPBOARD)
    page.get_by_role("button", name="Copy the link").click()
    expect(page.get_by_role("status")).to_have_text("Copied")
    assert page.evaluate("document.querySelectorAll('textarea').length") == 0


@pytest.fixture(scope="module")
def published(project, tmp_path_factory):
    """The site with an address of its own."""
    folder = tmp_path_factory.mktemp("published") / "public"
    assert main(["build", "--quiet", "--out", str(folder), "--base-url", BASE + "/"], home=project) == 0
    return folder


@pytest.mark.parametrize("path", [DOCUMENT, CLAIM])
def test_without_scripts_the_citation_stands_there_whole_to_select(published, new_page, path):
    page = new_page(java_script_enabled=False)
    page.goto(f"{published.as_uri()}/{path}")
    panel = row(page, SLUG)
    expect(panel.locator("button")).to_have_count(panel.locator("button[hidden]").count())
    panel.locator(".cite summary").click()
    citation = panel.locator(".citation")
    expect(citation).to_be_visible()
    assert f"{BASE}/{CLAIM}" in citation.inner_text()


def test_where_a_site_has_an_address_that_is_what_is_copied(published, site_server, new_page):
    page = new_page(permissions=CLIPBOARD)
    page.goto(site_server(published) + DOCUMENT)
    row(page, SLUG).get_by_role("button", name="Copy the link").click()
    expect(row(page, SLUG).get_by_role("status")).to_have_text("Copied")
    assert copied(page) == f"{BASE}/{CLAIM}"


def test_a_shared_claim_says_what_it_is(published, new_page):
    page = new_page()
    page.goto(f"{published.as_uri()}/{CLAIM}")
    said = page.locator("meta[property], meta[name^='twitter:']").evaluate_all(
        "all => Object.fromEntries(all.map(one => [one.getAttribute('property') ?? one.name, one.content]))"
    )
    assert said["og:title"] == page.locator("h1").inner_text()
    assert said["og:url"] == f"{BASE}/{CLAIM}"
    assert said["og:type"] == "article"
    assert said["og:description"]
    assert said["twitter:card"] == "summary"
