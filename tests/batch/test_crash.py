"""kill -9 of a loading process, at any moment: what was acknowledged is there, whole; what was not is there whole or not at all."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
from pathlib import Path

from tests.conftest import FULL
from tests.documents.notes import note
from xmlsvc.batch import verify
from xmlsvc.batch.load import load
from xmlsvc.documents import receipts, revisions, services
from xmlsvc.documents.access import OPERATOR
from xmlsvc.documents.services import Services
from xmlsvc.storage import model

ROUNDS = 200 if FULL else 4
FILES = 150


def delivery(folder: Path, number: int) -> dict[str, bytes]:
    """Files of every kind of outcome; each round's differ, and share names with the round before."""
    files = {}
    for n in range(FILES):
        body = note(f"Round{number} file{n}", pages="many" if n % 5 == 0 else str(n), tags=("x",) * (n % 4))
        files[f"{n:04}.xml"] = b"<note>" + str((number, n)).encode() if n % 7 == 0 else body
    folder.mkdir(exist_ok=True)
    for name, body in files.items():
        (folder / name).write_bytes(body)
    return files


def loaded_until_killed(home: Path, folder: Path, lines: int) -> dict[str, str]:
    """Loads in a process of its own, which is killed once so many items were acknowledged. What was: file → outcome."""
    command = [sys.executable, "-m", "xmlsvc.cli", "--instance", str(home), "load", str(folder)]
    acknowledged: dict[str, str] = {}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            outcome, tab, rest = line.partition("\t")
            if tab:
                acknowledged[Path(rest.split("\t")[-1].strip()).name] = outcome
            if len(acknowledged) >= lines:
                process.send_signal(signal.SIGKILL)
                break
        for line in process.stdout:  # what it had still written before it died
            outcome, tab, rest = line.partition("\t")
            if tab and line.endswith("\n"):
                acknowledged[Path(rest.split("\t")[-1].strip()).name] = outcome
    assert process.returncode == -signal.SIGKILL
    return acknowledged


def check_whole(house: Services) -> None:
    """No half-made thing: contents verify, every document has its revisions 1…current, rows and search entries for its heads, every
    receipt an outcome."""
    assert [fault for _, found in verify.verify(house) for fault in found] == []

    def unit(store):  # type: ignore[no-untyped-def]
        for document in store.find(model.Document):
            numbers = [revision.number for revision in document.revisions]
            assert numbers == list(range(1, document.current + 1))
            heads = sorted(head for (head,) in store.execute("SELECT head FROM note WHERE document_id = ?", (document.id,)).get_all())
            found = sorted(store.find(model.SearchEntry.head, model.SearchEntry.document_id == document.id))
            both = document.published == document.current
            expected = [model.BOTH] if both else [model.CURRENT] + ([model.PUBLISHED] if document.published else [])
            assert heads == found == expected
        assert store.find(model.Receipt, model.Receipt.outcome == "").is_empty()

    house.sessions.read(unit)


def test_kill_9_loses_nothing_acknowledged(house: Services, home: Path, tmp_path: Path) -> None:
    dice = random.Random(2024)
    for number in range(ROUNDS):
        files = delivery(tmp_path / "in", number)
        acknowledged = loaded_until_killed(home, tmp_path / "in", dice.randrange(1, FILES - 10))
        with services.open(home) as fresh:
            for name, outcome in acknowledged.items():
                mine = [e for e in receipts.find(fresh, OPERATOR, name=name) if receipts.body(fresh, OPERATOR, e.id) == files[name]]
                assert mine and mine[-1].outcome == outcome, name
                if outcome != "refused":
                    assert mine[-1].document is not None and mine[-1].revision is not None
                    assert revisions.read(fresh, OPERATOR, mine[-1].document, mine[-1].revision)[2] == files[name]
            check_whole(fresh)
            again = {item.name: item.outcome for item in load(fresh, OPERATOR, [tmp_path / "in"])}
            assert {again[name] for name, outcome in acknowledged.items() if outcome != "refused"} <= {"unchanged"}
            check_whole(fresh)
            assert fresh.sessions.read(lambda store: store.find(model.Document).count()) == sum(
                not body.startswith(b"<note>") for body in files.values()
            )


def test_two_processes_that_deliver_the_same_names_lose_nothing(house: Services, home: Path, tmp_path: Path) -> None:
    files = {name: delivery(tmp_path / name, number) for number, name in enumerate(("one", "two"))}
    command = [sys.executable, "-m", "xmlsvc.cli", "--instance", str(home), "load", "--quiet"]
    started = [subprocess.Popen([*command, str(tmp_path / name)], stderr=subprocess.PIPE, text=True) for name in files]
    said = [process.communicate()[1] for process in started]
    assert [process.returncode for process in started] == [1, 1], said  # some are invalid, none failed
    check_whole(house)
    for bodies in files.values():
        for name, body in bodies.items():
            mine = [e for e in receipts.find(house, OPERATOR, name=name) if receipts.body(house, OPERATOR, e.id) == body]
            assert len(mine) == 1, name
            if mine[0].outcome != "refused":
                assert mine[0].document is not None
                assert revisions.read(house, OPERATOR, mine[0].document, mine[0].revision)[2] == body
