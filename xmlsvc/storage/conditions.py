"""Conditions on documents as SQL, and the ways to the documents that meet them.

    Having      documents with a row in a generated table that meets something      narrowing conditions: an index finds
    Matching    documents whose text has words (`search`)                           their documents, wherever these stand
    Identified  documents of an identity
    driven      by way of all that the narrowest of them finds, each document then looked at
    sql_of      whatever way the database takes: for what so many meet that the newest are soon found

Conditions are Storm expressions on `model.Document`, so that they serve in any find. The ways are given to the database, not left to it:
its statistics are old when many documents have come, and a wrong guess costs seconds.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from storm.databases.mysql import compile as compile_mysql
from storm.databases.sqlite import compile as compile_sqlite
from storm.expr import SQL, Compile, Expr, State
from storm.store import Store

from .backends import dialect
from .ddl import quote

JOIN = {"sqlite": "CROSS JOIN", "mysql": "STRAIGHT_JOIN"}
"""Joins in the order in which they are written."""
IDENTITY_KINDS = ("identity", "name", "digest")
Text = tuple[str, list[Any]]
"""SQL and its parameters."""


class Narrowing(Expr, ABC):
    """True for documents that `found` gives; for the others when `negative`. `size`: how many rows `found` has, where that is known."""

    negative = False
    size: int | None = None

    @property
    def narrows(self) -> bool:
        """Whether an index finds the documents."""
        return not self.negative

    @abstractmethod
    def found(self, name: str) -> Text:
        """A SELECT of the ids, as `document_id`, some perhaps twice. `name`: the dialect."""

    def rows(self, name: str) -> Text:
        """A SELECT of as many rows as `found` has, or nearly, where that is quicker."""
        return self.found(name)

    def met(self, name: str) -> Text:
        """The condition, to be asked of one document after the other."""
        select, parameters = self.found(name)
        return f"document.id {'NOT IN' if self.negative else 'IN'} ({select})", parameters


class Having(Narrowing):
    """Documents that have a row of `table` meeting `where` (SQL on that table's columns, and its parameters)."""

    def __init__(self, table: str, where: str, parameters: Sequence[Any], negative: bool = False) -> None:
        self.table, self.where, self.parameters, self.negative = column(table), where, list(parameters), negative

    def found(self, _: str) -> Text:
        return f"SELECT document_id FROM {self.table} WHERE {self.where}", self.parameters

    def met(self, _: str) -> Text:
        # A value, and no EXISTS, of which MariaDB would make an IN.
        one = f"(SELECT 1 FROM {self.table} WHERE {self.table}.document_id = document.id AND {self.where} LIMIT 1)"
        return f"{one} IS {'' if self.negative else 'NOT '}NULL", self.parameters


class Identified(Narrowing):
    """Documents of this identity, whosever and of whatever vocabulary they are: sought by all that the unique index begins with."""

    def __init__(self, identity: str, negative: bool = False) -> None:
        self.identity, self.negative = identity, negative

    def found(self, name: str) -> Text:
        have = f"(SELECT DISTINCT partner_id, vocabulary FROM counter) c {JOIN[name]} document d"
        key = "d.partner_id = c.partner_id AND d.vocabulary = c.vocabulary"
        one = f"SELECT d.id AS document_id FROM {have} ON {key} AND d.identity = ? AND d.identity_kind = "
        return " UNION ALL ".join(f"{one}'{kind}'" for kind in IDENTITY_KINDS), [self.identity] * len(IDENTITY_KINDS)

    def met(self, _: str) -> Text:
        return f"document.identity {'<>' if self.negative else '='} ?", [self.identity]


@compile_sqlite.when(Narrowing)
def _narrowing_sqlite(_: Compile, expression: Narrowing, state: State) -> str:
    return _inside("sqlite", expression, state)


@compile_mysql.when(Narrowing)
def _narrowing_mysql(_: Compile, expression: Narrowing, state: State) -> str:
    return _inside("mysql", expression, state)


def _inside(name: str, expression: Narrowing, state: State) -> str:
    select, parameters = expression.found(name)
    state.parameters.extend(parameters)
    return f"document.id {'NOT IN' if expression.negative else 'IN'} ({select})"


def column(name: str) -> str:
    """A column's or table's name as SQL; both databases take MariaDB's quotation marks."""
    return quote("mysql", name)


@dataclass(frozen=True, slots=True)
class Way:
    """A way to documents: `ids` selects their ids, as `id`, each once; `parameters`: its. `most`: as many are there at most, where that is
    known."""

    ids: str
    parameters: list[Any]
    most: int | None = None


def plain_way(store: Store, conditions: Sequence[Expr]) -> Way:
    """Each condition asked of one document after the other."""
    where, parameters = sql_of(store, conditions, met=True)
    return Way(f"SELECT document.id AS id FROM document WHERE {where}", parameters)


def driven(store: Store, conditions: Sequence[Expr], most: int, anyway: bool = False) -> Way | None:
    """By way of the documents that the narrowest condition finds; None where there is none, or where it finds more than `most`, unless
    `anyway`: for who stops early."""
    name, best, least = dialect(store), None, most + 2 if anyway else most + 1
    for each in conditions:
        if isinstance(each, Narrowing) and each.narrows:
            size = each.size if each.size is not None else _size(store, each, min(most, least))
            if min(size, most + 1) < least:
                best, least = each, size
    if best is None:
        return None
    known = least if least <= most else None
    select, parameters = best.found(name)
    narrow = f"SELECT DISTINCT document_id AS id FROM ({select}) every"
    if len(conditions) == 1:
        return Way(narrow, parameters, known)
    where, more = sql_of(store, [each for each in conditions if each is not best], met=True)
    ids = f"SELECT document.id AS id FROM ({narrow}) narrow {JOIN[name]} document ON document.id = narrow.id WHERE {where}"
    return Way(ids, [*parameters, *more], known)


def _size(store: Store, condition: Narrowing, most: int) -> int:
    """How many rows the condition finds; `most` + 1 where there are more."""
    select, parameters = condition.rows(dialect(store))
    row = store.execute(f"SELECT COUNT(*) FROM ({select} LIMIT {most + 1}) narrow", tuple(parameters)).get_one()
    return int(row[0]) if row else 0


def sql_of(store: Store, conditions: Sequence[Expr], met: bool = False) -> Text:
    """The conditions as SQL and its parameters; `met`: to be asked of one document after the other."""
    if not conditions:
        return "1 = 1", []
    state, texts = State(), []
    compile, name = store._connection.compile, dialect(store)
    for each in conditions:
        if isinstance(each, SQL):
            text, parameters = each.expr, each.params
        elif met and isinstance(each, Narrowing):
            text, parameters = each.met(name)
        else:
            text, parameters = compile(each, state), ()
        texts.append(f"({text})")
        if isinstance(parameters, list | tuple):
            state.parameters.extend(parameters)
    return " AND ".join(texts), list(state.parameters)
