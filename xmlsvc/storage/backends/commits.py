"""How often anybody has committed to a MariaDB server: what SQLite's PRAGMA data_version tells whoever keeps what was read.

    writer   …; add one to my connection's row, COMMIT     one journey; others see the number at the same moment as what was written
    reader   SELECT SUM(number)                            a connection of its own; one question for all threads that wait

Numbers only grow, also on replicas, where they arrive with what was written. Each connection has one of PARTS rows, so that writers do not
wait for each other's flush to the disk. A row is locked by the last statement of a transaction alone: no deadlock can come of it.
"""

from __future__ import annotations

import socket
import struct
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

import pymysql
from pymysql.constants import COMMAND
from pymysql.err import raise_mysql_exception

PARTS = 64
PAUSE = 2.0  # seconds for which a server that did not answer is not asked again
SECONDS = 1.0  # for an answer
SETTINGS = {
    "init_command": "SET SESSION autocommit=1, tx_read_only=1",
    "connect_timeout": SECONDS,
    "read_timeout": SECONDS,
    "write_timeout": SECONDS,
}
"""What the connection of a `Count` is opened with."""

Number = tuple[int, bytes]

_READING = ("SELECT", "WITH", "SHOW", "SET", "DO", "EXPLAIN", "VALUES")
_REFUSED = b"\xff"
_COUNTED = ("INSERT", "UPDATE", "DELETE", "REPLACE")


def changes(statement: str, rows: int) -> bool:
    """Whether a statement has changed anything; `rows`: how many it says it has."""
    text = statement.lstrip(" \n\t(").upper()
    return not text.startswith(_READING) and (rows != 0 or not text.startswith(_COUNTED))


def counted(table: str, connection: int) -> str:
    """The statement that commits a transaction of the connection with this number, and counts it. It stops at its first error: what could
    not be counted is not committed."""
    add = f"INSERT INTO {table} (part, number) VALUES ({connection % PARTS}, 1) ON DUPLICATE KEY UPDATE number = number + 1"
    return f"BEGIN NOT ATOMIC {add}; COMMIT; END"


class Count:
    """The number of commits on one server, for all threads of a process."""

    def __init__(self, connect: Callable[[], pymysql.connections.Connection[Any]], table: str) -> None:
        self._connect, self._statement = connect, f"SELECT SUM(number) FROM {table}"
        self._lock = threading.Lock()
        self._question: Question | None = None
        self._connected = 0  # a server that came back may be another one, with other numbers
        self._begun = self._answered = 0  # the number of the question that was asked, and that was answered, last
        self._answer: Number | None = None
        self._again = 0.0
        self._closed = False

    def now(self) -> Number | None:
        """A number that is another one once anybody's commit has been acknowledged; None where the server cannot be asked.

        A question that began after this was called answers it, whoever asked it."""
        arrived = self._begun
        with self._lock:
            if self._answered <= arrived:
                self._begun += 1
                self._answer = self._asked()
                self._answered = self._begun
            return self._answer

    def close(self) -> None:
        """Nothing is asked any more."""
        with self._lock:
            self._closed = True
            self._drop()

    def _asked(self) -> Number | None:
        if self._closed or time.monotonic() < self._again:
            return None
        for _ in range(1 if self._question is None else 2):  # a connection may have ended while nobody asked
            try:
                if self._question is None:
                    self._question, self._connected = Question(self._connect(), self._statement), self._connected + 1
                return self._connected, self._question.ask()
            except (pymysql.Error, OSError):
                self._drop()
        self._again = time.monotonic() + PAUSE  # the server is away, or its tables are not made yet
        return None

    def _drop(self) -> None:
        if self._question is not None:
            self._question.close()
            self._question = None


class Question:
    """A prepared statement without parameters that gives one row, on a connection of its own, with as little in between as can be: one
    `send`, one `recv`. PyMySQL's own way takes five times the CPU, and the interpreter's lock is let go three times more."""

    def __init__(self, raw: Any, statement: str) -> None:
        """`raw`: a connection of PyMySQL's. Raises pymysql.Error."""
        self._raw, self._socket = raw, raw._sock
        raw._execute_command(COMMAND.COM_STMT_PREPARE, statement)
        prepared = raw._read_packet().get_all_data()
        number, columns = struct.unpack_from("<IH", prepared, 1)
        for _ in range(columns + 1):  # the columns, and what ends them
            raw._read_packet()
        self._packets = columns + 4  # of an answer: how many columns, the columns, an end, the row, an end
        self._asking = struct.pack("<IBIBI", 10, COMMAND.COM_STMT_EXECUTE, number, 0, 1)
        self._socket.settimeout(None)  # the kernel's limit instead: it needs no call of its own before each other
        for option in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):
            self._socket.setsockopt(socket.SOL_SOCKET, option, struct.pack("ll", int(SECONDS), int(SECONDS % 1 * 1e6)))

    def ask(self) -> bytes:
        """The row as the server wrote it. Raises pymysql.Error and OSError; the connection is of no more use then."""
        self._socket.sendall(self._asking)
        data = b""
        while True:
            if not (piece := self._socket.recv(4096)):
                raise pymysql.OperationalError(2013, "Lost connection to MariaDB server during query")
            data += piece
            if (row := self._row(data)) is not None:
                return row

    def _row(self, data: bytes) -> bytes | None:
        """The last packet but one of an answer that is complete (the protocol's packets: three bytes of length, a number, the payload)."""
        at, found = 0, []
        while at + 4 <= len(data):
            start = at + 4
            at = start + int.from_bytes(data[at : at + 3], "little")
            found.append(data[start:at])
        if at != len(data) or not found:
            return None
        if found[0][:1] == _REFUSED:
            raise_mysql_exception(found[0])
        return found[-2] if len(found) == self._packets else None

    def close(self) -> None:
        """End the connection; the server is told, if it can be."""
        if self._raw.open:
            self._raw.close()


def numbers(counts: dict[str, Count], servers: Iterable[str]) -> dict[str, Number] | None:
    """The number of each of the servers; None unless all can be asked."""
    found: dict[str, Number] = {}
    for server in servers:
        if server not in counts or (number := counts[server].now()) is None:
            return None
        found[server] = number
    return found
