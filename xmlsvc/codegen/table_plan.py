"""The table plan as data: which tables and columns the documents of a schema have, where their values stand, what is left out."""

from __future__ import annotations

import json
from dataclasses import dataclass
from hashlib import sha256

from .table_names import CORE_TABLES, free, snake

XSI_TYPE = "@{http://www.w3.org/2001/XMLSchema-instance}type"
TEXT, STRING, EXISTS = "text()", "string()", "exists()"
ROOT_COLUMNS = ("document_id", "head", "n", "root_element", "document_title", "filled")
CHILD_COLUMNS = ("document_id", "head", "n", "parent")


TITLE_WORDS = {"title": 0, "maintitle": 0, "headline": 1, "name": 1, "label": 1, "caption": 2}
"""Names of elements that say what a document is called; the less, the likelier."""


@dataclass(frozen=True, slots=True)
class Column:
    """`path` from the row's element: Clark names of elements, then what to take: "text()", "string()" (with the text of descendants),
    "exists()" (is it there), "@NAME". `kind`: text, line (white space collapsed), token (and short), integer, decimal, float, boolean,
    datetime, date, time, duration or qname.
    `default`: what an attribute that is not there, or an element that is empty, says by its declaration."""

    name: str
    kind: str
    path: tuple[str, ...]
    enumeration: tuple[str, ...] = ()
    documentation: str = ""
    default: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class RowTable:
    """`parents`: (table, path) for each place where its elements stand: Clark names from that table's element to this table's. The root
    table has none."""

    name: str
    parents: tuple[tuple[str, tuple[str, ...]], ...]
    columns: tuple[Column, ...]
    documentation: str = ""

    @property
    def is_root(self) -> bool:
        """Whether it is the vocabulary's root table."""
        return not self.parents


@dataclass(frozen=True, slots=True)
class Omitted:
    """`path`: Clark names from the root, as far as several roots share it."""

    path: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True, eq=False)
class TablePlan:
    """`tables`: the root table first. `titles`: (table, column) in order of preference: the first value found is the
    document's title; before them `title_path`, an XPath from the manifest, with its `namespaces`. `silent`: elements whose text is no
    words (numbers, dates, binary data …); `spoken`: attributes whose text is. `names`: (generated name, name that people chose)."""

    vocabulary: str
    roots: tuple[str, ...]
    tables: tuple[RowTable, ...]
    titles: tuple[tuple[str, str], ...] = ()
    title_path: str | None = None
    namespaces: tuple[tuple[str, str], ...] = ()
    silent: frozenset[str] = frozenset()
    spoken: frozenset[str] = frozenset()
    omitted: tuple[Omitted, ...] = ()
    names: tuple[tuple[str, str], ...] = ()

    @property
    def digest(self) -> str:
        """Of everything that rows depend on."""
        parts = [self.vocabulary, [list(pair) for pair in self.titles], self.title_path, sorted(self.silent), sorted(self.spoken)]
        tables = [[table.name, table.parents, [[c.name, c.kind, c.path, c.default] for c in table.columns]] for table in self.tables]
        return "sha256:" + sha256(json.dumps([parts, tables], separators=(",", ":")).encode()).hexdigest()

    def table(self, name: str) -> RowTable:
        """The table of that name; KeyError."""
        for table in self.tables:
            if table.name == name:
                return table
        raise KeyError(name)


def root_table(vocabulary: str) -> str:
    """The name of a vocabulary's root table."""
    return free([snake(vocabulary)], CORE_TABLES)
