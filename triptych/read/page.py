"""content/pages/<slug>.md -> a free page."""

from __future__ import annotations

from triptych.diagnostics import Outcome
from triptych.model import EMPTY, Page
from triptych.read.assembly import Compile
from triptych.read.fields import Field, Fields, read_flag, read_former, read_number, read_text
from triptych.read.frontmatter import read_front_matter, report_empty_body
from triptych.read.kinds import RESERVED_PAGES
from triptych.read.markdown import parse_body

_CORRECTIONS = "corrections"  # the page that lists the corrections of claims beneath its own text, which may be none


def read_page(text: str, *, path: str, id: str, compile: Compile, language: str = "en") -> Outcome[Page]:
    """The page as far as it can be made; one without a title is called by its id."""
    front, sheet = read_front_matter(text, path, _FIELDS)
    values = front.values
    body = parse_body(front.body, path=path, compile=compile, first_line=front.first_line, language=language)
    page = Page(
        id=id,
        path=path,
        title=values.text("title", id),
        nav=values.number("nav"),
        description=values.text("description"),
        former=values.texts("former"),
        draft=values.flag("draft"),
        body=body.value or EMPTY,
    )
    is_lacking = front.is_whole and page.body.is_empty and id != _CORRECTIONS
    lacking = (report_empty_body(path, "this page has no text"),) if is_lacking else ()
    return Outcome(page, (*sheet.found, *body.diagnostics, *lacking))


_FIELDS: Fields = {
    "title": Field(read_text, is_required=True),
    "nav": Field(read_number),
    "description": Field(read_text),
    "former": Field(read_former(*RESERVED_PAGES)),
    "draft": Field(read_flag),
}
