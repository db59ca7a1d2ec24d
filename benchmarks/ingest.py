"""POSTs a second over HTTP into one service process, against the floor (see `floor`), with 1 and with 8 clients.

The documents are the valid samples of `programme` 1.1, each made a new one by its identity. In every round the service takes documents in,
then the floor takes in the same bytes and the rows that the service made of them, on a database that has grown alike.
"""

from __future__ import annotations

import copy
import shutil
import sqlite3
import statistics
import subprocess
import tempfile
import tomllib
from pathlib import Path

from lxml import etree

from benchmarks import client, floor
from benchmarks.common import ROOT, Sample, cpu_of, peak_of, spread, sync_milliseconds, table
from tests.server import XMLSVC, Server, serving
from xmlsvc import builtin
from xmlsvc.schema.vocabulary import Manifest

VOCABULARY, VERSION = "programme", "1.1"


def documents(prefix: str, count: int) -> list[bytes]:
    """So many valid documents, no two with the same identity."""
    manifest = Manifest.load(builtin.path("schemas") / VOCABULARY)
    samples = builtin.path("samples")
    listed = tomllib.loads((samples / "index.toml").read_text("utf-8"))["valid"]
    trees = [etree.parse(samples / entry["file"]) for entry in listed if entry["version"] == VERSION]
    made = []
    for number in range(count):
        tree = copy.deepcopy(trees[number % len(trees)])
        (value,) = tree.xpath(manifest.identity, namespaces=manifest.namespaces)
        value.getparent().set(value.attrname, f"{value.split()[0]}{prefix}{number:05d}")
        made.append(etree.tostring(tree, xml_declaration=True, encoding="UTF-8"))
    return made


class Harvest:
    """The rows that the service adds to its database, round by round."""

    def __init__(self, database: Path) -> None:
        self._database = database
        self._known: dict[str, set[tuple[object, ...]]] = {}
        self.rows(1)

    def rows(self, count: int) -> list[floor.Rows]:
        """What came since the last time, shared out evenly, in order, over so many documents."""
        connection = sqlite3.connect(self._database)
        shares: list[floor.Rows] = [[] for _ in range(count)]
        listed = "SELECT name, sql LIKE '%WITHOUT ROWID%' FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' "
        for name, clustered in connection.execute(listed + "AND name NOT LIKE 'search_index%' AND name NOT LIKE 'sqlite_%'").fetchall():
            columns = connection.execute(f"PRAGMA table_info({name})").fetchall()
            key = [c[0] for c in sorted(columns, key=lambda c: c[5]) if c[5]]
            order = ", ".join(f'"{columns[k][1]}"' for k in key) if clustered else "rowid"
            if clustered and any(column[1] == "document_id" for column in columns):  # together with what it refers to
                order = f"(SELECT rowid FROM document d WHERE d.id = document_id), {order}"
            known = self._known.setdefault(name, set())
            fresh = []
            for row in connection.execute(f'SELECT * FROM "{name}" ORDER BY {order}'):
                identity = tuple(row[k] for k in key) or row
                if identity not in known:
                    known.add(identity)
                    fresh.append(row)
            statement = f'INSERT INTO "{name}" VALUES ({", ".join("?" * len(columns))})'
            for place, share in enumerate(shares):
                if part := fresh[place * len(fresh) // count : (place + 1) * len(fresh) // count]:
                    share.append((statement, part))
        connection.close()
        return shares


def prepare(home: Path) -> tuple[Path, str]:
    """A new instance with one partner; its directory and a token."""
    instance = home / "instance"

    def xmlsvc(*words: str) -> str:
        return subprocess.run([XMLSVC, *words], check=True, capture_output=True, text=True, cwd=home).stdout.strip()

    xmlsvc("init", str(instance))
    xmlsvc("--instance", str(instance), "partner", "add", "nordlys")
    return instance, xmlsvc("--instance", str(instance), "token", "add", "nordlys")


def serve(server: Server, token: str, bodies: list[bytes], clients: int) -> Sample:
    """One round of the service."""
    requests = [client.post("/api/documents", body, token) for body in bodies]
    used = cpu_of(server.workers()[0])
    seconds, statuses = client.drive(server.port, requests, clients)
    if set(statuses) != {201}:
        raise RuntimeError(f"the service answered {dict(statuses)}, not 201 to every document")
    return Sample(len(bodies), seconds, cpu_of(server.workers()[0]) - used, peak_of(server.workers()[0]))


def main(large: bool = False) -> None:
    """Measure and print."""
    rounds, count = (15, 1000) if large else (5, 200)
    (ROOT / "build").mkdir(exist_ok=True)
    home = Path(tempfile.mkdtemp(prefix="ingest-", dir=ROOT / "build"))
    try:
        instance, token = prepare(home)
        database, below = instance / "var" / "xmlsvc.db", home / "floor.db"
        schema = builtin.path("schemas") / VOCABULARY / VERSION / f"{VOCABULARY}.xsd"
        taken: dict[int, list[tuple[Sample, Sample]]] = {1: [], 8: []}
        with serving(instance) as server:
            serve(server, token, documents("warm", 50), 2)
            backup(database, below)
            harvest = Harvest(database)
            for number in range(rounds):
                for clients, samples in taken.items():
                    bodies = documents(f"r{number}c{clients}", count)
                    above = serve(server, token, bodies, clients)
                    job = floor.Job(below, schema, list(zip(bodies, harvest.rows(count), strict=True)), clients)
                    samples.append((above, floor.measure(job)))
        print_samples(taken, sync_milliseconds(home))
    finally:
        shutil.rmtree(home)


def backup(database: Path, target: Path) -> None:
    """A copy of a database that is in use."""
    source, copied = sqlite3.connect(database), sqlite3.connect(target)
    source.backup(copied)
    source.close()
    copied.close()


def print_samples(taken: dict[int, list[tuple[Sample, Sample]]], sync: float) -> None:
    rows = []
    for clients, pairs in taken.items():
        ratio = [above.rate / below.rate for above, below in pairs]
        for name, samples in (("service", [a for a, _ in pairs]), ("floor", [b for _, b in pairs])):
            rows.append(
                [f"{name}, {clients} client{'s' if clients > 1 else ''}", spread([s.rate for s in samples], 0),
                 spread(ratio, 2) if name == "service" else "1", spread([s.milliseconds for s in samples], 2),
                 f"{statistics.median(s.peak for s in samples) / 2**20:,.0f}"]
            )  # fmt: skip
    title = f"Ingest: POST into one process on SQLite, durable (one fdatasync here takes {sync:.2f} ms); {len(taken[1])} rounds"
    table(title, ["", "documents/s", "of the floor", "CPU ms/document", "peak MB"], rows)
