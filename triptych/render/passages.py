"""A document's text with its passages marked: flat marks, cut where claims overlap, each with its number beside it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from markupsafe import Markup, escape

from triptych.model import Block, Document, Passage, Prose, Slot
from triptych.render.highlight import escape_text
from triptych.sentences import sentences_holding

LONGEST_PARAGRAPH = 2_000  # characters; of a longer one a claim's page shows the sentences round the passage
OMISSION = '<p class="omission">[…]</p>'


class Marked(NamedTuple):
    """A claim's place in a document."""

    slug: str
    number: int
    label: str  # of its number, for those who listen: "Claim 3: The water is clean"
    passages: tuple[Passage, ...]


class _Piece(NamedTuple):
    start: int
    end: int
    slugs: str  # of all claims that cover it, in order, separated by spaces


@dataclass(frozen=True, slots=True)
class MarkedText:
    """A document with the claims made in it."""

    document: Document
    pieces: tuple[_Piece, ...]  # by start; they do not overlap
    starts: tuple[int, ...]  # of the pieces
    numbers: tuple[tuple[int, str], ...]  # place in the text and the link to put there, by place

    def stretch(self, start: int, end: int, aside: list[str] | None = None) -> str:
        """text[start:end] as markup with its marks and numbers; within a link the numbers, being links, go `aside`."""
        parts: list[str] = []
        text = self.document.text
        at = start
        first = max(bisect_right(self.starts, start) - 1, 0)
        for piece in self.pieces[first : bisect_left(self.starts, end)]:
            begin, stop = max(piece.start, start), min(piece.end, end)
            if begin >= stop:
                continue
            parts.append(escape_text(text[at:begin]))
            opening = f'<mark data-claim="{piece.slugs}" aria-details="{piece.slugs.partition(" ")[0]}">'
            parts.append(f"{opening}{escape_text(text[begin:stop])}</mark>")
            if stop == piece.end:
                (parts if aside is None else aside).extend(link for _, link in self._numbers_at(stop))
            at = stop
        parts.append(escape_text(text[at:end]))
        return "".join(parts)

    def _numbers_at(self, place: int) -> Sequence[tuple[int, str]]:
        low = bisect_left(self.numbers, (place, ""))
        high = bisect_left(self.numbers, (place + 1, ""))
        return self.numbers[low:high]


def mark_text(document: Document, claims: Iterable[Marked]) -> MarkedText:
    """Cut the passages of all claims into pieces that do not overlap."""
    edges: dict[int, tuple[list[Marked], list[Marked]]] = {}  # place -> claims that begin and end there
    numbers: list[tuple[int, str]] = []
    for claim in claims:
        for count, passage in enumerate(claim.passages, 1):
            numbers.append((passage.end, _number(claim, count)))
            for start, end in passage.pieces:
                edges.setdefault(start, ([], []))[0].append(claim)
                edges.setdefault(end, ([], []))[1].append(claim)
    pieces: list[_Piece] = []
    open_: dict[str, int] = {}  # slug -> how many of its passages cover this place
    places = sorted(edges)
    for place, following in pairwise(places):
        begun, ended = edges[place]
        for claim in begun:
            open_[claim.slug] = open_.get(claim.slug, 0) + 1
        for claim in ended:
            open_[claim.slug] -= 1
            if not open_[claim.slug]:
                del open_[claim.slug]
        if open_:
            pieces.append(_Piece(place, following, " ".join(open_)))
    numbers.sort(key=lambda pair: pair[0])
    return MarkedText(document, tuple(pieces), tuple(piece.start for piece in pieces), tuple(numbers))


def _number(claim: Marked, count: int) -> str:
    suffix = f"_{count}" if count > 1 else ""  # no slug has an underscore: `red-2` may be another claim
    return (
        f'<a class="passage-number" id="_passage-{claim.slug}{suffix}" href="#{claim.slug}"'
        f' data-number="{claim.number}" aria-label="{escape(claim.label)}"></a>'
    )


# --- the whole text, and parts of it ---------------------------------------------------------------------------------


def render_blocks(marked: MarkedText) -> tuple[Markup, ...]:
    """The document's top-level blocks, in order."""
    document = marked.document
    if document.layout:
        return tuple(Markup(_fill(prose, marked)) for prose in document.layout)
    return tuple(
        Markup(f'<p data-paragraph="{number}">{marked.stretch(block.start, block.end)}</p>')
        for number, block in enumerate(document.blocks, 1)
    )


def _fill(prose: Prose, marked: MarkedText) -> str:
    parts: list[str] = []
    aside: list[str] | None = None  # numbers that wait for the end of a link of the document's own
    for part in prose:
        if isinstance(part, Slot):
            parts.append(marked.stretch(part.first, part.last, aside))
            continue
        if aside is not None and "</a>" in part:
            before, end, after = part.partition("</a>")
            parts += [before, end, *aside]
            part, aside = after, None
        parts.append(part)
        if part.rfind("<a ") > part.rfind("</a>"):
            aside = []
    return "".join(parts)


def render_kept_sentences(marked: MarkedText) -> tuple[tuple[Markup, int], ...]:
    """Only the sentences that hold a passage, each with the offset of its end; what lies between shows as omitted."""
    text = marked.document.text
    kept: list[tuple[Markup, int]] = []
    at = 0
    for number, (start, end) in enumerate(_kept(marked), 1):
        before = OMISSION if text[at:start].strip() else ""
        kept.append((Markup(f'{before}<p data-paragraph="{number}">{marked.stretch(start, end)}</p>'), end))
        at = end
    if kept and text[at:].strip():
        markup, end = kept[-1]
        kept[-1] = (markup + Markup(OMISSION), end)
    return tuple(kept)


def _kept(marked: MarkedText) -> list[tuple[int, int]]:
    """The sentences that hold a passage, by block."""
    found: list[tuple[int, int]] = []
    for block in marked.document.blocks:
        low = bisect_right(marked.starts, block.start) - 1
        high = bisect_left(marked.starts, block.end)
        spans = [
            (max(piece.start, block.start) - block.start, min(piece.end, block.end) - block.start)
            for piece in marked.pieces[max(low, 0) : high]
            if piece.end > block.start
        ]
        if spans:
            inside = sentences_holding(marked.document.text[block.start : block.end], spans)
            found += [(block.start + start, block.start + end) for start, end in inside]
    return found


def render_excerpt(marked: MarkedText, passages: Sequence[Passage], *, sentences_only: bool) -> Markup:
    """The paragraphs that a claim's passages stand in; of a long one only the sentences round them."""
    places = [piece for passage in passages for piece in passage.pieces]
    if sentences_only:
        stretches = [(number, span) for number, span in enumerate(_kept(marked), 1) if _meets(span, places)]
    else:
        blocks = enumerate(marked.document.blocks, 1)
        stretches = [
            (number, span)
            for number, block in blocks
            if _meets((block.start, block.end), places)
            for span in _shortened(marked.document, block, places)
        ]
    return Markup("".join(_excerpt_parts(marked, stretches)))


def _excerpt_parts(marked: MarkedText, stretches: Sequence[tuple[int, tuple[int, int]]]) -> Iterator[str]:
    text = marked.document.text
    shown = 0
    at = stretches[0][1][0] if stretches else 0
    for number, (start, end) in stretches:
        if text[at:start].strip():
            yield OMISSION
        hook = f' data-paragraph="{number}"' if number != shown else ""  # a paragraph's number stands once a page
        yield f"<p{hook}>{marked.stretch(start, end)}</p>"
        shown, at = number, end


def _shortened(document: Document, block: Block, places: Sequence[tuple[int, int]]) -> Sequence[tuple[int, int]]:
    if block.end - block.start <= LONGEST_PARAGRAPH:
        return [(block.start, block.end)]
    spans = [
        (max(start, block.start) - block.start, min(end, block.end) - block.start)
        for start, end in sorted(places)
        if start < block.end and end > block.start
    ]
    inside = sentences_holding(document.text[block.start : block.end], spans)
    return [(block.start + start, block.start + end) for start, end in inside]


def _meets(span: tuple[int, int], places: Sequence[tuple[int, int]]) -> bool:
    return any(start < span[1] and end > span[0] for start, end in places)


def render_quote(document: Document, passage: Passage) -> Markup:
    """The words of a passage as the document has them, with an omission between its pieces."""
    pieces = (str(escape(document.text[start:end])) for start, end in passage.pieces)
    return Markup(' <span class="omission">[…]</span> '.join(pieces))
