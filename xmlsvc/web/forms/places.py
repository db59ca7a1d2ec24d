"""Where everything stands in one document: ordinals, declarations, types."""

from __future__ import annotations

from lxml import etree

from ...publish.shape import Shape
from ...schema import model
from ...xml.names import Prefixes
from .. import declarations

XSI_TYPE = f"{{{model.XSI_NAMESPACE}}}type"
XSI_NIL = f"{{{model.XSI_NAMESPACE}}}nil"
TRUE = frozenset({"true", "1"})


class Places:
    """One tree and what its schema says of each element. `elements[ordinal]` is an element; the tree may change, the ordinals stay those
    of the tree that this was made of."""

    def __init__(self, shape: Shape, tree: etree._ElementTree) -> None:
        self.shape, self.tree, self.root = shape, tree, tree.getroot()
        self.prefixes = Prefixes.of(self.root, shape.model.prefixes)
        self.elements: list[etree._Element] = list(self.root.iter("*"))
        self.ordinals: dict[etree._Element, int] = dict(zip(self.elements, range(len(self.elements)), strict=True))
        self._known: dict[etree._Element, tuple[model.Element | None, model.Type | None]] = {}
        self._sizes: dict[etree._Element, int] = {}

    def at(self, ordinal: int) -> etree._Element | None:
        """The element with this ordinal; None if there is none, or it was taken out."""
        if not 0 <= ordinal < len(self.elements):
            return None
        element = self.elements[ordinal]
        return element if element is self.root or element.getparent() is not None else None

    def declared(self, element: etree._Element) -> tuple[model.Element | None, model.Type | None]:
        """(declaration, governing type) of an element; None for what no schema describes."""
        known = self._known.get(element)
        if known is None:
            parent = element.getparent()
            if parent is None:
                declaration = self.shape.root(element)
            else:
                declaration = declarations.child(self.shape, self.declared(parent)[1], element)
            known = self._known[element] = (declaration, self.shape.type(element, declaration))
        return known

    def kind(self, element: etree._Element) -> model.Type | None:
        """The type that governs the element."""
        return self.declared(element)[1]

    def shown(self, ordinal: int) -> int:
        """The ordinal of the element that a form shows this one in: itself, or the mixed content or unknown part that it belongs to."""
        element = self.elements[ordinal]
        for above in reversed(list(element.iterancestors())):
            kind = self.kind(above)
            if kind is None or (isinstance(kind, model.ComplexType) and kind.mixed):
                return self.ordinals[above]
        return ordinal

    def size(self, element: etree._Element) -> int:
        """How many elements it is, with itself."""
        if not self._sizes:
            sizes: dict[etree._Element, int] = {}
            for each in reversed(self.elements):
                own = sizes.get(each, 0) + 1
                sizes[each] = own
                parent = each.getparent()
                if parent is not None:
                    sizes[parent] = sizes.get(parent, 0) + own
            self._sizes = sizes
        return self._sizes.get(element, 1)


def nil(element: etree._Element) -> bool:
    """Whether xsi:nil says that the element has no value."""
    return (element.get(XSI_NIL) or "").strip() in TRUE


def children(element: etree._Element) -> list[etree._Element]:
    """The child elements, in order."""
    return [child for child in element if isinstance(child.tag, str)] if len(element) else []


def text(element: etree._Element) -> str:
    """The text directly in the element, comments and instructions left out."""
    own = element.text or ""
    return own + "".join([child.tail or "" for child in element]) if len(element) else own
