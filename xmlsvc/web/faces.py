"""What a schema says of an element wherever it stands, ready as HTML: made once for a schema, however many documents are looked at.

    of(shape) → Faces          .root(element) · .child(face, name) · .typed(face, element) → Face
    Face                       label, reading of its values, chips of its attributes
"""

from __future__ import annotations

import weakref
from functools import lru_cache

from lxml import etree

from .. import memo
from ..publish.shape import Shape, simple
from ..schema import model
from . import declarations, values
from .html import escaped, tag

HELP = 400
_KEPT = 20  # ways to write one name: its label says the name as the document writes it
_LANGUAGE = f"{{{model.XML_NAMESPACE}}}lang"
_XSI = f"{{{model.XSI_NAMESPACE}}}"
_XSI_TYPE = f"{_XSI}type"


class Word:
    """An element's or attribute's name as a label, with what is known of it as help: documentation, then name and type."""

    __slots__ = ("_documentation", "_label", "_labels", "_strange", "_type")

    def __init__(self, name: str, declared: model.Element | model.Attribute | None, kind: model.Type | None) -> None:
        self._label, self._type = declarations.label(name), declarations.type_name(kind)
        self._documentation = (declared.documentation if declared is not None else "") or (kind.documentation if kind is not None else "")
        self._strange = declared is None and not name.startswith((f"{{{model.XML_NAMESPACE}", _XSI))
        self._labels: dict[str, str] = {}

    def label(self, written: str) -> str:
        """The label in a document that writes the name like this, with its prefix."""
        known = self._labels.get(written)
        if known is None:
            said = self._documentation
            short = said if len(said) <= HELP else said[:HELP].rsplit(" ", 1)[0] + " …"
            facts = " · ".join(filter(None, (written, self._type, "not described by the schema" if self._strange else "")))
            known = str(tag("span", self._label, class_="label", tabindex=0, data_help="\n".join(filter(None, (short, facts)))))
            if len(self._labels) >= _KEPT:
                self._labels.clear()
            self._labels[written] = known
        return known


class Use(Word):
    """An attribute. `chip`: what stands between its class and its value where it is a chip; a language needs no name. `reading`: as
    `values.reading` of its type."""

    __slots__ = ("chip", "reading")

    def __init__(self, name: str, use: model.Attribute | None) -> None:
        super().__init__(name, use, use.type if use is not None else None)
        self.chip = _chip(name, use.documentation if use is not None else "")
        self.reading = values.reading(use.type if use is not None else None)


class Face(Word):
    """An element of one declaration and governing type. `mixed`: None where no schema says. `conditional`: attributes choose the type, or
    that there are none (XSD 1.1). `children`, `uses`: what was asked for."""

    __slots__ = ("children", "conditional", "declaration", "kind", "mixed", "reading", "uses")

    def __init__(self, name: str, declaration: model.Element | None, kind: model.Type | None) -> None:
        super().__init__(name, declaration, kind)
        self.declaration, self.kind = declaration, kind
        self.conditional = declaration is not None and bool(declaration.alternatives)
        self.mixed = None if kind is None else isinstance(kind, model.ComplexType) and kind.mixed
        self.reading = values.reading(simple(kind))
        self.children: dict[str, Face] = {}
        self.uses: dict[str, Use] = {}

    def use(self, name: str) -> Use:
        """One of its attributes; what the type does not declare is not kept: of that there is no end."""
        known = self.uses.get(name)
        if known is None:
            use = self.kind.attributes.get(name) if isinstance(self.kind, model.ComplexType) else None
            known = Use(name, use)
            if use is not None:
                self.uses[name] = known
        return known


class Faces:
    """The faces of one schema. Any number of threads may ask."""

    def __init__(self, shape: Shape) -> None:
        self._shape = weakref.ref(shape)  # the faces are kept as long as their shape is
        self._known: dict[tuple[str, model.Element, model.Type | None], Face] = {}
        self._labels: dict[tuple[tuple[str, str], ...], dict[Face, str]] = {}

    def labels(self, declared: tuple[tuple[str, str], ...]) -> dict[Face, str]:
        """Labels in documents that declare these (prefix, namespace), to be added to: but only of names in these namespaces."""
        known = self._labels.get(declared)
        if known is None:
            if len(self._labels) >= _KEPT:
                self._labels.clear()
            known = self._labels[declared] = {}
        return known

    def root(self, element: etree._Element) -> Face:
        """The face of a root element."""
        shape = self._of()
        declaration = shape.root(element)
        return self._face(str(element.tag), declaration, shape.type(element, declaration))

    def child(self, parent: Face, name: str) -> Face:
        """The face that a child of this name has, unless an xsi:type says otherwise."""
        known = parent.children.get(name)
        if known is None:
            declaration = declarations.declared(self._of(), parent.kind, name)
            known = self._face(name, declaration, declaration.type if declaration is not None else None)
            if declaration is not None:
                parent.children[name] = known
        return known

    def typed(self, face: Face, name: str, element: etree._Element) -> Face:
        """The face of an element called `name`: `face`, or that of the type which its xsi:type names or its attributes choose."""
        if element.get(_XSI_TYPE) is None and not face.conditional:
            return face
        kind = self._of().type(element, face.declaration)
        return face if kind is face.kind else self._face(name, face.declaration, kind)

    def _face(self, name: str, declaration: model.Element | None, kind: model.Type | None) -> Face:
        if declaration is None:  # of what no schema describes there is no end
            return Face(name, None, kind)
        key = (name, declaration, kind)
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = Face(name, declaration, kind)
        return known

    def _of(self) -> Shape:
        shape = self._shape()
        assert shape is not None, "who asks holds the shape"
        return shape


@lru_cache(maxsize=4000)
def _chip(name: str, documentation: str) -> str:
    word = "" if name == _LANGUAGE else f"{escaped(declarations.label(name).lower())} "
    return f' title="{escaped(documentation[:HELP] or declarations.label(name))}">{word}<b>'


@memo.kept
def of(shape: Shape) -> Faces:
    """The faces of a schema's shape."""
    return Faces(shape)
