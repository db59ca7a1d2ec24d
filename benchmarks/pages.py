"""How long an editor waits for a page, beside the database and XML work in it done by hand, in one run.

    list, a deep page, a filter, a search     the statements on SQLite that the page needs, with its counts, and the rows made text
    document                                  content, verdict and links read and unpacked, the document parsed, its values made text
    form                                      the same, and validated by libxml2
    save                                      parsed, changed, validated, written with its rows in one durable transaction

XMLSVC_PAGES sets the number of documents (default 300; --large 200,000), XMLSVC_PAGES_HOME an instance that is kept and stocked further.
The pages are called in this process through WSGI, with a login.
"""

from __future__ import annotations

import html
import io
import os
import re
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import zstandard
from lxml import etree

from benchmarks.common import ROOT, peak_of, table
from xmlsvc.batch import files, load
from xmlsvc.documents import accounts, instance, runs, services, users
from xmlsvc.documents.access import OPERATOR
from xmlsvc.documents.services import Services
from xmlsvc.storage import model
from xmlsvc.web import app
from xmlsvc.xml import parser

FILM = (ROOT / "samples" / "valid" / "film-de-dijk.xml").read_bytes()
WORDS = ("tide", "harbour", "winter", "bridge", "market", "garden", "letter", "island", "engine", "silence")
ROUNDS = 30
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


class Hand:
    """The same statements and the same XML work, without the service: what each page cannot do without."""

    def __init__(self, database: Path) -> None:
        self._store = sqlite3.connect(database)
        self._store.execute("PRAGMA synchronous = FULL")
        self._schema = etree.XMLSchema(etree.parse(ROOT / "schemas" / "programme" / "1.1" / "programme.xsd"))
        self._unpack = zstandard.ZstdDecompressor()
        self._number = 0
        self._store.execute("CREATE TABLE IF NOT EXISTS by_hand (id TEXT PRIMARY KEY, data BLOB, changed TEXT)")
        self._store.execute("CREATE TABLE IF NOT EXISTS by_hand_row (id TEXT, n INTEGER, value TEXT)")

    def _frame(self) -> None:
        """What every page asks: who it is, how many documents wait."""
        self._store.execute(
            "SELECT a.id, a.name, a.role FROM login l JOIN account a ON a.id = l.account_id WHERE l.id = ?", ("x",)
        ).fetchone()
        self._store.execute("SELECT COUNT(*) FROM (SELECT 1 FROM document WHERE state = 'quarantined' LIMIT 10000)").fetchone()

    def _counts(self, where: str, values: tuple[object, ...], columns: tuple[str, ...]) -> None:
        """The facets: each counted among the first 10,001 that fit."""
        some = f"(SELECT * FROM document WHERE {where} LIMIT 10001)"
        for column in columns:
            self._store.execute(f"SELECT COUNT(*) FROM {some}", values).fetchone()
            self._store.execute(f"SELECT {column}, COUNT(*) FROM {some} GROUP BY 1 ORDER BY 2 DESC", values).fetchall()

    def rows(self, where: str = "1 = 1", *values: object) -> str:
        """Fifty documents, and their counts by vocabulary, state and verdict."""
        self._frame()
        found = self._store.execute(
            f"SELECT id, title, identity, state, violations, current, modified FROM document WHERE {where} "
            "ORDER BY modified DESC, id DESC LIMIT 51",
            values,
        ).fetchall()
        self._counts(where, values, ("vocabulary", "state", "valid"))
        return _text(found)

    def filtered(self) -> str:
        """The same within a vocabulary and a state, with the counts of the root table's columns that have few values."""
        shown = self.rows("vocabulary = ? AND state = ?", "programme", "published")
        fit = "(SELECT id FROM document WHERE vocabulary = 'programme' AND state = 'published' LIMIT 10001)"
        for column in ("status", "kind", "ended"):
            self._store.execute(
                f"SELECT t.{column}, COUNT(DISTINCT t.document_id) FROM {fit} hits JOIN programme t ON t.document_id = hits.id "
                f"WHERE t.head & 1 <> 0 AND t.{column} IS NOT NULL GROUP BY 1 ORDER BY 2 DESC LIMIT 20"
            ).fetchall()
        return shown

    def search(self, word: str) -> str:
        """The ranked hits of a word with the text around it, counted by vocabulary, state and verdict."""
        self._frame()
        hits = "SELECT e.document_id FROM search_index JOIN search_entry e ON e.id = search_index.rowid WHERE search_index MATCH ?"
        found = self._store.execute(
            "SELECT d.id, d.title, snippet(search_index, -1, '', '', '', 12) FROM search_index JOIN search_entry e "
            "ON e.id = search_index.rowid JOIN document d ON d.id = e.document_id WHERE search_index MATCH ? "
            "ORDER BY bm25(search_index) LIMIT 51",
            (word,),
        ).fetchall()
        self._counts(f"id IN ({hits})", (word,), ("vocabulary", "state", "valid"))
        return _text(found)

    def _read(self, id: str) -> tuple[bytes, etree._ElementTree]:
        """A document's bytes and verdict, unpacked and parsed."""
        digest, encoding, data, size = self._store.execute(
            "SELECT c.digest, c.encoding, c.data, c.size FROM document d JOIN revision r ON r.document_id = d.id AND r.number = d.current "
            "JOIN content c ON c.digest = r.digest WHERE d.id = ?",
            (id,),
        ).fetchone()
        self._store.execute("SELECT valid, report FROM verdict WHERE content = ?", (digest,)).fetchone()
        plain = self._unpack.decompress(data, max_output_size=size) if encoding == "zstd" else data
        return plain, parser.parse(plain)

    def document(self, id: str) -> str:
        """Its values as text, what it links to and what links to it."""
        self._frame()
        _, tree = self._read(id)
        self._store.execute("SELECT id FROM conflict WHERE document_id = ? AND resolved IS NULL", (id,)).fetchall()
        values = [value for element in tree.iter("*") for value in (*map(str, element.attrib.values()), *(element.text or "").split())]
        marks = ", ".join("?" * len(values[:200]))
        self._store.execute(f"SELECT id, title FROM document WHERE identity IN ({marks})", values[:200]).fetchall()
        self._store.execute("SELECT rowid FROM search_index WHERE search_index MATCH ? LIMIT 50", ('"prg 100001"',)).fetchall()
        return _text([(element.tag, element.text, dict(element.attrib)) for element in tree.iter("*")])

    def form(self, id: str) -> str:
        """Its values as text, and the verdict on what is being edited."""
        self._frame()
        self._store.execute("SELECT step, label FROM working_copy WHERE document_id = ? AND owner = 'user:ada'", (id,)).fetchall()
        plain, tree = self._read(id)
        self._schema.validate(parser.parse(plain))
        return _text([(element.tag, element.text, dict(element.attrib)) for element in tree.iter("*")])

    def save(self, id: str) -> None:
        """A value changed, validated, mapped to rows, written and durable."""
        self._frame()
        _, tree = self._read(id)
        next(tree.iter("{urn:xmlsvc:programme}title")).text = f"by hand {self._number}"
        self._number += 1
        data = etree.tostring(tree, encoding="UTF-8", xml_declaration=True)
        again = parser.parse(data)
        self._schema.validate(again)
        rows = [(id, n, element.text) for n, element in enumerate(again.iter("*"))]
        with self._store:
            self._store.execute("INSERT OR REPLACE INTO by_hand VALUES (?, ?, datetime())", (id, zstandard.compress(data)))
            self._store.execute("DELETE FROM by_hand_row WHERE id = ?", (id,))
            self._store.executemany("INSERT INTO by_hand_row VALUES (?, ?, ?)", rows)


def _text(rows: list[tuple[object, ...]]) -> str:
    return "".join(f"<tr>{''.join(f'<td>{html.escape(str(each))}</td>' for each in row)}</tr>" for row in rows)


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
    """An instance with `count` documents; what is there already stays."""
    fresh = not home.exists()
    if fresh:
        instance.init(home)
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
    chosen, edited = ids[len(ids) // 2], ids[len(ids) // 3]
    deep = _deep(browser, min(len(ids) // 50 - 1, 40))
    turns = iter(range(1, 1_000_000))
    shape = re.search(r'name="shape" value="(\w+)"', browser.get(f"/documents/{edited}/edit"))
    assert shape is not None
    held = shape[1]

    def save() -> None:
        fields = {"shape": held, "t.3": f"saved {next(turns)}", "do": "save"}
        status, headers, text = browser("POST", f"/documents/{edited}/edit", fields)
        assert status == 303 and "done=" in headers["Location"], text[:400]

    work: dict[str, tuple[Work, Work]] = {
        "list": (lambda: browser.get("/documents"), hand.rows),
        "list, a deep page": (lambda: browser.get(deep), lambda: hand.rows("modified < ?", "9999")),
        "list, filtered": (lambda: browser.get("/documents?vocabulary=programme&state=published"), hand.filtered),
        "search": (lambda: browser.get("/documents?q=tide"), lambda: hand.search("tide")),
        "document": (lambda: browser.get(f"/documents/{chosen}"), lambda: hand.document(chosen)),
        "form": (lambda: browser.get(f"/documents/{chosen}/edit"), lambda: hand.form(chosen)),
        "save": (save, lambda: hand.save(edited)),
    }
    took: dict[str, tuple[list[tuple[float, float]], list[tuple[float, float]]]] = {name: ([], []) for name in work}
    for _ in range(ROUNDS):
        for name, pair in work.items():
            for place, each in enumerate(pair):
                begin, busy = time.perf_counter(), time.process_time()
                each()
                took[name][place].append((1000 * (time.perf_counter() - begin), 1000 * (time.process_time() - busy)))
    rows = []
    for name, (ours, theirs) in took.items():
        wall, cpu = [each[0] for each in ours], [each[1] for each in ours]
        least, work_cpu = [each[0] for each in theirs], [each[1] for each in theirs]
        figures = (statistics.median(wall), _p95(wall), statistics.median(cpu), _p95(least), statistics.median(work_cpu))
        rows.append((name, *(f"{value:,.1f}" for value in figures), f"{statistics.median(wall) / statistics.median(least):.1f}"))
    title = f"Pages over {len(ids):,} documents (stocked in {stocked:,.0f} s): milliseconds; peak {peak_of(os.getpid()) / 1e6:,.0f} MB"
    table(title, ("page", "median", "p95", "CPU", "by hand: p95", "CPU", "ratio of medians"), rows)


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
