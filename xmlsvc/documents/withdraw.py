"""Taking a document back: what was published goes, what was sent stays.

    withdraw → locked document → its current content is what the caller saw → rows and search entry of the published head go
             → state withdrawn, nothing published, an audit row: one transaction

The document's row is its tombstone: harvesters learn from it that, and when, the document went. A later delivery waits for review.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from storm.expr import And, Select
from storm.store import Store

from ..errors import Gone, NotFound
from ..storage import counters, model, projection, publications, search
from ..storage.sessions import locked
from . import audit, outbox, revisions
from .access import Actor, require
from .deposit import unmet
from .services import Services


def withdraw(
    services: Services, actor: Actor, document_id: str, expects: Callable[[str], bool] | None = None, reason: str = "",
    then: Callable[[Store, str, int | None, datetime], None] | None = None,
) -> None:  # fmt: skip
    """Withdraw a document. `expects`: whether the current content (its digest) is the one that the caller means; `then`: what else is
    written in that transaction, of the state and the published revision of before, and the moment.

    A partner withdraws its own, an editor needs the right to publish. Raises Forbidden, NotFound, Gone (it was withdrawn before),
    PreconditionFailed.
    """
    require(actor, "submit" if actor.kind == "partner" else "publish")
    revisions.get(services, actor, document_id)
    now = services.clock.now()
    entry = audit.entry(services.clock, actor, "document.withdraw", f"document:{document_id}", reason)

    def unit(store: Store) -> None:
        found = locked(store, model.Document, model.Document.id == document_id)
        if found is None:
            raise NotFound(f"There is no document {document_id!r}.")
        if found.state == "withdrawn":
            raise Gone("The document was withdrawn before.", document=document_id)
        where = And(model.Revision.document_id == document_id, model.Revision.number == found.current)
        digest = str(store.execute(Select(model.Revision.digest, where)).get_one()[0])
        if expects is not None and not expects(digest):
            raise unmet(digest)
        projection.remove(store, found.vocabulary, document_id, model.PUBLISHED)
        search.remove(store, document_id, model.PUBLISHED)
        before = counters.Kind(found.partner_id, found.vocabulary, found.state, bool(found.valid))
        counters.moved(store, before, before._replace(state="withdrawn"))
        publications.note(store, document_id, found.published, None, now)
        state, published = found.state, found.published
        found.state, found.published, found.modified = "withdrawn", None, now
        store.flush()
        outbox.document(store, document_id, found.partner_id, published, now)
        audit.write(store, entry)
        if then is not None:
            then(store, state, published, now)

    services.sessions.write(unit)
