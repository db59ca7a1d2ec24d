"""A format's output as its gate looks at it: a tree for XML and HTML, a value for JSON and CSV. Read strictly: what a tolerant reader
would pass over is a violation here."""

from __future__ import annotations

import json
import re
from typing import Any

from lxml import etree

from ..errors import InputError
from ..validation.report import Violation
from ..xml import parser

# RFC 4180, section 2: a field in quotes, where a quote is doubled, or without any; then a comma, or the end of the record.
_FIELD = re.compile(r'(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|\Z)')


def tree(data: bytes, media_type: str) -> etree._ElementTree | Violation:
    """The tree of XML, or of HTML (names in no namespace) where the media type says so."""
    try:
        return parser.parse_html(data) if _kind(media_type) == "text/html" else parser.parse(data)
    except InputError as error:
        return unreadable(error)


def unreadable(error: InputError) -> Violation:
    """What stops the parser, as a violation."""
    return Violation(code="xml-wf", line=error.extra.get("line"), column=error.extra.get("column"), path="", message=error.message)


def value(data: bytes, media_type: str) -> Any:
    """The value of JSON; of CSV, an array of objects, one for each record, whose members are named by the header. Or a Violation."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        return _violation("encoding", data[: error.start].count(b"\n") + 1, "The output is not in UTF-8.")
    return _table(text) if _kind(media_type) == "text/csv" else _json(text)


def _kind(media_type: str) -> str:
    return media_type.partition(";")[0].strip().lower()


def _json(text: str) -> Any:
    """RFC 8259, without what it leaves open: no name twice in an object, no NaN and no infinity."""
    try:
        return json.loads(text, object_pairs_hook=_object, parse_constant=_constant)
    except json.JSONDecodeError as error:
        return _violation("json", error.lineno, f"The output is no JSON: {error.msg} (column {error.colno}).", error.colno)
    except (ValueError, RecursionError) as error:
        return _violation("json", None, f"The output is no JSON that every reader takes: {error or 'it is nested too deep'}.")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, member in pairs:
        if name in found:
            raise ValueError(f"an object has two members named “{name}”")
        found[name] = member
    return found


def _constant(text: str) -> Any:
    raise ValueError(f"{text} is no number in JSON")


def _table(text: str) -> Any:
    """RFC 4180 with a header, each record as long as it, lines ended by CRLF."""
    records: list[list[str]] = [[]]
    position = 0
    while position < len(text) or records[-1]:
        match = _FIELD.match(text, position)
        if match is None:
            line = text[:position].count("\n") + 1
            return _violation("csv", line, "A field with a quote, a comma or a line break stands without quotes, or a line has no CRLF.")
        records[-1].append(match[2] if match[1] is None else match[1].replace('""', '"'))
        position = match.end()
        if match[3] != ",":
            if match[3] == "\r\n" and position < len(text):
                records.append([])
                continue
            break
    header, *rows = records
    if not header or len(set(header)) != len(header) or not all(header):
        return _violation("csv", 1, "There is no header, or it names a column twice or leaves one without a name.")
    for number, row in enumerate(rows, 2):
        if len(row) != len(header):
            return _violation("csv", None, f"Record {number} has {len(row)} fields; the header has {len(header)}.")
    return [dict(zip(header, row, strict=True)) for row in rows]


def _violation(code: str, line: int | None, message: str, column: int | None = None) -> Violation:
    return Violation(code=code, line=line, column=column, path="", message=message)
