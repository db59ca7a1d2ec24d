"""xmlschema, with room for real schemas: its own limits are meant for files from strangers, and schemas have limits of ours (`gate`)."""

from __future__ import annotations

from types import ModuleType

DEEPEST = 100  # groups in groups; xmlschema's limit of 15 is below that of LegalRuleML
MOST = 10_000  # documents of a set


def xmlschema() -> ModuleType:
    """The library; importing it takes 0.2 s, which a process that only meets valid documents need not spend."""
    import xmlschema as library

    library.limits.MAX_MODEL_DEPTH, library.limits.MAX_SCHEMA_SOURCES = DEEPEST, MOST
    return library
