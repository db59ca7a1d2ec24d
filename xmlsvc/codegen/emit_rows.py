"""Emits the Storm classes of a table plan: one class a table, with references to its document, its parents and its children."""

from __future__ import annotations

import textwrap

from .table_names import RESERVED, snake
from .table_plan import Column, RowTable, TablePlan

_TYPES = {
    "text": "TextColumn", "line": "TextColumn", "token": "TextColumn", "qname": "TextColumn", "integer": "IntegerColumn",
    "decimal": "DecimalColumn", "float": "FloatColumn", "boolean": "BooleanColumn", "datetime": "DateTimeColumn", "date": "DateColumn",
    "time": "TimeColumn", "duration": "DurationColumn",
}  # fmt: skip
_OWN = {"of", "document", "parent_row"}
_KEY = "({0}document_id, {0}head, {0}{1})"


def emit(plan: TablePlan) -> str:
    """The source of `rows.py`; the same for the same plan."""
    names = class_names(plan)
    children: dict[str, list[str]] = {table.name: [] for table in plan.tables}
    for table in plan.tables:
        for parent in dict.fromkeys(parent for parent, _ in table.parents):
            children[parent].append(table.name)
    used = {_TYPES[column.kind] for table in plan.tables for column in table.columns}
    imported = sorted({*used, "IntegerColumn", "TextColumn", "Document", "Rows"})
    head = [
        f'"""The tables of the vocabulary {plan.vocabulary} as Storm classes. Generated: changes are lost.',
        "",
        f"    {names[plan.tables[0].name]}.of(store, document)      the rows of a document, as it is now",
        '"""',
        "",
        "from __future__ import annotations",
        "",
        "from storm.properties import PropertyPublisherMeta",
        "from storm.references import Reference, ReferenceSet",
        "",
        "from xmlsvc.storage.columns import (",
        *(f"    {name}," for name in imported),
        ")",
        "",
        "",
        "class Row(Rows, metaclass=PropertyPublisherMeta):",
        '    """Base of the classes here; they name each other."""',
        "",
    ]
    for table in plan.tables:
        head += ["", *_class(plan, table, names, children[table.name]), ""]
    head += ["", f"TABLES = ({', '.join(names[table.name] for table in plan.tables)},)"]
    return "\n".join(head).rstrip("\n") + "\n"


def class_names(plan: TablePlan) -> dict[str, str]:
    """The class of each table: "programme_title" is ProgrammeTitle."""
    names: dict[str, str] = {}
    for table in plan.tables:
        made = "".join(part[:1].upper() + part[1:] for part in table.name.split("_")) or "Table"
        number, unique = 2, made
        while unique in names.values() or unique in {"Row", "Rows", "Document", "Reference", "ReferenceSet", *_TYPES.values()}:
            unique, number = f"{made}{number}", number + 1
        names[table.name] = unique
    return names


def _class(plan: TablePlan, table: RowTable, names: dict[str, str], children: list[str]) -> list[str]:
    columns = {column.name for column in table.columns}
    lines = [f"class {names[table.name]}(Row):", *_docstring(table.documentation), f'    __storm_table__ = "{table.name}"']
    primary = '("document_id", "head")' if table.is_root else '("document_id", "head", "n")'
    lines += [f"    __storm_primary__ = {primary}", "    document_id = TextColumn()"]
    lines += ["    head = IntegerColumn()", "    n = IntegerColumn()"]
    if table.is_root:
        lines += ["    root_element = TextColumn()", "    document_title = TextColumn()", "    filled = TextColumn()"]
    else:
        lines.append("    parent = IntegerColumn()")
    lines += [_column(column) for column in table.columns]
    taken = {*columns, *_OWN}
    lines.append("    document = Reference(document_id, Document.id)")
    parents = list(dict.fromkeys(parent for parent, _ in table.parents))
    for parent in parents:
        attribute = "parent_row" if len(parents) == 1 else _free(f"{_short(plan, parent)}_row", taken)
        taken.add(attribute)
        lines.append(f"    {attribute} = Reference({_KEY.format('', 'parent')}, {_named(names[parent], 'n')})")
    for child in children:
        attribute = _free(f"{_short(plan, child)}_rows", taken)
        taken.add(attribute)
        order = f'order_by="{names[child]}.n"'
        lines.append(f"    {attribute} = ReferenceSet({_KEY.format('', 'n')}, {_named(names[child], 'parent')}, {order})")
    return lines


def _column(column: Column) -> str:
    return f"    {column.name} = {_TYPES[column.kind]}()"


def _named(cls: str, last: str) -> str:
    return f'("{cls}.document_id", "{cls}.head", "{cls}.{last}")'


def _short(plan: TablePlan, table: str) -> str:
    base = snake(plan.vocabulary)
    return table.removeprefix(f"{base}_") or base


def _free(name: str, taken: set[str]) -> str:
    if not name[0].isalpha():
        name = f"x{name}"
    while name in taken or name in RESERVED:
        name += "_"
    return name


def _docstring(documentation: str) -> list[str]:
    plain = " ".join(documentation.replace("\\", "/").replace('"', "'").split())
    if not plain:
        return []
    wrapped = textwrap.wrap(plain[:600], 120)
    return [f'    """{wrapped[0]}', *(f"    {line}" for line in wrapped[1:]), '    """', ""]
