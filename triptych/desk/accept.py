"""A changed document has been looked at: the hash that its index.md records becomes that of the document as it is now.

Only the hash is written; the rest of the file stays byte for byte, and what comes out is read again before it is handed on.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from triptych.diagnostics import Diagnostic, Outcome, Span
from triptych.model import Document
from triptych.read.decode import decode
from triptych.read.fields import describe
from triptych.read.frontmatter import parse_block, read_front_matter
from triptych.read.tree import Mapping, Node, Scalar, Sequence, Sheet, is_missing
from triptych.site.state import Site
from triptych.text import nearest

KEY = "sha256"

_SEEDS = Span("seeds/", 1, 1)  # where a fault stands that is of no one document
_LISTED = 5  # ids that are offered where none is near
_BLOCK_HEADER = re.compile(r"[|>][-+0-9]{0,2}")


class _Head(NamedTuple):
    """The front matter of a file, by offsets in its text with LF line ends."""

    sheet: Sheet
    root: Node | None
    start: int  # where its first line begins, beneath the opening `---`
    end: int  # where the closing `---` begins


def about_path(document: Document) -> str:
    """Where a document's index.md stands, or would stand."""
    return f"content/annotations/{document.id}/index.md"


def find_document(doc: str, site: Site) -> Outcome[Document]:
    """The document of an id; where there is none, the ids that may have been meant."""
    if (document := site.catalogue.document(doc)) is not None:
        return Outcome(document)
    known = [one.id for one in site.catalogue.documents()]
    stem = re.sub(r"\.(?:txt|md)$", "", doc.rstrip("/").rpartition("/")[2])  # a path may have been given
    near = stem if stem in known else nearest(stem, known)
    listed = ", ".join(f"`{one}`" for one in known[:_LISTED]) + (f" and {len(known) - _LISTED} more" if known[_LISTED:] else "")
    hint = f"did you mean `{near}`?" if near else f"the site has {listed}" if known else "put it into seeds/, as .txt or .md"
    return Outcome(None, (_fault("unknown-document", f"there is no seed document `{doc}`", _SEEDS, hint),))


def accept_document(document: Document, data: bytes | None) -> Outcome[bytes]:
    """The new bytes of the document's index.md, of which `data` are the present ones (None: there is no such file).

    The same bytes come back where it records this hash already; no value, and the reason, where it cannot be written.
    """
    path = about_path(document)
    if data is None:
        message, hint = f"there is no {path} to record the hash in", f"write it, with at least these lines:\n{_least(document)}"
        return Outcome(None, (_fault("no-index", message, Span(document.path, 1, 1), hint),))
    decoded = decode(data, path)
    if decoded.value is None:
        return Outcome(None, decoded.diagnostics)
    opened = _open(decoded.value, path)
    if (head := opened.value) is None:
        message, hint = "there is no front matter to record the hash in", f"begin with at least these lines:\n{_least(document)}"
        return Outcome(None, opened.diagnostics or (_fault("missing-key", message, Span(path, 1, 1), hint),))
    keys = [pair for pair in _pairs(head.root) if pair[0].text == KEY]
    if fault := _refuse_keys(head.sheet, keys):
        return Outcome(None, (fault,))
    if keys and _text(keys[0][1]).lower() == document.sha256:
        return Outcome(data)
    new = _replace(data, head, *keys[0], document.sha256) if keys else _append(data, head, document.sha256)
    if not _differs_only_in_hash(new, head, document.sha256):
        span = head.sheet.span(keys[0][0].start, keys[0][0].end) if keys else Span(path, 1, 1, 3)
        message, hint = "the hash cannot be put in without touching other keys", f"put it in by hand: {document.sha256}"
        return Outcome(None, (_fault("front-matter-syntax", message, span, hint),))
    return Outcome(new)


def _fault(code: str, message: str, span: Span, hint: str) -> Diagnostic:
    return Diagnostic(code=code, message=message, span=span, hint=hint)


def _least(document: Document) -> str:
    return f"  ---\n  title: …\n  {KEY}: {document.sha256}\n  ---"


# --- Reading ---------------------------------------------------------------------------------------------------------


def _open(text: str, path: str) -> Outcome[_Head]:
    """The front matter, or what is wrong with its notation; neither where there is none. Faults of other keys do not count."""
    front, sheet = read_front_matter(text, path, {})
    faults = tuple(fault for fault in sheet.found if fault.code == sheet.syntax)
    if faults or front.body == text:
        return Outcome(None, faults)
    block = text[: len(text) - len(front.body)].removesuffix("\n")
    start, end = block.index("\n") + 1, block.rindex("\n") + 1
    return Outcome(_Head(sheet, parse_block(text, start, end).root, start, end))


def _pairs(root: Node | None) -> tuple[tuple[Scalar, Node], ...]:
    return root.pairs if isinstance(root, Mapping) else ()


def _refuse_keys(sheet: Sheet, keys: list[tuple[Scalar, Node]]) -> Diagnostic | None:
    """Why nobody can say which hash is meant: there are two, or one that is no text."""
    spans = [sheet.span(key.start, key.end) for key, _ in keys]
    if len(keys) > 1:
        hint = f"keep one; the first is on line {spans[0].line}"
        return _fault("repeated-key", f"`{KEY}` stands here a second time", spans[1], hint)
    if keys and not isinstance(keys[0][1], Scalar) and not is_missing(keys[0][1]):
        return _fault("wrong-type", f"`{KEY}` takes text, not {describe(keys[0][1])}", spans[0], "remove its value")
    return None


def _differs_only_in_hash(new: bytes, before: _Head, sha256: str) -> bool:
    """Whether the file reads as before: the same body, and the same keys with the same values, save the hash."""
    text = decode(new, before.sheet.path).value
    after = _open(text, before.sheet.path).value if text is not None else None
    if text is None or after is None or text[after.end :] != before.sheet.text[before.end :]:
        return False
    hashes = [_text(value) for key, value in _pairs(after.root) if key.text == KEY]
    return hashes == [sha256] and _others(after) == _others(before)


def _text(node: Node) -> str:
    return node.text.strip() if isinstance(node, Scalar) else ""


def _others(head: _Head) -> list[tuple[object, ...]]:
    return [(key.text, *_said(value)) for key, value in _pairs(head.root) if key.text != KEY]


def _said(node: Node) -> tuple[object, ...]:
    """What a node says, wherever it stands."""
    match node:
        case Scalar():
            return (node.text, node.is_plain)
        case Sequence():
            return ("-", *map(_said, node.items))
        case Mapping():
            return (":", *((key.text, _said(value)) for key, value in node.pairs))


# --- Writing ---------------------------------------------------------------------------------------------------------


def _replace(data: bytes, head: _Head, key: Scalar, value: Node, sha256: str) -> bytes:
    """Put the hash in the place of a value: between its quotes, or into its block, where it has them."""
    text = head.sheet.text
    start, end = value.start, value.end
    written = text[start:end]
    if not written:
        colon = text.find(":", key.end, head.end) + 1
        return _splice(data, colon, colon, f" {sha256}")
    if header := _BLOCK_HEADER.match(written):
        words = written.partition("\n")[2].strip()
        start = text.index(words, start + written.find("\n")) if words else start
        end = start + (len(words) or header.end())
    elif written[0] in "\"'" and isinstance(value, Scalar):
        sha256 = written[0] + sha256 + written[0]
    return _splice(data, start, end, sha256)


def _append(data: bytes, head: _Head, sha256: str) -> bytes:
    """Add the key as the last line of the front matter, with the indent of the others and the line end of the line above."""
    keys = _pairs(head.root)
    indent = ""
    if keys:
        line = head.sheet.text.rfind("\n", 0, keys[0][0].start) + 1
        indent = head.sheet.text[line : keys[0][0].start]
    return _splice(data, head.end, head.end, f"{indent}{KEY}: {sha256}\n")


def _splice(data: bytes, start: int, end: int, words: str) -> bytes:
    """Put words in the place of [start:end], offsets in the text with LF line ends and without a byte order mark."""
    raw = data.decode("utf-8")
    first, last = _raw_offset(raw, start), _raw_offset(raw, end)
    above = "\r\n" if raw.endswith("\r\n", 0, first) else "\r" if raw.endswith("\r", 0, first) else "\n"
    return (raw[:first] + words.replace("\n", above) + raw[last:]).encode("utf-8")


def _raw_offset(raw: str, offset: int) -> int:
    """The place in a file's characters as they are of a place in its text as it is read."""
    shift = 1 if raw.startswith("\ufeff") else 0
    for pair in re.finditer("\r\n", raw):
        if pair.start() >= offset + shift:
            break
        shift += 1
    return offset + shift
