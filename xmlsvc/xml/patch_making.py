"""The patch that makes one document into another (RFC 5261, in RFC 7351's document).

Every operation is worked out, written down and carried out at once on a copy, so that each selector names what it is meant for in what the
operations before it leave.
"""

from __future__ import annotations

from copy import deepcopy

from lxml import etree

from ..errors import TooLarge
from .alignment import Alignment, is_element, kind, loose, slots, written
from .carry import copied, outside
from .names import Prefixes, split
from .patch import MOST, NAMESPACE, perform


def make(old: etree._ElementTree, new: etree._ElementTree) -> etree._ElementTree:
    """A patch after which the old document says what the new one says, white space included. Neither tree is changed. Raises TooLarge for
    more than patch.MOST operations."""
    return _Making(deepcopy(old), new.getroot()).made()


class _Making:
    def __init__(self, tree: etree._ElementTree, new: etree._Element) -> None:
        self.tree, self.new = tree, new
        self.prefixes = Prefixes.of(new)
        self.alignment = Alignment()
        declared: dict[str | None, str] = {prefix: uri for prefix, uri in self.prefixes.map.items() if prefix != "p"}
        names = {str(name) for node in (tree.getroot(), new) for each in node.iter(etree.Element) for name in (each.tag, *each.keys())}
        declared.update({self.prefixes.prefix(uri): uri for uri in sorted({split(name)[0] for name in names} - {""})})
        declared.pop("", None)
        self.own = next(name for name in ("p", "patch", "rfc7351") if name not in declared)
        self.declared = {**declared, self.own: NAMESPACE}
        self.patch = etree.Element(f"{{{NAMESPACE}}}patch", nsmap=self.declared)  # type: ignore[arg-type]

    def made(self) -> etree._ElementTree:
        root = self.tree.getroot()
        if root.tag != self.new.tag:
            self._do("replace", self._path(root), copied(self.new, None))
        else:
            self._element(root, self.new)
        for before in (True, False):
            self._beside(before)
        self.patch.text = "\n  " if len(self.patch) else None
        for operation in self.patch:
            operation.tail = "\n  "
        if len(self.patch):
            self.patch[-1].tail = "\n"
        return etree.ElementTree(self.patch)

    def _do(self, name: str, sel: str, *content: etree._Element | str, **more: str) -> None:
        """Write an operation down and carry it out."""
        if len(self.patch) >= MOST:
            raise TooLarge(f"The difference takes more than the {MOST:,} operations that a patch may have.")
        operation = etree.SubElement(self.patch, f"{{{NAMESPACE}}}{name}", {"sel": sel, **more})
        for each in content:
            if not isinstance(each, str):
                operation.append(each)
            elif len(operation):
                operation[-1].tail = each or None
            else:
                operation.text = each or None
        perform(self.tree, operation)

    def _element(self, old: etree._Element, new: etree._Element) -> None:
        if written(old) == written(new):
            return
        self._attributes(old, new)
        pairs = self.alignment.aligned(list(old), list(new))
        indented = loose(old) and loose(new)
        for node, wanted in pairs:
            if wanted is None and node is not None:
                blank = indented and (slots(old)[list(old).index(node)] or "x").isspace()
                self._do("remove", self._path(node), **({"ws": "before"} if blank else {}))
        cursor: etree._Element | None = None
        texts = slots(new)
        for node, wanted in pairs:
            if wanted is None:
                continue
            if node is None:
                lead = texts[list(new).index(wanted)] if indented else ""
                place = ("prepend", old) if cursor is None else ("after", cursor)
                self._do("add", self._path(place[1]), lead, copied(wanted, None), pos=place[0])
                node = old[0] if cursor is None else cursor.getnext()
                assert node is not None
            cursor = node
        self._texts(old, texts)
        for node, wanted in pairs:
            if node is not None and wanted is not None:
                if is_element(node):
                    self._element(node, wanted)
                elif node.text != wanted.text:
                    self._do("replace", self._path(node), copied(wanted, None))

    def _attributes(self, old: etree._Element, new: etree._Element) -> None:
        for name in sorted(set(map(str, old.keys())) | set(map(str, new.keys()))):
            before, after = old.get(name), new.get(name)
            if after is None:
                self._do("remove", f"{self._path(old)}/@{self.prefixes.name(name)}")
            elif before is None:
                self._do("add", self._path(old), after, type=f"@{self.prefixes.name(name)}")
            elif before != after:
                self._do("replace", f"{self._path(old)}/@{self.prefixes.name(name)}", after)

    def _texts(self, old: etree._Element, wanted: list[str]) -> None:
        for slot, text in enumerate(wanted):
            now = slots(old)
            if now[slot] == text:
                continue
            if not now[slot]:
                place = (old, "prepend") if slot == 0 else (old[slot - 1], "after")
                self._do("add", self._path(place[0]), text, pos=place[1])
                continue
            number = sum(1 for each in now[: slot + 1] if each)
            sel = f"{self._path(old)}/text()" + (f"[{number}]" if sum(map(bool, now)) > 1 else "")
            if text:
                self._do("replace", sel, text)
            else:
                self._do("remove", sel)

    def _beside(self, before: bool) -> None:
        """What stands before, or after, the root."""
        root = self.tree.getroot()
        pairs = self.alignment.aligned(outside(root, before), outside(self.new, before))
        cursor: etree._Element | None = None if before else root
        for node, wanted in pairs:
            if wanted is None:
                assert node is not None
                self._do("remove", self._path(node))
            elif node is None:
                first = outside(self.tree.getroot(), True)
                beside = cursor if cursor is not None else first[0] if first else self.tree.getroot()
                self._do("add", self._path(beside), copied(wanted, None), pos="before" if cursor is None else "after")
                cursor = beside.getprevious() if cursor is None else beside.getnext()
            else:
                if node.text != wanted.text:
                    self._do("replace", self._path(node), copied(wanted, None))
                    node = None
                cursor = node if node is not None else cursor

    def _path(self, node: etree._Element) -> str:
        steps: list[str] = []
        step: etree._Element | None = node
        while step is not None:
            steps.append(self._step(step))
            step = step.getparent()
        return "/" + "/".join(reversed(steps))

    def _step(self, node: etree._Element) -> str:
        name = self.prefixes.name(node.tag) if is_element(node) else "comment()" if kind(node) == "<!--" else (
            f"processing-instruction('{kind(node)[2:]}')")
        parent = node.getparent()
        if parent is not None:
            alike = [each for each in parent if kind(each) == kind(node)]
        elif is_element(node):
            return name
        else:
            root = self.tree.getroot()
            alike = [each for each in (*outside(root, True), *outside(root, False)) if kind(each) == kind(node)]
        return f"{name}[{alike.index(node) + 1}]" if len(alike) > 1 else name
