"""Small documents of the house vocabulary, their delivery, and instances that cost little to make."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from tests.web.conftest import Site, build
from xmlsvc.clock import Clock
from xmlsvc.documents import services, submit
from xmlsvc.documents.access import OPERATOR
from xmlsvc.web import app


@lru_cache(1)
def _template() -> Site:
    """A closed instance with two partners, an editor and the house vocabulary, to be copied: that takes a hundredth of its making."""
    folder = tempfile.mkdtemp(prefix="xmlsvc-template-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    made = build(Path(folder) / "site")
    made.services.close()
    return made


def fresh(directory: Path, clock: Clock | None = None) -> Site:
    """A new instance at `directory`; close its services."""
    template = _template()
    shutil.copytree(template.directory, directory)
    opened = services.open(directory, clock)
    return replace(template, directory=directory, services=opened, application=app.application(opened))


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
