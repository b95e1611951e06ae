"""The verbs `build` and `check`: read, resolve, render, and write or not."""

from __future__ import annotations

import argparse
import gc
import os
import sys
import time
from typing import NamedTuple

from triptych.cli.session import answer, output_of, processors, read_files, refuse, report, say, shown, stops
from triptych.desk.coverage import measure_coverage, render_coverage
from triptych.diagnostics import Diagnostic
from triptych.pipeline import Build, Builder, Options
from triptych.read.files import find_theme, read_theme
from triptych.report import Progress
from triptych.write import Publisher, publish


class _Made(NamedTuple):
    builder: Builder
    build: Build
    problems: list[Diagnostic]


def run_build(options: argparse.Namespace) -> int:
    """Build once, and publish where nothing forbids it."""
    began = time.perf_counter()
    if refusal := refuse(options):
        return refusal
    made = _make(options, jobs=options.jobs or processors())
    out, problems = output_of(options), made.problems
    notices: tuple[str, ...] = ()
    if not stops(problems, options):
        published = publish(
            made.build.outputs,
            out,
            site=options.site,
            guarded=(find_theme(options.home),),
            adopt=options.adopt,
            on_wait=lambda: say(options, "another build is at work on the same output: waiting for it"),
        )
        problems += published.diagnostics
        notices = published.value.notices if published.value else ()
    report(problems, options, made.builder.source)
    if stops(problems, options):
        return 1
    seconds = time.perf_counter() - began
    for notice in notices:
        print(f"{shown(out)}: {notice}", file=sys.stderr)
    say(options, f"built {_counts(made.builder)} into {shown(out)}: {len(made.build.made)} pages in {seconds:.2f} s")
    say(options, f"look at it: open {shown(out / 'index.html')} in a browser; it needs no server")
    return 0


def run_check(options: argparse.Namespace) -> int:
    """Everything that a build would complain about."""
    began = time.perf_counter()
    if refusal := refuse(options):
        return refusal
    made = _make(options, jobs=processors())
    problems = made.problems
    publisher = Publisher(output_of(options), site=options.site, guarded=(find_theme(options.home),))
    problems += publisher.check(made.build.outputs)
    report(problems, options, made.builder.source)
    if options.coverage:
        answer(options, render_coverage(measure_coverage(made.builder.site)).rstrip("\n"))
    if stops(problems, options):
        return 1
    say(options, f"checked {_counts(made.builder)} in {time.perf_counter() - began:.2f} s")
    return 0


def _make(options: argparse.Namespace, *, jobs: int) -> _Made:
    """Read the site's files and put them through the stages."""
    gc.disable()  # records are trees, so nothing is gained by the search for cycles in a run that ends soon
    theme = read_theme(find_theme(options.home), options.site)
    files = read_files(options)
    with Progress(sys.stderr, {"TERM": "dumb"} if options.quiet else os.environ) as progress:
        chosen = Options(drafts=options.drafts, strict=options.strict, base_url=options.base_url, jobs=jobs)
        builder = Builder(theme={file.path: file.data for file in theme.value or ()}, options=chosen, progress=progress.update)
        build = builder.update(files.data)
    return _Made(builder, build, [*theme.diagnostics, *files.problems, *build.diagnostics])


def _counts(builder: Builder) -> str:
    catalogue = builder.site.catalogue
    documents = catalogue.documents()
    counts = (
        (len(documents), "document", "documents"),
        (sum(len(builder.site.claims(one.id)) for one in documents), "claim", "claims"),
        (len(catalogue.treaties()), "treaty", "treaties"),
        (len(catalogue.terms()), "term", "terms"),
        (len(catalogue.sources()), "source", "sources"),
    )
    return ", ".join(f"{number} {one if number == 1 else many}" for number, one, many in counts)
