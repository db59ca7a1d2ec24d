"""A request's body as it may be trusted: whole, as its digest says, unpacked within bounds.

    stream(limit) ─► wsgi.input (bounded by the guard) ─► Content-Digest (RFC 9530) ─► Content-Encoding: gzip (RFC 9110, section 8.4)
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import zlib
from typing import Any

import cherrypy

from .. import errors
from ..documents.inflate import Inflated
from ..documents.parts import Readable
from . import problem_types

_MEMBER = re.compile(r"\s*([a-z*][a-z0-9_.*-]*)\s*=\s*:([A-Za-z0-9+/=]*):\s*")
_KNOWN = {"sha-256": hashlib.sha256, "sha-512": hashlib.sha512}
CODINGS = ("gzip", "x-gzip")


class _Checked:
    """The stream, whose digests are compared once it has been read to its end. Raises DigestMismatch."""

    def __init__(self, inner: Readable, wanted: dict[str, bytes]) -> None:
        self._inner, self._wanted, self._over = inner, wanted, False
        self._seen: dict[str, Any] = {name: _KNOWN[name]() for name in wanted}

    def read(self, size: int = -1) -> bytes:
        piece = self._inner.read(size)
        for seen in self._seen.values():
            seen.update(piece)
        if (size < 0 or not piece) and not self._over:
            self._over = True
            self._compare()
        return piece

    def _compare(self) -> None:
        for name, wanted in self._wanted.items():
            if (found := self._seen[name].digest()) != wanted:
                raise problem_types.DigestMismatch(
                    f"The body's {name} is {base64.b64encode(found).decode()}, not what its digest field says: it changed on the way. "
                    "Send it again.", algorithm=name, found=base64.b64encode(found).decode(),
                )  # fmt: skip


class _Unpacked:
    """A gzip-coded body, unpacked; its errors are the sender's. Raises TooLarge, BadRequest."""

    def __init__(self, packed: Readable, limit: int) -> None:
        self._packed, self._limit, self._seen = packed, limit, 0
        self._inner = Inflated(packed, self._count)

    def _count(self, size: int) -> None:
        self._seen += size
        if self._seen > self._limit:
            raise errors.TooLarge(f"The body unpacks to more than the limit of {self._limit:,} bytes.", limit=self._limit)

    def read(self, size: int = -1) -> bytes:
        try:
            return self._inner.read(size)
        except (zlib.error, EOFError) as error:
            raise errors.BadRequest(f"The body is not what Content-Encoding: gzip says: {error}.") from None


def coding() -> str:
    """The body's content coding, "" for none."""
    stated = cherrypy.serving.request.headers.get("Content-Encoding", "").strip().lower()
    return "" if stated == "identity" else stated


def stream(limit: int) -> Readable:
    """The body, unpacked where it is gzip, to at most `limit` bytes. Reading it raises TooLarge, BadRequest, DigestMismatch,
    RequestTimeout; LengthRequired is raised at once."""
    request = cherrypy.serving.request
    if "Content-Length" not in request.headers and "Transfer-Encoding" not in request.headers:
        raise problem_types.LengthRequired("The request has neither Content-Length nor Transfer-Encoding: chunked.")
    wanted = {}
    for field in ("Content-Digest", "Repr-Digest"):
        wanted.update(_digests(field, request.headers.get(field, "")))
    source: Readable = request.wsgi_environ["wsgi.input"]
    if wanted:
        source = _Checked(source, wanted)
    return _Unpacked(source, limit) if coding() in CODINGS else source


def _digests(field: str, stated: str) -> dict[str, bytes]:
    """The digests of a field that are understood; others are left alone, as RFC 9530 (section 2) wants it. Raises BadRequest."""
    found = {}
    for member in filter(None, (part.strip() for part in stated.split(","))):
        match = _MEMBER.fullmatch(member)
        try:
            value = base64.b64decode(match[2], validate=True) if match else b""
        except binascii.Error:
            match = None
        if match is None:
            raise errors.BadRequest(f"The field {field} must look like sha-256=:BASE64=: (RFC 9530), not {member!r}.")
        if match[1] in _KNOWN:
            found[match[1]] = value
    return found


def digest(body: bytes) -> str:
    """The Content-Digest of an answer."""
    return f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode()}:"
