"""The server of the watch: sockets, and who may ask. It listens on 127.0.0.1 alone; what is answered, answers.py knows.

Not http.server: there a client has as long for its request as it likes, as many connections as it likes, and the loop spins
once no file can be opened any more.
"""

from __future__ import annotations

import contextlib
import socket
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import IntEnum
from http import HTTPStatus
from pathlib import Path

from triptych.dev.answers import EVENTS, HEADERS, Answer, Folder, answer_with
from triptych.dev.live import START, Live
from triptych.dev.ports import HOST, allow_many_files, listen
from triptych.dev.request import Doorkeeper, RefusedError

_PIECE = 65_536  # bytes sent or received at once
_WAKE_SECONDS = 0.1  # how soon it is noticed that the server is to stop
_LOOK_SECONDS = 1.0  # how soon, that a page is gone


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much patience clients find."""

    head_seconds: float = 5.0  # from the connection to the end of the request's head
    head_bytes: int = 16_384
    write_seconds: float = 5.0  # for each piece of 64 kB
    answer_seconds: float = 60.0  # for the whole of an answer
    linger_seconds: float = 0.5  # for the client to take what was sent
    connections: int = 200
    grace_seconds: float = 0.25  # a connection younger than this is not given up for another
    heartbeat_seconds: float = 15.0


class _Stage(IntEnum):
    """How far a connection is; when there are too many, the first go first."""

    LINGERING = 0
    ASKING = 1
    LISTENING = 2  # to messages
    ANSWERED = 3


@dataclass(eq=False, slots=True)
class _Connection:
    socket: socket.socket
    stage: _Stage = _Stage.ASKING
    since: float = field(default_factory=time.monotonic)


class Server:
    """Serves a folder, and tells its pages what Live is told. Each connection has a thread, and ends after one answer.

    It is bound when it is made: OSError, in words for the user, where the port that was asked for is not to be had. Without one
    it is 8000, or the next that is free. `on_fault` takes the traceback of a mistake of ours; without it the thread dies of it.
    """

    def __init__(
        self,
        root: Path,
        live: Live,
        *,
        port: int | None = None,
        base_path: str = "/",
        limits: Limits | None = None,
        on_fault: Callable[[str], None] | None = None,
    ) -> None:
        self._folder = Folder(root, live, base_path)
        self._live = live
        self._limits = limits or Limits()
        self._on_fault = on_fault
        self._listener = listen(port)
        self._listener.settimeout(_WAKE_SECONDS)
        self.port: int = self._listener.getsockname()[1]
        self._doorkeeper = Doorkeeper(self.port)
        self._lock = threading.Condition()
        self._connections: dict[_Connection, None] = {}  # oldest first
        self._is_stopping = False
        self._thread = threading.Thread(target=self._accept_all, name="server", daemon=True)

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}{self._folder.base_path}"

    def start(self) -> None:
        allow_many_files()
        self._thread.start()

    def stop(self) -> None:
        """Close everything, whatever clients are at."""
        self._is_stopping = True
        self._live.close()
        with self._lock:
            for connection in self._connections:
                _shut(connection.socket)
            self._lock.notify_all()
        _shut(self._listener)  # wakes its thread, where the system lets it
        if self._thread.ident is not None:
            self._thread.join(3 * _WAKE_SECONDS)
        self._listener.close()

    # --- Connections -------------------------------------------------------------------------------------------------

    def _accept_all(self) -> None:
        while not self._is_stopping:
            try:
                accepted, _ = self._listener.accept()
            except TimeoutError:
                continue
            except OSError:  # no more files may be open, the client is gone already, or the server stops
                if self._is_stopping:
                    return
                self._give_up_one()
                time.sleep(_WAKE_SECONDS / 2)
                continue
            connection = _Connection(accepted)
            if not self._admit(connection):
                accepted.close()
                continue
            try:
                threading.Thread(target=self._attend, args=(connection,), daemon=True).start()
            except RuntimeError:  # no more threads
                self._leave(connection)

    def _admit(self, connection: _Connection) -> bool:
        """Wait for a free place, and make one where none becomes free; False once the server stops."""
        with self._lock:
            while len(self._connections) >= self._limits.connections and not self._is_stopping:
                if not self._give_up_one():
                    self._lock.wait(_WAKE_SECONDS / 2)
            if not self._is_stopping:
                self._connections[connection] = None
            return not self._is_stopping

    def _give_up_one(self) -> bool:
        """End the connection that is least likely to be missed; whether there was one."""
        with self._lock:
            now = time.monotonic()
            idle = [one for one in self._connections if now - one.since >= self._patience(one.stage)]
            if not idle:
                return False
            victim = min(idle, key=lambda one: one.stage)  # of equals the oldest
            del self._connections[victim]
            _shut(victim.socket)  # its thread wakes, and closes it
            return True

    def _patience(self, stage: _Stage) -> float:
        return self._limits.write_seconds if stage is _Stage.ANSWERED else self._limits.grace_seconds

    def _leave(self, connection: _Connection) -> None:
        with self._lock:
            self._connections.pop(connection, None)
            # Under the lock, so that nobody shuts a handle that has become another's.
            connection.socket.close()
            self._lock.notify_all()

    def _attend(self, connection: _Connection) -> None:
        """One client, from its request to its end."""
        try:
            self._converse(connection)
        except OSError:  # gone, broken or too slow
            pass
        except Exception:
            if self._on_fault is None:
                raise
            self._on_fault(traceback.format_exc())
            with contextlib.suppress(OSError):
                self._send(connection.socket, answer_with(HTTPStatus.INTERNAL_SERVER_ERROR).encoded(with_body=True))
        finally:
            self._leave(connection)

    def _converse(self, connection: _Connection) -> None:
        head = b""
        try:
            head = self._receive_head(connection.socket)
            if not head:
                return
            request = self._doorkeeper.read_request(head)
        except RefusedError as refused:
            answer = refused.answer
        else:
            if request.target.partition("?")[0] == EVENTS:
                self._stream(connection, with_body=request.method == "GET")
                return
            connection.stage, connection.since = _Stage.ANSWERED, time.monotonic()
            answer = self._folder.answer(request.target)
        self._finish(connection, answer, with_body=not head.startswith(b"HEAD "))

    def _receive_head(self, client: socket.socket) -> bytes:
        """The request up to its empty line; b"" from a client that has nothing to say."""
        deadline = time.monotonic() + self._limits.head_seconds
        data = b""
        while (end := data.find(b"\r\n\r\n")) < 0:
            if len(data) > self._limits.head_bytes:
                raise RefusedError(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
            left = deadline - time.monotonic()
            try:
                client.settimeout(max(left, 0.001))
                piece = client.recv(_PIECE) if left > 0 else None  # there may always be more to receive
            except TimeoutError:
                piece = None
            if piece is None and data:
                raise RefusedError(HTTPStatus.REQUEST_TIMEOUT)
            if not piece:
                return b""
            data = (data + piece).lstrip(b"\r\n")  # an empty line before the request is forgiven
        if end > self._limits.head_bytes:
            raise RefusedError(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
        return data[:end]

    def _finish(self, connection: _Connection, answer: Answer, *, with_body: bool) -> None:
        """Send all, and wait for the client to have it: a socket closed with words unread would take them back."""
        self._send(connection.socket, answer.encoded(with_body=with_body))
        connection.stage, connection.since = _Stage.LINGERING, time.monotonic()
        connection.socket.shutdown(socket.SHUT_WR)
        deadline = time.monotonic() + self._limits.linger_seconds
        while (left := deadline - time.monotonic()) > 0:
            connection.socket.settimeout(left)
            if not connection.socket.recv(_PIECE):
                return

    def _send(self, client: socket.socket, data: bytes) -> None:
        deadline = time.monotonic() + self._limits.answer_seconds
        for start in range(0, len(data), _PIECE):
            if time.monotonic() > deadline:
                raise TimeoutError
            client.settimeout(self._limits.write_seconds)
            client.sendall(data[start : start + _PIECE])

    def _stream(self, connection: _Connection, *, with_body: bool) -> None:
        """Messages as they come, for as long as the client listens (https://html.spec.whatwg.org/#server-sent-events)."""
        connection.stage, connection.since = _Stage.LISTENING, time.monotonic()
        rows = [f"{name}: {value}" for name, value in {"Content-Type": "text/event-stream; charset=utf-8", **HEADERS}.items()]
        self._send(connection.socket, "\r\n".join(["HTTP/1.1 200 OK", *rows, "", ""]).encode())
        if not with_body:
            return
        self._send(connection.socket, b"retry: 1000\n\n")
        heard, spoken = START, time.monotonic()
        slice_seconds = min(_LOOK_SECONDS, self._limits.heartbeat_seconds)
        while not self._live.is_closed:
            heard, messages = self._live.wait(heard, slice_seconds)
            if messages:
                self._send(connection.socket, "".join(f"data: {one}\n\n" for one in messages).encode())
            elif time.monotonic() - spoken >= self._limits.heartbeat_seconds:
                self._send(connection.socket, b": still here\n\n")
            elif _is_gone(connection.socket):
                return
            else:
                continue
            spoken = time.monotonic()


def _is_gone(client: socket.socket) -> bool:
    client.settimeout(0)
    try:
        return not client.recv(_PIECE)
    except BlockingIOError:
        return False


def _shut(client: socket.socket) -> None:
    """End both ways, so that a thread that waits there wakes."""
    with contextlib.suppress(OSError):
        client.shutdown(socket.SHUT_RDWR)
