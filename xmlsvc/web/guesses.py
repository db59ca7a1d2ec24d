"""How often a password may be guessed: wrong ones are counted, where all processes of the machine see it (`rates`).

Of one name from one address PER_ADDRESS in a minute, of one name from anywhere PER_NAME. Beyond that a right password is refused as well,
else the limit would be none; who logs in from elsewhere is not kept out by somebody's guesses until these come from everywhere.
"""

from __future__ import annotations

import logging
from pathlib import Path

from .rates import Rates

PER_ADDRESS, PER_NAME = 10, 100  # in a minute
_log = logging.getLogger("xmlsvc.web")


class Guesses:
    """`file`: that of the instance's rates."""

    def __init__(self, file: Path) -> None:
        self._here, self._anywhere = Rates(file, PER_ADDRESS), Rates(file, PER_NAME)

    def wait(self, name: str, address: str) -> int:
        """Seconds until a password of this name may be tried from there; 0: now."""
        return max(self._here.wait(_here(name, address)), self._anywhere.wait(_anywhere(name)))

    def wrong(self, name: str, address: str) -> None:
        """One was tried, and was wrong."""
        self._here.take(_here(name, address))
        self._anywhere.take(_anywhere(name))
        _log.warning("Login of %r from %s refused.", name[:100], address)


def _here(name: str, address: str) -> str:
    return f"login {address} {name}"


def _anywhere(name: str) -> str:
    return f"login * {name}"
