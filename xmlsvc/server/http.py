"""HTTP on one listening socket: cheroot around the WSGI application, made to stand on its own.

    Server ── Loop ── Connection (server.connection) ── Lanes (server.lanes) ── threads ── web.app.application

What cheroot lacks and is added here: no connection holds a thread before its request is there, bodies that must be waited for hold half
of the threads at most, health has threads of its own, and everything that is waited for has a deadline or a least speed. Refusals are
problem documents, a body is framed in one way only, a refused upload is drained so that its sender can read why, a full queue is answered,
and a server that stops first serves whoever has connected.
"""

from __future__ import annotations

import logging
import queue
import resource
import selectors
import socket
import time
from collections.abc import Iterator

from cheroot import connections
from cheroot.wsgi import Server as WSGIServer

from ..clock import Clock
from ..web import middleware
from . import connection, lanes, sockets
from .connection import Connection

LOG = logging.getLogger("xmlsvc.server")

STOP_SECONDS = 20.0
DRAIN_SECONDS = 2.0  # for those that are connected when the server stops
DRAIN_IDLE_SECONDS = 0.5  # … and say nothing
DRAIN_BEGUN_SECONDS = 8.0  # … or whose request is arriving
QUEUED_PER_THREAD = 50
QUEUED_SECONDS = 30.0
CONNECTIONS = 10_000
SPARE_FILES = 200  # what else a process has open


class Loop(connections.ConnectionManager):
    """The connections that no thread has."""

    def wait_for(self, conn: Connection) -> None:
        """Look again when something has come, or when it is overdue."""
        self._selector.register(conn.socket.fileno(), selectors.EVENT_READ, data=conn)

    def waiting(self) -> Iterator[Connection]:
        yield from [conn for _, conn in self._selector.connections if conn is not self.server]

    def _from_server_socket(self, server_socket: socket.socket) -> None:
        if len(self._selector) > self.server.keep_alive_conn_limit:
            self._give_up(min(self.waiting(), key=lambda conn: conn.until))
        conn = super()._from_server_socket(server_socket)
        if conn is not None:
            self.wait_for(conn)

    def _give_up(self, conn: Connection) -> None:
        self._selector.unregister(conn.socket.fileno())
        conn.overdue()

    def _expire(self, threshold: float) -> None:  # noqa: ARG002 - each connection knows its own
        """Called by the loop twice a second: the server is alive. When it drains, those that were kept alive end soon."""
        self.server.beat = now = time.monotonic()
        for conn in self.waiting():
            if conn.until - (connection.KEEP_ALIVE_SECONDS - DRAIN_IDLE_SECONDS) * (self.server.draining and not conn.begun) < now:
                self._give_up(conn)
        self.server.refuse_overdue(QUEUED_SECONDS)

    def refuse_new(self) -> None:
        """Listen no longer; those that have connected stay."""
        self._selector.unregister(self.server.socket.fileno())


class Server(WSGIServer):
    """cheroot with the limits of this package, on a socket that listens already and may be shared with other processes.

    `beat`: the monotonic second at which its loop last turned; `draining`: it takes no new connections and ends the others.
    """

    ConnectionClass = Connection
    max_request_header_size = connection.HEADER_BYTES
    max_request_body_size = 0  # the application counts bodies itself, chunked ones too
    draining = False

    def __init__(self, listening: socket.socket, application: middleware.Application, threads: int, clock: Clock) -> None:
        super().__init__(
            listening.getsockname()[:2],
            application,
            server_name="xmlsvc",
            request_queue_size=sockets.BACKLOG,
            timeout=connection.KEEP_ALIVE_SECONDS,
            shutdown_timeout=STOP_SECONDS / 2,
        )
        self.requests = lanes.Threads(self, threads, QUEUED_PER_THREAD * threads)
        self.keep_alive_conn_limit = min(CONNECTIONS, resource.getrlimit(resource.RLIMIT_NOFILE)[0] - SPARE_FILES)
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
        self._connections: Loop = Loop(self)
        first._selector.close()

    def process_conn(self, conn: Connection) -> None:
        """Something has come. Called by the loop, and by a thread that has answered and finds that more has come already."""
        try:
            arrived = conn.arrived()
            if arrived:
                self.requests.put(conn)
            elif arrived is None:
                self.wait_for(conn)
            else:
                conn.close()
        except queue.Full:
            conn.refuse("503 Service Unavailable", "More requests wait than can be answered in time.")
        except Exception:  # one connection must not end the loop
            LOG.error("What came from %s cannot be taken in", conn.remote_addr, exc_info=True)
            conn.refuse("500 Internal Server Error", "")

    def wait_for(self, conn: Connection) -> None:
        self._connections.wait_for(conn)

    def refuse_overdue(self, seconds: float) -> None:
        """Tell those that have stood in a lane for so long when to come back."""
        for conn in self.requests.lanes.taken_out(seconds):
            assert isinstance(conn, Connection)
            conn.refuse("503 Service Unavailable", "The request waited for too long behind others.")

    def stop(self) -> None:
        """Serve those that have connected, for a bounded time; then end."""
        if not self.ready:
            return
        self.draining = True
        self._connections.refuse_new()
        self._listening.close()
        self.socket = None  # type: ignore[assignment] # cheroot would knock at it
        began, quiet = time.monotonic(), 0
        while quiet < 5 and (seconds := time.monotonic() - began) < DRAIN_BEGUN_SECONDS:
            time.sleep(0.02)
            early = seconds < DRAIN_SECONDS
            waits = any(early or conn.begun for conn in self._connections.waiting()) or (early and self._busy)
            quiet = 0 if waits else quiet + 1  # a connection is nowhere for an instant between a thread and the loop
        self.refuse_overdue(0)
        super().stop()

    @property
    def _busy(self) -> bool:
        """Whether a request is under way or waits for a thread."""
        return bool(self.requests.qsize or self.requests.idle < self.numthreads)

    def _serve_unservicable(self) -> None:
        """cheroot's thread for refusals: here whoever finds the lane full writes them."""

    def error_log(self, msg: str = "", level: int = logging.INFO, traceback: bool = False) -> None:
        LOG.log(level, "%s", msg, exc_info=traceback)
