"""A script tried on documents: what it would change in their bytes, and what the verdict would be then. Nothing is stored.

    tried(services, measure, members, text, cluster) -> (script, Trial)
    changed(services, measure, script, data) -> Change                    one document

After a run that judged what an upgrade stylesheet would make of the documents, a script is about what it makes: the stylesheet's changes
come first, as edits of the original bytes, then the script's.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial

from ..documents.services import Services
from ..errors import Error
from ..storage import contents
from ..validation import causes
from ..validation.report import Report
from ..xml import encoding, parser
from . import clusters
from .measures import Measure
from .script import AnyScript, Sheet, parse

_CONTEXT = 2  # lines around a change
_MOST_LINES = 400  # of a difference
_LONG = 300  # characters of a line that is still shown as one


@dataclass(frozen=True, slots=True)
class Change:
    """One document as a script would leave it. `places`: how many were changed; `report`: the verdict on `after`."""

    before: bytes
    after: bytes
    places: int
    report: Report

    def helped(self, cluster: str) -> bool:
        """Whether the cause is gone."""
        return self.after != self.before and cluster not in {hit.cause.id for hit in causes.found(self.report)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What a script did to a sample of `documents`: `changed` by it, `helped` (the cause is gone), `valid` now; `failed`: the errors of
    those that it could not be applied to. `documents` of a trial are those of the sample."""

    documents: int
    changed: int
    helped: int
    valid: int
    failed: tuple[str, ...] = field(default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """A document's change, as lines: (" ", "-" or "+", text); `valid`: what the verdict would be; `left`: the sentences of what would
    still be wrong."""

    document: str
    identity: str
    partner: str
    places: int
    valid: bool
    helped: bool
    lines: tuple[tuple[str, str], ...]
    left: tuple[str, ...]


def changed(services: Services, measure: Measure, script: AnyScript, data: bytes) -> Change:
    """The document after the script. Raises InputError (what comes out of it cannot be parsed), BadRequest (a path)."""
    begun = upgraded(services, measure, data)
    places, after = script.changed(begun, parser.parse(begun, services.limits), measure.schema.model)
    return Change(data, after, places, measure.verdict(after, services.limits))


def upgraded(services: Services, measure: Measure, data: bytes) -> bytes:
    """The document as the upgrade leaves it, every byte that it does not change as it was; without an upgrade the document. Raises
    StylesheetError, InputError."""
    if measure.upgrade is None:
        return data
    return Sheet("", measure.upgrade).changed(data, parser.parse(data, services.limits), measure.schema.model)[1]


def tried(services: Services, measure: Measure, members: Sequence[clusters.Member], text: str, cluster: str) -> tuple[AnyScript, Trial]:
    """A script on some of a cause's documents. Raises BadRequest for a script that cannot be read."""
    script = parse(text, services.settings)
    moved = helped = valid = 0
    failed = []
    for member in members:
        try:
            change = changed(services, measure, script, services.sessions.read(partial(contents.get, name=member.content)))
        except Error as error:
            failed.append(f"{member.identity}: {error.message}")
            continue
        moved += change.after != change.before
        helped += change.helped(cluster)
        valid += change.report.valid
    return script, Trial(documents=len(members), changed=moved, helped=helped, valid=valid, failed=tuple(failed[:5]))


def previews(
    services: Services, measure: Measure, script: AnyScript, members: Sequence[clusters.Member], cluster: str
) -> Iterator[Preview]:
    """What the script would do to each of these documents. Raises as `changed`."""
    for member in members:
        change = changed(services, measure, script, services.sessions.read(partial(contents.get, name=member.content)))
        yield Preview(
            document=member.document, identity=member.identity, partner=member.partner, places=change.places, valid=change.report.valid,
            helped=change.helped(cluster), lines=tuple(difference(change.before, change.after)),
            left=tuple(violation.message for violation in change.report.violations[:5]),
        )  # fmt: skip


def _pieces(line: str) -> list[str]:
    return [line] if len(line) <= _LONG else re.split(r"(?<=>)(?=<)", line)


def difference(before: bytes, after: bytes) -> Iterator[tuple[str, str]]:
    """The lines that differ, with those around them; a long line, as where a document has no line ends, is broken between its tags."""
    old, new = ([piece for line in encoding.text(data, encoding.detect(data)).splitlines() for piece in _pieces(line)]
                for data in (before, after))  # fmt: skip
    for number, line in enumerate(difflib.unified_diff(old, new, lineterm="", n=_CONTEXT)):
        if number >= _MOST_LINES:
            yield "@", "…"
            return
        if not line.startswith(("---", "+++")):
            yield line[:1], line[1:]
