"""A vocabulary's mapping changes while documents arrive: none is refused, none loses a value."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from tests.documents import notes
from xmlsvc.documents import services, submit, vocabularies
from xmlsvc.documents.access import OPERATOR
from xmlsvc.documents.services import Services
from xmlsvc.documents.submit import Options


def deliver(house: Services, number: int) -> None:
    submit.submit(house, OPERATOR, notes.note(f"Note {number}", pages=str(number)), Options(name=f"{number}.xml", partner="house"))


def test_columns_are_renamed_under_deliveries(house: Services, home: Path) -> None:
    stop, numbers, failures = threading.Event(), iter(range(100_000)), list[BaseException]()
    lock, count = threading.Lock(), [0]

    def work() -> None:
        while not stop.is_set():
            with lock:
                number = next(numbers)
            try:
                deliver(house, number)
            except BaseException as error:  # noqa: BLE001 - the test tells
                failures.append(error)
                return
            count[0] += 1

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    try:
        with services.open(home) as other:  # an operator's process
            for names in ('"note.pages" = "leaves"', '"note.pages" = "sheets"\n"note_tag" = "note_word"', ""):
                until(lambda start=count[0]: count[0] >= start + 10, failures)
                (home / "schemas" / "note" / "vocabulary.toml").write_text(f"[names]\n{names}\n", "utf-8")
                until(lambda wanted=names: said(other) == wanted, failures)
                for schema in other.registry.versions("note"):
                    vocabularies.ensure(other, schema)
                until(lambda start=count[0]: count[0] >= start + 10, failures)
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert failures == []
    rows = house.sessions.read(lambda store: store.execute("SELECT document_title, pages FROM note").get_all())
    assert len(rows) == count[0] and all(title == f"Note {pages}" for title, pages in rows)


def said(house: Services) -> str:
    return "\n".join(f'"{key}" = "{name}"' for key, name in house.registry.get("note").manifest.names.items())


def until(condition: Callable[[], bool], failures: list[BaseException]) -> None:
    """Wait, a minute at most; not when something has failed already."""
    patience = threading.Event()
    for _ in range(1200):
        if failures or condition():
            return
        patience.wait(0.05)
    raise AssertionError("nothing happened for a minute")


def test_a_manifest_with_more_columns_is_enough(house: Services, home: Path) -> None:
    """Nobody has to run anything before the next delivery; what was there before is made again on demand."""
    deliver(house, 1)
    (home / "schemas" / "note" / "vocabulary.toml").write_text(
        '[namespaces]\nn = "urn:test:note"\n[columns]\nshout = "concat(/n:note/n:title, \'!\')"\n', "utf-8"
    )
    until(lambda: "shout" in house.registry.get("note").manifest.columns, [])
    deliver(house, 2)
    asked = "SELECT shout FROM note ORDER BY document_title"
    assert house.sessions.read(lambda store: store.execute(asked).get_all()) == [(None,), ("Note 2!",)]
    assert vocabularies.stale(house) == ["note"]
    vocabularies.rebuild(house, OPERATOR, "note")
    assert house.sessions.read(lambda store: store.execute(asked).get_all()) == [("Note 1!",), ("Note 2!",)]
    assert vocabularies.stale(house) == []
