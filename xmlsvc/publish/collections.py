"""Reading channels: what is published in a format, by keys, so that a page costs the same wherever it stands.

    page(store, channels, order, after, limit, …)    entries in one order: by document, or by when they came, forwards or backwards
    walk(services, …)                                all of them, page by page, each channel brought up to date first
    data(services, formats, entries)                 their bytes

By document each comes once, whatever is published meanwhile; by time a change moves a document to the end that is newest.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, Literal

from storm.store import Store

from ..documents import search
from ..documents.services import Services
from ..errors import NotFound, UnknownVocabulary
from ..storage import contents, model, public
from ..storage.backends import dialect
from ..storage.conditions import sql_of
from ..storage.insert import plain
from . import channels, formats, renderings
from .channels import moment
from .formats import Format

Order = Literal["document", "oldest", "newest"]
Key = tuple[Any, ...]
"""Where a page ends: (document,), or (stamp, vocabulary, sequence)."""

PAGE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A document as it is published in a format. `stamp`: when what a reader gets last changed; `output`: the rendering's key, None for
    a withdrawn document that leaves nothing behind; `content`: what the rendering is made of."""

    document: str
    vocabulary: str
    format: str
    partner_id: str
    sequence: int
    stamp: datetime
    withdrawn: bool
    output: str | None
    content: str
    schema_digest: str
    member: bool = True

    def key(self, order: Order) -> Key:
        """Where a page that ends with this entry ends."""
        return (self.document,) if order == "document" else (self.stamp, self.vocabulary, self.sequence)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is wanted of channels: (vocabulary, format) each. `since` and `until`: of stamps, `until` excluded; `spec`: a set, of which
    those that left it come, too, with `member` False; `conditions`: on `model.Document`."""

    channels: tuple[tuple[str, str], ...]
    order: Order = "document"
    since: datetime | None = None
    until: datetime | None = None
    spec: str | None = None
    partner_id: str | None = None
    withdrawn: bool = False
    conditions: Sequence[Any] = field(default_factory=tuple)


_FORCED = {"sqlite": "CROSS JOIN", "mysql": "STRAIGHT_JOIN"}  # outputs in the order of their index first
_ORDERS = {"document": "o.document_id", "oldest": "o.stamp, o.sequence", "newest": "o.stamp DESC, o.sequence DESC"}
_SHOWN = (
    "o.document_id, o.vocabulary, o.format, o.partner_id, o.sequence, o.stamp, o.withdrawn, o.output, o.made, o.schema_digest"
)
_COLUMNS = ("document", "vocabulary", "format", "partner_id", "sequence", "stamp", "withdrawn", "output", "content", "schema_digest",
            "member")  # fmt: skip


def page(store: Store, asked: Asked, after: Key | None, limit: int) -> list[Entry]:
    """At most `limit` entries, in the order that is asked for, after a key."""
    found: list[Entry] = []
    for vocabulary, format in asked.channels:
        found += _page(store, asked, vocabulary, format, after, limit)
    if len(asked.channels) > 1:
        found.sort(key=lambda entry: entry.key(asked.order), reverse=asked.order == "newest")
    return found[:limit]


def between(store: Store, asked: Asked, channel: tuple[str, str], low: int, high: int) -> list[Entry]:
    """The entries of one channel whose numbers are above `low`, up to `high`, in their order."""
    return _page(store, asked, *channel, None, high - low, (low, high))


def _page(
    store: Store, asked: Asked, vocabulary: str, format: str, after: Key | None, limit: int, numbers: tuple[int, int] | None = None
) -> list[Entry]:  # fmt: skip
    tables = f"public_output o {_FORCED[dialect(store)]} public_document p ON p.document_id = o.document_id"
    where, values = ["o.vocabulary = ?", "o.format = ?"], list[Any]([vocabulary, format])
    member = "1"
    if asked.spec is not None:
        tables += " JOIN public_set s ON s.spec = ? AND s.document_id = o.document_id"
        member, values = "s.member", [asked.spec, *values]
    if asked.withdrawn:
        where.append("(o.withdrawn = 1 OR (o.output IS NOT NULL AND p.number IS NOT NULL))")
    else:
        where.append("o.output IS NOT NULL AND (o.withdrawn = 1 OR p.number IS NOT NULL)")
    for column, sign, value in (("o.stamp", ">=", asked.since), ("o.stamp", "<", asked.until), ("o.partner_id", "=", asked.partner_id)):
        if value is not None:
            where.append(f"{column} {sign} ?")
            values.append(plain(value))
    if asked.conditions:
        condition, parameters = sql_of(store, asked.conditions)
        gone = "o.withdrawn = 1 OR " if asked.withdrawn else ""
        where.append(f"({gone}o.document_id IN (SELECT document.id FROM document WHERE document.id = o.document_id AND {condition}))")
        values += parameters
    if numbers is not None:
        where.append("o.sequence > ? AND o.sequence <= ?")
        values += numbers
    if after is not None:
        text, more = _after(asked.order, vocabulary, after)
        where.append(text)
        values += more
    order = "o.sequence" if numbers is not None else _ORDERS[asked.order]
    rows = store.execute(
        f"SELECT {_SHOWN}, {member} FROM {tables} WHERE {' AND '.join(where)} ORDER BY {order} LIMIT ?", (*values, limit)).get_all()
    return [_entry(row) for row in rows]


def _after(order: Order, vocabulary: str, after: Key) -> tuple[str, list[Any]]:
    """The condition that an entry of a vocabulary comes after a key."""
    if order == "document":
        return "o.document_id > ?", [after[0]]
    stamp, of, sequence = plain(after[0]), after[1], after[2]
    sign = "<" if order == "newest" else ">"
    if vocabulary == of:
        return f"o.stamp {sign}= ? AND (o.stamp {sign} ? OR o.sequence {sign} ?)", [stamp, stamp, sequence]
    beyond = (vocabulary > of) == (sign == ">")  # among equal stamps vocabularies come by name
    return f"o.stamp {sign}{'=' if beyond else ''} ?", [stamp]


def _entry(row: tuple[Any, ...]) -> Entry:
    fields = dict(zip(_COLUMNS, row, strict=True))
    return Entry(**(fields | {"stamp": moment(fields["stamp"]), "withdrawn": bool(fields["withdrawn"]), "member": bool(fields["member"])}))


def walk(services: Services, asked: Asked) -> Iterator[list[Entry]]:
    """All entries, page by page, each page read by itself. The channels are brought up to date first; what is published meanwhile may
    or may not be among them. Raises as `channels.makers`."""
    for vocabulary, format in asked.channels:
        channels.settle_all(services, vocabulary, format)
    after: Key | None = None
    while found := services.sessions.read(partial(page, asked=asked, after=after, limit=PAGE)):
        yield found
        after = found[-1].key(asked.order)


def data(services: Services, entries: Sequence[Entry]) -> list[bytes | None]:
    """The bytes of entries; None for those that have none. What is kept no longer is made again. Raises StylesheetError, NotFound."""
    keys = [entry.output for entry in entries if entry.output is not None and entry.output != entry.content]
    known = renderings.data(services, keys)
    exact = [entry.content for entry in entries if entry.output == entry.content]
    packed = services.sessions.read(partial(contents.get_packed, names=exact)) if exact else []
    bytes_of = {each.digest: contents.unpack(each) for each in packed}
    return [None if e.output is None else known.get(e.output) or bytes_of.get(e.output) or _again(services, e) for e in entries]


def _again(services: Services, entry: Entry) -> bytes:
    schema = services.registry.by_digest(entry.schema_digest)
    format = formats.of(schema)[entry.format]
    used = format.withdrawn() if entry.withdrawn else format
    if used is None:
        raise NotFound(f"What the document {entry.document} was published as in the format {format.name} is not kept any more.")
    return renderings.again(services, schema, used, entry.content)


def of_document(services: Services, vocabulary: str, format: str, document: str) -> Entry | None:
    """What one document is published as; None if it never was. Raises as `channels.makers`."""
    channels.settle_all(services, vocabulary, format)

    def unit(store: Store) -> Entry | None:
        row = store.execute(
            f"SELECT {_SHOWN}, 1 FROM public_output o JOIN public_document p ON p.document_id = o.document_id "
            "WHERE o.document_id = ? AND o.format = ? AND (o.withdrawn = 1 OR (o.output IS NOT NULL AND p.number IS NOT NULL))",
            (document, format)).get_one()
        return None if row is None else _entry(row)

    return services.sessions.read(unit)


def vocabulary_of(services: Services, document: str) -> str | None:
    """The vocabulary of a document that is, or was, published."""
    channels.take(services)
    row = model.PublicDocument
    found = services.sessions.read(lambda store: store.find(row.vocabulary, row.document_id == document).one())
    return None if found is None else str(found)


def with_format(services: Services, name: str, vocabulary: str | None = None) -> tuple[tuple[str, Format], ...]:
    """The vocabularies (or the one) that have a format of this name, with the format as the active version has it.
    Raises NotFound where none has it, UnknownVocabulary."""
    names = services.registry.names() if vocabulary is None else [vocabulary]
    found = []
    for each in names:
        versions = services.registry.versions(each) if each in services.registry.names() else []
        if vocabulary is not None and not versions:
            raise UnknownVocabulary(f"There is no vocabulary {vocabulary!r}. There are: {', '.join(services.registry.names())}.")
        for schema in sorted(versions, key=lambda schema: not schema.active):
            if name in (known := formats.of(schema)):
                found.append((each, known[name]))
                break
    if not found:
        raise NotFound(f"The vocabulary {vocabulary} has no format {name!r}." if vocabulary else f"No vocabulary has a format {name!r}.")
    return tuple(found)


def state(services: Services, wanted: Sequence[tuple[str, str]]) -> tuple[list[tuple[Any, ...]], datetime | None]:
    """What tells whether anything of these channels has changed, and the latest moment at which something did."""

    def unit(store: Store) -> tuple[list[tuple[Any, ...]], datetime | None]:
        rows = [public.channel(store, *each) for each in wanted]
        known = [row for row in rows if row is not None]
        stamps = [moment(row.stamp) for row in known if row.sequence]
        return [(row.maker, row.position, row.sequence) for row in known], max(stamps) if stamps else None

    return services.sessions.read(unit)


def filtered(services: Services, query: search.Query) -> list[Any]:
    """The conditions of a list's query; none where it asks for nothing but a vocabulary. Raises as `search.find`."""
    plain_ = query.text or query.columns or query.partner or query.state or query.valid is not None
    return search.conditions(services, query) if plain_ else []

