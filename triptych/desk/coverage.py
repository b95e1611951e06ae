"""`check --coverage`: how much of each document the claims speak to, and which paragraphs none of them does.

A paragraph counts as on the page (`data-paragraph`); one has a claim where a marked passage has characters of it. What a quote
leaves out between its pieces is not marked.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from triptych.model import Document
from triptych.site.state import Site
from triptych.text import first_words

Stretch = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Uncovered:
    """A paragraph without a claim."""

    number: int  # from 1, as `data-paragraph` counts
    line: int  # of the seed file, where it begins
    words: str  # its first ones, on one line


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """What the claims of one document cover of it."""

    doc: str
    path: str
    paragraphs: int
    uncovered: tuple[Uncovered, ...]  # in the order of the document
    characters: int  # of its text, white space left out
    marked: int  # those of them that stand in a passage

    @property
    def percent(self) -> int:
        """The share of the text that is marked, rounded; 0 and 100 are said only of nothing and of all of it."""
        if self.marked in (0, self.characters):
            return 100 if self.marked else 0
        return min(max(round(100 * self.marked / self.characters), 1), 99)


def measure_coverage(site: Site) -> tuple[Coverage, ...]:
    """One record a document, in the order of their files. Claims are those that are published: drafts where the site has them."""
    return tuple(_measure(document, site) for document in site.catalogue.documents())


def _measure(document: Document, site: Site) -> Coverage:
    pieces = (piece for claim in site.claims(document.id) for passage in site.meaning(claim).passages for piece in passage.pieces)
    marked = list(_merge(pieces))
    return Coverage(
        doc=document.id,
        path=document.path,
        paragraphs=len(document.blocks),
        uncovered=tuple(_find_uncovered(document, marked)),
        characters=_count(document.text, 0, len(document.text)),
        marked=sum(_count(document.text, start, end) for start, end in marked),
    )


def _merge(stretches: Iterable[Stretch]) -> Iterator[Stretch]:
    """The same places in order, none twice."""
    begun, reached = 0, 0
    for start, end in sorted(stretches):
        if start > reached:
            if reached > begun:
                yield begun, reached
            begun = start
        reached = max(reached, end)
    if reached > begun:
        yield begun, reached


def _find_uncovered(document: Document, marked: list[Stretch]) -> Iterator[Uncovered]:
    starts = [start for start, _ in marked]
    for number, block in enumerate(document.blocks, 1):
        last = bisect_right(starts, block.end - 1) - 1  # the last stretch that begins before the paragraph's end
        if last < 0 or marked[last][1] <= block.start:
            yield Uncovered(number=number, line=block.line, words=first_words(document.text[block.start : block.end]))


def _count(text: str, start: int, end: int) -> int:
    return sum(map(len, text[start:end].split()))


# --- Words -----------------------------------------------------------------------------------------------------------


def render_coverage(coverage: Iterable[Coverage]) -> str:
    """A line for each paragraph without a claim, then one for its document; "" where there are no documents."""
    return "".join(f"{line}\n" for one in coverage for line in _lines(one))


def _lines(one: Coverage) -> Iterator[str]:
    for missed in one.uncovered:
        yield f"{one.path}:{missed.line}: paragraph {missed.number} has no claim: “{missed.words}”"
    if not one.paragraphs:
        yield f"{one.doc}: the document has no words"
        return
    covered = one.paragraphs - len(one.uncovered)
    paragraphs = f"{one.paragraphs} paragraph{'' if one.paragraphs == 1 else 's'}"
    has = "has" if covered == 1 else "have"
    yield f"{one.doc}: {covered} of {paragraphs} {has} a claim; marked passages cover {one.percent} % of the text"
