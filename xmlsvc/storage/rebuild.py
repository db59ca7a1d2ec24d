"""Rows and search entries made again from the contents: after a change of mapping, or to prove that they are nothing but projections.

    rebuild(sessions, registry, vocabulary)
      ensure                       the tables of every version
      documents, a batch at a time, in the order of their ids
        read    heads, contents      outside of any unit: parse, rows
        write   the document is locked; if a head has moved meanwhile its newer rows are there already and stay

The service can go on serving: each document's rows are replaced in one transaction.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from storm.store import Store

from ..errors import InputError
from ..schema.registry import Registry
from ..xml.parser import parse
from . import contents, ddl, projection, search
from .backends import dialect
from .mapping import ensure
from .model import BOTH, CURRENT, PUBLISHED, Document, Mapping
from .sessions import Sessions, locked

_Revision = tuple[int, str, str]
"""(number, digest of the content, digest of the schema)."""
_BATCH = 50
_NEXT = """SELECT d.id, d.current, d.published, c.number, c.digest, c.schema, p.number, p.digest, p.schema FROM document d
    JOIN revision c ON c.document_id = d.id AND c.number = d.current LEFT JOIN revision p ON p.document_id = d.id AND p.number = d.published
    WHERE d.vocabulary = ? AND d.id > ? AND d.id <= ? ORDER BY d.id LIMIT ?"""


@dataclass(slots=True)
class Rebuilt:
    """How many documents were done; `failed`: (document, why) of those whose content cannot be parsed or whose schema is gone."""

    documents: int = 0
    failed: list[tuple[str, str]] = field(default_factory=list)


def rebuild(
    sessions: Sessions, registry: Registry, vocabulary: str, afresh: bool = False, done: Callable[[int], None] = lambda _: None
) -> Rebuilt:
    """Make all rows and search entries of a vocabulary again. `afresh` drops its tables first, which takes what is no version's any more
    with it; not while the service runs. `done` is told the number of documents after each batch. Raises UnknownVocabulary."""
    schemas = registry.versions(vocabulary) or [registry.get(vocabulary)]
    if afresh:
        sessions.write(lambda store: drop(store, vocabulary))
    for schema in schemas:
        ensure(sessions, projection.plan_of(schema), schema.digest)
    result, after = Rebuilt(), ""
    last = sessions.read(partial(_last, vocabulary=vocabulary), newest=True)  # what comes from now on has its rows as they must be
    while True:
        batch = sessions.read(partial(_batch, vocabulary=vocabulary, after=after, last=last))
        for row in batch:
            try:
                _document(sessions, registry, row[0], (row[1], row[2]), row[3:6], row[6:9])
                result.documents += 1
            except InputError as error:
                result.failed.append((row[0], error.message))
        if len(batch) < _BATCH:
            done(result.documents)
            if not result.failed:
                sessions.write(lambda store: store.find(Mapping, Mapping.vocabulary == vocabulary).set(stale=False))
            return result
        after = batch[-1][0]
        done(result.documents)


def _last(store: Store, vocabulary: str) -> str:
    row = store.execute("SELECT MAX(id) FROM document WHERE vocabulary = ?", (vocabulary,)).get_one()
    return (row[0] if row else None) or ""


def _batch(store: Store, vocabulary: str, after: str, last: str) -> list[tuple[Any, ...]]:
    found: list[tuple[Any, ...]] = store.execute(_NEXT, (vocabulary, after, last, _BATCH)).get_all()
    return found


def _document(
    sessions: Sessions, registry: Registry, key: str, heads: tuple[int, int | None], current: _Revision, published: _Revision
) -> None:
    wanted = [(BOTH, current)] if heads[0] == heads[1] else [(CURRENT, current), *([(PUBLISHED, published)] if heads[1] else [])]
    made = []
    for head, (_, digest, schema_digest) in wanted:
        schema = registry.by_digest(schema_digest)
        data = sessions.read(partial(contents.get, name=digest))
        made.append((head, projection.plan_of(schema), projection.rows(schema, parse(data))))

    def unit(store: Store) -> None:
        document = locked(store, Document, Document.id == key)
        if document is None or (document.current, document.published) != heads:
            return
        for head, plan, rows in made:
            projection.write(store, plan, key, head, rows)
            search.write(store, key, head, rows.title, rows.text)
        if document.title != made[0][2].title:
            document.title = made[0][2].title

    sessions.write(unit)


def drop(store: Store, vocabulary: str) -> None:
    """Drop a vocabulary's tables and forget them."""
    mapping = store.get(Mapping, vocabulary)
    if mapping is not None:
        for table in json.loads(mapping.tables):
            store.execute(ddl.drop(dialect(store), table), noresult=True)
        store.remove(mapping)
