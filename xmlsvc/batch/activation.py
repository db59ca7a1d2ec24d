"""Making another version the active one, with open eyes: what changes, whom it breaks, what was tried; and taking it back.

    touched(services, old, new) -> Touched             columns, formats and forms that the change reaches
    prepared(services, name, version)           the what-if run that shows what activating would do, not older than the corpus
    activate(services, actor, name, version, force)    asks for that run (or a reason to do without), widens the tables, switches over
    back(services, actor, name)                        the version that was active before

Nothing stops meanwhile: tables are only ever widened, deliveries and readers go on under the old version until the switch, which is one
write. Documents keep the verdicts of their revisions; what they are judged by from now on is the new version.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from storm.expr import Desc

from ..codegen.tables import TablePlan
from ..documents import audit, runs, vocabularies
from ..documents.access import OPERATOR, Actor, require
from ..documents.services import Services
from ..errors import Conflict, NotFound
from ..publish import formats
from ..schema import evolution
from ..schema.registry import Schema
from ..storage import model, projection
from ..xml.names import split

ACTION = "vocabulary.switch"


@dataclass(frozen=True, slots=True)
class Touched:
    """What a change reaches beyond documents: `columns` in words; `formats`: name → why; `forms`: where editors find other fields."""

    columns: tuple[str, ...]
    formats: dict[str, str]
    forms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Activation:
    """`schema` is active now instead of `before`; `run`: the what-if run that it was decided by, None where it was forced."""

    schema: Schema
    before: Schema
    run: runs.Run | None


def compare(services: Services, name: str, old: str, new: str) -> tuple[evolution.Evolution, Touched]:
    """What changed from one registered version to another. Raises UnknownVocabulary."""
    one, two = services.registry.get(name, old), services.registry.get(name, new)
    found = evolution.diff(one.model, two.model)
    return found, touched(found, one, two)


def touched(found: evolution.Evolution, old: Schema, new: Schema) -> Touched:
    """What an evolution reaches beyond documents."""
    before, after = _columns(projection.plan_of(old)), _columns(projection.plan_of(new))
    come = {name: f"{name.partition('.')[2]} ({kind})" for name, kind in after.items() if name not in before}
    lost = {name: name.partition(".")[2] for name in before if name not in after}
    columns = [*_listed("comes", "come", "", come), *_listed("gets", "get", f" no values from documents of {new.version}", lost)]
    columns += [f"{name} holds {after[name]} instead of {before[name]}" for name in before if after.get(name, before[name]) != before[name]]
    gone = sorted({name for change in found.changes if change.names and change.kind in ("removed", "renamed", "moved")
                   if (name := _written(change.names[0]))})  # fmt: skip
    return Touched(tuple(columns), dict(_formats(new, gone)), tuple(_forms(found)))


def _listed(one: str, many: str, rest: str, columns: dict[str, str]) -> Iterator[str]:
    """One sentence for each table, its verb as for one column or many: "programme_video: sha1 (line), sha256 (line) come"."""
    tables: dict[str, list[str]] = {}
    for name, said in columns.items():
        tables.setdefault(name.partition(".")[0], []).append(said)
    yield from (f"{table}: {', '.join(names)} {one if len(names) == 1 else many}{rest}" for table, names in tables.items())


def _forms(found: evolution.Evolution) -> Iterator[str]:
    """One sentence for each type whose form has other fields, or has them in another order."""
    said: dict[str, list[str]] = {}
    for change in found.changes:
        names = [split(name.removeprefix("@"))[1] for name in change.names]
        if change.kind in ("added", "removed", "renamed", "moved") and names and change.where != "schema":
            other = names[-1] if names[-1] != names[0] else "one of another namespace"
            words = {"added": f"{names[0]} comes", "removed": f"{names[0]} goes", "renamed": f"{names[0]} becomes {other}",
                     "moved": f"{names[0]} moves"}[change.kind]  # fmt: skip
            said.setdefault(change.where, []).append(words)
        elif change.kind == "reordered":
            said.setdefault(change.where, []).append("another order")
    yield from (f"{where}: {', '.join(sorted(words))}" for where, words in sorted(said.items()))


def _written(name: str) -> str:
    """A name as a stylesheet has it, but for its prefix: "@lang" for an attribute's."""
    return f"@{split(name[1:])[1]}" if name[:1] == "@" else split(name)[1]


def _columns(plan: TablePlan) -> dict[str, str]:
    return {f"{table.name}.{column.name}": column.kind for table in plan.tables for column in table.columns}


def _formats(schema: Schema, gone: list[str]) -> Iterator[tuple[str, str]]:
    """The formats whose stylesheets speak of names that are gone."""
    for name in formats.of(schema):
        entry = schema.manifest.formats.get(name)
        path = schema.stylesheets / entry.stylesheet if entry is not None else None
        if path is None or not path.is_file():
            continue
        text = path.read_text("utf-8", "replace")
        if found := [each for each in gone if re.search(rf"(?<![\w-]){re.escape(each)}(?![\w-])", text)]:
            yield name, f"its stylesheet speaks of {', '.join(found)}"


def newest_change(services: Services, name: str) -> datetime | None:
    """When a document of the vocabulary last changed; None where there is none."""
    row = model.Document
    newest = (row.modified,)
    found = services.sessions.read(lambda store: store.find(newest, row.vocabulary == name).order_by(Desc(row.modified)).first())
    return found[0] if found else None


def prepared(services: Services, name: str, version: str) -> runs.Run | None:
    """The newest what-if run over all of the vocabulary's documents by this version that is not older than the corpus; None if there is
    none."""
    target, changed = services.registry.get(name, version), newest_change(services, name)
    before = None
    while page := runs.listed(services, OPERATOR, before):
        for run in page:
            given = run.parameters
            whole = not any(given.get(key) for key in ("query", "upgrade", "rules")) and run.kind == "revalidate" and run.state == "done"
            candidate = given.get("against") == target.digest and given.get("vocabulary") in (name, None)
            aimed = candidate or given.get("vocabulary") == target.name
            if whole and aimed and run.begun is not None and (changed is None or run.begun >= changed):
                return run
        if changed is None or page[-1].started < changed:
            return None
        before = (page[-1].started, page[-1].id)
    return None


def activate(services: Services, actor: Actor, name: str, version: str, force: str = "") -> Activation:
    """Switch over. `force`: a reason to do without a what-if run. Raises Forbidden, UnknownVocabulary, Conflict (no such run, or one older
    than the corpus)."""
    require(actor, "administer")
    before, target = services.registry.get(name), services.registry.get(name, version)
    run = prepared(services, name, version)
    if run is None and not force.strip() and newest_change(services, name) is not None and target.digest != before.digest:
        raise Conflict(
            f"Nothing shows what activating {target.name} would do to the documents of now. Run: xmlsvc revalidate --vocabulary "
            f"{target.name} and look at it; or give a reason to do without, by --force REASON."
        )
    vocabularies.ensure(services, target)
    made = vocabularies.activate(services, actor, name, version)
    detail = json.dumps({"before": before.version, "run": run.id if run else None, "force": force}, ensure_ascii=False)
    record = audit.entry(services.clock, actor, ACTION, f"vocabulary:{name}", detail)
    services.sessions.write(lambda store: audit.write(store, record))
    return Activation(made, before, run)


def back(services: Services, actor: Actor, name: str) -> Activation:
    """Take the last switch back. Raises Forbidden, NotFound where there was none."""
    require(actor, "administer")
    row = model.Audit
    newest = services.sessions.read(
        lambda store: store.find(row.detail, row.action == ACTION, row.subject == f"vocabulary:{name}").order_by(Desc(row.at)).first()
    )
    if newest is None:
        raise NotFound(f"No version of {name} was activated after another one: there is nothing to take back.")
    return activate(services, actor, name, json.loads(newest)["before"], force="taken back")
