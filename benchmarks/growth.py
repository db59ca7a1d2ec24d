"""How the storage floor grows: the same questions at 10,000 documents of 22 rows, and at ever more, on SQLite and MariaDB.

    python -m benchmarks.growth [DOCUMENTS] [--only DATABASE] [--keep FOLDER] [--minutes N]

prints a table and draws docs/growth-DATABASE.svg. Each size is filled on from the one before; each question goes through the use case that
the pages and the API call. With a folder the databases stay there, and the next run goes on from what is in it (a last size that was
reached is asked anew); a run that has had its minutes stops, after a whole step.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

from storm.expr import Desc

from benchmarks.common import ROOT, sync_milliseconds, table
from benchmarks.items import WORDS, Bench
from benchmarks.plot import Line, loglog
from benchmarks.storage import timed
from tests import mariadb
from xmlsvc.documents import revisions, search
from xmlsvc.documents.access import OPERATOR
from xmlsvc.storage import listing, model, query

TIMES = 60  # runs of each question at each size
LARGE = 1_000_000
STEP = 40_000  # documents between two looks at the clock
DATABASES = ("SQLite", "MariaDB")
SERVER = ("--innodb-buffer-pool-size=4G", "--innodb-log-file-size=1G")


@dataclass
class Growth:
    """What was measured on one database, by size (documents). `median`, `p95`: question → milliseconds. `filling`: seconds of filling since
    the last size."""

    sizes: list[int] = field(default_factory=list)
    rates: list[float] = field(default_factory=list)
    bytes: list[float] = field(default_factory=list)
    median: dict[str, list[float]] = field(default_factory=dict)
    p95: dict[str, list[float]] = field(default_factory=dict)
    filling: float = 0.0


def sizes(most: int) -> list[int]:
    """10,000, 30,000, 100,000 … up to `most`; of a smaller `most`, its hundredth on."""
    found, size = [], min(10_000, most // 100)
    while size < most:
        found.append(size)
        size = size * 3 if str(size).startswith("1") else size // 3 * 10
    return [*found, most]


def questions(bench: Bench, documents: int) -> dict[str, Callable[[], object]]:
    """What is asked, by name."""
    house = bench.services
    modified, key = model.Document.modified, model.Document.id
    middle = house.sessions.read(lambda store: store.find((modified, key)).order_by(Desc(modified), Desc(key))[documents // 2])
    everything = query.Query()

    def find(**asked: object) -> Callable[[], object]:
        return lambda: search.find(house, OPERATOR, search.Query(**asked))  # type: ignore[arg-type]

    def facet(name: str, **asked: object) -> Callable[[], object]:
        return lambda: search.facets(house, OPERATOR, search.Query(vocabulary="bench", **asked), [name])  # type: ignore[arg-type]

    return {
        "read one document": lambda: revisions.read(house, OPERATOR, middle[1]),
        "page 1": find(),
        "the page in the middle": lambda: house.sessions.read(
            lambda store: listing.page(store, [], everything, model.CURRENT, 50, after=middle)),
        "filter: 1 in 75, a column": find(vocabulary="bench", text="year:1977"),
        "filter: 1 in 100, a child's column": find(vocabulary="bench", columns={"tag.value": WORDS[137]}),
        "filter: few, a child's column": find(vocabulary="bench", columns={"tag.value": WORDS[-1]}),
        "facet among 1 in 100": facet("genre", columns={"tag.value": WORDS[137]}),
        "facet among few, a child's column": facet("event.channel", columns={"tag.value": WORDS[-1]}),
        "facet among all": facet("genre"),
        "search: a rare word": find(text=WORDS[-1]),
        "search: a word in 1 of 100": find(text=WORDS[225]),
        "search: a word in half of them": find(text=WORDS[0]),
        "search: two words": find(text=f"{WORDS[0]} {WORDS[-1]}"),
    }  # fmt: skip


def grow(bench: Bench, most: int, place: Path, kept: Path, until: float) -> Growth:
    """Fill the database and ask at each size; `place`: its files; `kept`: where what was measured is kept; `until`: of the clock."""
    found = Growth(**json.loads(kept.read_text("utf-8"))) if kept.exists() else Growth()
    row = bench.services.sessions.read(lambda store: store.execute("SELECT COUNT(*) FROM document").get_one())
    have = row[0] if row else 0
    if have == most and found.sizes[-1:] == [most]:
        _ask(found, bench, most, len(found.sizes) - 1)
    for size in sizes(most):
        while have < size and time.monotonic() < until:
            start, step = time.perf_counter(), min(STEP, size - have)
            bench.fill(have, step, "processes")
            found.filling += time.perf_counter() - start
            have += step
            kept.write_text(json.dumps(asdict(found)), "utf-8")
        if have < size:
            print(f"{have:,} documents are there; the minutes are over", file=sys.stderr)
            break
        if size in found.sizes or have > size:
            continue
        _measure(found, bench, size, place)
    kept.write_text(json.dumps(asdict(found)), "utf-8")
    return found


def _measure(found: Growth, bench: Bench, size: int, place: Path) -> None:
    before = found.sizes[-1] if found.sizes else 0
    found.rates.append((size - before) / found.filling)
    found.filling = 0.0
    found.sizes.append(size)
    found.bytes.append(sum(path.stat().st_size for path in place.rglob("*") if path.is_file()) / size)
    _ask(found, bench, size, len(found.sizes) - 1)
    print(f"{size:>10,} documents: {found.rates[-1]:,.0f}/s, {found.bytes[-1]:,.0f} bytes each", file=sys.stderr)


def _ask(found: Growth, bench: Bench, size: int, number: int) -> None:
    """Ask the questions; what they take becomes the figures of that size."""
    for name, ask in questions(bench, size).items():
        ask()
        took = timed(ask, TIMES)
        for figures, value in ((found.median, statistics.median(took)), (found.p95, statistics.quantiles(took, n=20)[18])):
            figures.setdefault(name, [])[number:] = [value]


def show(name: str, found: Growth, sync: float) -> None:
    """The table, and the figure in docs/."""
    rows = [["filled, documents/s", *(f"{rate:,.0f}" for rate in found.rates)]]
    rows += [["bytes a document", *(f"{size:,.0f}" for size in found.bytes)]]
    for question, values in found.p95.items():
        rows.append([f"ms: {question}", *(f"{half:.1f} / {late:.1f}" for half, late in zip(found.median[question], values, strict=True))])
    title = f"Growth on {name}: documents of 22 rows, median / p95 (an fdatasync takes {sync:.2f} ms)"
    table(title, ["", *(f"{size:,}" for size in found.sizes)], rows)
    lines = [Line(question, values) for question, values in found.median.items()]
    figure = loglog(f"{name}: median of each question, by the number of documents", found.sizes, lines, "documents", "ms")
    (ROOT / "docs" / f"growth-{name.lower()}.svg").write_text(figure, "utf-8")


@contextmanager
def database(name: str, home: Path) -> Iterator[tuple[str, Path]]:
    """(URI, where its files are) of one of DATABASES, in `home`."""
    if name == "SQLite":
        (home / "sqlite").mkdir(exist_ok=True)
        yield f"sqlite+wal:{home}/sqlite/bench.db", home / "sqlite"
        return
    with mariadb.serving(*SERVER, keep=home / "mariadb") as server:
        server.execute("CREATE DATABASE IF NOT EXISTS growth CHARACTER SET utf8mb4")
        uri = f"mysql+pymysql://{mariadb.USER}:{mariadb.PASSWORD}@localhost/growth?unix_socket={server.socket}"
        yield uri, home / "mariadb" / "data" / "growth"


def measure(most: int, home: Path, only: str | None = None, minutes: float | None = None) -> None:
    """Fill, ask, print and draw."""
    until = time.monotonic() + 60 * minutes if minutes is not None else float("inf")
    sync = sync_milliseconds(home)
    for name in [only] if only else DATABASES:
        if name == "MariaDB" and not mariadb.installed():
            print("MariaDB is not installed here: it is left out.", file=sys.stderr)
            continue
        with database(name, home) as (uri, place):
            bench = Bench(home / f"{name}-instance", uri)
            try:
                found = grow(bench, most, place, home / f"{name}.json", until)
            finally:
                bench.services.close()
            if found.sizes:
                show(name, found, sync)


def main(large: bool = False, argv: list[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.growth")
    parser.add_argument("documents", type=int, nargs="?", default=LARGE if large else 10_000, help="how many (default: %(default)s)")
    parser.add_argument("--only", choices=DATABASES, help="leave the other database out")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="where the databases stay")
    parser.add_argument("--minutes", type=float, help="stop after so many")
    arguments = parser.parse_args(argv or [])
    (ROOT / "build").mkdir(exist_ok=True)
    home = arguments.keep or Path(tempfile.mkdtemp(prefix="growth-", dir=ROOT / "build"))
    home.mkdir(parents=True, exist_ok=True)
    try:
        measure(arguments.documents, home.absolute(), arguments.only, arguments.minutes)
    finally:
        if arguments.keep is None:
            shutil.rmtree(home)


if __name__ == "__main__":
    main(argv=sys.argv[1:])
