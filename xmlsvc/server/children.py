"""Child processes: started, listened to, told to stop. No program state but what the kernel keeps.

A child inherits one end of a pair of sockets. It writes a byte when it is ready and then one every few seconds; that it can read the
end of the pair means that its master is gone.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

LIFE = "XMLSVC_LIFE"
"""The environment variable with the number of the child's end of the pair."""


@dataclass(eq=False)
class Child:
    """One process. `kind`: worker or runner; `generation`: which start it belongs to; `code`: its exit code once it has ended (that of a
    shell: 128 + signal)."""

    kind: str
    generation: int
    pid: int
    life: socket.socket
    ready: bool = False
    beat: float = field(default_factory=time.monotonic)
    told: float | None = None
    code: int | None = None

    def listen(self) -> None:
        """Take in what it has said."""
        with contextlib.suppress(BlockingIOError, ConnectionError):
            while self.life.recv(4096):
                self.ready, self.beat = True, time.monotonic()

    def ended(self) -> bool:
        """Whether it has ended; collects its exit code once."""
        if self.code is None:
            try:
                pid, status = os.waitpid(self.pid, os.WNOHANG)
            except ChildProcessError:
                pid, status = self.pid, 0
            if pid:
                code = os.waitstatus_to_exitcode(status)
                self.code = code if code >= 0 else 128 - code
                self.life.close()
        return self.code is not None

    def signal(self, number: int) -> None:
        if self.code is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def stop(self) -> None:
        """Tell it to finish what it does and end."""
        if self.told is None:
            self.told = time.monotonic()
            self.signal(signal.SIGTERM)

    def handed_over(self) -> dict[str, object]:
        """What the next program in this process needs to know of the child; its socket survives."""
        self.life.set_inheritable(True)
        return {"kind": self.kind, "pid": self.pid, "life": self.life.detach()}


def start(kind: str, generation: int, command: Sequence[str], environ: Mapping[str, str]) -> Child:
    """Run the command with standard input from nowhere and its end of the pair named in the environment."""
    ours, theirs = socket.socketpair()
    with theirs:
        theirs.set_inheritable(True)
        ours.setblocking(False)
        pid = os.posix_spawn(
            command[0],
            list(command),
            {**environ, LIFE: str(theirs.fileno())},
            file_actions=[(os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0)],
            setsigmask=[],
            setsigdef=[signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2],
        )
    return Child(kind, generation, pid, ours)


def taken_over(text: str) -> list[Child]:
    """The children that the program before this one in the same process handed over."""
    children = []
    for known in json.loads(text or "[]"):
        life = socket.socket(fileno=known["life"])
        life.set_inheritable(False)
        children.append(Child(known["kind"], 0, known["pid"], life, ready=True))
    return children
