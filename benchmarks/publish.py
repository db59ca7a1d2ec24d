"""What publishing costs: renderings beside bare libxslt on the same pairs, a fresh and an unchanged publication, a harvest.

Rounds are interleaved, figures are medians where nothing else is said. "bare" is lxml alone: parse, transform, serialise, in this process;
it is not stopped when it runs away, keeps nothing and asks no gate. Two processes of it are two interpreters that do nothing else.
"""

from __future__ import annotations

import multiprocessing
import resource
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lxml import etree

from xmlsvc import builtin
from xmlsvc.batch import load, republish
from xmlsvc.documents import accounts, instance
from xmlsvc.documents import services as services_module
from xmlsvc.documents.access import OPERATOR
from xmlsvc.documents.services import Services
from xmlsvc.publish import channels, delivery, formats, gates, harvest, stylesheets
from xmlsvc.publish.delivery import Target

from .common import cpu_of_all, spread, table

FORMATS = ("mrss", "dc", "ebucore", "html", "jsonld", "csv")


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _median(work: Callable[[], object]) -> float:
    return statistics.median(_seconds(work) for _ in range(5))


def _bare(path: str, parameters: dict[str, str], documents: list[bytes]) -> tuple[float, float]:
    """Seconds of CPU and of the clock for all documents, the stylesheet compiled before."""
    compiled = etree.XSLT(etree.parse(path))
    given = {name: etree.XSLT.strparam(value) for name, value in parameters.items()}
    cpu, start = time.process_time(), time.perf_counter()
    for data in documents:
        bytes(compiled(etree.ElementTree(etree.fromstring(data)), **given))
    return time.process_time() - cpu, time.perf_counter() - start


def _samples() -> list[bytes]:
    return [path.read_bytes() for path in sorted((builtin.path("samples") / "valid").glob("*.xml"))]


def renderings(house: Services, count: int, rounds: int) -> None:
    """Renderings a second: of CPU, the worker's and this process's together, and by the clock what a second worker gains: in the fastest
    rounds, which other work on the machine has disturbed least."""
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
            made = [_round(pool, given, half, documents, lambda f=format: f.make_all(schema, documents)) for _ in range(rounds)]  # type: ignore[misc]
            gate = min(_with(2, lambda f=format, o=outputs: gates.check_all(f, o))[1] for _ in range(rounds))  # type: ignore[misc]
            bare, one = (statistics.median(getattr(each, kind) for each in made) for kind in ("bare", "one"))
            bare_gain, gain = (min(getattr(e, first) for e in made) / min(getattr(e, then) for e in made)
                               for first, then in (("bare_wall", "bare_two"), ("one_wall", "two")))  # fmt: skip
            rows.append((name, f"{count / bare:,.0f}", f"{count / one:,.0f}", spread([each.bare / each.one for each in made], 2),
                         f"{gain:.2f}", f"{gain / bare_gain:.2f}", f"{count / gate:,.0f}"))  # fmt: skip
    columns = ("format", "bare/s", "isolated/s", "of bare", "the second worker gains", "of bare's", "gates/s")
    table(f"Renderings of {count:,} documents ({len(samples)} samples), {rounds} rounds", columns, rows)


@dataclass(frozen=True)
class _Round:
    """Seconds for all documents: of CPU for bare libxslt and one worker, by the clock for these and for two of each."""

    bare: float
    bare_wall: float
    bare_two: float
    one: float
    one_wall: float
    two: float


def _round(pool: Any, given: tuple[str, dict[str, str]], half: list[bytes], documents: list[tuple[str, bytes]],
           work: Callable[[], object]) -> _Round:  # fmt: skip
    bare, bare_wall = _bare(*given, [data for _, data in documents])
    one, one_wall = _with(1, work)
    bare_two = max(wall for _, wall in pool.starmap(_bare, [(*given, half), (*given, half)], chunksize=1))
    return _Round(bare, bare_wall, bare_two, one, one_wall, _with(2, work)[1])


def _with(workers: int, work: Callable[[], object]) -> tuple[float, float]:
    """(seconds of CPU, of the clock)."""
    before, stylesheets.COUNT = stylesheets.COUNT, workers
    cpu, start = cpu_of_all(), time.perf_counter()
    try:
        work()
    finally:
        stylesheets.COUNT = before
    return cpu_of_all() - cpu, time.perf_counter() - start


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
    repository = harvest.Repository(house, "http://bench/oai", "bench", "http://bench/schemas")
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


def confirming(house: Services, count: int) -> None:
    """What it costs to learn that nothing has changed: so many outputs that are shown and delivered, put straight into the tables."""
    target = Target(name="confirming", url=str(house.settings.directory / "nowhere"), formats=("mrss",), vocabulary="programme")
    schema, made_by = house.registry.get("programme"), channels.makers(house, "programme", "mrss")
    maker, moment = made_by.by_schema[schema.digest][2], "2024-01-01 00:00:00.000000"
    for first in range(1, count + 1, 100_000):
        last = min(first + 99_999, count)
        numbers = f"WITH RECURSIVE c(n) AS (SELECT {first} UNION ALL SELECT n + 1 FROM c WHERE n < {last}) SELECT"
        key, document = "'sha256:' || printf('%064x', n)", "printf('%026d', n)"
        for sql, values in (
            ("public_document (document_id, vocabulary, partner_id, number, content, schema_digest, position, changed) "
             f"{numbers} {document}, 'programme', 'p', 1, {key}, ?, n, ? FROM c", (schema.digest, moment)),
            ("public_output (document_id, format, vocabulary, partner_id, sequence, stamp, withdrawn, content, schema_digest, maker, "
             f"shown, made, output) {numbers} {document}, 'mrss', 'programme', 'p', n, ?, 0, {key}, ?, ?, {key}, {key}, {key} FROM c",
             (moment, schema.digest, maker)),
            (f"delivery_item (target, document_id, format, name, state, shown, checksum, attempts, problem, at) {numbers} ?, {document}, "
             f"'mrss', {document}, 'delivered', {key}, '', 1, '', ? FROM c", (target.key, moment)),
        ):  # fmt: skip
            house.sessions.write(lambda store, sql=sql, values=values: store.execute(f"INSERT INTO {sql}", values, noresult=True))  # type: ignore[misc]
    rows = [("programme", "mrss", made_by.digest), ("", "", "")]
    for vocabulary, format, digest in rows:
        given = (vocabulary, format, digest, count, count, moment)
        house.sessions.write(lambda store, given=given: store.execute(  # type: ignore[misc]
            "INSERT INTO channel (vocabulary, format, maker, position, sequence, stamp) VALUES (?, ?, ?, ?, ?, ?)", given, noresult=True))
    assert channels.current(house, "programme", "mrss")
    assert not list(delivery.deliver(house, target)) and delivery.confirmed(house, target) == count
    steps = [("the channel is up to date", lambda: channels.current(house, "programme", "mrss")),
             ("publish: nothing to make", lambda: list(republish.refresh(house, "programme", "mrss"))),
             ("deliver --changed: nothing to deliver", lambda: list(delivery.deliver(house, target, changed=True))),
             ("deliver: every file compared by its key", lambda: list(delivery.deliver(house, target))),
             ("count what is confirmed", lambda: delivery.confirmed(house, target))]  # fmt: skip
    table(f"{count:,} outputs of which nothing has changed", ("what", "s"), [(name, f"{_median(work):.4f}") for name, work in steps])


def main(large: bool = False) -> None:
    """Print the tables. `large`: 200,000 documents; a million keys."""
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
        instance.init(Path(folder) / "keys")
        with services_module.open(Path(folder) / "keys") as house:
            confirming(house, 1_000_000 if large else 20_000)
