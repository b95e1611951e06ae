"""How the parts of a treaty are named: headings -> ids, and the locators of citations -> the provisions they reach.

A label is a sequence of words: `Article IV(1)` and `art. 4 (1)` are `art`, `4`, `1`, once Roman numbers are written as
Arabic ones. A provision has the labels of its heading and of its id, alone and below those that it stands in, and a locator
reaches the provision that has the longest beginning of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from triptych.model import Provision

_NAMES_BY_PART = {
    "art": "article articles art arts",
    "para": "paragraph paragraphs para paras par pars ¶ ¶¶",
    "sec": "section sections sec secs sect sects",
    "ch": "chapter chapters ch chs chap chaps",
    "prin": "principle principles prin prins princ princs",
    "annex": "annex annexes annexe annexs ann anns",
    "point": "point points pt pts",
    "preamble": "preamble preambles preambular",
    "§": "§ §§",
}
_PARTS = {name: part for part, names in _NAMES_BY_PART.items() for name in names.split()}
_SECTION_SIGN = ("sec", "para", "art")  # what `§` stands for: the first of them that a treaty uses
_PAGES = frozenset(("p", "pp", "page", "pages", "vol", "vols", "volume", "volumes"))
_JOINING = frozenset(("and", "or", "&", "und", "et"))
_THROUGH = frozenset(("-", "–", "—", "to"))
_FILLING = frozenset(("of", "the", "to"))

_ROMAN = re.compile(r"(?=[ivxlcdm])m{0,3}(?:cm|cd|d?c{0,3})(?:xc|xl|l?x{0,3})(?:ix|iv|v?i{0,3})", re.IGNORECASE)
_ROMAN_VALUES = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100, "d": 500, "m": 1000}

_COUNT = r"[0-9]{1,6}[a-z]?|[ivxlcdm]+|[a-z]"
_NUMBER = rf"(?:{_COUNT})(?:(?: ?\((?:{_COUNT})\)|\.(?:{_COUNT}))+(?!\w))?(?: ?(?:bis|ter|quater|quinquies)\b)?"
_NAMES = "|".join(re.escape(name) for name in sorted(_PARTS, key=len, reverse=True))
_LABELLED = re.compile(
    rf"(?P<part>{_NAMES})(?:\. ?| |(?<=[§¶]))(?P<number>{_NUMBER})(?!\w)(?P<after>.*)",
    re.IGNORECASE | re.DOTALL | re.ASCII,
)
_ALONE = re.compile(r"(?P<part>preamble\b|annexe?(?=[ .]*(?:$|:| [-–—])))", re.IGNORECASE)
_NUMBERED = re.compile(
    rf"(?:\((?P<inner>{_NUMBER})\)|(?P<bare>{_NUMBER})(?=[.):]|$| [-–—]))(?!\w)(?:[.):]?(?!\S)|$|[.):] )",
    re.IGNORECASE | re.ASCII,
)
_TITLE_BEGIN = re.compile(r"[:–—]|(?<=\w)[.] | - ")

_TOKEN = re.compile(r"(?P<number>[0-9]+)|(?P<word>(?:(?![0-9_§¶])\w)+|[§¶]+)|(?P<mark>[(),;&–—-])")


@dataclass(frozen=True, slots=True)
class ProvisionIndex:
    """A treaty's provisions by their labels."""

    ids: tuple[str, ...]  # in the order of the file
    by_words: Mapping[tuple[str, ...], str]  # labels as written, in lower case -> id
    by_value: Mapping[tuple[str, ...], str]  # the same with Roman numbers as Arabic ones


class Located(NamedTuple):
    """Where a locator leads. It leads to the treaty itself where there are neither ids nor anything missing."""

    ids: tuple[str, ...] = ()  # provisions, in the order of the locator
    is_exact: bool = True  # whether the provisions are all that it says: else it is to be shown beside them
    missing: tuple[str, ...] = ()  # the pieces of the locator that lead nowhere: "art. 99"
    near: tuple[str, ...] = ()  # ids that the author of those may have meant


class _Item(NamedTuple):
    """One place in a locator: `art. 2(4)` is `art`, `2`, `4`; the last word may begin a range."""

    words: tuple[str, ...]
    through: str = ""


# --- Headings --------------------------------------------------------------------------------------------------------


def heading_id(heading: str, parent: str) -> str | None:
    """The id that a heading's label gives, below the provision `parent` ("" for none); None where it has no label."""
    text = " ".join(heading.split())
    if match := _match_label(text):
        part = _PARTS[match["part"].lower()]
        return _join("sec" if part == "§" else part, match["number"])
    if match := _ALONE.match(text):
        return "preamble" if match["part"][0] in "pP" else "annex"
    if parent and (match := _NUMBERED.match(text)):
        return _join(parent, match["inner"] or match["bare"])
    return None


def _match_label(text: str) -> re.Match[str] | None:
    match = _LABELLED.match(text)
    if match is None:
        return None
    number, after = match["number"], match["after"]
    # "Section a reader may skip", "Point I made": a letter that is a word is no number, unless a title is set off after it.
    is_word = number.lower() in ("a", "i") and after.startswith(" ") and after[1:2].islower()
    return None if is_word else match


def _join(beginning: str, number: str) -> str:
    return "-".join((beginning, *re.findall(r"[0-9a-z]+", re.sub(r"(?<=[0-9])(?=(?:bis|ter|qua|quin))", " ", number.lower()))))


# --- Labels ----------------------------------------------------------------------------------------------------------


def index_provisions(provisions: Iterable[Provision]) -> ProvisionIndex:
    """Made once a treaty; of provisions with the same label the first is found, headings before ids."""
    known = tuple(provisions)
    labels: dict[str, list[tuple[str, ...]]] = {}
    for provision in known:
        above = labels.get(provision.parent, [])[:4]
        labels.setdefault(provision.id, []).extend(_labels(provision, above))
    by_words: dict[tuple[str, ...], str] = {}
    by_value: dict[tuple[str, ...], str] = {}
    for rank in range(max((len(some) for some in labels.values()), default=0)):
        for id_, some in labels.items():
            if rank < len(some):
                by_words.setdefault(some[rank], id_)
                by_value.setdefault(_valued(some[rank]), id_)
    return ProvisionIndex(tuple(dict.fromkeys(one.id for one in known)), by_words, by_value)


def _labels(provision: Provision, above: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """All labels of a provision, the likelier first."""
    text = " ".join(provision.heading.split())
    own: list[tuple[str, ...]] = []
    if match := _match_label(text):
        own.append(_words_of(f"{match['part']} {match['number']}"))
    elif match := _NUMBERED.match(text):
        number = _words_of(match["inner"] or match["bare"])
        own += [(*upper, *number) for upper in above]
    else:
        own.append(_words_of(_TITLE_BEGIN.split(text, maxsplit=1)[0]))
    own.append(_words_of(provision.id))
    below = [(*upper, *label) for label in own if label and not _is_count(label[0]) for upper in above]
    # A section sign in a heading is a section; in a locator it may be more.
    plain = [tuple("sec" if word == "§" else word for word in label) for label in (*own, *below) if label]
    return list(dict.fromkeys(plain))


def _words_of(text: str) -> tuple[str, ...]:
    tokens = [match[0] for match in _TOKEN.finditer(text.lower()) if match.lastgroup != "mark"]
    return tuple(_PARTS.get(token, _bare(token)) for token in tokens if token not in _FILLING)


def _bare(word: str) -> str:
    return (word.lstrip("0") or "0") if word[0] in "0123456789" else word


def _valued(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(str(_value(word)) if _value(word) else word for word in words)


def _value(word: str) -> int:
    """What a Roman or Arabic number counts; 0 for any other word."""
    if word.isascii() and word.isdigit():
        return int(word) if len(word) <= 6 else 0
    if word in _PARTS or _ROMAN.fullmatch(word) is None:
        return 0
    values = [_ROMAN_VALUES[letter] for letter in word]
    return sum(-one if one < after else one for one, after in zip(values, [*values[1:], 0], strict=True))


def _is_count(word: str) -> bool:
    return word.isdigit() or (len(word) == 1 and word.isalpha()) or bool(_value(word))


# --- Locators --------------------------------------------------------------------------------------------------------


def locate(locator: str, index: ProvisionIndex) -> Located:
    """The provisions that a locator reaches, or what of it leads nowhere."""
    flat = locator.strip()
    if not index.ids or not flat:
        return Located()
    if flat in index.ids:
        return Located((flat,))
    ids: dict[str, None] = {}
    missing: list[_Item] = []
    is_exact = True
    items, is_page = _read_items(flat)
    for item in items:
        found, is_whole = _reach(item, index)
        ids.update(dict.fromkeys(found))
        is_exact = is_exact and is_whole
        if not found:
            missing.append(item)
    if missing:
        shown = tuple(dict.fromkeys(_show(item) or flat for item in missing))
        return Located(tuple(ids), is_exact, shown, _near(missing[0], index))
    if not ids and not is_page:
        return Located((), False, (flat,), index.ids[:3])
    return Located(tuple(ids), is_exact and not is_page)


class _Reader:
    """A locator while it is read; its own functions alone change it."""

    def __init__(self) -> None:
        self.items: list[_Item] = []
        self.words: list[str] = []
        self.is_page = False  # what follows counts pages or volumes
        self.had_page = False
        self.depth = 0  # of open brackets
        self.was_bracketed = False  # whether the last number stands in brackets
        self.joint = ""  # what stands before the next number: "," "and" "-", or "done" after a range

    def end_item(self) -> None:
        if self.words:
            self.items.append(_Item(tuple(self.words)))

    def add_part(self, part: str) -> None:
        self.is_page = False
        if part in self.words:
            self.end_item()
            del self.words[self.words.index(part) :]
        elif self.joint == "and" and self.words:
            self.end_item()
            self.words.clear()
        self.words.append(part)
        self.joint = ""

    def add_count(self, count: str) -> None:
        if self.is_page:
            return
        bracketed = self.depth > 0
        if self.joint in ("and", ",", "-") and self.words and _is_count(self.words[-1]):
            keep = len(self.words) - 1 if bracketed and self.was_bracketed else _first_count(self.words)
            if self.joint == "-" and self._add_range(keep, count):
                return
            if self.joint != "-":
                self.end_item()
                del self.words[keep:]
        self.words.append(count)
        self.was_bracketed = bracketed
        self.joint = ""

    def _add_range(self, keep: int, count: str) -> bool:
        """Take `1–3` for all between; False where it runs backwards, so that `IV-1` is a paragraph of article IV."""
        if keep != len(self.words) - 1 or not _counts_up(self.words[-1], count):
            return False
        self.items.append(_Item(tuple(self.words), count))
        self.words[-1:] = [count]
        self.items.append(_Item(tuple(self.words)))
        self.joint = "done"
        return True


def _first_count(words: list[str]) -> int:
    """Index of the number that stands after the last part name."""
    return max((at + 1 for at, word in enumerate(words) if not _is_count(word)), default=0)


def _counts_up(first: str, last: str) -> bool:
    low, high = _value(first), _value(last)
    return low < high if low and high else len(first) == len(last) == 1 and first < last


def _read_items(locator: str) -> tuple[list[_Item], bool]:
    """The places that a locator names, in order, and whether it names a page or a volume."""
    reader = _Reader()
    for match in _TOKEN.finditer(_turn_round(locator.lower())):
        word = match[0]
        if match.lastgroup == "mark" and word in "()":
            reader.depth = max(0, reader.depth + (1 if word == "(" else -1))
        elif match.lastgroup == "mark" or word in _JOINING or word in _THROUGH:
            reader.joint = "-" if word in _THROUGH else "and" if word in _JOINING else ","
        elif word in _FILLING:
            continue
        elif word in _PAGES:
            reader.is_page = reader.had_page = True
        elif (part := _PARTS.get(word)) is not None:
            reader.add_part(part)
        elif match.lastgroup == "number" or (_is_count(word) and reader.words):
            reader.add_count(_bare(word))
        elif not reader.is_page:
            reader.words.append(word)
            reader.joint = ""
    if reader.joint != "done":
        reader.end_item()
    return reader.items, reader.had_page


def _turn_round(locator: str) -> str:
    """`para. 1 of art. IV` with the greater part first."""
    inner, of, outer = locator.partition(" of ")
    return f"{outer}, {inner}" if of else locator


def _reach(item: _Item, index: ProvisionIndex) -> tuple[tuple[str, ...], bool]:
    """The provisions at a place, the deepest that there are, and whether they answer all of it."""
    best: tuple[int, str, bool] = (0, "", False)
    for sign in _SECTION_SIGN if "§" in item.words else ("",):
        words = tuple(sign if word == "§" else word for word in item.words)
        if item.through and (between := _between(words, item.through, index)):
            return between, True
        for label in _spellings(words):
            depth = _depth(label, index)
            answered = 2 * sum(map(_is_count, label[:depth])) + (depth > 0)
            # An article is found without its chapter; a paragraph never without its article.
            if answered > best[0] or (answered == best[0] > 0 and label[0] == "art" and not best[2]):
                is_whole = depth == len(label) and sum(map(_is_count, label)) == sum(map(_is_count, words))
                best = (answered, _find(label[:depth], index) or "", is_whole)
    return ((best[1],), best[2]) if best[1] else ((), False)


def _depth(label: tuple[str, ...], index: ProvisionIndex) -> int:
    """How many words the longest beginning of a label has that a provision answers to."""
    return next((depth for depth in range(len(label), 0, -1) if _may_stop(label, depth) and _find(label[:depth], index)), 0)


def _spellings(words: tuple[str, ...]) -> Iterable[tuple[str, ...]]:
    """A label as written, then without the part names inside it (`art. 4 para. 1` is `art. 4(1)`), then without outer parts."""
    yield words
    parts = [at for at, word in enumerate(words) if word in _NAMES_BY_PART]
    for at in parts[1:]:
        yield (*words[:at], *(word for word in words[at:] if word not in _NAMES_BY_PART))
    for at in parts:
        if at:
            yield words[at:]


def _find(words: tuple[str, ...], index: ProvisionIndex) -> str | None:
    return index.by_words.get(words) or index.by_value.get(_valued(words))


def _may_stop(words: tuple[str, ...], depth: int) -> bool:
    """Whether less than the whole label will do; `annex II` is not answered by a lone annex."""
    if depth == len(words):
        return True
    return _is_count(words[depth - 1]) or not _is_count(words[depth]) or words[depth - 1] == "preamble"


def _between(words: tuple[str, ...], last: str, index: ProvisionIndex) -> tuple[str, ...]:
    """The provisions from words[-1] up to `last`, with the same words before; none where neither end is there."""
    beginning, first = _valued(words[:-1]), words[-1]
    low, high = _value(first), _value(last)
    found = set()
    for label, id_ in index.by_value.items():
        if len(label) == len(words) and label[:-1] == beginning:
            word = label[-1]
            if low <= _value(word) <= high if low and high else len(word) == 1 and first <= word <= last:
                found.add(id_)
    if _find(words, index) not in found:
        return ()
    return tuple(id_ for id_ in index.ids if id_ in found)


def _show(item: _Item) -> str:
    """A place as a locator is written: `art. 2(4)`."""
    shown = ""
    for at, word in enumerate(item.words):
        if word in _NAMES_BY_PART:
            shown += f"{', ' if shown else ''}{word}{'' if word in ('annex', 'point', 'preamble', '§') else '.'}"
        elif _is_count(word) and at and _is_count(item.words[at - 1]):
            shown += f"({word})"
        else:
            shown += f" {word.upper() if _value(word) and not word.isdigit() else word}"
    return shown.strip()


def _near(item: _Item, index: ProvisionIndex) -> tuple[str, ...]:
    """Up to three ids that are near: of the same part, by how far their numbers are; else the first of the file."""
    words = _valued(item.words)
    wanted = next((_value(word) for word in words if _value(word)), 0)
    places = {id_: place for place, id_ in enumerate(index.ids)}
    alike = [(label[1], id_) for label, id_ in index.by_value.items() if len(label) == 2 and label[0] == words[0]]
    same = [(abs(_value(number) - wanted), places[id_]) for number, id_ in alike]
    chosen = sorted(place for _, place in sorted(set(same))[:3]) or range(min(3, len(index.ids)))
    return tuple(dict.fromkeys(index.ids[place] for place in chosen))
