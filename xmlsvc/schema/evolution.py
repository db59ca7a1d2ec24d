"""What changed from one version of a schema to another, in words, and for whom that matters.

    diff(old, new) -> Evolution(changes)
      .writers    every document that is valid by the old version stays valid: whoever writes need change nothing
      .readers    every document that is valid by the new version was valid by the old one: whoever reads knows all that can come

Elements and types are compared by name; what a type's children may be, as languages (`evolution_content`), so that a rewritten content
model that means the same is no change. A namespace that took another's place is one change (`evolution_names`); all else is then compared
as if it had always been called so. What cannot be decided within bounds counts as not compatible. Documents that had, where a wildcard is
lax, what no schema declared then and the new one declares otherwise are not thought of.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from ..xml.names import split
from . import table
from .evolution_content import Child, admitted, all_included, children, covers, included, wildcards, written_alike
from .evolution_facets import Verdict, assertions, compared
from .evolution_identity import constraints
from .evolution_names import attribute_twin, moved, twin
from .matcher import Matcher
from .model import XML_NAMESPACE, XSD_NAMESPACE, Attribute, ComplexType, Element, Model, Particle, SimpleType, Type, Wildcard

Kind = Literal["added", "removed", "renamed", "moved", "tightened", "loosened", "reordered", "changed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change. `where`: the component, as people call it; `what`: a sentence; `writers`, `readers`: whether these are left alone by it;
    `names`: Clark names that it is about, the old one first ("@" before an attribute's; namespaces where it is about these), as they are
    after any change of namespace."""

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
    spaces = moved(old, new)
    first = [_change("renamed", "", f"Everything in the namespace {one} is in {other or 'no namespace'} now.", False, False, one, other)
             for one, other in spaces.items()]  # fmt: skip
    before = table.moved(old, spaces) if spaces else old
    found = _own(list(_Comparison(before, new).changes()), before, new)
    return Evolution((*first, *sorted(dict.fromkeys(found), key=lambda change: (change.writers, change.where, change.what))))


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


class _Comparison:
    """Two models, and the pairs of types that were compared already."""

    def __init__(self, old: Model, new: Model) -> None:
        self._old, self._new = old, new
        self._seen: set[tuple[int, int]] = set()

    def changes(self) -> Iterator[Change]:
        old, new = self._old, self._new
        gone, come = old.elements.keys() - new.elements.keys(), new.elements.keys() - old.elements.keys()
        for name in sorted(gone):
            other = twin(old.elements[name], [new.elements[each] for each in sorted(come)])
            if other is not None:
                come.discard(other.name)
                yield _renamed("", name, other.name, "element ")
                yield from self._types(f"element {_local(other.name)}", old.elements[name].type, other.type)
            else:
                yield _change("removed", "", f"There is no element {_local(name)} any more.", False, True, name)
        for name in sorted(come):
            yield _change("added", "", f"There is a new element {_local(name)}.", True, False, name)
        for name in sorted(old.elements.keys() & new.elements.keys()):
            yield from self._elements(f"element {_local(name)}", old.elements[name], new.elements[name])
        for name in sorted(old.types.keys() & new.types.keys()):
            yield from self._types(f"type {_local(name)}", old.types[name], new.types[name])
        yield from self._nameable()

    def _nameable(self) -> Iterator[Change]:
        """Types that documents can name by xsi:type in place of the one that they are derived from."""
        known: tuple[tuple[Kind, Model, Model], ...] = (("removed", self._old, self._new), ("added", self._new, self._old))
        for kind, there, gone in known:
            for name in sorted(there.types.keys() - gone.types.keys()):
                made = there.types[name]
                base = made.base if isinstance(made, ComplexType) and not made.abstract else None
                if base is not None and base.name in there.types.keys() & gone.types.keys() and split(base.name)[0] != XSD_NAMESPACE:
                    said = "No element can name it by xsi:type any more" if kind == "removed" else "An element can name it by xsi:type now"
                    yield _change(kind, f"type {_local(name)}", f"{said}.", kind == "added", kind == "removed")

    def _elements(self, where: str, old: Element, new: Element) -> Iterator[Change]:
        if old.nillable != new.nillable:
            said = "may be nil (xsi:nil) now" if new.nillable else "may not be nil (xsi:nil) any more"
            yield _change("loosened" if new.nillable else "tightened", where, f"It {said}.", new.nillable, not new.nillable, new.name)
        if old.abstract != new.abstract:
            said = "cannot stand itself any more, only what substitutes it" if new.abstract else "may stand itself now"
            yield _change("tightened" if new.abstract else "loosened", where, f"It {said}.", not new.abstract, new.abstract, new.name)
        if [(one.test, one.type.name) for one in old.alternatives] != [(one.test, one.type.name) for one in new.alternatives]:
            yield _change("changed", where, "Its type depends on its attributes in another way (xs:alternative).", False, False, new.name)
        for verdict in constraints(old, new):
            yield _judged(where, verdict)
        yield from _given(where, old, new)
        yield from self._types(where, old.type, new.type)

    def _types(self, where: str, old: Type, new: Type) -> Iterator[Change]:
        named = old.name is not None and old.name == new.name
        if isinstance(old, ComplexType) or isinstance(new, ComplexType) or named:
            if (id(old), id(new)) in self._seen:
                return
            self._seen.add((id(old), id(new)))
        if named or (isinstance(new, ComplexType) and _own_name(new)):
            where = f"type {_local(new.name or '')}" + (f" (was {_local(old.name or '')})" if not named and _own_name(old) else "")
        if isinstance(old, ComplexType) and isinstance(new, ComplexType):
            yield from self._complex(where, old, new)
        elif isinstance(old, SimpleType) and isinstance(new, SimpleType):
            yield from _simple(where, old, new)
        else:
            yield from self._between(where, old, new)

    def _between(self, where: str, old: Type, new: Type) -> Iterator[Change]:
        """From text to what has attributes, too, or children; and back."""
        one, two = (each if isinstance(each, SimpleType) else each.simple for each in (old, new))
        if one is not None and two is not None:
            yield from self._attributes(where, *({} if isinstance(each, SimpleType) else each.attributes for each in (old, new)))
            yield from _simple(where, one, two)
        else:
            yield _change("changed", where, f"It had {_inside(old)}, and has {_inside(new)} now.", False, False)

    def _complex(self, where: str, old: ComplexType, new: ComplexType) -> Iterator[Change]:
        yield from self._attributes(where, old.attributes, new.attributes)
        yield from _wild(where, old.any_attribute, new.any_attribute, "attributes")
        if old.abstract != new.abstract:
            said = "It can only be what is derived from it, named by xsi:type, now." if new.abstract else "It can be used itself now."
            yield _change("tightened" if new.abstract else "loosened", where, said, not new.abstract, new.abstract)
        for verdict in assertions(old.assertions, new.assertions):
            yield _judged(where, verdict)
        if old.simple is not None and new.simple is not None:
            yield from self._types(where, old.simple, new.simple)
        elif (old.simple is None) != (new.simple is None):
            yield _change("changed", where, f"It had {_inside(old)}, and has {_inside(new)} now.", False, False)
        if old.mixed != new.mixed:
            said = "Text may stand between its elements now" if new.mixed else "Text may not stand between its elements any more"
            yield _change("loosened" if new.mixed else "tightened", where, f"{said}.", new.mixed, not new.mixed)
        yield from _wild(where, old.open_content, new.open_content, "elements")
        yield from self._content(where, old, new)

    def _content(self, where: str, old: ComplexType, new: ComplexType) -> Iterator[Change]:
        first, second = children(old.content), children(new.content)
        writers = self._included(old.content, new.content, self._old, self._new)
        readers = self._included(new.content, old.content, self._new, self._old)
        told = list(self._told(where, old, new, first, second)) if not (writers and readers) else []
        yield from told
        if not told and not (writers and readers):
            same = {name: one.counts for name, one in first.items()} == {name: one.counts for name, one in second.items()}
            other: Kind = "reordered" if same and list(first) != list(second) else "changed"
            kind: Kind = "loosened" if writers else "tightened" if readers else other
            order = f": {', '.join(map(_local, second))}" if kind == "reordered" else ""
            yield _change(kind, where, f"{_CONTENT[kind]}{order}.", writers, readers)
        elif told and not writers and all(one.writers for one in told):
            yield _change("reordered", where, f"{_CONTENT['reordered']}: {', '.join(map(_local, second))}.", False, readers)
        elif told and not readers and all(one.readers for one in told):
            yield _change("loosened", where, f"{_CONTENT['loosened']}.", writers, False)
        for name in first.keys() & second.keys():
            one, two = first[name].element, second[name].element
            if not (one.is_global and two.is_global):  # told at the top of the schema
                yield from self._elements(f"{where} / {_local(name)}", one, two)

    @staticmethod
    def _included(old: Particle | None, new: Particle | None, before: Model, after: Model) -> bool:
        if written_alike(old, new, before.substitutes, after.substitutes):
            return True
        plain = all_included(old, new, before.substitutes, after.substitutes)
        if plain is not None:
            return plain
        one, two = Matcher(old, before.substitutes), Matcher(new, after.substitutes)
        return bool(included(one, two, after.elements.keys()))

    def _told(
        self, where: str, before: ComplexType, after: ComplexType, old: Mapping[str, Child], new: Mapping[str, Child]
    ) -> Iterator[Change]:
        """Which children came, went, or may be there more or less often."""
        come = [name for name in new if name not in old]
        for name in old:
            if name in new:
                yield from _counted(where, old[name], new[name])
                continue
            other = twin(old[name].element, [new[each].element for each in come])
            if other is not None:
                come.remove(other.name)
                yield _renamed(where, name, other.name)
                yield from self._types(f"{where} / {_local(other.name)}", old[name].element.type, other.type)
            elif (into := _holder(name, new, old)) is not None:
                yield _change("moved", where, f"{_local(name)} stands in {_local(into)} now.", False, False, name, into)
            else:
                yield _change("removed", where, f"It has no {_local(name)} any more.", False, not old[name].counts[0], name)
        for name in come:
            said = f"It must have {_local(name)}" if new[name].counts[0] else f"It may have {_local(name)}"
            if (out := _holder(name, old, new)) is not None:
                yield _change("moved", where, f"{said}, which stood in {_local(out)} before.", not new[name].counts[0], False, name, out)
            else:
                yield _change("added", where, f"{said}.", not new[name].counts[0], False, name)
        for one, two in _paired(wildcards(before.content), wildcards(after.content)):
            yield from _wild(where, one, two, "elements")

    def _attributes(self, where: str, old: Mapping[str, Attribute], new: Mapping[str, Attribute]) -> Iterator[Change]:
        come = sorted(new.keys() - old.keys())
        for name in sorted(old.keys() - new.keys()):
            other = attribute_twin(name, come, old, new)
            if other is not None:
                come.remove(other)
                yield _renamed(where, name, other, "attribute ")
                yield from self._types(f"{where} / @{_local(other)}", old[name].type, new[other].type)
            else:
                yield _change("removed", where, f"It has no attribute {_local(name)} any more.", False, not old[name].required, f"@{name}")
        for name in come:
            must = "must" if new[name].required else "may"
            yield _change("added", where, f"It {must} have the attribute {_local(name)}.", not new[name].required, False, f"@{name}")
        for name in sorted(old.keys() & new.keys()):
            here, one, two = f"{where} / @{_local(name)}", old[name], new[name]
            if one.required != two.required:
                said = "It must be there now." if two.required else "It may be left out now."
                yield _change("tightened" if two.required else "loosened", here, said, not two.required, two.required, f"@{name}")
            yield from _given(here, one, two)
            yield from self._types(here, one.type, two.type)


_CONTENT: dict[str, str] = {
    "loosened": "More combinations of its elements are allowed", "tightened": "Fewer combinations of its elements are allowed",
    "reordered": "Its elements stand in another order", "changed": "Its elements combine in another way",
}  # fmt: skip


def _holder(name: str, there: Mapping[str, Child], before: Mapping[str, Child]) -> str | None:
    """The child that has a child of this name there, and had none before: where the name went to, or came from."""
    for other, child in there.items():
        inside = children(child.element.type.content) if isinstance(child.element.type, ComplexType) else {}
        was = before[other].element.type if other in before else None
        if name in inside and not (isinstance(was, ComplexType) and name in children(was.content)):
            return other
    return None


def _paired(old: list[Wildcard], new: list[Wildcard]) -> Iterator[tuple[Wildcard | None, Wildcard | None]]:
    """Wildcards that are not the same in both, one against one."""
    before, after = ([(one.namespaces, one.excluded, one.excluded_names, one.process) for one in each] for each in (old, new))
    gone = [one for one, key in zip(old, before, strict=True) if key not in after]
    come = [one for one, key in zip(new, after, strict=True) if key not in before]
    for at in range(max(len(gone), len(come))):
        yield gone[at] if at < len(gone) else None, come[at] if at < len(come) else None


def _wild(where: str, old: Wildcard | None, new: Wildcard | None, what: str) -> Iterator[Change]:
    """What else may be there (xs:any, xs:anyAttribute)."""
    writers, readers = covers(new, old), covers(old, new)
    if writers and readers:
        return
    if new is None and old is not None:
        yield _change("removed", where, f"It may not have {admitted(old, what)} any more.", writers, readers)
    elif old is None and new is not None:
        yield _change("added", where, f"It may have {admitted(new, what)}.", writers, readers)
    elif old is not None and new is not None:
        kind: Kind = "loosened" if writers else "tightened" if readers else "changed"
        yield _change(kind, where, f"It may have {admitted(new, what)}, instead of {admitted(old, what)}.", writers, readers)


def _counted(where: str, old: Child, new: Child) -> Iterator[Change]:
    (low, high), (new_low, new_high) = old.counts, new.counts
    name = old.element.name
    if low != new_low:
        must = new_low > low
        said = f"{_local(name)} must be there now" if must and not low else f"{_local(name)} may be left out now" if not new_low else (
            f"{_local(name)} must be there {_times(new_low)} instead of {_times(low)}")  # fmt: skip
        yield _change("tightened" if must else "loosened", where, f"{said}.", not must, must, name)
    if high != new_high:
        more = new_high is None or (high is not None and new_high > high)
        said = f"{_local(name)} may be there {_times(new_high)}{'' if more else ' at most'}"
        yield _change("loosened" if more else "tightened", where, f"{said}.", more, not more, name)


def _times(count: int | None) -> str:
    return "any number of times" if count is None else "once" if count == 1 else f"{count} times"


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
    yield from (_judged(where, verdict) for verdict in compared(old, new))


def _judged(where: str, verdict: Verdict) -> Change:
    kind: Kind = "changed" if verdict.wider == verdict.narrower else "loosened" if verdict.wider else "tightened"
    return _change(kind, where, verdict.what, verdict.wider, verdict.narrower)


def _change(kind: Kind, where: str, what: str, writers: bool, readers: bool, *names: str) -> Change:
    return Change(kind=kind, where=where or "schema", what=what, writers=writers, readers=readers, names=names)


def _renamed(where: str, old: str, new: str, what: str = "") -> Change:
    said = f"The {what}{_local(old)}" if what else _local(old)
    names = (f"@{old}", f"@{new}") if what == "attribute " else (old, new)
    if _local(old) == _local(new):
        namespace = split(new)[0]
        if namespace == XML_NAMESPACE:
            return _change("renamed", where, f"{said} is called xml:{_local(new)} now.", False, False, *names)
        place = f"the namespace {namespace}" if namespace else "no namespace"
        return _change("renamed", where, f"{said} is in {place} now.", False, False, *names)
    return _change("renamed", where, f"{said} is called {_local(new)} now.", False, False, *names)


def _inside(one: Type) -> str:
    """What an element of the type has in it, in a word."""
    if isinstance(one, SimpleType) or one.simple is not None:
        return "text"
    return "mixed content" if one.mixed else "elements" if one.content is not None else "no content"


def _own_name(one: Type) -> bool:
    """Whether the author gave the type a name."""
    return one.name is not None and split(one.name)[0] != XSD_NAMESPACE


def _local(name: str) -> str:
    return split(name)[1]
