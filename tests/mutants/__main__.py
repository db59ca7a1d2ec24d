"""How much the tests would notice: cosmic-ray's mutants of `schema` and `binding` (`make mutants`).

    python -m tests.mutants map [TESTS…]    which tests come to which line; of some files or folders alone, beside what is known of others
    python -m tests.mutants run [MODULES…]  try a sample of the mutants, or of those of some modules, that have not been tried
    python -m tests.mutants show            those that lived and have no explanation in tests/mutants/explained.toml

The mutants are those of cosmic-ray, one of each place where it has any, in an order that the seed and the place's line decide. What is
known is kept in build/mutants, so that a run goes on where the last one ended, however that was; no file of the project is touched. Edit
nothing while a map or a run goes on, or give it a clone of its own.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Sequence

from tests.mutants import kinds, lines, trial
from tests.mutants.explained import explanations

SEED = 20_261


def _show(every: bool) -> None:
    known, counts = explanations(), Counter[str]()
    for each in trial.outcomes().values():
        if not kinds.standing(each.file, each.scope, each.before):
            continue  # the line has changed since: another mutant has its place
        reason = known.get((each.file, each.scope, each.before, each.after))
        said = "lived, explained" if reason and each.outcome == "lived" else each.outcome
        counts[said] += 1
        if said == "lived" or (every and each.outcome == "lived"):
            print(f"\n{each.file}:{each.line} {each.scope}, {each.asked} of {each.tests} tests")
            print(f"- {each.before}", f"+ {each.after}", reason or "not explained", sep="\n")
    print(f"\n{sum(counts.values())} mutants:", ", ".join(f"{count} {said}" for said, count in sorted(counts.items())))


def main(words: Sequence[str]) -> None:
    """Do what the words say."""
    reading = argparse.ArgumentParser("python -m tests.mutants", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    verbs = reading.add_subparsers(dest="verb", required=True)
    mapping = verbs.add_parser("map")
    mapping.add_argument("tests", nargs="*", default=lines.TESTS)
    running = verbs.add_parser("run")
    running.add_argument("modules", nargs="*", choices=[[], *kinds.files()], metavar="MODULE")
    running.add_argument("--count", type=int, default=250, help="of mutants, those that have been tried among them (default %(default)s)")
    running.add_argument("--seconds", type=float, default=1e9, help="begin no other after so long")
    running.add_argument("--work", type=float, default=60, help="seconds of processor time for the tests of one (default %(default)s)")
    running.add_argument("--processes", type=int, default=1, help="that work side by side (default %(default)s)")
    running.add_argument("--seed", type=int, default=SEED, help="another sample (default %(default)s)")
    running.add_argument("--again", action="store_true", help="also those that lived")
    showing = verbs.add_parser("show")
    showing.add_argument("--all", action="store_true", help="also those that are explained")
    asked = reading.parse_args(words)
    if asked.verb == "map":
        lines.map_tests(asked.tests)
        return
    if asked.verb == "run" and not lines.KEPT.exists():
        sys.exit("It is not known yet which tests come to which line: python -m tests.mutants map")
    if asked.verb == "run":
        mutants = kinds.sample(asked.modules, asked.seed)
        limits = trial.Limits(asked.count, asked.seconds, asked.work, asked.processes, asked.again)
        for made in trial.attempt(mutants, lines.read(), limits):
            print(f"{made.file}:{made.line} {made.outcome}", flush=True)
    _show(asked.verb == "show" and asked.all)


if __name__ == "__main__":
    main(sys.argv[1:])
