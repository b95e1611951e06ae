"""What comes out of the printer: everything open, and all that is said on the screen."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest
from playwright.sync_api import expect

from tests.browser.document import CLAIM, DOCUMENT


def squeezed(text):
    """Without white space, since lines break elsewhere on paper."""
    return re.sub(r"\s+", "", text)


@pytest.mark.parametrize("width", [1440, 390])
def test_on_paper_every_panel_is_open_and_nothing_is_left_to_press(reader, width):
    page = reader(DOCUMENT, width=width)
    page.emulate_media(media="print")
    for shown in ("article.row [data-panel]", "[data-panel=context] > .prose > *", "[data-provision]", "[data-paragraph]"):
        expect(page.locator(shown).filter(visible=False)).to_have_count(0)
    for pressed in (".menu", ".switch", ".row-steps", ".skip"):
        assert not page.locator(pressed).first.is_visible()
    assert page.locator(".paper-head").is_visible()
    assert page.locator(".legend dl").is_visible()


def test_a_printed_document_has_every_claim_and_every_paragraph(reader, tmp_path):
    page = reader(DOCUMENT)
    titles = page.locator(".row .claim-title").evaluate_all("titles => titles.map(title => title.textContent)")
    sheet = tmp_path / "document.pdf"
    page.pdf(path=sheet, format="A4")
    assert sheet.read_bytes().startswith(b"%PDF")
    if command := shutil.which("pdftotext"):
        printed = squeezed(subprocess.run([command, sheet, "-"], capture_output=True, check=True).stdout.decode())
        assert [title for title in titles if squeezed(title) not in printed] == []


def test_dark_readers_print_on_white(reader):
    page = reader(CLAIM, color_scheme="dark")
    page.emulate_media(media="print", color_scheme="dark")
    ground = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    assert ground == "rgb(255, 255, 255)"
