"""A schema worked out from example documents (what XMLBeans calls inst2xsd).

    infer([data, …]) -> {"inferred.xsd": text, "inferred-2.xsd": …}     one document for each namespace, the roots' first

Elements of one name in one namespace are taken to be of one kind. Children in one order everywhere become a sequence with bounds; in
differing orders a repeated choice. Texts get the narrowest of the built-in types that all of them fit (boolean, integer, decimal, date …),
a small set of repeated words becomes an enumeration. Every document given is valid against what comes out.
A type that is named by xsi:type is declared under its name, from all that was seen of it. Where all elements of a name say their type, and
none holds a mere text, those types extend an abstract one; else the elements may be of any type.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from xml.sax.saxutils import quoteattr

from lxml import etree

from ..errors import InputError
from ..schema.lexical import READ
from ..schema.model import XML_NAMESPACE, XSD_NAMESPACE, XSI_NAMESPACE
from ..xml import parser
from ..xml.names import derived_prefix, split

_CANDIDATES = ("boolean", "integer", "decimal", "double", "date", "dateTime", "time", "duration", "gYearMonth", "language")
_MOST_WORDS = 12  # different values that still make an enumeration
_REPEATED = 4  # how often each must have been met on average


@dataclass
class _Kind:
    """What has been seen of the elements of one name."""

    texts: Counter[str] = field(default_factory=Counter)
    attributes: dict[str, Counter[str]] = field(default_factory=dict)
    orders: list[tuple[str, ...]] = field(default_factory=list)
    count: int = 0
    mixed: bool = False
    nil: bool = False

    def is_text(self) -> bool:
        """Whether texts were met, and never a child."""
        return not any(self.orders) and any(self.texts)


@dataclass
class _Seen:
    """What has been seen: the elements that do not say their type, by name; those that do, by the type; and which name said which types."""

    kinds: dict[str, _Kind] = field(default_factory=dict)
    types: dict[str, _Kind] = field(default_factory=dict)
    said: dict[str, set[str]] = field(default_factory=dict)

    def note(self, element: etree._Element) -> None:
        """Take an element in."""
        said = element.get(f"{{{XSI_NAMESPACE}}}type")
        if said is None:
            _note(self.kinds.setdefault(element.tag, _Kind()), element)
            return
        prefix, _, local = said.strip().rpartition(":")
        namespace = element.nsmap.get(prefix or None)
        if prefix and namespace is None:
            raise InputError(
                f"Line {element.sourceline}: {split(element.tag)[1]} says that its type is {said.strip()}, and nothing says what the "
                f"prefix “{prefix}” stands for. Declare it.", line=element.sourceline)
        name = f"{{{namespace}}}{local}" if namespace else local
        self.kinds.setdefault(element.tag, _Kind())
        self.said.setdefault(element.tag, set()).add(name)
        if namespace != XSD_NAMESPACE:
            _note(self.types.setdefault(name, _Kind()), element)

    def groups(self) -> list[tuple[list[str], list[str]]]:
        """(elements, types) that can have an abstract type in common: all of them say their type, and no type is a mere text's."""
        groups: list[tuple[set[str], set[str]]] = []
        for tag, types in self.said.items():
            joined = ({tag}, set(types))
            for known in [group for group in groups if group[1] & types]:
                groups.remove(known)
                joined = (joined[0] | known[0], joined[1] | known[1])
            groups.append(joined)
        return [(sorted(tags), sorted(types)) for tags, types in groups if not any(self.kinds[tag].count for tag in tags)
                and all(name in self.types and not self.types[name].is_text() for name in types)]


def infer(documents: Sequence[bytes | Path]) -> dict[str, str]:
    """The schema documents by file name. Raises InputError where there is no document, and the parser's errors."""
    seen = _Seen()
    roots: list[str] = []
    for document in documents:
        root = parser.parse(document if isinstance(document, bytes) else document.read_bytes()).getroot()
        if root.tag not in roots:
            roots.append(root.tag)
        for element in root.iter(etree.Element):
            seen.note(element)
    if not roots:
        raise InputError("There is no example document: give at least one.")
    namespaces = list(dict.fromkeys(split(tag)[0] for tag in (*roots, *seen.kinds, *seen.types)))
    foreign = dict.fromkeys(split(name)[0] for kind in (*seen.kinds.values(), *seen.types.values()) for name in kind.attributes)
    namespaces += [uri for uri in foreign if uri and uri not in namespaces and uri not in (XML_NAMESPACE, XSI_NAMESPACE)]
    writer = _Writer(seen, namespaces)
    return {writer.files[uri]: writer.document(uri) for uri in namespaces} | writer.xml_document()


def _note(kind: _Kind, element: etree._Element) -> None:
    kind.count += 1
    for name, value in element.attrib.items():
        if split(str(name))[1] == "xmlns":
            raise InputError(f"Line {element.sourceline}: {split(element.tag)[1]} has an attribute “xmlns” with a prefix. XML Schema "
                             "cannot declare one of this name (Structures, section 3.2.6.3).", line=element.sourceline)
        if split(str(name))[0] != XSI_NAMESPACE:
            kind.attributes.setdefault(str(name), Counter())[str(value)] += 1
        elif str(name).endswith("}nil"):
            kind.nil = True
    children = tuple(child.tag for child in element.iterchildren(etree.Element))
    text = (element.text or "") + "".join(child.tail or "" for child in element)
    if children:
        kind.mixed = kind.mixed or bool(text.strip())
    else:
        if not kind.nil or text:
            kind.texts[text] += 1
    kind.orders.append(children)


class _Writer:
    """Writes the schema documents of what was seen."""

    def __init__(self, seen: _Seen, namespaces: list[str]) -> None:
        self._kinds, self._types, self._said = seen.kinds, seen.types, seen.said
        self._all = [*seen.kinds.items(), *seen.types.items()]
        self._bases: dict[str, str] = {}  # element or type → the abstract type that it has in common with others
        taken = {split(name)[1] for name in seen.types}
        for tags, types in seen.groups():
            namespace, local = split(tags[0])
            base = next(name for name in (f"{local}{number or ''}Base" for number in range(len(taken) + 1)) if name not in taken)
            taken.add(base)
            self._bases |= dict.fromkeys((*tags, *(f"type {name}" for name in types)), f"{{{namespace}}}{base}" if namespace else base)
        self.files = {uri: f"inferred{f'-{number}' if number > 1 else ''}.xsd" for number, uri in enumerate(namespaces, 1)}
        self._prefixes: dict[str, str] = {XML_NAMESPACE: "xml"}
        for uri in filter(None, namespaces):
            stem, number = derived_prefix(uri), 1
            while f"{stem}{number if number > 1 else ''}" in (*self._prefixes.values(), "xs"):
                number += 1
            self._prefixes[uri] = f"{stem}{number if number > 1 else ''}"

    def document(self, uri: str) -> str:
        """The schema document of one namespace."""
        declared = "".join(f" xmlns:{prefix}={quoteattr(known)}" for known, prefix in self._prefixes.items() if prefix != "xml")
        target = f" targetNamespace={quoteattr(uri)}" if uri else ""
        lines = [f'<xs:schema xmlns:xs="{XSD_NAMESPACE}"{declared}{target} elementFormDefault="qualified">']
        for other in self._used(uri):
            named = f" namespace={quoteattr(other)}" if other else ""
            lines.append(f'  <xs:import{named} schemaLocation="{"xml.xsd" if other == XML_NAMESPACE else self.files[other]}"/>')
        for base in dict.fromkeys(name for name in self._bases.values() if split(name)[0] == uri):
            lines.append(f'  <xs:complexType name="{split(base)[1]}" abstract="true"/>')
        for name, kind in self._types.items():
            if split(name)[0] == uri:
                lines += self._complex(kind, f'  <xs:complexType name="{split(name)[1]}"', "  ", self._bases.get(f"type {name}"))
        for tag, kind in self._kinds.items():
            if split(tag)[0] == uri:
                lines += self._element(tag, kind)
        for name in dict.fromkeys(name for _, kind in self._all for name in kind.attributes if split(name)[0] == uri and uri):
            values = sum((kind.attributes.get(name, Counter()) for _, kind in self._all), Counter[str]())
            lines += _typed(f'  <xs:attribute name="{split(name)[1]}"', "attribute", values, "  ")
        return "\n".join([*lines, "</xs:schema>", ""])

    def _used(self, uri: str) -> list[str]:
        found: dict[str, None] = {}
        for tag, kind in self._all:
            if split(tag)[0] == uri:
                found.update(dict.fromkeys(split(child)[0] for order in kind.orders for child in order))
                found.update(dict.fromkeys(split(name)[0] for name in kind.attributes if split(name)[0]))
        for tag, types in self._said.items():
            if split(tag)[0] == uri:  # nothing else leads there
                found.update(dict.fromkeys(split(name)[0] for name in types if name in self._types))
        found.update(dict.fromkeys(split(base)[0] for name, base in self._bases.items() if split(name.removeprefix("type "))[0] == uri))
        return [other for other in found if other != uri]

    def xml_document(self) -> dict[str, str]:
        """The schema of the xml: attributes that were met."""
        met = {name for _, kind in self._all for name in kind.attributes if split(name)[0] == XML_NAMESPACE}
        if not met:
            return {}
        types = {"lang": "xs:string", "space": "xs:NCName", "base": "xs:anyURI", "id": "xs:ID"}
        lines = [f'  <xs:attribute name="{split(name)[1]}" type="{types.get(split(name)[1], "xs:string")}"/>' for name in sorted(met)]
        head = f'<xs:schema xmlns:xs="{XSD_NAMESPACE}" targetNamespace="{XML_NAMESPACE}">'
        return {"xml.xsd": "\n".join([head, *lines, "</xs:schema>", ""])}

    def _element(self, tag: str, kind: _Kind) -> list[str]:
        nil = kind.nil or any(self._types[name].nil for name in self._said.get(tag, ()) if name in self._types)
        head = f'  <xs:element name="{split(tag)[1]}"' + (' nillable="true"' if nil else "")
        if tag in self._bases:
            return [f'{head} type="{self._ref(self._bases[tag])}"/>']
        if said := self._said.get(tag):
            simple = not (kind.attributes or any(kind.orders)) and all(
                split(name)[0] == XSD_NAMESPACE and split(name)[1] in READ for name in said)
            return [f'{head} type="xs:{"anySimpleType" if simple else "anyType"}"/>']
        if not any(kind.orders) and not kind.attributes:
            return _typed(head, "element", kind.texts, "  ")
        return [f"{head}>", *self._complex(kind, "    <xs:complexType", "    ", None), "  </xs:element>"]

    def _complex(self, kind: _Kind, head: str, indent: str, base: str | None) -> list[str]:
        """A complex type that all that was seen is valid against, as an extension of the base if there is one."""
        children = any(kind.orders)
        mixed = ' mixed="true"' if kind.mixed or (children and self._has_text(kind)) else ""
        lines = [f"{head}{mixed}>"]
        inner = indent + "  "
        if kind.is_text():
            lines += [f"{inner}<xs:simpleContent>", f'{inner}  <xs:extension base="xs:{_builtin(kind.texts)}">']
            lines += [*self._attributes(kind, inner + "    "), f"{inner}  </xs:extension>", f"{inner}</xs:simpleContent>"]
        else:
            if base is not None:
                lines += [f"{inner}<xs:complexContent>", f'{inner}  <xs:extension base="{self._ref(base)}">']
            lines += self._content(kind, inner + ("    " if base is not None else "")) if children else []
            lines += self._attributes(kind, inner + ("    " if base is not None else ""))
            if base is not None:
                lines += [f"{inner}  </xs:extension>", f"{inner}</xs:complexContent>"]
        return [*lines, f"{indent}</xs:complexType>"]

    @staticmethod
    def _has_text(kind: _Kind) -> bool:
        return any(text.strip() for text in kind.texts)

    def _content(self, kind: _Kind, indent: str) -> list[str]:
        runs = [[name for name, _ in groupby(order)] for order in kind.orders]
        order = _common_order(runs)
        names = list(dict.fromkeys(name for one in kind.orders for name in one))
        if order is None:
            inner = [f'{indent}  <xs:element ref="{self._ref(name)}"/>' for name in names]
            return [f'{indent}<xs:choice minOccurs="0" maxOccurs="unbounded">', *inner, f"{indent}</xs:choice>"]
        inner = []
        for name in order:
            counts = [one.count(name) for one in kind.orders]
            low, high = min(counts), max(counts)
            bounds = (' minOccurs="0"' if low == 0 else "") + (' maxOccurs="unbounded"' if high > 1 else "")
            inner.append(f'{indent}  <xs:element ref="{self._ref(name)}"{bounds}/>')
        return [f"{indent}<xs:sequence>", *inner, f"{indent}</xs:sequence>"]

    def _ref(self, name: str) -> str:
        namespace, local = split(name)
        return f"{self._prefixes[namespace]}:{local}" if namespace else local

    def _attributes(self, kind: _Kind, indent: str) -> list[str]:
        lines: list[str] = []
        for name, values in kind.attributes.items():
            needed = ' use="required"' if sum(values.values()) == kind.count else ""
            if split(name)[0]:
                lines.append(f'{indent}<xs:attribute ref="{self._ref(name)}"{needed}/>')
            else:
                lines += _typed(f'{indent}<xs:attribute name="{name}"{needed}', "attribute", values, indent)
        return lines


def _common_order(runs: list[list[str]]) -> list[str] | None:
    """An order of names that every list of runs keeps; None if there is none, or a name comes again after another."""
    if any(len(set(run)) != len(run) for run in runs):
        return None
    after: dict[str, set[str]] = {name: set() for run in runs for name in run}
    for run in runs:
        for place, name in enumerate(run):
            after[name].update(run[place + 1 :])
    order: list[str] = []
    waiting = list(after)
    while waiting:
        ready = next((name for name in waiting if not any(name in after[other] for other in waiting if other != name)), None)
        if ready is None:
            return None
        order.append(ready)
        waiting.remove(ready)
    return order


def _builtin(values: Counter[str]) -> str:
    """The narrowest built-in type that takes all the values."""
    stripped = [value.strip() for value in values]
    if stripped and all(stripped):
        for name in _CANDIDATES:
            if name != "language" and all(_fits(name, value) for value in stripped):
                if name == "boolean" and not any(value in ("true", "false") for value in stripped):
                    continue  # 0 and 1 are rather numbers
                return name
    return "string"


def _fits(name: str, value: str) -> bool:
    try:
        READ[name](value)
    except ValueError:
        return False
    return True


def _typed(head: str, what: str, values: Counter[str], indent: str) -> list[str]:
    """A declaration with a simple type: a built-in one, or an enumeration of the words that were met again and again."""
    name = _builtin(values)
    words = sorted(values)
    plain = all(word and word == word.strip() and len(word) <= 40 and " " not in word for word in words)
    if name == "string" and plain and 1 < len(words) <= _MOST_WORDS and sum(values.values()) >= _REPEATED * len(words):
        lines = [f"{head}>", f"{indent}  <xs:simpleType>", f'{indent}    <xs:restriction base="xs:string">']
        lines += [f"{indent}      <xs:enumeration value={quoteattr(word)}/>" for word in words]
        return [*lines, f"{indent}    </xs:restriction>", f"{indent}  </xs:simpleType>", f"{indent}</xs:{what}>"]
    return [f'{head} type="xs:{name}"/>']
