"""Pieces of pages that are kept from run to run, so that a long page costs what has changed on it."""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup

PANELS_KEPT = 1_000  # of claims, from run to run: the documents that are being worked on, not the whole site


class EntryShelf:
    """Rendered entries, references and panels; pipeline.Builder says which have changed."""

    def __init__(self) -> None:
        self.terms: dict[str, Markup] = {}  # entries of the glossary
        self.sources: dict[str, Markup] = {}  # entries of the bibliography
        self.references: dict[str, Markup] = {}  # sources as the pages that cite them show them
        self.panels: dict[str, Markup] = {}  # of claims, by the address of the claim's own page

    def forget(self, *, terms: Iterable[str], sources: Iterable[str], pages: Iterable[str]) -> None:
        """These terms and sources, or who uses them, have changed; and these pages, with the panels of the claims among them."""
        for term in terms:
            self.terms.pop(term, None)
        for source in sources:
            self.sources.pop(source, None)
            self.references.pop(source, None)
        for page in pages:
            self.panels.pop(page, None)

    def tidy(self) -> None:
        """At the end of a run: give back what a large one has rendered."""
        if len(self.panels) > PANELS_KEPT:
            self.panels.clear()

    def clear(self) -> None:
        self.terms.clear()
        self.sources.clear()
        self.references.clear()
        self.panels.clear()
