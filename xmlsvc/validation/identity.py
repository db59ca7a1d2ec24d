"""Names that must be unique and references that must lead somewhere: ID and IDREF, xs:key, xs:unique and xs:keyref.

Source: XML Schema Part 1, 3.3.4 (cvc-id), 3.11.4 (cvc-identity-constraint), 3.11.6 (the XPath subset).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from lxml import etree

from ..schema.model import Attribute, ComplexType, Element, Identity, SimpleType, Type
from ..schema.values import Value, normalize
from .components import Components
from .findings import Place

Add = Callable[..., None]
Step = Callable[[etree._Element], Iterator[etree._Element]]
_NAME = re.compile(r"(?:child::|attribute::|@)?\s*([^\s:]+\s*:)?\s*([^\s:]+)$")


@dataclass(frozen=True)
class Path:
    """One alternative of a selector or field: steps down, perhaps from anywhere below, perhaps to an attribute. "*" = any name."""

    anywhere: bool
    steps: tuple[str, ...]
    attribute: str | None

    def elements(self, start: etree._Element) -> Iterator[etree._Element]:
        """The elements that the steps lead to."""
        if self.anywhere and not self.steps:
            yield from start.iter(etree.Element)
            return
        first = self.steps[0] if self.steps else None
        level: Iterator[etree._Element] = iter((start,))
        rest = self.steps
        if self.anywhere and first is not None:
            level = (found for found in start.iter(name_test(first)) if found is not start)
            rest = self.steps[1:]
        for name in rest:
            level = _down(level, name)
        yield from level


def name_test(name: str) -> Any:
    """What lxml selects by: "{ns}*" it knows itself; "*" alone is any element, not any node."""
    return etree.Element if name == "*" else name


def _down(level: Iterator[etree._Element], name: str) -> Iterator[etree._Element]:
    return (child for parent in level for child in parent.iterchildren(name_test(name)))


def paths(expression: str, namespaces: dict[str, str]) -> list[Path]:
    """The alternatives of a selector's or field's XPath."""
    found = []
    for alternative in expression.split("|"):
        text = re.sub(r"\s+", "", alternative)
        anywhere = text.startswith(".//")
        steps: list[str] = []
        attribute: str | None = None
        for step in text.removeprefix(".//").split("/"):
            if step in (".", "", "child::."):
                continue
            match = _NAME.match(step)
            prefix, local = (match[1] or "", match[2]) if match else ("", step)
            space = namespaces.get(prefix.rstrip(":"), "") if prefix else ""
            name = f"{{{space}}}{local}" if space else local
            if step.startswith(("@", "attribute::")):
                attribute = name
            else:
                steps.append(name)
        found.append(Path(anywhere, tuple(steps), attribute))
    return found


@dataclass(slots=True)
class Scope:
    """An element whose declaration has identity constraints, while it is open. `mark`: how many tables there were before it."""

    element: etree._Element
    identities: tuple[Identity, ...]
    mark: int


@dataclass(slots=True)
class Table:
    """The node table of a key or unique for one element (3.11.5)."""

    name: str
    rows: dict[tuple[Value, ...], Place] = field(default_factory=dict)


class Identities:
    """What one document says about identity. What is noted for later is noted by `reference`: here, the elements themselves."""

    def __init__(self, components: Components, add: Add) -> None:
        self._components, self._add = components, add
        self._checker = components.checker
        self._ids: dict[str, Place] = {}
        self._references: list[tuple[str, Place, str | None, Element | Attribute]] = []
        self.types: dict[etree._Element, tuple[Element, Type, bool]] | None = {} if components.has_identities else None
        self.tables: list[Table] = []

    def reference(self, element: etree._Element) -> Place:
        """What stands for an element until the end of the document."""
        return element

    # -- ID and IDREF ---------------------------------------------------------------------------------------------------------

    def name(
        self, simple: SimpleType, text: str, element: etree._Element, attribute: str | None, declaration: Element | Attribute
    ) -> None:
        """Note a valid value of a type that is, or may be, ID, IDREF or IDREFS; `declaration`: of the element or attribute that has it."""
        kind = self._components.identifying(simple)
        if kind == "union":
            for member in simple.members:
                if self._checker.fault(member, text, element) is None:
                    if self._components.identifying(member):
                        self.name(member, text, element, attribute, declaration)
                    return
            return
        for literal in normalize(text, "collapse").split(" "):
            if kind == "ID":
                if literal in self._ids:
                    self._add("cvc-id.2", "duplicate_id", element, attribute, declaration=declaration, literal=literal,
                              first=self._ids[literal])
                else:
                    self._ids[literal] = self.reference(element)
            elif literal not in self._ids:
                self._references.append((literal, self.reference(element), attribute, declaration))

    def close(self) -> None:
        """The end of the document: every reference must lead to an ID (cvc-id.1)."""
        known = tuple(self._ids)
        for literal, element, attribute, declaration in self._references:
            if literal not in self._ids:
                self._add("cvc-id.1", "dangling_idref", element, attribute, declaration=declaration, literal=literal, known=known)

    # -- key, unique, keyref --------------------------------------------------------------------------------------------------

    def enter(self, element: etree._Element, declaration: Element, actual: Type, nilled: bool) -> Scope | None:
        """Note an element's type; a scope where its declaration has constraints, to be given back to `leave`."""
        if self.types is None:
            return None
        self.types[element] = (declaration, actual, nilled)
        return Scope(element, declaration.identities, len(self.tables)) if declaration.identities else None

    def leave(self, scope: Scope) -> None:
        """Judge the constraints of an element whose content has been assessed."""
        for identity in scope.identities:
            if identity.kind != "keyref":
                self.tables.append(self.table(scope.element, identity))
        for identity in scope.identities:
            if identity.kind == "keyref":
                self._keyref(scope, identity)

    def _selected(self, scope: etree._Element, identity: Identity) -> Iterator[etree._Element]:
        """What the selector leads to, each element once."""
        seen: set[etree._Element] = set()
        for path in alternatives(identity.selector, identity):
            for element in path.elements(scope):
                if element not in seen:
                    seen.add(element)
                    yield element

    def row(self, element: etree._Element, identity: Identity) -> tuple[tuple[Value, ...] | None, int]:
        """(an element's key sequence or None where a field is absent, number of that field)."""
        values: list[Value] = []
        for number, one in enumerate(identity.fields):
            value = self._field(element, alternatives(one, identity), identity, number)
            if value is None:
                return None, number
            values.append(value)
        return tuple(values), -1

    def _field(self, element: etree._Element, alternatives: list[Path], identity: Identity, number: int) -> Value | None:
        """The value of a field; None where it is absent. It must be one node, of a simple type (3.11.4, clause 3)."""
        nodes: dict[tuple[etree._Element, str | None], None] = {}
        for path in alternatives:
            for target in path.elements(element):
                if path.attribute is None:
                    nodes[target, None] = None
                else:
                    nodes.update(((target, name), None) for name in self._attribute_names(target, path.attribute))
        if not nodes:
            return None
        (target, attribute), *more = nodes
        if more:
            self._add("cvc-identity-constraint.3", "field_twice", element, identity=identity, field=identity.fields[number])
            return None
        if attribute is not None:
            typed, value = self._attribute_value(target, attribute)
        else:
            typed, value = self._element_value(target, identity)
        if not typed:
            self._add("cvc-identity-constraint.3", "field_untyped", element, identity=identity, field=identity.fields[number])
        return value

    def _attribute_names(self, element: etree._Element, wanted: str) -> list[str]:
        """The attributes of an element that a name test ("*", "{ns}*" or a name) selects; with those that the schema supplies."""
        known = self._typed(element)
        uses = known[1].attributes if known is not None and isinstance(known[1], ComplexType) else {}
        names = [str(name) for name in element.keys()]  # noqa: SIM118 (iterating the element gives its children)
        names += [name for name, use in uses.items() if name not in names and (use.fixed is not None or use.default is not None)]
        if wanted == "*":
            return names
        if wanted.endswith("}*"):
            return [name for name in names if name.startswith(wanted[:-1])]
        return [wanted] if wanted in names else []

    def _typed(self, element: etree._Element) -> tuple[Element, Type, bool] | None:
        assert self.types is not None
        return self.types.get(element)

    def _attribute_value(self, element: etree._Element, name: str) -> tuple[bool, Value | None]:
        """(whether it has a type, its value)."""
        known = self._typed(element)
        use = known[1].attributes.get(name) if known is not None and isinstance(known[1], ComplexType) else None
        use = use or self._components.model.attributes.get(name)
        if use is None:
            return False, None
        text = element.get(name)
        if text is None:
            text = use.fixed if use.fixed is not None else use.default
        return True, self._checker.value(use.type, text or "", element)

    def _element_value(self, element: etree._Element, identity: Identity) -> tuple[bool, Value | None]:
        """(whether it has a simple type or simple content, its value)."""
        known = self._typed(element)
        if known is None:
            return False, None
        declaration, actual, nilled = known
        if identity.kind == "key" and declaration.nillable:
            self._add("cvc-identity-constraint.4.2.3", "key_nillable", element, identity=identity)
        simple = actual if isinstance(actual, SimpleType) else actual.simple
        if simple is None:
            return False, None
        if nilled:
            return True, None
        text = (element.text or "") + "".join(child.tail or "" for child in element)
        given = declaration.fixed if declaration.fixed is not None else declaration.default
        return True, self._checker.value(simple, text or given or "", element)

    def table(self, scope: etree._Element, identity: Identity) -> Table:
        """The table of a key or unique of an element whose content has been assessed."""
        table = Table(identity.name)
        for element in self._selected(scope, identity):
            self.enter_row(table, identity, element)
        return table

    def enter_row(self, table: Table, identity: Identity, element: etree._Element) -> None:
        """An element's row in the table of a key or unique."""
        values, number = self.row(element, identity)
        if values is None:
            if identity.kind == "key":
                self._add("cvc-identity-constraint.4.2.1", "key_missing", element, identity=identity, field=identity.fields[number])
            return
        own = self.reference(element)
        first = table.rows.setdefault(values, own)
        if first != own:
            code = "cvc-identity-constraint.4.2.2" if identity.kind == "key" else "cvc-identity-constraint.4.1"
            self._add(code, "duplicate_key", element, identity=identity, values=_shown(values), first=first)

    def referring(self, scope: etree._Element, identity: Identity) -> Iterator[tuple[Place, tuple[Value, ...]]]:
        """What a keyref selects, with key sequences."""
        for element in self._selected(scope, identity):
            values, _ = self.row(element, identity)
            if values is not None:
                yield element, values

    def _keyref(self, scope: Scope, identity: Identity) -> None:
        """Each key sequence must be in the table of the key that is in force here: its own, or what comes up from below, if clear."""
        nodes: dict[tuple[Value, ...], set[Place]] = {}
        for table in self.tables[scope.mark :]:
            if table.name == identity.refer:
                for values, element in table.rows.items():
                    nodes.setdefault(values, set()).add(element)
        own = {values: None for values, elements in nodes.items() if len(elements) == 1}
        if any(one.name == identity.refer for one in scope.identities):
            own.update(dict.fromkeys(next(table for table in reversed(self.tables) if table.name == identity.refer).rows))
        known: tuple[tuple[str, ...], ...] | None = None
        for place, row in self.referring(scope.element, identity):
            if row not in own:
                known = known if known is not None else tuple(map(_shown, own))
                self._add("cvc-identity-constraint.4.3", "dangling_keyref", place, identity=identity, values=_shown(row), known=known)


@lru_cache(4096)
def _parsed(expression: str, namespaces: tuple[tuple[str, str], ...]) -> list[Path]:
    return paths(expression, dict(namespaces))


def alternatives(expression: str, identity: Identity) -> list[Path]:
    """`paths` of one of an identity constraint's expressions, worked out once."""
    return _parsed(expression, tuple(sorted(identity.namespaces.items())))


def _shown(values: tuple[Value, ...]) -> tuple[str, ...]:
    """Key values as text, for people."""
    return tuple(str(value[1]) if not isinstance(value[1], tuple) else " ".join(str(part) for part in value[1]) for value in values)
