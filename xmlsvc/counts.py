"""How a number of things is said."""

from __future__ import annotations


def plural(count: int, word: str, many: str | None = None) -> str:
    """The number with its word: "1 document", "2,000 documents"; `many` where that takes no s."""
    return f"{count:,} {word if count == 1 else many or word + 's'}"
