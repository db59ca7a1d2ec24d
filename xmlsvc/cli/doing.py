"""A run that a verb does here and now, instead of leaving it to a runner."""

from __future__ import annotations

import sys
from collections.abc import Set

from ..batch import runner
from ..documents import runs
from ..documents.services import Services
from ..jobs import progress


def work(house: Services, run_id: str, label: str, fine: Set[str]) -> int:
    """Do the run, say on stderr what came of it, and return the exit code: 1 where an outcome is not `fine`."""
    recorder = runs.take(house, run_id)
    print(f"Run {run_id}", file=sys.stderr)
    with runs.here(recorder), progress.bar(label, None) as bar:
        runner.KINDS[recorder.run.kind](house, recorder)
        bar.total(recorder.total)
    print(", ".join(f"{count} {outcome}" for outcome, count in sorted(recorder.counts.items())) or "nothing to do", file=sys.stderr)
    return int(any(count for outcome, count in recorder.counts.items() if outcome not in fine))
