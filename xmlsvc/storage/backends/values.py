"""INSERTs of many rows as MariaDB takes them: one statement for as many as fit into a piece.

PyMySQL's executemany does the same by a pattern and a format for every row, which costs twice as much.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

PIECE = 1_000_000  # bytes of a statement, unless one row is larger
_VALUES = re.compile(r"(\s*(?:INSERT|REPLACE)\b[^?]*?\bVALUES\s*)\(\s*\?(?:\s*,\s*\?)*\s*\)([^?]*)", re.IGNORECASE | re.DOTALL)


@lru_cache(4096)
def parts(statement: str) -> tuple[bytes, bytes] | None:
    """What stands before and behind the marks of an INSERT whose values are marks (?) alone; None for any other statement."""
    match = _VALUES.fullmatch(statement)
    return None if match is None else (match[1].encode(), match[2].encode())


def pieces(connection: Any, prefix: bytes, postfix: bytes, rows: Sequence[tuple[Any, ...]]) -> Iterator[bytes]:
    """The statements. `connection`: PyMySQL's, which knows how a value is written."""
    escape, known = connection.escape, dict[str, str]()
    made, size = list[bytes](), 0
    for row in rows:
        written = []
        for value in row:
            if value is None:
                written.append("NULL")
            elif type(value) is int:
                written.append(str(value))
            elif type(value) is str:
                text = known.get(value)
                if text is None:
                    text = known[value] = escape(value)  # ids stand in every row of a document
                written.append(text)
            else:
                written.append(escape(value))
        line = f"({','.join(written)})".encode()
        if made and size + len(line) > PIECE:
            yield b"".join((prefix, b",".join(made), postfix))
            made, size = [], 0
            known.clear()
        made.append(line)
        size += len(line) + 1
    yield b"".join((prefix, b",".join(made), postfix))
