"""CSV (RFC 4180): the rows of the vocabulary's own table format under one header, or a general table of what is published."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from ...documents.services import Services
from .. import collections
from ..collections import Asked
from .about import About, items, stamp, urn

MEDIA_TYPE = "text/csv; charset=utf-8; header=present"
_HEADER = ("id", "title", "vocabulary", "partner", "created", "updated", "subjects", "address")
_CRLF = b"\r\n"


def own(services: Services, asked: Asked, about: About) -> Iterator[bytes]:  # noqa: ARG001
    """Each document's records; the header of the first stands for all, as one stylesheet wrote them."""
    headed = False
    for entries in collections.walk(services, asked):
        lines = []
        for data in collections.data(services, entries):
            header, _, records = (data or b"").partition(_CRLF)
            if data and not headed:
                lines.append(header + _CRLF)
                headed = True
            if records:
                lines.append(records if records.endswith(_CRLF) else records + _CRLF)
        yield b"".join(lines)


def general(services: Services, asked: Asked, about: About) -> Iterator[bytes]:
    """One record a document."""
    yield _line(_HEADER)
    for entries in collections.walk(services, asked):
        for item in items(services, entries):
            entry = item.entry
            yield _line((urn(entry.document), item.title, entry.vocabulary, item.partner, stamp(item.created), stamp(entry.stamp),
                         " | ".join(item.subjects), about.document(entry.document, "xml")))  # fmt: skip


def _line(values: tuple[str, ...]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerow([f"'{value}" if value.startswith(("=", "+", "-", "@", "\t", "\r")) else value for value in values])
    return text.getvalue().encode()
