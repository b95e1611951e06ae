"""YAML -> nodes, by the events of PyYAML's C parser: nothing is made of a tag, an anchor or an alias.

Marks count characters, but they take U+2028 and U+2029 for line ends: places are made from their index alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import yaml

from triptych.read.tree import DEEPEST, Fault, Mapping, Node, Scalar, Sequence, Tree, find_unprintable

# libyaml refuses these without saying where; it takes the last two for line ends.
_REFUSED = re.compile("[^\t\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

_QUOTE_IT = 'put the whole value in quotes: `key: "…"`'
_CHECK_QUOTES = "check the quotes: inside `\"…\"` write `\\\"` for a quote, inside `'…'` write `''` for an apostrophe"

# What libyaml says (beginnings, the context first where one message serves several) -> what an author can do with it.
_WORDS: tuple[tuple[str, str, str], ...] = (
    ("mapping values are not allowed", "a second `: ` in one value, or a key that is indented", _QUOTE_IT),
    ("block sequence entries are not allowed", "a list item where a value stands", "put each `- item` on a line of its own"),
    ("found character that cannot start any token", "a value cannot begin with this character", _QUOTE_IT),
    ("found unexpected end of stream", "a quotation that is opened here is not closed", _CHECK_QUOTES),
    ("found unexpected document indicator", "a quotation that is opened here is not closed", _CHECK_QUOTES),
    ("found unknown escape character", "an escape that YAML does not have", "write `\\\\` for a backslash, or use `'…'`"),
    ("did not find expected hexdecimal number", "an escape that is cut short", "write `\\\\` for a backslash, or use `'…'`"),
    ("found invalid Unicode character", "an escape that names no character", "write the character itself"),
    ("could not find expected ':'", "a line that is neither `key: value` nor part of a value", "write `key: value`"),
    ("did not find expected ',' or ']'", "a list opened here with `[` is not closed", "close it with `]`, or quote the text"),
    ("did not find expected ',' or '}'", "a mapping opened here with `{` is not closed", "close it with `}`, or quote the text"),
    ("did not find expected '-' indicator", "a line that does not belong to the list above it", "give all items the same indent"),
    ("did not find expected key", "something that belongs to no key", f"check the indent; if it ends a value, {_QUOTE_IT}"),
    ("did not find expected alphabetic", "a value cannot begin with `*` or `&`", _QUOTE_IT),
    ("did not find expected node content", "a value was expected here", _QUOTE_IT),
    ("did not find expected <document start>", "something that belongs to no key", "all keys begin in the first column"),
    ("did not find expected comment or line break", "`|` and `>` open a text of several lines", "begin it on the next line"),
    ("exceeded maximum nesting", "more levels of nesting than are taken", "write it flatter"),
    ("found a tab character", "a tab in the indent", "indent with spaces"),
)
# Messages that stand where the parser gave up; their context is where the author began.
_AT_CONTEXT = (
    "found unexpected end of stream",
    "found unexpected document",
    "did not find expected ',' or",
    "did not find expected alphabetic",
    "could not find expected ':'",
)

_NO_TAGS = "tags, anchors and aliases of YAML are not taken"


class _RefusedError(Exception):
    """Carries the fault of the text out of the loop that found it; never leaves this module."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.message)
        self.fault = fault


def parse_yaml(text: str, *, start: int = 0, end: int | None = None) -> Tree:
    """The one document in text[start:end]. Offsets of nodes count from the beginning of `text`."""
    part = text[start:end]
    if refused := _REFUSED.search(part):
        return Tree(None, _refuse_character(refused[0], start + refused.start()))
    try:
        return Tree(_build(yaml.parse(part, Loader=yaml.CSafeLoader), start))
    except _RefusedError as refusal:
        return Tree(None, refusal.fault)
    except yaml.MarkedYAMLError as error:
        return Tree(None, _translate(error, part, start))


def _build(events: Iterable[Any], shift: int) -> Node | None:
    """Nodes out of events, with a stack of our own: however deep the text nests, Python's is not touched."""
    root: Node | None = None
    documents = 0
    opened: list[tuple[list[Node], int]] = []
    node: Node
    event: Any
    for event in events:
        kind = type(event)
        if kind is yaml.ScalarEvent:
            node = _scalar(event, shift)
        elif kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
            _refuse_properties(event, shift)
            if len(opened) == DEEPEST:
                raise _RefusedError(Fault(f"more than {DEEPEST} levels of nesting", *_range(event, shift), "write it flatter"))
            opened.append(([], event.start_mark.index + shift))
            continue
        elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
            children, begin = opened.pop()
            close = _mapping if kind is yaml.MappingEndEvent else _sequence
            node = close(children, begin, event.end_mark.index + shift)
        elif kind is yaml.AliasEvent:
            raise _RefusedError(Fault(f"an alias (`*{event.anchor}`)", *_range(event, shift), f"{_NO_TAGS}; {_QUOTE_IT}"))
        else:
            documents += kind is yaml.DocumentStartEvent
            continue
        if opened:
            opened[-1][0].append(node)
        elif documents == 1:
            root = node
        elif node != Scalar("", True, node.start, node.end):
            raise _RefusedError(Fault("a second YAML document", node.start, node.start + 1, "remove the `---` line above it"))
    return root


def _range(event: Any, shift: int) -> tuple[int, int]:
    return event.start_mark.index + shift, event.end_mark.index + shift


def _refuse_properties(event: Any, shift: int) -> None:
    if event.anchor is not None:
        raise _RefusedError(Fault(f"an anchor (`&{event.anchor}`)", *_range(event, shift), f"{_NO_TAGS}; {_QUOTE_IT}"))
    if event.tag is not None:
        raise _RefusedError(Fault("a tag (`!…`)", *_range(event, shift), f"{_NO_TAGS}; {_QUOTE_IT}"))


def _scalar(event: Any, shift: int) -> Scalar:
    if event.anchor is not None or event.tag is not None:
        _refuse_properties(event, shift)
    text: str = event.value
    start, end = _range(event, shift)
    if name := find_unprintable(text):
        raise _RefusedError(Fault(f"an escape that makes a control character ({name})", start, end, "remove the escape"))
    return Scalar(text, event.implicit[0], start, end)


def _sequence(children: list[Node], start: int, end: int) -> Sequence:
    # A block ends where the next thing begins; the end of what it holds is what an author would point at.
    return Sequence(tuple(children), start, max(start + 1, min(end, children[-1].end)) if children else end)


def _mapping(children: list[Node], start: int, end: int) -> Mapping:
    pairs = []
    for key, value in zip(children[::2], children[1::2], strict=True):
        if not isinstance(key, Scalar):
            raise _RefusedError(Fault("a key that is a list or a mapping", key.start, key.end, _QUOTE_IT))
        if key.text == "<<" and key.is_plain:
            raise _RefusedError(Fault("a merge key (`<<`)", key.start, key.end, "write the keys out"))
        pairs.append((key, value))
    return Mapping(tuple(pairs), start, max(start + 1, min(end, children[-1].end)) if children else end)


def _refuse_character(character: str, offset: int) -> Fault:
    name = f"U+{ord(character):04X}"
    if character in "\u2028\u2029":
        return Fault(f"a line separator ({name})", offset, offset + 1, "put a space or an ordinary line end in its place")
    return Fault(f"a character that cannot stand here ({name})", offset, offset + 1, "delete it")


def _translate(error: yaml.MarkedYAMLError, part: str, shift: int) -> Fault:
    problem = error.problem or error.context or "it cannot be read"
    unknown = (f"this is not YAML ({problem})", "")
    message, hint = next((words for beginning, *words in _WORDS if problem.startswith(beginning)), unknown)
    at_context = problem.startswith(_AT_CONTEXT) or error.context == "while parsing a quoted scalar"
    mark: Any = error.context_mark if at_context else error.problem_mark or error.context_mark
    at: int = mark.index if mark is not None else 0
    if part[at : at + 1] == "\t":
        message, hint = "a tab in the indent", "indent with spaces"
    at = min(at, len(part.rstrip()))  # never beyond the last thing written
    return Fault(message, at + shift, at + shift + 1, hint)
