"""The verb `watch`: build, serve, and build again on every change."""

from __future__ import annotations

import argparse
import os
import sys
import webbrowser
from collections.abc import Callable, Sequence

from triptych.cli.session import output_of, processors, refuse, report, say
from triptych.dev.live import Live
from triptych.dev.server import Server
from triptych.dev.session import Session, Words
from triptych.dev.tree import Tree
from triptych.dev.watch import Watcher
from triptych.diagnostics import Diagnostic
from triptych.pipeline import Options
from triptych.read.files import find_theme
from triptych.write import Publisher


def run_watch(options: argparse.Namespace) -> int:
    """Until Ctrl-C."""
    if refusal := refuse(options):
        return refusal
    theme, out = find_theme(options.home), output_of(options)
    publisher = Publisher(out, site=options.site, guarded=(theme,), adopt=options.adopt, page_by_page=True)
    chosen = Options(drafts=options.drafts, strict=options.strict, base_url=options.base_url, jobs=options.jobs or processors())
    tree = Tree(options.site, theme=theme, out=out)
    live = Live()
    words = _words(options)
    session = Session(options.site, tree=tree, publisher=publisher, options=chosen, tabs=live, words=words)
    watcher = Watcher(options.site, tree.folders(), poll=options.poll)
    server: Server | None = None
    try:
        session.begin()
        if not options.no_serve:
            try:
                server = _serve(options, live, session.base_path, words)
            except OSError as error:
                print(f"cannot serve: {error}", file=sys.stderr)
                return 1
        watcher.start()
        say(options, "watching for changes; Ctrl-C ends it" + (" (by looking twice a second)" if watcher.is_polling else ""))
        sys.stdout.flush()
        session.run(watcher)
    except KeyboardInterrupt:
        return 130
    finally:
        session.end()
        watcher.stop()
        if server is not None:
            server.stop()
    return 0


def _serve(options: argparse.Namespace, live: Live, base_path: str, words: Words) -> Server:
    server = Server(output_of(options), live, port=options.port, base_path=base_path, on_fault=words.fault)
    server.start()
    say(options, f"serving {server.url}")
    if options.open:
        webbrowser.open(server.url)
    return server


def _words(options: argparse.Namespace) -> Words:
    def tell(problems: Sequence[Diagnostic], source: Callable[[str], str | None]) -> None:
        report(problems, options, source)
        sys.stdout.flush()

    def line(text: str) -> None:
        say(options, text)
        sys.stdout.flush()

    def fault(text: str) -> None:
        print(f"a mistake in Triptych itself; the watch goes on{os.linesep}{text}", file=sys.stderr, end="")

    return Words(say=line, report=tell, fault=fault)
