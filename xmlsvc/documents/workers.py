"""Which process does a piece of work, so that another one can tell whether it still lives.

A process is known by its kernel's boot, its process id name space, its id and its start time: an id is given anew, these four are not.
"""

from __future__ import annotations

import os
import socket
from functools import lru_cache
from pathlib import Path


def name() -> str:
    """This process, in at most 255 characters: "MACHINE PID START"."""
    return f"{_machine()} {os.getpid()} {_started(os.getpid())}"


def dead(worker: str) -> bool:
    """Whether the process (as `name` called it) has certainly ended. False where that cannot be known: it ran on another machine."""
    machine, pid, started = worker.split(" ")
    return machine == _machine() and _started(int(pid)) != started


def _started(pid: int) -> str:
    """When a process was started, in the kernel's clock ticks since boot (proc(5), stat field 22); "-" if there is none."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace")
    except (FileNotFoundError, ProcessLookupError):
        return "-"
    fields = text.rpartition(")")[2].split()  # the name before may hold anything
    return "-" if fields[0] in "ZX" else fields[19]


@lru_cache(1)
def _machine() -> str:
    """The kernel's boot and the process id name space; without /proc the host's name: there nobody's death is ever certain."""
    try:
        return f"{Path('/proc/sys/kernel/random/boot_id').read_text().strip()}:{Path('/proc/self/ns/pid').readlink()}"
    except OSError:
        return "-".join(socket.gethostname().split())[:200] or "-"
