"""What is worked out once for an object, and goes with it.

    @memo.kept
    def of(schema: Schema) -> Shape: …     called once for each schema that lives; threads that ask at once are given the same
"""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable
from functools import wraps
from typing import TypeVar

Owner = TypeVar("Owner")
Made = TypeVar("Made")


def kept(make: Callable[[Owner], Made]) -> Callable[[Owner], Made]:
    """The function, asked once for each owner (by threads at once, perhaps more often). What it makes must not hold its owner, else
    neither ever goes."""
    known: weakref.WeakKeyDictionary[Owner, Made] = weakref.WeakKeyDictionary()
    lock = threading.Lock()

    @wraps(make)
    def of(owner: Owner) -> Made:
        with lock:
            there = known.get(owner)
        if there is None:
            made = make(owner)  # which may take seconds: others have owners of their own
            with lock:
                there = known.setdefault(owner, made)
        return there

    return of
