"""theme/words/<tag>.toml -> tables of the interface's words, with what is wrong with them; and the choice among them.

English is what every other table is held against, so that no sentence has a place that nothing fills. What a site's own tables
lack is taken from those that Triptych brings, key by key.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping

from triptych.config import find_keys
from triptych.diagnostics import Diagnostic, Outcome, Span
from triptych.text import Lines, nearest
from triptych.values import is_language_tag
from triptych.words import PLACE, Table, Wording, primary

WORDS = "words/"
ENGLISH = "en"
FORMS = ("zero", "one", "two", "few", "many", "other")  # the categories of plural forms of Unicode CLDR

_AT = re.compile(r" \(at (?:line (\d+), column (\d+)|[^()]*)\)$")


class Wordings:
    """The tables that are in use, and the words of the language that was asked for last; its own functions alone change them."""

    def __init__(self, base: Mapping[str, bytes]) -> None:
        """`base`: the words that Triptych brings, by names that end like `words/fr.toml`; a theme's own lie above them."""
        self._base = _read_all({name[name.index(WORDS) :]: data for name, data in base.items()}, {}, {}, [])
        self._tables: dict[str, Table] = {}
        self._chosen: Wording | None = None

    def learn(self, theme: Mapping[str, bytes]) -> tuple[Diagnostic, ...]:
        """Take the words of a theme, a mapping of names such as `words/fr.toml` to bytes; what is wrong with them comes back."""
        faults: list[Diagnostic] = []
        english = {name: data for name, data in theme.items() if _tag(name) == ENGLISH}
        above = _read_all(english, self._base, self._base, faults)
        known = {**self._base.get(ENGLISH, {}), **above.get(ENGLISH, {})}
        if not known:
            hint = "take the file back from the theme that Triptych brings"
            faults.append(_fault(f"theme/{WORDS}{ENGLISH}.toml", 1, 1, "there are no words in English", hint))
        ours = {ENGLISH: {**known, **self._base.get(ENGLISH, {})}}  # what is filled is what our own words have places for
        others = {name: theme[name] for name in theme.keys() - english.keys()}
        above |= _read_all(others, self._base, ours, faults)
        tags = self._base.keys() | above.keys() if known else ()
        self._tables = {tag: {**self._base.get(tag, {}), **above.get(tag, {})} for tag in sorted(tags)}
        self._chosen = None
        return tuple(faults)

    def choose(self, language: str) -> Wording | None:
        """The words for a language: its own, then those of the wider language, then English; None where there are none at all."""
        if self._chosen is None or self._chosen.language != language:
            tags = dict.fromkeys((language.lower(), primary(language), ENGLISH))
            found = [(tag, self._tables[tag]) for tag in tags if tag in self._tables]
            self._chosen = Wording(language, found) if found else None
        return self._chosen


def _tag(name: str) -> str:
    return name.removeprefix(WORDS).removesuffix(".toml").lower()


def _read_all(
    files: Mapping[str, bytes], beneath: Mapping[str, Table], known: Mapping[str, Table], faults: list[Diagnostic]
) -> dict[str, Table]:
    """Tables by tag, each over the one `beneath`; `known` has English, which is asked for keys and places if it is there."""
    tables: dict[str, Table] = {}
    for name in sorted(files):
        if not name.startswith(WORDS) or not name.endswith(".toml"):
            continue
        path = f"theme/{name}"
        if not is_language_tag(_tag(name)):
            hint = "name the file by a language tag, such as `fr.toml` or `pt-br.toml`"
            faults.append(_fault(path, 1, 1, f"`{_tag(name)}` is no language", hint))
            continue
        found = _Sheet(path, files[name].decode("utf-8", "replace").removeprefix("\ufeff")).read()
        table, places = found.value or ({}, {})
        faults += found.diagnostics
        if ENGLISH in known:
            faults += _compare(path, table, known[ENGLISH], places, may_add=_tag(name) == ENGLISH)
        faults += _lacking(path, {**beneath.get(_tag(name), {}), **table}, places)
        tables[_tag(name)] = table
    return tables


_Places = dict[str, tuple[int, int]]  # key -> line and column


class _Sheet:
    """One file of words; it alone adds to what was found."""

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = text
        self.table: dict[str, str] = {}
        self.places: _Places = {}
        self.found: list[Diagnostic] = []

    def read(self) -> Outcome[tuple[Table, _Places]]:
        try:
            values = tomllib.loads(self.text)
        except (ValueError, RecursionError) as fault:
            said = str(fault) if isinstance(fault, ValueError) else "lists or tables nest too deep"
            match = _AT.search(said)
            lines = Lines(self.text)
            line, column = (int(match[1]), int(match[2])) if match and match[1] else lines.place(len(self.text.rstrip()))
            said = _AT.sub("", said)
            hint = 'write `key = "words"`, one a line, with the words in double quotes'
            return Outcome(None, (_fault(self.path, line, column, f"this is not TOML: {said[:1].lower()}{said[1:]}", hint),))
        lines = Lines(self.text)
        for key, (offset, _) in find_keys(self.text):
            self.places.setdefault(".".join(key), lines.place(offset))
        for name, value in values.items():
            self._take(name, value)
        return Outcome((self.table, self.places), tuple(self.found))

    def _take(self, key: str, value: object) -> None:
        if isinstance(value, str):
            self.table[key] = " ".join(value.split("\n"))
        elif isinstance(value, dict):
            self._take_forms(key, value)
        else:
            self._report(key, f"`{key}` takes words", f'write `{key} = "…"`, in quotes')

    def _take_forms(self, key: str, forms: Mapping[str, object]) -> None:
        """The plural forms of a count."""
        for form, words in forms.items():
            if form in FORMS and isinstance(words, str):
                self.table[f"{key}.{form}"] = words
            else:
                listed = ", ".join(f"`{one}`" for one in FORMS)
                self._report(f"{key}.{form}", f"`{form}` is no plural form", f"the forms are {listed}, each with words")

    def _report(self, key: str, message: str, hint: str) -> None:
        self.found.append(_fault(self.path, *self.places.get(key, (1, 1)), message, hint))


def _compare(path: str, table: Table, english: Table, places: _Places, *, may_add: bool) -> Iterator[Diagnostic]:
    """Keys that English lacks, unless the table `may_add` some, and places that its words have not."""
    for key, words in table.items():
        name, _, form = key.partition(".")
        forms = [one for one in english if one.partition(".")[0] == name and bool(form) == ("." in one)]
        at = places.get(key) or places.get(name) or (1, 1)
        if not forms:
            if not may_add:
                near = nearest(name, {one.partition(".")[0] for one in english})
                hint = f"did you mean `{near}`?" if near else f"the keys are those of theme/{WORDS}{ENGLISH}.toml"
                yield _fault(path, *at, f"`{name}` is not a key of the words in English", hint)
            continue
        allowed = {place for one in forms for place in PLACE.findall(english[one])}
        for place in dict.fromkeys(PLACE.findall(words)):
            if place not in allowed:
                listed = ", ".join(f"`{{{one}}}`" for one in sorted(allowed))
                hint = f"the places here are {listed}" if allowed else "leave it out: nothing fills it here"
                yield _fault(path, *at, f"`{key}` has no place `{{{place}}}` in English", hint)


def _lacking(path: str, table: Table, places: _Places) -> Iterator[Diagnostic]:
    """Counts of the file without the form that serves where no other does."""
    for key in dict.fromkeys(key.partition(".")[0] for key in table if "." in key):
        if f"{key}.other" not in table and key in places:
            yield _fault(path, *places[key], f"`{key}` lacks the form `other`", 'add `other = "{n} …"`')


def _fault(path: str, line: int, column: int, message: str, hint: str) -> Diagnostic:
    return Diagnostic(code="template", message=message, span=Span(path, line, column), hint=hint)
