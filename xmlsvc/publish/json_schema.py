"""JSON Schema (draft 2020-12 unless $schema says otherwise) as a gate, by the jsonschema library. No reference leaves the document."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from pathlib import Path

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError as Refusal
from jsonschema.exceptions import ValidationError
from jsonschema.validators import validator_for
from referencing import Registry
from referencing.exceptions import Unresolvable

from ..errors import StylesheetError
from ..validation.report import Violation
from . import outputs

_LONGEST_VALUE = 200


class JsonSchema:
    """A compiled JSON Schema. "format" is asserted: a gate is there to refuse."""

    def __init__(self, path: Path) -> None:
        data = path.read_bytes()
        self.digest = hashlib.sha256(data).hexdigest()
        self._name = path.name
        try:
            schema = json.loads(data)
            kind = validator_for(schema, Draft202012Validator)
            kind.check_schema(schema)
        except ValueError as error:
            raise StylesheetError(f"The gate {path.name} is no JSON: {error}.") from None
        except Refusal as error:
            place = _pointer(error.absolute_path)
            raise StylesheetError(f"The gate {path.name} is no valid JSON Schema: {place}: {error.message}.") from None
        # A registry of our own: the library's would fetch what a $ref names.
        self._validator = kind(schema, registry=Registry(), format_checker=kind.FORMAT_CHECKER)

    def violations(self, data: bytes, media_type: str) -> Sequence[Violation]:
        """Every violation, in the order of the output; `path` is a JSON Pointer (RFC 6901), `code` names the keyword."""
        value = outputs.value(data, media_type)
        if isinstance(value, Violation):
            return [value]
        try:
            return sorted(map(_violation, self._validator.iter_errors(value)), key=lambda one: (one.path, one.code, one.message))
        except Unresolvable as error:
            raise StylesheetError(f"The gate {self._name} refers to “{error.ref}”, which it does not hold; nothing is fetched.") from None


def _violation(error: ValidationError) -> Violation:
    """`error.context` holds why each branch of an anyOf failed; the sentence names the one that came furthest."""
    deepest = max(error.context or [error], key=lambda one: len(one.absolute_path))
    value = json.dumps(deepest.instance, ensure_ascii=False)
    return Violation(
        code=f"json-schema.{error.validator}", line=None, column=None, path=_pointer(deepest.absolute_path),
        value=value if len(value) <= _LONGEST_VALUE else f"{value[: _LONGEST_VALUE - 1]}…",
        message=f"{deepest.message[:_LONGEST_VALUE].rstrip('.')}.", engines=("jsonschema",))


def _pointer(path: Iterable[str | int]) -> str:
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in path)
