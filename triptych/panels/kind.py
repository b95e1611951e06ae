"""What a panel type is, and what it may see of a claim."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from markupsafe import Markup

from triptych.diagnostics import Diagnostic
from triptych.model import Annotation, CitedTreaty, Config, Provision, Resolved, Treaty
from triptych.words import DateView, Wording


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownProvision:
    provision: Provision
    url: str
    markup: Markup
    depth: int  # 0, or more where it stands below the provision cited
    is_cited: bool  # itself, not only the provision above it


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownTreaty:
    treaty: Treaty
    cited: CitedTreaty
    url: str
    note: Markup  # empty where nobody says how it bears on the claim
    provisions: tuple[ShownProvision, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownClaim:
    """All that the panels of one claim may show. Addresses begin with the mark for the way to the site's root."""

    annotation: Annotation
    number: int  # among the claims of its document, from 1
    title: str
    document: str  # the title of its document
    address: str  # of its own page, absolute; "" without base_url
    quotes: tuple[Markup, ...]  # the document's own words, with omissions
    language: str  # of the document
    words: str  # address of the passage on this page
    share: str
    original: str  # the very words at the publisher's, "" where there is no address
    edit_url: str  # "" where the site names no repository
    report_url: str  # where to say that something is wrong; "" where the site names no contact
    context: Markup
    corrections: tuple[Markup, ...]  # in the annotation's order
    treaties: tuple[ShownTreaty, ...]
    changed: DateView | None  # the newest of its dates
    config: Config
    wording: Wording


Rule = Callable[[Annotation, Resolved], Iterable[Diagnostic]]


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelKind:
    name: str  # its data-panel, template, style sheet and test case are called so
    template: str
    view: Callable[[ShownClaim], object]  # what its template gets as `panel`
    rules: tuple[Rule, ...] = ()  # its own checks of a claim


