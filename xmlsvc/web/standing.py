"""Reading one's own writes where reads go to replicas, whichever process answers: what somebody's reads must have seen goes along.

    request  → cookie (browsers, and whoever keeps cookies), token's row (partners) → sessions.since
    response → if it wrote: the cookie is set, the token's row is written

Without replicas there is no position: nothing is set and nothing is written.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable
from typing import Any

from .. import errors
from ..documents import accounts
from ..documents.services import Services
from .middleware import PREFIX, Application, Environ

COOKIE = "xmlsvc_position"
TOKENS = "xmlsvc.tokens"  # a list, where login leaves the id of the token that was used
_SECONDS = 86_400
_STATED = re.compile(rf"(?:^|;)\s*{COOKIE}=([0-9_-]{{1,400}})")
_log = logging.getLogger("xmlsvc.web")


class Standing:
    """Stands around the applications of an instance."""

    def __init__(self, app: Application, services: Services) -> None:
        self._app, self._services = app, services

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        sessions = self._services.sessions
        if not sessions.replicated:
            return self._app(environ, start_response)
        stated = _STATED.search(environ.get("HTTP_COOKIE", ""))
        sessions.since(stated[1].replace("_", ",") if stated else "")
        environ[TOKENS] = []

        def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            if position := sessions.moved():
                self._keep(environ[TOKENS], position)
                headers = [*headers, ("Set-Cookie", self._cookie(position, environ[PREFIX]))]
            return start_response(status, headers, *more)

        return self._app(environ, start)

    def _keep(self, tokens: list[str], position: str) -> None:
        """With the token, for who keeps no cookies. The answer goes out in any case: what it tells of is done."""
        for token in tokens:
            try:
                accounts.keep_position(self._services, token, position)
            except errors.EnvironmentFault as error:
                _log.warning("The position of the token %s could not be kept: %s", token, error.message)

    def _cookie(self, position: str, prefix: str) -> str:
        secure = "; Secure" if self._services.settings.secure_cookies else ""
        return f"{COOKIE}={position.replace(',', '_')}; Path={prefix}/; Max-Age={_SECONDS}; HttpOnly; SameSite=Lax{secure}"
