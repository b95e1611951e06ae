"""Site -> HTML pages: which there are, which a change touches, and the bytes of each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from urllib.parse import urlsplit

from markupsafe import escape

from triptych.diagnostics import Diagnostic
from triptych.model import About, Annotation, Bibliography, Document, Page, Record, Term, Timeline, Treaty
from triptych.render import front, lists, pages
from triptych.render.claims import ClaimShelf
from triptych.render.entries import EntryShelf
from triptych.render.frame import Skeleton, canonical
from triptych.render.shown import number_sources
from triptych.render.slots import ROOT, fill_page, root_of
from triptych.render.templates import Templates
from triptych.render.views import ForwardPage, Link, NotFoundPage
from triptych.site.addresses import (
    CORRECTIONS,
    GLOSSARY,
    HOME,
    NOT_FOUND,
    SOURCES,
    TREATIES,
    claim_url,
    document_url,
    page_url,
    source_page,
    term_page,
    treaty_url,
)
from triptych.site.state import Site

SHARED = (HOME, TREATIES, GLOSSARY, SOURCES, CORRECTIONS, NOT_FOUND)


class PageMaker:
    """Makes pages of one state of the site."""

    def __init__(
        self,
        site: Site,
        fragments: Mapping[str, Sequence[str]],
        templates: Templates,
        skeleton: Skeleton,
        entries: EntryShelf,
        forwards: Mapping[str, Link],
    ) -> None:
        self.shelf = ClaimShelf(site, fragments, templates, entries, skeleton.words, skeleton.base_url)
        self.skeleton = skeleton
        self.entries = entries
        self.forwards = forwards

    @property
    def faults(self) -> tuple[Diagnostic, ...]:
        """What was wrong with the templates."""
        return tuple(dict.fromkeys(self.shelf.faults))

    def make(self, path: str) -> bytes | None:
        """The page at an address, or None where there is none."""
        found = self._view(path)
        if found is None:
            return self._forward(path)
        template, view = found
        return self._render(path, template, view)

    def _render(self, path: str, template: str, view: object) -> bytes:
        markup = self.shelf.render(f"pages/{template}.html", page=view)
        root = self._base_path() if path == NOT_FOUND else root_of(path)
        sources = getattr(view, "sources", ())
        numbers = {source.key: source.number for source in sources} or number_sources([markup])
        return fill_page(markup, root=root, numbers=numbers, label=self._source_label)

    def _source_label(self, number: int) -> str:
        return escape(self.shelf.words.plain("source-number", number=number))

    def _view(self, path: str) -> tuple[str, object] | None:
        """The template and the view of the page at an address."""
        shelf, skeleton = self.shelf, self.skeleton
        view: object | None
        match path.removesuffix(".html").split("/"):
            case ["index"]:
                template, view = "home", front.home_page(shelf, skeleton)
            case ["404"]:
                title = shelf.words.plain("not-found-title")
                frame = replace(skeleton.frame(NOT_FOUND, title=title, kind="not-found"), canonical="")
                template, view = "not-found", NotFoundPage(frame=frame)
            case ["glossary"]:
                template, view = "glossary", lists.glossary_page(shelf, skeleton, self.entries)
            case ["sources"]:
                template, view = "sources", lists.sources_page(shelf, skeleton, self.entries)
            case ["corrections"]:
                template, view = "corrections", front.corrections_page(shelf, skeleton)
            case ["treaties", "index"]:
                template, view = "treaties", pages.treaties_page(shelf, skeleton)
            case ["treaties", treaty]:
                template, view = "treaty", pages.treaty_page(shelf, skeleton, treaty)
            case ["documents", doc]:
                template, view = "document", pages.document_page(shelf, skeleton, doc)
            case ["claims", doc, slug]:
                template, view = "claim", pages.claim_page(shelf, skeleton, doc, slug)
            case ["glossary", term]:
                template, view = "term", lists.own_term_page(shelf, skeleton, term)
            case ["sources", _]:
                template, view = "source", lists.own_source_page(shelf, skeleton, path)
            case [page]:
                template, view = "free", front.free_page(shelf, skeleton, page)
            case _:
                return None
        return (template, view) if view is not None else None

    def _forward(self, path: str) -> bytes | None:
        target = self.forwards.get(path)
        if target is None:
            return None
        frame = self.skeleton.frame(path, title=target.text, kind="forward")
        page, _, _ = target.url.removeprefix(ROOT).partition("#")
        frame = replace(frame, canonical=canonical(self.skeleton.base_url, page))  # what is to be known is the new address
        return self._render(path, "forward", ForwardPage(frame=frame, target=target))

    def _base_path(self) -> str:
        """404.html is served at any depth, so its addresses begin at the host's root."""
        # Two slashes at the front would make a host of what follows them.
        path = urlsplit(self.skeleton.base_url).path.strip("/")
        return f"/{path}/" if path else "/"


def pages_of(record: Record) -> Iterator[str]:
    """The pages on which a record's own words stand."""
    match record:
        case Document(id=doc) | About(doc=doc):
            yield from (document_url(doc), HOME)
        case Annotation():
            yield from (document_url(record.doc), claim_url(record.doc, record.id))
            if record.corrections:
                yield CORRECTIONS
        case Treaty():
            yield treaty_url(record.id)
        case Term():
            yield from (GLOSSARY, term_page(record.id))
        case Bibliography():
            yield SOURCES
            yield from (source_page(source.id) for source in record.sources)
        case Page():
            yield page_url(record.id)
        case Timeline():
            yield TREATIES


def pages_listing(kind: str, identifier: str) -> Iterable[str]:
    """The pages that list the claims that use something."""
    match kind:
        case "treaty":
            return (treaty_url(identifier), TREATIES)
        case "provision":
            return (treaty_url(identifier.partition("#")[0]),)
        case "term":
            return (GLOSSARY, term_page(identifier))
        case "source":
            return (SOURCES, source_page(identifier))
        case _:
            return ()


def all_pages(site: Site) -> set[str]:
    """Every address at which there may be a page."""
    catalogue = site.catalogue
    found = {*SHARED}
    for record in catalogue.records.values():
        found.update(pages_of(record))
    return found
