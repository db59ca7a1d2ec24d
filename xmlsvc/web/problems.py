"""Errors as problem documents (RFC 9457): one function from an exception to status, headers and bytes."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass, field
from typing import Any

from .. import errors
from ..validation import report
from ..xml import patch
from . import dutch, problem_types

MEDIA_TYPE = "application/problem+json"
LOG = logging.getLogger("xmlsvc.web")

_MEMBERS = ("type", "title", "status", "detail", "instance", "request_id", "errors")


@dataclass(frozen=True, slots=True)
class Problem:
    """One error, ready to be shown. `violations` as in the report; `extra` are further members of the document."""

    kind: problem_types.ProblemType
    detail: str
    instance: str
    request_id: str
    prefix: str = ""
    violations: tuple[report.Violation, ...] | None = None
    extra: dict[str, Any] = field(default_factory=dict)
    headers: tuple[tuple[str, str], ...] = ()
    language: str = "en"

    @property
    def title(self) -> str:
        return dutch.TITLES.get(self.kind.slug, self.kind.title) if self.language == "nl" else self.kind.title

    @property
    def status(self) -> int:
        return self.kind.status

    def json(self) -> bytes:
        """The problem document. `errors` holds the very bytes that every face sends for these violations."""
        members = {
            "type": self.prefix + self.kind.url,
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            "instance": self.instance,
            "request_id": self.request_id,
            **self.extra,
        }
        text = json.dumps(members, ensure_ascii=False, separators=(",", ":"), default=str)
        if self.violations is not None:
            text = f'{text[:-1]},"errors":{report.violations_json(self.violations)}}}'
        return text.encode("utf-8", "replace")


def _headers(error: BaseException) -> tuple[tuple[str, str], ...]:
    if isinstance(error, problem_types.MethodNotAllowed):
        return (("Allow", ", ".join(error.allow)),)
    if isinstance(error, errors.Unauthenticated):
        invalid = ', error="invalid_token"' if error.extra.get("token") == "invalid" else ""
        return (("WWW-Authenticate", f'Bearer realm="xmlsvc"{invalid}'),)
    if isinstance(error, errors.UnsupportedMediaType):
        accepted = ", ".join(error.extra.get("accepted", ("application/xml", "text/xml")))
        return (("Accept", accepted), *((("Accept-Patch", accepted),) if accepted == patch.MEDIA_TYPE else ()))
    seconds = getattr(error, "retry_after", None) or getattr(error, "extra", {}).get("retry_after")
    return (("Retry-After", str(seconds)),) if seconds is not None else ()


def of(error: BaseException, *, request_id: str, instance: str, prefix: str = "", language: str = "en") -> Problem:
    """The problem that `error` is, in that language if its sentence is known in it. What is not the sender's to see (any foreign exception,
    and an installation's faults) is logged with its traceback under the request id, and told as a general sentence. `prefix` is the path
    that the service is mounted at."""
    kind = problem_types.of(error)
    told = isinstance(error, errors.Error) and (kind.status < 500 or isinstance(error, errors.StylesheetError | errors.Unavailable))
    if isinstance(error, errors.Unavailable):
        LOG.warning("request %s %s: %s", request_id, instance, error.message)
    elif kind.status >= 500:
        LOG.error("request %s %s: %s", request_id, instance, type(error).__name__, exc_info=error)
    if not told:
        detail = f"The service failed in a way that it should not. The operator finds the reason in the log under {request_id}."
        return Problem(kind, detail, instance, request_id, prefix)
    assert isinstance(error, errors.Error)
    extra = {k: v for k, v in error.extra.items() if k not in _MEMBERS and v is not None}
    violations = error.report.violations if isinstance(error, errors.InvalidDocument) else None
    told_so = dutch.detail(error.message) if language == "nl" else None
    spoken = "nl" if told_so else "en"
    headers = (*_headers(error), ("Content-Language", spoken))
    return Problem(kind, told_so or error.message, instance, request_id, prefix, violations, extra, headers, spoken)
