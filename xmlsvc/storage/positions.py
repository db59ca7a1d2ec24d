"""Where a MariaDB server stands: global transaction ids, and how they come back from a commit without another question.

A position is written "domain-server-sequence,…" and known here as {domain: sequence}.
"""

from __future__ import annotations

import re
import struct
from typing import Any

import pymysql

SESSION_TRACK = 1 << 23
"""Client flag: tell me of changes of session state in the answer to each statement."""
_STATE_CHANGED = 1 << 14
_SYSTEM_VARIABLES = 0
_POSITION = re.compile(r"(?:\d{1,10}-\d{1,10}-\d{1,20})(?:,\d{1,10}-\d{1,10}-\d{1,20}){0,15}")

Position = dict[int, int]


def read(text: str) -> Position:
    """The position that the text is; empty for any other text (it may come from a cookie)."""
    found: Position = {}
    if _POSITION.fullmatch(text):
        for part in text.split(","):
            domain, _, sequence = part.split("-")
            found[int(domain)] = max(found.get(int(domain), 0), int(sequence))
    return found


def write(position: Position) -> str:
    """The text of a position; the server's number, which waiting does not look at, is 0."""
    return ",".join(f"{domain}-0-{sequence}" for domain, sequence in sorted(position.items()))


def merge(one: Position, other: Position) -> Position:
    """The position that has seen both."""
    return {domain: max(one.get(domain, 0), other.get(domain, 0)) for domain in one.keys() | other.keys()}


def covers(reached: Position, wanted: Position) -> bool:
    """Whether a server that has reached one has seen all of the other."""
    return all(reached.get(domain, -1) >= sequence for domain, sequence in wanted.items())


class TrackingConnection(pymysql.connections.Connection):
    """Keeps the position that the server tells with the answer to a COMMIT (session_track_system_variables='last_gtid')."""

    last_position = ""

    def _read_ok_packet(self) -> Any:
        packet = super()._read_ok_packet()  # type: ignore[misc]
        if packet.server_status & _STATE_CHANGED and packet.message:
            self.last_position = _tracked(packet.message, b"last_gtid") or self.last_position
        return packet


def _tracked(message: bytes, wanted: bytes) -> str:
    """The value of a tracked variable in the tail of an OK packet (MySQL protocol: info, then the state changes)."""
    length, at = _length(message, 0)
    at += length
    if at >= len(message):
        return ""
    length, at = _length(message, at)
    end, value = at + length, ""
    while at < end:
        kind = message[at]
        length, inner = _length(message, at + 1)
        at = inner + length
        while kind == _SYSTEM_VARIABLES and inner < at:
            size, inner = _length(message, inner)
            name = message[inner : inner + size]
            size, inner = _length(message, inner + size)
            if name == wanted and size:
                value = message[inner : inner + size].decode("ascii")
            inner += size
    return value


def _length(data: bytes, at: int) -> tuple[int, int]:
    """(a length-encoded integer, where it ends)."""
    first = data[at]
    if first < 251:
        return first, at + 1
    if first == 252:
        return struct.unpack_from("<H", data, at + 1)[0], at + 3
    if first == 253:
        return int.from_bytes(data[at + 1 : at + 4], "little"), at + 4
    return struct.unpack_from("<Q", data, at + 1)[0], at + 9
