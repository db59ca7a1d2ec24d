"""The addresses of what editors do to documents, and of the work that goes on behind them."""

from __future__ import annotations

from ...documents.services import Services
from ..routing import Route
from . import bulk, compare, conflict, documents, edit, jobs, media, runs, selection, source_editor, states, targets


def editing_routes(services: Services) -> list[Route]:
    """Form, source, comparison, states, selections."""
    return [
        Route("/documents/searches", documents.Searches(services)),
        Route("/documents/selection", selection.Selection(services)),
        Route("/documents/change", bulk.Change(services)),
        Route("/documents/{id}/edit", edit.Edit(services)),
        Route("/documents/{id}/edit/changes", compare.Changes(services)),
        Route("/documents/{id}/edit/conflict", conflict.Conflict(services)),
        Route("/documents/{id}/conflicts/{conflict}", conflict.Meeting(services)),
        Route("/documents/{id}/state", states.State(services)),
        Route("/documents/{id}/compare", compare.Compare(services)),
        Route("/documents/{id}/edit/complete", source_editor.Completion(services)),
        Route("/documents/{id}/source", source_editor.Source(services)),
    ]


def work_routes(services: Services) -> list[Route]:
    """Runs, jobs, media files, delivery."""
    return [
        Route("/runs", runs.Runs(services)),
        Route("/runs/{id}", runs.Run(services)),
        Route("/runs/{id}/causes/{cause}", runs.Cause(services)),
        Route("/jobs", jobs.Jobs(services)),
        Route("/jobs/{id}", jobs.Job(services)),
        Route("/files", media.Files(services)),
        Route("/targets", targets.Targets(services)),
        Route("/targets/{name}", targets.OneTarget(services)),
    ]
