"""A seed document in Markdown: CommonMark alone, to any depth -> its words, and markup with the places of the words.

The words are those that CommonMark renders. Images are their alternative text. Links to other files, and to headings, lead
nowhere from here, and are plain words; a link or image whose address is refused stays as it is typed.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from markdown_it.token import Token

from triptych.model import Block, Prose, Slot
from triptych.read.blocks import make_parser
from triptych.read.inline import parse_inline
from triptych.references.link import EXTERNAL, classify

_PARSER = make_parser(extended=False)
_MARKS = re.compile(r"^[ \t>*+\-0-9.)]*", re.MULTILINE)
_CODE = ("fence", "code_block")
_FRAMES_A_LEVEL = 4
_LAST_LEVEL = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Seed:
    """What a document of Markdown says, and how it is laid out."""

    text: str  # the words of its blocks, two line feeds between blocks
    blocks: tuple[Block, ...]
    layout: tuple[Prose, ...]  # one entry a top-level block; Slot("text", start, end) is text[start:end]


def parse_seed(text: str, *, compile: Callable[[Sequence[Token]], Prose]) -> Seed:
    """A whole document, from its first line on, with LF line ends."""
    parts: list[str] = []
    blocks: list[Block] = []
    layout: list[Prose] = []
    length = 0
    for group in _top_level(_read(text)):
        tokens: list[Token] = []
        for token in _without_empty(group):
            words = _words_of(token)
            if words:
                if parts:
                    parts.append("\n\n")
                    length += 2
                line = (token.map[0] if token.map else 0) + 1
                blocks.append(Block(length, length + len(words), line, len(layout)))
                _place(token, tokens, length, len(blocks))
                parts.append(words)
                length += len(words)
            tokens.append(token)
        if tokens:
            layout.append(compile(tokens))
    return Seed(text="".join(parts), blocks=tuple(blocks), layout=tuple(layout))


def read_words(text: str) -> str:
    """The words of its blocks alone, two line feeds between blocks."""
    return "\n\n".join(words for token in _read(text) if (words := _words_of(token)))


def _read(text: str) -> list[Token]:
    text = text.replace("\0", "\ufffd")
    tokens: list[Token] = []
    env: dict[str, object] = {}
    if text:
        with _room_for(text):
            _PARSER.block.parse(text, _PARSER, env, tokens)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):  # the page's own heading stands above those of the document
            token.tag = f"h{min(int(token.tag[1]) + 1, _LAST_LEVEL)}"
        elif token.type == "inline":
            token.children = list(_plain_links(parse_inline(token.content, _PARSER, env, extended=False)))
    return tokens


@contextmanager
def _room_for(text: str) -> Iterator[None]:
    """Let calls nest as deep as the text's containers may: no deeper than the marks and blanks that its lines begin with.

    Python's own calls take no space on the machine's stack, so that the limit guards nothing here.
    """
    deepest = max(len(match[0].expandtabs(4)) for match in _MARKS.finditer(text))
    before = sys.getrecursionlimit()
    if deepest > 100:
        sys.setrecursionlimit(max(before, 1000) + _FRAMES_A_LEVEL * deepest)
    try:
        yield
    finally:
        sys.setrecursionlimit(before)


def _plain_links(children: list[Token]) -> Iterator[Token]:
    """Only links that lead to the web stay links, and no link stands in another."""
    kept: list[bool] = []
    for child in children:
        if child.type == "link_open":
            kept.append(not any(kept) and classify(str(child.attrs["href"])) == EXTERNAL)
        if child.type not in ("link_open", "link_close") or kept[-1]:
            yield child
        if child.type == "link_close":
            kept.pop()


def _top_level(tokens: list[Token]) -> Iterator[list[Token]]:
    start = 0
    for at, token in enumerate(tokens):
        if token.level == 0 and token.nesting <= 0:
            yield tokens[start : at + 1]
            start = at + 1


def _without_empty(tokens: list[Token]) -> Iterator[Token]:
    """The tokens without the blocks that hold no text: `#` alone, a fence with nothing in it."""
    skipped = False
    for at, token in enumerate(tokens):
        if token.type in ("paragraph_open", "heading_open"):
            skipped = not _words_of(tokens[at + 1])
        if not skipped and not (token.type in _CODE and not _words_of(token)):
            yield token
        if token.type in ("paragraph_close", "heading_close"):
            skipped = False


def _words_of(token: Token) -> str:
    if token.type in _CODE:
        return token.content.removesuffix("\n")
    if token.type != "inline":
        return ""
    return "".join("\n" if child.type in ("softbreak", "hardbreak") else child.content for child in token.children or ())


def _place(token: Token, before: list[Token], start: int, number: int) -> None:
    """Number the block, and put slots in the place of its words; `before` ends with the token that opens it."""
    if token.type in _CODE:
        token.meta = {"paragraph": number, "slot": Slot("text", start, start + len(_words_of(token)))}
        return
    opening = before[-1]
    opening.meta = {"paragraph": number}
    parts: list[Token | Slot] = []
    at = begun = start

    def end_text() -> None:
        if at > begun:
            parts.append(Slot("text", begun, at))

    for child in token.children or ():
        if child.type in ("text", "text_special", "softbreak", "image"):
            at += len(child.content) or (child.type == "softbreak")
            continue
        end_text()
        begun = at
        if child.type == "code_inline":
            at += len(child.content)
            child.meta = {"slot": Slot("text", begun, at)}
            begun = at
        elif child.type == "hardbreak":
            at += 1
        parts.append(child)
    end_text()
    token.meta = {"parts": parts}
