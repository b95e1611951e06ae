#!/usr/bin/env python3
"""Prints how long builds take here, on sites that it makes up: `python tests/benchmark.py --help`. It judges nothing.

A cold build is the command itself in a process of its own, from its start to the last page on disk; its memory is that
process's peak. The parts of a build and the updates after one edit are timed within this process, by its CPU time.
Works where a parent is told what its child has used (not on Windows).
"""

from __future__ import annotations

import argparse
import gc
import os
import platform
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))  # run as a script, Python looks in tests/ alone

from triptych.pipeline import Build, Builder  # noqa: E402
from triptych.write import publish  # noqa: E402

TREATIES, ARTICLES, TERMS, SOURCES = 40, 20, 200, 60
SYLLABLES = ("ba", "ce", "di", "fo", "gu", "ka", "la", "me", "ni", "po", "ru", "sa", "te", "vi", "zo")


def main(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="Print how long builds take here. Nothing is judged.")
    parser.add_argument("--documents", type=int, nargs="+", default=[10, 100, 200], metavar="N", help="sizes (10 100 200)")
    parser.add_argument("--claims", type=int, default=10, metavar="M", help="claims of each document (10)")
    parser.add_argument("--runs", type=int, default=3, metavar="K", help="of each cold build; the median is shown (3)")
    parser.add_argument("--edited", type=int, default=100, metavar="N", help="documents of the site that is edited (100)")
    options = parser.parse_args(argv)
    print(f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    print(f"{TREATIES} treaties of {ARTICLES} articles, {TERMS} terms, {SOURCES} sources\n")
    with tempfile.TemporaryDirectory() as folder:
        print_cold(Path(folder), options.documents, options.claims, options.runs)
        print_parts_and_updates(Path(folder), options.edited, options.claims)


# --- a site ----------------------------------------------------------------------------------------------------------


def make_site(documents: int, claims: int) -> Iterator[tuple[str, str]]:
    """Path -> text of a site without faults; the same numbers give the same site."""
    rng = random.Random(f"{documents} {claims}")
    words = sorted({a + b + c for a in SYLLABLES for b in SYLLABLES for c in ("", "n", "ral")})
    yield "content/site.toml", 'title = "Benchmark"\n'
    yield "content/sources.yaml", "".join(map(_source, range(SOURCES)))
    for number in range(TERMS):
        yield f"content/glossary/term-{number}.md", _term(number, _sentence(rng, words))
    for number in range(TREATIES):
        yield f"content/treaties/treaty-{number}.md", _treaty(number, [_sentence(rng, words, 30) for _ in range(ARTICLES)])
    for doc in range(documents):
        quotes = [f"In point {n} of letter {doc} they say {_sentence(rng, words, 9)}" for n in range(claims)]
        paragraphs = [f"{_sentence(rng, words, 25)} {quote} {_sentence(rng, words, 25)}" for quote in quotes]
        yield f"seeds/letter-{doc}.txt", "\n\n".join(paragraphs) + "\n"
        yield f"content/annotations/letter-{doc}/index.md", f"---\ntitle: Letter {doc}\npublished: 1990-11-19\n---\n"
        for number, quote in enumerate(quotes):
            text = _annotation(rng, words, quote, doc * claims + number)
            yield f"content/annotations/letter-{doc}/{number + 1:02}-point-{number}.md", text


def _sentence(rng: random.Random, words: Sequence[str], count: int = 15) -> str:
    return " ".join(rng.choices(words, k=count)).capitalize() + "."


def _term_name(number: int) -> str:
    return f"agreed notion {chr(97 + number // 26)}{chr(97 + number % 26)}"  # in no sentence by chance


def _term(number: int, words: str) -> str:
    near = _term_name((number + 1) % TERMS)  # so that none is without a use in a small site
    return f"---\nterm: {_term_name(number)}\n---\n\n{words} Compare [[{near}]] [@source-{number % SOURCES}].\n"


def _source(number: int) -> str:
    return f'- id: source-{number}\n  type: report\n  title: "Report {number}"\n  issued: "1990-11-19"\n'


def _treaty(number: int, articles: Sequence[str]) -> str:
    head = f"---\ntitle: Treaty number {number}\nshort: Treaty {number}\nkind: treaty\nsigned: 1990-11-19\n---\n"
    return head + "".join(f"\n## Article {n}\n\n{words}\n" for n, words in enumerate(articles, 1))


def _annotation(rng: random.Random, words: Sequence[str], quote: str, number: int) -> str:
    """One claim, with about 150 words of context that name terms, sources, provisions and an address."""
    other, note, term = rng.randrange(TREATIES), rng.randrange(SOURCES), rng.randrange(TERMS)
    article, other_article = number // TREATIES % ARTICLES + 1, rng.randrange(ARTICLES) + 1
    own_term, own_source, page = _term_name(number % TERMS), number % SOURCES, number % 90 + 1
    parts = [
        f"---\nspeaker: Ministry\nkind: position\ntags: [tag {number % 7}]\n---",
        f"> {quote}",
        f"{_sentence(rng, words, 30)} This is the *{own_term}* [@source-{own_source}, p. {page}].",
        f"{_sentence(rng, words, 45)} See [@treaty-{number % TREATIES}, art. {article}].",
        f"**{_sentence(rng, words, 6)}** {_sentence(rng, words, 20)} So [@treaty-{other}, art. {other_article}].",
        f"- {_sentence(rng, words)} [[{_term_name(term)}]]\n- {_sentence(rng, words)} [@source-{note}]",
        f"{_sentence(rng, words, 30)} [A record](https://example.org/{number}) has it.",
    ]
    return "\n\n".join(parts) + "\n"


def write_site(site: Path, documents: int, claims: int) -> None:
    for path, text in make_site(documents, claims):
        (site / path).parent.mkdir(parents=True, exist_ok=True)
        (site / path).write_text(text, encoding="utf-8")


# --- cold builds -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    wall: float  # seconds
    cpu: float  # seconds, user and system
    peak: float  # MB
    pages: int


def run_cold(site: Path, out: Path) -> Run:
    """One build by the command, into a folder that is not there yet: a file system is slower where much was just deleted."""
    command = [sys.executable, str(ROOT / "build.py"), "build", "--quiet", "--site", str(site), "--out", str(out)]
    began = time.perf_counter()
    _, status, used = os.wait4(os.spawnv(os.P_NOWAIT, command[0], command), 0)
    wall = time.perf_counter() - began
    if os.waitstatus_to_exitcode(status) > 0:
        sys.exit("the build of the site that was made up has failed")
    unit = 1024**2 if sys.platform == "darwin" else 1024
    return Run(wall=wall, cpu=used.ru_utime + used.ru_stime, peak=used.ru_maxrss / unit, pages=len(list(out.rglob("*.html"))))


def print_cold(folder: Path, sizes: Sequence[int], claims: int, runs: int) -> None:
    print(f"cold build, one process, median of {runs}")
    print("  documents  claims   pages   wall s    CPU s  pages/s  peak MB  CPU against half the size")
    median_cpu: dict[int, float] = {}
    for size in sizes:
        site = folder / f"site-{size}"
        write_site(site, size, claims)
        found = [run_cold(site, folder / f"out-{size}-{number}") for number in range(runs)]
        wall, cpu, peak = (statistics.median(getattr(one, name) for one in found) for name in ("wall", "cpu", "peak"))
        median_cpu[size] = cpu
        half = f"{cpu / median_cpu[size // 2]:.2f}" if size % 2 == 0 and size // 2 in median_cpu else "-"
        pages = found[0].pages
        print(f"{size:11}{size * claims:8}{pages:8}{wall:9.2f}{cpu:9.2f}{pages / wall:9.0f}{peak:9.0f}  {half}", flush=True)


# --- parts, and updates after an edit --------------------------------------------------------------------------------


def print_parts_and_updates(folder: Path, documents: int, claims: int) -> None:
    files = {path: text.encode() for path, text in make_site(documents, claims)}
    gc.disable()  # as the command does
    marks: dict[str, float] = {}  # when each stage first said that it is at work

    def mark(done: int, total: int, what: str) -> None:
        marks.setdefault(what, time.process_time())

    builder = Builder(progress=mark)
    build = builder.update(files)
    rendered = time.process_time()
    publish(build.outputs, folder / "out", site=folder)
    written = time.process_time()
    print(f"\nthe parts of a build, {documents} x {claims}, CPU, without the start of Python")
    print(f"  read and resolve  {marks['rendering'] - marks['reading']:6.2f} s")
    print(f"  render            {rendered - marks['rendering']:6.2f} s")
    print(f"  write             {written - rendered:6.2f} s")
    print("\nan update after one edit, in memory, CPU, median of 5")
    print("                      ms   pages made   files changed")
    edits: dict[str, tuple[str, bytes, bytes]] = {  # the file, and what stands there before and after; %d counts the edits
        "a claim": ("content/annotations/letter-0/01-point-0.md", b" has it.", b" has it in part %d."),
        "a term": ("content/glossary/term-0.md", b" Compare ", b" Compare, for the %d. time, "),
        "a provision": ("content/treaties/treaty-0.md", b"## Article 1\n\n", b"## Article 1\n\n%d. "),
        "a source": ("content/sources.yaml", b'"Report 0"', b'"Report 0, edition %d"'),
    }
    for name, (path, before, after) in edits.items():
        found = [_timed(builder, path, files[path].replace(before, after % number)) for number in range(5)]
        ms = statistics.median(seconds for seconds, _ in found) * 1000
        last = found[-1][1]
        print(f"  {name:14}{ms:10.1f}{len(last.made):13}{len(last.outputs):16}")
        builder.update({path: files[path]})


def _timed(builder: Builder, path: str, data: bytes) -> tuple[float, Build]:
    began = time.process_time()
    build = builder.update({path: data})
    seconds = time.process_time() - began
    if not build.is_good:
        sys.exit(f"the edit of {path} has failed")
    return seconds, build


if __name__ == "__main__":
    main()
