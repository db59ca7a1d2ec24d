"""Elements and attributes that a wildcard lets in: which ones the schema knows, and what a name that somebody writes means.

    Opening.of(wildcards, declared, taken, what)      what is offered: names that are declared, and whether others may be written
    resolve(written, element, prefixes, what) → Clark name
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from lxml import etree

from ... import errors
from ...schema import model
from ...xml.names import join, split

MOST = 300  # names of a list to choose from
_NAME = re.compile(r"[^\W\d][\w.\-\u00b7]*")  # an NCName as far as people write them: XML Namespaces 1.0, section 4


Declared = Mapping[str, model.Element] | Mapping[str, model.Attribute]
"""The global declarations, of elements or of attributes, by Clark name."""


@dataclass(frozen=True, slots=True)
class Opening:
    """What wildcards let in. `names`: what is declared, by the alphabet; `free`: whether others may be written, too; `said`: of which
    namespaces, in words."""

    names: tuple[str, ...]
    free: bool
    said: str

    @classmethod
    def of(cls, wildcards: Sequence[model.Wildcard], declared: Declared, taken: Iterable[str], what: str) -> Opening | None:
        """`taken`: names that are offered anyway; `what`: "elements" or "attributes". None where nothing can be added."""
        offered = set(taken)
        names = [
            name
            for name, one in declared.items()
            if name not in offered
            and not (isinstance(one, model.Element) and one.abstract)
            and any(admits(any_, name, declared) for any_ in wildcards)
        ]
        free = any(any_.process != "strict" for any_ in wildcards)
        if not names and not free:
            return None
        names.sort(key=lambda name: split(name)[::-1])
        return cls(tuple(names[:MOST]), free, " or ".join(dict.fromkeys(_said(any_, what) for any_ in wildcards)))


def admits(any_: model.Wildcard, name: str, declared: Declared) -> bool:
    """Whether something of this name may stand for the wildcard (Structures, 3.10.4), declared where it must be."""
    known = name in declared
    if not any_.admits(split(name)[0]) or name in any_.excluded_names or ("##defined" in any_.excluded_names and known):
        return False
    return known or any_.process != "strict"


def _said(any_: model.Wildcard, what: str) -> str:
    if any_.namespaces is not None:
        return f"{what} of " + ", ".join(name or "no namespace" for name in sorted(any_.namespaces))
    excluded = sorted(name for name in any_.excluded if name)
    return f"{what} of a namespace other than {', '.join(excluded)}" if excluded else f"{what} of any namespace"


def resolve(written: str, element: etree._Element, prefixes: Mapping[str, str], what: str) -> str:
    """The Clark name that `{namespace}name`, `prefix:name` or `name` (of no namespace) means in an element; `prefixes`: those of the
    schema's author, by prefix, for what the document does not declare. Raises BadRequest."""
    written = written.strip()
    if not written:
        raise errors.BadRequest(f"Nothing was added: write the name of what is to be added, one of {what} that may stand here.")
    if written.startswith("{"):
        namespace, local = split(written)
    else:
        prefix, _, local = written.rpartition(":")
        found = model.XML_NAMESPACE if prefix == "xml" else element.nsmap.get(prefix) if prefix else ""
        found = prefixes.get(prefix) if found is None else found
        if found is None:
            raise errors.BadRequest(f"The prefix “{prefix}” is not declared here. Write the namespace instead: {{http://…}}{local}.")
        namespace = found
    if not _NAME.fullmatch(local):
        raise errors.BadRequest(f"“{written}” is no name. Write prefix:name or {{namespace}}name.")
    return join(namespace, local)
