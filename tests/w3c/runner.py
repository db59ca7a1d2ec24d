"""Runs the suite's groups through the public API.

A schema that is refused accepts no document, and neither does a parser that refuses one: such an instance counts as invalid.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tests.w3c.suite import Group
from xmlsvc import validation
from xmlsvc.errors import InputError, SchemaError


@dataclass(frozen=True)
class Outcome:
    """One test: `name` "set/group" for a schema, "set/group instance" for a document."""

    name: str
    schema: bool
    expected: bool
    found: bool
    disputed: bool = False

    @property
    def right(self) -> bool:
        return self.expected == self.found


def run(group: Group, version: str) -> Iterator[Outcome]:
    """The outcomes of one group."""
    validator = None
    if group.documents:
        try:
            validator = validation.load(group.documents, version=version)
        except SchemaError:
            validator = None
    if group.schema_valid is not None:
        yield Outcome(group.id, True, group.schema_valid, validator is not None)
    for test in group.instances:
        found = disputed = False
        if validator is not None:
            try:
                report = validator.validate(test.path)
                found, disputed = report.valid, report.disputed
            except InputError:
                found = False
        yield Outcome(f"{group.id} {test.name}", False, test.valid, found, disputed)
