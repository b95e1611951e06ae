"""What is answered to a request: which file, with which headers, and the reload script in it. Knows no sockets.

Nothing outside the output folder is ever read: names are decoded once and looked at one by one, and the place that they
come to, links followed, has to lie within.
"""

from __future__ import annotations

import errno
import os
import re
import stat
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import blake2s
from html import escape, unescape
from http import HTTPStatus
from pathlib import Path
from urllib.parse import quote, unquote_to_bytes

from triptych.dev.live import Live

OWN = "_triptych"  # the folder of addresses that are the server's own; no output begins with an underscore
EVENTS = f"/{OWN}/events"
STATE = f"/{OWN}/state"

# As theme/templates/base.html has it, for what has no policy of its own.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'self'"
)
_POLICY = re.compile(rb'<meta http-equiv="Content-Security-Policy" content="([^"<>]+)">')
_HEAD = 4096  # bytes of a page in which its policy is looked for

# A table of our own: the system's may call a script plain text.
_TYPES = {
    "avif": "image/avif", "css": "text/css; charset=utf-8", "gif": "image/gif", "html": "text/html; charset=utf-8",
    "ico": "image/x-icon", "jpeg": "image/jpeg", "jpg": "image/jpeg", "js": "text/javascript; charset=utf-8",
    "json": "application/json; charset=utf-8", "mjs": "text/javascript; charset=utf-8", "pdf": "application/pdf",
    "png": "image/png", "svg": "image/svg+xml; charset=utf-8", "txt": "text/plain; charset=utf-8", "wasm": "application/wasm",
    "webmanifest": "application/manifest+json; charset=utf-8", "webp": "image/webp", "woff": "font/woff",
    "woff2": "font/woff2", "xml": "application/xml; charset=utf-8",
}  # fmt: skip
_HTML = _TYPES["html"]

_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_MISSING = (
    b'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<meta name="color-scheme" content="light dark">\n'
    b"<title>Nothing here</title>\n</head>\n<body>\n<h1>There is no page at this address yet</h1>\n</body>\n</html>\n"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A whole answer; of one to HEAD the body is left out as it is sent."""

    status: HTTPStatus
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)

    def encoded(self, *, with_body: bool) -> bytes:
        rows = [f"HTTP/1.1 {self.status.value} {self.status.phrase}"]
        common = {"Content-Type": "text/plain; charset=utf-8", "Content-Length": str(len(self.body))}
        rows += [f"{name}: {value}" for name, value in {**common, **HEADERS, **self.headers}.items()]
        return "\r\n".join([*rows, "", ""]).encode("latin-1") + (self.body if with_body else b"")


HEADERS = {
    "Cache-Control": "no-store",
    "Connection": "close",
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


def answer_with(status: HTTPStatus, **headers: str) -> Answer:
    """A status that says it all."""
    return Answer(status=status, body=f"{status.phrase}\n".encode(), headers=headers)


class Folder:
    """The output folder as a site at an address. Any number of threads may ask."""

    def __init__(self, root: Path, live: Live, base_path: str = "/") -> None:
        self._root = root
        self._live = live
        self._base = [name for name in _decoded(base_path.strip("/").split("/")) or () if name]
        self.base_path = "".join(["/", *(f"{quote(name)}/" for name in self._base)])
        self._own = _read_client()

    def answer(self, target: str) -> Answer:
        """To a request for this path, with its query if it has one, as it stands in the request."""
        raw, mark, query = target.partition("?")
        if raw.startswith(f"/{OWN}/"):
            return self._answer_own(raw)
        number = self._live.number  # before anything is read: a page is rather taken for an older one
        names = _decoded(raw[1:].split("/"))
        if names is None:
            return self._missing("", number)
        if names[: len(self._base)] != self._base or len(names) == len(self._base):
            if names == [""] or names == self._base:
                return answer_with(HTTPStatus.FOUND, Location=self.base_path + mark + query)
            return self._missing("", number)
        return self._answer_file(names[len(self._base) :], number, mark + query)

    def _answer_file(self, names: list[str], number: int, query: str) -> Answer:
        path = "/".join(names) + ("" if names[-1] else "index.html")
        place = self._find(path)
        if place is not None and os.path.isdir(place):
            return answer_with(HTTPStatus.FOUND, Location=f"{self.base_path}{quote(path)}/{query}")
        data = None if place is None else _read(place)
        if data is None:
            return self._missing(path, number)
        kind = _TYPES.get(path.rpartition(".")[2].lower(), "application/octet-stream")
        if kind == _HTML:
            return self._page(HTTPStatus.OK, data, path, number)
        return Answer(status=HTTPStatus.OK, body=data, headers={"Content-Type": kind})

    def _missing(self, path: str, number: int) -> Answer:
        place = self._find("404.html")
        data = None if place is None else _read(place)
        return self._page(HTTPStatus.NOT_FOUND, _MISSING if data is None else data, path, number)

    def _answer_own(self, raw: str) -> Answer:
        if raw == STATE:
            return Answer(status=HTTPStatus.OK, body=self._live.state().encode(), headers={"Content-Type": _TYPES["json"]})
        name = raw.removeprefix(f"/{OWN}/")
        if name not in self._own:
            return answer_with(HTTPStatus.NOT_FOUND)
        return Answer(status=HTTPStatus.OK, body=self._own[name], headers={"Content-Type": _TYPES[name.rpartition(".")[2]]})

    def _page(self, status: HTTPStatus, data: bytes, path: str, number: int) -> Answer:
        """A page with the reload script, which learns from its tag what it belongs to."""
        digest = blake2s(data, digest_size=8).hexdigest()
        known = {
            "path": path, "base": self.base_path, "session": self._live.session, "number": str(number),
            "status": str(status.value), "digest": digest,
        }  # fmt: skip
        told = " ".join(f'data-{name}="{escape(value)}"' for name, value in known.items())
        tag = f'<script src="/{OWN}/client.js" defer {told}></script>\n'.encode("utf-8", "backslashreplace")
        head, end, rest = data.partition(b"</head>")
        body = head + tag + end + rest if end else data + tag
        headers = {"Content-Type": _HTML, "ETag": f'"{digest}"'}
        if policy := _POLICY.search(data[:_HEAD]):
            headers["Content-Security-Policy"] = unescape(policy[1].decode("ascii", "replace")).encode("ascii", "ignore").decode()
        return Answer(status=status, body=body, headers=headers)

    def _find(self, path: str) -> str | None:
        """Where the path leads, all links followed, if that lies within the folder and is not hidden."""
        try:
            # Anew each time: a link at the output's place may come to lead elsewhere.
            root = os.path.realpath(self._root, strict=True)
            place = os.path.realpath(os.path.join(root, *path.split("/")), strict=True)
        except (OSError, ValueError):
            return None
        if place != root and not place.startswith(root.rstrip(os.sep) + os.sep):
            return None
        within = place[len(root) :].split(os.sep)
        return None if any(name.startswith(".") for name in within) else place


def _decoded(raw: list[str]) -> list[str] | None:
    """The names of a path, each decoded once; None where one is no plain name of something that may be seen.

    Only the last may be empty: a folder. A name that hides another step, a slash or a drive, is none.
    """
    names = []
    for at, part in enumerate(raw):
        if _ESCAPE.search(part):
            return None
        try:
            name = unquote_to_bytes(part).decode("utf-8")  # strict: an overlong form of a dot is an error
        except UnicodeDecodeError:
            return None
        forbidden = "/\\:" if sys.platform == "win32" else "/\\"
        if name.startswith(".") or any(one in forbidden or (not one.isprintable() and one < "\xa0") for one in name):
            return None
        if sys.platform == "win32" and name.endswith((".", " ")):
            return None
        if not name and at < len(raw) - 1:
            return None
        names.append(name)
    return names


def _read(place: str) -> bytes | None:
    """All of a regular file; None for anything else. A file that is replaced meanwhile is read as it was."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    try:
        handle = os.open(place, flags)  # not blocking: to open a pipe would wait for a writer
    except OSError as error:
        if error.errno in (errno.EMFILE, errno.ENFILE):  # that says nothing of the file
            raise
        return None
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            return None
        with open(handle, "rb", closefd=False) as file:
            return file.read()
    except OSError:
        return None
    finally:
        os.close(handle)


def _read_client() -> dict[str, bytes]:
    """The script and the style that are added to pages as they are served."""
    return {name: Path(__file__).with_name(name).read_bytes() for name in ("client.css", "client.js")}
