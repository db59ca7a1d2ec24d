"""Generated tables and columns under names that people chose: `[names]` of vocabulary.toml, TABLE or TABLE.COLUMN = name.

The keys are the generated names, as they are without the table `[names]`; they mean all versions of a vocabulary. So two versions' columns
of different generated names become one by being given the same name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ..errors import SchemaError
from .table_names import CORE_TABLES, LONGEST, PROVENANCE, RESERVED, snake
from .table_plan import CHILD_COLUMNS, ROOT_COLUMNS, Omitted, RowTable, TablePlan


def renamed(plan: TablePlan, names: Mapping[str, str]) -> TablePlan:
    """The plan with the names. Raises SchemaError for a name that cannot be used."""
    if not names:
        return plan
    for key, name in names.items():
        _check(key, name, plan)
    called = {table.name: names.get(table.name, table.name) for table in plan.tables}
    tables = tuple(_table(table, names, called) for table in plan.tables)
    _refuse_twice("the tables", [table.name for table in tables])
    columns = {(table.name, column.name): names.get(f"{table.name}.{column.name}", column.name)
               for table in plan.tables for column in table.columns}  # fmt: skip
    there = called.keys() | {f"{table}.{column}" for table, column in columns}
    unused = tuple(Omitted((key,), "named in vocabulary.toml, and not in this version") for key in names if key not in there)
    titles = tuple((called[table], columns[table, column]) for table, column in plan.titles)
    return replace(plan, tables=tables, titles=titles, names=tuple(sorted(names.items())), omitted=plan.omitted + unused)


def _table(table: RowTable, names: Mapping[str, str], called: Mapping[str, str]) -> RowTable:
    columns = tuple(replace(column, name=names.get(f"{table.name}.{column.name}", column.name)) for column in table.columns)
    _refuse_twice(f"columns of {table.name}", [column.name for column in columns])
    parents = tuple((called[parent], path) for parent, path in table.parents)
    return replace(table, name=called[table.name], parents=parents, columns=columns)


def _check(key: str, name: str, plan: TablePlan) -> None:
    table, _, column = key.partition(".")
    taken = {*PROVENANCE, *ROOT_COLUMNS, *CHILD_COLUMNS} if column else CORE_TABLES
    if not column and table == plan.tables[0].name:
        raise SchemaError(f"vocabulary.toml names the table {key}: the first table has the vocabulary's name, and keeps it.")
    if snake(name) != name or len(name) > LONGEST or name in RESERVED or name in taken:
        raise SchemaError(
            f"vocabulary.toml calls {key} {name!r}: a name has lower-case letters, digits and _, at most {LONGEST} of them, begins with a "
            "letter, and is no word of SQL or Python and no name that this program needs."
        )


def _refuse_twice(what: str, names: list[str]) -> None:
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise SchemaError(f"By [names] of vocabulary.toml two of {what} would be called {twice[0]}.")
