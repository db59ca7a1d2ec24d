"""The example queries of the documentation find what they say, in SQL and through the generated classes."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from storm.store import Store

from xmlsvc.clock import FixedClock
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
        assert [table.__storm_table__ for table in rows.TABLES] == [table.name for table in projection.plan_of(schema).tables]

        def unit(store: Store) -> tuple[list[Any], list[Any], list[str]]:
            (sql,) = blocks("sql")
            given: dict[str, Any] = {"store": store}
            for block in blocks("python"):
                exec(block, given)
            plain = store.execute(sql).get_all()
            return [row[0] for row in plain], [row[0] for row in given["found"]], given["titles"]

        by_sql, by_storm, titles = house.sessions.read(unit)
    assert by_sql == by_storm and by_sql
    assert titles
