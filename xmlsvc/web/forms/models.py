"""The content models of one schema, each made once."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Sequence

from ...schema import model
from ...schema.matcher import Matcher
from ...schema.registry import Schema
from .allowed import Allowed, Model


class Models:
    """Answers for any complex type of a schema; any number of threads may ask."""

    def __init__(self, schema: model.Model) -> None:
        self._schema = schema
        self._models: dict[int, Model] = {}
        self._lock = threading.Lock()

    def _of(self, kind: model.Type | None) -> Model | None:
        if not isinstance(kind, model.ComplexType) or kind.content is None:
            return None
        known = self._models.get(id(kind))
        if known is None:
            made = Model(Matcher(kind.content, self._schema.substitutes))
            with self._lock:
                known = self._models.setdefault(id(kind), made)
        return known

    def declared(self, kind: model.Type | None) -> dict[str, model.Element]:
        """The elements that the type's content names, by Clark name, in the order of the schema."""
        found = self._of(kind)
        return found.declared if found is not None else {}

    def allowed(self, kind: model.Type | None, names: Sequence[str]) -> Allowed | None:
        """What is allowed among children of these names; None for a type that has no children."""
        found = self._of(kind)
        return Allowed(found, names) if found is not None else None


_known: weakref.WeakKeyDictionary[Schema, Models] = weakref.WeakKeyDictionary()
_lock = threading.Lock()


def of(schema: Schema) -> Models:
    """The models of a registered schema."""
    with _lock:
        known = _known.get(schema)
        if known is None:
            known = _known[schema] = Models(schema.model)
        return known
