"""How the storage floor grows: the same questions at 10,000 documents of 22 rows, and at ever more, on SQLite and MariaDB.

    python -m benchmarks.growth [DOCUMENTS]        a table, and docs/growth-DATABASE.svg

Each size is filled on from the one before; each question goes through the use case that the pages and the API call.
"""

from __future__ import annotations

import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from storm.expr import Desc

from benchmarks.common import ROOT, sync_milliseconds, table
from benchmarks.plot import Line, loglog
from benchmarks.storage import WORDS, Bench, timed
from tests import mariadb
from xmlsvc.documents import revisions, search
from xmlsvc.documents.access import OPERATOR
from xmlsvc.storage import listing, model, query

TIMES = 60  # runs of each question at each size
LARGE = 1_000_000


@dataclass
class Growth:
    """What was measured on one database, by size (documents). `median`, `p95`: question → milliseconds."""

    sizes: list[int] = field(default_factory=list)
    rates: list[float] = field(default_factory=list)
    bytes: list[float] = field(default_factory=list)
    median: dict[str, list[float]] = field(default_factory=dict)
    p95: dict[str, list[float]] = field(default_factory=dict)


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

    def facet(name: str, text: str) -> Callable[[], object]:
        return lambda: search.facets(house, OPERATOR, search.Query(vocabulary="bench", text=text), [name])

    return {
        "read one document": lambda: revisions.read(house, OPERATOR, middle[1]),
        "page 1": find(),
        "the page in the middle": lambda: house.sessions.read(
            lambda store: listing.page(store, [], everything, model.CURRENT, 50, after=middle)),
        "filter by a column": find(vocabulary="bench", text="year:1977"),
        "filter by a child's column": find(vocabulary="bench", columns={"tag.value": WORDS[-1]}),
        "facet among a filter's hits": facet("genre", "year:1977"),
        "facet among all": facet("genre", ""),
        "search: a rare word": find(text=WORDS[-1]),
        "search: a word in half of them": find(text=WORDS[0]),
        "search: two words": find(text=f"{WORDS[0]} {WORDS[-1]}"),
    }


def grow(bench: Bench, most: int, place: Path) -> Growth:
    """Fill the database, and ask at each size."""
    found = Growth()
    for size in sizes(most):
        before = found.sizes[-1] if found.sizes else 0
        start = time.perf_counter()
        bench.fill(before, size - before)
        found.rates.append((size - before) / (time.perf_counter() - start))
        found.sizes.append(size)
        found.bytes.append(sum(path.stat().st_size for path in place.rglob("*") if path.is_file()) / size)
        for name, ask in questions(bench, size).items():
            ask()
            took = timed(ask, TIMES)
            found.median.setdefault(name, []).append(statistics.median(took))
            found.p95.setdefault(name, []).append(statistics.quantiles(took, n=20)[18])
        print(f"{size:>10,} documents: {found.rates[-1]:,.0f}/s, {found.bytes[-1]:,.0f} bytes each", file=sys.stderr)
    return found


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
def databases(home: Path) -> Iterator[Iterator[tuple[str, str, Path]]]:
    """(name, URI, where its files are) of each database in turn."""

    def each() -> Iterator[tuple[str, str, Path]]:
        (home / "sqlite").mkdir()
        yield "SQLite", f"sqlite+wal:{home}/sqlite/bench.db", home / "sqlite"
        if mariadb.installed():
            with mariadb.serving("--innodb-buffer-pool-size=2G", place=Path(tempfile.gettempdir())) as server:
                name = server.create()
                yield "MariaDB", server.uri(name), server.socket.parent / "data" / name

    made = each()
    try:
        yield made
    finally:
        made.close()


def main(large: bool = False, most: int | None = None) -> None:
    """Measure, print and draw."""
    most = most or (LARGE if large else 10_000)
    (ROOT / "build").mkdir(exist_ok=True)
    home = Path(tempfile.mkdtemp(prefix="growth-", dir=ROOT / "build"))
    sync = sync_milliseconds(home)
    try:
        with databases(home) as every:
            for name, uri, place in every:
                bench = Bench(home / f"{name}-instance", uri)
                try:
                    show(name, grow(bench, most, place), sync)
                finally:
                    bench.services.close()
    finally:
        shutil.rmtree(home)


if __name__ == "__main__":
    main(most=int(sys.argv[1]) if len(sys.argv) > 1 else None)
