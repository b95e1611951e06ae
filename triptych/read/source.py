"""One Markdown text while it is read: its blocks with their content, its footnotes, and what is wrong with it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, TypeVar

from markdown_it.token import Token

from triptych.diagnostics import Diagnostic, Outcome, Severity, Span
from triptych.read.blocks import DEPTH, make_parser
from triptych.read.inline import parse_inline
from triptych.read.places import Places
from triptych.read.typography import quotes_of, set_type
from triptych.text import is_id, nearest, slugify

T = TypeVar("T")

_PARSER = make_parser(extended=True)
_OWN_ID = re.compile(r"[ \t]\{#([^{}\n]*)\}[ \t]*\Z|\A\{#([^{}\n]*)\}[ \t]*\Z")
_TYPED = re.compile(r"""["']|--|\.\.\.""")
_WARNINGS = frozenset({"raw-html", "no-alt"})


@dataclass(slots=True)
class Footnote:
    """A definition of a footnote."""

    label: str
    tokens: list[Token]
    span: Span
    is_used: bool = False


@dataclass(slots=True)
class Source:
    """A text with LF line ends whose first line is line `first_line` of the file. The stages of reading it change it in turn."""

    text: str
    path: str
    first_line: int
    language: str
    fixed: Span | None = None  # where everything stands, if the text is a value of front matter
    places: Places = field(init=False)
    footnotes: dict[str, Footnote] = field(default_factory=dict)  # by label, in lower case
    faults: list[Diagnostic] = field(default_factory=list)
    env: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.text = self.text.replace("\0", "\ufffd")
        self.places = Places(self.text, self.path, self.first_line)

    def span(self, block: Token, at: int, width: int) -> Span:
        return self.fixed or self.places.span(block, at, width)

    def report(self, code: str, message: str, span: Span, hint: str) -> None:
        severity = Severity.WARNING if code in _WARNINGS else Severity.ERROR
        self.faults.append(Diagnostic(code=code, message=message, span=span, hint=hint, severity=severity))

    def outcome(self, value: T) -> Outcome[T]:
        """The value, with every fault once, in the order of the file."""
        for footnote in self.footnotes.values():
            if not footnote.is_used:
                self.report("unknown-footnote", f"nothing refers to the footnote `{footnote.label}`", footnote.span,
                            f"write `[^{footnote.label}]` where it belongs, or take it out")  # fmt: skip
        return Outcome(value, tuple(sorted(dict.fromkeys(self.faults), key=lambda fault: fault.span)))


def read_blocks(source: Source) -> list[Token]:
    """The tokens of the blocks, whose content has not been read yet."""
    tokens: list[Token] = []
    if source.text:
        _PARSER.block.parse(source.text, _PARSER, source.env, tokens)
    for row, place in source.env.get("too_deep", ()):
        source.report("too-deep", f"blocks nest deeper than {DEPTH} levels", source.places.at_offset(row, place),
                      "take some of the marks of quotations and lists away")  # fmt: skip
    return tokens


def read_content(source: Source, blocks: list[Token]) -> list[Token]:
    """The same blocks without the footnotes, which go to the source; what their content says is in `children`.

    The opening token of a heading has its id in `meta["own"]`, "" where none is given.
    """
    rest = _take_footnotes(source, blocks) if "footnotes" in source.env else blocks
    _read_all(source, rest)
    for footnote in source.footnotes.values():
        _read_all(source, footnote.tokens)
    return rest


def _take_footnotes(source: Source, blocks: list[Token]) -> list[Token]:
    rest: list[Token] = []
    open_: list[Footnote] = []
    for token in blocks:
        if token.type == "footnote_reference_open":
            label, row = token.meta["label"], token.map[0] if token.map else 0
            column = max(source.places.line(row).find("[^" + label), 0)
            footnote = Footnote(label, [], source.places.at(row, column, len(label) + 3))
            if source.footnotes.setdefault(label.casefold(), footnote) is not footnote:
                source.report("duplicate-id", f"the footnote `{label}` is defined twice", footnote.span, "give one another label")
            open_.append(footnote)
        elif token.type == "footnote_reference_close":
            open_.pop()
        else:
            (open_[-1].tokens if open_ else rest).append(token)
    return rest


def _read_all(source: Source, tokens: list[Token]) -> None:
    heading: Token | None = None
    for token in tokens:
        if token.type == "heading_open":
            heading = token
        elif token.type == "inline":
            if heading:
                heading.meta["own"] = _take_id(source, token)
                heading = None
            _read_block(source, token)


def _read_block(source: Source, block: Token) -> None:
    block.children = parse_inline(block.content, _PARSER, source.env, extended=True)
    if _TYPED.search(block.content):
        set_type(block.children, quotes_of(source.language))
    for code, message, at, width, hint in source.env.pop("faults", ()):
        source.report(code, message, source.span(block, at, width), hint)


def _take_id(source: Source, block: Token) -> str:
    """Cut `{#id}` from the end of a heading's content; "" where there is none, or none that can be an id."""
    match = _OWN_ID.search(block.content)
    if match is None:
        return ""
    name = match[1] if match[1] is not None else match[2]
    span = source.span(block, block.content.rindex("{#", 0, match.end()) + 2, len(name))
    block.content = block.content[: match.start()].rstrip()
    if is_id(name):
        return name
    offer = slugify(name) or slugify(block.content) or "section"
    source.report("bad-id", f"`{name}` cannot be an id", span, f"write `{{#{offer}}}`")
    return ""


def hint_footnote(source: Source, label: str) -> str:
    """What to do about a reference to a footnote that is not there."""
    near = nearest(label, (footnote.label for footnote in source.footnotes.values()))
    return f"did you mean `[^{near}]`?" if near else f"define it on a line of its own: `[^{label}]: …`"
