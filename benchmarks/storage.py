"""The storage floor against the raw drivers, in one run, on SQLite and MariaDB.

    bulk      documents of 22 rows, 100 a transaction              against executemany of the same rows
    commits   one document a durable transaction, 8 callers        against a plain Storm loop (SQLite) and raw PyMySQL (MariaDB)
    queries   a list, a filter, a facet, a search                  against SQL written by hand for the raw driver
"""

# ruff: noqa: E501  statements as text

from __future__ import annotations

import shutil
import statistics
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from storm.database import create_database
from storm.store import Store

from benchmarks.common import ROOT, spread, sync_milliseconds, table
from benchmarks.items import CHUNK, WORDS, Bench, Made
from tests import mariadb
from xmlsvc.documents import search
from xmlsvc.documents.access import OPERATOR
from xmlsvc.storage import listing, projection
from xmlsvc.storage.model import CURRENT

ROUNDS = 5


def bulk(bench: Bench, first: int, rounds: int) -> tuple[list[float], list[float]]:
    """Documents a second: (ours, raw), generated rows only, 10 chunks a round."""
    ours, raw = [], []
    connection = bench.raw()
    for number in range(rounds):
        made = bench.make(first + 2000 * number, 2000)
        chunks = [made[start : start + CHUNK] for start in range(0, 2000, CHUNK)]
        start = time.perf_counter()
        for chunk in chunks[:10]:
            items = [(each.id, CURRENT, each.rows) for each in chunk]
            bench.services.sessions.write(lambda store, each=items: projection.write_all(store, bench.plan, each, new=True))
        ours.append(1000 / (time.perf_counter() - start))
        prepared = [_plain(bench, chunk) for chunk in chunks[10:]]
        start = time.perf_counter()
        for statements in prepared:
            cursor = connection.cursor()
            cursor.execute("BEGIN")
            for statement, lines in statements:
                cursor.executemany(statement, lines)
            cursor.execute("COMMIT")
        raw.append(1000 / (time.perf_counter() - start))
    connection.close()
    return ours, raw


def _plain(bench: Bench, chunk: list[Made]) -> list[tuple[str, list[tuple[Any, ...]]]]:
    """The chunk's rows as statements for the raw driver."""
    found = []
    for number, each in enumerate(bench.plan.tables):
        own = ["n", "root_element", "document_title", "filled"] if each.is_root else ["n", "parent"]
        names = ["document_id", "head", *own, *(column.name for column in each.columns)]
        head = (lambda made: (0, made.rows.root, made.rows.title, "bench_tag bench_person bench_event")) if each.is_root else (lambda _: ())
        lines = [(made.id, CURRENT, *head(made), *row) for made in chunk for row in made.rows.tables[number]]
        found.append((f"INSERT INTO {each.name} ({', '.join(names)}) VALUES ({', '.join([bench.mark] * len(names))})", lines))
    return found


def callers(count: int, seconds: float, work: Callable[[int], None]) -> tuple[float, float]:
    """(units a second, 99th percentile in ms) of so many threads that do the work, over and over."""
    took: list[float] = []
    stop = time.perf_counter() + seconds

    def run(number: int) -> None:
        while (start := time.perf_counter()) < stop:
            work(number)
            took.append(time.perf_counter() - start)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(took) / seconds, 1000 * statistics.quantiles(took, n=100)[98]


def commits(bench: Bench, first: int, seconds: float) -> list[list[str]]:
    """One document a durable transaction, 8 callers."""
    made = iter(bench.make(first, 20_000))
    lock = threading.Lock()

    def following() -> Made:
        with lock:
            return next(made)

    def ours(_: int) -> None:
        each = following()
        bench.services.sessions.write(lambda store: projection.write(store, bench.plan, each.id, CURRENT, each.rows, new=True))

    mine = threading.local()

    def storm(_: int) -> None:
        if not hasattr(mine, "store"):
            uri = bench.uri.replace("sqlite+wal:", "sqlite:") + ("?timeout=60&journal_mode=WAL&synchronous=FULL" if "sqlite" in bench.uri else "")
            mine.store = Store(create_database(uri))
        for statement, lines in _plain(bench, [following()]):
            for line in lines:
                mine.store.execute(statement.replace("%s", "?"), line, noresult=True)
        mine.store.commit()

    def raw(_: int) -> None:
        if not hasattr(mine, "raw"):
            mine.raw = bench.raw()
        cursor = mine.raw.cursor()
        cursor.execute("BEGIN")
        for statement, lines in _plain(bench, [following()]):
            cursor.executemany(statement, lines)
        cursor.execute("COMMIT")

    other, name = (storm, "a plain Storm loop") if bench.uri.startswith("sqlite") else (raw, "raw PyMySQL")
    pairs = [(callers(8, seconds, ours), callers(8, seconds, other)) for _ in range(ROUNDS)]
    mine, theirs = [pair[0][0] for pair in pairs], [pair[1][0] for pair in pairs]
    ratio = statistics.median(a / b for a, b in zip(mine, theirs, strict=True))
    late, plain_late = (statistics.median(pair[n][1] for pair in pairs) for n in (0, 1))
    return [[f"one document a commit, 8 callers, against {name}", f"{spread(mine, 0)}/s", f"{spread(theirs, 0)}/s", f"{ratio:.2f}",
             f"p99 {late:,.0f} ms against {plain_late:,.0f} ms"]]  # fmt: skip


def timed(work: Callable[[], object], times: int) -> list[float]:
    """Milliseconds of each of so many runs."""
    took = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        took.append(1000 * (time.perf_counter() - start))
    return took


def questions(bench: Bench) -> dict[str, tuple[Callable[[], object], str, tuple[Any, ...]]]:
    """name → (ours, the SQL by hand, its parameters)."""
    sqlite = bench.uri.startswith("sqlite")

    def find(**asked: Any) -> Callable[[], object]:
        return lambda: search.find(bench.services, OPERATOR, search.Query(**asked))

    shown = ", ".join(f"d.{name}" for name in listing.COLUMNS[:-1])
    base = f"SELECT {shown}, (SELECT name FROM partner p WHERE p.id = d.partner_id) FROM document d"
    texts = f"SELECT {shown}, t.body FROM document d JOIN search_entry t ON t.document_id = d.id AND t.head & 1"  # what snippets are made of
    order = "ORDER BY d.modified DESC, d.id DESC LIMIT 51"
    rare = (
        "d.id IN (SELECT e.document_id FROM search_index i JOIN search_entry e ON e.id = i.rowid WHERE search_index MATCH {0} AND e.head & 1)"
        if sqlite else "d.id IN (SELECT document_id FROM search_entry e WHERE MATCH (title, body) AGAINST ({0} IN BOOLEAN MODE) AND e.head & 1)"
    ).format(bench.mark)  # fmt: skip
    word = WORDS[-1]

    def facet(name: str, **asked: Any) -> Callable[[], object]:
        return lambda: search.facets(bench.services, OPERATOR, search.Query(vocabulary="bench", **asked), [name])

    year = "SELECT d.id FROM document d WHERE d.vocabulary = 'bench' AND d.id IN (SELECT document_id FROM bench WHERE year = 1977 AND head & 1)"
    return {
        "facet of a column": (
            facet("genre", text="year:1977"),
            f"SELECT genre, COUNT(*) FROM ({year}) h JOIN bench t ON t.document_id = h.id WHERE t.head & 1 GROUP BY genre ORDER BY 2 DESC", (),
        ),
        "facet of a child's column": (
            facet("event.channel", text="year:1977"),
            f"SELECT channel, COUNT(DISTINCT t.document_id) FROM ({year}) h JOIN bench_event t ON t.document_id = h.id WHERE t.head & 1 "
            "GROUP BY channel ORDER BY 2 DESC", (),
        ),
        "list": (find(), f"{base} {order}", ()),
        "filter by a column": (
            find(vocabulary="bench", text="year:1977"),
            f"{base} WHERE d.vocabulary = 'bench' AND d.id IN (SELECT document_id FROM bench WHERE year = 1977 AND head & 1) {order}", (),
        ),
        "filter by a child's column": (
            find(vocabulary="bench", columns={"tag.value": word}),
            f"{base} WHERE d.vocabulary = 'bench' AND d.id IN (SELECT document_id FROM bench_tag WHERE value = {bench.mark} AND head & 1) {order}",
            (word,),
        ),
        "search for a rare word": (find(text=word, order="newest"), f"{texts} WHERE {rare} {order}", (f'"{word}"' if sqlite else f'+"{word}"',)),
        "search for a common word": (find(text=WORDS[0], order="newest"), f"{texts} WHERE {rare} {order}", (f'"{WORDS[0]}"' if sqlite else f'+"{WORDS[0]}"',)),
    }  # fmt: skip


def queries(bench: Bench, times: int) -> list[list[str]]:
    rows = []
    with closing(bench.raw()) as connection:
        for name, (ours, sql, parameters) in questions(bench).items():

            def by_hand(sql: str = sql, parameters: tuple[Any, ...] = parameters) -> object:
                cursor = connection.cursor()
                cursor.execute(sql, parameters)
                return cursor.fetchall()

            pairs = [(timed(ours, 1)[0], timed(by_hand, 1)[0]) for _ in range(times)]
            mine, theirs = [a for a, _ in pairs[1:]], [b for _, b in pairs[1:]]
            ratio = statistics.median(mine) / statistics.median(theirs)
            late = sorted(mine)[int(len(mine) * 0.95)]
            rows.append([name, f"{statistics.median(mine):.2f} ms", f"{statistics.median(theirs):.2f} ms", f"{ratio:.2f}", f"p95 {late:.1f} ms"])
    return rows


def measure(name: str, bench: Bench, large: bool, sync: float) -> None:
    documents = 50_000 if large else 5_000
    start = time.perf_counter()
    bench.fill(0, documents)
    filled = documents / (time.perf_counter() - start)
    rows = queries(bench, 40 if large else 20)
    ours, raw = bulk(bench, 10_000_000, ROUNDS)
    ratio = statistics.median(a / b for a, b in zip(ours, raw, strict=True))
    rows += [["bulk, 100 documents of 22 rows a commit", f"{spread(ours, 0)}/s", f"{spread(raw, 0)}/s", f"{ratio:.2f}", ""]]
    rows += commits(bench, 20_000_000, 1.5)
    title = f"Storage on {name}: {documents:,} documents of 22 rows, filled at {filled:,.0f}/s with everything (an fdatasync takes {sync:.2f} ms)"
    table(title, ["", "ours", "by hand", "ratio", ""], rows)


def main(large: bool = False) -> None:
    """Measure and print."""
    (ROOT / "build").mkdir(exist_ok=True)
    home = Path(tempfile.mkdtemp(prefix="storage-", dir=ROOT / "build"))
    sync = sync_milliseconds(home)
    try:
        bench = Bench(home / "sqlite", f"sqlite+wal:{home}/bench.db")
        measure("SQLite", bench, large, sync)
        bench.services.close()
        if mariadb.installed():
            with mariadb.serving("--innodb-buffer-pool-size=1G", place=Path(tempfile.gettempdir())) as server:
                bench = Bench(home / "mariadb", server.uri(server.create()))
                measure("MariaDB", bench, large, sync)
                bench.services.close()
    finally:
        shutil.rmtree(home)


if __name__ == "__main__":
    main()
