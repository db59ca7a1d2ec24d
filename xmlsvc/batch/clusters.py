"""Causes: violations of many documents, put together by what a person would call one thing that is wrong.

    cause(violation) -> Cause             normalised: no positions, no prefixes, no values
    found(report) -> [Hit, …]             one for each cause in a document, with how often and its first value
    listed(…), get(…), members(…)         what a run found, by number of documents, with examples

Which case of which clause, at which component of the schema, about which names. What varies from document to document is kept aside: the
path's positions and the document's prefixes, the values, what stands before or after the place.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from storm.expr import And, Count, Min, Sum
from storm.store import Store

from ..documents import runs, verdicts
from ..documents.access import Actor
from ..documents.services import Services
from ..errors import NotFound
from ..storage import contents, model
from ..validation.report import Report, SchemaName, Violation

EXAMPLES = 5
_POSITION = re.compile(r"\[\d+\]")
_CONTENT = re.compile(r"(cvc-complex-type\.2\.4)\.[a-i]")
_GAP = frozenset({"missing", "incomplete"})


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
    kind = "missing" if violation.kind in _GAP else violation.kind
    path = _POSITION.sub("", violation.path)
    subject = _subject(violation, kind)
    where = [violation.declaration, violation.component] if kind not in _GAP and kind != "order" else [violation.component]
    place = [one for one in where if one]
    names = [_unprefixed(name, violation.namespaces) for name in subject]
    steps = [_unprefixed(step, violation.namespaces) for step in path.split("/")[-2:]]
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
    if kind in ("order", "value", "fixed", "text", "text_in_empty"):
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


# -- what a run found -------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """A cause as a run found it. `documents`, `violations`: how many; `partners`: documents by partner; `values`: the most frequent ones,
    with how many documents; `first_seen`: when any run first found this cause, whatever the schema's version."""

    id: str
    code: str
    severity: str
    kind: str
    component: str | None
    path: str
    attribute: str | None
    subject: tuple[str, ...]
    expected: tuple[str, ...]
    message: str
    documents: int
    violations: int
    partners: dict[str, int]
    values: dict[str, int]
    first_seen: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A document that a cause is in; `content`, `schema`, `engine`: its verdict's key."""

    document: str
    partner: str
    title: str
    identity: str
    content: str
    schema: str
    engine: str
    violations: int
    value: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One document of a cluster, with the first violation that the cause has there, and its surroundings in the document."""

    member: Member
    violation: Violation
    lines: tuple[tuple[int, str], ...]


def listed(services: Services, actor: Actor, run_id: str) -> list[Cluster]:
    """The causes of a run's violations, the most frequent first. Raises NotFound."""
    runs.get(services, actor, run_id)
    return services.sessions.read(lambda store: list(_clusters(store, run_id, None)))


def get(services: Services, actor: Actor, run_id: str, cluster: str) -> Cluster:
    """One of them, by its id or the beginning of it. Raises NotFound."""
    runs.get(services, actor, run_id)
    row = model.Cluster
    ids = services.sessions.read(lambda store: list(store.find(row.cluster, row.run_id == run_id, row.cluster.startswith(cluster))))
    if len(ids) != 1:
        many = "no" if not ids else "more than one"
        raise NotFound(f"The run {run_id} has {many} cause {cluster!r}. To see them: xmlsvc run show {run_id}")
    (found_one,) = services.sessions.read(lambda store: list(_clusters(store, run_id, ids[0])))
    return found_one


def _clusters(store: Store, run_id: str, cluster: str | None) -> Iterator[Cluster]:
    row, member, partner = model.Cluster, model.ClusterMember, model.Partner
    rows = [row.run_id == run_id] + ([row.cluster == cluster] if cluster else [])
    members = [member.run_id == run_id] + ([member.cluster == cluster] if cluster else [])
    names = dict(store.find((partner.id, partner.name)))
    documents: dict[str, dict[str, int]] = {}
    violations: dict[str, int] = {}
    counted = store.find((member.cluster, member.partner_id, Count(member.document_id), Sum(member.violations)), And(*members))
    for key, partner_id, count, total in counted.group_by(member.cluster, member.partner_id):
        documents.setdefault(key, {})[names.get(partner_id, partner_id)] = int(count)
        violations[key] = violations.get(key, 0) + int(total)
    kept = list(store.find(row, And(*rows)))
    signatures = [each.signature for each in kept]
    first = dict(store.find((row.signature, Min(row.found)), row.signature.is_in(signatures)).group_by(row.signature)) if kept else {}
    for each in sorted(kept, key=lambda one: (-sum(documents.get(one.cluster, {}).values()), one.cluster)):
        values = store.find((member.value, Count(member.document_id)), And(*members, member.cluster == each.cluster, member.value != None))  # noqa: E711
        most = sorted(values.group_by(member.value), key=lambda pair: (-pair[1], pair[0]))[:10]
        partners = documents.get(each.cluster, {})
        yield Cluster(
            id=each.cluster, code=each.code, severity=each.severity, kind=each.kind, component=each.component, path=each.path,
            attribute=each.attribute, subject=tuple(json.loads(each.subject)), expected=tuple(json.loads(each.expected)),
            message=each.message, documents=sum(partners.values()), violations=violations.get(each.cluster, 0),
            partners=dict(sorted(partners.items(), key=lambda pair: (-pair[1], pair[0]))), values=dict(most),
            first_seen=_moment(first[each.signature]),
        )  # fmt: skip


def _moment(value: Any) -> datetime:
    """Min() gives what the driver has: text on SQLite."""
    moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def members(services: Services, run_id: str, cluster: str, after: str = "", limit: int = 200) -> list[Member]:
    """The documents that a cause is in, by id; `after`: the last one of the page before."""
    member, document, partner = model.ClusterMember, model.Document, model.Partner
    columns = (member.document_id, partner.name, document.title, document.identity, member.content, member.schema, member.engine,
               member.violations, member.value)
    condition = And(member.run_id == run_id, member.cluster == cluster, member.document_id > after, document.id == member.document_id,
                    partner.id == member.partner_id)
    rows = services.sessions.read(lambda store: list(store.find(columns, condition).order_by(member.document_id)[:limit]))
    return [Member(**dict(zip(Member.__slots__, row, strict=True))) for row in rows]


def examples(services: Services, run: runs.Run, cluster: str, limit: int = EXAMPLES) -> list[Example]:
    """The first documents of a cause, each with its place in the bytes (none where these were upgraded before they were judged). A document
    whose verdict was removed is left out."""
    made = []
    upgraded = bool(run.parameters.get("upgrade"))
    for member in members(services, run.id, cluster, limit=limit):
        report = report_of(services, member)
        hit = next((one for one in report.violations if cause(one).id == cluster), None) if report else None
        if hit is not None:
            made.append(Example(member=member, violation=hit, lines=() if upgraded else _lines(services, member.content, hit.line)))
    return made


def report_of(services: Services, member: Member) -> Report | None:
    """The verdict that put a document into a cluster."""
    name = SchemaName(vocabulary=None, version=None, digest=member.schema, engine=member.engine)
    return verdicts.known(services, member.content, name)


def _lines(services: Services, content: str, line: int | None) -> tuple[tuple[int, str], ...]:
    """Two lines before and after the place."""
    if line is None:
        return ()
    text = services.sessions.read(lambda store: contents.get(store, content)).decode("utf-8", "replace").splitlines()
    begin = max(line - 3, 0)
    return tuple((number, each[:300]) for number, each in enumerate(text[begin : line + 2], begin + 1))
