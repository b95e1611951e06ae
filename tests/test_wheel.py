"""The wheel, installed into an environment of its own, is the whole tool: theme and starter site included, no clone needed.

Triptych itself comes from the wheel alone. What it depends on is lent by the environment that the tests run in, through a
.pth file: so nothing is downloaded, and an editable installation there is not seen.
"""

from __future__ import annotations

import os
import pathlib
import shutil
import subprocess
import sys
import sysconfig
import tomllib
import venv
import zipfile
from collections.abc import Callable
from email.parser import HeaderParser

import pytest

Run = Callable[..., subprocess.CompletedProcess[str]]

BUILD = "import sys; from hatchling.build import build_wheel; print(build_wheel(sys.argv[1]))"


@pytest.fixture(scope="module")
def wheel(project: pathlib.Path, tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """The wheel of a copy of the checkout, which has no build results and no untidiness of a work place in it."""
    folder = tmp_path_factory.mktemp("wheel")
    copy = folder / "checkout"
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=project, capture_output=True, text=True
    )
    if listed.returncode != 0:
        pytest.skip("this is no git checkout")
    for path in listed.stdout.rstrip("\0").split("\0"):
        if (project / path).is_file() and not path.startswith("tests/"):
            (copy / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(project / path, copy / path)
    made = subprocess.run([sys.executable, "-c", BUILD, str(folder)], cwd=copy, capture_output=True, text=True)
    assert made.returncode == 0, made.stderr
    return folder / made.stdout.split()[-1]


@pytest.fixture(scope="module")
def installed(wheel: pathlib.Path, tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """The folder of programs of an environment that has the wheel, and nothing else of its own."""
    folder = tmp_path_factory.mktemp("environment") / "venv"
    venv.create(folder, symlinks=sys.platform != "win32")
    programs = folder / ("Scripts" if sys.platform == "win32" else "bin")
    found = _pip(programs, "install", "--quiet", "--no-index", "--no-deps", str(wheel))
    assert found.returncode == 0, found.stderr
    where = [str(programs / "python"), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    own = subprocess.run(where, check=True, capture_output=True, text=True).stdout.strip()
    lent = {sysconfig.get_path(name) for name in ("purelib", "platlib")}
    lent |= {path for path in sys.path if path.endswith(("site-packages", "dist-packages"))}
    (pathlib.Path(own) / "lent.pth").write_text("".join(f"{path}\n" for path in sorted(lent)))
    return programs


def _pip(programs: pathlib.Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The pip of the environment that the tests run in, at work in another."""
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", str(programs / "python"), *arguments]
    return subprocess.run(command, capture_output=True, text=True)


@pytest.fixture(scope="module")
def run(installed: pathlib.Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Run the installed command in a folder that has nothing of the project near it, without a network where that can be had."""
    offline = _offline()
    home = tmp_path_factory.mktemp("home")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "TRIPTYCH", "PIP_"))}

    def command(*arguments: str, cwd: pathlib.Path) -> subprocess.CompletedProcess[str]:
        given = [*offline, str(installed / "triptych"), *arguments]
        return subprocess.run(given, cwd=cwd, env={**kept, "HOME": str(home)}, capture_output=True, text=True, encoding="utf-8")

    return command


def _offline() -> list[str]:
    for prefix in (["unshare", "--net"], ["unshare", "--map-root-user", "--net"]):
        if shutil.which("unshare") and subprocess.run([*prefix, "true"], capture_output=True).returncode == 0:
            return prefix
    return []


@pytest.fixture(scope="module")
def demo(run: Run, tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """A small site that `triptych init` has made."""
    folder = tmp_path_factory.mktemp("elsewhere")
    made = run("init", "demo", cwd=folder)
    assert (made.returncode, made.stderr) == (0, "")
    return folder / "demo"


def test_the_wheel_names_what_pyproject_names(wheel, project):
    table = tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (one for one in archive.namelist() if one.endswith(".dist-info/METADATA"))
        metadata = HeaderParser().parsestr(archive.read(name).decode())
    wanted = [one for one in metadata.get_all("Requires-Dist", []) if "extra ==" not in one]

    def parts(requirement: str) -> tuple[str, list[str]]:
        name = requirement[: min(requirement.find(sign) for sign in "<>=" if sign in requirement)]
        return name.strip().lower(), sorted(requirement[len(name) :].replace(" ", "").split(","))

    assert sorted(map(parts, wanted)) == sorted(map(parts, table["dependencies"]))
    assert (metadata["Name"], metadata["Version"]) == (table["name"], version_of(wheel))


def files_in(folder: pathlib.Path) -> set[str]:
    found = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    return {path for path in found if "__pycache__" not in path and "_cache/" not in path}


def version_of(wheel: pathlib.Path) -> str:
    return wheel.name.split("-")[1]


def test_the_wheel_has_the_theme_and_nothing_of_the_repositorys_own_site(wheel, project):
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    inside = {name.partition("/")[2] for name in names if name.startswith("triptych/")}
    theme = {f"theme/{path}" for path in files_in(project / "theme")}
    assert inside == theme | files_in(project / "triptych")
    assert all(name.startswith(("triptych/", "triptych-")) for name in names)


def test_triptych_comes_from_the_wheel_and_its_dependencies_satisfy_it(installed, tmp_path):
    python = [str(installed / "python"), "-I"]
    ask = [*python, "-c", "import triptych; print(triptych.__file__)"]
    where = subprocess.run(ask, capture_output=True, text=True, cwd=tmp_path)
    assert pathlib.Path(where.stdout.strip()).is_relative_to(installed.parent)
    checked = _pip(installed, "check")
    assert checked.stdout
    assert [line for line in checked.stdout.splitlines() if line.startswith("triptych ")] == []


def test_the_command_says_its_version(run, wheel, tmp_path):
    said = run("--version", cwd=tmp_path)
    assert (said.returncode, said.stderr) == (0, "")
    assert version_of(wheel) in said.stdout.split()


def test_a_new_site_is_built_under_strict_with_the_theme_of_the_wheel(run, demo):
    built = run("build", "--strict", cwd=demo)
    assert (built.returncode, built.stderr) == (0, "")
    page = (demo / "public" / "index.html").read_text(encoding="utf-8")
    (style,) = (demo / "public" / "assets").glob("*.css")
    assert f"assets/{style.name}" in page
    assert style.stat().st_size > 1000
    assert "<h1" in page


def test_a_new_site_passes_its_check(run, demo):
    checked = run("check", "--strict", cwd=demo)
    assert (checked.returncode, checked.stderr) == (0, "")


def test_the_command_builds_the_folder_that_it_is_called_in_without_a_verb(run, demo, tmp_path):
    shutil.copytree(demo, tmp_path / "copy", ignore=shutil.ignore_patterns("public"))
    assert run("--quiet", cwd=tmp_path / "copy").returncode == 0
    assert (tmp_path / "copy" / "public" / "index.html").is_file()


def test_a_site_is_not_made_where_something_lies_already(run, demo):
    again = run("init", demo.name, cwd=demo.parent)
    assert again.returncode != 0
    assert again.stderr
    assert "Traceback" not in again.stderr
