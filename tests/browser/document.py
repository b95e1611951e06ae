"""Where the project's own document stands, and what a test asks about its page again and again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from playwright.sync_api import Locator, Page

DOCUMENT = "documents/russia-us-security-reply-2022.html"
CLAIM = "claims/russia-us-security-reply-2022/red-lines-ignored.html"
PANELS = ("claim", "context", "treaty")


def row(page: Page, slug: str) -> Locator:
    return page.locator(f"article[id='{slug}']")


def boxes(article: Locator) -> Mapping[str, Any]:
    """Panel -> where it stands on the screen: left, right, top, bottom, in pixels."""
    return article.evaluate(
        """article => Object.fromEntries([...article.querySelectorAll("[data-panel]")].map(panel => {
             const { left, right, top, bottom } = panel.getBoundingClientRect();
             return [panel.dataset.panel, { left, right, top, bottom }];
           }))"""
    )


def settle(page: Page) -> None:
    """Let the browser lay out and paint what has changed. For pages with scripts: others get no frames to wait for."""
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
