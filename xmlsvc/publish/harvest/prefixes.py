"""metadataPrefixes (section 3.4): every XML format that has a namespace and the address of its schema.

A format goes by its name, the one in Dublin Core's namespace by "oai_dc", a vocabulary's own XML by the vocabulary's name; its schema is
where its author says, else where we serve it. Where vocabularies use one name for different things, each goes by VOCABULARY.NAME.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from ...documents.services import Services
from ...schema.registry import Schema
from .. import formats, generic_dc


@dataclass(frozen=True, slots=True)
class Prefix:
    """`channels`: (vocabulary, format) of what is disseminated under it."""

    name: str
    schema: str
    namespace: str
    channels: tuple[tuple[str, str], ...]


def of(services: Services, schemas: str) -> dict[str, Prefix]:
    """All prefixes by name, oai_dc first. `schemas`: the address below which schemas are found as VOCABULARY/VERSION/FILE."""
    found: dict[tuple[str, str, str], list[tuple[str, str]]] = {}
    for vocabulary in services.registry.names():
        seen: set[str] = set()
        for schema in sorted(services.registry.versions(vocabulary), key=lambda each: not each.active):
            for format in formats.of(schema).values():
                told = format.schema or (f"{schemas}/{_place(schema)}" if format.exact else "")
                if format.name in seen or not (format.namespace and told and format.public(services.settings.public)):
                    continue
                seen.add(format.name)
                dublin = format.namespace == generic_dc.NAMESPACE
                name = generic_dc.NAME if dublin else vocabulary if format.exact else format.name
                url = generic_dc.SCHEMA if dublin else told
                found.setdefault((name, url, format.namespace), []).append((vocabulary, format.name))
    names = [name for name, _, _ in found]
    made: dict[str, Prefix] = {generic_dc.NAME: Prefix(generic_dc.NAME, generic_dc.SCHEMA, generic_dc.NAMESPACE, ())}
    for (name, url, namespace), channels in found.items():
        if names.count(name) == 1:
            made[name] = Prefix(name, url, namespace, tuple(channels))
        else:
            for channel in channels:
                own = f"{channel[0]}.{name}"
                made[own] = Prefix(own, url, namespace, (channel,))
    return made


def _place(schema: Schema) -> str:
    """Of the document of its set that leads to all others."""
    return "/".join(quote(part, safe="") for part in (schema.vocabulary, schema.version, schema.set.driver.name))
