"""The bibliography: CSL items in YAML or JSON -> sources.

Variables and types are those of the Citation Style Language 1.0.2, appendices III and IV, and of its JSON schema
(https://docs.citationstyles.org/en/stable/specification.html), with `archived` as one of our own.
"""

from __future__ import annotations

import re
from typing import Any

from triptych.diagnostics import Outcome
from triptych.model import Bibliography, Date, Source
from triptych.read.fields import Field, Fields, Values, describe, read_address, read_choice, read_mapping, read_text, report_type
from triptych.read.json_tree import parse_json
from triptych.read.tree import Fault, Mapping, Node, Scalar, Sequence, Sheet, is_missing
from triptych.read.yaml_tree import parse_yaml
from triptych.values import explain_date, parse_date


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


TYPES = _words(
    "article article-journal article-magazine article-newspaper bill book broadcast chapter classic collection dataset document "
    "entry entry-dictionary entry-encyclopedia event figure graphic hearing interview legal_case legislation manuscript map "
    "motion_picture musical_score pamphlet paper-conference patent performance periodical personal_communication post "
    "post-weblog regulation report review review-book software song speech standard thesis treaty webpage"
)
_NAMES = _words(
    "author chair collection-editor compiler composer container-author contributor curator director editor editor-translator "
    "editorial-director executive-producer guest host illustrator interviewer narrator organizer original-author performer "
    "producer recipient reviewed-author script-writer series-creator translator"
)
_DATES = _words("accessed available-date event-date issued original-date submitted")
_TEXTS = _words(
    "abstract annote archive archive-place archive_collection archive_location authority call-number chapter-number citation-key "
    "citation-label citation-number collection-number collection-title container-title container-title-short dimensions division "
    "DOI edition event event-place event-title first-reference-note-number genre ISBN ISSN issue journalAbbreviation "
    "jurisdiction keyword language license locator medium note number number-of-pages number-of-volumes original-publisher "
    "original-publisher-place original-title page page-first part part-number part-title PMCID PMID printing printing-number "
    "publisher publisher-place references reviewed-genre reviewed-title scale section shortTitle source status supplement "
    "supplement-number title-short version volume volume-title volume-title-short year-suffix"
)
# Variables that are shown as they are, besides those that have a field of their own; in this order.
_DETAILS = _words(
    "genre authority jurisdiction number volume issue part edition version chapter-number section page number-of-pages "
    "collection-title collection-number event-title event-place medium archive archive_location call-number DOI ISBN ISSN"
)
_DETAIL_NAMES = ("editor", "translator", "interviewer", "recipient")

_KEY = re.compile(r"[^\s\[\]{};,@]+")
_DATE_FORMS = "write it as `YYYY-MM-DD`, `YYYY-MM` or `YYYY`, or as `date-parts: [[2022, 2, 17]]`"
_LITERAL = re.compile(r"(\d{4}(?:-\d\d){0,2})(?:T[0-9:.+Z-]*|/.*)?", re.ASCII)


def read_sources(text: str, path: str) -> Outcome[Bibliography]:
    """All sources of sources.yaml, or of sources.json where `path` ends so; one that lacks its id or title is left out."""
    sheet = Sheet(path, text, syntax="config-syntax")
    root, fault = parse_json(text) if path.endswith(".json") else parse_yaml(text)
    if fault is not None:
        sheet.report_fault(fault)
        return Outcome(None, tuple(sheet.found))
    items = _items(root, sheet)
    if items is None:
        return Outcome(None, tuple(sheet.found))
    sources = [source for item in items if (source := _read_source(item, sheet)) is not None]
    return Outcome(Bibliography(path=path, sources=tuple(sources)), tuple(sheet.found))


def _items(root: Node | None, sheet: Sheet) -> tuple[Node, ...] | None:
    """The sources' nodes; None where what is there is no list, so that nobody knows which sources there are."""
    if isinstance(root, Mapping):
        fields = {"references": Field(lambda node, _sheet, _name: node, is_required=True)}
        root = read_mapping(root, sheet, fields, owner=Fault("", 0, 1)).get("references")
    if root is None or is_missing(root):
        return ()
    if not isinstance(root, Sequence):
        sheet.report("wrong-type", "a bibliography is a list of sources", root, "begin each source with `- id: …`")
        return None
    return tuple(item for item in root.items if not is_missing(item))


def _read_source(item: Node, sheet: Sheet) -> Source | None:
    if not isinstance(item, Mapping):
        sheet.report("wrong-type", f"a source is a mapping, not {describe(item)}", item, "write `id: …` and `title: …` in it")
        return None
    values = read_mapping(item, sheet, _FIELDS, owner=item)
    if not values.text("id"):
        return None
    return Source(
        id=values.text("id"),
        path=sheet.path,
        span=values.span("id") or sheet.span(item.start, item.end),
        title=values.text("title", values.text("id")),  # a missing title is reported; the source is there to be cited
        type=values.text("type"),
        authors=values.texts("author"),
        container=values.text("container-title"),
        publisher=values.text("publisher"),
        place=values.text("publisher-place"),
        issued=_date_of(values, "issued"),
        accessed=_date_of(values, "accessed"),
        url=values.text("URL"),
        archived=values.text("archived"),
        note=values.text("note"),
        language=values.text("language"),
        details=_details(values),
    )


def _date_of(values: Values, name: str) -> Date | None:
    value = values.get(name)
    return value if isinstance(value, Date) else None


def _details(values: Values) -> tuple[tuple[str, str], ...]:
    words = [(name, "; ".join(values.texts(name))) for name in _DETAIL_NAMES if values.texts(name)]
    words += [(name, value) for name in ("issued",) if isinstance(value := values.get(name), str)]
    return (*words, *((name, values.text(name)) for name in _DETAILS if values.text(name)))


# --- Values ----------------------------------------------------------------------------------------------------------


def _read_key(node: Node, sheet: Sheet, name: str) -> str | None:
    text = read_text(node, sheet, name)
    if text is not None and _KEY.fullmatch(text) is None:
        hint = "write a key without spaces, brackets, commas, semicolons and `@`, such as `osce-1990`"
        sheet.report("bad-id", f"`{text[:60]}` cannot be cited as `[@…]`", node, hint)
        return None
    return text


def _read_names(node: Node, sheet: Sheet, name: str) -> tuple[str, ...] | None:
    """Names as they are shown: "Family, Given", or a literal."""
    names = [
        _read_name(one, sheet, name) for one in (node.items if isinstance(node, Sequence) else (node,)) if not is_missing(one)
    ]
    return tuple(one for one in names if one)


def _read_name(node: Node, sheet: Sheet, name: str) -> str:
    if isinstance(node, Sequence):
        report_type(node, sheet, name, "names", "write each as text, or as `{family: …, given: …}`")
        return ""
    if isinstance(node, Scalar):
        return read_text(node, sheet, name) or ""
    values = read_mapping(node, sheet, _NAME_FIELDS, owner=node)
    family = " ".join(filter(None, (values.text("non-dropping-particle"), values.text("family"))))
    given = " ".join(filter(None, (values.text("given"), values.text("dropping-particle"))))
    return values.text("literal") or ", ".join(filter(None, (family, given, values.text("suffix"))))


def _read_date(node: Node, sheet: Sheet, name: str) -> Date | str | None:
    """A date in any of the forms of CSL and pandoc; of a range its beginning; a literal that is no date stays text."""
    if isinstance(node, Sequence):
        return _read_parts(node, sheet, name)
    if isinstance(node, Scalar):
        return _read_date_text(node, sheet)
    values = read_mapping(node, sheet, _DATE_FIELDS, owner=node)
    if (parts := values.get("date-parts")) is not None:
        return _read_parts(parts, sheet, name)
    if (raw := values.get("raw")) is not None:
        return _read_date_text(raw, sheet)
    if values.text("literal"):
        return parse_date(values.text("literal")) or values.text("literal")
    numbers = [one for one in (values.get(part) for part in ("year", "month", "day")) if one is not None]
    return _make_date(numbers, node, sheet) if numbers else None


def _read_date_text(node: Node, sheet: Sheet) -> Date | None:
    text = read_text(node, sheet, "raw")
    if text is None:
        return None
    match = _LITERAL.fullmatch(text)
    date = parse_date(match[1]) if match else None
    if date is None:
        sheet.report("bad-date", f"`{text[:60]}` is not a date", node, explain_date(match[1] if match else text))
    return date


def _read_parts(node: Node, sheet: Sheet, name: str) -> Date | None:
    """`[[2022, 2, 17]]`, `[2022, 2, 17]`, or pandoc's list of mappings; the first of two, which are a range."""
    if not isinstance(node, Sequence) or not node.items:
        if not is_missing(node):
            report_type(node, sheet, name, "a date", _DATE_FORMS)
        return None
    first = node.items[0]
    if isinstance(first, Mapping):
        date = _read_date(first, sheet, name)
        return date if isinstance(date, Date) else None
    return _make_date(first.items if isinstance(first, Sequence) else node.items, node, sheet)


def _make_date(parts: tuple[Node, ...] | list[Node], node: Node, sheet: Sheet) -> Date | None:
    """Year, month and day as numbers or text; a part that is 0 or missing ends the date."""
    words: list[str] = []
    for part in parts[:3]:
        word = part.text.strip() if isinstance(part, Scalar) else "?"
        if is_missing(part) or word.strip("0") == "":
            break
        words.append(word.zfill(2 if words else 4))
    if not words:
        return None
    text = "-".join(words)
    date = parse_date(text)
    if date is None:
        sheet.report("bad-date", f"`{text[:60]}` is not a date", node, explain_date(text))
    return date


def _keep(node: Node, _sheet: Sheet, _name: str) -> Any:
    return node


_NAME_FIELDS: Fields = {
    name: Field(read_text)
    for name in _words(
        "family given literal dropping-particle non-dropping-particle suffix comma-suffix static-ordering parse-names"
    )
}
_DATE_FIELDS: Fields = {
    **{name: Field(_keep) for name in ("date-parts", "raw", "year", "month", "day", "season", "circa")},
    "literal": Field(read_text),
}
_FIELDS: Fields = {
    **{name: Field(read_text) for name in _TEXTS},
    **{name: Field(_read_names) for name in _NAMES},
    **{name: Field(_read_date) for name in _DATES},
    "id": Field(_read_key, is_required=True),
    "title": Field(read_text, is_required=True),
    "type": Field(read_choice(TYPES)),
    "URL": Field(read_address),
    "archived": Field(read_address),
    "categories": Field(_keep),
    "custom": Field(_keep),
}
