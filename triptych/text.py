"""Pure string work: places in a text, ids, names that are nearly right, and scripts that put no space between words."""

from __future__ import annotations

import re
import unicodedata
from array import array
from bisect import bisect_right
from collections.abc import Iterable
from difflib import SequenceMatcher
from functools import lru_cache
from heapq import nlargest
from itertools import accumulate, islice
from operator import eq

# Scripts whose words are not set apart by spaces, with the punctuation that is theirs alone, as the inside of a character
# class: Thai, Lao, Tibetan, Myanmar, Khmer, Tai, Javanese and Balinese, kana, bopomofo and Han with their wide forms.
UNSPACED = (
    "\u0e00-\u0eff\u0f00-\u0fff\u1000-\u109f\u1780-\u17ff\u1950-\u19ff\u1a20-\u1aaf\u1b00-\u1b7f"
    "\u2e80-\u2fdf\u3001-\u312f\u31a0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua980-\ua9df\ua9e0-\ua9ff\uaa60-\uaadf"
    "\uf900-\ufaff\ufe30-\ufe4f\uff01-\uff9f"
    "\U0001aff0-\U0001b16f\U00020000-\U0003ffff"
)

_ID = re.compile(r"[a-z0-9][a-z0-9.-]{0,79}")
_APOSTROPHES = re.compile("['’‘ʼ`´]")
_NOT_IN_ID = re.compile(r"[^a-z0-9.]+")
_DOTS_AT_WORD_END = re.compile(r"\.+(?=-|$)|(?:(?<=-)|^)\.+")
_DIGIT = re.compile(r"\d")
_WORD = re.compile(rf"(?P<unspaced>[{UNSPACED}])|[^\s{UNSPACED}]+")
# Letters that no decomposition takes apart, in the spelling that an address usually has.
_PLAIN = str.maketrans({"æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "þ": "th", "ı": "i", "ħ": "h"})

_NEAR_ENOUGH = 0.6  # of difflib's ratio, from 0 to 1
_LOOKED_AT_CLOSELY = 40
_LOOKED_AT_ROUGHLY = 400


class Lines:
    """Offsets of a text with LF line ends as lines and columns, both from 1, in code points."""

    __slots__ = ("_starts", "_text")

    def __init__(self, text: str) -> None:
        starts = array("Q", (0,))
        at = text.find("\n")
        while at >= 0:
            starts.append(at + 1)
            at = text.find("\n", at + 1)
        self._text = text
        self._starts = starts

    def __len__(self) -> int:
        return len(self._starts)

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column of the character at `offset`; the end of the text is a place too."""
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1

    def line(self, number: int) -> str:
        """The words of one line, from 1, without its line end; "" where there is no such line."""
        if not 1 <= number <= len(self._starts):
            return ""
        end = self._starts[number] - 1 if number < len(self._starts) else len(self._text)
        return self._text[self._starts[number - 1] : end]


def is_id(name: str) -> bool:
    """Whether a name can be an id: lower-case letters, digits, dashes and dots, 80 at most."""
    return _ID.fullmatch(name) is not None


def slugify(words: str, limit: int = 80) -> str:
    """An id made of words, cut between words; "" where none of their letters can stand in an id."""
    plain = unicodedata.normalize("NFKD", words.casefold()).translate(_PLAIN)
    bare = "".join(char for char in plain if not unicodedata.combining(char))
    slug = _NOT_IN_ID.sub("-", _APOSTROPHES.sub("", bare))
    slug = re.sub("-{2,}", "-", _DOTS_AT_WORD_END.sub("", slug)).strip("-.")
    if len(slug) > limit:
        whole_words = slug[: limit + 1].rpartition("-")[0]
        slug = whole_words or slug[:limit]
    return slug.strip("-.")


def fold(name: str) -> str:
    """A name as names are compared: neither case nor the amount of white space counts."""
    composed = unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())
    return " ".join(composed.split())


@lru_cache(maxsize=1 << 14)
def first_words(text: str, count: int = 8) -> str:
    """The first words of a text on one line, with an ellipsis where more follow; two characters without spaces are a word."""
    flat = " ".join(text.split())
    halves = 0
    for word in _WORD.finditer(flat):
        halves += 1 if word["unspaced"] else 2
        if halves > 2 * count:
            return flat[: word.start()].rstrip() + "…"
    return flat


def nearest(name: str, candidates: Iterable[str]) -> str | None:
    """The candidate that the author of `name` most likely meant, or None where none is near.

    Digits count double: authors mistype years more than names. Of candidates that are as near, the first in
    alphabetical order is taken.
    """
    wanted = name.casefold()
    slack = max(2, len(wanted) // 2)
    right_length = sorted({one for one in candidates if abs(len(one) - len(wanted)) <= slack})
    matcher = SequenceMatcher(autojunk=False)
    matcher.set_seq2(_weighted(wanted))
    best, best_ratio = None, _NEAR_ENOUGH
    for candidate in _roughly_nearest(wanted, right_length):
        matcher.set_seq1(_weighted(candidate.casefold()))
        if matcher.real_quick_ratio() > best_ratio and (ratio := matcher.ratio()) > best_ratio:
            best, best_ratio = candidate, ratio
    return best


def _roughly_nearest(wanted: str, candidates: list[str]) -> list[str]:
    """Those few that are worth a close look: they share the rarest pairs of letters, and most characters from either end."""
    if len(candidates) <= _LOOKED_AT_CLOSELY:
        return candidates
    folded = [one.casefold() for one in candidates]
    backwards = wanted[::-1]

    def likeness(index: int) -> int:
        from_start: int = sum(map(eq, wanted, folded[index]))
        from_end: int = sum(map(eq, backwards, folded[index][::-1]))
        return from_start + from_end

    best = nlargest(_LOOKED_AT_CLOSELY, _sharing_rare_pairs(wanted, folded), key=likeness)
    return [candidates[index] for index in sorted(best)]


def _sharing_rare_pairs(wanted: str, candidates: list[str]) -> list[int]:
    """Indices of candidates that hold the pairs of letters that fewest hold; some hundreds at most, however many there are."""
    starts = list(accumulate((len(one) + 1 for one in candidates), initial=0))
    joined = "\n".join(candidates)
    pairs = {wanted[at : at + 2] for at in range(len(wanted) - 1)}
    found: set[int] = set()
    for _, pair in sorted((joined.count(pair), pair) for pair in pairs):
        if len(found) >= _LOOKED_AT_ROUGHLY:
            break
        for hit in islice(re.finditer(re.escape(pair), joined), _LOOKED_AT_ROUGHLY):
            found.add(bisect_right(starts, hit.start()) - 1)
    return sorted(found)


def _weighted(name: str) -> str:
    return _DIGIT.sub(lambda digit: digit[0] * 2, name)
