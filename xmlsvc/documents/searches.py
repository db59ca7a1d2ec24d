"""Searches with names, to come back to: each person's own."""

from __future__ import annotations

from dataclasses import dataclass

from storm.store import Store

from ..errors import BadRequest
from ..storage import model
from ..storage.insert import insert
from .access import Actor, require
from .services import Services

MOST = 100


@dataclass(frozen=True, slots=True)
class Search:
    """`query`: the query string of the list of documents."""

    id: str
    title: str
    query: str


def listed(services: Services, actor: Actor) -> list[Search]:
    """The actor's searches, by title."""
    require(actor, "read")
    sql = f"SELECT id, title, saved_search.query FROM saved_search WHERE owner = ? ORDER BY title LIMIT {MOST}"
    found = services.sessions.read(lambda store: store.execute(sql, (actor.label,)).get_all())
    return [Search(id, title, query) for id, title, query in found]


def save(services: Services, actor: Actor, title: str, query: str) -> None:
    """Keep a search under a title; one of the same title is replaced. Raises BadRequest."""
    require(actor, "read")
    title = " ".join(title.split())
    if not 0 < len(title) <= 100 or len(query) > 4_000:
        raise BadRequest("A saved search needs a name of 1 to 100 characters.")
    row, id, now = model.SavedSearch, services.clock.new_id(), services.clock.now()

    def unit(store: Store) -> None:
        there = store.find(row, row.owner == actor.label, row.title == title).one()
        if there is not None:
            there.query = query
        elif store.find(row, row.owner == actor.label).count() >= MOST:
            raise BadRequest(f"There are {MOST} saved searches already. Remove one first.")
        else:
            insert(store, "saved_search", {"id": id, "owner": actor.label, "title": title, "query": query, "created": now})

    services.sessions.write(unit)


def remove(services: Services, actor: Actor, id: str) -> None:
    """Forget a search of the actor's; nothing where there is none such."""
    require(actor, "read")
    row = model.SavedSearch
    services.sessions.write(lambda store: store.find(row, row.owner == actor.label, row.id == id).remove() and None)
