"""The verbs that write content files: `new`, `accept` and `init`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from shlex import quote

from triptych.cli.session import answer, read_files, refuse, report, say, shown
from triptych.config import CONFIG_PATH
from triptych.desk.accept import about_path, accept_document, find_document
from triptych.desk.new import new_annotation
from triptych.desk.shelf import read_site
from triptych.diagnostics import Diagnostic, Outcome
from triptych.read.decode import as_shown
from triptych.read.files import read_starter
from triptych.write.content import create_file, create_site, replace_file

ANNOTATIONS = "content/annotations/"


def run_new(options: argparse.Namespace) -> int:
    """Write a new annotation, and print where it stands."""
    if refusal := refuse(options):
        return refusal
    words = _piped() if options.quote == "-" else options.quote
    files = read_files(options, lambda path: path.startswith(("seeds/", ANNOTATIONS)) or path == CONFIG_PATH)
    site = read_site({path: data for path, data in files.data.items() if not path.startswith(ANNOTATIONS) or b"former" in data})
    made = new_annotation(words, site, files.paths, document=options.document, prefix=options.prefix, suffix=options.suffix)
    problems: Sequence[Diagnostic] = _unreadable(files.problems) or made.diagnostics
    if made.value is not None and not problems:
        problems = create_file(options.site, made.value.path, made.value.data)
    report(problems, options, _source(files.data))
    if made.value is None or problems:
        return 1
    answer(options, shown(options.site / made.value.path))
    return 0


def run_accept(options: argparse.Namespace) -> int:
    """Record the hash of a document as it is now."""
    if refusal := refuse(options):
        return refusal
    files = read_files(options, lambda path: path.startswith("seeds/") or path.endswith("/index.md"))
    found = find_document(options.document, read_site(files.data))
    if found.value is None:
        report(_unreadable(files.problems) or found.diagnostics, options, _source(files.data))
        return 1
    path = about_path(found.value)
    before = files.data.get(path)
    problems: Sequence[Diagnostic] = _unreadable(files.problems, path)
    accepted = accept_document(found.value, before) if not problems else Outcome(None, tuple(problems))
    problems = accepted.diagnostics
    if accepted.value is not None and accepted.value != before:
        problems = replace_file(options.site, path, accepted.value)
    report(problems, options, _source(files.data))
    if problems:
        return 1
    done = "the hash is recorded" if accepted.value != before else "the hash there is the right one; nothing to do"
    say(options, f"{shown(options.site / path)}: {done}")
    return 0


def run_init(options: argparse.Namespace) -> int:
    """Write a small site, whole or not at all."""
    problems: Sequence[Diagnostic] = create_site(options.folder, read_starter())
    report(problems, options, lambda path: None)
    if problems:
        return 1
    say(options, f"a site stands in {shown(options.folder)}; build it: {options.command} --site={quote(shown(options.folder))}")
    return 0


def _piped() -> str:
    """What standard input holds; "" where it is closed."""
    return sys.stdin.buffer.read().decode("utf-8", "replace") if sys.stdin is not None else ""


def _unreadable(problems: Sequence[Diagnostic], below: str = "") -> list[Diagnostic]:
    return [problem for problem in problems if problem.code == "io" and problem.span.path.startswith(below)]


def _source(files: Mapping[str, bytes]) -> Callable[[str], str | None]:
    def text_of(path: str) -> str | None:
        return as_shown(files[path]) if path in files else None

    return text_of
