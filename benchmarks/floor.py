"""The floor under a POST: the same bytes through bare lxml and libxml2, the same rows by raw executemany, durable and grouped alike.

No HTTP, no reports, no mapping: the rows are given. It runs in a process of its own, so that its time and memory are its own.
"""

from __future__ import annotations

import queue
import resource
import sqlite3
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from lxml import etree

from benchmarks.common import Sample
from xmlsvc.storage.backends.sqlite import compare_decimals

Rows = list[tuple[str, list[tuple[object, ...]]]]
"""What one document becomes: (INSERT statement, rows) for each table."""

_PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "temp_store=MEMORY", "cache_size=-16384")


@dataclass
class Job:
    """`work`: for each document its bytes and rows. `clients` threads share it."""

    database: Path
    schema: Path
    work: Sequence[tuple[bytes, Rows]]
    clients: int


def connect(database: Path) -> sqlite3.Connection:
    """A raw connection, set as the service sets its own."""
    connection = sqlite3.connect(database, isolation_level=None, check_same_thread=False, cached_statements=512)
    connection.create_collation("decimal", compare_decimals)
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}").fetchall()
    return connection


class Writer:
    """One thread that writes all who wait in one transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._waiting: queue.SimpleQueue[tuple[Rows, threading.Event] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def write(self, rows: Rows) -> None:
        """Return once the rows are durable."""
        done = threading.Event()
        self._waiting.put((rows, done))
        done.wait()

    def close(self) -> None:
        self._waiting.put(None)
        self._thread.join()

    def _run(self) -> None:
        while (first := self._waiting.get()) is not None:
            group = [first]
            while not self._waiting.empty():
                if (more := self._waiting.get()) is None:
                    self._waiting.put(None)
                    break
                group.append(more)
            store(self._connection, [rows for rows, _ in group])
            for _, done in group:
                done.set()


def store(connection: sqlite3.Connection, group: Sequence[Rows]) -> None:
    """Write the documents' rows in one durable transaction."""
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("PRAGMA defer_foreign_keys=ON")
    for rows in group:
        for statement, values in rows:
            connection.executemany(statement, values)
    connection.execute("COMMIT")


def check(schema: etree.XMLSchema, body: bytes) -> None:
    """Parse and validate; the benchmark's documents are all valid."""
    if not schema.validate(etree.fromstring(body)):
        raise ValueError(f"a document of the benchmark is invalid: {schema.error_log}")


def run(job: Job) -> Sample:
    """Do the job here, in this process."""
    connection = connect(job.database)
    schemas = [etree.XMLSchema(etree.parse(job.schema)) for _ in range(job.clients)]
    used = resource.getrusage(resource.RUSAGE_SELF)
    start = time.perf_counter()
    if job.clients == 1:
        for body, rows in job.work:
            check(schemas[0], body)
            store(connection, [rows])
    else:
        _share(job, connection, schemas)
    seconds = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_SELF)
    connection.close()
    cpu = after.ru_utime + after.ru_stime - used.ru_utime - used.ru_stime
    return Sample(len(job.work), seconds, cpu, after.ru_maxrss * 1024)


def _share(job: Job, connection: sqlite3.Connection, schemas: Sequence[etree.XMLSchema]) -> None:
    writer = Writer(connection)

    def client(place: int) -> None:
        for body, rows in job.work[place :: job.clients]:
            check(schemas[place], body)
            writer.write(rows)

    threads = [threading.Thread(target=client, args=(place,)) for place in range(job.clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    writer.close()


def measure(job: Job) -> Sample:
    """Do the job in a new process."""
    with get_context("spawn").Pool(1) as pool:
        return pool.apply(run, (job,))
