"""The built-in server: CherryPy's process bus and cheroot around the WSGI application, made to stand on its own.

    serve → Bus → ServerAdapter → Server (cheroot) → Connection → Request → web.app.application

What cheroot lacks and is added here: idle connections hold no thread, headers and bodies have a deadline, refusals are problem
documents, a body is framed in one way only, a refused upload is drained so that its sender can read why, stopping is bounded in time.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import selectors
import socket
import threading
import time
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path
from typing import Any

from cheroot import connections
from cheroot import server as cheroot_server
from cheroot.wsgi import Server as WSGIServer
from cherrypy.process import plugins, servers, wspbus

from . import errors
from .clock import Clock
from .documents import services as service_module
from .web import app, middleware, problem_types

LOG = logging.getLogger("xmlsvc.server")

HEADER_BYTES = 32_768
HEADER_SECONDS = 10.0
BODY_SECONDS = 20.0
CHUNKED_SECONDS = 300.0
BODY_BYTES_PER_SECOND = 10_000
KEEP_ALIVE_SECONDS = 30
STOP_SECONDS = 20.0
DRAIN_SECONDS = 2.0

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
                until = time.monotonic() + DRAIN_SECONDS
                while (left := until - time.monotonic()) > 0:
                    self.socket.settimeout(left)
                    if not self.socket.recv(65536):
                        break
        super().close()


class _Connections(connections.ConnectionManager):
    """A new connection waits in the selector until its first byte is there, not in a thread."""

    def _from_server_socket(self, server_socket: socket.socket) -> None:
        connection = super()._from_server_socket(server_socket)
        if connection is not None:
            connection.last_used = time.time()
            self._selector.register(connection.socket.fileno(), selectors.EVENT_READ, data=connection)


class Server(WSGIServer):
    """cheroot with the limits of this module."""

    ConnectionClass = Connection
    max_request_header_size = HEADER_BYTES
    max_request_body_size = 0  # the application counts bodies itself, chunked ones too
    keep_alive_conn_limit = 1000

    def __init__(self, bind: tuple[str, int], application: middleware.Application, threads: int, clock: Clock) -> None:
        super().__init__(
            bind,
            application,
            numthreads=threads,
            max=threads,
            server_name="xmlsvc",
            request_queue_size=128,
            timeout=KEEP_ALIVE_SECONDS,
            shutdown_timeout=STOP_SECONDS / 2,
        )
        self.clock = clock

    def prepare(self) -> None:
        super().prepare()
        first: connections.ConnectionManager = self._connections
        self._connections: connections.ConnectionManager = _Connections(self)
        first._selector.close()

    def error_log(self, msg: str = "", level: int = logging.INFO, traceback: bool = False) -> None:
        LOG.log(level, "%s", msg, exc_info=traceback)


def address(bind: str) -> tuple[str, int]:
    """ "127.0.0.1:8080", "[::1]:8080" or ":8080" as (host, port). Raises EnvironmentFault."""
    host, _, port = bind.rpartition(":")
    if not port.isascii() or not port.isdigit() or int(port) > 65535:
        raise errors.EnvironmentFault(f"The setting bind is {bind!r}; it must be HOST:PORT, for example 127.0.0.1:8080.")
    return host.strip("[]") or "0.0.0.0", int(port)


def serve(instance: str | Path, bind: str | None = None, started: Callable[[str], None] = lambda _: None) -> None:
    """Serve the instance until SIGTERM or SIGINT; requests under way are finished. SIGHUP starts the program anew.

    `bind` overrides the setting; `started` is called with the address once the service listens. Raises EnvironmentFault for no
    instance, or where the address cannot be had.
    """
    _log_to_stderr()
    with service_module.open(instance) as services:
        _serve(services, bind, started)


def _log_to_stderr() -> None:
    """One line an event, UTC, to stderr, where systemd and containers expect it; left alone where the caller has set up logging."""
    formatter = logging.Formatter("%(asctime)s.%(msecs)03dZ %(levelname)s %(name)s %(message)s", "%Y-%m-%dT%H:%M:%S")
    formatter.converter = time.gmtime
    handler = logging.StreamHandler()
    handler.setFormatter(formatter)
    logging.basicConfig(level=logging.INFO, handlers=[handler])


def _serve(services: service_module.Services, bind: str | None, started: Callable[[str], None]) -> None:
    settings = services.settings
    host, port = address(bind or settings.bind)
    bus = wspbus.Bus()
    bus.subscribe("log", lambda message, level=logging.INFO: LOG.log(logging.DEBUG if level == logging.INFO else level, "%s", message))
    if "LISTEN_PID" not in os.environ:  # systemd hands over a socket that is bound already
        _check_free(host, port)
    server = Server((host, port), app.application(services), settings.threads, services.clock)
    servers.ServerAdapter(bus, server, None).subscribe()
    signals = plugins.SignalHandler(bus)
    signals.handlers["SIGHUP"] = bus.restart
    signals.subscribe()
    bus.subscribe("start", lambda: LOG.info("Serving on http://%s:%d", *server.bind_addr[:2]), priority=90)
    bus.subscribe("start", lambda: started(f"http://{host}:{port}"), priority=91)
    watchdog = threading.Timer(STOP_SECONDS, _give_up)
    watchdog.daemon = True
    bus.subscribe("stop", watchdog.start, priority=1)
    bus.subscribe("exit", services.close)
    bus.start()
    try:
        bus.block()
    finally:
        watchdog.cancel()


def _check_free(host: str, port: int) -> None:
    """A taken port is the commonest fault at start: say so plainly instead of from within a thread."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise errors.EnvironmentFault(
                f"{host}:{port} cannot be listened on: {error.strerror}. Stop what uses it, or choose another with --bind HOST:PORT or "
                "XMLSVC_BIND=HOST:PORT in the environment."
            ) from error


def _give_up() -> None:
    """A handler that never returns must not keep the process alive when it was told to stop."""
    LOG.critical("Requests did not end within %.0f s of the stop; ending the process", STOP_SECONDS)
    os._exit(75)
