"""Batch re-validation against bare lxml (parse and XMLSchema.validate of the same bytes, in memory), over generated documents.

    speed       documents a second of one process, as a share of the bare loop's, both measured in turn; no document invalid, and 5 %
    second      what a second process gains, as a share of what it gains the bare loop
    again       an unchanged corpus: how many times faster the second run is
    memory      the most that any process held, by the corpus' size
    scale       time of a page of the scan, from the first to the last of many rows
"""

from __future__ import annotations

import json
import multiprocessing
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from lxml import etree

from benchmarks.common import ROOT, peak_of, table
from xmlsvc import builtin
from xmlsvc.batch import revalidate
from xmlsvc.documents import instance, services
from xmlsvc.documents.access import OPERATOR
from xmlsvc.documents.services import Services
from xmlsvc.jobs.executors import cores
from xmlsvc.storage import contents
from xmlsvc.storage.insert import insert_all
from xmlsvc.xml.canonical import digest

SCHEMA = "1.1/programme.xsd"
ROUNDS = 3
_SAMPLE = "valid/concert-brahms.xml"


def document(number: int, broken: bool) -> bytes:
    """About 5 KB of `programme` 1.1; no two are the same."""
    text = (builtin.path("samples") / _SAMPLE).read_text("utf-8")
    text = re.sub(r'(<(?:p:)?\w+[^>]*? id=")[^"]*(")', rf"\g<1>prg-n{number:08}\2", text, count=1)
    if broken:
        text = re.sub(r"(<(?:\w+:)?genre[^>]*>)[^<]*<", rf"\1{'film' if number % 2 else 'sport?'}<", text, count=1)
    return text.encode()


def fill(house: Services, first: int, count: int, share: float) -> None:
    """Put documents straight into the tables that a run reads, as deliveries would have under version 1.0: valid then."""
    schema, now = house.registry.get("programme", "1.1"), datetime.now(UTC)
    partner = house.sessions.read(lambda store: str(store.execute("SELECT id FROM partner").get_one()[0]))
    every = round(1 / share) if share else 0
    for begin in range(first, first + count, 1000):
        rows: dict[str, list[dict[str, object]]] = {"content": [], "document": [], "revision": []}
        for number in range(begin, min(begin + 1000, first + count)):
            data = document(number, bool(every) and number % every == 0)
            name, key = digest(data), f"{number:026}"
            packed = contents.pack(data, name)
            rows["content"].append({"digest": name, "size": packed.size, "encoding": packed.encoding, "data": packed.data, "created": now})
            rows["document"].append({
                "id": key, "partner_id": partner, "vocabulary": "programme", "identity_kind": "identity", "identity": key, "title": key,
                "state": "published", "valid": 1, "violations": 0, "root": "{urn:xmlsvc:programme}programme", "current": 1, "published": 1,
                "created": now, "modified": now,
            })  # fmt: skip
            rows["revision"].append({
                "id": key, "document_id": key, "number": 1, "digest": name, "schema": schema.digest, "version": schema.name,
                "chosen": "active", "kind": "delivery", "valid": 1, "violations": 0, "actor": "operator", "reason": "", "receipt_id": None,
                "run_id": None, "created": now,
            })  # fmt: skip
        for name, made in rows.items():
            house.sessions.write(lambda store, name=name, made=made: insert_all(store, name, made, once=True))  # type: ignore[misc]


def corpus(folder: Path, count: int, share: float) -> Path:
    """An instance with so many documents, the share of them invalid."""
    home = folder / f"corpus-{count}-{share}"
    instance.init(home)
    with services.open(home) as house:
        fill(house, 0, count, share)
    return home


def bare(count: int, share: float, result: object = None) -> float:
    """Seconds for the bare loop over the same bytes; they are made before."""
    every = round(1 / share) if share else 0
    made = [document(number, bool(every) and number % every == 0) for number in range(count)]
    schema = etree.XMLSchema(etree.parse(builtin.path("schemas") / "programme" / SCHEMA))
    now = time.process_time if result is None else time.perf_counter
    begun = now()
    for data in made:
        schema.validate(etree.fromstring(data))
    took = now() - begun
    if result is not None:
        result.put(took)  # type: ignore[attr-defined]
    return took


def bare_in(processes: int, count: int) -> float:
    """The bare loop's documents a second, shared out over processes."""
    context = multiprocessing.get_context("spawn")
    queue = context.Queue()
    started = [context.Process(target=bare, args=(count // processes, 0, queue)) for _ in range(processes)]
    for each in started:
        each.start()
    took = [queue.get() for _ in started]
    for each in started:
        each.join()
    return count / max(took)


def run(home: Path, executor: str, workers: int, fresh: bool) -> tuple[float, int, dict[str, int]]:
    """(documents a second, peak bytes, outcomes) of one run in a process of its own; `fresh`: over documents without a verdict. Where
    all is known there is one page, and its time counts."""
    if fresh:
        with services.open(home) as house:
            house.sessions.write(lambda store: store.execute("DELETE FROM verdict", noresult=True))
    command = [sys.executable, "-m", "benchmarks.runs", str(home), executor, str(workers)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT)
    said = json.loads(done.stdout.splitlines()[-1])
    return said["rate" if fresh else "whole"], said["peak"], said["counts"]


def once(home: Path, executor: str, workers: int) -> None:
    """One run, in this process; prints how it went. One process is measured by its CPU time, as the bare loop is, several by the clock.
    `rate` is that between the pages when all workers are at work: neither their start nor what the last of them do alone counts."""
    with services.open(home) as house:
        recorder = revalidate.begin(house, OPERATOR, {"executor": executor, "workers": workers})
        now = time.process_time if executor == "serial" else time.perf_counter
        begun = now()
        stamps = []
        for _ in revalidate.judged(house, recorder):
            stamps.append((now(), sum(recorder.counts.values())))
        ended = now()
        recorder.finish("done")
        total = sum(recorder.counts.values())
        ahead = 1 if executor == "serial" else 2 * cores()
        steady = stamps[1 : len(stamps) - ahead] if len(stamps) > ahead + 3 else [(begun, 0), (ended, total)]
        (first, before), (last, after) = steady[0], steady[-1]
        peaks = [peak_of(os.getpid()), *(peak_of(pid) for pid in _children())]
        rate, whole = (after - before) / (last - first), total / (ended - begun)
        print(json.dumps({"rate": rate, "whole": whole, "peak": max(peaks), "counts": recorder.counts}))


def _children() -> Iterator[int]:
    for task in Path(f"/proc/{os.getpid()}/task").iterdir():
        yield from (int(word) for word in (task / "children").read_text().split())


def speed(folder: Path, count: int) -> list[tuple[str, str, str, str]]:
    rows = []
    for share in (0.0, 0.05):
        home = corpus(folder, count, share)
        shares, rates, peaks = [], [], []
        for _ in range(ROUNDS):
            base = count / bare(count, 0)
            rate, peak, counts = run(home, "serial", 1, True)
            assert sum(counts.values()) == count and counts.get("newly-broken", 0) == round(count * share), counts
            shares.append(rate / base)
            rates.append(rate)
            peaks.append(peak)
        name = "one process, none invalid" if not share else "one process, 5 % invalid"
        rows.append((name, f"{statistics.median(rates):,.0f}/s", f"{statistics.median(shares):.2f} of bare", f"{max(peaks) / 1e6:.0f} MB"))
        if not share:
            plain = statistics.median(rates)
            rows += [second(home, count), unchanged(home)]
        else:
            rows.append(("cost of 5 % invalid", "", f"{plain / statistics.median(rates):.1f} × none", ""))
    return rows


def second(home: Path, count: int) -> tuple[str, str, str, str]:
    gains, ours = [], []
    for _ in range(ROUNDS):
        bare_gain = bare_in(2, count) / bare_in(1, count)
        two, peak, _ = run(home, "processes", 2, True)
        one, _, _ = run(home, "processes", 1, True)
        gains.append((two / one) / bare_gain)
        ours.append(two / one)
    gain = f"{statistics.median(ours):.2f} ×"
    return ("a second process gains", gain, f"{statistics.median(gains):.2f} of bare's gain", f"{peak / 1e6:.0f} MB")


def unchanged(home: Path) -> tuple[str, str, str, str]:
    fresh, _, _ = run(home, "serial", 1, True)
    known, peak, _ = run(home, "serial", 1, False)
    return ("an unchanged corpus again", f"{known:,.0f}/s", f"{known / fresh:.0f} × a fresh run", f"{peak / 1e6:.0f} MB")


def main(large: bool = False) -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory(prefix="xmlsvc-bench-") as folder:
        rows = speed(Path(folder), 40_000 if large else 10_000)
    table("Re-validation", ("what", "rate", "ratio", "peak memory"), rows)


if __name__ == "__main__":
    once(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))

