"""One connection, and one request on it.

    loop    Connection.arrived   gathers bytes; once the head is there: Request.parse_request; a short body is waited for, too
    thread  Connection.communicate → Request.respond → the application, whose reads and writes have a Patience
    loop    again: the next request, or the end: what is still being sent is read for a while, so that the answer is not lost
"""

from __future__ import annotations

import contextlib
import json
import logging
import re
import socket
import time
from http import HTTPStatus
from typing import Any

from cheroot import server as cheroot_server

from .. import errors
from ..web import problem_types
from .lanes import Lane
from .wire import Body, Chunks, Inbox, Outbox, Patience

LOG = logging.getLogger("xmlsvc.server")

HEADER_BYTES = 32_768
HEADER_SECONDS = 10.0
BODY_SECONDS = 20.0
SEND_SECONDS = 30.0
BYTES_PER_SECOND = 1_000  # the least, both ways, of what takes longer than that
AHEAD_BYTES = 65_536  # a body up to this size is waited for by the loop
KEEP_ALIVE_SECONDS = 30
UNREAD_SECONDS = 2.0  # of reading what is still being sent to a connection that closes
RETRY_SECONDS = 2  # after a refusal because of load

_KINDS: dict[int, type[errors.Error]] = {408: problem_types.RequestTimeout, 413: errors.TooLarge, 503: errors.Unavailable}
_HEALTH = re.compile(rb".*/health/(live|ready)")


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

    @property
    def length(self) -> int:
        return int(self.inheaders.get(b"Content-Length", 0))

    @property
    def lane(self) -> Lane:
        if not self.chunked_read and self.length <= len(self.conn.rfile):
            return "health" if _HEALTH.fullmatch(self.path) else "short"
        return "long"

    def respond(self) -> None:
        """Run the application; what it leaves of the body unread is drained, within bounds."""
        self.rfile = Chunks(self.conn.rfile) if self.chunked_read else Body(self.conn.rfile, self.length)
        self.server.gateway(self).respond()
        self.ensure_headers_sent()
        if self.chunked_write:
            self.conn.wfile.write(b"0\r\n\r\n")

    def send_headers(self) -> None:
        """Close instead of reading on where much of the body is unread, or its end can't be known."""
        unread = getattr(self.rfile, "remaining", 0)
        if unread > AHEAD_BYTES or (self.chunked_read and not getattr(self.rfile, "closed", False)):
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
        LOG.info("Refused %s with %d: %s (%s)", self.conn.remote_addr, code, msg or phrase, request_id)
        with contextlib.suppress(OSError):
            self.conn.wfile.write(head.encode("latin-1") + body)


class Connection(cheroot_server.HTTPConnection):
    """One connection.

    `request`: the one whose head has arrived and which no thread has taken; `until`: the monotonic second up to which the loop waits for
    more; `unread`: its sender may still be sending when it closes; `leaving`: only that is waited for.
    """

    rfile: Inbox
    wfile: Outbox
    unread = leaving = False

    def __init__(self, server: Any, sock: socket.socket, _: object = None) -> None:
        super().__init__(server, sock, lambda sock, mode, _: Inbox(sock) if "r" in mode else Outbox(sock))
        sock.setblocking(False)
        self.request: Request | None = None
        self._patience = Patience(BODY_SECONDS, BYTES_PER_SECOND)
        self.until = time.monotonic() + KEEP_ALIVE_SECONDS
        self._since = 0.0  # the loop waits for the body

    @property
    def begun(self) -> bool:
        """Whether a request is on its way."""
        return bool(self.rfile or self.request) and not self.leaving

    @property
    def lane(self) -> Lane:
        return self.request.lane if self.request else "short"

    def arrived(self) -> bool | None:
        """Take in what has come: True once a thread may take the request, None while more is to be waited for, False where the connection
        is to be closed."""
        before, now = len(self.rfile), time.monotonic()
        came = self.rfile.gather()
        if self.leaving:
            self.rfile.discard()
            return False if self.rfile.ended else None
        if self.request is None:
            if not self.rfile.has_head() and len(self.rfile) <= HEADER_BYTES:
                if came and not before:
                    self.until = now + HEADER_SECONDS
                return False if self.rfile.ended else None
            self.request = Request(self.server, self)
            self.request.parse_request()
            if not self.request.ready:
                return False
            self._patience, self._since = Patience(BODY_SECONDS, BYTES_PER_SECOND), now
        if self.request.lane != "long" or self.request.chunked_read or self.request.length > AHEAD_BYTES or self.rfile.ended:
            return True
        self._patience.spend(now - self._since, came)
        self.until, self._since = now + self._patience.left, now
        return None

    def overdue(self) -> None:
        """The loop has waited long enough."""
        if self.begun:
            what = "body" if self.request else "head"
            self.refuse("408 Request Timeout", f"The request's {what} stopped arriving. Send the request again.")
        else:
            self.close()

    def refuse(self, status: str, message: str) -> None:
        Request(self.server, self).simple_response(status, message)
        self.close()

    def communicate(self) -> bool:
        """Serve the request, in a thread; whether another may follow."""
        request, self.request = self.request, None
        assert request is not None
        self.rfile.patience, self.wfile.patience = self._patience, Patience(SEND_SECONDS, BYTES_PER_SECOND)
        try:
            request.respond()
            return not request.close_connection
        except ConnectionError:  # its sender has gone
            return False
        except Exception as error:
            late = isinstance(error, TimeoutError)
            if not late:
                LOG.error("A request from %s failed in the server", self.remote_addr, exc_info=True)
            if not request.sent_headers:
                request.simple_response("408 Request Timeout" if late else "500 Internal Server Error")
            return False
        finally:
            self.rfile.patience = self.wfile.patience = None
            self.until = time.monotonic() + KEEP_ALIVE_SECONDS

    def close(self) -> None:
        """Closing over unread bytes resets the connection and loses the answer: the loop reads some first (RFC 9112, section 9.6)."""
        if self.unread and not self.leaving and self.server.ready:
            self.leaving, self.until = True, time.monotonic() + UNREAD_SECONDS
            self.rfile.discard()
            with contextlib.suppress(OSError):
                self.socket.shutdown(socket.SHUT_WR)
                self.server.wait_for(self)
                return
        super().close()
