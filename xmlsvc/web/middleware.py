"""What stands around everything, as WSGI: the request id, the limit on bodies, security headers, the access log, the last net.

server → Guard(id, limit, headers, log) → Mounts → cherrypy.Application of /api, /health or the pages
"""

from __future__ import annotations

import io
import logging
import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from .. import errors, logs, metrics
from ..clock import Clock
from . import problem_types, problems

Environ = dict[str, Any]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]

LOG = logging.getLogger("xmlsvc.web")

_COUNTED = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
REQUEST_ID = "xmlsvc.request_id"
PREFIX = "xmlsvc.prefix"
NOTES = "xmlsvc.notes"  # a dict that the request fills for log and metrics: "identity", "route"

_TRACE = re.compile(r"[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}(-.*)?")  # traceparent of W3C Trace Context, section 3.2

_HEADERS = (
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=()"),
)


class LimitedInput(io.RawIOBase):
    """A request body that ends with a clear error instead of growing over `limit` bytes, however it is framed.

    Raises TooLarge, RequestTimeout (the sender stalled) and BadRequest (chunks that cannot be read, an early end).
    """

    def __init__(self, stream: Any, limit: int, length: int | None) -> None:
        self._stream, self._limit, self._length, self._read = stream, limit, length, 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        if self._length is not None and self._length > self._limit:
            raise self._too_large()
        pieces = []
        while size:
            piece = self._some(min(65536, size) if size > 0 else 65536)
            if not piece:
                break
            pieces.append(piece)
            size = size - len(piece) if size > 0 else size
        return b"".join(pieces)

    def readinto(self, buffer: Any) -> int:
        data = self.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def _some(self, size: int) -> bytes:
        if self._length is not None:
            size = min(size, self._length - self._read)
            if size <= 0:
                return b""
        try:
            piece: bytes = self._stream.read(size)
        except TimeoutError:
            raise problem_types.RequestTimeout("The body stopped arriving. Send the request again.") from None
        except (ValueError, OSError, AssertionError) as error:
            raise errors.BadRequest("The body's transfer coding cannot be read. Send Content-Length, or correct chunks.") from error
        self._read += len(piece)
        if self._read > self._limit:
            raise self._too_large()
        if not piece and self._length is not None:
            raise errors.BadRequest(f"The body ended after {self._read} bytes, but Content-Length says {self._length}.")
        return piece

    def _too_large(self) -> errors.TooLarge:
        size = f"{self._length:,} bytes" if self._length is not None else "more"
        return errors.TooLarge(f"The body has {size}; the limit is {self._limit:,} bytes.", limit=self._limit)


class _Answer:
    """The iterable given to the server: logs once at its end, and never lets an exception through while iterating."""

    def __init__(self, inner: Iterable[bytes], done: Callable[[int], None]) -> None:
        self._inner, self._iterator, self._done, self._sent = inner, iter(inner), done, 0

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        piece = next(self._iterator)
        self._sent += len(piece)
        return piece

    def close(self) -> None:
        try:
            if close := getattr(self._inner, "close", None):
                close()
        finally:
            self._done(self._sent)


class Guard:
    """The outermost application: nothing below can fail without an answer that carries the request id.

    `limits`: the most bytes of a body, by path; `front`: makes a request what it was before the proxies on its way; `slow`: the seconds
    from which a request is named in the log."""

    def __init__(
        self, app: Application, clock: Clock, limits: Callable[[str], int], front: Callable[[Environ], None], slow: float = 1.0
    ) -> None:
        self._app, self._clock, self._limits, self._front, self._slow = app, clock, limits, front, slow

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        began = time.perf_counter()
        self._front(environ)
        request_id = environ[REQUEST_ID] = self._clock.new_id()
        environ[PREFIX] = environ.get("SCRIPT_NAME", "").rstrip("/")
        environ.setdefault(NOTES, {})
        answered: list[str] = []

        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            answered.append(status[:3])
            names = {name.lower() for name, _ in headers}
            headers = [*headers, ("X-Request-Id", request_id), *(pair for pair in _HEADERS if pair[0].lower() not in names)]
            return start_response(status, headers, exc_info) if exc_info else start_response(status, headers)

        trace = _TRACE.fullmatch(environ.get("HTTP_TRACEPARENT", ""))
        about = {"request": request_id} | ({"trace": trace[1]} if trace else {})

        def done(sent: int) -> None:
            seconds = time.perf_counter() - began
            _record(environ, int(answered[-1]) if answered else 0, sent, seconds, about)
            if seconds >= self._slow:
                asked = (environ["REQUEST_METHOD"], environ.get("PATH_INFO", ""))
                LOG.warning("Slow: %s %s took %.1f s", *asked, seconds, extra={"facts": about})

        try:
            length = _length(environ)
            environ["wsgi.input"] = LimitedInput(environ["wsgi.input"], self._limits(environ.get("PATH_INFO", "")), length)
            with logs.about(**about):
                return _Answer(self._app(environ, start), done)
        except Exception as error:  # noqa: BLE001 - the last net: the sender gets a problem document with the id
            return _Answer(refuse(error, environ, start), done)


def _record(environ: Environ, status: int, sent: int, seconds: float, about: Mapping[str, str]) -> None:
    """One line in the access log: who asked what, how it was answered, in how many bytes and milliseconds. The same to the metrics."""
    notes = environ[NOTES]
    method = environ["REQUEST_METHOD"] if environ["REQUEST_METHOD"] in _COUNTED else "other"
    metrics.REQUESTS.labels(notes.get("route", "-"), method, str(status)).observe(seconds)
    facts = {
        "address": environ.get("REMOTE_ADDR", "-"),
        "identity": notes.get("identity", "-"),
        "method": environ["REQUEST_METHOD"],
        "path": environ.get("PATH_INFO", ""),
        "status": status,
        "bytes": sent,
        "ms": round(1000 * seconds, 1),
    }
    logs.ACCESS.info("%s %s", " ".join(map(str, facts.values())), about["request"], extra={"facts": {**facts, **about}})


def _length(environ: Environ) -> int | None:
    """The body's length: 0 where there is none, None for chunks that the server reads to their end."""
    if "chunked" in environ.get("HTTP_TRANSFER_ENCODING", "").lower() or environ.get("wsgi.input_terminated"):
        return None
    text = environ.get("CONTENT_LENGTH") or "0"
    if not text.isascii() or not text.isdigit():
        raise errors.BadRequest(f"Content-Length is {text!r}; it must be a number.")
    return int(text)


def refuse(error: BaseException, environ: Mapping[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
    """Answer with a problem document, without anything but WSGI."""
    problem = problems.of(
        error,
        request_id=environ[REQUEST_ID],
        prefix=environ[PREFIX],
        instance=quote(environ[PREFIX] + environ.get("PATH_INFO", ""), encoding="latin-1"),
    )
    body = problem.json()
    headers = [("Content-Type", problems.MEDIA_TYPE), ("Content-Length", str(len(body))), ("Cache-Control", "no-store"), *problem.headers]
    start_response(f"{problem.status} {HTTPStatus(problem.status).phrase}", headers)
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]


class Mounts:
    """Several applications side by side: the longest prefix of the path wins; "" takes the rest."""

    def __init__(self, mounts: Mapping[str, Application]) -> None:
        self._mounts = sorted(mounts.items(), key=lambda pair: -len(pair[0]))

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        for prefix, app in self._mounts:
            if not prefix or path == prefix or path.startswith(prefix + "/"):
                inner = (
                    environ
                    if not prefix
                    else {**environ, "SCRIPT_NAME": environ.get("SCRIPT_NAME", "") + prefix, "PATH_INFO": path[len(prefix) :]}
                )
                return app(inner, start_response)
        raise errors.NotFound(f"There is nothing at {path}.")
