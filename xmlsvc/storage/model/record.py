"""What the core classes have in common."""

from __future__ import annotations

from storm.properties import PropertyPublisherMeta

CURRENT, PUBLISHED, BOTH = 1, 2, 3
"""Heads, as bits: rows and search entries exist for the current and the published revision; once, with BOTH, where these are one."""


class Record(metaclass=PropertyPublisherMeta):
    """Base of the core classes: their references name each other."""
