"""Run publications in processes of their own, each with a fault at one of its calls that change files.

Reads jobs from standard input, one a line as JSON, forks for each, and answers each with a line. Everything is imported
before the first fork, so that a job costs no more than what it does.

A job: `site`, `out` (default: public/ in the site); either `version` (a key of VERSIONS) with `adopt`, or `command` (arguments
of the command line) with `home`; `fault` and `at` (the number of the call, from 1); `intrusion` and `come_at`; `refuse` (names
of calls that always fail -> errno by name); `uid`.

An answer: `status` (the exit status, negative for a signal), `calls` (names of the calls in order), `done` (of these, those
that did not fail), `ended` ("done", "failed", "interrupted", "killed", "raised"), `codes`, `messages`, `notices`, `seen`
(faults that an observer saw), `stdout`, `stderr`.
"""

from __future__ import annotations

import builtins
import contextlib
import errno
import importlib
import io
import json
import os
import signal
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import triptych.cli
import triptych.write
from tests.faults.scenario import FILES_OF_OTHERS, LINKS_OF_OTHERS, VERSIONS
from triptych.write import publish

CHANGING = (
    "link", "symlink", "rename", "replace", "mkdir", "unlink", "remove", "rmdir", "chmod", "chown", "lchown", "fchmod", "fchown",
    "utime", "truncate", "ftruncate", "fsync", "write", "pwrite", "writev", "sendfile", "copy_file_range", "setxattr",
    "removexattr", "mknod", "mkfifo",
)  # fmt: skip
NEEDS_SPACE = {"link", "symlink", "rename", "replace", "mkdir", "write", "open", "io.open"}
REAL = {name: getattr(os, name) for name in (*CHANGING, "open", "close", "read", "_exit", "kill") if hasattr(os, name)}


class Faults:
    """Counts the calls that change files, and does at one of them what the job asks for."""

    def __init__(self, job: dict[str, Any], out: Path) -> None:
        self.calls: list[str] = []
        self.done: list[str] = []
        self.seen: list[str] = []
        self._fault: str = job.get("fault") or ""
        self._at: int = job.get("at") or 0
        self._refuse: dict[str, str] = job.get("refuse") or {}
        self._intruder = Intruder(job.get("intrusion") or "", job.get("come_at") or 0, out)
        self._observer = Observer(out) if self._fault == "observe" else None

    def install(self) -> None:
        for name in CHANGING:
            if name in REAL:
                setattr(os, name, self._wrapped(name, REAL[name], changes=lambda *_, **__: True))
        os.open = self._wrapped("open", os.open, changes=_opens_for_writing)  # type: ignore[assignment]
        io.open = builtins.open = self._wrapped("io.open", builtins.open, changes=_is_writing_mode)  # type: ignore[assignment]
        exchange = sys.modules.get("triptych.write.exchange")
        if exchange is not None:
            real = exchange.exchange
            wrapped = self._wrapped("exchange", real, changes=lambda *_, **__: True)
            for module in [one for name, one in sys.modules.items() if name.startswith("triptych.")]:
                if vars(module).get("exchange") is real:
                    vars(module)["exchange"] = wrapped

    def _wrapped(self, name: str, real: Callable[..., Any], changes: Callable[..., bool]) -> Callable[..., Any]:
        def call(*args: Any, **more: Any) -> Any:
            if not changes(*args, **more):
                return real(*args, **more)
            self._before(name, args, real)
            found = real(*args, **more)
            self.done.append(name)
            self._after()
            return found

        return call

    def finish(self) -> None:
        self._intruder.after(1_000_000)

    def _before(self, name: str, args: tuple[Any, ...], real: Callable[..., Any]) -> None:
        self.calls.append(name)
        number = len(self.calls)
        self._intruder.before(number)
        if self._observer:
            self.seen += self._observer.look(number, name)
        if name in self._refuse:
            raise _os_error(self._refuse[name], args)
        if self._fault == "full-from" and number >= self._at and name in NEEDS_SPACE:
            if name == "write" and number == self._at:
                real(args[0], args[1][: len(args[1]) // 2])
            raise _os_error("ENOSPC", args)
        if number != self._at:
            return
        if self._fault == "kill-before":
            REAL["kill"](os.getpid(), signal.SIGKILL)
        if self._fault == "interrupt-before":
            signal.raise_signal(signal.SIGINT)
        if self._fault == "full" and name in NEEDS_SPACE:
            raise _os_error("ENOSPC", args)
        if self._fault == "broken":
            raise _os_error("EIO", args)

    def _after(self) -> None:
        number = len(self.calls)
        self._intruder.after(number)
        if number != self._at:
            return
        if self._fault == "kill-after":
            REAL["kill"](os.getpid(), signal.SIGKILL)
        if self._fault == "interrupt-after":
            signal.raise_signal(signal.SIGINT)


def _os_error(name: str, args: tuple[Any, ...]) -> OSError:
    code = getattr(errno, name)
    path = next((os.fspath(one) for one in args if isinstance(one, (str, os.PathLike))), None)
    return OSError(code, os.strerror(code), path)


def _opens_for_writing(path: object, flags: int = 0, *_: object, **__: object) -> bool:
    return bool(flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND))


def _is_writing_mode(path: object, mode: str = "r", *_: object, **__: object) -> bool:
    return any(letter in mode for letter in "wax+")


class Observer:
    """Looks at the output between any two changes, through its path and through a handle that it had from the beginning."""

    def __init__(self, out: Path) -> None:
        self._out = out
        self._handle = REAL["open"](out, os.O_RDONLY) if out.exists() else None

    def look(self, number: int, name: str) -> list[str]:
        where = f"before call {number} ({name})"
        return [f"{where}: {one}" for one in (*self._by_path(), *self._by_handle())]

    def _by_path(self) -> list[str]:
        if not self._out.exists():
            return [] if self._handle is None else ["there is no output"]
        handle = REAL["open"](self._out, os.O_RDONLY)
        try:
            found = {path: _read(handle, path) for path in (*VERSIONS["A"], *VERSIONS["B"])}
            lost = [path for path, data in FILES_OF_OTHERS.items() if _read(handle, path) != data]
            lost += [path for path in LINKS_OF_OTHERS if not os.path.islink(self._out / path)]
        finally:
            REAL["close"](handle)
        held = {version for version, pages in VERSIONS.items() if all(found[path] == pages.get(path) for path in found)}
        wrong = [f"files of others are not there: {lost}"] if lost and self._handle is not None else []
        if not held:
            wrong.append(f"neither version is there: {sorted(path for path in found if found[path] != VERSIONS['A'].get(path))}")
        return wrong

    def _by_handle(self) -> list[str]:
        if self._handle is None:
            return []
        mixed = [path for path in VERSIONS["B"] if _read(self._handle, path) not in (None, VERSIONS["A"].get(path))]
        return [f"who held the old folder open finds new pages in it: {mixed}"] if mixed else []


def _read(handle: int, path: str) -> bytes | None:
    try:
        descriptor = REAL["open"](path, os.O_RDONLY, dir_fd=handle)
    except (FileNotFoundError, NotADirectoryError):
        return None
    try:
        pieces = []
        while piece := REAL["read"](descriptor, 1 << 20):
            pieces.append(piece)
        return b"".join(pieces)
    finally:
        REAL["close"](descriptor)


class Intruder:
    """Someone who works in the output folder at the same time. What became of it stands in `came` beside the site."""

    PLACES = ("came.txt", "documents/came.txt", "old/came.txt", "gone/came.txt", "theirs/came.txt", "came/deep/came.txt")

    def __init__(self, what: str, at: int, out: Path) -> None:
        self._what, self._at, self._out = what, at, out
        self._folder = REAL["open"](out, os.O_RDONLY) if what == "come-by-handle" else -1
        self._writing = -1
        self._notes = out.parent.parent / "came"

    def before(self, number: int) -> None:
        if number == self._at and self._what:
            getattr(self, "_" + self._what.replace("-", "_"))()

    def after(self, number: int) -> None:
        """The slow one ends its writing ten calls later, or when all is done."""
        if self._writing >= 0 and number >= self._at + 10:
            REAL["write"](self._writing, b"and the rest\n")
            REAL["close"](self._writing)
            self._writing = -1

    def _come(self) -> None:
        for path in self.PLACES:
            self._write(path, f"came to {path}\n".encode())

    def _come_by_handle(self) -> None:
        for path in self.PLACES[:-1]:
            try:
                descriptor = REAL["open"](path, os.O_WRONLY | os.O_CREAT, 0o644, dir_fd=self._folder)
            except (FileNotFoundError, NotADirectoryError):  # the system tells whoever wrote it
                continue
            REAL["write"](descriptor, f"came to {path}\n".encode())
            REAL["close"](descriptor)
            self._note(path)

    def _come_slowly(self) -> None:
        self._writing = REAL["open"](self._out / "slow.txt", os.O_WRONLY | os.O_CREAT, 0o644)
        REAL["write"](self._writing, b"the beginning, ")

    def _come_to_a_place(self) -> None:
        """Where a new page is to be, and nothing lies yet."""
        for path in ("fresh/1.html", "claims/letter/6.html"):
            if not os.path.lexists(self._out / path):
                self._write(path, b"theirs\n")

    def _replace(self) -> None:
        self._write("theirs/.notes", b"other notes\n")
        REAL["replace"](self._out / "theirs" / ".notes", self._out / "theirs" / "notes.txt")
        descriptor = REAL["open"](self._out / "CNAME", os.O_WRONLY | os.O_TRUNC)
        REAL["write"](descriptor, b"example.net\n")
        REAL["close"](descriptor)

    def _remove(self) -> None:
        for path in ("CNAME", "theirs/notes.txt", "old/theirs.txt", "link"):
            REAL["unlink"](self._out / path)

    def _write(self, path: str, data: bytes) -> None:
        folder = self._out
        for name in path.split("/")[:-1]:
            folder /= name
            with contextlib.suppress(FileExistsError):
                REAL["mkdir"](folder)
        descriptor = REAL["open"](self._out / path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
        REAL["write"](descriptor, data)
        REAL["close"](descriptor)
        self._note(path)

    def _note(self, path: str) -> None:
        descriptor = REAL["open"](self._notes, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        REAL["write"](descriptor, f"{path}\n".encode())
        REAL["close"](descriptor)


# --- jobs ------------------------------------------------------------------------------------------------------------


def run(job: dict[str, Any]) -> dict[str, Any]:
    """In the forked process: do the job, and say how it ended."""
    site = Path(job["site"])
    out = Path(job.get("out") or site / "public")
    if job.get("uid"):
        os.setgroups([])
        os.setgid(job["uid"])
        os.setuid(job["uid"])
    faults = Faults(job, out)
    faults.install()
    answer: dict[str, Any] = {"status": 0, "stdout": "", "stderr": ""}
    try:
        if "command" in job:
            sys.stdout, sys.stderr = io.StringIO(), io.StringIO()
            answer["status"] = triptych.cli.main(job["command"], home=Path(job["home"]))
            answer |= {"stdout": sys.stdout.getvalue(), "stderr": sys.stderr.getvalue()}
        else:
            outcome = publish(VERSIONS[job["version"]], out, site=site, adopt=bool(job.get("adopt")))
            answer["ended"] = "failed" if outcome.diagnostics else "done"
            answer["codes"] = [one.code for one in outcome.diagnostics]
            answer["messages"] = [one.message for one in outcome.diagnostics]
            answer["notices"] = list(getattr(outcome.value, "notices", ()))
    except KeyboardInterrupt:
        answer["ended"] = "interrupted"
    except BaseException:
        answer |= {"ended": "raised", "messages": [traceback.format_exc()]}
    faults.finish()
    return answer | {"calls": faults.calls, "done": faults.done, "seen": faults.seen}


def fork_and_run(job: dict[str, Any]) -> dict[str, Any]:
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        try:
            _send(writing, json.dumps(run(job)).encode())
        finally:
            REAL["_exit"](0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        said = pipe.read()
    _, status = os.waitpid(child, 0)
    answer = json.loads(said) if said else {"ended": "killed", "calls": [], "seen": []}
    return answer | ({"status": -os.WTERMSIG(status)} if os.WIFSIGNALED(status) else {})


def _send(descriptor: int, data: bytes) -> None:
    while data:
        data = data[REAL["write"](descriptor, data) :]


def main() -> None:
    if len(sys.argv) > 2:  # a first build, after which nothing is left to import, and no template to compile
        importlib.import_module("tests.trial")
        with contextlib.redirect_stdout(io.StringIO()):
            triptych.cli.main(["build", "--site", sys.argv[1], "--out", sys.argv[2], "--quiet"], home=Path(__file__).parents[2])
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for line in sys.stdin:
        print(json.dumps(fork_and_run(json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
