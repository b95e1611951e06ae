"""content/annotations/<doc>/index.md -> what is known about a document."""

from __future__ import annotations

from triptych.diagnostics import Outcome
from triptych.model import EMPTY, About
from triptych.read.assembly import Compile
from triptych.read.fields import (
    Field,
    Fields,
    read_address,
    read_choice,
    read_date,
    read_former,
    read_language,
    read_sha256,
    read_text,
)
from triptych.read.frontmatter import read_front_matter
from triptych.read.markdown import parse_body

DISPLAYS = ("full", "quotes")


def read_about(text: str, *, path: str, doc: str, compile: Compile, language: str = "en") -> Outcome[About]:
    """What is known, as far as it can be made; a document without a title is called by its id."""
    front, sheet = read_front_matter(text, path, _FIELDS)
    values = front.values
    body = parse_body(front.body, path=path, compile=compile, first_line=front.first_line, language=language)
    about = About(
        doc=doc,
        path=path,
        title=values.text("title", doc),
        publisher=values.text("publisher"),
        author=values.text("author"),
        published=values.date("published"),
        url=values.text("url"),
        archived=values.text("archived"),
        retrieved=values.date("retrieved"),
        language=values.text("language"),
        rights=values.text("rights"),
        display=values.text("display", "full"),
        description=values.text("description"),
        sha256=values.text("sha256"),
        sha256_span=values.span("sha256"),
        former=values.texts("former"),
        introduction=body.value or EMPTY,
    )
    return Outcome(about, (*sheet.found, *body.diagnostics))


_FIELDS: Fields = {
    "title": Field(read_text, is_required=True),
    "publisher": Field(read_text),
    "author": Field(read_text),
    "published": Field(read_date),
    "url": Field(read_address),
    "archived": Field(read_address),
    "retrieved": Field(read_date),
    "language": Field(read_language),
    "rights": Field(read_text),
    "display": Field(read_choice(DISPLAYS)),
    "description": Field(read_text),
    "sha256": Field(read_sha256),
    "former": Field(read_former()),
}
