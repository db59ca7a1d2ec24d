"""The built-in server over real sockets: limits, framing, slow and idle senders, stopping."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.server import Server as Process
from tests.server import serving
from tests.web.conftest import Site, in_process, sample
from xmlsvc import errors, server
from xmlsvc.server import connection, http, sockets

FILM = sample("valid/film-de-dijk.xml")


@pytest.fixture
def running(site: Site, monkeypatch: pytest.MonkeyPatch) -> Iterator[http.Server]:
    """The server in this process, with two threads and short deadlines."""
    monkeypatch.setattr(connection, "HEADER_SECONDS", 0.6)
    monkeypatch.setattr(connection, "BODY_SECONDS", 0.6)
    with in_process(site) as made:
        yield made


def _talk(running: http.Server, *pieces: bytes, pause: float = 0) -> bytes:
    """Send the pieces; everything that comes back until the server closes."""
    with socket.create_connection(running.bind_addr, timeout=20) as sender:
        for piece in pieces:
            try:
                sender.sendall(piece)
            except OSError:
                break  # the server has answered and closed already
            time.sleep(pause)
        received = b""
        while chunk := sender.recv(65536):
            received += chunk
        return received


def _problem(answer: bytes) -> dict[str, object]:
    head, _, body = answer.partition(b"\r\n\r\n")
    problem: dict[str, object] = json.loads(body)
    assert f"X-Request-Id: {problem['request_id']}".encode() in head
    assert b"application/problem+json" in head and head.startswith(b"HTTP/1.1 " + str(problem["status"]).encode())
    return problem


def _post(site: Site, *headers: str) -> bytes:
    lines = [
        "POST /api/documents HTTP/1.1",
        "Host: here",
        f"Authorization: Bearer {site.token}",
        "Content-Type: application/xml",
        "Connection: close",
        *headers,
    ]
    return "\r\n".join([*lines, "", ""]).encode()


def _chunks(data: bytes, size: int) -> Iterator[bytes]:
    for start in range(0, len(data), size):
        piece = data[start : start + size]
        yield b"%x\r\n%s\r\n" % (len(piece), piece)
    yield b"0\r\n\r\n"


def test_chunked_bodies_arrive_whole(site: Site, running: http.Server) -> None:
    answer = _talk(running, _post(site, "Transfer-Encoding: chunked"), *_chunks(FILM.replace(b"prg-20417", b"prg-chunk"), 700))
    assert answer.startswith(b"HTTP/1.1 201 "), answer[:500]


@pytest.mark.parametrize("framing", ["chunked", "length"])
def test_a_body_over_the_limit_is_413_however_it_is_framed(site: Site, running: http.Server, framing: str) -> None:
    body = b"<a>" + b" " * 11_000_000 + b"</a>"
    if framing == "chunked":
        answer = _talk(running, _post(site, "Transfer-Encoding: chunked"), *_chunks(body, 1_000_000))
    else:
        answer = _talk(running, _post(site, f"Content-Length: {len(body)}"), body)
    assert _problem(answer)["type"] == "/problems/too-large"


def test_headers_over_the_limit(running: http.Server) -> None:
    problem = _problem(_talk(running, b"GET / HTTP/1.1\r\nHost: a\r\nX-Long: " + b"x" * 40_000 + b"\r\n\r\n"))
    assert problem["status"] == 431


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"nonsense\r\n\r\n", 400),
        (b"GET / HTTP/9.9\r\nHost: a\r\n\r\n", 505),
        (b"GET /" + b"x" * 40_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n", 414),
        (b"POST /login HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
        (b"POST /login HTTP/1.1\r\nHost: a\r\nContent-Length: -3\r\n\r\n", 400),
        (b"POST /login HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n", 400),
        (b"POST /login HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n", 501),
        (b"GET / HTTP/1.1\r\nAccept: application/json\r\nConnection: close\r\n\r\n", 400),
    ],
)
def test_what_no_application_sees_is_a_problem_document_too(running: http.Server, request_: bytes, status: int) -> None:
    assert _problem(_talk(running, request_))["status"] == status


def test_chunks_that_cannot_be_read(site: Site, running: http.Server) -> None:
    assert _problem(_talk(running, _post(site, "Transfer-Encoding: chunked"), b"zz\r\nabc\r\n0\r\n\r\n"))["status"] == 400


def test_a_stalled_body_is_408(site: Site, running: http.Server) -> None:
    began = time.monotonic()
    problem = _problem(_talk(running, _post(site, "Content-Length: 1000"), b"<a>"))
    assert problem["status"] == 408 and problem["type"] == "/problems/request-timeout" and time.monotonic() - began < 30


def test_a_dripping_header_is_given_up(running: http.Server) -> None:
    began = time.monotonic()
    _talk(running, *[b"GET / HTTP/1.1\r\n", *[b"X: y\r\n"] * 40], pause=0.1)
    assert time.monotonic() - began < 30


def test_idle_connections_hold_no_thread(site: Site, running: http.Server) -> None:
    """Fifty connections that say nothing, two threads: others are served at once."""
    idle = [socket.create_connection(running.bind_addr) for _ in range(50)]
    try:
        began = time.monotonic()
        assert b"200 OK" in _talk(running, b"GET /health/live HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        assert time.monotonic() - began < 9, "an idle connection is given up after 10 s at the earliest"
    finally:
        for connection in idle:
            connection.close()


def test_keep_alive(site: Site, running: http.Server) -> None:
    with socket.create_connection(running.bind_addr, timeout=5) as connection:
        for _ in range(3):
            connection.sendall(b"GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n")
            received = b""
            while b'"ok"}' not in received:
                received += connection.recv(65536)
            assert received.startswith(b"HTTP/1.1 200 OK")


def test_over_http(server: Process, stocked: Site) -> None:
    assert server.get("/health/ready").json()["status"] == "ok"
    listed = server.get("/api/documents?limit=1", token=stocked.token)
    assert listed.status == 200 and listed.headers["server"] == "xmlsvc" and len(listed.json()["documents"]) == 1
    assert server.get("/api/documents").status == 401


def _started(process: Process, times: int = 1) -> bool:
    """Wait until the log has said so often that it serves: signals are for a program that is up."""
    deadline = time.monotonic() + 20
    while process.log.read_text().count("Serving on") < times and time.monotonic() < deadline:
        time.sleep(0.05)
    return process.log.read_text().count("Serving on") == times


def test_stops_cleanly_and_finishes_what_is_under_way(stocked: Site, tmp_path: Path) -> None:
    with serving(stocked.directory) as process:
        assert _started(process)
        with socket.create_connection(("127.0.0.1", process.port), timeout=20) as connection:
            body = FILM.replace(b"prg-20417", b"prg-stop")
            connection.sendall(_post(stocked, f"Content-Length: {len(body)}") + body[:100])
            time.sleep(0.3)
            process.process.send_signal(signal.SIGTERM)
            time.sleep(0.3)
            connection.sendall(body[100:])
            answer = connection.recv(65536)
            assert answer.startswith(b"HTTP/1.1 201 "), answer
        assert process.process.wait(15) == 0
    log = process.log.read_text()
    assert "Traceback" not in log and f"Serving on http://127.0.0.1:{process.port}" in log
    assert re.search(
        r"^\S+Z INFO xmlsvc.access 127.0.0.1 partner:\w{26} POST /api/documents 201 \d+ [\d.]+ \w{26}$", log, re.MULTILINE
    ), log


def test_a_hangup_starts_the_program_anew_under_the_same_number(stocked: Site) -> None:
    with serving(stocked.directory) as process:
        assert _started(process)
        process.process.send_signal(signal.SIGHUP)
        assert _started(process, 2)
        assert process.get("/health/ready").status == 200 and process.process.poll() is None


def test_a_taken_port_is_said_plainly(stocked: Site) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(errors.EnvironmentFault, match=f"127.0.0.1:{port} cannot be listened on"):
            server.serve(stocked.directory, f"127.0.0.1:{port}")


@pytest.mark.parametrize(("bind", "expected"), [("127.0.0.1:80", ("127.0.0.1", 80)), (":8080", ("0.0.0.0", 8080)), ("[::1]:1", ("::1", 1))])
def test_address(bind: str, expected: tuple[str, int]) -> None:
    assert sockets.address(bind) == expected


@pytest.mark.parametrize("bind", ["8080", "", "localhost", "1.2.3.4:x", "a:99999"])
def test_no_address(bind: str) -> None:
    with pytest.raises(errors.EnvironmentFault):
        sockets.address(bind)


def test_the_wsgi_module_serves_the_instance_that_the_environment_names(stocked: Site) -> None:
    program = (
        "from wsgiref.util import setup_testing_defaults\n"
        "from xmlsvc.wsgi import application\n"
        "environ = {'PATH_INFO': '/health/ready'}\n"
        "setup_testing_defaults(environ)\n"
        "print(b''.join(application(environ, lambda status, headers: print(status))).decode())\n"
    )
    environ = {**os.environ, "XMLSVC_INSTANCE": str(stocked.directory)}
    done = subprocess.run([sys.executable, "-c", program], env=environ, capture_output=True, text=True, timeout=60)
    assert done.stdout.startswith('200 OK\n{"status":"ok"'), done.stderr
