"""A real Dask cluster on loopback: a scheduler and worker processes, each of which can be killed."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.left_out import require
from tests.mariadb import free_port

ROOT = Path(__file__).resolve().parent.parent.parent


@dataclass
class Cluster:
    """`address` as a run's executor."""

    address: str
    workers: list[subprocess.Popen[bytes]]


@contextmanager
def running(count: int) -> Iterator[Cluster]:
    """Scheduler and workers for the length of the block."""
    require(importlib.util.find_spec("distributed"), "runs on Dask (pip install xmlsvc[dask])")
    port = free_port()
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "DASK_DISTRIBUTED__DIAGNOSTICS__NVML": "False", "PYTHONWARNINGS": "ignore"}
    with ExitStack() as stack:
        def start(*words: str) -> subprocess.Popen[bytes]:
            process = subprocess.Popen([sys.executable, "-m", "distributed.cli." + words[0], *words[1:]], env=environment,
                                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip
            stack.callback(process.wait)
            stack.callback(process.kill)
            return process

        start("dask_scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard")
        single = ("--nthreads", "1", "--no-nanny", "--no-dashboard", "--host", "127.0.0.1")
        workers = [start("dask_worker", f"tcp://127.0.0.1:{port}", *single) for _ in range(count)]
        _wait(port, count)
        yield Cluster(f"dask://127.0.0.1:{port}", workers)


def _wait(port: int, count: int, seconds: float = 120) -> None:
    from distributed import Client

    deadline = time.monotonic() + seconds
    while True:
        try:
            with Client(f"tcp://127.0.0.1:{port}", timeout=5, set_as_default=False) as client:
                client.wait_for_workers(count, timeout=max(deadline - time.monotonic(), 1))
            return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)
