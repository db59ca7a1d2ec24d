"""A CherryPy application that does nothing but return the bytes of a file: `python -m benchmarks.bare_server PORT FILE`."""

from __future__ import annotations

import sys
from pathlib import Path

import cherrypy


class Root:
    """One handler."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    @cherrypy.expose
    def index(self) -> bytes:
        cherrypy.response.headers["Content-Type"] = "application/xml"
        return self._body


if __name__ == "__main__":
    cherrypy.config.update({
        "server.socket_port": int(sys.argv[1]), "server.thread_pool": 10, "environment": "production", "log.screen": False,
    })  # fmt: skip
    cherrypy.quickstart(Root(Path(sys.argv[2]).read_bytes()))
