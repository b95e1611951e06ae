"""Site -> one view a page. Each function answers for one page, or says that there is none at its address."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from markupsafe import Markup

from triptych.model import Annotation, Document, Treaty
from triptych.render.bodies import bodies_of, body_of, shorten
from triptych.render.claims import ClaimShelf
from triptych.render.definitions import notes
from triptych.render.frame import Skeleton
from triptych.render.passages import render_blocks, render_excerpt, render_kept_sentences
from triptych.render.shown import (
    claim_title,
    dates_of,
    document_facts,
    document_language,
    document_title,
    former_ids,
    last_changed,
    newest,
    published,
       show_uses,
    treaty_facts,
    treaty_link,
)
from triptych.render.slots import ROOT
from triptych.render.views import (
    ClaimEntry,
    ClaimPage,
    DocumentBlock,
    DocumentPage,
    EventView,
    KindView,
    Link,
    Row,
    TreatiesPage,
    TreatyGroup,
    TreatyLine,
    TreatyPage,
    TreatyProvision,
)
from triptych.site.addresses import (
    TREATIES,
    claim_url,
    document_url,
    row_url,
    source_url,
    treaty_url,
)
from triptych.words import (
    CLAIM_KINDS,
    TREATY_KINDS,
    Wording,
    direction,
    kind_label,
    treaty_status,
)

_Address = Callable[[Annotation], str]


# --- documents and claims --------------------------------------------------------------------------------------------


def document_page(shelf: ClaimShelf, skeleton: Skeleton, doc: str) -> DocumentPage | None:
    site = shelf.site
    document = site.catalogue.document(doc)
    if document is None:
        return None
    about = site.catalogue.about(doc)
    claims = site.claims(doc)
    language = document_language(site, doc)
    introduction = body_of(shelf, about.path) if about is not None else Markup()
    is_excerpted = about is not None and about.display == "quotes"
    blocks = tuple(_blocks(shelf, document, claims, is_excerpted=is_excerpted))
    title = document_title(site, doc)
    description = about.description if about is not None else ""
    defined, sources = notes(shelf, [introduction, *(row.panels for block in blocks for row in block.rows)])
    return DocumentPage(
        frame=skeleton.frame(
            document_url(doc),
            title=title,
            kind="document",
            description=description or shorten(about.introduction.text if about is not None else ""),
            source=about.path if about is not None else document.path,
        ),
        title=title,
        facts=document_facts(about, shelf.words),
        introduction=introduction,
        kinds=_kinds(claims, shelf),
        claims=tuple(_entry(shelf, one, number, f"#{one.id}") for number, one in enumerate(claims, 1)),
        blocks=blocks,
        language=language,
        direction=direction(language),
        is_excerpted=is_excerpted,
        sources=sources,
        definitions=defined,
        newest=newest([date for one in claims for date in dates_of(one, shelf.words)] or [published(site, doc, shelf.words)]),
    )


def _blocks(
    shelf: ClaimShelf, document: Document, claims: Sequence[Annotation], *, is_excerpted: bool
) -> Iterable[DocumentBlock]:
    marked = shelf.marked(document)
    rows = [(shelf.site.meaning(one).passages[0].end, row) for one, row in zip(claims, _rows(shelf, document), strict=True)]
    if is_excerpted:
        kept = render_kept_sentences(marked)
        ends = [end for _, end in kept]
        markups = [markup for markup, _ in kept]
    else:
        markups = list(render_blocks(marked))
        ends = _block_ends(marked.document)
    rows.sort(key=lambda pair: (_block_of(pair[0], ends), pair[1].number))
    at = 0
    for index, markup in enumerate(markups):
        first = at
        while at < len(rows) and _block_of(rows[at][0], ends) == index:
            at += 1
        yield DocumentBlock(markup=markup, rows=tuple(row for _, row in rows[first:at]))


def _block_ends(document: Document) -> list[int]:
    """Where each top-level block's text ends; one without text ends where the one before it does."""
    ends: list[int] = [0] * (document.blocks[-1].top + 1 if document.blocks else 0)
    for block in document.blocks:
        ends[block.top] = block.end
    ends += [0] * (len(document.layout) - len(ends))
    for index in range(1, len(ends)):
        ends[index] = max(ends[index], ends[index - 1])
    return ends


def _block_of(end: int, ends: Sequence[int]) -> int:
    """The first block that ends at or after a passage's end."""
    low, high = 0, len(ends)
    while low < high:
        middle = (low + high) // 2
        if ends[middle] < end:
            low = middle + 1
        else:
            high = middle
    return min(low, len(ends) - 1)


def _rows(shelf: ClaimShelf, document: Document) -> list[Row]:
    claims = shelf.site.claims(document.id)
    return [
        _row(shelf, document, claims, number, lambda one: f"#{one.id}") for number in range(1, len(claims) + 1)
    ]


def _row(shelf: ClaimShelf, document: Document, claims: Sequence[Annotation], number: int, address: _Address) -> Row:
    annotation = claims[number - 1]
    before = claims[number - 2] if number > 1 else None
    after = claims[number] if number < len(claims) else None
    return Row(
        slug=annotation.id,
        kind=annotation.kind,
        number=number,
        title=claim_title(annotation),
        panels=shelf.panels(annotation, number, document),
        former=former_ids(claims, annotation),
        previous=Link(text=claim_title(before), url=address(before)) if before is not None else None,
        next=Link(text=claim_title(after), url=address(after)) if after is not None else None,
    )


def _entry(shelf: ClaimShelf, annotation: Annotation, number: int, url: str) -> ClaimEntry:
    return ClaimEntry(
        number=number,
        title=claim_title(annotation),
        speaker=annotation.speaker,
        kind=annotation.kind,
        kind_label=kind_label(annotation.kind, shelf.site.config.kinds, shelf.words),
        url=url,
    )


def _kinds(claims: Sequence[Annotation], shelf: ClaimShelf) -> tuple[KindView, ...]:
    """The kinds that occur, in their own order, then those of the site's own."""
    own = shelf.site.config.kinds
    there = {one.kind for one in claims if one.kind}
    order = [kind for kind in CLAIM_KINDS if kind in there] + sorted(there - {*CLAIM_KINDS})
    return tuple(
        KindView(kind=kind, label=kind_label(kind, own, shelf.words), meaning=_meaning(kind, own, shelf.words))
        for kind in order
    )


def _meaning(kind: str, own: Mapping[str, str], words: Wording) -> str:
    """What a kind tells the reader; "" for one of the site's own."""
    return words(f"kind-{kind}-meaning") if kind in CLAIM_KINDS and kind not in own else ""


def claim_page(shelf: ClaimShelf, skeleton: Skeleton, doc: str, slug: str) -> ClaimPage | None:
    site = shelf.site
    document = site.catalogue.document(doc)
    claims = site.claims(doc) if document is not None else ()
    number = next((number for number, one in enumerate(claims, 1) if one.id == slug), 0)
    if document is None or not number:
        return None
    annotation = claims[number - 1]
    about = site.catalogue.about(doc)
    language = document_language(site, doc)
    is_excerpted = about is not None and about.display == "quotes"
    row = _row(shelf, document, claims, number, lambda one: ROOT + claim_url(one.doc, one.id))
    passages = site.meaning(annotation).passages
    defined, sources = notes(shelf, [row.panels])
    return ClaimPage(
        frame=skeleton.frame(
            claim_url(doc, slug),
            title=row.title,
            kind="claim",
            description=shorten(" … ".join(quote.text for quote in annotation.quotes)),
            source=annotation.path,
        ),
        row=row,
        document=Link(text=document_title(site, doc), url=ROOT + row_url(doc, slug)),
        count=len(claims),
        excerpt=render_excerpt(shelf.marked_for(document, annotation, number), passages, sentences_only=is_excerpted),
        language=language,
        direction=direction(language),
        is_excerpted=is_excerpted,
        sources=sources,
        definitions=defined,
        newest=last_changed(site, annotation, shelf.words),
    )


# --- treaties --------------------------------------------------------------------------------------------------------


def treaty_page(shelf: ClaimShelf, skeleton: Skeleton, treaty_id: str) -> TreatyPage | None:
    site = shelf.site
    treaty = site.catalogue.treaty(treaty_id)
    if treaty is None:
        return None
    bodies = bodies_of(shelf, treaty)
    plain = shelf.words.plain
    defined, sources = notes(shelf, bodies)
    language = treaty.language or site.config.language
    provisions = tuple(
        TreatyProvision(
            id=provision.id,
            level=min(max(provision.level, 2), 6),
            heading=provision.heading,
            markup=markup,
            uses=show_uses(site, ("provision", f"{treaty.id}#{provision.id}"), "", limit=0),
        )
        for provision, markup in zip(treaty.provisions, bodies[1:], strict=True)
    )
    return TreatyPage(
        frame=skeleton.frame(
            treaty_url(treaty_id),
            title=treaty.title,
            kind="treaty",
            draft=treaty.draft,
            description=shorten(plain("treaty-description", title=treaty.title, status=treaty_status(treaty, plain))),
            source=treaty.path,
        ),
        id=treaty.id,
        title=treaty.title,
        short=treaty.short,
        status=treaty_status(treaty, shelf.words),
        facts=treaty_facts(treaty, shelf.words),
        introduction=bodies[0],
        provisions=provisions,
        uses=show_uses(site, ("treaty", treaty.id), "", limit=0),
        language=language,
        direction=direction(language),
        sources=sources,
        definitions=defined,
    )


def treaties_page(shelf: ClaimShelf, skeleton: Skeleton) -> TreatiesPage:
    site, words = shelf.site, shelf.words
    treaties = sorted(site.catalogue.treaties(), key=lambda one: (one.signed.iso if one.signed else "9999", one.id))
    groups = (
        TreatyGroup(label=words(f"treaty-group-{kind}"), treaties=tuple(_line(shelf, one) for one in of_kind))
        for kind in TREATY_KINDS
        if (of_kind := [one for one in treaties if one.kind == kind])
    )
    title, description = words.plain("agreements-title"), words.plain("agreements-about")
    frame = skeleton.frame(TREATIES, title=title, kind="treaties", description=description)
    return TreatiesPage(frame=frame, groups=tuple(groups), events=tuple(_events(shelf)))


def _line(shelf: ClaimShelf, treaty: Treaty) -> TreatyLine:
    language = treaty.language or shelf.site.config.language
    return TreatyLine(
        short=treaty.short,
        title=treaty.title,
        url=ROOT + treaty_url(treaty.id),
        status=treaty_status(treaty, shelf.words),
        date=shelf.words.show_optional(treaty.signed or treaty.in_force),
        claims=shelf.site.count_users(("treaty", treaty.id)),
        language=language,
        direction=direction(language),
    )


def _events(shelf: ClaimShelf) -> Iterable[EventView]:
    catalogue = shelf.site.catalogue
    events = [event for timeline in catalogue.timelines() for event in timeline.events]
    for event in sorted(events, key=lambda one: one.date.iso):
        treaty = catalogue.treaty(event.treaty.name) if event.treaty is not None else None
        source = catalogue.source(event.source.name) if event.source is not None else None
        yield EventView(
            date=shelf.words.show_date(event.date),
            title=event.title,
            treaty=treaty_link(treaty) if treaty is not None else None,
            source=Link(text=source.title, url=ROOT + source_url(source.id)) if source is not None else None,
        )
