"""Finding views by their IDs and keys.

    ids(view)["x1"]          targets(view, "person_ref")       keys(view, "personKey")[("p1",)]

Nothing is kept: each call walks the tree as it is now. Keep the dictionary where many are looked up.
"""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from ..errors import UsageError
from ..schema.model import Identity
from ..xml.names import split
from .codecs import Codec, collapse
from .fields import Field, text_of
from .view import View, child_view, tables


def everything(view: View) -> Iterator[View]:
    """The view and all below it, those with a simple type too."""
    yield view
    for child in view._element.iterchildren(etree.Element):
        yield from everything(child_view(view, child))


def _identifiers(view: View) -> Iterator[str]:
    table = tables(type(view))
    for name, text in view._element.items():
        field = table.attributes.get(str(name))
        if field is not None and field.codec.simple.builtin == "ID":
            yield collapse(str(text))
    if table.text is not None and table.text.codec.simple.builtin == "ID":
        yield collapse(text_of(view._element))


def ids(view: View) -> dict[str, View]:
    """The views of the whole document that `view` belongs to, by their IDs (attributes and texts of type xs:ID)."""
    found: dict[str, View] = {}
    for one in everything(view.xml.root):
        for identifier in _identifiers(one):
            found.setdefault(identifier, one)
    return found


def targets(view: View, name: str) -> list[View]:
    """The views that an IDREF or IDREFS field refers to, in its order; what refers to nothing is left out."""
    field = type(view).fields().get(name)
    if field is None:
        raise UsageError(f"{type(view).__qualname__} has no field {name!r}")
    if not refers(field):
        raise UsageError(f"{name} holds no reference to an ID")
    value = getattr(view, name)
    if value is None:
        return []
    wanted = [value] if isinstance(value, str) else list(value)
    known = ids(view)
    return [known[one] for one in wanted if one in known]


def refers(field: Field) -> bool:
    """Whether a field's values are references to IDs."""
    if field.kind not in ("attribute", "text", "value"):
        return False
    found = field.codec
    item = found.simple.item
    return (Codec.of(item) if item is not None else found).simple.builtin == "IDREF"


def keys(view: View, name: str) -> dict[tuple[str, ...], View]:
    """The views that a key or uniqueness constraint of the schema selects, by the texts of its fields. `name`: local or Clark."""
    found: dict[tuple[str, ...], View] = {}
    for scope, identity in _scopes(view, name, ("key", "unique")):
        for node, values in _tuples(scope, identity):
            found.setdefault(values, view.xml.typed(node))
    return found


def referred(view: View, name: str) -> list[tuple[View, View | None]]:
    """(what refers, what it refers to or None) for a key reference of the schema. `name`: local or Clark."""
    pairs: list[tuple[View, View | None]] = []
    for scope, identity in _scopes(view, name, ("keyref",)):
        known = keys(view, identity.refer or "")
        pairs += [(view.xml.typed(node), known.get(values)) for node, values in _tuples(scope, identity)]
    return pairs


def _scopes(view: View, name: str, kinds: tuple[str, ...]) -> list[tuple[etree._Element, Identity]]:
    """The elements of the document whose declaration has the constraint."""
    model = view.package().model
    wanted = [(element.name, identity) for element in model.declarations() for identity in element.identities
              if identity.kind in kinds and name in (identity.name, split(identity.name)[1])]
    if not wanted:
        raise UsageError(f"the schema has no {' or '.join(kinds)} named {name!r}")
    root = view._element.getroottree().getroot()
    return [(element, identity) for tag, identity in wanted for element in root.iter(tag)]


def _tuples(scope: etree._Element, identity: Identity) -> Iterator[tuple[etree._Element, tuple[str, ...]]]:
    namespaces = {prefix: uri for prefix, uri in identity.namespaces.items() if prefix}
    selected = scope.xpath(identity.selector, namespaces=namespaces)
    for node in selected if isinstance(selected, list) else []:
        if not isinstance(node, etree._Element):
            continue
        values = []
        for expression in identity.fields:
            found = node.xpath(expression, namespaces=namespaces)
            if isinstance(found, list) and len(found) == 1:
                values.append(collapse(text_of(found[0]) if isinstance(found[0], etree._Element) else str(found[0])))
        if len(values) == len(identity.fields):
            yield node, tuple(values)
