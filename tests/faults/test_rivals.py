"""Builds that write to one output at the same time, and readers that meet them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.faults.rivals import pages
from tests.faults.scenario import left_beside
from triptych.write import publish

NAMES = ("V1", "V2", "V3", "V4")


@pytest.mark.parametrize("seconds", [1.5, pytest.param(20, marks=pytest.mark.exhaustive, id="long")])
def test_four_builds_and_three_readers_meet_whole_versions_only(seconds, tmp_path):
    site = tmp_path / "site"
    (site / "content").mkdir(parents=True)
    assert publish(pages("V1"), site / "public", site=site).diagnostics == ()
    (site / "public" / "CNAME").write_text("theirs")
    builds = [_begin("publish", site, seconds, name) for name in NAMES]
    readers = [_begin("read", site, seconds, "reader") for _ in range(3)]
    built, read = [_end(one) for one in builds], [_end(one) for one in readers]
    assert [fault for one in (*built, *read) for fault in one["faults"]] == []
    assert all(one["count"] for one in (*built, *read))
    assert sum(one["whole"] for one in read) > 0
    out = site / "public"
    found = {path.relative_to(out).as_posix(): path.read_bytes() for path in out.rglob("*") if path.is_file()}
    assert found.pop("CNAME") == b"theirs"
    del found[".triptych"]
    assert found in [pages(name) for name in NAMES]
    assert left_beside(site) == []


def _begin(verb: str, site: Path, seconds: float, name: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-B", str(Path(__file__).with_name("rivals.py")), verb, str(site), str(seconds), name]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def _end(process: subprocess.Popen[str]) -> dict[str, Any]:
    said, complaint = process.communicate(timeout=120)
    assert (process.returncode, complaint) == (0, "")
    found: dict[str, Any] = json.loads(said)
    return found
