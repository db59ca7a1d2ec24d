"""The examples in a Markdown file, run as they are printed.

    ```console   commands after "$ ", their output below them ("…" stands for anything, "?" at a line's end included)
    ```sh        commands alone; all must succeed

A block after `<!-- not run: REASON -->` is left alone. Everything runs in one shell, in order, so that a later example sees
what an earlier one set.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_BLOCK = re.compile(r"(?P<not_run><!-- not run: [^>]+ -->\n+)?^```(?P<kind>console|sh)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
_MARK = "--8<-- {} {}"


@dataclass(frozen=True)
class Example:
    """One command and what it must print (None: anything)."""

    line: int
    command: str
    expected: str | None


def examples(text: str) -> list[Example]:
    """The examples of a Markdown text, in order."""
    found = []
    for block in _BLOCK.finditer(text):
        if block["not_run"]:
            continue
        line = text.count("\n", 0, block.start("text")) + 1
        if block["kind"] == "sh":
            found.append(Example(line, block["text"], None))
            continue
        for part in re.split(r"^(?=\$ )", block["text"], flags=re.MULTILINE):
            if part:
                command, expected = _split(part)
                found.append(Example(line, command, expected))
            line += part.count("\n")
    return found


def _split(part: str) -> tuple[str, str]:
    """A "$ command" (a line that ends in a backslash goes on) and the output below it."""
    lines = part.removeprefix("$ ").splitlines(keepends=True)
    end = next(place for place, line in enumerate(lines) if not line.endswith("\\\n"))
    return "".join(lines[: end + 1]), "".join(lines[end + 1 :])


def run(found: list[Example], cwd: Path, environment: Mapping[str, str]) -> list[str]:
    """Run them; a sentence for each that failed or printed something else."""
    parts = ["set -u -o pipefail\n"]
    for place, example in enumerate(found):
        parts += [example.command.rstrip(), f"\n__code=$?; printf '\\n{_MARK.format(place, '%s')}\\n' $__code\n"]
    done = subprocess.run(
        ["bash", "-s"], input="".join(parts), cwd=cwd, env=dict(environment), timeout=300,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    pieces = re.split(r"\n?^--8<-- (\d+) (\d+)\n", done.stdout, flags=re.MULTILINE)
    faults = []
    for place, example in enumerate(found):
        output, code = (pieces[3 * place], int(pieces[3 * place + 2])) if len(pieces) > 3 * place + 2 else (pieces[-1], -1)
        if example.expected is None and code:
            faults.append(f"line {example.line} ended with {code}:\n{example.command}{output}")
        elif example.expected is not None and not matches(example.expected, output):
            faults.append(f"line {example.line} printed something else:\n$ {example.command}{output}\ninstead of:\n{example.expected}")
    return faults


def matches(expected: str, output: str) -> bool:
    """Whether the output is what is printed; "…" stands for any text."""
    pattern = ".*".join(map(re.escape, expected.strip().split("…")))
    return re.fullmatch(pattern, output.strip(), re.DOTALL) is not None
