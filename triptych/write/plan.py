"""Outputs held against the output folder: what is to be written, what goes, what stands in the way. Touches nothing."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from triptych.diagnostics import Diagnostic
from triptych.write.files import file_state, folder_state, kind_of, read_regular, signature_of
from triptych.write.marker import Ledger
from triptych.write.refusals import gives_way, refuse_collisions, taken_place


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One publication, settled before anything is touched. Paths are within the output."""

    outputs: Mapping[str, bytes]
    signatures: Mapping[str, str]  # of each output
    writes: tuple[str, ...]  # outputs that are not there as they should be, in the order in which they appear to readers
    obstacles: tuple[str, ...]  # files and links in a folder's place, empty folders in a file's, that `adopt` clears away
    adopted: frozenset[str]  # outputs whose places `adopt` takes over
    gone: frozenset[str]  # once written, made no longer
    vanishing: tuple[str, ...]  # of these, what is there and still as it was written
    kept: tuple[str, ...]  # of these, what someone has changed since
    refused: tuple[Diagnostic, ...]


def make_plan(
    out: Path, outputs: Mapping[str, bytes], gone: frozenset[str], ledger: Ledger, *, adopt: bool, shown: Callable[[str], str]
) -> Plan:
    """Hold each output against what lies at its place."""
    writes: list[str] = []
    obstacles: set[str] = set()
    adopted: set[str] = set()
    refused: dict[str, Diagnostic] = {}
    folders: dict[str, tuple[str, str]] = {}
    for path, data in outputs.items():
        taken, state = folder_state(out, path, folders)
        if state == "folder":
            full = os.path.join(out, path)
            state = file_state(full, data)
            is_own = state in ("same", "differs") and (path in ledger.settled or _is_pending(full, ledger.pending.get(path)))
            taken = "" if state == "missing" or is_own else path
        if taken and not (adopt and gives_way(os.path.join(out, taken), state)):
            refused[taken] = taken_place(shown(taken), state, adopt)
        elif taken:
            adopted.add(taken)
            if taken != path or state == "folder":
                obstacles.add(taken)
        if state != "same":
            writes.append(path)
    vanishing, kept = sort_gone(out, gone, ledger)
    return Plan(
        outputs=outputs,
        signatures={path: signature_of(data) for path, data in outputs.items()},
        writes=tuple(sorted(writes, key=_turn)),
        obstacles=tuple(sorted(obstacles)),
        adopted=frozenset(adopted),
        gone=gone,
        vanishing=vanishing,
        kept=kept,
        refused=refuse_collisions(outputs, ledger, gone, shown) or tuple(refused[path] for path in sorted(refused)),
    )


def sort_gone(out: Path, gone: frozenset[str], ledger: Ledger) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Of what is no longer made: files that are still as they were written, and those that someone has changed since."""
    own: list[str] = []
    changed: list[str] = []
    folders: dict[str, tuple[str, str]] = {}
    for path in sorted(gone):
        full = os.path.join(out, path)
        if folder_state(out, path, folders)[1] != "folder" or kind_of(full) == "missing":
            continue
        (own if is_as_written(full, path, ledger) else changed).append(path)
    return tuple(own), tuple(changed)


def is_as_written(full: str, path: str, ledger: Ledger) -> bool:
    found = read_regular(full)
    return found is not None and signature_of(found) in ledger.signatures(path)


def _turn(path: str) -> tuple[bool, bool, int, str]:
    """When an output's turn comes: what pages need first, the pages that others lead to next, the front page last."""
    return not path.startswith("assets/"), path.endswith(".html"), -path.count("/"), path


def _is_pending(path: str, signatures: set[str] | None) -> bool:
    """Whether a build that was cut short wrote it."""
    return bool(signatures) and (found := read_regular(path)) is not None and signature_of(found) in (signatures or ())
