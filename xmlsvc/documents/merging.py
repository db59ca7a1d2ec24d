"""Two sides' changes of one document, brought together on the bytes of one of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from lxml import etree

from ..schema.matcher import TooComplex
from ..schema.model import ComplexType
from ..schema.registry import Schema
from ..validation.arbiter import Bench
from ..xml import edits, parser
from ..xml.merge import Clash, Side, merge
from .services import Services


@dataclass(frozen=True, slots=True)
class Merge:
    """`data`: their bytes with my changes in them, and what was chosen where both clash (mine where nothing was). `fields`: the clashes,
    all of them; `namespaces`: the prefixes in their paths; `open`: the places (`n`) of those for which nothing was chosen."""

    data: bytes
    fields: tuple[Clash, ...]
    namespaces: Mapping[str, str]
    open: frozenset[int] = field(default=frozenset())

    @property
    def merged(self) -> bytes | None:
        """The bytes, where nothing is left to choose."""
        return None if self.open else self.data


def bring(
    services: Services, schema: Schema, base: bytes, theirs: bytes, mine: bytes, choices: Mapping[int, Side] | None = None
) -> Merge:  # fmt: skip
    """Merge `mine` into `theirs`, both made of `base`. `choices`: place of a clash → whose it is to be. Raises NotWellFormed and its like
    for a content that cannot be parsed (any more)."""
    chosen = dict(choices or {})

    def choose(clash: Clash) -> Side:
        return chosen.get(clash.n, "mine")

    trees = [parser.parse(data, services.limits) for data in (base, theirs, mine)]
    found = merge(trees[0], trees[1], trees[2], choose, room(schema))
    remain = frozenset(clash.n for clash in found.clashes) - chosen.keys()
    return Merge(edits.save(theirs, found.tree), found.clashes, found.namespaces, remain)


def room(schema: Schema) -> Callable[[etree._Element, Sequence[str]], bool]:
    """Whether children of these names may stand in an element, in this order: by any type that an element of its name can have."""

    def fits(parent: etree._Element, names: Sequence[str]) -> bool:
        components = Bench.of(schema.set).components
        try:
            return any(
                components.content(each).matcher.accepts(names)
                for each in components.types_of(parent.tag) if isinstance(each, ComplexType)
            )  # fmt: skip
        except TooComplex:
            return False

    return fits
