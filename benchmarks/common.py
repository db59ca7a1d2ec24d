"""What every benchmark needs: samples of work done, processes watched from outside, medians, a table."""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parent.parent
_TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Sample:
    """One round of one contender: `count` documents in `seconds` of the wall clock and `cpu` seconds of its process; `peak` bytes."""

    count: int
    seconds: float
    cpu: float
    peak: int

    @property
    def rate(self) -> float:
        """Documents a second."""
        return self.count / self.seconds

    @property
    def milliseconds(self) -> float:
        """CPU milliseconds a document."""
        return 1000 * self.cpu / self.count


def cpu_of(pid: int) -> float:
    """CPU seconds (user and system) that the process has used so far, from proc(5), to 10 ms."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICK


def children() -> list[int]:
    """The processes that this one has started and that live."""
    return [int(word) for task in Path("/proc/self/task").iterdir() for word in (task / "children").read_text().split()]


def cpu_of_all() -> float:
    """CPU seconds of this process and of those that it has started: what work costs, whoever does it and whatever else the machine does."""
    tasks = (task for pid in children() for task in Path(f"/proc/{pid}/task").iterdir())
    return time.process_time() + sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e9


def peak_of(pid: int) -> int:
    """The most memory that the process ever held, in bytes."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    raise ValueError(f"/proc/{pid}/status has no VmHWM")


def sync_milliseconds(folder: Path, times: int = 30) -> float:
    """The median time of an 8 KB write and fdatasync in `folder`: what one durable transaction costs at least."""
    took = []
    with tempfile.TemporaryFile(dir=folder) as file:
        for _ in range(times):
            file.write(b"x" * 8192)
            file.flush()
            start = time.perf_counter()
            os.fdatasync(file.fileno())
            took.append(time.perf_counter() - start)
    return 1000 * statistics.median(took)


def spread(values: Sequence[float], digits: int = 1) -> str:
    """ "median (least to most)"."""
    return f"{statistics.median(values):,.{digits}f} ({min(values):,.{digits}f} to {max(values):,.{digits}f})"


def table(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table; the first column is text, the others are figures."""
    grid = Table(title=title, title_justify="left")
    for place, column in enumerate(columns):
        grid.add_column(column, justify="right" if place else "left")
    for row in rows:
        grid.add_row(*row)
    Console(width=max(120, Console().width)).print(grid)
