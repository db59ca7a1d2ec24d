"""The addresses of what editors do to documents."""

from __future__ import annotations

from ...documents.services import Services
from ..routing import Route
from . import edit, source_editor


def routes(services: Services) -> list[Route]:
    """Form, source, comparison, states, selections."""
    return [
        Route("/documents/{id}/edit", edit.Edit(services)),
        Route("/documents/{id}/edit/complete", source_editor.Completion(services)),
        Route("/documents/{id}/source", source_editor.Source(services)),
    ]
