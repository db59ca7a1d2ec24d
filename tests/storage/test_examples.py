"""The example queries of the documentation find what they say, in SQL and through the generated classes."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from storm.store import Store

from xmlsvc.clock import FixedClock
from xmlsvc.codegen.table_renames import renamed
from xmlsvc.documents import instance, services, submit, vocabularies
from xmlsvc.documents.access import OPERATOR
from xmlsvc.storage import projection
from xmlsvc.vocabularies.programme.v1_1 import rows

ROOT = Path(__file__).resolve().parent.parent.parent
TEXT = (ROOT / "docs" / "querying.md").read_text("utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", TEXT, re.DOTALL)


def test_the_examples_run(tmp_path: Path, database: str) -> None:
    directory = tmp_path / "instance"
    instance.init(directory, database, bare=True)
    with services.open(directory, FixedClock()) as house:
        schema = vocabularies.add(house, OPERATOR, "programme", [ROOT / "schemas" / "programme" / "1.1" / "programme.xsd"], "1.1")
        for path in sorted((ROOT / "samples" / "valid").glob("*.xml")):
            if path.name.startswith(("episode", "film", "series")):
                submit.submit(house, OPERATOR, path.read_bytes(), submit.Options(name=path.name))
        # The committed classes are those of the tables that the registered schema has.
        plan = projection.plan_of(schema)
        assert [table.__storm_table__ for table in rows.TABLES] == [table.name for table in plan.tables]
        (names,) = (tomllib.loads(block)["names"] for block in blocks("toml"))
        assert len(renamed(plan, names).omitted) == len(plan.omitted)  # all of them are there

        def unit(store: Store) -> tuple[list[Any], list[Any], list[str]]:
            sql, then = blocks("sql")
            given: dict[str, Any] = {"store": store}
            for block in blocks("python"):
                exec(block, given)
            plain = store.execute(sql).get_all()
            on_that_day.extend(store.execute(then).get_all())
            return [row[0] for row in plain], [row[0] for row in given["found"]], given["titles"]

        on_that_day: list[Any] = []
        by_sql, by_storm, titles = house.sessions.read(unit)
        seen = "SELECT id FROM document WHERE published IS NOT NULL ORDER BY id"
        there = house.sessions.read(lambda store: store.execute(seen).get_all())
        assert [row[0] for row in on_that_day] == [row[0] for row in there]  # the clock stands at 3 May 2024
    assert by_sql == by_storm and by_sql
    assert titles
