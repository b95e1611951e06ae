"""What verbs share: the site's files as they lie, diagnostics to where they belong, lines of the summary, paths as typed."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import NamedTuple

from triptych.config import explain_base_url
from triptych.diagnostics import Diagnostic, has_errors
from triptych.read.files import read_file, walk
from triptych.report import render_github, render_json, render_text, wants_color


class Files(NamedTuple):
    """The files under seeds/ and content/, with what could not be read."""

    data: dict[str, bytes]  # by path, relative to the site
    paths: Collection[str]  # those of all files, read or not
    problems: list[Diagnostic]


def refuse(options: argparse.Namespace) -> int:
    """2 where the site's folder is not there, or the address is none; 0 otherwise."""
    if not options.site.is_dir():
        print(f"--site: there is no folder {options.site}", file=sys.stderr)
        return 2
    if options.base_url and (fault := explain_base_url(options.base_url)):
        print(f"--base-url: {fault}", file=sys.stderr)
        return 2
    return 0


def read_files(options: argparse.Namespace, wanted: Callable[[str], bool] = lambda path: True) -> Files:
    """Those of the site's files that are wanted."""
    walked = walk(options.site, output_of(options))
    files = Files({}, [entry.path for entry in walked.value or ()], list(walked.diagnostics))
    for path in filter(wanted, files.paths):
        read = read_file(options.site, path)
        files.problems.extend(read.diagnostics)
        if read.value is not None:
            files.data[path] = read.value.data
    return files


def output_of(options: argparse.Namespace) -> Path:
    out: Path = options.out or options.site / "public"
    return out


def processors() -> int:
    """Those that this process may use, where the system tells."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def stops(problems: Sequence[Diagnostic], options: argparse.Namespace) -> bool:
    return has_errors(list(problems)) or (options.strict and bool(problems))


def report(problems: Sequence[Diagnostic], options: argparse.Namespace, source: Callable[[str], str | None]) -> None:
    """Diagnostics as the format has them; JSON on standard output, a list even where it is empty."""
    if options.format == "json":
        print(render_json(problems), end="")
    elif problems and options.format == "github":
        print(render_github(problems, site=options.site, working_directory=options.here), end="", file=sys.stderr)
    elif problems:
        print(render_text(problems, source, wants_color(sys.stderr, os.environ)), end="", file=sys.stderr)


def say(options: argparse.Namespace, line: str) -> None:
    """A line of the summary."""
    if not options.quiet:
        answer(options, line)


def answer(options: argparse.Namespace, line: str) -> None:
    """What was asked for: on standard output, unless that is JSON's."""
    print(line, file=sys.stderr if options.format == "json" else sys.stdout)


def shown(path: Path) -> str:
    """A path as someone in this folder would write it."""
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except (ValueError, OSError):  # elsewhere, or this folder has gone since
        return str(path)
