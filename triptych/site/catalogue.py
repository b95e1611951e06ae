"""Everything that has been read, findable by name: the inverted lists over the facts.

One of the two places with state (the other is pipeline.Builder, which alone may change it).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from typing import TypeVar, cast

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
from triptych.site.facts import NO_FACTS, Facts, former_keys, is_draft, read_facts
from triptych.text import fold

R = TypeVar("R", Document, Treaty, Term, Bibliography, Page, Timeline)
K = TypeVar("K", bound=Hashable)

ANNOTATIONS = "content/annotations/"


def folder_of(path: str) -> str:
    """The folder of annotations that a file stands in, which is to be called as their document; "" for any other file."""
    return path.split("/")[2] if path.startswith(ANNOTATIONS) else ""


class Catalogue:
    """Records by path, and paths by what they offer and mention."""

    def __init__(self, *, drafts: bool = False) -> None:
        self.drafts = drafts  # drafts are part of the site
        self.records: dict[str, Record] = {}
        self.facts: dict[str, Facts] = {}
        self.offering: dict[Key, set[str]] = {}
        self.mentioning: dict[Key, set[str]] = {}
        self.formerly: dict[Key, set[str]] = {}  # as offering, for names that records had
        self.corrected: set[str] = set()  # paths of annotations with corrections
        self.renamed: set[str] = set()  # paths of records with former ids
        self.claims: dict[str, set[str]] = {}  # document id -> paths of its annotations
        self.folders: dict[str, set[str]] = {}  # folder of annotations -> paths of what has been read there
        self._kinds: dict[type[Record], dict[str, Record]] = {}  # records by path, kind by kind
        self._lists: dict[type[Record], tuple[Record, ...]] = {}  # answers, kept until a record of the kind changes
        self._source_list: tuple[Source, ...] | None = None  # the same for sources
        self._sources: dict[str, dict[str, Source]] = {}  # path -> its sources by key
        self._provisions: dict[str, ProvisionIndex] = {}  # path -> its provisions by label

    def replace(self, path: str, record: Record | None) -> set[Key]:
        """Put a record in the place of what the path held; the keys whose meaning may have changed."""
        before = self.records.get(path)
        old = self.facts.get(path, NO_FACTS)
        new = read_facts(record) if record is not None else NO_FACTS
        _relist(path, self.offering, old.offers, new.offers)
        _relist(path, self.mentioning, old.mentions, new.mentions)
        _relist(path, self.formerly, _former(before), _former(record))
        _relist(path, self.claims, _doc(before), _doc(record))
        _relist(path, self.folders, _folder(before), _folder(record))
        (self.renamed.add if _former(record) else self.renamed.discard)(path)
        is_corrected = isinstance(record, Annotation) and record.corrections
        (self.corrected.add if is_corrected else self.corrected.discard)(path)
        changed = {key for key in old.offers.keys() | new.offers.keys() if _values(old, key) != _values(new, key)}
        self._put(path, before, record, changed)
        if record is None:
            self.records.pop(path, None)
            self.facts.pop(path, None)
        else:
            self.records[path] = record
            self.facts[path] = new
        return changed

    def _put(self, path: str, before: Record | None, record: Record | None, changed: set[Key]) -> None:
        """Keep a record among those of its kind, and forget the answers that it may make another."""
        if before is not None:
            del self._kinds[type(before)][path]
        if record is not None:
            self._kinds.setdefault(type(record), {})[path] = record
        kinds = {type(one) for one in (before, record) if one is not None}
        if any(kind == "cite" for kind, _ in changed):  # treaties and sources share their names
            kinds |= {Treaty, Bibliography}
        for kind in kinds:
            self._lists.pop(kind, None)
        if Bibliography in kinds:
            self._source_list = None
        self._sources.pop(path, None)
        self._provisions.pop(path, None)
        if isinstance(record, Bibliography):
            self._sources[path] = {source.id: source for source in reversed(record.sources)}

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

    def documents(self) -> tuple[Document, ...]:
        return self._listed(Document, lambda one: self.document(one.id))

    def treaties(self) -> tuple[Treaty, ...]:
        return self._listed(Treaty, lambda one: self.cited(one.id))

    def terms(self) -> tuple[Term, ...]:
        return self._listed(Term, lambda one: self.find(("term-id", one.id)))

    def sources(self) -> tuple[Source, ...]:
        if self._source_list is None:
            every = (source for one in self._listed(Bibliography, lambda one: one) for source in one.sources)
            found = (source for source in every if self.cited(source.id) is source)
            self._source_list = tuple(sorted(found, key=lambda source: source.id))
        return self._source_list

    def pages(self) -> tuple[Page, ...]:
        return self._listed(Page, lambda one: self.find(("page", one.id)))

    def timelines(self) -> tuple[Timeline, ...]:
        return self._listed(Timeline, lambda one: one)

    def every(self, kind: type[R]) -> Iterable[R]:
        """All records of a kind, drafts among them, in no order."""
        return cast(Iterable[R], self._kinds.get(kind, {}).values())

    def _listed(self, kind: type[R], found: Callable[[R], object]) -> tuple[R, ...]:
        """The published records of a kind, by path, that are `found` by their own names."""
        if kind not in self._lists:
            of_kind = sorted(self.every(kind), key=lambda one: one.path)
            self._lists[kind] = tuple(one for one in of_kind if self.is_published(one) and found(one) is one)
        return cast(tuple[R, ...], self._lists[kind])


def _relist(path: str, lists: dict[K, set[str]], old: Iterable[K], new: Iterable[K]) -> None:
    """Take a path out of the lists that it no longer belongs to, and into those that it does."""
    was, now = set(old), set(new)
    for key in was - now:
        lists[key].discard(path)
        if not lists[key]:
            del lists[key]
    for key in now - was:
        lists.setdefault(key, set()).add(path)


def _former(record: Record | None) -> tuple[Key, ...]:
    return former_keys(record) if record is not None else ()


def _doc(record: Record | None) -> tuple[str, ...]:
    return (record.doc,) if isinstance(record, Annotation) else ()


def _folder(record: Record | None) -> tuple[str, ...]:
    return (folder,) if record is not None and (folder := folder_of(record.path)) else ()


def _values(facts: Facts, key: Key) -> tuple[object, ...]:
    return tuple(offer.value for offer in facts.offers.get(key, ()))
