"""A seed document that is no longer the one that was annotated: which claims still stand in it word for word."""

from __future__ import annotations

from collections.abc import Iterator

from triptych.diagnostics import Diagnostic, Span
from triptych.model import About, Annotation, Document
from triptych.resolve.anchors import index_document, seed_line
from triptych.resolve.nearest import find_nearest
from triptych.resolve.normalised import NormalisedText, normalise_words
from triptych.resolve.passages import find_places
from triptych.site.state import Site

COMPARED = 20  # claims whose words are looked for in the changed document; of the others only the ids are given


def seeds_are_as_recorded(site: Site) -> Iterator[Diagnostic]:
    """Where index.md records a hash, the document has it."""
    for about in site.catalogue.abouts():
        document = site.catalogue.document(about.doc)
        if document is not None and about.sha256 and about.sha256.lower() != document.sha256:
            yield _report(about, document, site)


def _report(about: About, document: Document, site: Site) -> Diagnostic:
    index = index_document(document)
    stand: list[str] = []
    changed: list[str] = []
    gone: list[str] = []
    for annotation in site.catalogue.annotations(about.doc):
        if _stands(annotation, index):
            stand.append(annotation.id)
        elif len(changed) + len(gone) >= COMPARED:
            gone.append(f"{annotation.id} (not compared)")
        elif difference := _difference(annotation, document, index):
            changed.append(f"{annotation.id}: {difference}")
        else:
            gone.append(annotation.id)
    hint = [
        f"still word for word ({len(stand)}): {', '.join(stand) or 'none'}",
        f"changed ({len(changed)}): {'' if changed else 'none'}".rstrip(),
        *(f"  {line}" for line in changed),
        f"gone ({len(gone)}): {', '.join(gone) or 'none'}",
        f"when you have looked at it, record the new hash: `sha256: {document.sha256}`",
    ]
    return Diagnostic(
        code="seed-changed",
        message=f"`{document.path}` is no longer the document that this hash is of",
        span=about.sha256_span or Span(about.path, 1, 1),
        hint="\n".join(hint),
    )


def _stands(annotation: Annotation, index: NormalisedText) -> bool:
    return all(find_places(index, quote.text) or find_places(index, quote.typed) for quote in annotation.quotes)


def _difference(annotation: Annotation, document: Document, index: NormalisedText) -> str:
    """How the nearest passages differ from the quotes that are missing; "" where nothing resembles one of them."""
    found: list[str] = []
    for quote in annotation.quotes:
        if find_places(index, quote.text) or find_places(index, quote.typed):
            continue
        near = find_nearest(document.text, index, normalise_words(quote.text))
        if near is None:
            return ""
        found.append(f"{document.path}:{seed_line(document, near.start)} {near.difference}")
    return "; ".join(found)
