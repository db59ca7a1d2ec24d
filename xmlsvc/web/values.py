"""Single values for people: what a duration, a yes or no, an address or a number of bytes means, beside what stands in the document."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from genshi.core import Markup
from lxml import etree

from ..schema import model
from ..xml.names import Prefixes
from .html import join, link, tag, text

LONGEST = 4_000
_DURATION = re.compile(r"(-)?P(?=.)(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?(?:T(?=.)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?")
_UNITS = (("year", "years"), ("month", "months"), ("day", "days"), ("h", "h"), ("min", "min"), ("s", "s"))


def content(element: etree._Element) -> str:
    """The text of an element without child elements; comments and processing instructions in it left out."""
    own = element.text or ""
    return own + "".join([child.tail or "" for child in element]) if len(element) else own


def show(value: str, kind: model.SimpleType | None) -> Markup:
    """The value, with a reading of it where its type needs one."""
    plain = value.strip()
    if not plain:
        return tag("span", "empty", class_="none")
    if len(value) > LONGEST:
        return join(text(value[:LONGEST]), tag("span", f"… {len(value) - LONGEST:,} more characters", class_="none"))
    if kind is None:
        return text(plain)
    if kind.builtin == "boolean" and plain in {"true", "false", "1", "0"}:
        return text("yes" if plain in {"true", "1"} else "no")
    if kind.builtin in {"duration", "dayTimeDuration", "yearMonthDuration"} and (reading := duration(plain)):
        return join(text(plain), " ", tag("span", reading, class_="chip"))
    if kind.builtin == "anyURI" and (address := web_address(plain)):
        return link(address, plain, rel="noopener noreferrer nofollow external")
    if documentation := kind.enumeration_documentation.get(plain):
        return tag("span", plain, title=documentation[:400])
    return text(plain)


def web_address(value: str) -> str | None:
    """The value if it is a http or https address, so that nothing else ever becomes a link."""
    try:
        parts = urlsplit(value)
    except ValueError:
        return None
    return value if parts.scheme in {"http", "https"} and parts.netloc else None


def duration(value: str) -> str | None:
    """ "PT1H30M" as "1 h 30 min"; None for what is no xs:duration."""
    match = _DURATION.fullmatch(value)
    if match is None:
        return None
    parts = [f"{number} {one if number == '1' else many}" for number, (one, many) in zip(match.groups()[1:], _UNITS, strict=True) if number]
    return ("minus " if match[1] else "") + " ".join(parts) if parts else None


def mixed(element: etree._Element, prefixes: Prefixes) -> Markup:
    """Text with mark-up in it: the text in order, each inline element underlined; its name and attributes on hover."""
    out: list[Markup] = []
    opened: list[etree._Element] = []
    for event, node in etree.iterwalk(element, events=("start", "end", "comment", "pi")):
        if event == "start" and node is not element:
            opened.append(node)
            said = " ".join([prefixes.name(str(node.tag)), *(f"{prefixes.name(str(name))}={value}" for name, value in node.attrib.items())])
            out.append(Markup('<span class="inline" title="%s">') % said)
        if event == "start" and node.text:
            out.append(text(node.text))
        if event == "end" and node is not element:
            out.append(Markup("</span>"))
        if event != "start" and node is not element and node.tail:
            out.append(text(node.tail))
    return join(out)
