"""The parameters of a list of documents, the same for page and API: ?q= &vocabulary= &partner= &state= &COLUMN= &sort= &after="""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import cherrypy

from .. import errors
from ..documents.search import Query
from . import exchange
from .exchange import parameter

KNOWN = ("q", "vocabulary", "partner", "state", "valid", "after", "limit", "sort")
_VALID = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}


def asked(limit: int, most: int, others: Collection[str] = ()) -> Query:
    """The query that the request's parameters are; every other parameter is a column, but for `others`, which are the caller's. Raises
    BadRequest."""
    given = {name: parameter(name) or "" for name in cherrypy.serving.request.params if name not in others}
    return read(given, exchange.number("limit", limit, 1, most))


def read(given: Mapping[str, str], limit: int) -> Query:
    """The query that these parameters are, by their names. Raises BadRequest."""
    valid = given.get("valid") or None
    if valid is not None and valid.lower() not in _VALID:
        raise errors.BadRequest(f"The parameter valid is {valid!r}; it must be true or false.")
    return Query(
        text=given.get("q", ""),
        vocabulary=given.get("vocabulary") or None,
        partner=given.get("partner") or None,
        state=given.get("state") or None,
        valid=None if valid is None else _VALID[valid.lower()],
        columns={name: value for name, value in given.items() if value and name not in KNOWN},
        order=given.get("sort") or None,
        cursor=given.get("after") or None,
        limit=limit,
    )


def parameters(query: Query, **changed: Any) -> dict[str, Any]:
    """The query as parameters again, without its cursor; `changed` wins."""
    return {
        **query.columns,
        "q": query.text or None,
        "vocabulary": query.vocabulary,
        "partner": query.partner,
        "state": query.state,
        "sort": query.order,
        "valid": None if query.valid is None else "true" if query.valid else "false",
        **changed,
    }
