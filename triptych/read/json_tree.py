"""JSON -> the same nodes as YAML gives, with places. The json module says where a fault is, but not where a value stands."""

from __future__ import annotations

import json
import re

from triptych.read.tree import DEEPEST, Fault, Mapping, Node, Scalar, Sequence, Tree, find_unprintable

_TOKEN = re.compile(
    r'[ \t\n\r]*(?:(?P<string>"(?:[^"\\\x00-\x1f]|\\.)*")|(?P<mark>[\[\]{},:])|(?P<word>[^\s\[\]{},:"]+)|(?P<open>"))'
)
_SPACE = re.compile(r"[ \t\n\r]*")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")


class _RefusedError(Exception):
    """Carries the fault of the text out of the loop that found it; never leaves this module."""

    def __init__(self, message: str, start: int, end: int, hint: str = "") -> None:
        super().__init__(message)
        self.fault = Fault(message, start, end, hint)


class _Open:
    """A list or a mapping that is being read."""

    __slots__ = ("is_mapping", "items", "key", "pairs", "start", "wants")

    def __init__(self, start: int, *, is_mapping: bool) -> None:
        self.start = start
        self.is_mapping = is_mapping
        self.items: list[Node] = []
        self.pairs: list[tuple[Scalar, Node]] = []
        self.key: Scalar | None = None
        self.wants = "first"  # "first" item or end, "item", ":", or "," or end


def parse_json(text: str) -> Tree:
    """The one value in the text."""
    try:
        return Tree(_build(text))
    except _RefusedError as refusal:
        return Tree(None, refusal.fault)


def _build(text: str) -> Node | None:
    at, opened = 0, list[_Open]()
    root: Node | None = None
    while (match := _TOKEN.match(text, at)) is not None:
        kind = match.lastgroup or ""
        start, at = match.span(kind)
        if root is not None:
            raise _RefusedError("something after the end of the JSON", start, at, "a file holds one list or one mapping")
        mark = match[kind] if kind == "mark" else ""
        if mark in ("[", "{"):
            _expect_value(opened, start)
            if len(opened) == DEEPEST:
                raise _RefusedError(f"more than {DEEPEST} levels of nesting", start, at, "write it flatter")
            opened.append(_Open(start, is_mapping=mark == "{"))
        elif mark in ("]", "}"):
            root = _add(opened, _close(opened, mark, start, at))
        elif mark:
            _step(opened, mark, start)
        else:
            node = _scalar(match[kind], kind, start, at)
            if not _take_key(opened, node):
                _expect_value(opened, start)
                root = _add(opened, node)
    if opened:
        mark = "}" if opened[-1].is_mapping else "]"
        raise _RefusedError(f"what is opened here is not closed with `{mark}`", opened[-1].start, opened[-1].start + 1)
    rest = _SPACE.match(text, at)
    if rest is not None and rest.end() < len(text):
        raise _RefusedError("a space that JSON does not know", rest.end(), rest.end() + 1, "put an ordinary space in its place")
    return root


def _scalar(word: str, kind: str, start: int, end: int) -> Scalar:
    if kind == "open":
        hint = 'close it with `"` on the same line; write `\\n` for a line end and `\\t` for a tab'
        raise _RefusedError("a text that is opened here is not closed", start, start + 1, hint)
    if kind == "word":
        if word not in ("null", "true", "false") and _NUMBER.fullmatch(word) is None:
            raise _RefusedError("this is not JSON", start, end, "texts and keys stand in double quotes")
        return Scalar(word, True, start, end)
    try:
        value = word[1:-1] if "\\" not in word else str(json.loads(word))
    except ValueError:
        raise _RefusedError("an escape that JSON does not have", start, end, "write `\\\\` for a backslash") from None
    if name := find_unprintable(value):
        raise _RefusedError(f"an escape that makes a character no page can hold ({name})", start, end, "remove the escape")
    return Scalar(value, False, start, end)


def _expect_value(opened: list[_Open], start: int) -> None:
    if not opened:
        return
    inner = opened[-1]
    if inner.is_mapping and inner.key is None:
        raise _RefusedError("a key was expected here", start, start + 1, 'write `"key": value`, with commas between')
    if inner.wants == ":":
        raise _RefusedError("a `:` was expected here", start, start + 1, 'write `"key": value`')
    if inner.wants == ",":
        raise _RefusedError("a `,` was expected here", start, start + 1, "put a comma between two items")


def _take_key(opened: list[_Open], node: Scalar) -> bool:
    """Whether the text is a mapping's next key; it is kept, then."""
    if not opened or not opened[-1].is_mapping or opened[-1].key is not None or node.is_plain:
        return False
    inner = opened[-1]
    if inner.wants == ",":
        raise _RefusedError("a `,` was expected here", node.start, node.end, "put a comma between two items")
    inner.key, inner.wants = node, ":"
    return True


def _step(opened: list[_Open], mark: str, start: int) -> None:
    if not opened or opened[-1].wants != mark:
        raise _RefusedError(f"a `{mark}` that does not belong here", start, start + 1, "remove it, or write what is missing")
    opened[-1].wants = "item"


def _close(opened: list[_Open], mark: str, start: int, end: int) -> Node:
    if not opened or opened[-1].is_mapping != (mark == "}"):
        raise _RefusedError(f"a `{mark}` that closes nothing", start, end)
    inner = opened.pop()
    if inner.wants == ":" or inner.key is not None:
        raise _RefusedError("a key without a value", start, end, 'write `"key": value`')
    if inner.wants == "item":
        raise _RefusedError("a comma with nothing after it", start, end, "remove the comma before it")
    if inner.is_mapping:
        return Mapping(tuple(inner.pairs), inner.start, end)
    return Sequence(tuple(inner.items), inner.start, end)


def _add(opened: list[_Open], node: Node) -> Node | None:
    """Put a finished value where it belongs; the value itself comes back where it is the root."""
    if not opened:
        return node
    inner = opened[-1]
    if inner.key is not None:
        inner.pairs.append((inner.key, node))
        inner.key = None
    else:
        inner.items.append(node)
    inner.wants = ","
    return None
