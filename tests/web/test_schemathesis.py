"""schemathesis against the description that the service gives of itself: every operation, every check.

What is a right answer to a request that the description allows cannot always be told from the description: `WIDENED` lists, for each
operation, the statuses that are right beside those that schemathesis expects, and why.
"""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.config import SchemathesisConfig

from tests.conftest import FULL
from tests.web.conftest import Site, sample
from xmlsvc.vocabularies.programme import v1_1
from xmlsvc.web.rest.operations import OPERATIONS

EXAMPLES = 200 if FULL else 4
SAMPLES = 40 if FULL else 8

_QUERY = ["400"]  # a parameter that its schema allows and its meaning does not: an unknown column, a cursor of another list, twice the same
_DELIVERED = ["400", "406", "412", "413", "415", "422"]  # an invalid document, another vocabulary, If-None-Match, an impossible name
_BATCH = ["400", "406", "415", "422"]
_CHANGED = ["400", "406", "412", "415", "422", "428"]
WIDENED: dict[tuple[str, str], list[str]] = {
    ("/documents", "POST"): _DELIVERED,
    ("/documents/{id}", "PUT"): _CHANGED,
    ("/documents/{id}", "PATCH"): _CHANGED,
    ("/documents/{id}", "DELETE"): ["400", "412", "428"],
    ("/validate", "POST"): _DELIVERED,
    ("/batches", "POST"): _BATCH,
    ("/webhooks", "POST"): ["400"],  # an address that is none, or not public
    ("/runs", "POST"): ["400", "422"],
}


@pytest.fixture(scope="module")
def bodies() -> list[bytes]:
    """Documents of the vocabulary, made from its schema, and one that breaks it."""
    made = [v1_1.sample("programme", seed=seed).save() for seed in range(SAMPLES)]
    return [*made, sample("valid/film-de-dijk.xml").replace(b"<p:title", b"<p:titel", 1)]


@pytest.fixture(scope="module")
def described(site: Site, bodies: list[bytes]) -> schemathesis.BaseSchema:
    documents = st.sampled_from(bodies)
    for media_type in ("application/xml", "text/xml", "application/xml-patch+xml"):
        schemathesis.openapi.media_type(media_type, documents)
    schemathesis.openapi.media_type("application/zip", st.lists(documents, max_size=3).map(_packed))
    for media_type in ("application/gzip", "application/x-tar", "multipart/form-data"):
        schemathesis.openapi.media_type(media_type, st.binary(min_size=1, max_size=200))
    widened = [
        {"include-name": f"{method} {path}", "checks": {"positive_data_acceptance": {"expected-statuses": _expected(path, method)}}}
        for path, method in OPERATIONS
    ]  # fmt: skip
    config = SchemathesisConfig.from_dict({"operations": widened})
    return schemathesis.openapi.from_wsgi("/api/openapi.json", site.application, config=config)


def _expected(path: str, method: str) -> list[str]:
    return ["2xx", "3xx", "401", "403", "404", "409", "410", "429", "503", *WIDENED.get((path, method), _QUERY)]


def _packed(documents: list[bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for number, data in enumerate(documents):
            archive.writestr(f"{number}.xml", data)
    return made.getvalue()


@pytest.mark.parametrize(("path", "method"), [pytest.param(*key, id=f"{key[1]} {key[0]}") for key in sorted(OPERATIONS)])
def test_each_operation_is_as_described(site: Site, described: schemathesis.BaseSchema, path: str, method: str) -> None:
    operation = described[path][method]

    @settings(max_examples=EXAMPLES, deadline=None, derandomize=not FULL, suppress_health_check=list(HealthCheck), database=None)
    @given(case=operation.as_strategy())
    def ask(case: Any) -> None:
        case.call_and_validate(headers={"Authorization": f"Bearer {site.token}"})

    ask()


def test_what_is_widened_is_there() -> None:
    assert set(WIDENED) <= set(OPERATIONS)
