"""Whatever is edited in whatever way, and whatever is heard of it: in the end the output is a clean build's."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.dev.desk import Ear, Ended, build_once, difference, files_in, outputs_in, theme_in, write_files
from tests.test_incremental import VARIANTS, WHOLE
from tests.trial import EXAMPLES, Options, build_site
from triptych.dev.session import Session
from triptych.dev.tree import Tree
from triptych.dev.watch import Watcher, Word
from triptych.write import Publisher


class Step(NamedTuple):
    """One edit: how, of what, how much is heard of it, and whether the next comes at its heels."""

    way: str
    path: str
    data: bytes | None
    heard: str
    is_hasty: bool


EDITS = st.sampled_from([(path, data) for path, variants in VARIANTS.items() for data in [*variants, WHOLE.get(path), b""]])
WAYS = st.sampled_from(["in place", "over", "anew", "same time"])
FOLDERS = ["content", "seeds", "theme", "content/glossary", "content/annotations/letter", "content/treaties"]
HEARD = st.sampled_from(["all", "all", "something", "something else"])
STEPS = st.lists(
    st.builds(lambda edit, way, heard, hasty: Step(way, *edit, heard, hasty), EDITS, WAYS, HEARD, st.booleans())
    | st.builds(Step, st.just("away or back"), st.sampled_from(FOLDERS), st.none(), HEARD, st.booleans())
    | st.builds(Step, st.just("restore"), st.just("content"), st.none(), HEARD, st.booleans())
    | st.just(Step("another build", "public", None, "all", False)),
    min_size=1,
    max_size=8,
)
OPTIONS = st.sampled_from([Options(), Options(), Options(drafts=True), Options(strict=True)])


def save(path: Path, data: bytes | None, way: str) -> None:
    if not path.parent.is_dir():  # the folder is away
        path.parent.mkdir(parents=True)
    if data is None:
        path.unlink(missing_ok=True)
    elif way == "over":
        path.with_name(".fresh").write_bytes(data)
        os.replace(path.with_name(".fresh"), path)
    elif way == "anew":
        path.unlink(missing_ok=True)
        path.write_bytes(data)
    elif way == "same time" and path.exists():
        before = path.stat()
        path.write_bytes(data)
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    else:
        path.write_bytes(data)


def carry_out(site: Path, step: Step) -> set[str]:
    """The places that an event would name."""
    place = site / step.path
    if step.way == "away or back":
        aside = site / "aside" / step.path
        if place.is_dir():
            aside.parent.mkdir(parents=True, exist_ok=True)
            if not aside.exists():
                os.rename(place, aside)
        elif aside.is_dir():
            place.parent.mkdir(parents=True, exist_ok=True)
            os.rename(aside, place)
        return {str(place)}
    if step.way == "restore":
        for root in ("content", "seeds", "theme", "aside"):
            shutil.rmtree(site / root, ignore_errors=True)
        write_files(site, WHOLE)
        return {str(site / path) for path in WHOLE}
    if step.way == "another build":
        Publisher(site / "public", site=site).publish(dict(build_site(WHOLE, options=Options(base_url="https://a.example/b/")).outputs))
        return set()
    save(place, step.data, step.way)
    return {str(place)}


class _Script(Watcher):
    """Carries out the steps while the session waits for word of them, and looks at the output whenever all is settled."""

    def __init__(self, site: Path, steps: list[Step], check: Callable[[str], None]) -> None:
        super().__init__(site, ())
        self.site = site
        self.steps = steps
        self.check = check
        self.at = 0
        self.is_hasty = False
        # Whether all that has changed since the last look came and was heard of in one step: what is named is published at once,
        # and so may be a good site, while the rest is found to be bad.
        self.is_plain = True
        self.is_theirs = False  # another build has come since the last edit

    def wait(self, seconds: float | None = None) -> Word | None:
        if seconds is not None and not self.is_hasty:
            return None
        if seconds is None and self.at:
            self.check(f"after {self.steps[: self.at]}")
            self.is_plain = True
        if self.at == len(self.steps):
            if seconds is not None:
                return None
            raise Ended
        step = self.steps[self.at]
        self.at += 1
        self.is_hasty = step.is_hasty and self.at < len(self.steps)
        self.is_plain = self.is_plain and step.heard == "all" and not self.is_hasty
        before = files_in(self.site)
        places = carry_out(self.site, step)
        self.is_theirs = step.way == "another build" or (self.is_theirs and files_in(self.site) == before)
        if step.heard == "something":
            places = set(sorted(places)[:1])
        elif step.heard == "something else":
            places = {str(self.site / "content/pages/method.md"), str(self.site / "content"), str(self.site / "nowhere.md")}
        return Word(frozenset(places), may_have_lost=False)


def follow(steps: list[Step], options: Options, theme: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        site = Path(folder) / "site"
        write_files(site, WHOLE)
        out, ear = site / "public", Ear()
        publisher = Publisher(out, site=site, page_by_page=True)
        tree = Tree(site, theme=theme, out=out)
        session = Session(site, tree=tree, publisher=publisher, options=options, tabs=ear, words=ear.words())
        good: list[dict[str, bytes]] = []

        def check(when: str) -> None:
            found, build = outputs_in(out), build_once(files_in(site), theme_in(theme), options)
            assert ear.faults == []
            if script.is_theirs:  # another build was the last to publish: the next edit shows it
                good[:] = [found]
                return
            if not build.is_good and not script.is_plain:
                good[:] = [found]
            expected = dict(build.outputs) if build.is_good else good[-1]
            if found != expected:
                pytest.fail(f"{when}, {'good' if build.is_good else 'bad'}: {difference(found, expected)}")
            good[:] = [found]

        script = _Script(site, steps, check)
        session.begin()
        check("at first")
        with contextlib.suppress(Ended):
            session.run(script)


@settings(EXAMPLES, max_examples=max(EXAMPLES.max_examples // 4, 1))
@given(steps=STEPS, options=OPTIONS)
def test_after_any_edits_the_output_is_that_of_a_clean_build(theme: Path, steps: list[Step], options: Options) -> None:
    follow(steps, options, theme)
