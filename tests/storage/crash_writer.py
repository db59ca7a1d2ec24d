"""A process for the crash test: writes units from several threads and says on its output, a line each, which ones were acknowledged.

    python crash_writer.py URI FIRST_NUMBER

A unit writes a partner, a content and a search entry under the same number: all three or none must be there.
"""

from __future__ import annotations

import itertools
import os
import sys
import threading
from datetime import datetime
from functools import partial

from storm.store import Store

from xmlsvc.storage import contents, search
from xmlsvc.storage.model import BOTH, Partner
from xmlsvc.storage.sessions import Sessions
from xmlsvc.xml.canonical import digest

THREADS = 4


def body(number: int) -> bytes:
    """What is written under a number."""
    return f"<doc>{number}</doc>".encode() * (number % 7 + 1)


def unit_of(store: Store, number: int, now: datetime) -> None:
    """The unit of a number."""
    row = Partner()
    row.id, row.name, row.title, row.created = f"{number:026}", str(number), "x", now
    store.add(row)
    store.flush()
    contents.put(store, body(number), digest(body(number)), now)
    search.write(store, row.id, BOTH, str(number), "text")


def main(uri: str, first: str) -> None:
    sessions, numbers = Sessions(uri), itertools.count(int(first))

    def write() -> None:
        for number in numbers:
            sessions.write(partial(unit_of, number=number, now=sessions.clock.now()))
            os.write(1, f"{number}\n".encode())

    threads = [threading.Thread(target=write, daemon=True) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


if __name__ == "__main__":
    main(*sys.argv[1:])
