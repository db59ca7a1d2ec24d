"""Sets of published documents: by vocabulary, by the values of its columns, by partner. Hierarchical, as OAI-PMH writes them.

    vocabulary · vocabulary:programme · vocabulary:programme:genre · vocabulary:programme:genre:drama · partner · partner:nordlys
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from storm.store import Store

from ..documents.filters import Filterable, columns_of
from ..documents.services import Services
from ..errors import UnknownVocabulary
from ..storage import model
from ..storage.backends import dialect
from ..storage.ddl import quote

MOST_VALUES = 200  # of a column, to be sets unless the manifest says so
_PLAIN = re.compile(r"[A-Za-z0-9\-_.~*'()]")  # OAI-PMH 2.0, section 2.6, without "!", which begins an escape
_SPEC = re.compile(r"([A-Za-z0-9\-_.!~*'()])+(:[A-Za-z0-9\-_.!~*'()]+)*")
_LONGEST = 255

__all__ = ["Set", "columns", "is_spec", "of_documents", "unword", "word"]


class Set(NamedTuple):
    """A set by its setSpec, and its name for people."""

    spec: str
    name: str


def is_spec(text: str) -> bool:
    """Whether it is written as a setSpec."""
    return _SPEC.fullmatch(text) is not None


def word(text: str) -> str:
    """A value as a part of a setSpec: what may not stand there is "!" and two hexadecimal digits for each byte of its UTF-8 form."""
    return "".join(each if _PLAIN.match(each) else "".join(f"!{byte:02X}" for byte in each.encode()) for each in text)


def unword(part: str) -> str:
    """The inverse of `word`."""
    return re.sub(rb"!([0-9A-F]{2})", lambda found: bytes.fromhex(found[1].decode()), part.encode()).decode("utf-8", "replace")


def columns(services: Services, vocabulary: str) -> dict[str, Filterable]:
    """The columns whose values are sets, by the word that stands for them in a setSpec: those that the manifest names, as filters do, else
    those of the root whose values the schema lists. Of a table that holds one value the table's name is enough."""
    try:
        known = columns_of(services, vocabulary)
        manifest = services.registry.get(vocabulary).manifest
    except UnknownVocabulary:
        return {}
    if manifest.sets is not None:
        return {name.removesuffix(".value"): known[name] for name in manifest.sets if name in known}
    return {name: each for name, each in known.items() if "." not in name and 1 < len(each.enumeration) <= MOST_VALUES}


def of_documents(
    store: Store, vocabulary: str, columns: Mapping[str, Filterable], documents: Sequence[str]
) -> dict[str, frozenset[str]]:
    """For each document the sets that its published columns put it in."""
    found: dict[str, set[str]] = {each: set() for each in documents}
    if not documents:
        return {}
    marks, name = ", ".join("?" * len(documents)), dialect(store)
    for short, each in columns.items():
        rows = store.execute(
            f"SELECT DISTINCT document_id, {quote(name, each.column)} FROM {quote(name, each.table)} "
            f"WHERE document_id IN ({marks}) AND head & ? <> 0 AND {quote(name, each.column)} IS NOT NULL",
            (*documents, model.PUBLISHED)).get_all()
        for document, value in rows:
            spec = f"vocabulary:{word(vocabulary)}:{word(short)}:{word(str(value))}"
            if str(value) and len(spec) <= _LONGEST:
                found[document] |= {spec, spec.rpartition(":")[0]}
    return {document: frozenset(specs) for document, specs in found.items()}
