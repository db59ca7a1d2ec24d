"""What a validation says, as data: violations, and the report that holds all of them.

The array made by `violations_json` is the only serialisation of violations: every face sends these very bytes.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """One thing that is wrong with a document.

    `code` is the clause of the specification (XML Schema Part 1, Appendix C: "cvc-…"; "xml-wf" for what is no XML). `line` and `column`
    are 1-based and point at the element's "<" or the attribute's name; `path` names every step with a prefix of
    `namespaces` and counts among same-named siblings where there are several; `attribute` is a prefixed name. `bytes` = [start, end)
    of the start tag (or attribute) in the original bytes. `component` = "file.xsd:line kind name"; `declaration` likewise: that of the
    element or attribute itself. `engines` names who found it. `kind`: which case of the clause this is, as a word ("missing", "order",
    "many", "value" …); `lacking`: what is missing, alternatives with "|" between them.
    """

    code: str
    severity: str = "error"
    line: int | None
    column: int | None
    path: str
    namespaces: dict[str, str] = field(default_factory=dict)
    attribute: str | None = None
    component: str | None = None
    bytes: tuple[int, int] | None = None
    found: str | None = None
    value: str | None = None
    expected: tuple[str, ...] = ()
    excerpt: str | None = None
    documentation: str | None = None
    message: str
    engines: tuple[str, ...] = ()
    disputed: bool = False
    kind: str = ""
    lacking: tuple[str, ...] = ()
    declaration: str | None = None

    @property
    def key(self) -> tuple[int, int, str, str, str]:
        """Order in a report: line, column, path, code, message."""
        return (self.line or 0, self.column or 0, self.path, self.code, self.message)


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaName:
    """Which schema gave the verdict, and why that one (`reason`: "named by the caller", "schemaLocation", "active version"). `engine`: the
    fingerprint of what gave it (`validation.fingerprint`); it is part of a stored verdict's key, not of the report."""

    vocabulary: str | None
    version: str | None
    digest: str
    reason: str = ""
    engine: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The verdict on one document. `violations` are sorted; `disputed`: the engines differ and nothing could decide; `cut`: there are more
    violations than are listed."""

    valid: bool
    violations: tuple[Violation, ...] = ()
    schema: SchemaName | None = None
    disputed: bool = False
    cut: bool = False

    def document(self, name: str) -> dict[str, Any]:
        """The JSON object of one document in a report; `name` is what the caller calls it."""
        schema = self.schema and {k: v for k, v in asdict(self.schema).items() if v != "" and k != "engine"}
        return {"name": name, "valid": self.valid, "schema": schema or None, "disputed": self.disputed, "cut": self.cut,
                "violations": [asdict(violation) for violation in self.violations]}


def violations_json(violations: tuple[Violation, ...]) -> str:
    """The violations as a JSON array; the same bytes (UTF-8) on every face."""
    return json.dumps([asdict(violation) for violation in violations], ensure_ascii=False, separators=(",", ":"))


def document_json(report: Report, name: str) -> str:
    """The JSON object of one document in a report; `name` is what the caller calls it."""
    members = report.document(name)
    members.pop("violations")
    text = json.dumps(members, ensure_ascii=False, separators=(",", ":"))
    return f'{text[:-1]},"violations":{violations_json(report.violations)}}}'


def violations_from_json(text: str) -> tuple[Violation, ...]:
    """The inverse of `violations_json`."""
    return tuple(
        Violation(**{**item, "expected": tuple(item["expected"]), "engines": tuple(item["engines"]),
                     "lacking": tuple(item.get("lacking", ())),
                     "bytes": tuple(item["bytes"]) if item["bytes"] else None})
        for item in json.loads(text)
    )
