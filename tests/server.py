"""A real `xmlsvc serve` in a process of its own, on a free loopback port, stopped at the end."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.mariadb import free_port

XMLSVC = Path(sys.executable).with_name("xmlsvc")


@dataclass
class Answer:
    """One response, read whole. Header names are in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Server:
    """A running server and its address."""

    port: int
    process: subprocess.Popen[bytes]
    log: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def kill(self) -> None:
        """kill -9 of the master and all its children at once."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def children(self) -> list[int]:
        """The process numbers of the master's children."""
        return [int(word) for word in Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()]

    def workers(self) -> list[int]:
        """Those of its children that answer requests."""
        return [pid for pid in self.children() if b"xmlsvc.server.worker" in _command(pid)]

    def request(self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None) -> Answer:
        """One request on a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, path, body, dict(headers or {}))
            response = connection.getresponse()
            return Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())
        finally:
            connection.close()

    def get(self, path: str, accept: str = "application/json", token: str | None = None) -> Answer:
        return self.request("GET", path, headers={"Accept": accept} | ({"Authorization": f"Bearer {token}"} if token else {}))


def _command(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except FileNotFoundError:
        return b""  # it has just ended


@contextmanager
def serving(instance: Path, command: Sequence[str | Path] | None = None, port: int | None = None) -> Iterator[Server]:
    """Serve `instance` until the block ends; `command` is how to run xmlsvc (this environment's, unless given)."""
    port = port or free_port()
    log = instance / "serve.log"
    guard = ["setpriv", "--pdeathsig", "KILL", "--"] if shutil.which("setpriv") else []  # dies with a killed test run
    words = [*guard, *map(str, command or [XMLSVC]), "--instance", str(instance), "serve", "--bind", f"127.0.0.1:{port}"]
    with log.open("wb") as output:
        process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True)
    server = Server(port, process, log)
    try:
        _wait(server)
        yield server
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            server.kill()


def _wait(server: Server, seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while True:
        said = server.log.read_text("utf-8", "replace")
        if server.process.poll() is not None:
            raise RuntimeError(f"xmlsvc serve ended with {server.process.returncode}:\n{said}")
        try:
            server.get("/health/live")
            return
        except OSError:
            if time.monotonic() > deadline:
                raise RuntimeError(f"xmlsvc serve did not answer in {seconds} s:\n{said}") from None
            time.sleep(0.05)
