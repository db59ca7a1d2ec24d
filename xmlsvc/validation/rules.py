"""Rules beyond the schema: named XPath rules of the manifest, and Schematron (ISO/IEC 19757-3): in the XSLT 1 query binding by lxml's
skeleton, in xslt2 and xslt3 by SaxonC-HE where that is installed (`schematron`).

    rule_set(manifest, folder, version).findings(tree)   -> findings of the same kind as those of the schema
    digest(manifest, folder, version)                    -> of all that these rules are made of; "" where there are none

Rules are an operator's, as the schema is; still, their XPaths get no extension functions. A broken rule of severity "warning" or "info" is
reported, and the document stays valid.
"""

from __future__ import annotations

import hashlib
import json
import re
import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lxml import etree

from ..errors import NotWellFormed, SchemaError
from ..schema.vocabulary import Manifest, RuleEntry
from ..xml import parser, saxon
from . import schematron
from .findings import OWN, Finding

if TYPE_CHECKING:
    from lxml import isoschematron  # type: ignore[attr-defined]

SCHEMATRON = "schematron"
_SVRL = "{http://purl.oclc.org/dsdl/svrl}"
_XSLT1 = ("", "xslt", "xslt1")
_KEPT = 128  # rule sets kept in a process
_INCLUDED = re.compile(r"<(?:[\w.-]+:)?(?:include|extends|import)\b[^>]*?\bhref\s*=\s*[\"']([^\"'#]+)")
_SLOT = re.compile(r"\{([^{}]+)\}")


@dataclass(frozen=True)
class _Rule:
    name: str
    severity: str
    context: etree.XPath
    test: etree.XPath
    message: str
    slots: dict[str, etree.XPath]


class RuleSet:
    """The compiled rules of one version of a vocabulary. Safe to share between threads."""

    def __init__(self, manifest: Manifest, folder: Path, version: str) -> None:
        """Raises SchemaError, naming the rule, where one cannot be compiled."""
        namespaces = {prefix: space for prefix, space in manifest.namespaces.items() if prefix}
        chosen = ((name, rule) for name, rule in manifest.rules.items() if not rule.versions or version in rule.versions)
        self._rules = [_compile(name, rule, namespaces) for name, rule in chosen]
        self._schematrons: list[isoschematron.Schematron] = []
        self._saxon: list[schematron.Schematron] = []
        for file in manifest.schematron:
            made = _schematron(folder / file)
            (self._saxon if isinstance(made, schematron.Schematron) else self._schematrons).append(made)

    def findings(self, tree: etree._ElementTree) -> list[Finding]:
        """What breaks an XPath rule, or Schematron in the XSLT 1 binding, in the order of the rules."""
        return [*(finding for rule in self._rules for finding in _broken(rule, tree)),
                *(finding for one in self._schematrons for finding in _failed(one, tree))]

    def findings_by_saxon(self, tree: etree._ElementTree) -> list[Finding]:
        """What breaks Schematron in another binding. Raises SchemaError and sandbox.Stopped."""
        if not self._saxon:
            return []
        data = etree.tostring(tree, encoding="utf-8")
        elements = list(tree.getroot().iter(etree.Element))
        return [_said(name, role, elements[at], attribute, text) for one in self._saxon
                for name, role, at, attribute, text in one.findings(data)]


@dataclass(frozen=True)
class _Kept:
    """The rules of one version as its manifest and files were when they were read."""

    manifest: Manifest
    stamps: dict[Path, int]
    digest: str
    rules: RuleSet

    @property
    def current(self) -> bool:
        return all(_stamp(path) == stamp for path, stamp in self.stamps.items())


_sets: OrderedDict[tuple[int, str], _Kept] = OrderedDict()
_lock = threading.Lock()


def rule_set(manifest: Manifest, folder: Path, version: str) -> RuleSet:
    """The compiled rules, kept as long as manifest and files stay what they are. Raises SchemaError."""
    return _kept(manifest, folder, version).rules


def digest(manifest: Manifest, folder: Path, version: str) -> str:
    """Of the rules' text, their files (with what those include) and the processors that run them: 16 hexadecimal digits; "" where the
    vocabulary has no rules of its own. Raises SchemaError where they cannot be compiled."""
    return _kept(manifest, folder, version).digest if manifest.rules or manifest.schematron else ""


def files(manifest: Manifest, folder: Path) -> dict[Path, bytes]:
    """The Schematron files of the rules and what these include, each with its bytes."""
    return _files([folder / name for name in manifest.schematron])


def _kept(manifest: Manifest, folder: Path, version: str) -> _Kept:
    key = (id(manifest), version)
    with _lock:
        known = _sets.get(key)
        if known is None or known.manifest is not manifest or not known.current:
            found = files(manifest, folder)
            stamps = {path: _stamp(path) for path in found}
            rules = RuleSet(manifest, folder, version)
            known = _sets[key] = _Kept(manifest, stamps, _digest(manifest, version, found), rules)
            if len(_sets) > _KEPT:
                _sets.popitem(last=False)
    return known


def _stamp(path: Path) -> int:
    return path.stat().st_mtime_ns if path.is_file() else 0


def _files(entries: Sequence[Path]) -> dict[Path, bytes]:
    """The Schematron files and what they include, each with its bytes."""
    found: dict[Path, bytes] = {}
    todo = list(entries)
    while todo:
        path = todo.pop(0)
        if path in found or not path.is_file():
            continue
        found[path] = path.read_bytes()
        todo += [path.parent / name for name in _INCLUDED.findall(found[path].decode("utf-8", "replace"))]
    return found


def _digest(manifest: Manifest, version: str, files: Mapping[Path, bytes]) -> str:
    chosen = [(name, rule.context, rule.test, rule.message, rule.severity) for name, rule in manifest.rules.items()
              if not rule.versions or version in rule.versions]
    processors = [etree.__version__, etree.LIBXSLT_VERSION, saxon.fingerprint()]
    parts = [chosen, sorted(manifest.namespaces.items()), processors, [hashlib.sha256(data).hexdigest() for data in files.values()]]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]


def _xpath(name: str, part: str, expression: str, namespaces: dict[str, str]) -> etree.XPath:
    try:
        return etree.XPath(expression, namespaces=namespaces, regexp=False)
    except etree.XPathSyntaxError as error:
        sentence = f"The {part} of the rule “{name}” is no XPath ({error}): {expression}"
        raise SchemaError(sentence, ((f"rules.{name}", str(error)),)) from None


def _compile(name: str, rule: RuleEntry, namespaces: dict[str, str]) -> _Rule:
    slots = {slot: _xpath(name, "message", slot, namespaces) for slot in _SLOT.findall(rule.message)}
    context, test = _xpath(name, "context", rule.context, namespaces), _xpath(name, "test", f"boolean({rule.test})", namespaces)
    return _Rule(name, rule.severity, context, test, rule.message, slots)


def _broken(rule: _Rule, tree: etree._ElementTree) -> Iterator[Finding]:
    try:
        nodes: Any = rule.context(tree)
        for node in nodes if isinstance(nodes, list) else ():
            element, attribute = _place(node)
            if element is not None and not rule.test(element):
                said = _SLOT.sub(lambda slot, element=element: _text(rule.slots[slot[1]](element)), rule.message)  # type: ignore[misc]
                yield _finding(f"rule.{rule.name}", rule.severity, element, attribute, said)
    except etree.XPathEvalError as error:
        raise SchemaError(f"The rule “{rule.name}” cannot be worked out: {error}.", ((f"rules.{rule.name}", str(error)),)) from None


def _place(node: Any) -> tuple[etree._Element | None, str | None]:
    """The element of a node that an XPath found, and the attribute's name if it is one."""
    if isinstance(node, etree._Element):
        return node, None
    parent = getattr(node, "getparent", lambda: None)()
    return parent, node.attrname if getattr(node, "is_attribute", False) else None


def _text(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join("".join(map(str, one.itertext())) if isinstance(one, etree._Element) else str(one) for one in value)
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _finding(code: str, severity: str, element: etree._Element, attribute: str | None, said: str) -> Finding:
    return Finding(code, "rule", element, attribute, {"said": " ".join(said.split()), "severity": severity}, {OWN})


def _schematron(path: Path) -> isoschematron.Schematron | schematron.Schematron:
    try:
        tree = parser.parse_schema(path.read_bytes(), path, [path.parent])
    except OSError as error:
        raise SchemaError(f"The Schematron file {path} cannot be read: {error.strerror}.", ((path.name, str(error)),)) from None
    except NotWellFormed as error:
        raise SchemaError(f"The Schematron file {path} is no well-formed XML: {error.message}", ((path.name, error.message),)) from None
    binding = (tree.getroot().get("queryBinding") or "").lower()
    if binding in schematron.BINDINGS:
        return schematron.Schematron(path, tree.getroot())
    if binding not in _XSLT1:
        known = ", ".join((*filter(None, _XSLT1), *schematron.BINDINGS))
        raise SchemaError(f"The Schematron file {path.name} uses the query binding “{binding}”; known are: {known}.",
                          ((path.name, f"queryBinding {binding}"),))
    from lxml import isoschematron  # type: ignore[attr-defined]  # 5 ms that most processes need not spend

    try:
        return isoschematron.Schematron(tree, store_report=True)
    except (etree.SchematronParseError, etree.XSLTParseError) as error:
        raise SchemaError(f"The Schematron file {path.name} cannot be compiled: {error}.", ((path.name, str(error)),)) from None


def _failed(rules: isoschematron.Schematron, tree: etree._ElementTree) -> Iterator[Finding]:
    """SVRL's failed assertions and successful reports, at the places that they name."""
    rules.validate(tree)
    report = rules.validation_report
    for failed in report.getroot().iter(f"{_SVRL}failed-assert", f"{_SVRL}successful-report"):
        nodes: Any = tree.xpath(failed.get("location") or "/*")
        element, attribute = _place(nodes[0]) if nodes else (tree.getroot(), None)
        text = failed.findtext(f"{_SVRL}text") or failed.get("test") or ""
        yield _said(failed.get("id") or "", failed.get("role") or failed.get("flag") or "",
                    element if element is not None else tree.getroot(), attribute, text)


def _said(name: str, role: str, element: etree._Element, attribute: str | None, text: str) -> Finding:
    """The finding for an assertion that failed, or a report that applies."""
    severity = {"warn": "warning", "information": "info"}.get(role.lower(), role.lower())
    return _finding(f"{SCHEMATRON}.{name}" if name else SCHEMATRON, severity if severity in ("warning", "info") else "error", element,
                    attribute, text)
