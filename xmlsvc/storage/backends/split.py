"""`mysql+rw://user:password@primary:3306/name?replicas=h:p,h:p`: reads go to replicas, writes to the primary, inside Storm.

A Storm connection here owns one raw connection for each server that it has used, and takes one of them up for each transaction:

    write_intent set      the primary (`standby=h:p,…` lists others that may become it: the one that is not read-only is)
    newest set            the primary, as long as it can be reached
    else                  a replica that is up, lags less than `max_lag` and has seen `need`; without one, the primary
    no primary            the replica that is furthest, however old it is, if it has seen `need`; else nothing

`need` is a position that reads must have seen. After a commit it holds what was written, so that whoever hands it on (to another thread,
in a cookie to another process) reads its own writes. Which of two units reads and which writes is said by the caller, never guessed from a
statement: objects that were read from a replica and then written would undo what was written meanwhile.
"""

from __future__ import annotations

import logging
import random
import threading
import time
from collections.abc import Callable
from typing import Any

import pymysql
from storm.database import STATE_CONNECTED, STATE_DISCONNECTED, STATE_RECONNECT
from storm.exceptions import DisconnectionError, Error, OperationalError, wrap_exceptions
from storm.uri import URI

from .. import positions
from ..positions import Position, TrackingConnection
from .mysql import MISSING_TABLE, READ_ONLY, PyMySQL, PyMySQLConnection

_log = logging.getLogger("xmlsvc")
_LONGEST_PAUSE = 5.0  # seconds that a server which failed is left alone, at most


class Node:
    """One server: where it is, and how it does."""

    def __init__(self, host: str, port: int, arguments: dict[str, Any]) -> None:
        self.name = f"{host}:{port}"
        self.arguments = {**arguments, "host": host, "port": port}
        self.seen: Position = {}  # what this process knows it to have applied
        self.fresh = True
        self.checked = 0.0
        self.served = 0
        self.waited: tuple[Position, float] = ({}, 0.0)  # a position that it had not reached, and when
        self._failures = 0
        self._tried = False
        self.again = 0.0

    def usable(self) -> bool:
        """Whether it is not being left alone after a failure."""
        return time.monotonic() >= self.again

    def trouble(self) -> str:
        """Why it takes no reads."""
        return "it lags; reads go elsewhere" if self.usable() else "it cannot be reached; reads go elsewhere"

    def failed(self) -> None:
        """Leave it alone for a while; one incident that many threads meet counts once."""
        if self.usable() or self._tried:
            self._failures, self._tried = min(self._failures + 1, 6), False
            self.again = time.monotonic() + min(0.25 * 2**self._failures, _LONGEST_PAUSE) * random.uniform(0.7, 1.0)

    def trying(self) -> None:
        """Of a server that has failed, one thread finds out whether it is back; meanwhile it stays alone for the others."""
        if self._failures and self.usable():
            self._tried, self.again = True, time.monotonic() + float(self.arguments["connect_timeout"] or _LONGEST_PAUSE)

    def worked(self) -> None:
        """It is well."""
        self._failures, self._tried, self.again = 0, False, 0.0


class Split(PyMySQL):
    """Further options: replicas, standby (host:port,…), max_lag (seconds, 10), gtid_wait (seconds that a read waits for its own write
    to arrive, 0.5), check_every (seconds between looks at a replica, 1), heartbeat (a table with a column `at` that is written on the
    primary all the time; without one, a replica's lag is not known). The account must not have the right to write on read-only servers."""

    def __init__(self, uri: URI) -> None:
        uri = uri.copy()
        options = uri.options
        replicas, standby = options.pop("replicas", ""), options.pop("standby", "")
        self.max_lag = float(options.pop("max_lag", 10))
        self.gtid_wait = float(options.pop("gtid_wait", 0.5))
        self.check_every = float(options.pop("check_every", 1))
        self.heartbeat = options.pop("heartbeat", "")
        if self.heartbeat and not self.heartbeat.isidentifier():
            raise ValueError(f"heartbeat={self.heartbeat} in the database URI is no table's name.")
        super().__init__(uri)
        arguments = {name: value for name, value in self._connect_kwargs.items() if name not in ("host", "port")}
        arguments["client_flag"] = positions.SESSION_TRACK
        arguments["init_command"] += ", session_track_system_variables='last_gtid'"
        port = uri.port or 3306
        first = [(uri.host or "127.0.0.1", port), *_servers(standby, port)]
        self.primaries = [Node(host, number, arguments) for host, number in first]
        reading = {**arguments, "connect_timeout": min(2, arguments["connect_timeout"] or 2)}
        reading["init_command"] += ", tx_read_only=1"  # a stray write on a replica is an error, never a divergence
        self.replicas = [Node(host, number, reading) for host, number in _servers(replicas, port)]
        if self.counted_in:
            self.counts = {node.name: self._count(node.arguments) for node in (*self.primaries, *self.replicas)}
        self.known: Position = {}  # what the primary is known to have had
        self._alone = False
        self._lock = threading.Lock()

    def learn(self, position: Position) -> None:
        """The primary has this position."""
        with self._lock:
            self.known = positions.merge(self.known, position)

    def without_primary(self, alone: bool) -> None:
        """Reads come from replicas because no primary can be reached, or do so no longer: told to the log once."""
        if alone != self._alone:
            self._alone = alone
            say = "No primary can be reached: reads go on from replicas as they stand, writes fail." if alone else "The primary is back."
            _log.warning(say)

    def primary(self) -> str:
        """The name of the server that would be taken for the primary."""
        return next((node.name for node in self.primaries if node.usable()), self.primaries[0].name)

    def well(self, name: str) -> bool:
        """Whether reads may still go to the server of that name."""
        return any(node.name == name and node.usable() and node.fresh for node in (*self.primaries, *self.replicas))

    def raw_connect(self) -> Any:
        """Nothing yet: which server it is to be is known when a transaction begins."""
        return None

    def open(self, node: Node) -> Any:
        """A raw connection to the server. Raises Error."""
        with wrap_exceptions(self):
            return self.measured(TrackingConnection(**node.arguments))


class SplitConnection(PyMySQLConnection):
    need: Position
    newest = False  # ask the primary, as long as it can be reached
    preferred: Node | None = None  # of several replicas that would do

    def __init__(self, database: Split, event: Any = None) -> None:
        super().__init__(database, event)
        self.need = {}
        self._raws: dict[Node, Any] = {}
        self._node: Node | None = None
        self._last: Error | None = None

    # -- choosing a server --------------------------------------------------------------------------------------------------

    def _choose(self) -> None:
        primaries = self._database.primaries
        if self.write_intent:
            found = self._primary(sorted(primaries, key=lambda node: not node.usable()))
        else:
            well = [node for node in primaries if node.usable()]
            found = (
                (not self.newest and self._replica()) or self._primary(well) or self._left_over()
                or self._primary([node for node in primaries if node not in well])
            )  # fmt: skip
        if not found:
            self._raw_connection = self._node = None
            self._state = STATE_DISCONNECTED
            raise DisconnectionError(str(self._last or "no server has what was written before"))

    def _primary(self, nodes: list[Node]) -> bool:
        """Take up the primary among the servers."""
        for node in nodes:
            try:
                self._take(node)
                if len(self._database.primaries) > 1:
                    self._refuse_read_only(node)
                node.worked()
                self._database.without_primary(False)
                return True
            except Error as error:
                self._last = error
                self._drop(node)
        return False

    def _replica(self) -> bool:
        """Take up a replica that is fresh, and has seen what this caller needs."""
        now, every = time.monotonic(), self._database.check_every
        nodes = [node for node in self._database.replicas if node.usable() and (node.fresh or now - node.checked > every)]
        nodes = sorted(random.sample(nodes, len(nodes)), key=lambda node: node is not self.preferred)
        return any(self._serves(node, self.need, fresh=True) for node in nodes)

    def replica(self) -> Node | None:
        """The replica that a reading transaction would be given now; it has what is needed."""
        try:
            return self._node if self._replica() else None
        finally:
            self._over()

    @property
    def serving(self) -> str:
        """The name of the server that this transaction runs on; "" where it has run nothing yet."""
        return self._node.name if self._node is not None else ""

    def _left_over(self) -> bool:
        """Take up the replica that is furthest: the primary is away, and so is its pulse."""
        need = positions.merge(self.need, self._database.known) if self.newest else self.need
        nodes = sorted((node for node in self._database.replicas if node.usable()), key=lambda node: -sum(node.seen.values()))
        if any(self._serves(node, need, fresh=False) for node in nodes):
            self.need = need
            self._database.without_primary(True)
            return True
        return False

    def _serves(self, node: Node, need: Position, fresh: bool) -> bool:
        """Take the replica up if it is up, has seen what is needed and, where asked, does not lag."""
        try:
            self._take(node)
            if time.monotonic() - node.checked > self._database.check_every:
                node.checked = time.monotonic()
                self._look(node)
            if (fresh and not node.fresh) or not self._reaches(node, need):
                return False
            node.worked()
            node.served += 1
            return True
        except Error as error:
            self._last = error
            node.failed()
            self._drop(node)
            return False

    def _reaches(self, node: Node, need: Position) -> bool:
        """Whether the replica has the position, or gets it within gtid_wait."""
        if positions.covers(node.seen, need):
            return True
        missed, when = node.waited
        if missed and positions.covers(need, missed) and time.monotonic() - when < self._database.check_every:
            return False  # somebody has just waited in vain for less
        wait = "SELECT MASTER_GTID_WAIT(%s, %s)"
        if self._ask(wait, (positions.write(need), self._database.gtid_wait))[0] != 0:
            node.waited = need, time.monotonic()
            return False
        node.seen = positions.merge(node.seen, need)
        return True

    def _look(self, node: Node) -> None:
        node.seen = positions.read(self._ask("SELECT @@gtid_slave_pos")[0] or "")
        if not self._database.heartbeat:
            node.fresh = True
            return
        lag = f"SELECT TIMESTAMPDIFF(MICROSECOND, MAX(at), UTC_TIMESTAMP(6)) / 1e6 FROM {self._database.heartbeat}"
        try:
            seconds = self._ask(lag)[0]
        except Error as error:
            if error.args[:1] != (MISSING_TABLE,):
                raise
            seconds = None
        node.fresh = seconds is not None and float(seconds) <= self._database.max_lag

    def _refuse_read_only(self, node: Node) -> None:
        if self._ask("SELECT @@global.read_only")[0]:
            raise OperationalError(1290, f"{node.name} is read-only")

    def _ask(self, statement: str, parameters: tuple[Any, ...] = ()) -> Any:
        with wrap_exceptions(self._database), self._raw_connection._connection.cursor() as cursor:
            cursor.execute(statement, parameters)
            row = cursor.fetchone()
            self._raw_connection._connection.rollback()
            return row

    def _take(self, node: Node) -> None:
        raw = self._raws.get(node)
        if raw is None or not raw._connection.open:
            raw = None
            node.trying()
            try:
                raw = self._raws[node] = self._database.open(node)
            finally:
                if raw is None:
                    node.failed()
        self._raw_connection, self._node = raw, node

    def _drop(self, node: Node) -> None:
        raw = self._raws.pop(node, None)
        if raw is not None:
            raw._connection._force_close()

    # -- Storm's side -------------------------------------------------------------------------------------------------------

    def _ensure_connected(self) -> None:
        if self._state == STATE_RECONNECT:
            self._state = STATE_CONNECTED
        super()._ensure_connected()
        if self._node is None:
            self._choose()

    def _connect_again(self) -> None:
        self._state = STATE_CONNECTED
        self._choose()  # another connection, or another server

    def _watched(self, work: Callable[..., Any], *arguments: Any) -> Any:
        """The work's result; sees servers die, and primaries that are none any more."""
        node = self._node
        try:
            return work(*arguments)
        except DisconnectionError:
            self._lose(node)
            raise
        except Error as error:
            if self.write_intent and node in self._database.primaries and error.args and error.args[0] in READ_ONLY:
                self._lose(node)
                self._state = STATE_DISCONNECTED
                raise DisconnectionError(str(error)) from error
            raise

    def _lose(self, node: Node | None) -> None:
        if node is not None:
            node.failed()
            self._drop(node)
        self._raw_connection = self._node = None

    def commit(self, xid: Any = None) -> None:
        if self._node is None and self._state == STATE_CONNECTED:
            self._over()
            return  # nothing ran
        raw, wrote = self._raw_connection, self.write_intent
        self._watched(super().commit, xid)
        if wrote and raw._connection.last_position:
            self.need = positions.merge(self.need, positions.read(raw._connection.last_position))
        self._over()

    def rollback(self, xid: Any = None) -> None:
        node = self._node
        if node is not None or self._state != STATE_CONNECTED:
            super().rollback(xid)
            if self._state == STATE_RECONNECT:
                self._lose(node)
                self._state = STATE_CONNECTED
        self._over()

    def _over(self) -> None:
        super()._over()
        self._node = self._raw_connection = None
        self.newest = False

    def close(self) -> None:
        if not self._closed:
            self._closed = True
            self._raw_connection = None
            for raw in self._raws.values():
                try:
                    raw._connection.close()
                except pymysql.Error:
                    continue  # it was gone already
            self._raws.clear()


Split.connection_factory = SplitConnection  # the two name each other


def _servers(text: str, port: int) -> list[tuple[str, int]]:
    """ "h:p,h" as [(h, p), (h, port)]."""
    found = []
    for each in filter(None, text.split(",")):
        host, colon, number = each.rpartition(":")
        found.append((host, int(number)) if colon else (each, port))
    return found
