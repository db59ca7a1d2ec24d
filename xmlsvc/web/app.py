"""The web application of one instance: three CherryPy applications side by side, under one guard.

    /api      tokens or login   problems as JSON     sandboxed answers
    /health   nobody            problems as JSON
    /metrics  this machine      problems as JSON, or an administrator
    /         login             problems as pages    the editors' pages, problem types, static files

Nothing is global: no tree, no configuration; two instances can live in one process.
"""

from __future__ import annotations

from ..documents.services import Services
from . import feeds, middleware, oai, proxies, public, schemas
from .exchange import Application
from .pages import (
    account,
    api,
    audit,
    desk,
    document,
    documents,
    evolution,
    files,
    partner,
    partners,
    problems,
    receipts,
    upload,
    vocabularies,
)
from .pages.routes import editing_routes, work_routes
from .rates import Rates
from .recent import Recent
from .rest import audit as rest_audit
from .rest import batches as rest_batches
from .rest import description, health, history, scorecards, validate
from .rest import documents as rest_documents
from .rest import files as rest_files
from .rest import jobs as rest_jobs
from .rest import receipts as rest_receipts
from .rest import runs as rest_runs
from .rest import vocabularies as rest_vocabularies
from .rest import webhooks as rest_webhooks
from .routing import Route
from .standing import Standing
from .tools import API_POLICY, PAGE_POLICY

UPLOAD_FILES = 20  # the upload page takes as many bytes at once as this many documents of the largest size

_OPEN = {"web.require.on": False}


def api_routes(services: Services) -> list[Route]:
    """What lives under /api. Bodies are read by the resources, never guessed at by their media type."""
    routes = [
        Route("/documents", rest_documents.Documents(services)),
        Route("/documents/{id}", rest_documents.Document(services), {"web.require.reading": True}),
        Route("/documents/{id}/verdict", rest_documents.Verdict(services)),
        Route("/documents/{id}/diff", history.Difference(services)),
        Route("/documents/{id}/provenance", history.Provenance(services)),
        Route("/documents/{id}/revisions", rest_documents.Revisions(services)),
        Route("/documents/{id}/revisions/{number}", rest_documents.Revision(services)),
        Route("/documents/{id}/revisions/{number}/verdict", rest_documents.Verdict(services)),
        Route("/documents/{id}/revisions/{number}/provenance", history.Provenance(services)),
        Route("/batches", rest_batches.Batches(services)),
        Route("/files", rest_files.Files(services)),
        *(Route(f"/jobs{path}", resource(services)) for path, resource in (
            ("", rest_jobs.Jobs), ("/claim", rest_jobs.Claim), ("/{id}", rest_jobs.OneJob), ("/{id}/heartbeat", rest_jobs.Heartbeat),
            ("/{id}/complete", rest_jobs.Complete), ("/{id}/fail", rest_jobs.Fail))),
        Route("/validate", validate.Validate(services)),
        Route("/receipts", rest_receipts.Receipts(services)),
        Route("/receipts/{id}", rest_receipts.Receipt(services)),
        Route("/receipts/{id}/body", rest_receipts.Body(services)),
        Route("/partners/{name}/scorecard", scorecards.Scorecard(services)),
        Route("/audit", rest_audit.Audit(services)),
        Route("/webhooks", rest_webhooks.Webhooks(services)),
        Route("/webhooks/{id}", rest_webhooks.Webhook(services)),
        Route("/webhooks/{id}/secret", rest_webhooks.Secret(services)),
        Route("/webhooks/{id}/messages", rest_webhooks.Messages(services)),
        Route("/vocabularies", rest_vocabularies.Vocabularies(services)),
        Route("/vocabularies/{name}", rest_vocabularies.Vocabulary(services)),
        Route("/vocabularies/{name}/activate", rest_vocabularies.Activation(services)),
        Route("/vocabularies/{name}/diff/{old}/{new}", rest_vocabularies.Difference(services)),
        Route("/vocabularies/{name}/{version}", rest_vocabularies.Version(services)),
    ]
    routes += [
        Route("/runs", rest_runs.Runs(services)),
        Route("/runs/{id}", rest_runs.Run(services)),
        Route("/runs/{id}/pause", rest_runs.Wish(services, "pause")),
        Route("/runs/{id}/resume", rest_runs.Wish(services, "resume")),
        Route("/runs/{id}/items", rest_runs.Items(services)),
        Route("/runs/{id}/clusters", rest_runs.Clusters(services)),
        Route("/runs/{id}/clusters/{cluster}", rest_runs.Cluster(services)),
        Route("/runs/{id}/compare/{other}", rest_runs.Compared(services)),
        Route("/runs/{id}/report", rest_runs.Report(services)),
        Route("/runs/{id}/events", rest_runs.Events(services)),
    ]
    routes.append(Route("/openapi.json", description.Description(routes), _OPEN))
    routes.append(Route("/docs", api.Docs(services, routes), _OPEN))
    return routes


def health_routes(services: Services) -> list[Route]:
    """What lives under /health."""
    return [Route("/live", health.Live()), Route("/ready", health.Ready(services))]


def page_routes(services: Services) -> list[Route]:
    """The pages."""
    tabs = [Route(f"/documents/{{id}}/{name}", document.Page(services, name)) for name, _, _ in document.TABS if name]
    return [
        Route("/", desk.Desk(services)),
        Route("/login", account.Login(services), _OPEN),
        Route("/logout", account.Logout(services), _OPEN),
        Route("/theme", account.Theme(services), _OPEN),
        Route("/documents", documents.Documents(services)),
        *editing_routes(services),
        Route("/documents/{id}", document.Page(services, "")),
        *tabs,
        Route("/documents/{id}/outputs/{format}", document.Output(services)),
        Route("/upload", upload.Upload(services)),
        Route("/receipts", receipts.Receipts(services)),
        Route("/receipts/{id}", receipts.Receipt(services)),
        *work_routes(services),
        Route("/vocabularies", vocabularies.Vocabularies(services)),
        Route("/vocabularies/{name}", vocabularies.Vocabulary(services)),
        Route("/vocabularies/{name}/change", evolution.Evolution(services)),
        Route("/partners", partners.Partners(services)),
        Route("/partners/{name}", partner.Partner(services)),
        Route("/audit", audit.Audit(services)),
        Route("/problems", problems.Types(services), _OPEN),
        Route("/problems/{slug}", problems.Type(services), _OPEN),
        Route("/static/{name*}", files.Static(), {**_OPEN, "web.identify.on": False}),
        Route("/favicon.ico", files.Icon(), {**_OPEN, "web.identify.on": False}),
    ]


def application(services: Services) -> middleware.Guard:
    """The WSGI application of an open instance. It does not close `services`."""
    limit = services.settings.max_body_bytes
    rates = Rates(services.settings.var / "rates", services.settings.rate_limit)
    known = {"web.identify.on": True, "web.csrf.on": True, "web.require.on": True}
    api_ = Application(
        services,
        api_routes(services),
        {**known, "request.process_request_body": False},
        pages=False,
        policy=API_POLICY,
        error_page=problems.error_page,
        rates=rates,
    )
    health_ = Application(services, health_routes(services), {"request.process_request_body": False}, pages=False, policy=API_POLICY)
    told = [Route("/", health.Metrics(services))]
    metrics_ = Application(services, told, {**known, "web.require.on": False}, pages=False, policy=API_POLICY)
    pages = Application(
        services, page_routes(services), known, pages=True, policy=PAGE_POLICY, error_page=problems.error_page, rates=rates
    )

    def most(path: str) -> int:
        return UPLOAD_FILES * limit if path == "/upload" else services.settings.max_batch_bytes if path == "/api/batches" else limit

    open_ = public.mounts(services, {**feeds.routes(services), **oai.routes(services), **schemas.routes(services)})
    mounts = middleware.Mounts({"/api": api_, "/health": health_, "/metrics": metrics_, **open_, "": pages})
    return middleware.Guard(
        Standing(Recent(mounts, services, rates), services),
        services.clock,
        most,
        proxies.Front(services.settings).apply,
        services.settings.slow_request_ms / 1000,
    )
