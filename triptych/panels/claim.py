"""The claim panel: the words quoted, who says them, and of what kind the claim is."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from triptych.model import Rating
from triptych.panels.kind import PanelKind, ShownClaim
from triptych.words import DateView, direction, kind_label


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteView:
    markup: Markup  # the document's own words; an omission as <span class="omission">[…]</span>
    language: str
    direction: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimCitation:
    """What a reader needs to cite a claim."""

    title: str
    number: int
    document: str
    site: str
    date: DateView | None  # when it last changed
    address: str  # absolute; "" where the site's address is not known


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimPanel:
    number: int
    title: str
    quotes: tuple[QuoteView, ...]
    speaker: str  # "" where none is named
    kind: str  # "" where none is given
    kind_label: str
    words: str  # address of the passage on this page: "#_passage-red-lines"
    share: str  # address of the claim's own page
    original: str  # the very words at the publisher's, "" where there is no address
    tags: tuple[str, ...]
    rating: Rating | None
    report_url: str
    is_draft: bool
    cite: ClaimCitation


def claim_view(shown: ShownClaim) -> ClaimPanel:
    annotation = shown.annotation
    toward = direction(shown.language)
    return ClaimPanel(
        number=shown.number,
        title=shown.title,
        quotes=tuple(QuoteView(markup=one, language=shown.language, direction=toward) for one in shown.quotes),
        speaker=annotation.speaker,
        kind=annotation.kind,
        kind_label=kind_label(annotation.kind, shown.config.kinds, shown.wording),
        words=shown.words,
        share=shown.share,
        original=shown.original,
        tags=annotation.tags,
        rating=annotation.rating,
        report_url=shown.report_url,
        is_draft=annotation.draft,
        cite=ClaimCitation(
            title=shown.title,
            number=shown.number,
            document=shown.document,
            site=shown.config.title,
            date=shown.changed,
            address=shown.address,
        ),
    )


KIND = PanelKind(name="claim", template="panels/claim.html", view=claim_view)
