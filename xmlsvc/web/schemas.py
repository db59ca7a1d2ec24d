"""/schemas/VOCABULARY/VERSION/FILE: the closed sets of schema documents, for whoever reads what is published in a vocabulary of our own.

The harvest names these addresses for vocabularies whose author gave none.
"""

from __future__ import annotations

from .. import errors
from ..documents.services import Services
from . import exchange, public
from .routing import Route

_OPEN = {name.replace("-", "_"): value for name, value in public.OPEN_HEADERS.items()}


def routes(services: Services) -> dict[str, list[Route]]:
    """By the prefix that they are mounted at."""
    return {"/schemas": [Route("/{vocabulary}/{version}/{file*}", Document(services))]}


class Document:
    """One schema document. Only the set's own files have an address; nothing is joined from what is asked."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def GET(self, vocabulary: str, version: str, file: str) -> bytes:
        """The document, its references leading to the others of the set."""
        public.require(self._services, everything=True)
        registry = self._services.registry
        for schema in registry.versions(vocabulary) if vocabulary in registry.names() else ():
            if schema.version == version and file in {schema.set.driver.name, *(document.name for document in schema.set.documents)}:
                data = (schema.set.directory / file).read_bytes()
                return exchange.conditional(data, "application/xml", Cache_Control="public, no-cache", Vary="*", **_OPEN)
        raise errors.NotFound(f"There is no schema document {file!r} of {vocabulary}@{version}.")
