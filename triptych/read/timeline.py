"""timeline.yaml -> dated events."""

from __future__ import annotations

from triptych.diagnostics import Outcome
from triptych.model import Event, Reference, Timeline
from triptych.read.fields import Field, Fields, describe, read_date, read_mapping, read_text
from triptych.read.tree import Mapping, Node, Scalar, Sequence, Sheet, is_missing
from triptych.read.yaml_tree import parse_yaml


def read_timeline(text: str, path: str) -> Outcome[Timeline]:
    """The events in the order of the file; one that lacks its date or title is left out."""
    sheet = Sheet(path, text, syntax="config-syntax")
    root, fault = parse_yaml(text)
    if fault is not None:
        sheet.report_fault(fault)
        return Outcome(None, tuple(sheet.found))
    events: list[Event] = []
    if isinstance(root, Sequence):
        read = (_read_event(item, sheet) for item in root.items if not is_missing(item))
        events = [event for event in read if event is not None]
    elif root is not None and not is_missing(root):
        sheet.report("wrong-type", "a timeline is a list of events", root, "begin each event with `- date: …`")
    return Outcome(Timeline(path=path, events=tuple(events)), tuple(sheet.found))


def _read_event(item: Node, sheet: Sheet) -> Event | None:
    if not isinstance(item, Mapping):
        sheet.report("wrong-type", f"an event is a mapping, not {describe(item)}", item, "write `date: …` and `title: …` in it")
        return None
    values = read_mapping(item, sheet, _FIELDS, owner=item)
    date, title, span = values.date("date"), values.text("title"), values.span("date")
    if date is None or not title or span is None:
        return None
    return Event(date=date, title=title, path=sheet.path, span=span, source=values.get("source"), treaty=values.get("treaty"))


def _read_reference(node: Node, sheet: Sheet, name: str) -> Reference | None:
    """A source or treaty by its id; what is cited of it follows after a comma, or a provision's id after `#`."""
    text = read_text(node, sheet, name)
    if not text or not isinstance(node, Scalar):
        return None
    kind = "treaty" if name == "treaty" else "citation"
    key = text.removeprefix("@")
    mark = "#" if "#" in key and name == "treaty" else ","
    key, _, locator = key.partition(mark)
    start = sheet.text.find(key, node.start, node.end)
    span = sheet.span(start, start + len(key)) if start >= 0 else sheet.span(node.start, node.end)
    return Reference(kind=kind, name=key.strip(), span=span, locator=locator.strip())


_FIELDS: Fields = {
    "date": Field(read_date, is_required=True),
    "title": Field(read_text, is_required=True),
    "source": Field(_read_reference),
    "treaty": Field(_read_reference),
}
