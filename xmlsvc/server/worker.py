"""One process that answers requests: `python -m xmlsvc.server.worker INSTANCE FD`, started by the master with a listening socket.

SIGTERM finishes the requests under way and ends; so does the master's end. SIGUSR1 reopens the logs.
"""

from __future__ import annotations

import logging
import os
import socket
import sys
import threading
import time

from cherrypy.process import plugins, servers, wspbus

from .. import errors, logs
from ..documents import services as service_module
from ..web import app
from . import http, life

LOG = logging.getLogger("xmlsvc.server")

HUNG_SECONDS = 10.0


def run(instance: str, descriptor: int) -> int:
    """Serve until told to end. Returns the exit code."""
    try:
        with service_module.open(instance) as services:
            logs.configure(services.settings)
            _serve(services, socket.socket(fileno=descriptor))
    except errors.EnvironmentFault as error:
        sys.stderr.write(f"xmlsvc: {error.message}\n")
        return 3
    return 0


def _serve(services: service_module.Services, listening: socket.socket) -> None:
    bus = wspbus.Bus()
    bus.subscribe("log", lambda message, level=logging.INFO: LOG.log(logging.DEBUG if level == logging.INFO else level, "%s", message))
    server = http.Server(listening, app.application(services), services.settings.threads, services.clock)
    servers.ServerAdapter(bus, server, None).subscribe()
    once = threading.Lock()

    def end() -> None:
        if once.acquire(blocking=False):  # a group's SIGTERM comes from whoever sent it, and from the master
            bus.exit()

    signals = plugins.SignalHandler(bus)
    # Ctrl-C reaches the whole group, the master among it: that one says when to end.
    signals.handlers = {"SIGTERM": end, "SIGUSR1": logs.reopen, "SIGINT": _nothing, "SIGHUP": _nothing, "SIGUSR2": _nothing}
    signals.subscribe()
    bus.subscribe("start", lambda: life.bond(lambda: time.monotonic() - server.beat < HUNG_SECONDS, end), priority=90)
    watchdog = threading.Timer(http.STOP_SECONDS, _give_up)
    watchdog.daemon = True
    bus.subscribe("stop", watchdog.start, priority=1)
    bus.subscribe("exit", services.close)
    bus.start()
    try:
        bus.block()
    finally:
        watchdog.cancel()


def _nothing() -> None:
    """A signal that is for the master."""


def _give_up() -> None:
    """A handler that never returns must not keep the process alive when it was told to stop."""
    LOG.critical("Requests did not end within %.0f s of the stop; ending the process", http.STOP_SECONDS)
    os._exit(75)


if __name__ == "__main__":
    sys.exit(run(sys.argv[1], int(sys.argv[2])))
