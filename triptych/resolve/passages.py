"""Where words that may have omissions stand in a document."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from triptych.references.passage import OMISSION, split_omissions, trim_omissions
from triptych.resolve.normalised import NormalisedText, normalise_words

# A piece is a stretch [start, end) of the original text; a passage is its pieces in order, without the words left out.
Piece = tuple[int, int]
Passage = tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Places:
    """All places of a quote, in order: where each begins and ends in the normalised text, and the pieces that they share."""

    pieces: tuple[str, ...]
    starts: Sequence[int]
    ends: Sequence[int]

    def __len__(self) -> int:
        return len(self.starts)

    def chosen(self, kept: Sequence[int]) -> Places:
        return Places(self.pieces, [self.starts[at] for at in kept], [self.ends[at] for at in kept])


NOWHERE = Places((), (), ())


def find_places(index: NormalisedText, words: str) -> Places:
    """Every place of a quote. Brackets that the document itself has are matched as they are, if that gives a match at all."""
    normal = normalise_words(words)
    if not normal:
        return NOWHERE
    for pieces in _readings(index, normal):
        if places := _find_pieces(index, pieces):
            return places
    return NOWHERE


def missing_piece(index: NormalisedText, words: str) -> str | None:
    """The first piece of a quote, normalised, that the document does not have; None where it has each by itself."""
    for piece in split_omissions(normalise_words(words)):
        if not _occurrences(index, piece):
            return piece
    return None


def passage_at(index: NormalisedText, places: Places, number: int) -> Passage:
    """The pieces of one place, of which the shortest reading counts: each as near as can be to the one behind it."""
    ends = [places.ends[number]]
    starts = [ends[0] - len(places.pieces[-1])]
    for piece in reversed(places.pieces[:-1]):
        at = _last_before(index, piece, starts[-1])
        starts.append(at)
        ends.append(at + len(piece))
    return tuple((index.start(start), index.end(end)) for start, end in zip(reversed(starts), reversed(ends), strict=True))


def _readings(index: NormalisedText, normal: str) -> list[tuple[str, ...]]:
    """The ways to read a quote's brackets, the most literal first, each as the pieces to be found."""
    if not OMISSION.search(normal):
        return [(normal,)]
    readings = [(normal,), _joined_where_literal(index, trim_omissions(normal)), split_omissions(normal)]
    return [pieces for at, pieces in enumerate(readings) if pieces and pieces not in readings[:at]]


def _joined_where_literal(index: NormalisedText, normal: str) -> tuple[str, ...]:
    """The pieces of a quote, those joined between which the document has the same bracket."""
    brackets = [bracket.span() for bracket in OMISSION.finditer(normal)]
    pieces: list[str] = []
    begin = 0
    for number, (start, end) in enumerate(brackets):
        following = brackets[number + 1][0] if number + 1 < len(brackets) else len(normal)
        if normal[begin:following].strip(" ") not in index.text:
            pieces.append(normal[begin:start].strip(" "))
            begin = end
    pieces.append(normal[begin:].strip(" "))
    return tuple(piece for piece in pieces if piece)


def _find_pieces(index: NormalisedText, pieces: tuple[str, ...]) -> Places:
    """Places where the pieces follow one another. Of those that end alike the one that begins last is the shortest."""
    found: dict[str, array[int]] = {}
    for piece in pieces:
        if piece not in found:
            found[piece] = _occurrences(index, piece)
        if not found[piece]:
            return NOWHERE
    starts = lasts = found[pieces[0]]
    for before, piece in pairwise(pieces):
        starts, lasts = _following(starts, lasts, len(before), found[piece])
    return Places(pieces, starts, array("I", (last + len(pieces[-1]) for last in lasts))) if starts else NOWHERE


def _following(starts: array[int], lasts: array[int], length: int, occurrences: array[int]) -> tuple[array[int], array[int]]:
    """Chains made longer by a piece: where each begins, and where its last piece does. Both ascend, before and after."""
    longer_starts, longer_lasts = array("I"), array("I")
    at, count = 0, len(lasts)
    for occurrence in occurrences:
        while at < count and lasts[at] + length <= occurrence:
            at += 1
        if at:
            longer_starts.append(starts[at - 1])
            longer_lasts.append(occurrence)
    return longer_starts, longer_lasts


def _occurrences(index: NormalisedText, piece: str) -> array[int]:
    """Where a piece stands, overlapping ones too, in order."""
    text, length, is_boundary = index.text, len(piece), index.is_boundary
    found = array("I")
    at = text.find(piece)
    while at >= 0:
        if is_boundary(at) and is_boundary(at + length):
            found.append(at)
        at = text.find(piece, at + 1)
    return found


def _last_before(index: NormalisedText, piece: str, limit: int) -> int:
    """Where a piece stands last, ending at `limit` or before it; there is such a place."""
    at = index.text.rfind(piece, 0, limit)
    while not (index.is_boundary(at) and index.is_boundary(at + len(piece))):
        at = index.text.rfind(piece, 0, at + len(piece) - 1)
    return at
