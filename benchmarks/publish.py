"""What publishing costs: renderings beside bare libxslt on the same pairs, a fresh and an unchanged publication, a harvest.

Rounds are interleaved, figures are medians. "bare" is lxml alone: parse, transform, serialise, in this process; it is not stopped when it
runs away, keeps nothing and asks no gate. Two processes of it are two interpreters that do nothing else.
"""

from __future__ import annotations

import multiprocessing
import resource
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from lxml import etree

from xmlsvc import builtin
from xmlsvc.batch import load, republish
from xmlsvc.documents import accounts, instance
from xmlsvc.documents import services as services_module
from xmlsvc.documents.access import OPERATOR
from xmlsvc.documents.services import Services
from xmlsvc.publish import delivery, formats, gates, harvest, stylesheets
from xmlsvc.publish.delivery import Target

from .common import spread, table

FORMATS = ("mrss", "dc", "ebucore", "html", "jsonld", "csv")


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _median(work: Callable[[], object]) -> float:
    return statistics.median(_seconds(work) for _ in range(5))


def _bare(path: str, parameters: dict[str, str], documents: list[bytes]) -> float:
    """Seconds for all documents, the stylesheet compiled before."""
    compiled = etree.XSLT(etree.parse(path))
    given = {name: etree.XSLT.strparam(value) for name, value in parameters.items()}
    start = time.perf_counter()
    for data in documents:
        bytes(compiled(etree.ElementTree(etree.fromstring(data)), **given))
    return time.perf_counter() - start


def _samples() -> list[bytes]:
    return [path.read_bytes() for path in sorted((builtin.path("samples") / "valid").glob("*.xml"))]


def renderings(house: Services, count: int, rounds: int) -> None:
    """Renderings a second."""
    schema, samples = house.registry.get("programme"), _samples()
    documents = [(str(n), samples[n % len(samples)]) for n in range(count)]
    half = [data for _, data in documents[: count // 2]]
    rows = []
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        for name in FORMATS:
            format = formats.of(schema)[name]
            assert format.stylesheet is not None
            given = (str(format.stylesheet), dict(format.parameters))
            outputs = [each for each in format.make_all(schema, documents) if isinstance(each, bytes)]
            gates.check_all(format, outputs)
            one, two, bare, bare_two, gate = [], [], [], [], []
            for _ in range(rounds):
                bare.append(_bare(*given, [data for _, data in documents]))
                one.append(_with(1, lambda f=format: f.make_all(schema, documents)))  # type: ignore[misc]
                bare_two.append(_seconds(lambda g=given: pool.starmap(_bare, [(*g, half), (*g, half)])))  # type: ignore[misc]
                two.append(_with(2, lambda f=format: f.make_all(schema, documents)))  # type: ignore[misc]
                gate.append(_with(2, lambda f=format, o=outputs: gates.check_all(f, o)))  # type: ignore[misc]
            middle = statistics.median
            ratios = [b / a for a, b in zip(one, bare, strict=True)]
            gains = [(a / b) / (c / d) for a, b, c, d in zip(one, two, bare, bare_two, strict=True)]
            rows.append((name, f"{count / middle(bare):,.0f}", f"{count / middle(one):,.0f}", spread(ratios, 2),
                         f"{count / middle(two):,.0f}", spread(gains, 2), f"{count / middle(gate):,.0f}"))  # fmt: skip
    columns = ("format", "bare/s", "isolated/s", "of bare", "two workers/s", "gain of the second, of bare's", "gates/s")
    table(f"Renderings of {count:,} documents ({len(samples)} samples), {rounds} rounds", columns, rows)


def _with(workers: int, work: Callable[[], object]) -> float:
    before, stylesheets.COUNT = stylesheets.COUNT, workers
    try:
        return _seconds(work)
    finally:
        stylesheets.COUNT = before


def _fill(house: Services, count: int, folder: Path) -> None:
    """`count` published documents, each its own."""
    accounts.add_partner(house, OPERATOR, "bench", "Bench")
    body = (builtin.path("samples") / "valid" / "clip-web-only.xml").read_bytes()
    start = body.index(b'id="') + 4
    end = body.index(b'"', start)
    for number in range(count):
        (folder / f"{number}.xml").write_bytes(body[:start] + f"clp-{number:08}".encode() + body[end:])
    for _ in load.load(house, OPERATOR, [folder], partner="bench"):
        pass


def publication(house: Services, count: int, folder: Path) -> None:
    """A fresh publication, an unchanged one, a harvest."""
    target = Target(name="bench", url=str(folder / "out"), formats=("mrss",))
    refresh = _seconds(lambda: list(republish.refresh(house, "programme", "mrss")))
    again = _median(lambda: list(republish.refresh(house, "programme", "mrss")))
    first = _seconds(lambda: list(delivery.deliver(house, target)))
    confirm = _median(lambda: (list(delivery.deliver(house, target)), delivery.confirmed(house, target)))
    changed = _median(lambda: list(delivery.deliver(house, target, changed=True)))
    rows = [
        ("make and enter every output", f"{refresh:.2f}", f"{count / refresh:,.0f}", "1"),
        ("again, nothing changed", f"{again:.4f}", f"{count / again:,.0f}", f"{refresh / again:,.0f}"),
        ("deliver every file", f"{first:.2f}", f"{count / first:,.0f}", "1"),
        ("again: every file confirmed by its keys", f"{confirm:.4f}", f"{count / confirm:,.0f}", f"{first / confirm:,.0f}"),
        ("again with --changed", f"{changed:.4f}", f"{count / changed:,.0f}", f"{first / changed:,.0f}"),
    ]
    table(f"Publication of {count:,} documents in Media RSS", ("what", "s", "documents/s", "times faster"), rows)


def harvesting(house: Services, count: int) -> None:
    """A whole harvest by resumption tokens: time a page at the beginning and at the end, memory before and after."""
    list(republish.refresh(house, "programme", "dc"))
    repository = harvest.Repository(house, "http://bench/oai", "bench")
    times, records, token = [], 0, ""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    while True:
        given = [("verb", "ListRecords"), ("resumptionToken", token) if token else ("metadataPrefix", "oai_dc")]
        start = time.perf_counter()
        root = etree.fromstring(harvest.answer(repository, given))
        times.append(1000 * (time.perf_counter() - start))
        records += len(root.findall(".//{*}record"))
        token = root.findtext(".//{*}resumptionToken") or ""
        if not token:
            break
    assert records == count
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    tenth = max(1, len(times) // 10)
    rows = [("first tenth, ms a page", spread(times[:tenth])), ("last tenth, ms a page", spread(times[-tenth:])),
            ("records a second", f"{records / (sum(times) / 1000):,.0f}"), ("peak memory grown by, MB", f"{grown:.1f}")]  # fmt: skip
    table(f"A harvest of {count:,} records, {len(times):,} pages", ("what", "figure"), rows)


def main(large: bool = False) -> None:
    """Print the tables. `large`: 200,000 documents."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "instance"
        instance.init(home)
        (Path(folder) / "in").mkdir()
        with services_module.open(home) as house:
            renderings(house, 2_000 if large else 200, 9 if large else 3)
            count = 200_000 if large else 1_000
            _fill(house, count, Path(folder) / "in")
            publication(house, count, Path(folder))
            harvesting(house, count)
