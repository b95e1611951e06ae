"""The panels of a claim, in the order in which a page shows them."""

from __future__ import annotations

from triptych.panels import claim, context, treaty
from triptych.panels.kind import PanelKind

PANELS: tuple[PanelKind, ...] = (claim.KIND, context.KIND, treaty.KIND)
