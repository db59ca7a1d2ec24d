"""Values: what is read, what is refused, and that both databases take whatever a converter gives."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from xmlsvc.storage import ddl, values
from xmlsvc.storage.backends import execute_many
from xmlsvc.storage.ddl import Column, Table
from xmlsvc.storage.sessions import Sessions

ELEMENT = etree.fromstring(b'<a xmlns:p="urn:p" xmlns="urn:d"/>')
READ = [
    ("token", "  a \n b ", "a b"), ("token", "x" * 256, None), ("line", " a\t b ", "a b"), ("text", " a ", " a "),
    ("integer", " +07 ", 7), ("integer", "1_0", None), ("integer", "9223372036854775808", None), ("integer", "١", None),
    ("decimal", "+012.50", "12.50"), ("decimal", "-.5", "-0.5"), ("decimal", "1.", "1"), ("decimal", "1e3", None),
    ("decimal", "1" * 31, None), ("decimal", "0." + "0" * 18 + "6", "0.000000000000000001"), ("decimal", "NaN", None),
    ("float", "1e3", 1000.0), ("float", "INF", None), ("float", "NaN", None), ("float", "1e999", None),
    ("boolean", " true ", 1), ("boolean", "0", 0), ("boolean", "yes", None),
    ("decimal", "9" * 30 + "." + "9" * 19, None), ("decimal", "1." + "0" * 17 + "25", "1.000000000000000002"),
    ("datetime", "2024-05-03T00:30:00+02:00", "2024-05-02 22:30:00.000000"),
    ("datetime", "2024-05-03T24:00:00", "2024-05-04 00:00:00.000000"),
    ("datetime", "2024-05-03T00:00:00.1234567Z", "2024-05-03 00:00:00.123456"), ("datetime", "12024-05-03T00:00:00", None),
    ("datetime", "-0001-01-01T00:00:00", None), ("datetime", "0001-01-01T00:00:00+14:00", None), ("datetime", "2024-05-03", None),
    ("date", "2024-05-03+02:00", "2024-05-03"), ("date", "2024-02-30", None), ("date", "0000-01-01", None),
    ("time", "23:30:00-02:00", "01:30:00.000000"), ("time", "25:00:00", None),
    ("duration", "PT1M0.5S", 60_500_000), ("duration", "-P1D", -86_400_000_000), ("duration", "P1M", 2_629_746_000_000),
    ("duration", "P1000000000Y", None), ("duration", "1h", None),
    ("qname", "p:x", "{urn:p}x"), ("qname", "x", "{urn:d}x"), ("qname", "q:x", None), ("qname", "p:", None),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "written", "expected"), READ)
def test_what_is_read(kind: str, written: str, expected: object) -> None:
    assert values.CONVERTERS[kind](written, ELEMENT) == expected


XML_TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0￾￿"), max_size=60)
DIGITS = st.from_regex(r"\A[+-]?[0-9]{0,40}(\.[0-9]{0,40})?\Z")
MOMENTS = st.from_regex(
    r"\A-?[0-9]{4,5}-(0[0-9]|1[0-3])-[0-3][0-9](T[0-2][0-9]:[0-6][0-9]:[0-6][0-9](\.[0-9]{1,9})?)?(Z|[+-][01][0-9]:[0-5][0-9])?\Z")
CLOCKS = st.from_regex(r"\A[0-2][0-9]:[0-6][0-9]:[0-6][0-9](\.[0-9]{1,9})?(Z|[+-][01][0-9]:[0-5][0-9])?\Z")
SPANS = st.from_regex(r"\A-?P([0-9]{1,12}Y)?([0-9]{1,6}M)?([0-9]{1,9}D)?(T[0-9]{1,9}(\.[0-9]{1,12})?S)?\Z")
WRITTEN = XML_TEXT | DIGITS | MOMENTS | CLOCKS | SPANS
KINDS = [kind for kind in values.CONVERTERS if kind != "qname"]
TABLE = Table("held", (Column("id", "serial", null=False), *(Column(f"c_{kind}", kind) for kind in KINDS)), ("id",))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(WRITTEN, min_size=1, max_size=20))
def test_both_databases_take_what_a_converter_gives(empty: Sessions, written: list[str]) -> None:
    rows = [tuple(values.CONVERTERS[kind](text, ELEMENT) for kind in KINDS) for text in written]
    names = ", ".join(f"c_{kind}" for kind in KINDS)
    sql = f"INSERT INTO held ({names}) VALUES ({', '.join('?' * len(KINDS))})"

    def unit(store: object) -> None:
        for statement in ddl.create(empty.dialect, TABLE):
            store.execute(statement, noresult=True)  # type: ignore[attr-defined]
        store.execute("DELETE FROM held", noresult=True)  # type: ignore[attr-defined]
        execute_many(store, sql, rows)  # type: ignore[arg-type]

    empty.write(unit)
    place = KINDS.index("decimal")
    held = empty.read(lambda store: store.execute("SELECT c_text, c_integer, c_decimal FROM held ORDER BY id").get_all())
    assert [row[0] for row in held] == written
    assert [row[1] for row in held] == [row[KINDS.index("integer")] for row in rows]
    assert [None if row[2] is None else Decimal(row[2]) for row in held] == [None if r[place] is None else Decimal(r[place]) for r in rows]
