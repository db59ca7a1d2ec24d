"""Why deliveries were turned down, kept with their receipts: a row for each cause that one had, so that they can be counted over time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from storm.store import Store

from ..errors import Error
from ..storage.insert import Value, insert_all
from ..validation import causes
from ..validation.report import Report

MOST = 20
"""Causes of one delivery that are kept: a document with more of them is another kind of document."""

Row = dict[str, Value]


def of_report(receipt_id: str, partner_id: str, received: datetime, report: Report) -> list[Row]:
    """The rows of an invalid document; none of a valid one."""
    if report.valid:
        return []
    found = [hit.cause for hit in causes.found(report)[:MOST]]
    return [_row(receipt_id, n, partner_id, received, each.code, each.signature, each.path, each.message) for n, each in enumerate(found)]


def of_error(receipt_id: str, partner_id: str, received: datetime, error: Error) -> list[Row]:
    """The row of what could become no document."""
    return [_row(receipt_id, 0, partner_id, received, error.slug, error.slug, "", error.title)]


def _row(receipt_id: str, n: int, partner_id: str, received: datetime, code: str, cause: str, path: str, message: str) -> Row:
    return {
        "receipt_id": receipt_id, "n": n, "partner_id": partner_id, "day": f"{received:%Y-%m-%d}", "code": code[:64], "cause": cause[:64],
        "path": path, "message": message,
    }  # fmt: skip


def keep(store: Store, rows: Sequence[Row]) -> None:
    """Write them, in the transaction of the receipt."""
    insert_all(store, "receipt_cause", rows)
