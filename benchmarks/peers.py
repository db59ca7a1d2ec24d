"""The same documents through other people's programs and through ours, in one run. What is not installed is named and left out.

    validation   xmllint and Xerces-J (the JDK's)          against  xmlsvc validate
    transforms   xsltproc                                  against  the service's stylesheets, in process
    ingest       BaseX (CREATE DB, full-text index)        against  xmlsvc load, durable, judged, mapped to rows, searchable
    queries      BaseX (XQuery, one process for all of them)         against  the list of documents through the API

Seconds are of the wall clock, with the start of each program, as one who calls it has to wait.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from benchmarks import client
from benchmarks.common import spread, table
from benchmarks.ingest import documents
from tests import referee
from tests.server import XMLSVC, serving
from xmlsvc import builtin
from xmlsvc.documents import accounts, instance, services
from xmlsvc.documents.access import OPERATOR
from xmlsvc.publish import formats

SCHEMA = builtin.path("schemas") / "programme" / "1.1" / "programme.xsd"
FORMAT = "mrss"

Contender = tuple[str, Callable[[], object]]


def _run(*words: str | Path, **more: object) -> None:
    done = subprocess.run([str(word) for word in words], capture_output=True, check=False, **more)  # type: ignore[call-overload]
    if done.returncode:
        raise RuntimeError(f"{words[0]} ended with {done.returncode}: {done.stderr[-500:]!r}")


def _compare(title: str, count: int, rounds: int, ours: Contender, *others: Contender) -> None:
    """Take turns; print the rate of each and ours as a multiple of it."""
    contenders = [ours, *others]
    took: dict[str, list[float]] = {name: [] for name, _ in contenders}
    for _ in range(rounds):
        for name, work in contenders:
            began = time.perf_counter()
            work()
            took[name].append(time.perf_counter() - began)
    rows = []
    for name, _ in contenders:
        ratio = statistics.median(other / mine for mine, other in zip(took[ours[0]], took[name], strict=True))
        rows.append([name, spread([count / seconds for seconds in took[name]], 0), f"{ratio:.2f}" if name != ours[0] else ""])
    table(title, ["", "a second", "ours as a multiple"], rows)


def _present(*programs: str) -> bool:
    missing = [program for program in programs if shutil.which(program) is None]
    if missing:
        print(f"left out: {', '.join(missing)} is not installed")
    return not missing


def _validation(place: Path, files: Sequence[Path], rounds: int) -> None:
    """Many documents and one alone. The first call of all proves the schema, which later ones find proven: that is told by itself."""
    known = {**os.environ, "XDG_CACHE_HOME": str(place / "cache")}

    def validate(*asked: Path) -> None:
        _run(XMLSVC, "validate", "--schema", SCHEMA, *asked, env=known)

    began = time.perf_counter()
    validate(files[0])
    print(f"the first call of xmlsvc validate, which proves the schema: {time.perf_counter() - began:.2f} s")
    for asked in (files, files[:1]):
        others: list[Contender] = []
        if _present("xmllint"):
            others.append(("xmllint", partial(_run, "xmllint", "--noout", "--schema", SCHEMA, *asked)))
        if referee.installed():
            others.append(("Xerces-J", partial(referee.verdicts, [[SCHEMA, *asked]])))
        ours = ("xmlsvc validate", partial(validate, *asked))
        _compare(f"Validation, documents: {len(asked)}", len(asked), rounds, ours, *others)


def _transforms(home: Path, files: Sequence[Path], rounds: int) -> None:
    if not _present("xsltproc"):
        return
    with services.open(home) as house:
        schema = house.registry.get("programme", "1.1")
        format = formats.of(schema)[FORMAT]
        sheet = next((home / "xslt").rglob(f"{FORMAT}.xsl"))
        contents = [path.read_bytes() for path in files]
        ours = ("in process", lambda: [format.make(schema, content) for content in contents])
        theirs = ("xsltproc", lambda: _run("xsltproc", "--novalid", "--stringparam", "site", "http://x", sheet, *files))
        _compare(f"{FORMAT} of {len(files)} documents", len(files), rounds, ours, theirs)


def _basex(place: Path, *words: str) -> None:
    """Run BaseX on its databases in `place`."""
    _run("basex", *words, cwd=place, env={**os.environ, "JAVA_ARGS": f"-Dorg.basex.DBPATH={place}"})


def _stores(place: Path, folder: Path, count: int, rounds: int) -> None:
    others: list[Contender] = []
    if _present("basex"):
        (place / "basex").mkdir()
        others.append(("BaseX", lambda: _basex(place / "basex", "-cSET FTINDEX true", f"-cCREATE DB x {folder}")))
    made = iter(range(1000))

    def load() -> None:
        home = place / f"load-{next(made)}"
        instance.init(home)
        _run(XMLSVC, "--instance", home, "load", folder, "--partner", "house")

    _compare(f"Ingest of {count} documents", count, rounds, ("xmlsvc load", load), *others)
    if not others:
        return
    home = place / "load-0"
    with services.open(home) as house:
        accounts.add_partner(house, OPERATOR, "reader", "Reader")
        _, token = accounts.add_token(house, OPERATOR, "house")
    with serving(home) as server:
        asked = [
            f"GET /api/documents?q=dijk{n}%20OR%20dijk&limit=10 HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {token}\r\n\r\n".encode()
            for n in range(100)
        ]  # fmt: skip
        hits = "(for $d in db:open('x') where $d//*[text() contains text 'dijk'] return $d)[position() <= 10]"
        xquery = f"for $n in 1 to 100 return count({hits})"
        ours = ("list through the API", lambda: client.drive(server.port, asked, 1))
        _compare(
            "100 searches, ten hits each",
            100,
            rounds,
            ours,
            ("BaseX, in one XQuery", lambda: _basex(place / "basex", f"-q{xquery}")),
        )


def main(*, large: bool) -> None:
    """Print the tables."""
    count, rounds = (3000, 5) if large else (300, 3)
    with tempfile.TemporaryDirectory() as made:
        place = Path(made)
        folder = place / "documents"
        folder.mkdir()
        files = []
        for number, data in enumerate(documents("peer", count)):
            files.append(folder / f"{number:05d}.xml")
            files[-1].write_bytes(data)
        instance.init(place / "instance")
        _validation(place, files, rounds)
        _transforms(place / "instance", files, rounds)
        _stores(place, folder, count, rounds)
