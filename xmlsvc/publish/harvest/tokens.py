"""Resumption tokens (section 3.5): where a list goes on, signed. Nothing is kept: they outlive restarts, and every process reads them."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from .arguments import Refused, Selection

LIFE = timedelta(hours=24)
FILE = "harvest.key"
_SIGNATURE = 16  # bytes


@dataclass(frozen=True, slots=True)
class Token:
    """A list that goes on. `after`: the key of the last record (stamp, vocabulary, sequence), or the last setSpec; `cursor`: how many
    there were before."""

    verb: str
    selection: Selection | None
    after: tuple[Any, ...]
    cursor: int
    expires: datetime


def write(key: bytes, token: Token) -> str:
    """Letters, digits, "-" and "_" alone."""
    asked = token.selection
    plain = [
        token.verb,
        None if asked is None else [asked.prefix, _moment(asked.since), _moment(asked.until), asked.spec],
        [_moment(part) if isinstance(part, datetime) else part for part in token.after], token.cursor, int(token.expires.timestamp()),
    ]  # fmt: skip
    data = json.dumps(plain, separators=(",", ":"), ensure_ascii=False).encode()
    return base64.urlsafe_b64encode(_sign(key, data) + data).decode().rstrip("=")


def read(key: bytes, text: str, verb: str, now: datetime) -> Token:
    """Raises Refused, badResumptionToken: for what is not ours, of another verb, or too old."""
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except ValueError:
        data = b""
    signature, data = data[:_SIGNATURE], data[_SIGNATURE:]
    if not hmac.compare_digest(signature, _sign(key, data)):
        raise Refused("badResumptionToken", "This resumptionToken was not given here, or is cut off. Begin the list anew.")
    of, asked, after, cursor, expires = json.loads(data)
    if of != verb:
        raise Refused("badResumptionToken", f"This resumptionToken belongs to {of}, not to {verb}.")
    ends = datetime.fromtimestamp(expires, UTC)
    if ends < now:
        raise Refused("badResumptionToken", "This resumptionToken has expired. Begin the list anew.")
    selection = None if asked is None else Selection(asked[0], _read(asked[1]), _read(asked[2]), asked[3])
    return Token(verb, selection, (_read(after[0]), *after[1:]) if len(after) > 1 else tuple(after), cursor, ends)


def _sign(key: bytes, data: bytes) -> bytes:
    return hmac.digest(key, data, hashlib.sha256)[:_SIGNATURE]


def _moment(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(UTC).isoformat(timespec="microseconds")


def _read(text: str | None) -> Any:
    return None if text is None else datetime.fromisoformat(text)


def key(folder: Path) -> bytes:
    """The instance's own key, in the file FILE of the folder; made by whoever needs it first."""
    path = folder / FILE
    try:
        return path.read_bytes()
    except FileNotFoundError:
        pass
    folder.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(secrets.token_bytes(32))
    try:
        os.link(temporary, path)  # whole, and only if nobody was faster
    except FileExistsError:
        pass
    finally:
        temporary.unlink()
    return path.read_bytes()
