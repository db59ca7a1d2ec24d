"""Slow senders and readers against the built-in server: they hold no thread that others need, and have a least speed."""

from __future__ import annotations

import contextlib
import re
import socket
import threading
import time
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.web.conftest import Site, in_process, sample
from xmlsvc.server import connection, http
from xmlsvc.server.lanes import END, Lane, Lanes
from xmlsvc.server.wire import Body, Chunks, Inbox, Outbox, Patience

FILM = sample("valid/film-de-dijk.xml")
HEALTH = b"GET /health/live HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
PATIENT = 600.0


def _post(site: Site, number: int, *headers: str) -> bytes:
    body = FILM.replace(b"prg-20417", b"prg-%05d" % number)
    lines = [
        "POST /api/documents HTTP/1.1", "Host: a", f"Authorization: Bearer {site.token}", "Content-Type: application/xml",
        "Connection: close", f"Content-Length: {len(body)}", *headers,
    ]  # fmt: skip
    return "\r\n".join([*lines, "", ""]).encode() + body


@contextlib.contextmanager
def _server(site: Site, monkeypatch: pytest.MonkeyPatch, seconds: float) -> Iterator[http.Server]:
    """The server in this process, with two threads, which waits so long for heads, bodies and readers."""
    for name in ("HEADER_SECONDS", "BODY_SECONDS", "SEND_SECONDS"):
        monkeypatch.setattr(connection, name, seconds)
    monkeypatch.setattr(http, "DRAIN_BEGUN_SECONDS", 0.5)
    monkeypatch.setattr(http, "STOP_SECONDS", 2.0)
    with in_process(site) as made:
        yield made


def _ask(server: http.Server, request: bytes) -> bytes:
    """The whole answer."""
    with socket.create_connection(server.bind_addr, timeout=60) as sender:
        sender.sendall(request)
        answer = b""
        while piece := sender.recv(65536):
            answer += piece
        return answer


SLOW = {
    "say nothing": b"",
    "are slow with their heads": b"GET /api/documents HTTP/1.1\r\nHost: a\r\nX-Slow: ",
    "are slow with small bodies": b"POST /api/documents HTTP/1.1\r\nHost: a\r\nContent-Length: 5000\r\n\r\n<a>",
    "are slow with large bodies": b"POST /api/documents HTTP/1.1\r\nHost: a\r\nContent-Length: 5000000\r\n\r\n<a>",
    "are slow with chunks": b"POST /api/documents HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n<a>",
    "want to be told to go on": b"POST /api/batches HTTP/1.1\r\nHost: a\r\nContent-Length: 5000000\r\nExpect: 100-continue\r\n\r\n",
    "begin another request": HEALTH.replace(b"close", b"keep-alive") + b"GET / HTTP/1.1\r\nX-Slow: ",
}


@pytest.mark.parametrize("how", SLOW)
def test_five_hundred_slow_connections(site: Site, monkeypatch: pytest.MonkeyPatch, how: str) -> None:
    """Of two threads they get one at most, and would be waited for for ten minutes: everybody else is answered."""
    sent = SLOW[how].replace(b"Host: a\r\n", f"Host: a\r\nAuthorization: Bearer {site.token}\r\nContent-Type: application/xml\r\n".encode())
    with contextlib.ExitStack() as held, _server(site, monkeypatch, PATIENT) as server:
        for _ in range(500):
            slow = held.enter_context(socket.create_connection(server.bind_addr, timeout=60))
            slow.sendall(sent)
            if how == "begin another request":
                assert slow.recv(65536), "the first one is answered"  # else 500 of these wait in the queue for health, which is bounded
        for number in range(5):
            assert b"200 OK" in _ask(server, HEALTH)
            assert re.match(rb"HTTP/1.1 20[01] ", _ask(server, _post(site, number)))
            assert re.match(rb"HTTP/1.1 100 .*\r\n\r\nHTTP/1.1 20[01] ", _ask(server, _post(site, 9, "Expect: 100-continue")))


def test_health_has_threads_of_its_own(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every other thread is at work and does not come back."""
    gate, inside = threading.Event(), threading.Semaphore(0)
    answer = site.application

    def stuck(environ: dict[str, object], start: object) -> object:
        if environ["PATH_INFO"] == "/stuck":
            inside.release()
            gate.wait(60)
        return answer(environ, start)  # type: ignore[arg-type]

    monkeypatch.setattr(site, "application", stuck)
    with contextlib.ExitStack() as held, _server(site, monkeypatch, PATIENT) as server:
        for _ in range(3):
            held.enter_context(socket.create_connection(server.bind_addr)).sendall(b"GET /stuck HTTP/1.1\r\nHost: a\r\n\r\n")
        assert inside.acquire(timeout=60) and inside.acquire(timeout=60), "both threads are at work"
        for path in (b"/health/live", b"/health/ready", b"/prefix/health/live"):
            assert _ask(server, HEALTH.replace(b"/health/live", path)).startswith(b"HTTP/1.1 ")
        assert not inside.acquire(blocking=False), "the third waits"
        gate.set()


@pytest.mark.parametrize(
    "head", [b"Content-Length: 5000\r\n\r\n", b"Content-Length: 5000000\r\n\r\n", b"Transfer-Encoding: chunked\r\n\r\n5000\r\n"]
)
def test_a_body_has_a_least_speed(site: Site, monkeypatch: pytest.MonkeyPatch, head: bytes) -> None:
    """A byte now and then is not enough, however large the body says it is."""
    with _server(site, monkeypatch, 0.5) as server, socket.create_connection(server.bind_addr, timeout=60) as sender:
        sender.sendall(_post(site, 1).split(b"Content-Length")[0] + head)
        sender.settimeout(0.05)
        answer, until = b"", time.monotonic() + 60
        while not answer and time.monotonic() < until:
            with contextlib.suppress(TimeoutError):
                sender.sendall(b"x")
                answer = sender.recv(65536)
        sender.settimeout(60)
        while b"/problems/request-timeout" not in answer and (piece := sender.recv(65536)):
            answer += piece  # the head may come by itself
        assert answer.startswith(b"HTTP/1.1 408 ") and b"/problems/request-timeout" in answer


def test_a_fast_body_has_all_the_time_it_needs(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """What arrives at more than the least speed is waited for, though it takes longer than one may stall."""
    monkeypatch.setattr(connection, "AHEAD_BYTES", 1_000)
    with _server(site, monkeypatch, 2.0) as server, socket.create_connection(server.bind_addr, timeout=60) as sender:
        request = _post(site, 7)
        assert len(request) > 200 * 20, "sent in pieces of 200, ten a second, it takes longer than that"
        for start in range(0, len(request), 200):
            sender.sendall(request[start : start + 200])
            time.sleep(0.1)
        assert re.match(rb"HTTP/1.1 20[01] ", sender.recv(65536))


def test_who_does_not_read_is_given_up(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer larger than what the kernels hold, to somebody who reads none of it: the thread comes free."""
    done = threading.Event()

    def large(environ: dict[str, object], start: object) -> Iterator[bytes]:
        start("200 OK", [("Content-Type", "text/plain")])  # type: ignore[operator]
        try:
            for _ in range(1_000):
                yield b"x" * 100_000
        finally:
            done.set()

    monkeypatch.setattr(site, "application", large)
    with _server(site, monkeypatch, 0.5) as server, socket.create_connection(server.bind_addr, timeout=60) as reader:
        reader.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        assert done.wait(60)


def test_a_lane_that_is_full_or_slow_is_said(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """One large body is waited for, a hundred stand behind it; the next, and those that stand too long, are told to come back."""
    monkeypatch.setattr(http, "QUEUED_SECONDS", 1.0)
    head = _post(site, 1).split(b"Content-Length")[0] + b"Content-Length: 5000000\r\n\r\n"
    with contextlib.ExitStack() as held, _server(site, monkeypatch, PATIENT) as server:
        senders = [held.enter_context(socket.create_connection(server.bind_addr, timeout=60)) for _ in range(103)]
        for sender in senders:
            sender.sendall(head)
        answers = [sender.recv(65536) for sender in senders[1:]]
        assert {answer[:12] for answer in answers} == {b"HTTP/1.1 503"}
        assert all(re.search(rb"\r\nRetry-After: \d+\r\n", answer) for answer in answers)
        senders[0].setblocking(False)
        with pytest.raises(BlockingIOError):
            senders[0].recv(1)


def test_more_connections_than_files(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """The one that has said nothing for longest makes way."""
    with contextlib.ExitStack() as held, _server(site, monkeypatch, PATIENT) as server:
        server.keep_alive_conn_limit = 20
        first = held.enter_context(socket.create_connection(server.bind_addr, timeout=60))
        for _ in range(40):
            held.enter_context(socket.create_connection(server.bind_addr, timeout=60))
        assert b"200 OK" in _ask(server, HEALTH)
        assert first.recv(1) == b""


class _Item:
    def __init__(self, lane: Lane) -> None:
        self.lane = lane


def test_lanes() -> None:
    """Four threads that never come back: health, then in turn, but two of "long" at most; an end only once nobody stands."""
    lanes = Lanes(4, 10)
    for lane in ("long", "short", "long", "long", "short", "short", "health"):
        lanes.put(_Item(lane))  # type: ignore[arg-type]
    lanes.put(END)
    got: list[object] = []
    told, over = threading.Semaphore(0), threading.Event()

    def at_work() -> None:
        got.append(lanes.get())
        told.release()
        over.wait(60)

    for _ in range(5):
        threading.Thread(target=at_work, daemon=True).start()
        assert told.acquire(timeout=60)
    over.set()
    assert [item.lane for item in got] == ["health", "long", "short", "long", "short"]  # type: ignore[attr-defined]
    assert lanes.qsize() == 2
    assert [item.lane for item in lanes.taken_out(-1)] == ["short", "long"]
    assert lanes.get() is END


@given(st.binary(max_size=3000), st.lists(st.integers(1, 700), max_size=12), st.integers(1, 500), st.booleans())
def test_chunks_arrive_as_they_were(body: bytes, sizes: list[int], piece: int, extended: bool) -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.setblocking(False)
        rest, sent = body, b""
        for size in sizes:
            part, rest = rest[:size], rest[size:]
            sent += b"%X%s\r\n%s\r\n" % (len(part), b"; a=b" * extended, part) if part else b""
        sent += b"%x\r\n%s\r\n" % (len(rest), rest) if rest else b""
        theirs.sendall(sent + b"0\r\n" + b"X-After: 1\r\n" * extended + b"\r\nGET")
        inbox = Inbox(ours)
        inbox.patience = Patience(60, 1)
        chunks, got = Chunks(inbox), b""
        while data := chunks.read(piece):
            assert len(data) == piece or chunks.closed or not chunks.read(1)
            got += data
        assert got == body and chunks.closed and inbox.read(3) == b"GET"


@pytest.mark.parametrize("sent", [
    b"zz\r\n", b"\r\n", b"+5\r\nhello\r\n", b"0x5\r\nhello\r\n", b"5\nhello\r\n", b"5\r\nhello!\r\n", b"5\r\nhel", b"5",
    b"0\r\nno end", b"1" * 17 + b"\r\n", b"5" + b";" * 70_000 + b"\r\n", b"0\r\n" + b"X: y\r\n" * 20_000 + b"\r\n",
])  # fmt: skip
def test_what_are_no_chunks(sent: bytes) -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.setblocking(False)
        theirs.sendall(sent)
        theirs.shutdown(socket.SHUT_WR)
        inbox = Inbox(ours)
        inbox.patience = Patience(60, 1)
        with pytest.raises(ValueError, match=r"chunk|trailer"):
            Chunks(inbox).read()


def test_a_chunk_is_not_held_whole() -> None:
    """One that says that it has 16 EB is read as it comes."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.setblocking(False)
        inbox = Inbox(ours)
        inbox.patience = Patience(60, 1)
        theirs.sendall(b"F" * 16 + b"\r\n" + b"x" * 1000)
        assert Chunks(inbox).read(600) == b"x" * 600


def test_patience_is_for_waiting_only() -> None:
    patience = Patience(2.0, 100)
    patience.spend(1.5, 0)
    assert patience.left == 0.5
    patience.spend(0.5, 100)
    assert patience.left == 1.0
    patience.spend(0, 1_000_000)
    assert patience.left == 2.0, "speed is not saved up"


def test_without_patience_nothing_waits() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.setblocking(False)
        assert Inbox(ours).read(10) == b"" and Inbox(ours).readline() == b""
        with pytest.raises(TimeoutError):
            Outbox(ours).write(b"x" * 50_000_000)
        body = Body(Inbox(ours), 10)
        assert body.read() == b"" and body.remaining == 10


def test_a_fault_of_one_connection_ends_no_other(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """An application that raises (ours never does), and one that ends in the middle of its answer; what cannot be taken in at all."""
    answer, arrived = site.application, connection.Connection.arrived

    def broken(environ: dict[str, object], start: object) -> object:
        if environ["PATH_INFO"] == "/early":
            raise ValueError("early")
        if environ["PATH_INFO"] == "/gone":
            raise ConnectionResetError("gone")
        return answer(environ, start)  # type: ignore[arg-type]

    def choosy(self: connection.Connection) -> bool | None:
        result = arrived(self)
        if self.request and self.request.path == b"/never":
            raise RuntimeError("never")
        return result

    monkeypatch.setattr(site, "application", broken)
    monkeypatch.setattr(connection.Connection, "arrived", choosy)
    with _server(site, monkeypatch, PATIENT) as server:
        for _ in range(3):
            for path, expected in ((b"/early", b"HTTP/1.1 500 "), (b"/never", b"HTTP/1.1 500 "), (b"/gone", b"")):
                assert _ask(server, HEALTH.replace(b"/health/live", path))[:13] == expected
        assert b"200 OK" in _ask(server, HEALTH)
