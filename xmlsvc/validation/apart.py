"""What may take for ever, or all memory, on a document, done in processes that can be killed: xmlschema's opinion, with the conditions of
XSD 1.1 (`every $i in 1 to 100000000`), and a vocabulary's own rules on documents above a size.

    second_opinion(schema_set, version, tree, limit)   -> findings, as `conformant` has them
    rules(schema, data, tree)                          -> findings, as `rules` has them

A worker gets the bytes and answers with places in document order. Both raise sandbox.Stopped.
"""

from __future__ import annotations

import atexit
import pickle
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lxml import etree

from ..schema import store, strict
from ..schema.vocabulary import Manifest
from ..xml import parser
from ..xml.sandbox import Sandbox
from . import conformant
from . import rules as own_rules
from .findings import Finding

if TYPE_CHECKING:
    from ..schema.registry import Schema
    from ..schema.store import SchemaSet

_WORKERS = Sandbox(megabytes=3_072, workers=2)
_LEAST, _EACH = 30.0, 30.0  # seconds for a document, and for each megabyte of it
atexit.register(_WORKERS.close)
_Told = list[list[Any]]  # code, kind, ordinal, attribute, facts, engines


def second_opinion(schema_set: SchemaSet, version: str, tree: etree._ElementTree, limit: int) -> list[Finding]:
    """At most `limit` findings of xmlschema's; none: it calls the document valid."""
    data = etree.tostring(tree, encoding="utf-8")
    strict.keep(schema_set, version)  # the worker need not build it again
    told = _WORKERS.call(f"{__name__}:ask", str(schema_set.directory), version, data, limit, seconds=_time(data))
    return _findings(told, tree)


def rules(schema: Schema, data: bytes, tree: etree._ElementTree) -> list[Finding]:
    """What breaks the rules of the schema's vocabulary. Raises SchemaError where they cannot be compiled."""
    manifest = schema.manifest  # not what the folder says: a run may have more rules
    said = pickle.dumps((dict(manifest.namespaces), dict(manifest.rules), manifest.schematron))
    told = _WORKERS.call(f"{__name__}:keep_to_rules", said, str(schema.home), schema.version, data, seconds=_time(data))
    return _findings(told, tree)


def _time(data: bytes) -> float:
    return _LEAST + _EACH * len(data) / 1e6


def _findings(told: _Told, tree: etree._ElementTree) -> list[Finding]:
    elements = list(tree.getroot().iter(etree.Element)) if told else []
    return [Finding(code, kind, elements[ordinal], attribute, facts, set(engines))
            for code, kind, ordinal, attribute, facts, engines in told]


# -- in the worker ------------------------------------------------------------------------------------------------------------


def ask(directory: str, version: str, data: bytes, limit: int) -> _Told:
    """In a worker: xmlschema's findings on a document."""
    tree = _tree(data)  # without comments: it takes the text before one for all of an element's text
    etree.strip_elements(tree, etree.Comment, etree.ProcessingInstruction, with_tail=False)
    return _told(conformant.findings(store.load(Path(directory)), version, tree, limit), tree)


def keep_to_rules(said: bytes, home: str, version: str, data: bytes) -> _Told:
    """In a worker: what breaks these rules, whose files are in the vocabulary's folder."""
    tree = _tree(data)
    return _told(own_rules.rule_set(_manifest(said), Path(home), version).findings(tree), tree)


@lru_cache(8)
def _manifest(said: bytes) -> Manifest:
    """The same one for the same rules: they are compiled once."""
    namespaces, rules_, schematron = pickle.loads(said)
    return Manifest(namespaces=namespaces, rules=rules_, schematron=schematron)


def _tree(data: bytes) -> etree._ElementTree:
    return parser.parse(data, replace(parser.DEFAULT, bytes=len(data), elements=len(data)))


def _told(found: Sequence[Finding], tree: etree._ElementTree) -> _Told:
    ordinals = {element: ordinal for ordinal, element in enumerate(tree.getroot().iter(etree.Element))} if found else {}
    return [[one.code, one.kind, ordinals[one.element], one.attribute, one.facts, sorted(one.engines)] for one in found]
