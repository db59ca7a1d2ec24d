"""In which language sentences are told: the one of English and Dutch that Accept-Language wants most (RFC 9110, section 12.5.4)."""

from __future__ import annotations

import re

import cherrypy

from .. import validation
from ..documents.services import Services
from ..validation.report import Report
from ..xml import parser

KNOWN = ("en", "nl")
_RANGE = re.compile(r"\s*(\*|[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*)\s*(?:;\s*q\s*=\s*(0(?:\.\d{0,3})?|1(?:\.0{0,3})?))?\s*")


def choose(stated: str) -> str:
    """The language for an Accept-Language header; English where it wants neither. What cannot be read is left out."""
    wanted: dict[str, float] = {}
    for part in stated.split(","):
        match = _RANGE.fullmatch(part)
        if match is not None:
            name = match[1].lower().partition("-")[0]
            wanted[name] = max(wanted.get(name, 0.0), float(match[2] or 1))
    rest = wanted.get("*", 0.0)
    return max(KNOWN, key=lambda name: (wanted.get(name, rest), name == "en"))


def chosen() -> str:
    """The language of the request at hand."""
    return choose(cherrypy.serving.request.headers.get("Accept-Language", ""))


def spoken(services: Services, report: Report, body: bytes, language: str) -> Report:
    """The report on `body` in a language: the same violations, told in it."""
    if language == "en" or not report.violations or report.schema is None:
        return report
    schema = services.registry.by_digest(report.schema.digest)
    tree = parser.parse(body, services.limits)
    return validation.check(schema, body, tree, limits=services.limits, reason=report.schema.reason, language=language)
