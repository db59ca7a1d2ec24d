"""Views beside what else reads XML into Python: bare lxml, lxml.objectify, xsdata (expat handler, its fastest), generateDS; and beside
XMLBeans and JAXB, where Java and they are installed. One run, interleaved, medians of CPU time with warm caches.

Documents: the small valid ones of PBCore, DataCite and EBUCore in the corpora, and a synthetic one of 127 kB (200 records of ten typed
fields). Each operation reads or changes what it finds in each document anew, from the bytes on. Ratios are what counts: the machine's own
speed falls out of them.
"""

from __future__ import annotations

import gc
import importlib
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

from lxml import etree, objectify
from rich.console import Console
from rich.table import Table

from .binding_cases import CORPORA, RECORD, Contender, generated, generateds, synthetic, valid, views, xsdata
from .binding_java import java
from .binding_large import large_schema
from .binding_paths import changer, everything, leaves, read, reader

READS = 10
_LEAST = 0.03  # seconds that an operation is repeated for in each round
Work = dict[str, Callable[[], object]]


def operations(documents: list[bytes], contenders: list[Contender]) -> Work:
    """What is timed, over all documents."""
    work: Work = {
        "lxml: parse": lambda: [etree.fromstring(data) for data in documents],
        "objectify: parse": lambda: [objectify.fromstring(data) for data in documents],
    }
    for contender in contenders:
        work |= _operations(documents, contender)
    return work


def _operations(documents: list[bytes], contender: Contender) -> Work:
    parse, save = contender.parse, contender.save
    found = [(data, list(leaves(parse(data)))) for data in documents]
    readers = [(data, reader(paths[:READS])) for data, paths in found]
    texts = [(data, changer(next((path for path in paths[:READS] if _is_text(parse(data), path)), None))) for data, paths in found]

    def changed(data: bytes, change: Callable[[Any], None]) -> None:
        doc = parse(data)
        change(doc)
        save(doc)

    def all_fields(doc: Any) -> int:
        return sum(1 for _ in doc.walk()) if contender.name == "xmlsvc" else everything(doc)

    return {
        f"{contender.name}: reads": lambda: [one(parse(data)) for data, one in readers],
        f"{contender.name}: all": lambda: [all_fields(parse(data)) for data in documents],
        f"{contender.name}: save": lambda: [changed(data, change) for data, change in texts],
    }


def _is_text(doc: Any, path: tuple[str | int, ...]) -> bool:
    return isinstance(path[-1], str) and type(read(doc, path)) is str


def medians(work: Work, rounds: int) -> dict[str, float]:
    """Median CPU seconds of each operation, the operations taking turns, each repeated until it is long enough to be measured."""
    times: dict[str, int] = {}
    for name, operation in work.items():
        operation()
        start = time.process_time()
        operation()
        times[name] = max(1, int(_LEAST / max(time.process_time() - start, 1e-6)))
    taken: dict[str, list[float]] = {name: [] for name in work}
    for _ in range(rounds):
        for name, operation in work.items():
            gc.collect()
            start = time.process_time()
            for _ in range(times[name]):
                operation()
            taken[name].append((time.process_time() - start) / times[name])
    return {name: statistics.median(one) for name, one in taken.items()}


def streaming(records: int, folder: Path, package: ModuleType) -> tuple[float, float]:
    """(seconds, MB above the start) of reading ten fields of every record, one at a time."""
    path = folder / "stream.xml"
    path.write_bytes(synthetic(records))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.process_time()
    for record in package.stream(path, "{urn:rec}record"):
        _ = (record.id, record.title, record.day, record.made, record.price)
        _ = (record.pages, record.open, record.sizes, record.kind, record.note)
    return time.process_time() - start, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024


def main(large: bool = False) -> None:
    """Print the tables."""
    console = Console(width=140)
    folder = Path(tempfile.mkdtemp(prefix="xmlsvc-bench-"))
    sys.path.insert(0, str(folder))
    (folder / "records.xsd").write_text(RECORD, "utf-8")
    sets = [("synthetic, 127 kB", folder / "records.xsd", [synthetic(200)]),
            ("PBCore", CORPORA / "pbcore-aapb/schema/pbcore-2.1.xsd", valid(CORPORA / "pbcore-aapb", "pbcore-2.1.xsd")),
            ("DataCite", CORPORA / "datacite/schema/4.7/metadata.xsd", valid(CORPORA / "datacite", "4.7/metadata.xsd")),
            ("EBUCore", CORPORA / "ebucore/schema/ebucore.xsd", valid(CORPORA / "ebucore", "ebucore.xsd"))]
    table = Table("documents", "", "µs a document", "/ bare lxml parse", "× xsdata", "× generateDS", title="parse and …")
    for number, (name, schema, documents) in enumerate(sets):
        if documents and schema.is_file():
            _compare(table, name, schema, documents, f"b{number}", folder, 15 if large else 7)
    console.print(table)
    console.print(java(folder, synthetic(200), RECORD))
    seconds, above = streaming(20_000, folder, importlib.import_module("b0"))
    console.print(f"20,000 records streamed, ten fields of each: {seconds:.2f} s, {above:.1f} MB above start")
    for name, schema in (("EBUCore", CORPORA / "ebucore/schema/ebucore.xsd"),
                         ("UBL 2.1", CORPORA / "ubl-en16931/schema/ubl21/maindoc/UBL-Invoice-2.1.xsd")):
        if schema.is_file():
            _generation(console, name, schema, folder)
    console.print(large_schema(folder, 400 if large else 100))
    shutil.rmtree(folder, ignore_errors=True)


def _compare(table: Table, name: str, schema: Path, documents: list[bytes], short: str, folder: Path, rounds: int) -> None:
    """One set of documents: a row for each operation."""
    contenders = [views(generated(schema, short, folder)), xsdata(schema, short, folder)]
    other = generateds(schema, short, folder, documents)
    found = medians(operations(documents, [*contenders, *([other] if other else [])]), rounds)
    bare = found["lxml: parse"]
    table.add_row(f"{name} ({len(documents)})", "nothing more: lxml / objectify", f"{bare / len(documents) * 1e6:.0f}",
                  f"1 / {found['objectify: parse'] / bare:.2f}")
    for key, what in (("reads", f"{READS} typed reads"), ("all", "all fields"), ("save", "one change, saved")):
        mine = found[f"xmlsvc: {key}"]
        slower = f"{found[f'generateDS: {key}'] / mine:.1f}" if other else "left out"
        table.add_row("", what, f"{mine / len(documents) * 1e6:.0f}", f"{mine / bare:.2f}", f"{found[f'xsdata: {key}'] / mine:.1f}", slower)


def _generation(console: Console, name: str, schema: Path, folder: Path) -> None:
    package = "".join(char for char in name.lower() if char.isalnum())
    start = time.process_time()
    generated(schema, package, folder)
    made = time.process_time() - start
    script = f"import time; s = time.process_time(); import {package}; print(time.process_time() - s)"
    runs = [float(subprocess.run([sys.executable, "-c", f"import xmlsvc.binding.declare; {script}"], cwd=folder, check=True,
                                 capture_output=True, text=True).stdout) for _ in range(3)]
    console.print(f"{name}: generated and first imported in {made:.2f} s, imported again in {min(runs):.3f} s (CPU)")


if __name__ == "__main__":
    main(large="--large" in sys.argv)
