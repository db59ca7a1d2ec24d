"""What each method of each address of the API takes and answers: the part of its description that the routes do not hold.

`openapi` joins this table with the routes and the problem types; a test fails when a method that is served is not in it, or the other way.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ... import errors
from ...xml import patch
from ...xml.selectors import PatchRefused
from .. import problem_types

Problems = tuple[type[errors.Error], ...]


@dataclass(frozen=True, slots=True)
class Parameter:
    """`where`: query, header or path."""

    name: str
    where: str
    text: str
    schema: Any = None
    required: bool = False


@dataclass(frozen=True, slots=True)
class Operation:
    """`results`: status → (what it means, media type, name of its schema; "" = none). `problems`: what it may refuse with, beyond
    COMMON. `body`: it takes one XML document; `media_types`: it takes one of these
    instead; `json`: it takes an object of this schema."""

    summary: str
    results: dict[int, tuple[str, str, str]]
    problems: Problems = ()
    parameters: tuple[Parameter, ...] = ()
    body: bool = False
    media_types: tuple[str, ...] = ()
    json: str = ""


JSON, XML, ANY = "application/json", "application/xml", "*/*"
OPEN: Problems = (
    errors.BadRequest, errors.Unauthenticated, errors.TooManyRequests, errors.Error, errors.EnvironmentFault, errors.Unavailable,
)  # fmt: skip
COMMON: Problems = (*OPEN, errors.Forbidden)
"""Of the addresses that anybody may ask."""
BODY: Problems = (
    problem_types.RequestTimeout, problem_types.LengthRequired, errors.TooLarge, errors.UnsupportedMediaType, errors.NotWellFormed,
    errors.DoctypeRefused, errors.UnknownVocabulary,
)  # fmt: skip
DELIVERY: Problems = (*BODY, errors.InvalidDocument, errors.KeyReused, errors.InFlight, errors.Conflict, errors.PreconditionFailed)

LIMIT = Parameter("limit", "query", "How many at most.", {"type": "integer", "minimum": 1})
AFTER = Parameter("after", "query", "Where the page before ended.")
CLUSTER = Parameter("cluster", "path", "The cause's id, or the beginning of it.", required=True)
JSON_BODY: Problems = (
    problem_types.RequestTimeout, problem_types.LengthRequired, errors.TooLarge, errors.UnsupportedMediaType,
)  # fmt: skip
NUMBER = {"type": "integer", "minimum": 1, "maximum": 100}
ID = Parameter("id", "path", "The id that the service gave.", required=True)
REVISION = Parameter("number", "path", "The revision's number, from 1.", {"type": "integer", "minimum": 1}, required=True)
NAME = Parameter("name", "path", "The vocabulary's name.", required=True)
SCHEMA = Parameter("schema", "query", "NAME or NAME@VERSION of a registered vocabulary, where the document's own root is not to decide.")
FILE = Parameter("name", "query", "The file's name, for the receipt; else that of Content-Disposition.")
FORMAT = Parameter("format", "query", "A format of the vocabulary, in place of Accept.")
AT = Parameter("at", "query", "A date or a date and time: what was published then.")
DOWNLOAD = Parameter("download", "query", "1: name a file in Content-Disposition.")
REASON = Parameter("reason", "query", "Why, for the history.")
KEY = Parameter(
    "Idempotency-Key", "header", "A string, new for each request; the same request with the same key gets the first answer, for 24 h."
)
IF_MATCH = Parameter("If-Match", "header", "The ETag of the document's XML as it was last read, or *.", required=True)
IF_NEW = Parameter("If-None-Match", "header", "*: refuse to revise a document that is there already.")
IF_CHANGED = Parameter("If-None-Match", "header", "ETags that are known: 304 if one of them is still right.")

PREFER = Parameter(
    "Prefer", "header", "return=minimal: no body; for batches respond-async: answer at once, wait=N: within N seconds (RFC 7240)."
)
ARCHIVES = ("application/zip", "application/gzip", "application/x-tar", "multipart/form-data", XML)

_REPRESENTATION = {200: ("The document in the form that Accept or ?format= asks for; the exact XML by default.", ANY, ""),
                   304: ("It has not changed.", "", "")}  # fmt: skip
_READING = (errors.NotFound, errors.NotAcceptable, errors.StylesheetError, errors.OutputRefused)
_NEW = {200: ("Revised, or unchanged.", JSON, "Outcome"), 201: ("New; Location is its address.", JSON, "Outcome")}

_MINIMAL = {204: ("The same as 200, where Prefer: return=minimal asks for no body.", "", "")}

OPERATIONS: dict[tuple[str, str], Operation] = {
    ("/documents", "POST"): Operation(
        "Deliver one document", _NEW | _MINIMAL, DELIVERY,
        (Parameter("id", "query", "Your name for the document, its identity where the vocabulary has none."), FILE, SCHEMA,
         Parameter("partner", "query", "Whose document it is, for those who are no partner."), KEY, PREFER, IF_NEW),
        body=True,
    ),
    ("/documents", "GET"): Operation(
        "Find documents, the newest changes first", {200: ("One page; `next` leads on.", JSON, "Documents")}, (),
        (Parameter("q", "query", "Words, \"phrases\", COLUMN:VALUE."), Parameter("vocabulary", "query", "Only of this vocabulary."),
         Parameter("partner", "query", "Only of this partner."), Parameter("state", "query", "Only in this state."),
         Parameter("valid", "query", "true or false."), Parameter("after", "query", "Where the page before ended."),
         Parameter("sort", "query", "newest, or a column: title, identity, modified …; with a minus the greatest first."),
         Parameter("limit", "query", "How many at most.", {"type": "integer", "minimum": 1})),
    ),
    ("/documents/{id}", "GET"): Operation(
        "Read a document", _REPRESENTATION, (*_READING, errors.Gone), (ID, AT, FORMAT, DOWNLOAD, IF_CHANGED)
    ),
    ("/documents/{id}", "PUT"): Operation(
        "Revise a document", {200: ("Revised, or unchanged.", JSON, "Outcome")} | _MINIMAL,
        (*DELIVERY, errors.NotFound, errors.Gone, errors.PreconditionRequired), (ID, FILE, SCHEMA, REASON, KEY, IF_MATCH), body=True,
    ),
    ("/documents/{id}", "PATCH"): Operation(
        "Change a document by an XML patch (RFC 5261, RFC 7351)", {200: ("Revised, or unchanged.", JSON, "Patched")},
        (*BODY, errors.InvalidDocument, PatchRefused, errors.Conflict, errors.ChangedMeanwhile, errors.PreconditionFailed, errors.NotFound,
         errors.Gone, errors.PreconditionRequired),
        (ID, REASON, Parameter("draft", "query", "1: an editor's change that is not for the public yet."), IF_MATCH),
        media_types=(patch.MEDIA_TYPE,),
    ),
    ("/documents/{id}", "DELETE"): Operation(
        "Withdraw a document", {204: ("Withdrawn: its address answers 410 from now on, its revisions stay.", "", "")},
        (errors.NotFound, errors.Gone, errors.PreconditionFailed, errors.PreconditionRequired), (ID, REASON, IF_MATCH),
    ),
    ("/documents/{id}/verdict", "GET"): Operation(
        "Every violation of the current revision", {200: ("The report.", JSON, "Verdict"), 304: ("It has not changed.", "", "")},
        (errors.NotFound, errors.Gone, errors.UnknownVocabulary), (ID, IF_CHANGED),
    ),
    ("/documents/{id}/diff", "GET"): Operation(
        "What differs between two revisions, as fields, as lines (text/plain) or as a patch (application/xml-patch+xml)",
        {200: ("The changes.", JSON, "Difference"), 304: ("It has not changed.", "", "")},
        (errors.NotFound, errors.NotAcceptable, errors.Gone, errors.UnknownVocabulary),
        (ID, Parameter("from", "query", "A revision's number; else the one before `to`.", {"type": "integer", "minimum": 1}),
         Parameter("to", "query", "A revision's number; else the current one.", {"type": "integer", "minimum": 1}), IF_CHANGED),
    ),
    ("/documents/{id}/provenance", "GET"): Operation(
        "Who set each field of the current revision", {200: ("By source.", JSON, "Provenance"), 304: ("It has not changed.", "", "")},
        (errors.NotFound, errors.Gone, errors.UnknownVocabulary), (ID, IF_CHANGED),
    ),
    ("/documents/{id}/revisions/{number}/provenance", "GET"): Operation(
        "Who set each field of one revision", {200: ("By source.", JSON, "Provenance"), 304: ("It has not changed.", "", "")},
        (errors.NotFound, errors.Gone, errors.UnknownVocabulary), (ID, REVISION, IF_CHANGED),
    ),
    ("/documents/{id}/revisions", "GET"): Operation(
        "All revisions of a document", {200: ("The newest first.", JSON, "Revisions")}, (errors.NotFound, errors.Gone), (ID,)
    ),
    ("/documents/{id}/revisions/{number}", "GET"): Operation(
        "Read one revision", _REPRESENTATION, (*_READING, errors.Gone), (ID, REVISION, FORMAT, DOWNLOAD, IF_CHANGED)
    ),
    ("/documents/{id}/revisions/{number}/verdict", "GET"): Operation(
        "Every violation of one revision", {200: ("The report.", JSON, "Verdict"), 304: ("It has not changed.", "", "")},
        (errors.NotFound, errors.Gone, errors.UnknownVocabulary), (ID, REVISION, IF_CHANGED),
    ),
    ("/batches", "POST"): Operation(
        "Deliver many documents: zip, tar, tar.gz, a form with files, or one element that holds them",
        {200: ("Done: what became of each, as JSON, CSV or JUnit XML.", JSON, "Results"),
         202: ("Accepted; Location is the run that works on it.", JSON, "Batch")},
        (*BODY[:4], errors.UnknownVocabulary, errors.NotAcceptable, errors.KeyReused, errors.InFlight, errors.NotFound),
        (FILE, SCHEMA, Parameter("partner", "query", "Whose documents these are, for those who are no partner."), KEY, PREFER),
        media_types=ARCHIVES,
    ),
    ("/validate", "POST"): Operation(
        "Check a document without storing it", {200: ("The report, valid or not.", JSON, "Reports")}, BODY, (SCHEMA, FILE), body=True
    ),
    ("/receipts", "GET"): Operation(
        "Find receipts, the newest first", {200: ("One page; `next` leads on.", JSON, "Receipts")}, (),
        (Parameter("name", "query", "The file's name."), Parameter("digest", "query", "sha256:… of the bytes."),
         Parameter("document", "query", "A document's id."),
         Parameter("outcome", "query", "new, revised, unchanged, quarantined, refused or batch."),
         Parameter("after", "query", "Where the page before ended."), Parameter("limit", "query", "How many at most.", NUMBER)),
    ),
    ("/receipts/{id}", "GET"): Operation("One receipt", {200: ("The receipt.", JSON, "Receipt")}, (errors.NotFound,), (ID,)),
    ("/receipts/{id}/body", "GET"): Operation(
        "The bytes that were sent",
        {200: ("Byte for byte.", "application/octet-stream", ""), 304: ("They never change.", "", "")},
        (errors.NotFound, errors.Gone), (ID, IF_CHANGED),
    ),
    ("/partners/{name}/scorecard", "GET"): Operation(
        "How a partner's deliveries fare", {200: ("Day by day, with the most frequent causes.", JSON, "Scorecard")}, (errors.NotFound,),
        (Parameter("name", "path", "The partner's name.", required=True),
         Parameter("days", "query", "How many, today among them.", {"type": "integer", "minimum": 1, "maximum": 366})),
    ),
    ("/audit", "GET"): Operation(
        "Who changed what (administrators)", {200: ("The newest first; `next` leads on.", JSON, "Changes")}, (),
        (Parameter("actor", "query", "Only by: user:NAME, partner:NAME, operator."), Parameter("action", "query", "Only this action."),
         Parameter("subject", "query", "Only of: document:ID …"), Parameter("after", "query", "Where the page before ended."),
         Parameter("limit", "query", "How many at most.", NUMBER)),
    ),
    ("/webhooks", "GET"): Operation(
        "Who is told what happens", {200: ("Yours.", JSON, "Webhooks")}, (),
        (Parameter("partner", "query", "Only of this partner, for those who see several."),),
    ),
    ("/webhooks", "POST"): Operation(
        "Be told what happens", {201: ("With the secret that signs the messages; it cannot be had again.", JSON, "NewWebhook")},
        (*BODY[:4], errors.NotFound), json="WebhookRequest",
    ),
    ("/webhooks/{id}", "GET"): Operation("One receiver", {200: ("Without its secrets.", JSON, "Webhook")}, (errors.NotFound,), (ID,)),
    ("/webhooks/{id}", "DELETE"): Operation(
        "Be told no more", {204: ("Nothing is sent there any more.", "", "")}, (errors.NotFound,), (ID,)
    ),
    ("/webhooks/{id}/secret", "POST"): Operation(
        "A new secret", {201: ("The one before goes on signing until the next.", JSON, "Secret")}, (errors.NotFound,), (ID,)
    ),
    ("/webhooks/{id}/messages", "GET"): Operation(
        "What became of each message", {200: ("The newest first; `next` leads on.", JSON, "Messages")}, (errors.NotFound,),
        (ID, Parameter("after", "query", "Where the page before ended."), Parameter("limit", "query", "How many at most.", NUMBER)),
    ),
    ("/webhooks/{id}/messages", "POST"): Operation(
        "Have a test message sent", {202: ("It waits to be sent.", JSON, "Made")}, (errors.NotFound,), (ID,)
    ),
    ("/vocabularies", "GET"): Operation("All vocabularies", {200: ("With their versions.", JSON, "Vocabularies")}),
    ("/vocabularies/{name}", "GET"): Operation(
        "One vocabulary", {200: ("With its versions.", JSON, "Vocabulary")}, (errors.NotFound, errors.UnknownVocabulary), (NAME,)
    ),
    ("/vocabularies/{name}/{version}", "GET"): Operation(
        "One version of a vocabulary", {200: ("With its roots, formats and columns.", JSON, "Version")},
        (errors.NotFound, errors.UnknownVocabulary), (NAME, Parameter("version", "path", "The version.", required=True)),
    ),
    ("/vocabularies/{name}/diff/{old}/{new}", "GET"): Operation(
        "What changed between two versions", {200: ("In words: whom it breaks, what it touches.", JSON, "Evolution")},
        (errors.NotFound, errors.UnknownVocabulary),
        (NAME, Parameter("old", "path", "A version.", required=True), Parameter("new", "path", "Another version.", required=True)),
    ),
    ("/vocabularies/{name}/activate", "POST"): Operation(
        "Make a version the active one, or take that back", {200: ("The version that is active now.", JSON, "Version")},
        (*JSON_BODY, errors.NotFound, errors.UnknownVocabulary, errors.Conflict), (NAME,), media_types=(JSON,),
    ),
    ("/runs", "GET"): Operation(
        "All batch runs, the newest first", {200: ("One page; `next` leads on.", JSON, "Runs")}, (), (LIMIT, AFTER)
    ),
    ("/runs", "POST"): Operation(
        "Ask for a batch run: `kind` and what it takes", {202: ("It waits for a runner; Location is its address.", JSON, "Run")},
        (*JSON_BODY, errors.UnknownVocabulary, errors.UsageError, errors.SchemaError, errors.UnresolvedLocation, errors.StylesheetError),
        media_types=(JSON,),
    ),
    ("/runs/{id}", "GET"): Operation(
        "One batch run", {200: ("The run, with what it has done so far.", JSON, "Run")}, (errors.NotFound,), (ID,)
    ),
    ("/runs/{id}", "DELETE"): Operation(
        "Cancel a batch run", {202: ("It ends after the chunk at hand; what it did stays.", JSON, "Run")},
        (errors.NotFound, errors.Conflict), (ID,),
    ),
    ("/runs/{id}/pause", "POST"): Operation(
        "Pause a batch run", {202: ("It pauses after the chunk at hand.", JSON, "Run")}, (errors.NotFound, errors.Conflict), (ID,)
    ),
    ("/runs/{id}/resume", "POST"): Operation(
        "Let a batch run go on", {202: ("It goes on where it was stopped.", JSON, "Run")}, (errors.NotFound, errors.Conflict), (ID,)
    ),
    ("/runs/{id}/items", "GET"): Operation(
        "What a run did with each item; for a revalidation those that are not plainly valid",
        {200: ("All of them, as JSON, CSV or JUnit XML, or with `limit` one page as JSON.", ANY, "")},
        (errors.NotFound, errors.NotAcceptable),
        (ID, Parameter("outcome", "query", "Only items with this outcome."), LIMIT, AFTER),
    ),
    ("/runs/{id}/clusters", "GET"): Operation(
        "The causes of a run's violations", {200: ("The most frequent first.", JSON, "Clusters")}, (errors.NotFound,), (ID,)
    ),
    ("/runs/{id}/clusters/{cluster}", "GET"): Operation(
        "One cause, with examples", {200: ("The cause.", JSON, "Cluster")}, (errors.NotFound,), (ID, CLUSTER)
    ),
    ("/runs/{id}/compare/{other}", "GET"): Operation(
        "What differs between a run and an earlier one", {200: ("By document and cause.", JSON, "")}, (errors.NotFound,),
        (ID, Parameter("other", "path", "The earlier run's id.", required=True)),
    ),
    ("/runs/{id}/report", "GET"): Operation(
        "A run's report for people", {200: ("One self-contained page.", "text/html", "")}, (errors.NotFound,), (ID,)
    ),
    ("/runs/{id}/events", "GET"): Operation(
        "A run as it goes: server-sent events",
        {200: ("A stream, which ends after 15 s; come back for the next.", "text/event-stream", "")}, (errors.NotFound,), (ID,),
    ),
    ("/files", "GET"): Operation(
        "Media files that documents refer to", {200: ("One page; `next` leads on.", JSON, "Files")}, (),
        (Parameter("state", "query", "Only in this state."), Parameter("document", "query", "Only of this document."), LIMIT, AFTER),
    ),
    ("/jobs", "GET"): Operation(
        "Jobs for programs outside, the newest first", {200: ("One page; `next` leads on.", JSON, "Jobs")}, (),
        (Parameter("kind", "query", "Only of this kind."), Parameter("state", "query", "Only in this state."),
         Parameter("document", "query", "Only about this document."), LIMIT, AFTER),
    ),
    ("/jobs", "POST"): Operation(
        "A new job: `kind`, `parameters`, `document`, `priority`, `attempts`, `delay`",
        {201: ("It waits for a worker; Location is its address.", JSON, "Job")}, (*JSON_BODY, errors.NotFound), media_types=(JSON,),
    ),
    ("/jobs/claim", "POST"): Operation(
        "Claim the next job: `kind` or `kinds`, `lease` in seconds, `worker`",
        {200: ("The job, and in `lease` the right to it.", JSON, "Job"), 204: ("There is none.", "", "")}, JSON_BODY, media_types=(JSON,),
    ),
    ("/jobs/{id}", "GET"): Operation("One job with its log", {200: ("The job.", JSON, "Job")}, (errors.NotFound,), (ID,)),
    ("/jobs/{id}", "DELETE"): Operation(
        "Cancel a job", {202: ("It is, or its worker is asked to stop.", JSON, "Job")}, (errors.NotFound, errors.Conflict), (ID,)
    ),
    ("/jobs/{id}/heartbeat", "POST"): Operation(
        "Hold a job for longer: `lease`, `seconds`, `log`", {200: ("The job; `cancel`: stop.", JSON, "Job")},
        (*JSON_BODY, errors.NotFound, errors.Conflict), (ID,), media_types=(JSON,),
    ),
    ("/jobs/{id}/complete", "POST"): Operation(
        "A job is done: `lease`, `result`, `log`", {200: ("The job.", JSON, "Job")}, (*JSON_BODY, errors.NotFound, errors.Conflict), (ID,),
        media_types=(JSON,),
    ),
    ("/jobs/{id}/fail", "POST"): Operation(
        "A job could not be done: `lease`, `reason`, `retry`", {200: ("The job.", JSON, "Job")},
        (*JSON_BODY, errors.NotFound, errors.Conflict), (ID,), media_types=(JSON,),
    ),
    ("/openapi.json", "GET"): Operation("This description", {200: ("OpenAPI 3.1.", JSON, ""), 304: ("It has not changed.", "", "")}),
    ("/docs", "GET"): Operation("This description, for people", {200: ("A page.", "text/html", "")}),
}  # fmt: skip
