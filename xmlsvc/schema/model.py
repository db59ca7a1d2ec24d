"""The schema component model: plain data that binding, mapping, explanation and forms share.

`components.read` fills it (once, through xmlschema); nothing here imports xmlschema. Names are Clark names
("{namespace}local", or "local" without a namespace). Source: XML Schema Part 1, section 3; Part 2, section 4.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

XSD_NAMESPACE = "http://www.w3.org/2001/XMLSchema"
XSI_NAMESPACE = "http://www.w3.org/2001/XMLSchema-instance"
XML_NAMESPACE = "http://www.w3.org/XML/1998/namespace"


@dataclass(frozen=True, slots=True)
class Source:
    """Where a component is declared: file name within the closed set (as the author named it) and 1-based line."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(slots=True, eq=False)
class SimpleType:
    """A simple type definition with its effective facets (inherited ones merged in).

    `builtin` is the local name of the nearest built-in type ("token", "dateTime", "integer" …, "anySimpleType"), `primitive`
    that of its primitive type ("string", "decimal" …). For a list, `item` is the item type; for a union, `members` are in the
    author's order (memberTypes first, then the anonymous ones). `enumeration` holds lexical values; `patterns` is a
    conjunction of alternatives: one inner tuple for each derivation step that has patterns. `namespaces`: the prefixes in scope where
    an enumeration of QNames or NOTATIONs is written (None = the default namespace).
    """

    name: str | None
    variety: Literal["atomic", "list", "union"]
    builtin: str
    primitive: str
    base: SimpleType | None = None
    item: SimpleType | None = None
    members: tuple[SimpleType, ...] = ()
    enumeration: tuple[str, ...] = ()
    enumeration_documentation: dict[str, str] = field(default_factory=dict)
    namespaces: dict[str | None, str] = field(default_factory=dict)
    patterns: tuple[tuple[str, ...], ...] = ()
    whitespace: Literal["preserve", "replace", "collapse"] = "collapse"
    length: int | None = None
    min_length: int | None = None
    max_length: int | None = None
    min_inclusive: str | None = None
    max_inclusive: str | None = None
    min_exclusive: str | None = None
    max_exclusive: str | None = None
    total_digits: int | None = None
    fraction_digits: int | None = None
    explicit_timezone: Literal["required", "prohibited"] | None = None
    assertions: tuple[str, ...] = ()
    documentation: str = ""
    source: Source | None = None


@dataclass(slots=True, eq=False)
class Attribute:
    """An attribute use (prohibited ones are left out)."""

    name: str
    type: SimpleType
    required: bool = False
    default: str | None = None
    fixed: str | None = None
    documentation: str = ""
    source: Source | None = None


@dataclass(slots=True, eq=False)
class Wildcard:
    """xs:any or xs:anyAttribute. `namespaces`: set of allowed namespace names ("" = none), or None for any; `excluded`: namespaces
    that ##other or notNamespace leaves out; `excluded_names`: names that notQName leaves out (Clark names, "##defined", …)."""

    namespaces: frozenset[str] | None
    excluded: frozenset[str] = frozenset()
    excluded_names: frozenset[str] = frozenset()
    process: Literal["strict", "lax", "skip"] = "strict"
    source: Source | None = None

    def admits(self, namespace: str) -> bool:
        """Whether a name of this namespace ("" = no namespace) is allowed here."""
        if self.namespaces is None:
            return namespace not in self.excluded
        return namespace in self.namespaces


@dataclass(slots=True, eq=False)
class Element:
    """An element declaration. `block`: derivations ("extension", "restriction") and "substitution" that may not replace it. `hint` is a
    type that the author named where XSD does not count it (xsi:type on xs:element)."""

    name: str
    type: SimpleType | ComplexType
    nillable: bool = False
    default: str | None = None
    fixed: str | None = None
    abstract: bool = False
    is_global: bool = False
    substitution_head: str | None = None
    block: frozenset[str] = frozenset()
    hint: Type | None = None
    alternatives: tuple[Alternative, ...] = ()
    identities: tuple[Identity, ...] = ()
    documentation: str = ""
    source: Source | None = None


@dataclass(slots=True, eq=False)
class Alternative:
    """xs:alternative (XSD 1.1): `type` holds where the XPath `test` does, None = otherwise."""

    test: str | None
    type: Type


@dataclass(slots=True, eq=False)
class Identity:
    """xs:key, xs:unique or xs:keyref; `selector` and `fields` as written, `namespaces` = the prefixes in scope there."""

    name: str
    kind: Literal["key", "unique", "keyref"]
    selector: str
    fields: tuple[str, ...]
    refer: str | None = None
    namespaces: dict[str, str] = field(default_factory=dict)
    source: Source | None = None


@dataclass(slots=True, eq=False)
class Group:
    """A model group; named groups are resolved in place."""

    kind: Literal["sequence", "choice", "all"]
    particles: tuple[Particle, ...]


@dataclass(slots=True, eq=False)
class Particle:
    """term with occurrence bounds; `max` None = unbounded."""

    term: Element | Group | Wildcard
    min: int = 1
    max: int | None = 1


@dataclass(slots=True, eq=False)
class ComplexType:
    """A complex type definition; inherited attributes and content are merged in (extension = sequence of base and own).

    `block`: derivations ("extension", "restriction") by which xsi:type may not replace it. Exactly one of these: `simple` (simple
    content), `content` (element-only or mixed), neither (empty content). `open_content` (XSD 1.1)
    admits further elements "interleave"d with the content or as its "suffix".
    """

    name: str | None
    base: ComplexType | SimpleType | None = None
    derivation: Literal["extension", "restriction"] | None = None
    abstract: bool = False
    block: frozenset[str] = frozenset()
    mixed: bool = False
    simple: SimpleType | None = None
    content: Particle | None = None
    attributes: dict[str, Attribute] = field(default_factory=dict)
    any_attribute: Wildcard | None = None
    open_content: Wildcard | None = None
    open_mode: Literal["interleave", "suffix"] = "interleave"
    assertions: tuple[str, ...] = ()
    documentation: str = ""
    source: Source | None = None


Type = SimpleType | ComplexType


def elements_of(particle: Particle | None) -> Iterator[Element]:
    """The element declarations in a content model, in document order."""
    if particle is None:
        return
    term = particle.term
    if isinstance(term, Element):
        yield term
    elif isinstance(term, Group):
        for part in term.particles:
            yield from elements_of(part)


@dataclass(slots=True, eq=False)
class Model:
    """A whole schema set. `substitutes[head]` are the non-abstract global elements that may stand for the head (transitively,
    the head itself included unless abstract); `derived[type]` the named types derived from it (transitively). `prefixes`: the author's
    prefix for each namespace. `target_namespaces` in order of appearance, the entry document's first."""

    elements: dict[str, Element] = field(default_factory=dict)
    types: dict[str, Type] = field(default_factory=dict)
    attributes: dict[str, Attribute] = field(default_factory=dict)
    substitutes: dict[str, tuple[Element, ...]] = field(default_factory=dict)
    derived: dict[str, tuple[Type, ...]] = field(default_factory=dict)
    prefixes: dict[str, str] = field(default_factory=dict)
    target_namespaces: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    def declarations(self) -> Iterator[Element]:
        """Every element declaration, global and local, each once."""
        seen: set[int] = set()
        waiting: list[Element | Type] = [*self.elements.values(), *self.types.values()]
        for one in waiting:  # grows while it is walked
            if id(one) in seen:
                continue
            seen.add(id(one))
            if isinstance(one, Element):
                yield one
                waiting.append(one.type)
            elif isinstance(one, ComplexType):
                waiting.extend(elements_of(one.content))
