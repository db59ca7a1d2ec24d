"""`xmlsvc revalidate`: the whole corpus, checked again; nothing is written to the documents."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from .. import validation
from ..batch import clusters, measures, results, revalidate
from ..counts import plural
from ..documents import runs, services
from ..documents.access import OPERATOR
from ..documents.services import Services
from ..errors import UsageError
from ..jobs import executors, progress
from . import reports

FAILURES = (revalidate.NEWLY_BROKEN, revalidate.UNREADABLE)
EXAMPLE = """
examples:
  xmlsvc revalidate
  xmlsvc revalidate --vocabulary programme@1.1               what would break if 1.1 became the active version?
  xmlsvc revalidate --vocabulary programme --against next/programme.xsd --report next.html
  xmlsvc revalidate --vocabulary programme --query "partner:nordlys after:2024-05"
  xmlsvc revalidate --resume 01jd2v9m3k8f4w5x6y7z0a1b2c      go on where it was stopped, by whatever it was

Prints each document that newly breaks, with its violations, then the causes and the totals. A verdict that is known for these bytes, this
schema, these rules and these engines is not made again. Exit code 1: something is newly broken, or cannot be read.
"""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.epilog = EXAMPLE
    parser.add_argument("--vocabulary", metavar="NAME[@V]", help="only this vocabulary's documents (against this version)")
    parser.add_argument("--against", metavar="XSD", nargs="+",
                        help="judge by this candidate schema, which is not registered: its entry document, or a zip or folder of it all")
    parser.add_argument("--resume", metavar="RUN", help="go on with this run")
    configure_run(parser)


def configure_run(parser: argparse.ArgumentParser) -> None:
    """What a candidate's trial takes, too."""
    parser.add_argument("--query", metavar="Q", help="only documents that this finds; the language of the search box")
    parser.add_argument("--catalog", metavar="DIR|FILE", help="where the candidate's imports are: an XML catalogue or a directory")
    parser.add_argument("--upgrade", metavar="XSLT", help="send each document through this stylesheet first")
    parser.add_argument("--rules", metavar="FILE", help="check these, too: Schematron, or a TOML file with [rules.NAME] as in a manifest")
    parser.add_argument("--again", action="store_true", help="make known verdicts again, too")
    known = ", ".join((*executors.NAMES, "dask://HOST:PORT"))
    parser.add_argument("--executor", metavar="NAME", default="processes", help=f"{known}; default: %(default)s")
    parser.add_argument("--workers", type=int, metavar="N", help="default: the number of cores")
    parser.add_argument("--report", metavar="FILE", type=Path, help="write a report: .html, .json, .csv or .xml (JUnit)")
    parser.add_argument("--all", action="store_true", help="print every document that is invalid, not only the newly broken")


def run(arguments: argparse.Namespace) -> int:
    with services.open(arguments.instance) as house:
        return perform(house, arguments)


def perform(house: Services, arguments: argparse.Namespace) -> int:
    """The run that the arguments ask for, done in this process; the exit code."""
    kind = results.kind_of(arguments.report) if arguments.report else None
    recorder = _recorder(house, arguments)
    print(f"Run {recorder.id}", file=sys.stderr)
    target = measures.Measures(house, recorder.parameters).target
    if target is not None and target.version == measures.CANDIDATE:
        for note in (*target.set.warnings, *target.model.warnings, *validation.notes(target)):
            print(f"  note: {note}", file=sys.stderr)
    try:
        with runs.here(recorder), progress.bar("Revalidating", recorder.run.total) as bar:
            for judged in revalidate.judged(house, recorder):
                bar.total(recorder.total)
                bar.advance(sum(recorder.counts.values()) - bar.done)
                for each in judged:
                    if each.outcome in FAILURES or (arguments.all and each.report is not None):
                        _print(each)
    except runs.Halted as halted:
        print(f"The run was stopped and is {halted.state or 'another process’s'}.", file=sys.stderr)
        return 1
    for cluster in clusters.listed(house, OPERATOR, recorder.id):
        print(f"{cluster.id}\t{plural(cluster.documents, 'document')}\t{cluster.message}", file=sys.stderr)
    if kind is not None:
        results.save(house, OPERATOR, recorder.id, kind, arguments.report)
    counts = recorder.counts
    print(", ".join(f"{count} {outcome}" for outcome, count in sorted(counts.items()) if count) or "no documents", file=sys.stderr)
    return int(any(counts.get(outcome) for outcome in FAILURES))


def _recorder(house: Services, arguments: argparse.Namespace) -> runs.Recorder:
    """The run that is asked for, new or gone on with."""
    if getattr(arguments, "resume", None):
        found = runs.get(house, OPERATOR, arguments.resume)
        if found.kind != "revalidate":
            raise UsageError(f"The run {found.id} is no revalidation but a {found.kind}. Let it go on with: xmlsvc run resume {found.id}")
        return runs.take(house, arguments.resume)
    parameters: dict[str, Any] = {name: getattr(arguments, name) for name in ("vocabulary", "query", "again", "executor", "workers")}
    files = measures.given(
        house.settings, against=arguments.against or (), catalog=arguments.catalog, upgrade=arguments.upgrade, rules=arguments.rules
    )
    return revalidate.begin(house, OPERATOR, parameters | files)


def _print(judged: revalidate.Judged) -> None:
    name = f"{judged.subject.partner}/{judged.subject.identity}"
    print(f"{judged.outcome}\t{judged.subject.document}\t{name}")
    for violation in judged.report.violations if judged.report else ():
        print(reports.line(name, violation))
    if judged.fault:
        print(f"{name}: {judged.fault}")
