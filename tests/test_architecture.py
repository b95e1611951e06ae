"""The shape of the project: which way imports point, who touches the machine, and that every kind has all its parts."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from triptych.codes import CODES
from triptych.panels import PANELS

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "triptych"
THEME = ROOT / "theme"
CASES = ROOT / "tests" / "cases"
MODULES = sorted(PACKAGE.rglob("*.py"))
TEMPLATES = sorted((THEME / "templates").rglob("*.html"))

# From left to right: a module imports only from its own group and those before it.
GROUPS = (
    {"diagnostics", "text", "codes", "sentences"},
    {"model", "config", "values", "words"},
    {"panels", "references"},
    {"read"},
    {"site"},
    {"resolve"},
    {"check"},
    {"render"},
    {"write"},
    {"jobs"},
    {"batches"},
    {"pipeline"},
    {"report"},
    {"desk"},
    {"dev"},
    {"cli"},
)
STAGES = {"read", "resolve", "render", "write"}  # these meet only in the pipeline
BUILDING = set().union(*GROUPS[: [group == {"pipeline"} for group in GROUPS].index(True) + 1])
DISK = {"read/files.py", *(path.relative_to(PACKAGE).as_posix() for path in (PACKAGE / "write").glob("*.py"))}
# Longer than a subject should be, for a reason: a table of records, and a grammar.
LONG = {"model.py", "read/inline.py"}
# provision.py is the grammar of locators, which citations and front matter share.
REFERENCES = sorted({path.stem for path in (PACKAGE / "references").glob("*.py")} - {"__init__", "kind", "provision"})
# Faults that no content in memory can have: of the disk itself. Tests of read/files.py and write.py fire them.
OF_THE_DISK = {"io"}

PATH_METHODS = {
    "read_text", "read_bytes", "write_text", "write_bytes", "unlink", "mkdir", "rmdir", "touch", "iterdir", "rglob", "glob",
    "hardlink_to", "symlink_to", "is_file", "is_dir", "exists", "stat", "lstat",
}  # fmt: skip
PROCESSES = {"subprocess", "multiprocessing", "concurrent"}
NETWORK = {"socket", "socketserver", "http", "threading", "asyncio", "selectors", "urllib.request", "ssl"}


def name_of(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


def part_of(path: Path) -> str:
    """The module's group is that of its first part: `read/files.py` belongs to `read`."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def rank_of(part: str) -> int:
    return next((rank for rank, group in enumerate(GROUPS) if part in group), -1)


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def imports_of(node: ast.AST) -> Iterator[tuple[str, int]]:
    """Dotted names of the modules that are imported anywhere below, with the line."""
    for one in ast.walk(node):
        if isinstance(one, ast.Import):
            yield from ((alias.name, one.lineno) for alias in one.names)
        elif isinstance(one, ast.ImportFrom):
            assert one.level == 0, f"relative import in line {one.lineno}"
            yield from ((f"{one.module}.{alias.name}", one.lineno) for alias in one.names)


def calls_of(path: Path) -> Iterator[tuple[str, int]]:
    """Calls as written: `open`, `os.replace`, `.read_text`."""
    for one in ast.walk(tree_of(path)):
        if isinstance(one, ast.Call) and isinstance(one.func, ast.Name):
            yield one.func.id, one.lineno
        elif isinstance(one, ast.Call) and isinstance(one.func, ast.Attribute):
            owner = one.func.value.id if isinstance(one.func.value, ast.Name) else ""
            yield f"{owner}.{one.func.attr}", one.lineno


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_imports_point_to_the_left(path: Path) -> None:
    part = part_of(path)
    if part in ("__init__", "__main__"):
        return
    assert rank_of(part) >= 0, f"{part} belongs to no group"
    for name, line in imports_of(tree_of(path)):
        if not name.startswith("triptych."):
            assert name.partition(".")[0] in sys.stdlib_module_names or not name.startswith("triptych")
            continue
        other = name.split(".")[1]
        if rank_of(other) < 0:
            continue  # a name of the package itself, such as its version
        assert rank_of(other) <= rank_of(part), f"{name_of(path)}:{line} imports {name}"
        if part in STAGES and other in STAGES:
            assert part == other, f"{name_of(path)}:{line}: stages meet only in the pipeline, not by {name}"


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_imports_stand_at_the_head_of_a_module(path: Path) -> None:
    if name_of(path) == "cli/__init__.py":  # each verb imports its own
        return
    for one in ast.walk(tree_of(path)):
        if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            assert list(imports_of(one)) == [], name_of(path)


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_only_the_command_line_prints_or_exits(path: Path) -> None:
    if part_of(path) in ("cli", "__main__", "jobs"):  # a process that jobs.py has begun has to end somewhere
        return
    forbidden = {"print", "input", "exit", "quit", "sys.exit", "os._exit", "SystemExit", "stdout.write", "stderr.write"}
    assert [call for call in calls_of(path) if call[0] in forbidden] == []
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"\bsys\.(stdout|stderr|exit)\b|\bSystemExit\b", text)


@pytest.mark.parametrize("path", [path for path in MODULES if part_of(path) in BUILDING], ids=name_of)
def test_in_a_build_only_reading_and_writing_touch_the_disk(path: Path) -> None:
    if name_of(path) in DISK | {"jobs.py"}:  # it touches pipes and processes, through os
        return
    touching = [
        (call, line)
        for call, line in calls_of(path)
        if call in ("open", "io.open")
        or call.startswith(("os.", "shutil.", "tempfile."))
        or call.partition(".")[2] in PATH_METHODS
    ]
    allowed = ("os.path.", "os.fspath", "os.cpu_count", "os.sched_getaffinity", "os.process_cpu_count")
    assert [call for call in touching if not call[0].startswith(allowed)] == []


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_only_the_pipeline_starts_processes_and_only_dev_opens_sockets(path: Path) -> None:
    names = {name for name, _ in imports_of(tree_of(path))}
    tops = {name.partition(".")[0] for name in names}
    if name_of(path) != "pipeline.py" and part_of(path) != "cli":
        assert tops & PROCESSES == set()
    if part_of(path) not in ("dev", "jobs"):  # which asks whether there are threads
        assert not {one for one in NETWORK if any(name == one or name.startswith(f"{one}.") for name in names)}


@pytest.mark.parametrize("path", [path for path in MODULES if part_of(path) in BUILDING], ids=name_of)
def test_output_depends_on_no_clock_and_no_chance(path: Path) -> None:
    tops = {name.partition(".")[0] for name, _ in imports_of(tree_of(path))}
    if name_of(path) not in DISK | {"pipeline.py"}:
        assert tops & {"random", "secrets", "uuid", "time", "locale"} == set()
    assert not {call for call, _ in calls_of(path) if call in ("datetime.now", "date.today", "datetime.today", "datetime.utcnow")}


@pytest.mark.parametrize("kind", [kind.name for kind in PANELS])
def test_a_panel_has_its_template_style_and_case(kind: str) -> None:
    assert (PACKAGE / "panels" / f"{kind}.py").is_file()
    assert (THEME / "templates" / "panels" / f"{kind}.html").is_file()
    assert f".panel-{kind}" in (THEME / "css" / "panels" / f"{kind}.css").read_text(encoding="utf-8")
    assert (CASES / f"panel-{kind}" / "expected.hooks").is_file()


def test_panels_stand_in_the_order_of_the_page() -> None:
    assert [kind.name for kind in PANELS] == ["claim", "context", "treaty"]


def test_references_are_of_four_kinds() -> None:
    assert {"passage", "term", "citation", "link"} <= set(REFERENCES)


@pytest.mark.parametrize("kind", REFERENCES)
def test_a_reference_has_its_case(kind: str) -> None:
    assert (CASES / f"reference-{kind}" / "expected.hooks").is_file()


@pytest.mark.parametrize("code", sorted(set(CODES) - OF_THE_DISK))
def test_a_code_has_a_case_that_fires_and_one_that_nearly_does(code: str) -> None:
    fires = (CASES / f"rule-{code}" / "expected.codes").read_text(encoding="utf-8")
    nearly = (CASES / f"rule-{code}-nearly" / "expected.codes").read_text(encoding="utf-8")
    assert f"[{code}]" in fires
    assert f"[{code}]" not in nearly


@pytest.mark.parametrize("code", sorted(CODES))
def test_a_code_stands_in_the_readme(code: str) -> None:
    assert f"`{code}`" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_cases_use_no_code_that_nobody_explains() -> None:
    used = {code for path in CASES.glob("*/expected.codes") for code in re.findall(r"\[([a-z-]+)\]$", path.read_text(), re.M)}
    assert used <= set(CODES)


def test_codes_in_the_package_are_those_that_are_explained() -> None:
    used = set()
    for path in MODULES:
        for one in ast.walk(tree_of(path)):
            if isinstance(one, ast.Call) and getattr(one.func, "id", "") == "Diagnostic":
                used |= {key.value.value for key in one.keywords if key.arg == "code" and isinstance(key.value, ast.Constant)}
    assert used <= set(CODES)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(THEME).as_posix())
def test_templates_hold_no_unsafe_text_no_style_and_no_script(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"\|\s*safe\b|autoescape\s+false|\|\s*tojson\b", text)
    assert not re.search(r"\sstyle\s*=|<style\b|javascript:", text)
    assert not re.search(r"\son[a-z]+\s*=", text)
    for tag in re.findall(r"<script\b[^>]*>", text):
        assert "src=" in tag, tag


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_module_says_what_it_knows_and_keeps_its_size(path: Path) -> None:
    assert ast.get_docstring(tree_of(path))
    assert len(path.read_text(encoding="utf-8").splitlines()) <= (500 if name_of(path) in LONG else 400)
