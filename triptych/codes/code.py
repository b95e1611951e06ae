"""The record of one code, and the two ways of making it."""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import dedent

from triptych.diagnostics import Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """One kind of fault, as `check --explain` tells it."""

    name: str
    severity: Severity
    meaning: str  # one line, no full stop
    explanation: str  # a paragraph, then a wrong and a right example, indented by four


def error(name: str, meaning: str, explanation: str) -> Code:
    return Code(name=name, severity=Severity.ERROR, meaning=meaning, explanation=dedent(explanation).strip())


def warning(name: str, meaning: str, explanation: str) -> Code:
    return Code(name=name, severity=Severity.WARNING, meaning=meaning, explanation=dedent(explanation).strip())
