"""A verdict in terms of views: what the validation says, with the view and field that each violation is about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lxml import etree

from ..schema.model import XML_NAMESPACE
from .fields import Field
from .view import View, tables

if TYPE_CHECKING:
    from ..validation.report import Report, Violation


@dataclass(frozen=True)
class ViewViolation:
    """A violation with what it is about: `view` (None if its place is not in the tree), `field` where it is one field's. The violation's
    own attributes are this object's too."""

    violation: Violation
    view: View | None
    field: Field | None

    def __getattr__(self, name: str) -> Any:
        return getattr(self.violation, name)

    def __str__(self) -> str:
        return f"{self.violation.path}: {self.violation.message}"


@dataclass(frozen=True)
class Judgement:
    """The verdict on a document. `report` is the validation's own; `violations` carry their views."""

    report: Report
    violations: tuple[ViewViolation, ...]

    @property
    def valid(self) -> bool:
        """Whether the schema accepts the document."""
        return self.report.valid

    def __bool__(self) -> bool:
        return self.report.valid


def judged(report: Report, root: View) -> Judgement:
    """The report with the views of the tree that was judged."""
    return Judgement(report, tuple(_placed(violation, root) for violation in report.violations))


def _placed(violation: Violation, root: View) -> ViewViolation:
    try:
        found = root._element.getroottree().xpath(violation.path, namespaces=violation.namespaces)
    except etree.XPathError:
        found = []
    if not isinstance(found, list) or not found or not isinstance(found[0], etree._Element):
        return ViewViolation(violation, None, None)
    element = found[0]
    parent = element.getparent()
    view = root.xml.typed(element)
    if violation.attribute is not None:
        prefix, _, local = violation.attribute.rpartition(":")
        scope = {"xml": XML_NAMESPACE, **violation.namespaces}
        namespace = scope.get(prefix, element.nsmap.get(prefix)) if prefix else None
        name = f"{{{namespace}}}{local}" if namespace else local
        return ViewViolation(violation, view, tables(type(view)).attributes.get(name))
    if parent is None:
        return ViewViolation(violation, view, tables(type(view)).text)
    entry = tables(type(root.xml.typed(parent))).children.get(element.tag)
    return ViewViolation(violation, view, tables(type(view)).text or (entry[0] if entry else None))
