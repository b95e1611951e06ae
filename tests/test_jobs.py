"""Several processes make what one makes, byte for byte, whatever becomes of them; and none is left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.test_incremental import VARIANTS, WHOLE, claim, page, term
from tests.trial import EXAMPLES, Build, Builder, Options, build_site
from triptych import batches
from triptych.jobs import MOST_CHUNKS, cut, share_out, usable_jobs
from triptych.model import Config
from triptych.read.assembly import Compile
from triptych.read.records import Reading, read_record
from triptych.render.html import PageMaker

ROOT = Path(__file__).parent.parent

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")

LETTERS = {
    path: data
    for doc in range(4)
    for path, data in {
        f"seeds/letter-{doc}.txt": "\n\n".join(f"In point {n} of letter {doc} they ask." for n in range(3)).encode(),
        f"content/annotations/letter-{doc}/index.md": page(f"Letter {doc}", "Sent by post."),
        **{
            f"content/annotations/letter-{doc}/{n:02}-point-{n}.md": claim(f"point {n} of letter {doc}", "A weir [@survey].")
            for n in range(3)
        },
    }.items()
}
MANY = WHOLE | LETTERS
BROKEN_PANEL = b"{# A panel. #}\n<p>{{ panel.nothing }}</p>\n"


@pytest.fixture(autouse=True)
def _no_process_is_left(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(batches, "FEWEST", 1)
    yield
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def shared(jobs: int = 2) -> Options:
    return Options(jobs=jobs)


def codes(build: Build) -> list[tuple[str, str]]:
    return [(one.code, one.span.path) for one in build.diagnostics]


# --- whole sites -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("jobs", [2, 3, 40])
def test_more_processes_make_the_same(jobs: int) -> None:
    alone, together = build_site(MANY), build_site(MANY, options=shared(jobs))
    assert alone.is_good
    assert together == alone
    assert list(together.outputs) == list(alone.outputs)


def test_more_processes_find_the_same_faults() -> None:
    faulty = MANY | {
        path: next(one for one in reversed(found) if one is not None) for path, found in VARIANTS.items() if "seeds" not in path
    }
    faulty["content/pages/bad.md"] = b"---\ntitle: Bad\ncolour: red\n---\n\n<b>\xff"
    alone, together = build_site(faulty), build_site(faulty, options=shared())
    assert alone.diagnostics
    assert together == alone


def test_an_empty_note_gives_way_to_a_later_one_in_every_process() -> None:
    entries = "---\ntreaties: [river-pact, {ref: river-pact, note: It is *shared*.}]\n---\n\n"
    files = MANY | {"content/annotations/letter/01-clean.md": f"{entries}> the water is clean\n\nSo [@survey].\n".encode()}
    alone = build_site(files)
    assert b"It is <em>shared</em>." in alone.outputs["claims/letter/clean.html"]
    assert build_site(files, options=shared()) == alone


def test_a_broken_template_is_told_once_and_the_same() -> None:
    theme = {"theme/templates/panels/claim.html": BROKEN_PANEL}
    alone, together = build_site(MANY | theme), build_site(MANY | theme, options=shared())
    assert [one.code for one in alone.diagnostics] == ["template"]
    assert together == alone


def test_edits_after_a_shared_build_give_what_a_clean_build_gives() -> None:
    builder = Builder(options=shared())
    outputs = dict(builder.update(MANY).outputs)
    files: dict[str, bytes] = dict(MANY)
    edits: list[dict[str, bytes]] = [
        {"content/glossary/weir.md": term("weir", "A low wall of stones.", aliases="[weirs]")},
        {"content/annotations/letter-2/01-point-1.md": claim("point 1 of letter 2", "No [[sluice]] [@tables].")},
        {"theme/templates/panels/claim.html": BROKEN_PANEL},
        {"theme/templates/panels/claim.html": b'{# A panel. #}\n<section data-panel="claim">{{ panel.title }}</section>\n'},
    ]
    for edit in edits:
        files |= edit
        build = builder.update(edit)
        outputs = {path: data for path, data in outputs.items() if path not in build.removed} | dict(build.outputs)
        clean = build_site(files)
        assert build.diagnostics == clean.diagnostics
        if clean.is_good:
            assert outputs == clean.outputs


def test_entries_rendered_elsewhere_are_not_rendered_again(monkeypatch: pytest.MonkeyPatch) -> None:
    builder = Builder(options=shared())
    builder.update(MANY)
    rendered: list[str] = []
    render = PageMaker.make

    def make(maker: PageMaker, path: str) -> bytes | None:
        rendered.append(path)
        return render(maker, path)

    monkeypatch.setattr(PageMaker, "make", make)
    monkeypatch.setattr(batches, "FEWEST", 1000)
    entries = dict(builder._entries.terms)
    assert entries.keys() == {"weir", "sluice"}
    builder.update({"content/glossary/sluice.md": term("sluice", "A gate of wood in a weir.")})
    assert "glossary.html" in rendered
    assert builder._entries.terms["weir"] is entries["weir"]


def test_progress_counts_all_files_and_pages() -> None:
    heard: list[tuple[int, int, str]] = []
    build = Builder(options=shared(), progress=lambda *words: heard.append(words)).update(MANY)
    for what, total in (("reading", len(MANY) - 1), ("rendering", heard[-1][1])):  # site.toml is read by itself
        counts = [done for done, of, about in heard if about == what and of == total]
        assert counts == sorted(counts)
        assert (counts[0], counts[-1]) == (0, total)
    assert heard[-1][1] >= len(build.made)


def test_a_small_site_starts_no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "FEWEST", 300)
    monkeypatch.setattr(os, "fork", lambda: pytest.fail("a process was started"))
    assert build_site(MANY, options=shared()).is_good


# --- when something goes wrong ---------------------------------------------------------------------------------------


def _end_other_processes_at(monkeypatch: pytest.MonkeyPatch, stage: str) -> None:
    parent = os.getpid()

    def end_others() -> None:
        if os.getpid() != parent:
            os.kill(os.getpid(), signal.SIGKILL)

    make = PageMaker.make

    def make_alone(maker: PageMaker, path: str) -> bytes | None:
        end_others()
        return make(maker, path)

    def read_alone(path: str, data: bytes | None, *, config: Config, compile: Compile) -> Reading:
        end_others()
        return read_record(path, data, config=config, compile=compile)

    if stage == "reading":
        monkeypatch.setattr(batches, "read_record", read_alone)
    else:
        monkeypatch.setattr(PageMaker, "make", make_alone)


@pytest.mark.parametrize("stage", ["reading", "rendering"])
def test_a_process_that_is_killed_is_an_error_and_never_a_missing_page(monkeypatch: pytest.MonkeyPatch, stage: str) -> None:
    builder = Builder(options=shared())
    with monkeypatch.context() as patch:
        _end_other_processes_at(patch, stage)
        failed = builder.update(MANY)
    assert codes(failed) == [("io", "content")]
    assert "signal 9" in failed.diagnostics[0].message
    assert not failed.is_good
    assert failed.outputs == {}
    assert builder.update({}) == build_site(MANY)


def test_a_system_that_lets_no_process_begin_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> int:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(os, "fork", refuse)
    failed = build_site(MANY, options=shared())
    assert codes(failed) == [("io", "content")]
    assert failed.diagnostics[0].message.endswith("resource temporarily unavailable")


def test_a_mistake_of_ours_is_raised_as_by_one_process(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(maker: PageMaker, path: str) -> bytes:
        raise LookupError(f"no view for {path}")

    monkeypatch.setattr(PageMaker, "make", fail)
    with pytest.raises(LookupError, match="no view for") as caught:
        build_site(MANY, options=shared())
    assert caught.traceback[-1].name == "fail"


def test_what_cannot_be_sent_is_made_here() -> None:
    def work(number: int) -> Callable[[], int]:
        return lambda: number

    assert [one() for one in share_out(work, range(3), jobs=2, arrived=lambda number: None)] == [0, 1, 2]


SLOW = """
import os, signal, sys, time
from triptych.jobs import share_out

def work(number):
    os.write(1, b"%d\\n" % os.getpid())
    time.sleep(60)

try:
    share_out(work, range(4), jobs=2, arrived=print)
except KeyboardInterrupt:
    sys.exit(130)
"""


@pytest.mark.parametrize("to_all", [True, False], ids=["to the group, as a terminal does", "to one process"])
def test_an_interruption_ends_all_processes_without_a_word(to_all: bool) -> None:
    command = [sys.executable, "-c", SLOW]
    process = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    with process:
        assert process.stdout is not None
        assert process.stderr is not None
        children = [int(process.stdout.readline()) for _ in range(2)]
        (os.killpg if to_all else os.kill)(process.pid, signal.SIGINT)
        assert process.wait(timeout=20) == 130
        assert process.stderr.read() == ""
        for child in children:
            with pytest.raises(ProcessLookupError):
                os.kill(child, 0)


def test_children_end_when_their_parent_has_gone() -> None:
    script = SLOW.replace("time.sleep(60)", "time.sleep(0.2)")
    with subprocess.Popen([sys.executable, "-c", script], cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        children = [int(process.stdout.readline()) for _ in range(2)]
        process.kill()
    until = time.monotonic() + 20
    while any(_is_running(child) for child in children):
        assert time.monotonic() < until
        time.sleep(0.05)


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    # Whoever adopts orphans may not have buried this one yet.
    state = Path(f"/proc/{process}/stat")
    return not (state.exists() and state.read_text().rpartition(")")[2].split()[0] == "Z")


# --- the parts -------------------------------------------------------------------------------------------------------


def test_beside_another_thread_there_is_one_process() -> None:
    done = threading.Event()
    thread = threading.Thread(target=done.wait)
    thread.start()
    try:
        assert usable_jobs(4) == 1
    finally:
        done.set()
        thread.join()
    assert usable_jobs(4) == 4
    assert usable_jobs(0) == 1


@EXAMPLES
@given(st.lists(st.lists(st.integers(), min_size=1, max_size=5)), st.integers(1, MOST_CHUNKS))
def test_chunks_keep_the_order_and_are_no_more_than_asked_for(groups: Sequence[Sequence[int]], number: int) -> None:
    chunks = cut(groups, number)
    assert [one for chunk in chunks for one in chunk] == [one for group in groups for one in group]
    assert len(chunks) <= number
    assert all(chunks)


def test_groups_stay_together() -> None:
    assert cut([[1], [2, 3], [4, 5, 6], [7]], 3) == [[1, 2, 3], [4, 5, 6], [7]]


def test_results_come_in_the_order_of_the_chunks() -> None:
    def work(number: int) -> bytes:
        time.sleep(0.02 if number % 3 == 0 else 0)
        return bytes([number]) * 100_000

    arrived: list[int] = []
    made = share_out(work, range(20), jobs=3, arrived=arrived.append)
    assert [one[:1] for one in made] == [bytes([number]) for number in range(20)]
    assert sorted(arrived) == list(range(20))
