"""How long an editor waits for a page, beside the database and XML work in it done by hand, in one run.

    list, a deep page, a filter, a search     the page's own statements on bare SQLite
    document                                  the same; the content unpacked, parsed, every value read and its type found, and the words
                                              that may name other documents
    form                                      content, values and types the same, validated by libxml2; and choices: and what may be added
                                              where, by automata
    save                                      parsed, changed, validated, every row of it written anew in one durable transaction

Ratios are of CPU time (all threads), and of the 95th percentiles of the wall clock. "written": that work, and what was found made text with
the words that the page says of it. Each round takes another document, and the page reads it first. XMLSVC_PAGES sets how many documents
there are (default 300; --large 200,000), XMLSVC_PAGES_HOME an instance that is kept and stocked further. The pages are called in this
process through WSGI, with a login.
"""

from __future__ import annotations

import html
import io
import os
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import urlencode

from storm.tracer import install_tracer, remove_tracer

from benchmarks.by_hand import Hand, Statements
from benchmarks.common import ROOT, peak_of, table
from xmlsvc.batch import files, load
from xmlsvc.documents import accounts, instance, runs, services, users
from xmlsvc.documents.access import OPERATOR
from xmlsvc.documents.services import Services
from xmlsvc.storage import model
from xmlsvc.web import app

FILM = (ROOT / "samples" / "valid" / "film-de-dijk.xml").read_bytes()
WORDS = ("tide", "harbour", "winter", "bridge", "market", "garden", "letter", "island", "engine", "silence")
ROUNDS, WARM = 60, 3
PASSWORD = "correct horse battery"
Work = Callable[[], object]


def document(number: int) -> bytes:
    """The sample under another identity, with words of its own."""
    title = f"{WORDS[number % 10]} {WORDS[number // 10 % 10]} {number}".encode()
    return FILM.replace(b"prg-20417", b"prg-%d" % (100_000 + number)).replace(b">De dijk<", b">%s<" % title)


class Browser:
    """Somebody who is logged in: WSGI calls with a cookie."""

    def __init__(self, opened: Services) -> None:
        self._application = app.application(opened)
        self._cookie = ""
        self._cookie = self("POST", "/login", {"name": "ada", "password": PASSWORD})[1]["Set-Cookie"].partition(";")[0]

    def __call__(self, method: str, path: str, fields: dict[str, str] | None = None) -> tuple[int, dict[str, str], str]:
        body = urlencode(fields or {}).encode()
        path, _, query = path.partition("?")
        environ: dict[str, Any] = {
            "REQUEST_METHOD": method, "SCRIPT_NAME": "", "PATH_INFO": path, "QUERY_STRING": query, "SERVER_NAME": "bench",
            "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1", "HTTP_HOST": "bench", "HTTP_ORIGIN": "http://bench",
            "HTTP_ACCEPT": "text/html", "CONTENT_TYPE": "application/x-www-form-urlencoded", "CONTENT_LENGTH": str(len(body)),
            "HTTP_COOKIE": self._cookie,
            "REMOTE_ADDR": "127.0.0.1", "wsgi.version": (1, 0), "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(body),
            "wsgi.errors": sys.stderr, "wsgi.multithread": True, "wsgi.multiprocess": False, "wsgi.run_once": False,
        }  # fmt: skip
        seen: list[Any] = []
        result = self._application(environ, lambda status, headers, _=None: seen.extend((status, headers)))
        text = b"".join(result).decode()
        result.close()
        return int(seen[0][:3]), dict(seen[1]), text

    def get(self, path: str) -> str:
        """A page's text."""
        status, _, text = self("GET", path)
        if status != 200:
            raise AssertionError(f"{path}: {status} {text[:300]}")
        return text


def main(large: bool = False) -> None:
    """Stock an instance, ask for each page and for the work in it in turn, print what each took."""
    count = int(os.environ.get("XMLSVC_PAGES") or (200_000 if large else 300))
    kept = os.environ.get("XMLSVC_PAGES_HOME")
    with tempfile.TemporaryDirectory() as folder:
        home = Path(kept or folder) / "instance"
        start = time.perf_counter()
        stock(home, count)
        stocked = time.perf_counter() - start
        with services.open(home) as opened:
            ids = opened.sessions.read(lambda store: list(store.find(model.Document).order_by(model.Document.id).values(model.Document.id)))
            _measure(Browser(opened), Hand(next(home.rglob("*.db"))), ids, stocked)


def stock(home: Path, count: int) -> None:
    """An instance with `count` documents; what is there already stays, in the tables of today."""
    fresh = not home.exists()
    if fresh:
        instance.init(home)
    else:
        instance.migrate(home)
    with services.open(home) as opened:
        if fresh:
            accounts.add_partner(opened, OPERATOR, "nordlys", "Nordlys")
            users.add_user(opened, OPERATOR, "ada", PASSWORD, "editor")
        there = opened.sessions.read(lambda store: store.find(model.Document).count())
        if there < count:
            sender = replace(OPERATOR, partner_id=accounts.partner(opened, "nordlys").id)
            run = runs.start(opened, OPERATOR, "load", {})
            items = (files.Item(f"{number}.xml", "", document(number)) for number in range(there, count))
            for _ in load.take_in(opened, run, sender, items, None, "load"):
                pass
            run.finish("done")


def _measure(browser: Browser, hand: Hand, ids: list[str], stocked: float) -> None:
    """Each round another document; what the page has read is what the work by hand reads. The page goes first: what is cold is its."""
    deep = _deep(browser, min(len(ids) // 50 - 1, 40))
    seeded = Random(len(ids)).sample(ids, min(len(ids), 4 * (ROUNDS + WARM)))
    ours, saved, watched, theirs = (seeded[place::4] for place in range(4))
    watch, turns = Statements(), iter(range(1_000_000))

    def page(path: str) -> Work:
        return lambda: browser.get(path)

    def listed(path: str) -> Callable[[int], Case]:
        return lambda _: Case(page(path), page(path), lambda seen, written: hand.listed(seen, written))

    def document(number: int) -> Case:
        path = f"/documents/{ours[number % len(ours)]}"
        return Case(page(path), page(path), lambda seen, written: hand.shown(seen, ours[number % len(ours)], written))

    def form(choices: bool) -> Callable[[int], Case]:
        def case(number: int) -> Case:
            id = (watched if choices else ours)[number % len(ours)]
            path = f"/documents/{id}/edit"
            return Case(page(path), page(path), lambda seen, written: hand.edited(seen, id, written, choices))

        return case

    def saving(number: int) -> Case:
        one, other, third = (each[number % len(each)] for each in (saved, watched, theirs))
        rows = hand.rows(third)
        return Case(save(browser, one, next(turns)), save(browser, other, next(turns)), lambda seen, _: hand.saved(seen, third, rows))

    cases: dict[str, Callable[[int], Case]] = {
        "list": listed("/documents"),
        "list, a deep page": listed(deep),
        "list, filtered": listed("/documents?vocabulary=programme&state=published"),
        "search": listed("/documents?q=tide"),
        "search, one hit": listed("/documents?q=100123"),
        "document": document,
        "form": form(False),
        "form, and choices": form(True),
        "save": saving,
    }
    took: dict[str, Took] = {name: Took() for name in cases}
    for number in range(WARM + ROUNDS):
        browser.get("/documents")  # what the last save has made stale in memory is read again, by both
        hand.warm()
        for name, make in cases.items():
            case = make(number)
            times = [_timed(case.page)]
            install_tracer(watch)
            case.again()
            remove_tracer(watch)
            seen, watch.kept = watch.kept, []
            first = bool(number % 2)  # whichever of the two comes first finds less in memory
            both = {written: _timed(partial(case.hand, seen, written)) for written in (first, not first)}
            if number >= WARM:
                took[name].add([*times, both[False], both[True]], len(seen))
    title = f"Pages over {len(ids):,} documents (stocked in {stocked:,.0f} s): milliseconds; peak {peak_of(os.getpid()) / 1e6:,.0f} MB"
    heads = ("page", "median", "p95", "CPU", "reads", "by hand: p95", "CPU", "written: CPU", "ratio of CPU", "of p95", "to written")
    table(title, heads, [(name, *each.figures()) for name, each in took.items()])


@dataclass(frozen=True)
class Case:
    """A page; the same again, to be watched; and the work in it by hand, from what was seen."""

    page: Work
    again: Work
    hand: Callable[[list[tuple[str, tuple[Any, ...]]], bool], object]


@dataclass
class Took:
    """(wall, CPU) milliseconds of each round: of the page, of the work by hand, of that with its text written; statements of the page."""

    rounds: list[list[tuple[float, float]]] = field(default_factory=list)
    reads: list[int] = field(default_factory=list)

    def add(self, times: list[tuple[float, float]], reads: int) -> None:
        self.rounds.append(times)
        self.reads.append(reads)

    def figures(self) -> tuple[str, ...]:
        """The row of the table."""
        wall, busy = ([[each[place][which] for each in self.rounds] for place in range(3)] for which in range(2))
        page, least, written = (statistics.median(each) for each in busy)
        p95, hand = _p95(wall[0]), _p95(wall[1])
        values = (f"{statistics.median(wall[0]):,.1f}", f"{p95:,.1f}", f"{page:,.2f}", f"{statistics.median(self.reads):,.0f}")
        ratios = (f"{page / least:.1f}", f"{p95 / hand:.1f}", f"{page / written:.1f}")
        return (*values, f"{hand:,.1f}", f"{least:,.2f}", f"{written:,.2f}", *ratios)


def _timed(work: Work) -> tuple[float, float]:
    begin, busy = time.perf_counter(), time.process_time()
    work()
    return 1000 * (time.perf_counter() - begin), 1000 * (time.process_time() - busy)


def save(browser: Browser, id: str, turn: int) -> Work:
    """A title typed and saved, from a form that is open already."""
    shape = re.search(r'name="shape" value="(\w+)"', browser.get(f"/documents/{id}/edit"))
    assert shape is not None
    fields = {"shape": shape[1], "t.3": f"saved {turn}", "do": "save"}

    def press() -> None:
        status, headers, text = browser("POST", f"/documents/{id}/edit", fields)
        assert status == 303 and "done=" in headers["Location"], text[:400]

    return press


def _deep(browser: Browser, pages: int) -> str:
    """The address of a page far down the list."""
    path = "/documents"
    for _ in range(max(pages, 0)):
        found = re.search(r'<a rel="next" href="([^"]+)"|href="([^"]+)" rel="next"', browser.get(path))
        if found is None:
            break
        path = html.unescape(found[1] or found[2])
    return path


def _p95(values: list[float]) -> float:
    return sorted(values)[int(len(values) * 0.95)]
