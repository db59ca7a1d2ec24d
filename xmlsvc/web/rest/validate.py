"""/api/validate: what a POST of the same bytes would find, without storing anything."""

from __future__ import annotations

from ... import validation
from ...documents import access
from ...documents.services import Services
from ...xml import parser
from .. import exchange, language
from ..exchange import actor, parameter
from .deliveries import file_name
from .documents import report_json


class Validate:
    """POST a document, get its report; `schema` names a registered schema (NAME or NAME@VERSION), `name` is echoed."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def POST(self) -> bytes:
        access.require(actor(), "validate")
        body = exchange.xml_body()
        tree = parser.parse(body, self._services.limits)
        schema, reason = self._services.registry.for_root(tree.getroot(), parameter("schema"))
        told = language.chosen()
        report = validation.check(schema, body, tree, limits=self._services.limits, reason=reason, language=told)
        text = b'{"documents":[' + report_json(report, file_name()) + b"]}"
        return exchange.send(text, "application/json", Content_Language=told, Vary="Accept-Language")
