"""The real command, stopped by the system at each of its calls that change files: nothing of Python lies between."""

from __future__ import annotations

import collections
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.scenario import Entry, difference, left_beside, snapshot

pytestmark = [
    pytest.mark.exhaustive,
    pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed"),
]

CALLS = (
    "openat,write,link,linkat,symlink,symlinkat,mkdir,mkdirat,rename,renameat,renameat2,unlink,unlinkat,rmdir,"
    "chmod,fchmod,fchmodat,chown,fchown,fchownat,utimensat,truncate,ftruncate"
)
NEEDS_SPACE = {"openat", "write", "link", "linkat", "mkdir", "mkdirat", "rename", "renameat", "renameat2"}
TRACED = re.compile(r"(\d+) +(\w+)\((.*)")
SITE = {
    "content/site.toml": 'title = "Case"\n',
    "content/pages/kept.md": "---\ntitle: Kept\n---\n\nWords.\n",
    "content/pages/old.md": "---\ntitle: Old\n---\n\nWords.\n",
}


@pytest.fixture(scope="module")
def template(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site that is built, with files of others in its output, and then edited."""
    site = tmp_path_factory.mktemp("calls") / "site"
    for path, text in SITE.items():
        (site / path).parent.mkdir(parents=True, exist_ok=True)
        (site / path).write_text(text)
    (site / "seeds").mkdir()
    assert build(project, site).returncode == 0
    (site / "public" / "CNAME").write_text("theirs")
    (site / "public" / "theirs").mkdir()
    (site / "public" / "theirs" / "notes.txt").write_text("theirs")
    (site / "public" / "theirs" / "link").symlink_to("notes.txt")
    (site / "content" / "site.toml").write_text('title = "Another"\n')
    (site / "content" / "pages" / "old.md").rename(site / "content" / "pages" / "new.md")
    return site


def build(project: Path, site: Path, *before: str) -> subprocess.CompletedProcess[str]:
    command = [*before, sys.executable, "-B", str(project / "build.py"), "--site", str(site), "--quiet"]
    environment = {**os.environ, "PYTHONHASHSEED": "0"}
    return subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True)


def changing_calls(project: Path, site: Path, log: Path) -> list[tuple[str, int]]:
    """Calls of the building process that change files in the site: name, and number among its calls of that name."""
    traced = build(project, site, "strace", "-f", "-y", "-o", str(log), "-e", f"trace={CALLS}")
    if traced.returncode != 0:
        pytest.skip(f"strace does not run here: {traced.stderr.strip()[:200]}")
    lines = [match for match in map(TRACED.match, log.read_text(errors="replace").splitlines()) if match]
    counts: collections.Counter[str] = collections.Counter()
    found = []
    for process, name, arguments in (match.groups() for match in lines):
        if process != lines[0][1]:  # one that reads and renders
            continue
        counts[name] += 1
        if str(site) in arguments and (name != "openat" or re.search(r"O_(?:CREAT|WRONLY|RDWR)", arguments)):
            found.append((name, counts[name]))
    return found


@pytest.mark.parametrize("fault", ["signal=SIGKILL", "error=ENOSPC", "signal=SIGINT"])
def test_the_command_stopped_at_any_call_leaves_one_version_whole(fault, template, project, tmp_path):
    before = snapshot(template / "public")
    copy_of(template, tmp_path / "whole")
    calls = changing_calls(project, tmp_path / "whole", tmp_path / "log")
    after = snapshot(tmp_path / "whole" / "public")
    assert any(name.startswith("rename") for name, _ in calls)
    assert len(calls) > 40
    wrong = []
    for number, (name, ordinal) in enumerate(calls, 1):
        if fault == "error=ENOSPC" and name not in NEEDS_SPACE:
            continue
        # Of the same length as the one that was counted: the calls are the same then.
        site = copy_of(template, tmp_path / f"{number:05}")
        inject = f"inject={name}:{fault}:when={ordinal}"
        ended = build(project, site, "strace", "-f", "-o", "/dev/null", "-e", f"trace={CALLS}", "-e", inject)
        wrong += [f"call {number} of {len(calls)}, {inject}: {one}" for one in judge(site, ended, fault, before, after)]
        repaired = build(project, site)
        if repaired.returncode or snapshot(site / "public") != after or left_beside(site):
            left = f"{repaired.stderr} {difference(snapshot(site / 'public'), after)} {left_beside(site)}"
            wrong.append(f"call {number} of {len(calls)}, {inject}, after the next build: {left}")
        shutil.rmtree(site)
    assert not wrong, f"{len(wrong)} faults\n" + "\n".join(wrong[:40])


State = dict[str, Entry] | None


def judge(site: Path, ended: subprocess.CompletedProcess[str], fault: str, before: State, after: State) -> list[str]:
    state = snapshot(site / "public")
    wrong = []
    if state not in (before, after):
        wrong.append(f"neither: to the old {difference(state, before)}; to the new {difference(state, after)}")
    if ended.returncode == 0 and state != after:
        wrong.append("exit status 0, and the new site is not in place")
    statuses = {"signal=SIGKILL": (-9, 137), "error=ENOSPC": (0, 1), "signal=SIGINT": (0, 130)}
    if ended.returncode not in statuses[fault]:
        wrong.append(f"exit status {ended.returncode}: {ended.stderr[-300:]}")
    if ended.returncode == 1 and "error[io]" not in ended.stderr:
        wrong.append(f"no diagnostic: {ended.stderr[-300:]}")
    if ended.returncode == 0 and "error[" in ended.stderr:
        wrong.append(f"exit status 0, and an error is reported: {ended.stderr}")
    return wrong


def copy_of(template: Path, site: Path) -> Path:
    subprocess.run(["cp", "-a", str(template), str(site)], check=True)
    return site
