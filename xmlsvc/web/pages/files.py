"""The static files: a closed list, read once, kept by browsers for ever (their address changes with them)."""

from __future__ import annotations

import mimetypes

from ... import errors
from .. import exchange
from . import shell

_TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}


class Static:
    """GET /static/NAME. Only files that exist in the package's folder have an address at all; nothing is joined from what is asked."""

    def __init__(self) -> None:
        self._files = {
            str(path.relative_to(shell.STATIC)): path
            for path in shell.STATIC.rglob("*")
            if path.is_file() and not path.name.startswith(".")
        }

    def GET(self, name: str) -> bytes:
        path = self._files.get(name)
        if path is None:
            raise errors.NotFound(f"There is no file {name!r}.")
        media_type = _TYPES.get(path.suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
        return exchange.conditional(
            path.read_bytes(), media_type, Cache_Control="public, max-age=31536000, immutable", Vary="Accept-Encoding"
        )


class Icon:
    """GET /favicon.ico, which browsers ask for whatever the page says."""

    def GET(self) -> bytes:
        return exchange.conditional(
            (shell.STATIC / "icon.svg").read_bytes(), "image/svg+xml", Cache_Control="public, max-age=86400", Vary="*"
        )
