"""Sockets that outlive processes: made here or by systemd, inherited by workers and successors; and what systemd wants to be told."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Mapping, MutableMapping

from ..errors import EnvironmentFault

BACKLOG = 1024
PATIENCE_SECONDS = 5.0  # with a predecessor that is just closing the address
_FIRST_FD = 3  # sd_listen_fds(3)


def address(bind: str) -> tuple[str, int]:
    """ "127.0.0.1:8080", "[::1]:8080" or ":8080" as (host, port). Raises EnvironmentFault."""
    host, colon, port = bind.rpartition(":")
    if not colon or not port.isascii() or not port.isdigit() or int(port) > 65535:  # a port alone would listen to everybody
        raise EnvironmentFault(f"The setting bind is {bind!r}; it must be HOST:PORT, for example 127.0.0.1:8080.")
    return host.strip("[]") or "0.0.0.0", int(port)


def listen(bind: str, patience: float = PATIENCE_SECONDS) -> socket.socket:
    """A socket that listens there. Waits up to `patience` seconds while the address is taken. Raises EnvironmentFault, which says by what
    it failed and what to do."""
    host, port = address(bind)
    until = time.monotonic() + patience
    while True:
        try:
            family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0][0]
            return socket.create_server((host, port), family=family, backlog=BACKLOG)
        except OSError as error:
            if isinstance(error, socket.gaierror) or time.monotonic() > until:
                raise EnvironmentFault(
                    f"{host}:{port} cannot be listened on: {error.strerror}. Stop what uses it, or choose another with --bind HOST:PORT "
                    "or XMLSVC_BIND=HOST:PORT in the environment."
                ) from error
        time.sleep(0.1)


def activated(environ: MutableMapping[str, str]) -> socket.socket | None:
    """The socket that systemd listens on for this process (sd_listen_fds(3)), taken out of the environment; None where there is none.
    Raises EnvironmentFault for more than one."""
    mine = environ.pop("LISTEN_PID", "") == str(os.getpid())
    count = environ.pop("LISTEN_FDS", "")
    environ.pop("LISTEN_FDNAMES", None)
    if not mine:
        return None
    if count != "1":
        raise EnvironmentFault(f"systemd hands over {count} sockets; xmlsvc serves one. Give the socket unit one ListenStream.")
    return socket.socket(fileno=_FIRST_FD)


def notify(state: str, environ: Mapping[str, str] = os.environ) -> None:
    """Tell systemd (sd_notify(3)), where it listens: "READY=1", "WATCHDOG=1" …"""
    place = environ.get("NOTIFY_SOCKET")
    if place:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as channel:
            channel.sendto(state.encode(), "\0" + place[1:] if place.startswith("@") else place)
