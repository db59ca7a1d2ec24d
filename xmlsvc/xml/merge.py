"""Two people's changes of one document brought together: a three-way merge of trees.

    merge(base, theirs, mine) -> Merged(tree, clashes)

What only one side changed is taken from that side; what both changed alike, once. What both changed differently is a clash: it is listed,
and the tree has there what `choose` says. The tree is a copy of `theirs` that was changed only where it must be, so that saving it on
their bytes changes few of them. Fields are attributes, texts, and children; where text stands between children all of it is one field.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Literal

from lxml import etree

from .alignment import Alignment, is_element, kind, loose, written
from .carry import carry, carry_content, carry_element, copied, outside, put, take
from .diff import What, inner, shallow, shown, what
from .names import Prefixes, path

Side = Literal["theirs", "mine", "base"]
Fits = Callable[[etree._Element, Sequence[str]], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Clash:
    """A field that both changed differently. `n`: its place among the clashes, from 0; `path` as in the base; `base`, `theirs` and `mine`:
    a text, or mark-up (None: it is not there)."""

    n: int
    what: What
    path: str
    base: str | None
    theirs: str | None
    mine: str | None


@dataclass(frozen=True, slots=True)
class Merged:
    """`namespaces`: the prefixes in the clashes' paths."""

    tree: etree._ElementTree
    clashes: tuple[Clash, ...]
    namespaces: dict[str, str]


def _never(_: etree._Element, __: Sequence[str]) -> bool:
    return False


def merge(
    base: etree._ElementTree, theirs: etree._ElementTree, mine: etree._ElementTree, choose: Callable[[Clash], Side] = lambda _: "mine",
    fits: Fits = _never,
) -> Merged:  # fmt: skip
    """Bring both sides' changes together. `choose`: what the tree is to have where they clash; `fits`: whether children of these names may
    stand in the element in this order, asked where both sides added something at the same place. None of the trees is changed."""
    merging = _Merging(base.getroot(), deepcopy(theirs), mine.getroot(), choose, fits)
    merging.run(mine)
    return Merged(merging.tree, tuple(merging.clashes), merging.prefixes.map)


class _Merging:
    def __init__(
        self, base: etree._Element, tree: etree._ElementTree, mine: etree._Element, choose: Callable[[Clash], Side], fits: Fits
    ) -> None:  # fmt: skip
        self.base, self.tree, self.mine, self.choose, self.fits = base, tree, mine, choose, fits
        self.clashes: list[Clash] = []
        self.prefixes = Prefixes.of(base)
        self.alignment = Alignment()
        self.original = deepcopy(tree)  # of what the signatures are worked out, while the tree changes

    def run(self, mine: etree._ElementTree) -> None:
        base, theirs, tree = self.base, self.original.getroot(), self.tree.getroot()
        self._pair(theirs, tree)
        if base.tag == theirs.tag == self.mine.tag:
            self.element(base, theirs, self.mine)
        elif not self._same(base, self.mine) and not self._same(theirs, self.mine):
            same = self._same(base, theirs)
            side = "mine" if same else self._clash("element", path(base, self.prefixes), shown(base), shown(theirs), shown(self.mine))
            if side != "theirs":
                carry(self.tree, mine if side == "mine" else base.getroottree(), spaces=False)
                return
        self._outside()

    def _pair(self, theirs: etree._Element, tree: etree._Element) -> None:
        """Remember for each of their nodes the one that is being changed."""
        self.live = dict(zip(theirs.iter(), tree.iter(), strict=True))

    def _same(self, one: etree._Element, other: etree._Element) -> bool:
        return self.alignment.same(one, other)

    def _clash(self, what: What, where: str, base: str | None, theirs: str | None, mine: str | None) -> Side:
        clash = Clash(n=len(self.clashes), what=what, path=where, base=base, theirs=theirs, mine=mine)
        self.clashes.append(clash)
        return self.choose(clash)

    def element(self, base: etree._Element, theirs: etree._Element, mine: etree._Element) -> None:
        """Three elements that correspond."""
        if written(mine) in (before := written(base), after := written(theirs)):
            return
        if before == after:
            carry_element(self.live[theirs], mine, Alignment(), spaces=False)
            return
        self._attributes(base, theirs, mine)
        if not (len(base) or len(theirs) or len(mine)):
            self._text(base, theirs, mine)
        elif loose(base) and loose(theirs) and loose(mine):
            self._children(base, theirs, mine)
        else:
            self._mixed(base, theirs, mine)

    def _attributes(self, base: etree._Element, theirs: etree._Element, mine: etree._Element) -> None:
        live = self.live[theirs]
        for name in sorted({*map(str, base.keys()), *map(str, theirs.keys()), *map(str, mine.keys())}):
            was, their, my = base.get(name), theirs.get(name), mine.get(name)
            if my in (was, their):
                continue
            side: Side = "mine"
            if their != was:
                side = self._clash("attribute", f"{path(base, self.prefixes)}/@{self.prefixes.name(name)}", was, their, my)
            value = {"mine": my, "theirs": their, "base": was}[side]
            if value is None:
                if name in live.attrib:
                    del live.attrib[name]
            elif live.get(name) != value:
                live.set(name, value)

    def _text(self, base: etree._Element, theirs: etree._Element, mine: etree._Element) -> None:
        was, their, my = base.text or "", theirs.text or "", mine.text or ""
        if my in (was, their):
            return
        side = "mine" if their == was else self._clash("text", path(base, self.prefixes), was, their, my)
        if side != "theirs":
            self.live[theirs].text = (my if side == "mine" else was) or None

    def _mixed(self, base: etree._Element, theirs: etree._Element, mine: etree._Element) -> None:
        """Texts between children: taken from one side as they are, with that side's children."""
        was, their, my = shallow(base), shallow(theirs), shallow(mine)
        if was == their == my:
            for one, two, three in zip(base, theirs, mine, strict=True):
                if is_element(one):
                    self.element(one, two, three)
                else:
                    self._remark(one, two, three)
            return
        side = self._clash("text", path(base, self.prefixes), inner(base), inner(theirs), inner(mine))
        if side != "theirs":
            carry_content(self.live[theirs], mine if side == "mine" else base, Alignment(), spaces=True)

    def _remark(self, base: etree._Element, theirs: etree._Element, mine: etree._Element) -> None:
        """Comments and processing instructions that correspond: theirs stays where both changed it."""
        if mine.text != base.text and theirs.text == base.text:
            self.live[theirs].text = mine.text

    def _children(self, base: etree._Element, theirs: etree._Element, mine: etree._Element) -> None:
        """Children without text between them: kept, removed and added one by one."""
        live = self.live[theirs]
        their_kept, their_new = self._sorted(base, theirs)
        my_kept, my_new = self._sorted(base, mine)
        cursor: etree._Element | None = None
        for place, node in enumerate([*base, None]):
            cursor = self._added(base, live, their_new.get(place, []), my_new.get(place, []), cursor)
            if node is None:
                return
            their, my = their_kept.get(node), my_kept.get(node)
            if their is not None and my is not None:
                if is_element(node):
                    self.element(node, their, my)
                else:
                    self._remark(node, their, my)
                cursor = self.live[their]
            elif their is not None:
                cursor = self._gone_from_mine(node, their, cursor)
            elif my is not None:
                cursor = self._gone_from_theirs(node, my, live, cursor)

    def _sorted(
        self, base: etree._Element, other: etree._Element
    ) -> tuple[dict[etree._Element, etree._Element], dict[int, list[etree._Element]]]:
        """(base's child → the other's, place among base's children → what the other has added there)."""
        kept: dict[etree._Element, etree._Element] = {}
        new: dict[int, list[etree._Element]] = {}
        places = {node: place for place, node in enumerate(base)}
        place = 0
        for node, its in self.alignment.aligned(list(base), list(other)):
            if node is not None and its is not None:
                kept[node] = its
                place = places[node] + 1
            elif its is not None:
                new.setdefault(place, []).append(its)
        return kept, new

    def _gone_from_mine(self, base: etree._Element, their: etree._Element, cursor: etree._Element | None) -> etree._Element | None:
        live = self.live[their]
        side: Side = "mine"
        if not self._same(base, their):
            side = self._clash(what(base), _where(base, self.prefixes), shown(base), shown(their), None)
        if side == "mine":
            take(live, indented=True)
            return cursor
        if side == "base":
            _become(live, base)
        return live

    def _gone_from_theirs(
        self, base: etree._Element, my: etree._Element, parent: etree._Element, cursor: etree._Element | None
    ) -> etree._Element | None:
        if self._same(base, my):
            return cursor
        side = self._clash(what(base), _where(base, self.prefixes), shown(base), None, shown(my))
        if side == "theirs":
            return cursor
        return put(parent, cursor, copied(my if side == "mine" else base, parent), indented=True)

    def _added(
        self, base: etree._Element, parent: etree._Element, their: list[etree._Element], my: list[etree._Element],
        cursor: etree._Element | None,
    ) -> etree._Element | None:  # fmt: skip
        """What either side has put at one place among base's children."""
        known = [self.alignment.signature(node) for node in their]
        more = [node for node in my if self.alignment.signature(node) not in known]
        mine = {self.alignment.signature(node) for node in my}
        extra = [node for node in their if self.alignment.signature(node) not in mine]
        side: Side | None = None
        first = True  # whether theirs comes first
        if more and not extra:
            side = "mine"  # which has theirs in it
        elif more:
            fit = self._fit(parent, their, extra, more)
            first = fit is not False
            if fit is None:
                both = ["".join(shown(node) for node in nodes) for nodes in (their, my)]
                side = self._clash("element", _where(base, self.prefixes), None, *both)
        adding = my if side == "mine" else more if side is None else []
        if not first:
            cursor = self._put_all(parent, cursor, adding)
        for node in their:
            live = self.live[node]
            if side in ("mine", "base"):
                take(live, indented=True)
            else:
                cursor = live
        return self._put_all(parent, cursor, adding) if first else cursor

    @staticmethod
    def _put_all(parent: etree._Element, cursor: etree._Element | None, nodes: list[etree._Element]) -> etree._Element | None:
        for node in nodes:
            cursor = put(parent, cursor, copied(node, parent), indented=True)
        return cursor

    def _fit(
        self, parent: etree._Element, their: list[etree._Element], extra: list[etree._Element], more: list[etree._Element]
    ) -> bool | None:  # fmt: skip
        """How both sides' additions may stand there: theirs first (True) or mine (False); None: in neither order. Comments stand anywhere,
        before elements."""
        remarks = [not any(is_element(node) for node in nodes) for nodes in (extra, more)]
        if any(remarks):
            return remarks[0] if remarks[0] != remarks[1] else [node.text or "" for node in extra] <= [node.text or "" for node in more]
        names = [kind(node) for node in parent if is_element(node)]
        added = [kind(node) for node in more]
        for first, node in ((True, self.live[their[-1]]), (False, self.live[their[0]])):
            before = sum(1 for one in node.itersiblings(preceding=True) if is_element(one)) + (first and is_element(node))
            if self.fits(parent, [*names[:before], *added, *names[before:]]):
                return first
        return None

    def _outside(self) -> None:
        """Comments beside the root: mine, where only I changed them."""
        lists = [[node.text for before in (True, False) for node in outside(root, before)]
                 for root in (self.base, self.original.getroot(), self.mine)]  # fmt: skip
        if lists[0] == lists[1] != lists[2]:
            other = deepcopy(self.mine.getroottree())
            _become(other.getroot(), self.tree.getroot())
            carry(self.tree, other)


def _become(node: etree._Element, wanted: etree._Element) -> None:
    """Make a node say what another of its kind says."""
    if is_element(node):
        carry_element(node, wanted, Alignment(), spaces=False)
    else:
        node.text = wanted.text


def _where(node: etree._Element, prefixes: Prefixes) -> str:
    if is_element(node):
        return path(node, prefixes)
    parent = node.getparent()
    return f"{path(parent, prefixes) if parent is not None else ''}/comment()"
