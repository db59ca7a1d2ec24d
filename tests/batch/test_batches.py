"""Batches below HTTP: killed at any moment and gone on with, large ones in little memory, parts that are kept and proved."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import tarfile
import threading
import time
import zipfile
from collections import Counter
from pathlib import Path

import pytest

from tests.conftest import FULL
from tests.server import XMLSVC
from xmlsvc import builtin
from xmlsvc.batch import batches, runner, verify
from xmlsvc.documents import accounts, instance, parts, receipts, runs, services
from xmlsvc.documents.access import OPERATOR
from xmlsvc.documents.services import Services
from xmlsvc.errors import EnvironmentFault, Gone, NotFound
from xmlsvc.storage import model

CLIP = (builtin.path("samples") / "valid" / "clip-web-only.xml").read_bytes()
IDENTITY = CLIP.split(b' id="')[1].split(b'"')[0]
DOCUMENTS, KILLS = (5_000, 30) if FULL else (600, 3)


def clip(number: int) -> bytes:
    body = CLIP.replace(IDENTITY, b"clp-%05d" % number)
    return body.replace(b"<title", b"<titel", 1).replace(b"</title", b"</titel", 1) if number % 10 == 3 else body


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return prepared(tmp_path / "instance")


@pytest.fixture
def either(tmp_path: Path, database: str) -> Path:
    """An instance on each database in turn."""
    return prepared(tmp_path / "instance", database)


def prepared(made: Path, database: str | None = None) -> Path:
    instance.init(made, *([database] if database else []))
    with services.open(made) as house:
        accounts.add_partner(house, OPERATOR, "nordlys")
    return made


def spooled(body: bytes, house: Services) -> parts.Spooled:
    return parts.Spooled.of(io.BytesIO(body), str(house.settings.var))


def accept(house: Services, body: bytes, media_type: str = "application/zip") -> str:
    with (made := spooled(body, house)).file:
        return batches.accept(house, OPERATOR, made, batches.Options(media_type=media_type, name="day.zip", partner="nordlys"))


def archive(count: int) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        for number in range(count):
            packed.writestr(f"{number}.xml", clip(number))
    return made.getvalue()


def done(house: Services, run_id: str) -> int:
    return sum(runs.get(house, OPERATOR, run_id).counts.values())


def test_a_killed_worker_loses_nothing_and_does_nothing_twice(home: Path) -> None:
    with services.open(home) as house:
        run_id = accept(house, archive(DOCUMENTS))
        for kill in range(KILLS):
            before = done(house, run_id)
            worker = subprocess.Popen([XMLSVC, "--instance", home, "run", "work"], stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            deadline = time.monotonic() + 120
            while done(house, run_id) in (before, 0) and time.monotonic() < deadline and worker.poll() is None:
                time.sleep(0.005 * (kill % 3))
            worker.kill()
            worker.wait()
        runner.work(house, threading.Event(), once=True)
        run = runs.get(house, OPERATOR, run_id)
        assert run.state == "done" and sum(run.counts.values()) == DOCUMENTS
        assert run.counts["invalid"] == DOCUMENTS // 10
        items = list(runs.every_item(house, OPERATOR, run_id))
        assert [item.name for item in items] == [f"day.zip:{number}.xml" for number in range(DOCUMENTS)]
        assert len({item.receipt_id for item in items}) == len({item.document_id for item in items}) == DOCUMENTS
        found = house.sessions.read(lambda store: store.find(model.Receipt, model.Receipt.outcome != "batch").count())
        assert found == DOCUMENTS
        assert [fault for _, faults in verify.verify(house) for fault in faults] == []


def test_a_paused_batch_goes_on(either: Path) -> None:
    with services.open(either) as house:
        run_id = accept(house, archive(300))
        runner.hurry(house, run_id, 0.001)
        assert runs.get(house, OPERATOR, run_id).state == "waiting" and done(house, run_id) < 300
        runner.work(house, threading.Event(), once=True)
        assert Counter(item.outcome for item in runs.every_item(house, OPERATOR, run_id)) == {"accepted": 270, "invalid": 30}


def test_a_large_body_is_kept_in_parts_and_proved(either: Path) -> None:
    body = os.urandom(parts.PART * (parts.TOGETHER + 2) + 17)
    with services.open(either) as house:
        run_id = accept(house, body)
        assert b"".join(receipts.archive(house, OPERATOR, run_id)) == body
        rows = house.sessions.read(lambda store: sorted(store.find(model.ReceiptPart.n)))
        assert rows == list(range(parts.TOGETHER + 3)), "the mark of a body that is being stored is gone"
        runner.work(house, threading.Event(), once=True)
        (item,) = runs.every_item(house, OPERATOR, run_id)
        assert (item.outcome, "central directory" in item.detail) == ("refused", True)
        assert [fault for _, faults in verify.verify(house) for fault in faults] == []
        house.sessions.write(lambda store: store.execute("UPDATE receipt_part SET data = ? WHERE n = 1", (b"other",), noresult=True))
        with pytest.raises(EnvironmentFault, match="damaged"):
            list(receipts.archive(house, OPERATOR, run_id))
        faults = [fault for _, found in verify.verify(house) for fault in found]
        assert len(faults) == 1 and run_id in faults[0]


def test_what_was_left_half_stored_goes_with_a_later_one(home: Path) -> None:
    with services.open(home) as house:
        left = house.clock.id_at(house.clock.now() - 2 * parts.FORGOTTEN)
        fresh = house.clock.new_id()
        for receipt in (left, fresh):
            house.sessions.write(lambda store, receipt=receipt: parts._begin(store, receipt, ""))  # type: ignore[misc]
        accept(house, os.urandom(parts.PART * (parts.TOGETHER + 1)))
        there = house.sessions.read(lambda store: set(store.find(model.ReceiptPart.receipt_id)))
        assert left not in there and fresh in there


def test_an_erased_batch_is_gone(home: Path) -> None:
    with services.open(home) as house:
        run_id = accept(house, archive(1))
        with pytest.raises(NotFound):
            receipts.archive(house, OPERATOR, "0" * 26)
        house.sessions.write(lambda store: store.find(model.Receipt, model.Receipt.id == run_id).set(erased=house.clock.now()))
        with pytest.raises(Gone):
            receipts.archive(house, OPERATOR, run_id)


_MEASURED = """
import resource, sys, threading
from xmlsvc.batch import batches, runner
from xmlsvc.documents import parts, runs, services
from xmlsvc.documents.access import OPERATOR
with services.open(sys.argv[1]) as house:
    base = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with open(sys.argv[2], "rb") as stream:
        spooled = parts.Spooled.of(stream, str(house.settings.var))
    with spooled.file:
        run = batches.accept(house, OPERATOR, spooled, batches.Options(media_type="application/x-tar", name="large.tar", partner="nordlys"))
    runner.work(house, threading.Event(), once=True)
    counts = runs.get(house, OPERATOR, run).counts
    print(base, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, counts.get("accepted", 0), counts.get("refused", 0))
"""


def test_memory_does_not_grow_with_the_archive(home: Path, tmp_path: Path) -> None:
    """A tar of documents and of large files that are none: its size is on disk and in the database, not in memory."""
    megabytes = 1_000 if FULL else 60
    path = tmp_path / "large.tar"
    with tarfile.open(path, "w") as packed:
        for number in range(megabytes // 5):
            picture = b"\xff\xd8\xff" + os.urandom(5_000_000)
            for name, data in ((f"{number}.xml", clip(number * 10)), (f"{number}.jpg", picture)):
                entry = tarfile.TarInfo(name)
                entry.size = len(data)
                packed.addfile(entry, io.BytesIO(data))
    made = subprocess.run([sys.executable, "-c", _MEASURED, home, path], capture_output=True, text=True, check=True)
    base, peak, accepted, refused = map(int, made.stdout.split())
    assert (accepted, refused) == (megabytes // 5, 0)
    assert (peak - base) / 1024 < 200, f"{base / 1024:.0f} MB before, {peak / 1024:.0f} MB at most, for {megabytes} MB"
