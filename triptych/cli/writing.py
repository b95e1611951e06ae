"""The verbs that write content files: `new`, `accept` and `init`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence

from triptych.cli.session import Files, answer, read_files, refuse, report, say, shown
from triptych.config import CONFIG_PATH
from triptych.desk.accept import about_path, accept_document, find_document
from triptych.desk.new import new_annotation
from triptych.desk.shelf import read_site
from triptych.diagnostics import Diagnostic, has_errors
from triptych.read.decode import as_shown
from triptych.read.files import read_starter
from triptych.write.content import create_file, create_site, replace_file

ANNOTATIONS = "content/annotations/"


def run_new(options: argparse.Namespace) -> int:
    """Write a new annotation, and print where it stands."""
    if refusal := refuse(options):
        return refusal
    quote = sys.stdin.read() if options.quote == "-" else options.quote
    files = read_files(options, lambda path: path.startswith(("seeds/", ANNOTATIONS)) or path == CONFIG_PATH)
    site = read_site({path: data for path, data in files.data.items() if not path.startswith(ANNOTATIONS) or b"former" in data})
    made = new_annotation(
        quote, site, files.paths, document=options.document, prefix=options.prefix, suffix=options.suffix
    )
    problems = [*_unreadable(files), *made.diagnostics]
    if made.value is not None:
        problems += create_file(options.site, made.value.path, made.value.data)
    report(problems, options, _source(files.data))
    if made.value is None or has_errors(problems):
        return 1
    answer(options, shown(options.site / made.value.path))
    return 0


def run_accept(options: argparse.Namespace) -> int:
    """Record the hash of a document as it is now."""
    if refusal := refuse(options):
        return refusal
    files = read_files(options, lambda path: path.startswith("seeds/") or path.endswith("/index.md"))
    found = find_document(options.document, read_site(files.data))
    problems = [*_unreadable(files), *found.diagnostics]
    path, before, after = "", None, None
    if found.value is not None:
        path = about_path(found.value)
        before = files.data.get(path)
        accepted = accept_document(found.value, before)
        after = accepted.value
        problems += accepted.diagnostics
    if after is not None and after != before:
        problems += replace_file(options.site, path, after)
    report(problems, options, _source(files.data))
    if after is None or has_errors(problems):
        return 1
    say(options, f"{shown(options.site / path)}: " + ("the hash is recorded" if after != before else "had this hash already"))
    return 0


def run_init(options: argparse.Namespace) -> int:
    """Write a small site, whole or not at all."""
    problems: Sequence[Diagnostic] = create_site(options.folder, read_starter())
    report(problems, options, lambda path: None)
    if problems:
        return 1
    say(options, f"a site stands in {shown(options.folder)}; build it: {options.command} --site {shown(options.folder)}")
    return 0


def _unreadable(files: Files) -> list[Diagnostic]:
    return [problem for problem in files.problems if problem.code == "io"]


def _source(files: Mapping[str, bytes]) -> Callable[[str], str | None]:
    def text_of(path: str) -> str | None:
        return as_shown(files[path]) if path in files else None

    return text_of
