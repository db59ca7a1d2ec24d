"""What must be unique, or refer to something, compared between two versions of an element (XML Schema Part 1, section 3.11).

    constraints(old, new) -> [Verdict, …]       by what is said, not by the constraint's name
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from .evolution_facets import Verdict
from .model import Element, Identity


def constraints(old: Element, new: Element) -> Iterator[Verdict]:
    """xs:key, xs:unique and xs:keyref that came, went, or say something else."""
    before, after = ({_said(one, element): one for one in element.identities} for element in (old, new))
    for said in after.keys() - before.keys():
        yield Verdict(f"{_sentence(after[said], new)} now.", False, True)
    for said in before.keys() - after.keys():
        yield Verdict(f"{_sentence(before[said], old)} no longer.", True, False)


def _said(one: Identity, element: Element) -> tuple[object, ...]:
    """The constraint without its name and its author's prefixes."""
    target = next((other for other in element.identities if one.refer is not None and other.name == one.refer), None)
    paths = (one.selector, *one.fields)
    said = tuple(re.sub(r"([\w.-]+):(?!:)", lambda match: f"{{{one.namespaces.get(match[1], match[1])}}}", path) for path in paths)
    return one.kind, said, _said(target, element) if target is not None and target is not one else one.refer


def _sentence(one: Identity, element: Element) -> str:
    fields = " and ".join(one.fields)
    if one.kind == "keyref":
        target = next((other for other in element.identities if other.name == one.refer), None)
        there = f"{' and '.join(target.fields)} of {target.selector}" if target is not None else f"the key {one.refer}"
        return f"{fields} of {one.selector} must be the same as {there} (xs:keyref)"
    needed = "must be there and " if one.kind == "key" else "must "
    return f"{fields} of {one.selector} {needed}differ from each other (xs:{one.kind})"
