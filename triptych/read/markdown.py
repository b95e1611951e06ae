"""The one Markdown parser: what authors write -> bodies, with the exact place of everything that they name.

Markup is made by the renderer: whoever reads hands its compiler in, as `compile`. The tokens that it gets are markdown-it's,
with the content of "inline" in `meta["parts"]` (see assembly.Part), and besides them "footnotes_open", "footnote_open",
"footnote_ref" and "footnote_back" with their numbers in `meta`. All that is found is in the order of the file, footnotes last.

`text` has LF line ends and begins on line `first_line` of the file; `language` decides the quotes; the highest headings of a body
become `<h{base_level}>`. The value is always there: where there are errors, what is wrong stands in it as text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from markdown_it.token import Token

from triptych.diagnostics import Outcome, Span
from triptych.model import Body, Quote
from triptych.read.assembly import Compile, assemble
from triptych.read.places import Places
from triptych.read.seed import read_words
from triptych.read.source import Source, read_blocks, read_content

# Words in which CommonMark finds no mark: most quotes, which so are not parsed a second time.
_PLAIN_LINE = r"[^\W\d][^\\`*_\[\]<>&!|~\s]*(?: [^\\`*_\[\]<>&!|~\s]+)*"
_PLAIN_WORDS = re.compile(rf"{_PLAIN_LINE}(?:\n{_PLAIN_LINE})*")
_MARKER = re.compile(r"\A[ \t]{0,3}>[ \t]?")
_LAST_LEVEL = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An annotation's body: the words that it quotes, and what it says of them."""

    quotes: tuple[Quote, ...]
    context: Body


def parse_body(
    text: str, *, path: str, compile: Compile, first_line: int = 1, language: str = "en", base_level: int = 2
) -> Outcome[Body]:
    """A whole body."""
    source = Source(text, path, first_line, language)
    tokens = read_content(source, read_blocks(source))
    return source.outcome(assemble(source, tokens, compile, base_level))


def parse_answer(
    text: str, *, path: str, compile: Compile, first_line: int = 1, language: str = "en", base_level: int = 2
) -> Outcome[Answer]:
    """An annotation: the block quotes that open it are its claim, the rest is the context.

    Comments before and between the quotes are as if they were not there. Quotes without words are left out, so there may be none.
    """
    source = Source(text, path, first_line, language)
    blocks = read_blocks(source)
    quotes: list[Quote] = []
    end = 0
    while end < len(blocks) and blocks[end].type == "blockquote_open":
        if (lines := blocks[end].map) and (quote := _read_quote(source.places, *lines)):
            quotes.append(quote)
        end = next(at for at in range(end + 1, len(blocks)) if blocks[at].level == 0) + 1
    tokens = read_content(source, blocks[end:])
    return source.outcome(Answer(quotes=tuple(quotes), context=assemble(source, tokens, compile, base_level)))


def parse_inline(text: str, *, span: Span, compile: Compile, language: str = "en") -> Outcome[Body]:
    """A sentence of Markdown from front matter, without blocks round it; all that is found stands at `span`."""
    source = Source(text.strip(), span.path, span.line, language, fixed=span)
    if not source.text:
        return Outcome(Body())
    token = Token("inline", "", 0, content=source.text, map=[0, 1])
    return source.outcome(assemble(source, read_content(source, [token]), compile, _LAST_LEVEL))


def _read_quote(places: Places, start: int, end: int) -> Quote | None:
    """The quotation on these lines, read as CommonMark alone; None where it has no words."""
    lines = [places.line(row) for row in range(start, end)]
    typed = [_MARKER.sub("", line, count=1) for line in lines]
    plain = "\n".join(typed)
    words = plain if _PLAIN_WORDS.fullmatch(plain) else read_words("\n".join(lines))
    if not words and not any(line.strip() for line in typed):
        return None
    first = next((at for at, line in enumerate(typed) if line.strip()), 0)
    column = len(lines[first]) - len(typed[first].lstrip())
    span = places.at(start + first, column, len(typed[first].strip()))
    return Quote(text=words, typed="\n".join(typed).strip("\n"), span=span)
