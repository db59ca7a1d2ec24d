"""Tables as data, and their DDL for both databases.

Text compares byte by byte on both (MariaDB: utf8mb4_nopad_bin), so that a unique key means the same. A decimal is text under the
collation `decimal` on SQLite and DECIMAL(48,18) on MariaDB; a duration is an integer of microseconds; a datetime is UTC with microseconds.
The database gives a serial number to each row; one of a sequence is never given again, not even when the row has gone.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from hashlib import sha256

KINDS: dict[str, tuple[str, str]] = {
    # kind: (SQLite, MariaDB)
    "serial": ("INTEGER", "BIGINT AUTO_INCREMENT"),
    "sequence": ("INTEGER", "BIGINT AUTO_INCREMENT"),
    "id": ("TEXT", "CHAR(26) CHARACTER SET ascii COLLATE ascii_bin"),
    "digest": ("TEXT", "VARCHAR(71) CHARACTER SET ascii COLLATE ascii_bin"),
    "word": ("TEXT", "VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin"),
    "name": ("TEXT", "VARCHAR(128)"),
    "token": ("TEXT", "VARCHAR(255)"),
    "key": ("TEXT", "VARCHAR(500)"),
    "text": ("TEXT", "LONGTEXT"),
    "line": ("TEXT", "LONGTEXT"),
    "blob": ("BLOB", "LONGBLOB"),
    "integer": ("INTEGER", "BIGINT"),
    "decimal": ("TEXT COLLATE decimal", "DECIMAL(48,18)"),
    "float": ("REAL", "DOUBLE"),
    "boolean": ("INTEGER", "TINYINT(1)"),
    "datetime": ("TEXT", "DATETIME(6)"),
    "date": ("TEXT", "DATE"),
    "time": ("TEXT", "TIME(6)"),
    "duration": ("INTEGER", "BIGINT"),
}
TOKEN_LENGTH = 255
_NUMBERED = {"serial": " PRIMARY KEY", "sequence": " PRIMARY KEY AUTOINCREMENT"}  # on SQLite
_PREFIX = {"text": 100, "line": 100}  # MariaDB indexes only the first characters of a text
_OPTIONS = "ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin"


@dataclass(frozen=True, slots=True)
class Column:
    """`kind` is a key of KINDS. `default`: an SQL literal for rows that exist when the column is added."""

    name: str
    kind: str
    null: bool = True
    default: str | None = None


@dataclass(frozen=True, slots=True)
class Index:
    """`unique` ones are constraints. Column order matters."""

    columns: tuple[str, ...]
    unique: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """`foreign`: (column, table, column). `clustered`: kept in the order of the primary key on SQLite too, as InnoDB always does."""

    name: str
    columns: tuple[Column, ...]
    primary: tuple[str, ...]
    indexes: tuple[Index, ...] = ()
    foreign: tuple[tuple[str, str, str], ...] = ()
    clustered: bool = False

    def column(self, name: str) -> Column:
        """The column of that name; KeyError."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)


def quote(dialect: str, name: str) -> str:
    """The name as an SQL identifier."""
    mark = "`" if dialect == "mysql" else '"'
    return mark + name.replace(mark, mark * 2) + mark


def column(dialect: str, spec: Column) -> str:
    """A column's definition."""
    kind = KINDS[spec.kind][dialect == "mysql"]
    null = "" if spec.null else " NOT NULL"
    default = f" DEFAULT {spec.default}" if spec.default is not None else ""
    return f"{quote(dialect, spec.name)} {kind}{null}{default}"


def create(dialect: str, table: Table) -> list[str]:
    """The statements that make the table with its indexes; safe to run again."""
    q = partial(quote, dialect)
    parts = [column(dialect, spec) for spec in table.columns]
    numbered = next((_NUMBERED[spec.kind] for spec in table.columns if spec.kind in _NUMBERED), None)
    if numbered and dialect == "sqlite":
        parts = [part + numbered if part.startswith(q(table.primary[0]) + " ") else part for part in parts]
    else:
        parts.append(f"PRIMARY KEY ({', '.join(map(q, table.primary))})")
    for name, other, target in table.foreign:
        parts.append(f"FOREIGN KEY ({q(name)}) REFERENCES {q(other)} ({q(target)})")
    tail = f" {_OPTIONS}" if dialect == "mysql" else (" WITHOUT ROWID" if table.clustered else "")
    statements = [f"CREATE TABLE IF NOT EXISTS {q(table.name)} ({', '.join(parts)}){tail}"]
    return statements + [create_index(dialect, table, index) for index in table.indexes]


def create_index(dialect: str, table: Table, index: Index) -> str:
    """The statement that makes an index; safe to run again."""
    name = index_name(table.name, index)
    columns = []
    for each in index.columns:
        length = _PREFIX.get(table.column(each).kind) if dialect == "mysql" else None
        columns.append(quote(dialect, each) + (f"({length})" if length else ""))
    unique = "UNIQUE " if index.unique else ""
    return f"CREATE {unique}INDEX IF NOT EXISTS {quote(dialect, name)} ON {quote(dialect, table.name)} ({', '.join(columns)})"


def index_name(table: str, index: Index) -> str:
    """Stable and at most 64 characters; unique in the database, as SQLite wants it."""
    name = f"{table}__{'_'.join(index.columns)}"
    if len(name) <= 64:
        return name
    return f"{name[:55]}_{sha256(name.encode()).hexdigest()[:8]}"


def add_column(dialect: str, table: str, spec: Column) -> str:
    """The statement that adds a column (on MariaDB safe to run again)."""
    again = "IF NOT EXISTS " if dialect == "mysql" else ""
    return f"ALTER TABLE {quote(dialect, table)} ADD COLUMN {again}{column(dialect, spec)}"


def drop(dialect: str, table: str) -> str:
    """The statement that drops a table if it is there."""
    return f"DROP TABLE IF EXISTS {quote(dialect, table)}"
