"""Publishing anew: channels brought up to date, targets delivered to, and what a changed stylesheet would do, before it is put in place.

    refresh(services, vocabulary, format)              every channel up to date: known outputs by their keys, the others made
    preview(services, vocabulary, format, folder)      the outputs of a candidate beside the present ones: counts and differences
    runs of the kinds "republish" and "deliver"        the same for a runner, as `due` or somebody asks for them
"""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from storm.store import Store

from ..documents import runs
from ..documents.access import OPERATOR, Actor, require
from ..documents.services import Services
from ..errors import BadRequest, Error
from ..publish import channels, collections, delivery, formats, gates
from ..publish.delivery import Target, targets
from ..storage import contents, model, public

REPUBLISH, DELIVER = "republish", "deliver"
RETRY = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Refreshed:
    """A channel that was brought up to date. `confirmed`: outputs that are as they were; `changed`: those that a reader gets anew, or no
    more; `refused`: documents whose last good output stays, or that have none."""

    vocabulary: str
    format: str
    confirmed: int
    changed: int
    refused: int


def wanted(services: Services, vocabulary: str | None, format: str | None) -> list[tuple[str, str]]:
    """The channels of a vocabulary and a format; without a format those of the manifest. Raises NotFound, UnknownVocabulary."""
    if format is not None:
        return [(name, format) for name, _ in collections.with_format(services, format, vocabulary)]
    names = services.registry.names() if vocabulary is None else [vocabulary]
    return [
        (name, each) for name in names
        for each in dict.fromkeys(each for schema in services.registry.versions(name) for each in schema.manifest.formats)
    ]  # fmt: skip


def refresh(services: Services, vocabulary: str | None = None, format: str | None = None) -> Iterator[Refreshed]:
    """One channel after the other. Raises as `wanted`, StylesheetError."""
    for channel in wanted(services, vocabulary, format):
        before = services.sessions.read(partial(public.channel, vocabulary=channel[0], format=channel[1]))
        channels.settle_all(services, *channel)
        yield services.sessions.read(partial(_counted, channel=channel, before=before.sequence if before else 0))


def _counted(store: Store, channel: tuple[str, str], before: int) -> Refreshed:
    where, values = "vocabulary = ? AND format = ?", channel
    total = store.execute(f"SELECT COUNT(*) FROM public_output WHERE {where}", values).get_one()
    changed = store.execute(f"SELECT COUNT(*) FROM public_output WHERE {where} AND sequence > ?", (*values, before)).get_one()
    refused = store.execute(f"SELECT COUNT(*) FROM public_output WHERE {where} AND problem IS NOT NULL", values).get_one()
    assert total is not None and changed is not None and refused is not None
    return Refreshed(*channel, int(total[0]) - int(changed[0]), int(changed[0]), int(refused[0]))


@dataclass
class Preview:
    """What a candidate would do. `counts`: same, changed, refused, mended (refused before), failing as before; `differences`: (document,
    unified diff) of the first that change; `problems`: (document, sentence) of the first that would be refused."""

    counts: Counter[str] = field(default_factory=Counter)
    differences: list[tuple[str, str]] = field(default_factory=list)
    problems: list[tuple[str, str]] = field(default_factory=list)


def preview(
    services: Services, vocabulary: str, name: str, folder: Path, most: int | None = None, differences: int = 3
) -> Iterator[Preview]:
    """Render published documents with the stylesheets of `folder` (which stands for the vocabulary's) beside what is shown now; nothing is
    stored. The same Preview, further on, after each page; `most`: so many documents. Raises NotFound, UnknownVocabulary."""
    collections.with_format(services, name, vocabulary)
    channels.settle_all(services, vocabulary, name)
    found, after, left = Preview(), "", most if most is not None else 2**62
    while left > 0:
        page = services.sessions.read(partial(_published, vocabulary=vocabulary, after=after, most=min(left, channels.CHUNK)))
        if not page:
            return
        for document, digest, content in page:
            _compare(services, found, vocabulary, name, folder, document, digest, content, differences)
        after, left = page[-1][0], left - len(page)
        yield found


def _published(store: Store, vocabulary: str, after: str, most: int) -> list[tuple[str, str, str]]:
    row = model.PublicDocument
    found = store.find((row.document_id, row.schema_digest, row.content), row.vocabulary == vocabulary, row.document_id > after,
                       row.number != None).order_by(row.document_id)  # noqa: E711  # fmt: skip
    return list(found[:most])


def _compare(
    services: Services, found: Preview, vocabulary: str, name: str, folder: Path, document: str, digest: str, content: str, most: int
) -> None:
    schema = services.registry.by_digest(digest)
    format = formats.of(schema)[name]
    if format.stylesheet is None or format.folder is None:
        raise BadRequest(f"The format {name} is made by the schema alone; there is no stylesheet to change.")
    home = format.folder / vocabulary

    def moved(path: Path | None) -> Path | None:
        return folder / path.relative_to(home) if path is not None and path.is_relative_to(home) else path

    candidate = replace(format, folder=folder, stylesheet=moved(format.stylesheet), gate=moved(format.gate))
    data = services.sessions.read(partial(contents.get, name=content))
    before, _ = _made(services, format, schema, data, document)
    after, problem = _made(services, candidate, schema, data, document)
    if after is None:
        found.counts["failing" if before is None else "refused"] += 1
        if before is not None and len(found.problems) < most:
            found.problems.append((document, problem))
    elif before == after:
        found.counts["same"] += 1
    else:
        found.counts["mended" if before is None else "changed"] += 1
        if len(found.differences) < most:
            found.differences.append((document, _difference(before or b"", after, document)))


def _made(services: Services, format: formats.Format, schema: Any, data: bytes, document: str) -> tuple[bytes | None, str]:
    """(output, "") or (None, why)."""
    try:
        output = format.make(schema, data, services.limits, document)
        gates.require(format, output, document)
    except Error as error:
        return None, error.message
    return output, ""


def _difference(before: bytes, after: bytes, document: str) -> str:
    old, new = (each.decode("utf-8", "replace").splitlines(keepends=True) for each in (before, after))
    return "".join(difflib.unified_diff(old, new, f"{document} (now)", f"{document} (candidate)", n=2))


# -- runs -------------------------------------------------------------------------------------------------------------------------


def request(services: Services, actor: Actor, parameters: dict[str, Any], priority: int = 0) -> str:
    """A run "republish" for a runner; its id. `parameters`: vocabulary, format. Raises Forbidden, NotFound, UnknownVocabulary."""
    require(actor, "run")
    wanted(services, parameters.get("vocabulary"), parameters.get("format"))
    return runs.create(services, actor, REPUBLISH, parameters, priority)


def request_delivery(services: Services, actor: Actor, parameters: dict[str, Any], priority: int = 0) -> str:
    """A run "deliver"; its id. `parameters`: target (its name), changed. Raises Forbidden, NotFound."""
    require(actor, "publish")
    targets.get(services, str(parameters.get("target") or ""))
    return runs.create(services, actor, DELIVER, parameters, priority)


def work(services: Services, run: runs.Recorder) -> None:
    """A run "republish": chunk by chunk, so that it can be stopped; what was done stays done."""
    for channel in wanted(services, run.parameters.get("vocabulary"), run.parameters.get("format")):
        while count := channels.settle(services, *channel):
            _note(services, run, [], {f"{channel[1]}": count})
            run.check()


def work_delivery(services: Services, run: runs.Recorder) -> None:
    """A run "deliver": a page of files at a time. Cancelling it ends the target's command, too."""
    target = targets.get(services, str(run.parameters["target"]))

    def cancelled() -> bool:
        try:
            run.check()
        except runs.Halted:
            return True
        return False

    for page in delivery.deliver(services, target, changed=bool(run.parameters.get("changed", True)), cancelled=cancelled):
        done = [runs.Done(name=each.name, outcome=each.outcome, document_id=each.document, detail=each.detail) for each in page]
        _note(services, run, done, {})
        run.check()
    run.check()


def _note(services: Services, run: runs.Recorder, done: list[runs.Done], more: dict[str, int]) -> None:
    now = services.clock.now()
    services.sessions.write(lambda store: run.write(store, done, now, more))
    run.written(done, more)


def due(services: Services) -> list[str]:
    """Ask for the deliveries whose time has come: of targets that deliver on publication and have something to deliver, or a file that
    failed RETRY ago, and of those with a schedule. The ids of the new runs; a target that has a run under way waits for its end."""
    now, made = services.clock.now(), []
    for target in targets.listed(services):
        scheduled = target.due is not None and target.due <= now
        if not scheduled and not (target.schedule == targets.ON_PUBLICATION and _waits(services, target, now - RETRY)):
            continue
        if services.sessions.read(partial(_under_way, name=target.name)):
            continue
        if scheduled:
            targets.planned(services, target)
        made.append(runs.create(services, OPERATOR, DELIVER, {"target": target.name, "changed": True}))
    return made


def _waits(services: Services, target: Target, before: datetime) -> bool:
    if delivery.failing(services, target, before):
        return True
    for format in target.formats:
        try:
            found = collections.with_format(services, format, target.vocabulary)
        except Error:
            continue
        if any(delivery.behind(services, target, (vocabulary, format)) for vocabulary, _ in found):
            return True
    return False


def _under_way(store: Store, name: str) -> bool:
    row = model.Run
    texts = store.find(row.parameters, row.kind == DELIVER, row.state.is_in(runs.OPEN))
    return any(f'"target": "{name}"' in text for text in texts)
