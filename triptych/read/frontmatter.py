"""The block of keys between `---` lines at the head of a file, and where the body begins."""

from __future__ import annotations

import re
from typing import NamedTuple

from triptych.diagnostics import Diagnostic, Severity, Span
from triptych.read.fields import Fields, Values, read_mapping
from triptych.read.tree import Fault, Mapping, Node, Scalar, Sequence, Sheet, Tree
from triptych.read.yaml_tree import parse_yaml

_OPEN = re.compile(r"---[ \t]*\n")
_CLOSE = re.compile(r"^---[ \t]*$", re.MULTILINE)
_LATE = re.compile(r"\s+---[ \t]*\n[ \t]*[a-z_0-9]+:(?=[ \n])")
_UNOPENED = re.compile(r"(?:[a-z_0-9]+:(?: .*)?\n|[ \t]+.*\n|- .*\n)+---[ \t]*\n")

# What most front matter is made of: `key: words`, `key: [words, words]` and lists of words, none of which YAML could take
# for anything else. Such a block is read at less than half the cost; any other line sends the whole block to the YAML parser.
_WIDE = r"\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff"
_BLOCK_WORD = rf"[^\W_](?:[ -\"$-9;-~{_WIDE}]++|:(?=[^ \n])|(?<=[^ ])#)*+"
_FLOW_WORD = rf"[^\W_](?:[ -\"$-+\--9;-Z\\^-z|~{_WIDE}]++|(?<=[^ ])#)*+"
_PLAIN_LINE = re.compile(
    rf"(?P<key>[a-z][a-z_0-9]*):(?: +(?:(?P<word>{_BLOCK_WORD})|\[(?P<words>{_FLOW_WORD}(?:, *{_FLOW_WORD})*)\] *))? *\n"
    rf"|(?P<dash>  -) +(?P<item>{_BLOCK_WORD})\n"
)


class FrontMatter(NamedTuple):
    values: Values
    body: str
    first_line: int  # line of the file on which the body begins
    is_whole: bool = True  # False where the block has no beginning or no end, so that there is no telling what is body


def read_front_matter(text: str, path: str, fields: Fields) -> tuple[FrontMatter, Sheet]:
    """The values of a file's keys; what is wrong with them is in the sheet."""
    sheet = Sheet(path, text)
    opening = _OPEN.match(text)
    begin = opening.end() if opening else 0
    closing = _CLOSE.search(text, begin) if opening else None
    head = Fault("", 0, 3 if opening else 1)
    if opening is None or closing is None:
        _report_no_block(sheet, head, is_open=opening is not None or text.rstrip() == "---")
        if sheet.found:
            return FrontMatter(Values({}, {}, sheet), "", 1, is_whole=False), sheet
        return FrontMatter(read_mapping(None, sheet, fields, owner=head), text, 1), sheet
    root, fault = parse_block(text, begin, closing.start())
    if fault is not None:
        sheet.report_fault(fault)
    elif root is not None and not isinstance(root, Mapping) and not _says_nothing(root):
        hint = "write `key: value`, with a space after the colon, one a line"
        sheet.report_fault(Fault("front matter without keys", root.start, root.end, hint))
    values = Values({}, {}, sheet) if sheet.found else read_mapping(root, sheet, fields, owner=head)
    body = min(closing.end() + 1, len(text))
    return FrontMatter(values, text[body:], text.count("\n", 0, body) + 1), sheet


def _says_nothing(root: Node) -> bool:
    return isinstance(root, Scalar) and root.is_plain and root.text in ("", "~", "null")


def _report_no_block(sheet: Sheet, head: Fault, *, is_open: bool) -> None:
    """Say what is wrong with a file that has the beginnings of front matter; a file that has none at all is in order."""
    if is_open:
        hint = "end it with a line `---`; a line across the page is written `***`"
        sheet.report_fault(Fault("front matter that is opened here is not closed", 0, 3, hint))
    elif late := _LATE.match(sheet.text):
        start = sheet.text.index("---", 0, late.end())
        message = "front matter that does not begin on the first line"
        sheet.report_fault(Fault(message, start, start + 3, "remove what stands before it"))
    elif _UNOPENED.match(sheet.text):
        message, hint = "keys without a line `---` above them", "put a line `---` before the first key"
        sheet.report_fault(head._replace(message=message, hint=hint))


def parse_block(text: str, start: int, end: int) -> Tree:
    """The keys in text[start:end], which ends with a line end."""
    root = parse_plain(text, start, end)
    return parse_yaml(text, start=start, end=end) if root is None else Tree(root)


def parse_plain(text: str, start: int, end: int) -> Mapping | None:
    """The same nodes as YAML gives, where every line is of the plainest; None where one is not."""
    pairs: list[tuple[Scalar, Node]] = []
    items: list[Scalar] = []
    at, last = start, start
    while at < end:
        match = _PLAIN_LINE.match(text, at, end)
        if match is None:
            return None
        if match["dash"]:
            # An item needs a key above it that has no value yet, and no item may follow a finished value.
            if not pairs or (not items and pairs[-1][1] != Scalar("", True, last, last)):
                return None
            items.append(_word(match["item"], match.start("item")))
            begin = pairs[-1][1].start if len(items) > 1 else match.start("dash") + 2
            pairs[-1] = (pairs[-1][0], Sequence(tuple(items), begin, items[-1].end))
            last = items[-1].end
        else:
            items = []
            pairs.append((_word(match["key"], match.start("key")), _value(match)))
            last = pairs[-1][1].end
        at = match.end()
    return Mapping(tuple(pairs), start, last) if pairs else None


def _word(word: str, start: int) -> Scalar:
    bare = word.rstrip(" ")
    return Scalar(bare, True, start, start + len(bare))


def _value(match: re.Match[str]) -> Node:
    if match["word"] is not None:
        return _word(match["word"], match.start("word"))
    if match["words"] is None:
        end = match.end("key") + 1
        return Scalar("", True, end, end)
    start, items = match.start("words"), []
    at = start
    for part in match["words"].split(","):
        bare = part.lstrip(" ")
        items.append(_word(bare, at + len(part) - len(bare)))
        at += len(part) + 1
    return Sequence(tuple(items), start - 1, match.end("words") + 1)


def report_empty_body(path: str, message: str, hint: str = "write it beneath the front matter") -> Diagnostic:
    return Diagnostic(code="empty-body", message=message, span=Span(path, 1, 1), hint=hint, severity=Severity.WARNING)
