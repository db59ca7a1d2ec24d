"""Storm databases for a service: importing this registers `sqlite+wal:`, `mysql+pymysql:`, and `mysql+rw:` (reads to replicas).

All have what plain Storm lacks: `dialect` ("sqlite" or "mysql") on the database, `execute_many` on the connection,
declared write intent, errors that tell a lost connection and a conflict from a fault, exact decimals, UTC microseconds.
"""

from __future__ import annotations

from typing import Any

from storm.database import register_scheme
from storm.databases.mysql import compile as compile_mysql
from storm.databases.sqlite import compile as compile_sqlite
from storm.expr import Compile, Expr, Select, State
from storm.store import Store

from .mysql import PyMySQL
from .split import Split
from .sqlite import WalSQLite

register_scheme("sqlite+wal", WalSQLite)
register_scheme("mysql+pymysql", PyMySQL)
register_scheme("mysql+rw", Split)


class ForUpdate(Expr):
    """A select whose rows stay locked until the transaction ends (SQLite: the writer holds the whole database anyway)."""

    def __init__(self, select: Select) -> None:
        self.select = select


@compile_mysql.when(ForUpdate)
def _for_update_mysql(compile: Compile, expression: ForUpdate, state: State) -> str:
    return compile(expression.select, state) + " FOR UPDATE"


@compile_sqlite.when(ForUpdate)
def _for_update_sqlite(compile: Compile, expression: ForUpdate, state: State) -> str:
    return compile(expression.select, state)


def dialect(store: Store) -> str:
    """ "sqlite" or "mysql"."""
    return str(store.get_database().dialect)


def execute_many(store: Store, statement: str, rows: list[tuple[Any, ...]]) -> None:
    """Run one statement (marks: ?) over many rows through the driver's executemany, inside the store's transaction.

    Rows hold what the driver takes: str, int, float, bytes, None (dates, times and decimals as text). Pending Storm objects are
    flushed first.
    """
    if rows:
        store.flush()
        store._connection.execute_many(statement, rows)
