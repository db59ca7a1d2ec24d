"""xmlschema's components → the model, with xmlschema's defects mended.

A substitute keeps its own type; prohibited attributes go; default and fixed values are as written; places, documentation and identity
constraints come from the authors' documents; a type that the author named by xsi:type on a declaration, where XSD does not count it,
becomes a hint. Complex types are filled from a queue, so that depth of nesting never matters.
"""

from __future__ import annotations

from collections import deque
from typing import Any
from urllib.parse import urlsplit

from lxml import etree
from xmlschema.validators import XsdAnyAttribute, XsdAnyElement, XsdAtomicBuiltin, XsdElement, XsdSimpleType

from ..xml.names import split
from . import builtins, documentation, simple_types
from .model import (
    XSD_NAMESPACE,
    XSI_NAMESPACE,
    Alternative,
    Attribute,
    ComplexType,
    Element,
    Group,
    Identity,
    Model,
    Particle,
    SimpleType,
    Source,
    Type,
    Wildcard,
)  # fmt: skip
from .sources import XSD, Constraint, Document, Sources, line

_FOREIGN = f"{{{XSD_NAMESPACE}}}", f"{{{XSI_NAMESPACE}}}"


class Reader:
    """One reading: `schema` is xmlschema's schema object built from the copy of `sources`."""

    def __init__(self, schema: Any, sources: Sources) -> None:
        self._maps = schema.maps
        self._sources = sources
        self._types: dict[int, Type] = {}
        self._elements: dict[int, Element] = {}
        self._kept: list[Any] = []
        self._queue: deque[tuple[ComplexType, Any]] = deque()
        self._warnings = list(sources.warnings)
        self._builtins = builtins.build()
        self._places = self._locate()

    def model(self) -> Model:
        """The whole model."""
        order = {id(component): place for component, place in self._globals()}
        types = sorted((t for t in self._maps.types.values() if not _foreign(t.name)), key=lambda t: order[id(t)])
        elements = sorted((e for e in self._maps.elements.values() if not _foreign(e.name)), key=lambda e: order[id(e)])
        attributes = sorted((a for a in self._maps.attributes.values() if not _foreign(a.name)), key=lambda a: order[id(a)])
        model = Model()
        model.types = {str(t.name): self.type(t) for t in types}
        model.elements = {str(e.name): self.element(e) for e in elements}
        model.attributes = {str(a.name): self._attribute(a) for a in attributes}
        while self._queue:
            self._fill(*self._queue.popleft())
        model.types |= {name: t for name, t in self._builtins.items() if name not in model.types}
        model.substitutes = self._substitutes(model)
        model.derived = _derived(model)
        model.prefixes = self._prefixes()
        model.target_namespaces = self._target_namespaces(model)
        model.warnings = tuple(dict.fromkeys(self._warnings))
        return model

    # -- places ---------------------------------------------------------------------------------------------------------------

    def _locate(self) -> dict[int, tuple[int, Document, etree._Element]]:
        """id of each of xmlschema's schema elements → (rank in the set, document, the author's element)."""
        places: dict[int, tuple[int, Document, etree._Element]] = {}
        for schema in self._maps.schemas:
            stem = urlsplit(schema.source.url or "").path.rpartition("/")[2].removesuffix(".xsd")
            if not stem.isdigit() or int(stem) >= len(self._sources.documents):
                continue  # one of xmlschema's own (xml.xsd and the like)
            document = self._sources.documents[int(stem)]
            authors = document.root.iter(etree.Element)
            for rank, (element, original) in enumerate(zip(schema.source.root.iter(), authors, strict=False)):
                places[id(element)] = (int(stem) * 10_000_000 + rank, document, original)
            self._kept.append(schema.source.root)
        return places

    def _globals(self) -> list[tuple[Any, int]]:
        found = []
        for components in (self._maps.types, self._maps.elements, self._maps.attributes):
            for number, component in enumerate(components.values()):
                place = self._places.get(id(component.elem))
                found.append((component, place[0] if place else 10**12 + number))
        return found

    def original(self, element: Any) -> etree._Element | None:
        """The author's element for one of xmlschema's."""
        place = self._places.get(id(element))
        return place[2] if place else None

    def source(self, element: Any) -> Source | None:
        """Where that is."""
        place = self._places.get(id(element))
        return Source(place[1].name, line(place[2])) if place else None

    # -- types ----------------------------------------------------------------------------------------------------------------

    def type(self, xsd_type: Any) -> Type:
        """Our type for one of xmlschema's; a complex type may still be empty until the queue is done."""
        known = self._types.get(id(xsd_type))
        if known is not None:
            return known
        self._kept.append(xsd_type)
        if xsd_type.name in self._builtins:
            return self._types.setdefault(id(xsd_type), self._builtins[xsd_type.name])
        element = self.original(xsd_type.elem)
        if element is not None and element.tag.rpartition("}")[2] not in ("simpleType", "complexType"):
            outer = element.getparent()
            element = outer if outer is not None and outer.tag.endswith("}simpleType") else element
        text = documentation.of(element)
        if xsd_type.is_complex():
            made = ComplexType(xsd_type.name, documentation=text, source=self.source(xsd_type.elem))
            self._types[id(xsd_type)] = made
            self._queue.append((made, xsd_type))
            return made
        simple = SimpleType(xsd_type.name, "atomic", "anySimpleType", "anySimpleType", documentation=text)
        simple.source = self.source(xsd_type.elem)
        self._types[id(xsd_type)] = simple
        if not isinstance(xsd_type, XsdAtomicBuiltin):
            simple_types.fill(simple, xsd_type, self._simple_or_content, self.original)
        return simple

    def _simple_or_content(self, xsd_type: Any) -> Type:
        """A simple type's base may be a complex type with simple content, which the queue has not filled yet: its content then."""
        if xsd_type.is_complex():
            content = xsd_type.content
            return self.type(content if isinstance(content, XsdSimpleType) else self._maps.types[builtins.clark("anySimpleType")])
        return self.type(xsd_type)

    def _fill(self, made: ComplexType, xsd_type: Any) -> None:
        base = xsd_type.base_type
        made.base = self.type(base) if base is not None else self._builtins[builtins.clark("anyType")]
        made.derivation = xsd_type.derivation or "restriction"
        made.abstract = bool(xsd_type.abstract)
        made.block = frozenset(xsd_type.block.split())
        made.assertions = tuple(one.elem.get("test", "") for one in getattr(xsd_type, "assertions", None) or ())
        if isinstance(xsd_type.content, XsdSimpleType):
            simple = self.type(xsd_type.content)
            made.simple = simple if isinstance(simple, SimpleType) else None
        else:
            made.mixed = bool(xsd_type.mixed)
            made.content = self._group(xsd_type.content)
        for name, attribute in xsd_type.attributes.items():
            if isinstance(attribute, XsdAnyAttribute):
                made.any_attribute = _wildcard(attribute, self)
            elif name is None:
                self._warnings.append(f"{self.source(attribute.elem) or made.source}: this attribute refers to nothing; it is left out.")
            elif attribute.use != "prohibited":
                made.attributes[name] = self._attribute(attribute)
        opened = getattr(xsd_type, "open_content", None)
        if opened is not None and opened.mode != "none" and opened.any_element is not None:
            made.open_content, made.open_mode = _wildcard(opened.any_element, self), opened.mode

    def _group(self, group: Any) -> Particle | None:
        """A model group as a particle; None if nothing can stand in it."""
        if group.max_occurs == 0:
            return None
        particles: list[Particle] = []
        for item in group:
            if item.max_occurs == 0:
                continue
            if isinstance(item, XsdElement):
                particles.append(Particle(self.element(item), item.min_occurs, item.max_occurs))
            elif isinstance(item, XsdAnyElement):
                particles.append(Particle(_wildcard(item, self), item.min_occurs, item.max_occurs))
            else:
                inner = self._group(item)
                if inner is not None:
                    particles.append(inner)
                elif group.model == "choice":
                    particles.append(Particle(Group("sequence", ())))  # an empty branch: the choice may be left out
        if not particles:
            if group.model == "choice" and group.min_occurs > 0:
                return Particle(Group("choice", ()))  # nothing satisfies a choice without branches
            return None
        if len(particles) == 1 and isinstance(particles[0].term, Group) and (group.min_occurs, group.max_occurs) == (1, 1):
            return particles[0]
        return Particle(Group(group.model or "sequence", tuple(particles)), group.min_occurs, group.max_occurs)

    # -- declarations ---------------------------------------------------------------------------------------------------------

    def element(self, declaration: Any) -> Element:
        """Our element declaration; a reference gives the global one."""
        if declaration.ref is not None:
            declaration = declaration.ref
        known = self._elements.get(id(declaration))
        if known is not None:
            return known
        self._kept.append(declaration)
        original = self.original(declaration.elem)
        attributes = declaration.elem.attrib
        made = self._elements[id(declaration)] = Element(
            declaration.name, self._builtins[builtins.clark("anyType")], bool(declaration.nillable), attributes.get("default"),
            attributes.get("fixed"), bool(declaration.abstract), declaration.parent is None, declaration.substitution_group,
            documentation=documentation.of(original), source=self.source(declaration.elem))
        made.block = frozenset(declaration.block.split())
        made.type = self._substituted(declaration) or self.type(declaration.type)
        for one in declaration.alternatives or ():
            if one.type is not None:
                made.alternatives += (Alternative(one.elem.get("test"), self.type(one.type)),)
        if original is not None:
            made.hint = self._hint(original, made)
            namespace = declaration.schema.target_namespace
            made.identities = tuple(_identity(one, namespace, made.source) for one in self._sources.constraints.get(original, ()))
        return made

    def _substituted(self, declaration: Any) -> Type | None:
        """The head's type for a member of a substitution group that names none of its own (Part 1, section 3.3.2)."""
        inline = {child.tag for child in declaration.elem} & {f"{XSD}simpleType", f"{XSD}complexType"}
        own = declaration.elem.get("type") is not None or inline
        heads = declaration.elem.get("substitutionGroup", "").split()
        if own or not heads or declaration.parent is not None:
            return None
        try:
            head = declaration.schema.resolve_qname(heads[0])
        except (KeyError, ValueError, RuntimeError):
            return None
        known = head in self._maps.elements and head != declaration.name
        return self.element(self._maps.elements[head]).type if known else None

    def _hint(self, original: etree._Element, made: Element) -> Type | None:
        named = original.get(f"{{{XSI_NAMESPACE}}}type")
        if named is None:
            return None
        prefix, _, local = named.strip().rpartition(":")
        namespace = original.nsmap.get(prefix or None) or ""
        target = self._maps.types.get(f"{{{namespace}}}{local}" if namespace else local)
        said = f"{made.source}: xsi:type on a declaration (“{split(made.name)[1]}”) has no meaning in XSD; {named} is taken as a hint."
        self._warnings.append(said)
        return self.type(target) if target is not None else None

    def _attribute(self, declaration: Any) -> Attribute:
        target = declaration if declaration.ref is None else declaration.ref
        own, shared = declaration.elem.attrib, target.elem.attrib
        if "default" in own or "fixed" in own:
            shared = own
        text = documentation.of(self.original(declaration.elem)) or documentation.of(self.original(target.elem))
        found = self.type(declaration.type)
        simple = found if isinstance(found, SimpleType) else self._builtins[builtins.clark("anySimpleType")]
        assert isinstance(simple, SimpleType)
        return Attribute(declaration.name, simple, declaration.use == "required", shared.get("default"), shared.get("fixed"), text,
                         self.source(declaration.elem))

    # -- the set as a whole ---------------------------------------------------------------------------------------------------

    def _substitutes(self, model: Model) -> dict[str, tuple[Element, ...]]:
        members: dict[str, list[Element]] = {}
        for name, declaration in self._maps.elements.items():
            if name in model.elements:
                for head in (declaration.substitution_group or "").split():
                    members.setdefault(head, [])
        for element in model.elements.values():
            head, seen = element.substitution_head, {element.name}
            while head is not None and head not in seen and head in model.elements:
                seen.add(head)
                members.setdefault(head, []).append(element)
                head = model.elements[head].substitution_head
        return {head: tuple(e for e in (model.elements[head], *found) if not e.abstract)
                for head, found in sorted(members.items()) if head in model.elements}

    def _prefixes(self) -> dict[str, str]:
        prefixes: dict[str, str] = {"http://www.w3.org/XML/1998/namespace": "xml"}
        for document in self._sources.documents:
            for prefix, namespace in sorted(document.root.nsmap.items(), key=lambda pair: pair[0] or ""):
                if prefix and namespace not in prefixes and prefix not in prefixes.values():
                    prefixes[namespace] = prefix
        return prefixes

    def _target_namespaces(self, model: Model) -> tuple[str, ...]:
        declared = [document.root.get("targetNamespace") for document in self._sources.documents]
        used = {split(name)[0] for name in (*model.elements, *model.types, *model.attributes)}
        ordered = [namespace for namespace in declared if namespace is not None and namespace in used]
        return tuple(dict.fromkeys([*ordered, *sorted(used - set(ordered) - {XSD_NAMESPACE})]))


def _wildcard(wildcard: Any, reader: Reader) -> Wildcard:
    excluded: frozenset[str] = frozenset(wildcard.not_namespace)
    namespaces: frozenset[str] | None = frozenset(wildcard.namespace)
    if excluded or "##any" in wildcard.namespace:
        namespaces = None
    elif "##other" in wildcard.namespace:
        namespaces, excluded = None, frozenset({wildcard.target_namespace, ""})
    return Wildcard(namespaces, excluded, frozenset(wildcard.not_qname), wildcard.process_contents, reader.source(wildcard.elem))


def _identity(one: Constraint, namespace: str, place: Source | None) -> Identity:
    def name(qname: str) -> str:
        prefix, _, local = qname.strip().rpartition(":")
        uri = one.namespaces.get(prefix, "") or ("" if prefix else namespace)
        return f"{{{uri}}}{local}" if uri else local

    own = f"{{{namespace}}}{one.name}" if namespace else one.name
    return Identity(own, one.kind, one.selector, one.fields, name(one.refer) if one.refer else None, one.namespaces,
                    Source(place.file, one.line) if place else None)


def _derived(model: Model) -> dict[str, tuple[Type, ...]]:
    found: dict[str, list[Type]] = {}
    for made in model.types.values():
        if made.name is None or made.name.startswith(_FOREIGN[0]):
            continue
        base: Type | None = made.base
        seen: set[int] = {id(made)}
        while base is not None and id(base) not in seen:
            seen.add(id(base))
            if base.name is not None and not base.name.startswith(_FOREIGN[0]):
                found.setdefault(base.name, []).append(made)
            base = base.base
    return {name: tuple(types) for name, types in sorted(found.items())}


def _foreign(name: str | None) -> bool:
    return name is None or name.startswith(_FOREIGN)
