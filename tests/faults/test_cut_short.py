"""A publication that is cut short at any of its steps: the old site or the new one, whole, and nothing of others lost."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.faults.conftest import Answer, Start
from tests.faults.scenario import FILES_OF_OTHERS, KEPT, VERSIONS, difference, left_beside, remove, snapshot, times

FAULTS = ("kill-before", "kill-after", "interrupt-before", "interrupt-after", "full", "full-from", "broken")
NO_EXCHANGE: dict[str, dict[str, str]] = {
    "no exchange of folders": {"exchange": "ENOSYS"},
    "exchange refused by the file system": {"exchange": "EINVAL"},
    "no links": {"link": "EPERM"},
    "no links to another file system": {"link": "EXDEV"},
}
STRIDE = 29  # an ordinary run takes one call in so many, and all those about the exchange

exhaustive = pytest.mark.exhaustive
every = pytest.mark.parametrize("stride", [STRIDE, pytest.param(1, marks=exhaustive, id="all")])


def chosen(calls: list[str], stride: int, first: int) -> list[int]:
    """Numbers of calls, from 1: one in `stride`, from `first`, and those next to the step that makes the new site visible."""
    pivots = [number for number, name in enumerate(calls, 1) if name == "exchange"]
    near = {number + shift for number in pivots for shift in (-1, 0, 1, 2)}
    return sorted({*range(1 + first % stride, len(calls) + 1, stride), *near} & set(range(1, len(calls) + 1)))


def differs(start: Start, site: Path, version: str) -> str:
    return difference(snapshot(site / "public"), start.by_version[version])


def faults_in(start: Start, site: Path, answer: Answer, fault: str, *, version: str = "B") -> list[str]:
    """What is wrong after a fault in a publication of that version."""
    wrong = []
    is_there = not differs(start, site, version)
    is_old = not is_there and not differs(start, site, "A" if version == "B" else "B")
    if not is_old and not is_there:
        wrong.append(f"neither: to A it {differs(start, site, 'A')}; to B it {differs(start, site, 'B')}")
    if answer["ended"] == "done" and not is_there:
        wrong.append("success is reported, and the new site is not in place")
    if answer["ended"] == "raised":
        wrong.append(answer["messages"][0])
    if answer["ended"] == "failed" and answer["codes"] != ["io"]:
        wrong.append(f"reported as {answer['codes']}")
    if is_old and fault.startswith("full") and answer["ended"] == "failed" and left_beside(site):
        wrong.append(f"the room is not given back: {left_beside(site)}")
    if {name for name in left_beside(site) if not name.startswith(".public.triptych/")}:
        wrong.append(f"beside the output: {left_beside(site)}")
    return wrong + times_changed(start, site)


def times_changed(start: Start, site: Path) -> list[str]:
    found = times(site / "public")
    changed = [path for path in start.times if path in found and found[path] != start.times[path]]
    return [f"new times, without a change: {changed}"] if changed else []


def faults_after_repair(start: Start, site: Path, version: str) -> list[str]:
    """What is wrong once the next publication has gone well."""
    answer = start.driver(site, version=version)
    if answer["ended"] != "done":
        return [f"the next publication: {answer['ended']} {answer.get('messages')}"]
    wrong = [f"the next publication says: {notice}" for notice in answer["notices"]]
    if found := differs(start, site, version):
        wrong.append(f"after the next publication ({version}): {found}")
    if left := left_beside(site):
        wrong.append(f"after the next publication there lies beside: {left}")
    return wrong + times_changed(start, site)


def report(found: Iterable[tuple[str, list[str]]]) -> None:
    lines = [f"{where}: {line}" for where, wrong in found for line in wrong]
    assert not lines, f"{len(lines)} faults\n" + "\n".join(lines[:40])


# --- The sweep -------------------------------------------------------------------------------------------------------


def test_between_any_two_steps_the_output_is_one_version_whole(start, tmp_path):
    site = start.copy(tmp_path / "one")
    answer = start.driver(site, version="B", fault="observe")
    assert answer["ended"] == "done"
    assert "exchange" in answer["calls"]
    assert answer["seen"] == []
    assert differs(start, site, "B") == ""
    assert left_beside(site) == []


@every
@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_at_any_step_leaves_one_version_whole_and_the_next_build_repairs(fault, stride, start, tmp_path):
    assert "exchange" in start.calls, "this file system cannot exchange folders"
    calls = start.calls
    found = []
    for number in chosen(calls, stride, FAULTS.index(fault)):
        site = start.copy(tmp_path / str(number))
        answer = start.driver(site, version="B", fault=fault, at=number)
        wrong = faults_in(start, site, answer, fault) + faults_after_repair(start, site, "B" if number % 2 else "A")
        found.append((f"{fault} call {number} of {len(calls)} ({calls[number - 1]}), {answer['ended']}", wrong))
        remove(site)
    report(found)


@every
def test_a_repair_that_is_cut_short_is_repaired_too(stride, start, tmp_path):
    calls = start.calls
    choice = random.Random(1)
    pairs = [(choice.randrange(len(calls)) + 1, choice.randrange(len(calls)) + 1) for _ in range(12 if stride > 1 else 600)]
    found = []
    for number, (first, second) in enumerate(pairs):
        site = start.copy(tmp_path / str(number))
        kinds = choice.choices(FAULTS, k=2)
        start.driver(site, version="B", fault=kinds[0], at=first)
        version = choice.choice("AB")
        again = start.driver(site, version=version, fault=kinds[1], at=second)
        wrong = faults_in(start, site, again, kinds[1], version=version)
        wrong += faults_after_repair(start, site, "B" if number % 2 else "A")
        found.append((f"{kinds[0]} call {first}, then {kinds[1]} call {second}", wrong))
        remove(site)
    report(found)


@every
@pytest.mark.parametrize("fault", FAULTS)
def test_the_first_publication_is_there_whole_or_not_at_all(fault, stride, start, tmp_path):
    (tmp_path / "first" / "content").mkdir(parents=True)
    calls = start.driver(tmp_path / "first", version="B")["calls"]
    whole = snapshot(tmp_path / "first" / "public")
    found = []
    for number in chosen(calls, stride, FAULTS.index(fault)):
        site = tmp_path / str(number)
        (site / "content").mkdir(parents=True)
        answer = start.driver(site, version="B", fault=fault, at=number)
        wrong = []
        if (site / "public").exists() and snapshot(site / "public") != whole:
            wrong.append(difference(snapshot(site / "public"), whole))
        if answer["ended"] == "raised" or (answer["ended"] == "done" and not (site / "public").exists()):
            wrong.append(f"{answer}")
        again = start.driver(site, version="B")
        left = difference(snapshot(site / "public"), whole)
        if again["ended"] != "done" or left or left_beside(site):
            wrong.append(f"the next publication: {again['ended']}, {left}; {left_beside(site)}")
        found.append((f"{fault} call {number} of {len(calls)} ({calls[number - 1]})", wrong))
        remove(site)
    report(found)


@every
@pytest.mark.parametrize("fault", ["kill-before", "full", "interrupt-after"])
def test_places_that_are_taken_over_are_part_of_the_one_step(fault, stride, start, tmp_path):
    taken = tmp_path / "taken"
    shutil.copytree(start.copy(tmp_path / "copied") / "content", taken / "content")
    (taken / "public" / "theirs").mkdir(parents=True)
    (taken / "public" / "index.html").write_bytes(b"theirs\n")
    (taken / "public" / "theirs" / "notes.txt").write_bytes(b"theirs\n")
    (taken / "public" / "claims").symlink_to("theirs")
    before = snapshot(taken / "public")
    shutil.copytree(taken, tmp_path / "whole", symlinks=True)
    calls = start.driver(tmp_path / "whole", version="B", adopt=True)["calls"]
    after = snapshot(tmp_path / "whole" / "public")
    assert after is not None
    assert after["theirs/notes.txt"] == ("file", b"theirs\n")
    found = []
    for number in chosen(calls, stride, 1):
        site = tmp_path / str(number)
        shutil.copytree(taken, site, symlinks=True)
        answer = start.driver(site, version="B", adopt=True, fault=fault, at=number)
        state = snapshot(site / "public")
        wrong = [] if state in (before, after) else [f"neither: {difference(state, before)}; {difference(state, after)}"]
        if answer["ended"] == "done" and state != after:
            wrong.append("success is reported, and the new site is not in place")
        again = start.driver(site, version="B", adopt=True)
        # What was taken over may be kept there, unasked.
        left = [path for path in left_beside(site) if not path.startswith(".public.triptych/aside")]
        if snapshot(site / "public") != after or left or again["ended"] != "done":
            wrong.append(f"the next publication: {again['ended']}, {difference(snapshot(site / 'public'), after)}, {left}")
        found.append((f"{fault} call {number} of {len(calls)} ({calls[number - 1]})", wrong))
        remove(site)
    report(found)


def test_a_build_that_changes_nothing_touches_nothing(start, tmp_path):
    site = start.copy(tmp_path / "one")
    assert start.driver(site, version="B")["ended"] == "done"
    again = start.driver(site, version="B")
    assert (again["ended"], again["done"]) == ("done", [])


# --- Where folders cannot be exchanged -------------------------------------------------------------------------------


@pytest.mark.parametrize("reason", NO_EXCHANGE)
def test_where_folders_cannot_be_exchanged_the_build_says_so_once_and_goes_page_by_page(reason, start, tmp_path):
    site = start.copy(tmp_path / "one")
    answer = start.driver(site, version="B", refuse=NO_EXCHANGE[reason])
    assert answer["ended"] == "done"
    (notice,) = answer["notices"]
    assert "page by page" in notice
    assert differs(start, site, "B") == ""
    assert left_beside(site) == []
    assert times_changed(start, site) == []


@every
@pytest.mark.parametrize("fault", ["kill-before", "kill-after", "interrupt-before", "full", "full-from"])
def test_page_by_page_each_file_is_whole_and_the_next_build_repairs(fault, stride, start, tmp_path):
    refuse = {"exchange": "ENOSYS"}
    calls = start.driver(start.copy(tmp_path / "unharmed"), version="B", refuse=refuse)["calls"]
    found = []
    for number in chosen(calls, stride, FAULTS.index(fault)):
        site = start.copy(tmp_path / str(number))
        answer = start.driver(site, version="B", refuse=refuse, fault=fault, at=number)
        wrong = torn(site / "public") + times_changed(start, site)
        if answer["ended"] == "done" and differs(start, site, "B"):
            wrong.append(f"success is reported, and {differs(start, site, 'B')}")
        again = start.driver(site, version="B" if number % 2 else "A", refuse=refuse if number % 3 else {})
        if again["ended"] != "done" or (left := differs(start, site, "B" if number % 2 else "A")) or left_beside(site):
            wrong.append(f"the next publication: {again['ended']} {again.get('messages')}, {left}, {left_beside(site)}")
        found.append((f"{fault} call {number} of {len(calls)} ({calls[number - 1]})", wrong + times_changed(start, site)))
        remove(site)
    report(found)


def torn(out: Path) -> list[str]:
    """Files that are neither as in A nor as in B, and files of others that are not as they were."""
    wrong = []
    for path in {*VERSIONS["A"], *VERSIONS["B"]}:
        place = out / path
        if place.exists() and place.read_bytes() not in (VERSIONS["A"].get(path), VERSIONS["B"].get(path)):
            wrong.append(f"torn: {path}")
        if not place.exists() and path in VERSIONS["A"] and path in VERSIONS["B"]:
            wrong.append(f"missing: {path}")
    wrong += [f"lost: {path}" for path, data in FILES_OF_OTHERS.items() if (out / path).read_bytes() != data]
    return wrong


# --- Someone else at work in the output ------------------------------------------------------------------------------


@every
@pytest.mark.parametrize("intrusion", ["come", "come-by-handle", "come-slowly", "come-to-a-place", "replace", "remove"])
def test_what_someone_does_in_the_output_meanwhile_holds(intrusion, stride, start, tmp_path):
    calls = start.calls
    found = []
    for number in chosen(calls, stride, 2):
        site = start.copy(tmp_path / str(number))
        answer = start.driver(site, version="B", intrusion=intrusion, come_at=number)
        wrong = lost(site, intrusion)
        if wrong and intrusion != "come-to-a-place":  # the next one sees what came to the old folder's handle at the last moment
            again = start.driver(site, version="B")
            wrong = lost(site, intrusion) if again["ended"] == "done" else [str(again)]
        if answer["ended"] not in ("done", "failed"):
            wrong.append(str(answer))
        found.append((f"{intrusion} before call {number} of {len(calls)} ({calls[number - 1]})", wrong))
        remove(site.parent)
    report(found)


@every
@pytest.mark.parametrize("intrusion", ["come", "come-by-handle", "replace"])
def test_what_comes_is_kept_by_a_build_that_is_killed_and_by_the_next(intrusion, stride, start, tmp_path):
    calls = start.calls
    choice = random.Random(2)
    found = []
    for number in range(12 if stride > 1 else 400):
        # Half of them while the new site is in place and the old one is not yet gone: there is more to be done with what came.
        first = calls.index("exchange") if number % 2 else 0
        come_at, at = sorted((choice.randrange(len(calls)) + 1, choice.randrange(first, len(calls) + 15) + 1))
        fault = choice.choice(FAULTS)
        site = start.copy(tmp_path / str(number))
        start.driver(site, version="B", intrusion=intrusion, come_at=come_at, fault=fault, at=at)
        again = start.driver(site, version="B")
        wrong = lost(site, intrusion) if again["ended"] == "done" else [str(again)]
        found.append((f"{intrusion} before call {come_at}, {fault} call {at} of {len(calls)}", wrong))
        remove(site.parent)
    report(found)


def test_what_was_on_its_way_into_the_new_site_arrives_with_the_next_build(start, tmp_path):
    first = start.calls.index("exchange") + 1
    calls = start.driver(start.copy(tmp_path / "unharmed"), version="B", intrusion="come", come_at=first)["calls"]
    moves = [number for number, name in enumerate(calls, 1) if name in ("replace", "rename") and number > first]
    assert moves
    found = []
    for number in moves:
        site = start.copy(tmp_path / str(number))
        start.driver(site, version="B", intrusion="come", come_at=first, fault="kill-before", at=number)
        again = start.driver(site, version="B")
        wrong = lost(site, "come") if again["ended"] == "done" else [str(again)]
        found.append((f"kill-before call {number} of {len(calls)}", wrong))
        remove(site.parent)
    report(found)


def lost(site: Path, intrusion: str) -> list[str]:
    """What someone has done and is not so any more; files of others that they did not touch, if lost."""
    out = site / "public"
    came = (site.parent / "came").read_text().split() if (site.parent / "came").exists() else []
    data = {path: f"came to {path}\n".encode() for path in came if path.endswith("came.txt")}
    data |= FILES_OF_OTHERS
    if intrusion == "replace" and came:
        data |= {"theirs/notes.txt": b"other notes\n", "CNAME": b"example.net\n"}
    gone: tuple[str, ...] = ("CNAME", "theirs/notes.txt", "old/theirs.txt", "link") if intrusion == "remove" else ()
    if intrusion == "come-slowly":
        data["slow.txt"] = b"the beginning, and the rest\n"
    wrong = [f"still there: {path}" for path in gone if (out / path).is_symlink() or (out / path).exists()]
    for path, expected in data.items():
        if path in gone:
            continue
        if not (out / path).is_file():
            wrong.append(f"lost: {path}")
        elif (out / path).read_bytes() != expected and not is_aside(site, path, expected):
            wrong.append(f"as it was before: {path}")
    if intrusion == "come-to-a-place":
        for path in came:
            is_there = (out / path).exists() and (out / path).read_bytes() == b"theirs\n"
            if not is_there and not is_aside(site, path, b"theirs\n"):
                wrong.append(f"lost: what came to {path}")
    wrong += [f"lost: {path}" for path in KEPT if not (out / path).exists()]
    return wrong


def is_aside(site: Path, path: str, data: bytes) -> bool:
    """Whether a build has put it aside: of two files at one place it cannot tell after a kill which is to stay."""
    place = site / ".public.triptych" / "aside" / path
    return place.exists() and place.read_bytes() == data
