"""Single values for people: what a duration, a yes or no, an address or a number of bytes means, beside what stands in the document."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import urlsplit

from lxml import etree

from ..schema import model
from ..xml.names import Prefixes, attributes
from .html import escaped, tag

LONGEST = 4_000
_DURATION = re.compile(r"(-)?P(?=.)(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?(?:T(?=.)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?")
_UNITS = (("year", "years"), ("month", "months"), ("day", "days"), ("h", "h"), ("min", "min"), ("s", "s"))


def content(element: etree._Element) -> str:
    """The text of an element without child elements; comments and processing instructions in it left out."""
    own = element.text or ""
    return own + "".join([child.tail or "" for child in element]) if len(element) else own


Reading = Callable[[str], str]
"""What a value, without white space around it, means to people, as HTML; "" where it says all by itself."""


def show(value: str, read: Reading | None) -> str:
    """The value as HTML, with a reading of it where its type needs one."""
    plain = value.strip()
    if not plain:
        return _EMPTY
    if len(value) > LONGEST:
        return f'{escaped(value[:LONGEST])}<span class="none">… {len(value) - LONGEST:,} more characters</span>'
    return (read(plain) if read is not None else "") or escaped(plain)


_EMPTY = '<span class="none">empty</span>'


def reading(kind: model.SimpleType | None) -> Reading | None:
    """How values of the type are read; None where their text is all."""
    if kind is None:
        return None
    own, said = _READINGS.get(kind.builtin), kind.enumeration_documentation
    if not said:
        return own

    def read(plain: str) -> str:
        meaning = own(plain) if own is not None else ""
        return meaning or (tag("span", plain, title=said[plain][:400]) if said.get(plain) else "")

    return read


def _truth(plain: str) -> str:
    return {"true": "yes", "1": "yes", "false": "no", "0": "no"}.get(plain, "")


def _time(plain: str) -> str:
    said = duration(plain)
    return f'{escaped(plain)} <span class="chip">{escaped(said)}</span>' if said else ""


def _address(plain: str) -> str:
    if web_address(plain) is None:
        return ""
    address = escaped(plain)
    return f'<a rel="noopener noreferrer nofollow external" href="{address}">{address}</a>'


_READINGS: dict[str, Reading] = {
    "boolean": _truth, "duration": _time, "dayTimeDuration": _time, "yearMonthDuration": _time, "anyURI": _address
}  # fmt: skip


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


def mixed(element: etree._Element, prefixes: Prefixes) -> str:
    """Text with mark-up in it: the text in order, each inline element underlined; its name and attributes on hover."""
    out = [escaped(element.text)] if element.text else []
    for node in element:
        if isinstance(node.tag, str):
            stated = [f"{prefixes.name(name)}={value}" for name, value in attributes(node)]
            said = " ".join([prefixes.name(node.tag), *stated])
            out.append(f'<span class="inline" title="{escaped(said)}">{mixed(node, prefixes)}</span>')
        if node.tail:
            out.append(escaped(node.tail))
    return "".join(out)
