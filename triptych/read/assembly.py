"""Tokens of a text -> a body: what stands in it is collected, and slots take its place in what the renderer gets."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from markdown_it.token import Token

from triptych.diagnostics import Span
from triptych.model import Body, Heading, Prose, Reference, Slot
from triptych.read.source import Footnote, Source, hint_footnote
from triptych.references import citation, term
from triptych.references.link import EXTERNAL, KIND, UNSAFE, classify, explain
from triptych.text import slugify

Compile = Callable[[Sequence[Token]], Prose]
Part = Token | Slot | str  # of a block's content, in meta["parts"]: a mark, a place that is filled later, or plain text

_LAST_LEVEL = 6  # of headings in HTML
_IMAGE = "image"
_NOTED = frozenset({"blockquote_open", "blockquote_close", "heading_open", "heading_close", "table_open", "fence", "code_block"})


def assemble(source: Source, tokens: list[Token], compile: Compile, base_level: int) -> Body:
    """The body that the tokens make; its highest headings are set at `base_level`. The tokens themselves stay as they are."""
    assembly = _Assembly(source, tokens, base_level)
    assembly.add(tokens)
    assembly.add_footnotes()
    return Body(
        prose=compile(assembly.tokens) if assembly.tokens else (),
        runs=tuple(assembly.runs),
        references=tuple(assembly.references),
        headings=tuple(assembly.headings),
        text=" ".join(" ".join(assembly.words).split()),
    )


class _Assembly:
    """What has been found so far; lives for one body."""

    def __init__(self, source: Source, tokens: list[Token], base_level: int) -> None:
        self.source = source
        self.tokens: list[Token] = []
        self.runs: list[str] = []
        self.references: list[Reference] = []
        self.headings: list[Heading] = []
        self.words: list[str] = []  # of one block each
        self.notes: dict[str, tuple[Footnote, Token]] = {}  # by label: the footnote, and its way back
        headings = [token for token in tokens if token.type == "heading_open"]
        self.shift = base_level - min((int(token.tag[1]) for token in headings), default=1)
        self.ids = {own for token in headings if (own := token.meta["own"])}
        self.given: set[str] = set()
        self.counts: dict[str, int] = {}  # how many headings have had the same words
        self.quoted = 0  # how many quotations are open
        self.heading: Token | None = None

    def add(self, tokens: Sequence[Token]) -> None:
        for at, token in enumerate(tokens):
            if token.type == "inline":
                self.add_content(token)
            else:
                self.tokens.append(self.note_block(token, tokens, at) if token.type in _NOTED else token)

    def note_block(self, token: Token, tokens: Sequence[Token], at: int) -> Token:
        """The token as it is rendered; what it opens or closes is remembered."""
        match token.type:
            case "blockquote_open":
                self.quoted += 1
            case "blockquote_close":
                self.quoted -= 1
            case "heading_open":
                self.heading = self.place_heading(token, tokens[at + 1])
                return self.heading
            case "heading_close":
                opening, self.heading = self.heading, None
                return token.copy(tag=opening.tag if opening else token.tag)
            case "table_open":
                return token.copy(meta={"label": _head_of_table(tokens[at:])})
            case _:
                self.words.append(token.content)
        return token

    def place_heading(self, token: Token, content: Token) -> Token:
        """The opening token at its level on the page, with an id that no other heading of the body has."""
        text = " ".join(words_of(content).split())
        span = self.source.span(content, 0, len(content.content))
        level = min(max(int(token.tag[1]) + self.shift, 1), _LAST_LEVEL)
        name = token.meta["own"]
        if name in self.given:
            self.source.report("duplicate-id", f"another heading has the id `{name}`", span, "give one of them another id")
        elif not name:
            name = self.free_id(slugify(text, 70))
        self.given.add(name)
        self.headings.append(Heading(id=name, text=text, level=level, span=span))
        return token.copy(tag=f"h{level}", meta={"id": name})

    def free_id(self, slug: str) -> str:
        """An id of these words, numbered where others have the same; ids that are given come first."""
        stem = slug or "section"
        while True:
            count = self.counts[stem] = self.counts.get(stem, 0) + 1
            name = stem if slug and count == 1 else f"{stem}-{count}"
            if name not in self.ids and name not in self.given:
                return name

    # --- content of a block ------------------------------------------------------------------------------------------

    def add_content(self, block: Token) -> None:
        """Text becomes runs, and what names something becomes slots."""
        parts: list[Part] = []
        text: list[str] = []
        links: list[bool] = []  # of every link that is open: whether it is written as one
        linked = self.heading is None and not self.quoted
        self.words.append(words_of(block))
        for child in block.children or ():
            kind = child.type
            if kind in ("text", "text_special"):
                text.append(child.content)
                continue
            if kind == "softbreak":
                text.append("\n")
                continue
            if text:
                self.add_text(parts, text, linked and not any(links))
            if kind == "link_open":
                token = None if any(links) else self.open_link(block, child)
                links.append(token is not None)
            elif kind == "link_close":
                token = child if links.pop() else None
            elif kind not in _HANDLERS:
                token = child
            elif any(links) and kind != "image":
                token = self.refuse_within_link(block, child)
            else:
                token = _HANDLERS[kind](self, block, child)
            if token is not None:
                parts.append(token)
        if text:
            self.add_text(parts, text, linked)
        self.tokens.append(Token("inline", "", 0, meta={"parts": parts}))

    def add_text(self, parts: list[Part], text: list[str], linked: bool) -> None:
        words = "".join(text)
        text.clear()
        if linked and not words.isspace():
            parts.append(Slot("run", len(self.runs)))
            self.runs.append(words)
        else:
            parts.append(words)

    def refer(self, *references: Reference) -> Slot:
        first = len(self.references)
        self.references += references
        return Slot("reference", first, len(self.references))

    def add_term(self, block: Token, child: Token) -> Part:
        span = self.source.span(block, child.meta["at"], child.meta["width"])
        return self.refer(Reference(kind=term.KIND, name=child.meta["name"], span=span, label=child.content))

    def add_citation(self, block: Token, child: Token) -> Part:
        return self.refer(
            *(
                Reference(
                    kind=citation.KIND, name=item.key, locator=item.locator, span=self.source.span(block, item.at, len(item.key))
                )
                for item in child.meta["items"]
            )
        )

    def refuse_within_link(self, block: Token, child: Token) -> Part:
        """A term, citation or note within a link: its words, or what was typed."""
        at = child.meta["at"]
        written = child.markup or child.content
        self.source.report("broken-link", "a link cannot hold another link", self.source.span(block, at, child.meta["width"]),
                           f"put `{written}` before or behind it")  # fmt: skip
        return child.content if child.type == "term" else written

    def open_link(self, block: Token, child: Token) -> Part | None:
        """The beginning of a link, or None where its address is refused: then its words are text."""
        address = str(child.attrs["href"])
        kind = classify(address)
        if kind == EXTERNAL:
            return child
        span = self.address_span(block, child, address)
        if kind == UNSAFE:
            message = f"`{address}` is no address that a link may have" if address.strip() else "a link without an address"
            self.source.report("unsafe-url", message, span, explain(address))
            return None
        return self.refer(Reference(kind=KIND, name=address, span=span, label=str(child.attrs.get("title", ""))))

    def add_image(self, block: Token, child: Token) -> Part:
        """An image among the site's files, or its words as text where it is none."""
        address, alt = str(child.attrs["src"]), " ".join(child.content.split())
        span = self.address_span(block, child, address)
        if not alt:
            self.source.report("no-alt", "an image without words for those who do not see it",
                               self.source.span(block, child.meta["start"], 2),
                               "write between the square brackets what it shows")  # fmt: skip
        kind = classify(address)
        if kind in (EXTERNAL, UNSAFE) or address.startswith("#"):
            code = "remote-image" if kind == EXTERNAL or address.startswith("//") else "unsafe-url"
            hint = "put a copy of the file under content/ and name that"
            self.source.report(code, f"`{address}` is not a file of this site", span, hint)
            return alt
        return self.refer(Reference(kind=_IMAGE, name=address, span=span, label=alt))

    def address_span(self, block: Token, child: Token, address: str) -> Span:
        if self.source.fixed is None and (rows := child.meta.get("definition")):
            return self.source.places.definition(rows, address)
        return self.source.span(block, max(child.meta["at"], 0), child.meta["width"])

    # --- footnotes ---------------------------------------------------------------------------------------------------

    def add_note(self, block: Token, child: Token) -> Part:
        label = child.meta["label"]
        footnote = self.source.footnotes.get(label.casefold())
        if footnote is None:
            span = self.source.span(block, child.meta["at"], child.meta["width"])
            self.source.report("unknown-footnote", f"the footnote `{label}` has no text", span, hint_footnote(self.source, label))
            return child.content
        footnote.is_used = True
        number = len(self.notes) + 1
        back = Token("footnote_back", "", 0, meta={"number": number, "count": 0})
        _, back = self.notes.setdefault(label.casefold(), (footnote, back))
        back.meta["count"] += 1
        return Token("footnote_ref", "", 0, meta=dict(back.meta))

    def add_footnotes(self) -> None:
        """The notes that were referred to, in that order; they may refer to others, which come after them."""
        if not self.notes:
            return
        self.tokens.append(Token("footnotes_open", "", 1))
        done = 0
        while done < len(self.notes):
            footnote, back = list(self.notes.values())[done]
            done += 1
            self.tokens.append(Token("footnote_open", "", 1, meta={"number": done}))
            self.add(footnote.tokens)
            at_end = self.tokens[-1].type == "paragraph_close"
            self.tokens.insert(len(self.tokens) - at_end, back)
            self.tokens.append(Token("footnote_close", "", -1))
        self.tokens.append(Token("footnotes_close", "", -1))


_HANDLERS: dict[str, Callable[[_Assembly, Token, Token], Part]] = {
    "term": _Assembly.add_term,
    "citation": _Assembly.add_citation,
    "image": _Assembly.add_image,
    "footnote_ref": _Assembly.add_note,
}


def words_of(block: Token) -> str:
    """The words of a block's content, without citations and notes; line breaks within are line feeds."""
    words: list[str] = []
    for child in block.children or ():
        if child.type in ("softbreak", "hardbreak"):
            words.append("\n")
        elif child.type in ("citation", "footnote_ref"):
            if words:
                words[-1] = words[-1].rstrip()
        elif child.content:
            words.append(child.content)
    return "".join(words)


def _head_of_table(tokens: Sequence[Token]) -> str:
    """The words of the first row, for those to whom the table is a region by name."""
    heads: list[str] = []
    for token in tokens:
        if token.type == "thead_close":
            break
        if token.type == "inline" and (words := " ".join(words_of(token).split())):
            heads.append(words)
    return ", ".join(heads)
