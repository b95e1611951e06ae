"""A seed document that is no longer the one that was annotated: which claims still stand in it word for word."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from triptych.diagnostics import Diagnostic, Span
from triptych.model import About, Annotation, Document, Quote
from triptych.resolve.anchors import anchor_quotes, index_document, seed_line
from triptych.resolve.nearest import find_nearest
from triptych.resolve.normalised import NormalisedText
from triptych.resolve.passages import find_places, missing_piece
from triptych.site.state import Site

COMPARED = 20  # claims whose words are looked for in the changed document; of the others only the ids are given
_LEGEND = "{+…+} is in the document alone, [-…-] in the quote alone"


@dataclass(slots=True)
class _Lists:
    """What has become of the claims of a document, a line each; claims without a quote have an error of their own."""

    stand: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    not_compared: list[str] = field(default_factory=list)


def seeds_are_as_recorded(site: Site) -> Iterator[Diagnostic]:
    """Where index.md records a hash, the document has it."""
    for doc in site.doubts.outdated:
        about, document = site.catalogue.about(doc), site.catalogue.document(doc)
        if about is not None and document is not None:
            yield _report(about, document, _sort_claims(document, site))


def _report(about: About, document: Document, lists: _Lists) -> Diagnostic:
    hint = [
        f"still word for word ({len(lists.stand)}): {', '.join(lists.stand) or 'none'}",
        f"changed ({len(lists.changed)}){f', where {_LEGEND}:' if lists.changed else ': none'}",
        *(f"  {line}" for line in lists.changed),
        f"gone ({len(lists.gone)}): {', '.join(lists.gone) or 'none'}",
    ]
    if lists.not_compared:
        hint.append(
            f"changed or gone, not compared since only the first {COMPARED} are "
            f"({len(lists.not_compared)}): {', '.join(lists.not_compared)}"
        )
    hint += [
        f"when you have looked at it, run `python build.py accept {about.doc}` (installed: `triptych accept {about.doc}`),",
        f"which records the new hash: `sha256: {document.sha256}`",
    ]
    return Diagnostic(
        code="seed-changed",
        message=f"`{document.path}` is no longer the document that this hash is of",
        span=about.sha256_span or Span(about.path, 1, 1),
        hint="\n".join(hint),
    )


def _sort_claims(document: Document, site: Site) -> _Lists:
    index = index_document(document)
    lists = _Lists()
    for annotation in site.catalogue.annotations(document.id):
        if site.meaning(annotation).passages:
            lists.stand.append(annotation.id)
        elif annotation.quotes:
            _sort_claim(annotation, document, index, lists)
    return lists


def _sort_claim(annotation: Annotation, document: Document, index: NormalisedText, lists: _Lists) -> None:
    """Put a claim of which a quote is not anchored into its list."""
    missing = [quote for quote in annotation.quotes if not _has_words(index, quote)]
    if not missing:
        lists.stand.append(f"{annotation.id} ({_doubt(annotation, document, index)})")
    elif len(lists.changed) + len(lists.gone) >= COMPARED:
        lists.not_compared.append(annotation.id)
    elif differences := _differences(annotation.quotes, missing, document, index):
        lists.changed.append(f"{annotation.id}: {'; '.join(differences)}")
    else:
        lists.gone.append(annotation.id)


def _has_words(index: NormalisedText, quote: Quote) -> bool:
    return bool(find_places(index, quote.text) or find_places(index, quote.typed))


def _doubt(annotation: Annotation, document: Document, index: NormalisedText) -> str:
    """Why a claim is not anchored though all its words are there."""
    anchored = anchor_quotes(
        document, index, annotation.quotes, prefix=annotation.prefix, suffix=annotation.suffix, seek_nearest=False
    )
    if any(problem.code == "quote-not-found" for problem in anchored.diagnostics):
        return "but not with its `prefix` or `suffix`"
    return "but at several places"


def _differences(quotes: Sequence[Quote], missing: Sequence[Quote], document: Document, index: NormalisedText) -> list[str]:
    """How the document differs from a claim's missing quotes, a line each; nothing where all of its quotes are gone."""
    found: list[str] = []
    gone = 0
    for number, quote in enumerate(quotes, 1):
        if quote not in missing:
            continue
        words = missing_piece(index, quote.text)
        near = find_nearest(document.text, index, words) if words is not None else None
        if near is not None:
            found.append(f"{document.path}:{seed_line(document, near.start)} {near.difference}")
        elif words is None:
            found.append("the pieces of the quote no longer follow one another")
        else:
            gone += 1
            found.append(f"quote {number} of {len(quotes)} is gone")
    return found if gone < len(quotes) else []
