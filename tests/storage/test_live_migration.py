"""Tables change while documents arrive and are looked for: nobody fails, and no row is lost."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.documents import notes
from tests.storage.test_rebuild import everything
from xmlsvc.documents import instance, search, services, submit, vocabularies
from xmlsvc.documents.access import OPERATOR
from xmlsvc.documents.services import Services
from xmlsvc.storage import projection
from xmlsvc.storage.rebuild import rebuild

# Another version: a column of another kind (integer, now text), a new one, and a new table.
WIDER = notes.V1.replace('name="pages" type="xs:integer"', 'name="pages" type="xs:string"').replace(
    '<xs:element name="tag"', '<xs:element name="place" type="xs:string" minOccurs="0"/>'
    '<xs:element name="reader" type="xs:token" minOccurs="0" maxOccurs="unbounded"/><xs:element name="tag"',
)  # fmt: skip
LIMIT = 60.0  # seconds within which writers must have got on


@pytest.fixture
def house(tmp_path: Path, database: str) -> Iterator[Services]:
    directory = tmp_path / "instance"
    instance.init(directory, database, bare=True)
    (directory / "schemas" / "note").mkdir(parents=True)
    with services.open(directory) as opened:
        vocabularies.add(opened, OPERATOR, "note", [notes.write(tmp_path / "xsd")["1"]], "1")
        yield opened


class Traffic:
    """Threads that deliver, and one that asks, until the block ends; what failed in them is raised there."""

    def __init__(self, house: Services) -> None:
        self.house, self.delivered, self.asked = house, 0, 0
        self._stop, self._faults = threading.Event(), list[BaseException]()
        self._threads = [threading.Thread(target=self._run, args=(self._deliver, n)) for n in range(3)]
        self._threads.append(threading.Thread(target=self._run, args=(self._ask, 0)))

    def __enter__(self) -> Traffic:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()
        if self._faults:
            raise self._faults[0]

    def goes_on(self) -> None:
        """Wait until more was delivered and asked."""
        delivered, asked, deadline = self.delivered, self.asked, time.monotonic() + LIMIT
        while self.delivered < delivered + 6 or self.asked < asked + 2:
            assert not self._faults and time.monotonic() < deadline, self._faults
            time.sleep(0.01)

    def _run(self, work: object, number: int) -> None:
        count = 0
        try:
            while not self._stop.is_set():
                work(number, count)  # type: ignore[operator]
                count += 1
        except BaseException as error:  # noqa: BLE001 - told in the main thread
            self._faults.append(error)

    def _deliver(self, number: int, count: int) -> None:
        body = notes.note(f"Note {count}", pages=str(count), tags=("sea", f"t{count % 3}"))
        submit.submit(self.house, OPERATOR, body, submit.Options(name=f"{number}-{count // 2}"))
        self.delivered += 1

    def _ask(self, _: int, count: int) -> None:
        search.find(self.house, OPERATOR, search.Query(vocabulary="note", columns={"tag.value": "sea"}))
        search.facets(self.house, OPERATOR, search.Query(vocabulary="note"), ["tag.value"])
        self.asked += 1


def test_tables_change_under_writes(house: Services, tmp_path: Path) -> None:
    path = tmp_path / "wider.xsd"
    path.write_text(WIDER, "utf-8")
    with Traffic(house) as traffic:
        traffic.goes_on()
        schema = vocabularies.add(house, OPERATOR, "note", [path], "2")
        projection.ready(house.sessions, schema)
        traffic.goes_on()
        vocabularies.activate(house, OPERATOR, "note", "2")
        traffic.goes_on()
        rebuild(house.sessions, house.registry, "note")
        traffic.goes_on()
    before = everything(house)
    assert len(before["note"]) == search.facets(house, OPERATOR, search.Query(vocabulary="note"), ["vocabulary"])["vocabulary"][0][1]  # type: ignore[index]
    rebuild(house.sessions, house.registry, "note")
    assert everything(house) == before
