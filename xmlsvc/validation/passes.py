"""The fast pass over documents that libxml2 has accepted: looks only for what `lint` says its acceptance leaves open.

    suspicious(trust, components, tree, data)   -> False: the acceptance stands. True: let our own assessor decide.

Names are first looked for in the bytes, then by one XPath; most documents have none of them, and then nothing more is done.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache

from lxml import etree

from ..schema.model import Attribute, ComplexType, Element, SimpleType
from .components import Components
from .lint import Name, Trust

_SIGNED = re.compile(rb"[\"'>\s]-0")
_ASCII = frozenset({"UTF-8", "utf-8", "US-ASCII", "ascii", "ISO-8859-1", "iso-8859-1", None})


def suspicious(trust: Trust, components: Callable[[], Components], tree: etree._ElementTree, data: bytes | None) -> bool:
    """Whether the document has something that libxml2 may have accepted wrongly. `components` is asked only when a value must be read."""
    if trust.always or (trust.signed and (data is None or _SIGNED.search(data))):
        return True
    searched = data if data is not None and tree.docinfo.encoding in _ASCII else None
    if trust.idrefs or trust.ids:
        if _dangling(trust, tree, searched):
            return True
    values = _present(trust.values, searched)
    contents = _present([(name, None) for name in trust.contents], searched)
    if not values and not contents:
        return False
    return any(_wrong_value(components(), name, found) for name in values for found in _select(name)(tree)) or any(
        _wrong_content(components(), element) for name in contents for element in _select(name)(tree))


def _present(names: Iterable[Name], data: bytes | None) -> tuple[Name, ...]:
    """Those names of which the bytes show a trace."""
    if data is None:
        return tuple(names)
    return tuple(name for name in names if _local(name[1] or name[0]) in data)


@lru_cache(maxsize=8192)
def _local(clark: str) -> bytes:
    return clark.rpartition("}")[2].encode()


@lru_cache(maxsize=4096)
def _select(name: Name) -> etree.XPath:
    """Elements of that name, or the values of that attribute on them, as (element, text) can be told: attributes keep their parent."""
    prefixes: dict[str, str] = {}

    def test(clark: str) -> str:
        space, _, local = clark[1:].rpartition("}") if clark[:1] == "{" else ("", "", clark)
        return f"{prefixes.setdefault(space, f'n{len(prefixes)}')}:{local}" if space else local

    element, attribute = name
    step = f"//@{test(attribute)}" if attribute and element == "*" else f"//{test(element)}" + (f"/@{test(attribute)}" if attribute else "")
    return etree.XPath(step, namespaces={prefix: space for space, prefix in prefixes.items()})


def _texts(name: Name, tree: etree._ElementTree) -> list[str]:
    found = _select(name)(tree)
    return [str(one) if name[1] is not None else "".join(one.itertext()) for one in found]


def _dangling(trust: Trust, tree: etree._ElementTree, data: bytes | None) -> bool:
    """Whether a reference leads nowhere, or elements' identifiers are used twice (libxml2 sees that for attributes)."""
    references = _present(trust.idrefs, data)
    if not references and not _present([name for name in trust.ids if name[1] is None], data):
        return False
    known = [text.strip() for name in _present(trust.ids, data) for text in _texts(name, tree)]
    unique = set(known)
    return len(unique) < len(known) or any(one not in unique for name in references for text in _texts(name, tree) for one in text.split())


def _wrong_value(components: Components, name: Name, found: object) -> bool:
    """Whether a value that the XPath found is one that some declaration of that name refuses."""
    owner = found.getparent() if name[1] is not None else found  # type: ignore[attr-defined]
    assert isinstance(owner, etree._Element)
    if name[1] is not None:
        return any(_refused(components, use.type, use.fixed, str(found), owner) for use in _uses(components, owner.tag, name[1]))
    text = (owner.text or "") + "".join(child.tail or "" for child in owner)
    return any(_refused(components, simple, declaration.fixed, text, owner) for declaration, simple in _declarations(components, owner.tag))


def _refused(components: Components, simple: SimpleType | None, fixed: str | None, text: str, owner: etree._Element) -> bool:
    if fixed is not None and text and text != fixed:
        return True
    return simple is not None and components.checker.fault(simple, text or fixed or "", owner) is not None


def _uses(components: Components, element: str, attribute: str) -> list[Attribute]:
    return [use for one in components.types_of(element) if isinstance(one, ComplexType) for use in one.attributes.values() if use.name == attribute] or [
        use for use in components.model.attributes.values() if use.name == attribute]


def _declarations(components: Components, name: str) -> list[tuple[Element, SimpleType | None]]:
    return [(declaration, one if isinstance(one, SimpleType) else one.simple) for declaration in components.declarations(name)
            for one in components.types_of(name)]


def _wrong_content(components: Components, element: etree._Element) -> bool:
    names = [child.tag for child in element.iterchildren(etree.Element)]
    return any(not components.content(one).matcher.accepts(names) for one in components.types_of(element.tag) if isinstance(one, ComplexType))
