"""What each file offers to the others, and what it mentions of theirs.

A key names something whether it exists or not, so a mention without a target is in the lists too: when the target comes,
the files that missed it are found like any others.
"""

from __future__ import annotations

import posixpath
from collections.abc import Hashable, Mapping
from dataclasses import dataclass

from triptych.diagnostics import Span
from triptych.model import (
    About,
    Annotation,
    Bibliography,
    Body,
    Document,
    Image,
    Key,
    Page,
    Record,
    Reference,
    Term,
    Timeline,
    Treaty,
)
from triptych.site.addresses import address_of
from triptych.text import fold


@dataclass(frozen=True, slots=True)
class Offer:
    """A name that a file gives to something, and all that those who name it see of it."""

    span: Span  # where the name is given
    value: Hashable  # what a reference to it depends on


@dataclass(frozen=True, slots=True)
class Facts:
    offers: Mapping[Key, tuple[Offer, ...]]  # more than one where a file gives a name twice
    mentions: frozenset[Key]


NO_FACTS = Facts({}, frozenset())


def bodies(record: Record) -> tuple[Body, ...]:
    """Every piece of Markdown in a record, in a fixed order."""
    match record:
        case About():
            return (record.introduction,)
        case Annotation():
            return (record.context, *(t.note for t in record.treaties), *(c.note for c in record.corrections))
        case Treaty():
            return (record.introduction, *(p.body for p in record.provisions))
        case Term() | Page():
            return (record.body,)
        case _:
            return ()


def id_prefixes(record: Record) -> tuple[str, ...]:
    """What the ids of each body begin with on its own page, in the order of `bodies`."""
    match record:
        case About():
            return ("_introduction--",)
        case Annotation(id=slug):
            notes = (f"{slug}--note-{number}--" for number, _ in enumerate(record.treaties, 1))
            corrections = (f"{slug}--correction-{number}--" for number, _ in enumerate(record.corrections, 1))
            return (f"{slug}--", *notes, *corrections)
        case Treaty():
            return ("_introduction--", *(f"{provision.id}--" for provision in record.provisions))
        case Term(id=term):
            return (f"{term}--",)
        case Page():
            return ("",)
        case _:
            return ()


def references_of(record: Record) -> tuple[Reference, ...]:
    """References that stand in keys rather than in a body."""
    match record:
        case Term():
            return record.see
        case Timeline():
            return tuple(r for event in record.events for r in (event.source, event.treaty) if r is not None)
        case _:
            return ()


def names_of(record: Record | None) -> tuple[str, ...]:
    """What a term is called; nothing for other records."""
    return tuple(name.text for name in record.names) if isinstance(record, Term) else ()


def is_draft(record: Record) -> bool:
    return isinstance(record, Annotation | Treaty | Term | Page) and record.draft


def former_keys(record: Record) -> tuple[Key, ...]:
    """The keys under which a record was found by the ids that it had."""
    match record:
        case About():
            return tuple(("document", old) for old in record.former)
        case Annotation():
            return tuple(("claim", f"{record.doc}/{old}") for old in record.former)
        case Treaty():
            return tuple(("cite", old) for old in record.former)
        case Term():
            return tuple(("term-id", old) for old in record.former)
        case Page():
            return tuple(("page", old) for old in record.former)
        case _:
            return ()


def read_facts(record: Record) -> Facts:
    """What a record offers and mentions."""
    offers: dict[Key, list[Offer]] = {}
    for key, offer in _offers(record):
        offers.setdefault(key, []).append(offer)
    mentions = {key for body in bodies(record) for one in body.references for key in mention_keys(record.path, one)}
    mentions.update(key for one in references_of(record) for key in mention_keys(record.path, one))
    if isinstance(record, Annotation):
        mentions.add(("document", record.doc))
        mentions.update(("cite", one.id) for one in record.treaties)
    elif isinstance(record, About):
        mentions.add(("document", record.doc))
    return Facts({key: tuple(found) for key, found in offers.items()}, frozenset(mentions))


def mention_keys(path: str, reference: Reference) -> tuple[Key, ...]:
    """The keys under which a reference's target may be offered."""
    match reference.kind:
        case "term":
            name = fold(reference.name)
            return (("term", name), ("term-id", name))
        case "citation" | "treaty":
            return (("cite", reference.name),)
        case _:
            return (("file", resolve_path(path, reference.name.partition("#")[0])),)


def resolve_path(path: str, relative: str) -> str:
    """A relative address from a content file as a path in the site; it begins with `..` where it leads out."""
    if not relative:
        return path
    return posixpath.normpath(posixpath.join(posixpath.dirname(path), relative))


def anchors_of(record: Record) -> tuple[str, ...]:
    """What a link into the file may name after `#`."""
    headings = tuple(heading.id for body in bodies(record) for heading in body.headings)
    if isinstance(record, Treaty):
        return (*(p.id for p in record.provisions), *headings)
    if isinstance(record, Bibliography):
        return tuple(source.id for source in record.sources)
    return headings


def _offers(record: Record) -> list[tuple[Key, Offer]]:
    whole = Span(record.path, 1, 1)
    draft = is_draft(record)
    seen = Offer(whole, (address_of(record), anchors_of(record), draft))
    found: list[tuple[Key, Offer]] = [(("file", record.path), seen)]
    match record:
        case Document():
            found.append((("document", record.id), Offer(whole, (record.sha256, record.is_markdown))))
        case About():
            found.append((("about", record.doc), Offer(whole, record.title)))
        case Annotation():
            found.append((("claim", f"{record.doc}/{record.id}"), Offer(whole, draft)))
        case Treaty():
            value = (record.short, draft, tuple((p.id, p.heading, p.level, p.parent) for p in record.provisions))
            found.append((("cite", record.id), Offer(whole, value)))
        case Term():
            found += [(("term", fold(name.text)), Offer(name.span, (record.id, draft, record.autolink))) for name in record.names]
            found.append((("term-id", record.id), Offer(whole, draft)))
        case Bibliography():
            found += [(("cite", source.id), Offer(source.span, "source")) for source in record.sources]
        case Page():
            found.append((("page", record.id), Offer(whole, draft)))
        case Image() | Timeline():
            pass
    return found
