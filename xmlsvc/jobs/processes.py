"""A pool of processes that leaves Ctrl-C to its owner: a terminal sends it to all of them, and each would print where it was."""

from __future__ import annotations

import multiprocessing
import signal
from concurrent.futures import ProcessPoolExecutor
from types import TracebackType


class Processes(ProcessPoolExecutor):
    """`count` processes, started fresh. An interrupted owner does not wait for what they are doing."""

    def __init__(self, count: int) -> None:
        super().__init__(count, multiprocessing.get_context("spawn"), _leave_interrupts)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> bool | None:
        if kind is KeyboardInterrupt:
            for process in list((self._processes or {}).values()):
                process.terminate()
        return super().__exit__(kind, error, trace)


def _leave_interrupts() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
