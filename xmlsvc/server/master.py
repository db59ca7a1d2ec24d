"""The master: opens the socket, starts the children, replaces what dies, and turns signals into what they mean.

    SIGTERM, SIGINT  finish the requests under way and end          SIGUSR1  reopen the logs
    SIGHUP           read settings and vocabularies anew            SIGUSR2  start the program itself anew

A new generation of children is started beside the old one, on the same socket; only once it is ready the old one is told to finish.
One that cannot start leaves the old one at work. No connection is refused meanwhile, for the socket is never closed.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType

from .. import errors, heap, logs, metrics
from .. import settings as settings_module
from ..settings import Settings
from . import children, identity, sockets
from .children import Child

LOG = logging.getLogger("xmlsvc.server")

SOCKET = "XMLSVC_SOCKET"
"""The environment variables by which a program started anew in the same process finds what it had."""
CHILDREN = "XMLSVC_CHILDREN"

START_SECONDS = 60.0
STOP_SECONDS = 25.0
SILENT_SECONDS = 30.0
RESTART_SECONDS = 1.0  # after a child that died soon after its start
SOON_SECONDS = 10.0

_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2, signal.SIGCHLD)
_CHECK = "import xmlsvc.cli.serve, xmlsvc.server.worker"


class Master:
    """The one process that is told and asked. `run` returns the exit code."""

    def __init__(self, settings: Settings, listening: socket.socket, workers: int | None, started: Callable[[], None]) -> None:
        self._settings, self._listening, self._wanted, self._started = settings, listening, workers, started
        self._children: list[Child] = children.taken_over(os.environ.pop(CHILDREN, ""))
        self._generation, self._deadline = 0, 0.0
        self._pending: list[Child] = []
        self._signals: list[int] = []
        self._stopping = False
        self._not_before = 0.0
        self._served = bool(self._children)
        self._code = 0

    def run(self) -> int:
        """Serve until told to stop."""
        reader, writer = socket.socketpair()
        with reader, writer:
            reader.setblocking(False)
            writer.setblocking(False)
            before = {number: signal.signal(number, self._note) for number in _SIGNALS}
            wakeup = signal.set_wakeup_fd(writer.fileno(), warn_on_full_buffer=False)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
            try:
                self._renew()
                while self._turn(reader):
                    pass
            finally:
                signal.set_wakeup_fd(wakeup)
                for number, handler in before.items():
                    signal.signal(number, handler)
        return self._code

    def _note(self, number: int, _: FrameType | None) -> None:
        if number != signal.SIGCHLD:  # that one only wakes the loop
            self._signals.append(number)

    def _turn(self, reader: socket.socket) -> bool:
        """Wait for something to happen, and act. False once everything has ended."""
        living = [child for child in (*self._children, *self._pending) if child.code is None]
        select.select([reader, *(child.life for child in living)], [], [], 1.0)
        with contextlib.suppress(BlockingIOError):
            reader.recv(4096)
        while self._signals:
            self._obey(self._signals.pop(0))
        for child in living:
            child.listen()
            self._watch(child)
        self._settle()
        if not self._stopping and not self._pending:
            self._replace()
        self._tend_logs()
        if self._stopping:
            return any(not child.ended() for child in self._children)
        if any(child.ready for child in self._children):
            sockets.notify("WATCHDOG=1")
        return True

    def _obey(self, number: int) -> None:
        if number in (signal.SIGTERM, signal.SIGINT):
            LOG.info("Stopping")
            self._stop(0)
        elif number == signal.SIGHUP and not self._stopping:
            self._reload()
        elif number == signal.SIGUSR1:
            self._reopen()
        elif number == signal.SIGUSR2 and not self._stopping:
            self._become_anew()

    def _stop(self, code: int) -> None:
        if not self._stopping:
            self._stopping, self._code = True, code
            sockets.notify("STOPPING=1")
        self._children += self._pending
        self._pending = []
        for child in self._children:
            child.stop()

    def _reload(self) -> None:
        try:
            self._settings = settings_module.load(self._settings.directory)
            logs.configure(self._settings)
        except errors.Error as error:
            LOG.error("The settings stay as they were: %s", error.message)
            return
        sockets.notify(f"RELOADING=1\nMONOTONIC_USEC={time.monotonic_ns() // 1000}")
        self._renew()

    def _reopen(self) -> None:
        logs.reopen()
        for child in (*self._children, *self._pending):
            child.signal(signal.SIGUSR1)

    def _become_anew(self) -> None:
        """Replace the program in this process; the children go on serving and are replaced by what it starts."""
        done = subprocess.run([sys.executable, "-P", "-c", _CHECK], capture_output=True, text=True, check=False)
        if done.returncode:
            LOG.error("The program that is installed now does not start, the present one goes on:\n%s", done.stderr)
            return
        signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)  # what comes from here on is for the new program
        if self._signals:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
            self._signals.append(signal.SIGUSR2)  # first what came meanwhile
            return
        self._children += self._pending
        known = [child.handed_over() for child in self._children if not child.ended() and child.told is None]
        self._listening.set_inheritable(True)
        environ = {**os.environ, SOCKET: str(self._listening.fileno()), CHILDREN: json.dumps(known)}
        LOG.info("Starting anew")
        os.execve(sys.executable, [sys.executable, "-P", "-m", "xmlsvc.cli", *sys.argv[1:]], environ)

    def _renew(self) -> None:
        """Start a generation beside the present one; one that is still starting makes way for it."""
        for child in self._pending:
            child.stop()
        self._children += self._pending
        self._generation += 1
        self._deadline = time.monotonic() + START_SECONDS
        self._pending = [self._start(kind) for kind in self._kinds()]

    def _kinds(self) -> list[str]:
        return ["worker"] * (self._wanted or self._settings.workers) + ["runner"] * self._settings.runner

    def _start(self, kind: str) -> Child:
        directory = str(self._settings.directory)
        arguments = {
            "worker": ["xmlsvc.server.worker", directory, str(self._listening.fileno())],
            "runner": ["xmlsvc.cli", "--instance", directory, "run", "work"],
        }[kind]
        command = [sys.executable, "-P", "-m", *arguments]
        environ = {name: value for name, value in heap.environment().items() if name != "NOTIFY_SOCKET"}
        return children.start(kind, self._generation, command, environ)

    def _settle(self) -> None:
        """Once the generation that is starting is ready, it is the present one; if it fails, the present one stays."""
        if not self._pending:
            return
        failed = [child for child in self._pending if child.ended()]
        if not failed and all(child.ready for child in self._pending if child.kind == "worker"):
            for child in self._children:
                child.stop()
            self._children += self._pending
            self._pending = []
            self._served = True
            LOG.info("Serving on http://%s:%d", *self._listening.getsockname()[:2])
            sockets.notify(f"READY=1\nMAINPID={os.getpid()}")
            self._started()
        elif failed or time.monotonic() > self._deadline:
            code = (failed[0].code if failed else None) or 1
            if not self._served:
                self._stop(code)
                return
            LOG.error("What was started anew ended before it was ready (%s); those at work go on", code)
            for child in self._pending:
                child.stop()
            self._children += self._pending
            self._pending = []

    def _watch(self, child: Child) -> None:
        """One that says nothing, or does not end when it was told to, is killed."""
        now = time.monotonic()
        overdue = child.told is not None and now - child.told > STOP_SECONDS
        if overdue or (child.ready and child.told is None and now - child.beat > SILENT_SECONDS):
            LOG.error("Process %d %s; killing it", child.pid, "does not end" if overdue else "no longer says that it is alive")
            child.signal(signal.SIGKILL)

    def _replace(self) -> None:
        """Start another for each that died."""
        for child in [child for child in self._children if child.ended()]:
            self._children.remove(child)
            if child.told is None:
                LOG.error("Process %d ended with %d; another takes its place", child.pid, child.code)
                soon = time.monotonic() - child.beat < SOON_SECONDS and not child.ready
                self._not_before = time.monotonic() + (RESTART_SECONDS if soon else 0)
        at_work = [child.kind for child in self._children if child.told is None]
        if time.monotonic() >= self._not_before:
            for kind in self._kinds():
                if kind in at_work:
                    at_work.remove(kind)
                else:
                    self._children.append(self._start(kind))

    def _tend_logs(self) -> None:
        moved = [logs.rotate(path, self._settings.log_bytes, self._settings.log_keep) for path in logs.files(self._settings)]
        if any(moved):
            self._reopen()


def serve(
    instance: str | Path, bind: str | None = None, workers: int | None = None, started: Callable[[str], None] = lambda _: None
) -> int:
    """Serve the instance until SIGTERM or SIGINT; requests under way are finished. Returns the exit code.

    `bind` and `workers` override the settings; `started` is called with the address whenever a generation has become ready. Raises
    EnvironmentFault for no instance, or where the address, a user or a log file cannot be had.
    """
    settings = settings_module.load(instance)
    inherited = os.environ.pop(SOCKET, "")
    listening = socket.socket(fileno=int(inherited)) if inherited else sockets.activated(os.environ)
    if listening is None:
        listening = sockets.listen(bind or settings.bind)
    with listening:
        listening.set_inheritable(True)
        identity.become(settings)
        logs.configure(settings)
        metrics.share(settings.var / "metrics")
        host, port = listening.getsockname()[:2]
        with identity.written(settings.directory / settings.pid_file) if settings.pid_file else contextlib.nullcontext():
            return Master(settings, listening, workers, lambda: started(f"http://{host}:{port}")).run()
