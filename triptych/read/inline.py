"""Text with marks in it: emphasis, code, links, images, and what is ours: terms, citations, notes at the foot.

One pass from left to right, as the reference implementation of CommonMark goes (spec.commonmark.org, "Phase 2: inline
structure"): brackets are kept on a stack and looked at when they close, so that the cost is linear and no depth is a limit.
The library's own rules look ahead from every bracket, to a limited depth, and tell no places. Its emphasis is used as it is.

Tokens are markdown-it's. Those that name something have `meta["at"]`, the offset in the block's content where it stands.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from markdown_it import MarkdownIt
from markdown_it.common.entities import entities
from markdown_it.common.utils import isValidEntityCode, unescapeAll
from markdown_it.rules_inline import StateInline, emphasis, link_pairs, strikethrough
from markdown_it.token import Token

from triptych.read.destination import Destination, find_definition, read_destination
from triptych.references.citation import find_other_form, find_unclosed, parse_bracket
from triptych.references.link import UNSAFE, classify
from triptych.references.term import parse_term

_SPECIAL = re.compile(r"[\n\\`*_&<\]\[]|!\[|~~+")
_SPACE = re.compile(r"[ \t]*")
_ESCAPED = frozenset("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")
_ENTITY = re.compile(r"&(?:#[xX]([0-9A-Fa-f]{1,6})|#([0-9]{1,7})|([A-Za-z][A-Za-z0-9]{1,31}));")
_AUTOLINK = re.compile(r"<([A-Za-z][A-Za-z0-9+.-]{1,31}:[^<>\x00-\x20]*)>")
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_MAIL = re.compile(rf"<([A-Za-z0-9.!#$%&'*+/=?^_`{{|}}~-]{{1,64}}@{_LABEL}(?:\.{_LABEL})*)>")
# Enough to see that an author meant a tag; where it ends does not matter, since it is shown as text.
_TAG = re.compile(r"<(?:/?([A-Za-z][A-Za-z0-9-]*)(?:[\s/][^<>]*)?>|!--|\?|!\[CDATA\[|![A-Za-z][^<>]*>)")
_FOOTNOTE = re.compile(r"\[\^([^\[\]\s]{1,200})\]")


@dataclass(slots=True)
class Opener:
    """A `[` or `![` that may still become a link or an image."""

    token: int  # index of its text token
    at: int  # offset after the bracket
    is_image: bool
    pairs: int  # how many lists of delimiters were closed before it
    is_active: bool = True  # False: a link stands within, so that this can be none
    holds_bracket: bool = False


class InlineState(StateInline):
    """What the rules share while one block is read."""

    def __init__(self, src: str, md: MarkdownIt, env: Any, tokens: list[Token]) -> None:
        super().__init__(src, md, env, tokens)
        self.words: list[str] = []  # text that is in no token yet; the library's own way to keep it costs more
        self.openers: list[Opener] = []
        self.settled = 0  # how many of them a link stands within, and so has been told
        self.code_runs: dict[int, list[int]] | None = None  # length of a run of backticks -> where such runs begin

    def push(self, ttype: str, tag: str, nesting: Literal[-1, 0, 1]) -> Token:
        if self.words:
            self.end_text()
        return super().push(ttype, tag, nesting)

    def end_text(self) -> None:
        """Make a token of the text up to here."""
        token = Token("text", "", 0, content="".join(self.words))
        self.words.clear()
        self.tokens.append(token)

    def add(self, type_: str, content: str = "", **meta: Any) -> Token:
        """Push a token that stands for itself."""
        token = self.push(type_, "", 0)
        token.content = content
        token.meta = meta
        return token


Rule = Callable[[InlineState, int], int]


def parse_inline(content: str, md: MarkdownIt, env: dict[str, Any], *, extended: bool) -> list[Token]:
    """The tokens of a block's content; env["references"] holds the definitions of links.

    Faults are appended to env["faults"] as (code, message, offset, width, hint).
    """
    if _SPECIAL.search(content) is None:
        return [Token("text", "", 0, content=content)] if content else []
    state = InlineState(content, md, env, [])
    rules = _EXTENDED if extended else _COMMONMARK
    at = 0
    while match := _SPECIAL.search(content, at):
        start = match.start()
        if start > at:
            state.words.append(content[at:start])
        at = rules[content[start]](state, start)
    if at < len(content):
        state.words.append(content[at:])
    if state.words:
        state.end_text()
    if state.delimiters or state.tokens_meta:
        _pair(state)
    return state.tokens


def _pair(state: StateInline) -> None:
    link_pairs(state)
    strikethrough.postProcess(state)
    emphasis.postProcess(state)


# --- signs that stand for themselves ---------------------------------------------------------------------------------


def _read_line_end(state: InlineState, at: int) -> int:
    before = "".join(state.words)
    bare = before.rstrip(" ")
    state.words[:] = (bare,) if bare else ()
    state.push("hardbreak" if len(before) - len(bare) >= 2 else "softbreak", "br", 0)
    match = _SPACE.match(state.src, at + 1)
    return match.end() if match else at + 1


def _read_backslash(state: InlineState, at: int) -> int:
    after = state.src[at + 1 : at + 2]
    if after == "\n":
        state.push("hardbreak", "br", 0)
        match = _SPACE.match(state.src, at + 2)
        return match.end() if match else at + 2
    if after not in _ESCAPED or not after:
        state.words.append("\\")
        return at + 1
    state.add("text_special", after)
    return at + 2


def _read_entity(state: InlineState, at: int) -> int:
    match = _ENTITY.match(state.src, at)
    if match is None or (match[3] and match[3] not in entities):
        state.words.append("&")
        return at + 1
    if match[3]:
        char = entities[match[3]]
    else:
        code = int(match[1], 16) if match[1] else int(match[2])
        char = chr(code) if isValidEntityCode(code) else "\ufffd"
    state.add("text_special", char)
    return match.end()


def _read_code(state: InlineState, at: int) -> int:
    src = state.src
    if state.code_runs is None:
        state.code_runs = {}
        for match in re.finditer("`+", src):
            state.code_runs.setdefault(len(match[0]), []).append(match.start())
    start = at + 1
    while src.startswith("`", start):
        start += 1
    length = start - at
    runs = state.code_runs.get(length, [])
    index = bisect_left(runs, start)
    if index == len(runs):
        state.words.append(src[at:start])
        return start
    code = src[start : runs[index]].replace("\n", " ")
    if code.startswith(" ") and code.endswith(" ") and code.strip(" "):
        code = code[1:-1]
    state.add("code_inline", code)
    return runs[index] + length


def _read_emphasis(state: InlineState, at: int) -> int:
    state.pos = at
    emphasis.tokenize(state, False)
    return state.pos


def _read_tildes(state: InlineState, at: int) -> int:
    state.pos = at
    strikethrough.tokenize(state, False)
    return state.pos


def _read_plain(state: InlineState, at: int) -> int:
    state.words.append(state.src[at])
    return at + 1


# --- angles ----------------------------------------------------------------------------------------------------------


def _read_angle(state: InlineState, at: int) -> int:
    match, scheme = _AUTOLINK.match(state.src, at), ""
    if match is None:
        match, scheme = _MAIL.match(state.src, at), "mailto:"
    if match is None:
        return _read_plain(state, at)
    token = state.push("link_open", "a", 1)
    token.attrs = {"href": scheme + match[1]}
    token.info = "auto"
    token.meta = {"at": at + 1, "width": len(match[1])}
    state.add("text_special", match[1])
    state.push("link_close", "a", -1).info = "auto"
    return match.end()


def _read_seed_angle(state: InlineState, at: int) -> int:
    """As above; an address that would be refused is text."""
    match = _AUTOLINK.match(state.src, at)
    return _read_plain(state, at) if match and classify(match[1]) == UNSAFE else _read_angle(state, at)


def _read_angle_or_tag(state: InlineState, at: int) -> int:
    """As above, and notes what looks like a tag of HTML; an end tag whose beginning was noted is the same place again."""
    match = _TAG.match(state.src, at)
    if match and not _AUTOLINK.match(state.src, at) and not _MAIL.match(state.src, at):
        opened = state.env.setdefault("tags", {})
        name = (match[1] or "").lower()
        if name and match[0].startswith("</") and opened.get(name):
            opened[name] -= 1
        else:
            if name and not match[0].endswith("/>"):
                opened[name] = opened.get(name, 0) + 1
            _fault(state, "raw-html", f"`{_short(match[0])}` is shown as text: there is no HTML in Markdown here", at,
                   len(match[0]), "use Markdown, or put a backslash before `<` where the sign itself is meant")  # fmt: skip
    return _read_angle(state, at)


def _fault(state: InlineState, code: str, message: str, at: int, width: int, hint: str) -> None:
    state.env.setdefault("faults", []).append((code, message, at, width, hint))


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= 40 else flat[:39] + "…"


# --- brackets --------------------------------------------------------------------------------------------------------


def _read_image_bracket(state: InlineState, at: int) -> int:
    if not state.src.startswith("[", at + 1):
        return _read_plain(state, at)
    return _open_bracket(state, at, "![")


def _read_bracket(state: InlineState, at: int) -> int:
    return _open_bracket(state, at, "[")


def _open_bracket(state: InlineState, at: int, sign: str) -> int:
    if state.openers:
        state.openers[-1].holds_bracket = True
    state.add("text", sign)
    state.openers.append(Opener(len(state.tokens) - 1, at + len(sign), sign == "![", len(state.tokens_meta)))
    return at + len(sign)


def _read_extended_bracket(state: InlineState, at: int) -> int:
    """A term, a citation or a note where the bracket begins one; otherwise what CommonMark makes of it."""
    after = state.src[at + 1 : at + 2]
    end = 0
    if after == "[":
        end = _read_term(state, at)
    elif after == "@":
        end = _read_citation(state, at)
    elif after == "^" and (match := _FOOTNOTE.match(state.src, at)):
        state.add("footnote_ref", match[0], label=match[1], at=at, width=len(match[0]))
        end = match.end()
    return end or _read_bracket(state, at)


def _read_term(state: InlineState, at: int) -> int:
    term = parse_term(state.src, at)
    if term is None:
        return 0
    if not term.name:
        written = state.src[at : term.end]
        _fault(state, "unknown-term", f"`{_short(written)}` names no term", at, len(written),
               "write the term between the brackets, or `\\[[` where brackets are meant")  # fmt: skip
        state.words.append(written)
        return term.end
    token = state.add("term", unescapeAll(term.words), name=unescapeAll(term.name), at=term.at, width=len(term.name))
    token.markup = state.src[at : term.end]
    return term.end


def _read_citation(state: InlineState, at: int) -> int:
    bracket = parse_bracket(state.src, at)
    if bracket is None:
        if fault := find_unclosed(state.src, at):
            _fault(state, "bad-citation", f"the citation of `{fault.key}` has no end", fault.at, len(fault.key), fault.hint)
        return 0
    for fault in bracket.faults:
        _fault(state, "bad-citation", "this is not the form of a citation", fault.at, len(fault.key), fault.hint)
    if bracket.items:
        token = state.add("citation", items=bracket.items, at=at, width=bracket.end - at)
        token.markup = state.src[at : bracket.end]
    else:
        state.words.append(state.src[at : bracket.end])
    return bracket.end


def _close_bracket(state: InlineState, at: int) -> int:
    if not state.openers:
        return _read_plain(state, at)
    opener = state.openers.pop()
    state.settled = min(state.settled, len(state.openers))
    destination = _find_destination(state, opener, at) if opener.is_active else None
    if destination is None:
        return _read_plain(state, at)
    if opener.is_image:
        _make_image(state, opener, destination)
    else:
        _make_link(state, opener, destination)
    return destination.end


def _close_extended_bracket(state: InlineState, at: int) -> int:
    """As above, and notes what pandoc would take for a citation."""
    opener = state.openers[-1] if state.openers else None
    end = _close_bracket(state, at)
    if opener and end == at + 1 and not opener.is_image and not opener.holds_bracket:
        fault = find_other_form(state.src, opener.at, at)
        if fault is not None:
            message = "a citation begins with its key"
            _fault(state, "bad-citation", message, fault.at, len(fault.key), fault.hint)
    return end


def _close_seed_bracket(state: InlineState, at: int) -> int:
    """As CommonMark's; what has an address that would be refused stays as it is typed."""
    opener = state.openers[-1] if state.openers else None
    found = _find_destination(state, opener, at) if opener and opener.is_active else None
    if opener and found:
        refused = classify(found.address)
        if refused == UNSAFE or (opener.is_image and refused == "external"):
            state.openers.pop()
            state.settled = min(state.settled, len(state.openers))
            return _read_plain(state, at)
    return _close_bracket(state, at)


def _find_destination(state: InlineState, opener: Opener, close: int) -> Destination | None:
    label = None if opener.holds_bracket else state.src[opener.at : close]
    return read_destination(state.src, close + 1) or find_definition(state.src, close + 1, label, state.env.get("references"))


def _make_link(state: InlineState, opener: Opener, destination: Destination) -> None:
    """Turn the text token of the bracket into the beginning of a link, and end it here."""
    token = state.tokens[opener.token]
    if state.words:
        state.end_text()
    inner = [one for one in state.delimiters if one.token > opener.token]
    del state.delimiters[len(state.delimiters) - len(inner) :]
    if inner:
        state.tokens_meta.append({"delimiters": inner})
    token.type, token.tag, token.nesting, token.content = "link_open", "a", 1, ""
    token.attrs = {"href": destination.address}
    if destination.title:
        token.attrs["title"] = destination.title
    token.meta = {"at": destination.at, "width": destination.width, "definition": destination.definition}
    state.tokens.append(Token("link_close", "a", -1))
    for outer in state.openers[state.settled :]:
        outer.is_active = outer.is_image
    state.settled = len(state.openers)


def _make_image(state: InlineState, opener: Opener, destination: Destination) -> None:
    """Turn the text token of the bracket into the image; the words since then are what is read in its place."""
    if state.words:
        state.end_text()
    inner = InlineState(state.src, state.md, state.env, state.tokens)
    inner.delimiters = [one for one in state.delimiters if one.token > opener.token]
    del state.delimiters[len(state.delimiters) - len(inner.delimiters) :]
    inner.tokens_meta = state.tokens_meta[opener.pairs :]
    del state.tokens_meta[opener.pairs :]
    _pair(inner)
    token = state.tokens[opener.token]
    token.type, token.tag, token.content = "image", "img", plain_words(state.tokens[opener.token + 1 :])
    token.attrs = {"src": destination.address}
    token.meta = {"at": destination.at, "width": destination.width, "definition": destination.definition, "start": opener.at - 2}
    del state.tokens[opener.token + 1 :]


def plain_words(tokens: list[Token]) -> str:
    """What is read where there are no marks; line breaks within are line feeds."""
    return "".join("\n" if token.type in ("softbreak", "hardbreak") else token.content for token in tokens
                   if token.type != "footnote_ref")  # fmt: skip


_COMMONMARK: dict[str, Rule] = {
    "\n": _read_line_end,
    "\\": _read_backslash,
    "&": _read_entity,
    "`": _read_code,
    "*": _read_emphasis,
    "_": _read_emphasis,
    "~": _read_plain,
    "<": _read_seed_angle,
    "!": _read_image_bracket,
    "[": _read_bracket,
    "]": _close_seed_bracket,
}
_EXTENDED: dict[str, Rule] = {
    **_COMMONMARK,
    "~": _read_tildes,
    "<": _read_angle_or_tag,
    "[": _read_extended_bracket,
    "]": _close_extended_bracket,
}
