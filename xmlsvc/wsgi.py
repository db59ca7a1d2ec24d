"""The application for any WSGI server: `xmlsvc.wsgi:application`.

It serves the instance that the request's or the process's environment names as XMLSVC_INSTANCE (default: the working directory), opened
with the first request: after the server has made its processes, in each of them. Batch runs need `xmlsvc run work` beside it.
"""

from __future__ import annotations

import atexit
import os
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from . import logs
from .documents import services as service_module
from .web import app
from .web.middleware import Application

_LOCK = threading.Lock()
_OPENED: dict[Path, Application] = {}


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """PEP 3333. Raises EnvironmentFault, for the server's log, where the instance cannot be opened."""
    directory = Path(environ.get("XMLSVC_INSTANCE") or os.environ.get("XMLSVC_INSTANCE", ".")).resolve()
    opened = _OPENED.get(directory) or _open(directory)
    return opened(environ, start_response)


def _open(directory: Path) -> Application:
    with _LOCK:
        if directory not in _OPENED:
            services = service_module.open(directory)
            atexit.register(services.close)
            if services.settings.log:  # else records go where the server sends standard error
                logs.configure(services.settings)
            _OPENED[directory] = app.application(services)
        return _OPENED[directory]
