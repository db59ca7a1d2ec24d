"""What a run did, for other programs: JSON, CSV and JUnit XML, written piece by piece so that a run of any length passes through."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from itertools import chain
from pathlib import Path
from xml.sax.saxutils import quoteattr

from ..documents import runs
from ..documents.access import Actor
from ..documents.runs import Item, Run
from ..documents.services import Services
from ..errors import EnvironmentFault, UsageError
from . import html

_COLUMNS = ("n", "name", "outcome", "document", "receipt", "detail")
FAILURES = frozenset({"quarantined", "invalid", "newly-broken", "still-broken", "broken-otherwise"})
ERRORS = frozenset({"refused", "unreadable"})


def _fields(item: Item) -> dict[str, object]:
    return {
        "n": item.n, "name": item.name, "outcome": item.outcome, "document": item.document_id, "receipt": item.receipt_id,
        "detail": item.detail,
    }  # fmt: skip


def as_json(run: Run, items: Iterable[Item], violations: Callable[[Item], str] | None = None) -> Iterator[str]:
    """One object: the run with its counts, and `items`; `violations` gives the JSON array of an item, where items are documents."""
    head = json.dumps(asdict(run), ensure_ascii=False, default=lambda moment: moment.isoformat())
    yield head[:-1] + ', "items": ['
    separator = "\n"
    for item in items:
        shown = json.dumps(_fields(item), ensure_ascii=False)
        yield separator + (shown if violations is None else f'{shown[:-1]}, "violations": {violations(item)}}}')
        separator = ",\n"
    yield "\n]}\n"


def as_csv(_: Run, items: Iterable[Item]) -> Iterator[str]:
    """A line of names, then a line for each item (RFC 4180). A cell that a spreadsheet would take for a formula begins with an
    apostrophe: names come from partners."""
    rows: Iterator[list[object]] = ([_cell(value) for value in _fields(item).values()] for item in items)
    for row in chain([list[object](_COLUMNS)], rows):
        line = io.StringIO()
        csv.writer(line).writerow(row)
        yield line.getvalue()


def _cell(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r")) else value


def as_junit(run: Run, items: Iterable[Item]) -> Iterator[str]:
    """A test suite for build servers: an invalid item is a failure, one that could not be judged an error, one left out skipped."""
    counts = {name: sum(run.counts.get(outcome, 0) for outcome in outcomes) for name, outcomes in (
        ("failures", FAILURES), ("errors", ERRORS), ("skipped", {"skipped"}),
    )}  # fmt: skip
    said = " ".join(f'{name}="{count}"' for name, count in counts.items())
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield f"<testsuite name={quoteattr(f'{run.kind} {run.id}')} tests=\"{sum(run.counts.values())}\" {said}>\n"
    for item in items:
        name = f"  <testcase classname={quoteattr(run.kind)} name={_attribute(item.name)}"
        kind = "failure" if item.outcome in FAILURES else "error" if item.outcome in ERRORS else ""
        if not kind and item.outcome != "skipped":
            yield f"{name}/>\n"
        elif not kind:
            yield f"{name}><skipped message={_attribute(item.detail)}/></testcase>\n"
        else:
            yield f"{name}><{kind} type={quoteattr(item.outcome)} message={_attribute(item.detail)}/></testcase>\n"
    yield "</testsuite>\n"


def _attribute(text: str) -> str:
    """The text as an attribute's value; characters that XML does not have become U+FFFD."""
    allowed = (c if c in "\t\n\r" or " " <= c <= "\ud7ff" or "\ue000" <= c <= "\ufffd" or c > "\uffff" else "\ufffd" for c in text)
    return quoteattr("".join(allowed))


def kind_of(path: Path) -> str:
    """The key of WRITERS for a file's name: .json, .csv, .xml (JUnit) or .html. Raises UsageError."""
    kind = {".json": "json", ".csv": "csv", ".xml": "junit", ".html": "html"}.get(path.suffix.lower())
    if kind is None:
        raise UsageError(f"The report {path} must end in .html, .json, .csv or .xml (JUnit).")
    return kind


def save(services: Services, actor: Actor, run_id: str, kind: str, path: Path) -> None:
    """Write a run's report to a file. Raises NotFound, EnvironmentFault (the file)."""
    run = runs.get(services, actor, run_id)
    pieces = html.page(services, actor, run) if kind == "html" else WRITERS[kind](run, runs.every_item(services, actor, run_id))
    try:
        with path.open("w", encoding="utf-8", newline="") as file:
            file.writelines(pieces)
    except OSError as error:
        raise EnvironmentFault(f"The report {path} cannot be written: {error.strerror}.") from error


WRITERS: dict[str, Callable[[Run, Iterable[Item]], Iterator[str]]] = {"json": as_json, "csv": as_csv, "junit": as_junit}
