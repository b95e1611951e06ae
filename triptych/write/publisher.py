"""One publication: refusals first, then the whole folder in one step or page by page, and what is no longer made removed."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from triptych.diagnostics import Diagnostic, Outcome
from triptych.write.hidden import INSIDE, NO_ROOM, beside, clear_away, hold, make_beside, make_near
from triptych.write.marker import MARKER, PLAIN, Ledger, at_rest, identity, read_marker, settle
from triptych.write.pages import replace_pages
from triptych.write.plan import Plan, make_plan
from triptych.write.refusals import check_output, io_fault, shown_path
from triptych.write.staging import ASIDE, CannotExchangeError, clear_leftovers, put_in_place, settle_with, stage


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What a publication did; paths within the output."""

    written: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()  # no longer made, but changed by someone since: theirs now, and no longer looked after
    unchanged: int = 0
    notices: tuple[str, ...] = ()  # what whoever runs the build should know, a line each


def publish(
    outputs: Mapping[str, bytes],
    out: Path,
    *,
    site: Path,
    guarded: tuple[Path, ...] = (),
    adopt: bool = False,
    on_wait: Callable[[], None] | None = None,
) -> Outcome[Written]:
    """Make the folder hold these outputs, once. See Publisher."""
    return Publisher(out, site=site, guarded=guarded, adopt=adopt, on_wait=on_wait).publish(outputs)


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
        page_by_page: bool = False,
        on_wait: Callable[[], None] | None = None,
    ) -> None:
        """`page_by_page`: never the whole folder in one step, as watch mode has it."""
        self._out = Path(os.path.realpath(out))
        self._site = Path(os.path.realpath(site))  # where this process stands may be exchanged away
        self._guarded = guarded
        self._adopt = adopt
        self._page_by_page = page_by_page
        self._on_wait = on_wait
        self._ledger = Ledger()
        self._seen: tuple[int, ...] = ()  # the marker's identity when the ledger was last equal to it

    def publish(self, outputs: Mapping[str, bytes]) -> Outcome[Written]:
        """All outputs of the site, by their paths; what is not among them goes. No value where nothing could be published."""
        return self._apply(outputs, None)

    def update(self, changed: Mapping[str, bytes], removed: Iterable[str] = ()) -> Outcome[Written]:
        """Some outputs, page by page; all others stay. Right after a publication of one's own only: see is_current."""
        return self._apply(changed, set(removed) - set(changed))

    def settle(self) -> tuple[Diagnostic, ...]:
        """Bring the marker to rest after updates: when none has come for a while, and at the end. It is as true without."""
        if self._ledger.is_at_rest:
            return ()
        try:
            with hold(self._out, self._on_wait):
                if self.is_current():
                    settle(self._out, self._ledger, make_near(self._out))
                    clear_away(self._out)
                    self._keep(self._ledger)
        except OSError as error:
            self._seen = ()
            return (io_fault(error, self._site),)
        return ()

    def is_current(self) -> bool:
        """Whether the output is still as this publisher left it, as far as its marker tells; if not, publish all."""
        return bool(self._seen) and self._seen == identity(self._out / MARKER)

    def check(self, outputs: Mapping[str, bytes]) -> tuple[Diagnostic, ...]:
        """What would be refused; nothing is touched."""
        try:
            if refused := self._refuse():
                return refused
            ledger = read_marker(self._out)
            gone = frozenset(path for path in ledger.paths() if path not in outputs)
            return make_plan(self._out, outputs, gone, ledger, adopt=self._adopt, shown=self._shown).refused
        except OSError as error:
            return (io_fault(error, self._site),)

    def _apply(self, changed: Mapping[str, bytes], removed: set[str] | None) -> Outcome[Written]:
        if wrong := [path for path in changed if not PLAIN.match(path)]:
            raise ValueError(f"not paths within the output: {wrong}")
        try:
            if refused := self._refuse():
                return Outcome(None, refused)
            self._make_parent()
            with hold(self._out, self._on_wait):
                if refused := self._refuse():  # another build may have come first
                    return Outcome(None, refused)
                return self._hold(changed, removed)
        except OSError as error:
            self._seen = ()
            return Outcome(None, (io_fault(error, self._site),))

    def _refuse(self) -> tuple[Diagnostic, ...]:
        return check_output(self._out, site=self._site, guarded=self._guarded, adopt=self._adopt)

    def _make_parent(self) -> None:
        try:
            self._out.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            code = errno.ENOTDIR if error.errno == errno.EEXIST else error.errno
            raise OSError(code, os.strerror(code or 0), str(self._out)) from error

    def _hold(self, changed: Mapping[str, bytes], removed: set[str] | None) -> Outcome[Written]:
        """Compare, and do what is to be done, while no other build can."""
        out = self._out
        notices = self._clear_leftovers()
        if not self.is_current():
            self._ledger = read_marker(out)
        old = self._ledger
        known = old.paths() if removed is None else removed
        gone = frozenset(path for path in known if path not in changed and path in old)
        plan = make_plan(out, changed, gone, old, adopt=self._adopt, shown=self._shown)
        if plan.refused:
            return Outcome(None, plan.refused)
        is_noted = not plan.gone and old.says(plan.signatures) and (removed is not None or old.is_at_rest)
        if not plan.writes and is_noted and old.size:
            self._seen = identity(out / MARKER)
            return Outcome(Written(unchanged=len(changed), kept=plan.kept, notices=notices))
        if removed is None and not self._page_by_page:
            try:
                return Outcome(self._replace_whole(plan, notices))
            except CannotExchangeError as reason:
                notices += (f"replaced page by page, so that a reader may have met old pages beside new ones: {reason}",)
        return Outcome(self._replace_pages(plan, notices, is_update=removed is not None))

    def _replace_whole(self, plan: Plan, notices: tuple[str, ...]) -> Written:
        """The new site beside the output, whole, then in its place. CannotExchangeError, with nothing done, if that cannot be."""
        out = self._out
        if (work := make_beside(out)) is None:
            raise CannotExchangeError(f"no folder `{beside(out).name}` could be made beside it")
        ledger = _after(plan, self._ledger)
        try:
            staged = stage(out, plan, ledger, work)
            put_in_place(staged, out)
        except BaseException as error:
            clear_leftovers(out, work)
            clear_away(out)
            if isinstance(error, OSError) and error.errno not in NO_ROOM:
                raise CannotExchangeError((error.strerror or str(error)).lower()) from error
            raise
        aside: tuple[str, ...] = ()
        if staged.folder.exists():
            aside = settle_with(staged.folder, out, work, carried=staged.carried, adopted=plan.adopted)
        clear_away(out)
        self._keep(ledger)
        return _written(plan, plan.vanishing, plan.kept, notices + self._set_aside(aside))

    def _replace_pages(self, plan: Plan, notices: tuple[str, ...], *, is_update: bool) -> Written:
        out = self._out
        out.mkdir(exist_ok=True)
        removed, kept = replace_pages(out, plan, self._ledger, make_near(out), is_update=is_update)
        clear_away(out)
        self._keep(self._ledger)
        return _written(plan, removed, kept, notices)

    def _clear_leftovers(self) -> tuple[str, ...]:
        """Mend what a build that was cut short left behind; what there is to say of it."""
        aside: tuple[str, ...] = ()
        for work in (beside(self._out), self._out / INSIDE):
            if work.is_dir() and not work.is_symlink():
                aside += clear_leftovers(self._out, work)
        clear_away(self._out)
        return self._set_aside(aside)

    def _keep(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._seen = identity(self._out / MARKER)

    def _set_aside(self, paths: tuple[str, ...]) -> tuple[str, ...]:
        folder = shown_path(str(beside(self._out) / ASIDE), self._site)
        return tuple(f"`{path}` came to a page's place while that was made; it lies in `{folder}` now" for path in paths)

    def _shown(self, path: str) -> str:
        return shown_path(os.path.join(self._out, path), self._site)


def _after(plan: Plan, ledger: Ledger) -> Ledger:
    """What the marker is to say once the plan is carried out, as it is at rest."""
    new = ledger.copy()
    new.take(plan.signatures, plan.gone)
    new.size = new.rest = len(at_rest(new))
    return new


def _written(plan: Plan, removed: tuple[str, ...], kept: tuple[str, ...], notices: tuple[str, ...]) -> Written:
    notices += tuple(f"`{path}` is made no longer, but someone has changed it: it stays; remove it by hand" for path in kept)
    unchanged = len(plan.outputs) - len(plan.writes)
    return Written(written=plan.writes, removed=removed, kept=kept, unchanged=unchanged, notices=notices)
