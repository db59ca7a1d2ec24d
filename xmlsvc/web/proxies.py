"""Front proxies: what they say of the client is believed, what anybody else says in their words is not.

    Front(settings).apply(environ)     from a trusted address: X-Forwarded-For, -Proto, -Host, -Prefix and the identity header
                                       from any other: these are taken away, and an asserted identity is remembered as refused
"""

from __future__ import annotations

import ipaddress
import re
from typing import Any

from ..errors import EnvironmentFault
from ..settings import Settings

ASSERTED = "xmlsvc.asserted"  # the user whom a trusted proxy has logged in
FORWARDED = "xmlsvc.forwarded"  # the request came through somebody, whether that one is believed or not
REFUSED = "xmlsvc.refused"  # somebody else used the proxy's header
SERVER_SAYS = "REMOTE_USER"
"""As identity_header: no header, but the variable in which the server that runs us (mod_wsgi) says whom it has logged in."""
_FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST", "HTTP_X_FORWARDED_PREFIX", "HTTP_FORWARDED")
_PREFIX = re.compile(r"(/[A-Za-z0-9._~-]+)*")
_HOST = re.compile(r"[A-Za-z0-9.-]+(:\d{1,5})?|\[[0-9A-Fa-f:.]+\](:\d{1,5})?")


class Front:
    """The trusted proxies of an instance. Raises EnvironmentFault for settings that are none."""

    def __init__(self, settings: Settings) -> None:
        try:
            self._networks = [ipaddress.ip_network(each, strict=False) for each in settings.trusted_proxies.split()]
        except ValueError as error:
            raise EnvironmentFault(
                f"The setting trusted_proxies is {settings.trusted_proxies!r}: {error}. It holds addresses or networks, spaces between."
            ) from None
        self._by_server = settings.identity_header == SERVER_SAYS
        header = "" if self._by_server else settings.identity_header
        if header and not re.fullmatch(r"[A-Za-z0-9-]+", header):
            raise EnvironmentFault(f"The setting identity_header is {header!r}, which is no header's name.")
        self._identity = "HTTP_" + header.upper().replace("-", "_") if header else ""

    def apply(self, environ: dict[str, Any]) -> None:
        """Make the request what it was at the proxy. Never raises: what cannot be read is left out."""
        said = {name: environ.pop(name) for name in _FORWARDED if name in environ}
        asserted = environ.pop(self._identity, None) if self._identity else None
        if said:
            environ[FORWARDED] = True
        if self._by_server and environ.get(SERVER_SAYS):
            environ[ASSERTED] = environ[SERVER_SAYS]
        if not self._trusted(environ.get("REMOTE_ADDR", "")):
            if asserted is not None:
                environ[REFUSED] = environ.get("REMOTE_ADDR", "")
            return
        if asserted:
            environ[ASSERTED] = asserted.encode("latin-1").decode("utf-8", "replace")
        if (scheme := said.get("HTTP_X_FORWARDED_PROTO", "").strip().lower()) in ("http", "https"):
            environ["wsgi.url_scheme"] = scheme
        if (host := said.get("HTTP_X_FORWARDED_HOST", "").rpartition(",")[2].strip()) and _HOST.fullmatch(host):
            environ["HTTP_HOST"] = host
        prefix = said.get("HTTP_X_FORWARDED_PREFIX", "").strip().rstrip("/")
        if prefix and _PREFIX.fullmatch(prefix):
            environ["SCRIPT_NAME"] = prefix + environ.get("SCRIPT_NAME", "")
        for hop in reversed(said.get("HTTP_X_FORWARDED_FOR", "").split(",")):
            if (client := _address(hop)) is None:
                break
            environ["REMOTE_ADDR"] = client
            if not self._trusted(client):
                break

    def _trusted(self, text: str) -> bool:
        try:
            address = ipaddress.ip_address(text)
        except ValueError:
            return False
        if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
            address = address.ipv4_mapped
        return any(address in network for network in self._networks if network.version == address.version)


def _address(text: str) -> str | None:
    """The address of one hop, without its port."""
    plain = text.strip().strip('"')
    if plain.startswith("["):
        plain = plain[1:].partition("]")[0]
    elif plain.count(":") == 1:
        plain = plain.partition(":")[0]
    try:
        return str(ipaddress.ip_address(plain))
    except ValueError:
        return None
