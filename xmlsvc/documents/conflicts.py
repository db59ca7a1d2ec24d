"""Fields that a partner and an editor have both changed: who has to decide, and the decision.

    listed(services, actor) → get(…): the three values of each field → resolve(…, choices)

A conflict is over, too, when somebody saves the document as something else than a draft, or when the partner delivers once more: then
that delivery is merged with what the one before it was merged with.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from storm.expr import And, Desc
from storm.store import Store

from ..errors import BadRequest, Conflict, NotFound
from ..storage import model
from ..xml.merge import Clash, Side
from . import merging, revisions
from .access import Actor, require, scope_of
from .revise import Saved, Saving, revise
from .services import Services

SIDES = ("theirs", "mine", "base")
MOST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """One conflict. `base`, `theirs`, `mine`, `revision`: numbers of revisions; `revision` is what they were merged into, `fields` are
    those that both had changed then; `resolved` by `actor`, None while it is open; `outcome`: resolved or superseded."""

    id: str
    document_id: str
    title: str
    partner: str
    revision: int
    base: int
    theirs: int
    mine: int
    fields: tuple[Clash, ...]
    namespaces: Mapping[str, str]
    created: datetime
    resolved: datetime | None
    actor: str | None
    outcome: str | None


_NAMES = ("id", "document_id", "revision", "base", "theirs", "mine", "fields", "created", "resolved", "actor", "outcome")
_COLUMNS = (*(getattr(model.Conflict, name) for name in _NAMES), model.Document.title, model.Partner.name)


def listed(
    services: Services, actor: Actor, document_id: str | None = None, resolved: bool = False, limit: int = MOST
) -> list[Meeting]:  # fmt: skip
    """Conflicts, the newest first: the open ones, or (`resolved`) all of them; of one document, or of all. Raises Forbidden."""
    require(actor, "read")
    conditions: list[Any] = [] if document_id is None else [model.Conflict.document_id == document_id]
    if not resolved:
        conditions += [model.Conflict.resolved == None, model.Document.state != "withdrawn"]  # noqa: E711 - Storm's IS NULL
    return services.sessions.read(lambda store: _found(store, actor, conditions, limit))


def waiting(services: Services, actor: Actor, document_id: str) -> list[str]:
    """The ids of a document's open conflicts, the newest first. Raises Forbidden."""
    require(actor, "read")
    sql = (
        "SELECT met.id FROM conflict met JOIN document ON document.id = met.document_id WHERE met.document_id = ? "
        "AND met.resolved IS NULL AND document.state <> 'withdrawn' AND (? IS NULL OR document.partner_id = ?) "
        f"ORDER BY met.created DESC, met.id DESC LIMIT {MOST}"
    )
    values = (document_id, scope_of(actor), scope_of(actor))
    return services.sessions.read(lambda store: [str(id) for (id,) in store.execute(sql, values)])


def count(services: Services, actor: Actor) -> int:
    """How many are open."""
    return len(listed(services, actor))


def get(services: Services, actor: Actor, conflict_id: str) -> Meeting:
    """One conflict. Raises NotFound."""
    require(actor, "read")
    found = services.sessions.read(lambda store: _found(store, actor, [model.Conflict.id == conflict_id], 1))
    if not found:
        raise NotFound(f"There is no conflict {conflict_id!r}.")
    return found[0]


def _found(store: Store, actor: Actor, conditions: list[Any], limit: int) -> list[Meeting]:
    where = [*conditions, model.Document.id == model.Conflict.document_id, model.Partner.id == model.Document.partner_id]
    if (partner_id := scope_of(actor)) is not None:
        where.append(model.Document.partner_id == partner_id)
    rows = store.find(_COLUMNS, And(*where)).order_by(Desc(model.Conflict.created), Desc(model.Conflict.id))[:limit]
    return [_meeting(dict(zip((*_NAMES, "title", "partner"), row, strict=True))) for row in rows]


def _meeting(row: dict[str, Any]) -> Meeting:
    said = json.loads(row.pop("fields"))
    return Meeting(**row, fields=tuple(Clash(**each) for each in said["fields"]), namespaces=said["namespaces"])


def merge(services: Services, actor: Actor, conflict_id: str, choices: Mapping[int, Side] | None = None) -> merging.Merge:
    """The conflict as it is now: the partner's delivery and the current revision (on which somebody may have gone on working), merged.
    `choices`: a field's place (`n`) → whose it is to be. Raises NotFound; Conflict where it is over."""
    met = get(services, actor, conflict_id)
    if met.resolved is not None:
        raise Conflict(f"This conflict is over: {met.outcome} by {met.actor}.", document=met.document_id)
    schema = revisions.schema_of(services, revisions.read(services, actor, met.document_id, met.theirs)[1])
    base, theirs, mine = (
        revisions.read(services, actor, met.document_id, number)[2] for number in (met.base, met.theirs, None)
    )  # fmt: skip
    return merging.bring(services, schema, base, theirs, mine, choices)


def resolve(services: Services, actor: Actor, conflict_id: str, choices: Mapping[int, Side], saving: Saving) -> Saved:
    """Decide every field of a conflict and save that. Raises as `merge` and `revise`; BadRequest where a field is left open."""
    require(actor, "edit")
    met = get(services, actor, conflict_id)
    made = merge(services, actor, conflict_id, choices)
    if made.open:
        paths = ", ".join(field.path for field in made.fields if field.n in made.open)
        raise BadRequest(f"It is not said whose value is to be taken for {paths}: theirs, mine or base.")
    reason = saving.reason or f"Delivery {met.theirs} and the corrections of revision {met.mine} brought together"
    return revise(services, actor, met.document_id, made.data, replace(saving, kind="merge", reason=reason))
