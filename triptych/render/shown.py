"""Small views of what the site knows: links, dates, sources, uses, facts, as several pages show them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from markupsafe import Markup

from triptych.model import About, Annotation, Config, Key, Source, Suspension, Treaty
from triptych.render.slots import ROOT, cited_keys
from triptych.render.views import Fact, Link, SourceView, Uses, UsesGroup
from triptych.site.addresses import document_url as document_address
from triptych.site.addresses import row_url, source_url, treaty_url
from triptych.site.state import Site
from triptych.text import first_words
from triptych.words import DateView, Wording, binding_words, direction

# CSL calls it "number", which is how many of something, elsewhere in the words.
_DETAIL_WORDS = {"number": "source-number-detail"}
USES_SHOWN = 50  # claims on a shared page; the rest are on a page of their own


def claim_title(annotation: Annotation) -> str:
    """Its title, or the first eight words of its quote."""
    return annotation.title or first_words(annotation.quotes[0].text if annotation.quotes else annotation.id)


def former_ids(claims: Sequence[Annotation], annotation: Annotation) -> tuple[str, ...]:
    """The old ids of a claim that no claim of its document has now."""
    living = {one.id for one in claims}
    return tuple(old for old in dict.fromkeys(annotation.former) if old not in living)


def document_title(site: Site, doc: str) -> str:
    about = site.catalogue.about(doc)
    return about.title if about is not None and about.title else doc


def document_language(site: Site, doc: str) -> str:
    about = site.catalogue.about(doc)
    return about.language if about is not None and about.language else site.config.language


def number_sources(fragments: Iterable[str]) -> dict[str, int]:
    """Numbers of a page's citations, from 1, in the order of its fragments."""
    numbers: dict[str, int] = {}
    for fragment in fragments:
        for key in cited_keys(fragment):
            numbers.setdefault(key, len(numbers) + 1)
    return numbers


def show_source(source: Source, config: Config, words: Wording) -> SourceView:
    """A full reference."""
    language = source.language or config.language
    return SourceView(
        key=source.id,
        id=source.id,
        title=source.title,
        url=source.url,
        authors=source.authors,
        container=source.container,
        publisher=source.publisher,
        place=source.place,
        issued=words.show_optional(source.issued),
        accessed=words.show_optional(source.accessed),
        archived=source.archived,
        note=source.note,
        language=language,
        direction=direction(language),
        details=tuple(words(_DETAIL_WORDS.get(name, f"source-{name}"), value=value) for name, value in source.details),
        page_url=ROOT + source_url(source.id),
    )


def show_uses(site: Site, key: Key, more: str, *, limit: int = USES_SHOWN) -> Uses:
    """The claims that use something, under each document; `more` is the address of the page that has them all."""
    claims = site.users(key)
    groups: dict[str, list[Link]] = {}
    for annotation in claims[:limit] if limit else claims:
        link = Link(text=claim_title(annotation), url=ROOT + row_url(annotation.doc, annotation.id))
        groups.setdefault(annotation.doc, []).append(link)
    shown = tuple(
        UsesGroup(document=Link(text=document_title(site, doc), url=ROOT + document_address(doc)), claims=tuple(links))
        for doc, links in groups.items()
    )
    return Uses(groups=shown, total=len(claims), more=ROOT + more if more and limit and len(claims) > limit else "")



def document_facts(about: About | None, words: Wording) -> tuple[Fact, ...]:
    if about is None:
        return ()
    return tuple(
        _facts(
            (words("publisher"), about.publisher),
            (words("author"), about.author),
            (words("published"), words.show_optional(about.published)),
            (words("original"), about.url),
            (words("archived-copy"), about.archived),
            (words("retrieved"), words.show_optional(about.retrieved)),
            (words("rights"), about.rights),
        )
    )


def treaty_facts(treaty: Treaty, words: Wording) -> tuple[Fact, ...]:
    return tuple(
        _facts(
            (words("signed"), words.show_optional(treaty.signed)),
            (words("in-force"), words.show_optional(treaty.in_force)),
            *((_suspended(one, words), words.show_date(one.date)) for one in treaty.suspended),
            (words("ended"), words.show_optional(treaty.ended)),
            (words("parties"), ", ".join(treaty.parties)),
            (words("depositary"), treaty.depositary),
            (words("binding"), _sentence(binding_words(treaty, words, "binding-yes", "binding-no"))),
            (words("official-text"), treaty.url),
        )
    )


def _suspended(suspension: Suspension, words: Wording) -> str:
    return words("suspended-by", by=suspension.by) if suspension.by else words("suspended")


def _sentence(words: str) -> str:
    """An author's own words with a capital; those of the interface are markup, and have one."""
    return words if isinstance(words, Markup) else words[:1].upper() + words[1:]


def _facts(*pairs: tuple[str, str | DateView | None]) -> Iterable[Fact]:
    for term, value in pairs:
        if isinstance(value, DateView):
            yield Fact(term=term, date=value)
        elif value and value.startswith(("http://", "https://")):
            yield Fact(term=term, link=Link(text=value, url=value))
        elif value:
            yield Fact(term=term, text=value)


def dates_of(annotation: Annotation, words: Wording) -> list[DateView | None]:
    dates = [annotation.created, annotation.updated, annotation.reviewed, *(one.date for one in annotation.corrections)]
    return [words.show_date(date) for date in dates if date is not None]


def published(site: Site, doc: str, words: Wording) -> DateView | None:
    about = site.catalogue.about(doc)
    return words.show_optional(about.published) if about is not None else None


def last_changed(site: Site, annotation: Annotation, words: Wording) -> DateView | None:
    """The newest of a claim's dates, or else its document's."""
    return newest(dates_of(annotation, words) or [published(site, annotation.doc, words)])


def newest(dates: Sequence[DateView | None]) -> DateView | None:
    return max((date for date in dates if date is not None), key=lambda date: date.iso, default=None)


def treaty_link(treaty: Treaty) -> Link:
    return Link(text=treaty.short, url=ROOT + treaty_url(treaty.id))
