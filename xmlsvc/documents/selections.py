"""Many documents at once, here and now: checked again. What cannot be done to one does not stop the others. What changes them is a run
(`batch.bulk`, `batch.moving`).

    chosen(services, actor, query, most) → ids        the documents that a search finds
    check(services, actor, ids) → [Done]
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from .. import validation
from ..errors import Conflict, Gone, NotFound, UnknownVocabulary
from ..xml import parser
from . import revisions, search, verdicts
from .access import Actor, require
from .services import Services

MOST = 500


@dataclass(frozen=True, slots=True)
class Done:
    """What became of one document. `outcome`: valid, invalid, refused; `detail`: a sentence."""

    id: str
    title: str
    outcome: str
    detail: str = ""


def chosen(services: Services, actor: Actor, query: search.Query, most: int = MOST) -> list[str]:
    """The ids of the documents that the search finds, at most `most`. Raises as `search.find`."""
    found: list[str] = []
    asked = replace(query, cursor=None, limit=search.MOST)
    while len(found) < most:
        page = search.find(services, actor, asked)
        found += [item.id for item in page.items]
        if page.next is None:
            break
        asked = replace(asked, cursor=page.next)
    return found[:most]


def check(services: Services, actor: Actor, ids: Sequence[str]) -> Iterator[Done]:
    """The verdict on each worked out anew. Raises Forbidden."""
    require(actor, "validate")
    for id in ids:
        try:
            document = revisions.get(services, actor, id)
        except NotFound as error:
            yield Done(id, id, "refused", error.message)
            continue
        title = document.title or document.identity
        try:
            yield _checked(services, actor, document, title)
        except (Conflict, Gone, UnknownVocabulary) as error:
            yield Done(id, title, "refused", error.message)


def _checked(services: Services, actor: Actor, document: revisions.Document, title: str) -> Done:
    """The verdict worked out anew, and kept; beside what it was."""
    _, revision, data = revisions.read(services, actor, document.id)
    schema = revisions.schema_of(services, revision)
    report = validation.check(schema, data, parser.parse(data, services.limits), limits=services.limits, reason="checked again")
    packed, now = verdicts.pack(report), services.clock.now()
    services.sessions.write(lambda store: verdicts.put(store, revision.digest, report, packed, now))
    count = len(report.violations)
    detail = "as before" if report.valid == document.valid else "before it was " + ("valid" if document.valid else "not valid")
    return Done(document.id, title, "valid" if report.valid else "invalid", detail if report.valid else f"{count:,} problems; {detail}")
