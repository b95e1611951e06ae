"""Straight quotes, `--`, `---` and `...` as the typographer sets them; nothing else is replaced.

Quotes are paired over a whole block, since emphasis and links may begin or end within them. A single one without a partner is
an apostrophe.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

from markdown_it.token import Token

_NARROW = "\u202f"  # a space that does not break, and is as narrow as the French set it
_ENGLISH = ("“", "”", "‘", "’")
_GERMAN = ("„", "“", "‚", "‘")
_RUSSIAN = ("«", "»", "„", "“")
_SPANISH = ("«", "»", "“", "”")

# By the first part of a language tag: double quotes, then those within quotes (Unicode CLDR, "Quotation marks").
_QUOTES = {
    "be": _RUSSIAN, "bg": _GERMAN, "bs": ("„", "”", "‘", "’"), "ca": _SPANISH, "cs": _GERMAN, "da": ("»", "«", "›", "‹"),
    "de": _GERMAN, "el": _SPANISH, "es": _SPANISH, "et": ("„", "“", "«", "»"), "eu": _SPANISH, "fa": ("«", "»", "‹", "›"),
    "fi": ("”", "”", "’", "’"), "fr": (f"«{_NARROW}", f"{_NARROW}»", "“", "”"), "gl": _SPANISH, "he": ("”", "”", "’", "’"),
    "hr": ("„", "”", "‘", "’"), "hu": ("„", "”", "»", "«"), "hy": ("«", "»", "«", "»"), "is": _GERMAN, "it": _SPANISH,
    "ja": ("「", "」", "『", "』"), "ka": _GERMAN, "kk": _SPANISH, "lt": _GERMAN, "lv": ("“", "”", "‘", "’"),
    "mk": ("„", "“", "’", "‘"), "nb": ("«", "»", "‘", "’"), "nn": ("«", "»", "‘", "’"), "no": ("«", "»", "‘", "’"),
    "pl": ("„", "”", "«", "»"), "ro": ("„", "”", "«", "»"), "ru": _RUSSIAN, "sk": _GERMAN, "sl": _GERMAN, "sq": _SPANISH,
    "sr": ("„", "”", "’", "’"), "sv": ("”", "”", "’", "’"), "uk": _RUSSIAN,
}  # fmt: skip

# A comment of HTML, which is shown as text, keeps its dashes, and so does an arrow.
_SIGN = re.compile(r"""["']|(?<!-)(?<!<!)---?(?![->])|(?<!\.)\.\.\.(?!\.)""")
_DASHES = {"--": "–", "---": "—", "...": "…"}
_APOSTROPHE = "’"
_ELSE = "\ufffc"  # stands for what is no text: an image, a citation
_CONTEXT = {"softbreak": "\n", "hardbreak": "\n", "image": _ELSE, "citation": _ELSE, "footnote_ref": _ELSE}


class _Quote(NamedTuple):
    slot: int  # in the list of replacements
    sign: str


def quotes_of(language: str) -> tuple[str, str, str, str]:
    """Opening and closing quotes of a language, then those of the second order; English where we know none."""
    return _QUOTES.get(re.split("[-_]", language.lower(), maxsplit=1)[0], _ENGLISH)


def set_type(tokens: Sequence[Token], quotes: tuple[str, str, str, str]) -> None:
    """Replace the signs in the text tokens and the words of terms, in place; what was escaped stays as it is."""
    parts: list[str] = []
    starts: list[tuple[int, Token]] = []
    at = 0
    for token in tokens:
        if token.type in ("text", "term"):
            starts.append((at, token))
        part = _CONTEXT.get(token.type) or token.content
        parts.append(part)
        at += len(part)
    whole = "".join(parts)
    found = _decide(whole, quotes)
    for start, token in reversed(starts):
        end = start + len(token.content)
        while found and found[-1][0] >= end:
            found.pop()
        pieces: list[str] = []
        while found and found[-1][0] >= start:
            place, length, new = found.pop()
            pieces += (whole[place + length : end], new)
            end = place
        if pieces:
            pieces.append(whole[start:end])
            token.content = "".join(reversed(pieces))


def _decide(whole: str, quotes: tuple[str, str, str, str]) -> list[tuple[int, int, str]]:
    """(place, length, what stands there instead), in order."""
    found: list[tuple[int, int, str]] = []
    open_: list[_Quote] = []
    counts = {'"': 0, "'": 0}
    for match in _SIGN.finditer(whole):
        sign, place = match[0], match.start()
        if sign in _DASHES:
            found.append((place, len(sign), _DASHES[sign]))
            continue
        can_open, can_close = _flanks(whole, place)
        if can_open and can_close:  # in the middle of a word, or of a text without spaces
            can_close = sign == '"' and counts[sign] > 0
            can_open = sign == '"' and not can_close
        offset = 0 if sign == '"' else 2
        if can_close and counts[sign]:
            opener = open_.pop()
            while opener.sign != sign:
                counts[opener.sign] -= 1
                opener = open_.pop()
            counts[sign] -= 1
            place_before = found[opener.slot][0]
            found[opener.slot] = (place_before, 1, quotes[offset])
            found.append((place, 1, quotes[offset + 1]))
        elif can_open:
            open_.append(_Quote(len(found), sign))
            counts[sign] += 1
            found.append((place, 1, quotes[0] if sign == '"' else _APOSTROPHE))
        elif sign == "'":
            found.append((place, 1, _APOSTROPHE))
        elif can_close and not whole[place - 1 : place].isdigit():  # after a figure it means inches or seconds
            found.append((place, 1, quotes[1]))
    return found


def _flanks(whole: str, place: int) -> tuple[bool, bool]:
    """Whether a quote here can open, and whether it can close, by what stands on either side (as emphasis is judged).

    Both where the two sides are alike.
    """
    before = whole[place - 1] if place else " "
    after = whole[place + 1] if place + 1 < len(whole) else " "
    space_before, space_after = before.isspace(), after.isspace()
    sign_before, sign_after = _is_punctuation(before), _is_punctuation(after)
    can_open = not space_after and (not sign_after or space_before or sign_before)
    can_close = not space_before and (not sign_before or space_after or sign_after)
    if can_open and can_close and sign_before != sign_after:
        return sign_before, sign_after
    return can_open, can_close


def _is_punctuation(char: str) -> bool:
    return not char.isalnum() and unicodedata.category(char)[0] in "PS"
