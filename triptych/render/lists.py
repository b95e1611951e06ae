"""The glossary and the bibliography: long pages of entries, each rendered by itself so that a change costs its own."""

from __future__ import annotations

import unicodedata

from markupsafe import Markup

from triptych.model import Source, Term
from triptych.render.claims import ClaimShelf
from triptych.render.definitions import notes
from triptych.render.entries import EntryShelf
from triptych.render.frame import Skeleton
from triptych.render.shown import USES_SHOWN, number_sources, show_source, show_uses
from triptych.render.slots import ROOT, set_ids
from triptych.render.views import GlossaryPage, Link, SourceEntry, SourcePage, SourcesPage, TermEntry, TermPage
from triptych.site.addresses import GLOSSARY, SOURCES, source_key, source_page, term_page, term_url


def glossary_page(shelf: ClaimShelf, skeleton: Skeleton, entries: EntryShelf) -> GlossaryPage:
    terms = sorted(shelf.site.catalogue.terms(), key=lambda term: (_sort_key(term.term), term.id))
    markups: list[Markup] = []
    letters: dict[str, Link] = {}
    for term in terms:
        if term.id not in entries.terms:
            entries.terms[term.id] = shelf.render("parts/term.html", entry=term_entry(shelf, term))
        markups.append(entries.terms[term.id])
        letter = _sort_key(term.term)[:1].upper()
        letters.setdefault(letter, Link(text=letter, url=f"#{term.id}"))
    return GlossaryPage(
        frame=skeleton.frame(GLOSSARY, title=shelf.words.plain("glossary-title"), kind="glossary"),
        letters=tuple(letters.values()),
        entries=Markup("").join(markups),
        sources=shelf.sources(number_sources(markups)),
    )


def _sort_key(term: str) -> str:
    """Letters without their marks, whatever their case."""
    return "".join(c for c in unicodedata.normalize("NFD", term.casefold()) if not unicodedata.combining(c))


def term_entry(shelf: ClaimShelf, term: Term, *, limit: int = USES_SHOWN) -> TermEntry:
    """A term as its entry shows it; limit 0 lists every claim that uses it."""
    see = (shelf.site.catalogue.term(reference.name) for reference in term.see)
    return TermEntry(
        id=term.id,
        term=term.term,
        aliases=tuple(name.text for name in term.names[1:]),
        former=tuple(old for old in dict.fromkeys(term.former) if shelf.site.catalogue.find(("term-id", old)) is None),
        markup=Markup(set_ids(shelf.fragments[term.path][0], f"{term.id}--")),
        see=tuple(Link(text=one.term, url=ROOT + term_url(one.id)) for one in see if one is not None),
        uses=show_uses(shelf.site, ("term", term.id), term_page(term.id), limit=limit),
    )


def own_term_page(shelf: ClaimShelf, skeleton: Skeleton, term_id: str) -> TermPage | None:
    """A term with all its uses, where they are more than the glossary shows."""
    term = shelf.site.catalogue.find(("term-id", term_id))
    if not isinstance(term, Term) or not shelf.site.has_more_users(("term", term_id), USES_SHOWN):
        return None
    entry = term_entry(shelf, term, limit=0)
    defined, sources = notes(shelf, [entry.markup])
    return TermPage(
        frame=skeleton.frame(term_page(term_id), title=term.term, kind="term", source=term.path, draft=term.draft),
        entry=entry,
        sources=sources,
        definitions=defined,
    )


def sources_page(shelf: ClaimShelf, skeleton: Skeleton, entries: EntryShelf) -> SourcesPage:
    sources = sorted(shelf.site.catalogue.sources(), key=lambda one: (_sort_key(_filed_under(one)), one.id))
    for source in sources:
        if source.id not in entries.sources:
            entries.sources[source.id] = shelf.render("parts/source-entry.html", entry=source_entry(shelf, source))
    return SourcesPage(
        frame=skeleton.frame(SOURCES, title=shelf.words.plain("sources-title"), kind="sources"),
        entries=Markup("").join(entries.sources[source.id] for source in sources),
    )


def _filed_under(source: Source) -> str:
    """What a reference begins with."""
    return source.authors[0] if source.authors else source.title


def source_entry(shelf: ClaimShelf, source: Source, *, limit: int = USES_SHOWN) -> SourceEntry:
    """A source as its entry shows it; limit 0 lists every claim that cites it."""
    uses = show_uses(shelf.site, ("source", source.id), source_page(source.id), limit=limit)
    return SourceEntry(source=show_source(source, shelf.site.config, shelf.words), uses=uses)


def own_source_page(shelf: ClaimShelf, skeleton: Skeleton, path: str) -> SourcePage | None:
    """A source with all its uses, where they are more than the bibliography shows."""
    source = shelf.site.catalogue.source(source_key(path))
    if source is None or not shelf.site.has_more_users(("source", source.id), USES_SHOWN):
        return None
    entry = source_entry(shelf, source, limit=0)
    return SourcePage(frame=skeleton.frame(path, title=source.title, kind="source", source=source.path), entry=entry)
