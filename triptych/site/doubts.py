"""What may be at fault in a site as a whole: short lists of names, brought up to date by the difference that a file makes.

A rule about the whole site looks at its list and at nothing else, so that it costs what there is to look at, not what there
is. A name is on a list wherever the rule may have something to say, and now and then where it has not.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from typing import TypeVar

from triptych.model import Bibliography, Key, Record, Term, Treaty
from triptych.site.catalogue import Catalogue, folder_of

H = TypeVar("H", bound=Hashable)

# Under which names the uses of a record's offers are counted, and those offers by the kind of use.
_USES: Mapping[type[Record], tuple[str, ...]] = {
    Bibliography: ("source",),
    Treaty: ("treaty",),
    Term: ("term", "term elsewhere"),
}
_OFFERS = {"source": "cite", "treaty": "cite", "term": "term-id", "term elsewhere": "term-id"}


class Doubts:
    """The lists; changed by site.state.Site, which says what has changed."""

    def __init__(self, catalogue: Catalogue, used_by: Mapping[Key, set[str]]) -> None:
        self._catalogue = catalogue
        self._used_by = used_by
        self.crowded: set[Key] = set()  # names that are given more than once
        self.contested: set[Key] = set()  # old names that something else has, or had
        self.unused: set[Key] = set()  # ("cite", key) and ("term-id", id) that nothing uses, links to the file aside
        self.incomplete: set[str] = set()  # documents without a folder's index.md, and folders without a document
        self.outdated: set[str] = set()  # documents that differ from the hash recorded for them

    def of_names(self, keys: Iterable[Key]) -> None:
        """Names are given, or were borne, by other files than before."""
        catalogue = self._catalogue
        for key in keys:
            kind, name = key
            living, former = catalogue.offering.get(key, ()), catalogue.formerly.get(key, ())
            _mark(self.crowded, key, sum(len(catalogue.facts[path].offers[key]) for path in living) > 1)
            _mark(self.contested, key, bool(former) and len(former) + len(living) > 1)
            if kind in ("cite", "term-id"):
                self._weigh(key)
            elif kind in ("document", "about"):
                self._weigh_document(name)
            elif kind == "file" and (folder := folder_of(name)):
                self._weigh_document(folder)

    def of_uses(self, keys: Iterable[Key]) -> None:
        """Things are used by other files than before."""
        for kind, name in keys:
            if kind in _OFFERS:
                self._weigh((_OFFERS[kind], name))

    def _weigh(self, key: Key) -> None:
        """Whether any of those that give a name gives it to something that nothing uses."""
        kinds = (_USES.get(type(self._catalogue.records[path]), ()) for path in self._catalogue.offering.get(key, ()))
        _mark(self.unused, key, any(not any(self._used_by.get((kind, key[1])) for kind in group) for group in kinds))

    def _weigh_document(self, doc: str) -> None:
        catalogue = self._catalogue
        document, about = catalogue.document(doc), catalogue.about(doc)
        is_bare = document is not None and about is None
        _mark(self.incomplete, doc, is_bare or (document is None and doc in catalogue.folders))
        is_other = document is not None and about is not None and about.sha256.lower() not in ("", document.sha256)
        _mark(self.outdated, doc, is_other)


def _mark(listed: set[H], name: H, is_doubtful: bool) -> None:
    if is_doubtful:
        listed.add(name)
    else:
        listed.discard(name)
