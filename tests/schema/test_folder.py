"""Which document below a folder a location or a namespace means: never a guess."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.schema.sets import document, element, including
from xmlsvc.schema.folder import Folder


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for place, namespace in (("a/types.xsd", "urn:a"), ("b/types.xsd", "urn:b"), ("b/1.0/core.xsd", "urn:core"),
    ("b/2.0/core.xsd", "urn:core"),
                             ("plain.xsd", ""), ("with space.xsd", "urn:space")):
        document(tmp_path / place, element("e" + place.replace("/", "").replace(" ", "")), namespace)
    (tmp_path / "b/broken.xsd").write_text("<xs:schema", "utf-8")
    (tmp_path / "b/other.xsd").write_text("<other/>", "utf-8")
    return tmp_path


@pytest.mark.parametrize(("location", "namespace", "found"), [
    ("types.xsd", "urn:a", "a/types.xsd"), ("http://example.org/x/types.xsd", "urn:b", "b/types.xsd"), ("gone/types.xsd", "urn:c", None),
    ("2.0/core.xsd", "urn:core", "b/2.0/core.xsd"), ("http://example.org/b/1.0/core.xsd", "urn:core", "b/1.0/core.xsd"),
    ("core.xsd", "urn:core", None), ("3.0/core.xsd", "urn:core", None), ("elsewhere.xsd", "urn:space", "with space.xsd"),
    ("x/with%20space.xsd?version=1", "urn:space", "with space.xsd"), ("plain.xsd", "urn:any", "plain.xsd"),
    ("plain.xsd", None, "plain.xsd"),
    ("types.xsd", None, None), ("b/types.xsd", None, "b/types.xsd"), ("broken.xsd", None, None), ("other.xsd", None, None),
    ("", "urn:a", "a/types.xsd"),
    (None, "urn:a", "a/types.xsd"), (None, "urn:core", None), (None, "urn:none", None), (None, None, None), (None, "", None),
])  # fmt: skip
def test_what_is_found(root: Path, location: str | None, namespace: str | None, found: str | None) -> None:
    assert Folder(root).find(location, namespace) == (root / found if found else None)


def test_copies_are_as_good_as_one(root: Path) -> None:
    (root / "b/2.0/core.xsd").write_bytes((root / "b/1.0/core.xsd").read_bytes())
    for location in ("core.xsd", "gone.xsd", None):
        assert Folder(root).find(location, "urn:core") in (root / "b/1.0/core.xsd", root / "b/2.0/core.xsd")


def test_the_document_that_includes_the_others_stands_for_the_namespace(root: Path) -> None:
    document(root / "whole/main.xsd", including("part.xsd") + including("deep/more.xsd") + element("main"), "urn:whole")
    document(root / "whole/part.xsd", element("part"), "urn:whole")
    document(root / "whole/deep/more.xsd", element("more"), "urn:whole")
    assert Folder(root).find(None, "urn:whole") == root / "whole/main.xsd"
    document(root / "whole/second.xsd", element("second"), "urn:whole")
    assert Folder(root).find(None, "urn:whole") is None, "two that nobody includes"


def test_nothing_outside_is_found(root: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    outside = document(tmp_path_factory.mktemp("outside") / "out.xsd", element("out"), "urn:out")
    (root / "link.xsd").symlink_to(outside)
    assert Folder(root).find("link.xsd", None) is None and Folder(root).find(None, "urn:out") is None
