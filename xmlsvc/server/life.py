"""A child's side of the bond with its master: to say that it is ready and alive, and to notice that the master is gone."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable

from .children import LIFE

BEAT_SECONDS = 2.0


def bond(alive: Callable[[], bool], orphaned: Callable[[], None]) -> None:
    """Say "ready" now, "alive" every two seconds for as long as `alive()`, and call `orphaned` once when the master is gone.
    Without a master nothing happens."""
    number = os.environ.pop(LIFE, "")
    if not number:
        return
    channel = socket.socket(fileno=int(number))
    channel.set_inheritable(False)
    channel.send(b".")
    threading.Thread(target=_go_on, args=(channel, alive, orphaned), name="bond with the master", daemon=True).start()


def _go_on(channel: socket.socket, alive: Callable[[], bool], orphaned: Callable[[], None]) -> None:
    channel.settimeout(BEAT_SECONDS)
    while True:
        try:
            if channel.recv(1) == b"":
                break
        except TimeoutError:
            try:
                if alive():
                    channel.send(b".")
            except OSError:
                break
        except OSError:
            break
    orphaned()
