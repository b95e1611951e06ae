"""One file's record -> what it means on this site: its links, its passages, its treaties, what it uses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from triptych.diagnostics import Diagnostic, Outcome, as_warning
from triptych.model import (
    EMPTY,
    Annotation,
    CitedTreaty,
    Document,
    Key,
    Links,
    Passage,
    Record,
    Resolved,
    Target,
    Term,
    Treaty,
    TreatyReference,
)
from triptych.references.provision import locate
from triptych.resolve.anchors import anchor_quotes
from triptych.resolve.links import report_unknown_treaty, resolve_body, resolve_reference
from triptych.resolve.normalised import NormalisedText
from triptych.site.autolink import TermMatcher
from triptych.site.catalogue import Catalogue
from triptych.site.facts import bodies, is_draft, references_of
from triptych.text import nearest


@dataclass(frozen=True, slots=True)
class Seed:
    """An annotation's document, ready to be searched."""

    document: Document
    index: NormalisedText
    seek_nearest: bool = True  # whether a quote that is missing is worth the search for what comes near


def resolve_record(record: Record, catalogue: Catalogue, matcher: TermMatcher, seed: Seed | None) -> Outcome[Resolved]:
    """Everything that a record refers to; `seed` is an annotation's document, None where there is none.

    The problems of a draft that is not published are warnings.
    """
    problems: list[Diagnostic] = []
    links: list[Links] = []
    for body in bodies(record):
        resolved = resolve_body(body, record, catalogue, matcher, own=record.id if isinstance(record, Term) else "")
        links.append(resolved.value or Links())
        problems += resolved.diagnostics
    uses = set(_uses(record, links))
    for reference in references_of(record):
        target = resolve_reference(reference, record, catalogue, EMPTY)
        problems += target.diagnostics
        uses.update(_use(target.value, elsewhere=True))
    passages: tuple[Passage, ...] = ()
    treaties: tuple[CitedTreaty, ...] = ()
    if isinstance(record, Annotation):
        if seed is not None:
            anchored = anchor_quotes(
                seed.document,
                seed.index,
                record.quotes,
                prefix=record.prefix,
                suffix=record.suffix,
                seek_nearest=seed.seek_nearest,
            )
            passages = tuple(Passage(pieces) for pieces in anchored.value or ())
            problems += anchored.diagnostics
        cited = resolve_treaties(record, links[0].targets, catalogue)
        treaties = cited.value or ()
        problems += cited.diagnostics
        uses.update(key for one in treaties for key in _treaty_keys(one.treaty, one.provisions))
    if is_draft(record) and not catalogue.drafts:
        problems = [as_warning(problem) for problem in problems]
        uses = {("image of a draft" if kind == "image" else kind, name) for kind, name in uses}  # its pictures stay out as well
    value = Resolved(links=tuple(links), passages=passages, treaties=treaties, uses=frozenset(uses))
    return Outcome(value, tuple(problems))


def resolve_treaties(
    annotation: Annotation, cited: Sequence[Target | None], catalogue: Catalogue
) -> Outcome[tuple[CitedTreaty, ...]]:
    """The treaties of a claim's panel: those of front matter first, then those of the context, each once."""
    problems: list[Diagnostic] = []
    panel: dict[str, CitedTreaty] = {}
    for number, entry in enumerate(annotation.treaties):
        treaty = catalogue.cited(entry.id, drafts=annotation.draft)
        if not isinstance(treaty, Treaty):
            problems.append(report_unknown_treaty(entry.id, entry.span, catalogue, is_source=treaty is not None))
            continue
        reached = _provision(entry, treaty, catalogue)
        problems += reached.diagnostics
        note = number if entry.note != EMPTY else -1
        _merge(panel, CitedTreaty(entry.id, reached.value or (), (), note))
    for reference, target in zip(annotation.context.references, cited, strict=True):
        if target is not None and target.kind == "treaty":
            _merge(panel, CitedTreaty(target.id, target.provisions, () if target.is_exact else (reference.locator,)))
    return Outcome(tuple(panel.values()), tuple(problems))


def _merge(panel: dict[str, CitedTreaty], cited: CitedTreaty) -> None:
    known = panel.get(cited.treaty, CitedTreaty(cited.treaty))
    panel[cited.treaty] = CitedTreaty(
        cited.treaty,
        tuple(dict.fromkeys(known.provisions + cited.provisions)),
        tuple(dict.fromkeys(known.locators + cited.locators)),
        known.note if known.note >= 0 else cited.note,
    )


def _provision(entry: TreatyReference, treaty: Treaty, catalogue: Catalogue) -> Outcome[tuple[str, ...]]:
    if not entry.provision:
        return Outcome(())
    ids = [provision.id for provision in treaty.provisions]
    if entry.provision in ids:
        return Outcome((entry.provision,))
    located = locate(entry.provision.replace("-", " "), catalogue.provisions(treaty))
    if located.ids and located.is_exact:
        return Outcome(located.ids)
    near = nearest(entry.provision, ids)
    known = ", ".join(f"`{one}`" for one in ids[:5])
    hint = f"did you mean `{treaty.id}#{near}`?" if near else f"it has {known or 'none at all'}"
    message = f"`{treaty.path}` has no provision `{entry.provision}`"
    return Outcome((), (Diagnostic(code="unknown-provision", message=message, span=entry.span, hint=hint),))


def _uses(record: Record, links: Sequence[Links]) -> Iterator[Key]:
    for number, one in enumerate(links):
        elsewhere = not isinstance(record, Annotation) or number > 0
        for target in one.targets:
            yield from _use(target, elsewhere=elsewhere)
        for term in one.terms:
            yield ("term elsewhere" if elsewhere else "term", term.term)


def _use(target: Target | None, *, elsewhere: bool) -> Iterator[Key]:
    """The keys under which a use is listed: a term by a claim's context alone counts as a claim's use of it."""
    if target is None:
        return
    match target.kind:
        case "term":
            yield ("term elsewhere" if elsewhere else "term", target.id)
        case "source" | "image":
            yield (target.kind, target.id)
        case "page":
            yield ("file", target.id)
        case "treaty":
            yield from _treaty_keys(target.id, target.provisions)


def _treaty_keys(treaty: str, provisions: Sequence[str]) -> Iterator[Key]:
    yield ("treaty", treaty)
    for provision in provisions:
        yield ("provision", f"{treaty}#{provision}")
