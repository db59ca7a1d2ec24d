"""Identity in a document that is read piece by piece: what is noted stands for elements that are gone (`findings.Far`).

Constraints of an element that is held are judged at its end, as in `identity`; those of an open one row by row, as the pieces come.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lxml import etree

from ..schema.model import Element, Identity, Type
from ..schema.values import Value
from .components import Components
from .findings import Far, Place
from .identity import Add, Identities, Path, Scope, Table, alternatives, name_test

if TYPE_CHECKING:
    from .streamed import Cursor


@dataclass(slots=True)
class _Running:
    """The constraints of an open element. `depth`: its place among the open ones; `rows`: by a keyref's id, what may lead nowhere."""

    scope: Scope
    depth: int
    tables: dict[int, Table] = field(default_factory=dict)
    rows: dict[int, list[tuple[Place, tuple[Value, ...]]]] = field(default_factory=dict)


class FarIdentities(Identities):
    """`left_open`: a constraint selects elements that are not held, by more than their attributes, so it was not judged."""

    def __init__(self, components: Components, add: Add, cursor: Cursor) -> None:
        super().__init__(components, add)
        self._cursor = cursor
        self._running: list[_Running] = []
        self._kept: dict[etree._Element, tuple[Element, Type, bool]] = {}
        self.left_open = False

    def reference(self, element: etree._Element) -> Place:
        return Far(self._cursor.ordinal(element), str(element.tag))

    def enter(self, element: etree._Element, declaration: Element, actual: Type, nilled: bool) -> Scope | None:
        scope = super().enter(element, declaration, actual, nilled)
        if self.types is None or self._cursor.opened(element) is None:
            return scope
        self._kept[element] = self.types[element]
        if scope is not None:
            running = _Running(scope, len(self._cursor.spine) - 1)
            for identity in scope.identities:
                if identity.kind == "keyref":
                    running.rows[id(identity)] = []
                else:
                    running.tables[id(identity)] = Table(identity.name)
            self._running.append(running)
        self._opened(element)
        return scope

    def leave(self, scope: Scope) -> None:
        super().leave(scope)
        if self._running and self._running[-1].scope is scope:
            self._running.pop()

    def table(self, scope: etree._Element, identity: Identity) -> Table:
        running = self._of(scope)
        return super().table(scope, identity) if running is None else running.tables[id(identity)]

    def referring(self, scope: etree._Element, identity: Identity) -> Iterator[tuple[Place, tuple[Value, ...]]]:
        running = self._of(scope)
        return super().referring(scope, identity) if running is None else iter(running.rows[id(identity)])

    def _of(self, scope: etree._Element) -> _Running | None:
        return next((one for one in self._running if one.scope.element is scope), None)

    def collect(self, child: etree._Element) -> None:
        """What the open constraints select in a piece that has been assessed; what is known of its elements is forgotten."""
        if self.types is None:
            return
        if self._cursor.piece is not None and self._cursor.piece[0] is child:
            names = [one.element.tag for one in self._cursor.spine]
            for running in self._running:
                chain = names[running.depth + 1 :]
                for identity in running.scope.identities:
                    found = (one for path in alternatives(identity.selector, identity) for one in _reached(path, chain, child))
                    for element in dict.fromkeys(found):
                        self._select(running, identity, element)
        self._kept.pop(child, None)
        self.types.clear()
        self.types.update(self._kept)
        mark = self._running[-1].scope.mark if self._running else 0
        wanted = {identity.refer for running in self._running for identity in running.scope.identities if identity.kind == "keyref"}
        self.tables[mark:] = [table for table in self.tables[mark:] if table.name in wanted]

    def _select(self, running: _Running, identity: Identity, element: etree._Element) -> None:
        if identity.kind != "keyref":
            self.enter_row(running.tables[id(identity)], identity, element)
            return
        values, _ = self.row(element, identity)
        if values is not None and not any(table.name == identity.refer and values in table.rows for table in running.tables.values()):
            running.rows[id(identity)].append((self.reference(element), values))

    def _opened(self, element: etree._Element) -> None:
        """An element that is not held is itself selected: its attributes can be read, its content is not there."""
        names = [one.element.tag for one in self._cursor.spine]
        for running in self._running:
            chain = names[running.depth + 1 :]
            for identity in running.scope.identities:
                if not any(_ends(path, chain) for path in alternatives(identity.selector, identity)):
                    continue
                fields = [path for one in identity.fields for path in alternatives(one, identity)]
                if all(path.attribute is not None and not path.steps and not path.anywhere for path in fields):
                    self._select(running, identity, element)
                else:
                    self.left_open = True


def _fits(test: str, name: str) -> bool:
    """Whether a name test ("*", "{ns}*", a Clark name) selects a name."""
    return test in ("*", name) or (test.endswith("}*") and name.startswith(test[:-1]))


def _ends(path: Path, chain: Sequence[str]) -> bool:
    """Whether the path leads from an element to the last of the elements that follow it down."""
    if len(path.steps) > len(chain) or (len(path.steps) < len(chain) and not path.anywhere):
        return False
    return all(map(_fits, path.steps, chain[len(chain) - len(path.steps) :]))


def _reached(path: Path, chain: Sequence[str], piece: etree._Element) -> Iterator[etree._Element]:
    """What the path leads to in a piece, whose ancestors below the path's beginning are called as in `chain`."""
    steps = path.steps
    if not steps:
        yield from piece.iter(etree.Element) if path.anywhere else ()
        return
    for begin in range(len(chain) + 1) if path.anywhere else (0,):
        passed = chain[begin:]
        if len(steps) > len(passed) and all(map(_fits, steps, passed)):
            first, *rest = steps[len(passed) :]
            within = Path(False, tuple(rest), None)
            if not passed and path.anywhere:
                for found in piece.iter(name_test(first)):
                    yield from within.elements(found)
            elif _fits(first, piece.tag):
                yield from within.elements(piece)
