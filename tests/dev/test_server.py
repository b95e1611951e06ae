"""The server of the watch, by real sockets: what is served, what never is, and clients that mean no good or know no better."""

from __future__ import annotations

import contextlib
import json
import os
import pathlib
import re
import socket
import struct
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import NamedTuple

import pytest

from triptych.dev.answers import POLICY
from triptych.dev.live import Live
from triptych.dev.server import Limits, Server

if sys.platform != "win32":
    import resource

PAGE = "<!doctype html>\n<html>\n<head>\n<title>Ä</title>\n</head>\n<body>\n<p>Words</p>\n</body>\n</html>\n"
QUICK = Limits(head_seconds=0.4, write_seconds=0.4, linger_seconds=0.2, connections=20, grace_seconds=0.1, heartbeat_seconds=0.3)
Start = Callable[..., Server]


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes


@pytest.fixture
def live() -> Live:
    return Live()


@pytest.fixture
def root(tmp_path: pathlib.Path) -> pathlib.Path:
    """An output folder, with things beside it and in it that are nobody's business."""
    out = tmp_path / "public"
    for folder in ("documents", "assets", "empty", ".hidden"):
        (out / folder).mkdir(parents=True)
    for path in ("index.html", "documents/index.html", "documents/a.html"):
        (out / path).write_text(PAGE.replace("Words", path), encoding="utf-8")
    (out / "404.html").write_text(PAGE.replace("Words", "not here"), encoding="utf-8")
    (out / "assets/main.12ab.css").write_text("p { color: red }")
    (out / "assets/switch.js").write_text("1;")
    (out / ".triptych").write_text("secret")
    (out / ".hidden/x.html").write_text("secret")
    (tmp_path / "secret.txt").write_text("secret")
    return out


@pytest.fixture
def start(root: pathlib.Path, live: Live) -> Iterator[Start]:
    servers: list[Server] = []

    def begin(**options: object) -> Server:
        server = Server(root, live, **{"port": 0, "limits": QUICK, **options})  # type: ignore[arg-type]
        server.start()
        servers.append(server)
        return server

    yield begin
    for server in servers:
        server.stop()


def connect(server: Server) -> socket.socket:
    return socket.create_connection(("127.0.0.1", server.port), timeout=5)


def receive(client: socket.socket) -> bytes:
    data = b""
    while piece := client.recv(65536):
        data += piece
    return data


def send(server: Server, data: bytes) -> Answer:
    """All of an answer to these bytes."""
    with connect(server) as client:
        client.sendall(data)
        return parse(receive(client))


def parse(data: bytes) -> Answer:
    head, _, body = data.partition(b"\r\n\r\n")
    first, *rows = head.decode().split("\r\n")
    return Answer(int(first.split()[1]), dict(row.split(": ", 1) for row in rows), body)


def ask(server: Server, path: str, *headers: str, method: str = "GET", host: str | None = None) -> Answer:
    name = f"127.0.0.1:{server.port}" if host is None else host
    return send(server, "\r\n".join([f"{method} {path} HTTP/1.1", f"Host: {name}", *headers, "", ""]).encode())


# --- What is served --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["/", "/index.html", "/index.html?x=1", "/documents/", "/documents/a.html", "/%64ocuments/a.html"]
)
def test_pages_are_served(start: Start, path: str) -> None:
    answer = ask(start(), path)
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert b"<title>\xc3\x84</title>" in answer.body


def test_a_page_gets_the_script_as_it_is_served_and_the_file_does_not(start: Start, root: pathlib.Path, live: Live) -> None:
    live.published(3, frozenset(), frozenset())
    before = (root / "documents/a.html").read_bytes()
    answer = ask(start(), "/documents/a.html")
    assert int(answer.headers["Content-Length"]) == len(answer.body)
    tag, *more = re.findall(rb'<script src="/_triptych/client.js" defer [^>]*></script>\n</head>', answer.body)
    assert not more
    assert b'data-path="documents/a.html"' in tag
    assert b'data-number="3"' in tag
    assert f'data-session="{live.session}"'.encode() in tag
    assert f"data-digest={answer.headers['ETag']}".encode() in tag
    assert re.sub(rb"<script[^>]*></script>\n", b"", answer.body) == before == (root / "documents/a.html").read_bytes()


def test_a_page_without_a_head_has_the_script_at_its_end(start: Start, root: pathlib.Path) -> None:
    (root / "x.html").write_text("<p>x")
    assert re.fullmatch(rb"<p>x<script .*></script>\n", ask(start(), "/x.html").body)


def test_head_is_as_get_without_the_body(start: Start) -> None:
    server = start()
    for path in ("/", "/nowhere", "/assets/switch.js", "/_triptych/state", "/documents"):
        get, head = ask(server, path), ask(server, path, method="HEAD")
        assert (head.status, head.headers, head.body) == (get.status, get.headers, b"")
        assert int(head.headers["Content-Length"]) == len(get.body)


def test_other_files_come_as_they_are_with_a_type_from_our_own_table(start: Start, root: pathlib.Path) -> None:
    (root / "thing.unknown").write_bytes(b"\x00</head>")
    server = start()
    assert ask(server, "/assets/main.12ab.css").headers["Content-Type"] == "text/css; charset=utf-8"
    assert ask(server, "/assets/switch.js").headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert ask(server, "/assets/switch.js").body == b"1;"
    assert ask(server, "/thing.unknown").headers["Content-Type"] == "application/octet-stream"
    assert ask(server, "/thing.unknown").body == b"\x00</head>"


def test_a_folder_without_its_slash_is_sent_there(start: Start) -> None:
    answer = ask(start(), "/documents?x=1")
    assert (answer.status, answer.headers["Location"]) == (302, "/documents/?x=1")
    assert ask(start(), "/empty/").status == 404


def test_what_is_not_there_gets_the_404_page_and_learns_its_path(start: Start) -> None:
    answer = ask(start(), "/documents/none%22.html")
    assert answer.status == 404
    assert b"not here" in answer.body
    assert b'data-path="documents/none&quot;.html"' in answer.body
    assert b'data-status="404"' in answer.body


def test_before_anything_is_built_there_is_a_page_that_waits(tmp_path: pathlib.Path, live: Live) -> None:
    server = Server(tmp_path / "none", live, port=0)
    server.start()
    answer = ask(server, "/")
    server.stop()
    assert answer.status == 404
    assert b"/_triptych/client.js" in answer.body
    assert b'data-path="index.html"' in answer.body


def test_a_site_under_a_path_is_served_there(start: Start) -> None:
    server = start(base_path="/some/where/")
    assert server.url == f"http://127.0.0.1:{server.port}/some/where/"
    for path in ("/", "/some/where"):
        assert ask(server, path).headers["Location"] == "/some/where/"
    assert ask(server, "/some/where/documents").headers["Location"] == "/some/where/documents/"
    answer = ask(server, "/some/where/documents/a.html")
    assert answer.status == 200
    assert b'data-path="documents/a.html" data-base="/some/where/"' in answer.body
    assert ask(server, "/documents/a.html").status == 404
    assert b"not here" in ask(server, "/some").body
    assert ask(server, "/_triptych/client.js").status == 200


def test_every_answer_has_the_policy_and_is_kept_nowhere(start: Start) -> None:
    server = start()
    answers = [
        ask(server, path) for path in ("/", "/assets/switch.js", "/none", "/documents", "/_triptych/state", "/_triptych/no")
    ]
    answers += [ask(server, "/_triptych/client.js"), ask(server, "/_triptych/client.css"), ask(server, "/", method="POST")]
    answers += [
        ask(server, "/", host="evil.example"),
        send(server, b"nonsense\r\n\r\n"),
        ask(server, "/_triptych/events", method="HEAD"),
    ]
    for answer in answers:
        assert answer.headers["Content-Security-Policy"] == POLICY
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "no-store"


def test_the_policy_is_that_of_the_pages(start: Start, root: pathlib.Path, project: pathlib.Path) -> None:
    base = (project / "theme/templates/base.html").read_text(encoding="utf-8")
    assert f'content="{POLICY}"' in base
    other = "default-src &#39;self&#39;; img-src *"
    meta = f'<head>\n<meta http-equiv="Content-Security-Policy" content="{other}">'
    (root / "own.html").write_text(PAGE.replace("<head>", meta), encoding="utf-8")
    assert ask(start(), "/own.html").headers["Content-Security-Policy"] == "default-src 'self'; img-src *"


# --- Who may ask -----------------------------------------------------------------------------------------------------


def test_it_listens_on_this_machine_alone(start: Start) -> None:
    server = start()
    assert server._listener.getsockname()[0] == "127.0.0.1"
    assert ask(server, "/", host=f"localhost:{server.port}").status == 200
    assert ask(server, "/", host=f"LOCALHOST:{server.port}").status == 200


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:{}", "127.0.0.1", "localhost", "127.0.0.1:1", "127.0.0.2:{}", "localhost.:{}", "", "[::1]:{}"],
)
def test_a_foreign_host_is_refused(start: Start, host: str) -> None:
    server = start()
    assert ask(server, "/", host=host.format(server.port)).status == 403


def test_no_host_or_two_are_refused(start: Start) -> None:
    server = start()
    own = f"Host: 127.0.0.1:{server.port}"
    assert send(server, b"GET / HTTP/1.0\r\n\r\n").status == 403
    assert ask(server, "/", own).status == 403
    assert send(server, f"GET / HTTP/1.0\r\n{own}\r\n\r\n".encode()).status == 200
    assert send(server, f"GET http://evil.example/ HTTP/1.1\r\n{own}\r\n\r\n".encode()).status == 400


def test_a_foreign_origin_is_refused(start: Start) -> None:
    server = start()
    for origin in ("http://evil.example", "null", f"https://localhost:{server.port}", "http://localhost:1"):
        answer = ask(server, "/_triptych/events", f"Origin: {origin}")
        assert (answer.status, b"state" in answer.body) == (403, False)
    assert ask(server, "/", f"Origin: http://localhost:{server.port}").status == 200


def test_another_site_may_link_here_but_take_nothing(start: Start) -> None:
    server = start()
    for site in ("cross-site", "same-site"):
        assert ask(server, "/", f"Sec-Fetch-Site: {site}", "Sec-Fetch-Mode: navigate").status == 200
        assert ask(server, "/assets/switch.js", f"Sec-Fetch-Site: {site}", "Sec-Fetch-Mode: no-cors").status == 403
    assert ask(server, "/assets/switch.js", "Sec-Fetch-Site: same-origin", "Sec-Fetch-Mode: no-cors").status == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "get"])
def test_only_get_and_head_are_methods(start: Start, method: str) -> None:
    answer = ask(start(), "/", "Content-Length: 3", method=method)
    assert (answer.status, answer.headers["Allow"]) == (405, "GET, HEAD")


# --- What is never served --------------------------------------------------------------------------------------------

TRAVERSALS = [
    "/../secret.txt", "/documents/../../secret.txt", "/%2e%2e/secret.txt", "/%2E%2E/secret.txt", "/.%2e/secret.txt",
    "/..%2fsecret.txt", "/%2e%2e%2fsecret.txt", "/..%5csecret.txt", "/..\\secret.txt", "/documents\\..\\..\\secret.txt",
    "/%252e%252e/secret.txt",
    "/%252e%252e%252fsecret.txt", "/%c0%ae%c0%ae/secret.txt", "/%c0%af../secret.txt", "/%e0%80%ae%e0%80%ae/secret.txt",
    "/%uff0e%uff0e/secret.txt", "/index.html%00", "/%00/../secret.txt", "/index.html%0a", "//secret.txt",
    "/documents//a.html",
    "/./index.html", "/documents/%2e/a.html", "/.triptych", "/%2etriptych", "/.hidden/x.html", "/.hidden/",
    "/documents/../.triptych",
    "/%", "/%zz", "/%2", "/index.html/", "/index.html/x", "/~root", "/" + "a" * 300, "/" + "a/" * 3000,
    "/file:///etc/passwd", "/C:/x",
    "/documents/%2e%2e/index.html", "/index.html::$DATA", "/%ff", "/%2f%2fetc/passwd", "/%2fetc/passwd",
]  # fmt: skip


@pytest.mark.parametrize("path", TRAVERSALS, ids=range(len(TRAVERSALS)))
def test_nothing_but_the_folder_is_served_however_it_is_written(start: Start, path: str) -> None:
    answer = ask(start(), path)
    assert answer.status == 404
    assert b"secret" not in answer.body.replace(b"secret.txt", b"")
    assert b"not here" in answer.body


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege there")
def test_links_out_of_the_folder_and_to_hidden_files_lead_nowhere(start: Start, root: pathlib.Path) -> None:
    (root / "out.txt").symlink_to(root.parent / "secret.txt")
    (root / "up").symlink_to("..")
    (root / "beside").symlink_to(root.parent / "public-2")
    (root.parent / "public-2").mkdir()
    (root.parent / "public-2/x.txt").write_text("secret")
    (root / "marker").symlink_to(".triptych")
    (root / "loop").symlink_to("loop")
    (root / "in").symlink_to("documents")
    server = start()
    for path in ("/out.txt", "/up/secret.txt", "/up/", "/up", "/beside/x.txt", "/marker", "/loop", "/up/public/index.html/"):
        assert ask(server, path).status == 404, path
    assert ask(server, "/in/a.html").status == 200


@pytest.mark.skipif(sys.platform == "win32", reason="there are no pipes in folders there")
def test_only_regular_files_are_read(start: Start, root: pathlib.Path) -> None:
    os.mkfifo(root / "pipe.html")
    with socket.socket(socket.AF_UNIX) as listening, contextlib.chdir(root):
        listening.bind("s.html")
    server = start()
    assert ask(server, "/pipe.html").status == 404
    assert ask(server, "/s.html").status == 404


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege there")
def test_a_link_at_the_place_of_the_folder_is_followed_anew_each_time(
    tmp_path: pathlib.Path, root: pathlib.Path, live: Live
) -> None:
    (tmp_path / "second").mkdir()
    (tmp_path / "second/index.html").write_text("second")
    (tmp_path / "current").symlink_to(root)
    server = Server(tmp_path / "current", live, port=0)
    server.start()
    assert b"index.html</p>" in ask(server, "/").body
    (tmp_path / "current").unlink()
    (tmp_path / "current").symlink_to(tmp_path / "second")
    assert b"second" in ask(server, "/").body
    server.stop()


def test_a_file_that_is_replaced_all_the_time_is_served_whole(start: Start, root: pathlib.Path) -> None:
    server = start()
    is_over = threading.Event()

    def replace() -> None:
        size = 0
        while not is_over.is_set():
            size = (size + 7919) % 300_000
            (root / "next").write_bytes(b"x" * size + b"end")
            os.replace(root / "next", root / "big.txt")

    (root / "big.txt").write_bytes(b"end")
    thread = threading.Thread(target=replace)
    thread.start()
    try:
        for _ in range(50):
            answer = ask(server, "/big.txt")
            assert answer.status == 200
            assert int(answer.headers["Content-Length"]) == len(answer.body)
            assert answer.body.endswith(b"end")
    finally:
        is_over.set()
        thread.join()


# --- Clients that are slow, broken, or many --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"nonsense\r\n\r\n", 400), (b"GET /\r\n\r\n", 400), (b"GET / HTTP/2.0\r\n\r\n", 505),
        (b"PRI * HTTP/2.0\r\n\r\nSM", 505),
        (b"GET / HTTP/1.1\r\nHost : x\r\n\r\n", 400), (b"GET / HTTP/1.1\r\n folded\r\n\r\n", 400),
        (b"\x16\x03\x01\x00\r\n\r\n", 400),
        (b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\n\r\n", 431), (b"GET / HTTP/1.1\r\nX: \x00\n\r\n\r\n", 400),
        (b"x" * 70_000, 431),
    ],
    ids=range(10),
)  # fmt: skip
def test_a_malformed_request_gets_a_status(start: Start, data: bytes, status: int) -> None:
    assert send(start(), data).status == status


def test_a_request_has_to_be_complete_in_time_however_it_drips(start: Start) -> None:
    server = start()
    began = time.monotonic()
    with connect(server) as client, contextlib.suppress(OSError):
        client.settimeout(0.05)
        client.sendall(b"GET / HTTP/1.1\r\n")
        answer = b""
        while time.monotonic() - began < 5:
            client.sendall(b"X")
            with contextlib.suppress(TimeoutError):
                if not (piece := client.recv(4096)):
                    break
                answer += piece
    assert time.monotonic() - began < 1.5
    assert parse(answer).status == 408


def test_empty_lines_without_end_are_no_request(start: Start) -> None:
    with connect(start()) as client, contextlib.suppress(OSError):
        began = time.monotonic()
        while time.monotonic() - began < 5:
            client.sendall(b"\r\n" * 100)
            time.sleep(0.0005)
    assert time.monotonic() - began < 1.5


def test_who_says_nothing_is_let_go_without_a_word(start: Start) -> None:
    with connect(start()) as client:
        began = time.monotonic()
        assert receive(client) == b""
        assert time.monotonic() - began < 1.5


def test_a_client_that_takes_nothing_is_given_up(start: Start, root: pathlib.Path) -> None:
    (root / "big.bin").write_bytes(bytes(30_000_000))
    server = start()
    with connect(server) as client:
        client.sendall(f"GET /big.bin HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n\r\n".encode())
        until(lambda: len(server._connections) == 1)
        until(lambda: not server._connections)
    assert ask(server, "/").status == 200


def test_broken_clients_leave_no_trace(start: Start, capfd: pytest.CaptureFixture[str]) -> None:
    server = start()
    request = f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n\r\n".encode()
    for at in range(0, len(request) + 1, 5):
        client = connect(server)
        client.sendall(request[:at])
        # Closed with a reset, in the midst.
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        client.close()
    assert ask(server, "/").status == 200
    until(lambda: not server._connections)
    assert capfd.readouterr() == ("", "")


def test_a_client_that_has_closed_its_side_gets_its_answer(start: Start) -> None:
    server = start()
    with connect(server) as client:
        client.sendall(f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n\r\n".encode())
        client.shutdown(socket.SHUT_WR)
        assert parse(receive(client)).status == 200


def test_a_thousand_clients_that_only_hold_the_line_do_not_stop_it(start: Start) -> None:
    server = start(limits=Limits(head_seconds=30))
    holders = [connect(server) for _ in range(1000)]
    began = time.monotonic()
    assert ask(server, "/").status == 200
    assert time.monotonic() - began < 4
    assert len(server._connections) <= 201
    for holder in holders:
        holder.close()


@pytest.mark.skipif(sys.platform == "win32", reason="there is no such limit there")
def test_it_lives_on_where_hardly_a_file_may_be_open(start: Start) -> None:
    server = start()
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    handles = [os.open(os.devnull, os.O_RDONLY)]
    holders = [socket.socket() for _ in range(30)]
    resource.setrlimit(resource.RLIMIT_NOFILE, (handles[0] + 31 + 5, hard))
    try:
        for holder in holders:
            holder.connect(("127.0.0.1", server.port))
        time.sleep(0.3)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert ask(server, "/").status == 200
    for holder in holders:
        holder.close()
    os.close(handles[0])


def test_many_clients_at_once_are_all_answered(start: Start) -> None:
    server = start(limits=Limits(connections=20))
    statuses: list[int] = []
    threads = [threading.Thread(target=lambda: statuses.append(ask(server, "/").status)) for _ in range(200)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [200] * 200


def test_a_mistake_of_ours_is_told_and_the_server_lives_on(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    server = start(on_fault=told.append)
    with monkeypatch.context() as patch:
        patch.setattr(server._folder, "answer", lambda target: 1 / 0)
        assert ask(server, "/").status == 500
    assert "ZeroDivisionError" in told[0]
    assert ask(server, "/").status == 200


def test_it_stops_at_once_whatever_clients_do(start: Start, root: pathlib.Path) -> None:
    (root / "big.bin").write_bytes(bytes(30_000_000))
    server = start(limits=Limits())
    paths = [b"/_triptych/events", b"/big.bin", b"/_triptych/events"]
    clients = [connect(server) for _ in range(6)]
    for client, path in zip(clients, paths, strict=False):
        client.sendall(b"GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n\r\n" % (path, server.port))
    time.sleep(0.2)
    began = time.monotonic()
    server.stop()
    assert time.monotonic() - began < 0.5
    with pytest.raises(OSError):  # noqa: PT011
        connect(server)
    until(lambda: not server._connections)
    for client in clients:
        client.close()


def test_a_port_that_is_taken_is_said_in_words(start: Start, root: pathlib.Path) -> None:
    first = start()
    with pytest.raises(OSError, match=f"^port {first.port} is taken by another program"):
        Server(root, Live(), port=first.port)
    with pytest.raises(OSError, match="65535"):
        Server(root, Live(), port=70_000)


def test_without_a_port_it_is_8000_or_the_next_that_is_free(root: pathlib.Path) -> None:
    servers = [Server(root, Live()) for _ in range(2)]
    for server in servers:
        server.stop()
    assert 8000 <= servers[0].port < servers[1].port


# --- What pages are told ---------------------------------------------------------------------------------------------


class Listener:
    """One page's stream of events."""

    def __init__(self, server: Server) -> None:
        self.client = connect(server)
        self.client.sendall(f"GET /_triptych/events HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n\r\n".encode())
        self.lines = self.client.makefile("rb")
        while self.lines.readline() not in (b"\r\n", b""):
            pass

    def next(self) -> dict[str, object]:
        """The next message, comments left out."""
        for line in self.lines:
            if line.startswith(b"data: "):
                message: dict[str, object] = json.loads(line[6:])
                return message
        raise EOFError

    def close(self) -> None:
        self.lines.close()
        self.client.close()


def until(is_so: Callable[[], bool], seconds: float = 5) -> None:
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_a_page_hears_the_present_state_and_then_each_message(start: Start, live: Live) -> None:
    live.published(1, frozenset({"index.html"}), frozenset())
    live.failed(2, "<p>wrong</p>")
    listener = Listener(start())
    state = {"kind": "state", "session": live.session, "number": 1, "overlay": "<p>wrong</p>", "style": ""}
    assert listener.next() == state
    live.building(2)
    assert listener.next() == {"kind": "building", "number": 2}
    live.published(2, frozenset({"b.html", "a.html"}), frozenset({"c.html"}))
    published = {"kind": "published", "number": 2, "changed": ["a.html", "b.html"], "removed": ["c.html"], "style": ""}
    assert listener.next() == published
    live.failed(3, "<p>\u2028again\n</p>")
    assert listener.next() == {"kind": "failed", "number": 3, "overlay": "<p>\u2028again\n</p>"}
    live.mended()
    assert listener.next() == {"kind": "mended"}
    listener.close()


def test_the_state_can_be_asked_for(start: Start, live: Live) -> None:
    server = start()
    live.published(1, frozenset(), frozenset(), "assets/main.2.css")
    state = json.loads(ask(server, "/_triptych/state").body)
    assert (state["number"], state["style"]) == (1, "assets/main.2.css")


def test_a_style_that_comes_before_its_build_mends_nothing(live: Live) -> None:
    live.published(1, frozenset(), frozenset())
    live.failed(2, "<p>wrong</p>")
    live.published(1, frozenset(), frozenset(), "assets/main.2.css")
    assert json.loads(live.state())["overlay"] == "<p>wrong</p>"
    live.published(2, frozenset({"assets/main.2.css", "index.html"}), frozenset({"assets/main.1.css"}), "assets/main.2.css")
    assert json.loads(live.state()) | {"session": ""} == {
        "kind": "state", "session": "", "number": 2, "overlay": "", "style": "assets/main.2.css",
    }  # fmt: skip
    live.published(3, frozenset({"assets/main.3.css", "index.html"}), frozenset({"assets/main.2.css"}))
    assert json.loads(live.state())["style"] == ""


def test_many_paths_are_not_named_one_by_one(start: Start, live: Live) -> None:
    listener = Listener(start())
    listener.next()
    live.published(1, frozenset(f"{number}.html" for number in range(1000)), frozenset())
    message = listener.next()
    assert (message["changed"], message["removed"]) == (None, [])
    listener.close()


def test_who_is_too_far_behind_hears_the_state(live: Live) -> None:
    heard, _ = live.wait(-1, 0)
    for number in range(1, 200):
        live.published(number, frozenset(), frozenset())
    heard, messages = live.wait(heard, 0)
    assert [json.loads(one)["kind"] for one in messages] == ["state"]
    live.mended()
    assert [json.loads(one)["kind"] for one in live.wait(heard, 0)[1]] == ["mended"]


def test_a_silent_stream_has_a_heartbeat(start: Start) -> None:
    listener = Listener(start())
    listener.next()
    comments = [line for _, line in zip(range(6), listener.lines, strict=False) if line.startswith(b":")]
    assert len(comments) >= 2
    listener.close()


def test_pages_that_go_are_forgotten(start: Start) -> None:
    server = start(limits=Limits())
    listener = Listener(server)
    listener.next()
    assert len(server._connections) == 1
    listener.close()
    until(lambda: not server._connections, seconds=3)


def test_fifty_pages_hear_at_once(start: Start, live: Live) -> None:
    server = start(limits=Limits())
    listeners = [Listener(server) for _ in range(50)]
    for listener in listeners:
        listener.next()
    began = time.monotonic()
    live.published(1, frozenset({"index.html"}), frozenset())
    assert [listener.next()["number"] for listener in listeners] == [1] * 50
    assert time.monotonic() - began < 1
    for listener in listeners:
        listener.close()
