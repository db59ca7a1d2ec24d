"""Work that may run for ever, eat all memory or crash, done in processes that can be killed.

    Sandbox.call("xmlsvc.some.module:function", arguments, seconds)
      │  an idle worker, or a new one                  python, one thread, RLIMIT_AS
      ├─ request    length, pickle of (function, arguments, seconds)      the arguments are ours
      └─ answer     two lengths, JSON head, bytes                         never a pickle: a worker is not to be trusted
    too long → killed → Stopped("time") · out of memory, crashed → Stopped("memory"), Stopped("crash")

A function answers with bytes or with what JSON can say. Our own errors come back as themselves.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import math
import os
import pickle
import re
import resource
import select
import signal
import struct
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any, Literal

from .. import errors, heap

_LONG = 0.1  # seconds: what takes much memory takes as long
_START = 60.0  # seconds in which a worker must have started
_READY = b"+"
_LENGTHS = struct.Struct(">QQ")
_NO_MEMORY = re.compile(r"[Mm]emory allocation failed|[Oo]ut of memory|[Cc]annot allocate memory")  # as C libraries say it
_OUT_OF_MEMORY = 99  # how a native image of GraalVM (SaxonC) ends when it gets no more memory
_SERVED = 1_000  # calls after which a worker is replaced: what its work leaked goes with it; also when it holds a quarter of its memory


class Stopped(Exception):
    """The work was stopped or broke off: `why` is "time", "memory" or "crash". The caller says what it was, and what to do."""

    def __init__(self, why: Literal["time", "memory", "crash"], seconds: float) -> None:
        super().__init__({"time": f"it ran for more than {seconds:g} s", "memory": "it needed more memory than it may have",
                          "crash": "the process that ran it broke off"}[why])
        self.why, self.seconds = why, seconds


class Sandbox:
    """A few workers that many threads share. Each worker does one thing at a time; a caller waits while all are busy."""

    def __init__(self, megabytes: int = 1_024, workers: int = 2, heap_only: bool = False) -> None:
        """`megabytes`: address space of each worker, or, with `heap_only`, its memory that can be written: for what reserves far more
        addresses than it uses. Such a worker has no standard error: its library fills that when it ends. Processes start with the first
        calls."""
        self._bytes, self._heap_only = megabytes * 1_048_576, heap_only
        self._free = threading.Semaphore(workers)
        self._idle: list[_Worker] = []
        self._lock = threading.Lock()
        self._owner = os.getpid()

    def call(self, function: str, *arguments: Any, seconds: float) -> Any:
        """What `function` ("module:name" within this package) returns: bytes, or a JSON value.

        Raises Stopped, the errors of this package that the function raises, and RuntimeError (with the worker's traceback) for others.
        """
        with self._free:
            worker = self._take()
            try:
                head, body = worker.ask((function, arguments, seconds), seconds)
            except BaseException:
                worker.kill()
                raise
            if worker.served < _SERVED and head["resident"] < self._bytes // 4:
                with self._lock:
                    self._idle.append(worker)
            else:
                worker.kill()
        if "why" in head:
            raise Stopped(head["why"], seconds)
        if "error" in head:
            raise error_of(head)
        if "bug" in head:
            raise RuntimeError(head["bug"])
        return body if head["bytes"] else json.loads(body)

    def close(self) -> None:
        """End the workers that wait. One at work ends when its call does."""
        with self._lock:
            idle, self._idle = self._idle, []
        for worker in idle:
            worker.kill()

    def _take(self) -> _Worker:
        with self._lock:
            if self._owner != os.getpid():  # after a fork the workers are the parent's
                for worker in self._idle:
                    worker.forget()
                self._idle, self._owner = [], os.getpid()
            while self._idle:
                worker = self._idle.pop()
                if worker.alive():
                    return worker
                worker.kill()
        return _Worker(self._bytes, self._heap_only)


class _Worker:
    def __init__(self, limit: int, heap_only: bool) -> None:
        work = f"from xmlsvc.xml import sandbox, stylesheet; sandbox.serve({limit}, {heap_only})"
        setting = f"import sys; sys.path[:] = {sys.path!r}; {work}"
        self._process = subprocess.Popen(
            [_python(), "-c", setting], stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0,
            stderr=subprocess.DEVNULL if heap_only else None, env=heap.environment())
        self.served = 0

    def alive(self) -> bool:
        return self._process.poll() is None

    def ask(self, request: tuple[Any, ...], seconds: float) -> tuple[dict[str, Any], bytes]:
        """The answer's head and body. Raises Stopped."""
        self.served += 1
        assert self._process.stdin is not None and self._process.stdout is not None
        try:
            if self.served == 1:  # the time for starting does not count
                self._read(b"", len(_READY), time.monotonic() + _START, _START)
            until = time.monotonic() + seconds
            work = pickle.dumps(request)
            _send(self._process.stdin, len(work).to_bytes(8, "big") + work)
            received = self._read(b"", _LENGTHS.size, until, seconds)
            head, body = _LENGTHS.unpack_from(received)
            received = self._read(received[_LENGTHS.size :], head + body, until, seconds)
            return json.loads(received[:head]), received[head:]
        except (BrokenPipeError, EOFError):
            status = self._process.wait()
            why: Literal["time", "memory", "crash"] = "memory" if status == _OUT_OF_MEMORY else "crash"
            raise Stopped("time" if status == -signal.SIGXCPU else why, seconds) from None

    def forget(self) -> None:
        """Leave the process to the parent that started it."""
        self._process.returncode = 0

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with contextlib.suppress(BrokenPipeError):
                    pipe.close()

    def _read(self, start: bytes, size: int, until: float, seconds: float) -> bytes:
        """`start` and what comes after it, at least `size` bytes in all: a worker sends nothing but one answer to each request."""
        assert self._process.stdout is not None
        handle = self._process.stdout.fileno()
        parts = [start]
        size -= len(start)
        while size > 0:
            left = until - time.monotonic()
            if left <= 0 or not select.select([handle], [], [], left)[0]:
                raise Stopped("time", seconds)
            part = os.read(handle, 1 << 20)
            if not part:
                raise EOFError
            parts.append(part)
            size -= len(part)
        return b"".join(parts)


def _python() -> str:
    """The interpreter; sys.executable is a server's own where Python is embedded."""
    if Path(sys.executable or "").name.startswith("python"):
        return sys.executable
    return str(Path(sys.prefix) / "bin" / "python3")


def _send(stream: IO[bytes], data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[stream.write(view) :]


def error_of(head: dict[str, Any]) -> errors.Error:
    """The error that a worker met and `described`, as it was; only classes of our tree are made."""
    kind = getattr(errors, str(head["error"]), errors.Error)
    made: type[errors.Error] = kind if isinstance(kind, type) and issubclass(kind, errors.Error) else errors.Error
    extra = head["extra"]
    if "findings" in extra:
        extra["findings"] = tuple((str(place), str(sentence)) for place, sentence in extra["findings"])
    return made(head["message"], **extra)


# -- in the worker ------------------------------------------------------------------------------------------------------------


def serve(limit: int, heap_only: bool = False) -> None:
    """The worker's life: answer requests from standard input until it ends. `limit`: bytes of address space, or of heap."""
    resource.setrlimit(resource.RLIMIT_DATA if heap_only else resource.RLIMIT_AS, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    requests, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb", buffering=0)
    _send(answers, _READY)
    os.dup2(2, 1)  # what a library prints must not get into the answers
    while size := requests.read(8):
        function, arguments, seconds = pickle.loads(requests.read(int.from_bytes(size, "big")))
        used = resource.getrusage(resource.RUSAGE_SELF)
        # If the parent dies, nobody kills a runaway: the kernel does.
        allowed = math.ceil(used.ru_utime + used.ru_stime + seconds) + 1
        resource.setrlimit(resource.RLIMIT_CPU, (allowed, resource.RLIM_INFINITY))
        started = time.monotonic()
        head, body = _answer(function, arguments)
        if "error" in head and _most_memory() > limit // 2:
            head["why"] = "memory"  # libxslt says "undefined variable" when it could not have the memory for its value
        head["resident"] = int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()
        text = json.dumps(head).encode()
        _send(answers, _LENGTHS.pack(len(text), len(body)) + text + body)
        if time.monotonic() - started > _LONG:
            with contextlib.suppress(OSError):
                Path("/proc/self/clear_refs").write_text("5")  # the next call's peak is its own


def _most_memory() -> int:
    """The most memory that was in use, in bytes. (ru_maxrss counts the parent's, too.)"""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    return int(found[1]) * 1024 if found else 0


def described(error: errors.Error) -> dict[str, Any]:
    """An error as JSON can carry it."""
    return {"error": type(error).__name__, "message": error.message, "extra": error.extra}


def _answer(function: str, arguments: Sequence[Any]) -> tuple[dict[str, Any], bytes]:
    module, _, name = function.partition(":")
    try:
        if module.split(".")[0] != "xmlsvc":
            raise ValueError(f"{function} is none of ours")
        value = getattr(importlib.import_module(module), name)(*arguments)
        return ({"bytes": True}, value) if isinstance(value, bytes) else ({"bytes": False}, json.dumps(value).encode())
    except Exception as error:  # noqa: BLE001 (the parent raises it again)
        if isinstance(error, MemoryError) or _NO_MEMORY.search(str(error)):
            return {"why": "memory"}, b""
        if isinstance(error, errors.Error):
            return described(error), b""
        return {"bug": traceback.format_exc()}, b""
