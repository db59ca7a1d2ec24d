"""The two doors to the database: `read(unit)` and `write(unit)`.

    SQLite    read: a connection of the calling thread, one snapshot a unit     write: the grouping writer (`grouping`)
    MariaDB   read and write: connections of the calling thread; a unit that met a deadlock, a lock time-out, a lost connection or a
              key that another writer took first is run again

On MariaDB reading units see one snapshot (REPEATABLE READ), writing units the newest rows (READ COMMITTED): a unit that reads a row in
order to change it asks for it with `locked`, else two such units can overwrite one another. With replicas (`mysql+rw:`) reading units go
to these and see at least what the same thread wrote, or what `since` says.
"""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from typing import Any, TypeVar

from storm.database import create_database
from storm.exceptions import DisconnectionError, Error, StormError
from storm.expr import And, Select
from storm.info import get_cls_info
from storm.store import Store
from storm.uri import URI

from ..clock import Clock
from ..errors import Conflict, EnvironmentFault, Unavailable
from . import heartbeat, positions
from .backends import ForUpdate, dialect
from .backends.commits import numbers
from .backends.split import Split
from .grouping import GroupingWriter
from .heartbeat import Heartbeat
from .telemetry import SLOW, Watch
from .units import Connected, attempts

_SCHEMES = ("sqlite+wal", "mysql+pymysql", "mysql+rw")
T = TypeVar("T")
C = TypeVar("C")
Version = Mapping[str, object]


class Sessions:
    """The database of one instance, for all threads of one process (open it after a fork, not before)."""

    def __init__(self, uri: str, clock: Clock | None = None, slow: float = SLOW) -> None:
        """`uri`: sqlite+wal:PATH, mysql+pymysql://… or mysql+rw://…; nothing is connected yet. `slow`: the seconds from which a unit is
        named in the log. Raises EnvironmentFault for a URI that cannot be used."""
        self.clock, self._slow = clock or Clock(), slow
        if (scheme := uri.partition(":")[0]) not in _SCHEMES:
            raise EnvironmentFault(f"The database URI begins with {scheme!r}. It must be sqlite+wal:PATH, mysql+pymysql://… or mysql+rw://…")
        try:
            self.database: Any = create_database(_with(uri))
            self._reading: Any = create_database(_with(uri, read_only="1"))
            self._writing = create_database(_with(uri, isolation="READ-COMMITTED")) if self.dialect == "mysql" else self.database
            self._split = self._reading if isinstance(self._reading, Split) else None
        except (StormError, ImportError, ValueError, TypeError, AttributeError, OSError) as error:
            raise EnvironmentFault(
                f"The database URI cannot be used: {error}. Use sqlite+wal:PATH, mysql+pymysql://… or mysql+rw://…"
            ) from error
        if getattr(self.database, "filename", "") == ":memory:":
            raise EnvironmentFault("sqlite+wal: needs a file name: readers and the writer are different connections.")
        self._writer: GroupingWriter | None = None
        self._mine = threading.local()
        self._all: weakref.WeakSet[Any] = weakref.WeakSet()
        self._lock = threading.Lock()
        self._closed = False
        self._heartbeat = Heartbeat(self._beat) if self.replicated else None

    @property
    def dialect(self) -> str:
        """ "sqlite" or "mysql"."""
        try:
            return str(self.database.dialect)
        except AttributeError:
            raise ValueError("it names a database that is not supported") from None

    @property
    def replicated(self) -> bool:
        """Whether reads go to replicas: only then positions mean anything."""
        return self._split is not None and bool(self._split.replicas)

    def version(self, servers: Iterable[str] = ()) -> Version | None:
        """Numbers, by server, of which one is another once anybody's commit has been acknowledged; comparable in the calling thread alone.
        Of all servers that the thread's next reads may come from (with replicas: the primary and one replica, which the thread keeps to
        until `since`), or of these, as `seen` named them. None where they cannot be asked."""
        if self.dialect == "sqlite":
            try:
                return {"": self._connection("reading", self._reading).version()}
            except Error:
                return None  # whoever reads next is told what is wrong
        counts = self._reading.counts
        if self._split is None:
            return numbers(counts, ("",))
        if servers:
            return numbers(counts, servers) if all(map(self._split.well, servers)) else None
        self._mine.visited = set()
        connection = self._connection("reading", self._reading)
        connection.need = getattr(self._mine, "need", {})
        self._mine.preferred = node = connection.replica()
        return numbers(counts, (self._split.primary(), *((node.name,) if node is not None else ())))

    def seen(self, version: Version) -> Version | None:
        """The part of the version which holds for what the calling thread has read since it asked for it; None where something came from
        elsewhere."""
        if self._split is None:
            return version
        visited = self._mine.visited or version.keys()
        return {name: version[name] for name in visited} if visited <= version.keys() else None

    def read(self, unit: Callable[[Store], T], newest: bool = False) -> T:
        """The unit's value, worked out on one snapshot. `newest`: on the primary's, as long as it can be reached; else on that of a replica
        which has all that this process knows of. Raises what the unit raises; Unavailable and EnvironmentFault for the database."""
        with Watch("read", unit, self._slow) as watch:
            return self._run("reading", self._reading, watch.run, write=False, newest=newest)

    def write(self, unit: Callable[[Store], T], quiet: bool = False) -> T:
        """The unit's value, once its transaction is durable; when it raises, nothing is stored. `quiet`: what is written is nothing that
        anybody keeps, `version` need not tell of it. Raises what the unit raises; Conflict when a unique key refuses a row; Unavailable and
        EnvironmentFault for the database's faults."""
        with Watch("write", unit, self._slow) as watch:
            if self.dialect == "sqlite":
                return self._group(watch.run)
            return self._run("writing", self._writing, watch.run, write=True, quiet=quiet)

    def _group(self, unit: Callable[[Store], T]) -> T:
        """Through SQLite's one writer."""
        with self._lock:
            if self._writer is None and not self._closed:
                self._writer = GroupingWriter(self.database)
        if self._writer is None:
            raise Unavailable("The database is closed.")
        try:
            value: T = self._writer.run(unit)
            return value
        except Error as error:
            raise _ours(error, self.database) from error

    def position(self) -> str:
        """What the calling thread's reads must have seen: `since` and its own writes. Keep it (in a cookie) and hand it to `since` when
        the same person asks again, in whatever process. "" on a database without replicas."""
        return positions.write(getattr(self._mine, "need", {}))

    def since(self, position: str) -> None:
        """From now on the calling thread's reads see at least this position ("": whatever a replica has)."""
        self._mine.need, self._mine.wrote, self._mine.preferred = positions.read(position), False, None

    def see(self, position: str) -> None:
        """And this position, too."""
        if position:
            self._mine.need = positions.merge(getattr(self._mine, "need", {}), positions.read(position))

    def moved(self) -> str:
        """The position, if the calling thread has written since `since` was called; else ""."""
        return self.position() if getattr(self._mine, "wrote", False) else ""

    def newest(self) -> str:
        """The position of the primary now, for callers who cannot keep one themselves; "" when it is out of reach."""
        if not self._split:
            return ""
        with suppress(Unavailable):
            row = self.write(lambda store: store.execute("SELECT @@gtid_current_pos").get_one())
            return str(row[0]) if row else ""
        return ""

    def replicas(self) -> dict[str, str]:
        """How each replica does, by its name: "ok", or why it takes no reads now, as far as this process has met it."""
        nodes = self._split.replicas if self._split else []
        return {f"replica {node.name}": "ok" if node.usable() and node.fresh else node.trouble() for node in nodes}

    def outdated(self, error: BaseException) -> bool:
        """Whether a unit failed (with this EnvironmentFault) because a table or column is not there that it takes to be there."""
        cause = error.__cause__
        return isinstance(cause, Error) and bool(self.database.is_outdated(cause))

    def _beat(self) -> None:
        position = self.write(heartbeat.beat, quiet=True)
        assert self._split is not None
        self._split.learn(positions.read(position))

    def close(self) -> None:
        """Finish the writes that wait, then close every connection. Idempotent."""
        if self._heartbeat is not None:
            self._heartbeat.stop()
        with self._lock:
            self._closed = True
            writer, self._writer = self._writer, None
            connections = list(self._all)
        if writer is not None:
            writer.close()
        for connection in connections:
            connection.close()
        for count in getattr(self._reading, "counts", {}).values():
            count.close()

    def _connection(self, name: str, database: Any) -> Any:
        connection = getattr(self._mine, name, None)
        if connection is None or connection._closed:
            connection = database.connect()
            with self._lock:
                if self._closed:
                    connection.close()
                    raise Unavailable("The database is closed.")
                self._all.add(connection)
            setattr(self._mine, name, connection)
        return connection

    def _run(self, name: str, database: Any, unit: Callable[[Store], T], write: bool, newest: bool = False, quiet: bool = False) -> T:
        if getattr(self._mine, "busy", False):
            raise RuntimeError("A unit must not start another unit: pass it the store instead.")

        def rollback() -> None:
            connection = getattr(self._mine, name, None)
            if connection is not None and not connection._closed:
                connection.rollback()

        self._mine.busy = True
        try:
            return attempts(lambda: self._once(self._connection(name, database), unit, write, newest, quiet), database, rollback)
        except Error as error:
            raise _ours(error, database) from error
        finally:
            self._mine.busy = False

    def _once(self, connection: Any, unit: Callable[[Store], T], write: bool, newest: bool, quiet: bool) -> T:
        connection.write_intent, connection.quiet = write, quiet
        if self._split:
            connection.need, connection.newest = getattr(self._mine, "need", {}), newest
            connection.preferred = getattr(self._mine, "preferred", None)
        store = Connected(connection)
        try:
            value = unit(store)
        finally:
            store.end()
        if not write:
            if self._split:
                self._visited(connection, newest)
            connection.rollback()  # ends the snapshot
            return value
        try:
            connection.commit()
        except DisconnectionError as error:
            said = "The connection broke during the commit: whether it took effect is unknown. Look before trying again."
            raise Unavailable(said) from error
        if self._split:
            self._mine.need, self._mine.wrote = connection.need, True
            self._split.learn(connection.need)
        return value

    def _visited(self, connection: Any, newest: bool) -> None:
        """Where the thread has read. A replica that stood in for the primary is none that `version` knows: what it gave may be old."""
        if newest:
            self._mine.need = connection.need
        if server := connection.serving:
            stood_in = newest and all(node.name != server for node in self._split.primaries)  # type: ignore[union-attr]
            self._mine.visited = getattr(self._mine, "visited", set()) | {"" if stood_in else server}


def _with(uri: str, **options: str) -> URI:
    parsed = URI(uri)
    if parsed.scheme != "sqlite+wal":
        options = {"commits": "commit_count", **options}
    if parsed.scheme == "mysql+rw":
        options = {"heartbeat": "heartbeat", **options}
    parsed.options.update(options)
    return parsed


def _ours(error: Error, database: Any) -> EnvironmentFault | Conflict:
    if database.is_duplicate(error):
        return Conflict("Another record holds the same key, which must be unique.")
    if database.is_conflict(error) or database.is_lost(error):
        return Unavailable("The database is busy or out of reach; nothing was changed. Try again.")
    if sentence := database.trouble(error):
        return Unavailable(f"{sentence}; nothing was changed.", retry_after=60)
    return EnvironmentFault(f"The database refused the work: {error}")


def locked(store: Store, cls: type[C], *conditions: Any) -> C | None:
    """The one object that fits, as of now, locked against other writers until the unit ends; None if there is none. For units that write;
    call it before anything else loads that object."""
    if dialect(store) == "mysql":
        key = get_cls_info(cls).primary_key
        store.execute(ForUpdate(Select(key, And(*conditions), tables=[cls])), noresult=True)
    found: C | None = store.find(cls, *conditions).one()
    return found
