"""Sitemaps (sitemaps.org 0.9): one for each vocabulary and PART numbers of its outputs, and the index that names them.

A sitemap may have 50,000 addresses and 50 MB. A part has at most PART, each of at most LARGEST bytes: so neither can be exceeded, whatever
a stylesheet writes. An output that is larger is cut to its address and date.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from html import escape

from storm.store import Store

from ...documents.services import Services
from ...errors import NotFound
from ...xml import parser
from .. import channels, collections
from ..collections import Asked, Entry
from .about import About, stamp, text

NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
MEDIA_TYPE = "application/xml"
PART = 5_000
LARGEST = 10_000
FORMAT = "sitemap"
_URL = f"{{{NAMESPACE}}}url"


@dataclass(frozen=True, slots=True)
class Part:
    """One sitemap; `number` from 1."""

    channel: tuple[str, str]
    number: int
    changed: datetime

    @property
    def name(self) -> str:
        return f"{self.channel[0]}-{self.number}.xml"


def wanted(services: Services) -> tuple[tuple[str, str], ...]:
    """The channels: of each vocabulary its own format "sitemap", or its web page, whose addresses are then told."""
    found = []
    for vocabulary in services.registry.names():
        if not services.registry.versions(vocabulary):
            continue
        try:
            collections.with_format(services, FORMAT, vocabulary)
            found.append((vocabulary, FORMAT))
        except NotFound:
            found.append((vocabulary, "html"))
    return tuple(found)


def parts(services: Services, wanted: tuple[tuple[str, str], ...]) -> list[Part]:
    """All sitemaps, by vocabulary and number. Brings the channels up to date."""
    for each in wanted:
        channels.settle_all(services, *each)

    def unit(store: Store) -> list[Part]:
        found = []
        for vocabulary, format in wanted:
            number = "FLOOR((sequence - 1) / ?)" if str(store.get_database().dialect) == "mysql" else "(sequence - 1) / ?"
            rows = store.execute(
                f"SELECT {number} AS part, MAX(stamp) FROM public_output WHERE vocabulary = ? AND format = ? AND withdrawn = 0 "
                "AND output IS NOT NULL GROUP BY part ORDER BY part", (PART, vocabulary, format)).get_all()
            found += [Part((vocabulary, format), int(number) + 1, channels.moment(at)) for number, at in rows]
        return found

    return services.sessions.read(unit)


def index(found: list[Part], about: About) -> Iterator[bytes]:
    """The index of several sitemaps."""
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<sitemapindex xmlns="{NAMESPACE}">\n'.encode()
    for part in found:
        yield (f"<sitemap><loc>{escape(about.base)}/sitemaps/{escape(part.name)}</loc>"
               f"<lastmod>{stamp(part.changed)}</lastmod></sitemap>\n").encode()  # fmt: skip
    yield b"</sitemapindex>\n"


def one(services: Services, part: Part | None, about: About) -> Iterator[bytes]:
    """One sitemap; None: an empty one."""
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="{NAMESPACE}">\n'.encode()
    if part is not None:
        asked, last = Asked(channels=(part.channel,)), part.number * PART
        for low in range(last - PART, last, collections.PAGE):
            read = partial(collections.between, asked=asked, channel=part.channel, low=low, high=min(last, low + collections.PAGE))
            entries = services.sessions.read(read)
            own = part.channel[1] == FORMAT
            yield b"".join(_own(services, entries) if own else [_plain(about, entry) for entry in entries])
    yield b"</urlset>\n"


def _own(services: Services, entries: list[Entry]) -> Iterator[bytes]:
    for data in collections.data(services, entries):
        for url in parser.parse(data).getroot().iterchildren(_URL) if data is not None else ():
            if len(text(url)) > LARGEST:
                for child in list(url):
                    if child.tag not in (f"{{{NAMESPACE}}}loc", f"{{{NAMESPACE}}}lastmod"):
                        url.remove(child)
            yield text(url)


def _plain(about: About, entry: Entry) -> bytes:
    return f"<url><loc>{escape(about.document(entry.document, 'html'))}</loc><lastmod>{stamp(entry.stamp)}</lastmod></url>\n".encode()
