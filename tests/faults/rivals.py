"""One of several processes at the same output folder: `rivals.py publish|read SITE SECONDS NAME`; what it met, as JSON.

A publisher puts its own version there again and again: pages that all bear its name. A reader opens the folder and reads all
pages through that handle, so that what it reads is what one visitor of one moment would have got.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from triptych.write import publish

PATHS = tuple(f"{folder}/{number}.html" for folder in ("a", "b/c", "d", "e/f/g") for number in range(10))


def pages(name: str) -> dict[str, bytes]:
    """A version: forty pages that all have, and one that it alone has."""
    return {path: f"{name} {path}\n".encode() * 50 for path in (*PATHS, f"{name}/own.html")}


def publish_again_and_again(site: Path, seconds: float, name: str) -> dict[str, object]:
    end = time.monotonic() + seconds
    faults: list[str] = []
    count = 0
    outputs = pages(name)
    while time.monotonic() < end and not faults:
        outcome = publish(outputs, site / "public", site=site)
        faults += [one.message for one in outcome.diagnostics]
        if outcome.value:
            faults += outcome.value.notices
        count += 1
    return {"count": count, "faults": faults}


def read_again_and_again(site: Path, seconds: float, _: str) -> dict[str, object]:
    end = time.monotonic() + seconds
    faults: list[str] = []
    count = whole = 0
    while time.monotonic() < end:
        handle = os.open(site / "public", os.O_RDONLY)
        found = {path: _read(handle, path) for path in PATHS}
        os.close(handle)
        there = {path: data for path, data in found.items() if data is not None}
        names = {data.split(b" ", 1)[0] for data in there.values()}
        if len(names) > 1:
            faults.append(f"mixed: {sorted(names)}")
        faults += [f"torn: {path}" for path, data in there.items() if data not in {pages(one.decode())[path] for one in names}]
        count += 1
        whole += len(there) == len(PATHS)
    return {"count": count, "whole": whole, "faults": faults[:10]}


def _read(handle: int, path: str) -> bytes | None:
    try:
        descriptor = os.open(path, os.O_RDONLY, dir_fd=handle)
    except FileNotFoundError:
        return None
    with os.fdopen(descriptor, "rb") as opened:
        return opened.read()


if __name__ == "__main__":
    work = {"publish": publish_again_and_again, "read": read_again_and_again}[sys.argv[1]]
    print(json.dumps(work(Path(sys.argv[2]), float(sys.argv[3]), sys.argv[4])))
