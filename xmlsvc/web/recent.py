"""Small answers that were given a moment ago, given again while nobody has committed anything since: without CherryPy, without SQL.

Only what has an entity tag is kept, for two seconds, by everything in the request that it depends on, in the thread that made it. Numbers
that the database is asked for with each request tell whether anybody has committed anything (SQLite: PRAGMA data_version; MariaDB:
storage.backends.commits, on the servers that the answer was read from). Where it cannot tell, nothing is kept.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from ..documents.services import Services
from ..storage.sessions import Version
from .middleware import NOTES, PREFIX, Application, Environ
from .proxies import ASSERTED
from .rates import Rates
from .standing import TOKENS

SECONDS = 2.0  # a token that ends, or a vocabulary that is added, is noticed after that long at the latest
BYTES = 16_384
ENTRIES = 200  # of each thread

_ASKED = (
    "PATH_INFO", "QUERY_STRING", "HTTP_ACCEPT", "HTTP_ACCEPT_LANGUAGE", "HTTP_AUTHORIZATION", "HTTP_COOKIE", "HTTP_IF_NONE_MATCH",
    "HTTP_IF_MODIFIED_SINCE", "HTTP_PREFER", "HTTP_RANGE", "HTTP_HOST", "wsgi.url_scheme", PREFIX, ASSERTED,
)  # fmt: skip
_OWN = ("ratelimit", "ratelimit-policy")  # headers that are each answer's own


@dataclass(frozen=True, slots=True)
class _Answer:
    version: Version
    until: float
    status: str
    headers: list[tuple[str, str]]
    body: bytes
    notes: dict[str, str]
    tokens: tuple[str, ...]


class Recent:
    """Stands around the applications of an instance; `rates` counts repeated answers, too."""

    def __init__(self, app: Application, services: Services, rates: Rates) -> None:
        self._app, self._sessions, self._rates = app, services.sessions, rates
        self._mine = threading.local()

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] != "GET" or not environ.get("PATH_INFO", "").startswith("/api/"):
            return self._app(environ, start_response)
        kept: OrderedDict[tuple[Any, ...], _Answer] = self._mine.__dict__.setdefault("kept", OrderedDict())
        asked = tuple(map(environ.get, _ASKED))
        answer = kept.get(asked)
        if answer is not None and time.monotonic() < answer.until and self._sessions.version(answer.version) == answer.version:
            taken = [self._rates.take(token) for token in answer.tokens]
            if not any(each.wait for each in taken):  # else the application refuses
                environ[NOTES].update(answer.notes)
                start_response(answer.status, [*answer.headers, *(pair for each in taken for pair in each.headers.items())])
                return [answer.body]
        if (version := self._sessions.version()) is None:
            return self._app(environ, start_response)
        return self._made(environ, start_response, version, kept, asked)

    def _made(
        self, environ: Environ, start_response: Callable[..., Any], version: Version, kept: OrderedDict[Any, _Answer], asked: Any
    ) -> Iterable[bytes]:
        """The application's answer, kept if it may be."""
        seen: list[tuple[str, list[tuple[str, str]]]] = []
        tokens: list[str] = environ.setdefault(TOKENS, [])

        def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            seen.append((status, headers))
            return start_response(status, headers, *more)

        result = self._app(environ, start)
        if not seen or not _keepable(*seen[-1]):
            return result
        try:
            body = b"".join(result)
        finally:
            if close := getattr(result, "close", None):
                close()
        if (read := self._sessions.seen(version)) is None:
            return [body]
        status, headers = seen[-1]
        own = [(name, value) for name, value in headers if name.lower() not in _OWN]
        kept[asked] = _Answer(read, time.monotonic() + SECONDS, status, own, body, dict(environ[NOTES]), tuple(tokens))
        kept.move_to_end(asked)
        if len(kept) > ENTRIES:
            kept.popitem(last=False)
        return [body]


def _keepable(status: str, headers: list[tuple[str, str]]) -> bool:
    named = {name.lower(): value for name, value in headers}
    small = status.startswith("304") or int(named.get("content-length", BYTES + 1)) <= BYTES
    return status[:3] in ("200", "304") and "etag" in named and "set-cookie" not in named and small
