"""Updates that follow one another: the marker grows by what each touches, is true at any moment, and comes to rest."""

from __future__ import annotations

import contextlib
import errno
import os

import pytest

import triptych.write.marker as marking
from triptych.write import Publisher, publish
from triptych.write.files import signature_of
from triptych.write.marker import MARKER, read_marker

PAGES = {f"claims/letter/{number:03}.html": b"page %d" % number for number in range(200)}
STEPS: list[tuple[dict[str, bytes], list[str]]] = [
    ({"claims/letter/001.html": b"one", "claims/letter/002.html": b"two"}, []),
    ({"claims/note/new.html": b"new"}, ["claims/letter/003.html"]),
    ({}, ["claims/letter/004.html"]),
    ({"claims/letter/001.html": b"one again", "claims/letter/003.html": b"back"}, ["claims/note/new.html"]),
]


@pytest.fixture
def site(tmp_path):
    (tmp_path / "site").mkdir()
    return tmp_path / "site"


@pytest.fixture
def out(site):
    return site / "public"


@pytest.fixture
def long_marker(monkeypatch):
    """As if the marker were so long that it is not written anew each time."""
    monkeypatch.setattr(marking, "SHORT", 0)


def after(steps):
    pages = dict(PAGES)
    for changed, removed in steps:
        pages |= changed
        for path in removed:
            del pages[path]
    return pages


def tree(out):
    found = {path.relative_to(out).as_posix(): path.read_bytes() for path in out.rglob("*") if path.is_file()}
    found.pop(MARKER, None)
    return found


def signatures(pages):
    return {path: signature_of(data) for path, data in pages.items()}


def test_an_update_adds_to_a_long_marker_what_it_touches(site, out, long_marker):
    one = Publisher(out, site=site)
    one.publish(PAGES)
    before = (out / MARKER).read_bytes()
    for number, (changed, removed) in enumerate(STEPS, 1):
        assert not one.update(changed, removed).diagnostics
        assert one.is_current()
        assert (out / MARKER).read_bytes().startswith(before)
        assert tree(out) == after(STEPS[:number])
        found = read_marker(out)
        assert (found.settled, found.pending, found.is_at_rest) == (signatures(tree(out)), {}, False)


def test_a_marker_comes_to_rest_when_it_is_told_to_and_with_the_next_build(site, out, tmp_path, long_marker):
    publish(after(STEPS), tmp_path / "clean", site=site)
    clean = (tmp_path / "clean" / MARKER).read_bytes()
    one = Publisher(out, site=site)
    for way in ("settle", "publish"):
        one.publish(PAGES)
        for step in STEPS:
            one.update(*step)
        if way == "settle":
            assert one.settle() == ()
            assert one.is_current()
        else:
            publish(after(STEPS), out, site=site)
        assert (out / MARKER).read_bytes() == clean
    assert not (site / ".public.triptych").exists()


def test_a_marker_does_not_grow_without_end(site, out, long_marker):
    one = Publisher(out, site=site)
    one.publish(PAGES)
    at_rest = len((out / MARKER).read_bytes())
    sizes = []
    for number in range(400):
        one.update({"claims/letter/001.html": b"%d" % number})
        sizes.append(len((out / MARKER).read_bytes()))
    assert max(sizes) <= 2 * at_rest + 1_000
    assert read_marker(out).settled == signatures(tree(out))


def test_a_long_marker_that_is_cut_off_anywhere_names_nothing_that_was_never_made(site, out, long_marker):
    one = Publisher(out, site=site)
    one.publish(PAGES)
    for step in STEPS:
        one.update(*step)
    whole = (out / MARKER).read_bytes()
    known = {*PAGES, *after(STEPS[:2])}
    for length in range(len(whole) - 400, len(whole)):
        (out / MARKER).write_bytes(whole[:length])
        assert read_marker(out).paths() <= known


@pytest.mark.parametrize("name", ["write", "replace", "unlink", "rmdir"])
@pytest.mark.parametrize("error", [KeyboardInterrupt(), OSError(errno.ENOSPC, "No space left on device")], ids=["stop", "full"])
@pytest.mark.parametrize("number", range(1, 9))
def test_updates_that_are_cut_short_are_made_good(number, error, name, site, out, monkeypatch, long_marker):
    """Half of what is to be written is, then it stops; whoever comes next knows what is the generator's own, and nothing else."""
    one = Publisher(out, site=site)
    one.publish(PAGES)
    real, calls = getattr(os, name), iter(range(1, 10_000))

    def stop(*args, **more):
        if next(calls) == number:
            if name == "write":
                real(args[0], args[1][: len(args[1]) // 2])
            raise error
        return real(*args, **more)

    with monkeypatch.context() as patch:
        patch.setattr(os, name, stop)
        for step in STEPS:
            with contextlib.suppress(KeyboardInterrupt):
                one.update(*step)
    known = read_marker(out)
    assert set(tree(out)) <= known.paths()
    assert known.paths() <= {*PAGES, *after(STEPS[:2])}
    theirs = out / "claims" / "let"
    theirs.write_bytes(b"theirs")
    last = {**after(STEPS), "index.html": b"front"}
    assert not publish(last, out, site=site).diagnostics
    assert tree(out) == {**last, "claims/let": b"theirs"}
    assert read_marker(out).settled == signatures(last)
