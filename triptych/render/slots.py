"""The marks that a fragment carries for what only its page knows, and how a page fills them.

A mark is a control character; none can come from content, since readers refuse them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

ROOT = "\x01"  # the way to the site's root: "", "../", …
CITE_OPEN, CITE_CLOSE = "\x02", "\x03"  # round a source's key: its number on this page
LABEL_OPEN = "\x05"  # before a key, and CITE_CLOSE after it: the same number in words, for those who listen
IDS = "\x04"  # what ids begin with here

_CITE = re.compile(f"{CITE_OPEN}([^{CITE_CLOSE}]*){CITE_CLOSE}")
_LABEL = re.compile(f"{LABEL_OPEN}([^{CITE_CLOSE}]*){CITE_CLOSE}")


def cite_mark(key: str) -> str:
    return f"{CITE_OPEN}{key}{CITE_CLOSE}"


def label_mark(key: str) -> str:
    return f"{LABEL_OPEN}{key}{CITE_CLOSE}"


def cited_keys(fragment: str) -> list[str]:
    """The keys of the sources that a fragment cites, in order, as often as it does."""
    return _CITE.findall(fragment) if CITE_OPEN in fragment else []


def set_ids(fragment: str, prefix: str) -> str:
    return fragment.replace(IDS, prefix)


def fill_page(page: str, *, root: str, numbers: Mapping[str, int], label: Callable[[int], str]) -> bytes:
    """The page's bytes: every mark replaced by what it stands for on this page; `label` is a number in words, escaped."""
    if CITE_OPEN in page:
        page = _LABEL.sub(lambda match: label(numbers[match[1]]), page)
        page = _CITE.sub(lambda match: str(numbers[match[1]]), page)
    return page.replace(ROOT, root).encode()


def root_of(path: str) -> str:
    """The way from a page to the site's root: `documents/x.html` -> `../`."""
    return "../" * path.count("/")
