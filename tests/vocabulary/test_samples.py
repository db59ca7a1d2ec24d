"""The samples: each is what the index says, both engines agree, and together they use the whole schema."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
import xmlschema
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from xmlsvc.errors import InputError
from xmlsvc.schema.vocabulary import Manifest

from .conftest import INDEX, INVALID, ROOTS, SAMPLES, SCHEMAS, VALID, VERSIONS, Engines, Maker, documents, read

P, M = "{urn:xmlsvc:programme}", "{urn:xmlsvc:media}"
XS = "{http://www.w3.org/2001/XMLSchema}"
XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
OLD = [file for file, entry in VALID.items() if entry["version"] == "1.0"]


def version_of(root: etree._Element) -> str:
    """The version that a document asks for, as the service decides: a known location, else the active version."""
    manifest = Manifest.load(SCHEMAS)
    locations = (root.get(f"{XSI}schemaLocation") or "").split()[1::2]
    return next((name for name, version in manifest.versions.items() if set(version.aliases) & set(locations)), manifest.active)


def test_the_index_lists_every_file() -> None:
    there = {path.relative_to(SAMPLES).as_posix() for folder in ("valid", "invalid") for path in (SAMPLES / folder).iterdir()}
    assert there == VALID.keys() | INVALID.keys()
    assert len(INDEX["valid"]) == len(VALID) >= 40 and len(INDEX["invalid"]) == len(INVALID) >= 30


@pytest.mark.parametrize("file", VALID)
def test_valid(file: str, engines: dict[str, Engines]) -> None:
    tree, entry = read(file), VALID[file]
    assert version_of(tree.getroot()) == entry["version"]
    assert etree.QName(tree.getroot()).localname == entry["root"]
    assert engines[entry["version"]].refusals(tree) == {"libxml2": [], "xmlschema": []}


@pytest.mark.parametrize("file", [file for file, entry in INVALID.items() if "codes" in entry])
def test_invalid(file: str, engines: dict[str, Engines]) -> None:
    """Both engines refuse each, but that libxml2 does not follow IDREFs."""
    tree, entry = read(file), INVALID[file]
    assert version_of(tree.getroot()) == entry["version"]
    refusals = engines[entry["version"]].refusals(tree)
    assert refusals["xmlschema"]
    assert bool(refusals["libxml2"]) == (set(entry["codes"]) != {"cvc-id.1"})
    assert entry["broken"].endswith(".") and all(
        re.fullmatch(r"cvc-[a-zA-Z-]+(\.\d+|\.[a-d])*(-valid)?[.\d]*", code) for code in entry["codes"]
    )


@pytest.mark.parametrize("file", [file for file, entry in INVALID.items() if "problem" in entry])
def test_refused(file: str) -> None:
    problem = INVALID[file]["problem"]
    if problem == "unknown-vocabulary":
        assert etree.QName(read(file).getroot()).namespace not in {"urn:xmlsvc:programme", "urn:xmlsvc:media"}
        return
    with pytest.raises(InputError) as caught:
        read(file)
    assert caught.value.slug == problem


def used(version: str) -> Iterator[tuple[str, str | None, str]]:
    """(element, attribute or None, value) of all valid samples of a version, with the type where an element names one."""
    for file, entry in VALID.items():
        if entry["version"] == version:
            for element in read(file).iter(etree.Element):
                yield str(element.tag), None, element.text or ""
                for name, value in element.attrib.items():
                    yield str(element.tag), str(name), str(value)


def declarations(element: etree._Element, declared: xmlschema.XsdElement, schema: xmlschema.XMLSchema10) -> Iterator[object]:
    """The schema nodes that declare the elements and attributes of an instance, from `element` down."""
    yield declared.elem
    kind = declared.type
    if (named := element.get(f"{XSI}type")) is not None:
        kind = schema.types[named.rpartition(":")[2]]
    yield from (kind.attributes[name].elem for name in element.attrib if name in kind.attributes)
    members = [one for one in kind.content.iter_elements() if isinstance(one, xmlschema.XsdElement)] if kind.has_complex_content() else []
    for child in element.iterchildren(etree.Element):
        fits = [member for member in members if member.match(str(child.tag)) is not None]
        for member in fits:
            yield member.elem
            yield from declarations(child, schema.maps.elements[child.tag] if member.ref is not None else member, schema)


@pytest.mark.parametrize("version", VERSIONS)
def test_every_declaration_is_used(version: str, engines: dict[str, Engines]) -> None:
    """Each xs:element and each xs:attribute, in some valid sample."""
    schema, seen = engines[version].xmlschema, set()
    for file, entry in VALID.items():
        if entry["version"] == version:
            root = read(file).getroot()
            seen.update(map(id, declarations(root, schema.elements[etree.QName(root).localname], schema)))
    own = [one for one in schema.maps.iter_schemas() if one.target_namespace.startswith("urn:xmlsvc:")]
    missing = [
        f"{one.name} {node.tag.rpartition('}')[2]} {node.get('name') or node.get('ref')}"
        for one in own
        for node in one.root.iter()
        if node.tag in (f"{XS}element", f"{XS}attribute") and id(node) not in seen and node.get("abstract") != "true"
    ]
    assert missing == []


def test_every_code_is_used() -> None:
    """Each enumeration value of 1.1, written out."""
    words = {word for _, _, value in used("1.1") for word in value.split()}
    values = {str(node.get("value")) for path in documents(SCHEMAS / "1.1") for node in etree.parse(path).iter(f"{XS}enumeration")}
    assert values - words - {""} == set()


def test_types_are_chosen() -> None:
    chosen = {value.rpartition(":")[2] for _, name, value in used("1.1") if name == f"{XSI}type"}
    assert chosen == {"BroadcastType", "OnDemandType", "LiveStreamType"}


def test_the_bytes_come_in_all_shapes() -> None:
    data = [(SAMPLES / file).read_bytes() for file in VALID]
    shapes = {
        "UTF-16": lambda text: text[:2] in (b"\xff\xfe", b"\xfe\xff"),
        "Latin-1": lambda text: b'encoding="ISO-8859-1"' in text and any(byte > 127 for byte in text),
        "byte order mark": lambda text: text[:3] == b"\xef\xbb\xbf",
        "CRLF": lambda text: b"\r\n" in text,
        "no newline at the end": lambda text: not text.endswith((b"\n", b"\x00")),
        "no declaration": lambda text: text.startswith(b"<clip"),
        "single quotes": lambda text: b"<?xml version='1.0'" in text,
        "comment": lambda text: b"<!--" in text,
        "processing instruction": lambda text: b"<?planner" in text,
        "CDATA": lambda text: b"<![CDATA[" in text,
        "character reference": lambda text: b"&#x" in text,
        "beyond the basic plane": lambda text: "🚢".encode() in text,
        "tab between attributes": lambda text: b"\txml:lang" in text,
    }
    for shape, holds in shapes.items():
        assert any(holds(text) for text in data), shape


# -- the upgrade


def upgraded(upgrade: etree.XSLT, tree: etree._ElementTree) -> etree._ElementTree:
    return etree.ElementTree(etree.fromstring(bytes(upgrade(tree))))


def words(tree: etree._ElementTree) -> list[str]:
    """All text and attribute values of a document, sorted, without what the upgrade converts or adds."""
    found: list[str] = []
    for element in tree.iter(etree.Element):
        name = etree.QName(element).localname
        if name in ("dataRate", "bitRate", "start", "end") or (name == "size" and element.text == "0"):
            continue
        label = element.get("label") if name == "genre" else None
        found.append(label or " ".join((element.text or "").split()))
        found.extend(
            str(value)
            for key, value in element.attrib.items()
            if key not in ("label", "schemaVersion", "length", "role", f"{XSI}schemaLocation")
        )
    return sorted(filter(None, found))


@pytest.mark.parametrize("file", OLD)
def test_upgrade(file: str, engines: dict[str, Engines], upgrade: etree.XSLT) -> None:
    """A 1.0 document becomes a valid 1.1 one that asks for 1.1 and has lost nothing."""
    before = read(file)
    after = upgraded(upgrade, before)
    assert engines["1.1"].refusals(after) == {"libxml2": [], "xmlschema": []}
    assert version_of(after.getroot()) == "1.1"
    assert words(after) == words(before)
    for kind in (etree.Comment, etree.ProcessingInstruction):
        assert [node.text for node in after.iter(kind)] == [node.text for node in before.iter(kind)]
    assert {node.prefix for node in after.iter(etree.Element)} == {node.prefix for node in before.iter(etree.Element)}


def test_upgrade_in_detail(upgrade: etree.XSLT) -> None:
    root = upgraded(upgrade, read("valid/old-documentary-glas.xml")).getroot()
    assert [etree.QName(child).localname for child in root.iterchildren(f"{P}*")][:6] == [
        "identifier",
        "title",
        "title",
        "synopsis",
        "synopsis",
        "genre",
    ]
    assert [(genre.text, genre.get("label"), genre.get("primary")) for genre in root.iter(f"{P}genre")] == [
        ("factual", "Documentaire", "true"),
        ("x-ambacht-industrie", "Ambacht & industrie", None),
    ]
    assert [synopsis.get("length") for synopsis in root.iter(f"{P}synopsis")] == ["short", "medium"]
    assert [credit.get("role") for credit in root.iter(f"{P}credit")] == ["director", "presenter", "composer"]
    video, still = root.find(f".//{M}video"), root.find(f".//{M}image")
    assert video is not None and [etree.QName(child).localname for child in video][:3] == ["location", "size", "md5"]
    assert video.findtext(f"{M}bitRate") == "592640500" and still is not None and still.find(f"{M}size") is None
    assert [time.text for time in root.iter(f"{P}start", f"{P}end")] == ["2011-05-05T14:00:00Z", "2011-05-05T14:11:00+02:00"]


@pytest.mark.parametrize("root", ROOTS)
def test_any_old_document_can_be_upgraded(root: str, make: Maker, engines: dict[str, Engines], upgrade: etree.XSLT) -> None:
    """Documents made from the 1.0 schema by chance, extensions with our own elements in them among them."""
    made = [tree for seed in range(60) if (tree := make("1.0", root, seed)) is not None]
    assert len(made) > 50
    for tree in made:
        after = upgraded(upgrade, tree)
        assert engines["1.1"].libxml2.validate(after), (engines["1.1"].libxml2.error_log, etree.tostring(tree))


TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"), exclude_characters="\ufffe\uffff"), min_size=1, max_size=80)
FREE = """<programme xmlns="urn:xmlsvc:programme" xmlns:m="urn:xmlsvc:media" id="prg-free" kind="special" created="2001-01-01T00:00:00">
<title lang="nl">Vrij</title><genre/><description lang="nl">x</description><files><m:audio key="a"><m:location>a</m:location>
<m:container>mp3</m:container><m:duration>PT1S</m:duration><m:dataRate/>
<m:audioTrack><m:codec>mp3</m:codec><m:channels>1</m:channels></m:audioTrack></m:audio></files><duration>PT1S</duration></programme>"""


@given(genre=TEXT, rate=st.decimals("0.001", 999_999_999, places=3))
def test_any_genre_and_rate_can_be_upgraded(genre: str, rate: object, engines: dict[str, Engines], upgrade: etree.XSLT) -> None:
    root = etree.fromstring(FREE)
    for name, text in ((f"{P}genre", genre), (f"{M}dataRate", str(rate))):
        element = root.find(f".//{name}")
        assert element is not None
        element.text = text
    if not engines["1.0"].libxml2.validate(root):
        return
    after = upgraded(upgrade, root.getroottree())
    assert engines["1.1"].libxml2.validate(after), engines["1.1"].libxml2.error_log
    assert after.findtext(f".//{M}bitRate") == str(round(rate * 1000))  # type: ignore[operator]
    label = after.find(f".//{P}genre")
    assert label is not None and label.get("label") == re.sub("[ \t\r\n]+", " ", genre.strip(" \t\r\n"))
