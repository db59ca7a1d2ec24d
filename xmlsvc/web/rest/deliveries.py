"""One delivery over HTTP, whichever method brought it: done once for each Idempotency-Key, and answered the same each time.

    deliver → body, options ─┬─ no key   submit → answer, or its error as a problem
                             └─ a key    begin ─┬─ answered before → the very same answer
                                                └─ submit, the answer kept in its transaction → answer
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from email.message import Message
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

import cherrypy

from ... import errors
from ...counts import plural
from ...documents import idempotency, submit
from ...documents.deposit import Outcome
from ...documents.idempotency import Answer
from ...documents.services import Services
from ...validation import report
from .. import exchange, incoming, language, negotiation, preferences, problems
from ..exchange import actor, parameter
from . import resources

if TYPE_CHECKING:
    from storm.store import Store

_KEY = re.compile(r'"((?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\]){1,255})"|([!#-+\--:<-\[\]-~]{1,255})')


@dataclass(frozen=True, slots=True)
class Answering:
    """What the answer depends on besides the outcome. Made in the request's thread, used in the database's."""

    services: Services
    body: bytes
    prefix: str
    request_id: str
    instance: str
    language: str

    def __call__(self, done: Outcome | errors.Error) -> Answer:
        """201 new, 200 revised or unchanged; an error, or an invalid document, as its problem."""
        if isinstance(done, errors.Error):
            problem = problems.of(
                done, request_id=self.request_id, instance=self.instance, prefix=self.prefix, language=self.language
            )
            headers = {"Content-Type": problems.MEDIA_TYPE, "Cache-Control": "no-store", "Vary": "Accept, Accept-Language"}
            headers |= dict(problem.headers)
            return Answer(problem.status, headers, problem.json())
        link = partial(exchange.address, self.prefix)
        shown = resources.outcome(done, link)
        if not done.report.valid:
            return self(self.invalid(done, shown))
        tag = f'"{done.digest.removeprefix("sha256:")}"'
        headers = {"Content-Type": "application/json", "Location": link(f"/api/documents/{done.document}"), "ETag": tag}
        return Answer(done.status, headers, negotiation.compact(shown).encode())

    def invalid(self, done: Outcome, shown: dict[str, object]) -> errors.InvalidDocument:
        """The problem of an invalid document, in the language that its sender reads."""
        return invalid(language.spoken(self.services, done.report, self.body, self.language), shown)


def deliver(services: Services, options: submit.Options) -> bytes:
    """Submit the request's body and answer; one that is no XML is kept and refused. Raises what `submit` raises, and InvalidDocument,
    UnsupportedMediaType; KeyReused, InFlight and BadRequest for the Idempotency-Key."""
    request, key, body = cherrypy.serving.request, idempotency_key(), exchange.body()
    if (refusal := exchange.not_xml()) is not None:
        submit.refuse(services, actor(), body, options, refusal)
    instance = quote(request.script_name + request.path_info)
    answering = Answering(services, body, exchange.prefix(), request.id, instance, language.chosen())
    if key is None:
        done = submit.submit(services, actor(), body, options)
        if not done.report.valid:
            raise answering.invalid(done, resources.outcome(done))
        return _send(answering(done))
    asked = f"{request.method} {request.script_name}{request.path_info}?{request.query_string}\n".encode() + body
    begun = idempotency.begin(services, actor(), key, asked)
    if isinstance(begun, Answer):
        return _send(begun, Idempotent_Replayed="true")
    return _send(_once(services, begun, body, options, answering))


def _once(services: Services, claim: idempotency.Claim, body: bytes, options: submit.Options, answering: Answering) -> Answer:
    """Submit, and keep the answer with the outcome. A failure that leaves none frees the key."""
    kept: list[Answer] = []

    def keep(store: Store, done: Outcome | errors.Error) -> None:
        kept[:] = [answering(done)]
        claim.keep(store, kept[0])

    try:
        submit.submit(services, actor(), body, options, keep)
    except (errors.InputError, errors.SchemaError, errors.StateError) as error:
        if kept and "receipt" in error.extra:
            return kept[0]
        claim.release(services)
        raise
    except BaseException:
        claim.release(services)
        raise
    return kept[0]


def _send(answer: Answer, **headers: str) -> bytes:
    """The answer; without its body where Prefer: return=minimal asks for that and all is well (RFC 7240, section 4.2)."""
    response = cherrypy.serving.response
    response.headers.update(answer.headers)
    response.headers.update({name.replace("_", "-"): value for name, value in headers.items()})
    if answer.status < 300 and preferences.asked().get("return") == "minimal":
        preferences.applied(["return=minimal"])
        response.status = 204 if answer.status == 200 else answer.status
        return b""
    response.status = answer.status
    response.headers["Content-Digest"] = incoming.digest(answer.body)
    return answer.body


def idempotency_key() -> str | None:
    """The Idempotency-Key, a string as structured fields write it (RFC 8941, section 3.3.3) or bare. Raises BadRequest."""
    stated = cherrypy.serving.request.headers.get("Idempotency-Key")
    if stated is None:
        return None
    match = _KEY.fullmatch(stated.strip())
    if match is None:
        raise errors.BadRequest('The Idempotency-Key must be a string of 1 to 255 ASCII characters in quotes, such as "8e03978e-40d5".')
    return re.sub(r"\\(.)", r"\1", match[1]) if match[1] is not None else match[2]


def expected() -> Callable[[str], bool]:
    """What If-Match asks of a document's current content, by its digest. Raises PreconditionRequired where the header is missing."""
    stated = cherrypy.serving.request.headers.get("If-Match")
    if stated is None:
        raise errors.PreconditionRequired("Send the ETag of the document's XML, as you last read it, as If-Match.")
    return lambda digest: negotiation.matches(stated, f'"{digest.removeprefix("sha256:")}"', weak=False)


def new_only() -> bool:
    """Whether If-None-Match: * asks that nothing be revised (RFC 9110, section 13.1.2). Raises BadRequest for entity tags: of what?"""
    stated = cherrypy.serving.request.headers.get("If-None-Match")
    if stated is not None and stated.strip() != "*":
        raise errors.BadRequest("If-None-Match can only be * where something is delivered.")
    return stated is not None


def file_name() -> str:
    """What the sender calls the body: ?name=, else Content-Disposition's file name (RFC 6266), else ""."""
    if name := parameter("name"):
        return name
    stated = cherrypy.serving.request.headers.get("Content-Disposition", "")
    if not stated:
        return ""
    message = Message()
    message["Content-Disposition"] = stated
    name = message.get_filename() or ""
    return re.split(r"[/\\]", unquote(name) if "%" in name else name)[-1]


def invalid(found: report.Report, outcome: dict[str, object]) -> errors.InvalidDocument:
    """The problem that an invalid document is; `outcome` are further members."""
    count = len(found.violations)
    more = "more than " if found.cut else ""
    sentence = f"The document breaks its schema in {more}{plural(count, 'place')}; `errors` lists them."
    members = {("document" if key == "id" else key): value for key, value in outcome.items() if key != "valid"}
    return errors.InvalidDocument(sentence, found, **members)
