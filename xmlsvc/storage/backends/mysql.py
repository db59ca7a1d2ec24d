"""`mysql+pymysql://user:password@host:port/name?ssl=verify&…`: Storm on MariaDB (and what speaks its protocol) through PyMySQL.

Against Storm's own backend: no MySQLdb; utf8mb4, strict modes, UTC and microseconds; every way in which PyMySQL reports a lost
connection is seen as one; a connection that died while idle is replaced without a word (nothing was lost), one that died inside a unit
raises DisconnectionError; one TLS context for all connections; what does not fit into max_allowed_packet is refused before it is sent;
commits are counted for whoever keeps what was read (`commits`).
"""

from __future__ import annotations

import re
import ssl
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pymysql
import pymysql.cursors
from pymysql.constants import COMMAND, FIELD_TYPE
from pymysql.converters import conversions, convert_time
from storm.database import STATE_RECONNECT, ConnectionWrapper, Database, Result, convert_param_marks
from storm.databases.mysql import MySQLConnection, MySQLResult
from storm.exceptions import DataError, DisconnectionError, Error, StormError, wrap_exceptions
from storm.expr import Expr, State
from storm.uri import URI
from storm.variables import Variable

from . import commits
from .cursor import Cursor
from .values import parts, pieces

# Error numbers that mean "this connection is of no more use": gone away, lost, out of sync, cannot connect, shut down, killed, net errors.
LOST = frozenset({2003, 2006, 2013, 2014, 2055, 1053, 1077, 1152, 1158, 1159, 1160, 1161, 1184, 1927, 1928, 3169, 4031})
CONFLICT = frozenset({1213, 1205, 1020})  # deadlock, lock wait time-out, row changed since the snapshot
DUPLICATE = frozenset({1062, 1586})
MISSING_TABLE = 1146
NOT_THERE = frozenset({1054, MISSING_TABLE})  # a column, a table
READ_ONLY = frozenset({1290, 1792, 1836})  # server is --read-only, transaction is READ ONLY, read-only mode
STATEMENT_TIMEOUT = frozenset({1969, 3024})

_CONVERSIONS = dict(conversions)
_CONVERSIONS[FIELD_TYPE.TIME] = convert_time  # Storm wants a time; PyMySQL's default is a timedelta
_ISOLATIONS = ("READ-COMMITTED", "READ-UNCOMMITTED", "REPEATABLE-READ", "SERIALIZABLE")
_BLOB_FACTOR = 2  # a blob travels as hexadecimal digits, a text with every second character escaped at the worst
_CHARACTER_BYTES = 4
_SIZED = frozenset({str, bytes})
_LARGEST_PACKET = 64 * 1024 * 1024  # unless the URI or the server says less


class PyMySQLResult(MySQLResult):
    @staticmethod
    def from_database(row: Any) -> Any:
        return row

    def get_all(self) -> list[tuple[Any, ...]]:
        return list(super().get_all())


class PyMySQLConnection(MySQLConnection):
    result_factory = PyMySQLResult
    write_intent = False  # declared as on SQLite; the read/write split chooses the node by it
    quiet = False  # what is written is nothing that anybody keeps: the commit is not counted
    statements = 0  # that this connection has run
    rows = 0  # that it has sent by execute_many
    _began = False  # has anything run since the last commit or rollback?
    _changed = False  # has any of it changed anything?

    def to_database(self, params: Iterable[Any]) -> Iterator[Any]:
        for param in params:
            if isinstance(param, Variable):
                param = param.get(to_db=True)
            if isinstance(param, timedelta):
                param = str(param)
            elif isinstance(param, datetime) and param.tzinfo is not None:
                param = param.astimezone(UTC).replace(tzinfo=None)  # PyMySQL would drop the zone
            elif isinstance(param, bytes | str):
                self._check_size(param)
            yield param

    def _check_size(self, value: bytes | str) -> None:
        """What does not fit is refused before it is sent: the server would only break off the connection."""
        limit = self._database.max_blob_bytes
        size = len(value) if isinstance(value, bytes) or len(value) * _CHARACTER_BYTES <= limit else len(value.encode())
        if size > limit:
            raise DataError(f"a value of {size} bytes is over the limit of {limit} (max_allowed_packet of the server, or of the URI)")

    def build_raw_cursor(self) -> Cursor:
        return Cursor(self._raw_connection._connection.cursor(), self._database)

    def raw_execute(self, statement: str, params: Any = None) -> Any:
        self.statements += 1
        cursor = self._safely(super().raw_execute, statement, params)
        if self.write_intent and not self._changed:
            self._changed = commits.changes(statement, cursor.rowcount)
        return cursor

    def _safely(self, work: Callable[..., Any], *arguments: Any) -> Any:
        """The work's result. As the first of a transaction it is done again where the connection died: nothing is lost yet."""
        first, self._began = not self._began, True
        try:
            return self._watched(work, *arguments)
        except DisconnectionError:
            if not first:
                raise  # work was lost: the unit runs again
            self._connect_again()
            return self._watched(work, *arguments)

    def _watched(self, work: Callable[..., Any], *arguments: Any) -> Any:
        """The work's result."""
        return work(*arguments)

    def _connect_again(self) -> None:
        self._state = STATE_RECONNECT
        self._ensure_connected()

    def execute_many(self, statement: str, rows: list[tuple[Any, ...]]) -> None:
        """One statement over many rows, INSERTs in pieces of a megabyte; values as the driver takes them. Raises DataError for a value that
        is over the limit."""
        harmless = self._database.max_blob_bytes // _CHARACTER_BYTES
        for row in rows:
            for value in row:
                if type(value) in _SIZED and len(value) > harmless:
                    self._check_size(value)
        self.statements, self.rows = self.statements + 1, self.rows + len(rows)
        self._ensure_connected()
        self._safely(self._send_many, statement, rows)
        self._changed = True

    def _send_many(self, statement: str, rows: list[tuple[Any, ...]]) -> None:
        cursor = self._check_disconnect(self.build_raw_cursor)
        try:
            if (around := parts(statement)) is None:
                self._check_disconnect(cursor.executemany, convert_param_marks(statement, "?", self.param_mark), rows)
            else:
                for piece in pieces(self._raw_connection._connection, *around, rows):
                    self._check_disconnect(cursor.execute, piece)
        finally:
            if self._raw_connection is not None:
                cursor.close()

    def stream(self, statement: Expr | str, params: Any = None) -> Result:
        """Like execute, but rows stay on the server until they are asked for. Read it to its end, or close it, before another statement."""
        self._ensure_connected()
        if isinstance(statement, Expr):
            state = State()
            statement = self.compile(statement, state)
            params = state.parameters
        if not self._began:
            self.execute("DO 0", noresult=True)
        cursor = Cursor(self._raw_connection._connection.cursor(pymysql.cursors.SSCursor), self._database)
        args = self._execution_args(params, convert_param_marks(statement, "?", self.param_mark))
        self._check_disconnect(cursor.execute, *args)
        return self.result_factory(self, cursor)

    def commit(self, xid: Any = None) -> None:
        if not (self._changed and self.write_intent and not self.quiet and xid is None and self._commit_counted()):
            super().commit(xid)
        self._over()

    def _commit_counted(self) -> bool:
        """Commit, and let readers see that somebody has; False, with nothing done, where there is no table to count in."""
        if not self._database.counted_in:
            return False
        self._ensure_connected()
        raw = self._raw_connection._connection
        try:
            self._check_disconnect(self._send, raw, commits.counted(self._database.counted_in, raw.thread_id()))
        except Error as error:
            if error.args[:1] != (MISSING_TABLE,):
                raise
            return False
        return True

    def _send(self, raw: Any, statement: str) -> None:
        """Run a statement without rows as PyMySQL runs COMMIT: a connection that keeps positions reads its own from the answer."""
        with wrap_exceptions(self._database):
            raw._execute_command(COMMAND.COM_QUERY, statement)
            raw._read_ok_packet()

    def rollback(self, xid: Any = None) -> None:
        super().rollback(xid)
        self._over()

    def _over(self) -> None:
        """The transaction has ended."""
        self._began = self._changed = self.write_intent = self.quiet = False

    def is_disconnection_error(self, exc: BaseException, extra_disconnection_errors: Any = ()) -> bool:
        extra = extra_disconnection_errors if isinstance(extra_disconnection_errors, tuple) else (extra_disconnection_errors,)
        if not isinstance(exc, (Error, *extra)):
            return False
        if exc.args and exc.args[0] in LOST:
            return True
        # On any trouble with the protocol PyMySQL closes the socket, then raises InterfaceError(0, "") or "Packet sequence number wrong".
        return self._raw_connection is None or not self._raw_connection.open


# https://mariadb.com/kb/en/mariadb-error-code-reference/
_TROUBLES: dict[Any, str] = {
    1021: "The database server's disk is full. Make room there",
    1114: "The database server's disk, or a table's limit, is full. Make room there",
    1290: "The database server is read-only. Look whether it is the primary, and end its read-only mode",
    1836: "The database server is read-only. Look whether it is the primary, and end its read-only mode",
    1030: "The database server's storage engine fails. Look at its log and its disk",
    1034: "A table of the database is damaged. Look at the server's log, and restore a backup: xmlsvc restore",
    1712: "An index of the database is damaged. Look at the server's log, and restore a backup: xmlsvc restore",
}


class PyMySQL(Database):
    """Options of the URI: charset, unix_socket, ssl (disabled | required | verify), ssl_ca, ssl_cert, ssl_key, isolation, sql_mode,
    connect_timeout, read_timeout, write_timeout, statement_timeout, lock_wait_timeout (seconds), max_allowed_packet (bytes),
    read_only (1: writing is refused), commits (a table of `part` and `number`: commits that were declared as writing are counted in it).

    TLS is verified unless the server is on this machine or the URI says otherwise.
    """

    connection_factory: type[PyMySQLConnection] = PyMySQLConnection
    dialect = "mysql"

    def __init__(self, uri: URI) -> None:
        super().__init__(uri)
        options = uri.options
        self.max_allowed_packet = int(options.get("max_allowed_packet", _LARGEST_PACKET))
        self._asked = False
        self._connect_kwargs: dict[str, Any] = {
            "charset": options.get("charset", "utf8mb4"),
            "conv": _CONVERSIONS,
            "use_unicode": True,
            "connect_timeout": _seconds(options, "connect_timeout", 5),
            "read_timeout": _seconds(options, "read_timeout", 60),
            "write_timeout": _seconds(options, "write_timeout", 60),
            "program_name": options.get("program_name", "xmlsvc"),
            "autocommit": None,  # set by init_command, which saves a round trip
            "max_allowed_packet": self.max_allowed_packet,
            "init_command": initial_statement(options),
        }
        given = {"database": uri.database, "host": uri.host, "port": uri.port, "user": uri.username, "password": uri.password}
        self._connect_kwargs.update({name: value for name, value in given.items() if value is not None})
        if "unix_socket" in options:
            self._connect_kwargs["unix_socket"] = options["unix_socket"]
        self._connect_kwargs.update(_tls(uri))
        self.counted_in = options.get("commits", "")
        if self.counted_in and not self.counted_in.isidentifier():
            raise ValueError(f"commits={self.counted_in} in the database URI is no table's name.")
        self.counts = {"": self._count(self._connect_kwargs)} if self.counted_in else {}

    def _count(self, arguments: dict[str, Any]) -> commits.Count:
        """What counts the commits of the server that these arguments lead to."""
        return commits.Count(partial(pymysql.connect, **{**arguments, **commits.SETTINGS}), self.counted_in)

    @property
    def max_blob_bytes(self) -> int:
        """Bytes of the largest value, at the worst."""
        return self.max_allowed_packet // _BLOB_FACTOR - 64 * 1024

    def raw_connect(self) -> Any:
        with wrap_exceptions(self):
            return self.measured(pymysql.connect(**self._connect_kwargs))

    def measured(self, raw: pymysql.connections.Connection[Any]) -> ConnectionWrapper:
        """The connection, wrapped; the first one is asked how much the server takes at once."""
        if not self._asked:
            with raw.cursor() as cursor:
                cursor.execute("SELECT @@max_allowed_packet")
                row = cursor.fetchone()
            raw.rollback()
            assert row is not None
            self.max_allowed_packet, self._asked = min(self.max_allowed_packet, int(row[0])), True
        return ConnectionWrapper(raw, self)

    @property
    def _exception_module(self) -> Any:
        return pymysql

    def _wrap_exception(self, wrapper_type: type[StormError], exception: BaseException) -> Any:
        wrapped = super()._wrap_exception(wrapper_type, exception)
        wrapped.sqlstate = getattr(exception, "sqlstate", None)
        return wrapped

    def is_conflict(self, error: BaseException) -> bool:
        """Whether running the unit again may succeed: deadlock, lock wait time-out, row changed since the snapshot."""
        return isinstance(error, Error) and bool(error.args) and error.args[0] in CONFLICT

    def is_lost(self, error: BaseException) -> bool:
        """Whether the server was out of reach, or the connection broke."""
        return isinstance(error, Error) and (isinstance(error, DisconnectionError) or (bool(error.args) and error.args[0] in LOST))

    def trouble(self, error: BaseException) -> str:
        """What is wrong with the machine under the database, until somebody mends it; "" where that is not the matter."""
        return _TROUBLES.get(error.args[0] if error.args else None, "")

    def is_outdated(self, error: BaseException) -> bool:
        """Whether a statement names a table or a column that is not there."""
        return isinstance(error, Error) and bool(error.args) and error.args[0] in NOT_THERE

    def is_duplicate(self, error: BaseException) -> bool:
        """Whether a unique key refused a row."""
        return isinstance(error, Error) and bool(error.args) and error.args[0] in DUPLICATE


def initial_statement(options: dict[str, str]) -> str:
    """What every connection runs first. Versioned comments say which server understands what."""
    isolation = options.get("isolation", "REPEATABLE-READ").upper().replace(" ", "-").replace("_", "-")
    if isolation not in _ISOLATIONS:
        raise ValueError(f"isolation={isolation} in the database URI: one of {', '.join(_ISOLATIONS)}.")
    sql_mode = options.get("sql_mode", "TRADITIONAL,NO_ENGINE_SUBSTITUTION,ONLY_FULL_GROUP_BY")
    if not re.fullmatch("[A-Z_,]*", sql_mode):
        raise ValueError(f"sql_mode={sql_mode} in the database URI: capital letters, _ and commas only.")
    parts = [
        "SET SESSION autocommit=0",
        f"sql_mode='{sql_mode}'",
        "time_zone='+00:00'",
        f"innodb_lock_wait_timeout={int(options.get('lock_wait_timeout', 10))}",
        f"/*M!100000 tx_isolation='{isolation}' */ /*!80000 transaction_isolation='{isolation}' */",
    ]
    if options.get("read_only") == "1":
        parts.append("/*M!100000 tx_read_only=1 */ /*!80000 transaction_read_only=1 */")
    if "statement_timeout" in options:
        limit = float(options["statement_timeout"])
        parts.append(f"/*M!100101 max_statement_time={limit} */ /*!50708 max_execution_time={int(limit * 1000)} */")
    return ", ".join(parts)


def _seconds(options: dict[str, str], name: str, default: float) -> float | None:
    return float(options[name]) or None if name in options else default


def _tls(uri: URI) -> dict[str, Any]:
    options = uri.options
    local = "unix_socket" in options or uri.host in (None, "127.0.0.1", "::1", "localhost")
    mode = options.get("ssl", "disabled" if local else "verify")
    if mode == "disabled":
        return {"ssl_disabled": True}
    if mode not in ("required", "verify"):
        raise ValueError(f"ssl={mode} in the database URI: one of disabled, required, verify.")
    context = ssl.create_default_context(cafile=options.get("ssl_ca"))
    if mode == "required":
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    if "ssl_cert" in options:
        context.load_cert_chain(options["ssl_cert"], options.get("ssl_key"))
    return {"ssl": context}
