"""Rows: what a document says, written for a head, on both databases."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.storage.schemas import registered, written
from xmlsvc.errors import Conflict
from xmlsvc.schema.registry import Schema
from xmlsvc.storage import projection
from xmlsvc.storage.model import BOTH, CURRENT, PUBLISHED
from xmlsvc.storage.sessions import Sessions
from xmlsvc.xml.parser import parse

KEY = "d".ljust(26, "0")
BODY = """<xs:element name="doc"><xs:complexType><xs:sequence>
    <xs:element name="title" type="xs:string" minOccurs="0"/>
    <xs:element name="price" type="xs:decimal" nillable="true" minOccurs="0"/>
    <xs:element name="when" type="xs:dateTime" minOccurs="0"/>
    <xs:element name="length" type="xs:duration" minOccurs="0"/>
    <xs:element name="part" minOccurs="0" maxOccurs="unbounded"><xs:complexType><xs:sequence>
        <xs:element name="note" minOccurs="0"><xs:complexType mixed="true"><xs:sequence><xs:element name="b" type="xs:string" minOccurs="0"
            maxOccurs="unbounded"/></xs:sequence></xs:complexType></xs:element>
        <xs:element name="word" type="xs:token" minOccurs="0" maxOccurs="unbounded"/>
        </xs:sequence><xs:attribute name="n" type="xs:int" default="7"/></xs:complexType></xs:element>
    <xs:element name="seen" minOccurs="0"><xs:complexType/></xs:element></xs:sequence></xs:complexType></xs:element>"""
DOCUMENT = b"""<doc xmlns="urn:t" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><title>A<!-- c -->B</title>
    <price>012.50</price>    <when>2024-05-03T12:00:00.5+02:00</when><length>PT1M30.5S</length><part n="1"
    ><note>one <b>two</b> three</note><word> x </word><word>y</word></part>
    <unknown><part/></unknown><part/><seen/></doc>"""


@pytest.fixture
def schema(tmp_path: Path) -> Schema:
    return written(tmp_path, "v", BODY)


def stored(sessions: Sessions, table: str, columns: str) -> list[tuple[Any, ...]]:
    order = "" if "parent" not in columns and "value" not in columns else " ORDER BY head, n"
    return sessions.read(lambda store: store.execute(f"SELECT {columns} FROM {table}{order}").get_all())


def put(sessions: Sessions, schema: Schema, head: int, document: bytes) -> None:
    rows = projection.rows(schema, parse(document))
    sessions.write(lambda store: projection.write(store, projection.plan_of(schema), KEY, head, rows))


def test_rows_are_what_the_document_says(schema: Schema) -> None:
    rows = projection.rows(schema, parse(DOCUMENT))
    plan = projection.plan_of(schema)
    assert [[table.name, *(column.name for column in table.columns)] for table in plan.tables] == [
        ["v", "title", "price", "when_", "length", "seen"], ["v_part", "n_", "note"], ["v_part_word", "value"]
    ]  # fmt: skip
    assert rows.tables == [
        [["AB", "12.50", "2024-05-03 10:00:00.500000", 90_500_000, 1]],
        [[1, 0, 1, "one two three"], [4, 0, 7, None]],  # n and parent come first
        [[2, 1, "x"], [3, 1, "y"]],
    ]
    assert (rows.root, rows.title) == ("{urn:t}doc", "AB")
    assert rows.text == "A B one two three x y"


def test_what_cannot_be_read_is_null(schema: Schema) -> None:
    rows = projection.rows(
        schema,
        parse(b'<doc xmlns="urn:t" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><price xsi:nil="true"/><when>soon</when>'
              b"<length>1h</length><price>2</price></doc>"),
    )  # fmt: skip
    assert rows.tables[0] == [[None, "2", None, None, None]]


def test_a_head_is_replaced_and_a_shared_one_split(sessions: Sessions, schema: Schema) -> None:
    projection.ensure(sessions, projection.plan_of(schema))
    put(sessions, schema, BOTH, DOCUMENT)
    assert stored(sessions, "v", "head, title, price, length, seen") == [(3, "AB", stored_decimal(sessions, "12.50"), 90_500_000, 1)]
    assert [row[0] for row in stored(sessions, "v_part_word", "value")] == ["x", "y"]
    put(sessions, schema, CURRENT, b'<doc xmlns="urn:t"><part><word>z</word></part></doc>')
    assert sorted(stored(sessions, "v", "head, title")) == [(1, None), (2, "AB")]
    assert stored(sessions, "v_part_word", "head, value") == [(1, "z"), (2, "x"), (2, "y")]
    put(sessions, schema, BOTH, b'<doc xmlns="urn:t"><title>end</title></doc>')
    assert stored(sessions, "v", "head, title") == [(3, "end")]
    assert stored(sessions, "v_part_word", "value") == []
    sessions.write(lambda store: projection.remove(store, "v", KEY, PUBLISHED))
    assert stored(sessions, "v", "head, title") == [(1, "end")]
    sessions.write(lambda store: projection.remove(store, "v", KEY, CURRENT))
    assert stored(sessions, "v", "head, title") == []


def stored_decimal(sessions: Sessions, text: str) -> Any:
    return Decimal(text) if sessions.dialect == "mysql" else text


def test_decimals_compare_as_numbers(sessions: Sessions, schema: Schema) -> None:
    projection.ensure(sessions, projection.plan_of(schema))
    for number, price in enumerate(["10", "9.5", "-3", "100.000000000000000001", "9.50"]):
        rows = projection.rows(schema, parse(f'<doc xmlns="urn:t"><price>{price}</price></doc>'.encode()))
        key = str(number).rjust(26, "0")
        sessions.write(lambda store, k=key, r=rows: projection.write(store, projection.plan_of(schema), k, BOTH, r))

    def ask(condition: str) -> list[int]:
        sql = f"SELECT document_id FROM v WHERE price {condition} ORDER BY price DESC, document_id"
        return [int(row[0]) for row in sessions.read(lambda store: store.execute(sql).get_all())]

    assert ask("> '9.5'") == [3, 0]
    assert ask("= '9.500'") == [1, 4]
    assert ask("< '100.000000000000000001'") == [0, 1, 4, 2]


def test_a_new_version_widens(sessions: Sessions, tmp_path: Path, schema: Schema) -> None:
    one = projection.plan_of(schema)
    assert projection.ensure(sessions, one).created == ("v", "v_part", "v_part_word")
    assert not projection.ensure(sessions, one)
    put(sessions, schema, BOTH, DOCUMENT)
    second = written(tmp_path, "v", BODY.replace('name="length" type="xs:duration"', 'name="length" type="xs:string"').replace(
        '<xs:element name="seen"', '<xs:element name="extra" type="xs:int" minOccurs="0"/><xs:element name="more" type="xs:string" '
        'minOccurs="0" maxOccurs="9"/><xs:element name="seen"'), "2")  # fmt: skip
    change = projection.ensure(sessions, projection.plan_of(second))
    assert change.created == ("v_more",)
    assert change.added == (("v", "extra"),)
    assert change.widened == (("v", "length", "duration", "text"),)
    assert stored(sessions, "v", "title, length, extra") == [("AB", "90500000", None)]
    assert not projection.ensure(sessions, one)  # what the first version needs is still there
    put(sessions, second, BOTH, b'<doc xmlns="urn:t"><length>long</length><extra>5</extra><more>m</more></doc>')
    assert stored(sessions, "v", "title, length, extra") == [(None, "long", 5)]
    assert stored(sessions, "v_part_word", "value") == []  # rows that the first version wrote are found and removed


def test_two_vocabularies_do_not_share_a_table(sessions: Sessions, tmp_path: Path, schema: Schema) -> None:
    projection.ensure(sessions, projection.plan_of(schema))
    other = written(tmp_path, "v-part", BODY)
    with pytest.raises(Conflict, match="v-part needs a table v_part"):
        projection.ensure(sessions, projection.plan_of(other))


@pytest.mark.parametrize(("name", "path"), [("ebucore", "ebucore/schema/ebucore.xsd"), ("npo-poms", "npo-poms/schema/media/vproMedia.xsd")])
def test_real_documents_have_rows(sessions: Sessions, corpora: Path, tmp_path: Path, name: str, path: str) -> None:
    schema = registered(tmp_path / "instance", name, corpora / path)
    plan = projection.plan_of(schema)
    projection.ensure(sessions, plan)
    documents = 0
    for file in sorted((corpora / name / "docs").rglob("*.xml")):
        try:
            tree = parse(file.read_bytes())
        except Exception:  # noqa: BLE001  not this test's matter
            continue
        if tree.getroot().tag not in schema.roots:
            continue
        rows = projection.rows(schema, tree)
        key = str(documents).rjust(26, "0")
        sessions.write(lambda store, k=key, r=rows: projection.write(store, plan, k, BOTH, r))
        counting = [f"SELECT COUNT(*) FROM {table.name} WHERE document_id = ?" for table in plan.tables]
        counted = sessions.read(lambda store, k=key, c=counting: [store.execute(sql, (k,)).get_one()[0] for sql in c])
        assert counted == [len(found) for found in rows.tables]
        documents += 1
    assert documents > 1
