"""A socket that listens on 127.0.0.1, and room for what comes through it."""

from __future__ import annotations

import contextlib
import errno
import socket
import sys

if sys.platform != "win32":
    import resource

HOST = "127.0.0.1"
FIRST_PORT = 8000
_PORTS = 100  # tried before the system chooses one
_BACKLOG = 1024  # connections that wait to be accepted
_FILES = 4096  # that may be open, where the system lets us


def listen(port: int | None) -> socket.socket:
    """A socket that listens: at the port, or for None at the first that is free."""
    if port is not None:
        try:
            return _bind(port)
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise OSError(f"port {port} is taken by another program; without --port a free one is found") from error
            raise OSError(f"port {port} cannot be used: {error.strerror}") from error
        except OverflowError as error:
            raise OSError(f"there is no port {port}: they go up to 65535") from error
    for tried in range(FIRST_PORT, FIRST_PORT + _PORTS):
        with contextlib.suppress(OSError):
            return _bind(tried)
    return _bind(0)


def _bind(port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        # A port is taken up at once after the last server has ended; on Windows the same option would let two programs share it.
        if sys.platform == "win32":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((HOST, port))
        listener.listen(_BACKLOG)
    except BaseException:
        listener.close()
        raise
    return listener


def allow_many_files() -> None:
    """Each connection is an open file; the system's own limit is often low."""
    if sys.platform != "win32":
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        wanted = _FILES if hard == resource.RLIM_INFINITY else min(_FILES, hard)
        if soft != resource.RLIM_INFINITY and soft < wanted:
            with contextlib.suppress(OSError, ValueError):
                resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
