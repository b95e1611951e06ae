"""Builds for tests: the theme's templates are compiled once a run, not once a build, which would take nearly all of the time."""

from __future__ import annotations

from collections.abc import Mapping

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
