"""Work shared out among processes: copies of this one take chunks of it, and what they make comes back by pipes.

Knows nothing of sites. A copy has all that this process knows, and whatever it changes is lost with it: what it makes is
what `work` returns, which must be something that pickle takes. One byte a chunk in a pipe is the queue, so that whoever is
done takes the next; this process only collects. Without fork, and beside other threads, there is one process.

concurrent.futures would do, but for two things: workers of its pools outlive a parent that is killed, waiting at a queue that
they hold open themselves, and its import takes a tenth of a small build.
"""

from __future__ import annotations

import os
import pickle
import select
import signal
from collections.abc import Callable, Iterator, Sequence
from struct import Struct
from threading import active_count
from typing import NoReturn, TypeVar

Chunk = TypeVar("Chunk")
Item = TypeVar("Item")
Made = TypeVar("Made")

MOST_CHUNKS = 256  # for several processes: a chunk's number is a byte

_HEADER = Struct("<BQ")  # of what a chunk came to: its number, and how many bytes follow; none where `work` has raised


def usable_jobs(jobs: int) -> int:
    """How many processes may share the work here: a fork beside threads would copy locks that nobody will open."""
    return max(1, jobs) if hasattr(os, "fork") and active_count() == 1 else 1


def cut(groups: Sequence[Sequence[Item]], number: int) -> list[list[Item]]:
    """So many chunks at most, of about equal length and in order; what is in one group stays together."""
    total = sum(map(len, groups))
    chunks: list[list[Item]] = []
    done = 0
    for group in groups:
        if done * number >= len(chunks) * total:
            chunks.append([])
        chunks[-1] += group
        done += len(group)
    return chunks


def share_out(
    work: Callable[[Chunk], Made], chunks: Sequence[Chunk], *, jobs: int, arrived: Callable[[Chunk], None]
) -> list[Made]:
    """What `work` makes of each chunk, in their order; `arrived` hears of each as it comes.

    Raises what `work` raises; and where a process was ended from outside, ChildProcessError. None is left in the end.
    """
    made: dict[int, Made] = {}
    if jobs == 1:
        for number, chunk in enumerate(chunks):
            made[number] = work(chunk)
            arrived(chunk)
        return list(made.values())
    queue = _fill_queue(len(chunks))
    children: dict[int, int] = {}  # the end to read of a child's pipe -> its process id
    try:
        for _ in range(min(jobs, len(chunks))):
            _start(work, chunks, queue, children)
        for number, data in _collect(children):
            # What went wrong there goes wrong here too, and raises with a traceback of this process.
            made[number] = pickle.loads(data) if data else work(chunks[number])
            arrived(chunks[number])
    finally:
        os.close(queue)
        for results, process in children.items():
            os.close(results)
            os.kill(process, signal.SIGKILL)
            os.waitpid(process, 0)
    return [made[number] for number in range(len(chunks))]


def _fill_queue(length: int) -> int:
    """The end to read of a pipe that holds the numbers of all chunks, and then ends. So few bytes fit into any pipe."""
    queue, end = os.pipe()
    os.write(end, bytes(range(length)))
    os.close(end)
    return queue


def _start(work: Callable[[Chunk], object], chunks: Sequence[Chunk], queue: int, children: dict[int, int]) -> None:
    """Start a process, and enter it among the children before an interruption can come between."""
    results, end = os.pipe()
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})  # the child keeps it so: who started it ends it too
    try:
        process = os.fork()
        if process == 0:
            _serve(work, chunks, queue, end, (results, *children))
        children[results] = process
    finally:
        os.close(end)
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)


def _serve(work: Callable[[Chunk], object], chunks: Sequence[Chunk], queue: int, end: int, others: Sequence[int]) -> NoReturn:
    """The life of a child. It leaves by os._exit, so that nothing of its parent's is flushed or cleared up twice."""
    status = 1
    try:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        for other in others:  # a pipe that nobody else can read breaks when the parent is gone
            os.close(other)
        with open(end, "wb", closefd=False) as results:
            while number := os.read(queue, 1):
                try:
                    data = pickle.dumps(work(chunks[number[0]]), pickle.HIGHEST_PROTOCOL)
                except Exception:
                    data = b""
                results.write(_HEADER.pack(number[0], len(data)))
                results.write(data)
                results.flush()
        status = 0
    finally:
        os._exit(status)


def _collect(children: dict[int, int]) -> Iterator[tuple[int, bytearray]]:
    """What comes from the children, as chunk's number and bytes; takes them from the list as they come to their end."""
    waiting = select.poll()
    for results in children:
        waiting.register(results, select.POLLIN)
    while children:
        for results, _ in waiting.poll():
            header = _read(results, _HEADER.size)
            number, length = _HEADER.unpack(header) if header else (0, 0)
            data = _read(results, length)
            if header and data is not None:
                yield number, data
            else:
                waiting.unregister(results)
                _take_leave(results, children)


def _read(results: int, length: int) -> bytearray | None:
    """So many bytes, or None where the pipe ends before."""
    data = bytearray(length)
    at = 0
    with memoryview(data) as view:
        while at < length:
            got = os.readv(results, [view[at:]])
            if not got:
                return None
            at += got
    return data


def _take_leave(results: int, children: dict[int, int]) -> None:
    """Take leave of a child whose pipe has come to its end, perhaps too soon."""
    process = children.pop(results)
    os.close(results)
    _, status = os.waitpid(process, 0)
    code = os.waitstatus_to_exitcode(status)
    if code:
        how = f"by signal {-code}" if code < 0 else f"with status {code}"
        raise ChildProcessError(f"a process that shared in the work was ended {how}")
