"""The generated row classes of a real vocabulary, asked through Storm."""

from __future__ import annotations

import importlib
from pathlib import Path

from xmlsvc import codegen
from xmlsvc.batch.load import load
from xmlsvc.documents import services, vocabularies
from xmlsvc.documents.access import OPERATOR


def test_typed_rows_answer_storm(corpora: Path, home: Path) -> None:
    """The generated row classes are Storm classes: a question about values, not about text."""
    folder = corpora / "pbcore-aapb"
    with services.open(home) as house:
        schema = vocabularies.add(house, OPERATOR, "pbcore", [folder / "schema" / "pbcore-2.1.xsd"])
        list(load(house, OPERATOR, [folder / "docs"]))
        package = codegen.load(schema, house.settings)
        titles = importlib.import_module(f"{package.__name__}.rows").PbcorePbcoreTitle

        def unit(store):  # type: ignore[no-untyped-def]
            return sorted(store.find(titles.value, titles.title_type == "Program"))

        found = house.sessions.read(unit)
    assert found and all(isinstance(title, str) for title in found)
