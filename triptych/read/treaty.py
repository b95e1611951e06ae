"""content/treaties/<id>.md -> one agreement, provision by provision."""

from __future__ import annotations

from markdown_it.token import Token

from triptych.diagnostics import Diagnostic, Outcome, Span
from triptych.model import Provision, Suspension, Treaty
from triptych.read.assembly import Compile, assemble, words_of
from triptych.read.fields import (
    Field,
    Fields,
    describe,
    read_address,
    read_choice,
    read_date,
    read_flag,
    read_flag_or_text,
    read_former,
    read_language,
    read_mapping,
    read_text,
    read_texts,
    report_type,
)
from triptych.read.frontmatter import FrontMatter, read_front_matter, report_empty_body
from triptych.read.kinds import RESERVED_TREATIES
from triptych.read.source import Source, read_blocks, read_content
from triptych.read.tree import Mapping, Node, Scalar, Sequence, Sheet, is_missing
from triptych.references.provision import heading_id

TREATY_KINDS = ("treaty", "commitment", "resolution", "draft", "correspondence")

_INTRODUCTION_LEVEL = 2  # of the highest headings in an introduction, as an HTML level
_PROVISION_LEVEL = 4  # of those within a provision, whose own heading stands above them


def read_treaty(text: str, *, path: str, id: str, compile: Compile, language: str = "en") -> Outcome[Treaty]:
    """The agreement as far as it can be made; without a title, a short name or a kind it is called by its id, a treaty."""
    front, sheet = read_front_matter(text, path, _FIELDS)
    values = front.values
    source = Source(front.body, path, front.first_line, language)
    tokens = read_content(source, read_blocks(source))
    headings = _find_provisions(source, tokens)
    edges = [*(heading.at for heading in headings), len(tokens)]
    introduction = assemble(source, tokens[: edges[0]], compile, _INTRODUCTION_LEVEL)
    provisions = tuple(
        Provision(
            id=heading.id,
            heading=heading.text,
            level=heading.level,
            parent=heading.parent,
            span=heading.span,
            body=assemble(source, tokens[heading.at + 3 : end], compile, _PROVISION_LEVEL),
        )
        for heading, end in zip(headings, edges[1:], strict=True)
    )
    treaty = Treaty(
        id=id,
        path=path,
        title=values.text("title", values.text("short", id)),
        short=values.text("short", values.text("title", id)),
        kind=values.text("kind", "treaty"),
        signed=values.date("signed"),
        in_force=values.date("in_force"),
        suspended=values.get("suspended") or (),
        ended=values.date("ended"),
        parties=values.texts("parties"),
        depositary=values.text("depositary"),
        binding=values.get("binding"),
        status=values.text("status"),
        url=values.text("url"),
        language=values.text("language"),
        aliases=values.texts("aliases"),
        former=values.texts("former"),
        draft=values.flag("draft"),
        introduction=introduction,
        provisions=provisions,
    )
    faults = source.outcome(treaty).diagnostics
    return Outcome(treaty, (*sheet.found, *faults, *_repeated_ids(provisions), *_check_body(front, treaty)))


class _Heading:
    """A heading that begins a provision."""

    __slots__ = ("at", "id", "level", "parent", "span", "text")

    def __init__(self, *, at: int, id: str, text: str, level: int, parent: str, span: Span) -> None:
        self.at = at  # index of its first token
        self.id = id
        self.text = text
        self.level = level
        self.parent = parent
        self.span = span


def _find_provisions(source: Source, tokens: list[Token]) -> list[_Heading]:
    """The top-level headings with an id or a label; others are part of the body in which they stand."""
    found: list[_Heading] = []
    above: list[_Heading] = []
    for at, token in enumerate(tokens):
        if token.type != "heading_open" or token.level != 0:
            continue
        content = tokens[at + 1]
        level = int(token.tag[1])
        while above and above[-1].level >= level:
            above.pop()
        parent = above[-1].id if above else ""
        text = " ".join(words_of(content).split())
        own: str = token.meta["own"]
        if id_ := own or heading_id(text, parent):
            span = source.span(content, 0, len(content.content))
            heading = _Heading(at=at, id=id_, text=text, level=level, parent=parent, span=span)
            found.append(heading)
            above.append(heading)
            _refuse_references(source, content)
    return found


def _refuse_references(source: Source, content: Token) -> None:
    """What a provision is called is plain text: it stands in panels, lists and addresses."""
    codes = {"citation": "bad-citation", "footnote_ref": "unknown-footnote"}
    for child in content.children or ():
        if child.type in codes:
            span = source.span(content, child.meta["at"], child.meta["width"])
            message = "neither citations nor footnotes stand in the heading of a provision"
            source.report(codes[child.type], message, span, "put it into the text beneath")


def _repeated_ids(provisions: tuple[Provision, ...]) -> list[Diagnostic]:
    faults = []
    seen: dict[str, Provision] = {}
    for provision in provisions:
        if (first := seen.setdefault(provision.id, provision)) is not provision:
            message = f"a second provision has the id `{provision.id}`; the first is on line {first.span.line}"
            offer = f"{provision.parent}-{provision.id}" if provision.parent else f"{provision.id}-bis"
            hint = f"give it an id of its own at the end of its heading: `{{#{offer}}}`"
            faults.append(Diagnostic(code="duplicate-id", message=message, span=provision.span, hint=hint))
    return faults


def _check_body(front: FrontMatter, treaty: Treaty) -> tuple[Diagnostic, ...]:
    if not front.is_whole or treaty.provisions or not treaty.introduction.is_empty:
        return ()
    return (report_empty_body(treaty.path, "this treaty has neither an introduction nor provisions"),)


def _read_suspended(node: Node, sheet: Sheet, name: str) -> tuple[Suspension, ...] | None:
    """A date, or a list of mappings with a date and who suspended."""
    if isinstance(node, Scalar):
        date = read_date(node, sheet, name)
        return None if date is None else (Suspension(date=date),)
    if not isinstance(node, Sequence):
        report_type(node, sheet, name, "a date or a list", "write `- date: …` with `by: …` on the next line")
        return None
    suspensions = []
    for item in node.items:
        if is_missing(item):
            continue
        if not isinstance(item, Mapping):
            message = f"a suspension in a list is a mapping with `date` and `by`, not {describe(item)}"
            sheet.report("wrong-type", message, item, "write `date: …` and `by: …` in it")
            continue
        values = read_mapping(item, sheet, _SUSPENSION_FIELDS, owner=item)
        if (date := values.date("date")) is not None:
            suspensions.append(Suspension(date=date, by=values.text("by")))
    return tuple(suspensions)


_SUSPENSION_FIELDS: Fields = {"date": Field(read_date, is_required=True), "by": Field(read_text)}
_FIELDS: Fields = {
    "title": Field(read_text, is_required=True),
    "short": Field(read_text, is_required=True),
    "kind": Field(read_choice(TREATY_KINDS), is_required=True),
    "signed": Field(read_date),
    "in_force": Field(read_date),
    "suspended": Field(_read_suspended),
    "ended": Field(read_date),
    "parties": Field(read_texts),
    "depositary": Field(read_text),
    "binding": Field(read_flag_or_text),
    "status": Field(read_text),
    "url": Field(read_address),
    "language": Field(read_language),
    "aliases": Field(read_texts),
    "former": Field(read_former(*RESERVED_TREATIES)),
    "draft": Field(read_flag),
}
