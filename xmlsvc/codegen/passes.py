"""The generator, as a list: each pass takes the work of the one before."""

from __future__ import annotations

from collections.abc import Callable

from . import emit_classes, emit_rows, fields, gather, ordering, tables
from .plan import Work


def rows(work: Work) -> None:
    """Pass 8: the Storm classes of the vocabulary's tables."""
    if work.manifest is not None and work.model.elements:
        work.files["rows.py"] = emit_rows.emit(tables.plan(work.model, work.manifest, work.vocabulary, work.roots or None))


PASSES: tuple[tuple[str, Callable[[Work], None]], ...] = (
    ("a module for each namespace", gather.modules),
    ("a Python name for each simple type", gather.simple_types),
    ("a class for each complex type", gather.classes),
    ("fields and content models", fields.fields),
    ("base classes first", ordering.order),
    ("source of the modules", emit_classes.modules),
    ("source of the package", emit_classes.package),
    ("tables and their row classes", rows),
)


def run(work: Work) -> Work:
    """All passes, in order."""
    for _, step in PASSES:
        step(work)
    return work
