"""RSS 2.0 with Media RSS: the items of the vocabulary's own format in one channel, or general ones. Newest first, page by page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from email.utils import format_datetime
from functools import partial
from html import escape

from lxml import etree

from ...documents.services import Services
from ...xml import parser
from .. import collections
from ..collections import Asked, Entry
from .about import About, cursor, items, text, urn

MEDIA_TYPE = "application/rss+xml"
_ATOM = "http://www.w3.org/2005/Atom"
_MEDIA = "http://search.yahoo.com/mrss/"


def own(services: Services, asked: Asked, about: About) -> Iterator[bytes]:
    """Items as the format writes them; a withdrawn document has the item that its withdrawal stylesheet makes, if there is one."""
    yield from _channel(services, asked, about, _own)


def general(services: Services, asked: Asked, about: About) -> Iterator[bytes]:
    """Items of title, text and address, for vocabularies without such a format."""
    yield from _channel(services, asked, about, _general)


def _channel(services: Services, asked: Asked, about: About, write: object) -> Iterator[bytes]:
    found = services.sessions.read(partial(collections.page, asked=asked, after=about.after, limit=about.limit + 1))
    following = about.address(after=cursor(found[about.limit - 1].key("newest")), limit=about.limit) if len(found) > about.limit else ""
    built = format_datetime(about.updated.replace(microsecond=0), usegmt=True)
    lines = [
        f'<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" xmlns:atom="{_ATOM}" xmlns:media="{_MEDIA}"><channel>\n',
        f"<title>{escape(about.title, quote=False)}</title>\n<link>{escape(about.base)}/</link>\n",
        f"<description>{escape(about.title, quote=False)}</description>\n",
        f"<lastBuildDate>{built}</lastBuildDate>\n<generator>xmlsvc</generator>\n",
        f'<atom:link rel="self" type="{MEDIA_TYPE}" href="{escape(about.here)}"/>\n',
    ]
    lines += [f'<atom:link rel="next" type="{MEDIA_TYPE}" href="{escape(following)}"/>\n'] if following else []
    yield "".join(lines).encode()
    found = found[: about.limit]
    for place in range(0, len(found), collections.PAGE):
        some = found[place : place + collections.PAGE]
        yield b"".join(_own(services, some, about) if write is _own else _general(services, some, about))
    yield b"</channel></rss>\n"


def _own(services: Services, entries: Sequence[Entry], about: About) -> Iterator[bytes]:  # noqa: ARG001
    for data in collections.data(services, entries):
        if data is not None:
            for item in parser.parse(data).getroot().iterfind("channel/item"):
                yield text(item)


def _general(services: Services, entries: Sequence[Entry], about: About) -> Iterator[bytes]:
    for item in items(services, [entry for entry in entries if not entry.withdrawn]):
        made = etree.Element("item", nsmap={"media": _MEDIA})
        link = about.document(item.entry.document, item.page)
        for name, value in (("title", item.title), ("link", link), ("description", item.summary or item.title)):
            etree.SubElement(made, name).text = value
        guid = etree.SubElement(made, "guid")
        guid.set("isPermaLink", "false")
        guid.text = urn(item.entry.document)
        etree.SubElement(made, "pubDate").text = format_datetime(item.created.replace(microsecond=0), usegmt=True)
        for subject in item.subjects:
            etree.SubElement(made, "category").text = subject
        title = etree.SubElement(made, f"{{{_MEDIA}}}title")
        title.set("type", "plain")
        title.text = item.title
        yield text(made)

