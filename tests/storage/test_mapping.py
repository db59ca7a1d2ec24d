"""Tables follow their vocabulary: names that people choose take the data along, whatever breaks off in between."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import FULL
from tests.storage.schemas import written
from xmlsvc.codegen.table_renames import renamed
from xmlsvc.errors import SchemaError
from xmlsvc.schema.registry import Schema
from xmlsvc.storage import alter, ddl, mapping, projection
from xmlsvc.storage.model import BOTH
from xmlsvc.storage.sessions import Sessions
from xmlsvc.xml.parser import parse

FIRST = """<xs:element name="doc"><xs:complexType><xs:sequence>
    <xs:element name="caption" type="xs:string" minOccurs="0"/><xs:element name="size" type="xs:int" minOccurs="0"/>
    <xs:element name="person" minOccurs="0" maxOccurs="9"><xs:complexType><xs:sequence><xs:element name="name" type="xs:token"/>
      <xs:element name="alias" type="xs:token" minOccurs="0" maxOccurs="9"/></xs:sequence></xs:complexType></xs:element>
    </xs:sequence></xs:complexType></xs:element>"""
SECOND = FIRST.replace("caption", "headline").replace("person", "maker").replace(
    'name="size" type="xs:int"', 'name="size" type="xs:decimal"'
)
ONE = (
    b'<doc xmlns="urn:t"><caption>old</caption><size>3</size><person><name>A</name><alias>a</alias></person>'
    b"<person><name>B</name></person></doc>"
)
TWO = b'<doc xmlns="urn:t"><headline>new</headline><size>1.5</size><maker><name>C</name><alias>c</alias></maker></doc>'
Put = Callable[[Schema, str, bytes], None]


@pytest.fixture
def put(sessions: Sessions) -> Put:
    def write(schema: Schema, key: str, document: bytes) -> None:
        rows = projection.rows(schema, parse(document))
        plan = projection.ready(sessions, schema)
        sessions.write(lambda store: projection.write(store, plan, key.rjust(26, "0"), BOTH, rows))

    return write


def named(home: Path, names: str, body: str = FIRST, version: str = "1") -> Schema:
    """The schema, with a manifest that has these names."""
    folder = home / "instance" / "schemas" / "v"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "vocabulary.toml").write_text(f"[names]\n{names}\n", "utf-8")
    return written(home, "v", body, version)


def stored(sessions: Sessions, sql: str) -> list[tuple[Any, ...]]:
    return sessions.read(lambda store: store.execute(sql).get_all())


def there(sessions: Sessions, table: str) -> list[str]:
    return sessions.read(lambda store: alter.columns(store, table))


def test_a_renamed_column_takes_its_values_along(sessions: Sessions, tmp_path: Path, put: Put) -> None:
    put(written(tmp_path, "v", FIRST), "1", ONE)
    schema = named(tmp_path, '"v.caption" = "headline"\n"v_person.name" = "called"')
    change = projection.ensure(sessions, projection.plan_of(schema))
    assert change.renamed == (("v.caption", "caption", "headline"), ("v_person.name", "name", "called"))
    assert not change.stale and not change.created and not change.added
    assert stored(sessions, "SELECT headline FROM v") == [("old",)]
    assert stored(sessions, "SELECT called FROM v_person ORDER BY n") == [("A",), ("B",)]
    assert "caption" not in there(sessions, "v")
    put(schema, "2", ONE)
    assert stored(sessions, "SELECT headline FROM v") == [("old",), ("old",)]
    again = named(tmp_path, '"v.caption" = "strapline"')
    change = projection.ensure(sessions, projection.plan_of(again))
    assert change.renamed == (("v.caption", "headline", "strapline"), ("v_person.name", "called", "name"))
    assert stored(sessions, "SELECT strapline FROM v") == [("old",), ("old",)]
    assert not projection.ensure(sessions, projection.plan_of(again))


def test_two_versions_meet_in_one_column_and_one_table(sessions: Sessions, tmp_path: Path, put: Put) -> None:
    """Version 2 calls things otherwise: both were there with rows of their own before somebody said that they are the same."""
    first, second = written(tmp_path, "v", FIRST), written(tmp_path, "v", SECOND, "2")
    put(first, "1", ONE)
    put(second, "2", TWO)
    assert "caption" in there(sessions, "v") and "headline" in there(sessions, "v")
    names = '"v.caption" = "headline"\n"v_person" = "v_maker"\n"v_person_alias" = "v_maker_alias"'
    change = projection.ensure(sessions, projection.plan_of(named(tmp_path, names)))
    assert {new for _, _, new in change.renamed} == {"headline", "v_maker", "v_maker_alias"}
    assert stored(sessions, "SELECT headline FROM v ORDER BY document_id") == [("old",), ("new",)]
    assert [float(size) for (size,) in stored(sessions, "SELECT size FROM v ORDER BY document_id")] == [3.0, 1.5]
    assert stored(sessions, "SELECT name FROM v_maker ORDER BY document_id, n") == [("A",), ("B",), ("C",)]
    assert stored(sessions, "SELECT value FROM v_maker_alias ORDER BY document_id") == [("a",), ("c",)]
    assert stored(sessions, "SELECT filled FROM v") == [("v_maker v_maker_alias",)] * 2
    assert there(sessions, "v_person") == [] and "caption" not in there(sessions, "v")
    put(named(tmp_path, names), "1", ONE.replace(b"old", b"newer"))  # what had been there is found and replaced
    put(named(tmp_path, names, SECOND, "2"), "2", TWO)
    assert stored(sessions, "SELECT headline FROM v ORDER BY document_id") == [("newer",), ("new",)]
    assert stored(sessions, "SELECT name FROM v_maker ORDER BY document_id, n") == [("A",), ("B",), ("C",)]


def test_a_name_for_what_another_version_has(sessions: Sessions, tmp_path: Path, put: Put) -> None:
    """The names are there before the second version comes."""
    put(written(tmp_path, "v", FIRST), "1", ONE)
    names = '"v.caption" = "headline"\n"v_person" = "v_maker"\n"v_person_alias" = "v_maker_alias"'
    second = named(tmp_path, names, SECOND, "2")
    change = projection.ensure(sessions, projection.plan_of(second))
    assert change.widened == (("v", "size", "integer", "decimal"),) and not change.created and not change.added
    put(second, "2", TWO)
    assert stored(sessions, "SELECT headline FROM v ORDER BY document_id") == [("old",), ("new",)]
    omitted = [each.reason for each in projection.plan_of(second).omitted if each.path == ("v.caption",)]
    assert omitted == ["named in vocabulary.toml, and not in this version"]


@pytest.mark.parametrize("broken_after", range(1, 12) if FULL else [2, 5])
def test_broken_off_it_is_gone_on_with(
    sessions: Sessions, tmp_path: Path, put: Put, monkeypatch: pytest.MonkeyPatch, broken_after: int
) -> None:
    """On MariaDB each statement is there at once, and the record of the tables is not yet."""
    put(written(tmp_path, "v", FIRST), "1", ONE)
    put(written(tmp_path, "v", SECOND, "2"), "2", TWO)
    plan = projection.plan_of(named(tmp_path, '"v.caption" = "headline"\n"v_person" = "v_maker"\n"v_person_alias" = "v_maker_alias"'))
    calls, real = 0, ddl.quote

    def quote(dialect: str, name: str) -> str:
        nonlocal calls
        calls += 1
        if calls > broken_after * 4:
            raise KeyboardInterrupt
        return real(dialect, name)

    monkeypatch.setattr(ddl, "quote", quote)
    with pytest.raises(KeyboardInterrupt):
        projection.ensure(sessions, plan)
    monkeypatch.undo()
    projection.ensure(sessions, plan)
    assert stored(sessions, "SELECT headline FROM v ORDER BY document_id") == [("old",), ("new",)]
    assert stored(sessions, "SELECT name FROM v_maker ORDER BY document_id, n") == [("A",), ("B",), ("C",)]
    assert stored(sessions, "SELECT value FROM v_maker_alias ORDER BY document_id") == [("a",), ("c",)]


def test_what_lacks_something_is_said_until_it_is_rebuilt(sessions: Sessions, tmp_path: Path) -> None:
    def ensure(schema: Schema) -> mapping.Change:
        return projection.ensure(sessions, projection.plan_of(schema), schema.digest)

    first = written(tmp_path, "v", FIRST)
    assert not ensure(first).stale
    assert sessions.read(mapping.stale) == []
    folder = tmp_path / "instance" / "schemas" / "v"
    (folder / "vocabulary.toml").write_text('[namespaces]\nt = "urn:t"\n[columns]\nfirst = "/t:doc/t:caption"\n', "utf-8")
    more = ensure(written(tmp_path, "v", FIRST))
    assert more.added == (("v", "first"),) and more.stale  # documents that are there have no value in it
    assert sessions.read(mapping.stale) == ["v"]


def test_names_that_cannot_be(tmp_path: Path) -> None:
    plan = projection.plan_of(written(tmp_path, "v", FIRST))
    for key, name, said in (
        ("v", "w", "keeps it"), ("v.caption", "size", "two of columns"), ("v_person", "v_person_alias", "two of the tables"),
        ("v.caption", "Caption", "a name has"), ("v.caption", "select", "is no word"), ("v.caption", "head", "no name that this"),
        ("v_person", "document", "no name that this"), ("v.caption", "a b", "a name has"), ("v.caption", "", "a name has"),
    ):  # fmt: skip
        with pytest.raises(SchemaError, match=said):
            renamed(plan, {key: name})
    assert renamed(plan, {}) is plan
