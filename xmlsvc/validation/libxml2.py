"""libxml2's verdict: the fast one. Its messages reach nobody; its places say where it agrees.

    compiled(schema_set)         -> etree.XMLSchema of this thread
    accepts(schema_set, tree)    -> True, False, or None (libxml2 gave up)
    places(schema_set, tree)     -> {(element, attribute or None)} that its errors are about

An XMLSchema object keeps one error log for whoever uses it, so threads that share one read each other's errors, values included
(measured: 39 % of runs). Each thread has its own, and only this module touches one.
"""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from typing import TYPE_CHECKING, BinaryIO

from lxml import etree

from ..errors import SchemaError
from ..xml import parser, pieces

if TYPE_CHECKING:
    from ..schema.store import SchemaSet

_KEPT = 64  # compiled schemas kept for each thread
_STEP = re.compile(r"^(\*|(?:([^:]+):)?([^\[]+))(?:\[(\d+)\])?$")
_ATTRIBUTE = re.compile(r"^Element '[^']*', attribute '([^']*)'")
_NAMED = re.compile(r"[Tt]he attribute '([^']*)'")


class _Compiled(threading.local):
    def __init__(self) -> None:
        self.schemas: OrderedDict[str, etree.XMLSchema] = OrderedDict()


_compiled = _Compiled()


def compiled(schema_set: SchemaSet) -> etree.XMLSchema:
    """This thread's compiled schema. Raises SchemaError, with libxml2's findings, where it refuses the schema."""
    schemas = _compiled.schemas
    schema = schemas.get(schema_set.digest)
    if schema is None:
        schema = schemas[schema_set.digest] = _compile(schema_set)
        if len(schemas) > _KEPT:
            schemas.popitem(last=False)
    elif len(schemas) == _KEPT:
        schemas.move_to_end(schema_set.digest)
    return schema


def _compile(schema_set: SchemaSet) -> etree.XMLSchema:
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
    schema = compiled(schema_set)
    try:
        return bool(schema.validate(tree))
    except etree.XMLSchemaValidateError:
        return None


def accepts_reading(schema_set: SchemaSet, stream: BinaryIO, limits: parser.Limits = parser.DEFAULT) -> bool:
    """Whether libxml2 calls the document valid, found out while reading it: in little memory, and in time that does not grow with the
    square of the wrong siblings (100,000 take it 63 s in a tree, since each error is told with a path). Attributes of type ID are not
    held against each other in this way."""
    run = pieces.Pieces(stream, limits, compiled(schema_set))
    for _ in run:
        pass
    return run.accepted


def places(schema_set: SchemaSet, tree: etree._ElementTree) -> set[tuple[etree._Element, str | None]]:
    """Which (element, attribute's local name) the errors of this thread's last `accepts` on this tree are about."""
    found: set[tuple[etree._Element, str | None]] = set()
    for entry in compiled(schema_set).error_log:  # type: ignore[attr-defined]
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
