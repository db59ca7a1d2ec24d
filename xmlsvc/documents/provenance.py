"""Blame: who set each field of a document, when, and by which delivery, edit or run.

Every revision is compared with the one that it was made of, from the oldest on; what says the same keeps its mark. A delivery was made of
the partner's delivery before it, a merged revision of both an editor's and a delivery: what an editor corrected once stays the editor's.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from lxml import etree

from ..storage import contents
from ..xml import parser
from ..xml.alignment import Alignment, is_element, loose, slots
from ..xml.names import Prefixes, path
from . import revisions
from .access import Actor
from .corrections import DELIVERED
from .services import Services

MOST = 200
"""Revisions that are looked at; what is older counts as the oldest of these."""
_KEPT = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """The revision that gave a field its value."""

    revision: int
    kind: str
    actor: str
    reason: str
    created: datetime
    receipt_id: str | None
    run_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """`marks`: path of each element and attribute ("…/@p:name") of the revision → who set it; `since`: the oldest revision that was
    looked at."""

    number: int
    since: int
    marks: Mapping[str, Mark]
    namespaces: Mapping[str, str]


@dataclass(slots=True)
class _Marked:
    """A revision's tree with the marks of its elements and attributes."""

    number: int
    tree: etree._ElementTree
    marks: dict[tuple[etree._Element, str], Mark] = field(default_factory=dict)


_cache: OrderedDict[tuple[str, int, str], Provenance] = OrderedDict()
_lock = threading.Lock()


def of(services: Services, actor: Actor, document_id: str, number: int | None = None) -> Provenance:
    """The provenance of a revision's fields (default: the current one). Raises NotFound, Gone."""
    _, revision, _ = revisions.read(services, actor, document_id, number)
    key = (document_id, revision.number, revision.digest)
    with _lock:
        if key in _cache:
            _cache.move_to_end(key)
            return _cache[key]
    history = revisions.listed(services, actor, document_id, before=revision.number + 1, limit=MOST)[::-1]
    made = _provenance(services, history)
    with _lock:
        _cache[key] = made
        if len(_cache) > _KEPT:
            _cache.popitem(last=False)
    return made


def forget() -> None:
    """Work out anew what is asked for next."""
    with _lock:
        _cache.clear()


def _provenance(services: Services, history: Sequence[revisions.Revision]) -> Provenance:
    known: dict[int, _Marked] = {}
    delivered: int | None = None  # the last delivery
    for place, revision in enumerate(history):
        data = services.sessions.read(partial(contents.get, name=revision.digest))
        made = _Marked(revision.number, parser.parse(data, services.limits))
        previous = history[place - 1].number if place else None
        parents = _parents(revision, previous, delivered, known)
        _mark(made, parents, _mark_of(revision))
        known[revision.number] = made
        if revision.kind == DELIVERED:
            delivered = revision.number
        # A merge goes back beyond the delivery that it follows, and perhaps another merge between them.
        keep = {delivered, *(each.number for each in history[max(place - 3, 0) : place + 1])}
        known = {key: value for key, value in known.items() if key in keep}
    last = history[-1]
    prefixes = Prefixes.of(known[last.number].tree.getroot(), revisions.schema_of(services, last).model.prefixes)
    marks = {
        path(element, prefixes) + (f"/@{prefixes.name(name)}" if name else ""): mark
        for (element, name), mark in known[last.number].marks.items()
    }
    return Provenance(number=last.number, since=history[0].number, marks=marks, namespaces=prefixes.map)


def _parents(
    revision: revisions.Revision, previous: int | None, delivered: int | None, known: Mapping[int, _Marked]
) -> list[_Marked]:  # fmt: skip
    """What a revision was made of; where two say the same, the first one counts."""
    if revision.kind == DELIVERED:
        wanted = [delivered if delivered is not None else previous]
    elif revision.kind == "merge" and delivered is not None:
        before = max((number for number in known if number < delivered), default=None)
        wanted = [previous if previous != delivered else before, before, delivered]
    else:
        wanted = [previous]
    return [known[number] for number in dict.fromkeys(wanted) if number is not None and number in known]


def _mark_of(revision: revisions.Revision) -> Mark:
    return Mark(
        revision=revision.number, kind=revision.kind, actor=revision.actor, reason=revision.reason, created=revision.created,
        receipt_id=revision.receipt_id, run_id=revision.run_id,
    )  # fmt: skip


def _mark(made: _Marked, parents: Sequence[_Marked], new: Mark) -> None:
    """Give every field the mark of the first parent that has it, else the new one."""
    for parent in parents:
        old, root = parent.tree.getroot(), made.tree.getroot()
        if old.tag == root.tag:
            _inherit(Alignment(), old, root, parent.marks, made.marks)
    for element in made.tree.getroot().iter(etree.Element):
        made.marks.setdefault((element, ""), new)
        for name in element.keys():  # noqa: SIM118 - an element's iterator yields its children
            made.marks.setdefault((element, str(name)), new)


def _inherit(
    alignment: Alignment, old: etree._Element, new: etree._Element, known: Mapping[tuple[etree._Element, str], Mark],
    marks: dict[tuple[etree._Element, str], Mark],
) -> None:  # fmt: skip
    """The marks of what an element and its counterpart both say."""
    if (loose(old) and loose(new)) or slots(old) == slots(new):
        marks.setdefault((new, ""), known[old, ""])
    for name, value in new.attrib.items():
        if old.get(name) == value:
            marks.setdefault((new, str(name)), known[old, str(name)])
    for one, other in alignment.aligned(list(old), list(new)):
        if one is not None and other is not None and is_element(one):
            _inherit(alignment, one, other, known, marks)
