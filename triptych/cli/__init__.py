"""Arguments -> calls -> exit status: 0 done, 1 the content has errors or the machine failed, 2 wrong usage, 130 interrupted.

The command line stands here; each verb's module is imported once it is called, so that none waits for what another needs.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from io import TextIOWrapper
from pathlib import Path
from typing import Any

from triptych import __version__

VERBS = ("build", "watch", "check", "new", "accept", "init")
WITH_VALUE = ("--site", "--out", "--format", "--base-url", "--jobs", "--explain", "--port", "--document", "--prefix", "--suffix")
EXAMPLES = """\
examples:
  {0}                            build this folder's site into public/
  {0} --site ../atlas --strict   build another site; a warning stops it
  {0} watch --open               build, look at it, and build again on every change
  {0} check                      say what is wrong, and write nothing
  {0} check --explain no-quote   say what a diagnostic means
  {0} new "red lines"            a new annotation for these words of a document
  {0} init ../letters            a small new site to begin with
"""


def main(argv: Sequence[str] | None = None, *, home: Path | None = None) -> int:
    """Run one command. `home` is the folder whose site is built where none is named, with the theme beside it."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    _prepare_streams()
    try:
        try:
            here = _working_directory() or home  # asked for now: a build from within the output exchanges it away
            if here is None:
                raise FileNotFoundError
            options = make_parser(home or here, own=home is not None).parse_args(with_default_verb(arguments))
            options.here = here
            status = int(options.run(options))
        except SystemExit as end:  # argparse has printed its help, or what is wrong
            status = int(end.code or 0)
        sys.stdout.flush()  # a full disk or a reader that has gone shows here, not when Python ends
    except FileNotFoundError as error:
        if error.filename is not None:
            raise
        print("the folder that this was called in is no longer there: cd to it again", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\ninterrupted", file=sys.stderr)
        return 130
    except BrokenPipeError:
        _drop_output()
        return 1
    except OSError as error:
        if error.filename is not None:  # not what the verbs say of their own files: standard output itself
            raise
        _drop_output()
        print(f"cannot write the output: {(error.strerror or str(error)).lower()}", file=sys.stderr)
        return 1
    return status


def run() -> None:
    """The installed command: its arguments, and the working directory as the site."""
    sys.exit(main())


def _working_directory() -> Path | None:
    try:
        return Path.cwd()
    except FileNotFoundError:
        return None


def _prepare_streams() -> None:
    """What a terminal's encoding lacks is written as an escape, and a stream that was closed takes words and loses them."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115
        elif isinstance(stream := getattr(sys, name), TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _drop_output() -> None:
    """What Python flushes at its end would have nowhere to go."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def with_default_verb(arguments: list[str]) -> list[str]:
    """`build` is meant where no verb is named; options may stand before a verb."""
    if not arguments or not arguments[0].startswith("-"):
        return arguments or ["build"]
    at = 0
    while at < len(arguments) and arguments[at].startswith("-") and arguments[at] != "--":
        at += 2 if arguments[at] in WITH_VALUE else 1
    if at < len(arguments) and arguments[at] in VERBS:
        return [arguments[at], *arguments[:at], *arguments[at + 1 :]]
    first = next((at for at, one in enumerate(arguments) if one in ("-h", "--help", "--version", "--print-completion")), None)
    return ["build", *arguments] if first is None else arguments[first:]


# --- the command line ------------------------------------------------------------------------------------------------


def make_parser(site: Path, *, own: bool) -> argparse.ArgumentParser:
    """`site` is the folder that is meant where none is named; `own`: that of `build.py`, which the command line begins with."""
    name = "python build.py" if own else "triptych"
    epilog = EXAMPLES.format(name) + ("  python build.py test   run the project's own tests\n" if own else "")
    parser = argparse.ArgumentParser(
        prog=name.removeprefix("python "),
        description="Build a static site that explains documents: claim, context and referenced treaty side by side.",
        epilog=epilog,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"triptych {__version__}", help="say which version this is")
    completion = "what teaches a shell the commands: bash, zsh, fish …"
    parser.add_argument("--print-completion", action=_Completion, metavar="SHELL", help=completion)
    verbs = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    common = _common_options(site)
    for add in (_add_build, _add_watch, _add_check, _add_new, _add_accept, _add_init):
        add(verbs, common).set_defaults(home=site, command=name)
    return parser


Verbs = Any  # argparse has no public name for what `add_subparsers` returns


def _add_build(verbs: Verbs, common: argparse.ArgumentParser) -> argparse.ArgumentParser:
    build: argparse.ArgumentParser = verbs.add_parser(
        "build", parents=[common], allow_abbrev=False, help="build once (the default)"
    )
    _add_publishing(build)
    build.set_defaults(run=_run_build)
    return build


def _add_watch(verbs: Verbs, common: argparse.ArgumentParser) -> argparse.ArgumentParser:
    watch: argparse.ArgumentParser = verbs.add_parser(
        "watch", parents=[common], allow_abbrev=False, help="build, serve on 127.0.0.1, and build again on every change"
    )
    _add_publishing(watch)
    watch.add_argument("--port", type=_port, metavar="N", help="where to serve (default: 8000, or the next one free)")
    watch.add_argument("--open", action="store_true", help="open the site in the browser")
    watch.add_argument("--no-serve", action="store_true", help="only build again, and serve nothing")
    watch.add_argument("--poll", action="store_true", help="look for changes, where the file system does not tell of them")
    watch.set_defaults(run=_run_watch)
    return watch


def _add_publishing(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--adopt", action="store_true", help="take over an output folder or file that is not the generator's own")
    verb.add_argument("--jobs", type=_whole_number, default=0, metavar="N", help="processes at work (default: one a processor)")


def _add_check(verbs: Verbs, common: argparse.ArgumentParser) -> argparse.ArgumentParser:
    check: argparse.ArgumentParser = verbs.add_parser(
        "check",
        parents=[common],
        allow_abbrev=False,
        help="everything a build would complain about; nothing is written",
    )
    check.add_argument("--coverage", action="store_true", help="name the paragraphs that have no claim, too")
    check.add_argument("--explain", metavar="CODE", help="say what a diagnostic means and what to do")
    check.set_defaults(run=_run_check)
    return check


def _add_new(verbs: Verbs, common: argparse.ArgumentParser) -> argparse.ArgumentParser:
    new: argparse.ArgumentParser = verbs.add_parser(
        "new", parents=[common], allow_abbrev=False, help="a new annotation for words of a document"
    )
    new.add_argument(
        "quote", metavar="QUOTE", help="the words, after -- if they begin with a dash; - reads them from standard input"
    )
    new.add_argument("--document", default="", metavar="ID", help="look in this document alone")
    new.add_argument("--prefix", default="", metavar="WORDS", help="the words just before, where the quote stands more than once")
    new.add_argument("--suffix", default="", metavar="WORDS", help="the words just after it")
    new.set_defaults(run=_run_new)
    return new


def _add_accept(verbs: Verbs, common: argparse.ArgumentParser) -> argparse.ArgumentParser:
    accept: argparse.ArgumentParser = verbs.add_parser(
        "accept",
        parents=[common],
        allow_abbrev=False,
        help="a changed document has been looked at: record its hash",
    )
    accept.add_argument("document", metavar="DOC", help="the document's id: its file's name without .txt or .md")
    accept.set_defaults(run=_run_accept)
    return accept


def _add_init(verbs: Verbs, common: argparse.ArgumentParser) -> argparse.ArgumentParser:
    init: argparse.ArgumentParser = verbs.add_parser(
        "init", parents=[common], allow_abbrev=False, help="a small new site to begin with"
    )
    init.add_argument("folder", type=Path, metavar="DIR", help="where it is to stand: a folder that is absent or empty")
    init.set_defaults(run=_run_init)
    return init


def _common_options(site: Path) -> argparse.ArgumentParser:
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--site", type=_folder, default=site, metavar="DIR", help="the folder of the site (default: this one)")
    common.add_argument("--out", type=_folder, metavar="DIR", help="the output folder (default: public/ in the site)")
    common.add_argument("--format", choices=("text", "json", "github"), default="text", help="how diagnostics are written")
    common.add_argument("--quiet", action="store_true", help="no summary and no progress; diagnostics only")
    common.add_argument("--strict", action="store_true", help="warnings count as errors")
    common.add_argument("--drafts", action="store_true", help="publish drafts too")
    common.add_argument("--base-url", default="", metavar="URL", help="the address at which the site will stand")
    return common


def _folder(text: str) -> Path:
    if not text:
        raise argparse.ArgumentTypeError("a folder is needed")
    return Path(text)


def _whole_number(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) <= 1000:
        raise argparse.ArgumentTypeError(f"a number from 1 to 1000 is needed, not {text!r}")
    return int(text)


def _port(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise argparse.ArgumentTypeError(f"a number from 1 to 65535 is needed, not {text!r}")
    return int(text)


class _Completion(argparse.Action):
    """A script that teaches a shell the verbs and options."""

    def __call__(self, parser: argparse.ArgumentParser, _: object, values: object, option: str | None = None) -> None:
        import shtab

        if values not in shtab.SUPPORTED_SHELLS:
            parser.error(f"{option}: there is none for {values}; known are {', '.join(shtab.SUPPORTED_SHELLS)}")
        print(shtab.complete(parser, shell=str(values)))
        parser.exit()


# --- the verbs -------------------------------------------------------------------------------------------------------


def _run_build(options: argparse.Namespace) -> int:
    from triptych.cli.building import run_build

    return run_build(options)


def _run_watch(options: argparse.Namespace) -> int:
    from triptych.cli.watching import run_watch

    return run_watch(options)


def _run_check(options: argparse.Namespace) -> int:
    if options.explain is not None:
        from triptych.cli.explaining import run_explain

        return run_explain(options.explain)
    from triptych.cli.building import run_check

    return run_check(options)


def _run_new(options: argparse.Namespace) -> int:
    from triptych.cli.writing import run_new

    return run_new(options)


def _run_accept(options: argparse.Namespace) -> int:
    from triptych.cli.writing import run_accept

    return run_accept(options)


def _run_init(options: argparse.Namespace) -> int:
    from triptych.cli.writing import run_init

    return run_init(options)
