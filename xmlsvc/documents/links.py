"""What a document links to, and what links to it. Nothing has to be configured: a short value in a document that is the identity of another
document of the same partner is a link to that one; a value that begins like an address is one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from operator import itemgetter

from lxml import etree
from storm.store import Store

from ..schema.model import XSI_NAMESPACE
from ..storage import model
from ..storage import search as entries
from ..storage.query import Query, Term
from ..xml.names import attributes
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
_WORD = re.compile(r"[^\W_]+")
_XSI = f"{{{XSI_NAMESPACE}}}"


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
    found = _values(tree)
    addresses = [(value, ordinal) for value, ordinal in found.items() if value.startswith(("http://", "https://", "ftp://"))][:SHOWN]
    for address, _ in addresses:
        del found[address]
    found.pop(document.identity, None)
    vocabularies = list({document.vocabulary, *services.registry.names()})
    word = _word_of(document)

    def unit(store: Store) -> tuple[list[Linked], list[Linked] | None]:
        return _named(store, document, vocabularies, found), _naming(store, document, word) if word is not None else []

    to, back = services.sessions.read(unit)
    if back is None:
        quoted = document.identity.replace('"', " ")
        asked = search.Query(text=f'"{quoted}"', partner=document.partner, limit=SHOWN)
        items = search.find(services, actor, asked).items
        back = [Linked(each.id, each.title or each.identity, each.identity, each.state, None) for each in items if each.id != document.id]
    return Links(tuple(to), tuple(back), tuple(addresses))


def _named(store: Store, document: Document, vocabularies: Sequence[str], values: Mapping[str, int]) -> list[Linked]:
    """Documents whose identities are among the values."""
    found: list[Linked] = []
    wanted = list(islice(values, VALUES))
    for first in range(0, len(wanted), _AT_ONCE):
        part = wanted[first : first + _AT_ONCE]
        rows = store.execute(  # every column of the unique index is named: without one, all of the partner's documents are gone through
            "SELECT id, title, document.identity, state FROM document WHERE partner_id = ? AND vocabulary IN "
            f"({_marks(vocabularies)}) AND identity_kind IN ({_marks(NAMED)}) AND document.identity IN ({_marks(part)}) LIMIT {SHOWN}",
            (document.partner_id, *vocabularies, *NAMED, *part),
        ).get_all()
        found += [Linked(id, title or identity, identity, state, values[identity]) for id, title, identity, state in rows]
    return [each for each in found if each.id != document.id][:SHOWN]


def _word_of(document: Document) -> str | None:
    """The word by which documents that name this one are looked for, the longest of its identity; None where nobody can name it. Of an
    identity of several words, one is in every document's often enough, and a phrase is looked for in all that have each."""
    if document.identity_kind == "digest":
        return None
    return max(_WORD.findall(document.identity.lower()), key=len, default=None)


def _naming(store: Store, document: Document, word: str) -> list[Linked] | None:
    """Documents of the same partner whose text has this one's identity: the word that it is, or several as they are written, whatever
    their case; None where so many have the word that they cannot be looked into."""
    known = entries.sample(store, model.CURRENT, MANY)
    found = entries.few(store, Query((Term((word,)),)), model.CURRENT, MANY, known)
    if found is None:
        return None
    identity = document.identity.casefold()
    alone = _WORD.fullmatch(document.identity) is not None
    ids = [id for id, title, body in found if id != document.id and (alone or identity in f"{title} {body}".casefold())]
    if not ids:
        return []
    rows = store.execute(
        f"SELECT id, title, document.identity, state FROM document WHERE id IN ({_marks(ids)}) AND partner_id = ? "
        f"ORDER BY modified DESC, id DESC LIMIT {SHOWN}",
        (*ids, document.partner_id),
    ).get_all()
    return [Linked(id, title or identity, identity, state, None) for id, title, identity, state in rows]


def _marks(values: Sequence[str]) -> str:
    return ", ".join("?" * len(values))


def _values(tree: etree._ElementTree) -> dict[str, int]:
    """The short values without white space, each with the ordinal of the first element that it is at, in the order of these."""
    texts: list[tuple[int, str]] = []
    for ordinal, element in enumerate(tree.getroot().iter("*")):
        if element.text:
            texts.append((ordinal, element.text))
        for name, value in attributes(element):
            if not name.startswith(_XSI):
                texts.append((ordinal, value))
    found: dict[str, int] = {}
    for ordinal, text in reversed(texts):  # the first place is said last
        if 2 < len(text) <= 4 * LONGEST:
            found.update(dict.fromkeys(text.split(), ordinal))
    return dict(sorted([pair for pair in found.items() if 2 < len(pair[0]) <= LONGEST], key=itemgetter(1)))
