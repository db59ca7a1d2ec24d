"""What the processes that we start are told about memory, and how one that was started by others is told.

A document's tree is thousands of small blocks that are freed at once. glibc keeps seven of each size at hand and gives the others back to
the heap, merging and splitting them again for the next document: a seventh of what a verdict costs. With room for more of them a process
holds up to 7 MB longer. glibc reads this when a process starts (its manual, "Memory Allocation Tunables"), so it is given to those that we
start, and a command that is to judge documents itself begins again with it; other C libraries do not look at it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping

VARIABLE = "GLIBC_TUNABLES"
_BLOCKS = "glibc.malloc.tcache_count"
_KEPT = 200


def tunables(environ: Mapping[str, str] = os.environ) -> str:
    """The variable's value for a process of ours: what the operator has set stays."""
    said = [each for each in environ.get(VARIABLE, "").split(":") if each]
    if not any(each.partition("=")[0] == _BLOCKS for each in said):
        said.append(f"{_BLOCKS}={_KEPT}")
    return ":".join(said)


def environment(environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The environment for a process of ours."""
    return {**environ, VARIABLE: tunables(environ)}


def begin_again() -> None:
    """Start this process anew, by the same command line, with the room that those have that we start: a tenth of a second, once. Returns
    where it has that, or where the C library is none that looks at it. For commands before they have done anything."""
    if os.environ.get(VARIABLE) != tunables() and sys.executable and _glibc():
        os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], environment())


def _glibc() -> bool:
    try:
        return bool(os.confstr("CS_GNU_LIBC_VERSION"))
    except (ValueError, OSError):
        return False
