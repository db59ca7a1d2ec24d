"""`xmlsvc fix`: what can be done about a cause that a run found; seen before it is done, and taken back if need be."""

from __future__ import annotations

import argparse
from pathlib import Path

from ..batch import clusters, fixes, fixing, script, trying, undoing
from ..batch.measures import Measures
from ..counts import plural
from ..documents import runs, services
from ..documents.access import OPERATOR
from ..documents.services import Services
from ..errors import UsageError
from . import doing

EXAMPLE = """
examples:
  xmlsvc fix 01jd2v9m3k8f4w5x6y7z0a1b2c 3f2a                      what could be done about this cause
  xmlsvc fix 01jd2v9m3k8f4w5x6y7z0a1b2c 3f2a --preview            what would change in the bytes of some documents
  xmlsvc fix 01jd2v9m3k8f4w5x6y7z0a1b2c 3f2a --sample 100         how many of a hundred documents it would mend
  xmlsvc fix 01jd2v9m3k8f4w5x6y7z0a1b2c 3f2a --script mine.txt --apply
  xmlsvc fix 01jd2v9m3k8f4w5x6y7z0a1b2c 3f2a --undo

Without --script the first proposal is taken; one that takes something away must be chosen by --proposal. A script is an XSLT 1.0
stylesheet, or lines like these (docs/runs.md has them all):
  namespace p = urn:example:programme
  replace /p:clip/p:rating : "old" -> "new"
  add /p:clip : p:title = "Untitled"
--apply makes a revision of each document that is helped, all of them one run. Exit code 1: some were not helped.
"""
_FINE = frozenset({fixing.FIXED, fixing.IMPROVED, undoing.UNDONE})


def configure(parser: argparse.ArgumentParser) -> None:
    parser.epilog = EXAMPLE
    parser.add_argument("run", metavar="RUN", help="a revalidation, or, with --undo, the fix's run")
    parser.add_argument("cluster", metavar="CLUSTER", nargs="?", help="one of its causes, or the beginning of its id")
    parser.add_argument("--script", metavar="FILE", type=Path, help="do this instead of what is proposed")
    parser.add_argument("--proposal", metavar="N", type=int, help="which proposal (default: the first, if it takes nothing away)")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--preview", action="store_true", help="show what would change in three documents")
    what.add_argument("--sample", metavar="N", type=int, help="try it on N documents")
    what.add_argument("--apply", action="store_true", help="apply it to all documents of the cause, as one run")
    what.add_argument("--undo", action="store_true", help="take back what the last fix of this cause did")


def run(arguments: argparse.Namespace) -> int:
    with services.open(arguments.instance) as house:
        if arguments.undo:
            made = fixing.undo(house, OPERATOR, fixing.latest(house, OPERATOR, arguments.run, arguments.cluster or ""))
            return doing.work(house, made, "Undoing", _FINE)
        if arguments.cluster is None:
            raise UsageError(f"Say which cause: xmlsvc fix {arguments.run} CLUSTER. To see them: xmlsvc run show {arguments.run}")
        found = clusters.get(house, OPERATOR, arguments.run, arguments.cluster)
        if arguments.script is None and not (arguments.preview or arguments.sample or arguments.apply):
            return _proposals(house, arguments.run, found)
        text = _script(house, arguments, found)
        if arguments.apply:
            return doing.work(house, fixing.apply(house, OPERATOR, arguments.run, found.id, text), "Fixing", _FINE)
        return _try(house, arguments, found, text)


def _proposals(house: Services, run_id: str, cluster: clusters.Cluster) -> int:
    made = fixes.proposals(house, OPERATOR, run_id, cluster.id)
    print(f"{cluster.message}\n{plural(cluster.documents, 'document')}, {plural(cluster.violations, 'violation')}, {cluster.code}")
    for number, each in enumerate(made, 1):
        trial = each.trial
        print(f"\n{number}. {each.title}{' (takes something away)' if each.lossy else ''}")
        print(f"   tried on {trial.documents}: {trial.changed} changed, {trial.helped} without the cause, {trial.valid} valid")
        print("\n".join(f"   | {line}" for line in each.script.splitlines()))
    if not made:
        print("\nNothing is proposed: what would be right cannot be told from the schema.")
        print("Write a script, and try it with --script FILE --preview.")
    return 0


def _script(house: Services, arguments: argparse.Namespace, cluster: clusters.Cluster) -> str:
    """The text of what is to be done. Raises UsageError."""
    if arguments.script is not None:
        try:
            return str(arguments.script.read_text("utf-8"))
        except OSError as error:
            raise UsageError(f"The script {arguments.script} cannot be read: {error.strerror}.") from error
        except UnicodeDecodeError as error:
            raise UsageError(f"The script {arguments.script} is not UTF-8. Save it so.") from error
    made = fixes.proposals(house, OPERATOR, arguments.run, cluster.id)
    number = arguments.proposal or 1
    if not 1 <= number <= len(made):
        raise UsageError(f"This cause has {plural(len(made), 'proposal')}; write a script and give it by --script FILE.")
    if made[number - 1].lossy and arguments.proposal is None and arguments.apply:
        raise UsageError(f"The first proposal takes something away: “{made[0].title}”. If that is what you want, say --proposal 1.")
    return made[number - 1].script


def _try(house: Services, arguments: argparse.Namespace, cluster: clusters.Cluster, text: str) -> int:
    measures = Measures(house, runs.get(house, OPERATOR, arguments.run).parameters)
    members = clusters.members(house, arguments.run, cluster.id, limit=3 if arguments.preview else arguments.sample or 20)
    measure = measures.of(members[0].schema)
    if not arguments.preview:
        _, trial = trying.tried(house, measure, members, text, cluster.id)
        print(f"tried on {trial.documents}: {trial.changed} changed, {trial.helped} without the cause, {trial.valid} valid")
        for line in trial.failed:
            print(line)
        return int(trial.helped < trial.documents)
    for each in trying.previews(house, measure, script.parse(text, house.settings), members, cluster.id):
        print(f"{each.partner}/{each.identity} ({each.document}): {'valid' if each.valid else 'not valid'} afterwards")
        for sign, line in each.lines or [("  ", "nothing changes here")]:
            print(f"{sign}{line}")
        for sentence in each.left:
            print(f"  left: {sentence}")
    return 0
