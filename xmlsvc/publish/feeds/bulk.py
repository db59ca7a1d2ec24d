"""All documents of a format in one: XML outputs in an envelope, JSON outputs in an array. In the order of their ids: each comes once."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from ...documents.services import Services
from ...xml import parser
from .. import collections
from ..collections import Asked
from .about import About, stamp, text

NAMESPACE = "urn:xmlsvc:collection"


def envelope(services: Services, asked: Asked, about: About) -> Iterator[bytes]:
    """One big XML: a `document` element for each, with its id and when it last changed, and in it the root of the output."""
    yield (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<c:collection xmlns:c="{NAMESPACE}" address="{escape(about.own)}" '
        f'updated="{stamp(about.updated)}">\n'
    ).encode()
    for entries in collections.walk(services, asked):
        pieces = []
        for entry, data in zip(entries, collections.data(services, entries), strict=True):
            if data is not None:
                head = f'<c:document id="{entry.document}" vocabulary="{escape(entry.vocabulary)}" updated="{stamp(entry.stamp)}">'
                pieces.append(head.encode() + text(parser.parse(data).getroot()) + b"</c:document>\n")
        yield b"".join(pieces)
    yield b"</c:collection>\n"


def array(services: Services, asked: Asked, about: About) -> Iterator[bytes]:  # noqa: ARG001
    """A JSON array of the outputs."""
    separator = b"["
    for entries in collections.walk(services, asked):
        pieces = []
        for data in collections.data(services, entries):
            if data is not None:
                pieces.append(separator + b"\n" + data.strip())
                separator = b","
        yield b"".join(pieces)
    yield b"[]\n" if separator == b"[" else b"\n]\n"
