"""Clusters: violations of many documents, put together by their causes (`validation.causes`).

    listed(…), get(…), members(…)         what a run found, by number of documents, with examples
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from storm.expr import And, Count, Min, Sum
from storm.store import Store

from ..documents import runs, verdicts
from ..documents.access import Actor
from ..documents.services import Services
from ..errors import NotFound
from ..storage import contents, model
from ..validation.causes import Cause, cause
from ..validation.report import Report, SchemaName, Violation

EXAMPLES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster(Cause):
    """A cause as a run found it. `documents`, `violations`: how many; `partners`: documents by partner; `values`: the most frequent ones,
    with how many documents; `first_seen`: when any run first found this cause, whatever the schema's version."""

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


def partners(services: Services, run_id: str) -> dict[str, int]:
    """How many broken documents each partner has in a run, by its name, the most first."""
    member, partner = model.ClusterMember, model.Partner
    columns = (partner.name, Count(member.document_id, distinct=True))

    def unit(store: Store) -> list[tuple[str, int]]:
        return list(store.find(columns, And(member.run_id == run_id, partner.id == member.partner_id)).group_by(partner.name))

    return dict(sorted(services.sessions.read(unit), key=lambda pair: (-pair[1], pair[0])))


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
            id=each.cluster, signature=each.signature, code=each.code, severity=each.severity, kind=each.kind, component=each.component,
            path=each.path, attribute=each.attribute, subject=tuple(json.loads(each.subject)), expected=tuple(json.loads(each.expected)),
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
