"""Old addresses and where they lead: kept by the file that bore them, and made anew where what they lead to has moved."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from triptych.model import About, Annotation, Page, Record, Term, Treaty
from triptych.render.impact import Impact, doc_of
from triptych.render.shown import USES_SHOWN, claim_title
from triptych.render.slots import ROOT
from triptych.render.views import Link
from triptych.site.addresses import claim_url, document_url, page_url, term_page, term_url, treaty_url
from triptych.site.state import Site


class Forwards:
    """The forwards of a site, over any number of updates; pipeline.Builder says when to follow one."""

    def __init__(self) -> None:
        self.links: Mapping[str, Link] = {}  # old address -> what stands where it leads
        self._by_path: dict[str, dict[str, Link]] = {}

    def follow(self, site: Site, impact: Impact, *, everything: bool) -> None:
        """Take in what an update has changed, and add to its impact the old addresses that lead elsewhere now."""
        renamed = site.catalogue.renamed
        known = {path: links for path, links in self._by_path.items() if path in renamed}
        for path in renamed:
            record = site.catalogue.records[path]
            if everything or path not in known or _is_touched(record, impact):
                known[path] = _links(record, site)
        if known == self._by_path:
            return
        self._by_path = known
        # Where two files claim an address the later one has it, as in any order of updates.
        old, self.links = self.links, {old: link for path in sorted(known) for old, link in known[path].items()}
        impact.pages |= {path for path, _ in old.items() ^ self.links.items()}


def _is_touched(record: Record, impact: Impact) -> bool:
    term = record.id if isinstance(record, Term) else ""
    return record.path in impact.records or doc_of(record) in impact.docs or term in impact.terms


def _links(record: Record, site: Site) -> dict[str, Link]:
    if not site.catalogue.is_published(record):
        return {}
    return {old: Link(text=text, url=ROOT + new) for old, new, text in _moves(record, site)}


def _moves(record: Record, site: Site) -> Iterator[tuple[str, str, str]]:
    """The addresses that a renamed record had, with those that it has now, and what stands there."""
    match record:
        case About(doc=doc):
            for old in record.former:
                yield document_url(old), document_url(doc), record.title
                for claim in site.claims(doc):
                    yield from _claim_moves(claim, old, (claim.id, *claim.former))
        case Annotation(doc=doc):
            yield from _claim_moves(record, doc, record.former if site.is_shown(record) else ())
        case Treaty():
            yield from ((treaty_url(old), treaty_url(record.id), record.short) for old in record.former)
        case Term():
            # Below glossary/ a term has a page only where its uses are many, now as then: nobody knows which of them there were.
            has_page = site.has_more_users(("term", record.id), USES_SHOWN)
            new = term_page(record.id) if has_page else term_url(record.id)
            yield from ((term_page(old), new, record.term) for old in record.former)
        case Page():
            yield from ((page_url(old), page_url(record.id), record.title) for old in record.former)
        case _:
            pass


def _claim_moves(claim: Annotation, doc: str, slugs: Iterable[str]) -> Iterator[tuple[str, str, str]]:
    """The same for the addresses that a claim had in a document of this id."""
    new, title = claim_url(claim.doc, claim.id), claim_title(claim)
    yield from ((claim_url(doc, slug), new, title) for slug in slugs)
