"""Contents are numbered in the order of their arrival; revisions know their content's number, and verdicts are kept in the order of these.

Every table is made anew beside the old one. MariaDB commits at each step: what is there already tells where to go on.
"""

from __future__ import annotations

from dataclasses import replace

from storm.store import Store

from ..alter import add_columns, columns
from ..backends import dialect
from ..core.documents import CONTENT_NUMBER, DOCUMENTS
from ..core.projections import VERDICT
from ..ddl import Column, Table, create, create_index, quote

_CONTENT, _REVISION = (next(table for table in DOCUMENTS if table.name == name) for name in ("content", "revision"))
_VERDICTS = "FROM {old} o JOIN content c ON c.digest = o.content ORDER BY c.number"


def apply(store: Store) -> None:
    """Run on a database whose verdicts are kept by digests; may be run again."""
    (_mysql if dialect(store) == "mysql" else _sqlite)(store)


# -- SQLite: one transaction ----------------------------------------------------------------------------------------------------------


def _sqlite(store: Store) -> None:
    """Rows have had a number all along. What refers to a table is remade before that goes, and refers to the new one by its final name
    once this has it."""
    if "content_number" in columns(store, "verdict"):
        return
    content = replace(_CONTENT, name="content_new")
    revision = replace(_REVISION, name="revision_new", foreign=tuple(
        (own, f"{other}_new" if other == "content" else other, at) for own, other, at in _REVISION.foreign
    ))  # fmt: skip
    _filled(store, content, "FROM content o ORDER BY o.rowid", number="o.rowid")
    store.execute(create_index("sqlite", content, content.indexes[0]), noresult=True)  # the keys that revisions refer to
    _filled(store, revision, "FROM revision o JOIN content_new c ON c.digest = o.digest ORDER BY o.rowid", content_number="c.number")
    for name in ("revision", "content"):
        _run(store, f"DROP TABLE {name}", f"ALTER TABLE {name}_new RENAME TO {name}")
    _run(store, f"DROP INDEX {quote('sqlite', 'content_new__digest')}", *create("sqlite", _CONTENT)[1:], *create("sqlite", _REVISION)[1:])
    _filled(store, replace(VERDICT, name="verdict_new"), _VERDICTS.format(old="verdict"), content_number="c.number")
    _run(store, "DROP TABLE verdict", "ALTER TABLE verdict_new RENAME TO verdict")


# -- MariaDB: a commit at each statement ------------------------------------------------------------------------------------------------


def _mysql(store: Store) -> None:
    if not _numbered(store):
        add_columns(store, "content", [Column("number", "integer")])
        _run(
            store,
            "UPDATE content JOIN (SELECT digest, ROW_NUMBER() OVER (ORDER BY created, digest) AS number FROM content) counted "
            "ON counted.digest = content.digest SET content.number = counted.number",
            "ALTER TABLE content MODIFY COLUMN number BIGINT NOT NULL AUTO_INCREMENT FIRST, DROP PRIMARY KEY, ADD PRIMARY KEY (number), "
            "ADD UNIQUE INDEX content__digest (digest)",
        )  # fmt: skip
    add_columns(store, "revision", [replace(CONTENT_NUMBER, default="0")])
    _run(
        store,
        "UPDATE revision JOIN content ON content.digest = revision.digest SET revision.content_number = content.number "
        "WHERE revision.content_number = 0",
        "ALTER TABLE revision ALTER COLUMN content_number DROP DEFAULT",
    )
    if "content_number" not in columns(store, "verdict"):
        _run(store, "DROP TABLE IF EXISTS verdict_new")
        _filled(store, replace(VERDICT, name="verdict_new"), _VERDICTS.format(old="verdict"), content_number="c.number")
        _run(store, "RENAME TABLE verdict TO verdict_old, verdict_new TO verdict")
    _run(store, "DROP TABLE IF EXISTS verdict_old")


def _numbered(store: Store) -> bool:
    key = "SELECT column_name FROM information_schema.key_column_usage WHERE table_schema = DATABASE() AND table_name = 'content' " \
          "AND constraint_name = 'PRIMARY'"  # fmt: skip
    return [row[0] for row in store.execute(key).get_all()] == ["number"]


# -- both -------------------------------------------------------------------------------------------------------------------------------


def _filled(store: Store, table: Table, source: str, **others: str) -> None:
    """Make the table, without its indexes, and fill it: its columns are those of the source's `o`, but for `others`."""
    name = dialect(store)
    names = ", ".join(quote(name, column.name) for column in table.columns)
    values = ", ".join(others.get(column.name, f"o.{quote(name, column.name)}") for column in table.columns)
    _run(store, create(name, table)[0], f"INSERT INTO {table.name} ({names}) SELECT {values} {source}")


def _run(store: Store, *statements: str) -> None:
    for statement in statements:
        store.execute(statement, noresult=True)
