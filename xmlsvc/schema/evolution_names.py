"""What is called otherwise in another version of a schema: a namespace that took another's place, an element or attribute with a new name.

    moved(old, new) -> {namespace: what it is now}          a version that has a namespace of its own is the same vocabulary all the same
    twin(element, candidates) -> the one that it has become, or None
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from ..xml.names import split
from .evolution_content import children
from .model import XSD_NAMESPACE, Attribute, ComplexType, Element, Model, SimpleType, Type

_SHARED = 0.5  # of the names of the smaller namespace that the other one must have, too


def moved(old: Model, new: Model) -> dict[str, str]:
    """The namespaces that are gone, each with the new one that has most of its names; what has no such successor is left out."""
    gone = [space for space in old.target_namespaces if space not in new.target_namespaces and space]
    come = [space for space in new.target_namespaces if space not in old.target_namespaces]
    before, after = _locals(old), _locals(new)
    found: dict[str, str] = {}
    for space in gone:
        ranked = [(len(shared), other) for other in come if other not in found.values()
                  if (shared := before.get(space, set()) & after.get(other, set()))
                  and len(shared) >= _SHARED * min(len(before[space]), len(after[other]))]  # fmt: skip
        if ranked:
            found[space] = max(ranked)[1]
    return found


def _locals(model: Model) -> dict[str, set[str]]:
    """The local names that a schema declares, by namespace."""
    found: dict[str, set[str]] = {}
    for name in (*model.elements, *model.types, *(one.name for one in model.declarations())):
        space, local = split(name)
        found.setdefault(space or "", set()).add(local)
    return found


def twin(old: Element, candidates: Sequence[Element]) -> Element | None:
    """The one new element that the old one has become: of the same local name; or nearly the same, with what may be in it; or of the same
    type, named or of the same children and attributes."""
    local = split(old.name)[1]
    for alike in (
        [one for one in candidates if split(one.name)[1] == local],
        [one for one in candidates if _plain(split(one.name)[1]) == _plain(local) and _akin(old.type, one.type)],
        [one for one in candidates if _same(old.type, one.type)],
    ):
        if alike:
            return alike[0] if len(alike) == 1 else None
    return None


def attribute_twin(old: str, candidates: Sequence[str], before: Mapping[str, Attribute], after: Mapping[str, Attribute]) -> str | None:
    """The same for an attribute's Clark name."""
    local = split(old)[1]
    same = [other for other in candidates if split(other)[1] == local]
    near = same or [other for other in candidates
                    if _plain(split(other)[1]) == _plain(local) and _akin(before[old].type, after[other].type)]  # fmt: skip
    return near[0] if len(near) == 1 else None


def _plain(local: str) -> str:
    """The name without case, separators and plural, which are what authors tidy up: "creation_dates" and "creationDate"."""
    return re.sub(r"[\W_]+", "", local.casefold()).removesuffix("s")


def _akin(old: Type, new: Type) -> bool:
    """Whether both are text, or both have children of which some are the same."""
    one, two = (None if isinstance(each, SimpleType) or each.simple is not None else each for each in (old, new))
    if one is None or two is None:
        return one is two
    names = [set(children(each.content)) for each in (one, two)]
    return not any(names) or bool(names[0] & names[1])


def _same(old: Type, new: Type) -> bool:
    """Whether both are of one type of the author's, or made of the same children and attributes, or of the same list of values."""
    if old.name and old.name == new.name and split(old.name)[0] != XSD_NAMESPACE:
        return True
    if isinstance(old, ComplexType) and isinstance(new, ComplexType):
        one, two = ([{split(name)[1] for name in names} for names in (children(each.content), each.attributes)] for each in (old, new))
        return any(one) and one == two
    return isinstance(old, SimpleType) and isinstance(new, SimpleType) and bool(old.enumeration) and old.enumeration == new.enumeration
