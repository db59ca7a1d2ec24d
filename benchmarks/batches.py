"""The same documents by three doors: one POST each over four connections (as `xmlsvc push` does), one batch, and `xmlsvc load` beside the
service. Documents a second, and the CPU time of all processes of the service; the doors take turns in every round.
"""

from __future__ import annotations

import io
import os
import subprocess
import tempfile
import time
import zipfile
from pathlib import Path

from benchmarks.common import Sample, cpu_of, peak_of, spread, table
from benchmarks.ingest import documents, prepare
from tests.server import XMLSVC, Server, serving
from xmlsvc.batch.push import Sender, State, push

DOORS = ("push", "batch", "load")


def family(pid: int) -> list[int]:
    """A process and its children's children, in proc(5)."""
    tasks = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(each for child in map(int, tasks) for each in family(child))]


def by_push(server: Server, token: str, bodies: list[bytes], folder: Path) -> None:
    """One POST a document."""
    for number, body in enumerate(bodies):
        (folder / f"{number:05d}.xml").write_bytes(body)
    state = State(folder.parent / "state.jsonl", {"folder": str(folder)})
    done = [item.outcome for item in push([folder], Sender(server.url, token), state)]
    state.close(finished=True)
    assert done == ["new"] * len(bodies), set(done)


def by_batch(server: Server, token: str, bodies: list[bytes], _: Path) -> None:
    """One POST of a zip, and the wait until it is worked through."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, body in enumerate(bodies):
            archive.writestr(f"{number:05d}.xml", body)
    known = {"Authorization": f"Bearer {token}", "Content-Type": "application/zip", "Prefer": "wait=20"}
    answer = server.request("POST", "/api/batches", packed.getvalue(), known)
    run = answer.json()
    while run["state"] not in ("done", "failed"):
        time.sleep(0.01)
        run = server.get(f"/api/runs/{run['id']}", token=token).json()
    assert run["counts"] == {"accepted": len(bodies)}, run["counts"]


def by_load(instance: Path, bodies: list[bytes], folder: Path) -> float:
    """`xmlsvc load` in a process of its own; its CPU seconds."""
    for number, body in enumerate(bodies):
        (folder / f"{number:05d}.xml").write_bytes(body)
    before = os.times()
    subprocess.run([XMLSVC, "--instance", instance, "load", folder, "--partner", "nordlys", "--quiet"], check=True, capture_output=True)
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system


def main(large: bool = False) -> None:
    """100 documents a round, three rounds; `large`: 1,000 documents, five rounds."""
    count, rounds = (1000, 5) if large else (100, 3)
    samples: dict[str, list[Sample]] = {door: [] for door in DOORS}
    with tempfile.TemporaryDirectory() as home:
        instance, token = prepare(Path(home))
        with serving(instance) as server:
            for number in range(rounds + 1):  # the first one warms up
                for door in DOORS:
                    bodies = documents(f"{door[0]}{number}x", count)
                    with tempfile.TemporaryDirectory(dir=home) as folder:
                        inner = Path(folder) / "documents"
                        inner.mkdir()
                        processes = family(server.process.pid)
                        cpu, began = sum(map(cpu_of, processes)), time.perf_counter()
                        if door == "load":
                            used = by_load(instance, bodies, inner)
                        else:
                            (by_push if door == "push" else by_batch)(server, token, bodies, inner)
                            used = sum(map(cpu_of, processes)) - cpu
                        seconds = time.perf_counter() - began
                    if number:
                        samples[door].append(Sample(count, seconds, used, max(map(peak_of, processes))))
    base = [sample.rate for sample in samples["push"]]
    rows = [
        [door, spread([each.rate for each in samples[door]]), spread([each.milliseconds for each in samples[door]]),
         spread([each.rate / one for each, one in zip(samples[door], base, strict=True)], 2),
         f"{max(each.peak for each in samples[door]) / 1e6:,.0f}"]
        for door in DOORS
    ]  # fmt: skip
    table(f"{count} documents, {rounds} rounds", ("door", "documents/s", "CPU ms a document", "against push", "peak MB of a process"), rows)
