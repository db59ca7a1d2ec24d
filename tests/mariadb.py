"""A private MariaDB server: own directory, own socket, a free loopback port, gone with the test run."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import pymysql

USER, PASSWORD = "xmlsvc", "xmlsvc"
_SETTINGS = [
    "--bind-address=127.0.0.1",
    "--skip-name-resolve",
    "--innodb-flush-log-at-trx-commit=1",  # durable as in production: what the tests find must hold there
    "--innodb-log-file-size=32M",
    "--innodb-buffer-pool-size=64M",
    "--max-allowed-packet=64M",
    "--character-set-server=utf8mb4",
]

_ROOM = 2_000_000_000  # bytes


def installed() -> bool:
    """Whether this machine has a MariaDB server and its installer."""
    return bool(shutil.which("mariadbd") and shutil.which("mariadb-install-db"))


@dataclass
class Server:
    """A running server. `database()` makes a new, empty schema and gives its Storm URI."""

    port: int
    socket: Path
    process: subprocess.Popen[bytes]
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def connect(self, database: str | None = None) -> pymysql.connections.Connection:
        """A raw connection to the server, with all rights."""
        return pymysql.connect(
            host="127.0.0.1", port=self.port, user=USER, password=PASSWORD, database=database, ssl_disabled=True, autocommit=True
        )

    def uri(self, name: str) -> str:
        """The Storm URI of the schema `name`."""
        return f"mysql+pymysql://{USER}:{PASSWORD}@127.0.0.1:{self.port}/{name}"

    def execute(self, *statements: str) -> None:
        """Run the statements, each on its own, committed."""
        connection = self.connect()
        try:
            with connection.cursor() as cursor:
                for statement in statements:
                    cursor.execute(statement)
        finally:
            connection.close()

    def create(self) -> str:
        """A new, empty schema's name."""
        name = f"t{next(self._numbers)}"
        self.execute(f"CREATE DATABASE {name} CHARACTER SET utf8mb4")
        return name

    def drop(self, name: str) -> None:
        """Remove a schema."""
        self.execute(f"DROP DATABASE {name}")


def free_port() -> int:
    """A loopback port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def quick_place() -> Path:
    """Where servers of tests live: in memory where there is room, as making tables waits for the disk otherwise."""
    memory = Path("/dev/shm")
    return memory if memory.is_dir() and shutil.disk_usage(memory).free > _ROOM else Path(tempfile.gettempdir())


@contextmanager
def serving(*more: str, place: Path | None = None, keep: Path | None = None) -> Iterator[Server]:
    """Install and start a server in a directory of its own in `place` (default: where it is quick); `more` are further options. It is
    stopped and removed at the end. `keep`: the directory, which stays; a server that was there goes on with its data."""
    if keep is not None:
        keep.mkdir(parents=True, exist_ok=True)
    # A short name: a socket's path has at most 107 bytes.
    home = keep or Path(tempfile.mkdtemp(prefix="xmlsvc-mariadb-", dir=place or quick_place()))
    account = ["--user=root"] if os.getuid() == 0 else []
    process = None
    try:
        data, log = home / "data", home / "log"
        (home / "init.sql").write_text(
            f"CREATE USER IF NOT EXISTS '{USER}'@'%' IDENTIFIED BY '{PASSWORD}';\nGRANT ALL ON *.* TO '{USER}'@'%' WITH GRANT OPTION;\n"
        )
        options = ["--force", "--skip-test-db", "--innodb-log-file-size=32M"]  # force: also where the host has no name of its own
        install = ["mariadb-install-db", "--no-defaults", *account, f"--datadir={data}", *options]
        if not data.exists():
            done = subprocess.run(install, stdin=subprocess.DEVNULL, capture_output=True, text=True)
            if done.returncode:
                raise RuntimeError(f"mariadb-install-db failed:\n{done.stdout}{done.stderr}")
        port = free_port()
        # The server dies with its parent, so that a killed test run leaves none behind.
        guard = ["setpriv", "--pdeathsig", "KILL", "--"] if shutil.which("setpriv") else []
        with log.open("wb") as output:
            process = subprocess.Popen(
                [*guard, "mariadbd", "--no-defaults", *account, f"--datadir={data}", f"--tmpdir={home}", f"--socket={home}/socket",
                 f"--port={port}", f"--pid-file={home}/pid", f"--init-file={home}/init.sql", *_SETTINGS, *more],
                stdin=subprocess.DEVNULL, stdout=output, stderr=output,
            )  # fmt: skip
        server = Server(port, home / "socket", process)
        _wait(server, log)
        yield server
    finally:
        if process is not None:
            process.terminate()
            try:
                process.wait(20 if keep is None else 300)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        if keep is None:
            shutil.rmtree(home, ignore_errors=True)


def _wait(server: Server, log: Path, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while True:
        if server.process.poll() is not None:
            raise RuntimeError(f"mariadbd ended at once:\n{log.read_text('utf-8', 'replace')}")
        try:
            server.connect().close()
            return
        except pymysql.err.OperationalError:
            if time.monotonic() > deadline:
                raise RuntimeError(f"mariadbd did not answer in {seconds} s:\n{log.read_text('utf-8', 'replace')}") from None
            time.sleep(0.1)
