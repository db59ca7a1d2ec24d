"""Collections of what is published, each as pieces of bytes: however many documents there are, a page of them is in memory.

    wanted(services, name, query)    which channels a feed of that name is made of, and by which writer
    Feed.pieces(services, page)      the feed, piece by piece

| name | writer | documents |
| atom, json | `entries` | of all vocabularies, newest first, page by page |
| mrss, and what else is RSS | `rss` | the same; items of the vocabulary's own format, or general ones |
| csv | `table` | all |
| xml, and every other format | `bulk` | all, in one envelope |
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ...documents import search
from ...documents.services import Services
from ...errors import BadRequest, NotFound
from .. import collections, formats
from . import bulk, entries, rss, table
from .about import About

GENERAL = ("atom", "json", "mrss", "csv", "xml")
"""Feeds that every vocabulary has."""


@dataclass(frozen=True)
class Feed:
    """A collection, ready to be written. `paged`: newest first, a page at a time; else all documents, in the order of their ids."""

    name: str
    media_type: str
    asked: collections.Asked
    paged: bool
    write: Callable[[Services, collections.Asked, About], Iterator[bytes]]


def wanted(services: Services, name: str, query: search.Query) -> Feed:
    """The feed of a name. Raises NotFound for one that there is not, BadRequest for a query that cannot be read, UnknownVocabulary."""
    conditions = collections.filtered(services, query)
    if name in ("atom", "json"):
        writer = entries.atom if name == "atom" else entries.json_feed
        media_type = "application/atom+xml; charset=utf-8" if name == "atom" else "application/feed+json"
        return Feed(name, media_type, _asked(services, "xml", query, conditions, paged=True), True, writer)
    try:
        found = collections.with_format(services, name, query.vocabulary)
    except NotFound:
        if name not in ("mrss", "csv"):
            there = sorted({*GENERAL, *_names(services, query.vocabulary)})
            raise NotFound(f"There is no feed {name!r}. There are: {', '.join(there)}.") from None
        asked = _asked(services, "xml", query, conditions, paged=name == "mrss")
        if name == "mrss":
            return Feed(name, rss.MEDIA_TYPE, asked, True, rss.general)
        return Feed(name, table.MEDIA_TYPE, asked, False, table.general)
    kind = found[0][1].media_type.partition(";")[0].strip()
    paged = kind == "application/rss+xml"
    asked = _asked(services, name, query, conditions, paged=paged)
    if kind == "text/csv":
        if len(asked.channels) > 1:
            choice = ", ".join(vocabulary for vocabulary, _ in asked.channels)
            raise BadRequest(f"The tables of several vocabularies do not fit together. Name one by ?vocabulary=: {choice}.")
        return Feed(name, found[0][1].media_type, asked, False, table.own)
    if paged:
        return Feed(name, rss.MEDIA_TYPE, asked, True, rss.own)
    if kind.endswith("json"):
        return Feed(name, "application/json", asked, False, bulk.array)
    if kind.endswith("xml"):
        return Feed(name, "application/xml", asked, False, bulk.envelope)
    raise NotFound(f"There is no feed {name!r}: outputs of the media type {kind} cannot be put together.")


def _asked(services: Services, format: str, query: search.Query, conditions: list[object], *, paged: bool) -> collections.Asked:
    found = collections.with_format(services, format, query.vocabulary)
    return collections.Asked(
        channels=tuple((vocabulary, format) for vocabulary, _ in found), order="newest" if paged else "document", withdrawn=paged,
        conditions=conditions,
    )  # fmt: skip


def _names(services: Services, vocabulary: str | None) -> set[str]:
    names = services.registry.names() if vocabulary is None else [vocabulary]
    return {name for each in names for schema in services.registry.versions(each) for name in formats.of(schema)}
