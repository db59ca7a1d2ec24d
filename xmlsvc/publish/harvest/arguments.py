"""A request's arguments (section 3): what was asked, or why it cannot be asked so."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from ...errors import InputError
from .. import sets


class Refused(InputError):
    """An error of the protocol (section 3.6): `code` and a sentence."""

    slug, title = "oai", "The harvest request was refused"

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Verb:
    """Its arguments: those that it needs, and those that it takes. `lists`: it knows resumptionToken, which is exclusive."""

    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    lists: bool = False


_SELECTION = ("from", "until", "set")
VERBS: dict[str, Verb] = {
    "Identify": Verb(),
    "ListMetadataFormats": Verb(optional=("identifier",)),
    "ListSets": Verb(lists=True),
    "GetRecord": Verb(required=("identifier", "metadataPrefix")),
    "ListIdentifiers": Verb(required=("metadataPrefix",), optional=_SELECTION, lists=True),
    "ListRecords": Verb(required=("metadataPrefix",), optional=_SELECTION, lists=True),
}


def read(given: Sequence[tuple[str, str]]) -> dict[str, str]:
    """The arguments by name, `verb` among them. Raises Refused: badVerb, badArgument."""
    verbs = [value for name, value in given if name == "verb"]
    if not verbs:
        raise Refused("badVerb", f"The request has no verb. Verbs are: {', '.join(VERBS)}.")
    if len(verbs) > 1:
        raise Refused("badVerb", "The request has more than one verb.")
    if verbs[0] not in VERBS:
        raise Refused("badVerb", f"{verbs[0]!r} is no verb. Verbs are: {', '.join(VERBS)}.")
    if any(_NO_XML.search(value) for _, value in given):
        raise Refused("badArgument", "An argument has a character that XML does not know.")
    verb, found = VERBS[verbs[0]], dict(given)
    if len(found) < len(given):
        twice = sorted({name for name, _ in given if [other for other, _ in given].count(name) > 1})
        raise Refused("badArgument", f"Each argument may be given once; given more often: {', '.join(map(repr, twice))}.")
    known = {*verb.required, *verb.optional, *(("resumptionToken",) if verb.lists else ())}
    if unknown := sorted(found.keys() - known - {"verb"}):
        takes = ", ".join(sorted(known)) or "no arguments"
        raise Refused("badArgument", f"{verbs[0]} does not know {', '.join(map(repr, unknown))}. It takes: {takes}.")
    if "resumptionToken" in found:
        if len(found) > 2:
            raise Refused("badArgument", "resumptionToken is exclusive: no other argument may come with it.")
    elif missing := [name for name in verb.required if name not in found]:
        raise Refused("badArgument", f"{verbs[0]} needs {' and '.join(missing)}.")
    return found


@dataclass(frozen=True, slots=True)
class Selection:
    """What a list is of. `since` and `until` (excluded) as moments; `spec`: a set."""

    prefix: str
    since: datetime | None = None
    until: datetime | None = None
    spec: str | None = None


def selection(found: Mapping[str, str]) -> Selection:
    """Raises Refused: badArgument."""
    since, until = _bound("from", found.get("from")), _bound("until", found.get("until"))
    if since is not None and until is not None:
        if since[1] != until[1]:
            raise Refused("badArgument", "from and until must have the same granularity: both dates, or both with a time.")
        if since[0] > until[0]:
            raise Refused("badArgument", "from is later than until.")
    spec = found.get("set")
    if spec is not None and not sets.is_spec(spec):
        raise Refused("badArgument", f"{spec!r} is not written as a setSpec.")
    end = None
    if until is not None:
        try:
            end = until[0] + until[1]
        except OverflowError:
            end = None
    return Selection(found["metadataPrefix"], since[0] if since else None, end, spec)


_NO_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_SECOND = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def _bound(name: str, text: str | None) -> tuple[datetime, timedelta] | None:
    """A moment and its granularity (section 3.3.1)."""
    if text is None:
        return None
    try:
        if _DAY.fullmatch(text):
            return datetime.fromisoformat(text).replace(tzinfo=UTC), timedelta(days=1)
        if _SECOND.fullmatch(text):
            return datetime.fromisoformat(text.removesuffix("Z")).replace(tzinfo=UTC), timedelta(seconds=1)
    except ValueError:
        pass
    raise Refused("badArgument", f"{name} is {text!r}; write YYYY-MM-DD or YYYY-MM-DDThh:mm:ssZ.")
