"""A pool of processes that leaves Ctrl-C to its owner: a terminal sends it to all of them, and each would print where it was.

They end with their owner, whatever ended it: each holds both ends of the pipes that work comes through, so that it would wait for ever.
"""

from __future__ import annotations

import multiprocessing
import multiprocessing.process
import os
import signal
import threading
from concurrent.futures import ProcessPoolExecutor
from types import TracebackType


class Processes(ProcessPoolExecutor):
    """`count` processes, started fresh. An interrupted owner does not wait for what they are doing."""

    def __init__(self, count: int) -> None:
        super().__init__(count, multiprocessing.get_context("spawn"), _begin)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> bool | None:
        if kind is KeyboardInterrupt:
            for process in list((self._processes or {}).values()):
                process.terminate()
        return super().__exit__(kind, error, trace)


def _begin() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    owner = multiprocessing.parent_process()
    if owner is not None:
        threading.Thread(target=_end_with, args=(owner,), daemon=True, name="owner").start()


def _end_with(owner: multiprocessing.process.BaseProcess) -> None:
    owner.join()
    os._exit(1)
