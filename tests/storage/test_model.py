"""The core tables: one list makes them on both databases, and the classes fit it."""

from __future__ import annotations

import importlib
import inspect
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from storm.info import get_cls_info
from storm.store import Store

from xmlsvc.codegen.table_names import CORE_TABLES
from xmlsvc.errors import EnvironmentFault
from xmlsvc.storage import core, counters, migrate, model, patches
from xmlsvc.storage.patches import patch_14
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
            spec = table.column(column.name)
            assert allows == (spec.null or spec.kind in ("serial", "sequence")), (cls, column.name)


def test_generated_tables_keep_off_the_core_tables() -> None:
    assert {table.name for table in core.TABLES} | {"patch"} <= CORE_TABLES


def test_upgrade_makes_everything_once(empty: Sessions) -> None:
    with pytest.raises(EnvironmentFault, match="xmlsvc migrate"):
        migrate.check(empty)
    migrate.upgrade(empty)
    migrate.upgrade(empty)
    migrate.check(empty)
    for cls in CLASSES:
        assert cls is model.CommitCount or empty.read(lambda store, c=cls: store.find(c).count()) == 0


def test_an_upgraded_database_is_as_a_new_one(sessions: Sessions, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """From the tables of version 0, as they once were, over all patches."""
    made = shape(sessions)
    old = version_0(sessions.dialect, tmp_path / "old.db", request)
    migrate.upgrade(old)
    migrate.check(old)
    assert shape(old) == made
    assert old.read(counters.totals) == {counters.Kind("p", "v", "published", True): 3}
    assert old.read(numbered) == NUMBERED
    old.close()


@pytest.mark.parametrize("steps", [1, 2, 3, 5, 6, 8])
def test_an_upgrade_that_broke_off_goes_on(
    steps: int, sessions: Sessions, tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The numbering of contents takes several steps; on MariaDB each of them is durable."""
    old, run, done = version_0(sessions.dialect, tmp_path / "old.db", request), patch_14._run, 0

    def broken(store: Store, *statements: str) -> None:
        nonlocal done
        for statement in statements:
            done += 1
            if done > steps:
                raise InterruptedError
            run(store, statement)

    monkeypatch.setattr(patch_14, "_run", broken)
    with pytest.raises(InterruptedError):
        migrate.upgrade(old)
    monkeypatch.undo()
    migrate.upgrade(old)
    migrate.check(old)
    assert shape(old) == shape(sessions) and old.read(numbered) == NUMBERED
    old.close()


NUMBERED = [("sha256:b", 1, "0"), ("sha256:a", 2, "1"), ("sha256:c", 3, None)]
"""In the order of arrival; nobody has judged the last one."""


def numbered(store: Store) -> list[tuple[Any, ...]]:
    """Each revision's content, its number, and what its verdict says."""
    sql = ("SELECT c.digest, r.content_number, v.report FROM revision r JOIN content c ON c.number = r.content_number "
           "LEFT JOIN verdict v ON v.content_number = c.number ORDER BY r.id")  # fmt: skip
    return [(*row[:2], bytes(row[2]).decode() if row[2] is not None else None) for row in store.execute(sql).get_all()]


def version_0(dialect: str, file: Path, request: pytest.FixtureRequest) -> Sessions:
    """A database as the first version made it, with a partner's three documents."""
    if dialect == "sqlite":
        old = Sessions(f"sqlite+wal:{file}")
    else:
        server = request.getfixturevalue("mariadb")
        old = Sessions(server.uri(server.create()))
    statements = Path(__file__).with_name(f"version_0.{dialect}.sql").read_text("utf-8").split(";\n\n")

    def unit(store: Store) -> None:
        for statement in statements:
            store.execute(statement.rstrip(";\n"), noresult=True)
        store.execute("CREATE TABLE patch (version INTEGER NOT NULL PRIMARY KEY)", noresult=True)
        store.execute("INSERT INTO partner VALUES ('p', 'p', 'p', '2024-05-03 12:00:00.000000')", noresult=True)
        for number in range(3):
            store.execute(
                "INSERT INTO document (id, partner_id, vocabulary, identity_kind, identity, title, state, valid, violations, root, "
                "created, modified) VALUES (?, 'p', 'v', 'name', ?, 't', 'published', 1, 0, 'r', '2024-05-03', '2024-05-03')",
                (str(number), str(number)), noresult=True,
            )  # fmt: skip
            digest = f"sha256:{'bac'[number]}"
            store.execute("INSERT INTO content VALUES (?, 1, 'raw', 'x', ?)", (digest, f"2024-05-03 12:00:0{number}.000000"), noresult=True)
            store.execute(
                "INSERT INTO revision VALUES (?, ?, 1, ?, 's', 'v@1', 'active', 'delivery', 1, 0, 'a', '', NULL, NULL, '2024-05-03')",
                (str(number), str(number), digest), noresult=True,
            )  # fmt: skip
            if number < 2:
                verdict = "INSERT INTO verdict VALUES (?, 's', 'e', 1, 0, ?, '2024-05-03')"
                store.execute(verdict, (digest, str(number).encode()), noresult=True)

    old.write(unit)
    return old


def shape(sessions: Sessions) -> list[tuple[str, ...]]:
    """The database's own description of its tables and indexes."""
    if sessions.dialect == "sqlite":
        rows = sessions.read(lambda store: store.execute("SELECT type, name, sql FROM sqlite_master").get_all())
        made = [(str(kind), str(name), "" if kind == "table" else str(sql)) for kind, name, sql in rows]
        for _, name, _ in [each for each in made if each[0] == "table"]:  # a column that was added later stands elsewhere in the text
            said = sessions.read(lambda store, of=name: store.execute(f'PRAGMA table_xinfo("{of}")').get_all())
            made += [(name, *map(str, row[1:])) for row in said]
            said = sessions.read(lambda store, of=name: store.execute(f'PRAGMA foreign_key_list("{of}")').get_all())
            made += [(name, *map(str, row[2:])) for row in said]
        return sorted(made)
    columns = "table_name, column_name, column_type, is_nullable, column_default, collation_name, column_key"
    sql = f"SELECT {columns} FROM information_schema.columns WHERE table_schema = DATABASE()"
    index = "SELECT table_name, index_name, seq_in_index, column_name, non_unique FROM information_schema.statistics"
    rows = sessions.read(lambda store: store.execute(sql).get_all())
    rows += sessions.read(lambda store: store.execute(index + " WHERE table_schema = DATABASE()").get_all())
    return sorted(tuple(map(str, row)) for row in rows)


def test_counters_follow(sessions: Sessions) -> None:
    one, two = counters.Kind("p" * 26, "v", "draft", False), counters.Kind("p" * 26, "v", "published", True)
    for before, after in [(None, one), (None, one), (one, two), (two, two), (None, counters.Kind("q" * 26, "w", "draft", True))]:
        sessions.write(lambda store, b=before, a=after: counters.moved(store, b, a))
    assert sessions.read(lambda store: counters.totals(store, vocabulary="v")) == {one: 1, two: 1}
    assert sum(sessions.read(counters.totals).values()) == 3
    sessions.write(lambda store: counters.moved(store, one, None))
    assert sessions.read(lambda store: counters.totals(store, partner_id="p" * 26)) == {two: 1}


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
