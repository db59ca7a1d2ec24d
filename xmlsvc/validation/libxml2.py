"""libxml2's verdict: the fast one. Its messages reach nobody; its places say where it agrees.

    with lent(schema_set) as schema: …   an etree.XMLSchema that nobody else uses meanwhile
    accepts(schema_set, tree)    -> True, False, or None (libxml2 gave up)
    places(tree)                 -> {(element, attribute or None)} that its errors are about

An XMLSchema object keeps one error log for whoever uses it, so threads that share one read each other's errors, values included
(measured: 39 % of runs). So each is lent to one thread at a time, and only this module touches one. There are as many of a schema as
were ever needed at once: one for each thread would cost seconds and tens of megabytes a thread where the schema is large.
"""

from __future__ import annotations

import re
import threading
from typing import TYPE_CHECKING, Any, BinaryIO

from lxml import etree

from ..errors import SchemaError
from ..xml import parser, pieces

if TYPE_CHECKING:
    from ..schema.store import SchemaSet

_KEPT = 64  # schemas of which compiled ones are kept
_STEP = re.compile(r"^(\*|(?:([^:]+):)?([^\[]+))(?:\[(\d+)\])?$")
_ATTRIBUTE = re.compile(r"^Element '[^']*', attribute '([^']*)'")
_NAMED = re.compile(r"[Tt]he attribute '([^']*)'")


class _Pool:
    """The compiled ones of one schema that nobody uses. `making`: held while one is compiled, for whoever waits finds what came back."""

    __slots__ = ("idle", "making")

    def __init__(self) -> None:
        self.idle: list[etree.XMLSchema] = []
        self.making = threading.Lock()

    def take(self, schema_set: SchemaSet) -> etree.XMLSchema:
        try:
            return self.idle.pop()
        except IndexError:
            pass
        with self.making:
            try:
                return self.idle.pop()
            except IndexError:
                return compiled(schema_set)


class _Log(threading.local):
    """The errors of this thread's last document that was not accepted."""

    errors: Any = ()  # lxml's own list


_pools: dict[str, _Pool] = {}
_adding = threading.Lock()
_log = _Log()


class lent:
    """`with lent(schema_set) as schema:` a compiled schema that nobody else uses while the block runs. Raises SchemaError, with libxml2's
    findings, where it refuses the schema."""

    __slots__ = ("_pool", "_schema", "_set")

    def __init__(self, schema_set: SchemaSet) -> None:
        self._set = schema_set

    def __enter__(self) -> etree.XMLSchema:
        self._pool = _pools.get(self._set.digest) or _pool(self._set.digest)
        self._schema = self._pool.take(self._set)
        return self._schema

    def __exit__(self, *_: object) -> None:
        self._pool.idle.append(self._schema)


def _pool(digest: str) -> _Pool:
    with _adding:
        if len(_pools) >= _KEPT:
            del _pools[next(iter(_pools))]
        return _pools.setdefault(digest, _Pool())


def compiled(schema_set: SchemaSet) -> etree.XMLSchema:
    """A compiled schema of the caller's own. Raises SchemaError, with libxml2's findings, where it refuses the schema."""
    driver = schema_set.driver
    tree = parser.parse_schema(driver.read_bytes(), driver, [schema_set.directory])
    try:
        return etree.XMLSchema(tree)
    except etree.XMLSchemaParseError as error:
        findings = tuple((f"{entry.filename.rpartition('/')[2]}:{entry.line}", plain(entry.message)) for entry in error.error_log)
        raise SchemaError(f"The schema is not valid: {findings[0][1] if findings else plain(str(error))}", findings) from None


def plain(message: str) -> str:
    """A message of libxml2 without Clark names."""
    return re.sub(r"\{[^}']*\}", "", message).strip()


def accepts(schema_set: SchemaSet, tree: etree._ElementTree) -> bool | None:
    """Whether libxml2 calls the document valid; None where it fails on its own ("Internal error"), which is no verdict."""
    with lent(schema_set) as schema:
        try:
            if schema.validate(tree):
                return True
        except etree.XMLSchemaValidateError:
            _log.errors = ()
            return None
        _log.errors = schema.error_log
        return False


def accepts_reading(schema_set: SchemaSet, stream: BinaryIO, limits: parser.Limits = parser.DEFAULT) -> bool:
    """Whether libxml2 calls the document valid, found out while reading it: in little memory, and in time that does not grow with the
    square of the wrong siblings (100,000 take it 63 s in a tree, since each error is told with a path). Attributes of type ID are not
    held against each other in this way."""
    with lent(schema_set) as schema:
        run = pieces.Pieces(stream, limits, schema)
        for _ in run:
            pass
        return run.accepted


def places(tree: etree._ElementTree) -> set[tuple[etree._Element, str | None]]:
    """Which (element, attribute's local name) the errors are about for which this thread's last `accepts`, of this tree, was False. They
    can be asked for once."""
    found: set[tuple[etree._Element, str | None]] = set()
    errors, _log.errors = _log.errors, ()
    for entry in errors:
        element = _resolve(tree.getroot(), entry.path) if entry.path else None
        if element is not None:
            match = _ATTRIBUTE.match(entry.message) or _NAMED.search(entry.message)
            found.add((element, match[1].rpartition("}")[2] if match else None))
    return found


def _resolve(root: etree._Element, path: str) -> etree._Element | None:
    """The element of a path that libxml2 made: prefixes are the document's own, "*" stands for names in a default namespace."""
    current: etree._Element | None = None
    for step in path.strip("/").split("/"):
        match = _STEP.match(step)
        if match is None:
            return None
        children = [root] if current is None else list(current.iterchildren(etree.Element))
        if match[1] != "*":
            children = [child for child in children if child.prefix == match[2] and etree.QName(child).localname == match[3]]
        number = int(match[4] or 1)
        if len(children) < number:
            return None
        current = children[number - 1]
    return current
