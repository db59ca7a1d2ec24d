"""Whether a closed set is a valid schema, and whose word counts for it.

    builds(schema_set)     -> SchemaError where neither engine can build it: enough for classes, and quick where libxml2 can
    check(schema_set)      -> the XSD version; SchemaError where it is no valid schema
      ├─ xmlschema's strict build           finds 406 of the 412 invalid schemas of the W3C suite that libxml2 lets pass
      ├─ libxml2's compiler                 finds a few more, but refuses some valid ones: what it is known to get wrong does not count
      └─ groups of kind xs:all              neither engine looks into named ones

What libxml2 builds and only the strict build refuses (some GML) can be admitted as disputed, by somebody who confirms it: then libxml2
and our own assessor judge documents, and xmlschema is not asked.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lxml import etree

from ..errors import SchemaError
from ..xml import parser
from . import patterns, sources, strict
from .store import SchemaSet

Finding = tuple[str, str]
_AMBIGUOUS = "(not-deterministic)"
_XSD = sources.XSD
_DISPUTED = "disputed.json"
_LARGEST = 200_000  # elements that one named group may stand for
# What xmlschema raises, besides its own exceptions, out of the middle of building invalid schemas.
_STUMBLES = (AttributeError, IndexError, KeyError, TypeError, ValueError, ArithmeticError, RecursionError)
_NAME = re.compile(r"'([^'\s]+)' is not a valid value of the atomic type 'xs:NCName'")
# What libxml2 refuses although it is right; the W3C suite has each of them.
_KNOWN = (
    re.compile(r"attribute 'm(?:ax|in)Occurs': The value '\d{10,}' is not valid"),  # more than 2^31-1
    re.compile(r"The value '(?:\s[^']*|[^']*\s)' of simple type 'xs:QName' has no corresponding namespace declaration"),
    re.compile(r"The member type 'anySimpleType' is neither an atomic, nor a list type"),
    re.compile(r"The variety is absent"),  # restrictions of anySimpleType in simple content
    re.compile(r"is not a valid value of the atomic type 'xs:NOTATION'"),
    re.compile(r"does not validate against the base type 'NOTATION'"),
    re.compile(r"attribute 'minOccurs': The value must not be greater than the value of 'maxOccurs'"),  # follows the first
)


def check(schema_set: SchemaSet, confirmed: bool = False, version: str | None = None) -> str:
    """The XSD version of the set, "1.0" or "1.1". Raises SchemaError with the findings (place, sentence) of both engines.

    `version`: that of the specification to go by; else 1.1 where a document uses anything of it. `confirmed`: somebody answers for a
    schema that libxml2 builds and only xmlschema refuses; `disputed` then tells its findings.
    """
    collected = sources.collect(schema_set.driver)
    version = version or collected.version
    _check_size(collected)
    findings = xmlschema(schema_set, version) or [finding for document in collected.documents for finding in _patterns(document)]
    if version == "1.0":
        others = [finding for finding in libxml2(schema_set) if not _mistaken(finding[1])]
        others += [finding for document in collected.documents for finding in _all_groups(document)]
        if findings and not others and confirmed:
            (schema_set.directory / _DISPUTED).write_text(json.dumps(findings), "utf-8")
            return version
        findings = others + findings
    if findings:
        raise _refused(findings)
    return version


def builds(schema_set: SchemaSet) -> None:
    """Raises SchemaError, with the findings of both, for a set that neither libxml2 nor xmlschema can build. Of what libxml2 builds,
    xmlschema is not asked: that takes ten times as long. Content models that are ambiguous are no valid schema (cos-nonambig), but say
    all the same what may stand where."""
    collected = sources.collect(schema_set.driver)
    _check_size(collected)
    refused: list[Finding] = []
    if collected.version == "1.0":
        refused = [finding for finding in libxml2(schema_set) if not _mistaken(finding[1]) and not finding[1].endswith(_AMBIGUOUS)]
        if not refused:
            return
    if findings := xmlschema(schema_set, collected.version):
        raise _refused(refused + findings)


def _refused(findings: list[Finding]) -> SchemaError:
    place, sentence = findings[0]
    rest = len(findings) - 1
    more = f" ({rest} more finding{'s' if rest > 1 else ''}.)" if rest else ""
    return SchemaError(f"The schema is not valid. {place}: {sentence}{more}", tuple(findings))


def _mistaken(sentence: str) -> bool:
    """Whether libxml2 is known to be wrong about this."""
    name = _NAME.search(sentence)  # its names are those of XML 1.0's fourth edition, documents' those of the fifth
    if name is not None and ":" not in name[1] and patterns.name_start(name[1][0]) and all(map(patterns.name_char, name[1])):
        return True
    return any(known.search(sentence) for known in _KNOWN)


def disputed(schema_set: SchemaSet) -> tuple[Finding, ...]:
    """What xmlschema found wrong with a set that was admitted all the same; empty for all others."""
    try:
        return tuple((place, sentence) for place, sentence in json.loads((schema_set.directory / _DISPUTED).read_text("utf-8")))
    except FileNotFoundError:
        return ()


def _check_size(collected: sources.Sources) -> None:
    """Refuses sets whose named groups, put in where they are referred to, grow beyond all measure: 24 groups that each hold the one before
    twice take libxml2 4 GB. Counted before an engine sees them."""
    groups: dict[str, list[etree._Element]] = {}
    for document in collected.documents:
        for group in document.root.iter(f"{_XSD}group"):
            if group.get("name"):
                groups.setdefault(group.get("name", ""), []).append(group)
    sizes: dict[str, int] = {}

    def size(name: str) -> int:
        if name not in sizes:
            sizes[name] = 0  # a group that contains itself is for the engines to refuse
            sizes[name] = max((content(group) for group in groups.get(name, ())), default=0)
        return sizes[name]

    def content(element: etree._Element) -> int:
        particles = sum(1 for _ in element.iter(f"{_XSD}element", f"{_XSD}any"))
        references = (inner.get("ref", "").rpartition(":")[2] for inner in element.iter(f"{_XSD}group") if inner.get("ref"))
        return particles + sum(map(size, references))

    for name in groups:
        try:
            total = size(name)
        except RecursionError:
            total = _LARGEST + 1
        if total > _LARGEST:
            sentence = f"The group “{name}” stands for more than {_LARGEST:,} elements once the groups in it are put in: that is too large."
            raise SchemaError(f"The schema is not valid. {sentence}", ((_place_of(groups[name][0], collected), sentence),))


def _place_of(element: etree._Element, collected: sources.Sources) -> str:
    """ "file.xsd:12" of an element of the set."""
    root = element.getroottree().getroot()
    document = next(document for document in collected.documents if document.root is root)
    return f"{document.name}:{sources.line(element)}"


def _all_groups(document: sources.Document) -> Iterator[Finding]:
    """cos-all-limited: an xs:all of XSD 1.0 holds elements only, each at most once."""
    for group in document.root.iter(f"{_XSD}all"):
        for child in group.iterchildren(etree.Element):
            place = f"{document.name}:{sources.line(child)}"
            if child.tag not in (f"{_XSD}element", f"{_XSD}annotation"):
                yield place, f"An xs:all may hold only xs:element, not xs:{etree.QName(child).localname}."
            elif (child.get("maxOccurs") or "1").strip() not in ("0", "1"):
                yield place, "An element in an xs:all may occur at most once: its maxOccurs must be 0 or 1."


def _patterns(document: sources.Document) -> Iterator[Finding]:
    """Patterns that are no regular expressions of XML Schema, though Python reads something in them."""
    for pattern in document.root.iter(f"{_XSD}pattern"):
        try:
            patterns.compile(pattern.get("value", ""))
        except patterns.PatternError as error:
            yield f"{document.name}:{sources.line(pattern)}", f"The pattern “{pattern.get('value')}” is none: {error}. (pattern-regex)"


def libxml2(schema_set: SchemaSet) -> list[Finding]:
    """What libxml2's compiler finds wrong; empty if it builds the set."""
    driver = schema_set.driver
    tree = parser.parse_schema(driver.read_bytes(), driver, [schema_set.directory])
    try:
        etree.XMLSchema(tree)
    except etree.XMLSchemaParseError as error:
        found = [
            (_place(entry.filename, entry.line, schema_set.directory), f"{_plain(entry.message)} ({_clause(entry.type_name)})")
            for entry in error.error_log if entry.level_name != "WARNING"
        ]
        return list(dict.fromkeys(found)) or [(driver.name, _plain(str(error)))]
    return []


def xmlschema(schema_set: SchemaSet, version: str) -> list[Finding]:
    """What xmlschema's build finds wrong; empty if it builds the set strictly."""
    import xmlschema as engine  # 0.2 s that a process which only validates need not spend

    try:
        strict.engine(schema_set, version)
    except RecursionError:
        return [(schema_set.driver.name, "It is nested too deeply: a content model, or the path of a key.")]
    except engine.XMLSchemaValidatorError as error:
        return _all_of(schema_set, version) or [_finding(error, schema_set)]
    except engine.XMLSchemaException as error:
        return [(schema_set.driver.name, _plain(str(error)))]
    except _STUMBLES as error:
        return [(schema_set.driver.name, f"It has an error that xmlschema stumbles over ({_plain(str(error))})")]
    return []


def _all_of(schema_set: SchemaSet, version: str) -> list[Finding]:
    """Every finding of xmlschema's lax build, where that gets through: the strict one stops at the first."""
    import xmlschema as engine

    try:
        errors = strict.lax(schema_set, version)
    except (engine.XMLSchemaException, *_STUMBLES):
        return []
    return list(dict.fromkeys(_finding(error, schema_set) for error in errors))


def _finding(error: Any, schema_set: SchemaSet) -> Finding:
    path = parser.local_path(getattr(error.source, "url", None) or "") or schema_set.driver
    line = _line(path, error.source, error.elem)
    name = str(path.relative_to(schema_set.directory)) if path.is_relative_to(schema_set.directory) else path.name
    message = _plain(error.message or str(error))
    clause = next((clause for fragment, clause in _CLAUSES if fragment in message.lower()), "sch-props-correct")
    return (f"{name}:{line}" if line else name, f"{message} ({clause})")


def _line(path: Path, source: Any, element: Any) -> int | None:
    """The line of one of xmlschema's elements, which has none itself: that of the same element in our own tree."""
    if source is None or element is None:
        return None
    ordinal = next((n for n, one in enumerate(source.root.iter()) if one is element), None)
    if ordinal is None:
        return None
    ours = parser.parse_schema(path.read_bytes(), path).getroot().iter(etree.Element)
    return next((sources.line(one) for n, one in enumerate(ours) if n == ordinal), None)


# The clauses of Part 1, Appendix C, that xmlschema's messages are about.
_CLAUSES = (
    ("illegal restriction", "derivation-ok-restriction"), ("restriction", "derivation-ok-restriction"), ("unique particle", "cos-nonambig"),
    ("unknown", "src-resolve"), ("missing", "src-resolve"), ("not found", "src-resolve"), ("circular", "st-props-correct.2"),
    ("facet", "cos-applicable-facets"), ("duplicate", "sch-props-correct.2"), ("regular expression", "pattern-regex"),
    ("substitution", "e-props-correct.4"), ("default", "a-props-correct.2"), ("fixed", "a-props-correct.2"),
)  # fmt: skip


def _clause(type_name: str) -> str:
    """The clause of a libxml2 error: SCHEMAP_COS_ALL_LIMITED is cos-all-limited, SCHEMAP_SRC_ELEMENT_2_1 is src-element.2.1."""
    name = type_name.removeprefix("SCHEMAP_").lower()
    return re.sub(r"_(?=\d)", ".", name).replace("_", "-")


def _place(file: str | None, line: int, directory: Path) -> str:
    path = parser.local_path(file or "")
    if path is None or file == "<string>":
        return f"line {line}"
    name = str(path.relative_to(directory)) if path.is_relative_to(directory) else path.name
    return f"{name}:{line}"


def _plain(message: str) -> str:
    """An engine's message without Clark notation, in one line, with a full stop."""
    text = re.sub(r"Xsd([A-Za-z]+?)\((?:name|ref)='([^']*)'[^)]*\)", lambda match: f"{match[1].lower()} “{match[2]}”", message)
    text = " ".join(re.sub(r"\{[^{}\s]*\}(?=[A-Za-z_])", "", text).split())
    return text if text.endswith(".") else f"{text}."
