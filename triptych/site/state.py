"""The whole site as it is known now: records, what each means, and who uses what. Changed by pipeline.Builder alone."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from triptych.model import Annotation, Config, Key, Passage, Record, Resolved
from triptych.site.autolink import TermMatcher, needle
from triptych.site.catalogue import Catalogue
from triptych.site.doubts import Doubts
from triptych.site.facts import NO_FACTS, bodies, former_keys

NOTHING = Resolved()


class Site:
    """Records with what they mean, and the backlinks."""

    def __init__(self, config: Config, *, drafts: bool = False) -> None:
        self.config = config
        self.catalogue = Catalogue(drafts=drafts)
        self.matcher = TermMatcher(())
        self.resolved: dict[str, Resolved] = {}
        self.used_by: dict[Key, set[str]] = {}
        self.pictures: set[str] = set()  # paths of images that something published shows
        self.doubts = Doubts(self.catalogue, self.used_by)
        self._order: dict[str, tuple[Annotation, ...]] = {}
        self._numbers: dict[str, dict[str, int]] = {}  # document id -> paths of its claims -> their places in that order

    def make_matcher(self) -> None:
        """Learn the names of the terms anew; with `glossary = "explicit"` there are none to be found."""
        terms = self.catalogue.terms() if self.config.glossary == "auto" else ()
        self.matcher = TermMatcher((name.text, term.id) for term in terms if term.autolink for name in term.names)

    def replace(self, path: str, record: Record | None) -> set[Key]:
        """Put a record in the place of what the path held; the keys whose meaning may have changed."""
        catalogue = self.catalogue
        touched = _names(catalogue, path)
        changed = catalogue.replace(path, record)
        self.doubts.of_names(touched | _names(catalogue, path))
        return changed

    def set_resolved(self, path: str, resolved: Resolved | None) -> set[Key]:
        """Put what a file means in the place of what it meant; the keys that it began or ceased to use."""
        old = self.resolved.get(path, NOTHING).uses
        new = resolved.uses if resolved is not None else NOTHING.uses
        for key in old - new:
            self.used_by[key].discard(path)
        for key in new - old:
            self.used_by.setdefault(key, set()).add(path)
        if resolved is None:
            self.resolved.pop(path, None)
        else:
            self.resolved[path] = resolved
        changed = set(old ^ new)
        self.doubts.of_uses(changed)
        for kind, name in changed:
            if kind == "image":
                (self.pictures.add if self.used_by[kind, name] else self.pictures.discard)(name)
        return changed

    def meaning(self, record: Record) -> Resolved:
        return self.resolved.get(record.path, NOTHING)

    def texts_naming(self, names: Collection[str]) -> Iterator[str]:
        """The files in whose text any of these names stands. The texts themselves are the list of who has a name."""
        matcher = TermMatcher((name, "") for name in names)
        needles = {needle(name).casefold() for name in names}
        for path, record in self.catalogue.records.items():
            for body in bodies(record):
                text = body.text.casefold()
                if any(one in text for one in needles) and matcher.occurs(body.runs):
                    yield path
                    break

    # --- order -------------------------------------------------------------------------------------------------------

    def claims(self, doc: str) -> tuple[Annotation, ...]:
        """The claims of a document in the order of its words: by the first passage's start, the longer first, then by id."""
        if doc not in self._order:
            found = (one for one in self.catalogue.annotations(doc) if self.meaning(one).passages)
            unique = {one.id: one for one in reversed(list(found))}
            self._order[doc] = tuple(sorted(unique.values(), key=self._place))
            self._numbers[doc] = {one.path: number for number, one in enumerate(self._order[doc])}
        return self._order[doc]

    def forget_order(self, doc: str) -> None:
        """The claims of a document, or their places, have changed."""
        self._order.pop(doc, None)

    def _place(self, annotation: Annotation) -> tuple[int, int, str]:
        first: Passage = self.meaning(annotation).passages[0]
        return (first.start, first.start - first.end, annotation.id)

    def users(self, key: Key) -> list[Annotation]:
        """The published claims that use something: by document, then in the document's order."""
        return sorted(self._users(key), key=lambda one: (one.doc, self._numbers[one.doc][one.path]))

    def count_users(self, key: Key) -> int:
        """How many published claims use something."""
        return sum(1 for _ in self._users(key))

    def _users(self, key: Key) -> Iterator[Annotation]:
        found = (self.catalogue.records.get(path) for path in self.used_by.get(key, ()))
        return (one for one in found if isinstance(one, Annotation) and self.is_shown(one))

    def has_more_users(self, key: Key, number: int) -> bool:
        """Whether more published claims than so many use something."""
        return len(self.used_by.get(key, ())) > number and self.count_users(key) > number

    def is_shown(self, annotation: Annotation) -> bool:
        self.claims(annotation.doc)
        return annotation.path in self._numbers[annotation.doc]

    @property
    def has_corrections(self) -> bool:
        """Whether anything has been corrected on a published claim."""
        corrected = (self.catalogue.records[path] for path in self.catalogue.corrected)
        return any(isinstance(one, Annotation) and self.is_shown(one) for one in corrected)


def _names(catalogue: Catalogue, path: str) -> set[Key]:
    """The names that a file gives, and those that it had."""
    record = catalogue.records.get(path)
    return {*catalogue.facts.get(path, NO_FACTS).offers, *(former_keys(record) if record is not None else ())}
