"""What kind of database it is, and whether it fits: for the operator, before anything else is asked of it.

Run and tested: SQLite from 3.35 on, MariaDB from 10.11 on, alone or as a primary with replicas. What speaks the same protocol is named,
with what is known of it.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator
from functools import partial
from typing import Literal

from storm.exceptions import Error

from ..errors import EnvironmentFault
from . import core
from .backends.split import Split
from .ddl import quote
from .model import Mapping
from .sessions import Sessions

Level = Literal["ok", "note", "FAULT"]
OLDEST_SQLITE, OLDEST_MARIADB = (3, 35), (10, 11)
_ASKED = "SELECT @@version, @@version_comment, @@max_allowed_packet, @@global.read_only, UTC_TIMESTAMP(6)"
_CLOCKS_APART = 2.0  # seconds
_NOT_RUN = (
    "The program's tests were not run on it. It lacks what the tables need (the collation utf8mb4_nopad_bin, IF NOT EXISTS for columns "
    "and indexes), and its replicas' positions are written otherwise. Use MariaDB 10.11 or later."
)


def facts(sessions: Sessions, largest: int) -> Iterator[tuple[Level, str]]:
    """(level, sentence) of each thing that is worth knowing. `largest`: bytes of the largest document. Raises EnvironmentFault where the
    database cannot be asked."""
    if sessions.dialect == "sqlite":
        right = sqlite3.sqlite_version_info[:2] >= OLDEST_SQLITE
        old = "" if right else f", which is older than {'.'.join(map(str, OLDEST_SQLITE))}: install a newer one"
        yield "ok" if right else "FAULT", f"SQLite {sqlite3.sqlite_version}{old}"
        return
    row = sessions.read(lambda store: store.execute(_ASKED).get_one(), newest=True)
    assert row is not None
    version, comment, packet, read_only = str(row[0]), str(row[1]), int(row[2]), bool(row[3])
    yield flavour(version, comment)
    database = sessions.database
    fits = packet // 2 - 64 * 1024
    if fits < largest:
        yield "note", (
            f"documents may have {largest:,} bytes (max_body_bytes), of which {fits:,} are sure to fit into the server's packets of "
            f"{packet:,}: raise its max_allowed_packet to {2 * largest + 1_000_000:,} or more."
        )
    if read_only:
        yield "FAULT", "the primary is read-only: it is a replica, or is being switched over. Write its successor into the URI."
    apart = (sessions.clock.now().replace(tzinfo=None) - row[4]).total_seconds()
    if abs(apart) > _CLOCKS_APART:
        yield "note", (
            f"this machine's clock is {abs(apart):,.0f} s {'ahead of' if apart > 0 else 'behind'} the server's: stamps of the harvest and "
            "leases of work rely on all machines having the same time. Have NTP set both."
        )
    if isinstance(database, Split):
        yield from _replicas(database)


def lacking(sessions: Sessions) -> list[str]:
    """The core tables, and those of vocabularies, that are not there, or not with all their columns. Raises EnvironmentFault."""
    found = [table.name for table in core.TABLES if _lacks(sessions, table.name, [column.name for column in table.columns])]
    if "mapping" not in found:
        for made in sessions.read(lambda store: [row.tables for row in store.find(Mapping)]):
            found += [name for name, columns in json.loads(made).items() if _lacks(sessions, name, ["document_id", *columns])]
    return found


def _lacks(sessions: Sessions, name: str, columns: list[str]) -> bool:
    named = partial(quote, sessions.dialect)
    asked = ", ".join(f"t.{named(column)}" for column in columns)  # SQLite takes a name by itself for a text, if there is no such column
    statement = f"SELECT {asked} FROM {named(name)} t WHERE 1 = 0"
    try:
        sessions.read(lambda store: store.execute(statement).get_all())
    except EnvironmentFault as error:
        if not sessions.outdated(error):
            raise
        return True
    return False


def flavour(version: str, comment: str = "") -> tuple[Level, str]:
    """What a server that calls itself so is, and what is known of it."""
    said = f"{version} {comment}"
    for name in ("TiDB", "Vitess", "Percona"):
        if name.lower() in said.lower() and "mariadb" not in said.lower():
            return "FAULT", f"the server is {name} ({version}). {_NOT_RUN}"
    if "mariadb" not in said.lower():
        return "FAULT", f"the server is MySQL ({version}), or speaks its dialect. {_NOT_RUN}"
    numbers = tuple(int(part) for part in re.findall(r"\d+", version.removeprefix("5.5.5-"))[:2])
    if numbers < OLDEST_MARIADB:
        return "note", f"MariaDB {version} is older than 10.11, with which the program is tested. Upgrade it."
    if "galera" in comment.lower() or "wsrep" in said.lower():
        return "note", (
            f"MariaDB {version} with Galera: the program's tests were run on MariaDB without it. Conflicts between nodes arrive as "
            "deadlocks, which are run again; name one node as the primary, and set wsrep_sync_wait=1 where others are read."
        )
    return "ok", f"MariaDB {version}"


def _replicas(database: Split) -> Iterator[tuple[Level, str]]:
    for node in database.replicas:
        try:
            raw = database.open(node)
            with raw._connection.cursor() as cursor:
                cursor.execute("SELECT @@global.read_only, @@gtid_slave_pos")
                read_only, position = cursor.fetchone()
            raw._connection.close()
        except Error as error:
            yield "FAULT", f"the replica {node.name} cannot be reached, reads leave it out: {error}"
            continue
        if not read_only:
            yield "note", f"the replica {node.name} is not read-only: SET GLOBAL read_only=1, or a stray write makes it another database."
        yield "ok" if position else "FAULT", (
            f"the replica {node.name} is at {position}" if position else
            f"the replica {node.name} follows nobody by GTID: CHANGE MASTER TO … MASTER_USE_GTID=slave_pos"
        )  # fmt: skip
