"""The kinds of reference that an author can write, each with its spelling; all of them, so that one look shows them."""

from __future__ import annotations

from triptych.references import citation, link, passage, term

KINDS: tuple[str, ...] = (passage.KIND, term.KIND, citation.KIND, link.KIND)
