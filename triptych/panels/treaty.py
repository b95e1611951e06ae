"""The treaty panel: each agreement cited, what it is, how it bears on the claim, and the provisions concerned."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from triptych.panels.kind import PanelKind, ShownClaim, ShownProvision, ShownTreaty
from triptych.words import direction, treaty_status


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvisionView:
    id: str
    heading: str
    url: str  # on the treaty's page
    markup: Markup
    depth: int  # 0, or more where it stands below the provision cited
    is_cited: bool  # itself, not only the provision above it


@dataclass(frozen=True, slots=True, kw_only=True)
class TreatyCard:
    id: str
    short: str
    title: str
    url: str
    status: str  # "Treaty, legally binding, in force since 1992; suspended by Russia 2007"
    kind: str
    note: Markup  # how it bears on the claim; empty where nobody says
    locators: tuple[str, ...]  # as cited, where they say more than the provisions reached
    provisions: tuple[ProvisionView, ...]
    language: str
    direction: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TreatyPanel:
    treaties: tuple[TreatyCard, ...]


def treaty_view(shown: ShownClaim) -> TreatyPanel:
    return TreatyPanel(treaties=tuple(_card(one, shown) for one in shown.treaties))


def _card(shown: ShownTreaty, claim: ShownClaim) -> TreatyCard:
    treaty = shown.treaty
    language = treaty.language or claim.config.language
    return TreatyCard(
        id=treaty.id,
        short=treaty.short,
        title=treaty.title,
        url=shown.url,
        status=treaty_status(treaty, claim.wording),
        kind=treaty.kind,
        note=shown.note,
        locators=shown.cited.locators,
        provisions=tuple(_provision(one) for one in shown.provisions),
        language=language,
        direction=direction(language),
    )


def _provision(shown: ShownProvision) -> ProvisionView:
    provision = shown.provision
    return ProvisionView(
        id=provision.id,
        heading=provision.heading,
        url=shown.url,
        markup=shown.markup,
        depth=shown.depth,
        is_cited=shown.is_cited,
    )


KIND = PanelKind(name="treaty", template="panels/treaty.html", view=treaty_view)
