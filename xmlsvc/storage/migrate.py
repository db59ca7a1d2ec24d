"""Making and upgrading the core tables: storm.schema, mended.

Storm's patch applier records a patch before it runs; as MariaDB commits at every DDL statement, a patch that fails halfway would
count as done. Here it is recorded last, so patches can be run again (they are written so). One upgrader at a time: on SQLite the
whole upgrade is one transaction that holds the write lock from its start, on MariaDB a named lock is held.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from storm.schema import Schema
from storm.schema.patch import Patch, PatchApplier, PatchSet, UnknownPatchError
from storm.schema.schema import SchemaMissingError, UnappliedPatchesError
from storm.store import Store

from ..errors import EnvironmentFault, Unavailable
from . import core, patches
from .ddl import drop
from .sessions import Sessions

T = TypeVar("T")

_LOCK_SECONDS = 60


class _RecordLast(PatchApplier):
    def apply(self, version: int) -> None:
        self._patch_set.get_patch_module(version).apply(self._store)
        self._store.add(Patch(version))
        self._store.flush()
        self._committer.commit()


class _CoreSchema(Schema):
    # A half-made database (MariaDB, killed in between) is made again from where it stood: every statement may run twice.
    _create_patch = "CREATE TABLE IF NOT EXISTS patch (version INTEGER NOT NULL PRIMARY KEY)"

    def create(self, store: Store) -> None:
        self._execute_statements(store, self._creates)
        self._execute_statements(store, [self._create_patch])
        self._build_patch_applier(store).mark_applied_all()

    def _build_patch_applier(self, store: Store) -> PatchApplier:
        return _RecordLast(store, self._patch_set, _NoCommit())


class _NoCommit:
    """The session's write unit commits."""

    def commit(self) -> None:
        pass

    def rollback(self) -> None:
        pass


def schema(dialect: str) -> Schema:
    """The core tables as a storm.schema.Schema."""
    drops = [drop(dialect, table.name) for table in reversed(core.TABLES)]
    if dialect == "sqlite":
        drops.insert(0, "DROP TABLE IF EXISTS search_index")
    made = _CoreSchema(core.statements(dialect), drops, [], PatchSet(patches))
    made.autocommit(False)
    return made


def upgrade(sessions: Sessions) -> None:
    """Make the tables, or bring them up to date. Raises EnvironmentFault when the database is newer than this program."""
    wanted = schema(sessions.dialect)

    def unit(store: Store) -> None:
        if sessions.dialect == "mysql":
            with_lock(store, lambda: wanted.upgrade(store))
        else:
            wanted.upgrade(store)

    try:
        sessions.write(unit)
    except UnknownPatchError as error:
        raise _newer() from error


def with_lock(store: Store, work: Callable[[], T]) -> T:
    """Run the work under MariaDB's named lock, which outlives the commits that DDL makes."""
    got = store.execute("SELECT GET_LOCK(CONCAT(DATABASE(), '.schema'), ?)", (_LOCK_SECONDS,)).get_one()
    if got is None or got[0] != 1:
        raise Unavailable("Another process is upgrading the database. Wait until it has finished.")
    try:
        return work()
    finally:
        store.execute("SELECT RELEASE_LOCK(CONCAT(DATABASE(), '.schema'))").get_one()


def check(sessions: Sessions) -> None:
    """Raises EnvironmentFault unless the tables are exactly those that this program knows."""
    wanted = schema(sessions.dialect)
    try:
        sessions.read(lambda store: wanted.check(store))
    except SchemaMissingError as error:
        raise EnvironmentFault("The database has no tables yet. Run: xmlsvc migrate") from error
    except UnappliedPatchesError as error:
        raise EnvironmentFault("The database's tables are older than this program. Run: xmlsvc migrate") from error
    except UnknownPatchError as error:
        raise _newer() from error


def _newer() -> EnvironmentFault:
    return EnvironmentFault("The database was upgraded by a newer version of xmlsvc. Run that version, or restore a backup.")
