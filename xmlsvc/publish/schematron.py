"""Schematron (ISO/IEC 19757-3) as a gate: compiled to XSLT 1.0 by the skeleton that lxml carries, run without hands as every stylesheet.

A failed assertion is a violation, a report that applies is one, too; those whose role is "information" or "warning" are not.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from lxml import etree

from ..errors import InputError, StylesheetError
from ..validation.report import Violation
from ..xml import names, parser, stylesheet
from . import outputs

NAMESPACE = "http://purl.oclc.org/dsdl/schematron"
_SVRL = "{http://purl.oclc.org/dsdl/svrl}"
_MILD = frozenset({"info", "information", "warn", "warning"})


class Schematron:
    """Compiled rules; one file, since nothing is included."""

    def __init__(self, path: Path) -> None:
        # Not at the module's head: it compiles five stylesheets when imported, and most instances have no such gate.
        from lxml import isoschematron  # type: ignore[attr-defined]

        data = path.read_bytes()
        self.digest = hashlib.sha256(data).hexdigest()
        try:
            tree = parser.parse_schema(data, path)
        except InputError as error:
            raise StylesheetError(f"The gate {path.name} is no Schematron schema: {error.message}") from None
        outside = tree.xpath("//s:include | //s:extends[@href]", namespaces={"s": NAMESPACE})
        if isinstance(outside, list) and outside:
            raise StylesheetError(f"The gate {path.name} includes another file; put all rules into one.")
        expanded = isoschematron.iso_abstract_expand(tree)
        if not isoschematron.schematron_schema_valid(expanded):
            entry = next(iter(isoschematron.schematron_schema_valid.error_log), None)
            why = entry.message if entry is not None else "it has another root"
            raise StylesheetError(f"The gate {path.name} is no valid Schematron schema: {why}.")
        _check_paths(tree, path.name)
        try:
            self._rules = stylesheet.sandboxed(isoschematron.iso_svrl_for_xslt1(expanded))
        except etree.XSLTParseError as error:
            raise StylesheetError(f"The gate {path.name} has a rule that cannot be compiled: {error}.") from None
        self._name = path.name

    def violations(self, data: bytes, media_type: str) -> Sequence[Violation]:
        """What its assertions and reports say."""
        tree = outputs.tree(data, media_type)
        if isinstance(tree, Violation):
            return [tree]
        try:
            result = self._rules(tree).getroot()
        except etree.XSLTError as error:
            raise StylesheetError(f"The gate {self._name} has a rule that failed: {error}.") from None
        found = result.iter(f"{_SVRL}failed-assert", f"{_SVRL}successful-report")
        return [self._violation(tree, one) for one in found if one.get("role", "").lower() not in _MILD]

    def _violation(self, tree: etree._ElementTree, said: etree._Element) -> Violation:
        at = tree.xpath(said.get("location", "/*"))
        element = at[0] if isinstance(at, list) and at and isinstance(at[0], etree._Element) else tree.getroot()
        prefixes = names.Prefixes.of(tree.getroot(), {})
        return Violation(
            code=f"schematron.{said.get('id')}" if said.get("id") else "schematron", line=element.sourceline, column=None,  # type: ignore[arg-type]
            path=names.path(element, prefixes), namespaces=prefixes.map,
            message=" ".join(str(said.xpath("string()")).split()), engines=("schematron",))


def _check_paths(tree: etree._ElementTree, name: str) -> None:
    """libxslt takes a test that is no XPath for one that is never true, and would refuse everything."""
    for attribute in ("test", "select", "value"):
        for element in tree.iter(f"{{{NAMESPACE}}}*"):
            path = element.get(attribute)
            if path is not None:
                try:
                    etree.XPath(path)
                except etree.XPathSyntaxError as error:
                    place = f"{name} has in line {element.sourceline} a rule that is no XPath"
                    raise StylesheetError(f"The gate {place}: “{path}”: {error}.") from None
