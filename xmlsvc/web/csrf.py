"""Cross-site requests are refused by what the browser says of itself, not by tokens in forms (Fetch Metadata; RFC 6454)."""

from __future__ import annotations

from urllib.parse import urlsplit

import cherrypy

from .. import errors

_SAFE = {"GET", "HEAD", "OPTIONS"}


def check() -> None:
    """Refuse an unsafe request that another site made in the editor's name. Raises Forbidden.

    A token proves intent by itself; what a browser or a proxy sends along unasked does not. Browsers send Sec-Fetch-Site, older ones
    Origin; whatever sends neither is no browser and holds no
    cookie that it was not given by its user.
    """
    request = cherrypy.serving.request
    if request.method in _SAFE or request.headers.get("Authorization", "").lower().startswith("bearer "):
        return
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        if site not in {"same-origin", "none"}:
            raise errors.Forbidden(
                f"A page of another web site asked for this (Sec-Fetch-Site: {site}). Do it from a page of this service."
            )
        return
    origin = request.headers.get("Origin")
    if origin is None:
        return
    own = {urlsplit(request.base).netloc, urlsplit(request.app.services.settings.url).netloc}
    if urlsplit(origin).netloc not in own - {""}:
        raise errors.Forbidden(f"A page of another web site asked for this (Origin: {origin}). Do it from a page of this service.")
