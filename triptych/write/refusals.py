"""What the generator will not write to, and what the machine will not let it: as diagnostics. Touches nothing."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Mapping
from pathlib import Path

from triptych.diagnostics import Diagnostic, Span
from triptych.write.files import parents_of
from triptych.write.hidden import INSIDE
from triptych.write.marker import Ledger, is_marked


def check_output(out: Path, *, site: Path, guarded: tuple[Path, ...] = (), adopt: bool = False) -> tuple[Diagnostic, ...]:
    """Whether the folder may be written to at all; `guarded` are folders, besides the site's own, that it must keep clear of."""
    try:
        real = Path(os.path.realpath(out))
        return refuse_place(real, site, guarded) or refuse_owner(real, site, adopt)
    except OSError as error:
        return (io_fault(error, site),)


def refuse_place(out: Path, site: Path, guarded: tuple[Path, ...]) -> tuple[Diagnostic, ...]:
    """An output at a place where it could overwrite what people wrote. Compared by identity: names may differ in case alone."""
    home, *others = (Path(os.path.realpath(one)) for one in (site, site / "seeds", site / "content", site / "theme", *guarded))
    own = _keys(out)
    around = {key for parent in out.parents for key in _keys(parent)}
    shown = shown_path(str(out), site)
    for folder in (home, *others):
        name = "the site itself" if folder == home else f"`{shown_path(str(folder), site)}`"
        relation = ""
        if not own.isdisjoint(_keys(folder)):
            relation = "is"
        elif any(not own.isdisjoint(_keys(parent)) for parent in folder.parents):
            relation = "holds"
        elif folder != home and not around.isdisjoint(_keys(folder)):
            relation = "lies within"
        if relation:
            return (_refusal(shown, f"the output folder `{shown}` {relation} {name}", "choose another folder with `--out`"),)
    if out.exists() and not out.is_dir():
        return (_refusal(shown, f"the output folder `{shown}` is not a folder", "choose another with `--out`"),)
    return ()


def _keys(place: Path) -> set[object]:
    """By what a folder is known: its path, and its number on the disk where it is there."""
    try:
        found = os.stat(place)
    except OSError:  # not there yet: its path alone tells
        return {place}
    return {place, (found.st_dev, found.st_ino)}


def refuse_owner(out: Path, site: Path, adopt: bool) -> tuple[Diagnostic, ...]:
    """A folder in use by someone else."""
    if adopt or not out.exists() or is_marked(out) or not _holds_files(out):
        return ()
    shown = shown_path(str(out), site)
    message = f"the output folder `{shown}` holds files, but no marker that they were written by Triptych"
    return (_refusal(shown, message, "choose another folder with `--out`, empty this one, or take it over with `--adopt`"),)


def _holds_files(out: Path) -> bool:
    for folder, folders, files in os.walk(out):
        if folder == str(out) and INSIDE in folders:
            folders.remove(INSIDE)
        if files or any(os.path.islink(os.path.join(folder, name)) for name in folders):
            return True
    return False


def refuse_collisions(
    changed: Mapping[str, bytes], old: Ledger, gone: frozenset[str], shown: Callable[[str], str]
) -> tuple[Diagnostic, ...]:
    """Outputs of which many file systems could keep only one: names that differ in case alone, a file in a folder's place."""
    if changed.keys() <= old.settled.keys():
        return ()
    found = []
    by_name: dict[str, str] = {}
    for path in sorted((old.settled.keys() - gone) | changed.keys()):
        twin = by_name.setdefault(path.casefold(), path)
        if twin != path:
            message = f"`{shown(twin)}` and `{shown(path)}` differ in upper and lower case alone"
            found.append(_refusal(shown(path), message, "rename one of the files that they come from"))
    for folder in {parent for path in changed for parent in parents_of(path)}:
        if (same := by_name.get(folder.casefold())) is not None:
            message = f"`{shown(same)}` would be a file and a folder"
            found.append(_refusal(shown(same), message, "rename one of the files that they come from"))
    return tuple(found)


def gives_way(path: str, state: str) -> bool:
    return state != "folder" or not os.listdir(path)


def taken_place(shown: str, state: str, adopt: bool) -> Diagnostic:
    if state == "folder":
        hint = "move the folder away" if adopt else "move the folder away, or, where it is empty, let `--adopt` replace it"
        return _refusal(shown, f"the place of `{shown}` is taken by a folder that Triptych did not make", hint)
    kind = "link" if state == "other" else "file"
    message = f"the place of `{shown}` is taken by a {kind} that Triptych did not write"
    return _refusal(shown, message, f"move the {kind} away, or let `--adopt` replace it")


def _refusal(shown: str, message: str, hint: str) -> Diagnostic:
    return Diagnostic(code="unsafe-path", message=message, span=Span(shown, 1, 1), hint=hint)


def io_fault(error: OSError, site: Path, *, hint: str = "") -> Diagnostic:
    """The machine's refusal, in its own words."""
    shown = shown_path(os.fspath(error.filename or ""), site)
    hint = hint or "check who may write there, or choose another folder with `--out`"
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        hint = "make room on the disk, and run the same command again"
    reason = (error.strerror or str(error)).lower()
    return Diagnostic(code="io", message=f"cannot write `{shown}`: {reason}", span=Span(shown, 1, 1), hint=hint)


def shown_path(path: str, site: Path) -> str:
    """As diagnostics name it: within the site by its way from there, elsewhere in full."""
    root, full = os.path.realpath(site), os.path.abspath(path) if path else ""
    return (Path(os.path.relpath(full, root)) if full and Path(full).is_relative_to(root) else Path(path)).as_posix()
