"""The front page, the free pages and the page of corrections."""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup

from triptych.model import Annotation, Document, Page
from triptych.render.bodies import bodies_of, body_of, shorten
from triptych.render.claims import ClaimShelf
from triptych.render.definitions import notes
from triptych.render.frame import Skeleton
from triptych.render.shown import (
    claim_title,
    document_facts,
    document_language,
    document_title,
)
from triptych.render.slots import ROOT, set_ids
from triptych.render.views import CorrectionEntry, CorrectionsPage, DocumentLine, FreePage, HomePage, Link
from triptych.site.addresses import CORRECTIONS, HOME, document_url, page_url, row_url
from triptych.words import direction


def free_page(shelf: ClaimShelf, skeleton: Skeleton, page_id: str) -> FreePage | None:
    page = shelf.site.catalogue.find(("page", page_id))
    if not isinstance(page, Page):
        return None
    markup = body_of(shelf, page.path)
    defined, sources = notes(shelf, [markup])
    return FreePage(
        frame=skeleton.frame(
            page_url(page.id),
            title=page.title,
            kind="free",
            draft=page.draft,
            description=page.description or shorten(page.body.text),
            source=page.path,
        ),
        title=page.title,
        markup=markup,
        sources=sources,
        definitions=defined,
    )


def corrections_page(shelf: ClaimShelf, skeleton: Skeleton) -> CorrectionsPage:
    """What has been corrected, newest first, under the text of pages/corrections.md where there is one."""
    site, words = shelf.site, shelf.words
    found = site.catalogue.find(("page", CORRECTIONS.removesuffix(".html")))
    page = found if isinstance(found, Page) else None
    markup = body_of(shelf, page.path) if page is not None else Markup()
    entries = [entry for doc in site.catalogue.documents() for one in site.claims(doc.id) for entry in _corrections(shelf, one)]
    entries.sort(key=lambda entry: entry.date.iso, reverse=True)
    title = page.title if page is not None else words("corrections-title")
    defined, sources = notes(shelf, [markup, *(entry.note for entry in entries)])
    description = page.description if page is not None else ""
    return CorrectionsPage(
        frame=skeleton.frame(
            CORRECTIONS,
            title=page.title if page is not None else words.plain("corrections-title"),
            kind="corrections",
            description=description,
            source=page.path if page is not None else "",
        ),
        title=title,
        markup=markup,
        corrections=tuple(entries),
        sources=sources,
        definitions=defined,
    )


def _corrections(shelf: ClaimShelf, annotation: Annotation) -> Iterable[CorrectionEntry]:
    notes = bodies_of(shelf, annotation)[1 + len(annotation.treaties) :]
    for correction, note in zip(annotation.corrections, notes, strict=True):
        yield CorrectionEntry(
            date=shelf.words.show_date(correction.date),
            claim=Link(text=claim_title(annotation), url=ROOT + row_url(annotation.doc, annotation.id)),
            document=Link(text=document_title(shelf.site, annotation.doc), url=ROOT + document_url(annotation.doc)),
            note=note,
        )


def home_page(shelf: ClaimShelf, skeleton: Skeleton) -> HomePage:
    site = shelf.site
    documents = tuple(_document_line(shelf, one) for one in site.catalogue.documents())
    config = site.config
    defined, sources = notes(shelf, [line.introduction for line in documents])
    return HomePage(
        frame=skeleton.frame(HOME, title=config.title, kind="home", description=config.tagline),
        documents=documents,
        claims=sum(line.claims for line in documents),
        treaties=len(site.catalogue.treaties()),
        terms=len(site.catalogue.terms()),
        source_count=len(site.catalogue.sources()),
        sources=sources,
        definitions=defined,
    )


def _document_line(shelf: ClaimShelf, document: Document) -> DocumentLine:
    site = shelf.site
    about = site.catalogue.about(document.id)
    claims = site.claims(document.id)
    language = document_language(site, document.id)
    introduction = ""
    if about is not None and about.path in shelf.fragments:
        introduction = set_ids(shelf.fragments[about.path][0], f"_{document.id}--")
    return DocumentLine(
        title=document_title(site, document.id),
        url=ROOT + document_url(document.id),
        facts=document_facts(about, shelf.words),
        description=about.description if about is not None else "",
        introduction=Markup(introduction),
        claims=len(claims),
        begin=Link(text=claim_title(claims[0]), url=ROOT + row_url(document.id, claims[0].id)) if claims else None,
        language=language,
        direction=direction(language),
    )
