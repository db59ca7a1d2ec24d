"""A package of classes at run time: finds the class for a name, an element, an xsi:type, and opens documents.

    package.parse(data) → the root's view        package.view(element) → the view of any element
    package.types, package.elements              Clark name → where the class is: "module:Class", "xs:int"

Classes are looked up when they are first needed, so that modules never have to import one another.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from lxml import etree

from ..builtin import path as builtin_path
from ..errors import UsageError
from ..schema import components, store
from ..schema.model import ComplexType, Element, Model
from ..xml import edits, parser
from ..xml.names import derived_prefix, split
from . import dicts, introspection, mutations, report, samples, streaming
from .access import Access
from .codecs import Codec, collapse, declare
from .comparison import compared
from .fields import SAID, XSI_TYPE, Field, Reference, put_text
from .makers import text, wild, wild_attributes
from .sequences import Content
from .simple import Simple, builtin
from .view import AnyView, View, face, tables

if TYPE_CHECKING:
    from ..validation import Validator


class Namespace:
    """One module of a package: the declarations of one namespace. `resolve` finds what its names mean."""

    def __init__(self, module: str, uri: str) -> None:
        self.module, self.uri = module, uri
        self._known: dict[tuple[type | None, str], type[View] | Codec] = {}

    @cached_property
    def package(self) -> Package:
        """The package that the module belongs to."""
        name = self.module
        while name:
            found = getattr(sys.modules.get(name), "package", None)
            if isinstance(found, Package):
                return found
            name = name.rpartition(".")[0]
        raise UsageError(f"the module {self.module} belongs to no package of generated classes")

    def resolve(self, owner: type | None, reference: Reference) -> type[View] | Codec:
        """The class or codec that a name means in this module (".Nested": in this class)."""
        if isinstance(reference, Simple):
            return reference.codec(self, owner)
        key = (owner if reference[0] == "." else None, reference)
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = self._find(owner, reference)
        return known

    def simple(self, owner: type | None, reference: Reference) -> Codec:
        """The same where only a simple type will do."""
        found = self.resolve(owner, reference)
        if not isinstance(found, Codec):
            raise TypeError(f"{reference} is no simple type")
        return found

    def _find(self, owner: type | None, reference: str) -> type[View] | Codec:
        if reference.startswith("xs:"):
            return self.package.any_view if reference == "xs:anyType" else builtin(reference[3:])
        home = self
        if reference.startswith("."):
            found: Any = owner
            steps = reference[1:]
        else:
            module, colon, steps = reference.rpartition(":")
            found = importlib.import_module(f"{self.package.name}.{module}") if colon else sys.modules[self.module]
            home = found.__namespace__
        for step in steps.split("."):
            found = getattr(found, step)
        declared = getattr(found, "__simple__", found)
        return declared.codec(home, owner) if isinstance(declared, Simple) else found


class Package:
    """A package of classes. `name`: the importable name; `digest`: of the schema set; `prefixes`: namespace → the author's prefix;
    `elements`, `types`: where the class of each global name is; `defaults`: the elements with a default that their parents' fields do not
    read for them, with that of the global one; `schema`: the folder of its closed schema set; `builtin`: the entry
    documents, for a vocabulary that comes with xmlsvc."""

    def __init__(self, name: str, *, digest: str = "", prefixes: Mapping[str, str] | None = None,
                 elements: Mapping[str, Reference] | None = None, types: Mapping[str, Reference] | None = None,
                 defaults: Mapping[str, str | None] | None = None, schema: str | Path | None = None, builtin: Sequence[str] = ()) -> None:
        self.name, self.digest = name, digest
        self._schema, self._builtin = Path(schema) if schema is not None else None, tuple(builtin)
        self._set: store.SchemaSet | None = None
        self.prefixes = dict(prefixes or {})
        self.elements, self.types, self._defaults = dict(elements or {}), dict(types or {}), dict(defaults or {})
        self._namespace = Namespace(name, "")
        self._namespace.package = self
        self._nsmaps: dict[str, dict[str, str] | None] = {}
        self._values: dict[Codec, type[View]] = {}
        self._roots: dict[type[View], type[View]] = {}
        self._global: dict[str, type[View]] = {}  # those of the global elements by name
        module = sys.modules[name]
        module.__dict__["__namespace__"] = self._namespace
        self.any_view: type[View] = type("AnyView", (AnyView,), {"__slots__": (), "__module__": name, "__doc__": AnyView.__doc__,
                                                                 "other": wild(), "other_attributes": wild_attributes()})

    def __repr__(self) -> str:
        return f"<Package {self.name}>"

    # -- finding --------------------------------------------------------------------------------------------------------------

    def type_named(self, name: str) -> type[View] | Codec | None:
        """The class or codec of a global type (Clark name); None if it is not of this schema."""
        namespace, local = split(name)
        if namespace == "http://www.w3.org/2001/XMLSchema":
            try:
                return self._namespace.resolve(None, f"xs:{local}")
            except KeyError:
                return None
        reference = self.types.get(name)
        return self._namespace.resolve(None, reference) if reference is not None else None

    def element_named(self, name: str) -> type[View] | None:
        """The class of a global element (Clark name); None if it is not of this schema."""
        reference = self.elements.get(name)
        if reference is None:
            return None
        found = self._namespace.resolve(None, reference)
        return self.value_class(found) if isinstance(found, Codec) else found

    def said_type(self, element: etree._Element) -> type[View] | Codec | None:
        """What the element's xsi:type names, None if nothing that is known here."""
        said = element.get(XSI_TYPE)
        if said is None:
            return None
        prefix, _, name = collapse(said).rpartition(":")
        namespace = element.nsmap.get(prefix or None)
        return self.type_named(f"{{{namespace}}}{name}" if namespace else name)

    def say_type(self, element: etree._Element, cls: type[View], said: str | None = None) -> None:
        """Write the class's type (or the one of the Clark name `said`) as xsi:type, with a declared prefix."""
        namespace, name = split(said or cls.__xsd__)
        if not namespace:
            element.set(XSI_TYPE, name)
            return
        prefix = next((known for known, uri in element.nsmap.items() if uri == namespace and known), None)
        if prefix is None:
            prefix = "" if element.nsmap.get(None) == namespace else declare(element, namespace, self._prefix(namespace))
        element.set(XSI_TYPE, f"{prefix}:{name}" if prefix else name)

    def value_class(self, codec: Codec) -> type[View]:
        """The class of views on elements with a simple type: they have `value` and nothing else."""
        known = self._values.get(codec)
        if known is None:
            field = text("xs:string")
            field._codec = codec
            known = type("Value", (View,), {"__slots__": (), "__module__": self.name, "__xsd__": codec.simple.name or "",
                                            "__doc__": "An element with a simple type.", "value": field})
            self._values[codec] = known
        return known

    def view(self, element: etree._Element) -> View:
        """The view of an element by its xsi:type or global declaration; an untyped one where there is neither."""
        cls = self.element_named(element.tag) or self.any_view
        if element.get(XSI_TYPE) is not None:
            said = self.said_type(element)
            cls = self.value_class(said) if isinstance(said, Codec) else said or cls
        made = object.__new__(cls)
        made._element = element
        return made

    def default_of(self, view: View) -> str:
        """The text that an empty element stands for: its declaration's default or fixed value; "" where there is none."""
        element = view._element
        if element.tag not in self._defaults:
            return ""
        parent = element.getparent()
        if parent is not None:
            entry = tables(type(view.xml.typed(parent))).children.get(element.tag)
            if entry is not None:
                return entry[0].default or entry[0].fixed or ""
        return self._defaults[element.tag] or ""

    def nsmap_of(self, tag: str) -> dict[str, str] | None:
        """The declaration that a new element of this name brings along where its namespace is not in scope."""
        namespace = split(tag)[0]
        if namespace not in self._nsmaps:
            self._nsmaps[namespace] = {self._prefix(namespace): namespace} if namespace else None
        return self._nsmaps[namespace]

    def _prefix(self, namespace: str) -> str:
        return self.prefixes.get(namespace) or derived_prefix(namespace)

    # -- opening and closing --------------------------------------------------------------------------------------------------

    def parse(self, data: bytes | str | Path | etree._Element | etree._ElementTree, limits: parser.Limits = parser.DEFAULT) -> Any:
        """The root's view, from bytes, a path, or a tree that is there already. Bytes are kept beside, so that `save` can keep them.

        Raises the parser's errors; validates nothing.
        """
        if not isinstance(data, bytes):
            if isinstance(data, etree._Element):
                return self.view(data)
            if isinstance(data, etree._ElementTree):
                return self.view(data.getroot())
            data = Path(data).read_bytes()
        element = parser.parse(data, limits).getroot()
        cls = self._global.get(element.tag) if element.get(SAID) is None else None
        rooted = object.__new__(cls or self._rooted(type(self.view(element)), element))
        rooted._element = element
        rooted._original = data  # type: ignore[attr-defined]
        return rooted

    def _rooted(self, cls: type[View], element: etree._Element) -> type[View]:
        """The class for roots that know their bytes."""
        known = self._roots.get(cls)
        if known is None:
            known = type(cls.__name__, (cls,), {"__slots__": ("_original",), "__module__": cls.__module__, "__qualname__": cls.__qualname__,
                                                "__doc__": cls.__doc__, "_face": face(cls)})
            self._roots[cls] = known
        if element.tag in self.elements and element.get(SAID) is None:
            self._global[element.tag] = known
        return known

    def create(self, name: str, given: Any = None, /, **fields: Any) -> Any:
        """A new document or part: a detached element of a global name ("programme" or a Clark name) with these fields."""
        tag = name if name in self.elements else next((tag for tag in self.elements if split(tag)[1] == name), None)
        if tag is None:
            raise UsageError(f"{self.name} has no global element {name!r}")
        view = self.view(etree.Element(tag, nsmap=self.nsmap_of(tag)))
        if given is not None:
            put_text(_text_field(view), view._element, given)
        view._fill(fields)
        return view

    def from_dict(self, given: Mapping[str, Any], name: str | None = None) -> Any:
        """A new document from what `to_dict` made of one; `name` of the root where the dictionary does not say it ("@name")."""
        if not isinstance(given, Mapping):
            raise UsageError(f"a document is made from a dictionary; this is {type(given).__name__}")
        wanted = name or str(given.get("@name", "")) or (next(iter(self.elements)) if len(self.elements) == 1 else None)
        if wanted is None:
            raise UsageError("the dictionary does not say which element it is: give its name, or the key “@name”")
        view = self.create(wanted)
        if "@type" in given:
            found = self.type_named(str(given["@type"]))
            if found is None or isinstance(found, Codec):
                raise UsageError(f"{given['@type']!r} is no complex type of this schema")
            view = view.xml.become(found)
        dicts.fill(view, given)
        return view

    def stream(self, source: str | Path | BinaryIO, name: str) -> Iterator[Any]:
        """A view for each element of this name, one at a time: for documents of any size."""
        return streaming.stream(self, source, name)

    def save(self, view: View) -> bytes:
        """See `View.save`."""
        original = getattr(view, "_original", None)
        tree = view._element.getroottree()
        if original is not None:
            return edits.save(original, tree)
        return etree.tostring(tree, encoding="UTF-8", xml_declaration=True)

    # -- the schema -----------------------------------------------------------------------------------------------------------

    @cached_property
    def validator(self) -> Validator:
        """Judges documents by this package's schema; made when first used. For classes made in memory that is when the schema is proven:
        SchemaError where it is not valid. What only xmlschema finds wrong with it (some GML) is in `schema.gate.disputed`; libxml2 and our
        own assessor judge by it then."""
        from ..validation import Validator, load

        if self._builtin:
            folder = builtin_path("schemas")
            return load([folder / entry for entry in self._builtin])
        if self._set is not None:
            from ..schema import gate

            return Validator(self._set, version=gate.check(self._set, confirmed=True))
        return Validator(store.load(self._set_directory()))

    @cached_property
    def model(self) -> Model:
        """The components of the schema; read when first used."""
        if self._builtin:
            return components.read(self.validator.set)
        return components.read(self._set or store.load(self._set_directory()))

    def stands_on(self, schema_set: store.SchemaSet) -> None:
        """Say which set classes in memory were made from."""
        self._set = schema_set

    def _set_directory(self) -> Path:
        if self._schema is None or not self._schema.is_dir():
            raise UsageError(f"{self.name} was made without its schema: there is nothing to judge or introspect by")
        return self._schema

    @cached_property
    def sampler(self) -> samples.Sampler:
        """Makes documents; this one covers more of the schema with each. `sample` has one of its own for each seed."""
        return samples.Sampler(self.model, self._fault)

    def _fault(self, element: etree._Element) -> str | None:
        found = self.validator.validate(element)
        return None if found.valid else str(found.violations[0].message)

    def sample(self, name: str | None = None, *, seed: int = 0) -> Any:
        """A valid document: the same for the same seed. `name` of the root, where there are several. Raises schema.literals.NoExample."""
        made = samples.Sampler(self.model, self._fault, seed).valid(self._root_named(name))
        return self.parse(etree.tostring(made, encoding="UTF-8", xml_declaration=True))

    def broken(self, name: str | None = None, *, mutation: str | None = None, seed: int = 0) -> mutations.Broken:
        """A document with one known fault (`mutations.NAMES`), what it is, where, and by which code it must be reported."""
        return samples.Sampler(self.model, self._fault, seed).invalid(self._root_named(name), mutation)

    def _root_named(self, name: str | None) -> Element:
        elements = self.model.elements
        if name is None:
            name = next((tag for tag in self.elements if tag in elements and not elements[tag].abstract), None)
        elif name not in elements:
            name = next((tag for tag in elements if split(tag)[1] == name), name)
        if name is None or name not in elements:
            raise UsageError(f"the schema declares no element {name or ''}".rstrip())
        return elements[name]

    def validate(self, view: View) -> report.Judgement:
        """See `View.validate`."""
        root = view.xml.root
        data = self.save(view if root._element is view._element else root)
        return report.judged(self.validator.validate(data), root)

    def component(self, cls: type[View]) -> ComplexType:
        """The complex type that a class was made from."""
        return introspection.component(self.model, cls)

    def documentation(self, field: Field) -> str:
        """What the schema says of a field."""
        return introspection.documentation(self.model, field)

    def access(self, view: View) -> Access:
        """`view.xml`."""
        return Access(view)

    def equal(self, one: View, other: View) -> bool:
        """Whether two views of one class have the same content."""
        return compared(one) == compared(other)

    def content(self, view: View) -> Content:
        """`view.content`."""
        return Content(view)


def _text_field(view: View) -> Field:
    field = next((field for field in type(view).fields().values() if field.kind == "text"), None)
    if field is None:
        raise UsageError(f"{type(view).__qualname__} has fields and takes no plain value")
    return field
