"""The generator: the same schema gives the same files, every schema gives classes that import, names stay."""

from __future__ import annotations

import filecmp
import importlib
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from tests.conftest import FULL
from xmlsvc import binding, codegen
from xmlsvc.binding import editing
from xmlsvc.binding.view import View
from xmlsvc.codegen import __main__ as regeneration
from xmlsvc.codegen import passes
from xmlsvc.codegen.names import Names, member, pascal, snake
from xmlsvc.codegen.plan import Work
from xmlsvc.errors import SchemaError, UnresolvedLocation, UsageError
from xmlsvc.schema import components, gate, store
from xmlsvc.schema.catalog import Catalog
from xmlsvc.schema.vocabulary import Manifest

ROOT = Path(__file__).resolve().parents[2]
HEAD = '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="urn:t" targetNamespace="urn:t" elementFormDefault="qualified"'


def written(directory: Path, body: str, name: str = "main.xsd") -> Path:
    path = directory / name
    path.write_text(f"{HEAD}>{body}</xs:schema>", "utf-8")
    return path


def classes(module: ModuleType) -> Iterator[type[View]]:
    """Every view class of a package, nested ones too."""
    waiting: list[object] = [value for name, loaded in list(sys.modules.items()) if name.startswith(f"{module.__name__}.")
                             for value in vars(loaded).values()]
    seen: set[type] = set()
    for one in waiting:
        if isinstance(one, type) and issubclass(one, View) and one.__module__.startswith(module.__name__) and one not in seen:
            seen.add(one)
            waiting += vars(one).values()
            yield one


def resolve_everything(module: ModuleType) -> int:
    """Look up what every declaration refers to; how many classes there are."""
    for name in module.package.elements:
        module.package.element_named(name)
    for name in module.package.types:
        module.package.type_named(name)
    count = 0
    for cls in classes(module):
        count += 1
        editing.order_of(cls)
        for field in cls.fields().values():
            if field.kind in ("attribute", "text"):
                assert field.codec is not None
            for tag in field.tags:
                field.type_of(tag)
    return count


def test_the_committed_packages_are_what_the_generator_writes(tmp_path: Path) -> None:
    regeneration.regenerate(tmp_path)
    committed = ROOT / "xmlsvc/vocabularies"
    fresh = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()}
    kept = {str(path.relative_to(committed)) for path in committed.rglob("*") if path.is_file() and "__pycache__" not in path.parts}
    assert fresh == kept, "run: python -m xmlsvc.codegen"
    _, different, unreadable = filecmp.cmpfiles(tmp_path, committed, sorted(fresh), shallow=False)
    assert not different and not unreadable, f"run: python -m xmlsvc.codegen ({different})"


def test_the_same_schema_gives_the_same_files(tmp_path: Path, corpora: Path) -> None:
    closed = store.close([corpora / "ebucore/schema/ebucore.xsd"], Catalog.load(corpora / "ebucore/schema"), tmp_path / "store")
    for name in ("one", "two"):
        codegen.generate(closed, Manifest(), tmp_path / name / "made", "made")
    first = {path.name: path.read_bytes() for path in (tmp_path / "one/made").glob("*.*")}
    assert first == {path.name: path.read_bytes() for path in (tmp_path / "two/made").glob("*.*")} and "ebucore.py" in first
    assert not any(str(tmp_path).encode() in text for text in first.values())


def test_written_and_loaded_classes_are_the_same(tmp_path: Path) -> None:
    path = written(tmp_path, """<xs:element name="a"><xs:complexType><xs:sequence><xs:element name="b" type="xs:int"/></xs:sequence>
      </xs:complexType></xs:element>""")
    codegen.generate(store.close([path], Catalog.load(None), tmp_path / "store"), Manifest(), tmp_path / "made_same", "made_same")
    module = codegen.import_from(tmp_path / "made_same", "made_same")
    loaded = binding.load(path)
    data = b'<a xmlns="urn:t"><b>1</b></a>'
    assert module.parse(data).b == loaded.parse(data).b == 1
    assert module.parse(data).validate().valid and not module.parse(data.replace(b">1", b">x")).validate().valid
    inner = sys.modules[f"{loaded.__name__}.ns"]
    assert (tmp_path / "made_same/ns.py").read_text() == inner.__loader__.get_source(inner.__name__)  # type: ignore[union-attr]
    assert module.sample().validate().valid


def test_names(tmp_path: Path) -> None:
    assert [snake(name) for name in ("videoFormat", "URLCode", "a-b.c", "class", "1st", "items", "from", "ID", "è", "-", "type")] == [
        "video_format", "url_code", "a_b_c", "class_", "n1st", "items_", "from_", "id", "è", "value", "type"]
    assert [pascal(name) for name in ("videoFormat", "a-b", "1x", "none", "View")] == ["VideoFormat", "AB", "N1x", "None_", "View_"]
    assert [member(value) for value in ("a b", "16:9", "+", "", "mro", "é", "☃")] == ["A_B", "N16_9", "PLUS", "EMPTY", "MRO_", "É", "SIGN"]


def test_simple_types_alone_make_a_module(tmp_path: Path) -> None:
    """Whose names hold that of a Python type."""
    module = binding.load(written(tmp_path, """<xs:simpleType name="ADecimalNumber"><xs:restriction base="xs:decimal"/></xs:simpleType>
      <xs:simpleType name="DateList"><xs:list itemType="xs:date"/></xs:simpleType>"""))
    assert {"ADecimalNumber", "DateList"} <= set(dir(module))


def test_groups_in_groups_in_groups(tmp_path: Path) -> None:
    """As deep as real schemas have them, which is deeper than xmlschema goes by itself."""
    groups = "".join(f'<xs:group name="G{n}"><xs:sequence><xs:element name="e{n}" type="xs:int" minOccurs="0"/><xs:group ref="G{n + 1}"/>'
                     "</xs:sequence></xs:group>" for n in range(40))
    module = binding.load(written(tmp_path, f"""{groups}<xs:group name="G40"><xs:choice><xs:element name="last" type="xs:int"/></xs:choice>
      </xs:group><xs:element name="r"><xs:complexType><xs:group ref="G0"/></xs:complexType></xs:element>"""))
    doc = module.parse(b'<r xmlns="urn:t"><last>1</last></r>')
    doc.e7, doc.e39 = 7, 39
    assert [value for _, value in doc.items()] == [7, 39, 1] and doc.validate().valid and module.sample().validate().valid


def test_clashing_names_are_told_apart(tmp_path: Path) -> None:
    other = tmp_path / "other.xsd"
    other.write_text(f'{HEAD.replace("urn:t", "urn:o")}><xs:element name="name" type="xs:string"/></xs:schema>')
    path = written(tmp_path, """<xs:import namespace="urn:o" schemaLocation="other.xsd"/>
      <xs:complexType name="T"><xs:sequence xmlns:o="urn:o"><xs:element name="name" type="xs:int"/><xs:element ref="o:name"/>
      <xs:element name="Name" type="xs:date"/><xs:element name="value" type="xs:string"/></xs:sequence>
      <xs:attribute name="name" type="xs:boolean"/><xs:attribute name="items"/></xs:complexType>
      <xs:complexType name="t"/><xs:complexType name="X"/><xs:complexType name="x_"/><xs:element name="X"><xs:complexType/></xs:element>""")
    module = binding.load(path)
    assert {field.tag: name for name, field in module.T.fields().items()} == {
        "{urn:t}name": "name", "{urn:o}name": "name_ns", "{urn:t}Name": "name_2", "{urn:t}value": "value", "name": "name_attr",
        "items": "items_"}
    assert {"T", "T_2", "X", "X_2", "X_3"} <= set(dir(module))


def test_a_new_version_renames_nothing(tmp_path: Path) -> None:
    (tmp_path / "1").mkdir()
    (tmp_path / "2").mkdir()
    old = written(tmp_path / "1", '<xs:complexType name="T"><xs:attribute name="a-b"/></xs:complexType>')
    new = written(tmp_path / "2", """<xs:complexType name="t"/><xs:complexType name="T"><xs:attribute name="aB"/><xs:attribute name="a-b"/>
      </xs:complexType>""")
    closed = [store.close([path], Catalog.load(None), tmp_path / "store") for path in (old, new)]
    codegen.generate(closed[0], Manifest(), tmp_path / "v1", "v1")
    codegen.generate(closed[1], Manifest(), tmp_path / "v2", "v2", names=[tmp_path / "v1/names.json"])
    names = json.loads((tmp_path / "v2/names.json").read_text())
    assert names["{urn:t}T"] == "T" and names["{urn:t}t"] == "T_2"
    assert names["{urn:t}T/@a-b"] == "a_b" and names["{urn:t}T/@aB"] == "a_b_attr"


def test_renames(tmp_path: Path) -> None:
    path = written(tmp_path, '<xs:complexType name="T"><xs:attribute name="naam"/></xs:complexType>')
    module = binding.load(path, renames={"{urn:t}T": "Thing", "{urn:t}T/@naam": "called"})
    assert list(module.Thing.fields()) == ["called"]
    with pytest.raises(UsageError, match="does not have"):
        binding.load(path, renames={"{urn:t}Nothing": "X"})
    with pytest.raises(UsageError, match="no free Python name"):
        binding.load(path, renames={"{urn:t}T": "class"})


def test_namespaces_that_inherit_from_one_another_both_ways(tmp_path: Path) -> None:
    (tmp_path / "b.xsd").write_text(f"""{HEAD.replace("urn:t", "urn:b")} xmlns:a="urn:t">
        <xs:import namespace="urn:t" schemaLocation="main.xsd"/>
      <xs:complexType name="B1"><xs:complexContent><xs:extension base="a:A1"><xs:attribute name="b1"/></xs:extension></xs:complexContent>
      </xs:complexType>
      <xs:complexType name="B3"><xs:complexContent><xs:extension base="a:A2"><xs:attribute name="b3"/></xs:extension></xs:complexContent>
      </xs:complexType>
      </xs:schema>""")
    path = written(tmp_path, """<xs:import namespace="urn:b" schemaLocation="b.xsd"/><xs:complexType name="A1"><xs:attribute name="a1"/>
        </xs:complexType>
      <xs:complexType name="A2"><xs:complexContent><xs:extension base="b:B1" xmlns:b="urn:b"><xs:attribute name="a2"/></xs:extension>
      </xs:complexContent>
      </xs:complexType><xs:element name="e" type="b:B3" xmlns:b="urn:b"/>""")
    module = binding.load(path)
    doc = module.parse(b'<e xmlns="urn:t" a1="1" b1="2" a2="3" b3="4"/>')
    assert [(field.name, value) for field, value in doc.items()] == [("a1", "1"), ("b1", "2"), ("a2", "3"), ("b3", "4")]
    assert [cls.__name__ for cls in type(doc).__mro__[1:5]] == ["B3", "A2", "B1", "A1"] and resolve_everything(module) >= 4


def test_nested_classes_whose_base_comes_later(tmp_path: Path) -> None:
    path = written(tmp_path, """<xs:complexType name="A"><xs:sequence><xs:element name="inner" minOccurs="0"><xs:complexType>
        <xs:complexContent>
      <xs:extension base="B"><xs:attribute name="x"/></xs:extension></xs:complexContent></xs:complexType></xs:element>
      <xs:element name="own" minOccurs="0"><xs:complexType><xs:complexContent><xs:extension base="A"/></xs:complexContent>
      </xs:complexType></xs:element>
      </xs:sequence></xs:complexType>
      <xs:complexType name="B"><xs:complexContent><xs:extension base="A"><xs:attribute name="y"/></xs:extension></xs:complexContent>
      </xs:complexType>
      <xs:element name="e" type="A"/>""")
    module = binding.load(path)
    doc = module.parse(b'<e xmlns="urn:t"><inner x="1" y="2"><inner x="3"/></inner><own><own/></own></e>')
    assert doc.inner.y == "2" and doc.inner.inner.x == "3" and type(doc.inner).__qualname__ == "A.Inner" and issubclass(module.A.Inner,
    module.B)
    assert type(doc.own.own).__qualname__ == "A.Own"


@pytest.mark.parametrize(("body", "said"), [
    ('<xs:element name="a" type="nothing"/>', "nothing"),
    ('<xs:complexType name="a"><xs:nonsense/></xs:complexType>', "content is not valid"),
    ('<xs:complexType name="a"><xs:complexContent><xs:extension base="a"/></xs:complexContent></xs:complexType>', "."),
    ('<xs:include schemaLocation="missing.xsd"/>', "missing.xsd"),
])
def test_nonsense_is_a_clear_error(tmp_path: Path, body: str, said: str) -> None:
    with pytest.raises(SchemaError, match=said):
        binding.load(written(tmp_path, body))


def test_a_schema_that_one_engine_refuses_has_classes_and_verdicts(tmp_path: Path) -> None:
    """No restriction to xmlschema, and one to libxml2: there is GML of this kind."""
    path = written(tmp_path, """<xs:complexType name="A"><xs:sequence><xs:element name="a"/></xs:sequence></xs:complexType>
      <xs:complexType name="B"><xs:complexContent><xs:restriction base="A"><xs:sequence><xs:element name="z" type="xs:int"/></xs:sequence>
      </xs:restriction></xs:complexContent></xs:complexType><xs:element name="r" type="B"/>""")
    module = binding.load(path)
    doc = module.parse(b'<r xmlns="urn:t"><z>1</z></r>')
    assert doc.z == 1 and module.package.model.types["{urn:t}B"].base is module.package.model.types["{urn:t}A"]
    assert doc.validate().valid and not module.parse(b'<r xmlns="urn:t"><z>x</z></r>').validate().valid and module.sample().validate().valid
    assert "illegal restriction" in gate.disputed(module.package.validator.set)[0][1]


def test_ambiguous_content_has_classes_and_no_verdict(tmp_path: Path) -> None:
    """Public schemas have such content, and whoever reads documents of theirs must be able to."""
    module = binding.load(written(tmp_path, """<xs:element name="r"><xs:complexType><xs:sequence><xs:element name="a" type="xs:int"
      minOccurs="0"/><xs:element name="a" type="xs:int"/></xs:sequence></xs:complexType></xs:element>"""))
    doc = module.parse(b'<r xmlns="urn:t"><a>1</a><a>2</a></r>')
    assert list(doc.a) == [1, 2]
    with pytest.raises(SchemaError, match="determinist"):
        doc.validate()


@pytest.mark.parametrize("text", [b"", b"<a/>", b"\x00\x01", b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'])
def test_hostile_files_are_a_clear_error(tmp_path: Path, text: bytes) -> None:
    (tmp_path / "x.xsd").write_bytes(text)
    with pytest.raises(SchemaError):
        binding.load(tmp_path / "x.xsd")


def test_hostile_names_stay_names(tmp_path: Path) -> None:
    path = written(tmp_path, """<xs:complexType name="__import__"><xs:annotation>
        <xs:documentation>\"\"\" + __import__("os").system("false") + \"\"\" \\
      </xs:documentation></xs:annotation><xs:attribute name="__class__" default="'); raise SystemExit("/><xs:attribute name="_"/>
      <xs:attribute name="P"/><xs:attribute name="declare"/></xs:complexType>
      <xs:simpleType name="e"><xs:restriction base="xs:string"><xs:enumeration value="'''&#10;raise SystemExit"/></xs:restriction>
      </xs:simpleType>
      <xs:element name="r" type="__import__"/>""")
    module = binding.load(path)
    doc = module.parse(b'<r xmlns="urn:t" P="1"/>')
    assert doc.p == "1" and doc.class__ == "'); raise SystemExit(" if hasattr(doc, "class__") else doc.class_ == "'); raise SystemExit("


def test_every_corpus_schema_gives_classes(corpora: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All that import and resolve (every twelfth document of the sets in the quick run)."""
    monkeypatch.syspath_prepend(tmp_path)
    made = 0
    for number, path in enumerate(sorted(corpora.glob("*/schema/**/*.xsd"))[:: 1 if FULL else 12]):
        try:
            model = components.read_paths(path)
        except UnresolvedLocation:
            continue
        name = f"corpus_{number}"
        work = passes.run(Work(model, name, Names()))
        (tmp_path / name).mkdir()
        for file, text in work.files.items():
            (tmp_path / name / file).write_text(text, "utf-8")
        module = importlib.import_module(name)
        for file in work.files:
            importlib.import_module(f"{name}.{file.removesuffix('.py')}" if file != "__init__.py" else name)
        resolve_everything(module)
        made += 1
    assert made > 25


def test_type_checkers_understand_what_is_generated(corpora: Path, tmp_path: Path) -> None:
    for entry, name in ((corpora / "pbcore-aapb/schema/pbcore-2.1.xsd", "pbcore"), (corpora / "ebucore/schema/ebucore.xsd", "ebu")):
        closed = store.close([entry], Catalog.load(entry.parent), tmp_path / "store")
        codegen.generate(closed, Manifest(), tmp_path / name, name)
        (tmp_path / name / "rows.py").unlink()
    narrowed = written(tmp_path, """<xs:complexType name="Any"><xs:annotation><xs:documentation>Is no _Curve. It stands for one.
      </xs:documentation></xs:annotation><xs:sequence><xs:element name="value"/><xs:element name="all" type="xs:int" maxOccurs="9"/>
      </xs:sequence></xs:complexType><xs:complexType name="Number"><xs:complexContent><xs:restriction base="Any"><xs:sequence>
      <xs:element name="value" type="xs:int"/><xs:element name="all" type="xs:int"/></xs:sequence></xs:restriction></xs:complexContent>
      </xs:complexType>""")
    codegen.generate(store.close([narrowed], Catalog.load(None), tmp_path / "store"), Manifest(), tmp_path / "narrow", "narrow")
    (tmp_path / "use.py").write_text(
        "import datetime\nimport pbcore\nfrom pbcore.pbcore import PbcoreDescriptionDocumentType, TitleStringType\n"
        "from ebu.ebucore import EbuCoreMainType, DateType\n"
        "doc: PbcoreDescriptionDocumentType = pbcore.parse(b'')\nreveal_type(doc.pbcore_title[0].value)\nreveal_type(doc.pbcore_title)\n"
        "title: TitleStringType = doc.pbcore_title.add(value='x')\ndoc.pbcore_title[0].value = 5\n"
        "ebu_doc: EbuCoreMainType\nreveal_type(ebu_doc.date_last_modified)\nebu_doc.date_last_modified = datetime.date(2024, 1, 1)\n"
        "for each in doc.pbcore_title:\n    reveal_type(each)\n",
        "utf-8")
    ran = subprocess.run([sys.executable, "-m", "mypy", "--strict", "--config-file", str(ROOT / "setup.cfg"), "use.py", "pbcore", "ebu",
                          "narrow"],
                         cwd=tmp_path, capture_output=True, text=True, check=False,
                         env={"MYPYPATH": f"{ROOT}:{ROOT / 'stubs'}", "PATH": "/usr/bin:/bin", "HOME": str(tmp_path)})
    lines = [line for line in ran.stdout.splitlines() if line.startswith(("use.py", "pbcore", "ebu", "narrow"))]
    wrong = [line for line in lines if "error" in line]
    assert wrong == [line for line in lines if line.startswith("use.py:9: error")], ran.stdout + ran.stderr
    assert any("use.py:6" in line and "str" in line for line in lines)
    assert any("use.py:11" in line and "Date | None" in line for line in lines)
    assert any("use.py:14" in line and "TitleStringType" in line for line in lines)


def test_the_hot_path_needs_neither_xmlschema_nor_the_service(tmp_path: Path) -> None:
    script = ("import sys\nfrom xmlsvc.vocabularies.programme import v1_1 as p\nfrom xmlsvc import binding\n"
              "doc = p.create('programme', id='prg-1')\nbinding.to_json(doc)\ndoc.save()\nlist(doc.walk())\n"
              "bad = {'xmlschema', 'storm', 'cherrypy', 'genshi', 'pymysql'} & set(sys.modules)\nassert not bad, bad\n")
    subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True, capture_output=True)
