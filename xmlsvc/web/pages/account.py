"""Login, logout, colours."""

from __future__ import annotations

import cherrypy

from ... import errors
from ...documents import users
from ...documents.services import Services
from .. import login, templates
from ..exchange import parameter, prefix, url
from ..guesses import Guesses
from . import shell

YEAR = 365 * 86400


class Login:
    """The form, and what it sends."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._guesses = Guesses(services.settings.var / "rates")

    def GET(self, failure: str = "", name: str = "") -> bytes:
        actor = cherrypy.serving.request.actor
        if actor is not None and actor.kind != "guest" and not failure:
            shell.go(shell.local(parameter("next")))
        content = templates.fragment(
            "login",
            service=self._services.settings.title,
            action=url("/login"),
            next=shell.local(parameter("next")),
            failure=failure,
            name=name,
        )
        return shell.bare(self._services, "Log in", content)

    def POST(self) -> bytes:
        name, password = (parameter("name") or "").strip(), parameter("password") or ""
        address = str(cherrypy.serving.request.wsgi_environ.get("REMOTE_ADDR", ""))
        if seconds := self._guesses.wait(name, address):
            cherrypy.serving.response.status = 429
            cherrypy.serving.response.headers["Retry-After"] = str(seconds)
            return self.GET(f"Too many wrong passwords. Try again in {seconds} s.", name)
        try:
            secret, _ = users.login(self._services, name, password)
        except errors.Unauthenticated as error:
            self._guesses.wrong(name, address)
            cherrypy.serving.response.status = 401
            return self.GET(error.message, name)
        login.remember(secret)
        shell.go(shell.local(parameter("next")))


class Logout:
    """Ends the session for good, not only in this browser."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def POST(self) -> bytes:
        secret = cherrypy.serving.request.session
        if secret:
            users.logout(self._services, secret)
        login.forget()
        shell.go("/login")


class Theme:
    """Keeps the choice of colours in a cookie."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def POST(self) -> bytes:
        chosen = parameter("theme") or ""
        if chosen not in shell.THEMES:
            raise errors.BadRequest(f"There are no colours {chosen!r}; choose one of {', '.join(shell.THEMES)}.")
        cookie = cherrypy.serving.response.cookie
        cookie[shell.THEME_COOKIE] = chosen
        cookie[shell.THEME_COOKIE].update({"path": prefix() + "/", "samesite": "Lax", "httponly": True})
        cookie[shell.THEME_COOKIE]["max-age"] = YEAR
        shell.go(shell.local(parameter("next")))
