"""The table plan: what becomes a table, a column, or is left out; names; budgets; real schemas."""

# ruff: noqa: E501  schemas as text

from __future__ import annotations

import sqlite3
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xmlsvc.codegen import table_names, tables
from xmlsvc.codegen.tables import TablePlan
from xmlsvc.schema import components
from xmlsvc.schema.vocabulary import Manifest

PROLOGUE = '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="urn:t" targetNamespace="urn:t" elementFormDefault="qualified">'


def planned(tmp_path: Path, body: str, manifest: Manifest | None = None, vocabulary: str = "v") -> TablePlan:
    path = tmp_path / "t.xsd"
    path.write_text(f"{PROLOGUE}{body}</xs:schema>", "utf-8")
    return tables.plan(components.read_paths(path), manifest or Manifest(), vocabulary)


def shape(plan: TablePlan) -> dict[str, dict[str, str]]:
    return {table.name: {column.name: column.kind for column in table.columns} for table in plan.tables}


def reasons(plan: TablePlan) -> dict[str, str]:
    return {"/".join(step.rpartition("}")[2] for step in omitted.path): omitted.reason for omitted in plan.omitted}


def test_what_repeats_is_a_table_what_does_not_is_a_column(tmp_path: Path) -> None:
    plan = planned(tmp_path, """<xs:element name="doc"><xs:complexType><xs:sequence>
        <xs:element name="mainTitle" type="xs:string"/><xs:element name="tag" type="xs:string" maxOccurs="unbounded"/>
        <xs:element name="place"><xs:complexType><xs:sequence><xs:element name="city" type="xs:string"/>
            <xs:element name="lat" type="xs:decimal"/></xs:sequence><xs:attribute name="when" type="xs:dateTime"/></xs:complexType></xs:element>
        <xs:element name="person" maxOccurs="2"><xs:complexType><xs:simpleContent><xs:extension base="xs:string">
            <xs:attribute name="born" type="xs:date"/></xs:extension></xs:simpleContent></xs:complexType></xs:element>
        </xs:sequence><xs:attribute name="id" type="xs:ID"/></xs:complexType></xs:element>""")  # fmt: skip
    assert shape(plan) == {
        "v": {"id": "token", "main_title": "text", "place_when": "datetime", "place_city": "text", "place_lat": "decimal"},
        "v_tag": {"value": "text"},
        "v_person": {"born": "date", "value": "text"},
    }
    assert plan.titles[0] == ("v", "main_title")
    assert plan.table("v_tag").parents == (("v", ("{urn:t}tag",)),)


def test_kinds(tmp_path: Path) -> None:
    simple = ["string", "token", "language", "boolean", "decimal", "long", "double", "dateTime", "date", "time", "duration", "QName", "gYear",
              "anyURI", "hexBinary", "base64Binary", "NMTOKENS"]  # fmt: skip
    attributes = "".join(f'<xs:attribute name="a{name}" type="xs:{name}"/>' for name in simple)
    plan = planned(tmp_path, f"""<xs:simpleType name="either"><xs:union memberTypes="xs:date xs:gYear"/></xs:simpleType>
        <xs:simpleType name="numbers"><xs:union memberTypes="xs:int xs:decimal"/></xs:simpleType>
        <xs:simpleType name="colour"><xs:restriction base="xs:string"><xs:enumeration value="red"/></xs:restriction></xs:simpleType>
        <xs:element name="doc"><xs:complexType>{attributes}<xs:attribute name="either" type="either"/><xs:attribute name="numbers"
        type="numbers"/><xs:attribute name="colour" type="colour"/></xs:complexType></xs:element>""")  # fmt: skip
    assert shape(plan)["v"] == {
        "astring": "text", "atoken": "line", "alanguage": "token", "aboolean": "boolean", "adecimal": "decimal", "along": "integer",
        "adouble": "float", "adate_time": "datetime", "adate": "date", "atime": "time", "aduration": "duration", "a_q_name": "qname",
        "ag_year": "token", "aany_uri": "line", "ahex_binary": "line", "a_nmtokens": "line", "either": "text", "numbers": "decimal",
        "colour": "token",
    }  # fmt: skip
    assert reasons(plan) == {"@abase64Binary": "binary data"}
    assert plan.tables[0].columns[-1].enumeration == ("red",)


def test_substitution_groups_derived_types_and_choices(tmp_path: Path) -> None:
    plan = planned(tmp_path, """<xs:complexType name="agent" abstract="true"><xs:sequence><xs:element name="name" type="xs:string"/>
        </xs:sequence></xs:complexType><xs:complexType name="group"><xs:complexContent><xs:extension base="agent"><xs:attribute name="size"
        type="xs:int"/></xs:extension></xs:complexContent></xs:complexType><xs:element name="head" abstract="true"/><xs:element name="red"
        type="xs:string" substitutionGroup="head"/><xs:element name="blue" type="xs:int" substitutionGroup="head"/>
        <xs:element name="doc"><xs:complexType><xs:sequence><xs:element name="who" type="agent"/><xs:element ref="head"/>
        <xs:choice maxOccurs="unbounded"><xs:element name="a" type="xs:string"/><xs:element name="b" type="xs:string"/></xs:choice>
        <xs:choice><xs:element name="c" type="xs:string"/><xs:sequence><xs:element name="d" type="xs:string"/><xs:element name="d"
        type="xs:string"/></xs:sequence></xs:choice></xs:sequence></xs:complexType></xs:element>""")  # fmt: skip
    assert shape(plan) == {
        "v": {"red": "text", "blue": "integer", "c": "text", "who_xsi_type": "qname", "who_size": "integer", "who_name": "text"},
        "v_a": {"value": "text"}, "v_b": {"value": "text"}, "v_d": {"value": "text"},
    }  # fmt: skip


def test_recursion_mixed_content_wildcards_and_fixed_values(tmp_path: Path) -> None:
    plan = planned(tmp_path, """<xs:complexType name="section"><xs:sequence><xs:element name="note"><xs:complexType mixed="true">
        <xs:sequence><xs:element name="b" type="xs:string" minOccurs="0" maxOccurs="unbounded"/></xs:sequence></xs:complexType></xs:element>
        <xs:element name="section" type="section" minOccurs="0" maxOccurs="unbounded"/><xs:element name="next" type="section"
        minOccurs="0"/></xs:sequence><xs:attribute name="v" fixed="1"/></xs:complexType><xs:element name="doc"><xs:complexType><xs:sequence>
        <xs:element name="section" type="section" maxOccurs="unbounded"/><xs:element name="flag" minOccurs="0"><xs:complexType/></xs:element>
        <xs:any namespace="##other" processContents="lax"/></xs:sequence></xs:complexType></xs:element>""")  # fmt: skip
    assert shape(plan) == {"v": {"flag": "boolean"}, "v_section": {"note": "text"}}
    assert ("v_section", ("{urn:t}section",)) in plan.table("v_section").parents
    assert reasons(plan) == {
        "*": "a wildcard: elements that the schema does not name",
        "section/@v": "always the same: its value is fixed",
        "section/note/b": "part of mixed content, whose text is a column",
        "section/next": "recursive: it may hold itself",
    }


def test_several_roots_share_the_root_table(tmp_path: Path) -> None:
    item = '<xs:complexType><xs:sequence><xs:element name="title" type="xs:string"/><xs:element name="{}" type="xs:int"/></xs:sequence></xs:complexType>'
    plan = planned(tmp_path, f"""<xs:element name="film">{item.format('reel')}</xs:element><xs:element name="song">{item.format('bar')}</xs:element>
        <xs:element name="all"><xs:complexType><xs:sequence><xs:element ref="film" maxOccurs="unbounded"/></xs:sequence></xs:complexType></xs:element>
        """)  # fmt: skip
    assert plan.roots == ("{urn:t}all", "{urn:t}song", "{urn:t}film")
    assert shape(plan) == {"v": {"title": "text", "bar": "integer", "reel": "integer"}, "v_film": {"title": "text", "reel": "integer"}}


def test_names_are_free_of_clashes_and_reserved_words(tmp_path: Path) -> None:
    names = ["order", "Order", "class", "documentId", "head", "n", "parent", "é", "日本", "x-y", "x.y", "a" * 80, "filled", "from"]
    attributes = "".join(f'<xs:attribute name="{name}" type="xs:string"/>' for name in names)
    plan = planned(
        tmp_path,
        f'<xs:element name="doc"><xs:complexType><xs:sequence><xs:element name="order" type="xs:string"/></xs:sequence>{attributes}'
        "</xs:complexType></xs:element>",
        vocabulary="document",
    )
    root = plan.tables[0]
    assert root.name == "document_"
    used = [column.name for column in root.columns]
    assert len({name.lower() for name in used}) == len(names) + 1
    assert all(len(name) <= 60 and name.isidentifier() and name.isascii() for name in used)
    assert not set(used) & {*table_names.RESERVED, "document_id", "head", "root_element", "document_title", "filled"}


def test_manifest_columns_come_first_and_its_title_wins(tmp_path: Path) -> None:
    manifest = Manifest(document_title="/t:doc/t:name", namespaces={"t": "urn:t"}, columns={"first_tag": "/t:doc/t:tag[1]"})
    plan = planned(tmp_path, """<xs:element name="doc"><xs:complexType><xs:sequence><xs:element name="tag" type="xs:string"
        maxOccurs="9"/></xs:sequence></xs:complexType></xs:element>""", manifest)  # fmt: skip
    assert plan.tables[0].columns[0].path == ("xpath", "/t:doc/t:tag[1]")
    assert plan.title_path == "/t:doc/t:name"


def test_budgets_cut_the_deepest_and_say_so(tmp_path: Path) -> None:
    level = "".join(f'<xs:element name="e{n}" type="xs:string" maxOccurs="unbounded"/>' for n in range(200))
    plan = planned(tmp_path, f'<xs:element name="doc"><xs:complexType><xs:sequence>{level}</xs:sequence></xs:complexType></xs:element>')
    assert len(plan.tables) == tables.MAX_TABLES
    assert sum(omitted.reason.startswith("over the budget") for omitted in plan.omitted) == 200 - tables.MAX_TABLES + 1


def test_types_that_may_each_hold_any_other_come_to_an_end(tmp_path: Path) -> None:
    """40 kinds of expression, nested six deep: three thousand million places."""
    every = "".join(f'<xs:element name="e{n}" type="T{n}" minOccurs="0"/>' for n in range(40))
    types = "".join(f'<xs:complexType name="T{n}"><xs:choice>{every}</xs:choice></xs:complexType>' for n in range(40))
    plan = planned(tmp_path, f'<xs:element name="doc"><xs:complexType><xs:sequence>{every}</xs:sequence></xs:complexType></xs:element>{types}')
    assert len(plan.tables) == 1 and any("places" in omitted.reason for omitted in plan.omitted)


@given(st.text(max_size=90))
def test_any_name_makes_an_identifier(text: str) -> None:
    made = table_names.free([table_names.snake(text)], ())
    assert made.isidentifier() and made.isascii() and made == made.lower() and len(made) <= table_names.LONGEST + 1
    assert made not in table_names.RESERVED


def test_reserved_words_cover_what_sqlite_refuses() -> None:
    database = sqlite3.connect(":memory:")
    candidates = {"select", "table", "value", "values", "order", "title", "name", "date", "group", "index", "key", "language", "limit", "to"}
    for word in candidates - table_names.SQL_RESERVED:
        database.execute(f"CREATE TABLE {word} ({word} INT)")
    database.close()


SCHEMAS = [
    "pbcore-aapb/schema/pbcore-2.1.xsd", "ebucore/schema/ebucore.xsd", "datacite/schema/4.7/metadata.xsd",
    "npo-poms/schema/media/vproMedia.xsd", "iati/schema/iati-activities-schema.xsd", "mets-mods-premis/schema/mets-driver.xsd",
    "crossref/schema/crossref5.3.0.xsd", "dvb-i/schema/dvbi_v8.0.xsd", "movielabs-mddf/schema/manifest-v1.13.xsd",
    "mediaarea/schema/mediaarea.xsd", "saml-metadata/schema/saml-schema-metadata-2.0.xsd",
]  # fmt: skip


@pytest.mark.parametrize("schema", SCHEMAS)
def test_real_schemas_stay_within_time_and_budget(corpora: Path, schema: str) -> None:
    model = components.read_paths(corpora / schema)
    started = time.process_time()
    plan = tables.plan(model, Manifest(), "v")
    assert time.process_time() - started < 2
    assert plan.digest == tables.plan(model, Manifest(), "v").digest
    names = [table.name for table in plan.tables]
    assert len(set(names)) == len(names) <= tables.MAX_TABLES
    assert all(table.parents or number == 0 for number, table in enumerate(plan.tables))
    for table in plan.tables:
        columns = [column.name for column in table.columns]
        assert len(set(columns)) == len(columns) <= tables.MAX_COLUMNS
        assert all(parent in names for parent, _ in table.parents)
    assert plan.titles or "mets" in schema
