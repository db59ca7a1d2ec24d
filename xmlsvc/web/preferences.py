"""What a client would like, if it can be had: the Prefer header (RFC 7240). Whoever honours a preference says so (Preference-Applied)."""

from __future__ import annotations

import re
from collections.abc import Iterable

import cherrypy

_MEMBER = re.compile(r'\s*([!#$%&\'*+.^_`|~\w-]+)\s*(?:=\s*(?:"((?:[^"\\]|\\.)*)"|([!#$%&\'*+.^_`|~\w-]*)))?\s*(?:;.*)?')


def asked() -> dict[str, str]:
    """The preferences by name, in lower case; the first one of a name counts (section 2). What cannot be read is left out, as any other
    preference that is not honoured."""
    found: dict[str, str] = {}
    for part in re.findall(r'(?:[^,"]|"(?:[^"\\]|\\.)*")+', cherrypy.serving.request.headers.get("Prefer", "")):
        match = _MEMBER.fullmatch(part)
        if match is not None:
            found.setdefault(match[1].lower(), match[2] if match[2] is not None else match[3] or "")
    return found


def applied(names: Iterable[str]) -> None:
    """Say which ones were honoured."""
    if text := ", ".join(names):
        cherrypy.serving.response.headers["Preference-Applied"] = text


def seconds(stated: str | None, most: float) -> float | None:
    """The value of `wait`, at most `most`; None where there is none, or none that can be read."""
    if stated is None or not stated.isascii() or not stated.isdigit():
        return None
    return min(float(stated), most)
