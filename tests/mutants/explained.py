"""Why some mutants live: tests/mutants/explained.toml."""

from __future__ import annotations

import tomllib
from pathlib import Path

FILE = Path(__file__).with_name("explained.toml")


def explanations() -> dict[tuple[str, str, str, str], str]:
    """(module, scope, line before, line after) → why no test can notice it, or why none does."""
    found: dict[tuple[str, str, str, str], str] = {}
    for reason in tomllib.loads(FILE.read_text("utf-8")).get("reason", []):
        for file, scope, before, *afters in reason["mutants"]:
            for after in afters:
                found[file, scope, before, after] = reason["why"]
    return found
