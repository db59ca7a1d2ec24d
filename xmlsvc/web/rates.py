"""How often one token may ask: a bucket that refills evenly (GCRA), kept where all processes of the machine see it.

    Rates(file, limit) ─► take(key) ─► Taken        one memory-mapped file of slots: 8 bytes of the key's hash, 8 bytes of time

The file holds the time at which each bucket will be full again, in seconds of the clock; a slot whose time is past is free.
"""

from __future__ import annotations

import fcntl
import mmap
import os
import struct
import threading
import time
import weakref
from dataclasses import dataclass
from hashlib import blake2b
from math import ceil
from pathlib import Path

WINDOW = 60.0  # seconds
_SLOTS, _SIZE, _PROBES = 4096, 16, 32
_SLOT = struct.Struct("=8sd")


@dataclass(frozen=True, slots=True)
class Taken:
    """What is left after a request: `remaining` requests at once, `reset` seconds until all of them, `wait` seconds to wait (0: it may)."""

    limit: int
    remaining: int
    reset: int
    wait: int

    @property
    def headers(self) -> dict[str, str]:
        """As draft-ietf-httpapi-ratelimit-headers-10 writes it."""
        return {"RateLimit-Policy": f'"token";q={self.limit};w={WINDOW:.0f}', "RateLimit": f'"token";r={self.remaining};t={self.reset}'}


class Rates:
    """`limit` requests in a minute for each key, over all processes that share the file."""

    def __init__(self, path: Path, limit: int) -> None:
        self._limit, self._pace = limit, WINDOW / limit
        self._lock = threading.Lock()
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        weakref.finalize(self, os.close, self._file)
        if os.fstat(self._file).st_size < _SLOTS * _SIZE:
            os.ftruncate(self._file, _SLOTS * _SIZE)
        self._map = mmap.mmap(self._file, _SLOTS * _SIZE)

    def take(self, key: str, now: float | None = None) -> Taken:
        """One request of this key, at `now` (seconds; the clock's unless given). It counts only if it may."""
        name = _name(key)
        at = time.time() if now is None else now
        with self._lock:
            fcntl.flock(self._file, fcntl.LOCK_EX)
            try:
                place, full = self._find(name, at)
                full = min(max(full, at), at + WINDOW)  # a clock that was set back must not lock anybody out
                after = full + self._pace
                if after - at > WINDOW + 1e-6:
                    return Taken(self._limit, 0, ceil(full - at), max(1, ceil(after - at - WINDOW - 1e-6)))
                _SLOT.pack_into(self._map, place, name, after)
            finally:
                fcntl.flock(self._file, fcntl.LOCK_UN)
        return Taken(self._limit, max(0, int((WINDOW - (after - at)) / self._pace + 0.5)), ceil(after - at), 0)

    def wait(self, key: str, now: float | None = None) -> int:
        """The seconds until a request of this key may come; 0: it may. Nothing is counted."""
        at = time.time() if now is None else now
        with self._lock:
            fcntl.flock(self._file, fcntl.LOCK_SH)
            try:
                place, full = self._find(_name(key), at)
                held = _SLOT.unpack_from(self._map, place)[0] == _name(key)
            finally:
                fcntl.flock(self._file, fcntl.LOCK_UN)
        over = min(full, at + WINDOW) + self._pace - at - WINDOW if held else 0.0
        return ceil(over - 1e-6) if over > 1e-6 else 0

    def _find(self, name: bytes, at: float) -> tuple[int, float]:
        """The key's slot and time; else a free one, or of those in reach the one that is full soonest."""
        start = int.from_bytes(name[:4], "little")
        free: tuple[float, int] | None = None
        for step in range(_PROBES):
            place = (start + step) % _SLOTS * _SIZE
            held, full = _SLOT.unpack_from(self._map, place)
            if held == name:
                return place, full
            if free is None or (full < free[0] and free[0] > at):
                free = (full, place)
        assert free is not None
        return free[1], at


def _name(key: str) -> bytes:
    return blake2b(key.encode(), digest_size=8).digest()
