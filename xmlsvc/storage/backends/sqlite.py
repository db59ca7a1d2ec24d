"""`sqlite+wal:PATH?timeout=5&synchronous=FULL`: Storm on SQLite for a server with many readers.

Against Storm's own backend: write-ahead log; a unit that will write says so before its first statement and begins IMMEDIATE (a reader
that turns writer on a stale snapshot can never succeed, so waiting for it is pointless); SQLite's own busy handler waits, not a
sleep loop; datetimes are UTC with six digits always, so that they sort as text; a decimal is text compared by the collation
`decimal` (the name that SQLite's command line gives it too); a new integer key is known without a second query.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from time import monotonic, sleep
from typing import Any

from storm import Undef
from storm.database import STATE_CONNECTED, Connection, ConnectionWrapper, Result
from storm.databases.sqlite import SQLite, SQLiteConnection, SQLiteResult
from storm.exceptions import DisconnectionError, OperationalError, StormError, wrap_exceptions
from storm.expr import Expr, Insert
from storm.tracer import get_tracers
from storm.uri import URI
from storm.variables import IntVariable, Variable

from .cursor import Cursor

_READING = ("SELECT", "WITH", "PRAGMA", "EXPLAIN", "VALUES")
_NOT_THERE = ("no such table", "no such column", "has no column named")
_CACHED_STATEMENTS = 512
_ANALYZED_ROWS = 1_000  # of each index
_PLAIN = frozenset((str, int, float, bytes, bool, type(None)))  # what the driver takes as it is
_PAUSE = 0.01  # seconds
_FETCHED = 10  # rows at a time: one of them may be a megabyte
_PAGES_OF_LOG = 16_000  # pages of the write-ahead log (64 MB) before they go into the database: often written pages go there once


def compare_decimals(left: str, right: str) -> int:
    """The collation `decimal`: by numeric value, text that is no number before every number, by code point."""
    if left == right:
        return 0
    try:
        first: Any = Decimal(left)
    except InvalidOperation:
        first = None
    try:
        second: Any = Decimal(right)
    except InvalidOperation:
        second = None
    if first is None or second is None:
        if first is second:
            return -1 if left < right else 1
        return -1 if first is None else 1
    return int(first.compare(second))


def to_driver(value: Any) -> Any:
    """A Python value as sqlite3 shall store it."""
    if isinstance(value, datetime):
        if value.tzinfo is not None:
            value = value.astimezone(UTC).replace(tzinfo=None)
        return value.isoformat(" ", "microseconds")
    if isinstance(value, date | time | timedelta | Decimal):
        return str(value)
    return value


_TROUBLES = {
    "SQLITE_FULL": "The disk of {file} is full. Make room",
    "SQLITE_IOERR": "{file} cannot be read or written as it must be: the disk is full or fails. Make room, and look at the system's log",
    "SQLITE_READONLY": "{file} cannot be written to. Give the service's user the right to, and see that the file system is not read-only",
    "SQLITE_CANTOPEN": "{file} cannot be opened. See that it is there, and that the service's user may write to its directory",
    "SQLITE_CORRUPT": "{file} is damaged. Stop the service, and restore a backup: xmlsvc restore",
    "SQLITE_NOTADB": "{file} is no SQLite database. Stop the service, and restore a backup: xmlsvc restore",
}


class Rows(SQLiteResult):
    """What a statement gave, without Storm's guard against lost connections around every call: SQLite's are not lost."""

    def __init__(self, connection: Connection, raw_cursor: Any) -> None:
        self._connection, self._raw_cursor = connection, raw_cursor

    def get_one(self) -> Any:
        row = self._raw_cursor.fetchone()
        return None if row is None else tuple(self.from_database(row))

    def get_all(self) -> Any:
        return [tuple(self.from_database(row)) for row in self._raw_cursor.fetchall()]

    def __iter__(self) -> Iterator[Any]:
        while rows := self._raw_cursor.fetchmany(_FETCHED):
            yield from [tuple(self.from_database(row)) for row in rows]


class WalSQLiteConnection(SQLiteConnection):
    """`write_intent`: set before the first statement of a unit that will write; commit and rollback clear it."""

    result_factory = Rows
    write_intent = False
    statements = 0  # that this connection has run
    rows = 0  # that it has sent by execute_many

    @staticmethod
    def to_database(params: Iterable[Any]) -> Iterator[Any]:
        for param in params:
            if type(param) in _PLAIN:
                yield param
            else:
                yield to_driver(param.get(to_db=True) if isinstance(param, Variable) else param)

    def _begin(self, statement: str) -> None:
        writes = self.write_intent or not (self._database.read_only or statement.lstrip(" \n\t(").upper().startswith(_READING))
        self._straight("BEGIN IMMEDIATE" if writes else "BEGIN")
        self._in_transaction = True

    def _straight(self, statement: str) -> None:
        """Run a statement about the transaction on the driver, without a cursor of Storm's: every unit pays for several."""
        try:
            self._raw_connection._connection.execute(statement)
        except sqlite3.Error as error:
            with wrap_exceptions(self._database):
                raise error

    def version(self) -> int:
        """A number that changes with every commit of another connection (PRAGMA data_version)."""
        self._ensure_connected()
        number: int = self._raw_connection.execute("PRAGMA data_version").fetchone()[0]
        return number

    def begin_writing(self) -> None:
        """Begin a transaction that holds the write lock from its start."""
        self._ensure_connected()
        self.write_intent = True
        self._begin("")

    def savepoint(self, statement: str) -> None:
        """Run a statement about savepoints, inside the transaction."""
        self._straight(statement)

    @property
    def changes(self) -> int:
        """How many rows this connection has written since it was opened."""
        return int(self._raw_connection._connection.total_changes) if self._raw_connection is not None else 0

    def analyze(self) -> None:
        """Let the planner know what the indexes hold, from some rows of each: a fraction of a second however large the database. The old
        statistics are dropped, so that connections that are open load the new ones. A transaction of its own."""
        self.begin_writing()
        raw = self._raw_connection._connection
        with wrap_exceptions(self._database):
            for statement in (f"PRAGMA analysis_limit={_ANALYZED_ROWS}", "DROP TABLE IF EXISTS sqlite_stat1", "ANALYZE"):
                raw.execute(statement).fetchall()
        self.commit()

    def build_raw_cursor(self) -> Cursor:
        return Cursor(self._raw_connection._connection.cursor(), self._database)

    def raw_execute(self, statement: str, params: Any = None) -> Any:  # type: ignore[override]  # transactions end without it
        self.statements += 1
        if not self._in_transaction:
            self._begin(statement)
        if get_tracers():
            return Connection.raw_execute(self, statement, params)
        cursor = self.build_raw_cursor()
        cursor.execute(statement, tuple(self.to_database(params)) if params else ())
        return cursor

    def execute(self, statement: Any, params: Any = None, noresult: bool = False) -> Result | None:
        if type(statement) is str and self._state == STATE_CONNECTED and not (self._closed or self._blocked or self._event or noresult):
            return Rows(self, self.raw_execute(statement, params))
        if isinstance(statement, Insert) and statement.primary_variables is not Undef:
            key = statement.primary_variables
            if len(key) == 1 and isinstance(key[0], IntVariable) and not key[0].is_defined():
                result = Connection.execute(self, statement, params)  # an INTEGER PRIMARY KEY is the rowid
                key[0].set(result._raw_cursor.lastrowid, from_db=True)
                return None if noresult else result
        answer: Result | None = Connection.execute(self, statement, params, noresult)
        return answer

    def execute_many(self, statement: str, rows: list[tuple[Any, ...]]) -> None:
        """executemany of the driver, inside the transaction; values as the driver takes them."""
        self.statements, self.rows = self.statements + 1, self.rows + len(rows)
        self._ensure_connected()
        if not self._in_transaction:
            self._begin(statement)
        with wrap_exceptions(self._database):
            self._raw_connection._connection.executemany(statement, rows)

    def stream(self, statement: Expr | str, params: Any = None) -> Result:
        """Like execute; SQLite reads as rows are asked for in any case."""
        result = self.execute(statement, params)
        assert result is not None
        return result

    def commit(self) -> None:
        self._ensure_connected()
        if self._in_transaction:
            self._finish("COMMIT")
        self.write_intent = False

    def rollback(self) -> None:
        # SQLite rolls back by itself on a full disk, an I/O error or no memory: ask it, or ROLLBACK fails.
        if self._in_transaction and self._raw_connection._connection.in_transaction:
            self._finish("ROLLBACK")
        self._in_transaction = self.write_intent = False

    def _finish(self, statement: str) -> None:
        self.statements += 1
        try:
            self._straight(statement)
        finally:
            self._in_transaction = self._raw_connection._connection.in_transaction


class WalSQLite(SQLite):
    """Options of the URI: timeout (seconds that a writer waits for another process), synchronous, journal_mode, foreign_keys,
    read_only (1: writing is refused)."""

    connection_factory = WalSQLiteConnection
    dialect = "sqlite"

    def __init__(self, uri: URI) -> None:
        super().__init__(uri)
        options = uri.options
        self.read_only = options.get("read_only") == "1"
        self._pragmas = (
            f"PRAGMA busy_timeout={int(self._timeout * 1000)}",
            f"PRAGMA journal_mode={_word(options.get('journal_mode', 'WAL'))}",
            f"PRAGMA synchronous={_word(options.get('synchronous', 'FULL'))}",
            f"PRAGMA foreign_keys={_word(options.get('foreign_keys', 'ON'))}",
            "PRAGMA temp_store=MEMORY",
            "PRAGMA cache_size=-65536",
            f"PRAGMA wal_autocheckpoint={_PAGES_OF_LOG}",
            f"PRAGMA query_only={'ON' if self.read_only else 'OFF'}",
        )

    @property
    def filename(self) -> str:
        """The database's file, or ":memory:"."""
        return str(self._filename)

    def raw_connect(self) -> Any:
        with wrap_exceptions(self):
            raw = sqlite3.connect(
                self._filename,
                timeout=self._timeout,
                isolation_level=None,
                check_same_thread=False,
                cached_statements=_CACHED_STATEMENTS,
            )
            try:
                for pragma in self._pragmas:
                    self._settle(raw, pragma)
                raw.create_collation("decimal", compare_decimals)
            except BaseException:
                raw.close()
                raise
            return ConnectionWrapper(raw, self)

    def _settle(self, raw: sqlite3.Connection, pragma: str) -> None:
        """Run a PRAGMA. Of two connections that change the journal of a new file at once SQLite lets one wait and refuses the other."""
        until = monotonic() + self._timeout
        while True:
            try:
                raw.execute(pragma).fetchall()
                return
            except sqlite3.OperationalError as error:
                if not error.sqlite_errorname.startswith("SQLITE_BUSY") or monotonic() >= until:
                    raise
            sleep(_PAUSE)

    def _wrap_exception(self, wrapper_type: type[StormError], exception: BaseException) -> Any:
        wrapped = super()._wrap_exception(wrapper_type, exception)
        wrapped.sqlite_errorname = getattr(exception, "sqlite_errorname", "")
        return wrapped

    def is_conflict(self, error: BaseException) -> bool:
        """Whether running the unit again may succeed: another process held the lock, or wrote since the snapshot."""
        return isinstance(error, OperationalError) and getattr(error, "sqlite_errorname", "").startswith(("SQLITE_BUSY", "SQLITE_LOCKED"))

    def is_lost(self, error: BaseException) -> bool:
        """A file does not go away."""
        return isinstance(error, DisconnectionError)

    def trouble(self, error: BaseException) -> str:
        """What is wrong with the machine under the database, until somebody mends it; "" where that is not the matter."""
        name = getattr(error, "sqlite_errorname", "")
        for start, sentence in _TROUBLES.items():
            if name.startswith(start):
                return sentence.format(file=self.filename)
        return ""

    def is_outdated(self, error: BaseException) -> bool:
        """Whether a statement names a table or a column that is not there."""
        return isinstance(error, OperationalError) and any(words in str(error) for words in _NOT_THERE)

    def is_duplicate(self, error: BaseException) -> bool:
        """Whether a unique key refused a row."""
        return getattr(error, "sqlite_errorname", "") in {"SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY"}


def _word(text: str) -> str:
    if not text.isalnum():
        raise ValueError(f"{text!r} is no value for a SQLite pragma: letters and digits only.")
    return text
