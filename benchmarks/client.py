"""A client that costs little: prepared requests on kept connections, one thread each."""

from __future__ import annotations

import socket
import threading
import time
from collections import Counter
from collections.abc import Sequence


class Connection:
    """One kept connection to 127.0.0.1:port."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._kept = b""

    def send(self, request: bytes) -> int:
        """Send one whole request, read its whole answer; the status."""
        self._socket.sendall(request)
        data = self._kept
        while (end := data.find(b"\r\n\r\n")) < 0:
            data += self._more()
        head = data[:end].lower()
        status = int(head.split(b" ", 2)[1])
        start = head.index(b"content-length:") + 15 if status != 304 else 0
        length = int(head[start:].split(b"\r\n", 1)[0]) if start else 0
        rest = data[end + 4 :]
        while len(rest) < length:
            rest += self._more()
        self._kept = rest[length:]
        return status

    def _more(self) -> bytes:
        data = self._socket.recv(65536)
        if not data:
            raise ConnectionError("the service closed the connection")
        return data

    def close(self) -> None:
        self._socket.close()


def wait(port: int) -> None:
    """Return once 127.0.0.1:port takes connections."""
    while True:
        try:
            Connection(port).close()
            return
        except OSError:
            time.sleep(0.05)


def post(path: str, body: bytes, token: str) -> bytes:
    """The bytes of a POST of one XML document."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\nAccept: application/json\r\n"
        f"Content-Type: application/xml\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode("ascii") + body


def drive(port: int, requests: Sequence[bytes], clients: int) -> tuple[float, Counter[int]]:
    """Send the requests from so many clients at once; seconds, and how often each status came."""
    connections = [Connection(port) for _ in range(clients)]
    seen: list[Counter[int]] = [Counter() for _ in range(clients)]

    def client(place: int) -> None:
        for request in requests[place::clients]:
            seen[place][connections[place].send(request)] += 1

    threads = [threading.Thread(target=client, args=(place,)) for place in range(clients)]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - start
    for connection in connections:
        connection.close()
    return seconds, sum(seen, Counter())
