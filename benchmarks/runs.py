"""Batch re-validation against bare lxml (parse and XMLSchema.validate of the same bytes, in memory), over generated documents.

    speed       documents a second of CPU, all processes of a run together, as a share of the bare loop's, both measured in turn; in this
                process, in a worker's (as by default); no document invalid, and 5 %
    second      what a second process gains, as a share of what it gains the bare loop
    again       an unchanged corpus: how many times faster the second run is
    growth      CPU a document and the most memory of any process, for corpora from 10,000 documents on; a run over what it knows
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
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from lxml import etree

from benchmarks.common import ROOT, children, cpu_of_all, peak_of, spread, table
from xmlsvc import builtin, heap
from xmlsvc.batch import revalidate
from xmlsvc.documents import instance, services
from xmlsvc.documents.access import OPERATOR
from xmlsvc.documents.services import Services
from xmlsvc.jobs.executors import cores
from xmlsvc.storage import contents
from xmlsvc.storage.insert import insert_all
from xmlsvc.xml.canonical import digest


@dataclass(frozen=True)
class Ran:
    """How a run went: documents a second of CPU, of all its processes, and by the clock, both between pages when all workers are at work
    (neither their start nor what the last of them do alone counts); of CPU from beginning to end; the most bytes of a process."""

    cpu: float
    rate: float
    whole: float
    peak: int
    counts: dict[str, int]


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
                "id": key, "document_id": key, "number": 1, "digest": name, "content_number": name, "schema": schema.digest,
                "version": schema.name, "chosen": "active", "kind": "delivery", "valid": 1, "violations": 0, "actor": "operator",
                "reason": "", "receipt_id": None, "run_id": None, "created": now,
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


def run(home: Path, executor: str, workers: int, fresh: bool = True) -> Ran:
    """One run in a process of its own; `fresh`: over documents without a verdict."""
    if fresh:
        with services.open(home) as house:
            house.sessions.write(lambda store: store.execute("DELETE FROM verdict", noresult=True))
    command = [sys.executable, "-m", "benchmarks.runs", str(home), executor, str(workers)]
    environ = heap.environment() if executor == "serial" else None  # as `xmlsvc revalidate --executor serial` begins
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT, env=environ)
    return Ran(**json.loads(done.stdout.splitlines()[-1]))


def once(home: Path, executor: str, workers: int) -> None:
    """One run, in this process; prints how it went."""
    with services.open(home) as house:
        recorder = revalidate.begin(house, OPERATOR, {"executor": executor, "workers": workers})
        begun, stamps, peak = (cpu_of_all(), time.perf_counter()), [], 0
        for _ in revalidate.judged(house, recorder):
            stamps.append((sum(recorder.counts.values()), cpu_of_all(), time.perf_counter()))
            peak = max(peak_of(pid) for pid in (os.getpid(), *children()))
        ended, total = (cpu_of_all(), time.perf_counter()), sum(recorder.counts.values())
        recorder.finish("done")
        whole, rate = (total / (last - first) for last, first in zip(ended, begun, strict=True))
        ahead = 1 if executor == "serial" else 2 * cores()
        cpu = whole
        if len(stamps) > ahead + 3:
            first, last = stamps[1], stamps[-1 - ahead]
            cpu, rate = ((last[0] - first[0]) / (last[n] - first[n]) for n in (1, 2))
        print(json.dumps(asdict(Ran(cpu, rate, whole, peak, dict(recorder.counts)))))


def speed(folder: Path, count: int) -> list[tuple[str, ...]]:
    rows, plain = [], 0.0
    for share in (0.0, 0.05):
        home = corpus(folder, count, share)
        found: dict[str, list[tuple[float, Ran]]] = {"serial": [], "processes": []}
        for _ in range(ROUNDS):
            for executor, rounds in found.items():
                rounds.append((count / bare(count, 0), run(home, executor, 1)))
                counts = rounds[-1][1].counts
                assert sum(counts.values()) == count and counts.get("newly-broken", 0) == round(count * share), counts
        for executor, rounds in found.items():
            name = f"{executor}, {share:.0%} invalid" if share else f"{executor}, none invalid"
            rates, ratios = [made.cpu for _, made in rounds], [made.cpu / base for base, made in rounds]
            rows.append((name, f"{statistics.median(rates):,.0f}", f"{spread(ratios, 2)} of bare",
                         f"{max(made.peak for _, made in rounds) / 1e6:.0f} MB"))  # fmt: skip
        if not share:
            plain = statistics.median(rates)
            rows += [second(home, count), unchanged(home)]
        else:
            rows.append(("cost of 5 % invalid", "", f"{plain / statistics.median(rates):.1f} × none", ""))
    return rows


def second(home: Path, count: int) -> tuple[str, ...]:
    """By the clock, and by the fastest of the rounds of each: those that other work on the machine has disturbed least."""
    fastest = [0.0] * 4
    for _ in range(2 * ROUNDS):
        two = run(home, "processes", 2)
        made = (bare_in(1, count), bare_in(2, count), run(home, "processes", 1).rate, two.rate)
        fastest = [max(pair) for pair in zip(fastest, made, strict=True)]
    bare_gain, gain = fastest[1] / fastest[0], fastest[3] / fastest[2]
    return ("a second process gains", f"{gain:.2f} ×", f"{gain / bare_gain:.2f} of bare's {bare_gain:.2f} ×", f"{two.peak / 1e6:.0f} MB")


def unchanged(home: Path) -> tuple[str, ...]:
    fresh, known = run(home, "serial", 1), run(home, "serial", 1, False)
    times = f"{known.whole / fresh.whole:.0f} × a fresh run"
    return ("an unchanged corpus again", f"{known.whole:,.0f}", times, f"{known.peak / 1e6:.0f} MB")


def growth(folder: Path, sizes: tuple[int, ...]) -> None:
    """Print what a run costs while the corpus grows to these sizes."""
    home, rows, filled = corpus(folder, sizes[0], 0.0), [], sizes[0]
    for size in sizes:
        with services.open(home) as house:
            fill(house, filled, size - filled, 0.0)
        filled = size
        fresh, known = run(home, "processes", 2), run(home, "serial", 1, False)
        assert fresh.counts == known.counts == {"still-valid": size}, (fresh.counts, known.counts)
        rows.append((f"{size:,}", f"{1e6 / fresh.cpu:.0f}", f"{fresh.peak / 1e6:.0f} MB", f"{1e6 / known.whole:.1f}",
                     f"{known.peak / 1e6:.0f} MB"))  # fmt: skip
    table("A run by the size of the corpus", ("documents", "µs of CPU each", "peak memory", "again, µs each", "peak memory"), rows)


def main(large: bool = False) -> None:
    """Print the tables. `large`: up to a million documents."""
    with tempfile.TemporaryDirectory(prefix="xmlsvc-bench-") as folder:
        rows = speed(Path(folder), 20_000)
        table("Re-validation", ("what", "documents a second", "ratio", "peak memory"), rows)
        growth(Path(folder), (10_000, 200_000, 1_000_000) if large else (10_000, 40_000))


if __name__ == "__main__":
    once(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
