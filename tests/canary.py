"""What must never be touched: a file with a secret, and a port that notes who calls."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

SECRET = "canary-7f3a9c"


@dataclass
class Canary:
    """`file` and `xml` hold SECRET; `url` leads to a loopback port; `hits` are the first bytes that it was sent."""

    file: Path
    xml: Path
    schema: Path
    url: str
    hits: list[bytes] = field(default_factory=list)

    def untouched(self) -> bool:
        """Nobody has called the port."""
        return not self.hits


@contextmanager
def placed(folder: Path) -> Iterator[Canary]:
    """A canary in a folder of its own and on a free port."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "secret.txt").write_text(SECRET)
    (folder / "secret.xml").write_text(f"<secret>{SECRET}</secret>")
    (folder / "secret.xsd").write_text(
        f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="{SECRET}" type="xs:string"/></xs:schema>')
    with socket.create_server(("127.0.0.1", 0)) as server:
        canary = Canary(folder / "secret.txt", folder / "secret.xml", folder / "secret.xsd", f"http://127.0.0.1:{server.getsockname()[1]}")
        server.settimeout(0.05)
        done = threading.Event()

        def listen() -> None:
            while not done.is_set():
                try:
                    connection, _ = server.accept()
                except TimeoutError:
                    continue
                with connection:
                    connection.settimeout(0.2)
                    try:
                        canary.hits.append(connection.recv(200) or b"(connected)")
                        connection.sendall(b"HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n")
                    except OSError as error:
                        canary.hits.append(str(error).encode())

        thread = threading.Thread(target=listen)
        thread.start()
        try:
            yield canary
        finally:
            done.set()
            thread.join()
