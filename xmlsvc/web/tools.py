"""CherryPy tools: plain functions, each at one hook point, switched on by configuration as `web.NAME.on`.

on_start_resource    identify   who is asking (login)       csrf   does our own page ask (csrf)      require   nobody may not
before_finalize      headers    Content-Security-Policy and cache headers
"""

from __future__ import annotations

import cherrypy
from cherrypy import _cptools

from . import csrf, login

API_POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox"
PAGE_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
    "frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
PREVIEW_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; sandbox"


def secure(policy: str) -> None:
    """Headers that every answer carries unless the handler set its own."""
    response = cherrypy.serving.response
    headers = response.headers
    headers.pop("Server", None)
    if str(response.status)[:3] in {"204", "304"}:
        headers.pop("Content-Type", None)  # of nothing
    headers.setdefault("Content-Security-Policy", policy)
    headers.setdefault("Cache-Control", "private, no-cache")
    rate = cherrypy.serving.request.rate
    if rate is not None:
        headers.update(rate.headers)


TOOLBOX = _cptools.Toolbox("web")
TOOLBOX.identify = cherrypy.Tool("on_start_resource", login.identify, priority=10)
TOOLBOX.csrf = cherrypy.Tool("on_start_resource", csrf.check, priority=20)
TOOLBOX.require = cherrypy.Tool("on_start_resource", login.require, priority=30)
TOOLBOX.headers = cherrypy.Tool("before_finalize", secure, priority=80)
