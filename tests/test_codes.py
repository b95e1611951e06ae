"""The table of codes against what the project promises about it."""

import ast
import pathlib

import pytest

from triptych.codes import CODES
from triptych.diagnostics import Severity

PACKAGE = pathlib.Path(__file__).parents[1] / "triptych"
WARNINGS = "raw-html no-source no-index empty-body unused-source unused-treaty unused-term stray-file no-alt bidi"


def codes_in_the_source() -> set[str]:
    """Every literal that is given as `code=` anywhere in the package."""
    found = set()
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.keyword) and node.arg == "code" and isinstance(node.value, ast.Constant):
                found.add(node.value.value)
    return found


def test_errors_stand_before_warnings_and_the_warnings_are_those_promised():
    severities = [code.severity for code in CODES.values()]
    assert severities == sorted(severities)
    assert [code.name for code in CODES.values() if code.severity is Severity.WARNING] == WARNINGS.split()
    assert severities.count(Severity.ERROR) == 30


def test_every_code_that_the_package_gives_is_in_the_table():
    assert codes_in_the_source() <= set(CODES)


@pytest.mark.parametrize("code", CODES.values(), ids=lambda code: code.name)
def test_an_explanation_says_why_and_shows_wrong_and_right(code):
    assert code.meaning
    assert not code.meaning.endswith(".")
    prose, _, example = code.explanation.partition("\n\nwrong")
    assert prose.endswith(".")
    assert len(prose) > 100
    assert "\nright" in example
    assert all(len(line) <= 110 for line in code.explanation.splitlines())
