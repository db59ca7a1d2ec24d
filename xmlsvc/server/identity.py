"""Who the service is on its machine: user and group, and the file with its process number."""

from __future__ import annotations

import contextlib
import grp
import os
import pwd
from collections.abc import Iterator
from pathlib import Path

from ..errors import EnvironmentFault
from ..settings import Settings


def become(settings: Settings) -> None:
    """Become the user and group of the settings, for good. Raises EnvironmentFault where there is none, or without the right to."""
    if not settings.user and not settings.group:
        return
    try:
        user = pwd.getpwnam(settings.user) if settings.user else None
        group = grp.getgrnam(settings.group).gr_gid if settings.group else user.pw_gid if user else os.getegid()
    except KeyError as error:
        raise EnvironmentFault(f"The setting user or group names somebody whom this machine does not know: {error.args[0]}.") from None
    if (user.pw_uid if user else os.geteuid(), group) == (os.geteuid(), os.getegid()):
        return
    try:
        if user is not None:
            os.initgroups(user.pw_name, group)
        os.setgid(group)
        if user is not None:
            os.setuid(user.pw_uid)
    except PermissionError as error:
        raise EnvironmentFault("Only root can become another user. Start as root, or leave `user` and `group` empty.") from error


@contextlib.contextmanager
def written(path: Path) -> Iterator[None]:
    """While the block runs, the file has this process's number. Raises EnvironmentFault while another living process's is in it."""
    other = _number(path)
    if other not in (None, os.getpid()) and _serves(other):
        raise EnvironmentFault(f"The instance is served already, by process {other} ({path}). Stop that one first: kill {other}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{os.getpid()}\n", "ascii")
    except OSError as error:
        raise EnvironmentFault(f"The process number cannot be written to {path}: {error.strerror}. Set `pid_file` elsewhere.") from error
    try:
        yield
    finally:
        if _number(path) == os.getpid():
            path.unlink(missing_ok=True)


def _number(path: Path) -> int | None:
    try:
        return int(path.read_text("ascii"))
    except (OSError, ValueError):
        return None


def _serves(number: int) -> bool:
    """Whether a process of that number is alive and is one of this program: numbers are used again."""
    try:
        os.kill(number, 0)
        return b"xmlsvc" in Path(f"/proc/{number}/cmdline").read_bytes()
    except ProcessLookupError:
        return False
    except OSError:
        return True
