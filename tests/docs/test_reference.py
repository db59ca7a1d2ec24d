"""The reference names all there is, and the security page only tests that there are."""

from __future__ import annotations

import importlib.util
import re

from tests.conftest import ROOT
from xmlsvc import cli, metrics, settings
from xmlsvc.web import problem_types
from xmlsvc.web.rest import health


def _page() -> str:
    spec = importlib.util.spec_from_file_location("reference_page", ROOT / "docs" / "reference_page.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    text: str = module.page()
    return text


def test_the_reference_is_complete() -> None:
    page = _page()
    assert [verb for verb in cli.VERBS if f"### {verb}\n" not in page] == []
    assert [each.name for each in settings.FIELDS if f"| `{each.name}` |" not in page] == []
    assert [slug for slug in problem_types.BY_SLUG if f"| `{slug}` |" not in page] == []
    assert [family.name for family in metrics.REGISTRY.collect() if f"| `{family.name}` |" not in page] == []
    assert [name for name in health.STOCK if f"| `{name}` |" not in page] == []
    for path in ("/documents", "/documents/{id}", "/validate", "/receipts/{id}", "/vocabularies/{name}/{version}"):
        assert f"/api{path}`" in page or f"`{path}`" in page, path


def test_the_security_page_names_tests_that_exist() -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)`", (ROOT / "docs" / "security.md").read_text("utf-8"))
    assert len(named) > 15 and [path for path in named if not (ROOT / path).exists()] == []


def test_the_guide_names_files_that_exist() -> None:
    named = re.findall(r"\b(deploy/[\w./-]+)", (ROOT / "docs" / "operations.md").read_text("utf-8"))
    assert len(named) > 5 and [path for path in named if not (ROOT / path).exists()] == []
