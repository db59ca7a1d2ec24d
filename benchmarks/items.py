"""Documents of 22 rows, as many as asked for, and an instance that is filled with them: what `storage` and `growth` measure on."""

# ruff: noqa: E501  statements as text

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import pymysql
from storm.database import create_database
from storm.store import Store

from xmlsvc import settings
from xmlsvc.documents import instance, services, vocabularies
from xmlsvc.documents.access import OPERATOR
from xmlsvc.documents.services import Services
from xmlsvc.jobs import executors
from xmlsvc.schema.registry import Registry, Schema
from xmlsvc.storage import contents, counters, projection
from xmlsvc.storage import search as text_search
from xmlsvc.storage.insert import insert_all
from xmlsvc.storage.model import BOTH
from xmlsvc.xml.canonical import digest
from xmlsvc.xml.parser import parse

XSD = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="urn:bench" targetNamespace="urn:bench" elementFormDefault="qualified">
<xs:element name="item"><xs:complexType><xs:sequence>
  <xs:element name="title" type="xs:string"/><xs:element name="year" type="xs:int"/><xs:element name="made" type="xs:dateTime"/>
  <xs:element name="genre"><xs:simpleType><xs:restriction base="xs:token"><xs:maxLength value="20"/></xs:restriction></xs:simpleType></xs:element>
  <xs:element name="synopsis" type="xs:string"/>
  <xs:element name="tag" type="xs:token" maxOccurs="unbounded"/>
  <xs:element name="person" maxOccurs="unbounded"><xs:complexType><xs:sequence><xs:element name="name" type="xs:string"/>
    <xs:element name="role" type="xs:NMTOKEN"/></xs:sequence></xs:complexType></xs:element>
  <xs:element name="event" maxOccurs="unbounded"><xs:complexType><xs:attribute name="start" type="xs:dateTime"/>
    <xs:attribute name="channel" type="xs:NMTOKEN"/></xs:complexType></xs:element>
</xs:sequence></xs:complexType></xs:element></xs:schema>"""
GENRES = ("drama", "comedy", "news", "sport", "nature", "music", "film", "children", "crime", "talk")
WORDS = [f"{first}{second}{third}" for first in ("ka", "lo", "mi", "ne", "ru", "so", "ta", "vi") for second in ("ba", "de", "fo", "gi", "hu", "je")
         for third in ("ran", "sel", "tim", "von", "wex", "zur", "dal", "pin", "qua", "lor")]  # fmt: skip
CHUNK = 100


def body(number: int) -> bytes:
    """A document of 22 rows: the root's, 7 tags, 8 people, 6 events."""
    chance = random.Random(number)
    words = [WORDS[min(int(chance.expovariate(0.02)), len(WORDS) - 1)] for _ in range(40)]  # some words are common, some rare
    tags = "".join(f"<tag>{word}</tag>" for word in words[:7])
    people = "".join(f"<person><name>{words[n].title()} {words[n + 8].title()}</name><role>r{n % 4}</role></person>" for n in range(8))
    events = "".join(f'<event start="2024-{n + 1:02}-{number % 28 + 1:02}T20:00:00Z" channel="c{(number + n) % 9}"/>' for n in range(6))
    return (
        f'<item xmlns="urn:bench"><title>{words[0]} {words[1]} {number}</title><year>{1950 + number % 75}</year>'
        f"<made>2024-01-01T00:00:{number % 60:02}Z</made><genre>{GENRES[chance.randrange(10)]}</genre><synopsis>{' '.join(words)}</synopsis>"
        f"{tags}{people}{events}</item>"
    ).encode()


@dataclass(frozen=True)
class Made:
    """A document, ready to be written."""

    id: str
    body: contents.Packed
    rows: projection.Rows


@lru_cache(1)
def _schema(home: Path) -> Schema:
    return Registry(settings.load(home)).get("bench", "1")


def make(home: Path, first: int, count: int) -> list[Made]:
    """So many documents of the instance in `home`."""
    made = []
    for number in range(first, first + count):
        data = body(number)
        made.append(Made(f"{number:026}", contents.pack(data, digest(data)), projection.rows(_schema(home), parse(data))))
    return made


class Bench:
    """An instance on one database: a new one, or the one that is in `home`."""

    def __init__(self, home: Path, uri: str) -> None:
        new = not (home / "xmlsvc.toml").exists()
        if new:
            instance.init(home, uri, bare=True)
        self.home, self.uri = home, uri
        self.services: Services = services.open(home)
        if new:
            path = home / "bench.xsd"
            path.write_text(XSD, "utf-8")
            vocabularies.add(self.services, OPERATOR, "bench", [path], "1")
        self.schema = _schema(home)
        self.plan = projection.plan_of(self.schema)
        partner = self.services.sessions.read(lambda store: store.execute("SELECT id FROM partner").get_one())
        assert partner is not None
        self.partner: str = partner[0]
        self.now = datetime(2024, 1, 1, tzinfo=UTC)

    def make(self, first: int, count: int) -> list[Made]:
        return make(self.home, first, count)

    def write(self, store: Store, chunk: list[Made]) -> None:
        """All that a delivery leaves, for a chunk of documents."""
        for each in chunk:
            contents.keep(store, each.body, self.now)
        insert_all(store, "document", [{
            "id": each.id, "partner_id": self.partner, "vocabulary": "bench", "identity_kind": "name", "identity": each.id,
            "title": each.rows.title, "state": "published", "valid": True, "violations": 0, "root": "item", "current": 1, "published": 1,
            "created": self.now,
            "modified": self.now + timedelta(seconds=int(each.id))} for each in chunk])  # fmt: skip
        insert_all(store, "revision", [{
            "id": each.id, "document_id": each.id, "number": 1, "digest": each.body.digest, "content_number": each.body.digest,
            "schema": self.schema.digest, "version": "bench@1", "chosen": "active", "kind": "delivery", "valid": True, "violations": 0, "actor": "bench", "reason": "",
            "created": self.now} for each in chunk])  # fmt: skip
        counters.moved(store, None, counters.Kind(self.partner, "bench", "published", True))
        projection.write_all(store, self.plan, [(each.id, BOTH, each.rows) for each in chunk], new=True)
        for each in chunk:
            text_search.write(store, each.id, BOTH, each.rows.title, each.rows.text, new=True)

    def fill(self, first: int, count: int, workers: str = "serial") -> None:
        """Add documents; `workers`: the kind of executor that makes them while others are written."""

        def tasks(pool: Executor) -> Iterator[tuple[None, Future[list[Made]]]]:
            for start in range(first, first + count, CHUNK):
                yield None, pool.submit(make, self.home, start, min(CHUNK, first + count - start))

        with executors.open(workers, 1) as pool:
            for _, chunk in executors.ordered(tasks(pool), 4):
                self.services.sessions.write(lambda store, each=chunk: self.write(store, each))
        self.services.sessions.write(counters.recount)

    def raw(self) -> Any:
        """A connection of the raw driver."""
        if self.uri.startswith("sqlite"):
            connection = sqlite3.connect(self.uri.partition(":")[2].partition("?")[0], isolation_level=None)
            connection.execute("PRAGMA synchronous=FULL")
            return connection
        parsed = create_database(self.uri)
        return pymysql.connect(**parsed._connect_kwargs)

    @property
    def mark(self) -> str:
        return "?" if self.uri.startswith("sqlite") else "%s"
