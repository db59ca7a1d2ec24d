"""The fast pass over documents that libxml2 has accepted: looks only for what `lint` says its acceptance leaves open.

    Watch(trust).suspicious(components, tree, data)   -> False: the acceptance stands. True: let our own assessor decide.

Names are first looked for in the bytes, then by one XPath each; most documents have none of them, and then nothing more is done.
References are resolved by XPath's id(): libxml2 has noted every attribute of type ID of this tree while validating it. What the bytes
show to be references goes through one such call; only where one of those leads nowhere, or is no plain text, is the tree walked.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

from lxml import etree

from ..schema.model import XML_NAMESPACE, XSI_NAMESPACE, ComplexType, SimpleType
from .components import Components
from .lint import Name, Trust

_SIGNED = re.compile(rb"-0(?<=[\"'>\s]-0)")
_REFERENCE = re.compile(rb"&#(x[0-9a-fA-F]+|[0-9]+);")
_LEADS = [bytes((lead,)) for lead in (0xE0, 0xE1, *range(0xE3, 0xF5))]  # of UTF-8 sequences from U+0800, but for U+2000 … U+2FFF
_SEARCHABLE = frozenset({"UTF-8", "utf-8", "US-ASCII", "ascii", None})
_WIDER = (b"\xff\xfe", b"\xfe\xff")  # UTF-16: where nothing but this mark says so, libxml2 calls it UTF-8
_Sought = tuple[Name, bytes]  # a name, and its local part in bytes
_TOGETHER = 200  # identifiers that are asked for at once: libxml2 compares each element that it finds with all before
_XML_ID: Name = ("*", f"{{{XML_NAMESPACE}}}id")


class Watch:
    """What to look for in the accepted documents of one schema, ready to be looked for in bytes."""

    def __init__(self, trust: Trust) -> None:
        self.trust = trust
        self.own_ids = _sought(name for name in trust.ids if name[1] is None)
        self.idrefs, self.idref_lists = _sought(trust.idrefs), _sought(trust.idref_lists)
        references = (*trust.idrefs, *trust.idref_lists)
        self.plain_references = _finding(references) if all(name[1] for name in references) else None
        self.values, self.exotic = _sought(trust.values), _sought(trust.exotic)
        self.contents, self.foreign = _sought((one, None) for one in trust.contents), _sought((one, None) for one in trust.foreign)
        self.open_ids = _sought((one, None) for one in trust.open_ids)
        self.more = bool(self.values or self.exotic or self.contents or self.foreign or self.open_ids)

    def suspicious(self, components: Callable[[], Components], tree: etree._ElementTree, data: bytes | None) -> bool:
        """Whether a document that libxml2 has just accepted has something that it may have accepted wrongly. `components` is asked only
        when a value must be read. `data` None: the bytes are not at hand, so nothing can be ruled out by them."""
        trust = self.trust
        if trust.always or (trust.signed and (data is None or _SIGNED.search(data))):
            return True
        searched = data if data is not None and tree.docinfo.encoding in _SEARCHABLE and not data.startswith(_WIDER) else None
        if self._dangling(tree, searched):
            return True
        return self.more and self._wrong(components, tree, searched)

    def _dangling(self, tree: etree._ElementTree, data: bytes | None) -> bool:
        """Whether a reference leads nowhere. Where elements are identifiers themselves, or xml:id is used (which libxml2 notes everywhere,
        even where the schema does not look), the assessor must say."""
        if self.own_ids and _seen(self.own_ids, data):
            return True
        if self.plain_references is not None and data is not None and _resolved(self.plain_references, tree, data):
            return False
        single, lists = _seen(self.idrefs, data), _seen(self.idref_lists, data)
        if not single and not lists:
            return False
        if (data is None or b"xml:id" in data) and _all(_XML_ID, tree):  # that prefix is the one that cannot be another
            return True
        if any(_unresolved(name)(tree) for name in single):
            return True
        literals = {literal for name in lists for found in _all(name, tree) for literal in (found if name[1] else found.text or "").split()}
        return not all(_RESOLVED(tree, literal=literal) for literal in literals)

    def _wrong(self, components: Callable[[], Components], tree: etree._ElementTree, data: bytes | None) -> bool:
        values = _seen(self.values, data)
        if self.exotic and _exotic(data):
            values += _seen(self.exotic, data)
        if any(_wrong_value(components(), name, found) for name in values for found in _all(name, tree)):
            return True
        contents = _seen(self.contents, data)
        if self.foreign and _foreign(self.trust, tree, data):
            contents += _seen(self.foreign, data)
        if any(_wrong_content(components(), found) for name in contents for found in _all(name, tree)):
            return True
        return any(_two_ids(self.trust, found) for name in _seen(self.open_ids, data) for found in _all(name, tree))


def _sought(names: Iterable[Name]) -> tuple[_Sought, ...]:
    return tuple(((element, attribute), (attribute or element).rpartition("}")[2].encode()) for element, attribute in names)


def _seen(names: tuple[_Sought, ...], data: bytes | None) -> list[Name]:
    """Those names of which the bytes show a trace. An attribute is looked for with its "=", unless blanks stand before one anywhere."""
    if data is None:
        return [name for name, _ in names]
    return [name for name, local in names if local in data and (name[1] is None or local + b"=" in data or _spaced(data))]


def _spaced(data: bytes) -> bool:
    return any(blank in data for blank in (b" =", b"\n=", b"\t=", b"\r="))


def _finding(names: Iterable[Name]) -> tuple[re.Pattern[bytes], ...]:
    """For each attribute a pattern that finds its values in bytes: b"" for one that is not plain text."""
    return tuple(re.compile(re.escape((attribute or "").rpartition("}")[2].encode()) + rb"\s*=\s*(?:[\"']([^\"'&]*)[\"'])?")
                 for _, attribute in names)  # fmt: skip


def _resolved(patterns: Iterable[re.Pattern[bytes]], tree: etree._ElementTree, data: bytes) -> bool:
    """Whether all that these patterns find are identifiers. False decides nothing: it may stand in a comment, or in another's attribute."""
    values: set[bytes] = set()
    for pattern in patterns:
        values.update(pattern.findall(data))
    literals = set(b" ".join(values).split())
    if b"" in values or len(literals) > _TOGETHER:
        return False
    if not literals:
        return True
    return b"xml:id" not in data and bool(_IDENTIFIED(tree, literals=b" ".join(literals).decode(), number=len(literals)))


def _exotic(data: bytes | None) -> bool:
    """Whether characters beyond the Latin, Greek, Cyrillic, Hebrew and Arabic scripts and general punctuation occur."""
    if data is None:
        return True
    if b"&#" in data and any(int(text.lstrip(b"x"), 16 if text[:1] == b"x" else 10) > 0x7FF for text in _REFERENCE.findall(data)):
        return True
    return not data.isascii() and any(lead in data for lead in _LEADS)


def _foreign(trust: Trust, tree: etree._ElementTree, data: bytes | None) -> bool:
    """Whether namespaces that the schema does not declare may be used: declared on the root, or anywhere below."""
    scope = tree.getroot().nsmap
    known = {*trust.home, XML_NAMESPACE, XSI_NAMESPACE}
    if data is None or data.count(b"xmlns") > len(scope) or not known.issuperset(scope.values()):
        return True
    return None not in scope and "" not in known


def _xpath(name: Name, form: str) -> etree.XPath:
    """`form` with the path to a name in place of its "%s"."""
    prefixes: dict[str, str] = {}

    def test(clark: str) -> str:
        space, _, local = clark[1:].rpartition("}") if clark[:1] == "{" else ("", "", clark)
        return f"{prefixes.setdefault(space, f'n{len(prefixes)}')}:{local}" if space else local

    element, attribute = name
    path = f"//@{test(attribute)}" if attribute and element == "*" else f"//{test(element)}" + (f"/@{test(attribute)}" if attribute else "")
    return etree.XPath(form % path, namespaces={prefix: space for space, prefix in prefixes.items()})


@lru_cache(maxsize=4096)
def _selecting(name: Name) -> etree.XPath:
    return _xpath(name, "%s")


@lru_cache(maxsize=4096)
def _unresolved(name: Name) -> etree.XPath:
    return _xpath(name, "boolean(%s[not(id(.))])")


_RESOLVED = etree.XPath("boolean(id($literal))")
_IDENTIFIED = etree.XPath("count(id($literals)) = $number")  # no element has two identifiers


def _all(name: Name, tree: etree._ElementTree) -> list[Any]:
    """The elements, or the attributes' values (which know their parent), of that name."""
    found: list[Any] = _selecting(name)(tree)  # type: ignore[assignment]
    return found


def _wrong_value(components: Components, name: Name, found: Any) -> bool:
    """Whether some declaration of that name refuses what the XPath found."""
    if name[1] is not None:
        owner: etree._Element = found.getparent()
        uses = [use for one in components.types_of(owner.tag) if isinstance(one, ComplexType) and (use := one.attributes.get(name[1]))]
        if name[1] in components.model.attributes:
            uses.append(components.model.attributes[name[1]])
        return any(_refused(components, use.type, use.fixed, str(found), owner) for use in uses)
    text = (found.text or "") + "".join(child.tail or "" for child in found)
    simple = [one if isinstance(one, SimpleType) else one.simple for one in components.types_of(found.tag)]
    for declaration in components.declarations(found.tag):
        if declaration.fixed is not None and next(found.iterchildren(etree.Element), None) is not None:
            return True
        if any(_refused(components, one, declaration.fixed, text, found) for one in simple):
            return True
    return False


def _refused(components: Components, simple: SimpleType | None, fixed: str | None, text: str, owner: etree._Element) -> bool:
    if fixed is not None and text and text != fixed:
        return True
    return simple is not None and components.checker.fault(simple, text or fixed or "", owner) is not None


def _wrong_content(components: Components, element: etree._Element) -> bool:
    names = [child.tag for child in element.iterchildren(etree.Element)]
    types = [one for one in components.types_of(element.tag) if isinstance(one, ComplexType)]
    return any(not components.content(one).matcher.accepts(names) for one in types)


def _two_ids(trust: Trust, element: etree._Element) -> bool:
    names = {attribute for _, attribute in trust.ids}
    return sum(1 for attribute in element.attrib if attribute in names) > 1
