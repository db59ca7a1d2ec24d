"""Calling an address that somebody else chose, without being made to call what only we can reach (server-side request forgery).

    checked(url) ─► Target          only http(s), no user and password in it
    post(target, …)                 the name is resolved once, every address that it has must be a public one, and the very address that was
                                    checked is what is connected to; no redirect is followed, the answer is read within bounds
"""

from __future__ import annotations

import contextlib
import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from ..errors import BadRequest

SECONDS = 10.0
_READ = 2_000  # bytes of an answer that are looked at
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class Unreachable(Exception):
    """The target could not be called: the sentence says why."""


@dataclass(frozen=True, slots=True)
class Target:
    """An address that may be called."""

    url: str
    https: bool
    host: str
    port: int
    path: str


def checked(url: str, private: bool) -> Target:
    """The parts of an address. `private`: loopback and private networks are allowed. Raises BadRequest with the reason why it is none."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise BadRequest(f"{url!r} is no address: {error}.") from None
    if parts.scheme not in ("http", "https") or not parts.hostname or any(c.isspace() or ord(c) < 33 or ord(c) > 126 for c in url):
        raise BadRequest(f"{url!r} is no address that can be called; it looks like https://partner.example.org/xmlsvc.")
    if parts.username is not None or parts.password is not None:
        raise BadRequest("The address holds a user name or password; leave them out: messages are signed.")
    https = parts.scheme == "https"
    try:
        address = ipaddress.ip_address(parts.hostname)
    except ValueError:
        address = None
    if address is not None and not private and not public(address):
        raise BadRequest(f"{address} is no public address; webhooks do not call private networks.")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(url, https, parts.hostname, port or (443 if https else 80), path)


def public(address: Address) -> bool:
    """Whether the address is one of the public internet, also where an IPv4 address is wrapped in it."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        if address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return public(inner)
    return address.is_global and not address.is_multicast


def _resolved(target: Target, private: bool) -> str:
    """The address to connect to. Raises Unreachable."""
    try:
        found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Unreachable(f"{target.host} is not known: {error}.") from None
    addresses = [str(entry[4][0]).partition("%")[0] for entry in found]
    if not private and (inside := [each for each in addresses if not public(ipaddress.ip_address(each))]):
        raise Unreachable(f"{target.host} leads to {inside[0]}, which is no public address; it is not called.")
    return addresses[0]



def post(target: Target, body: bytes, headers: Mapping[str, str], private: bool) -> tuple[int, dict[str, str], str]:
    """The answer: status, headers, the beginning of its body as text. Raises Unreachable: no address, no connection, no answer in time."""
    address = _resolved(target, private)
    connection = http.client.HTTPConnection(target.host, target.port, timeout=SECONDS)
    host = f"[{target.host}]" if ":" in target.host else target.host
    named = host if target.port == (443 if target.https else 80) else f"{host}:{target.port}"
    watch: threading.Timer | None = None
    try:
        plain = socket.create_connection((address, target.port), timeout=SECONDS)
        watch = threading.Timer(SECONDS, _cut, (plain,))  # whoever answers a byte now and then does not hold us
        watch.daemon = True
        watch.start()
        connection.sock = plain
        if target.https:
            connection.sock = ssl.create_default_context().wrap_socket(plain, server_hostname=target.host)
        connection.request("POST", target.path, body, {"Host": named, **headers})
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read(_READ).decode("utf-8", "replace")
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise Unreachable(f"{target.host}: {error or type(error).__name__}.") from None
    finally:
        if watch is not None:
            watch.cancel()
        connection.close()


def _cut(connected: socket.socket) -> None:
    with contextlib.suppress(OSError):
        connected.shutdown(socket.SHUT_RDWR)
