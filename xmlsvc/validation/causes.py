"""Causes: what a person would call one thing that is wrong, however many documents have it.

    cause(violation) -> Cause             normalised: no positions, no prefixes, no values
    found(report) -> [Hit, …]             one for each cause in a document, with how often and its first value

Which case of which clause, at which component of the schema, about which names. What varies from document to document is kept aside: the
path's positions and the document's prefixes, the values, what stands before or after the place.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from .report import Report, Violation

_POSITION = re.compile(r"\[\d+\]")
_CONTENT = re.compile(r"(cvc-complex-type\.2\.4)\.[a-i]")
_GAP = frozenset({"missing", "incomplete"})
# Where the type of the parent tells.
_IN_CONTENT = frozenset({"missing", "order", "many", "excluded", "unknown", "misspelt", "namespace", "child_in_empty", "text_in_empty"})
_STEPS = {"duplicate_id": 0, "dangling_idref": 1}  # of the path, where no component is known: an identifier is one wherever it stands


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """What is wrong, apart from where and with which value. `id`: digest of it, within one schema; `signature`: a coarser one, without the
    schema's lines; `subject`: the names that it is about; `message`: the sentence of the violation that it was made from."""

    id: str
    signature: str
    code: str
    severity: str
    kind: str
    component: str | None
    path: str
    attribute: str | None
    subject: tuple[str, ...]
    expected: tuple[str, ...]
    message: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A cause in one document: how many violations it has there, and the first one's value."""

    cause: Cause
    violations: int
    value: str | None


def cause(violation: Violation) -> Cause:
    """The violation's cause."""
    code = _CONTENT.sub(r"\1", violation.code)
    kind = "missing" if violation.kind in _GAP else "empty" if violation.kind == "value" and violation.value == "" else violation.kind
    path = _POSITION.sub("", violation.path)
    subject = _subject(violation, kind)
    where = [violation.component] if kind in _IN_CONTENT else [violation.declaration, violation.component]
    place = [one for one in where if one]
    names = [_unprefixed(name, violation.namespaces) for name in subject]
    count = _STEPS.get(kind, 2)
    steps = [_unprefixed(step, violation.namespaces) for step in path.split("/")[-count:] if count]
    attribute = _unprefixed(violation.attribute or "", violation.namespaces) if kind != "attribute_missing" else ""
    coarse = [code, kind, attribute, *names]
    return Cause(
        id=_digest([*coarse, *(place or steps)]), signature=_digest([*coarse, *(map(_unlined, place) if place else steps)]), code=code,
        severity=violation.severity, kind=kind, component=violation.component or violation.declaration, path=path,
        attribute=violation.attribute, subject=subject, expected=violation.expected[:20], message=violation.message,
    )  # fmt: skip


def _subject(violation: Violation, kind: str) -> tuple[str, ...]:
    """The names that the cause is about, where the component alone does not tell."""
    if kind == "missing":
        return violation.lacking
    if kind == "attribute_missing":
        return violation.expected[:1]
    if kind in ("order", "value", "empty", "fixed", "text", "text_in_empty"):
        return ()
    return (violation.found,) if violation.found else ()


def _unprefixed(name: str, namespaces: dict[str, str]) -> str:
    """The name (or alternatives with "|" between them) with namespaces in place of the document's own prefixes."""
    def clark(one: str) -> str:
        prefix, colon, local = one.rpartition(":")
        return f"{{{namespaces.get(prefix, prefix)}}}{local}" if colon or "" in namespaces else one

    return "|".join(clark(one) for one in name.split("|"))


def _unlined(component: str) -> str:
    """ "people.xsd:40 type PersonType" without file and line, which another version of the schema changes."""
    return component.partition(" ")[2]


def _digest(parts: list[str]) -> str:
    return sha256("\0".join(parts).encode()).hexdigest()[:16]


def found(report: Report) -> list[Hit]:
    """The causes in one document, each once, in the order of their first violations."""
    hits: dict[str, list[Any]] = {}
    for violation in report.violations:
        if violation.severity != "error" and not report.valid:
            continue
        made = cause(violation)
        known = hits.setdefault(made.id, [made, 0, violation.value])
        known[1] += 1
    return [Hit(made, count, value) for made, count, value in hits.values()]
