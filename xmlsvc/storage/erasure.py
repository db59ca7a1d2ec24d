"""Erasing for good: what belongs to a document, a receipt or a partner goes, and the contents that nobody else refers to.

Which rows belong together is read off the core tables: a column `document_id`, `receipt_id` or `partner_id` says whose a row is, and what
refers to a row that goes, goes before it. A table that is added later is erased with the others; what must stay is named here.

    documents   with all revisions, rows, search entries        a tombstone says that they were there
    receipts    their bodies, names and what was found in them   digest, size, time and outcome stay, as proof
    belongings  what else is a partner's
    collect     contents, with their verdicts and renderings
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from typing import Any

from storm.store import Store

from . import core, counters, projection
from .backends import dialect
from .ddl import quote
from .insert import insert, plain
from .model import BOTH, Document, Mapping
from .sessions import locked

_AT_ONCE = 500  # rows of one statement
# From these harvesters learn that a document went, and what was pushed to targets is taken back.
_PUBLIC = {"public_change", "public_document", "public_set", "public_output", "delivery_item", "delivery_log"}
_STAY = {
    "document_id": {"document", "receipt", "run_item", "tombstone", *_PUBLIC},
    "receipt_id": {"revision", "run_item"},
    "partner_id": {"partner", "token", "document", "receipt", "counter", "tombstone", *_PUBLIC},
}
_NO_REFERENCES = {("content", "digest"), ("verdict", "schema"), ("rendering", "key"), ("rendering", "content"),
                  ("revision", "schema"), ("mapping", "plan"), ("idempotency", "id"), ("idempotency", "request"),
                  ("channel", "maker"), ("delivery_item", "target"), ("delivery_item", "shown"), ("delivery_cursor", "target"),
                  ("delivery_log", "target"), ("media_file", "id"), ("media_use", "file_id"), ("working_copy", "base_digest"),
                  ("cluster_member", "content"), ("cluster_member", "schema"),
                  *((table, column) for table in ("public_document", "public_output")
                    for column in ("content", "schema_digest", "maker", "shown", "made", "output"))}  # fmt: skip
"""Columns of digests that keep no content alive. Any other one does."""
_CHILDREN = {"job": [("job_log", "job_id", "id")]}
"""(table, its column, our column) of what belongs to a table's rows without a foreign key."""


@dataclass(frozen=True, slots=True)
class Freed:
    """How many contents went, and how many bytes these had."""

    contents: int = 0
    size: int = 0

    def __add__(self, other: Freed) -> Freed:
        return Freed(self.contents + other.contents, self.size + other.size)


def document(store: Store, document_id: str, at: datetime) -> tuple[int, Freed] | None:
    """Erase a document: (revisions, contents) that went; None if it is not there."""
    found = locked(store, Document, Document.id == document_id)
    if found is None:
        return None
    kind = counters.Kind(found.partner_id, found.vocabulary, found.state, bool(found.valid))
    public = found.published is not None or store.execute(
        "SELECT 1 FROM publication WHERE document_id = ? AND number IS NOT NULL LIMIT 1", (document_id,)).get_one() is not None  # fmt: skip
    revisions = store.execute("SELECT COUNT(*) FROM revision WHERE document_id = ?", (document_id,)).get_one()
    if store.get(Mapping, found.vocabulary) is not None:
        projection.remove(store, found.vocabulary, document_id, BOTH)
    digests = _remove_belongings(store, "document_id", [document_id])
    _remove(store, "document", "id", [document_id])
    counters.moved(store, kind, None)
    insert(store, "tombstone", {
        "document_id": document_id, "partner_id": kind.partner_id, "vocabulary": kind.vocabulary, "public": public, "erased": at,
    })  # fmt: skip
    return int(revisions[0]) if revisions else 0, collect(store, digests)


def receipts(store: Store, ids: Sequence[str], at: datetime, whole: bool) -> Freed:
    """Erase the bodies of receipts; `whole`: also what they were called, what was found in them and what they became."""
    if not ids:
        return Freed()
    marks = _marks(ids)
    digests = {row[0] for row in store.execute(f"SELECT digest FROM receipt WHERE id IN ({marks})", tuple(ids)).get_all()}
    digests |= _remove_belongings(store, "receipt_id", ids) if whole else _remove(store, "receipt_part", "receipt_id", ids)
    more = ", name = '', problem = NULL, document_id = NULL, revision = NULL" if whole else ""
    store.execute(f"UPDATE receipt SET erased = ?{more} WHERE id IN ({marks})", (plain(at), *ids), noresult=True)
    return collect(store, digests)


def revisions(store: Store, document_id: str, numbers: Sequence[int]) -> Freed:
    """Erase revisions of a document that are neither of its heads."""
    rows = store.execute(
        f"SELECT id, digest FROM revision WHERE document_id = ? AND number IN ({_marks(numbers)})", (document_id, *numbers)
    ).get_all()
    _remove(store, "revision", "id", [row[0] for row in rows])
    return collect(store, {row[1] for row in rows})


def belongings(store: Store, partner_id: str) -> Freed:
    """Erase what a partner has besides documents and receipts; its tokens and itself stay."""
    digests = _remove_belongings(store, "partner_id", [partner_id])
    store.execute(
        "DELETE FROM cluster WHERE NOT EXISTS "
        "(SELECT 1 FROM cluster_member m WHERE m.run_id = cluster.run_id AND m.cluster = cluster.cluster)", noresult=True,
    )  # fmt: skip
    return collect(store, digests)


def items(store: Store, run_id: str, partner_id: str) -> None:
    """Take out of a run's record what its items were called and what was said of them, where they are the partner's and erased."""
    store.execute(
        "UPDATE run_item SET name = '', detail = '' WHERE run_id = ? AND (document_id IN (SELECT document_id FROM tombstone "
        "WHERE partner_id = ?) OR receipt_id IN (SELECT id FROM receipt WHERE partner_id = ? AND erased IS NOT NULL))",
        (run_id, partner_id, partner_id), noresult=True,
    )  # fmt: skip


def collect(store: Store, digests: Iterable[str]) -> Freed:
    """Erase those of the contents that nothing refers to any more, with their verdicts and renderings."""
    wanted = tuple(sorted(digests))
    if not wanted:
        return Freed()
    marks = _marks(wanted)
    lock = " FOR UPDATE" if dialect(store) == "mysql" else ""  # whoever wants to refer to one waits, or is waited for
    rows = store.execute(f"SELECT digest, number, size FROM content WHERE digest IN ({marks}) ORDER BY digest{lock}", wanted).get_all()
    there = {digest: (number, size) for digest, number, size in rows}
    for table, column in _references():
        held, more = quote(dialect(store), column), " AND erased IS NULL" if table == "receipt" else ""
        for row in store.execute(f"SELECT DISTINCT {held} FROM {table} WHERE {held} IN ({marks}){more}", wanted).get_all():
            there.pop(row[0], None)
    if free := sorted(there):
        _remove(store, "verdict", "content_number", sorted(number for number, _ in there.values()))
        for table, column in (("rendering", "content"), ("content", "digest")):
            _remove(store, table, column, free)
    return Freed(len(free), sum(size for _, size in there.values()))


@cache
def _references() -> list[tuple[str, str]]:
    """(table, column) of everything that may refer to a content."""
    found = [(table.name, column.name) for table in core.TABLES for column in table.columns if column.kind == "digest"]
    return [each for each in found if each not in _NO_REFERENCES]


def _remove_belongings(store: Store, owner: str, keys: Sequence[str]) -> set[str]:
    """Remove the rows whose column `owner` holds one of the keys, from all tables; the digests of contents that they referred to."""
    digests: set[str] = set()
    for table in reversed(core.TABLES):
        if table.name not in _STAY[owner] and any(column.name == owner for column in table.columns):
            digests |= _remove(store, table.name, owner, keys)
    return digests


def _remove(store: Store, name: str, column: str, keys: Sequence[Any]) -> set[str]:
    """Remove rows and, before them, the rows that refer to them; the digests of contents that all these referred to."""
    digests: set[str] = set()
    quoted = partial(quote, dialect(store))
    for start in range(0, len(keys), _AT_ONCE):
        some = tuple(keys[start : start + _AT_ONCE])
        where = f"FROM {quoted(name)} WHERE {quoted(column)} IN ({_marks(some)})"
        for other, own, at in _children(name):
            there = store.execute(f"SELECT {quoted(at)} {where}", some).get_all()
            digests |= _remove(store, other, own, [row[0] for row in there])
        for digest in (held for table, held in _references() if table == name):
            digests |= {row[0] for row in store.execute(f"SELECT DISTINCT {quoted(digest)} {where}", some).get_all() if row[0]}
        store.execute(f"DELETE {where}", some, noresult=True)
    return digests


def _children(name: str) -> list[tuple[str, str, str]]:
    """(table, its column, our column) of what refers to a table's rows; nothing does to a content that is erased."""
    if name == "content":
        return []
    said = [(other.name, own, at) for other in reversed(core.TABLES) for own, target, at in other.foreign if target == name]
    return _CHILDREN.get(name, []) + said


def _marks(values: Sequence[Any]) -> str:
    return ", ".join("?" * len(values))
