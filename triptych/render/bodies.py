"""Bodies of records as markup on their own pages, and the beginnings of texts."""

from __future__ import annotations

from markupsafe import Markup

from triptych.model import Annotation, Treaty
from triptych.render.claims import ClaimShelf
from triptych.render.slots import set_ids
from triptych.site.facts import id_prefixes

LONGEST_DESCRIPTION = 300  # characters of a page's description


def bodies_of(shelf: ClaimShelf, record: Annotation | Treaty) -> list[Markup]:
    """A record's bodies as they stand on its own page."""
    pairs = zip(shelf.fragments[record.path], id_prefixes(record), strict=True)
    return [Markup(set_ids(fragment, prefix)) for fragment, prefix in pairs]


def body_of(shelf: ClaimShelf, path: str) -> Markup:
    """The one body of a record, as it stands on its own page."""
    prefix = id_prefixes(shelf.site.catalogue.records[path])[0]
    return Markup(set_ids(shelf.fragments[path][0], prefix))


def shorten(text: str) -> str:
    """The beginning of a text, for a description; whole words."""
    text = " ".join(text.split())
    if len(text) <= LONGEST_DESCRIPTION:
        return text
    return text[:LONGEST_DESCRIPTION].rsplit(" ", 1)[0] + "…"
