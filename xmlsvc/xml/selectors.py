"""The selectors of XML patches (RFC 5261, sections 4.1 and 4.2.1): a small part of XPath 1.0, which names one node.

    Selector(text, nsmap).locate(tree) -> Place

Unlike in XPath, names without a prefix are in the default namespace of where the selector stands.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeVar

from lxml import etree

from ..errors import InputError
from .alignment import is_element, kind, slots
from .carry import outside
from .names import XML_NAMESPACE

T = TypeVar("T")
_NAME = r"[^\W\d][\w.\-]*+"
_QNAME = rf"(?:{_NAME}:)?{_NAME}"
_TEXT = r"(?:\"[^\"]*\"|'[^']*')"
_CONDITION = re.compile(rf"\[(?:(?P<at>@)?(?P<name>{_QNAME}|\.)\s*=\s*(?P<text>{_TEXT})|(?P<place>[1-9]\d{{0,8}}))\]")
_STEP = re.compile(rf"(?P<name>{_QNAME}|\*)(?!\()")
_ID = re.compile(rf"id\(\s*(?P<text>{_TEXT})\s*\)")
_LAST = re.compile(
    rf"(?P<attribute>@(?P<name>{_QNAME}))|namespace::(?P<prefix>{_NAME})"
    rf"|(?P<node>text\(\)|comment\(\)|processing-instruction\((?P<target>{_TEXT})?\))(?:\[(?P<place>[1-9]\d{{0,8}})\])?"
)


class PatchRefused(InputError):
    """A patch that cannot be applied. `reason`: the name of the error element that RFC 5261, section 5, has for it; `number`: of the
    operation, from 1 (None: of the patch as a whole)."""

    slug, title = "patch-refused", "The patch cannot be applied"

    def __init__(self, reason: str, message: str, number: int | None = None) -> None:
        super().__init__(message, reason=reason, operation=number)
        self.reason, self.number = reason, number


@dataclass(frozen=True, slots=True)
class Place:
    """One node. `element`: the element (or comment, or instruction) itself, or the one that has what `what` says; `name`: of an attribute
    (Clark) or a prefix; `slot`: which of the element's texts, counted as `alignment.slots` does."""

    what: Literal["element", "comment", "instruction", "attribute", "text", "namespace"]
    element: etree._Element
    name: str = ""
    slot: int = 0


class Selector:
    """A selector that was read. `prefixes`: those in scope where it stands (None: the default namespace)."""

    def __init__(self, text: str, prefixes: Mapping[str | None, str]) -> None:
        self.text, self._prefixes = text, prefixes
        self._namespaces: dict[str, str] = {}
        self._last: re.Match[str] | None = None
        self.path = self._read(text.strip())

    def _read(self, text: str) -> str:
        """The XPath of the element; `_last` is what follows it."""
        at = 1 if text.startswith("/") else 0
        parts: list[str] = []
        while at < len(text):
            last = _LAST.fullmatch(text, at)
            if last is not None:
                self._last = last
                break
            first = _ID.match(text, at) if not parts else None
            step = first or _STEP.match(text, at)
            if step is None:
                raise self._wrong(text, at)
            at = step.end()
            found = f"//*[@xml:id={first['text']}]" if first else f"/{self._name(step['name'])}"
            while (condition := _CONDITION.match(text, at)) is not None:
                found += self._condition(condition)
                at = condition.end()
            parts.append(found)
            if at < len(text):
                if text[at] != "/" or at + 1 == len(text):
                    raise self._wrong(text, at)
                at += 1
        if not parts and self._last is None:
            raise PatchRefused("invalid-attribute-value", f"The selector {self.text!r} names no node.")
        return "".join(parts)

    def _wrong(self, text: str, at: int) -> PatchRefused:
        if text.startswith("id(", at):
            return PatchRefused("unsupported-id-function", f"id() in the selector {self.text!r} must stand first and name one xml:id.")
        return PatchRefused(
            "invalid-attribute-value", f"The selector {self.text!r} cannot be read from {text[at:at + 20]!r} on. RFC 5261 allows "
            "steps by name with [n], [@name='…'] and [name='…'], and as the last one @name, text(), comment(), processing-instruction() or "
            "namespace::prefix.",
        )  # fmt: skip

    def _condition(self, found: re.Match[str]) -> str:
        if found["place"]:
            return f"[{found['place']}]"
        name = found["name"]
        if name != ".":
            name = f"@{self._attribute(name)}" if found["at"] else self._name(name)
        return f"[{name}={found['text']}]"

    def _name(self, name: str) -> str:
        """An element's name as XPath has it."""
        prefix, _, local = name.rpartition(":")
        if name == "*":
            return name
        namespace = self._namespace(prefix or None)
        return f"{self._bound(namespace)}:{local}" if namespace else local

    def _attribute(self, name: str) -> str:
        prefix, _, local = name.rpartition(":")
        return f"{self._bound(self._namespace(prefix))}:{local}" if prefix else local

    def _namespace(self, prefix: str | None, said: str = "") -> str:
        if prefix == "xml":
            return XML_NAMESPACE
        found = self._prefixes.get(prefix)
        if found is None and prefix is not None:
            where = said or f"the selector {self.text!r}"
            raise PatchRefused("invalid-namespace-prefix", f"The prefix {prefix!r} in {where} is not declared.")
        return found or ""

    def _bound(self, namespace: str) -> str:
        if namespace == XML_NAMESPACE:
            return "xml"
        return self._namespaces.setdefault(namespace, f"n{len(self._namespaces)}")

    def clark(self, name: str, said: str = "") -> str:
        """An attribute's name in the selector's scope, as Clark writes it. `said`: where it is named, unless in the selector."""
        prefix, _, local = name.rpartition(":")
        return f"{{{self._namespace(prefix, said)}}}{local}" if prefix else local

    def locate(self, tree: etree._ElementTree) -> Place:
        """The one node. Raises PatchRefused (unlocated-node) for none, or several."""
        if not self.path:
            return self._outside(tree.getroot())
        spaces = {prefix: namespace for namespace, prefix in self._namespaces.items()}
        found = tree.xpath(self.path, namespaces=spaces or None)
        if not isinstance(found, list) or len(found) != 1:
            count = len(found) if isinstance(found, list) else 0
            raise self._unlocated(f"selects {count or 'no'} elements")
        element = found[0]
        assert isinstance(element, etree._Element)
        return Place("element", element) if self._last is None else self._inside(element, self._last)

    def _unlocated(self, said: str) -> PatchRefused:
        return PatchRefused("unlocated-node", f"The selector {self.text!r} {said} in the document; it must name exactly one node.")

    def _inside(self, element: etree._Element, last: re.Match[str]) -> Place:
        if last["attribute"]:
            name = self.clark(last["name"])
            if name not in element.attrib:
                raise self._unlocated("selects no attribute")
            return Place("attribute", element, name)
        if last["prefix"]:
            return Place("namespace", element, last["prefix"])
        if last["node"] == "text()":
            texts = [slot for slot, text in enumerate(slots(element)) if text]
            return Place("text", element, slot=self._one(texts, last))
        return self._node(list(element), last)

    def _outside(self, root: etree._Element) -> Place:
        assert self._last is not None
        if not self._last["node"] or self._last["node"] == "text()":
            raise self._unlocated("selects nothing")
        return self._node([*outside(root, True), *outside(root, False)], self._last)

    def _node(self, nodes: list[etree._Element], last: re.Match[str]) -> Place:
        comment = last["node"] == "comment()"
        target = (last["target"] or "")[1:-1]
        fit = [node for node in nodes if not is_element(node) and (kind(node) == "<!--") == comment
               and (comment or not target or kind(node) == f"<?{target}")]  # fmt: skip
        return Place("comment" if comment else "instruction", self._one(fit, last))

    def _one(self, found: list[T], last: re.Match[str]) -> T:
        if last["place"]:
            found = found[int(last["place"]) - 1 :][:1]
        if len(found) != 1:
            raise self._unlocated(f"selects {len(found) or 'no'} nodes")
        return found[0]
