"""What changed from one version of a schema to another, in words, and for whom that matters.

    diff(old, new) -> Evolution(changes)
      .writers    every document that is valid by the old version stays valid: whoever writes need change nothing
      .readers    every document that is valid by the new version was valid by the old one: whoever reads knows all that can come

Elements and types are compared by name; what a type's children may be, as languages: by walking both automata at once, so that a rewritten
content model that means the same is no change. What cannot be decided within bounds counts as not compatible.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from ..xml.names import split
from .evolution_facets import Verdict, compared
from .matcher import Matcher, TooComplex
from .model import Attribute, ComplexType, Element, Group, Model, Particle, SimpleType, Type, Wildcard

Kind = Literal["added", "removed", "renamed", "tightened", "loosened", "reordered", "changed"]
_PAIRS = 4_000  # pairs of states that are looked at when two content models are compared


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change. `where`: the component, as people call it; `what`: a sentence; `writers`, `readers`: whether these are left alone by it;
    `names`: Clark names that it is about, the old one first."""

    kind: Kind
    where: str
    what: str
    writers: bool
    readers: bool
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Evolution:
    """All changes, those that break writers first."""

    changes: tuple[Change, ...]

    @property
    def writers(self) -> bool:
        """Whether every document that was valid stays valid."""
        return all(change.writers for change in self.changes)

    @property
    def readers(self) -> bool:
        """Whether nothing can come that could not come before."""
        return all(change.readers for change in self.changes)


def diff(old: Model, new: Model) -> Evolution:
    """The changes from one component model to another."""
    found = _own(list(_Comparison(old, new).changes()), old, new)
    return Evolution(tuple(sorted(found, key=lambda change: (change.writers, change.where, change.what))))


def _own(changes: list[Change], old: Model, new: Model) -> list[Change]:
    """Without what a type only inherits: its base's change is told with the base."""
    told = {(change.where, change.kind, change.what) for change in changes}
    bases = {f"type {_local(name)}": f"type {_local(base.name)}" for name, one in new.types.items()
             if isinstance(one, ComplexType) and (base := one.base) is not None and base.name in old.types}  # fmt: skip

    def inherited(change: Change) -> bool:
        own, slash, below = change.where.partition(" / ")
        base = bases.get(own)
        return base is not None and (base + slash + below, change.kind, change.what) in told

    return [change for change in changes if not inherited(change)]


def included(old: Matcher, new: Matcher) -> bool | None:
    """Whether every list of children that the old content model accepts is accepted by the new one; None where that is too much to find
    out."""
    names = sorted(old.declared())
    seen = {(old.start.places, new.start.places)}
    queue = deque([(old.start, new.start)])
    try:
        while queue:
            one, two = queue.popleft()
            if one.final and not two.final:
                return False
            for name in names:
                step = one.step(name)
                if step is None:
                    continue
                other = two.step(name)
                if other is None:
                    return False
                pair = (step[0].places, other[0].places)
                if pair not in seen:
                    seen.add(pair)
                    queue.append((step[0], other[0]))
            if len(seen) > _PAIRS:
                return None
    except TooComplex:
        return None
    return True


class _Comparison:
    """Two models, and the pairs of types that were compared already."""

    def __init__(self, old: Model, new: Model) -> None:
        self._old, self._new = old, new
        self._seen: set[tuple[int, int]] = set()
        self._substitutes: tuple[dict[str, tuple[Element, ...]], dict[str, tuple[Element, ...]]] = (old.substitutes, new.substitutes)

    def changes(self) -> Iterator[Change]:
        old, new = self._old, self._new
        gone, come = old.elements.keys() - new.elements.keys(), new.elements.keys() - old.elements.keys()
        for name in sorted(gone):
            twin = _twin(old.elements[name], [new.elements[other] for other in sorted(come)])
            if twin is not None:
                come.discard(twin.name)
                yield _renamed("", name, twin.name, "element ")
                yield from self._types(f"element {_local(twin.name)}", old.elements[name].type, twin.type)
            else:
                yield _change("removed", "", f"There is no element {_local(name)} any more.", False, True, name)
        for name in sorted(come):
            yield _change("added", "", f"There is a new element {_local(name)}.", True, False, name)
        for name in sorted(old.elements.keys() & new.elements.keys()):
            yield from self._elements(f"element {_local(name)}", old.elements[name], new.elements[name])
        for name in sorted(old.types.keys() & new.types.keys()):
            yield from self._types(f"type {_local(name)}", old.types[name], new.types[name])

    def _elements(self, where: str, old: Element, new: Element) -> Iterator[Change]:
        if old.nillable != new.nillable:
            said = "may be nil (xsi:nil) now" if new.nillable else "may not be nil (xsi:nil) any more"
            yield _change("loosened" if new.nillable else "tightened", where, f"It {said}.", new.nillable, not new.nillable, new.name)
        if old.abstract != new.abstract:
            said = "cannot stand itself any more, only what substitutes it" if new.abstract else "may stand itself now"
            yield _change("tightened" if new.abstract else "loosened", where, f"It {said}.", not new.abstract, new.abstract, new.name)
        yield from _given(where, old, new)
        yield from self._types(where, old.type, new.type)

    def _types(self, where: str, old: Type, new: Type) -> Iterator[Change]:
        if (id(old), id(new)) in self._seen:
            return
        self._seen.add((id(old), id(new)))
        if old.name and new.name and old.name == new.name:
            where = f"type {_local(old.name)}"
        if isinstance(old, ComplexType) and isinstance(new, ComplexType):
            yield from self._complex(where, old, new)
        elif isinstance(old, SimpleType) and isinstance(new, SimpleType):
            yield from _simple(where, old, new)
        elif isinstance(old, SimpleType) and isinstance(new, ComplexType) and new.simple is not None:
            yield from _simple(where, old, new.simple)
            yield from self._attributes(where, {}, new.attributes)
        else:
            said = "text, and has elements now" if isinstance(old, SimpleType) else "elements, and has text now"
            yield _change("changed", where, f"It had {said}.", False, False)

    def _complex(self, where: str, old: ComplexType, new: ComplexType) -> Iterator[Change]:
        yield from self._attributes(where, old.attributes, new.attributes)
        if old.simple is not None and new.simple is not None:
            yield from self._types(where, old.simple, new.simple)
        elif (old.simple is None) != (new.simple is None):
            yield _change("changed", where, "It had text and elements the other way round.", False, False)
        if old.mixed != new.mixed:
            said = "Text may stand between its elements now" if new.mixed else "Text may not stand between its elements any more"
            yield _change("loosened" if new.mixed else "tightened", where, f"{said}.", new.mixed, not new.mixed)
        yield from self._content(where, old, new)

    def _content(self, where: str, old: ComplexType, new: ComplexType) -> Iterator[Change]:
        before, after = (Matcher(one.content, each) for one, each in zip((old, new), self._substitutes, strict=True))
        first, second = _children(old.content), _children(new.content)
        wild = _wildcards(old.content) != _wildcards(new.content)
        writers, readers = (False, False) if wild else (bool(included(before, after)), bool(included(after, before)))
        told = list(self._told(where, first, second)) if not (writers and readers) else []
        yield from (one for one in told)
        if not told and not (writers and readers):
            same = {name: one.counts for name, one in first.items()} == {name: one.counts for name, one in second.items()}
            other: Kind = "reordered" if same and list(first) != list(second) else "changed"
            kind: Kind = "loosened" if writers else "tightened" if readers else other
            order = f": {', '.join(map(_local, second))}" if kind == "reordered" else ""
            yield _change(kind, where, f"{_CONTENT[kind]}{order}.", writers, readers)
        elif told and not writers and all(one.writers for one in told):
            yield _change("reordered", where, f"{_CONTENT['reordered']}: {', '.join(map(_local, second))}.", False, readers)
        for name in first.keys() & second.keys():
            yield from self._elements(f"{where} / {_local(name)}", first[name].element, second[name].element)

    def _told(self, where: str, old: Mapping[str, _Child], new: Mapping[str, _Child]) -> Iterator[Change]:
        """Which children came, went, or may be there more or less often."""
        come = [name for name in new if name not in old]
        for name in old:
            if name in new:
                yield from _counted(where, old[name], new[name])
                continue
            twin = _twin(old[name].element, [new[other].element for other in come])
            if twin is not None:
                come.remove(twin.name)
                yield _renamed(where, name, twin.name)
                yield from self._types(f"{where} / {_local(twin.name)}", old[name].element.type, twin.type)
            else:
                yield _change("removed", where, f"It has no {_local(name)} any more.", False, not old[name].counts[0], name)
        for name in come:
            if new[name].counts[0]:
                yield _change("added", where, f"It must have a {_local(name)}.", False, False, name)
            else:
                yield _change("added", where, f"It may have {_local(name)}.", True, False, name)

    def _attributes(self, where: str, old: Mapping[str, Attribute], new: Mapping[str, Attribute]) -> Iterator[Change]:
        come = sorted(new.keys() - old.keys())
        for name in sorted(old.keys() - new.keys()):
            same = [other for other in come if _local(other) == _local(name)]
            if same:
                come.remove(same[0])
                yield _renamed(where, name, same[0], "attribute ")
            else:
                yield _change("removed", where, f"It has no attribute {_local(name)} any more.", False, not old[name].required, name)
        for name in come:
            must = "must" if new[name].required else "may"
            yield _change("added", where, f"It {must} have the attribute {_local(name)}.", not new[name].required, False, name)
        for name in sorted(old.keys() & new.keys()):
            here, one, two = f"{where} / @{_local(name)}", old[name], new[name]
            if one.required != two.required:
                said = "It must be there now." if two.required else "It may be left out now."
                yield _change("tightened" if two.required else "loosened", here, said, not two.required, two.required, name)
            yield from _given(here, one, two)
            yield from self._types(here, one.type, two.type)


_CONTENT: dict[str, str] = {
    "loosened": "More combinations of its elements are allowed", "tightened": "Fewer combinations of its elements are allowed",
    "reordered": "Its elements stand in another order", "changed": "Its elements combine in another way",
}  # fmt: skip


@dataclass(slots=True)
class _Child:
    """A child: its declaration, and how often it may be there (None = any number)."""

    element: Element
    counts: tuple[int, int | None]


def _children(particle: Particle | None, optional: bool = False, times: int | None = 1) -> dict[str, _Child]:
    """The children of a content model by name, in order of mention."""
    found: dict[str, _Child] = {}
    if particle is None:
        return found
    low = 0 if optional or not particle.min else particle.min
    high = None if times is None or particle.max is None else times * particle.max
    if isinstance(particle.term, Element):
        found[particle.term.name] = _Child(particle.term, (low, high))
    elif isinstance(particle.term, Group):
        choice = particle.term.kind == "choice" and len(particle.term.particles) > 1
        for part in particle.term.particles:
            for name, child in _children(part, low == 0 or choice, high).items():
                known = found.get(name)
                if known is not None:
                    most = None if None in (known.counts[1], child.counts[1]) else (known.counts[1] or 0) + (child.counts[1] or 0)
                    found[name] = _Child(known.element, (min(known.counts[0], child.counts[0]), most))
                else:
                    found[name] = child
    return found


def _wildcards(particle: Particle | None) -> list[object]:
    if particle is None:
        return []
    term = particle.term
    if isinstance(term, Wildcard):
        return [(term.namespaces, term.excluded, term.excluded_names, term.process, particle.min, particle.max)]
    return [one for part in term.particles for one in _wildcards(part)] if isinstance(term, Group) else []


def _counted(where: str, old: _Child, new: _Child) -> Iterator[Change]:
    (low, high), (new_low, new_high) = old.counts, new.counts
    name = old.element.name
    if low != new_low:
        must = new_low > low
        said = f"{_local(name)} must be there now" if must and not low else f"{_local(name)} may be left out now" if not new_low else (
            f"{_local(name)} must be there {new_low} times instead of {low}")  # fmt: skip
        yield _change("tightened" if must else "loosened", where, f"{said}.", not must, must, name)
    if high != new_high:
        more = new_high is None or (high is not None and new_high > high)
        count = "any number of times" if new_high is None else "once" if new_high == 1 else f"{new_high} times"
        said = f"{_local(name)} may be there {count}{'' if more else ' at most'}"
        yield _change("loosened" if more else "tightened", where, f"{said}.", more, not more, name)


def _given(where: str, old: Element | Attribute, new: Element | Attribute) -> Iterator[Change]:
    """Defaults and fixed values."""
    if old.fixed != new.fixed:
        said = f"It must be “{new.fixed}” now." if new.fixed is not None else f"It need not be “{old.fixed}” any more."
        yield _change("tightened" if old.fixed is None else "loosened" if new.fixed is None else "changed", where, said,
                      new.fixed is None, old.fixed is None, new.name)  # fmt: skip
    if old.default != new.default:
        lost = f"Left out it no longer means “{old.default}”."
        said = f"Left out or empty it means “{new.default}”." if new.default is not None else lost
        yield _change("changed", where, said, new.default is not None, False, new.name)


def _simple(where: str, old: SimpleType, new: SimpleType) -> Iterator[Change]:
    for verdict in compared(old, new):
        yield _change(_kind(verdict), where, verdict.what, verdict.wider, verdict.narrower)


def _kind(verdict: Verdict) -> Kind:
    return "changed" if verdict.wider == verdict.narrower else "loosened" if verdict.wider else "tightened"


def _twin(old: Element, candidates: list[Element]) -> Element | None:
    """The one new element that the old one has become: of the same type, named or of the same children and attributes."""
    alike = [one for one in candidates if _local(one.name) == _local(old.name)] or [one for one in candidates if _same(old.type, one.type)]
    return alike[0] if len(alike) == 1 else None


def _same(old: Type, new: Type) -> bool:
    if old.name or new.name:
        telling = split(old.name or "")[0] != "http://www.w3.org/2001/XMLSchema"
        return old.name == new.name and telling
    if isinstance(old, ComplexType) and isinstance(new, ComplexType):
        children = (_children(old.content), _children(new.content))
        if not (children[0] or old.attributes):
            return False
        return children[0].keys() == children[1].keys() and old.attributes.keys() == new.attributes.keys()
    return isinstance(old, SimpleType) and isinstance(new, SimpleType) and bool(old.enumeration) and old.enumeration == new.enumeration


def _change(kind: Kind, where: str, what: str, writers: bool, readers: bool, *names: str) -> Change:
    return Change(kind=kind, where=where or "schema", what=what, writers=writers, readers=readers, names=names)


def _renamed(where: str, old: str, new: str, what: str = "") -> Change:
    said = f"The {what}{_local(old)}" if what else _local(old)
    if _local(old) == _local(new):
        namespace = split(new)[0]
        return _change("renamed", where, f"{said} is in {f'the namespace {namespace}' if namespace else 'no namespace'} now.", False, False,
                       old, new)  # fmt: skip
    return _change("renamed", where, f"{said} is called {_local(new)} now.", False, False, old, new)


def _local(name: str) -> str:
    return split(name)[1]
