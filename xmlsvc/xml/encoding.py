"""Which encoding a document's bytes are in, found as XML 1.0 (fifth edition), Appendix F, says: byte order mark, then declaration."""

from __future__ import annotations

import codecs
import re
from typing import NamedTuple

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_UNMARKED = (
    (b"<\0\0\0", "utf-32-le"),
    (b"\0\0\0<", "utf-32-be"),
    (b"<\0?\0", "utf-16-le"),
    (b"\0<\0?", "utf-16-be"),
)
_DECLARATION = re.compile(rb"<\?xml\s[^>]{0,200}?\bencoding\s*=\s*[\"']([A-Za-z][A-Za-z0-9._-]{0,60})[\"']")

# In these, every byte below 0x80 is the ASCII character, so mark-up can be searched in the raw bytes.
_SUPERSETS_OF_ASCII = re.compile(
    r"utf-8|ascii|iso8859-\d+|cp125\d|cp437|cp85\d|cp866|koi8-[ru]|mac-roman|euc[_-](?:jp|kr)|gb2312|tis-620")
_OTHERS = frozenset({
    "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be", "shift_jis", "cp932", "big5", "gbk", "gb18030"})


class Encoding(NamedTuple):
    """`codec`: name for bytes.decode, `mark`: length of the byte order mark in bytes, `ascii`: bytes below 0x80 are ASCII characters,
    `declared`: what the XML declaration says, if anything."""

    codec: str
    mark: int
    ascii: bool
    declared: str | None


def detect(data: bytes) -> Encoding | None:
    """The encoding of an XML document (or its beginning); None if it is declared as one that is not understood here."""
    for mark, codec in _MARKS:
        if data.startswith(mark):
            declared = _declared(data[len(mark) : len(mark) + 1200].decode(codec, "replace").encode())
            return Encoding(codec, len(mark), codec == "utf-8", declared)
    for start, codec in _UNMARKED:
        if data.startswith(start):
            return Encoding(codec, 0, False, _declared(data[:1200].decode(codec, "replace").encode()))
    declared = _declared(data[:300])
    if declared is None:
        return Encoding("utf-8", 0, True, None)
    try:
        codec = codecs.lookup(declared).name
    except LookupError:
        return None
    if codec in _OTHERS:
        return Encoding(codec, 0, False, declared)
    return Encoding(codec, 0, True, declared) if _SUPERSETS_OF_ASCII.fullmatch(codec) else None


def _declared(start: bytes) -> str | None:
    match = _DECLARATION.match(start)
    return match[1].decode("ascii") if match else None


def text(data: bytes, encoding: Encoding | None) -> str:
    """The document as text for people: bytes that are wrong in the encoding become U+FFFD; an unknown encoding is read as UTF-8."""
    if encoding is None:
        return data.decode("utf-8", "replace")
    return data[encoding.mark :].decode(encoding.codec, "replace")
