"""Any documents, and any changes of them."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from random import Random

from hypothesis import strategies as st
from lxml import etree

from xmlsvc.xml import canonical, parser
from xmlsvc.xml.alignment import is_element

TEXTS = st.text(st.sampled_from("ab<&\"' \n\té€>"), max_size=4)
WORDS = st.sampled_from(["", "one", "two", "x:y"])


def element(name: str, attributes: dict[str, str], content: list[object]) -> etree._Element:
    """An element of this content: texts, (name, attributes, content), or "<!--" + a comment's text."""
    made = etree.Element(name)
    for key, value in attributes.items():
        made.set(key, value)
    for part in content:
        if isinstance(part, tuple):
            made.append(element(*part))
        elif str(part).startswith("<!--"):
            made.append(etree.Comment(str(part)[4:]))
        elif len(made):
            made[-1].tail = (made[-1].tail or "") + str(part)
        else:
            made.text = (made.text or "") + str(part)
    return made


NAMES = st.sampled_from(["p", "q", "{urn:n}r"])
ATTRIBUTES = st.dictionaries(st.sampled_from(["x", "y", "{urn:m}z"]), WORDS, max_size=2)
NODES: st.SearchStrategy[object] = st.recursive(
    st.one_of(TEXTS, st.just("<!--hi"), st.tuples(NAMES, ATTRIBUTES, st.lists(WORDS, max_size=1))),
    lambda inner: st.tuples(NAMES, ATTRIBUTES, st.lists(inner, max_size=4)), max_leaves=10)
RECORDS: st.SearchStrategy[object] = st.recursive(
    st.tuples(NAMES, ATTRIBUTES, st.lists(WORDS, max_size=1)),
    lambda inner: st.tuples(NAMES, ATTRIBUTES, st.lists(inner, max_size=4)), max_leaves=10)


def documents(nodes: st.SearchStrategy[object] = NODES) -> st.SearchStrategy[bytes]:
    """Documents as bytes."""
    return st.lists(nodes, max_size=5).map(lambda content: etree.tostring(element("root", {}, content), encoding="utf-8"))


def meaning(tree: etree._ElementTree) -> bytes:
    """What a tree says, whatever its prefixes and attribute order: canonical form, with all prefixes made alike."""
    written = parser.parse(etree.tostring(tree, encoding="utf-8"))
    return canonical.c14n(plain(written))


def plain(tree: etree._ElementTree) -> etree._ElementTree:
    """A copy whose names have their namespaces written into them."""
    copy = etree.ElementTree(_plain(tree.getroot()))
    for node in reversed(list(tree.getroot().itersiblings())):
        copy.getroot().addnext(_copy(node))
    for node in reversed(list(tree.getroot().itersiblings(preceding=True))):
        copy.getroot().addprevious(_copy(node))
    return copy


def _copy(node: etree._Element) -> etree._Element:
    copy = deepcopy(node)
    copy.tail = None
    return copy


def _plain(node: etree._Element) -> etree._Element:
    if not is_element(node):
        made = _copy(node)
    else:
        made = etree.Element(_name(node.tag))
        for key, value in node.attrib.items():
            made.set(_name(str(key)), value)
        made.text = node.text
        made.extend(_plain(child) for child in node)
    made.tail = node.tail
    return made


def _name(clark: str) -> str:
    namespace, _, local = clark.rpartition("}")
    return f"{local}-in-{''.join(c for c in namespace if c.isalnum())}" if namespace else local


def change(root: etree._Element, random: Random, texts: Sequence[str | None] = ("x\ny", "<&>]]>", "é€", None, "")) -> None:
    """One change somewhere below the root, or of it: an attribute, a child, one of the texts."""
    elements = list(root.iter(etree.Element))
    one = random.choice(elements)
    verb = random.randrange(7)
    if verb == 0:
        one.set("zz", "a\"'<&\n\t€")
    elif verb == 1 and one.attrib:
        del one.attrib[random.choice(one.keys())]
    elif verb == 2:
        one.text = random.choice(texts)
    elif verb == 3 and one is not root and (parent := one.getparent()) is not None:
        parent.remove(one)
    elif verb == 4:
        one.insert(random.randint(0, len(one)), etree.Element("{urn:q}new", a="1"))
    elif verb == 5 and len(one) > 1:
        one.append(one[0])
    else:
        one.append(etree.Comment(" hi "))
