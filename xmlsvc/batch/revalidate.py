"""Checking everything that is stored again: against today's schemas, another version, a candidate. Nothing is written to the documents.

    scan.pages ─► documents that are not plainly valid ─┬─► known: their reports are read
                                                        └─► the others: executor ─► judge.check
    ─► outcomes (newly broken, still broken, fixed …) and causes ─► one transaction a page: verdicts, items, clusters, place

A verdict is keyed by content, schema and engine fingerprint; one that is there is not made again, so a run over what it has seen costs the
scan alone. A run that was interrupted goes on after its last page; each document is counted once.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from itertools import repeat
from typing import Any

from storm.expr import And, Select
from storm.store import Store

from ..documents import runs, verdicts
from ..documents.access import Actor, require
from ..documents.services import Services
from ..errors import BadRequest
from ..jobs import executors
from ..storage import model
from ..storage.backends import dialect, execute_many
from ..storage.insert import insert_all, plain
from ..validation import causes
from ..validation.causes import Hit
from ..validation.report import Report, SchemaName
from . import judge, scan
from . import measures as measures_module
from .measures import Measures
from .scan import Page, Subject

NEWLY_BROKEN, STILL_BROKEN, BROKEN_OTHERWISE, FIXED, STILL_VALID, UNREADABLE = (
    "newly-broken", "still-broken", "broken-otherwise", "fixed", "still-valid", "unreadable",
)  # fmt: skip
OUTCOMES = (NEWLY_BROKEN, STILL_BROKEN, BROKEN_OTHERWISE, FIXED, STILL_VALID, UNREADABLE)
PARAMETERS = frozenset({
    "vocabulary", "query", "again", "executor", "workers", "chunk", "against", "candidate", "upgrade", "rules", "schedule",
})  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One document that is not plainly valid, before or now. `outcome`: newly-broken, still-broken (by the same causes), broken-otherwise,
    fixed, still-valid (with warnings) or unreadable (`fault` says why). `message`: the first violation's; `hits`: the causes."""

    subject: Subject
    outcome: str
    fault: str = ""
    message: str = ""
    hits: tuple[Hit, ...] = ()
    packed: bytes = b""

    @property
    def report(self) -> Report | None:
        """The verdict on an invalid document."""
        return verdicts.unpack(False, self.packed, SchemaName(vocabulary=None, version=None, digest="")) if self.packed else None


def request(services: Services, actor: Actor, parameters: dict[str, Any], priority: int = 0) -> str:
    """A run for a runner; its id. `parameters` as of `revalidate`, files as texts (`measures.uploaded`). Raises Forbidden,
    UnknownVocabulary, UsageError, BadRequest, SchemaError, UnresolvedLocation, StylesheetError."""
    require(actor, "run")
    texts = {"against", "entries", "upgrade", "rules"}
    given = {name: value for name, value in parameters.items() if name not in texts}
    given |= measures_module.uploaded(services.settings, {name: value for name, value in parameters.items() if name in texts})
    _checked(services, actor, given)
    return runs.create(services, actor, "revalidate", given, priority)


def begin(services: Services, actor: Actor, parameters: dict[str, Any]) -> runs.Recorder:
    """A run of this process. Raises as `request`."""
    _checked(services, actor, parameters)
    return runs.start(services, actor, "revalidate", parameters)


def revalidate(services: Services, actor: Actor, **parameters: Any) -> Iterator[list[Judged]]:
    """Judge the selected documents, in the order of their ids, as a run of this process. `parameters`: see PARAMETERS; `vocabulary`:
    "NAME", or "NAME@VERSION", then against that version; `query`: of the search box; `again`: make known verdicts, too; what
    `measures.given` made of a candidate, an upgrade or rules.

    Without a version each is checked against the version that a delivery of today would be: what its deliverer named, what its
    schemaLocation names, else the active one. Yields pages, each after it is recorded, without documents that are known to be plainly
    valid. Raises as `request`, and Halted where somebody paused or cancelled it.
    """
    run = begin(services, actor, parameters)
    with runs.here(run):
        yield from judged(services, run)


def _checked(services: Services, actor: Actor, parameters: dict[str, Any]) -> None:
    require(actor, "run")
    if unknown := sorted(parameters.keys() - PARAMETERS):
        raise BadRequest(f"A revalidation has no parameter {unknown[0]!r}. It has: {', '.join(sorted(PARAMETERS))}.")
    for name in ("vocabulary", "query"):
        if not isinstance(parameters.get(name), str | None):
            raise BadRequest(f"“{name}” is a text.")
    measures = Measures(services, parameters)
    measures.check()
    scan.chosen(services, actor, measures.vocabulary, parameters.get("query"))
    executors.check(parameters.get("executor") or "processes", parameters.get("workers"))


def work(services: Services, run: runs.Recorder) -> None:
    """The rest of a run, for a runner."""
    for _ in judged(services, run):
        pass


def judged(services: Services, run: runs.Recorder) -> Iterator[list[Judged]]:
    """The rest of a run, from its place on, page by page, each after it is recorded. Raises Halted, and as `revalidate`."""
    given = run.parameters
    measures = Measures(services, given)
    conditions = scan.chosen(services, runs.actor_of(services, run.run), measures.vocabulary, given.get("query"))
    run.expect(scan.count(services, conditions))
    executor = given.get("executor") or "processes"
    judges = judge.opened(executor, services, measures, given)
    with executors.open(executor, given.get("workers")) as pool:
        def tasks() -> Iterator[tuple[Page | None, Future[judge.Verdicts]]]:
            chunk = given.get("chunk") or scan.CHUNK
            for page in scan.pages(services, conditions, measures, run.place or "", chunk, bool(given.get("again"))):
                last = None
                for future in judges.submit(pool, page.unknown) if page.unknown else ():
                    if last is not None:
                        yield None, last
                    last = future
                yield page, last or executors.finished(judge.Verdicts())

        with executors.open("threads", 1) as writer:  # the next page is judged while the disk is waited for
            done = _whole(executors.ordered(tasks(), 1 if executor == "serial" else None))
            written = ((page, writer.submit(_record, services, run, measures, page, made)) for page, made in done)
            for _, found in executors.ordered(written, ahead=2):
                yield found
                run.check()


def _whole(parts: Iterable[tuple[Page | None, judge.Verdicts]]) -> Iterator[tuple[Page, judge.Verdicts]]:
    """Each page with all verdicts of its parts: it comes with the last one."""
    made = judge.Verdicts()
    for page, part in parts:
        made.add(part)
        if page is not None:
            yield page, made
            made = judge.Verdicts()


# -- one page -----------------------------------------------------------------------------------------------------------------------


def _record(services: Services, run: runs.Recorder, measures: Measures, page: Page, made: judge.Verdicts) -> list[Judged]:
    """Store a page's new verdicts, the items that are not plainly valid, and their causes, in one transaction."""
    found = _judge(services, measures, page, made)
    done = [
        runs.Done(name=f"{each.subject.partner}/{each.subject.identity}", outcome=each.outcome, document_id=each.subject.document,
                  detail=each.fault or each.message)
        for each in found if each.outcome != STILL_VALID
    ]  # fmt: skip
    more = {STILL_VALID: page.total - len(done)}
    now = services.clock.now()
    rows = _rows(measures, made, plain(now))
    clusters_, members = _causes(run, measures, found, plain(now))

    def unit(store: Store) -> None:
        run.write(store, done, now, more, place=page.last)
        execute_many(store, _VERDICT + _AGAIN[dialect(store)], rows)
        insert_all(store, "cluster", clusters_, once=True)
        insert_all(store, "cluster_member", members)

    services.sessions.write(unit)
    run.written(done, more)
    return found


_VERDICT = "INSERT INTO verdict (content_number, `schema`, engine, valid, violations, report, checked) VALUES (?, ?, ?, ?, ?, ?, ?) "
_AGAIN = {  # one that is there is written over where it stands
    "sqlite": "ON CONFLICT (content_number, schema, engine) DO UPDATE SET valid = excluded.valid, violations = excluded.violations, "
    "report = excluded.report, checked = excluded.checked",
    "mysql": "ON DUPLICATE KEY UPDATE valid = VALUES(valid), violations = VALUES(violations), report = VALUES(report), "
    "checked = VALUES(checked)",
}


def _rows(measures: Measures, made: judge.Verdicts, checked: Any) -> list[tuple[Any, ...]]:
    """The new verdicts as rows, as plainly as can be: most documents are valid, and most of a run's time is theirs."""
    rows: list[tuple[Any, ...]] = []
    silent = verdicts.pack(Report(valid=True))
    for schema, numbers in made.plain.items():
        measure = measures.of(schema)
        rows += zip(numbers, *map(repeat, (measure.key, measure.engine, 1, 0, silent, checked)), strict=False)
    for each in made.others:
        if not each.fault:
            measure = measures.of(each.schema)
            rows.append((each.content, measure.key, measure.engine, int(each.valid), each.violations, each.packed, checked))
    return rows


def _causes(run: runs.Recorder, measures: Measures, found: list[Judged], now: Any) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Rows of the clusters that these documents are in, and of their being in them."""
    causes_: dict[str, dict[str, Any]] = {}
    members = []
    for each in found:
        for hit in each.hits:
            made, subject = hit.cause, each.subject
            measure = measures.of(subject.key[1])
            causes_.setdefault(made.id, {
                "run_id": run.id, "cluster": made.id, "signature": made.signature, "code": made.code[:64], "severity": made.severity,
                "kind": made.kind, "component": made.component, "path": made.path, "attribute": made.attribute,
                "subject": json.dumps(made.subject, ensure_ascii=False), "expected": json.dumps(made.expected, ensure_ascii=False),
                "message": made.message, "found": now,
            })  # fmt: skip
            members.append({
                "run_id": run.id, "cluster": made.id, "document_id": subject.document, "partner_id": subject.partner_id,
                "content": subject.content, "schema": measure.key, "engine": measure.engine, "violations": hit.violations,
                "value": hit.value[:255] if hit.value is not None else None,
            })  # fmt: skip
    return list(causes_.values()), members


def _judge(services: Services, measures: Measures, page: Page, made: judge.Verdicts) -> list[Judged]:
    """What became of those documents that are not plainly valid, before and now."""
    others = {(m.content, m.schema): m for m in made.others}
    left = scan.subjects(services, page, others)
    kept = _stored(services, [(s.key[0], m.key, m.engine) for s in left if s.known is False for m in [measures.of(s.key[1])]])
    own = Measures(services, {})
    were = [(s.key[0], m.key, m.engine) for s in left if not s.was_valid for m in [own.of(s.was)]]
    before = {key: _signatures(tuple(causes.found(_unpacked(packed)))) for key, packed in _stored(services, were).items()}
    found = []
    for s in left:
        one = others.get(s.key)
        if one is not None and one.fault:
            found.append(Judged(subject=s, outcome=UNREADABLE, fault=one.fault))
        elif s.known or (one.valid if one is not None else s.known is None):
            found.append(Judged(subject=s, outcome=STILL_VALID if s.was_valid else FIXED, hits=one.hits if one is not None else ()))
        else:
            told = one or judge.made(_unpacked(kept[s.key[0], measures.of(s.key[1]).key]), *s.key)
            outcome = _outcome(s, told.hits, before.get((s.key[0], own.of(s.was).key)))
            found.append(Judged(subject=s, outcome=outcome, message=told.message, hits=told.hits, packed=told.packed))
    return found


def _unpacked(packed: bytes) -> Report:
    return verdicts.unpack(False, packed, SchemaName(vocabulary=None, version=None, digest=""))


def _stored(services: Services, keys: Sequence[tuple[int, str, str]]) -> dict[tuple[int, str], bytes]:
    """The stored verdicts of these (content's number, key, engine), packed, by number and key."""
    found: dict[tuple[int, str], bytes] = {}
    row = model.Verdict
    for schema, engine in sorted({key[1:] for key in keys}):
        numbers = [key[0] for key in keys if key[1:] == (schema, engine)]
        wanted = And(row.content_number.is_in(numbers), row.schema == schema, row.engine == engine)
        rows = services.sessions.read(partial(_all, query=Select((row.content_number, row.report), wanted)))
        found |= {(content, schema): bytes(packed) for content, packed in rows}
    return found


def _all(store: Store, query: Select) -> list[tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = store.execute(query).get_all()
    return rows


def _outcome(subject: Subject, hits: tuple[Hit, ...], before: set[str] | None) -> str:
    if subject.was_valid:
        return NEWLY_BROKEN
    return STILL_BROKEN if before is None or before == _signatures(hits) else BROKEN_OTHERWISE


def _signatures(hits: tuple[Hit, ...]) -> set[str]:
    return {hit.cause.signature for hit in hits}
