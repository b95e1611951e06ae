"""Everything that has been read, findable by name: the inverted lists over the facts.

One of the two places with state (the other is pipeline.Builder, which alone may change it).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeVar

from triptych.model import (
    About,
    Annotation,
    Bibliography,
    Document,
    Key,
    Page,
    Record,
    Source,
    Term,
    Timeline,
    Treaty,
)
from triptych.references.provision import ProvisionIndex, index_provisions
from triptych.site.facts import NO_FACTS, Facts, Offer, is_draft, read_facts
from triptych.text import fold

R = TypeVar("R", Document, Treaty, Term, Bibliography, Page, Timeline)


class Catalogue:
    """Records by path, and paths by what they offer and mention."""

    def __init__(self, *, drafts: bool = False) -> None:
        self.drafts = drafts  # drafts are part of the site
        self.records: dict[str, Record] = {}
        self.facts: dict[str, Facts] = {}
        self.offering: dict[Key, set[str]] = {}
        self.mentioning: dict[Key, set[str]] = {}
        self.crowded: set[Key] = set()  # keys that are offered more than once
        self.corrected: set[str] = set()  # paths of annotations with corrections
        self.renamed: set[str] = set()  # paths of records with former ids
        self.claims: dict[str, set[str]] = {}  # document id -> paths of its annotations
        self._sources: dict[str, dict[str, Source]] = {}  # path -> its sources by key
        self._provisions: dict[str, ProvisionIndex] = {}  # path -> its provisions by label

    def replace(self, path: str, record: Record | None) -> set[Key]:
        """Put a record in the place of what the path held; the keys whose meaning may have changed."""
        old = self.facts.get(path, NO_FACTS)
        new = read_facts(record) if record is not None else NO_FACTS
        self._list(path, self.offering, old.offers, new.offers)
        self._list(path, self.mentioning, old.mentions, new.mentions)
        before = self.records.get(path)
        if isinstance(before, Annotation):
            self.claims[before.doc].discard(path)
        if isinstance(record, Annotation):
            self.claims.setdefault(record.doc, set()).add(path)
        self.renamed.discard(path)
        if getattr(record, "former", ()):
            self.renamed.add(path)
        self.corrected.discard(path)
        if isinstance(record, Annotation) and record.corrections:
            self.corrected.add(path)
        self._sources.pop(path, None)
        self._provisions.pop(path, None)
        if isinstance(record, Bibliography):
            self._sources[path] = {source.id: source for source in reversed(record.sources)}
        if record is None:
            self.records.pop(path, None)
            self.facts.pop(path, None)
        else:
            self.records[path] = record
            self.facts[path] = new
        self._count(old.offers.keys() | new.offers.keys())
        return {key for key in old.offers.keys() | new.offers.keys() if _values(old, key) != _values(new, key)}

    @staticmethod
    def _list(path: str, lists: dict[Key, set[str]], old: Iterable[Key], new: Iterable[Key]) -> None:
        was, now = set(old), set(new)
        for key in was - now:
            lists[key].discard(path)
            if not lists[key]:
                del lists[key]
        for key in now - was:
            lists.setdefault(key, set()).add(path)

    def _count(self, keys: Iterable[Key]) -> None:
        for key in keys:
            if sum(len(self.facts[path].offers[key]) for path in self.offering.get(key, ())) > 1:
                self.crowded.add(key)
            else:
                self.crowded.discard(key)

    # --- questions ---------------------------------------------------------------------------------------------------

    def is_published(self, record: Record) -> bool:
        return self.drafts or not is_draft(record)

    def find(self, key: Key, *, drafts: bool = False) -> Record | None:
        """The record that offers a name; of several the first by path. Drafts only where they are asked for."""
        paths = self.offering.get(key, ())
        for path in sorted(paths) if len(paths) > 1 else paths:
            record = self.records[path]
            if drafts or self.is_published(record):
                return record
        return None

    def term(self, name: str, *, drafts: bool = False) -> Term | None:
        """By term, alias or id; a name comes before an id."""
        folded = fold(name)
        found = self.find(("term", folded), drafts=drafts) or self.find(("term-id", folded), drafts=drafts)
        return found if isinstance(found, Term) else None

    def cited(self, key: str, *, drafts: bool = False) -> Treaty | Source | None:
        """The treaty or source of a citation key."""
        found = self.find(("cite", key), drafts=drafts)
        if isinstance(found, Bibliography):
            return self._sources[found.path].get(key)
        return found if isinstance(found, Treaty) else None

    def treaty(self, treaty: str) -> Treaty | None:
        found = self.cited(treaty)
        return found if isinstance(found, Treaty) else None

    def provisions(self, treaty: Treaty) -> ProvisionIndex:
        """The treaty's provisions by their labels."""
        if treaty.path not in self._provisions:
            self._provisions[treaty.path] = index_provisions(treaty.provisions)
        return self._provisions[treaty.path]

    def source(self, key: str) -> Source | None:
        found = self.cited(key)
        return found if isinstance(found, Source) else None

    def document(self, doc: str) -> Document | None:
        found = self.find(("document", doc))
        return found if isinstance(found, Document) else None

    def about(self, doc: str) -> About | None:
        found = self.find(("about", doc))
        return found if isinstance(found, About) else None

    def annotations(self, doc: str) -> Iterator[Annotation]:
        """The published annotations of a document, by path."""
        for path in sorted(self.claims.get(doc, ())):
            record = self.records[path]
            if isinstance(record, Annotation) and self.is_published(record):
                yield record

    def documents(self) -> list[Document]:
        return [one for one in self._published(Document) if self.document(one.id) is one]

    def abouts(self) -> list[About]:
        found = (self.about(doc) for kind, doc in self.offering if kind == "about")
        return sorted((one for one in found if one is not None), key=lambda one: one.doc)

    def treaties(self) -> list[Treaty]:
        return [one for one in self._published(Treaty) if self.cited(one.id) is one]

    def terms(self) -> list[Term]:
        return [one for one in self._published(Term) if self.find(("term-id", one.id)) is one]

    def sources(self) -> list[Source]:
        found = (source for one in self._published(Bibliography) for source in one.sources)
        return sorted((source for source in found if self.cited(source.id) is source), key=lambda source: source.id)

    def pages(self) -> list[Page]:
        return [one for one in self._published(Page) if self.find(("page", one.id)) is one]

    def timelines(self) -> list[Timeline]:
        return self._published(Timeline)

    def _published(self, kind: type[R]) -> list[R]:
        return [one for _, one in sorted(self.records.items()) if isinstance(one, kind) and self.is_published(one)]


def _values(facts: Facts, key: Key) -> tuple[object, ...]:
    return tuple(_value(offer) for offer in facts.offers.get(key, ()))


def _value(offer: Offer) -> object:
    return offer.value
