"""A report as the open page shows it: each fault with its line, the way out, and a link into the editor.

All that comes from files is escaped here, since the page takes what it gets as markup. Knows how code is coloured; opens no file.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Sequence
from html import escape
from pathlib import Path
from urllib.parse import quote_from_bytes

from pygments.lexers import get_lexer_by_name
from pygments.token import STANDARD_TYPES, Token, _TokenType

from triptych.diagnostics import Diagnostic, Severity, Span
from triptych.report import sort_diagnostics, tally, visible

LIMIT = 50  # diagnostics shown
_BEFORE = 60  # characters of a long line that are shown before the place
_SHOWN = 200  # characters of a line
# What lexers are given: some take a time that grows with the square of it.
_COLOURED = 400  # characters of a line; a longer one stays plain
_CONTEXT = 800  # characters before the line

_LINE_ENDS = re.compile(r"\r\n|\n|\r")
_NAMES = re.compile(r"`([^`\n]*)`")
_FENCE = re.compile(r"-{3}[ \t]*")
_LANGUAGES = {"css": "css", "html": "html+jinja", "json": "json", "md": "markdown", "toml": "toml", "yaml": "yaml", "yml": "yaml"}


def render_overlay(diagnostics: Sequence[Diagnostic], source: Callable[[str], str | None], site: Path, *, fault: str = "") -> str:
    """The report as HTML, errors first; it has classes alone, no style and no script.

    `source` gives the text of a file by its path as in a span, or None where it cannot be had. `fault` is a traceback of our
    own, shown whole. Its heading has the id
    `triptych-overlay-heading`.
    """
    found = sorted(sort_diagnostics(diagnostics), key=lambda one: one.severity is not Severity.ERROR)
    heading = "Triptych itself made a mistake" if fault else tally(found) or "The build failed"
    parts = [f'<h2 id="triptych-overlay-heading">{escape(heading)}</h2>']
    if fault:
        parts.append("<p>The watch goes on, and the pages stay as they were.</p>")
        parts.append(f'<pre class="fault" tabindex="0">{_text(fault, keep_lines=True)}</pre>')
    lines_by_path: dict[str, list[str]] = {}
    entries = []
    for one in found[:LIMIT]:
        path = one.span.path
        if path not in lines_by_path:
            lines_by_path[path] = _LINE_ENDS.split((source(path) or "").removeprefix("\ufeff"))
        entries.append(_entry(one, lines_by_path[path], site))
    if entries:
        parts.append(f'<ol class="diagnostics">{"".join(entries)}</ol>')
    if len(found) > LIMIT:
        parts.append(f'<p class="more">and {len(found) - LIMIT} more</p>')
    return "".join(parts)


def _entry(one: Diagnostic, lines: list[str], site: Path) -> str:
    severity = one.severity.value
    span = one.span
    place = f"{visible(span.path)}:{span.line}:{span.column}"
    rows = [
        f'<p class="what"><strong class="severity">{severity}</strong> <code class="code">{_text(one.code)}</code> ',
        _NAMES.sub(r"<code>\1</code>", _text(one.message)),
        "</p>",
        f'<p class="where"><a href="{escape(editor_link(site, span))}">{escape(place)}</a></p>',
    ]
    if 0 < span.line <= len(lines) and lines[span.line - 1].strip():
        rows.append(_excerpt(lines, span))
    if one.hint:
        rows.append(f'<pre class="hint">{_text(one.hint, keep_lines=True)}</pre>')
    return f'<li class="diagnostic {severity}">{"".join(rows)}</li>'


def editor_link(site: Path, span: Span) -> str:
    """An address that opens Visual Studio Code at the place."""
    encoded = quote_from_bytes(os.fsencode((site / span.path).absolute().as_posix()), safe="/")
    return f"vscode://file{'' if encoded.startswith('/') else '/'}{encoded}:{span.line}:{span.column}"


# --- The line --------------------------------------------------------------------------------------------------------


def _excerpt(lines: list[str], span: Span) -> str:
    """The line with its place marked, and carets below it; a long one cut round the place."""
    line = lines[span.line - 1]
    start = max(0, min(span.column - 1, len(line)))
    left = 0 if len(line) <= _SHOWN else max(0, min(start - _BEFORE, len(line) - _SHOWN))
    right = min(len(line), left + _SHOWN)
    end = max(start, min(start + max(1, span.width), right))
    opening, closing = "…" * (left > 0), "…" * (right < len(line))
    pieces = list(_coloured(lines, span))
    before, marked, after = (_slice(pieces, *ends) for ends in ((left, start), (start, end), (end, right)))
    # Invisible, the same words bring the carets to the same place, whatever the width of their letters.
    carets = f'<span class="ghost">{opening}{before}</span><span class="caret">{"^" * max(1, end - start)}</span>'
    return (
        f'<pre class="line" dir="ltr"><span class="number">{span.line}</span> '
        f'<span class="source">{opening}{before}<mark>{marked}</mark>{after}{closing}</span>\n'
        f'<span class="carets" aria-hidden="true"><span class="number">{span.line}</span> {carets}</span></pre>'
    )


def _slice(pieces: list[tuple[str, str]], start: int, end: int) -> str:
    """Markup of what lies between the two columns, which count from 0."""
    parts = []
    column = 0
    for name, words in pieces:
        part = words[max(0, start - column) : max(0, end - column)]
        column += len(words)
        if part:
            parts.append(f'<span class="{name}">{_text(part)}</span>' if name else _text(part))
    return "".join(parts)


def _coloured(lines: list[str], span: Span) -> Iterator[tuple[str, str]]:
    """The line in pieces, each with the class of its kind, or ""."""
    line = lines[span.line - 1]
    language, first = _language(lines, span)
    if not language or len(line) > _COLOURED:
        yield "", line
        return
    context = "\n".join(lines[max(first, span.line - 1 - 40) : span.line - 1])[-_CONTEXT:]
    offset = len(context) + 1 if context else 0
    text = f"{context}\n{line}\n" if context else f"{line}\n"
    # The raw tokens: get_tokens would strip the text and turn its tabs, and columns would be lost.
    for index, kind, words in get_lexer_by_name(language).get_tokens_unprocessed(text):
        part = words[max(0, offset - index) : max(0, offset + len(line) - index)]
        if part:
            yield _class_of(kind), part


def _language(lines: list[str], span: Span) -> tuple[str, int]:
    """Pygments' name for what the line is written in, and the index of the line from which on it is so."""
    language = _LANGUAGES.get(span.path.rpartition(".")[2].lower(), "")
    if language != "markdown":
        return language, 0
    if _FENCE.fullmatch(lines[0]):
        closing = next((at for at in range(1, len(lines)) if _FENCE.fullmatch(lines[at])), len(lines))
        if span.line - 1 < closing:
            return ("yaml", 1) if span.line > 1 else ("", 0)
    return "markdown", span.line - 1  # each line by itself: lists and quotes would take the context's time for little


def _class_of(kind: _TokenType) -> str:
    """The short class of the nearest kind that has one; none for a fault, since the line may well begin in the midst."""
    while kind not in STANDARD_TYPES:
        kind = kind.parent or Token
    return "" if kind is Token.Error else STANDARD_TYPES[kind]


def _text(text: str, *, keep_lines: bool = False) -> str:
    """Text between tags, with what could not be seen made visible."""
    if keep_lines:
        return "\n".join(_text(line) for line in text.split("\n"))
    return escape(visible(text))
