"""Replacement page by page: new files are staged whole, then moved to their places one by one, and what goes, goes last.

The way of watch mode, and of builds where two folders cannot be exchanged. A reader may meet new pages beside old ones; a
build that is cut short leaves whole files, and the marker says which are the generator's, so that the next build goes on.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Collection
from pathlib import Path

from triptych.write.files import kind_of, parents_of, write_new
from triptych.write.marker import Ledger, claim, note, settle
from triptych.write.plan import Plan, sort_gone


def replace_pages(
    out: Path, plan: Plan, ledger: Ledger, work: Path, *, is_update: bool
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Bring the output up to the plan, and the ledger with it: files removed, and those left since someone changed them.

    `is_update`: others may follow, so that the marker need not be at rest.
    """
    staged = _prepare(work)
    try:
        _stage(out, plan, staged)
        claim(out, {path: plan.signatures[path] for path in plan.writes}, ledger, work)
        _swap(out, plan, staged)
    finally:
        _empty(staged)
        os.rmdir(staged)
    removed, kept = _remove(out, plan.gone, ledger, plan.outputs.keys())
    if is_update:
        note(out, plan.signatures, sorted(plan.gone), ledger, work)
    else:
        ledger.take(plan.signatures, plan.gone)
        settle(out, ledger, work)
    return removed, kept


def _prepare(work: Path) -> Path:
    """The folder for new files, empty: a build that was cut short may have left some."""
    staged = work / "pages"
    if staged.is_symlink():
        staged.unlink()
    staged.mkdir(exist_ok=True)
    _empty(staged)
    return staged


def _stage(out: Path, plan: Plan, staged: Path) -> None:
    """All new bytes, each in a file that is named by its number among the writes."""
    for number, path in enumerate(plan.writes):
        try:
            write_new(f"{staged}/{number}", plan.outputs[path])
        except OSError as error:
            raise OSError(error.errno, error.strerror, os.path.join(out, path)) from error


def _empty(staged: Path) -> None:
    for name in os.listdir(staged):
        os.unlink(os.path.join(staged, name))


def _swap(out: Path, plan: Plan, staged: Path) -> None:
    """Move the new files to their places, in their turn."""
    for obstacle in plan.obstacles:
        full = os.path.join(out, obstacle)
        (os.rmdir if kind_of(full) == "folder" else os.unlink)(full)
    made = {out.as_posix()}
    for number, path in enumerate(plan.writes):
        full = f"{out.as_posix()}/{path}"
        folder = full.rpartition("/")[0]
        if folder not in made:
            os.makedirs(folder, exist_ok=True)
            made.add(folder)
        try:
            os.replace(f"{staged}/{number}", full)
        except OSError as error:
            raise OSError(error.errno, error.strerror, full) from error


def _remove(out: Path, gone: frozenset[str], ledger: Ledger, outputs: Collection[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Delete what is the generator's own and still as it wrote it, and the folders that this leaves empty."""
    renamed = {path.casefold(): path for path in outputs} if gone else {}
    twins = {path: twin for path in gone if (twin := renamed.get(path.casefold())) is not None}
    # Where case does not count, the new file is the old one.
    same = {path for path, twin in twins.items() if _is_same(os.path.join(out, path), os.path.join(out, twin))}
    removed, kept = sort_gone(out, gone - same, ledger)
    for path in removed:
        os.unlink(os.path.join(out, path))
    # Those of files already missing too: a build may have ended between the last file and its folder.
    for folder in sorted({parent for path in gone for parent in parents_of(path)}, key=len, reverse=True):
        with contextlib.suppress(OSError):  # not empty, or not there
            os.rmdir(os.path.join(out, folder))
    return removed, kept


def _is_same(first: str, second: str) -> bool:
    return os.path.exists(first) and os.path.samefile(first, second)
