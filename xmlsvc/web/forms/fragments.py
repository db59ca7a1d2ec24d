"""The inside of an element as text that people can edit, and back: for mixed content and for what no schema describes."""

from __future__ import annotations

import re
from xml.sax.saxutils import escape, quoteattr

from lxml import etree

from ...errors import DoctypeRefused, NotWellFormed
from ...xml import parser

_START = re.compile(r"<[^\s/>]+(?:[^>\"']|\"[^\"]*\"|'[^']*')*>")
_DECLARED = re.compile(r"\sxmlns(?::([^=\s]+))?=\"([^\"]*)\"")


def inner(element: etree._Element) -> str:
    """The content as XML, with the prefixes that are in scope and without their declarations."""
    parts = [escape(element.text or "")]
    for child in element:
        parts += [outer(child, element.nsmap), escape(child.tail or "")]
    return "".join(parts)


def outer(node: etree._Element, scope: dict[str | None, str]) -> str:
    """A node as XML without what follows it, without the declarations that `scope` makes already."""
    text = etree.tostring(node, encoding="unicode", with_tail=False)

    def kept(match: re.Match[str]) -> str:
        return "" if scope.get(match[1] or None) == match[2].replace("&amp;", "&") else match[0]

    return _START.sub(lambda match: _DECLARED.sub(kept, match[0]), text, count=1) if isinstance(node.tag, str) else text


def replace(element: etree._Element, text: str, limits: parser.Limits) -> None:
    """Put the text, as XML, in the place of the element's content; attributes stay. Raises NotWellFormed."""
    declared = "".join(
        f" xmlns{':' + prefix if prefix else ''}={quoteattr(uri)}" for prefix, uri in element.nsmap.items() if prefix != "xml"
    )
    try:
        made = parser.parse(f"<inside{declared}>{text}</inside>".encode(), limits).getroot()
    except (NotWellFormed, DoctypeRefused) as error:
        raise NotWellFormed(f"This is not well-formed XML: {error.message}") from error
    if made.tag.rpartition("}")[2] != "inside" or made.getnext() is not None:
        raise NotWellFormed("This is not well-formed XML: an end tag has no start.")
    for child in list(element):
        element.remove(child)
    element.text = made.text
    for child in list(made):
        element.append(child)
