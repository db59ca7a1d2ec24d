"""gzip from strangers, unpacked piece by piece: whoever reads says when it is too much (RFC 1952)."""

from __future__ import annotations

import zlib
from collections.abc import Callable

from .parts import Readable


class Inflated:
    """A gzip stream of one or several members, unpacked; `count` is told of every piece, before it is handed out, and may raise."""

    def __init__(self, packed: Readable, count: Callable[[int], None]) -> None:
        self._packed, self._count, self._left, self._inflate = packed, count, b"", zlib.decompressobj(31)

    def read(self, size: int = -1) -> bytes:
        """Up to `size` bytes (-1: all), at least one before the end. Raises zlib.error, EOFError (the stream is cut off), and what `count`
        and the packed stream raise."""
        if size < 0:
            return b"".join(iter(lambda: self.read(65536), b""))
        while size:
            if self._inflate.eof:
                rest = self._inflate.unused_data.lstrip(b"\0") or self._packed.read(65536).lstrip(b"\0")
                if not rest:
                    return b""
                self._inflate, self._left = zlib.decompressobj(31), rest
            packed = self._left or self._packed.read(65536)
            if not packed:
                raise EOFError("the gzip stream ends too early")
            made = self._inflate.decompress(packed, size)
            self._left = self._inflate.unconsumed_tail
            if made:
                self._count(len(made))
                return made
        return b""
