"""/feeds/FORMAT and the sitemaps: collections of what is published, asked for by the same query as the list, sent as they are read."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import cherrypy

from .. import errors
from ..documents.services import Services
from ..publish import channels, collections, feeds
from ..publish.feeds import entries, sitemap
from ..publish.feeds.about import About, read_cursor
from . import exchange, listing, public
from .exchange import parameter
from .routing import Route

MOST = 10_000
SECONDS = 5.0
RULES = 2
"""Counts changes of how feeds are written: part of every entity tag."""
_PAGING = ("after", "limit", "archive")


def routes(services: Services) -> dict[str, list[Route]]:
    """By the prefix that they are mounted at."""
    return {
        "/feeds": [Route("/{name}", Feed(services))],
        "/sitemap.xml": [Route("/", Sitemap(services))],
        "/sitemaps": [Route("/{name}", OneSitemap(services))],
    }


class Feed:
    """One collection. `after` and `limit` page through it, `archive` names an archive document (Atom)."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def GET(self, name: str) -> Iterable[bytes]:
        """The feed, or 304."""
        services = self._services
        public.require(services)
        query = replace(listing.asked(50, MOST, _PAGING), cursor=None)
        feed = feeds.wanted(services, name, query)
        self._check(feed)
        for each in feed.asked.channels:
            channels.settle_all(services, *each, seconds=SECONDS if feed.paged else float("inf"))
        own = public.base(services) + "/feeds/" + name
        address = exchange.address("", "", **listing.parameters(query))
        asked = str(cherrypy.serving.request.query_string)
        archive = parameter("archive")
        about = About(
            title=services.settings.title, base=public.base(services), own=own + address, here=own + (f"?{asked}" if asked else ""),
            updated=datetime(1970, 1, 1, tzinfo=UTC), after=read_cursor(after) if (after := parameter("after")) else None,
            limit=query.limit, limited=parameter("limit") is not None,
            archive=entries.archives(services, feed.asked, archive) if archive else None,
        )  # fmt: skip
        if archive and about.archive is None:
            raise errors.NotFound(f"There is no archive document {archive!r} of this feed.")
        tag, modified = _validators(services, feed.asked, [name, about.here, services.settings.title])
        about = replace(about, updated=modified or about.updated)
        return public.stream(feed.write(services, feed.asked, about), feed.media_type, tag, modified)

    def _check(self, feed: feeds.Feed) -> None:
        setting = self._services.settings.public
        if feed.name in feeds.GENERAL and feed.name != "xml":
            return
        for vocabulary, name in feed.asked.channels:
            found = collections.with_format(self._services, name, vocabulary)
            if not all(format.public(setting) for _, format in found):
                raise errors.NotFound(f"There is no feed {feed.name!r} without a login.")


def _validators(services: Services, asked: collections.Asked, parts: list[Any]) -> tuple[str, datetime | None]:
    """The entity tag and the latest change of what is asked for."""
    state, modified = collections.state(services, asked.channels)
    text = json.dumps([RULES, state, *parts], default=str)
    return f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"', modified


class Sitemap:
    """/sitemap.xml: the sitemap, or the index where there are several."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def GET(self) -> Iterable[bytes]:
        services = self._services
        public.require(services)
        wanted = sitemap.wanted(services)
        found = sitemap.parts(services, wanted)
        about = _about(services, "/sitemap.xml")
        tag, modified = _validators(services, collections.Asked(channels=wanted), [about.base])
        pieces = sitemap.index(found, about) if len(found) > 1 else sitemap.one(services, found[0] if found else None, about)
        return public.stream(pieces, sitemap.MEDIA_TYPE, tag, modified)


class OneSitemap:
    """One of several."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def GET(self, name: str) -> Iterable[bytes]:
        services = self._services
        public.require(services)
        wanted = sitemap.wanted(services)
        part = next((each for each in sitemap.parts(services, wanted) if each.name == name), None)
        if part is None:
            raise errors.NotFound(f"There is no sitemap {name!r}; /sitemap.xml names those that there are.")
        about = _about(services, f"/sitemaps/{name}")
        tag, modified = _validators(services, collections.Asked(channels=(part.channel,)), [about.base, name])
        return public.stream(sitemap.one(services, part, about), sitemap.MEDIA_TYPE, tag, modified)


def _about(services: Services, path: str) -> About:
    base = public.base(services)
    return About(title=services.settings.title, base=base, own=base + path, here=base + path, updated=datetime(1970, 1, 1, tzinfo=UTC))
