"""The core tables: one list makes them on both databases, and the classes fit it."""

from __future__ import annotations

import importlib
import inspect
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from storm.info import get_cls_info
from storm.store import Store

from xmlsvc.codegen.table_names import CORE_TABLES
from xmlsvc.errors import EnvironmentFault
from xmlsvc.storage import core, migrate, model, patches
from xmlsvc.storage.sessions import Sessions

CLASSES = [cls for _, cls in inspect.getmembers(model, inspect.isclass) if getattr(cls, "__storm_table__", None)]


def test_each_class_has_the_columns_of_its_table() -> None:
    tables = {table.name: table for table in core.TABLES}
    assert {cls.__storm_table__ for cls in CLASSES} == set(tables)
    for cls in CLASSES:
        table, info = tables[cls.__storm_table__], get_cls_info(cls)
        assert {column.name for column in info.columns} == {column.name for column in table.columns}
        assert tuple(column.name for column in info.primary_key) == table.primary
        for column in info.columns:
            allows = column.variable_factory()._allow_none  # a C attribute that the class keeps
            assert allows == (table.column(column.name).null or table.column(column.name).kind == "serial"), (cls, column.name)


def test_generated_tables_keep_off_the_core_tables() -> None:
    assert {table.name for table in core.TABLES} | {"patch"} <= CORE_TABLES


def test_upgrade_makes_everything_once(empty: Sessions) -> None:
    with pytest.raises(EnvironmentFault, match="xmlsvc migrate"):
        migrate.check(empty)
    migrate.upgrade(empty)
    migrate.upgrade(empty)
    migrate.check(empty)
    for cls in CLASSES:
        assert empty.read(lambda store, c=cls: store.find(c).count()) == 0


def test_upgraders_at_once(database: str) -> None:
    both = [Sessions(database) for _ in range(2)]
    start = threading.Barrier(2)

    def upgrade(sessions: Sessions) -> None:
        start.wait()
        migrate.upgrade(sessions)

    with ThreadPoolExecutor(2) as pool:
        for future in [pool.submit(upgrade, sessions) for sessions in both]:
            future.result()
    migrate.check(both[0])
    for sessions in both:
        sessions.close()


def test_a_newer_database_is_refused(sessions: Sessions) -> None:
    sessions.write(lambda store: store.execute("INSERT INTO patch (version) VALUES (99999)", noresult=True))
    for refused in (migrate.check, migrate.upgrade):
        with pytest.raises(EnvironmentFault, match="newer version"):
            refused(sessions)


def test_a_patch_that_fails_is_not_recorded(sessions: Sessions, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    number = 9000
    monkeypatch.setattr(patches, "__file__", str(tmp_path / "__init__.py"))
    monkeypatch.setattr(patches, "__path__", [str(tmp_path)])
    patch = tmp_path / f"patch_{number}.py"
    first = 'def apply(store):\n    store.execute("CREATE TABLE IF NOT EXISTS half (a INTEGER)")\n    '
    patch.write_text(first + "raise KeyError('halfway')\n", "utf-8")
    for version in applied(sessions):
        (tmp_path / f"patch_{version}.py").write_text("", "utf-8")
    with pytest.raises(EnvironmentFault, match="older than this program"):
        migrate.check(sessions)
    with pytest.raises(KeyError, match="halfway"):
        migrate.upgrade(sessions)
    assert number not in applied(sessions)
    sys.modules.pop(f"{patches.__name__}.patch_{number}", None)
    patch.write_text(first + "pass  # mended\n", "utf-8")
    importlib.invalidate_caches()
    migrate.upgrade(sessions)
    assert number in applied(sessions)
    assert sessions.read(lambda store: store.execute("SELECT * FROM half").get_all()) == []
    sys.modules.pop(f"{patches.__name__}.patch_{number}", None)


def applied(sessions: Sessions) -> list[int]:
    def unit(store: Store) -> list[int]:
        return [row[0] for row in store.execute("SELECT version FROM patch").get_all()]

    return sessions.read(unit)
