"""Arguments -> calls -> exit status: 0 done, 1 the content has errors or the machine failed, 2 wrong usage, 130 interrupted."""

from __future__ import annotations

import argparse
import gc
import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from triptych.codes import CODES
from triptych.diagnostics import Diagnostic, has_errors
from triptych.text import nearest

if TYPE_CHECKING:
    from triptych.pipeline import Build, Builder

VERBS = ("build", "check")
EXAMPLES = """\
examples:
  python build.py                            build this folder's site into public/
  python build.py --site ../atlas --strict   build another site; a warning stops it
  python build.py check                      say what is wrong, and write nothing
  python build.py check --explain no-quote   say what a diagnostic means
  python build.py test                       run the project's own tests
"""


def main(argv: Sequence[str] | None = None, *, home: Path | None = None) -> int:
    """Run one command. `home` is the folder whose site is built where none is named, with the theme beside it."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    parser = make_parser(home or Path.cwd())
    try:
        options = parser.parse_args(with_default_verb(arguments))
    except SystemExit as end:  # argparse has printed its help, or what is wrong
        return int(end.code or 0)
    try:
        return int(options.run(options))
    except KeyboardInterrupt:
        print("\ninterrupted", file=sys.stderr)
        return 130
    except BrokenPipeError:
        # Whoever read the output has gone, and what Python flushes at its end would have nowhere to go.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def run() -> None:
    """The installed command: its arguments, and the working directory as the site."""
    sys.exit(main())


def with_default_verb(arguments: list[str]) -> list[str]:
    """`build` is meant where no verb is named; options may stand before a verb."""
    first = next((one for one in arguments if not one.startswith("-")), None)
    if first is None and not {"-h", "--help", "--version"} & set(arguments):
        return ["build", *arguments]
    if arguments and arguments[0].startswith("-") and not {"-h", "--help", "--version"} & set(arguments):
        verb = next((one for one in arguments if one in VERBS), None)
        rest = [one for one in arguments if one != verb] if verb else arguments
        return [verb or "build", *rest]
    return arguments


# --- the command line ------------------------------------------------------------------------------------------------


def make_parser(home: Path) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="build.py",
        description="Build a static site that explains documents: claim, context and referenced treaty side by side.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    verbs = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    common = _common_options(home)
    build = verbs.add_parser("build", parents=[common], help="build once (the default)", epilog=EXAMPLES,
                             formatter_class=argparse.RawDescriptionHelpFormatter)  # fmt: skip
    build.add_argument("--adopt", action="store_true", help="take over an output folder or file that is not the generator's own")
    build.set_defaults(run=run_build, home=home)
    check = verbs.add_parser("check", parents=[common], help="everything a build would complain about; nothing is written")
    check.add_argument("--explain", metavar="CODE", help="say what a diagnostic means and what to do")
    check.set_defaults(run=run_check, home=home)
    return parser


def _common_options(home: Path) -> argparse.ArgumentParser:
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--site", type=Path, default=home, metavar="DIR", help="the folder of the site (default: this one)")
    common.add_argument("--out", type=Path, metavar="DIR", help="the output folder (default: public/ in the site)")
    common.add_argument("--strict", action="store_true", help="a warning stops the build as an error does")
    common.add_argument("--drafts", action="store_true", help="publish drafts too")
    common.add_argument("--base-url", default="", metavar="URL", help="the address at which the site will stand")
    common.add_argument("--format", choices=("text", "json", "github"), default="text", help="how diagnostics are written")
    common.add_argument("--quiet", action="store_true", help="no summary and no progress; diagnostics only")
    return common


# --- the verbs -------------------------------------------------------------------------------------------------------


def run_build(options: argparse.Namespace) -> int:
    """Read, resolve, render, write."""
    from triptych.read.files import find_theme
    from triptych.write import publish

    began = time.perf_counter()
    if refusal := _refuse(options):
        return refusal
    builder, build, problems = _make(options)
    out = options.out or options.site / "public"
    if not _stops(problems, options):
        written = publish(build.outputs, out, site=options.site, guarded=(find_theme(options.home),), adopt=options.adopt)
        problems += written.diagnostics
    _report(problems, options, builder.source)
    if _stops(problems, options):
        return 1
    seconds = time.perf_counter() - began
    _say(options, f"built {_counts(builder)} into {_shown(out)}: {len(build.made)} pages in {seconds:.2f} s")
    _say(options, f"look at it: open {_shown(out / 'index.html')} in a browser; it needs no server")
    return 0


def run_check(options: argparse.Namespace) -> int:
    """Everything that a build would complain about."""
    if options.explain is not None:
        return _explain(options.explain)
    from triptych.read.files import find_theme
    from triptych.write import check_output

    began = time.perf_counter()
    if refusal := _refuse(options):
        return refusal
    builder, _, problems = _make(options)
    out = options.out or options.site / "public"
    problems += check_output(out, site=options.site, guarded=(find_theme(options.home),))
    _report(problems, options, builder.source)
    if _stops(problems, options):
        return 1
    _say(options, f"checked {_counts(builder)} in {time.perf_counter() - began:.2f} s")
    return 0


def _explain(code: str) -> int:
    if code not in CODES:
        near = nearest(code, CODES)
        print(f"no diagnostic is called {code}" + (f"; did you mean {near}?" if near else ""), file=sys.stderr)
        print("known: " + ", ".join(CODES), file=sys.stderr)
        return 2
    found = CODES[code]
    print(f"{found.severity}[{code}]: {found.meaning}\n\n{found.explanation}")
    return 0


# --- shared ----------------------------------------------------------------------------------------------------------


def _refuse(options: argparse.Namespace) -> int:
    """2 where the site's folder is not there, or the address is none; 0 otherwise."""
    from triptych.config import explain_base_url

    if not options.site.is_dir():
        print(f"--site: there is no folder {options.site}", file=sys.stderr)
        return 2
    if options.base_url and (fault := explain_base_url(options.base_url)):
        print(f"--base-url: {fault}", file=sys.stderr)
        return 2
    return 0


def _make(options: argparse.Namespace) -> tuple[Builder, Build, list[Diagnostic]]:
    """Read the site's files and put them through the stages."""
    from triptych.pipeline import Builder, Options
    from triptych.read.files import find_theme, read_file, read_theme, walk
    from triptych.report import Progress

    gc.disable()  # records are trees, so nothing is gained by the search for cycles in a run that ends soon
    problems: list[Diagnostic] = []
    theme = read_theme(find_theme(options.home), options.site)
    walked = walk(options.site, options.out or options.site / "public")
    problems += theme.diagnostics + walked.diagnostics
    files: dict[str, bytes | None] = {}
    for entry in walked.value or ():
        read = read_file(options.site, entry.path)
        problems += read.diagnostics
        if read.value is not None:
            files[entry.path] = read.value.data
    with Progress(sys.stderr, {"TERM": "dumb"} if options.quiet else os.environ) as progress:
        chosen = Options(drafts=options.drafts, strict=options.strict, base_url=options.base_url)
        builder = Builder(theme={file.path: file.data for file in theme.value or ()}, options=chosen, progress=progress.update)
        build = builder.update(files)
    return builder, build, problems + list(build.diagnostics)


def _stops(problems: Sequence[Diagnostic], options: argparse.Namespace) -> bool:
    return has_errors(list(problems)) or (options.strict and bool(problems))


def _report(problems: Sequence[Diagnostic], options: argparse.Namespace, source: Callable[[str], str | None]) -> None:
    from triptych.report import render_github, render_json, render_text, wants_color

    if options.format == "json":
        print(render_json(problems), end="")
    elif problems and options.format == "github":
        print(render_github(problems, site=options.site, working_directory=Path.cwd()), end="", file=sys.stderr)
    elif problems:
        print(render_text(problems, source, wants_color(sys.stderr, os.environ)), end="", file=sys.stderr)


def _say(options: argparse.Namespace, line: str) -> None:
    """A line of the summary: on standard output, unless that is JSON's."""
    if not options.quiet:
        print(line, file=sys.stderr if options.format == "json" else sys.stdout)


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


def _shown(path: Path) -> str:
    """A path as someone in this folder would write it."""
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(path)
