"""Content models as classes declare them: one line in terms of the class's own fields.

    "title+ (episode | clip)* rights? ^ [other lax]"

name  a field · a b  sequence · (a | b)  choice · (a & b)  all · ? * + {2,5} {2,}  how often · [any], [other urn:a], [urn:b urn:c], each
with lax or skip: a wildcard · ^  the content of the base class. What comes out are the model's particles.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import TypeAlias

from ..schema.model import ComplexType, Element, Group, Particle, Wildcard

_TOKEN = re.compile(r"\s*(?:(\w+)|(\[[^\]]*\])|(\{\d+,?\d*\})|([()|&?*+^]))")
_ANY = ComplexType(None)

Content: TypeAlias = tuple[Particle | None, dict[str, tuple[Element, ...]]]


class _Reader:
    def __init__(self, text: str, tags: Callable[[str], Iterable[str]], base: Particle | None) -> None:
        self._tokens = [match.group().strip() for match in _TOKEN.finditer(text)]
        self._at = 0
        self._tags, self._base = tags, base
        self.substitutes: dict[str, tuple[Element, ...]] = {}

    def group(self) -> Particle:
        parts, separator = [self.sequence()], ""
        while self._at < len(self._tokens) and self._tokens[self._at] in ("|", "&"):
            separator = self._tokens[self._at]
            self._at += 1
            parts.append(self.sequence())
        if not separator:
            return parts[0]
        return Particle(Group("choice" if separator == "|" else "all", tuple(parts)))

    def sequence(self) -> Particle:
        parts = []
        while self._at < len(self._tokens) and self._tokens[self._at] not in ("|", "&", ")"):
            parts.append(self.part())
        return parts[0] if len(parts) == 1 else Particle(Group("sequence", tuple(parts)))

    def part(self) -> Particle:
        token = self._tokens[self._at]
        self._at += 1
        if token == "(":
            inner = self.group()
            self._at += 1
            if (inner.min, inner.max) != (1, 1):
                inner = Particle(Group("sequence", (inner,)))
        elif token == "^":
            inner = Particle(Group("sequence", (self._base,) if self._base is not None else ()))
        elif token[0] == "[":
            inner = Particle(wildcard(token))
        else:
            inner = Particle(self.element(token))
        return self.times(inner)

    def element(self, name: str) -> Element:
        head, *members = self._tags(name)
        if members:
            self.substitutes[head] = tuple(Element(tag, _ANY) for tag in (head, *members))
        return Element(head, _ANY, is_global=bool(members))

    def times(self, inner: Particle) -> Particle:
        token = self._tokens[self._at] if self._at < len(self._tokens) else ""
        if token and token in "?*+":
            self._at += 1
            inner.min, inner.max = (1 if token == "+" else 0), (1 if token == "?" else None)
        elif token[:1] == "{":
            self._at += 1
            low, comma, high = token[1:-1].partition(",")
            inner.min, inner.max = int(low), int(high) if high else None if comma else int(low)
        return inner


def read(text: str, tags: Callable[[str], Iterable[str]], base: Particle | None = None) -> Content:
    """A declared content model's particle and its substitution groups. `tags` gives a field's element names, the head's first."""
    if not text.strip():
        return None, {}
    reader = _Reader(text, tags, base)
    return reader.group(), reader.substitutes


def wildcard(token: str) -> Wildcard:
    """The wildcard of a token like "[other urn:a lax]"."""
    words = token[1:-1].split()
    process = words.pop() if words and words[-1] in ("lax", "skip") else "strict"
    if words[:1] == ["any"]:
        return Wildcard(None, process=process)  # type: ignore[arg-type]
    if words[:1] == ["other"]:
        return Wildcard(None, frozenset("" if word == "-" else word for word in words[1:]), process=process)  # type: ignore[arg-type]
    return Wildcard(frozenset("" if word == "-" else word for word in words), process=process)  # type: ignore[arg-type]


def wildcard_text(one: Wildcard) -> str:
    """The token of a wildcard; the namespace "" is written -."""
    process = "" if one.process == "strict" else f" {one.process}"
    if one.namespaces is None:
        left_out = " ".join(sorted(namespace or "-" for namespace in one.excluded))
        return f"[other {left_out}{process}]" if left_out else f"[any{process}]"
    return f"[{' '.join(sorted(namespace or '-' for namespace in one.namespaces))}{process}]"
