"""What is wrong, where, and the way out: values that every stage hands on. Knows nothing else of ours."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Generic, TypeVar

T = TypeVar("T")


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Where something stands in a source."""

    path: str  # POSIX, relative to the site
    line: int  # from 1
    column: int  # from 1, in code points of the line as written
    width: int = 1  # in code points, within the line


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnostic:
    """One fault of the content."""

    code: str  # kebab-case, stable, a key of codes.CODES
    message: str  # what is wrong: lower case, no full stop, names in `backticks`
    span: Span
    hint: str = ""  # what to do about it; several lines where it lists places or shows a passage
    severity: Severity = Severity.ERROR


@dataclass(frozen=True, slots=True)
class Outcome(Generic[T]):
    """A value as far as it could be made, and all that was wrong on the way."""

    value: T | None
    diagnostics: tuple[Diagnostic, ...] = ()


def as_warning(diagnostic: Diagnostic) -> Diagnostic:
    """The same fault where it does not stop a build, as in a draft."""
    return replace(diagnostic, severity=Severity.WARNING)


def has_errors(diagnostics: tuple[Diagnostic, ...] | list[Diagnostic]) -> bool:
    return any(one.severity is Severity.ERROR for one in diagnostics)
