"""What a document links to, and what links to it. Nothing has to be configured: a short value in a document that is the identity of another
document of the same partner is a link to that one; a value that begins like an address is one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from lxml import etree
from storm.store import Store

from ..storage import model
from . import search
from .access import Actor, require
from .revisions import Document
from .services import Services

LONGEST = 200  # characters of an identity that is looked for
VALUES = 2_000  # different values of one document that are looked for
SHOWN = 50
NAMED = ("identity", "name")  # where identities come from that others may write: a digest is nobody's name
MANY = 200  # documents with a word of an identity, whose texts are looked into
_AT_ONCE = 200
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Linked:
    """Another document. `ordinal`: the element (in document order) that the link is in; None where it is the other that links."""

    id: str
    title: str
    identity: str
    state: str
    ordinal: int | None


@dataclass(frozen=True, slots=True)
class Links:
    """`to`: documents that this one names; `back`: documents that name this one; `addresses`: (address, ordinal of its element)."""

    to: tuple[Linked, ...]
    back: tuple[Linked, ...]
    addresses: tuple[tuple[str, int], ...]


def of(services: Services, actor: Actor, document: Document, tree: etree._ElementTree) -> Links:
    """The links of a document whose tree this is; at most SHOWN of each kind. Raises Forbidden."""
    require(actor, "read")
    addresses: dict[str, int] = {}
    values: dict[str, int] = {}
    for value, ordinal in _values(tree):
        if value.startswith(("http://", "https://", "ftp://")):
            addresses.setdefault(value, ordinal)
        elif len(values) < VALUES and value != document.identity:
            values.setdefault(value, ordinal)
    vocabularies = list({document.vocabulary, *services.registry.names()})

    def unit(store: Store) -> list[Linked]:
        found: list[Linked] = []
        wanted = list(values)
        for first in range(0, len(wanted), _AT_ONCE):
            part = wanted[first : first + _AT_ONCE]
            rows = store.execute(  # every column of the unique index is named: without one, all of the partner's documents are gone through
                "SELECT id, title, document.identity, state FROM document WHERE partner_id = ? AND vocabulary IN "
                f"({_marks(vocabularies)}) AND identity_kind IN ({_marks(NAMED)}) AND document.identity IN ({_marks(part)}) LIMIT {SHOWN}",
                (document.partner_id, *vocabularies, *NAMED, *part),
            )
            found += [Linked(id, title or identity, identity, state, values[identity]) for id, title, identity, state in rows]
        return [each for each in found if each.id != document.id][:SHOWN]

    to = services.sessions.read(unit)
    return Links(tuple(to), tuple(_back(services, actor, document)), tuple(list(addresses.items())[:SHOWN]))


def _back(services: Services, actor: Actor, document: Document) -> list[Linked]:
    """Documents whose text has this one's identity as words one behind the other. Of an identity of several, the longest is looked up: one
    of them is in every document's identity often enough, and a phrase is looked for in all that have each."""
    if document.identity_kind == "digest" or '"' in document.identity:
        return []
    words = sorted(_WORD.findall(document.identity), key=len)
    asked = search.Query(text=f'"{document.identity}"', partner=document.partner, limit=SHOWN)
    if len(words) > 1:
        few = search.find(services, actor, replace(asked, text=f'"{words[-1]}"', limit=MANY))
        if few.next is None:
            having = _having(services, document.identity, [item.id for item in few.items])
            return [_linked(item) for item in few.items if item.id != document.id and item.id in having][:SHOWN]
    return [_linked(item) for item in search.find(services, actor, asked).items if item.id != document.id]


def _having(services: Services, identity: str, documents: list[str]) -> set[str]:
    """Those of the documents whose words hold the identity as it is written, whatever its case."""
    if not documents:
        return set()
    sql = f"SELECT document_id, title, body FROM search_entry WHERE document_id IN ({_marks(documents)}) AND head & {model.CURRENT} <> 0"
    rows = services.sessions.read(lambda store: store.execute(sql, tuple(documents)).get_all())
    return {str(id) for id, title, body in rows if identity.casefold() in f"{title} {body}".casefold()}


def _marks(values: Sequence[str]) -> str:
    return ", ".join("?" * len(values))


def _linked(item: search.Item) -> Linked:
    return Linked(item.id, item.title or item.identity, item.identity, item.state, None)


def _values(tree: etree._ElementTree) -> Iterator[tuple[str, int]]:
    """The short values without white space, with the ordinal of the element that each is at."""
    for ordinal, element in enumerate(tree.getroot().iter("*")):
        texts = [
            str(value) for name, value in element.attrib.items() if not str(name).startswith("{http://www.w3.org/2001/XMLSchema-instance}")
        ]
        for text in (*texts, element.text or ""):
            for value in text.split() if len(text) <= 4 * LONGEST else ():
                if 2 < len(value) <= LONGEST:
                    yield value, ordinal
