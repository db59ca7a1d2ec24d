"""A view per record, in memory for one record."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from tests.binding.conftest import DOCUMENT
from tests.conftest import ROOT
from xmlsvc.errors import DoctypeRefused, NotWellFormed

SCRIPT = """
import resource, sys
from xmlsvc.vocabularies.programme import v1_1 as package
next(package.stream(sys.argv[1], "programme"))
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
count = sum(record.title[0].value == "T" for record in package.stream(sys.argv[1], "{urn:xmlsvc:programme}programme"))
print(count, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024)
"""


def test_records_have_the_types_of_their_places(library: ModuleType) -> None:
    assert [(type(book).__qualname__, book.isbn, book.title[0].value) for book in library.stream(io.BytesIO(DOCUMENT),
    "{urn:lib}book")] == [
        ("Book", "1", "One"), ("Ebook", "2", "Two")]
    assert [title.value for title in library.stream(io.BytesIO(DOCUMENT), "title")] == ["One", "Een", "Two"]


def test_memory_stays_flat(tmp_path: Path) -> None:
    path = tmp_path / "large.xml"
    head = b'<programme xmlns="urn:xmlsvc:programme" id="prg-1"><title xml:lang="en">T</title><synopsis>'
    one = head + b"word " * 100 + b"</synopsis></programme>\n"
    path.write_bytes(b"<all>" + one * 20_000 + b"</all>")
    ran = subprocess.run([sys.executable, "-c", SCRIPT, str(path)], cwd=ROOT, check=True, capture_output=True, text=True)
    count, above = ran.stdout.split()
    assert int(count) == 20_000 and float(above) < 5


def test_faults_are_said_where_they_are(library: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "cut.xml").write_bytes(DOCUMENT[:700])
    with pytest.raises(NotWellFormed):
        list(library.stream(tmp_path / "cut.xml", "book"))
    with pytest.raises(DoctypeRefused):
        list(library.stream(io.BytesIO(b'<!DOCTYPE a [<!ENTITY b "c">]><a><b/></a>'), "b"))
