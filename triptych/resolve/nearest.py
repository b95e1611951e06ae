"""The passage of a document that comes nearest to words which it does not hold, and how it differs, word by word.

It only helps the author to see what is wrong: nothing is ever anchored here.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

from rapidfuzz import fuzz
from rapidfuzz.distance import Indel

from triptych.resolve.normalised import NormalisedText
from triptych.text import UNSPACED

# Punctuation stands by itself, so that a comma more is not a different word; an apostrophe within a word belongs to it.
_MARKS = r""".,;:!?"'()\[\]{}<>/"""
_LETTERS = f"[^ {_MARKS}{UNSPACED}]+"
_WORD = re.compile(f"[{UNSPACED}]|{_LETTERS}(?:'{_LETTERS})*|[{_MARKS}]")

_ALIKE = 55.0  # of rapidfuzz's ratio, from 0 to 100: below it, a passage helps nobody
_SEARCHED_WHOLE = 400_000  # characters of a document that are compared with a short quote outright
_SHORT_QUOTE = 400  # characters
_SAMPLES = 10  # runs of words of a quote that are looked for in a longer document
_COMMON = 200  # places of a run of words at which it says nothing any more
_CHANGED_ENDS = 3  # words at either end of a passage that may be other than the quote's
_KEPT = 6  # words shown on either side of a difference
_SHOWN_AT_MOST = 1_500  # characters of a difference


class _Token(NamedTuple):
    """A word or a punctuation mark of a normalised text."""

    word: str
    start: int
    end: int
    is_spaced: bool  # whether a space stands before it


@dataclass(frozen=True, slots=True, kw_only=True)
class Near:
    """A passage that resembles a quote; offsets are those of the original text."""

    start: int
    end: int
    difference: str  # on one line, with {+words of the document alone+} and [-words of the quote alone-]


def find_nearest(original: str, index: NormalisedText, words: str) -> Near | None:
    """Look for the passage that is most like normalised `words`; None where nothing resembles them."""
    window = _likely_window(index.text, words)
    if window is None:
        return None
    first, last = window
    quote, passage = _tokens(words, 0, len(words)), _tokens(index.text, first, last)
    blocks = _without_strays(_equal_blocks(quote, passage))
    if not blocks:
        return None
    # A first or last word that the document has otherwise belongs to the passage, though it equals none of the quote's.
    begin = max(0, blocks[0][1] - min(blocks[0][0], _CHANGED_ENDS))
    until = blocks[-1][1] + blocks[-1][2]
    passage = passage[begin : until + min(len(quote) - blocks[-1][0] - blocks[-1][2], _CHANGED_ENDS)]
    start, end = passage[0].start, passage[-1].end
    if fuzz.ratio(_low(words), _low(index.text[start:end])) < _ALIKE:
        return None
    shown = [token._replace(word=original[index.start(token.start) : index.end(token.end)]) for token in passage]
    difference = _difference(quote, passage, shown)
    return Near(start=index.start(start), end=index.end(end), difference=difference)


def _likely_window(text: str, words: str) -> tuple[int, int] | None:
    """A stretch of the text, on word bounds, that holds the passage and a little more."""
    slack = len(words) // 4 + 20
    if len(text) <= _SEARCHED_WHOLE and len(words) <= _SHORT_QUOTE:
        start = _aligned(text, words, 0)
    else:
        start = _voted(text, words)
        if start is not None and len(words) <= _SHORT_QUOTE:
            low = max(0, start - 4 * len(words))
            start = _aligned(text[low : start + 5 * len(words)], words, low)
    if start is None:
        return None
    first, last = max(0, start - slack), min(len(text), start + len(words) + slack)
    return _word_start(text, first), _word_end(text, last)


def _aligned(text: str, words: str, offset: int) -> int | None:
    found = fuzz.partial_ratio_alignment(_low(words), _low(text), score_cutoff=_ALIKE - 15)
    if found is None:
        return None
    # Where the text is the shorter one, it is the words that were cut to its length.
    return offset + (found.dest_start if len(words) <= len(text) else 0)


def _voted(text: str, words: str) -> int | None:
    """Where the quote would begin by most of the runs of words that it shares with the text; a rare run has more say."""
    spans = [match.span() for match in _WORD.finditer(words)]
    width = max(64, len(words) // 4)
    votes: defaultdict[int, float] = defaultdict(float)
    for length in (3, 1):
        runs = [(spans[at][0], spans[at + length - 1][1]) for at in range(len(spans) - length + 1)]
        for start, end in runs[:: max(1, -(-len(runs) // _SAMPLES))]:
            hits = list(islice(_hits(text, words[start:end]), _COMMON + 1))
            if len(hits) > _COMMON:
                continue
            for hit in hits:
                votes[(hit - start) // width] += 1 / len(hits)
        if votes and max(votes.values()) >= 0.5:
            break
    if not votes:
        return None
    # A passage that was shortened or lengthened votes for two neighbouring places.
    best = max(votes, key=lambda at: (votes[at] + votes.get(at + 1, 0), -at))
    return max(0, best * width)


def _hits(text: str, words: str) -> Iterator[int]:
    at = text.find(words)
    while at >= 0:
        yield at
        at = text.find(words, at + 1)


def _tokens(text: str, start: int, end: int) -> list[_Token]:
    return [
        _Token(match[0], *match.span(), text[match.start() - 1 : match.start()] == " ")
        for match in _WORD.finditer(text, start, end)
    ]


def _equal_blocks(quote: list[_Token], passage: list[_Token]) -> list[tuple[int, int, int]]:
    """Runs of equal words: where in the quote, where in the passage, how many."""
    operations = Indel.opcodes([token.word for token in quote], [token.word for token in passage])
    return [(op.src_start, op.dest_start, op.src_end - op.src_start) for op in operations if op.tag == "equal"]


def _without_strays(blocks: list[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    """Without a word or two at either end that equal something far off from the rest by chance."""

    def gap(left: tuple[int, int, int], right: tuple[int, int, int]) -> int:
        return (right[1] - left[1] - left[2]) - (right[0] - left[0] - left[2])

    while len(blocks) > 1 and gap(blocks[0], blocks[1]) > 2 * blocks[0][2] + 1:
        blocks = blocks[1:]
    while len(blocks) > 1 and gap(blocks[-2], blocks[-1]) > 2 * blocks[-1][2] + 1:
        blocks = blocks[:-1]
    return blocks


def _difference(quote: list[_Token], passage: list[_Token], shown: list[_Token]) -> str:
    """The passage as the document has it, with what the quote lacks and what it has besides; long equal stretches are cut."""
    line = ""
    done = [0, 0]  # words of the quote and of the passage that are dealt with
    ends = (len(quote), len(passage), 0)
    for in_quote, in_passage, count in [*_equal_blocks(quote, passage), ends]:
        if in_quote > done[0]:
            line += _marked("[-", quote[done[0] : in_quote], "-]")
        if in_passage > done[1]:
            line += _marked("{+", shown[done[1] : in_passage], "+}")
        done = [in_quote + count, in_passage + count]
        line += _cut(shown[in_passage : done[1]], opens=not line, closes=done == [len(quote), len(passage)])
    line = line.strip()
    return line if len(line) <= _SHOWN_AT_MOST else line[:_SHOWN_AT_MOST].rstrip() + " …"


def _marked(opening: str, tokens: list[_Token], closing: str) -> str:
    return f"{' ' if tokens[0].is_spaced else ''}{opening}{_joined(tokens).strip()}{closing}"


def _cut(tokens: list[_Token], *, opens: bool, closes: bool) -> str:
    """Words that are equal, as far as they stand near a difference."""
    head, tail = (0 if opens else _KEPT), (0 if closes else _KEPT)
    if len(tokens) <= head + tail + _KEPT:
        return _joined(tokens)
    return f"{_joined(tokens[:head])} …{_joined(tokens[len(tokens) - tail :])}"


def _joined(tokens: list[_Token]) -> str:
    return "".join(f"{' ' if token.is_spaced else ''}{visible(token.word)}" for token in tokens)


def visible(text: str) -> str:
    """A text on one line in which what cannot be seen is spelled out."""
    flat = " ".join(text.split())
    return flat if flat.isprintable() else "".join(char if char.isprintable() else f"<U+{ord(char):04X}>" for char in flat)


def _low(text: str) -> str:
    """Without regard to case, unless that would move its characters."""
    low = text.lower()
    return low if len(low) == len(text) else text


def _word_start(text: str, offset: int) -> int:
    at = text.rfind(" ", max(0, offset - 80), offset)
    return at + 1 if at >= 0 else max(0, offset)


def _word_end(text: str, offset: int) -> int:
    at = text.find(" ", offset, offset + 80)
    return at if at >= 0 else offset
