"""Schematron (ISO/IEC 19757-3:2020) in the query bindings xslt2 and xslt3: rules become a stylesheet that SaxonC-HE runs, as all others do,
in a process that can be killed.

    Schematron(path, data, tree).findings(data)   -> (id, role, ordinal of the element, attribute's Clark name, text) of all that failed

Each pattern is a mode, each rule a template in it: of a pattern's rules the first that matches a node counts. Abstract patterns and rules
are put in where they are used; titles, diagnostics and phases say nothing about whether a document is right.
"""

from __future__ import annotations

import atexit
import copy
import re
import shutil
import tempfile
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from lxml import etree

from ..errors import SchemaError, StylesheetError
from ..xml import parser, saxon

NAMESPACE = "http://purl.oclc.org/dsdl/schematron"
BINDINGS = ("xslt2", "xslt3", "xpath2", "xpath3", "xpath31")
EXTRA = "xslt3"
_SECONDS = 60.0
_S = f"{{{NAMESPACE}}}"
_X = f"{{{saxon.NAMESPACE}}}"
_PLACE = b"""<xsl:template xmlns:xsl="http://www.w3.org/1999/XSL/Transform" name="xmlsvc-place">
<xsl:variable name="e" select="(ancestor-or-self::*)[last()]"/>
<xsl:attribute name="at" select="if ($e) then count($e/ancestor::*) + count($e/preceding::*) else 0"/>
<xsl:if test="self::attribute()"><xsl:attribute name="attribute"
select="if (namespace-uri()) then concat('{', namespace-uri(), '}', local-name()) else local-name()"/></xsl:if></xsl:template>"""
Failed = tuple[str, str, int, str | None, str]


@lru_cache(1)
def _folder() -> Path:
    made = Path(tempfile.mkdtemp(prefix="xmlsvc-schematron-"))
    atexit.register(shutil.rmtree, made, ignore_errors=True)
    return made


class Schematron:
    """One file with what it includes. Compiled when it is first asked."""

    def __init__(self, path: Path, root: etree._Element) -> None:
        """Raises SchemaError where SaxonC-HE is not installed, or the file uses what is not run here."""
        self.name = path.name
        if not saxon.available():
            raise self._error(f"uses the query binding “{root.get('queryBinding')}”, which needs SaxonC-HE: install it with "
                              f"pip install 'xmlsvc[{EXTRA}]', or write the tests in XPath 1.0 and leave queryBinding out")
        sheet = _Writer(_included(root, path.parent)).written()
        for _, sentence in saxon.refusals(sheet):
            raise self._error(f"cannot be used: {sentence}")
        text = etree.tostring(sheet)
        self._path = _folder() / f"{saxon.digest_of([path], {path: text}).removeprefix('sha256:')}.xsl"
        self._path.write_bytes(text)
        self._digest = saxon.digest_of([self._path])

    def findings(self, data: bytes) -> list[Failed]:
        """What failed in a document (UTF-8). Raises SchemaError for a rule that is no XPath, and sandbox.Stopped."""
        try:
            output = saxon.WORKERS.call("xmlsvc.xml.saxon:run", str(self._path), (), self._digest, data, "", {}, seconds=_SECONDS)
        except StylesheetError as error:
            said = re.sub(r"^The stylesheet \S+ failed: ", "", error.message)
            raise self._error(f"cannot be run: {said.rstrip('.')}") from None
        return [(one.get("id", ""), one.get("role", ""), int(one.get("at", "0")), one.get("attribute"), one.text or "")
                for one in parser.parse(output).getroot()]

    def _error(self, why: str) -> SchemaError:
        return SchemaError(f"The Schematron file {self.name} {why}.", ((self.name, why),))


def _included(root: etree._Element, folder: Path) -> etree._Element:
    """The schema with its includes put in; they must lie below its folder."""
    root = copy.deepcopy(root)
    for element in list(root.iter(f"{_S}include", f"{_S}extends")):
        wanted = element.get("href")
        parent = element.getparent()
        if wanted is None or parent is None:
            continue
        path = (folder / wanted).resolve()
        if not path.is_relative_to(folder.resolve()) or not path.is_file():
            raise SchemaError(f"“{wanted}”, which a Schematron file includes, is not below {folder.name}.", ((wanted, "missing"),))
        made = _included(parser.parse_schema(path.read_bytes(), path).getroot(), path.parent)
        inside = [made] if element.tag == f"{_S}include" else list(made)
        at = parent.index(element)
        parent[at : at + 1] = inside
    return root


class _Writer:
    """A Schematron schema as a stylesheet."""

    def __init__(self, root: etree._Element) -> None:
        self._root = root
        self._rules = {rule.get("id", ""): rule for rule in root.iter(f"{_S}rule") if rule.get("abstract") == "true"}
        self._patterns = {one.get("id", ""): one for one in root.iter(f"{_S}pattern") if one.get("abstract") == "true"}

    def written(self) -> etree._Element:
        namespaces: dict[str, str] = {"xsl": saxon.NAMESPACE}
        namespaces.update({one.get("prefix", ""): one.get("uri", "") for one in self._root.iter(f"{_S}ns")})
        sheet = etree.Element(f"{_X}stylesheet", version="3.0", nsmap=namespaces)
        for one in self._root.iterchildren(f"{_X}function", f"{_X}key", f"{_X}variable"):
            sheet.append(copy.deepcopy(one))
        patterns = [self._resolved(one) for one in self._root.iterchildren(f"{_S}pattern") if one.get("abstract") != "true"]
        for one in (self._root, *patterns):
            self._lets(one, sheet)
        start = etree.SubElement(sheet, f"{_X}template", match="/")
        found = etree.SubElement(start, "found")
        for number, pattern in enumerate(patterns):
            mode = f"m{number}"
            etree.SubElement(found, f"{_X}apply-templates", select="/", mode=mode)
            onward = etree.SubElement(sheet, f"{_X}template", match="node() | @* | /", mode=mode, priority="-9")
            etree.SubElement(onward, f"{_X}apply-templates", select="@* | node()", mode=mode)
            rules = [rule for rule in pattern.iterchildren(f"{_S}rule") if rule.get("abstract") != "true"]
            for place, rule in enumerate(rules):
                template = etree.SubElement(sheet, f"{_X}template", match=rule.get("context", ""), mode=mode,
                                            priority=str(len(rules) - place))
                self._rule(rule, template)
                etree.SubElement(template, f"{_X}apply-templates", select="@* | node()", mode=mode)
        sheet.append(parser.parse_schema(_PLACE).getroot())
        return sheet

    def _resolved(self, pattern: etree._Element) -> etree._Element:
        """A pattern, or what an abstract one is with its parameters."""
        name = pattern.get("is-a")
        if name is None:
            return pattern
        if name not in self._patterns:
            raise SchemaError(f"There is no abstract pattern “{name}”.", (("", f"no abstract pattern {name}"),))
        made = copy.deepcopy(self._patterns[name])
        values = {one.get("name", ""): one.get("value", "") for one in pattern.iterchildren(f"{_S}param")}
        for element in made.iter(etree.Element):
            for attribute in ("context", "test", "select", "value", "path"):
                text = element.get(attribute)
                if text is not None:
                    element.set(attribute, re.sub(r"\$([\w.-]+)", lambda slot: values.get(slot[1], slot[0]), text))
        return made

    def _rule(self, rule: etree._Element, template: etree._Element) -> None:
        self._lets(rule, template)
        for one in rule.iterchildren(f"{_S}assert", f"{_S}report", f"{_S}extends"):
            if one.tag == f"{_S}extends":
                base = self._rules.get(one.get("rule", ""))
                if base is None:
                    raise SchemaError(f"There is no abstract rule “{one.get('rule')}”.", (("", "no abstract rule"),))
                self._rule(base, template)
                continue
            test = one.get("test", "")
            condition = etree.SubElement(template, f"{_X}if", test=f"not({test})" if one.tag == f"{_S}assert" else test)
            failed = etree.SubElement(condition, "failed", id=one.get("id", ""), role=one.get("role") or one.get("flag") or "")
            etree.SubElement(failed, f"{_X}call-template", name="xmlsvc-place")
            for part in self._message(one):
                failed.append(part)

    @staticmethod
    def _lets(parent: etree._Element, into: etree._Element) -> None:
        for one in parent.iterchildren(f"{_S}let"):
            etree.SubElement(into, f"{_X}variable", name=one.get("name", ""), select=one.get("value", "()"))

    def _message(self, element: etree._Element) -> Iterator[etree._Element]:
        yield from _text(element.text)
        for child in element.iterchildren(etree.Element):
            if child.tag == f"{_S}value-of":
                yield etree.Element(f"{_X}value-of", select=child.get("select", "."), separator=" ")
            elif child.tag == f"{_S}name":
                yield etree.Element(f"{_X}value-of", select=f"name({child.get('path', '.')})")
            else:
                yield from self._message(child)
            yield from _text(child.tail)


def _text(text: str | None) -> Iterator[etree._Element]:
    if text:
        made = etree.Element(f"{_X}text")
        made.text = text
        yield made
