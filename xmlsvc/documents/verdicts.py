"""Verdicts as they are kept: one for each content, schema and engine fingerprint, so that none is worked out twice."""

from __future__ import annotations

import json
from datetime import datetime
from functools import lru_cache

import zstandard
from lxml import etree
from storm.store import Store

from .. import metrics, validation
from ..schema.registry import Schema
from ..storage.backends import dialect, execute_many
from ..storage.insert import plain
from ..validation.report import Report, SchemaName, violations_from_json, violations_json
from .services import Services

WORTH_ASKING = 32_768  # bytes of a document


def name_of(schema: Schema, reason: str) -> SchemaName:
    """How reports and keys of verdicts name a schema. Raises SchemaError where the vocabulary's own rules cannot be compiled."""
    engine = validation.fingerprint(schema)
    return SchemaName(vocabulary=schema.vocabulary, version=schema.version, digest=schema.digest, reason=reason, engine=engine)


def pack(report: Report) -> bytes:
    """The report without its schema, as it is stored: JSON, compressed by zstandard."""
    return _pack(report) if report.violations or report.cut or report.disputed else _nothing_to_say()


@lru_cache(1)
def _nothing_to_say() -> bytes:
    return _pack(Report(valid=True))


def _pack(report: Report) -> bytes:
    head = json.dumps({"cut": report.cut, "disputed": report.disputed})
    return zstandard.compress(f"{head}\n{violations_json(report.violations)}".encode())


def unpack(valid: bool, data: bytes, schema: SchemaName) -> Report:
    """The inverse of `pack`."""
    if valid and data == _nothing_to_say():
        return Report(valid=True, schema=schema)
    head, _, violations = zstandard.decompress(data).decode().partition("\n")
    return Report(valid=valid, violations=violations_from_json(violations), schema=schema, **json.loads(head))


def stored(store: Store, content: str, schema: SchemaName) -> Report | None:
    """The verdict of this program's engines on the content, if it is known."""
    row = store.execute(_STORED, (content, schema.digest, schema.engine)).get_one()
    return None if row is None else unpack(bool(row[0]), bytes(row[1]), schema)


def put(store: Store, content: str, report: Report, packed: bytes, checked: datetime) -> None:
    """Keep a verdict on a content that is kept; one that is there already is left alone. `packed`: pack(report), made outside the unit."""
    assert report.schema is not None
    values = (report.schema.digest, report.schema.engine, int(report.valid), len(report.violations), packed, plain(checked), content)
    execute_many(store, _PUT + _ONCE[dialect(store)], [values])


_STORED = "SELECT valid, report FROM content JOIN verdict ON content_number = number WHERE digest = ? AND `schema` = ? AND engine = ?"
_PUT = ("INSERT INTO verdict (content_number, `schema`, engine, valid, violations, report, checked) "
        "SELECT number, ?, ?, ?, ?, ?, ? FROM content WHERE digest = ? ")  # fmt: skip
_ONCE = {"sqlite": "ON CONFLICT DO NOTHING", "mysql": "ON DUPLICATE KEY UPDATE content_number = content_number"}


def known(services: Services, content: str, schema: SchemaName) -> Report | None:
    """The stored verdict, read in a unit of its own."""
    return services.sessions.read(lambda store: stored(store, content, schema))


def of(services: Services, schema: Schema, reason: str, content: str, data: bytes, tree: etree._ElementTree) -> Report:
    """The verdict on a content: the stored one, or one made now (which the caller stores). Of a small content it is always made: that
    takes less time than the question whether it is known."""
    found = known(services, content, name_of(schema, reason)) if len(data) >= WORTH_ASKING else None
    return found if found is not None else made(services, schema, reason, data, tree)


def made(services: Services, schema: Schema, reason: str, data: bytes, tree: etree._ElementTree) -> Report:
    """The verdict, made now; without the database, so that units may ask for it."""
    with metrics.VALIDATION.time():
        return validation.check(schema, data, tree, limits=services.limits, reason=reason)
