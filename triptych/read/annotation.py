"""content/annotations/<doc>/<NN>-<slug>.md -> one claim: the words it quotes, and their context."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from triptych.diagnostics import Diagnostic, Outcome, Span
from triptych.model import EMPTY, Annotation, Body, Correction, Date, Rating, TreatyReference
from triptych.read.assembly import Compile
from triptych.read.fields import (
    Field,
    Fields,
    describe,
    read_choice,
    read_date,
    read_flag,
    read_former,
    read_items,
    read_mapping,
    read_places,
    read_text,
    read_texts,
)
from triptych.read.frontmatter import FrontMatter, read_front_matter, report_empty_body
from triptych.read.kinds import RESERVED_CLAIMS
from triptych.read.markdown import Answer, parse_answer, parse_inline
from triptych.read.tree import Mapping, Node, Scalar, Sheet

CLAIM_KINDS = ("fact", "legal", "position", "demand", "denial", "offer", "prediction")

_CONTEXT_LEVEL = 4  # of the highest headings in a context, as an HTML level: a claim is 2, its panels 3
_WRITE_TREATIES = "write `treaties: [id, id#provision]`, or one `- item` a line"
_NO_QUOTE_HINT = "begin the text beneath the front matter with the words of the document, each line after `> `"


class _Entry(NamedTuple):
    """An item of `treaties:` whose note has not been read as Markdown."""

    id: str
    provision: str
    span: Span
    note: str
    note_span: Span | None


class _Change(NamedTuple):
    """An item of `corrections:` whose note has not been read as Markdown."""

    date: Date
    note: str
    span: Span


def read_annotation(
    text: str, *, path: str, id: str, doc: str, compile: Compile, kinds: Iterable[str] = (), language: str = "en"
) -> Outcome[Annotation]:
    """The claim as far as it can be made. `kinds` are those that the site adds; `language` decides the quotes."""
    front, sheet = read_front_matter(text, path, _fields(tuple(kinds)))
    answer = parse_answer(
        front.body, path=path, compile=compile, first_line=front.first_line, language=language, base_level=_CONTEXT_LEVEL
    )
    notes = _Notes(compile, language)
    values = front.values
    annotation = Annotation(
        doc=doc,
        id=id,
        path=path,
        title=values.text("title"),
        speaker=values.text("speaker"),
        kind=values.text("kind"),
        treaties=tuple(
            TreatyReference(id=one.id, provision=one.provision, span=one.span, note=notes.read(one.note, one.note_span))
            for one in values.get("treaties") or ()
        ),
        tags=values.texts("tags"),
        prefix=values.texts("prefix"),
        suffix=values.texts("suffix"),
        authors=values.texts("authors"),
        created=values.date("created"),
        updated=values.date("updated"),
        reviewed=values.date("reviewed"),
        corrections=tuple(
            Correction(date=one.date, note=notes.read(one.note, one.span)) for one in values.get("corrections") or ()
        ),
        rating=values.get("rating"),
        former=values.texts("former"),
        draft=values.flag("draft"),
        quotes=answer.value.quotes if answer.value else (),
        context=answer.value.context if answer.value else EMPTY,
    )
    return Outcome(annotation, (*sheet.found, *notes.found, *answer.diagnostics, *_check_body(front, answer.value, path)))


class _Notes:
    """Reads the Markdown in values; its own function alone adds to what was found."""

    def __init__(self, compile: Compile, language: str) -> None:
        self.compile = compile
        self.language = language
        self.found: list[Diagnostic] = []

    def read(self, note: str, span: Span | None) -> Body:
        if not note or span is None:
            return EMPTY
        outcome = parse_inline(note, span=span, compile=self.compile, language=self.language)
        self.found += outcome.diagnostics
        return outcome.value or EMPTY


def _check_body(front: FrontMatter, answer: Answer | None, path: str) -> tuple[Diagnostic, ...]:
    """Whether there are a quote and a context; nothing is said of a file of which it is not known what is body."""
    if not front.is_whole or answer is None:
        return ()
    if not answer.quotes:
        message = "an annotation opens with the words that it answers, and this one does not"
        return (Diagnostic(code="no-quote", message=message, span=Span(path, 1, 1), hint=_NO_QUOTE_HINT),)
    return (
        ()
        if not answer.context.is_empty
        else (report_empty_body(path, "this claim has no context", "write it beneath the words quoted"),)
    )


# --- Values ----------------------------------------------------------------------------------------------------------


def _read_treaties(node: Node, sheet: Sheet, name: str) -> tuple[_Entry, ...]:
    entries = (_read_entry(item, sheet) for item in read_items(node, sheet, name, _WRITE_TREATIES))
    return tuple(entry for entry in entries if entry is not None)


def _read_entry(item: Node, sheet: Sheet) -> _Entry | None:
    if isinstance(item, Scalar):
        return _split_reference(item, sheet)
    if not isinstance(item, Mapping):
        sheet.report("wrong-type", "a treaty is named as `id` or `id#provision`, not as a list", item, _WRITE_TREATIES)
        return None
    values = read_mapping(item, sheet, _ENTRY_FIELDS, owner=item)
    entry: _Entry | None = values.get("ref")
    return None if entry is None else entry._replace(note=values.text("note"), note_span=values.span("note"))


def _read_reference(node: Node, sheet: Sheet, name: str) -> _Entry | None:
    if not isinstance(node, Scalar):
        sheet.report("wrong-type", f"`{name}` takes `id` or `id#provision`, not {describe(node)}", node, "name one treaty")
        return None
    return _split_reference(node, sheet)


def _split_reference(node: Scalar, sheet: Sheet) -> _Entry | None:
    treaty, mark, provision = node.text.strip().removeprefix("@").partition("#")
    if not treaty.strip() or (mark and not provision.strip()):
        sheet.report("bad-value", f"`{node.text.strip()}` is not `id` or `id#provision`", node, "write it as `cfe-1990#art-iv`")
        return None
    return _Entry(treaty.strip(), provision.strip(), sheet.span(node.start, node.end), "", None)


def _read_corrections(node: Node, sheet: Sheet, name: str) -> tuple[_Change, ...]:
    items = read_items(node, sheet, name, "write each as `- date: …` with `note: …` on the next line")
    changes = []
    for item in items:
        if not isinstance(item, Mapping):
            message = f"a correction is a mapping with `date` and `note`, not {describe(item)}"
            sheet.report("wrong-type", message, item, "write `date: …` and `note: …` in it")
            continue
        values = read_mapping(item, sheet, _CORRECTION_FIELDS, owner=item)
        date, note, span = values.date("date"), values.text("note"), values.span("note")
        if date is not None and note and span is not None:
            changes.append(_Change(date, note, span))
    return tuple(changes)


def _read_rating(node: Node, sheet: Sheet, name: str) -> Rating | None:
    if not isinstance(node, Mapping):
        hint = "write `label: …` below it, indented, and `value`, `best` and `worst` where there is a scale"
        sheet.report("wrong-type", f"`{name}` takes a mapping, not {describe(node)}", node, hint)
        return None
    values = read_mapping(node, sheet, _RATING_FIELDS, owner=node)
    if not values.text("label"):
        return None
    parts = {part: values.text(part) for part in ("label", "value", "best", "worst")}
    return Rating(**parts)


_ENTRY_FIELDS: Fields = {"ref": Field(_read_reference, is_required=True), "note": Field(read_text)}
_CORRECTION_FIELDS: Fields = {"date": Field(read_date, is_required=True), "note": Field(read_text, is_required=True)}
_RATING_FIELDS: Fields = {
    "label": Field(read_text, is_required=True),
    "value": Field(read_text),
    "best": Field(read_text),
    "worst": Field(read_text),
}
_FIELDS: Fields = {
    "title": Field(read_text),
    "speaker": Field(read_text),
    "kind": Field(read_choice(CLAIM_KINDS)),
    "treaties": Field(_read_treaties),
    "tags": Field(read_texts),
    "prefix": Field(read_places),
    "suffix": Field(read_places),
    "authors": Field(read_texts),
    "created": Field(read_date),
    "updated": Field(read_date),
    "reviewed": Field(read_date),
    "corrections": Field(_read_corrections),
    "rating": Field(_read_rating),
    "former": Field(read_former(*RESERVED_CLAIMS)),
    "draft": Field(read_flag),
}


def _fields(kinds: tuple[str, ...]) -> Fields:
    return {**_FIELDS, "kind": Field(read_choice((*CLAIM_KINDS, *kinds)))} if kinds else _FIELDS
