"""Tokens of Markdown -> markup with slots. Nothing that an author wrote reaches the markup unescaped, and no `style` is written.

What the reader adds to markdown-it's tokens is told in read/markdown.py; the blocks of a seed have their number in
`meta["paragraph"]`, and slots for all of their words.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from markdown_it.token import Token

from triptych.model import Prose, Slot
from triptych.references.link import encode_address
from triptych.render.highlight import escape_text, highlight

_ID = Slot("id")


def compile_prose(tokens: Sequence[Token]) -> Prose:
    """The markup of whole blocks, or of the content of one alone ("inline"); stretches of text are joined."""
    writer = _Writer()
    for at, token in enumerate(tokens):
        if token.type == "inline":
            for part in token.meta["parts"]:
                if isinstance(part, str):
                    writer.write(escape_text(part))
                elif isinstance(part, Slot):
                    writer.slot(part)
                else:
                    _COMPILERS.get(part.type, _write_tag)(writer, part)
        elif token.type in ("th_open", "th_close"):
            _write_head(writer, token, tokens[at + 1] if token.nesting > 0 else tokens[at - 1])
        else:
            _COMPILERS.get(token.type, _write_tag)(writer, token)
    return writer.prose()


class _Writer:
    """Collects text and slots."""

    def __init__(self) -> None:
        self.parts: list[str | Slot] = []
        self.text: list[str] = []
        self.write = self.text.append

    def slot(self, slot: Slot) -> None:
        if self.text:
            self.parts.append("".join(self.text))
            self.text.clear()
        self.parts.append(slot)

    def prose(self) -> Prose:
        if self.text:
            self.parts.append("".join(self.text))
        return tuple(self.parts)


def _escape(value: object) -> str:
    """Text as it stands in an attribute in double quotes."""
    return escape_text(str(value)).replace('"', "&quot;")


# --- within a block --------------------------------------------------------------------------------------------------


def _write_break(writer: _Writer, token: Token) -> None:
    writer.write("<br>")


def _write_code_words(writer: _Writer, token: Token) -> None:
    writer.write("<code>")
    if "slot" in token.meta:
        writer.slot(token.meta["slot"])
    else:
        writer.write(escape_text(token.content))
    writer.write("</code>")


def _write_link(writer: _Writer, token: Token) -> None:
    title = f' title="{_escape(token.attrs["title"])}"' if "title" in token.attrs else ""
    writer.write(f'<a href="{_escape(encode_address(str(token.attrs["href"])))}"{title}>')


def _write_tag(writer: _Writer, token: Token) -> None:
    """A token that is no more than its tag; the tag is the parser's, never an author's."""
    if token.hidden or not token.tag:
        return
    end = "\n" if token.block and token.nesting <= 0 else ""
    if token.nesting < 0:
        writer.write(f"</{token.tag}>{end}")
    else:
        writer.write(f"<{token.tag}>{end}")


# --- blocks ----------------------------------------------------------------------------------------------------------


def _write_paragraph(writer: _Writer, token: Token) -> None:
    number = token.meta.get("paragraph")
    if number is not None:
        writer.write(f'<p data-paragraph="{number}">')
    elif not token.hidden:
        writer.write("<p>")


def _write_paragraph_end(writer: _Writer, token: Token) -> None:
    writer.write("\n" if token.hidden else "</p>\n")


def _write_heading(writer: _Writer, token: Token) -> None:
    number = token.meta.get("paragraph")
    if number is not None:
        writer.write(f'<{token.tag} data-paragraph="{number}">')
        return
    writer.write(f'<{token.tag} id="')
    writer.slot(_ID)
    writer.write(f'{_escape(token.meta["id"])}">')


def _write_list(writer: _Writer, token: Token) -> None:
    start = token.attrs.get("start")
    writer.write(f"<{token.tag}>\n" if start is None else f'<{token.tag} start="{_escape(start)}">\n')


def _write_code(writer: _Writer, token: Token) -> None:
    """A block of code; it may be wider than the page, and is scrolled with the keys too."""
    number = token.meta.get("paragraph")
    if number is not None:
        writer.write(f'<pre data-paragraph="{number}" tabindex="0"><code>')
        writer.slot(token.meta["slot"])
    else:
        language = token.info.split(maxsplit=1)[0] if token.info.strip() else ""
        writer.write('<pre class="code" tabindex="0"><code>')
        writer.write(highlight(token.content, language))
    writer.write("</code></pre>\n")


def _write_table(writer: _Writer, token: Token) -> None:
    label = token.meta["label"]
    name = f' role="region" aria-label="{_escape(label)}"' if label else ""
    writer.write(f'<div class="table-scroll" tabindex="0"{name}><table>\n')


def _write_table_end(writer: _Writer, token: Token) -> None:
    writer.write("</table></div>\n")


def _alignment(token: Token) -> str:
    """The library writes a style, which the pages' policy forbids."""
    style = str(token.attrs.get("style", ""))
    return f' class="align-{style.removeprefix("text-align:")}"' if style else ""


def _write_cell(writer: _Writer, token: Token) -> None:
    writer.write(f"<td{_alignment(token)}>")


def _write_head(writer: _Writer, token: Token, content: Token) -> None:
    """The head of a column; a cell without words is none."""
    tag, scope = ("th", ' scope="col"') if content.meta["parts"] else ("td", "")
    writer.write(f"<{tag}{scope}{_alignment(token)}>" if token.nesting > 0 else f"</{tag}>\n")


# --- footnotes -------------------------------------------------------------------------------------------------------


def _write_note_mark(writer: _Writer, token: Token) -> None:
    number = token.meta["number"]
    writer.write('<sup class="footnote-ref"><a id="')
    writer.slot(_ID)
    writer.write(f'{_note_mark(number, token.meta["count"])}" href="#')
    writer.slot(_ID)
    writer.write(f'fn_{number}" role="doc-noteref">{number}</a></sup>')


def _note_mark(number: int, count: int) -> str:
    """The id of a place that refers to a note; an underscore stands in no id that an author gives."""
    return f"fnref_{number}" if count == 1 else f"fnref_{number}_{count}"


def _write_notes(writer: _Writer, token: Token) -> None:
    writer.write('<section class="footnotes" role="doc-endnotes">\n<ol>\n')


def _write_notes_end(writer: _Writer, token: Token) -> None:
    writer.write("</ol>\n</section>\n")


def _write_note(writer: _Writer, token: Token) -> None:
    writer.write('<li id="')
    writer.slot(_ID)
    writer.write(f'fn_{token.meta["number"]}">')


def _write_note_end(writer: _Writer, token: Token) -> None:
    writer.write("</li>\n")


def _write_ways_back(writer: _Writer, token: Token) -> None:
    number = token.meta["number"]
    for count in range(1, token.meta["count"] + 1):
        writer.write(' <a class="footnote-back" href="#')
        writer.slot(_ID)
        name = f"{number}" if count == 1 else f"{number}.{count}"
        # The arrow is followed by a sign that asks for a letter rather than a picture.
        writer.write(f'{_note_mark(number, count)}" role="doc-backlink" aria-label="{name} ↩">↩\ufe0e</a>')


_COMPILERS: dict[str, Callable[[_Writer, Token], None]] = {
    "hardbreak": _write_break,
    "code_inline": _write_code_words,
    "link_open": _write_link,
    "paragraph_open": _write_paragraph,
    "paragraph_close": _write_paragraph_end,
    "heading_open": _write_heading,
    "bullet_list_open": _write_list,
    "ordered_list_open": _write_list,
    "fence": _write_code,
    "code_block": _write_code,
    "table_open": _write_table,
    "table_close": _write_table_end,
    "td_open": _write_cell,
    "footnote_ref": _write_note_mark,
    "footnotes_open": _write_notes,
    "footnotes_close": _write_notes_end,
    "footnote_open": _write_note,
    "footnote_close": _write_note_end,
    "footnote_back": _write_ways_back,
}
