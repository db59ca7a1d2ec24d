"""The service as a program: a master that opens the socket and watches over its children, and workers that answer.

    cli.serve → master.serve → Master ─┬─ worker (server.worker) ── http.Server ── web.app.application
                                       ├─ worker …
                                       └─ other children: the runner of batch jobs
"""

from __future__ import annotations

from .master import serve

__all__ = ["serve"]
