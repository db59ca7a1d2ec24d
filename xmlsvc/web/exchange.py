"""CherryPy's request, response and application as this service needs them: errors become problems, nothing is global.

Request.respond → hooks (tools) → Router → resource.METHOD → answer
    any exception → problems.of → `face`: problem+json, or a page for a browser
"""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, quote_plus

import cherrypy
from cherrypy import _cplogging, _cprequest

from .. import errors
from . import incoming, language, negotiation, problem_types, problems, tools
from .middleware import NOTES, PREFIX, REQUEST_ID
from .redirects import Redirect
from .routing import Route, Router

if TYPE_CHECKING:
    from ..documents.access import Actor
    from ..documents.services import Services
    from .rates import Rates, Taken

LOG = logging.getLogger("xmlsvc.web")

_PLAIN = re.compile("[A-Za-z0-9/._~-]*")  # what is never quoted: most addresses
_WORD = re.compile("[A-Za-z0-9._~-]*")  # and in a query string

_FOREIGN = {
    400: errors.BadRequest,
    404: errors.NotFound,
    411: problem_types.LengthRequired,
    413: errors.TooLarge,
    415: errors.UnsupportedMediaType,
    408: problem_types.RequestTimeout,
}


class Request(_cprequest.Request):
    """A request with `actor` (None until somebody is known), `session` (an editor's, None for tokens), `rate` (what its token has left)."""

    show_tracebacks = False
    throw_errors = True  # what `respond` could not answer is the guard's, not a bare text of CherryPy's
    actor: Actor | None = None
    session: Any = None
    rate: Taken | None = None

    @property
    def id(self) -> str:
        return str(self.wsgi_environ[REQUEST_ID])

    def process_query_string(self) -> None:
        try:
            super().process_query_string()
        except cherrypy.HTTPError as error:
            raise errors.BadRequest("The query string is not UTF-8. Write each byte of a character's UTF-8 form as %XX.") from error

    def respond(self, path_info: str) -> None:
        """Run hooks, body and handler. Every exception but a redirect becomes an answer here; nothing else catches broadly."""
        response = cherrypy.serving.response
        try:
            try:
                self._do_respond(path_info)
            finally:
                self.hooks.run("on_end_resource")
        except Redirect as redirect:
            response.status, response.body = 303, b""
            response.headers.update({"Location": redirect.path, "Content-Type": "text/plain", "Cache-Control": "no-store"})
            tools.secure(self.app.policy)
            response.finalize()
        except self.throws:
            raise
        except cherrypy.HTTPError as error:
            kind = _FOREIGN.get(error.code, errors.BadRequest if error.code < 500 else errors.EnvironmentFault)
            self._refuse(kind(str(error.args[1] if len(error.args) > 1 and error.args[1] else error)), response)
        except Exception as error:  # noqa: BLE001 - whatever it was, the sender gets an answer
            self._refuse(error, response)
        if self.actor is not None:
            self.wsgi_environ[NOTES]["identity"] = f"{self.actor.kind}:{self.actor.id}"

    def _refuse(self, error: Exception, response: Any) -> None:
        problem = problems.of(
            error, request_id=self.id, prefix=prefix(), instance=quote(self.script_name + self.path_info), language=language.chosen()
        )
        face: Callable[[problems.Problem], bytes] | None = getattr(self.app, "error_page", None)
        body, media_type = b"", problems.MEDIA_TYPE
        if face is not None and negotiation.wants_html(self.headers.get("Accept", ""), self.app.pages):
            try:
                body, media_type = face(problem), "text/html; charset=utf-8"
            except Exception as failure:
                LOG.error("request %s: the error page failed", self.id, exc_info=failure)
                media_type = problems.MEDIA_TYPE
        response.headers.clear()
        response.cookie.clear()
        response.stream = False
        response.status = problem.status
        vary = {"Vary": "Accept, Accept-Language"}
        response.headers.update({"Content-Type": media_type, "Cache-Control": "no-store", **vary, **dict(problem.headers)})
        response.body = made = body or problem.json()
        response.headers["Content-Digest"] = incoming.digest(made)
        tools.secure(self.app.policy)
        response.finalize()


class _Silence(_cplogging.LogManager):
    """The access log is the middleware's, errors are `problems`'s: CherryPy's own, per application and to the screen, stays out."""

    def access(self) -> None:
        return None

    def error(self, msg: str = "", context: str = "", severity: int = logging.INFO, traceback: bool = False) -> None:
        if not isinstance(sys.exc_info()[1], errors.Error | Redirect):  # these are answers; a hook that raises one is no fault
            LOG.log(severity, "%s %s", context, msg, exc_info=traceback)


class Application(cherrypy.Application):
    """One mount: routes, and `services` for its resources. `pages`: an error is a page unless JSON is asked for."""

    request_class = Request
    toolboxes = {"web": tools.TOOLBOX}

    def __init__(
        self,
        services: Services,
        routes: Sequence[Route],
        config: Mapping[str, Any],
        *,
        pages: bool,
        policy: str,
        error_page: Callable[[problems.Problem], bytes] | None = None,
        rates: Rates | None = None,
    ) -> None:
        self.rates = rates
        self.services, self.pages, self.policy, self.error_page = services, pages, policy, error_page
        self.router = Router(routes)
        super().__init__(
            None, None, {"/": {"request.dispatch": self.router, "web.headers.on": True, "web.headers.policy": policy, **config}}
        )
        self.wsgiapp.pipeline = []  # CherryPy's trapper would answer with a traceback; the guard is outside
        self.log = _Silence(id(self), "xmlsvc.cherrypy")


def prefix() -> str:
    """The path that the whole service is mounted at: "" or "/md"."""
    return str(cherrypy.serving.request.wsgi_environ[PREFIX])


def url(path: str, /, **query: Any) -> str:
    """An absolute path within the service, percent-encoded; query parameters that are None or "" are left out."""
    return address(prefix(), path, **query)


def address(mounted: str, path: str, /, **query: Any) -> str:
    """As `url`, of a service that is mounted at the path `mounted`."""
    text = mounted + (path if _PLAIN.fullmatch(path) else quote(path, safe="/:@!$&'()*+,;=~-._"))
    if not query:
        return text
    left = [f"{_written(key)}={_written(str(value))}" for key, value in query.items() if value is not None and value != ""]
    return f"{text}?{'&'.join(left)}" if left else text


def _written(text: str) -> str:
    """A name or value as a query string holds it."""
    return text if _WORD.fullmatch(text) else quote_plus(text)


def json_answer(value: Any, status: int = 200, /, **headers: str) -> bytes:
    """Send `value` as JSON. Header names with _ for -. Raises NotAcceptable where a reader does not take JSON."""
    request = cherrypy.serving.request
    accept = request.headers.get("Accept", "")
    if request.method in {"GET", "HEAD"} and negotiation.choose(["application/json"], accept) is None:
        said = f"None of the media types in “Accept: {accept}” can be produced. There are: application/json."
        raise errors.NotAcceptable(said, available=["application/json"])
    return send(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode(), "application/json", status, **headers)


def send(body: bytes, media_type: str, status: int = 200, **headers: str) -> bytes:
    """Set status and headers of the response; returns the body, for the handler to return."""
    response = cherrypy.serving.response
    response.status = status
    response.headers["Content-Type"] = media_type
    for name, text in headers.items():
        response.headers[name.replace("_", "-")] = text
    if body:
        response.headers["Content-Digest"] = incoming.digest(body)
    return body


def conditional(body: bytes, media_type: str, tag: str | None = None, **headers: str) -> bytes:
    """Send a representation with its strong ETag; 304 without a body where If-None-Match has it already (RFC 9110, section 13.1.2)."""
    tag = tag or negotiation.etag(body)
    headers = {"ETag": tag, "Vary": "Accept, Authorization, Cookie", "Cache-Control": "private, no-cache", **headers}
    stated = cherrypy.serving.request.headers.get("If-None-Match")
    if stated is not None and negotiation.matches(stated, tag, weak=True):
        return send(b"", media_type, 304, **headers)
    return send(body, media_type, 200, **headers)


def actor() -> Actor:
    """Who is asking. Raises Unauthenticated where nobody is."""
    found: Actor | None = cherrypy.serving.request.actor
    if found is None:
        raise errors.Unauthenticated("This needs a token (Authorization: Bearer TOKEN) or a login.")
    return found


def parameter(name: str, default: str | None = None) -> str | None:
    """One query or form parameter. Raises BadRequest where it is given more than once."""
    value = cherrypy.serving.request.params.get(name, default)
    if isinstance(value, list):
        raise errors.BadRequest(f"The parameter {name} is given {len(value)} times; once is enough.")
    return value if value is None or isinstance(value, str) else str(value)


def number(name: str, default: int, low: int, high: int) -> int:
    """One whole-number parameter within bounds. Raises BadRequest."""
    text = parameter(name)
    if text is None or text == "":
        return default
    if not text.isascii() or not text.isdigit() or not low <= int(text) <= high:
        raise errors.BadRequest(f"The parameter {name} is {text!r}; it must be a whole number from {low} to {high}.")
    return int(text)


def cursor(given: str | None) -> tuple[datetime, str] | None:
    """The place that ?after= names: (moment, id). Raises BadRequest."""
    if not given:
        return None
    moment, _, row = given.partition("_")
    try:
        at = datetime.fromisoformat(moment)
        return at if at.tzinfo else at.replace(tzinfo=UTC), row
    except ValueError:
        raise errors.BadRequest(f"The parameter after is {given!r}; follow the link to the next page instead.") from None


def cursor_text(moment: datetime, row: str) -> str:
    """What `cursor` reads."""
    return f"{moment.isoformat()}_{row}"


def json_body() -> dict[str, Any]:
    """The request's body, which must be a JSON object. Raises UnsupportedMediaType, LengthRequired, TooLarge, BadRequest."""
    stated = cherrypy.serving.request.headers.get("Content-Type", "")
    if stated.partition(";")[0].strip().lower() != "application/json":
        said = f"The body's Content-Type is {stated!r}; send JSON as application/json."
        raise errors.UnsupportedMediaType(said, accepted=["application/json"])
    try:
        found = json.loads(body())
    except (ValueError, RecursionError) as error:
        raise errors.BadRequest(f"The body is no JSON: {error}.") from None
    if not isinstance(found, dict):
        raise errors.BadRequest("The body must be a JSON object.")
    return found


def xml_body() -> bytes:
    """The request's body, which must be XML. Raises UnsupportedMediaType, LengthRequired, TooLarge, BadRequest."""
    if (refusal := not_xml()) is not None:
        raise refusal
    return body()


def not_xml() -> errors.UnsupportedMediaType | None:
    """Why the body, by what its headers say of it, is not XML as it stands; None if it is."""
    request = cherrypy.serving.request
    content_type = request.headers.get("Content-Type", "")
    if not negotiation.xml_media_type(content_type):
        stated = f"The body's Content-Type is {content_type!r}" if content_type else "The request has no Content-Type"
        return errors.UnsupportedMediaType(f"{stated}; send XML as application/xml.")
    if (coding := incoming.coding()) not in ("", *incoming.CODINGS):
        return errors.UnsupportedMediaType(f"The body is coded as {coding!r}; send it as it is, or as gzip.")
    return None


def body() -> bytes:
    """The request's body, unpacked. Raises LengthRequired, TooLarge, BadRequest, DigestMismatch."""
    data = incoming.stream(cherrypy.serving.request.app.services.settings.max_body_bytes).read()
    if not data:
        raise errors.BadRequest("The body is empty; it must be one XML document.")
    return data
