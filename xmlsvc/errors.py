"""Every error that crosses a floor, as one tree; `web.problems` and `cli` turn classes into status and exit codes.

    Error
    ├── InputError                 what somebody sent is at fault
    │   ├── NotWellFormed          no XML: line, column
    │   ├── DoctypeRefused         a document type declaration
    │   ├── TooLarge               more bytes, depth, elements … than the limit
    │   ├── UnsupportedMediaType   a body that is not XML
    │   ├── UnknownVocabulary      no registered schema has this root element
    │   ├── InvalidDocument        violations: `report`
    │   ├── KeyReused              an idempotency key that came with another request before
    │   ├── BadRequest             a parameter, query or cursor that cannot be read
    │   └── UsageError             a command line that cannot be carried out
    ├── SchemaError                an XSD (or its manifest) that is no valid schema
    │   └── UnresolvedLocation     a schema document that is not in reach: nothing is fetched
    ├── StylesheetError            an XSLT that does not compile, or failed on a document
    │   └── OutputRefused          what it put out does not satisfy its format's gate: `violations`
    ├── AccessError
    │   ├── Unauthenticated
    │   └── Forbidden
    ├── StateError                 the request and the stored state do not fit
    │   ├── NotFound, Gone, NotAcceptable, Conflict, PreconditionFailed, PreconditionRequired, TooManyRequests
    │   ├── InFlight (a Conflict)  the same request is being worked on
    │   └── ChangedMeanwhile (a Conflict)  somebody else saved first: `merged`
    └── EnvironmentFault           database, disk or settings: not the caller's fault
        └── Unavailable            for now: `retry_after` seconds
"""

from __future__ import annotations

from typing import Any


class Error(Exception):
    """Root of the tree. `message` is one plain sentence (what was wrong, where, what to do).

    `slug` is the last part of the problem type's address; it never changes once published. `extra` are further
    members of the problem document (JSON values).
    """

    slug = "error"
    title = "Something went wrong"

    def __init__(self, message: str, **extra: Any) -> None:
        super().__init__(message)
        self.message = message
        self.extra = extra


class InputError(Error):
    slug, title = "input", "The input cannot be used"


class NotWellFormed(InputError):
    """Not XML at all. `line` and `column` are 1-based (None where the parser gives none)."""

    slug, title = "not-well-formed", "The document is not well-formed XML"

    def __init__(self, message: str, line: int | None = None, column: int | None = None) -> None:
        super().__init__(message, line=line, column=column)
        self.line = line
        self.column = column


class DoctypeRefused(InputError):
    slug, title = "doctype-refused", "Documents with a document type declaration are not accepted"


class TooLarge(InputError):
    slug, title = "too-large", "The document is larger than the limit"


class UnsupportedMediaType(InputError):
    slug, title = "unsupported-media-type", "The body is not of a media type that is understood here"


class UnknownVocabulary(InputError):
    slug, title = "unknown-vocabulary", "No registered vocabulary describes this document"


class InvalidDocument(InputError):
    """The document breaks its schema; `report` (a `validation.report.Report`) lists every violation."""

    slug, title = "invalid-document", "The document does not satisfy its schema"

    def __init__(self, message: str, report: Any, **extra: Any) -> None:
        super().__init__(message, **extra)
        self.report = report


class KeyReused(InputError):
    slug, title = "idempotency-key-reused", "The idempotency key belongs to another request"


class BadRequest(InputError):
    slug, title = "bad-request", "The request cannot be understood"


class UsageError(InputError):
    slug, title = "usage", "The command cannot be carried out as it was given"


class SchemaError(Error):
    """No valid schema. `findings`: tuple of (place, sentence), place = "file.xsd:12" or ""."""

    slug, title = "schema-error", "The schema is not valid"

    def __init__(self, message: str, findings: tuple[tuple[str, str], ...] = ()) -> None:
        super().__init__(message, findings=[list(pair) for pair in findings])
        self.findings = findings


class UnresolvedLocation(SchemaError):
    slug, title = "unresolved-location", "A schema document is missing"


class StylesheetError(Error):
    slug, title = "stylesheet-error", "The stylesheet failed"


class OutputRefused(StylesheetError):
    """An output that its gate does not let through; `violations` (of `validation.report`) are of the output, not of the document."""

    slug, title = "output-refused", "The output does not satisfy its format's schema"

    def __init__(self, message: str, violations: tuple[Any, ...], **extra: Any) -> None:
        super().__init__(message, **extra)
        self.violations = violations


class AccessError(Error):
    slug, title = "access", "Access denied"


class Unauthenticated(AccessError):
    slug, title = "unauthenticated", "A valid token or login is needed"


class Forbidden(AccessError):
    slug, title = "forbidden", "This identity may not do that"


class StateError(Error):
    slug, title = "state", "The request does not fit the stored state"


class NotFound(StateError):
    slug, title = "not-found", "There is nothing here"


class Gone(StateError):
    slug, title = "gone", "This has been withdrawn"


class NotAcceptable(StateError):
    slug, title = "not-acceptable", "None of the accepted media types can be produced"


class Conflict(StateError):
    slug, title = "conflict", "The request conflicts with another change"


class InFlight(Conflict):
    """The first request with this key has no answer yet; `retry_after` seconds until asking again is worth it."""

    slug, title = "request-in-flight", "The same request is being worked on"


class ChangedMeanwhile(Conflict):
    """The document is another than the one that was edited. `merged` (a `documents.merging.Merge`): both sides' changes, brought together
    as far as they do not touch the same place; None where the edited revision is not known."""

    slug, title = "changed-meanwhile", "Somebody else changed the document meanwhile"

    def __init__(self, message: str, merged: Any = None, **extra: Any) -> None:
        super().__init__(message, **extra)
        self.merged = merged


class PreconditionFailed(StateError):
    slug, title = "precondition-failed", "The document has changed since it was read"


class PreconditionRequired(StateError):
    slug, title = "precondition-required", "If-Match is required here"


class TooManyRequests(StateError):
    slug, title = "too-many-requests", "Too many requests"


class EnvironmentFault(Error):
    slug, title = "environment", "The installation has a fault"


class Unavailable(EnvironmentFault):
    slug, title = "unavailable", "The service cannot do this right now"

    def __init__(self, message: str, retry_after: int = 5) -> None:
        super().__init__(message, retry_after=retry_after)
        self.retry_after = retry_after
