"""A finding: one thing that is wrong, as the engines tell it to each other, before `explain` puts it into words."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from lxml import etree

LIBXML2 = "libxml2"
XMLSCHEMA = "xmlschema"
OWN = "xmlsvc"


@dataclass(frozen=True, slots=True)
class Far:
    """An element that is not in memory any more: its place in document order (the root is 0), and its Clark name."""

    ordinal: int
    tag: str


Place = etree._Element | Far


@dataclass(slots=True, eq=False)
class Finding:
    """`code`: clause of the specification; `kind`: which of its cases this is (the sentence to say, see `sentences`);
    `element`: where; `attribute`: Clark name, where it is about one. `facts` are the sentence's: Clark names, literals, declarations.
    `engines`: who found it."""

    code: str
    kind: str
    element: etree._Element
    attribute: str | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    engines: set[str] = field(default_factory=set)
    disputed: bool = False
