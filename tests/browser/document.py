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
    """Panel -> its box on the screen."""
    return {name: article.locator(f"[data-panel={name}]").bounding_box() for name in PANELS}


def settle(page: Page) -> None:
    """Let the browser lay out and paint what has changed."""
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
