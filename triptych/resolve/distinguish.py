"""The words before or after a place that tell it from others where the same words stand."""

from __future__ import annotations

import re
from collections.abc import Sequence

from triptych.resolve.normalised import NormalisedText, normalise_words
from triptych.text import UNSPACED

_UNSPACED = re.compile(f"[{UNSPACED}]")
_LONGEST_WORD = 40  # characters; what goes on without a space is taken apart there
_WORDS_TRIED = 8  # before the whole stretch that places share is measured
_EFFORT = 5_000_000  # characters compared for one side of one place, and three looks at each other place


def telling_contexts(
    index: NormalisedText, starts: Sequence[int], ends: Sequence[int], wanted: Sequence[int]
) -> list[tuple[str, str]]:
    """For each place wanted, the shortest prefix or suffix, in whole words, that no other place has; the other one is "".

    Places are offsets of the normalised text, in order, and so are the words. Where neither settles it alone, both are
    given; both are "" where too many places have too much in common for words to settle it.
    """
    befores = [edge_before(index.text, start) for start in starts]
    afters = [edge_after(index.text, end) for end in ends]
    return [_telling_context(index, befores, afters, which) for which in wanted]


def _telling_context(index: NormalisedText, befores: list[int], afters: list[int], which: int) -> tuple[str, str]:
    text, before, after = index.text, befores[which], afters[which]
    first = _telling_start(index, before, befores[:which] + befores[which + 1 :])
    last = _telling_end(index, after, afters[:which] + afters[which + 1 :])
    if first is not None and (last is None or before - first <= last - after):
        return text[first:before], ""
    if last is not None:
        return "", text[after:last]
    rivals = [edges for at, edges in enumerate(zip(befores, afters, strict=True)) if at != which]
    return _telling_both(index, (before, after), rivals)


def edge_before(text: str, start: int) -> int:
    """Where a prefix of what begins at `start` ends: white space between does not count."""
    return start - 1 if start and text[start - 1] == " " else start


def edge_after(text: str, end: int) -> int:
    """Where a suffix of what ends at `end` begins."""
    return end + 1 if text[end : end + 1] == " " else end


def as_written(original: str, index: NormalisedText, start: int, end: int) -> str:
    """The document's own characters at a normalised stretch, on one line, as long as they still mean that stretch."""
    words = index.text[start:end].strip(" ")
    own = " ".join(original[index.start(start) : index.end(end)].split())
    return own if normalise_words(own) == words else words


def _telling_start(index: NormalisedText, edge: int, rivals: list[int]) -> int | None:
    """Where the shortest prefix begins that none of the rivals has; None where there is none."""
    text, at = index.text, edge
    lowest = 1 if text.startswith(" ") else 0
    looks = 3 * len(rivals) + _EFFORT // 50
    for _ in range(_WORDS_TRIED):
        at = max(lowest, word_before(index, at))
        words = text[at:edge]
        looks -= len(rivals)
        rivals = [rival for rival in rivals if rival >= len(words) and text.startswith(words, rival - len(words))]
        if at <= lowest or looks < len(rivals) or (not rivals and _has_letters(words)):
            break
    if rivals:
        shared = _longest_shared(text, edge, rivals, backwards=True)
        if shared is None or edge - shared <= lowest:
            return None
        at = max(lowest, word_before(index, edge - shared))
    return at if at < edge else None


def _telling_end(index: NormalisedText, edge: int, rivals: list[int]) -> int | None:
    """Where the shortest suffix ends that none of the rivals has; None where there is none."""
    text, at = index.text, edge
    highest = len(text) - 1 if text.endswith(" ") else len(text)
    looks = 3 * len(rivals) + _EFFORT // 50
    for _ in range(_WORDS_TRIED):
        at = min(highest, word_after(index, at))
        words = text[edge:at]
        looks -= len(rivals)
        rivals = [rival for rival in rivals if text.startswith(words, rival)]
        if at >= highest or looks < len(rivals) or (not rivals and _has_letters(words)):
            break
    if rivals:
        shared = _longest_shared(text, edge, rivals, backwards=False)
        if shared is None or edge + shared >= highest:
            return None
        at = min(highest, word_after(index, edge + shared))
    return at if at > edge else None


def _telling_both(index: NormalisedText, here: tuple[int, int], rivals: list[tuple[int, int]]) -> tuple[str, str]:
    """A prefix and a suffix that no rival has together: few words, not always the fewest."""
    text, (first, last) = index.text, here
    steps = 1
    while rivals:
        for _ in range(steps):
            first, last = word_before(index, first), word_after(index, last)
        before, after = text[first : here[0]].strip(" "), text[here[1] : last].strip(" ")
        if (len(before) + len(after) + 100) * len(rivals) > _EFFORT:
            return "", ""
        rivals = [
            (left, right)
            for left, right in rivals
            if left >= len(before) and text.startswith(before, left - len(before)) and text.startswith(after, right)
        ]
        if rivals and first == 0 and last == len(text):
            return "", ""
        steps *= 2
    return text[first : here[0]].strip(" "), text[here[1] : last].strip(" ")


def _has_letters(words: str) -> bool:
    """A comma alone may tell two places apart, but it is no word that an author would look for."""
    return any(map(str.isalnum, words))


def word_before(index: NormalisedText, at: int) -> int:
    """Where the word begins that ends at `at` or before it, or that `at` stands in."""
    text = index.text
    at = edge_before(text, at)
    if not at:
        return 0
    lowest = max(0, at - _LONGEST_WORD)
    start = max(lowest, text.rfind(" ", lowest, at) + 1)
    unspaced = [match.end() for match in _UNSPACED.finditer(text, start, at)]
    if unspaced:
        start = unspaced[-1] if unspaced[-1] < at else at - 1
    while not index.is_boundary(start):
        start -= 1
    return start


def word_after(index: NormalisedText, at: int) -> int:
    """Where the word ends that begins at `at` or behind it, or that `at` stands in."""
    text = index.text
    at = edge_after(text, at)
    if at >= len(text):
        return len(text)
    highest = min(len(text), at + _LONGEST_WORD)
    space = text.find(" ", at, highest)
    end = space if space >= 0 else highest
    if unspaced := _UNSPACED.search(text, at, end):
        end = unspaced.start() if unspaced.start() > at else at + 1
    while not index.is_boundary(end):
        end += 1
    return end


def _longest_shared(text: str, edge: int, rivals: list[int], *, backwards: bool) -> int | None:
    """The most characters beside `edge` that some rival has beside it too; None where that is too much to compare."""

    def is_shared(rival: int, begin: int, end: int) -> bool:
        if backwards:
            return end <= min(edge, rival) and text[edge - end : edge - begin] == text[rival - end : rival - begin]
        return end <= len(text) - max(edge, rival) and text[edge + begin : edge + end] == text[rival + begin : rival + end]

    shared, size = 0, 64
    while rivals and size:
        if (size + 100) * len(rivals) > _EFFORT:
            return None
        if alike := [rival for rival in rivals if is_shared(rival, shared, shared + size)]:
            # From here on only these count, by as much as they share beyond it.
            rivals, shared, size = alike, shared + size, 2 * size
        else:
            size //= 2
    return shared
