"""What an editor's change costs, beside the XML and database work that it cannot do without, in one run.

    compare, carry over, merge, patch        beside parsing the documents that they are given
    a save, a delivery that meets one        beside validating, mapping and storing the same bytes as a plain delivery
    who set which field                      of a document with many revisions
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from lxml import etree

from benchmarks.common import ROOT, peak_of, spread, sync_milliseconds, table
from xmlsvc.documents import accounts, instance, provenance, revise, services, submit
from xmlsvc.documents.access import OPERATOR
from xmlsvc.documents.services import Services
from xmlsvc.xml import carry, diff, edits, merge, parser, patch, patch_making

FILM = (ROOT / "samples" / "valid" / "film-de-dijk.xml").read_bytes()


def grown(times: int) -> bytes:
    """The sample with its keywords repeated: `times` × 50 of them."""
    word = b'  <p:keyword xml:lang="nl">Zeeland</p:keyword>\n'
    more = b"".join(word.replace(b"Zeeland", b"Zeeland %d" % number) for number in range(50 * times))
    return FILM.replace(word, word + more, 1)


def rounds(work: dict[str, Callable[[], object]], times: int) -> dict[str, list[float]]:
    """Name → CPU milliseconds (of all threads) of each round; the rounds of all are interleaved."""
    took: dict[str, list[float]] = {name: [] for name in work}
    for _ in range(times):
        for name, run in work.items():
            start = time.process_time()
            run()
            took[name].append(1000 * (time.process_time() - start))
    return took


def trees(data: bytes, times: int) -> None:
    """The operations on trees, each with the parsing of what it is given."""
    title, genre = b'<p:title xml:lang="nl">De dijk<', b'<p:genre primary="true">drama<'
    assert title in data and genre in data
    theirs, mine = data.replace(title, title.replace(b"De dijk", b"Dijken")), data.replace(genre, genre.replace(b"drama", b"war"))
    made = etree.tostring(patch_making.make(parser.parse(data), parser.parse(theirs)))

    def read(*given: bytes) -> list[etree._ElementTree]:
        return [parser.parse(each) for each in given]

    def carried() -> bytes:
        one, other = read(data, theirs)
        carry.carry(one, other)
        return edits.save(data, one)

    def merged() -> bytes:
        base, one, other = read(data, theirs, mine)
        return edits.save(theirs, merge.merge(base, one, other).tree)

    def patched() -> bytes:
        one, change = read(data, made)
        patch.apply(one, change)
        return edits.save(data, one)

    def saved() -> bytes:
        (one,) = read(data)
        one.getroot()[2].text = "Dijken"
        return edits.save(data, one)

    took = rounds({
        "parse once": lambda: read(data),
        "save one change (edits)": saved,
        "compare two": lambda: diff.compare(parser.parse(data), parser.parse(theirs)),
        "carry over and save": carried,
        "merge three and save": merged,
        "make a patch": lambda: patch_making.make(*read(data, theirs)),
        "apply a patch and save": patched,
    }, times)  # fmt: skip
    bare = statistics.median(took["parse once"])
    elements = sum(1 for _ in parser.parse(data).getroot().iter())
    rows = [[name, spread(values, 2), f"{statistics.median(values) / bare:.1f}"] for name, values in took.items()]
    table(f"Trees: {len(data):,} bytes, {elements:,} nodes, {times} rounds", ["", "CPU ms", "× parse once"], rows)


def opened(home: Path) -> Services:
    """An instance on SQLite with one partner."""
    instance.init(home / "instance")
    found = services.open(home / "instance")
    accounts.add_partner(found, OPERATOR, "bench", "Bench")
    return found


def numbered(number: int, title: str, genre: str = "history") -> bytes:
    """The film as another document, with this title and genre."""
    return FILM.replace(b"prg-20417", b"prg-%d" % (20000 + number)).replace(b">De dijk<", f">{title}<".encode()).replace(
        b">history<", f">{genre}<".encode())


def use_cases(house: Services, times: int) -> None:
    """A save and a merged delivery, each on documents of its own, beside a plain redelivery."""
    state = {"number": 0}

    def sent(number: int, title: str, genre: str = "history") -> str:
        return submit.submit(house, OPERATOR, numbered(number, title, genre), submit.Options(partner="bench")).document

    documents = [sent(number, "De dijk") for number in range(3 * times)]
    for number in range(2 * times, 3 * times):
        revise.revise(house, OPERATOR, documents[number], numbered(number, "De dijk", "crime"), revise.Saving())

    def at(offset: int) -> int:
        return offset * times + state["number"]

    def saved() -> None:
        revise.revise(house, OPERATOR, documents[at(1)], numbered(at(1), "Dijken"), revise.Saving())

    def delivered() -> None:
        sent(at(0), "Dijken")

    def met() -> None:
        sent(at(2), "Dijken")
        state["number"] += 1

    took = rounds({"a delivery": delivered, "an editor's save": saved, "a delivery that meets a correction": met}, times)
    bare = statistics.median(took["a delivery"])
    rows = [[name, spread(values, 2), f"{statistics.median(values) / bare:.1f}"] for name, values in took.items()]
    sync = sync_milliseconds(house.settings.directory)
    title = f"Use cases on SQLite: {len(FILM):,} bytes, {times} rounds (an fdatasync takes {sync:.2f} ms)"
    table(title, ["", "CPU ms", "× a delivery"], rows)


def blame(house: Services, revisions: int, times: int) -> None:
    """Provenance, not from its cache."""
    key = submit.submit(house, OPERATOR, numbered(10**6, "De dijk"), submit.Options(partner="bench")).document
    for number in range(revisions - 1):
        revise.revise(house, OPERATOR, key, numbered(10**6, f"Dijk {number}"), revise.Saving())
    plain = [numbered(10**6, f"Dijk {number}") for number in range(revisions)]

    def asked() -> None:
        provenance.forget()
        provenance.of(house, OPERATOR, key)

    took = rounds({"parse every revision": lambda: [parser.parse(each) for each in plain], "who set which field": asked,
                   "the same, known": lambda: provenance.of(house, OPERATOR, key)}, times)  # fmt: skip
    bare = statistics.median(took["parse every revision"])
    rows = [[name, spread(values, 2), f"{statistics.median(values) / bare:.1f}"] for name, values in took.items()]
    table(f"Provenance of {revisions} revisions, {times} rounds", ["", "CPU ms", "× parsing"], rows)


def main(large: bool = False) -> None:
    times = 50 if large else 15
    trees(FILM, times)
    trees(grown(40 if large else 10), max(times // 5, 3))
    with tempfile.TemporaryDirectory() as folder, opened(Path(folder)) as house:
        use_cases(house, times * 4)
        blame(house, 200 if large else 50, max(times // 5, 3))
    print(f"peak memory {peak_of(os.getpid()) / 1_000_000:,.0f} MB", file=sys.stderr)

