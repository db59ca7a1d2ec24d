"""What a feed says of itself, and what any feed says of a document."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote

from lxml import etree
from storm.store import Store

from ...documents.services import Services
from ...errors import BadRequest, Error
from ...storage import model, search
from ...xml import parser
from .. import formats, generic_dc, renderings
from ..collections import Entry, Key

_DC = "{http://purl.org/dc/elements/1.1/}"


@dataclass(frozen=True, kw_only=True)
class About:
    """`title`: of the feed; `base`: the service's public address; `own`: the feed's, with its query but without what names a page;
    `here`: of this very page. `updated`: when any of it last changed; `after`: where the page before ended; `limit`: how many
    entries, and `limited`: that was asked for;
    `archive`: (vocabulary, number) where this is an archive document."""

    title: str
    base: str
    own: str
    here: str
    updated: datetime
    after: Key | None = None
    limit: int = 50
    limited: bool = False
    archive: tuple[str, int] | None = None

    def address(self, **query: object) -> str:
        """The feed's address with more in its query."""
        text = "&".join(f"{name}={quote(str(value), safe='')}" for name, value in query.items())
        return f"{self.own}{'&' if '?' in self.own else '?'}{text}"

    def document(self, document: str, format: str) -> str:
        """Where anybody reads a document."""
        return f"{self.base}/api/documents/{document}?format={quote(format, safe='')}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A document as every feed tells of it. `formats`: (name, media type, title) of those that it can be read in."""

    entry: Entry
    title: str
    summary: str
    subjects: tuple[str, ...]
    creators: tuple[str, ...]
    partner: str
    created: datetime
    formats: tuple[tuple[str, str, str], ...]

    @property
    def page(self) -> str:
        """The format that people read."""
        return "html"


def urn(document: str) -> str:
    """A document's name that stays, whatever the service's address."""
    return f"urn:xmlsvc:document:{document}"


def stamp(at: datetime) -> str:
    """RFC 3339, UTC."""
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def items(services: Services, entries: Sequence[Entry]) -> list[Item]:
    """What is told of these documents; those that were withdrawn have no more than their title."""
    ids = [entry.document for entry in entries]

    def unit(store: Store) -> tuple[dict[str, str], dict[str, tuple[str, datetime]]]:
        row = model.Document
        rows = store.find((row.id, model.Partner.title, row.created), row.id.is_in(ids), model.Partner.id == row.partner_id)
        return search.titles(store, model.PUBLISHED, ids), {key: (partner, created) for key, partner, created in rows}

    titles, known = services.sessions.read(unit) if ids else ({}, {})
    described = _described(services, [entry for entry in entries if not entry.withdrawn])
    found = []
    for entry in entries:
        partner, created = known.get(entry.document, ("", entry.stamp))
        record = described.get(entry.document)
        title = next(iter(_texts(record, "title")), "") or titles.get(entry.document, "") or entry.document
        summary = next(iter(_texts(record, "description")), "")
        found.append(Item(
            entry=entry, title=title, summary=summary, subjects=_texts(record, "subject"), creators=_texts(record, "creator"),
            partner=partner or "unknown", created=created, formats=_formats(services, entry),
        ))  # fmt: skip
    return found


def _described(services: Services, entries: Sequence[Entry]) -> dict[str, etree._Element]:
    """Their Dublin Core; those for which there is none are left out: their feed goes on with what the database knows."""
    groups: dict[str, list[Entry]] = {}
    for entry in entries:
        groups.setdefault(entry.schema_digest, []).append(entry)
    found: dict[str, etree._Element] = {}
    for digest, some in groups.items():
        try:
            schema = services.registry.by_digest(digest)
            format = dublin_core(formats.of(schema))
            brought = renderings.bring(services, schema, format, list(dict.fromkeys(entry.content for entry in some)))
        except Error:
            continue
        kept = renderings.data(services, [each.key for each in brought.values() if each.key])
        for entry in some:
            if (data := kept.get(brought[entry.content].key)) is not None:
                found[entry.document] = parser.parse(data).getroot()
    return found


def dublin_core(known: dict[str, formats.Format]) -> formats.Format:
    """The vocabulary's own mapping to Dublin Core, or the general one."""
    return next(each for each in known.values() if each.namespace == generic_dc.NAMESPACE)


def _texts(record: etree._Element | None, name: str) -> tuple[str, ...]:
    if record is None:
        return ()
    return tuple(dict.fromkeys(text for each in record.iterfind(f"{_DC}{name}") if (text := " ".join((each.text or "").split()))))


def _formats(services: Services, entry: Entry) -> tuple[tuple[str, str, str], ...]:
    try:
        known = formats.of(services.registry.by_digest(entry.schema_digest))
    except Error:
        return ()
    return tuple((each.name, each.media_type.partition(";")[0].strip(), each.title) for each in known.values())


def cursor(key: Key) -> str:
    """Where a page ends, as an address carries it."""
    text = json.dumps([key[0].astimezone(UTC).isoformat(timespec="microseconds"), *key[1:]])
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read_cursor(text: str) -> Key:
    """The inverse of `cursor`. Raises BadRequest."""
    try:
        at, vocabulary, sequence = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        found = datetime.fromisoformat(at)
        if found.tzinfo is None or not isinstance(vocabulary, str) or not isinstance(sequence, int):
            raise ValueError
        return found, vocabulary, sequence
    except (ValueError, TypeError):
        raise BadRequest("The parameter after cannot be read. Take the next page's address, unchanged, from the page before.") from None


def text(element: etree._Element) -> bytes:
    """The element in UTF-8, on a line of its own."""
    return etree.tostring(element, encoding="UTF-8", xml_declaration=False, with_tail=False) + b"\n"
