"""The context panel: what an editor writes beneath the words, with its dates and corrections."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup

from triptych.diagnostics import Diagnostic, Severity, Span
from triptych.model import Annotation, Resolved
from triptych.panels.kind import PanelKind, ShownClaim
from triptych.words import DateView


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionView:
    date: DateView
    note: Markup


@dataclass(frozen=True, slots=True, kw_only=True)
class ContextPanel:
    markup: Markup  # empty where nothing is written
    authors: tuple[str, ...]
    created: DateView | None
    updated: DateView | None
    reviewed: DateView | None
    corrections: tuple[CorrectionView, ...]
    edit_url: str


def context_view(shown: ShownClaim) -> ContextPanel:
    annotation, wording = shown.annotation, shown.wording
    corrections = zip(annotation.corrections, shown.corrections, strict=True)
    return ContextPanel(
        markup=shown.context,
        authors=annotation.authors,
        created=wording.show_optional(annotation.created),
        updated=wording.show_optional(annotation.updated),
        reviewed=wording.show_optional(annotation.reviewed),
        corrections=tuple(CorrectionView(date=wording.show_date(one.date), note=note) for one, note in corrections),
        edit_url=shown.edit_url,
    )


def says_where_it_is_from(annotation: Annotation, resolved: Resolved) -> Iterator[Diagnostic]:
    """A claim names a source or a treaty, in its context or in `treaties:`. A key that leads nowhere is reported already."""
    cites = bool(annotation.treaties) or any(one.kind == "citation" for one in annotation.context.references)
    if annotation.context.is_empty or cites:
        return
    yield Diagnostic(
        code="no-source",
        message="this claim cites neither a source nor a treaty",
        span=Span(annotation.path, 1, 1),
        hint="say where it is from: `[@key]` for a source, `[@treaty, art. 1]` for a provision",
        severity=Severity.WARNING,
    )


KIND = PanelKind(name="context", template="panels/context.html", view=context_view, rules=(says_where_it_is_from,))
