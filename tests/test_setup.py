"""The way from a clone to a page: build.py on any Python, and what it does with the machine that it finds."""

from __future__ import annotations

import ast
import os
import pathlib
import re
import subprocess
import sys
import threading
import tomllib

import pytest

import build


@pytest.fixture
def clone(tmp_path, monkeypatch):
    """build.py as in a fresh clone: nothing installed, and pip never called for real."""
    root = tmp_path / "clone"
    root.mkdir()
    (root / "pyproject.toml").write_text("[project]\n")
    monkeypatch.setattr(build, "ROOT", root)
    monkeypatch.setattr(build, "VENV", root / ".venv")
    monkeypatch.setattr(build, "PYTHON", root / ".venv" / "bin" / "python")
    monkeypatch.setattr(build, "STAMP", root / ".venv" / ".triptych")
    return root


@pytest.fixture
def calls(clone, monkeypatch):
    """The programs that build.py calls; each succeeds, and `-m venv` leaves a Python behind."""
    made = []

    def call(command, **_):
        made.append([str(part) for part in command])
        if "venv" in command:
            build.PYTHON.parent.mkdir(parents=True)
            build.PYTHON.write_text("")
        return 0

    monkeypatch.setattr(subprocess, "call", call)
    return made


def installs(calls):
    return [command[-1] for command in calls if "pip" in command]


def test_any_python_3_can_read_build_py_and_old_ones_are_told(project):
    source = (project / "build.py").read_text(encoding="utf-8")
    tree = ast.parse(source, feature_version=(3, 7))
    newer = (ast.JoinedStr, ast.NamedExpr, ast.AnnAssign, ast.Match, ast.AsyncFunctionDef)
    assert [node.lineno for node in ast.walk(tree) if isinstance(node, newer)] == []
    assert not any(isinstance(node, ast.ImportFrom) and node.module == "__future__" for node in tree.body)
    before_check = source[: source.index("sys.version_info")]
    assert re.findall(r"^(?:import|from) (\S+)", before_check, re.M) == ["importlib.util", "os", "sys"]


def test_build_py_imports_nothing_but_the_standard_library_and_the_command_line(project):
    tree = ast.parse((project / "build.py").read_text(encoding="utf-8"))
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    names |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name for name in names if name.partition(".")[0] not in sys.stdlib_module_names} == {"triptych.cli"}


def test_what_build_py_looks_for_is_what_pyproject_names(project):
    table = tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    modules = {"markdown-it-py": "markdown_it", "mdit-py-plugins": "mdit_py_plugins", "pyyaml": "yaml"}

    def listed(requirements):
        names = [re.match(r"[\w-]+", one)[0].lower() for one in requirements]
        return tuple(sorted(modules.get(name, name) for name in names if not name.startswith("types-")))

    assert listed(table["dependencies"]) == build.RUNTIME
    assert listed(table["optional-dependencies"]["test"]) == build.TESTING


def test_every_dependency_has_a_lower_bound_and_what_runs_has_an_upper_one(project):
    table = tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert all(">=" in one and "<" in one for one in table["dependencies"])
    assert all(">=" in one for one in table["optional-dependencies"]["test"])


def test_the_project_is_installed_once_and_again_when_pyproject_changes(clone, calls, capsys):
    build.set_up(for_tests=False)
    assert installs(calls) == [str(clone)]
    assert capsys.readouterr().err == "setting up .venv, once (a minute or so) …\n"
    assert build.is_installed(for_tests=False)
    assert not build.is_installed(for_tests=True)
    build.set_up(for_tests=False)
    assert installs(calls) == [str(clone)]
    build.set_up(for_tests=True)
    assert installs(calls) == [str(clone), f"{clone}[test]"]
    assert build.is_installed(for_tests=False)
    (clone / "pyproject.toml").write_text("[project]\n# changed\n")
    assert not build.is_installed(for_tests=False)


def test_an_environment_that_was_left_half_made_is_made_again(clone, calls):
    build.set_up(for_tests=False)
    build.STAMP.write_text(build.UNFINISHED)
    build.PYTHON.unlink()
    build.PYTHON.parent.rmdir()
    build.set_up(for_tests=False)
    assert sum("--clear" in command for command in calls) == 2


def test_of_two_that_come_at_once_one_installs(clone, calls):
    threads = [threading.Thread(target=build.set_up, args=(False,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(installs(calls)) == 1


def test_a_python_without_venv_says_what_to_install(clone, calls, monkeypatch):
    monkeypatch.setattr(build.importlib.util, "find_spec", lambda name: None if name == "ensurepip" else object())
    with pytest.raises(SystemExit, match="apt-get install python3-venv"):
        build.set_up(for_tests=False)
    assert installs(calls) == []


def test_a_failing_pip_says_the_way_out_and_leaves_no_stamp(clone, monkeypatch):
    def call(command, **_):
        build.PYTHON.parent.mkdir(parents=True, exist_ok=True)
        build.PYTHON.touch()
        return int("pip" in command)

    monkeypatch.setattr(subprocess, "call", call)
    with pytest.raises(SystemExit, match="needs the network once"):
        build.set_up(for_tests=False)
    assert not build.is_installed(for_tests=False)


def test_a_named_browser_comes_first(monkeypatch):
    monkeypatch.setenv("TRIPTYCH_BROWSER", "/somewhere/chrome")
    assert build.find_browser() == "/somewhere/chrome"


def test_without_a_browser_the_tests_fail_and_say_how_to_get_one(monkeypatch):
    monkeypatch.setattr(build, "find_browser", lambda: "")
    monkeypatch.setattr(os, "geteuid", lambda: 1000, raising=False)
    with pytest.raises(SystemExit, match="TRIPTYCH_BROWSER="):
        build.install_browser()


def test_a_plain_pytest_needs_no_browser(project):
    table = tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))
    options = table["tool"]["pytest"]["ini_options"]["addopts"]
    assert "not browser" in options[options.index("-m") + 1]


@pytest.mark.parametrize("name", ["build.py", ".ci/run"])
def test_what_is_to_be_run_can_be_run(name, project):
    assert os.access(project / name, os.X_OK)
    assert pathlib.Path(project / name).read_text(encoding="utf-8").startswith("#!/usr/bin/env ")


def test_the_licence_leaves_the_source_documents_to_their_publishers(project):
    text = (project / "LICENSE").read_text(encoding="utf-8")
    assert text.startswith("MIT License")
    assert "seeds/" in text
