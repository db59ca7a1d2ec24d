"""The same catalogue records through pycsw and through ours, in one run: POSTed one by one, read by identifier, searched by a word.

pycsw comes from PyPI into an environment of its own (build/pycsw: setuptools < 81, SQLAlchemy < 2) and is served by waitress, one process
on SQLite, as ours is. It keeps records and indexes none of their words; it does not validate. Ours validates against benchmarks/records,
maps to rows, and answers when all of it is durable.
"""

from __future__ import annotations

import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from benchmarks import client
from benchmarks.common import ROOT, spread, table
from tests.mariadb import free_port
from tests.server import serving
from xmlsvc.documents import accounts, instance, services
from xmlsvc.documents.access import OPERATOR

HERE = ROOT / "benchmarks" / "records"
VENV = ROOT / "build" / "pycsw"
PACKAGES = ("setuptools<81", "SQLAlchemy<2", "pycsw", "waitress")
WORDS = (
    "dijk", "water", "haven", "boot", "storm", "molen", "polder", "brug", "sluis", "vuurtoren", "kust", "eiland", "zee", "strand", "duin",
    "veer",
)  # fmt: skip
READS = 100

_SETTINGS = """[server]
home={place}
url=http://127.0.0.1:{port}/
mimetype=application/xml; charset=UTF-8
encoding=UTF-8
language=en-US
maxrecords=10
[manager]
transactions=true
allowed_ips=127.0.0.1
[metadata:main]
{main}
[repository]
database=sqlite:///{place}/pycsw.db
table=records
"""
_MAIN = (
    "title abstract keywords keywords_type fees accessconstraints",
    "name url",
    "name position address city stateorprovince postalcode country phone fax email url hours instructions role",
)
_CSW = "service=CSW&version=2.0.2&request="


def records(prefix: str, count: int) -> list[bytes]:
    """So many records, no two with the same identifier; each of the words is in the title of one in sixteen."""
    chance = random.Random(prefix)
    made = []
    for number in range(count):
        few = [chance.choice(WORDS) for _ in range(12)]
        made.append(
            '<csw:Record xmlns:csw="http://www.opengis.net/cat/csw/2.0.2" xmlns:dc="http://purl.org/dc/elements/1.1/" '
            'xmlns:dct="http://purl.org/dc/terms/">'
            f"<dc:identifier>{prefix}-{number:05d}</dc:identifier><dc:title>{WORDS[number % 16]} {number}</dc:title><dc:type>clip</dc:type>"
            f"<dc:creator>Maker {number % 40}</dc:creator><dc:subject>{few[0]}s</dc:subject><dc:subject>{few[1]}s</dc:subject>"
            f"<dct:modified>2026-0{1 + number % 9}-1{number % 10}</dct:modified><dct:abstract>{'s '.join(few)}s</dct:abstract></csw:Record>"
        )
    return [text.encode() for text in made]


def installed() -> bool:
    """Whether pycsw is there; installs it where it can be had."""
    if not (VENV / "bin" / "pycsw-admin.py").exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", VENV], check=True)
        words = [VENV / "bin" / "pip", "install", "--quiet", "--disable-pip-version-check", *PACKAGES]
        if subprocess.run(words, capture_output=True, check=False).returncode:
            print("left out: pycsw cannot be installed from the package index")
            return False
    return True


@contextmanager
def _pycsw(place: Path) -> Iterator[int]:
    """Its port."""
    port = free_port()
    names = [f"{kind}_{name}=x" for kind, row in zip(("identification", "provider", "contact"), _MAIN, strict=True) for name in row.split()]
    file = place / "pycsw.cfg"
    file.write_text(_SETTINGS.format(place=place, port=port, main="\n".join(names)), "utf-8")
    subprocess.run([VENV / "bin" / "pycsw-admin.py", "-c", "setup_db", "-f", file], check=True, capture_output=True)
    words = [VENV / "bin" / "waitress-serve", f"--listen=127.0.0.1:{port}", "pycsw.wsgi:application"]
    environ = {**os.environ, "PYCSW_CONFIG": str(file)}
    with (place / "pycsw.log").open("wb") as log, subprocess.Popen(words, env=environ, stdout=log, stderr=log) as process:
        try:
            client.wait(port)
            yield port
        finally:
            process.terminate()


def _get(path: str, *headers: str) -> bytes:
    return "\r\n".join([f"GET {path} HTTP/1.1", "Host: 127.0.0.1", *headers, "", ""]).encode("ascii")


def _insert(record: bytes) -> bytes:
    around = b'<csw:Transaction xmlns:csw="http://www.opengis.net/cat/csw/2.0.2" service="CSW" version="2.0.2"><csw:Insert>%s</csw:Insert>'
    return client.post("/", around % record + b"</csw:Transaction>", "none")


def _prepare(home: Path) -> str:
    """An instance with the vocabulary; a token."""
    instance.init(home)
    folder = home / "schemas" / "records"
    folder.mkdir(parents=True)
    shutil.copy(HERE / "vocabulary.toml", folder)
    with services.open(home) as house:
        house.registry.add("records", [HERE / "record.xsd"])
        accounts.add_partner(house, OPERATOR, "nordlys", "Nordlys")
        return accounts.add_token(house, OPERATOR, "nordlys")[1]


def _in_turns(rounds: Sequence[tuple[Sequence[bytes], Sequence[bytes]]], ports: tuple[int, int], title: str, unit: str) -> None:
    """Send each round's requests to ours, then to pycsw; print both."""
    rates: tuple[list[float], list[float]] = ([], [])
    for requests in rounds:
        for port, asked, seen in zip(ports, requests, rates, strict=True):
            seconds, statuses = client.drive(port, asked, 1)
            if not set(statuses) <= {200, 201}:
                raise RuntimeError(f"{title}: answered {dict(statuses)}")
            seen.append(len(asked) / seconds)
    ratio = statistics.median(ours / theirs for ours, theirs in zip(*rates, strict=True))
    rows = [["xmlsvc serve", spread(rates[0], 0), ""], ["pycsw", spread(rates[1], 0), f"{ratio:.1f}"]]
    table(title, ["", f"{unit} a second", "ours as a multiple"], rows)


def main(*, large: bool) -> None:
    """Print the tables."""
    rounds, count = (5, 1000) if large else (3, 200)
    if not installed():
        return
    with tempfile.TemporaryDirectory() as made:
        place = Path(made)
        token = _prepare(place / "instance")
        mine = (f"Authorization: Bearer {token}", "Accept: application/xml")
        with serving(place / "instance") as server, _pycsw(place) as port:
            ports = (server.port, port)
            batches = [records(f"r{number}", count) for number in range(rounds)]
            posts = [([client.post("/api/documents", each, token) for each in batch], list(map(_insert, batch))) for batch in batches]
            _in_turns(posts, ports, f"Records POSTed one by one, rounds of {count}", "records")
            listed = server.get(f"/api/documents?limit={READS}", token=token).json()["documents"]
            ours = [_get(f"/api/documents/{each['id']}", *mine) for each in listed]
            known = f"/?{_CSW}GetRecordById&elementsetname=full&id="
            theirs = [_get(f"{known}r0-{number:05d}") for number in range(len(ours))]
            _in_turns([(ours, theirs)] * rounds, ports, f"Read by identifier, of {rounds * count} records", "records")
            words = [WORDS[number % 16] for number in range(READS)]
            ours = [_get(f"/api/documents?q={word}&limit=10", *mine[:1]) for word in words]
            likely = f"/?{_CSW}GetRecords&typeNames=csw:Record&elementSetName=brief&resultType=results&constraintLanguage=CQL_TEXT"
            query = [quote(f"csw:AnyText like '%{word} %'") for word in words]
            theirs = [_get(f"{likely}&constraint_language_version=1.1.0&constraint={each}") for each in query]
            _in_turns([(ours, theirs)] * rounds, ports, "Searched by a word, ten hits each", "searches")
