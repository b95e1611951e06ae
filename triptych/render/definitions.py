"""The definitions of the terms that a page names: the script of the theme opens them beside the words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from markupsafe import Markup

from triptych.model import Term
from triptych.render.claims import ClaimShelf
from triptych.render.shown import number_sources
from triptych.render.slots import ROOT, set_ids
from triptych.render.views import CitedSource, Definition
from triptych.site.addresses import term_url

_TERM = re.compile(r'<a data-term="([^"]+)"')


def definitions(shelf: ClaimShelf, fragments: Iterable[str]) -> tuple[Definition, ...]:
    """Of every term that the fragments link to, once, in the order of its first use."""
    ids = dict.fromkeys(term for fragment in fragments for term in _TERM.findall(fragment))
    terms = (shelf.site.catalogue.find(("term-id", term)) for term in ids)
    return tuple(
        Definition(
            id=term.id,
            term=term.term,
            url=ROOT + term_url(term.id),
            markup=Markup(set_ids(shelf.fragments[term.path][0], f"_term-{term.id}--")),
        )
        for term in terms
        if isinstance(term, Term)
    )


def notes(shelf: ClaimShelf, fragments: Sequence[str]) -> tuple[tuple[Definition, ...], tuple[CitedSource, ...]]:
    """The definitions that a page needs, and the sources that it cites; those of definitions alone are numbered last."""
    defined = definitions(shelf, fragments)
    return defined, shelf.sources(number_sources([*fragments, *(one.markup for one in defined)]))
