"""What keys a mapping may have and what their values mean: nodes -> values, with all faults in one go.

Every function that reads a value takes the node, the sheet and the key's name, and gives None after it has reported why.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from collections.abc import Mapping as Table
from typing import Any, NamedTuple

from triptych.diagnostics import Span
from triptych.model import Date
from triptych.read.kinds import explain_id
from triptych.read.tree import Fault, Mapping, Node, Scalar, Sequence, Sheet, is_missing
from triptych.text import nearest
from triptych.values import explain_address, explain_date, explain_language, is_language_tag, is_web_address, parse_date

_SHA256 = re.compile(r"[0-9a-fA-F]{64}")
_WHOLE_NUMBER = re.compile(r"[-+]?[0-9]{1,9}", re.ASCII)

Read = Callable[[Node, Sheet, str], Any]


class Field(NamedTuple):
    read: Read
    is_required: bool = False


Fields = Table[str, Field]


class Values:
    """What was read under each key; a key that is missing, or whose value is none, answers with nothing."""

    __slots__ = ("_by_name", "_nodes", "_sheet")

    def __init__(self, by_name: dict[str, Any], nodes: dict[str, Node], sheet: Sheet) -> None:
        self._by_name = by_name
        self._nodes = nodes
        self._sheet = sheet

    def text(self, name: str, default: str = "") -> str:
        value: str = self._by_name.get(name, default)
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        value: tuple[str, ...] = self._by_name.get(name, ())
        return value

    def date(self, name: str) -> Date | None:
        value: Date | None = self._by_name.get(name)
        return value

    def flag(self, name: str, *, default: bool = False) -> bool:
        value: bool = self._by_name.get(name, default)
        return value

    def number(self, name: str) -> int | None:
        value: int | None = self._by_name.get(name)
        return value

    def get(self, name: str) -> Any:
        """What a reader of its own made of the value."""
        return self._by_name.get(name)

    def span(self, name: str) -> Span | None:
        """Where the value stands."""
        node = self._nodes.get(name)
        return None if node is None else self._sheet.span(node.start, node.end)

    def spans(self, name: str) -> tuple[Span, ...]:
        """Where the items of a list of text stand, one each, as `read_texts` gives them: one text is a list of one."""
        node = self._nodes.get(name)
        if node is None:
            return ()
        items = node.items if isinstance(node, Sequence) else (node,)
        return tuple(self._sheet.span(item.start, item.end) for item in items if not is_missing(item))


def read_mapping(node: Node | None, sheet: Sheet, fields: Fields, *, owner: Node | Fault) -> Values:
    """The values of a mapping; a key that it lacks is reported at `owner`, and so is every key where it is no mapping."""
    by_name: dict[str, Any] = {}
    nodes: dict[str, Node] = {}
    seen: dict[str, Scalar] = {}
    for key, value in node.pairs if isinstance(node, Mapping) else ():
        name = key.text
        if (first := seen.setdefault(name, key)) is not key:
            line = sheet.span(first.start, first.end).line
            sheet.report("repeated-key", f"`{name}` stands here a second time", key, f"keep one; the first is on line {line}")
        elif (field := fields.get(name)) is None:
            _report_unknown(key, sheet, fields)
        elif is_missing(value):
            if field.is_required:
                sheet.report("missing-key", f"`{name}` has no value", key, f"write it behind `{name}:`")
        elif (result := field.read(value, sheet, name)) is not None:
            by_name[name] = result
            nodes[name] = value
    for name, field in fields.items():
        if field.is_required and name not in seen:
            sheet.report("missing-key", f"`{name}` is missing", owner, f"add a line `{name}: …`")
    return Values(by_name, nodes, sheet)


def _report_unknown(key: Scalar, sheet: Sheet, fields: Iterable[str]) -> None:
    known = sorted(fields)
    near = nearest(key.text, known)
    listed = ", ".join(f"`{name}`" for name in known)
    hint = f"did you mean `{near}`?" if near else f"the keys here are {listed}" if len(known) <= 20 else "remove it"
    sheet.report("unknown-key", f"`{key.text}` is not a key of this file" if key.text else "a key without a name", key, hint)


def describe(node: Node) -> str:
    if isinstance(node, Scalar):
        return "text" if not (node.is_plain and node.text in ("true", "false")) else f"`{node.text}`"
    return "a list" if isinstance(node, Sequence) else "a mapping"


def report_type(node: Node, sheet: Sheet, name: str, wanted: str, hint: str) -> None:
    sheet.report("wrong-type", f"`{name}` takes {wanted}, not {describe(node)}", node, hint)


def read_text(node: Node, sheet: Sheet, name: str) -> str | None:
    """Text on one line: line ends of a folded or literal block become spaces."""
    if not isinstance(node, Scalar):
        report_type(node, sheet, name, "text", "write one text; in quotes, where it has brackets or `: ` in it")
        return None
    return " ".join(node.text.split("\n")).strip() if "\n" in node.text else node.text.strip()


def read_texts(node: Node, sheet: Sheet, name: str) -> tuple[str, ...] | None:
    """A list of text; one text is a list of one, and items that say nothing are left out."""
    texts = read_places(node, sheet, name)
    return None if texts is None else tuple(text for text in texts if text)


def read_places(node: Node, sheet: Sheet, name: str) -> tuple[str, ...] | None:
    """A list of text in which the place of an item counts: an item that says nothing is ""."""
    if isinstance(node, Scalar):
        return (node.text.strip(),)
    if isinstance(node, Mapping):
        report_type(node, sheet, name, "text or a list of it", f"write `{name}: [one, two]`, or one `- item` a line")
        return None
    texts = []
    for item in node.items:
        text = "" if is_missing(item) else read_text(item, sheet, name)
        if text is None:
            return None
        texts.append(text)
    return tuple(texts)


def read_address(node: Node, sheet: Sheet, name: str) -> str | None:
    text = read_text(node, sheet, name)
    if text is not None and not is_web_address(text):
        sheet.report("unsafe-url", f"`{name}` is not a web address", node, explain_address(text))
        return None
    return text


def read_date(node: Node, sheet: Sheet, name: str) -> Date | None:
    if not isinstance(node, Scalar):
        report_type(node, sheet, name, "a date", "write it as `YYYY-MM-DD`, `YYYY-MM` or `YYYY`")
        return None
    text = node.text.strip()
    date = parse_date(text)
    if date is None:
        sheet.report("bad-date", f"`{_short(text)}` is not a date", node, explain_date(text))
    return date


def read_flag(node: Node, sheet: Sheet, name: str) -> bool | None:
    flag = _flag_of(node)
    if flag is None:
        report_type(node, sheet, name, "true or false", f"write `{name}: true` or `{name}: false`, without quotes")
    return flag


def read_flag_or_text(node: Node, sheet: Sheet, name: str) -> bool | str | None:
    flag = _flag_of(node)
    if flag is not None:
        return flag
    if not isinstance(node, Scalar):
        report_type(node, sheet, name, "true, false or text", "write `true`, `false`, or a few words")
        return None
    return read_text(node, sheet, name)


def _flag_of(node: Node) -> bool | None:
    if isinstance(node, Scalar) and node.is_plain and node.text in ("true", "false"):
        return node.text == "true"
    return None


def read_number(node: Node, sheet: Sheet, name: str) -> int | None:
    if isinstance(node, Scalar) and node.is_plain and _WHOLE_NUMBER.fullmatch(node.text):
        return int(node.text)
    report_type(node, sheet, name, "a whole number", f"write it in figures and without quotes: `{name}: 1`")
    return None


def read_language(node: Node, sheet: Sheet, name: str) -> str | None:
    text = read_text(node, sheet, name)
    if text is not None and not is_language_tag(text):
        sheet.report("bad-value", f"`{_short(text)}` is not a language tag", node, explain_language(text))
        return None
    return text


def read_sha256(node: Node, sheet: Sheet, name: str) -> str | None:
    text = read_text(node, sheet, name)
    if text is not None and _SHA256.fullmatch(text) is None:
        sheet.report("bad-value", f"`{name}` is not 64 hexadecimal digits", node, "leave it out, or let `accept` write it")
        return None
    return text if text is None else text.lower()


def read_choice(choices: Iterable[str]) -> Read:
    """One of a list."""
    known = tuple(choices)

    def read(node: Node, sheet: Sheet, name: str) -> str | None:
        text = read_text(node, sheet, name)
        if text is None or text in known:
            return text
        near = nearest(text, known)
        listed = ", ".join(f"`{choice}`" for choice in known)
        hint = f"did you mean `{near}`? There are {listed}" if near else f"there are {listed}"
        sheet.report("bad-value", f"`{name}` has no value `{_short(text)}`", node, hint)
        return None

    return read


def read_former(*reserved: str) -> Read:
    """Ids that a file had before it was renamed."""

    def read(node: Node, sheet: Sheet, name: str) -> tuple[str, ...] | None:
        texts = read_texts(node, sheet, name)
        if texts is None:
            return None
        nodes = node.items if isinstance(node, Sequence) else (node,)
        named = [one for one in nodes if not is_missing(one)]
        for text, one in zip(texts, named, strict=True):
            if hint := explain_id(text, reserved):
                sheet.report("bad-id", f"`{_short(text)}` cannot be an id", one, hint)
        return tuple(dict.fromkeys(text for text in texts if not explain_id(text, reserved)))

    return read


def read_items(node: Node, sheet: Sheet, name: str, hint: str) -> tuple[Node, ...]:
    """The items of a list that says something; none, after a report, where it is no list."""
    if not isinstance(node, Sequence):
        report_type(node, sheet, name, "a list", hint)
        return ()
    return tuple(item for item in node.items if not is_missing(item))


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:59] + "…"
