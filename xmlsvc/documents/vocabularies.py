"""Vocabularies in use: registered, bound to generated classes, mapped to tables.

    add   register → generate → tables          a version is ready to be delivered to when this returns
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from .. import codegen
from ..schema.registry import Schema
from ..storage import counters, mapping, projection
from ..storage import rebuild as rebuilding
from ..xml.names import split
from . import audit
from .access import Actor, require
from .services import Services


def add(
    services: Services, actor: Actor, name: str, paths: Sequence[str | Path], version: str | None = None,
    catalog: str | Path | None = None, aliases: Sequence[str] = (), confirmed: bool = False,
) -> Schema:  # fmt: skip
    """Register the schema in `paths` (entry documents) as a version of a vocabulary, generate its classes, make or widen its tables.

    Adding the same again completes what an earlier attempt left undone. `confirmed`: somebody answers for what only one engine finds wrong
    with the schema (`validation.notes` tells it). Raises Forbidden, SchemaError (with findings),
    UnresolvedLocation, UsageError (name), Conflict (the version exists with other content).
    """
    require(actor, "administer")
    schema = services.registry.add(name, paths, version, catalog, aliases, confirmed)
    ensure(services, schema)
    record = audit.entry(services.clock, actor, "vocabulary.add", f"vocabulary:{schema.name}", schema.digest)
    services.sessions.write(lambda store: audit.write(store, record))
    return schema


def ensure(services: Services, schema: Schema) -> mapping.Change:
    """The generated classes and the tables of a registered schema, made where they are missing; what was done to the tables."""
    codegen.load(schema, services.settings)
    return projection.ensure(services.sessions, projection.plan_of(schema), schema.digest)


def stale(services: Services) -> list[str]:
    """The vocabularies whose rows are to be made again: their mapping has changed since these were written."""
    return services.sessions.read(mapping.stale)


def activate(services: Services, actor: Actor, name: str, version: str) -> Schema:
    """Make a version the one for deliveries that name none. Raises Forbidden, UnknownVocabulary."""
    require(actor, "administer")
    schema = services.registry.activate(name, version)
    record = audit.entry(services.clock, actor, "vocabulary.activate", f"vocabulary:{schema.name}", schema.digest)
    services.sessions.write(lambda store: audit.write(store, record))
    return schema


def rebuild(
    services: Services, actor: Actor, name: str, afresh: bool = False, done: Callable[[int], None] = lambda _: None
) -> rebuilding.Rebuilt:
    """Make all rows and search entries of a vocabulary again, see `storage.rebuild`. Raises Forbidden, UnknownVocabulary."""
    require(actor, "administer")
    services.registry.get(name)
    result = rebuilding.rebuild(services.sessions, services.registry, name, afresh, done)
    detail = f"{result.documents} documents, {len(result.failed)} failed" + (", afresh" if afresh else "")
    record = audit.entry(services.clock, actor, "vocabulary.rebuild", f"vocabulary:{name}", detail)
    services.sessions.write(lambda store: audit.write(store, record))
    return result


def counts(services: Services) -> dict[str, int]:
    """How many documents each registered vocabulary has."""
    found: Counter[str] = Counter()
    for kind, documents in services.sessions.read(counters.totals).items():
        found[kind.vocabulary] += documents
    return {name: found[name] for name in services.registry.names()}


def describe(services: Services, named: str) -> Iterator[str]:
    """Lines for a person: what a version's documents begin with, which tables and columns hold them, what was left out of these."""
    schema = services.registry.named(named)
    manifest, plan = schema.manifest, projection.plan_of(schema)
    yield f"{schema.name}{' (active)' if schema.active else ''}  {manifest.title or schema.vocabulary}"
    yield f"  digest    {schema.digest}"
    yield f"  documents {counts(services).get(schema.vocabulary, 0)}"
    yield f"  identity  {manifest.identity or 'the name that the partner gives'}"
    for root in plan.roots:
        namespace, local = split(root)
        yield f"  root      {local}" + (f"  in {namespace}" if namespace else "")
    for location in sorted(schema.locations):
        yield f"  location  {location}"
    for table in plan.tables:
        yield f"  table     {table.name}" + (f", rows of {' and '.join(dict(table.parents))}" if table.parents else "")
        for column in table.columns:
            yield f"    {column.name} {column.kind}  {_spoken(column.path)}"
    for omitted in plan.omitted:
        yield f"  left out  {_spoken(omitted.path)}: {omitted.reason}"


def _spoken(path: Sequence[str]) -> str:
    """A path as people write it: local names."""
    return re.sub(r"\{[^}]*\}", "", "/".join(path))
