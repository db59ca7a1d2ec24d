"""Small documents of the house vocabulary, and their delivery."""

from __future__ import annotations

from typing import Any

from tests.web.conftest import Site
from xmlsvc.documents import submit
from xmlsvc.documents.access import OPERATOR


def film(number: int, title: str = "A film", genre: str = "news") -> bytes:
    """A valid document of its own identity for each number."""
    return (
        f'<p:programme xmlns:p="urn:xmlsvc:programme" id="prg-x{number:04}" kind="bulletin" created="2024-01-01T00:00:00Z">'
        f'<p:title xml:lang="en">{title}</p:title><p:synopsis xml:lang="en" length="short">Some text.</p:synopsis>'
        f"<p:genre>{genre}</p:genre><p:duration>PT2M</p:duration></p:programme>"
    ).encode()


def deliver(site: Site, body: bytes, partner: str = "nordlys", keep: Any = None) -> str:
    """Deliver a valid document; its id."""
    done = submit.submit(site.services, OPERATOR, body, submit.Options(partner=partner), keep)
    assert done.report.valid, done.report.violations
    return done.document
