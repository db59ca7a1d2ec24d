"""Atom (RFC 4287) with paging and archives (RFC 5005) and deletions (RFC 6721), and JSON Feed 1.1.

The feed document holds the newest entries; `next` leads on, page by page. It also begins the archive: documents of ARCHIVE entries each, by
the numbers that the entries got when they came. An entry that changes leaves its archive document and comes again in the feed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from html import escape
from typing import Any

from lxml import etree
from storm.store import Store

from ...documents.services import Services
from ...storage import public
from .. import collections
from ..collections import Asked
from .about import About, Item, cursor, items, stamp, text, urn

ARCHIVE = 50
ATOM = "http://www.w3.org/2005/Atom"
_TOMBSTONES = "http://purl.org/atompub/tombstones/1.0"
_HISTORY = "http://purl.org/syndication/history/1.0"
_HEAD = f'<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="{ATOM}" xmlns:at="{_TOMBSTONES}" xmlns:fh="{_HISTORY}">\n'


def atom(services: Services, asked: Asked, about: About) -> Iterator[bytes]:
    """One page, or one archive document."""
    complete = _complete(services, asked)
    if about.archive is None:
        limit = max(about.limit, ARCHIVE) if about.after is None and not about.limited else about.limit
        found = services.sessions.read(partial(collections.page, asked=asked, after=about.after, limit=limit + 1))
        links = [("first", about.own)] if about.after is not None else []
        links += [("next", about.address(after=cursor(found[limit - 1].key("newest")), limit=about.limit))] if len(found) > limit else []
        links += [("prev-archive", _address(about, complete[-1]))] if about.after is None and limit >= ARCHIVE and complete else []
        found = found[:limit]
    else:
        vocabulary, number = about.archive
        channel = next(each for each in asked.channels if each[0] == vocabulary)
        found = services.sessions.read(partial(_archived, asked=asked, channel=channel, number=number))
        place = complete.index(about.archive)
        links = [("current", about.own)]
        links += [("prev-archive", _address(about, complete[place - 1]))] if place else []
        links += [("next-archive", _address(about, complete[place + 1]))] if place + 1 < len(complete) else []
    lines = [_HEAD, _tag("id", about.own), _tag("title", about.title), _tag("updated", stamp(about.updated)),
             f'<link rel="self" type="application/atom+xml" href="{escape(about.here)}"/>\n',
             f'<link rel="alternate" type="text/html" href="{escape(about.base)}/"/>\n', "<generator>xmlsvc</generator>\n"]  # fmt: skip
    lines += [f'<link rel="{rel}" type="application/atom+xml" href="{escape(href)}"/>\n' for rel, href in links]
    lines += ["<fh:archive/>\n"] if about.archive is not None else []
    yield "".join(lines).encode()
    for place in range(0, len(found), collections.PAGE):
        yield b"".join(_atom(about, item) for item in items(services, found[place : place + collections.PAGE]))
    yield b"</feed>\n"


def _tag(name: str, value: str) -> str:
    return f"<{name}>{escape(value, quote=False)}</{name}>\n"


def _address(about: About, archive: tuple[str, int]) -> str:
    return about.address(archive=f"{archive[0]}.{archive[1]}")


def _atom(about: About, item: Item) -> bytes:
    entry = item.entry
    if entry.withdrawn:
        return f'<at:deleted-entry ref="{urn(entry.document)}" when="{stamp(entry.stamp)}"/>\n'.encode()
    made = etree.Element(f"{{{ATOM}}}entry", nsmap={None: ATOM})  # type: ignore[dict-item]
    for name, value in (("id", urn(entry.document)), ("title", item.title), ("updated", stamp(entry.stamp)),
                       ("published", stamp(item.created)), ("summary", item.summary or item.title)):  # fmt: skip
        etree.SubElement(made, f"{{{ATOM}}}{name}").text = value
    for name in item.creators or (item.partner,):
        etree.SubElement(etree.SubElement(made, f"{{{ATOM}}}author"), f"{{{ATOM}}}name").text = name
    for subject in item.subjects:
        etree.SubElement(made, f"{{{ATOM}}}category").set("term", subject)
    known = set[str]()
    for name, media_type, title in item.formats:
        link = etree.SubElement(made, f"{{{ATOM}}}link")
        link.set("rel", "related" if media_type in known else "alternate")  # RFC 4287, section 4.1.2: one alternate of each type
        known.add(media_type)
        link.set("type", media_type)
        link.set("title", title)
        link.set("href", about.document(entry.document, name))
    return text(made)


def archives(services: Services, asked: Asked, name: str) -> tuple[str, int] | None:
    """The archive document of this name, "VOCABULARY.NUMBER"; None where there is none."""
    vocabulary, _, number = name.rpartition(".")
    found = (vocabulary, int(number)) if number.isascii() and number.isdigit() else None
    return found if found in _complete(services, asked) else None


def _complete(services: Services, asked: Asked) -> list[tuple[str, int]]:
    """The archive documents that are full, the oldest first; what is in none of them is among the ARCHIVE newest entries. Vocabularies are
    numbered each by itself: a feed of several has no archive."""
    if len(asked.channels) > 1:
        return []

    def unit(store: Store) -> list[tuple[str, int]]:
        found = [(vocabulary, public.channel(store, vocabulary, format)) for vocabulary, format in asked.channels]
        return [(vocabulary, n) for vocabulary, at in found if at is not None for n in range(1, at.sequence // ARCHIVE + 1)]

    return services.sessions.read(unit)


def _archived(store: Store, asked: Asked, channel: tuple[str, str], number: int) -> list[collections.Entry]:
    return collections.between(store, asked, channel, (number - 1) * ARCHIVE, number * ARCHIVE)


def json_feed(services: Services, asked: Asked, about: About) -> Iterator[bytes]:
    """One page of a JSON Feed (https://jsonfeed.org/version/1.1). It has no word for a withdrawn document: those are left out."""
    found = services.sessions.read(partial(collections.page, asked=asked, after=about.after, limit=about.limit + 1))
    head: dict[str, Any] = {"version": "https://jsonfeed.org/version/1.1", "title": about.title, "home_page_url": f"{about.base}/",
                            "feed_url": about.own}  # fmt: skip
    if len(found) > about.limit:
        head["next_url"] = about.address(after=cursor(found[about.limit - 1].key("newest")), limit=about.limit)
    yield json.dumps(head, ensure_ascii=False)[:-1].encode() + b', "items": ['
    separator, found = b"\n", found[: about.limit]
    for place in range(0, len(found), collections.PAGE):
        for item in items(services, [entry for entry in found[place : place + collections.PAGE] if not entry.withdrawn]):
            yield separator + json.dumps(_json(about, item), ensure_ascii=False).encode()
            separator = b",\n"
    yield b"\n]}\n"


def _json(about: About, item: Item) -> dict[str, Any]:
    entry = item.entry
    return {
        "id": urn(entry.document), "url": about.document(entry.document, item.page), "title": item.title,
        "content_text": item.summary or item.title, "date_published": stamp(item.created), "date_modified": stamp(entry.stamp),
        "authors": [{"name": name} for name in item.creators or (item.partner,)], "tags": list(item.subjects),
        "attachments": [{"url": about.document(entry.document, name), "mime_type": kind, "title": title}
                        for name, kind, title in item.formats],
    }  # fmt: skip
