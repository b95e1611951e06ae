"""A text as quotes are compared with it, and the way back to the text as it was written.

What counts as equal is said in one table here. The way back is kept for the stretches that changed their length alone,
so that it costs little for a long text; a text that has none needs no map at all.
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable
from dataclasses import dataclass

from triptych.text import UNSPACED

_DROPPED = re.compile("[\u00ad\u200b\u2060\ufeff]+")

# Characters that equal another one, and so do not change the length.
_LINE_ENDS = "\v\f\r\x85\u2028\u2029"
_SPACES = "\t\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
_EQUALS = (("\n", _LINE_ENDS), (" ", _SPACES), ('"', "“”„‟«»″"), ("'", "‘’‚‛‹›′"), ("-", "‐‑‒–—―−"))
_SAME = tuple((char, equal) for equal, chars in _EQUALS for char in chars)
_SPELLED_OUT = {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st", "…": "..."}
_SPELLED_OUT_CHARS = re.compile(f"[{''.join(_SPELLED_OUT)}]")
_INSIDE_SPELLED_OUT = frozenset("filt.")  # what can stand second or third in one of them

_SPACE_RUN = re.compile("  +")
_SPACE_RUN_OR_LINE_END = re.compile("[ \n]{2,}|\n")
_UNSPACED = re.compile(f"[{UNSPACED}]")

_JOINERS = "\u200c\u200d"
_REGIONAL = re.compile("[\U0001f1e6-\U0001f1ff]+$")


@dataclass(frozen=True, slots=True)
class Rewriting:
    """Where a text and what was made of it differ in length: three arrays with one entry a place, and a last one for the ends.

    Between two places offsets differ by a constant, so that the end of a place in the result needs no array.
    """

    result_starts: array[int]
    starts: array[int]
    ends: array[int]

    def back_to_start(self, offset: int) -> int:
        """The offset before the rewriting, of what begins at `offset` after it."""
        at = bisect_right(self.result_starts, offset) - 1
        if at < 0:
            return offset
        if self.result_starts[at] == offset and self._result_end(at) > offset:
            return self.starts[at]
        return self.ends[at] + max(0, offset - self._result_end(at))

    def back_to_end(self, offset: int) -> int:
        """The offset before the rewriting, of what ends at `offset` after it."""
        at = bisect_left(self.result_starts, offset) - 1
        if at < 0:
            return offset
        return self.ends[at] + max(0, offset - self._result_end(at))

    def is_inside(self, offset: int) -> bool:
        """Whether the offset lies within what a place became, neither at its start nor at its end."""
        at = bisect_left(self.result_starts, offset) - 1
        return at >= 0 and offset < self._result_end(at)

    def _result_end(self, at: int) -> int:
        if at + 1 == len(self.result_starts):
            return self.result_starts[at]
        return self.result_starts[at + 1] - (self.starts[at + 1] - self.ends[at])


@dataclass(frozen=True, slots=True)
class NormalisedText:
    """A text in which equal characters are the same, with a single space for any white space."""

    text: str
    rewritings: tuple[Rewriting, ...]  # in the order in which they were made

    def start(self, offset: int) -> int:
        """Offset in the original of the character at `offset`."""
        for rewriting in reversed(self.rewritings):
            offset = rewriting.back_to_start(offset)
        return offset

    def end(self, offset: int) -> int:
        """Offset in the original behind the character that ends at `offset`."""
        for rewriting in reversed(self.rewritings):
            offset = rewriting.back_to_end(offset)
        return offset

    def is_boundary(self, offset: int) -> bool:
        """Whether a match may begin or end here: not inside a character as a reader sees it, a ligature or an ellipsis."""
        if not 0 < offset < len(self.text):
            return True
        before, after = self.text[offset - 1], self.text[offset]
        if after < "\u0300" and after not in _INSIDE_SPELLED_OUT:
            return True
        if before != " " and _continues(before, after):
            return False
        if "\U0001f1e6" <= after <= "\U0001f1ff" and (flags := _REGIONAL.search(self.text, max(0, offset - 200), offset)):
            return (offset - flags.start()) % 2 == 0
        if before == after == "." and _splits_ellipsis(self.text, offset):
            return False
        return not (self.rewritings and after in _INSIDE_SPELLED_OUT and self._is_inside(offset))

    def _is_inside(self, offset: int) -> bool:
        for rewriting in reversed(self.rewritings):
            if rewriting.is_inside(offset):
                return True
            offset = rewriting.back_to_start(offset)
        return False


def normalise(text: str) -> NormalisedText:
    """Bring a text into the form in which quotes are compared. Time is linear in its length."""
    rewritings: list[Rewriting] = []

    def rewrite(pattern: re.Pattern[str], replacement: Callable[[re.Match[str]], str]) -> None:
        nonlocal text
        text, rewriting = _rewrite(text, pattern, replacement)
        if rewriting is not None:
            rewritings.append(rewriting)

    if not text.isascii():
        rewrite(_DROPPED, lambda _: "")
        if not unicodedata.is_normalized("NFC", text):
            rewrite(_composable(text), _compose)
    # One pass for each character, each at the speed of memory, is far faster than one pass of `str.translate`.
    for char, equal in _SAME:
        text = text.replace(char, equal)
    if not text.isascii():
        has_unspaced = _UNSPACED.search(text) is not None
        if has_unspaced and "\n" in text:
            rewrite(_SPACE_RUN_OR_LINE_END, _space_or_nothing)
        rewrite(_SPELLED_OUT_CHARS, lambda match: _SPELLED_OUT[match[0]])
    text = text.replace("\n", " ")
    rewrite(_SPACE_RUN, lambda _: " ")
    return NormalisedText(text, tuple(rewritings))


def normalise_words(words: str) -> str:
    """Words to be looked for, in the same form, without white space at their ends."""
    return normalise(words).text.strip(" ")


def _rewrite(text: str, pattern: re.Pattern[str], replacement: Callable[[re.Match[str]], str]) -> tuple[str, Rewriting | None]:
    result_starts, starts, ends = array("I"), array("I"), array("I")
    pieces: list[str] = []
    done, grown = 0, 0  # up to where the text is copied; by how much the result is longer so far
    for match in pattern.finditer(text):
        start, end = match.span()
        new = replacement(match)
        if len(new) == end - start:
            if new == match[0]:
                continue
        else:
            result_starts.append(start + grown)
            starts.append(start)
            ends.append(end)
            grown += len(new) - (end - start)
        pieces += (text[done:start], new)
        done = end
        if len(pieces) > 100_000:  # many small strings would take far more room than their text
            pieces = ["".join(pieces)]
    if not pieces:
        return text, None
    pieces.append(text[done:])
    if not starts:
        return "".join(pieces), None
    result_starts.append(len(text) + grown)
    starts.append(len(text))
    ends.append(len(text))
    return "".join(pieces), Rewriting(result_starts, starts, ends)


def _space_or_nothing(match: re.Match[str]) -> str:
    """A line break is nothing between two characters of a script that puts no space between its words."""
    text, (start, end) = match.string, match.span()
    if "\n" not in match[0]:
        return " "
    while start and _extends(text[start - 1]):
        start -= 1
    after = text[end : end + 1]
    if start and after and _UNSPACED.match(text, start - 1) and _UNSPACED.match(after) and not _extends(after):
        return ""
    return " "


def _compose(match: re.Match[str]) -> str:
    return unicodedata.normalize("NFC", match[0])


def _composable(text: str) -> re.Pattern[str]:
    """A pattern for the stretches of this text that composing may change, each of which composes by itself."""
    alphabet = set(text)
    joining = "".join(sorted(char for char in alphabet if _composes_with_previous(char)))
    changing = "".join(sorted(char for char in alphabet if not unicodedata.is_normalized("NFC", char)))
    alone = f"[{re.escape(changing)}]" if changing else "(?!)"
    if not joining:
        return re.compile(alone)
    joining = re.escape(joining)
    # White space takes no mark, so that a stretch never begins with the end of a line.
    return re.compile(rf"[^\s{joining}]?[{joining}]+|{alone}")


def _composes_with_previous(char: str) -> bool:
    """Marks, the vowels and finals of decomposed Hangul, and the vowel signs of Kirat Rai, which are letters."""
    return unicodedata.category(char)[0] == "M" or "\u1160" <= char <= "\u11ff" or "\U00016d63" <= char <= "\U00016d6a"


def _extends(char: str) -> bool:
    """Whether a character only continues the one before it: a mark, a selector, a joiner, a skin tone, a tag."""
    if char < "\u0300":
        return False
    return (
        char in _JOINERS
        or unicodedata.category(char)[0] == "M"
        or "\U0001f3fb" <= char <= "\U0001f3ff"
        or "\U000e0020" <= char <= "\U000e007f"
    )


def _continues(before: str, after: str) -> bool:
    # Joined pictures are one: a family, a profession.
    return _extends(after) or (before == "\u200d" and (after >= "\U0001f000" or unicodedata.category(after) == "So"))


def _splits_ellipsis(text: str, offset: int) -> bool:
    """Whether three full stops that are an ellipsis lie on both sides; with a fourth, the full stop may be first or last."""
    run = text[max(0, offset - 4) : offset + 4]
    at = offset - max(0, offset - 4)
    before = at - len(run[:at].rstrip("."))
    after = len(run[at:]) - len(run[at:].lstrip("."))
    return before + after == 3 or (before == after == 2)
