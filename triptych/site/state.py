"""The whole site as it is known now: records, what each means, and who uses what. Changed by pipeline.Builder alone."""

from __future__ import annotations

from triptych.model import Annotation, Config, Key, Passage, Record, Resolved
from triptych.site.autolink import TermMatcher
from triptych.site.catalogue import Catalogue

NOTHING = Resolved()


class Site:
    """Records with what they mean, and the backlinks."""

    def __init__(self, config: Config, *, drafts: bool = False) -> None:
        self.config = config
        self.catalogue = Catalogue(drafts=drafts)
        self.matcher = TermMatcher(())
        self.resolved: dict[str, Resolved] = {}
        self.used_by: dict[Key, set[str]] = {}
        self._order: dict[str, tuple[Annotation, ...]] = {}
        self._shown: dict[str, frozenset[str]] = {}  # document id -> paths of its claims

    def make_matcher(self) -> None:
        """Learn the names of the terms anew; with `glossary = "explicit"` there are none to be found."""
        terms = self.catalogue.terms() if self.config.glossary == "auto" else []
        self.matcher = TermMatcher((name.text, term.id) for term in terms if term.autolink for name in term.names)

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
        return set(old ^ new)

    def meaning(self, record: Record) -> Resolved:
        return self.resolved.get(record.path, NOTHING)

    # --- order -------------------------------------------------------------------------------------------------------

    def claims(self, doc: str) -> tuple[Annotation, ...]:
        """The claims of a document in the order of its words: by the first passage's start, the longer first, then by id."""
        if doc not in self._order:
            found = (one for one in self.catalogue.annotations(doc) if self.meaning(one).passages)
            unique = {one.id: one for one in reversed(list(found))}
            self._order[doc] = tuple(sorted(unique.values(), key=self._place))
            self._shown[doc] = frozenset(one.path for one in self._order[doc])
        return self._order[doc]

    def forget_order(self, doc: str) -> None:
        """The claims of a document, or their places, have changed."""
        self._order.pop(doc, None)

    def _place(self, annotation: Annotation) -> tuple[int, int, str]:
        first: Passage = self.meaning(annotation).passages[0]
        return (first.start, first.start - first.end, annotation.id)

    def users(self, key: Key) -> list[Annotation]:
        """The published claims that use something: by document, then in the document's order."""
        found = (self.catalogue.records.get(path) for path in self.used_by.get(key, ()))
        claims = [one for one in found if isinstance(one, Annotation) and self.is_shown(one)]
        return sorted(claims, key=lambda one: (one.doc, self._place(one)))

    def has_more_users(self, key: Key, number: int) -> bool:
        """Whether more published claims than so many use something."""
        return len(self.used_by.get(key, ())) > number and len(self.users(key)) > number

    def is_shown(self, annotation: Annotation) -> bool:
        self.claims(annotation.doc)
        return annotation.path in self._shown[annotation.doc]

    @property
    def has_corrections(self) -> bool:
        """Whether anything has been corrected on a published claim."""
        corrected = (self.catalogue.records[path] for path in self.catalogue.corrected)
        return any(isinstance(one, Annotation) and self.is_shown(one) for one in corrected)
