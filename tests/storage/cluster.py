"""A MariaDB primary and its replicas, started by the tests; each can be killed, started again, promoted."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pymysql

from tests.mariadb import free_port, quick_place

APP, SECRET = "app", "secret"
ADMIN, ADMIN_SECRET = "boss", "boss"


@dataclass
class Server:
    """One server: `start`, `kill` (-9), `execute`."""

    number: int
    home: Path
    port: int
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        account = ["--user=root"] if os.getuid() == 0 else []
        guard = ["setpriv", "--pdeathsig", "KILL", "--"] if shutil.which("setpriv") else []
        with (self.home / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [*guard, "mariadbd", "--no-defaults", *account, f"--datadir={self.home}/data", f"--tmpdir={self.home}",
                 f"--socket={self.home}/socket", f"--port={self.port}", f"--pid-file={self.home}/pid",
                 "--bind-address=127.0.0.1", "--skip-name-resolve", f"--server-id={self.number}", "--log-bin=bin",
                 "--log-slave-updates", "--gtid-strict-mode=1", "--sync-binlog=1",
                 "--innodb-flush-log-at-trx-commit=1", "--innodb-log-file-size=16M", "--innodb-buffer-pool-size=32M",
                 "--slave-net-timeout=4", "--max-connections=200", "--binlog-format=ROW", "--skip-slave-start=0"],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip
        deadline = time.monotonic() + 60
        while True:
            try:
                self.execute("SELECT 1")
                return
            except pymysql.err.OperationalError:
                if time.monotonic() > deadline or self.process.poll() is not None:
                    raise RuntimeError((self.home / "log").read_text("utf-8", "replace")) from None
                time.sleep(0.05)

    def kill(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def execute(self, *statements: str) -> list[Any]:
        """Run the statements as administrator; the last one's rows."""
        connection = pymysql.connect(
            host="127.0.0.1", port=self.port, user=ADMIN, password=ADMIN_SECRET, autocommit=True, ssl_disabled=True,
            cursorclass=pymysql.cursors.DictCursor,
        )  # fmt: skip
        rows: Any = []
        with contextlib.closing(connection), connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
                rows = cursor.fetchall()
        return list(rows)

    def follow(self, primary: Server) -> None:
        """Become, or stay, a replica of the other server."""
        self.execute(
            "STOP SLAVE", "SET GLOBAL read_only=1",
            f"CHANGE MASTER TO MASTER_HOST='127.0.0.1', MASTER_PORT={primary.port}, MASTER_USER='{ADMIN}', "
            f"MASTER_PASSWORD='{ADMIN_SECRET}', MASTER_USE_GTID=current_pos, MASTER_CONNECT_RETRY=1",
            "START SLAVE",
        )  # fmt: skip

    def caught_up(self, primary: Server) -> None:
        """Wait until everything that the primary has written is here."""
        position = primary.execute("SELECT @@gtid_binlog_pos AS p")[0]["p"]
        assert self.execute(f"SELECT MASTER_GTID_WAIT('{position}', 20) AS w")[0]["w"] == 0


@dataclass
class Cluster:
    primary: Server
    replicas: list[Server]

    def uri(self, **options: str) -> str:
        """The address of the split; the primary's and the first replica's places may change, so the replicas are standbys too."""
        hosts = ",".join(f"127.0.0.1:{server.port}" for server in self.replicas)
        more = "".join(f"&{name}={value}" for name, value in options.items())
        return f"mysql+rw://{APP}:{SECRET}@127.0.0.1:{self.primary.port}/service?replicas={hosts}{more}"

    def plain(self, server: Server) -> str:
        """One server's own address."""
        return f"mysql+pymysql://{APP}:{SECRET}@127.0.0.1:{server.port}/service"


@contextlib.contextmanager
def running(replicas: int = 2) -> Iterator[Cluster]:
    """A primary and its replicas with an empty schema `service` and an account that may not write on read-only servers."""
    folder = Path(tempfile.mkdtemp(prefix="xmlsvc-cluster-", dir=quick_place()))
    servers = []
    try:
        account = ["--user=root"] if os.getuid() == 0 else []
        for number in range(1, replicas + 2):
            server = Server(number, folder / str(number), free_port())
            server.home.mkdir()
            if number == 1:
                install = ["mariadb-install-db", "--no-defaults", *account, f"--datadir={server.home}/data", "--force", "--skip-test-db",
                           "--innodb-log-file-size=16M"]  # fmt: skip
                subprocess.run(install, stdin=subprocess.DEVNULL, capture_output=True, check=True)
                bootstrap = f"CREATE USER {ADMIN}@'%' IDENTIFIED BY '{ADMIN_SECRET}';\nGRANT ALL ON *.* TO {ADMIN}@'%' WITH GRANT OPTION;"
                subprocess.run(["mariadbd", "--no-defaults", *account, f"--datadir={server.home}/data", "--bootstrap",
                                "--innodb-log-file-size=16M"], input=f"FLUSH PRIVILEGES;\n{bootstrap}\n".encode(), capture_output=True,
                               check=True)  # fmt: skip
            else:
                shutil.copytree(servers[0].home / "data", server.home / "data")
            servers.append(server)
        for server in servers:
            server.start()
        primary, others = servers[0], servers[1:]
        for server in others:
            server.follow(primary)
        primary.execute(
            "CREATE DATABASE service CHARACTER SET utf8mb4", f"CREATE USER '{APP}'@'%' IDENTIFIED BY '{SECRET}'",
            f"GRANT ALL ON service.* TO '{APP}'@'%'",
        )  # fmt: skip
        for server in others:
            server.caught_up(primary)
        yield Cluster(primary, others)
    finally:
        for server in servers:
            if server.process is not None:
                server.process.kill()
                server.process.wait()
        shutil.rmtree(folder, ignore_errors=True)
