"""Whether a closed set is a valid schema: both engines must build it (XSD 1.1: xmlschema alone, since libxml2 knows only 1.0).

libxml2 lets many invalid schemas pass that xmlschema's strict build finds (406 of its 412 false accepts in the W3C suite), and it is
libxml2 that will validate: so each has to agree.
"""

from __future__ import annotations

import re
import warnings
from pathlib import Path

from lxml import etree

from ..errors import SchemaError
from ..xml import parser
from . import sources, strict
from .store import SchemaSet

Finding = tuple[str, str]


def check(schema_set: SchemaSet) -> str:
    """The XSD version of the set, "1.0" or "1.1". Raises SchemaError with the findings (place, sentence) of both engines."""
    version = sources.collect(schema_set.driver).version
    findings = ([] if version == "1.1" else libxml2(schema_set)) + xmlschema(schema_set, version)
    if findings:
        place, sentence = findings[0]
        more = f" ({len(findings) - 1} more findings.)" if len(findings) > 1 else ""
        raise SchemaError(f"The schema is not valid. {place}: {sentence}{more}", tuple(findings))
    return version


def libxml2(schema_set: SchemaSet) -> list[Finding]:
    """What libxml2's compiler finds wrong; empty if it builds the set."""
    driver = schema_set.driver
    tree = parser.parse_schema(driver.read_bytes(), driver, [schema_set.directory])
    try:
        etree.XMLSchema(tree)
    except etree.XMLSchemaParseError as error:
        found = [
            (_place(entry.filename, entry.line, schema_set.directory), _plain(entry.message))
            for entry in error.error_log if entry.level_name != "WARNING"
        ]
        return list(dict.fromkeys(found)) or [(driver.name, _plain(str(error)))]
    return []


def xmlschema(schema_set: SchemaSet, version: str) -> list[Finding]:
    """What xmlschema's strict build finds wrong; empty if it builds the set."""
    import xmlschema as engine  # 0.2 s that a process which only validates need not spend

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            strict.engine(schema_set, version)
        except engine.XMLSchemaParseError as error:
            element, source = error.elem, error.source
            line = getattr(element, "sourceline", None)
            name = Path(source.url).name if source is not None and source.url else schema_set.driver.name
            return [(f"{name}:{line}" if line else name, _plain(error.message or str(error)))]
        except RecursionError:
            return [(schema_set.driver.name, "Its content models are nested too deeply.")]
        except engine.XMLSchemaException as error:
            return [(schema_set.driver.name, _plain(str(error)))]
    return []


def _place(file: str | None, line: int, directory: Path) -> str:
    path = parser.local_path(file or "")
    if path is None or file == "<string>":
        return f"line {line}"
    name = str(path.relative_to(directory)) if path.is_relative_to(directory) else path.name
    return f"{name}:{line}"


def _plain(message: str) -> str:
    """An engine's message without Clark notation, in one line, with a full stop."""
    text = " ".join(re.sub(r"\{[^{}\s]*\}(?=[A-Za-z_])", "", message).split())
    return text if text.endswith(".") else f"{text}."
