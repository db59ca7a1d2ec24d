"""What is at a target, and what could not be put there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ...documents.services import Services
from ...storage import stamps
from .targets import Target


@dataclass(frozen=True, slots=True)
class Failed:
    """A file that could not be put where it belongs. `title`: the document's, or its identity; `name`: the file's, "" where none was ever
    there; `attempts`: how often it was tried. What was there before is still there."""

    document: str
    title: str
    format: str
    name: str
    attempts: int
    problem: str
    at: datetime


def counts(services: Services, target: Target) -> dict[str, int]:
    """How many files are delivered, removed and failed."""
    sql = "SELECT state, COUNT(*) FROM delivery_item WHERE target = ? GROUP BY state ORDER BY state"
    return {str(state): int(count) for state, count in services.sessions.read(lambda store: store.execute(sql, (target.key,)).get_all())}


def failed(services: Services, target: Target, limit: int = 50) -> list[Failed]:
    """Those that failed, the latest first."""
    sql = (
        "SELECT i.document_id, d.title, d.identity, i.format, i.name, i.attempts, i.problem, i.at FROM delivery_item i "
        "LEFT JOIN document d ON d.id = i.document_id WHERE i.target = ? AND i.state = 'failed' ORDER BY i.at DESC, i.document_id LIMIT ?"
    )
    rows = services.sessions.read(lambda store: store.execute(sql, (target.key, limit)).get_all())
    return [
        Failed(document, title or identity or document, format, name, attempts, problem, stamps.read(at))
        for document, title, identity, format, name, attempts, problem, at in rows
    ]
