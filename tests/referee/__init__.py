"""Xerces-J as a third opinion, where java is there: the JDK has a copy of it."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path

_SOURCE = Path(__file__).with_name("Referee.java")


def installed() -> bool:
    """Whether java can run the referee from its source."""
    java = shutil.which("java")
    if java is None:
        return False
    modules = subprocess.run([java, "--list-modules"], capture_output=True, text=True, check=False).stdout
    return "jdk.compiler" in modules and "java.xml@" in modules


def verdicts(questions: Iterable[Sequence[Path]], seconds: int = 600) -> list[list[str]]:
    """For each (schema, documents…): "valid", "invalid" or "schema" (it refuses that) for each document; of a schema alone, "valid" or
    "invalid"."""
    lines = "".join("\t".join(map(str, question)) + "\n" for question in questions)
    done = subprocess.run(["java", "-XX:+UseSerialGC", "-Xmx700m", str(_SOURCE)], input=lines, capture_output=True, text=True, check=True,
                          timeout=seconds)
    return [line.split("\t") for line in done.stdout.splitlines()]
