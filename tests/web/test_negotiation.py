"""Accept, entity tags, media types."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xmlsvc.web import negotiation

XML, JSON, HTML = "application/xml", "application/json", "text/html"


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("", XML),
        ("*/*", XML),
        ("application/json", JSON),
        ("application/json;q=0.5, text/html", HTML),
        ("application/*", XML),
        ("application/*;q=0.8, application/json;q=0.9", JSON),
        ("text/*;q=0.3, */*;q=0.1", HTML),
        ("application/xml;q=0, */*", JSON),
        ("text/html;level=1;q=0.7, application/json;q=0.6", HTML),
        ("image/png", None),
        ("application/json;q=0", None),
        ("application/json;q=abc", None),
        ("TEXT/HTML", HTML),
        ("garbage", XML),
    ],
)
def test_choose(accept: str, expected: str | None) -> None:
    assert negotiation.choose([XML, JSON, HTML], accept) == expected


@given(st.text(max_size=80))
def test_no_header_is_too_strange(header: str) -> None:
    assert negotiation.choose([XML, JSON], header) in {XML, JSON, None}
    assert isinstance(negotiation.wants_html(header, True), bool)
    assert isinstance(negotiation.matches(header, '"a"', weak=True), bool)


@pytest.mark.parametrize(
    ("accept", "pages", "expected"),
    [
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", True, True),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", False, True),
        ("*/*", True, True),
        ("*/*", False, False),
        ("", True, True),
        ("application/json", True, False),
        ("application/problem+json, text/html;q=0.5", True, False),
    ],
)
def test_whether_an_error_is_a_page(accept: str, pages: bool, expected: bool) -> None:
    assert negotiation.wants_html(accept, pages) is expected


def test_entity_tags() -> None:
    one, two = negotiation.etag(b"a"), negotiation.etag(b"b")
    assert one != two and one == negotiation.etag(b"a") and one.startswith('"')
    assert negotiation.matches(f"{two}, {one}", one, weak=False)
    assert negotiation.matches(f"W/{one}", one, weak=True)
    assert not negotiation.matches(f"W/{one}", one, weak=False)
    assert negotiation.matches("*", one, weak=False)
    assert not negotiation.matches(two, one, weak=True)


@pytest.mark.parametrize("kind", ["application/xml", "text/xml; charset=utf-8", "application/rdf+xml", "APPLICATION/XML", "image/svg+xml"])
def test_xml_by_media_type(kind: str) -> None:
    assert negotiation.xml_media_type(kind)


@pytest.mark.parametrize("kind", ["", "text/plain", "application/json", "application/xmlfoo", "+xml", "multipart/form-data"])
def test_no_xml_by_media_type(kind: str) -> None:
    assert not negotiation.xml_media_type(kind)
