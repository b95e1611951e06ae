#!/usr/bin/env python3
"""Prints how soon a saved file is on its page while `watch` runs, on sites that it makes up. It judges nothing.

`python tests/benchmark_watch.py --help`. The command runs in a process of its own; a file is saved as editors do, under
another name and then renamed, and the clock stops when the page on disk has the new words. Needs /proc for the memory.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))  # run as a script, Python looks in tests/ alone

from tests.benchmark import make_site  # noqa: E402

PATIENCE_SECONDS = 120


def main(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="Print how soon a saved file is on its page. Nothing is judged.")
    parser.add_argument("--documents", type=int, nargs="+", default=[10, 100, 1000], metavar="N", help="sizes (10 100 1000)")
    parser.add_argument("--claims", type=int, default=10, metavar="M", help="claims of each document (10)")
    parser.add_argument("--edits", type=int, default=21, metavar="K", help="of each kind of file; the median is shown (21)")
    options = parser.parse_args(argv)
    print("| claims | first build | a claim | a term | an article | a source | a style | memory |")
    print("| --: | --: | --: | --: | --: | --: | --: | --: |")
    for documents in options.documents:
        with tempfile.TemporaryDirectory() as folder:
            print_line(Path(folder) / "site", documents, options.claims, options.edits)


def print_line(site: Path, documents: int, claims: int, edits: int) -> None:
    for path, text in make_site(documents, claims):
        (site / path).parent.mkdir(parents=True, exist_ok=True)
        (site / path).write_text(text, encoding="utf-8")
    command = [sys.executable, str(ROOT / "build.py"), "watch", "--no-serve", "--site", str(site)]
    began = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        while "watching" not in process.stdout.readline():
            assert process.poll() is None, "the watch has ended"
        first = time.perf_counter() - began
        cells = [f"{claims * documents:,}", f"{first:.1f} s"]
        cells += [_shown(_median(site, kind, documents, claims, edits)) for kind in (_claim, _term, _article, _source, _style)]
        cells.append(f"{_memory(process.pid)} MB")
        process.terminate()
    print(f"| {' | '.join(cells)} |", flush=True)


Kind = Callable[[Path, int, int, int], tuple[str, Callable[[str], str], str]]  # file, its new text, page that shows it


def _claim(site: Path, documents: int, claims: int, number: int) -> tuple[str, Callable[[str], str], str]:
    doc, point = random.Random(number).randrange(documents), number % claims
    path = f"content/annotations/letter-{doc}/{point + 1:02}-point-{point}.md"
    return path, lambda text: f"{text}\nMark{number}x.\n", f"claims/letter-{doc}/point-{point}.html"


def _term(site: Path, documents: int, claims: int, number: int) -> tuple[str, Callable[[str], str], str]:
    return f"content/glossary/term-{number}.md", lambda text: f"{text}\nMark{number}x.\n", "glossary.html"


def _article(site: Path, documents: int, claims: int, number: int) -> tuple[str, Callable[[str], str], str]:
    path = f"treaties/treaty-{number % 40}"
    return f"content/{path}.md", lambda text: f"{text}\nMark{number}x.\n", f"{path}.html"


def _source(site: Path, documents: int, claims: int, number: int) -> tuple[str, Callable[[str], str], str]:
    return "content/sources.yaml", lambda text: text.replace("title: ", f"title: Mark{number}x ", 1), "sources.html"


def _style(site: Path, documents: int, claims: int, number: int) -> tuple[str, Callable[[str], str], str]:
    return "theme/css/tokens.css", lambda text: f"@layer tokens {{ :root {{ --mark: Mark{number}x; }} }}\n", "assets"


def _median(site: Path, kind: Kind, documents: int, claims: int, edits: int) -> float:
    """Seconds from saving to the page on disk."""
    few = edits if kind in (_claim, _term, _article) else min(edits, 3)
    found = []
    for number in range(few):
        path, change, page = kind(site, documents, claims, number)
        file, mark = site / path, f"Mark{number}x"
        text = change(file.read_text(encoding="utf-8") if file.exists() else "")
        file.parent.mkdir(parents=True, exist_ok=True)
        fresh = file.with_name(f".{file.name}.swp")
        fresh.write_text(text, encoding="utf-8")
        began = time.perf_counter()
        os.replace(fresh, file)
        _wait(site / "public" / page, mark)
        found.append(time.perf_counter() - began)
        time.sleep(0.4)  # until the look at the whole tree is over, as between a person's edits
    return statistics.median(found)


def _wait(page: Path, mark: str) -> None:
    end = time.perf_counter() + PATIENCE_SECONDS
    while time.perf_counter() < end:
        files = page.glob("main.*.css") if page.is_dir() else (page,)
        if any(mark in file.read_text(encoding="utf-8") for file in files if file.exists()):
            return
        time.sleep(0.001)
    raise TimeoutError(f"{mark} did not come to {page}")


def _shown(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"


def _memory(process: int) -> int:
    """The peak of a process, in MB."""
    lines = Path(f"/proc/{process}/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) // 1024 for line in lines if line.startswith("VmHWM"))


if __name__ == "__main__":
    main()
