"""A target's own program: run after each file, for what the back office does with it (transcode, package, push to a CDN).

A list of arguments, no shell; it sees its target's values and no more of this process's environment than PATH, HOME and LANG. It ends with
its time, or when the delivery is cancelled: then its whole process group is killed.
"""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

MOST_OUTPUT = 65_536
_LOOK = 0.2  # seconds between two looks at whether it is to be stopped
_FIELD = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Ran:
    """How it ended: `status` None where it was stopped or could not be started, which `why` says. `output`: what it said, the end of it."""

    status: int | None
    output: str
    why: str = ""

    @property
    def fine(self) -> bool:
        return self.status == 0


def run(command: Sequence[str], values: Mapping[str, str], seconds: float, cancelled: Callable[[], bool] = lambda: False) -> Ran:
    """Run the program; in its arguments {name} stands for a value, which are in its environment, too, as XMLSVC_NAME."""
    arguments = [_FIELD.sub(lambda found: values.get(found[1], found[0]), each) for each in command]
    environment = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    environment |= {f"XMLSVC_{name.upper()}": value for name, value in values.items()}
    with tempfile.TemporaryFile() as output:
        try:
            process = subprocess.Popen(
                arguments, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, env=environment, start_new_session=True)
        except (OSError, ValueError) as error:
            return Ran(None, "", f"it could not be started: {error}")
        why, until = "", time.monotonic() + seconds
        try:
            while process.poll() is None:
                if time.monotonic() >= until or cancelled():
                    why = "it was cancelled" if time.monotonic() < until else f"it ran for more than {seconds:g} s"
                    break
                try:
                    process.wait(_LOOK)
                except subprocess.TimeoutExpired:
                    continue
        finally:
            _end(process)
        size = output.seek(0, os.SEEK_END)
        output.seek(max(0, size - MOST_OUTPUT))
        said = output.read(MOST_OUTPUT).decode("utf-8", "replace")
    return Ran(None if why else process.returncode, said, why)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Kill what is left of the process group: the program may have started others."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
