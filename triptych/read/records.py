"""A file's path and bytes -> its record: the one place that knows which reader is for which kind of file."""

from __future__ import annotations

from hashlib import sha256
from typing import NamedTuple

from triptych.diagnostics import Diagnostic, Outcome
from triptych.model import About, Annotation, Bibliography, Config, Document, File, Page, Record, Term, Timeline, Treaty
from triptych.read.about import read_about
from triptych.read.annotation import read_annotation
from triptych.read.assembly import Compile
from triptych.read.decode import decode
from triptych.read.document import read_document
from triptych.read.image import read_image
from triptych.read.kinds import Place, read_place
from triptych.read.page import read_page
from triptych.read.sources import read_sources
from triptych.read.term import read_term
from triptych.read.timeline import read_timeline
from triptych.read.treaty import read_treaty


class Reading(NamedTuple):
    """What came of reading a file: no record where there is no file, or none could be made."""

    record: Record | None = None
    diagnostics: tuple[Diagnostic, ...] = ()


def read_record(path: str, data: bytes | None, *, config: Config, compile: Compile) -> Reading:
    """Read one file; `data` is None where it is gone, `compile` makes markup of Markdown's tokens."""
    if data is None:
        return Reading()
    placed = read_place(path)
    place = placed.value
    if place is None:
        return Reading(None, placed.diagnostics)
    if place.kind == "image":
        return Reading(read_image(File(path, data, sha256(data).hexdigest())), placed.diagnostics)
    decoded = decode(data, path)
    if decoded.value is None:
        return Reading(None, placed.diagnostics + decoded.diagnostics)
    read = _read_text(place, decoded.value, config, compile)
    return Reading(read.value, placed.diagnostics + decoded.diagnostics + read.diagnostics)


def _read_text(place: Place, text: str, config: Config, compile: Compile) -> Outcome[Record]:
    path, identifier, language = place.path, place.id, config.language
    found: Outcome[Document] | Outcome[About] | Outcome[Annotation] | Outcome[Treaty] | Outcome[Term] | Outcome[Page]
    found_list: Outcome[Bibliography] | Outcome[Timeline]
    match place.kind:
        case "document":
            found = read_document(text, path=path, id=identifier, compile=compile)
        case "about":
            found = read_about(text, path=path, doc=place.doc, compile=compile, language=language)
        case "annotation":
            kinds = tuple(config.kinds)
            found = read_annotation(
                text, path=path, id=identifier, doc=place.doc, compile=compile, kinds=kinds, language=language
            )
        case "treaty":
            found = read_treaty(text, path=path, id=identifier, compile=compile, language=language)
        case "term":
            found = read_term(text, path=path, id=identifier, compile=compile, language=language)
        case "page":
            found = read_page(text, path=path, id=identifier, compile=compile, language=language)
        case "sources" | "timeline":
            found_list = read_sources(text, path) if place.kind == "sources" else read_timeline(text, path)
            return Outcome(found_list.value, found_list.diagnostics)
        case _:
            raise AssertionError(f"no reader for {place.kind}")
    return Outcome(found.value, found.diagnostics)
