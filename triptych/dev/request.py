"""The head of a request, and whether it may be answered at all: by its form, its Host, its Origin and its method.

A page of another site can make the browser send requests here, even under a name of its own that leads to this machine.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from http import HTTPStatus

from triptych.dev.answers import answer_with

METHODS = ("GET", "HEAD")
_REQUEST = re.compile(r"([A-Za-z]+) (\S+) (HTTP/\d\S*)")
_HEADER = re.compile(r"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*(.*?)[ \t]*")


class RefusedError(Exception):
    """A request that gets nothing but a status."""

    def __init__(self, status: HTTPStatus, **headers: str) -> None:
        super().__init__(status)
        self.answer = answer_with(status, **headers)


@dataclass(frozen=True, slots=True)
class Request:
    method: str  # one of METHODS
    target: str  # a path that begins with a slash, as sent, with its query


class Doorkeeper:
    """Knows by which names the server may be called at its port."""

    def __init__(self, port: int) -> None:
        names = [f"{host}:{port}" for host in ("127.0.0.1", "localhost")] + (["127.0.0.1", "localhost"] if port == 80 else [])
        self._hosts = frozenset(names)
        self._origins = frozenset(f"http://{name}" for name in names)

    def read_request(self, head: bytes) -> Request:
        """All before the empty line, read; raises RefusedError."""
        first, *rest = head.decode("latin-1").split("\r\n")
        asked = _REQUEST.fullmatch(first)
        if asked is None:
            raise RefusedError(HTTPStatus.BAD_REQUEST)
        method, target, version = asked.groups()
        if version not in ("HTTP/1.0", "HTTP/1.1"):
            raise RefusedError(HTTPStatus.HTTP_VERSION_NOT_SUPPORTED)
        values_by_name: dict[str, list[str]] = defaultdict(list)
        for row in rest:
            header = _HEADER.fullmatch(row)
            if header is None:
                raise RefusedError(HTTPStatus.BAD_REQUEST)
            values_by_name[header[1].lower()].append(header[2])
        self._check_sender(values_by_name)
        if method not in METHODS:
            raise RefusedError(HTTPStatus.METHOD_NOT_ALLOWED, Allow=", ".join(METHODS))
        if not target.startswith("/") or not (target.isascii() and target.isprintable()):
            raise RefusedError(HTTPStatus.BAD_REQUEST)
        return Request(method, target)

    def _check_sender(self, values_by_name: dict[str, list[str]]) -> None:
        hosts = values_by_name["host"]
        if len(hosts) != 1 or hosts[0].lower() not in self._hosts:
            raise RefusedError(HTTPStatus.FORBIDDEN)
        if any(origin.lower() not in self._origins for origin in values_by_name["origin"]):
            raise RefusedError(HTTPStatus.FORBIDDEN)
        # A script or an image that another page takes from here comes without an Origin; a link that is followed is welcome.
        is_foreign = values_by_name["sec-fetch-site"] in (["cross-site"], ["same-site"])
        if is_foreign and values_by_name["sec-fetch-mode"] != ["navigate"]:
            raise RefusedError(HTTPStatus.FORBIDDEN)
