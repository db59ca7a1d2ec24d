"""Elements that a wildcard lets in: which ones the schema knows, and what a name that somebody writes means.

    Opening.of(wildcards, schema, taken)      what is offered: elements that are declared, and whether others may be written
    resolve(written, element, prefixes) → Clark name
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lxml import etree

from ... import errors
from ...schema import model
from ...xml.names import join, split

MOST = 300  # names of a list to choose from
_NAME = re.compile(r"[^\W\d][\w.\-\u00b7]*")  # an NCName as far as people write them: XML Namespaces 1.0, section 4


@dataclass(frozen=True, slots=True)
class Opening:
    """What wildcards let in. `names`: declared elements, by the alphabet; `free`: whether others may be written, too; `said`: of which
    namespaces, in words."""

    names: tuple[str, ...]
    free: bool
    said: str

    @classmethod
    def of(cls, wildcards: Sequence[model.Wildcard], schema: model.Model, taken: Sequence[str]) -> Opening | None:
        """`taken`: names that are offered anyway. None where nothing can be added."""
        offered = set(taken)
        names = [
            name
            for name, element in schema.elements.items()
            if not element.abstract and name not in offered and any(admits(any_, name, schema) for any_ in wildcards)
        ]
        free = any(any_.process != "strict" for any_ in wildcards)
        if not names and not free:
            return None
        names.sort(key=lambda name: split(name)[::-1])
        return cls(tuple(names[:MOST]), free, " or ".join(dict.fromkeys(map(_said, wildcards))))


def admits(any_: model.Wildcard, name: str, schema: model.Model) -> bool:
    """Whether an element of this name may stand for the wildcard (Structures, 3.10.4), declared where it must be."""
    declared = name in schema.elements
    if not any_.admits(split(name)[0]) or name in any_.excluded_names or ("##defined" in any_.excluded_names and declared):
        return False
    return declared or any_.process != "strict"


def _said(any_: model.Wildcard) -> str:
    if any_.namespaces is not None:
        return "elements of " + ", ".join(name or "no namespace" for name in sorted(any_.namespaces))
    excluded = sorted(name for name in any_.excluded if name)
    return f"elements of a namespace other than {', '.join(excluded)}" if excluded else "elements of any namespace"


def resolve(written: str, element: etree._Element, prefixes: Mapping[str, str]) -> str:
    """The Clark name that `{namespace}name`, `prefix:name` or `name` means in an element; `prefixes`: those of the schema's author, by
    prefix, for what the document does not declare. Raises BadRequest."""
    written = written.strip()
    if written.startswith("{"):
        namespace, local = split(written)
    else:
        prefix, _, local = written.rpartition(":")
        found = element.nsmap.get(prefix) if prefix else ""
        found = prefixes.get(prefix) if found is None else found
        if found is None:
            raise errors.BadRequest(f"The prefix {prefix!r} is not declared here. Write the namespace: {{http://…}}{local}.")
        namespace = found
    if not _NAME.fullmatch(local):
        raise errors.BadRequest(f"{written!r} is no name of an element. Write prefix:name or {{namespace}}name.")
    return join(namespace, local)
