"""The partner's side of a delivery: files as a stream, each sent until it is answered, whatever network and service do meanwhile.

    push(paths, to, state) ─► files.items ─► Sender.send ─┬─ answered: one line in the state file ─► Pushed
                                                          └─ not answered: again, with the same Idempotency-Key, when Retry-After says

The state file holds what was answered, so that a push that was stopped goes on where it was; it is removed when everything is answered. It
needs no instance, and nothing of the service but its public API.
"""

from __future__ import annotations

import base64
import contextlib
import gzip
import hashlib
import http.client
import json
import random
import secrets
import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from ..errors import EnvironmentFault, UsageError
from ..jobs import executors
from . import files

LARGEST = 1_000_000_000  # bytes of one file; the service has a limit of its own
PACKED_FROM = 4_096  # bytes from which a body is sent compressed
PATIENCE = 300.0  # seconds that one document is tried for
FAILURES = 3  # times that the service may fail at a document (500) before that is its answer
SECONDS = 120.0  # until a connection counts as dead
_AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504})
_PAUSES = (0.5, 1, 2, 4, 8, 15, 30)  # seconds, where the service does not say


@dataclass(frozen=True, slots=True, kw_only=True)
class Pushed:
    """One item. `outcome`: new, revised, unchanged, quarantined, refused, skipped (no document), unreadable, or before (answered by an
    earlier push that was stopped); `violations` as the service's JSON has them; `message` says why otherwise."""

    name: str
    place: str
    outcome: str
    document: str | None = None
    violations: list[dict[str, Any]] = field(default_factory=list)
    message: str = ""


class State:
    """The file that remembers what was answered: a line of JSON each; the first one names the push. A last line that was cut off does not
    count."""

    def __init__(self, path: Path, asked: dict[str, Any]) -> None:
        """`asked`: what makes it another push. Raises UsageError for a file of another one, or that is none."""
        self.path = path
        self.done: dict[str, str] = {}
        lines = path.read_bytes().splitlines(keepends=True) if path.exists() else []
        whole = [line for line in lines if line.endswith(b"\n")]
        try:
            found = [json.loads(line) for line in whole]
            head = found[0] if found else {}
            if found and head.get("push") != asked:
                raise UsageError(f"{path} belongs to another push ({head.get('push')}). Name another file with --state, or remove it.")
            self.done = {line["place"]: line["digest"] for line in found[1:]}
        except (ValueError, KeyError, AttributeError):
            raise UsageError(f"{path} is no state file of a push. Name another one with --state.") from None
        self.key = head.get("key") or secrets.token_hex(16)
        self._lock = threading.Lock()
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("ab")
        self._file.truncate(sum(map(len, whole)))
        if not whole:
            self._write({"push": asked, "key": self.key})

    def _write(self, line: dict[str, Any]) -> None:
        with self._lock:
            self._file.write(json.dumps(line).encode() + b"\n")
            self._file.flush()

    def answered(self, place: str, digest: str) -> None:
        self._write({"place": place, "digest": digest})

    def close(self, finished: bool) -> None:
        """`finished`: there is nothing to go on with."""
        self._file.close()
        if finished:
            self.path.unlink(missing_ok=True)


class Sender:
    """Connections to one service, one a thread."""

    def __init__(self, to: str, token: str, patience: float = PATIENCE) -> None:
        """Raises UsageError for an address that is none."""
        parts = urlsplit(to)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise UsageError(f"{to!r} is no address of a service; it looks like https://metadata.example.org")
        self._https, self._host, self._port = parts.scheme == "https", parts.hostname, parts.port
        self._base, self._token, self._patience = parts.path.rstrip("/"), token, patience
        self._mine, self._over = threading.local(), threading.Event()
        self._connections: list[http.client.HTTPConnection] = []

    def stop(self) -> None:
        """Give up what waits to be sent again."""
        self._over.set()

    def close(self) -> None:
        """Close the connections; for when no thread sends any more."""
        for connection in self._connections:
            connection.close()

    def send(self, item: files.Item, key: str, vocabulary: str | None) -> tuple[int, dict[str, Any]]:
        """The answer to one document: status and JSON. Tries again until there is one; a service that fails at this very document has
        answered, too. Raises EnvironmentFault where the service lets nobody in, or could not be reached for too long."""
        assert item.data is not None
        failures = 0
        query = {"id": item.name, "name": item.name, **({"schema": vocabulary} if vocabulary else {})}
        path = f"{self._base}/api/documents?{urlencode(query, quote_via=quote)}"
        until, pauses = time.monotonic() + self._patience, iter((*_PAUSES,))
        while True:
            status, headers, body = self._once(path, item.data, key)
            if status in (401, 403):
                raise EnvironmentFault(f"The service refuses the token: {_said(body)}")
            failures += status == 500
            if failures > FAILURES or (status and status not in _AGAIN and not (status == 409 and headers.get("Retry-After"))):
                return status, _json(status, body)
            stated = headers.get("Retry-After", "")
            pause = float(stated) if stated.isdigit() else next(pauses, _PAUSES[-1]) * random.uniform(0.7, 1.3)
            if time.monotonic() + pause > until:
                said = f"it answers {status}: {_said(body)}" if status else _said(body)
                raise EnvironmentFault(f"{self._host} could not be reached for {self._patience:.0f} s: {said} Push again to go on.")
            if self._over.wait(pause):
                raise EnvironmentFault("The push was stopped. Push again to go on.")

    def _once(self, path: str, data: bytes, key: str) -> tuple[int, dict[str, str], bytes]:
        """Status 0: there was no answer, the body says why."""
        headers = {
            "Authorization": f"Bearer {self._token}", "Content-Type": "application/xml", "Accept": "application/json",
            "Idempotency-Key": f'"{key}"',
        }  # fmt: skip
        if len(data) >= PACKED_FROM:
            data = gzip.compress(data, 6, mtime=0)  # the same bytes each time: it is the same request
            headers["Content-Encoding"] = "gzip"
        headers["Content-Digest"] = f"sha-256=:{base64.b64encode(hashlib.sha256(data).digest()).decode()}:"
        connection = self._connection()
        try:
            connection.request("POST", path, data, headers)
            answer = connection.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read()
        except (OSError, http.client.HTTPException) as error:
            connection.close()
            return 0, {}, f"{error or type(error).__name__}.".encode()

    def _connection(self) -> http.client.HTTPConnection:
        found: http.client.HTTPConnection | None = getattr(self._mine, "connection", None)
        if found is None:
            kind = http.client.HTTPSConnection if self._https else http.client.HTTPConnection
            found = self._mine.connection = kind(self._host, self._port, timeout=SECONDS)
            self._connections.append(found)
        return found


def _json(status: int, body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
        return found if isinstance(found, dict) else {}
    except ValueError:
        raise EnvironmentFault(f"The service answers {status}, but not as xmlsvc does. Is the address right? {_said(body)}") from None


def _said(body: bytes) -> str:
    """The sentence of a problem document, else the beginning of whatever came."""
    try:
        return str(json.loads(body)["detail"])
    except (ValueError, KeyError, TypeError):
        return body[:200].decode("utf-8", "replace")


def push(
    paths: Iterable[str | Path], sender: Sender, state: State, *, vocabulary: str | None = None, jobs: int = 4
) -> Iterator[Pushed]:
    """Send everything below `paths`, `jobs` at a time; each item in order, once it is answered and remembered. Closes the sender.

    Raises UsageError (a path that is not there), EnvironmentFault (see Sender.send): what was answered before is remembered.
    """
    source = files.items(paths, LARGEST)
    with contextlib.closing(sender), executors.open("threads", jobs) as senders:
        tasks = ((None, senders.submit(_one, item, sender, state, vocabulary)) for item in source)
        try:
            for _, done in executors.ordered(tasks, ahead=2 * jobs):
                yield done
        except BaseException:  # Ctrl-C, too: no thread goes on trying
            sender.stop()
            raise


def _one(item: files.Item, sender: Sender, state: State, vocabulary: str | None) -> Pushed:
    if item.data is None:
        outcome, why = ("skipped", item.skipped) if item.skipped else ("unreadable", item.fault)
        return Pushed(name=item.name, place=item.place, outcome=outcome, message=why or "")
    digest = hashlib.sha256(item.data).hexdigest()
    if state.done.get(item.place) == digest:
        return Pushed(name=item.name, place=item.place, outcome="before")
    key = hashlib.sha256(f"{state.key}\0{item.place}\0{digest}\0{vocabulary}".encode()).hexdigest()[:40]
    status, said = sender.send(item, key, vocabulary)
    state.answered(item.place, digest)
    if status in (200, 201):
        return Pushed(name=item.name, place=item.place, outcome=said["outcome"], document=said["id"])
    return Pushed(
        name=item.name, place=item.place, outcome="quarantined" if "errors" in said else "refused", document=said.get("document"),
        violations=said.get("errors", []), message=str(said.get("detail", f"The service answers {status}.")),
    )  # fmt: skip
