"""The API's description as OpenAPI 3.1, made of what serves it: the routes, the operations, the table of problems.

    describe(routes, prefix) → dict      paths ← routes × operations     responses ← problem_types     schemas ← SHAPES
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .. import __version__, errors
from ..documents import outbox
from . import problem_types, problems
from .rest.operations import COMMON, JSON, OPEN, OPERATIONS, XML, Operation, Parameter
from .routing import Route

Json = dict[str, Any]

_TEXT, _COUNT, _YES = {"type": "string"}, {"type": "integer"}, {"type": "boolean"}
_LINKS = {"type": "object", "additionalProperties": _TEXT}
_COUNTS = {"type": "object", "additionalProperties": _COUNT}
_MAYBE = {"type": ["string", "null"]}
_MAYBE_COUNT = {"type": ["integer", "null"]}


def _ref(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


def _list(name: str) -> Json:
    return {"type": "array", "items": _ref(name)}


def _of(**members: Any) -> Json:
    """An object with these members, each of them always there."""
    return {"type": "object", "required": list(members), "properties": members}


def _texts(*names: str) -> Json:
    return dict.fromkeys(names, _TEXT)


_DOCUMENT = {
    **_texts("id", "title", "vocabulary", "partner", "identity", "root", "state", "created", "modified"),
    "valid": _YES, "violations": _COUNT, "revision": _COUNT, "published": _MAYBE_COUNT, "links": _LINKS,
}  # fmt: skip
_WEBHOOK = {
    **_texts("id", "url", "created", "state"), "partner": _MAYBE, "events": {"type": "array", "items": _TEXT}, "fault": _MAYBE,
    "links": _LINKS,
}  # fmt: skip
SHAPES: dict[str, Json] = {
    "Problem": _of(**_texts("type", "title", "detail", "instance", "request_id"), status=_COUNT)
    | {"description": "RFC 9457; further members by type, `errors` where a document is invalid."},
    "Violation": _of(**_texts("code", "severity", "path", "message"), line=_MAYBE_COUNT, column=_MAYBE_COUNT),
    "Verdict": _of(name=_TEXT, valid=_YES, schema={"type": ["object", "null"]}, violations=_list("Violation")),
    "Reports": _of(documents=_list("Verdict")),
    "Outcome": _of(**_texts("id", "outcome", "state", "identity", "receipt", "digest"), revision=_COUNT, valid=_YES, links=_LINKS,
                   schema={"type": ["object", "null"]}, conflict=_MAYBE),
    "Document": _of(**_DOCUMENT),
    "Documents": _of(documents=_list("Document"), next=_MAYBE),
    "Revision": _of(**_texts("digest", "schema", "schema_digest", "kind", "actor", "reason", "created"), revision=_COUNT, size=_COUNT,
                    valid=_YES, violations=_COUNT, receipt=_MAYBE, links=_LINKS),
    "Revisions": _of(revisions=_list("Revision")),
    "Patched": _of(**_texts("id", "outcome", "state", "digest"), revision=_COUNT, published=_MAYBE_COUNT, valid=_YES, receipt=_MAYBE,
                   links=_LINKS),
    "FieldChange": _of(**_texts("verb", "what", "path")) | {"description": "`before` and `after` where there was, and is, something."},
    "Difference": _of(**{"from": _COUNT, "to": _COUNT}, changes=_list("FieldChange"), namespaces=_LINKS, spaces=_YES, links=_LINKS),
    "Source": _of(**_texts("kind", "actor", "reason", "created"), revision=_COUNT, receipt=_MAYBE, run=_MAYBE,
                  paths={"type": "array", "items": _TEXT}),
    "Provenance": _of(revision=_COUNT, since=_COUNT, namespaces=_LINKS, sources=_list("Source")),
    "Receipt": _of(**_texts("id", "digest", "received", "partner", "actor", "face", "name", "media_type", "outcome"), size=_COUNT,
                   status=_COUNT, document=_MAYBE, revision=_MAYBE_COUNT, problem={"type": ["object", "null"]}, links=_LINKS),
    "Receipts": _of(receipts=_list("Receipt"), next=_MAYBE),
    "Version": _of(**_texts("vocabulary", "version", "digest"), active=_YES, roots={"type": "array", "items": _TEXT}, links=_LINKS),
    "Vocabulary": _of(name=_TEXT, versions=_list("Version")),
    "Batch": _of(**_texts("id", "state", "receipt"), counts=_COUNTS, links=_LINKS),
    "Result": _of(n=_COUNT, **_texts("name", "outcome", "detail"), document=_MAYBE, receipt=_MAYBE, violations=_list("Violation")),
    "Results": _of(**_texts("id", "kind", "state"), counts=_COUNTS, items=_list("Result")),
    "Evolution": _of(**_texts("vocabulary", "old", "new"), writers=_YES, readers=_YES,
                     changes={"type": "array", "items": {"type": "object"}}, formats={"type": "object"}),
    "Run": _of(**_texts("id", "kind", "state", "actor", "created"), parameters={"type": "object"}, counts=_COUNTS, done=_COUNT,
               total=_MAYBE_COUNT, links=_LINKS),
    "Runs": _of(runs=_list("Run"), next=_MAYBE),
    "Job": _of(**_texts("id", "kind", "state", "actor", "created", "due"), parameters={}, result={}, fault=_MAYBE, document=_MAYBE,
               worker=_MAYBE, priority=_COUNT, attempts=_COUNT, most_attempts=_COUNT, cancel=_YES, links=_LINKS),
    "Jobs": _of(jobs=_list("Job"), next=_MAYBE),
    "File": _of(**_texts("id", "location", "state", "first_seen", "problem"), size=_MAYBE_COUNT, checksum=_MAYBE, last_seen=_MAYBE,
                documents={"type": "array", "items": _TEXT}),
    "Files": _of(files=_list("File"), next=_MAYBE),
    "Cluster": _of(**_texts("id", "code", "severity", "kind", "path", "message", "first_seen"), component=_MAYBE, attribute=_MAYBE,
                   documents=_COUNT, violations=_COUNT, partners=_COUNTS, values=_COUNTS, links=_LINKS),
    "Clusters": _of(clusters=_list("Cluster")),
    "Day": _of(date=_TEXT, deliveries=_COUNT, accepted=_COUNT, outcomes=_COUNTS),
    "Cause": _of(**_texts("cause", "code", "path", "message"), deliveries=_COUNT, days=_COUNTS),
    "Scorecard": _of(**_texts("partner", "title", "from", "to"), deliveries=_COUNT, accepted=_COUNT, rate={"type": ["number", "null"]},
                     days=_list("Day"), causes=_list("Cause"), links=_LINKS),
    "Change": _of(**_texts("id", "at", "actor", "action", "subject", "detail")),
    "Changes": _of(changes=_list("Change"), next=_MAYBE),
    "Webhook": _of(**_WEBHOOK),
    "Webhooks": _of(webhooks=_list("Webhook")),
    "NewWebhook": _of(**_WEBHOOK, secret=_TEXT),
    "WebhookRequest": {
        "type": "object", "required": ["url"],
        "properties": {"url": _TEXT, "events": {"type": "array", "items": {"enum": list(outbox.EVENTS)}}, "partner": _MAYBE},
    },
    "Secret": _of(**_texts("id", "secret")),
    "Made": _of(id=_TEXT),
    "Message": _of(**_texts("id", "event", "created", "state", "answer", "payload"), attempts=_COUNT, due=_MAYBE, status=_MAYBE_COUNT),
    "Messages": _of(messages=_list("Message"), next=_MAYBE),
    "Vocabularies": _of(vocabularies=_list("Vocabulary")),
}  # fmt: skip


def describe(routes: Sequence[Route], prefix: str) -> Json:
    """The description of the API whose routes these are, of a service that is mounted at `prefix`. Raises KeyError for a method that
    `operations` does not know."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "xmlsvc", "version": __version__,
            "description": "Deliver XML, learn exactly what is wrong with it, read it back in any form. Every refusal is a problem "
            f"document; its `type` is the address of a page that says what to do ({prefix}/problems).",
        },
        "servers": [{"url": f"{prefix}/api"}],
        "security": [{"token": []}],
        "paths": {route.template: _path(route, prefix) for route in routes},
        "components": {
            "schemas": SHAPES,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer", "description": "The token that the operator gave you."}},
        },
    }  # fmt: skip


def _path(route: Route, prefix: str) -> Json:
    """HEAD, which is GET without its body, is left out."""
    return {name.lower(): operation(route, name, prefix) for name in route.methods if name != "HEAD"}


def operation(route: Route, method: str, prefix: str) -> Json:
    """One method of one address."""
    known = OPERATIONS[route.template, method]
    is_open = route.config.get("web.require.on") is False
    made: Json = {
        "operationId": f"{method.lower()}{''.join(word.strip('{}').title() for word in route.template.replace('.', '/').split('/'))}",
        "summary": known.summary,
        "parameters": [_parameter(each) for each in known.parameters],
        "responses": {**_results(known), **_refusals(known, is_open, method == "GET", prefix)},
    }
    if known.body:
        made["requestBody"] = {"required": True, "content": {XML: {}, "text/xml": {}}}
    if known.json:
        made["requestBody"] = {"required": True, "content": {JSON: {"schema": _ref(known.json)}}}
    if known.media_types:
        made["requestBody"] = {"required": True, "content": {name: {} for name in known.media_types}}
    reading = method == "GET" and route.config.get("web.require.reading")
    return made | ({"security": []} if is_open else {"security": [{"token": []}, {}]} if reading else {})


def _parameter(given: Parameter) -> Json:
    shape = {"name": given.name, "in": given.where, "description": given.text, "schema": given.schema or _TEXT}
    return shape | ({"required": True} if given.required else {})


def _results(known: Operation) -> Json:
    found: Json = {}
    for status, (text, media_type, shape) in known.results.items():
        content = {"content": {media_type: {"schema": _ref(shape)} if shape else {}}} if media_type else {}
        found[str(status)] = {"description": text, **content}
    return found


def _refusals(known: Operation, is_open: bool, reading: bool, prefix: str) -> Json:
    """The problems that the method may answer with, by status; each type by name."""
    kinds: dict[int, list[problem_types.ProblemType]] = {}
    told = (*(OPEN if is_open else COMMON), *((errors.NotAcceptable,) if reading and not is_open else ()), *known.problems)
    for error in dict.fromkeys(told):
        kind = problem_types.BY_SLUG[error.slug]
        kinds.setdefault(kind.status, []).append(kind)
    found: Json = {}
    for status, rows in sorted(kinds.items()):
        examples = {
            row.slug: {"summary": row.title, "value": {
                "type": prefix + row.url, "title": row.title, "status": status, "detail": row.cause, "instance": "", "request_id": "",
            }} for row in rows
        }  # fmt: skip
        content = {problems.MEDIA_TYPE: {"schema": _ref("Problem"), "examples": examples}}
        found[str(status)] = {"description": " · ".join(f"{row.slug}: {row.title}" for row in rows), "content": content}
    return found
