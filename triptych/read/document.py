"""A seed document -> the text that is shown, and its paragraphs. Nothing is added, dropped or reordered."""

from __future__ import annotations

import re
from collections.abc import Iterator
from hashlib import sha256

from triptych.diagnostics import Diagnostic, Outcome, Severity, Span
from triptych.model import Block, Document
from triptych.read.assembly import Compile
from triptych.read.seed import parse_seed

# Each begins with a line end: a run of spaces in a line must not be tried from each of its places.
_BLANK_LINES = re.compile(r"\n[ \t]*\n[ \t\n]*")
_LINE_END = re.compile(r"\n[ \t]*")
_SPACE = " \t\n"


def read_document(text: str, *, path: str, id: str, compile: Compile) -> Outcome[Document]:
    """The document of a `.txt` or `.md` file. `text` has LF line ends and no byte order mark."""
    if path.endswith(".md"):
        seed = parse_seed(text, compile=compile)
        document = Document(
            id=id, path=path, sha256=hash_text(text), text=seed.text, blocks=seed.blocks, layout=seed.layout, is_markdown=True
        )
    else:
        document = Document(id=id, path=path, sha256=hash_text(text), text=text, blocks=tuple(_find_paragraphs(text)))
    return Outcome(document, () if document.blocks else (_report_empty(path),))


def hash_text(text: str) -> str:
    """What `sha256` in index.md is of: the file's text as UTF-8, with LF line ends and without a byte order mark."""
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _report_empty(path: str) -> Diagnostic:
    return Diagnostic(
        code="empty-body",
        message="this document has no words",
        span=Span(path, 1, 1),
        hint="put the words of the document here, or remove the file",
        severity=Severity.WARNING,
    )


def _find_paragraphs(text: str) -> Iterator[Block]:
    """Paragraphs between blank lines; where there is no blank line between the first and the last words, every line is one."""
    end = len(text.rstrip(_SPACE))
    start = len(text) - len(text.lstrip(_SPACE))
    between = _BLANK_LINES if _BLANK_LINES.search(text, start, end) else _LINE_END
    line, counted, number = 1, 0, 0
    while start < end:
        gap = between.search(text, start, end)
        stop, following = gap.span() if gap else (end, end)
        line += text.count("\n", counted, start)
        counted = start
        yield Block(start, start + len(text[start:stop].rstrip(_SPACE)), line, number)
        start, number = following, number + 1
