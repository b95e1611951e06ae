"""Terms that a text names without saying so: the longest name, as a whole word, the first time in a body.

All names become one pattern, a trie, so that a text is gone through once however large the glossary is.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any

from triptych.model import AutoLink
from triptych.text import UNSPACED

LONGEST_NAME = 100  # characters; the pattern nests as deep as names are long, so a longer one is linked only where written

_UNSPACED = re.compile(f"[{UNSPACED}]")

_Node = dict[str, Any]  # character -> node below; the key "" marks the end of a name


class TermMatcher:
    """Finds the names of terms in a text. Immutable once made, but for the patterns, which are made when first needed."""

    def __init__(self, names: Iterable[tuple[str, str]]) -> None:
        """`names`: pairs of a name and its term's id; of equal names the first counts."""
        self._ids: dict[str, str] = {}
        self._trie: _Node = {}
        for name, term in names:
            for spelling in spellings(name):
                if len(spelling) <= LONGEST_NAME and spelling not in self._ids:
                    self._ids[spelling] = term
                    _insert(self._trie, spelling)

    @cached_property
    def _spaced(self) -> re.Pattern[str]:
        return _compile(self._trie, r"\w")

    @cached_property
    def _mixed(self) -> re.Pattern[str]:
        """For texts with scripts that are written without spaces: no word boundary is asked beside their characters."""
        return _compile(self._trie, rf"[^\W{UNSPACED}]")

    def occurs(self, runs: Sequence[str]) -> bool:
        """Whether any of the names stands in the runs of a body, as a whole word."""
        return bool(self._trie) and any(self._pattern_for(run).search(run) for run in runs)

    def _pattern_for(self, run: str) -> re.Pattern[str]:
        return self._mixed if not run.isascii() and _UNSPACED.search(run) else self._spaced

    def find(self, runs: Sequence[str], *, taken: Iterable[str] = ()) -> tuple[AutoLink, ...]:
        """The first mention of each term in the runs of a body; `taken` are terms that need no link any more."""
        if not self._trie:
            return ()
        done = set(taken)
        found: list[AutoLink] = []
        for number, run in enumerate(runs):
            for match in self._pattern_for(run).finditer(run):
                term = self._ids[" ".join(match[0].split())]
                if term in done or unicodedata.combining(run[match.end() : match.end() + 1] or " "):
                    continue
                done.add(term)
                found.append(AutoLink(number, match.start(), match.end(), term))
        return tuple(found)


def spellings(name: str) -> tuple[str, ...]:
    """How a name may be written: as it is, and where no capital follows its first letter also with the other first case."""
    name = " ".join(name.split())
    if not name:
        return ()
    rest = name[1:]
    if rest != rest.lower():
        return (name,)
    other = name[0].swapcase()
    return (name, other + rest) if len(other) == 1 and other != name[0] else (name,)


def needle(name: str) -> str:
    """What a text with the name in it has, spaces made one: the name without its first letter, whose case may be another."""
    return " ".join(name.split())[1:]


def _insert(trie: _Node, name: str) -> None:
    node = trie
    for character in name:
        node = node.setdefault(character, {})
    node[""] = None


def _compile(trie: _Node, word: str) -> re.Pattern[str]:
    """The trie as a pattern; `word` is the class of characters that a name must not be a part of a word with.

    The boundary before a name is asked after its first character, so that the search can skip to those that begin a name.
    """
    is_word = re.compile(word)
    branches = []
    for character, below in sorted(trie.items()):
        boundary = f"(?<!{word}.)" if is_word.match(character) else ""
        branches.append(re.escape(character) + boundary + _pattern(below, character, word, is_word))
    return re.compile("|".join(branches), re.DOTALL)


def _pattern(node: _Node, last: str, word: str, is_word: re.Pattern[str]) -> str:
    """What may follow `last`; the longest name first."""
    branches = []
    for character, below in sorted((c, n) for c, n in node.items() if n is not None):
        symbol = r"\s+" if character == " " else re.escape(character)
        branches.append(symbol + _pattern(below, character, word, is_word))
    if "" in node:
        branches.append(f"(?!{word})" if is_word.match(last) else "")
    return branches[0] if len(branches) == 1 else "(?:" + "|".join(branches) + ")"
