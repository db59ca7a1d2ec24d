"""Going to the background, for init scripts: the caller learns whether the service has started before it goes on."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from ..errors import EnvironmentFault

READY = "XMLSVC_READY"
"""The environment variable with the number of the descriptor that is written to, once the service listens."""


def start(arguments: Sequence[str], output: Path) -> int:
    """Run `xmlsvc ARGUMENTS` in a session of its own, detached from the terminal, what it prints going to `output`; return its process
    number once it serves. Raises EnvironmentFault, with what it said, where it ends before."""
    output.parent.mkdir(parents=True, exist_ok=True)
    reading, writing = os.pipe()
    with os.fdopen(reading, "rb") as ready, output.open("ab") as said:
        began = said.tell()
        try:
            process = subprocess.Popen(
                [sys.executable, "-P", "-m", "xmlsvc.cli", *arguments],
                stdin=subprocess.DEVNULL, stdout=said, stderr=said, start_new_session=True, pass_fds=(writing,),
                env={**os.environ, READY: str(writing)},
            )
        finally:
            os.close(writing)
        if ready.read(1):
            return process.pid
        process.wait()
    text = output.read_bytes()[began:].decode("utf-8", "replace").strip()
    raise EnvironmentFault(text.removeprefix("xmlsvc: ") or f"The service ended with {process.returncode} before it was ready.")


def ready() -> None:
    """Tell who waits in `start`, if anybody does, that the service listens."""
    number = os.environ.pop(READY, "")
    if number:
        with os.fdopen(int(number), "wb") as waiting:
            waiting.write(b".")
