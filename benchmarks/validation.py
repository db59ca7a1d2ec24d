"""Verdicts: the public API against bare lxml (parse and XMLSchema.validate on the same bytes), in one run.

Valid documents under schemas that need no further pass, and under one that needs its references resolved; a rejected document explained;
many files by `xmlsvc validate` on two processes against one; a large document's memory; opening 30 registered schemas; floods of
errors. Speeds are CPU time but for many files (wall), the median of interleaved rounds.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from lxml import etree
from rich.console import Console
from rich.table import Table

from benchmarks.common import ROOT
from xmlsvc import settings, validation
from xmlsvc.schema.registry import Registry
from xmlsvc.validation import libxml2

_PROGRAMME = ROOT / "schemas" / "programme" / "1.1" / "programme.xsd"
_PLAIN = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:c" xmlns="urn:c" elementFormDefault="qualified">
<xs:element name="catalogue"><xs:complexType><xs:sequence><xs:element name="item" maxOccurs="unbounded"><xs:complexType><xs:sequence>
<xs:element name="title" type="xs:string"/><xs:element name="date" type="xs:date"/><xs:element name="minutes" type="xs:int"/>
<xs:element name="genre" type="Genre" minOccurs="0" maxOccurs="3"/></xs:sequence><xs:attribute name="number" type="xs:int" use="required"/>
</xs:complexType></xs:element></xs:sequence></xs:complexType></xs:element><xs:simpleType name="Genre"><xs:restriction base="xs:token">
<xs:enumeration value="drama"/><xs:enumeration value="sport"/></xs:restriction></xs:simpleType></xs:schema>"""


@dataclass(frozen=True)
class Case:
    """One document under one schema; `bar`: the least share of bare lxml's speed, None where there is none."""

    name: str
    validator: validation.Validator
    data: bytes
    bar: float | None


def catalogue(items: int, wrong: bool = False) -> bytes:
    """A document of the plain schema: about 150 bytes an item."""
    item = '<item number="{0}"><title>The evening news, part {0}</title><date>{1}</date><minutes>25</minutes><genre>drama</genre></item>\n'
    body = "".join(item.format(n, "17/05/2024" if wrong and n == items // 2 else "2024-05-17") for n in range(items))
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<catalogue xmlns="urn:c">\n{body}</catalogue>\n'.encode()


def cases(folder: Path) -> Iterator[Case]:
    """Valid documents from 1 KB to 64 KB."""
    (folder / "plain.xsd").write_text(_PLAIN, "utf-8")
    plain = validation.load(folder / "plain.xsd")
    for items in (5, 27, 430):
        yield Case(f"plain schema, {len(catalogue(items)) / 1000:.1f} KB", plain, catalogue(items), 0.8)
    programme = validation.load(_PROGRAMME)
    for name in ("clip-trailer-de-dijk", "concert-brahms", "concert-long-programme"):
        data = (ROOT / "samples" / "valid" / f"{name}.xml").read_bytes()
        yield Case(f"references to resolve, {len(data) / 1000:.1f} KB", programme, data, 0.6)


def seconds(work: Callable[[], object], least: float = 0.05) -> float:
    """CPU seconds of one call: as many calls as `least` seconds hold."""
    calls, took = 0, 0.0
    started = time.process_time()
    while took < least:
        work()
        calls += 1
        took = time.process_time() - started
    return took / calls


def ratio(case: Case, rounds: int) -> tuple[float, float]:
    """(bare lxml's seconds, our share of its speed): medians of interleaved rounds."""
    compiled = libxml2.compiled(case.validator.set)

    def bare() -> None:
        if not compiled.validate(etree.fromstring(case.data)):
            raise AssertionError(case.name)

    def ours() -> None:
        if not case.validator.validate(case.data).valid:
            raise AssertionError(case.name)

    bare()
    ours()
    pairs = [(seconds(bare), seconds(ours)) for _ in range(rounds)]
    return statistics.median(one for one, _ in pairs), statistics.median(one / other for one, other in pairs)


_BARE = """
import os, sys
from lxml import etree
schema = etree.XMLSchema(etree.parse(sys.argv[1]))
number, processes = int(sys.argv[3]), int(sys.argv[4])
for name in sorted(os.listdir(sys.argv[2]))[number::processes]:
    with open(os.path.join(sys.argv[2], name), "rb") as stream:
        if not schema.validate(etree.fromstring(stream.read())):
            raise AssertionError(name)
"""


def _wall(commands: list[list[str]]) -> float:
    """Wall seconds until all of these, started together, have ended."""
    started = time.perf_counter()
    running = [subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=ROOT) for command in commands]
    codes = [process.wait() for process in running]
    if any(codes):
        raise AssertionError(commands)
    return time.perf_counter() - started


def gains(folder: Path, count: int, rounds: int) -> tuple[float, float, float]:
    """(bare lxml's gain from a second process, that of `xmlsvc validate`, our share of bare lxml's documents a second with two): over
    the same files, medians of interleaved rounds."""
    files = folder / "many"
    files.mkdir()
    for number in range(count):
        (files / f"{number:06}.xml").write_bytes(catalogue(27).replace(b"evening", b"evening %d" % number))
    schema, times = str(folder / "plain.xsd"), []
    for _ in range(rounds):
        bare = [_wall([[sys.executable, "-c", _BARE, schema, str(files), str(n), str(processes)] for n in range(processes)])
                for processes in (1, 2)]
        ours = [_wall([[sys.executable, "-m", "xmlsvc.cli", "validate", "--schema", schema, "--workers", str(processes), str(files)]])
                for processes in (1, 2)]
        times.append((bare[0] / bare[1], ours[0] / ours[1], bare[1] / ours[1]))
    first, second, share = (statistics.median(column) for column in zip(*times, strict=True))
    return first, second, share


_LARGE = """
import re, sys
from pathlib import Path
from xmlsvc import validation
def peak():
    return int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])
validator = validation.load(sys.argv[1])
validator.validate(b'<catalogue xmlns="urn:c"><item/></catalogue>')
before = peak()
report = validator.validate(sys.argv[2])
print(peak() - before, len(report.violations))
"""


def large_document(folder: Path, items: int, wrong: bool) -> tuple[float, float, int]:
    """(megabytes of a document with so many items, megabytes that its verdict takes above start-up, violations); `wrong`: every tenth item
    is."""
    path = folder / "large.xml"
    with path.open("wb") as stream:
        stream.write(b'<catalogue xmlns="urn:c">\n')
        good = catalogue(1).partition(b'">')[2].partition(b"\n")[2].partition(b"</catalogue>")[0]
        for number in range(items):
            stream.write(good if number % 10 or not wrong else good.replace(b"2024-05-17", b"17/05/2024"))
        stream.write(b"</catalogue>\n")
    run = subprocess.run([sys.executable, "-c", _LARGE, str(folder / "plain.xsd"), str(path)], cwd=ROOT, capture_output=True, text=True,
                         check=True)
    kilobytes, violations = map(int, run.stdout.split())
    return path.stat().st_size / 1e6, kilobytes / 1e3, violations


def opening(folder: Path, schemas: int = 30) -> float:
    """Wall seconds of a process that opens an instance with that many registered schemas and asks for each of them."""
    instance = folder / "instance"
    (instance / "schemas").mkdir(parents=True)
    (instance / "xmlsvc.toml").write_text(settings.template(), "utf-8")
    registry = Registry(settings.load(instance))
    for number in range(schemas):
        path = folder / f"v{number}.xsd"
        path.write_text(_PLAIN.replace("urn:c", f"urn:c{number}"), "utf-8")
        registry.add(f"v{number}", [path], "1")
    code = ("import sys\nfrom xmlsvc import settings\nfrom xmlsvc.schema.registry import Registry\n"
            "registry = Registry(settings.load(sys.argv[1]))\nassert len([registry.get(name) for name in registry.names()]) == 30\n")
    started = time.perf_counter()
    subprocess.run([sys.executable, "-c", code, str(instance)], check=True)
    return time.perf_counter() - started


def main(large: bool = False) -> None:
    """Print the tables; `large`: more rounds and documents."""
    rounds, count = (15, 100_000) if large else (5, 6_000)
    table = Table("case", "bare lxml", "ours", "bar", title="Verdicts")
    with tempfile.TemporaryDirectory() as directory:
        folder = Path(directory)
        for case in cases(folder):
            bare, share = ratio(case, rounds)
            table.add_row(f"valid: {case.name}", f"{1e6 * bare:.0f} µs", f"{share:.2f} of its speed", f"≥ {case.bar}")
        plain = validation.load(folder / "plain.xsd")
        wrong = catalogue(33, wrong=True)
        plain.validate(wrong)
        took = statistics.median(seconds(lambda: plain.validate(wrong)) for _ in range(rounds))
        table.add_row(f"rejected and explained: {len(wrong) / 1000:.1f} KB, 1 violation", "", f"{1000 * took:.2f} ms", "< 3 ms")
        programme = validation.load(_PROGRAMME)
        mistakes = (ROOT / "samples" / "invalid" / "many-mistakes.xml").read_bytes()
        programme.validate(mistakes)
        took = statistics.median(seconds(lambda: programme.validate(mistakes)) for _ in range(rounds))
        table.add_row(f"rejected and explained: {len(mistakes) / 1000:.1f} KB, 6 violations", "", f"{1000 * took:.2f} ms", "< 3 ms")
        flood = catalogue(20_000).replace(b"2024-05-17", b"17/05/2024")
        started = time.process_time()
        plain.validate(flood)
        table.add_row(f"20,000 errors among siblings, {len(flood) / 1e6:.1f} MB", "", f"{time.process_time() - started:.2f} s", "")
        bare, ours, share = gains(folder, count, 3)
        files = f"xmlsvc validate, {count:,} files: two processes against one"
        table.add_row(files, f"× {bare:.2f}", f"× {ours:.2f}", f"≥ {0.9 * bare:.2f}")
        table.add_row("  … of bare lxml's documents a second, both with two", "", f"{share:.2f}", "")
        for broken in (False, True):
            size, memory, violations = large_document(folder, 370_000 if large else 80_000, broken)
            table.add_row(f"{size:.0f} MB in one document, {violations:,} violations", "", f"{memory:.0f} MB above start-up", "< 60 MB")
        table.add_row("opening 30 registered schemas", "", f"{opening(folder):.2f} s", "< 1 s")
    Console().print(table)
