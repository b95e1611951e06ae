"""Which pages a change touches: found through the inverted lists, never by a pass over all pages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from triptych.model import About, Annotation, Bibliography, Document, Key, Record, Source, Term, Treaty
from triptych.render.html import pages_listing, pages_of
from triptych.render.shown import claim_title, document_title
from triptych.site.addresses import CORRECTIONS, HOME, TREATIES, claim_url, document_url
from triptych.site.state import Site

Listing = tuple[str, tuple[tuple[str, str], ...]]  # a document's title; id and title of its claims, in order


def listing_of(site: Site, doc: str) -> Listing:
    """What other pages show of a document."""
    return document_title(site, doc), tuple((one.id, claim_title(one)) for one in site.claims(doc))


def doc_of(record: Record | None) -> str:
    """The document that a record belongs to, "" where it belongs to none."""
    match record:
        case Document(id=doc) | About(doc=doc) | Annotation(doc=doc):
            return doc
        case _:
            return ""


class Impact:
    """Collects the pages to be made again; asked change by change, once the site has its new state."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.pages: set[str] = set()
        self.records: set[str] = set()  # paths of files that say something else
        self.docs: set[str] = set()  # documents of which a claim, its title or its place differs
        self.terms: set[str] = set()  # ids of terms whose entry in the glossary changes
        self.sources: set[str] = set()

    def of_record(self, old: Record | None, new: Record | None) -> None:
        """A file's record has changed, come or gone."""
        for record in (old, new):
            if record is not None:
                self.pages.update(pages_of(record))
                self.records.add(record.path)
                self.docs.add(doc_of(record))
        if type(old) is not type(new) or getattr(old, "draft", False) != getattr(new, "draft", False):
            self.pages.add(HOME)  # its counts
        for record in (old, new):
            if isinstance(record, Document | About):
                doc = doc_of(record)
                self.pages.update(claim_url(doc, claim.id) for claim in self.site.claims(doc))
            if isinstance(record, Term):
                self.terms.add(record.id)
                self._see(record)
                self.of_definition(record)
            elif isinstance(record, Annotation) and record.corrections:
                self.pages.add(CORRECTIONS)
        if isinstance(old, Annotation) and isinstance(new, Annotation) and old.draft != new.draft:
            self.of_uses(self.site.meaning(new).uses)  # which are the same, but listed no longer, or from now on
        if isinstance(old, Treaty) or isinstance(new, Treaty):
            self._treaty(old, new)
        if isinstance(old, Bibliography) or isinstance(new, Bibliography):
            self._bibliography(old, new)

    def _see(self, term: Term) -> None:
        """Entries that point at this one by `see`, whose words for it may change."""
        for path in self.site.used_by.get(("term elsewhere", term.id), ()):
            other = self.site.catalogue.records.get(path)
            if isinstance(other, Term):
                self.terms.add(other.id)
                self.pages.update(pages_of(other))

    def _treaty(self, old: Record | None, new: Record | None) -> None:
        before, after = (record if isinstance(record, Treaty) else None for record in (old, new))
        if before is None or after is None or _line(before) != _line(after):
            self.pages.add(TREATIES)
        if before is None or after is None or _summary(before) != _summary(after):
            treaty = after or before
            if treaty is not None:
                self.of_users(("treaty", treaty.id))
            return
        headings = {one.id: (one.heading, one.level) for one in before.provisions}
        changed = [one.id for one in after.provisions if headings.get(one.id) != (one.heading, one.level)]
        self.of_provisions(after, changed)

    def _bibliography(self, old: Record | None, new: Record | None) -> None:
        before, after = (_by_key(record) for record in (old, new))
        for key in before.keys() | after.keys():
            if _without_span(before.get(key)) != _without_span(after.get(key)):
                self.sources.add(key)
                self.pages.update(pages_listing("source", key))
                self.of_users(("source", key))
        if before.keys() != after.keys():
            self.pages.add(HOME)

    def of_fragments(self, record: Record, numbers: Iterable[int]) -> None:
        """Some bodies of a record read otherwise."""
        self.pages.update(pages_of(record))
        match record:
            case Term():
                self.terms.add(record.id)
                self.of_definition(record)
            case Treaty():
                self.of_provisions(record, [record.provisions[number - 1].id for number in numbers if number])
            case Annotation() if any(number > len(record.treaties) for number in numbers):
                self.pages.add(CORRECTIONS)
            case _:
                pass

    def of_definition(self, term: Term) -> None:
        """A term's definition stands on every page that names it."""
        for kind in ("term", "term elsewhere"):
            self.of_users((kind, term.id))

    def of_provisions(self, treaty: Treaty, provisions: Iterable[str]) -> None:
        """Provisions read otherwise: each is shown where it is cited, or one that it stands below."""
        parents = {one.id: one.parent for one in treaty.provisions}
        for provision in provisions:
            while provision:
                self.of_users(("provision", f"{treaty.id}#{provision}"))
                provision = parents.pop(provision, "")  # taken out, since each is looked at once, even one below itself

    def of_users(self, key: Key) -> None:
        """What uses something shows it otherwise."""
        for path in self.site.used_by.get(key, ()):
            record = self.site.catalogue.records.get(path)
            if record is None:
                continue
            self.pages.update(pages_of(record))
            if isinstance(record, Treaty) and key[0] in ("source", "term", "term elsewhere"):
                # The provisions that cite the source, or name the term, stand in the panels of claims.
                self.of_users(("treaty", record.id))
            if isinstance(record, Term) and key[0] == "source":
                self.of_definition(record)
            if isinstance(record, About):
                self.pages.add(HOME)
            if isinstance(record, Annotation) and record.corrections:
                self.pages.add(CORRECTIONS)

    def of_uses(self, keys: Iterable[Key]) -> None:
        """Something is used by more claims, or by fewer, or by one that is called otherwise."""
        for kind, identifier in keys:
            self.pages.update(pages_listing(kind, identifier))
            if kind == "term":
                self.terms.add(identifier)
            elif kind == "source":
                self.sources.add(identifier)

    def of_listing(self, doc: str, before: Listing, after: Listing) -> None:
        """A document's title, or the titles or the order of its claims, have changed."""
        if before == after:
            return
        self.docs.add(doc)
        self.pages.update((document_url(doc), HOME))
        for slug, _ in (*before[1], *after[1]):
            self.pages.add(claim_url(doc, slug))
        changed = self.site.claims(doc) if before[0] != after[0] else _moved(self.site.claims(doc), before[1], after[1])
        for annotation in changed:
            self.of_uses(self.site.meaning(annotation).uses)
            if annotation.corrections or before[0] != after[0]:
                self.pages.add(CORRECTIONS)


def _moved(
    claims: Sequence[Annotation], before: Sequence[tuple[str, str]], after: Sequence[tuple[str, str]]
) -> list[Annotation]:
    """The claims whose title, or whose place among the others, is not what it was."""
    if [slug for slug, _ in before] == [slug for slug, _ in after]:
        same = set(before)
        return [one for one, entry in zip(claims, after, strict=True) if entry not in same]
    return list(claims)


def _summary(treaty: Treaty) -> tuple[object, ...]:
    """What a claim's panel shows of a treaty, its provisions aside."""
    return (treaty.short, treaty.title, treaty.language, treaty.draft, treaty.kind, _standing(treaty), treaty.id)


def _standing(treaty: Treaty) -> tuple[object, ...]:
    """What its status in words is made of."""
    years = tuple(date.year if date is not None else 0 for date in (treaty.in_force, treaty.ended))
    return (treaty.kind, treaty.binding, years, treaty.suspended, treaty.status)


def _line(treaty: Treaty) -> tuple[object, ...]:
    """What the list of agreements shows of a treaty."""
    return (*_summary(treaty), treaty.signed, treaty.in_force)


def _by_key(record: Record | None) -> dict[str, Source]:
    return {source.id: source for source in record.sources} if isinstance(record, Bibliography) else {}


def _without_span(source: Source | None) -> tuple[object, ...] | None:
    if source is None:
        return None
    return tuple(getattr(source, name) for name in Source.__slots__ if name not in ("span", "path"))

