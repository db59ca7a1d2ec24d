"""Prefixes and paths: what people see never holds Clark's braces, and is the same each time."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from xmlsvc.xml import names
from xmlsvc.xml.names import Prefixes
from xmlsvc.xml.parser import parse


def test_split_and_join() -> None:
    assert names.split("{urn:a}b") == ("urn:a", "b")
    assert names.split("b") == ("", "b")
    assert names.join("urn:a", "b") == "{urn:a}b"
    assert names.join("", "b") == "b"


def test_the_documents_own_prefixes_come_first() -> None:
    root = parse(b'<p:a xmlns:p="urn:one" xmlns="urn:two" xmlns:z="urn:three"/>').getroot()
    prefixes = Prefixes.of(root, {"urn:one": "theirs", "urn:two": "two"})
    assert (prefixes.name("{urn:one}x"), prefixes.name("{urn:two}x"), prefixes.name("{urn:three}x")) == ("p:x", "two:x", "z:x")
    assert prefixes.map == {"p": "urn:one", "two": "urn:two", "z": "urn:three"}


def test_a_default_namespace_gets_a_prefix_of_its_own() -> None:
    root = parse(b'<a xmlns="urn:ebu:metadata-schema:ebucore" xmlns:ebucore="urn:other"><b/></a>').getroot()
    prefixes = Prefixes.of(root)
    assert names.path(root[0], prefixes) == "/ebucore2:a/ebucore2:b"
    assert prefixes.map["ebucore2"] == "urn:ebu:metadata-schema:ebucore"


def test_no_namespace_needs_no_prefix() -> None:
    root = parse(b"<a><b/></a>").getroot()
    assert names.path(root[0], Prefixes.of(root)) == "/a/b"
    assert Prefixes.of(root).map == {}


def test_the_xml_prefix_is_fixed() -> None:
    prefixes = Prefixes({"urn:a": "xml"})
    assert prefixes.name("{http://www.w3.org/XML/1998/namespace}lang") == "xml:lang"
    assert prefixes.name("{urn:a}b") != "xml:b"


@pytest.mark.parametrize(("namespace", "prefix"), [
    ("http://www.pbcore.org/PBCore/PBCoreNamespace.html", "pbcore"), ("urn:ebu:metadata-schema:ebucore", "ebucore"),
    ("http://datacite.org/schema/kernel-4", "kernel"), ("http://www.w3.org/1999/xhtml", "xhtml"), ("urn:1:2", "ns"),
    ("http://www.openarchives.org/OAI/2.0/", "oai"),
])  # fmt: skip
def test_derived(namespace: str, prefix: str) -> None:
    assert names.derived_prefix(namespace) == prefix


def test_numbers_only_where_siblings_share_the_name() -> None:
    root = parse(b'<a xmlns:p="urn:p"><b/><!-- x --><c/><b><d/></b><?pi x?><p:b/></a>').getroot()
    prefixes = Prefixes.of(root)
    paths = [names.path(element, prefixes) for element in root.iter(etree.Element)]
    assert paths == ["/a", "/a/b[1]", "/a/c", "/a/b[2]", "/a/b[2]/d", "/a/p:b"]


def test_prefixes_declared_below_the_root() -> None:
    root = parse(b'<a><q:b xmlns:q="urn:q"><c xmlns="urn:q"/></q:b></a>').getroot()
    prefixes = Prefixes.of(root)
    assert names.path(root[0][0], prefixes) == "/a/q:b/q:c"


def test_an_attributes_prefix_may_be_declared_below_the_root() -> None:
    child = parse(b'<r xmlns="urn:r"><c xmlns:z="urn:some:thing" xmlns:q="urn:some:thing" q:n="1"/></r>').getroot()[0]
    prefixes = Prefixes.of(child.getparent())
    assert prefixes.of_attribute(child, "{urn:some:thing}n") == "q:n" == prefixes.name("{urn:some:thing}n")
    assert prefixes.of_attribute(child, "plain") == "plain" and prefixes.of_attribute(child, "{urn:other}n") == "other:n"


def test_many_siblings_are_counted_once() -> None:
    import time

    root = parse(b"<a>" + b"<b/>" * 100_000 + b"</a>").getroot()
    prefixes = Prefixes.of(root)
    before = time.process_time()
    assert names.path(root[99_999], prefixes) == "/a/b[100000]"
    for child in root:
        names.path(child, prefixes)
    assert time.process_time() - before < 15


@given(st.dictionaries(st.sampled_from(["urn:a", "urn:b", "http://x/y", "urn:1"]), st.sampled_from(["", "p", "q", "xml", "ns1"])),
       st.lists(st.sampled_from(["urn:a", "urn:c", "urn:1", "urn:2", "http://x/y", ""])))
def test_prefixes_are_distinct_and_lead_back(declared: dict[str, str], asked: list[str]) -> None:
    prefixes = Prefixes(declared)
    shown = [prefixes.name(names.join(namespace, "n")) for namespace in asked]
    for namespace, name in zip(asked, shown, strict=True):
        assert "{" not in name
        prefix = name.rpartition(":")[0]
        assert prefixes.map.get(prefix, "") == namespace
    again = Prefixes(declared)
    assert shown == [again.name(names.join(namespace, "n")) for namespace in asked]
    assert len(set(prefixes.map.values())) == len(prefixes.map)


@given(st.recursive(st.just([]), lambda inner: st.lists(inner, max_size=4), max_leaves=20))
def test_a_path_leads_to_its_element(shape: list[object]) -> None:
    """Evaluated as an XPath with its own namespaces, each path finds exactly the element it was made for."""
    letters = "abc"

    def write(node: object, depth: int) -> str:
        assert isinstance(node, list)
        name = letters[len(node) % 3]
        space = ["", ' xmlns="urn:a"', ' xmlns="urn:b"'][depth % 3]
        return f"<{name}{space}>{''.join(write(child, depth + 1) for child in node)}</{name}>"

    root = parse(write(shape, 0).encode()).getroot()
    prefixes = Prefixes.of(root)
    for element in root.iter(etree.Element):
        path = names.path(element, prefixes)
        assert root.getroottree().xpath(path, namespaces=prefixes.map or None) == [element]
