"""Every folder of cases/ is a tiny site: it is built, and what comes out is held against what stands beside it.

seeds/ content/ theme/   the site
expected.codes           written by hand: path:line:column: severity[code], in order; `*` where nothing is promised
expected.hooks           written by hand: page, CSS selector, how many (`2+`: at least), and the words of the first; tabs between
expected.txt             the whole report, and expected/ some whole pages: `pytest --update-cases` (or
                         TRIPTYCH_UPDATE_CASES=1) rewrites them, and a person reads the difference
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser

from tests.trial import Build, Options, build_site
from triptych.diagnostics import Diagnostic
from triptych.report import render_text

CASES = Path(__file__).parent / "cases"
NAMES = sorted(path.name for path in CASES.iterdir() if path.is_dir())
ROOTS = ("seeds", "content", "theme")
# An asset's name changes with its bytes, which are no business of a case.
FINGERPRINT = re.compile(r"(assets/[\w./-]*?[.-])[0-9a-f]{8,64}(?=\.\w+)")


def read_site(folder: Path) -> dict[str, bytes]:
    """Site-relative POSIX path -> bytes, of everything below seeds/, content/ and theme/."""
    paths = sorted(path for root in ROOTS for path in (folder / root).rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def code_line(diagnostic: Diagnostic) -> str:
    span = diagnostic.span
    return f"{span.path}:{span.line}:{span.column}: {diagnostic.severity}[{diagnostic.code}]"


def matches_line(expected: str, actual: str) -> bool:
    pattern = re.escape(expected).replace(r"\*", r"\d+")
    return re.fullmatch(pattern, actual) is not None


def report(build: Build, files: Mapping[str, bytes]) -> str:
    def source(path: str) -> str | None:
        return files[path].decode("utf-8-sig", "replace") if path in files else None

    return render_text(build.diagnostics, source, False)


def hook_faults(outputs: Mapping[str, bytes], lines: list[str]) -> list[str]:
    """What of expected.hooks does not hold, a line each."""
    faults = []
    for line in lines:
        page, selector, *rest = line.split("\t")
        if selector == "(absent)":
            if page in outputs:
                faults.append(f"{page}: is there")
            continue
        if page not in outputs:
            faults.append(f"{page}: is not there")
            continue
        nodes = LexborHTMLParser(outputs[page].decode()).css(selector)
        least = rest[0].endswith("+")
        if len(nodes) < int(rest[0].rstrip("+")) or (len(nodes) > int(rest[0].rstrip("+")) and not least):
            faults.append(f"{page}: {selector}: {len(nodes)} found, not {rest[0]}")
        elif len(rest) == 2 and (text := " ".join(nodes[0].text().split())) != " ".join(rest[1].split()):
            faults.append(f"{page}: {selector}: {text!r}, not {rest[1]!r}")
    return faults


@pytest.fixture
def updating(request: pytest.FixtureRequest) -> bool:
    asked = request.config.getoption("--update-cases", default=False)
    return bool(asked) or os.environ.get("TRIPTYCH_UPDATE_CASES") == "1"


@pytest.fixture(scope="module")
def built() -> dict[str, tuple[dict[str, bytes], Build]]:
    """Cases built so far: three tests look at each."""
    return {}


def build_case(name: str, built: dict[str, tuple[dict[str, bytes], Build]]) -> tuple[dict[str, bytes], Build]:
    if name not in built:
        files = read_site(CASES / name)
        built[name] = files, build_site(files)
    return built[name]


@pytest.mark.parametrize("name", NAMES)
def test_a_case_has_the_faults_written_beside_it(name: str, built: dict[str, tuple[dict[str, bytes], Build]]) -> None:
    _, build = build_case(name, built)
    expected = (CASES / name / "expected.codes").read_text(encoding="utf-8").splitlines()
    actual = [code_line(one) for one in build.diagnostics]
    if len(expected) != len(actual) or not all(map(matches_line, expected, actual)):
        assert actual == expected


@pytest.mark.parametrize("name", NAMES)
def test_a_case_has_the_markup_written_beside_it(name: str, built: dict[str, tuple[dict[str, bytes], Build]]) -> None:
    _, build = build_case(name, built)
    hooks = CASES / name / "expected.hooks"
    lines = hooks.read_text(encoding="utf-8").splitlines() if hooks.exists() else []
    has_errors = "error[" in (CASES / name / "expected.codes").read_text(encoding="utf-8")
    assert bool(build.outputs) is not has_errors
    assert hook_faults(build.outputs, lines) == []


@pytest.mark.parametrize("name", NAMES)
def test_a_case_gives_the_report_and_pages_kept_beside_it(
    name: str, built: dict[str, tuple[dict[str, bytes], Build]], updating: bool
) -> None:
    files, build = build_case(name, built)
    folder = CASES / name
    made = {}
    for path in sorted(path for path in (folder / "expected").rglob("*") if path.is_file()):
        page = build.outputs[path.relative_to(folder / "expected").as_posix()]
        made[path] = FINGERPRINT.sub(r"\1HASH", page.decode())
    made[folder / "expected.txt"] = report(build, files)
    for path, text in made.items():
        if updating:
            path.write_bytes(text.encode())
        assert path.read_bytes().decode() == text


@pytest.mark.parametrize("name", NAMES)
def test_a_case_that_only_warns_is_published(name: str, built: dict[str, tuple[dict[str, bytes], Build]]) -> None:
    _, build = build_case(name, built)
    if not any(one.severity == "error" for one in build.diagnostics):
        assert {"index.html", "404.html", "glossary.html", "sources.html"} <= set(build.outputs)


def test_drafts_are_built_where_they_are_asked_for() -> None:
    files = read_site(CASES / "draft-cited-by-a-published-file")
    build = build_site(files, options=Options(drafts=True))
    assert build.diagnostics == ()
    assert {"about.html", "notes.html", "treaties/river-pact.html"} <= set(build.outputs)
