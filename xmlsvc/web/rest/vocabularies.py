"""/api/vocabularies: what is registered, with versions, roots, formats and columns."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from ... import errors
from ...batch import activation
from ...documents import access
from ...documents.services import Services
from ...schema.registry import Schema
from .. import exchange, representations
from ..exchange import actor, url
from . import resources


class Vocabularies:
    """All vocabularies."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def GET(self) -> bytes:
        access.require(actor(), "read")
        registry = self._services.registry
        return exchange.json_answer({"vocabularies": [vocabulary(name, registry.versions(name)) for name in registry.names()]})


class Vocabulary:
    """One vocabulary."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def GET(self, name: str) -> bytes:
        access.require(actor(), "read")
        return exchange.json_answer(vocabulary(name, versions(self._services, name)))


class Version:
    """One version of a vocabulary."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def GET(self, name: str, version: str) -> bytes:
        access.require(actor(), "read")
        for schema in versions(self._services, name):
            if schema.version == version:
                shown = resources.version(schema)
                shown["formats"] = [{"name": each.name, "media_type": each.media_type} for each in representations.formats(schema)]
                return exchange.json_answer(shown)
        raise errors.NotFound(f"The vocabulary {name} has no version {version!r}.")


class Difference:
    """What changed between two versions, whom it breaks, what it touches."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def GET(self, name: str, old: str, new: str) -> bytes:
        access.require(actor(), "read")
        versions(self._services, name)
        found, touched = activation.compare(self._services, name, old, new)
        return exchange.json_answer({
            "vocabulary": name, "old": old, "new": new, "writers": found.writers, "readers": found.readers,
            "changes": [asdict(change) for change in found.changes], "columns": touched.columns, "formats": touched.formats,
            "forms": touched.forms,
        })  # fmt: skip


class Activation:
    """POST {"version": V, "force": REASON} or {"back": true}: switch to another version, or take that back."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def POST(self, name: str) -> bytes:
        versions(self._services, name)
        asked = exchange.json_body()
        version, force = asked.get("version"), asked.get("force", "")
        if asked == {"back": True}:
            done = activation.back(self._services, actor(), name)
        elif isinstance(version, str) and isinstance(force, str) and not asked.keys() - {"version", "force"}:
            done = activation.activate(self._services, actor(), name, version, force)
        else:
            raise errors.BadRequest("Say “version”, and maybe “force” with a reason; or “back”: true.")
        run = done.run.id if done.run else None
        return exchange.json_answer({**resources.version(done.schema), "before": done.before.version, "run": run})


def versions(services: Services, name: str) -> list[Schema]:
    """The versions of a registered vocabulary. Raises NotFound."""
    if name not in services.registry.names():
        raise errors.NotFound(f"There is no vocabulary {name!r}.")
    return services.registry.versions(name)


def vocabulary(name: str, found: list[Schema]) -> dict[str, Any]:
    """One vocabulary as JSON."""
    manifest = found[-1].manifest if found else None
    return {
        "name": name,
        "title": (manifest.title if manifest else "") or name,
        "description": manifest.description if manifest else "",
        "versions": [resources.version(schema) for schema in found],
        "links": {"self": url(f"/api/vocabularies/{name}")},
    }
