"""Generated row classes: they import, and Storm finds rows through them on both databases."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from storm.store import Store

from tests.storage.schemas import registered, written
from tests.storage.test_projection import BODY, DOCUMENT
from xmlsvc.codegen import emit_rows
from xmlsvc.codegen.table_plan import TablePlan
from xmlsvc.storage import migrate, projection
from xmlsvc.storage.model import BOTH, CURRENT, PUBLISHED, Document, Partner
from xmlsvc.storage.sessions import Sessions
from xmlsvc.xml.parser import parse

KEY = "d".ljust(26, "0")


def imported(plan: TablePlan, path: Path) -> ModuleType:
    path.write_text(emit_rows.emit(plan), "utf-8")
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def sessions(database: str) -> Iterator[Sessions]:
    made = Sessions(database)
    migrate.upgrade(made)
    yield made
    made.close()


def add_document(sessions: Sessions) -> None:
    def unit(store: Store) -> None:
        now = sessions.clock.now()
        partner = Partner()
        partner.id = partner.name = partner.title = "p".ljust(26, "0")
        partner.created = now
        store.add(partner)
        store.flush()
        row = Document()
        row.id, row.partner, row.vocabulary, row.identity_kind, row.identity = KEY, partner, "v", "name", "x"
        row.title, row.state, row.valid, row.violations, row.root = "t", "published", True, 0, "r"
        row.created = row.modified = now
        store.add(row)

    sessions.write(unit)


def test_rows_lead_to_documents_parents_and_children(sessions: Sessions, tmp_path: Path) -> None:
    schema = written(tmp_path, "v", BODY)
    plan = projection.plan_of(schema)
    module: Any = imported(plan, tmp_path / "emitted_v.py")
    projection.ensure(sessions, plan)
    add_document(sessions)
    rows = projection.rows(schema, parse(DOCUMENT))
    sessions.write(lambda store: projection.write(store, plan, KEY, BOTH, rows))

    def unit(store: Store) -> None:
        document = store.get(Document, KEY)
        assert document is not None and document.partner.name.startswith("p")
        (root,) = module.V.of(store, document)
        assert module.V.of(store, KEY, PUBLISHED) == [root] == module.V.of(store, KEY, CURRENT)
        assert (root.title, root.price, root.when_, root.length, root.seen) == (
            "AB", Decimal("12.5"), datetime(2024, 5, 3, 10, 0, 0, 500000), timedelta(seconds=90.5), True)  # noqa: DTZ001  # fmt: skip
        assert root.document is document
        first, second = root.part_rows
        assert (first.n_, second.n_, first.note) == (1, 7, "one two three")
        assert first.parent_row is root
        assert [word.value for word in first.part_word_rows] == ["x", "y"]
        assert first.part_word_rows.find(module.VPartWord.value == "y").one().parent_row is first
        assert store.find(module.V, module.V.length > timedelta(seconds=60), module.V.price < Decimal("100")).one() is root

    sessions.read(unit)


def test_a_column_widened_for_another_version_reads_leniently(sessions: Sessions, tmp_path: Path) -> None:
    one = written(tmp_path, "v", BODY)
    two = written(tmp_path, "v", BODY.replace('name="price" type="xs:decimal"', 'name="price" type="xs:string"'), "2")
    module: Any = imported(projection.plan_of(one), tmp_path / "emitted_w.py")
    projection.ensure(sessions, projection.plan_of(one))
    projection.ensure(sessions, projection.plan_of(two))
    for number, price in enumerate(["12.5", "cheap"]):
        rows = projection.rows(two, parse(f'<doc xmlns="urn:t"><price>{price}</price></doc>'.encode()))
        sessions.write(lambda store, n=number, r=rows: projection.write(store, projection.plan_of(two), str(n) * 26, BOTH, r))
    prices = sessions.read(lambda store: [row.price for row in store.find(module.V).order_by(module.V.document_id)])
    assert prices == [Decimal("12.5"), None]


REAL = ["crossref/schema/crossref5.3.0.xsd", "ebucore/schema/ebucore.xsd", "iati/schema/iati-activities-schema.xsd"]


@pytest.mark.parametrize("path", REAL)
def test_classes_of_real_schemas_import(corpora: Path, tmp_path: Path, path: str) -> None:
    plan = projection.plan_of(registered(tmp_path / "i", path.split("/")[0], corpora / path))
    module: Any = imported(plan, tmp_path / f"emitted_{path.split('/')[0]}.py")
    assert [table.__storm_table__ for table in module.TABLES] == [table.name for table in plan.tables]
    assert emit_rows.emit(plan) == (tmp_path / f"emitted_{path.split('/')[0]}.py").read_text("utf-8")
