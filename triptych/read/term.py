"""content/glossary/<id>.md -> one term and its entry."""

from __future__ import annotations

from triptych.diagnostics import Outcome, Span
from triptych.model import EMPTY, Name, Reference, Term
from triptych.read.assembly import Compile
from triptych.read.fields import Field, Fields, Values, read_flag, read_former, read_text, read_texts
from triptych.read.frontmatter import read_front_matter, report_empty_body
from triptych.read.markdown import parse_body


def read_term(text: str, *, path: str, id: str, compile: Compile, language: str = "en") -> Outcome[Term]:
    """The term as far as it can be made; one without a name is called by its id."""
    front, sheet = read_front_matter(text, path, _FIELDS)
    values = front.values
    body = parse_body(front.body, path=path, compile=compile, first_line=front.first_line, language=language, base_level=3)
    term = values.text("term", id)
    term_span = values.span("term") or Span(path, 1, 1)
    aliases = zip(values.texts("aliases"), values.spans("aliases"), strict=True)
    record = Term(
        id=id,
        path=path,
        term=term,
        names=(Name(text=term, span=term_span), *(Name(text=alias, span=span) for alias, span in aliases)),
        see=_read_see(values),
        autolink=values.flag("autolink", default=True),
        former=values.texts("former"),
        draft=values.flag("draft"),
        body=body.value or EMPTY,
    )
    lacking = (report_empty_body(path, "this term has no entry"),) if front.is_whole and record.body.is_empty else ()
    return Outcome(record, (*sheet.found, *body.diagnostics, *lacking))


def _read_see(values: Values) -> tuple[Reference, ...]:
    named = zip(values.texts("see"), values.spans("see"), strict=True)
    return tuple(Reference(kind="term", name=name, span=span) for name, span in named)


_FIELDS: Fields = {
    "term": Field(read_text, is_required=True),
    "aliases": Field(read_texts),
    "see": Field(read_texts),
    "autolink": Field(read_flag),
    "former": Field(read_former()),
    "draft": Field(read_flag),
}
