"""/api/docs: the API's description as one page, made of the same data as /api/openapi.json."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import cherrypy
from genshi.core import Markup

from ...documents.services import Services
from .. import exchange, openapi, templates, tools
from ..html import join, link, tag
from ..routing import Route
from . import shell


class Docs:
    """Every address, method, parameter and answer; nothing of it needs script or the network."""

    def __init__(self, services: Services, routes: Sequence[Route]) -> None:
        self._services, self._routes = services, routes

    def GET(self) -> bytes:
        described = openapi.describe(self._routes, exchange.prefix())
        base = described["servers"][0]["url"]
        operations = [
            _operation(base + path, method, shown) for path, methods in described["paths"].items() for method, shown in methods.items()
        ]
        schemas = [
            join(tag("h3", name, id=f"schema-{name}"), _members(shape)) for name, shape in described["components"]["schemas"].items()
        ]
        content = templates.fragment(
            "api", text=described["info"]["description"], operations=join(operations), schemas=join(schemas),
            document=exchange.url("/api/openapi.json"), problems=exchange.url("/problems"), base=base,
        )  # fmt: skip
        cherrypy.serving.response.headers["Content-Security-Policy"] = tools.PAGE_POLICY
        return shell.bare(self._services, "API", content)


def _operation(path: str, method: str, shown: dict[str, Any]) -> Markup:
    parameters = [
        tag("tr", tag("td", tag("code", each["name"])), tag("td", each["in"]), tag("td", "required" if each.get("required") else ""),
            tag("td", each["description"]))
        for each in shown["parameters"]
    ]  # fmt: skip
    answers = [
        tag("tr", tag("td", status, class_="num"), tag("td", _meaning(answer)), tag("td", _content(answer)))
        for status, answer in shown["responses"].items()
    ]
    return tag(
        "section",
        tag("h2", tag("code", f"{method.upper()} {path}"), " ", shown["summary"], id=shown["operationId"]),
        tag("p", "The body is one XML document, as application/xml.") if "requestBody" in shown else None,
        _table(("Parameter", "In", "", "Meaning"), parameters) if parameters else None,
        _table(("Status", "Meaning", "Body"), answers),
        class_="panel",
    )


def _meaning(answer: dict[str, Any]) -> Markup:
    examples = [example for body in answer.get("content", {}).values() for example in body.get("examples", {}).values()]
    if not examples:
        return join(answer["description"])
    return join([tag("div", link(each["value"]["type"], each["summary"])) for each in examples])


def _content(answer: dict[str, Any]) -> Markup:
    shown = []
    for media_type, body in answer.get("content", {}).items():
        name = body.get("schema", {}).get("$ref", "").rpartition("/")[2]
        shown.append(tag("div", tag("code", media_type), " ", link(f"#schema-{name}", name) if name else None))
    return join(shown)


def _members(shape: dict[str, Any]) -> Markup:
    rows = [tag("tr", tag("td", tag("code", name)), tag("td", _type(member))) for name, member in shape["properties"].items()]
    return join(tag("p", shape["description"]) if "description" in shape else None, _table(("Member", "Type"), rows))


def _type(member: dict[str, Any]) -> Markup:
    if "$ref" in member:
        name = member["$ref"].rpartition("/")[2]
        return link(f"#schema-{name}", name)
    if "enum" in member:
        return join(" or ".join(map(str, member["enum"])))
    if "type" not in member:
        return join(" or ".join([_type(each) for each in member.get("anyOf", member.get("oneOf", ()))]) or "anything")
    if member["type"] == "array":
        return join("array of ", _type(member["items"]))
    return join(member["type"] if isinstance(member["type"], str) else " or ".join(member["type"]))


def _table(head: tuple[str, ...], rows: list[Markup]) -> Markup:
    return tag("table", tag("thead", tag("tr", [tag("th", each) for each in head])), tag("tbody", rows), class_="table")
