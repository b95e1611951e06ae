"""What tests of whole sites share: builds that compile the theme once a run, and the number of examples to try.

Compiling the templates takes nearly all the time of a small build. TRIPTYCH_EXAMPLES=2000 looks further, and elsewhere each time.
"""

from __future__ import annotations

import os
from collections.abc import Mapping

from hypothesis import HealthCheck, settings

from triptych import pipeline
from triptych.diagnostics import Outcome
from triptych.render.templates import Templates, load_templates

_COMPILED: dict[tuple[tuple[str, str], ...], Outcome[Templates]] = {}


def load_once(theme: Mapping[str, str]) -> Outcome[Templates]:
    """As load_templates; templates have no state but what Jinja has compiled of them."""
    key = tuple(sorted(theme.items()))
    if key not in _COMPILED:
        _COMPILED[key] = load_templates(theme)
    return _COMPILED[key]


pipeline.load_templates = load_once  # type: ignore[assignment,attr-defined]

Build = pipeline.Build
Builder = pipeline.Builder
Options = pipeline.Options
build_site = pipeline.build_site

EXAMPLES = settings(
    max_examples=int(os.environ.get("TRIPTYCH_EXAMPLES", "40")),
    derandomize="TRIPTYCH_EXAMPLES" not in os.environ,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
