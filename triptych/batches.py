"""Many files read and many pages made, by several processes where that is sooner; the same comes of it as by one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain
from typing import NamedTuple

from markupsafe import Markup

from triptych.diagnostics import Diagnostic
from triptych.jobs import MOST_CHUNKS, cut, share_out, usable_jobs
from triptych.model import Config
from triptych.read.records import Reading, read_record
from triptych.render.html import PageMaker
from triptych.render.prose import compile_prose

FEWEST = 300  # files or pages: fewer are done by one process before others have begun
STEP = 50  # files or pages that one process does between two words of progress
CHUNKS_A_JOB = 16  # so that none waits long for the last

Progress = Callable[[int, int, str], None]  # done, total, what of


class _Batch(NamedTuple):
    """Pages, with what making them has left on the shelves."""

    pages: dict[str, bytes | None]
    faults: tuple[Diagnostic, ...]
    terms: dict[str, Markup]  # new entries of the glossary, and of the bibliography
    sources: dict[str, Markup]


def read_files(
    files: Mapping[str, bytes | None], *, config: Config, jobs: int = 1, progress: Progress | None = None
) -> dict[str, Reading]:
    """What each file says, in the order of paths. Raises OSError where the machine ends a process, or lets none begin."""

    def read(paths: Sequence[str]) -> list[Reading]:
        return [read_record(path, files[path], config=config, compile=compile_prose) for path in paths]

    due = sorted(files)
    jobs = _worthwhile(jobs, len(due))
    chunks = cut([[path] for path in due], _number_of_chunks(len(due), jobs))
    found = share_out(read, chunks, jobs=jobs, arrived=_count(progress, len(due), "reading"))
    return dict(zip(due, chain.from_iterable(found), strict=True))


def make_pages(
    maker: PageMaker, paths: Iterable[str], *, jobs: int = 1, progress: Progress | None = None
) -> tuple[dict[str, bytes | None], tuple[Diagnostic, ...]]:
    """The pages, in the order of addresses, None where there is none; and what was wrong with the templates.

    Raises OSError as read_files does.
    """

    def make(paths: Sequence[str]) -> _Batch:
        return _make(maker, paths)

    groups = _groups(sorted(paths))
    total = sum(map(len, groups))
    jobs = _worthwhile(jobs, total)
    chunks = cut(groups, _number_of_chunks(total, jobs))
    made: dict[str, bytes | None] = {}
    faults: dict[Diagnostic, None] = {}
    for batch in share_out(make, chunks, jobs=jobs, arrived=_count(progress, total, "rendering")):
        made |= batch.pages
        faults |= dict.fromkeys(batch.faults)
        maker.entries.terms |= batch.terms
        maker.entries.sources |= batch.sources
    return dict(sorted(made.items())), tuple(faults)


def _make(maker: PageMaker, paths: Sequence[str]) -> _Batch:
    """Some of the pages. In a process that shares in the work the shelves are copies, so what is new on them is handed over."""
    terms, sources = set(maker.entries.terms), set(maker.entries.sources)
    pages = {path: maker.make(path) for path in paths}
    return _Batch(
        pages,
        maker.faults,
        {term: entry for term, entry in maker.entries.terms.items() if term not in terms},
        {source: entry for source, entry in maker.entries.sources.items() if source not in sources},
    )


def _groups(paths: Iterable[str]) -> list[list[str]]:
    """Pages that show the same panels stand together: a document and its claims. Long pages, which stand alone, come first."""
    groups: dict[str, list[str]] = {}
    for path in paths:
        folder, *rest = path.removesuffix(".html").split("/")
        groups.setdefault(rest[0] if rest and folder in ("claims", "documents") else path, []).append(path)
    return sorted(groups.values(), key=len)


def _worthwhile(jobs: int, total: int) -> int:
    return usable_jobs(jobs) if total >= FEWEST else 1


def _number_of_chunks(total: int, jobs: int) -> int:
    return min(CHUNKS_A_JOB * jobs, MOST_CHUNKS) if jobs > 1 else -(-total // STEP)


def _count(progress: Progress | None, total: int, what: str) -> Callable[[Sequence[str]], None]:
    """Says how far the work has come, now and as chunks of it are done."""
    done = 0

    def arrived(chunk: Sequence[str]) -> None:
        nonlocal done
        done += len(chunk)
        if progress is not None:
            progress(done, total, what)

    arrived(())
    return arrived
