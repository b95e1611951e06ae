"""One publication: outputs held against the disk, staged, moved to their places, and what is no longer made removed."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from triptych.diagnostics import Diagnostic, Outcome
from triptych.write.files import file_state, folder_state, kind_of, parents_of, read_regular, signature_of, write_new
from triptych.write.hidden import hidden_folder, hold
from triptych.write.marker import MARKER, PLAIN, Ledger, claim, identity, read_marker, settle
from triptych.write.refusals import check_output, gives_way, io_fault, refuse_collisions, shown_path, taken_place


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What a publication did; paths within the output."""

    written: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()  # no longer made, but changed by someone since: theirs now, and no longer looked after
    unchanged: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    """What is to be done, settled before anything is touched."""

    writes: tuple[tuple[str, bytes], ...]  # in the order in which they appear to readers
    obstacles: tuple[str, ...]  # files and links in a folder's place, empty folders in a file's, that `adopt` clears away
    unchanged: int
    refused: tuple[Diagnostic, ...]


def publish(
    outputs: Mapping[str, bytes], out: Path, *, site: Path, guarded: tuple[Path, ...] = (), adopt: bool = False
) -> Outcome[Written]:
    """Make the folder hold these outputs, once. See Publisher."""
    return Publisher(out, site=site, guarded=guarded, adopt=adopt).publish(outputs)


class Publisher:
    """One output folder, over any number of publications; kept and called by the thread that builds.

    A rival in another process waits, or is waited for, as long as one publication takes. `on_wait` is called before waiting.
    """

    def __init__(
        self,
        out: Path,
        *,
        site: Path,
        guarded: tuple[Path, ...] = (),
        adopt: bool = False,
        on_wait: Callable[[], None] | None = None,
    ) -> None:
        self._out = Path(os.path.realpath(out))
        self._site = site
        self._guarded = guarded
        self._adopt = adopt
        self._on_wait = on_wait
        self._ledger = Ledger()
        self._seen: tuple[int, ...] = ()  # the marker's identity when the ledger was last equal to it

    def publish(self, outputs: Mapping[str, bytes]) -> Outcome[Written]:
        """All outputs of the site, by their paths; what is not among them goes. No value where nothing could be published."""
        return self._apply(outputs, None)

    def update(self, changed: Mapping[str, bytes], removed: Iterable[str] = ()) -> Outcome[Written]:
        """Some outputs; all others stay as they are. Right after a publication of one's own only: see is_current."""
        return self._apply(changed, set(removed) - set(changed))

    def is_current(self) -> bool:
        """Whether the output is still as this publisher left it, as far as its marker tells; if not, publish all."""
        return bool(self._seen) and self._seen == identity(self._out / MARKER)

    def _apply(self, changed: Mapping[str, bytes], removed: set[str] | None) -> Outcome[Written]:
        if wrong := [path for path in changed if not PLAIN.match(path)]:
            raise ValueError(f"not paths within the output: {wrong}")
        try:
            if refused := check_output(self._out, site=self._site, guarded=self._guarded, adopt=self._adopt):
                return Outcome(None, refused)
            self._out.mkdir(parents=True, exist_ok=True)
            with hold(hidden_folder(self._out), self._on_wait) as work:
                if not self.is_current():
                    self._ledger = read_marker(self._out)
                return self._write(changed, removed, work)
        except OSError as error:
            self._seen = ()
            return Outcome(None, (io_fault(error, self._site),))

    def _write(self, changed: Mapping[str, bytes], removed: set[str] | None, work: Path) -> Outcome[Written]:
        out, old = self._out, self._ledger
        known = old.settled.keys() | old.pending.keys() if removed is None else removed
        gone = {path for path in known if path not in changed and (path in old.settled or path in old.pending)}
        refused = refuse_collisions(changed, old, gone, self._shown)
        plan = _compare(out, changed, old, self._adopt, self._shown)
        if refused or plan.refused:
            return Outcome(None, refused or plan.refused)
        signatures = {path: signature_of(data) for path, data in changed.items()}
        staged = _prepare(work)
        try:
            _stage(out, plan.writes, staged)
            claim(out, [(path, signatures[path]) for path, _ in plan.writes], old.text, work)
            _swap(out, plan, staged)
        finally:
            _empty(staged)
        deleted, kept = _remove(out, gone, old, changed)
        old.forget(gone)
        old.record(signatures)
        old.text = settle(out, old, work, before="" if plan.writes else old.text)
        self._seen = identity(out / MARKER)
        written = tuple(path for path, _ in plan.writes)
        return Outcome(Written(written=written, removed=deleted, kept=kept, unchanged=plan.unchanged))

    def _shown(self, path: str) -> str:
        return shown_path(os.path.join(self._out, path), self._site)


def _compare(out: Path, changed: Mapping[str, bytes], old: Ledger, adopt: bool, shown: Callable[[str], str]) -> _Plan:
    """Hold each output against what lies at its place; touches nothing."""
    writes: list[tuple[str, bytes]] = []
    obstacles: set[str] = set()
    refused: dict[str, Diagnostic] = {}
    folders: dict[str, tuple[str, str]] = {}
    for path, data in changed.items():
        taken, state = folder_state(out, path, folders)
        if state == "folder":
            full = os.path.join(out, path)
            state = file_state(full, data)
            is_own = state in ("same", "differs") and (path in old.settled or _is_pending(full, old.pending.get(path)))
            taken = "" if state == "missing" or is_own else path
        if taken and not (adopt and gives_way(os.path.join(out, taken), state)):
            refused[taken] = taken_place(shown(taken), state, adopt)
        elif taken and (taken != path or state == "folder"):
            obstacles.add(taken)
        if state != "same":
            writes.append((path, data))
    return _Plan(
        writes=tuple(sorted(writes, key=_turn)),
        obstacles=tuple(sorted(obstacles)),
        unchanged=len(changed) - len(writes),
        refused=tuple(refused[path] for path in sorted(refused)),
    )


def _turn(write: tuple[str, bytes]) -> tuple[bool, bool, int, str]:
    """When an output's turn comes: what pages need first, the pages that others lead to next, the front page last."""
    path, _ = write
    return not path.startswith("assets/"), path.endswith(".html"), -path.count("/"), path


def _is_pending(path: str, signatures: set[str] | None) -> bool:
    """Whether a build that was cut short wrote it."""
    return bool(signatures) and (found := read_regular(path)) is not None and signature_of(found) in (signatures or ())


def _prepare(work: Path) -> Path:
    """The folder for new files, empty: a build that was cut short may have left some."""
    staged = work / "new"
    if staged.is_symlink():
        staged.unlink()
    staged.mkdir(exist_ok=True)
    _empty(staged)
    return staged


def _stage(out: Path, writes: tuple[tuple[str, bytes], ...], staged: Path) -> None:
    """All new bytes, each in a file that is named by its number among the writes."""
    for number, (path, data) in enumerate(writes):
        try:
            write_new(f"{staged}/{number}", data)
        except OSError as error:
            raise OSError(error.errno, error.strerror, os.path.join(out, path)) from error


def _empty(staged: Path) -> None:
    for name in os.listdir(staged):
        os.unlink(os.path.join(staged, name))


def _swap(out: Path, plan: _Plan, staged: Path) -> None:
    """Move the new files to their places, in their turn."""
    for obstacle in plan.obstacles:
        full = os.path.join(out, obstacle)
        (os.rmdir if kind_of(full) == "folder" else os.unlink)(full)
    made = {out.as_posix()}
    for number, (path, _) in enumerate(plan.writes):
        full = f"{out.as_posix()}/{path}"
        folder = full.rpartition("/")[0]
        if folder not in made:
            os.makedirs(folder, exist_ok=True)
            made.add(folder)
        try:
            os.replace(f"{staged}/{number}", full)
        except OSError as error:
            raise OSError(error.errno, error.strerror, full) from error


def _remove(out: Path, gone: set[str], old: Ledger, changed: Mapping[str, bytes]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Delete what is the generator's own and still as it wrote it, and the folders that this leaves empty; removed, kept."""
    removed, kept = [], []
    folders: dict[str, tuple[str, str]] = {}
    renamed = {path.casefold(): path for path in changed} if gone else {}
    for path in sorted(gone):
        full = os.path.join(out, path)
        if folder_state(out, path, folders)[1] != "folder" or kind_of(full) == "missing":
            continue
        twin = renamed.get(path.casefold())
        if twin and os.path.samefile(full, os.path.join(out, twin)):  # where case does not count, the new file is the old one
            continue
        found = read_regular(full)
        if found is None or signature_of(found) not in old.signatures(path):
            kept.append(path)
            continue
        os.unlink(full)
        removed.append(path)
    for folder in sorted({parent for path in removed for parent in parents_of(path)}, key=len, reverse=True):
        with contextlib.suppress(OSError):  # not empty: it stays
            os.rmdir(os.path.join(out, folder))
    return tuple(removed), tuple(kept)
