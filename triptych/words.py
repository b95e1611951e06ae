"""The interface's own words in the language of the site, and how dates, names and numbers of things read in it.

The words themselves stand in the theme, a table a language (render/wording.py reads them). Months, plural forms and lists are
those of Unicode CLDR, by Babel.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from babel.core import Locale, UnknownLocaleError
from babel.dates import DateTimePattern, parse_pattern
from markupsafe import Markup, escape

from triptych.model import Date, Suspension, Treaty

CLAIM_KINDS = ("fact", "legal", "position", "demand", "denial", "offer", "prediction")
TREATY_KINDS = ("treaty", "commitment", "resolution", "draft", "correspondence")
RIGHT_TO_LEFT = frozenset(("ar", "arc", "ckb", "dv", "fa", "he", "iw", "nqo", "ps", "sd", "syr", "ug", "ur", "yi"))

# Where a tag names no country, whose dates and lists are meant; CLDR takes the largest.
_HOMES = {"en": "en-GB"}
PLACE = re.compile(r"\{([a-z]+)\}")  # of a value, in a pattern of words
_YEAR_WORD = re.compile(r"\s*'г'\.")  # which a Russian newspaper leaves out beside a month
_MONTH_ALONE = "yMMMM"  # CLDR's name for the form of a month with its year

Table = Mapping[str, str]  # key -> pattern; "claims.one" is a plural form of "claims"
Say = Callable[..., str]  # Wording itself for markup, or Wording.plain


class UnknownWordsError(LookupError):
    """A key that no table has: a fault of the template that asks for it."""

    def __init__(self, key: str) -> None:
        super().__init__(f"there are no words `{key}`")


@dataclass(frozen=True, slots=True, kw_only=True)
class DateView:
    iso: str  # for <time datetime>
    text: str  # "17 February 2022", "February 2022", "2022"


class Wording:
    """Words for one language: its own table first, then that of the wider language, then English.

    A call makes markup, in which what is not of the site's language is marked with its own; `plain` makes text, for
    attributes and titles. Its one state is dates and words already made, which only it adds to.
    """

    def __init__(self, language: str, tables: Sequence[tuple[str, Table]]) -> None:
        """`tables`: language tags with their tables, the first to ask first."""
        self.language = language
        self._tables = tables
        self._locale = find_locale(language)
        self._month, self._day, self._first = _date_patterns(self._locale)
        self._dates: dict[Date, DateView] = {}
        self._pieces: dict[str, tuple[str, ...]] = {}  # of a key's pattern as markup: words and names of values by turns

    def __call__(self, key: str, /, **values: object) -> Markup:
        """The words of a key as markup; values that are no markup are escaped. Raises UnknownWordsError."""
        pieces = self._pieces.get(key) or self._split(key)
        if len(pieces) == 1:
            return Markup(pieces[0])
        parts = (escape(values[one]) if number % 2 else one for number, one in enumerate(pieces))
        return Markup("".join(parts))

    def plain(self, key: str, /, **values: object) -> str:
        """The same as text. Raises UnknownWordsError."""
        _, pattern = self._find(key)
        return PLACE.sub(lambda match: str(values[match[1]]), pattern)

    def count(self, key: str, n: int, /) -> Markup:
        """So many of something, in the plural form that the language has for the number."""
        tag = next((tag for tag, table in self._tables if f"{key}.other" in table), "")
        form = f"{key}.{find_locale(tag).plural_form(n)}"
        table = next((table for one, table in self._tables if one == tag), {})
        return self(form if form in table else f"{key}.other", n=n)

    def date(self, date: Date) -> str:
        """A date with no more precision than it has."""
        return self.show_date(date).text

    def show_date(self, date: Date) -> DateView:
        if date not in self._dates:
            self._dates[date] = DateView(iso=date.iso, text=self._write(date))
        return self._dates[date]

    def show_optional(self, date: Date | None) -> DateView | None:
        return self.show_date(date) if date is not None else None

    def names(self, values: Iterable[str]) -> Markup:
        """Names of people, each isolated from the direction of the others: "a, b and c"."""
        names = [Markup("<bdi>{}</bdi>").format(value) for value in values]
        patterns = self._locale.list_patterns["standard"]
        if len(names) < 2:
            return Markup("").join(names)
        if len(names) == 2:
            return Markup(patterns["2"]).format(*names)
        made = Markup(patterns["start"]).format(names[0], names[1])
        for name in names[2:-1]:
            made = Markup(patterns["middle"]).format(made, name)
        return Markup(patterns["end"]).format(made, names[-1])

    def _find(self, key: str) -> tuple[str, str]:
        """The pattern of a key, with the language that it is of."""
        for tag, table in self._tables:
            if key in table:
                return tag, table[key]
        raise UnknownWordsError(key)

    def _split(self, key: str) -> tuple[str, ...]:
        tag, pattern = self._find(key)
        own = primary(tag) == primary(self.language)
        pieces = PLACE.split(pattern)
        pieces[::2] = [str(escape(words)) if own else self._mark(words, tag) for words in pieces[::2]]
        self._pieces[key] = tuple(pieces)
        return self._pieces[key]

    def _mark(self, words: str, tag: str) -> str:
        """Words of another language than the site's, said to be so."""
        if not any(map(str.isalpha, words)):
            return str(escape(words))
        toward = direction(tag)
        turned = f' dir="{toward}"' if toward != direction(self.language) else ""
        return f'<span lang="{tag}"{turned}>{escape(words)}</span>'

    def _write(self, date: Date) -> str:
        if not date.month:
            return str(date.year)
        pattern = (self._first if date.day == 1 else self._day) if date.day else self._month
        return str(pattern.apply(datetime.date(date.year, date.month, date.day or 1), self._locale))


def primary(tag: str) -> str:
    """The language of a tag, without script and country."""
    return tag.partition("-")[0].lower()


@cache
def find_locale(tag: str) -> Locale:
    """What CLDR knows of a language, or of the wider one that it belongs to; of English where it knows neither."""
    for name in (_HOMES.get(tag.lower(), tag), primary(tag)):
        try:
            return Locale.parse(name, sep="-")
        except (ValueError, UnknownLocaleError):
            continue
    return Locale.parse(_HOMES["en"], sep="-")


def _date_patterns(locale: Locale) -> tuple[DateTimePattern, DateTimePattern, DateTimePattern]:
    """How a month, a day, and the first day of a month are written with their year."""
    alone = locale.datetime_skeletons.get(_MONTH_ALONE)
    month = str(alone.pattern) if alone is not None else "LLLL y"
    day = str(locale.date_formats["long"].pattern)
    if locale.language == "ru":
        month, day = (_YEAR_WORD.sub("", one) for one in (month, day))
    first = re.sub(r"\bd\b", "d'er'", day) if locale.language == "fr" else day
    return parse_pattern(month), parse_pattern(day), parse_pattern(first)


def direction(language: str) -> str:
    """"rtl" where the language, or the script that its tag names, runs from right to left."""
    tags = language.lower().split("-")
    if "arab" in tags[1:] or "hebr" in tags[1:]:
        return "rtl"
    return "rtl" if tags[0] in RIGHT_TO_LEFT and "latn" not in tags and "cyrl" not in tags else "ltr"


# --- Kinds and standing ----------------------------------------------------------------------------------------------


def kind_label(kind: str, own: Mapping[str, str], say: Say) -> str:
    """A kind of claim in words; `own` are those that the site adds, or calls otherwise."""
    if kind in own:
        return own[kind]
    return say(f"kind-{kind}") if kind in CLAIM_KINDS else kind


def treaty_status(treaty: Treaty, say: Say) -> str:
    """What an agreement is, in words: "Treaty, legally binding, in force since 1992; suspended by Russia 2007"."""
    known = say(f"treaty-kind-{treaty.kind}") if treaty.kind in TREATY_KINDS else treaty.kind
    for words in (binding_words(treaty, say), _force_words(treaty, say)):
        if words:
            known = say("standing-and", before=known, after=words)
    for one in treaty.suspended:
        known = say("standing-then", before=known, after=_suspension_words(one, say))
    return say("standing-besides", before=known, after=treaty.status) if treaty.status else known


def binding_words(treaty: Treaty, say: Say, yes: str = "standing-binding", no: str = "standing-not-binding") -> str:
    """Whether it binds, by these keys, or in the author's own words; "" where nobody says."""
    match treaty.binding:
        case True:
            return say(yes)
        case False:
            return say(no)
        case str(words):
            return words
        case None:
            return ""


def _force_words(treaty: Treaty, say: Say) -> str:
    """Since when it is in force, and till when."""
    end = treaty.ended.year if treaty.ended is not None else None
    if treaty.in_force is not None and end is not None:
        return say("standing-in-force-until", year=treaty.in_force.year, end=end)
    if treaty.in_force is not None:
        return say("standing-in-force", year=treaty.in_force.year)
    return say("standing-ended", year=end) if end is not None else ""


def _suspension_words(suspension: Suspension, say: Say) -> str:
    if suspension.by:
        return say("standing-suspended-by", by=suspension.by, year=suspension.date.year)
    return say("standing-suspended", year=suspension.date.year)
