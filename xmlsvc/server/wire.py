"""The bytes of a connection, both ways, and how long one waits for them.

The socket never blocks. While the loop has the connection, nothing here waits; a thread that has it gives the boxes a `Patience` first.
"""

from __future__ import annotations

import contextlib
import re
import select
import socket
import time

LINE_BYTES = 65_536  # of one line: a chunk's size, a trailer
PIECE_BYTES = 65_536

_SIZE = re.compile(rb"([0-9a-fA-F]{1,16})[ \t]*(?:;[^\r\n]*)?\r\n")  # RFC 9112, section 7.1; its extensions say nothing here


class Patience:
    """How long the other side may keep one waiting: `seconds`; every `rate` bytes give one back, up to `seconds`. Only time that is spent
    waiting counts. `left`: the seconds that remain."""

    def __init__(self, seconds: float, rate: float) -> None:
        self._most, self._rate, self.left = seconds, rate, seconds

    def spend(self, seconds: float, count: int) -> None:
        """So long was waited, for so many bytes."""
        self.left = min(self._most, self.left - seconds + count / self._rate)

    def wait(self, sock: socket.socket, event: int) -> None:
        """Wait until the socket is ready. Raises TimeoutError when that takes too long."""
        began = time.monotonic()
        poll = select.poll()
        poll.register(sock, event)
        ready = self.left > 0 and poll.poll(1000 * self.left)
        self.spend(time.monotonic() - began, 0)
        if not ready:
            raise TimeoutError("timed out")


class Inbox:
    """What has been received and not been read. `ended`: nothing more comes."""

    def __init__(self, sock: socket.socket) -> None:
        self._socket, self._kept = sock, bytearray()
        self.ended, self.closed, self.bytes_read = False, False, 0
        self.patience: Patience | None = None

    def __len__(self) -> int:
        return len(self._kept)

    def has_data(self) -> bool:
        return bool(self._kept)

    def gather(self) -> int:
        """Take in a piece of what is there, without waiting; how many bytes."""
        try:
            data = self._socket.recv(PIECE_BYTES)
        except BlockingIOError:
            return 0
        except OSError:  # reset
            data = b""
        self.ended = not data
        self._kept += data
        return len(data)

    def has_head(self) -> bool:
        """Whether a request's head is there, up to the empty line that ends it. One before it does not count (RFC 9112, section 2.2)."""
        return self._kept.find(b"\n\r\n", 2) >= 0 or self._kept.find(b"\n\n", 2) >= 0

    def discard(self) -> None:
        self._kept.clear()

    def read(self, size: int) -> bytes:
        """So many bytes; fewer where no more come. Raises TimeoutError."""
        while len(self._kept) < size and self._more():
            pass
        return self._take(size)

    def some(self, size: int) -> bytes:
        """At least one byte and at most so many; none where no more come. Raises TimeoutError."""
        if not self._kept:
            self._more()
        return self._take(size)

    def readline(self, size: int | None = None) -> bytes:
        """A line with its end, or `size` bytes of it. Raises TimeoutError."""
        most = LINE_BYTES if size is None else size
        while (end := self._kept.find(b"\n", 0, most)) < 0 and len(self._kept) < most and self._more():
            pass
        return self._take(end + 1 if end >= 0 else most)

    def close(self) -> None:
        self.closed = True

    def _take(self, size: int) -> bytes:
        data = bytes(self._kept[:size])
        del self._kept[:size]
        self.bytes_read += len(data)
        return data

    def _more(self) -> bool:
        """Wait for more; whether some came."""
        while not self.ended:
            count = self.gather()
            if count and self.patience:
                self.patience.spend(0, count)
            if count or self.patience is None:
                return bool(count)
            if not self.ended:
                self.patience.wait(self._socket, select.POLLIN)
        return False


class Outbox:
    """What is sent, at once."""

    def __init__(self, sock: socket.socket) -> None:
        self._socket, self.bytes_written = sock, 0
        self.patience: Patience | None = None

    def write(self, data: bytes) -> int:
        """Send all of it. Raises TimeoutError where the other side does not read."""
        rest = memoryview(data)
        while rest:
            sent = 0
            with contextlib.suppress(BlockingIOError):
                sent = self._socket.send(rest)
            self.bytes_written += sent
            rest = rest[sent:]
            if rest:
                if self.patience is None:
                    raise TimeoutError("timed out")
                self.patience.spend(0, sent)
                self.patience.wait(self._socket, select.POLLOUT)
        return len(data)


class Body:
    """A request's body of a known length. `remaining`: how much of it has not been read."""

    def __init__(self, inbox: Inbox, length: int) -> None:
        self._inbox, self.remaining = inbox, length

    def read(self, size: int | None = None) -> bytes:
        """So many bytes; fewer at its end, or where no more come. Raises TimeoutError."""
        data = self._inbox.read(self.remaining if size is None else min(size, self.remaining))
        self.remaining -= len(data)
        return data


class Chunks:
    """A request's body in chunks, of which no more is held than is asked for. `closed`: it has been read to its end."""

    def __init__(self, inbox: Inbox) -> None:
        self._inbox, self._left, self.closed = inbox, 0, False

    def read(self, size: int | None = None) -> bytes:
        """So many bytes, fewer at its end. Raises ValueError for what are no chunks, TimeoutError."""
        pieces: list[bytes] = []
        wanted = size if size is not None else float("inf")
        while wanted > 0 and self._next():
            piece = self._inbox.some(int(min(self._left, wanted, PIECE_BYTES)))
            if not piece:
                raise ValueError("The body ended inside a chunk.")
            pieces.append(piece)
            wanted -= len(piece)
            self._left -= len(piece)
            if not self._left and self._inbox.read(2) != b"\r\n":
                raise ValueError("A chunk is longer than it says.")
        return b"".join(pieces)

    def _next(self) -> bool:
        """Whether a chunk is begun, or another begins."""
        if not self._left and not self.closed:
            size = _SIZE.fullmatch(self._inbox.readline())
            if size is None:
                raise ValueError("A chunk begins with its size.")
            self._left = int(size[1], 16)
            if not self._left:
                self._trailer()
                self.closed = True
        return not self.closed

    def _trailer(self) -> None:
        """Read over the fields after the last chunk: nothing here wants them."""
        count = 0
        while (line := self._inbox.readline()) != b"\r\n":
            count += len(line)
            if not line.endswith(b"\n") or count > LINE_BYTES:
                raise ValueError("The body ended inside its trailer, or that has no end.")
