"""The table plan: from a schema to a root table, child tables and typed columns.

    Structure.roots ──► the root table: one row a document; several roots share it, by the names of their children
      │  breadth first, so that a budget cuts the deepest
      ├─ an element that may repeat       a child table, one row each; elements of the same name and type share one, wherever they stand
      ├─ a structure that may not         its columns go into the table of its parent, named by their path
      ├─ a simple value, an attribute     a typed column
      ├─ mixed content                    its text, as one column
      └─ wildcards, recursion, binary data, what is over budget: left out, each with its reason

What is left out is not lost: rows are there for questions, the bytes are kept. Types derived by xsi:type and members of substitution
groups are part of the plan.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import dataclass, field

from ..schema.model import XML_NAMESPACE, Attribute, ComplexType, Model, SimpleType, Type
from ..schema.vocabulary import Manifest
from ..xml.names import split
from .structure import Child, Structure, join, kind
from .table_names import CORE_TABLES, free, snake
from .table_plan import (
    CHILD_COLUMNS,
    EXISTS,
    ROOT_COLUMNS,
    STRING,
    TEXT,
    TITLE_WORDS,
    XSI_TYPE,
    Column,
    Omitted,
    RowTable,
    TablePlan,
    root_table,
)
from .table_renames import renamed

__all__ = ["Column", "Omitted", "RowTable", "TablePlan", "plan", "root_table"]

MAX_TABLES = 150  # of a vocabulary
MAX_COLUMNS = 120  # of a table: InnoDB keeps up to 40 bytes of each long column in a row of at most 8,126
MAX_DEPTH = 6  # elements from that of a table down to one whose value is its column
MAX_PLACES = 100_000  # places of elements that are looked at: where 100 expressions may each hold any other, there are 10^12
MAX_OMITTED = 2_000  # listed ones
MAX_ENUMERATION = 500
_UNSPOKEN = {"boolean", "decimal", "float", "datetime", "date", "time", "duration", "integer", "binary"}


def plan(model: Model, manifest: Manifest, vocabulary: str, roots: Iterable[str] | None = None) -> TablePlan:
    """The plan for a schema's documents; deterministic. `roots`: Clark names that documents may begin with (None: any global element)."""
    return renamed(_Builder(model, manifest, vocabulary, roots).plan(), manifest.names)


@dataclass(slots=True)
class _Table:
    name: str
    reserved: tuple[str, ...]
    parents: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    documentation: str = ""
    columns: dict[str, Column] = field(default_factory=dict)


@dataclass(slots=True)
class _Node:
    """An element position: `where` it is, from the root; whose table its values go to; its `path` from that table's element."""

    where: tuple[str, ...]
    types: list[Type]
    table: _Table
    path: tuple[str, ...]
    above: frozenset[int]
    documentation: str = ""


class _Builder:
    """One run; `plan` gives the result."""

    def __init__(self, model: Model, manifest: Manifest, vocabulary: str, roots: Iterable[str] | None) -> None:
        self.model, self.manifest, self.vocabulary = model, manifest, vocabulary
        self.structure = Structure(model)
        self.roots = self.structure.roots(roots)
        self.tables: dict[str, _Table] = {}
        self.shared: dict[object, _Table] = {}
        self.omitted: list[Omitted] = []
        self.unlisted: Counter[str] = Counter()
        self.titles: list[tuple[int, int, str, str]] = []
        self.waiting: deque[_Node] = deque()
        self.places = 0

    def plan(self) -> TablePlan:
        """The plan; deterministic for a model, a manifest and a name."""
        root = self._table([root_table(self.vocabulary)], ROOT_COLUMNS, "")
        for name in self.manifest.columns:
            self._manifest_column(root, name)
        elements = [self.model.elements[name] for name in self.roots]
        self.waiting.append(_Node((), [element.type for element in elements], root, (), frozenset()))
        while self.waiting:
            node = self.waiting.popleft()
            if self.places < MAX_PLACES:
                self._visit(node)
            else:
                self._omit(node.where, f"over the budget of {MAX_PLACES:,} places of elements")
        for reason, count in sorted(self.unlisted.items()):
            self.omitted.append(Omitted((), f"{count} more: {reason}"))
        silent, spoken = self._words()
        return TablePlan(
            vocabulary=self.vocabulary, roots=self.roots, titles=tuple((table, column) for _, _, table, column in sorted(self.titles)[:12]),
            tables=tuple(RowTable(t.name, tuple(t.parents), tuple(t.columns.values()), t.documentation) for t in self.tables.values()),
            title_path=self.manifest.document_title or None, namespaces=tuple(sorted(self.manifest.namespaces.items())),
            silent=silent, spoken=spoken, omitted=tuple(self.omitted),
        )  # fmt: skip

    # -- walking ------------------------------------------------------------------------------------------------------------

    def _visit(self, node: _Node) -> None:
        variants = self.structure.variants(node.types)
        complex_types = [each for each in variants if isinstance(each, ComplexType)]
        if len(variants) > 1 and node.where:
            self._column(node, XSI_TYPE, "qname")
        for name, uses in _attributes(complex_types).items():
            self._attribute(node, name, uses)
        own = [each if isinstance(each, SimpleType) else each.simple for each in variants]
        simple = [each for each in own if each is not None]
        mixed = any(each.mixed for each in complex_types)
        children = self.structure.children(complex_types)
        if simple:
            self._value(node, TEXT, simple, node.documentation)
        elif mixed and node.where:
            self._column(node, STRING, "text", documentation=node.documentation)
        elif not children and node.path and not node.table.columns.get(snake(split(node.path[-1])[1])):
            self._column(node, EXISTS, "boolean", documentation=node.documentation)
        if any(self.structure.has_wildcard(each) for each in complex_types):
            self._omit((*node.where, "*"), "a wildcard: elements that the schema does not name")
        if mixed and node.where:
            for child in children:
                self._omit((*node.where, child.name), "part of mixed content, whose text is a column")
            return
        above = node.above | {id(each) for each in complex_types if each.content is not None} if node.where else node.above
        for child in children:
            self._child(node, child, above)

    def _child(self, node: _Node, child: Child, above: frozenset[int]) -> None:
        self.places += 1
        where = (*node.where, child.name)
        types = [declaration.type for declaration in child.declarations]
        documentation = next((d.documentation for d in child.declarations if d.documentation), "")
        if child.repeats:
            self._repeated(node, child, where, types, documentation)
        elif any(id(each) in above for each in types):
            self._omit(where, "recursive: it may hold itself")
        elif len(node.path) >= MAX_DEPTH:
            self._omit(where, f"more than {MAX_DEPTH} elements below the one that repeats")
        elif all(isinstance(each, SimpleType) for each in types):
            simple = [each for each in types if isinstance(each, SimpleType)]
            leaf = _Node(where, types, node.table, (*node.path, child.name), above, documentation)
            if any(declaration.fixed is not None for declaration in child.declarations):
                self._omit(where, "always the same: its value is fixed")
                return
            default = next((d.default for d in child.declarations if d.default is not None), None)
            self._value(leaf, TEXT, simple, documentation, default)
        else:
            self.waiting.append(_Node(where, types, node.table, (*node.path, child.name), above, documentation))

    def _repeated(self, node: _Node, child: Child, where: tuple[str, ...], types: list[Type], documentation: str) -> None:
        identity = _identity(child)
        key = (*node.path, identity) if identity is not None else where
        table = self.shared.get(key)
        if table is None:
            if len(self.tables) >= MAX_TABLES:
                self._omit(where, f"over the budget of {MAX_TABLES} tables")
                return
            steps = where if identity is None else (*node.path, child.name)
            table = self.shared[key] = self._table(self._table_names(steps, where, child), CHILD_COLUMNS, documentation)
            self.waiting.append(_Node(where, types, table, (), frozenset(), documentation))
        table.parents.append((node.table.name, (*node.path, child.name)))

    def _attribute(self, node: _Node, name: str, uses: list[Attribute]) -> None:
        if all(use.fixed is not None for use in uses):
            self._omit((*node.where, f"@{name}"), "always the same: its value is fixed")
            return
        default = next((use.default for use in uses if use.default is not None), None)
        self._value(node, f"@{name}", [use.type for use in uses], next((u.documentation for u in uses if u.documentation), ""), default)

    def _value(self, node: _Node, selector: str, types: list[SimpleType], documentation: str, default: str | None = None) -> None:
        of = join(kind(each) for each in types)
        if of == "binary":
            self._omit((*node.where, selector), "binary data")
            return
        enumeration = tuple(dict.fromkeys(value for each in types for value in each.enumeration))
        if any(not each.enumeration for each in types) or len(enumeration) > MAX_ENUMERATION:
            enumeration = ()
        self._column(node, selector, of, enumeration, documentation, default)

    # -- handing out --------------------------------------------------------------------------------------------------------

    def _column(
        self, node: _Node, selector: str, of: str, enumeration: tuple[str, ...] = (), documentation: str = "", default: str | None = None
    ) -> None:
        table = node.table
        if len(table.columns) >= MAX_COLUMNS:
            self._omit((*node.where, selector), f"over the budget of {MAX_COLUMNS} columns of a table")
            return
        attribute = snake(split(selector[1:])[1]) if selector.startswith("@") else ""
        if selector == XSI_TYPE:
            attribute = "xsi_type"
        plain = "_".join(filter(None, [_joined(node.path), attribute])) or "value"
        last = split(selector[1:] if attribute else node.path[-1])[0] if attribute or node.path else ""
        candidates = [plain, *([f"{plain}_attribute"] if attribute else []), f"{self._prefix(last)}_{plain}"]
        name = free(candidates, {*table.columns, *table.reserved})
        table.columns[name] = Column(name, of, (*node.path, selector), enumeration, documentation, default)
        self._maybe_title(node, table.columns[name])

    def _maybe_title(self, node: _Node, column: Column) -> None:
        """Note the column if it may hold the document's title. The lower the score, the likelier: exact words, near the root."""
        if column.kind not in ("text", "line", "token") or not (node.where or column.path[-1].startswith("@")):
            return
        names = [snake(split(step)[1]).replace("_", "") for step in node.where[-2:]]
        score = len(node.where)
        if column.path[-1].startswith("@"):
            names = [snake(split(column.path[-1][1:])[1]).replace("_", "")]
            score += 2
        if names[-1] in TITLE_WORDS:
            score += TITLE_WORDS[names[-1]]
        elif len(names) > 1 and names[0] in TITLE_WORDS:  # the words stand one level deeper
            score += TITLE_WORDS[names[0]]
        elif not column.path[-1].startswith("@") and any(word in names[-1] for word in TITLE_WORDS):
            score += 4
        else:
            return
        self.titles.append((score, len(self.titles), node.table.name, column.name))

    def _table(self, names: list[str], reserved: tuple[str, ...], documentation: str) -> _Table:
        name = free(names, {*self.tables, *CORE_TABLES})
        self.tables[name] = made = _Table(name, reserved, documentation=documentation)
        return made

    def _table_names(self, steps: tuple[str, ...], where: tuple[str, ...], child: Child) -> list[str]:
        """By the path below the parent's element, then with the type, the whole path, the prefix."""
        base, near, whole = snake(self.vocabulary), _joined(steps), _joined(where)
        of = child.declarations[0].type.name
        typed = [f"{base}_{near}_{snake(split(of)[1])}"] if of else []
        return [f"{base}_{near}", *typed, f"{base}_{whole}", f"{base}_{self._prefix(split(child.name)[0])}_{whole}"]

    def _prefix(self, namespace: str) -> str:
        return "xml" if namespace == XML_NAMESPACE else snake(self.model.prefixes.get(namespace) or "other")

    def _manifest_column(self, root: _Table, name: str) -> None:
        made = free([snake(name)], {*root.columns, *root.reserved})
        root.columns[made] = Column(made, "text", ("xpath", self.manifest.columns[name]))

    def _omit(self, where: tuple[str, ...], reason: str) -> None:
        if len(self.omitted) < MAX_OMITTED:
            self.omitted.append(Omitted(where, reason))
        else:
            self.unlisted[reason] += 1

    # -- words --------------------------------------------------------------------------------------------------------------

    def _words(self) -> tuple[frozenset[str], frozenset[str]]:
        """(elements whose text is never words, attributes whose values may be)."""
        kinds: dict[str, set[str]] = {}
        spoken: set[str] = set()
        seen: set[int] = set()
        waiting: list[Type] = [element.type for element in self.model.elements.values()]
        for name, element in self.model.elements.items():
            kinds.setdefault(name, set()).add(_text_kind(element.type))
        while waiting:
            for each in self.structure.variants((waiting.pop(),)):
                if id(each) in seen or not isinstance(each, ComplexType):
                    continue
                seen.add(id(each))
                for attribute in each.attributes.values():
                    if kind(attribute.type) in ("text", "line", "token") and not attribute.type.enumeration and attribute.fixed is None:
                        spoken.add(attribute.name)
                for child in self.structure.children((each,)):
                    for declaration in child.declarations:
                        kinds.setdefault(child.name, set()).add(_text_kind(declaration.type))
                        waiting.append(declaration.type)
        spoken = {name for name in spoken if split(name)[0] != XML_NAMESPACE}
        return frozenset(name for name, of in kinds.items() if of <= _UNSPOKEN), frozenset(spoken)


def _joined(steps: tuple[str, ...]) -> str:
    return "_".join(snake(split(step)[1]) for step in steps)


def _identity(child: Child) -> object | None:
    """What tells the places apart that share a table; None for an element of an anonymous type that is declared in place."""
    if all(declaration.is_global for declaration in child.declarations):
        return child.name
    names = [declaration.type.name for declaration in child.declarations]
    return (child.name, *map(str, names)) if all(names) and isinstance(child.declarations[0].type, ComplexType) else None


def _text_kind(of: Type) -> str:
    simple = of if isinstance(of, SimpleType) else of.simple
    return kind(simple) if simple is not None else "text"


def _attributes(types: list[ComplexType]) -> dict[str, list[Attribute]]:
    found: dict[str, list[Attribute]] = {}
    for each in types:
        for name, attribute in each.attributes.items():
            found.setdefault(name, []).append(attribute)
    return found
