"""Who is asking: a bearer token (RFC 6750), an editor's cookie, or a user whom a trusted proxy names.

Tools `identify` and `require`, and the cookie itself.
"""

from __future__ import annotations

from urllib.parse import urlencode

import cherrypy

from .. import errors
from ..documents import accounts, users
from ..documents.access import GUEST
from . import proxies, standing
from .middleware import PREFIX
from .redirects import Redirect

COOKIE = "xmlsvc_session"


def identify() -> None:
    """Set the request's `actor`. A wrong token is refused; a cookie that has ended means nobody (the page then asks to log in), or a guest
    where the pages are open to them."""
    request = cherrypy.serving.request
    services = request.app.services
    stated = request.headers.get("Authorization")
    if (address := request.wsgi_environ.get(proxies.REFUSED)) is not None:
        raise errors.Forbidden(f"{address} is no trusted proxy: it may not say who is asking ({services.settings.identity_header}).")
    asserted = request.wsgi_environ.get(proxies.ASSERTED)
    if asserted is not None and not (stated or "").lower().startswith("bearer "):  # the proxy's own credentials are its own
        try:
            request.actor = accounts.named(services, f"user:{asserted}")
        except errors.NotFound:
            raise errors.Unauthenticated(f"The proxy says that this is {asserted!r}, but there is no such user here.") from None
    elif stated is not None:
        scheme, _, secret = stated.partition(" ")
        if scheme.lower() != "bearer" or not secret.strip():
            raise errors.Unauthenticated("The Authorization header must be `Bearer TOKEN`.", token="invalid")
        try:
            proof = accounts.prove(services, secret.strip())
        except errors.Unauthenticated as error:
            raise errors.Unauthenticated(error.message, token="invalid") from None
        request.actor = proof.actor
        _count(proof.token)
        request.wsgi_environ.get(standing.TOKENS, []).append(proof.token)
        services.sessions.see(proof.position)
    elif COOKIE in request.cookie:
        request.session = request.cookie[COOKIE].value
        try:
            request.actor = users.session(services, request.session)
        except errors.Unauthenticated:
            forget()
    if request.actor is None and request.app.pages and services.settings.guests:
        request.actor = GUEST


def _count(token: str) -> None:
    """One more request of this token. Raises TooManyRequests."""
    request = cherrypy.serving.request
    if request.app.rates is None:
        return
    taken = request.rate = request.app.rates.take(token)
    if taken.wait:
        raise errors.TooManyRequests(
            f"This token may make {taken.limit:,} requests a minute. Come back in {taken.wait} s.", retry_after=taken.wait
        )


def require(reading: bool = False) -> None:
    """`reading`: whoever only reads goes on unknown, and the resource decides. Else nobody may not: a page sends to the login form and back
    again, the API answers 401. Partners' tokens are for the API alone."""
    request = cherrypy.serving.request
    if request.actor is not None:
        if request.app.pages and request.actor.kind == "partner":
            raise errors.Forbidden("The pages are for editors; a partner's token is for /api. Log in with a name and password.")
        return
    if reading and request.method in {"GET", "HEAD"}:
        return
    if request.app.pages and request.method in {"GET", "HEAD"}:
        wanted = request.path_info + (f"?{request.query_string}" if request.query_string else "")
        query = "" if wanted == "/" else "?" + urlencode({"next": wanted})
        raise Redirect(f"{request.wsgi_environ[PREFIX]}/login{query}")
    raise errors.Unauthenticated("This needs a token (Authorization: Bearer TOKEN) or a login.")


def remember(secret: str) -> None:
    """Give the browser its session cookie."""
    settings = cherrypy.serving.request.app.services.settings
    _set(secret, settings.session_hours * 3600, settings.secure_cookies)


def forget() -> None:
    """Take the cookie away."""
    _set("", 0, cherrypy.serving.request.app.services.settings.secure_cookies)


def _set(value: str, seconds: int, secure: bool) -> None:
    cookie = cherrypy.serving.response.cookie
    cookie[COOKIE] = value
    cookie[COOKIE].update({"path": (cherrypy.serving.request.wsgi_environ[PREFIX] or "") + "/", "httponly": True, "samesite": "Lax"})
    cookie[COOKIE]["max-age"] = seconds
    if secure:
        cookie[COOKIE]["secure"] = True
