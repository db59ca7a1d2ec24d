"""How far a run is: a bar with rate and time left on a terminal, nothing elsewhere (logs and cron mail stay readable)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.text import Text


class RateColumn(ProgressColumn):
    """Items a second."""

    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed
        return Text("" if speed is None else f"{speed:,.0f}/s")


class Bar:
    """One running count. `advance(1)` counts one item; `total` may become known later."""

    def __init__(self, progress: Progress | None, task: TaskID | None) -> None:
        self._progress, self._task = progress, task
        self.done = 0

    def advance(self, count: int = 1) -> None:
        self.done += count
        if self._progress is not None and self._task is not None:
            self._progress.advance(self._task, count)

    def reach(self, count: int) -> None:
        """So many are done in all."""
        self.advance(count - self.done)

    def total(self, total: int) -> None:
        if self._progress is not None and self._task is not None:
            self._progress.update(self._task, total=total)

    def note(self, line: str) -> None:
        """Prints a line above the bar (on stderr); without a bar it is dropped: such lines only accompany progress."""
        if self._progress is not None:
            self._progress.console.print(line, markup=False, highlight=False)


@contextmanager
def bar(label: str, total: int | None = None, shown: bool | None = None) -> Iterator[Bar]:
    """A bar on stderr for the length of the block; `shown` None: only when stderr is a terminal."""
    console = Console(stderr=True)
    if not (console.is_terminal if shown is None else shown):
        yield Bar(None, None)
        return
    label_column = TextColumn("{task.description}")
    columns = (label_column, BarColumn(), MofNCompleteColumn(), RateColumn(), TimeElapsedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console) as progress:
        yield Bar(progress, progress.add_task(label, total=total))
