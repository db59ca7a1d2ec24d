"""Checking everything that is stored again, against today's schemas or another version. Nothing is written to the documents.

    keyset scan of documents ─► which schema ─► verdicts that are known ─┬─► outcome
                                                the others: executor ────┘   (newly broken, still broken, fixed …)

A verdict is keyed by content, schema and engine fingerprint; one that is there is not made again, so a run over what it has
seen costs the scan alone. Workers read the contents themselves and hold one chunk at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

from storm.expr import And, Or, Select
from storm.store import Store

from .. import validation
from ..documents import runs, verdicts
from ..documents import services as services_module
from ..documents.access import Actor, require
from ..documents.services import Services
from ..errors import EnvironmentFault, InputError
from ..jobs import executors
from ..schema.registry import Schema
from ..storage import contents, model
from ..storage.backends import execute_many
from ..storage.insert import plain
from ..validation.report import Report
from ..xml import parser

CHUNK = 200  # documents of one task and one commit
CHUNK_BYTES = 8_000_000  # contents that a worker holds at once, beyond the first

NEWLY_BROKEN, STILL_BROKEN, BROKEN_OTHERWISE, FIXED, STILL_VALID, UNREADABLE = (
    "newly-broken", "still-broken", "broken-otherwise", "fixed", "still-valid", "unreadable",
)  # fmt: skip
Key = tuple[str, str]  # content digest, schema digest


@dataclass(frozen=True, slots=True)
class Made:
    """A verdict as a worker hands it over, or why there is none."""

    content: str
    schema: str
    valid: bool = False
    violations: int = 0
    packed: bytes = b""
    fault: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A document's current revision, as the scan finds it, and the schema to check it against."""

    document: str
    partner: str
    identity: str
    number: int
    content: str
    was: str
    was_valid: bool
    schema: str


Chunk = tuple[list[Subject], dict[Key, bool]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One document's outcome: newly-broken, still-broken (by the same causes), broken-otherwise, fixed, still-valid or unreadable; `report`
    where it is invalid, `fault` where it is unreadable."""

    subject: Subject
    outcome: str
    report: Report | None = None
    fault: str = ""


def count(services: Services, vocabulary: str | None = None) -> int:
    """How many documents a run will look at."""
    name = vocabulary.partition("@")[0] if vocabulary else None
    condition = True if name is None else model.Document.vocabulary == name
    found: int = services.sessions.read(lambda store: store.find(model.Document, condition).count())
    return found


def revalidate(
    services: Services, actor: Actor, *, vocabulary: str | None = None, again: bool = False, executor: str = "processes",
    workers: int | None = None,
) -> Iterator[list[Judged]]:  # fmt: skip
    """Judge every document (of `vocabulary`, "NAME" or "NAME@VERSION": against that version), in the order of their ids, as a run.

    Without a version each is checked against the version that a delivery of today would be: what its deliverer named, what its
    schemaLocation names, else the active one. `again`: make verdicts that are known, too. Yields chunks, each after it is
    recorded. Raises Forbidden, UnknownVocabulary, UsageError (executor).
    """
    require(actor, "run")
    _target(services, vocabulary)
    executors.open(executor, workers).shutdown()
    parameters = {"vocabulary": vocabulary, "again": again, "executor": executor, "workers": workers}
    run = runs.start(services, actor, "revalidate", parameters)
    try:
        yield from judged(services, run)
    except runs.Halted as halted:
        if halted.state:
            run.finish(halted.state)
        raise
    except GeneratorExit:
        run.finish("interrupted")
        raise
    except BaseException:
        run.finish("failed")
        raise
    run.finish("done")


def work(services: Services, run: runs.Recorder) -> None:
    """The rest of a run, for a runner."""
    for _ in judged(services, run):
        pass


def judged(services: Services, run: runs.Recorder) -> Iterator[list[Judged]]:
    """The rest of a run, from its place on, chunk by chunk, each after it is recorded. Raises Halted, and as `revalidate`."""
    vocabulary, again, executor = (run.parameters.get(name) for name in ("vocabulary", "again", "executor"))
    name, target = _target(services, vocabulary)
    executor = executor or "processes"
    if run.place is None:
        run.expect(count(services, vocabulary))
    with executors.open(executor, run.parameters.get("workers")) as pool:
        check: Callable[[Sequence[Key]], list[Made]] = (
            partial(check_apart, str(services.settings.directory)) if executor == "processes" else partial(check_here, services)
        )
        def tasks() -> Iterator[tuple[Chunk, Future[list[Made]]]]:
            for subjects in _scan(services, name, target, run.place or "", run.parameters.get("chunk") or CHUNK):
                known = {} if again else _known(services, subjects)
                keys = [key for key in dict.fromkeys((s.content, s.schema) for s in subjects) if key not in known]
                yield (subjects, known), pool.submit(check, keys) if keys else executors.finished([])

        for (subjects, known), made in executors.ordered(tasks()):
            yield _record(services, run, subjects, known, made)
            run.check()


def _target(services: Services, vocabulary: str | None) -> tuple[str | None, Schema | None]:
    """The vocabulary's name and the version that it names, if it does. Raises UnknownVocabulary."""
    name, _, version = (vocabulary or "").partition("@")
    if not name:
        return None, None
    services.registry.get(name)
    return name, services.registry.get(name, version) if version else None


def _scan(services: Services, vocabulary: str | None, target: Schema | None, after: str, size: int) -> Iterator[list[Subject]]:
    """Chunks of current revisions, by document id, beyond `after`. Each is read in a unit of its own: no long snapshot, no growing
    memory."""
    row, revision = model.Document, model.Revision
    columns = (row.id, model.Partner.name, row.identity, row.vocabulary, row.root, revision.number, revision.digest, revision.schema,
               revision.chosen, revision.valid)
    while True:
        conditions = [row.id > after, revision.document_id == row.id, revision.number == row.current, model.Partner.id == row.partner_id]
        if vocabulary is not None:
            conditions.append(row.vocabulary == vocabulary)
        query = Select(columns, And(*conditions), order_by=[row.id], limit=size)
        found = services.sessions.read(partial(_all, query=query))
        if not found:
            return
        yield [
            Subject(document=id, partner=partner, identity=identity, number=number, content=digest, was=was, was_valid=bool(valid),
                    schema=(target or _today(services, name, root, was, chosen)).digest)
            for id, partner, identity, name, root, number, digest, was, chosen, valid in found
        ]  # fmt: skip
        after = found[-1][0]


def _all(store: Store, query: Select) -> list[tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = store.execute(query).get_all()
    return rows


def _today(services: Services, vocabulary: str, root: str, digest: str, chosen: str) -> Schema:
    """The schema that a delivery of today would be checked against: what named it then still does, or it is the active one's turn."""
    if chosen != "active":
        return services.registry.by_digest(digest)
    active = services.registry.get(vocabulary)
    return active if root in active.roots else services.registry.by_digest(digest)


def _known(services: Services, subjects: Sequence[Subject]) -> dict[Key, bool]:
    """Which of these have a verdict, and whether it is "valid"."""
    row = model.Verdict
    rows = _verdicts(services, (row.content, row.schema, row.valid), [(s.content, s.schema) for s in subjects])
    return {(content, schema): bool(valid) for content, schema, valid in rows}


def _reports(services: Services, keys: Sequence[Key]) -> dict[Key, Report]:
    """The stored verdicts on these in full."""
    row = model.Verdict
    rows = _verdicts(services, (row.content, row.schema, row.valid, row.report), keys)
    return {(content, schema): _report(services, schema, bool(valid), bytes(packed)) for content, schema, valid, packed in rows}


def _verdicts(services: Services, columns: tuple[object, ...], keys: Sequence[Key]) -> list[tuple[Any, ...]]:
    if not keys:
        return []
    row = model.Verdict
    contents_, schemas = ({key[place] for key in keys} for place in (0, 1))
    engines = Or(*(And(row.schema == schema, row.engine == _engine(services, schema)) for schema in sorted(schemas)))
    query = Select(columns, And(row.content.is_in(list(contents_)), engines))
    rows: list[tuple[Any, ...]] = services.sessions.read(lambda store: store.execute(query).get_all())
    return rows


def _engine(services: Services, schema: str) -> str:
    return validation.fingerprint(services.registry.by_digest(schema))


def _report(services: Services, schema: str, valid: bool, packed: bytes) -> Report:
    return verdicts.unpack(valid, packed, verdicts.name_of(services.registry.by_digest(schema), "revalidation"))


def check_here(services: Services, keys: Sequence[Key]) -> list[Made]:
    """The verdicts on these contents by these schemas. One content that cannot be read stops no other."""
    made = []
    wanted: dict[str, list[str]] = {}
    for content, schema in keys:
        wanted.setdefault(content, []).append(schema)
    for packed in _contents(services, list(wanted)):
        for schema in wanted.pop(packed.digest):
            made.append(_verdict(services, packed, schema))
    missing = "The content is not there. Restore it from a backup."
    return made + [Made(content, schema, fault=missing) for content, schemas in wanted.items() for schema in schemas]


def _contents(services: Services, digests: list[str]) -> Iterator[contents.Packed]:
    """These contents, read by as many at a time as memory allows."""
    sizes = services.sessions.read(partial(contents.sizes, names=digests))
    group: list[str] = []
    for digest in sizes:
        if group and sum(sizes[each] for each in group) + sizes[digest] > CHUNK_BYTES:
            yield from services.sessions.read(partial(contents.get_packed, names=group))
            group = []
        group.append(digest)
    if group:
        yield from services.sessions.read(partial(contents.get_packed, names=group))


def _verdict(services: Services, packed: contents.Packed, digest: str) -> Made:
    schema = services.registry.by_digest(digest)
    try:
        data = contents.unpack(packed)
        report = validation.check(schema, data, parser.parse(data, services.limits), limits=services.limits, reason="revalidation")
    except (InputError, EnvironmentFault) as error:
        return Made(packed.digest, digest, fault=error.message)
    return Made(packed.digest, digest, report.valid, len(report.violations), verdicts.pack(report))


@lru_cache(4)
def _apart(directory: str) -> Services:
    return services_module.open(directory)


def check_apart(directory: str, keys: Sequence[Key]) -> list[Made]:
    """`check_here` in a worker process, which opens the instance once for its life."""
    return check_here(_apart(directory), keys) if keys else []


_VERDICT = "INSERT INTO verdict (content, schema, engine, valid, violations, report, checked) VALUES (?, ?, ?, ?, ?, ?, ?)"


def _record(
    services: Services, run: runs.Recorder, subjects: list[Subject], known: dict[Key, bool], made: list[Made]
) -> list[Judged]:
    """Store the new verdicts and the items that are not plainly valid, in one transaction."""
    found = _judge(services, subjects, known, made)
    done = [
        runs.Done(name=f"{each.subject.partner}/{each.subject.identity}", outcome=each.outcome, document_id=each.subject.document,
                  detail=each.fault or (each.report.violations[0].message if each.report and each.report.violations else ""))
        for each in found if each.outcome != STILL_VALID
    ]  # fmt: skip
    more = {STILL_VALID: len(found) - len(done)}
    now = services.clock.now()
    checked = plain(now)
    engines = {schema: _engine(services, schema) for schema in {m.schema for m in made if not m.fault}}
    rows = [(m.content, m.schema, engines[m.schema], int(m.valid), m.violations, m.packed, checked) for m in made if not m.fault]

    def unit(store: Store) -> None:
        row = model.Verdict
        for schema, engine in engines.items():
            again = [m.content for m in made if m.schema == schema and not m.fault]
            store.find(row, row.content.is_in(again), row.schema == schema, row.engine == engine).remove()
        execute_many(store, _VERDICT, rows)
        run.write(store, done, now, more, place=subjects[-1].document)

    services.sessions.write(unit)
    run.written(done, more)
    return found


def _judge(services: Services, subjects: list[Subject], known: dict[Key, bool], made: list[Made]) -> list[Judged]:
    faults = {(m.content, m.schema): m.fault for m in made if m.fault}
    valid = known | {(m.content, m.schema): m.valid for m in made}
    fresh = {(m.content, m.schema): _report(services, m.schema, False, m.packed) for m in made if not m.valid and not m.fault}
    broken = [s for s in subjects if not valid[s.content, s.schema] and (s.content, s.schema) not in faults]
    reports = _reports(services, [key for s in broken if (key := (s.content, s.schema)) not in fresh]) | fresh
    before = _reports(services, [(s.content, s.was) for s in broken if not s.was_valid])
    judged = []
    for s in subjects:
        key = (s.content, s.schema)
        if key in faults:
            judged.append(Judged(subject=s, outcome=UNREADABLE, fault=faults[key]))
        else:
            report = reports.get(key)
            judged.append(Judged(subject=s, outcome=_outcome(s, report, before.get((s.content, s.was))), report=report))
    return judged


def _outcome(subject: Subject, report: Report | None, before: Report | None) -> str:
    if report is None:
        return STILL_VALID if subject.was_valid else FIXED
    if subject.was_valid:
        return NEWLY_BROKEN
    return STILL_BROKEN if before is None or _causes(before) == _causes(report) else BROKEN_OTHERWISE


def _causes(report: Report) -> set[tuple[str, str]]:
    """What is wrong, without where: codes, and paths without positions."""
    return {(v.code, "/".join(step.partition("[")[0] for step in v.path.split("/"))) for v in report.violations}
