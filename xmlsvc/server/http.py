"""HTTP on one listening socket: cheroot around the WSGI application, made to stand on its own.

    Server (cheroot) → Connection → Request → web.app.application

What cheroot lacks and is added here: idle connections hold no thread, headers and bodies have a deadline, refusals are problem
documents, a body is framed in one way only, a refused upload is drained so that its sender can read why, a full queue is answered,
and a server that stops first serves whoever has connected.
"""

from __future__ import annotations

import contextlib
import json
import logging
import selectors
import socket
import time
from http import HTTPStatus
from typing import Any

from cheroot import connections
from cheroot import server as cheroot_server
from cheroot.wsgi import Server as WSGIServer

from .. import errors
from ..clock import Clock
from ..web import middleware, problem_types
from . import sockets

LOG = logging.getLogger("xmlsvc.server")

HEADER_BYTES = 32_768
HEADER_SECONDS = 10.0
BODY_SECONDS = 20.0
CHUNKED_SECONDS = 300.0
BODY_BYTES_PER_SECOND = 10_000
KEEP_ALIVE_SECONDS = 30
STOP_SECONDS = 20.0
DRAIN_SECONDS = 2.0  # for those that are connected when the server stops
DRAIN_IDLE_SECONDS = 0.5  # … of which these have said nothing
UNREAD_SECONDS = 2.0  # of reading what is still being sent to a connection that closes
QUEUED_PER_THREAD = 50
RETRY_SECONDS = 2  # after a refusal because of load

_KINDS: dict[int, type[errors.Error]] = {408: problem_types.RequestTimeout, 413: errors.TooLarge, 503: errors.Unavailable}


class _DeadlineSocket:
    """A socket whose reads end at the connection's deadline, however slowly the bytes drip."""

    def __init__(self, inner: socket.socket, connection: Connection) -> None:
        self._inner, self._connection = inner, connection

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def recv_into(self, *arguments: Any) -> int:
        deadline = self._connection.deadline
        if deadline is not None:
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError("timed out")
            self._inner.settimeout(min(left, self._connection.server.timeout))
        try:
            return self._inner.recv_into(*arguments)
        finally:
            self._inner.settimeout(self._connection.server.timeout)


class Request(cheroot_server.HTTPRequest):
    """One request on a connection."""

    def read_request_headers(self) -> bool:
        """Refuse what two servers on the way could frame differently (RFC 9112, section 6.1)."""
        if not super().read_request_headers():
            return False
        length = self.inheaders.get(b"Content-Length")
        if length is not None and (b"Transfer-Encoding" in self.inheaders or not length.isdigit()):
            self.simple_response("400 Bad Request", "A request has either Transfer-Encoding or a Content-Length, which is a number.")
            return False
        return True

    def respond(self) -> None:
        """Run the application; the body gets a deadline by its size. What it leaves unread is drained, within bounds."""
        length = int(self.inheaders.get(b"Content-Length", 0))
        allowance = CHUNKED_SECONDS if self.chunked_read else BODY_SECONDS + length / BODY_BYTES_PER_SECOND
        self.conn.deadline = time.monotonic() + allowance
        self.rfile = (
            cheroot_server.ChunkedRFile(self.conn.rfile, 0)
            if self.chunked_read
            else cheroot_server.KnownLengthRFile(self.conn.rfile, length)
        )
        self.server.gateway(self).respond()
        self.ensure_headers_sent()
        if self.chunked_write:
            self.conn.wfile.write(b"0\r\n\r\n")

    def send_headers(self) -> None:
        """Close instead of reading on where much of the body is unread, or its end can't be known."""
        unread = getattr(self.rfile, "remaining", 0)
        if unread > 65536 or (self.chunked_read and not getattr(self.rfile, "closed", False)):
            self.close_connection = True
            self.conn.unread = True
        if self.server.draining:
            self.close_connection = True
        super().send_headers()

    def simple_response(self, status: str, msg: str = "") -> None:
        """Refuse what never reaches the application: a problem document like every other refusal."""
        code = int(str(status)[:3])
        if code == 413:  # cheroot means the header section here (RFC 6585, section 5)
            code, msg = 431, f"The request's headers are larger than {HEADER_BYTES:,} bytes."
        phrase = HTTPStatus(code).phrase
        kind = _KINDS.get(code, errors.BadRequest if code < 500 else errors.Error)
        request_id = self.server.clock.new_id()
        body = json.dumps(
            {"type": f"/problems/{kind.slug}", "title": phrase, "status": code, "detail": msg or phrase, "request_id": request_id},
            separators=(",", ":"),
        ).encode()
        head = (
            f"{self.server.protocol} {code} {phrase}\r\nContent-Type: application/problem+json\r\nContent-Length: {len(body)}\r\n"
            f"{f'Retry-After: {RETRY_SECONDS}{chr(13)}{chr(10)}' if code == 503 else ''}"
            f"X-Request-Id: {request_id}\r\nX-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n"
        )
        self.close_connection, self.sent_headers, self.conn.unread = True, True, True
        with contextlib.suppress(OSError):
            self.conn.wfile.write(head.encode("latin-1") + body)


class Connection(cheroot_server.HTTPConnection):
    """One connection; `deadline` (monotonic seconds) ends its reads; `unread`: its sender may still be sending when it closes."""

    RequestHandlerClass = Request
    deadline: float | None = None
    unread = False

    def __init__(self, server: Any, sock: socket.socket, makefile: Any = cheroot_server.MakeFile) -> None:
        super().__init__(server, sock, makefile)
        self.rfile.raw._sock = _DeadlineSocket(sock, self)

    def communicate(self) -> bool:
        self.deadline = time.monotonic() + HEADER_SECONDS
        try:
            return bool(super().communicate())
        finally:
            self.deadline = None

    def close(self) -> None:
        """Closing over unread bytes resets the connection and loses the answer: read some of them first (RFC 9112, section 9.6)."""
        if self.unread:
            with contextlib.suppress(OSError):
                self.socket.shutdown(socket.SHUT_WR)
                until = time.monotonic() + UNREAD_SECONDS
                while (left := until - time.monotonic()) > 0:
                    self.socket.settimeout(left)
                    if not self.socket.recv(65536):
                        break
        super().close()


class _Connections(connections.ConnectionManager):
    """Connections without a request under way wait here. A new one waits until its first byte is there, not in a thread."""

    def _from_server_socket(self, server_socket: socket.socket) -> None:
        connection = super()._from_server_socket(server_socket)
        if connection is not None:
            connection.last_used = time.time()
            self._selector.register(connection.socket.fileno(), selectors.EVENT_READ, data=connection)

    def _expire(self, threshold: float) -> None:
        """Called by the loop twice a second: the server is alive. When it drains, those that were kept alive end soon."""
        self.server.beat = time.monotonic()
        super()._expire(time.time() - DRAIN_IDLE_SECONDS if self.server.draining else threshold)

    def refuse_new(self) -> None:
        """Listen no longer; those that have connected stay."""
        self._selector.unregister(self.server.socket.fileno())

    @property
    def waiting(self) -> int:
        """How many connections wait for a request."""
        return sum(1 for _, connection in self._selector.connections if connection is not self.server)


class Server(WSGIServer):
    """cheroot with the limits of this module, on a socket that listens already and may be shared with other processes.

    `beat`: the monotonic second at which its loop last turned; `draining`: it takes no new connections and ends the others.
    """

    ConnectionClass = Connection
    max_request_header_size = HEADER_BYTES
    max_request_body_size = 0  # the application counts bodies itself, chunked ones too
    keep_alive_conn_limit = 1000
    draining = False

    def __init__(self, listening: socket.socket, application: middleware.Application, threads: int, clock: Clock) -> None:
        super().__init__(
            listening.getsockname()[:2],
            application,
            numthreads=threads,
            max=threads,
            server_name="xmlsvc",
            request_queue_size=sockets.BACKLOG,
            timeout=KEEP_ALIVE_SECONDS,
            shutdown_timeout=STOP_SECONDS / 2,
            accepted_queue_size=QUEUED_PER_THREAD * threads,
            accepted_queue_timeout=0,
        )
        self.clock, self._listening = clock, listening
        self.beat = time.monotonic()

    def bind(self, family: int, type: int, proto: int = 0) -> socket.socket:  # noqa: ARG002 - cheroot asks for a new one
        """The socket that was handed in."""
        self.socket = self._listening
        return self._listening

    def prepare(self) -> None:
        super().prepare()
        self.socket.setblocking(False)  # another process may have been quicker to accept
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # for those that it accepts: an answer is two writes
        first: connections.ConnectionManager = self._connections
        self._connections: connections.ConnectionManager = _Connections(self)
        first._selector.close()

    def stop(self) -> None:
        """Serve those that have connected, for a bounded time; then end."""
        if not self.ready:
            return
        self.draining = True
        self._connections.refuse_new()
        self._listening.close()
        self.socket = None  # type: ignore[assignment] # cheroot would knock at it
        until, quiet = time.monotonic() + DRAIN_SECONDS, 0
        while quiet < 5 and time.monotonic() < until:  # a connection is nowhere for an instant between a thread and the loop
            time.sleep(0.02)
            quiet = 0 if self._connections.waiting or self._busy else quiet + 1
        super().stop()

    @property
    def _busy(self) -> bool:
        """Whether a request is under way or waits for a thread."""
        return bool(self.requests.qsize or self.requests.idle < self.numthreads)

    def _serve_unservicable(self) -> None:
        """Refuse what came while the queue was full, so that its sender knows when to come back."""
        while isinstance(connection := self._unservicable_conns.get(), Connection):
            with contextlib.suppress(OSError):
                Request(self, connection).simple_response("503 Service Unavailable", "More requests wait than can be answered in time.")
            connection.close()

    def error_log(self, msg: str = "", level: int = logging.INFO, traceback: bool = False) -> None:
        LOG.log(level, "%s", msg, exc_info=traceback)
