"""Samples of the W3C suite's schemas: both engines call them valid, and where there is none, the reason is one that is known."""

from __future__ import annotations

import warnings
from collections import Counter
from pathlib import Path

import xmlschema
from lxml import etree

from tests.conftest import FULL
from tests.w3c import suite
from xmlsvc.binding.samples import Sampler
from xmlsvc.errors import SchemaError
from xmlsvc.schema import components
from xmlsvc.schema.literals import NoExample

EVERY = 1 if FULL else 90
# Schemas that have no instance: endless recursion, xs:ENTITY, wildcards that nothing declared can fill; and patterns that nothing meets.
KNOWN = ("for ever, or need a DTD", "no value of", "of the key", "must refer to a key", "no branch of a choice", "no instance of")


def test_both_engines_accept_the_samples(suite_root: Path) -> None:
    outcomes: Counter[str] = Counter()
    unknown: list[str] = []
    for group in list(suite.groups(suite_root, "1.0"))[::EVERY]:
        if not group.schema_valid or not group.documents:
            continue
        path = group.documents[0]
        try:
            first = etree.XMLSchema(file=str(path))
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                second = xmlschema.XMLSchema(str(path))
            model = components.read_paths(path)
        except (etree.LxmlError, xmlschema.XMLSchemaException, SchemaError, OSError):
            outcomes["an engine refuses the schema"] += 1
            continue
        roots = [element for element in model.elements.values() if not element.abstract]
        if not roots:
            outcomes["no global element"] += 1
            continue

        def fault(element: etree._Element, first: etree.XMLSchema = first, second: xmlschema.XMLSchema = second) -> str | None:
            if not first.validate(element):
                return str(first.error_log[0].message)
            return None if second.is_valid(etree.ElementTree(element)) else "xmlschema"

        try:
            Sampler(model, fault).valid(roots[-1])
            outcomes["valid"] += 1
        except NoExample as error:
            known = next((reason for reason in KNOWN if reason in str(error)), None)
            outcomes[known or "other"] += 1
            if known is None:
                unknown.append(f"{group.id}: {error}")
    assert outcomes["valid"] > 40, outcomes
    assert len(unknown) <= outcomes["valid"] // 40, unknown
