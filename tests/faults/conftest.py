"""What the tests of faults share: a process that forks for each publication, and an output folder to start from."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.faults.scenario import Entry, add_files_of_others, date_back, remove, snapshot, times

Answer = dict[str, Any]


class Driver:
    """tests/faults/driver.py, kept running: see there for what a job and an answer hold."""

    def __init__(self, *arguments: str) -> None:
        script = Path(__file__).with_name("driver.py")
        self._process = subprocess.Popen(
            [sys.executable, "-B", str(script), *arguments],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=script.parents[2],
        )  # fmt: skip

    def __call__(self, site: Path, **job: Any) -> Answer:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"site": str(site), **job}) + "\n")
        self._process.stdin.flush()
        answer: Answer = json.loads(self._process.stdout.readline())
        return answer

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(30)
        assert self._process.stdout is not None
        self._process.stdout.close()


@dataclass(frozen=True)
class Start:
    """A site with version A published and files of others beside it, and what each version looks like when all goes well."""

    template: Path
    by_version: dict[str, dict[str, Entry]]
    calls: list[str]  # of a publication of B that goes well
    times: dict[str, int]
    driver: Driver

    def copy(self, into: Path) -> Path:
        """A fresh copy of the site, with all times, modes and owners; its parent folder is the test's own."""
        site = into / "site"
        into.mkdir(parents=True)
        subprocess.run(["cp", "-a", str(self.template), str(site)], check=True)
        return site


@pytest.fixture(scope="session")
def driver() -> Iterator[Driver]:
    one = Driver()
    yield one
    one.close()


@pytest.fixture(scope="session")
def start(driver: Driver, tmp_path_factory: pytest.TempPathFactory) -> Start:
    template = tmp_path_factory.mktemp("faults") / "site"
    for name in ("seeds", "content"):
        (template / name).mkdir(parents=True)
    out = template / "public"
    assert driver(template, version="A")["ended"] == "done"
    add_files_of_others(out)
    assert driver(template, version="A")["ended"] == "done"
    date_back(out)
    start = Start(template, {}, [], times(out), driver)
    before = snapshot(out)
    assert before is not None
    start.by_version["A"] = before
    site = start.copy(tmp_path_factory.mktemp("whole") / "one")
    answer = driver(site, version="B")
    assert answer["ended"] == "done", answer
    start.calls.extend(answer["calls"])
    after = snapshot(site / "public")
    assert after is not None
    start.by_version["B"] = after
    return start


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user may pass through, unlike pytest's own, with short names within."""
    folder = Path(tempfile.mkdtemp(prefix="triptych-"))
    folder.chmod(0o755)
    yield folder
    remove(folder)
