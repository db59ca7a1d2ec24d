"""What units of work cost: time, runs, statements and rows; counted in `metrics`, and the slow ones named in the log.

    watch = Watch("read", unit, slow)
    with watch: … watch.run(store) …        run again as often as the rules of `units` say
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from functools import partial
from types import TracebackType
from typing import Any, Generic, Literal, Self, TypeVar

from storm.store import Store

from .. import metrics

SLOW = 1.0  # seconds; a unit that takes longer is named in the log, unless the program says otherwise
T = TypeVar("T")
_log = logging.getLogger("xmlsvc.storage")
_TIMES = {(kind, outcome): metrics.UNITS.labels(kind, outcome) for kind in ("read", "write") for outcome in ("ok", "failed")}
_RETRIES = {kind: metrics.RETRIES.labels(kind) for kind in ("read", "write")}


class Watch(Generic[T]):
    """One call of a door, from its start to its end, waiting for others and running again included."""

    def __init__(self, kind: Literal["read", "write"], unit: Callable[[Store], T], slow: float) -> None:
        self._kind, self._unit, self._slow = kind, unit, slow
        self.runs = self.statements = self.rows = 0

    def __enter__(self) -> Self:
        self._started = time.perf_counter()
        return self

    def run(self, store: Store) -> T:
        """The unit's value; what it writes is flushed, so that its statements are counted."""
        connection = store._connection
        statements, rows = connection.statements, connection.rows
        self.runs += 1
        try:
            value = self._unit(store)
            if self._kind == "write":
                store.flush()
            return value
        finally:
            self.statements += connection.statements - statements
            self.rows += connection.rows - rows

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        seconds = time.perf_counter() - self._started
        _TIMES[self._kind, "ok" if error is None else "failed"].observe(seconds)
        if self.runs > 1:
            _RETRIES[self._kind].inc(self.runs - 1)
        if seconds >= self._slow:
            _log.warning(
                "slow unit: %s %s took %.3f s: %d runs, %d statements, %d rows sent%s", self._kind, name(self._unit), seconds, self.runs,
                self.statements, self.rows, "" if error is None else f"; {type(error).__name__}",
            )  # fmt: skip


def name(unit: Callable[..., Any]) -> str:
    """Where a unit is written: "xmlsvc.documents.submit:submit.<locals>.<lambda> (line 80)"."""
    while isinstance(unit, partial):
        unit = unit.func
    code = getattr(unit, "__code__", None)
    line = f" (line {code.co_firstlineno})" if code is not None else ""
    return f"{getattr(unit, '__module__', '?')}:{getattr(unit, '__qualname__', type(unit).__qualname__)}{line}"
