"""Media files: found where documents say they are, missed where they are not, and never opened where the operator did not say so."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.publish.films import fresh
from tests.web.conftest import Site
from xmlsvc.batch import media, runner
from xmlsvc.documents import runs, submit
from xmlsvc.documents.access import OPERATOR
from xmlsvc.errors import BadRequest
from xmlsvc.xml.parser import parse


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "media").mkdir()
    return tmp_path / "media"


@pytest.fixture
def site(tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    monkeypatch.setenv("XMLSVC_MEDIA_ROOTS", f"{folder} memory://bucket")
    made = fresh(tmp_path / "site")
    with made.services:
        yield made


def document(number: int, *locations: str, size: int | None = None, sha256: str = "") -> bytes:
    files = "".join(
        f'<m:audio key="a{n}"><m:location access="internal">{location}</m:location>' + (f"<m:size>{size}</m:size>" if size else "")
        + (f"<m:sha256>{sha256}</m:sha256>" if sha256 else "") + "</m:audio>" for n, location in enumerate(locations))
    return (
        '<p:programme xmlns:p="urn:xmlsvc:programme" xmlns:m="urn:xmlsvc:media" '
        f'id="prg-x{number:04}" kind="bulletin" created="2024-01-01T00:00:00Z"><p:title xml:lang="en">A film</p:title>'
        f"<p:files>{files}</p:files></p:programme>"
    ).encode()


def load(site: Site, body: bytes) -> str:
    return submit.submit(site.services, OPERATOR, body, submit.Options(partner="nordlys")).document


def states(site: Site) -> dict[str, tuple[str, str]]:
    return {each.location: (each.state, each.problem) for each in media.listed(site.services, OPERATOR)}


def run(site: Site, **parameters: object) -> runs.Run:
    run_id = media.request(site.services, OPERATOR, dict(parameters))
    assert runner.work(site.services, threading.Event(), once=True) == 1
    return runs.get(site.services, OPERATOR, run_id)


def test_present_missing_changed_and_outside(site: Site, folder: Path) -> None:
    (folder / "here.wav").write_bytes(b"12345")
    (folder / "short.wav").write_bytes(b"123")
    secret = folder.parent / "secret"
    secret.write_text("x")
    ids = [load(site, document(1, str(folder / "here.wav"), str(folder / "gone.wav"), str(folder / "short.wav"), size=5)),
           load(site, document(2, str(folder / "here.wav"), str(secret), f"{folder}/../secret", f"{folder}/%2e%2e/secret"))]  # fmt: skip
    assert run(site).counts["present"] == 1
    found = states(site)
    assert found[str(folder / "here.wav")] == ("present", "")
    assert found[str(folder / "gone.wav")][0] == "missing"
    assert found[str(folder / "short.wav")] == ("changed", "It has 3 bytes, not 5.")
    assert {state for place, (state, _) in found.items() if "secret" in place} == {"outside"}
    (here,) = [each for each in media.listed(site.services, OPERATOR) if each.location.endswith("here.wav")]
    assert here.documents == tuple(sorted(ids)) and here.size == 5 and here.last_seen is not None
    assert [each.location for each in media.listed(site.services, OPERATOR, state="missing")] == [str(folder / "gone.wav")]
    with pytest.raises(BadRequest):
        media.listed(site.services, OPERATOR, state="odd")


def test_checksums(site: Site, folder: Path) -> None:
    path = folder / "film.mxf"
    path.write_bytes(b"one")
    load(site, document(1, str(path), sha256=hashlib.sha256(b"one").hexdigest()))
    run(site, checksums=True)
    assert states(site)[str(path)] == ("present", "")
    path.write_bytes(b"two")
    run(site)
    assert states(site)[str(path)][0] == "present", "its size is the same, and nobody asked for more"
    run(site, checksums=True)
    assert states(site)[str(path)][0] == "changed"


def test_what_nobody_says_is_held_against_what_was(site: Site, folder: Path) -> None:
    path = folder / "a.wav"
    path.write_bytes(b"12345")
    load(site, document(1, str(path)))
    run(site)
    path.write_bytes(b"123456")
    run(site)
    assert states(site)[str(path)] == ("changed", "It has 6 bytes, not 5.")


def test_a_file_that_no_document_names_is_not_looked_for(site: Site, folder: Path) -> None:
    load(site, document(1, str(folder / "old.wav")))
    run(site)
    load(site, document(1, str(folder / "new.wav")))
    assert run(site).counts["missing"] == 1


def test_other_file_systems(site: Site) -> None:
    import fsspec

    system = fsspec.filesystem("memory")
    system.pipe_file("/bucket/x.wav", b"12")
    load(site, document(1, "memory://bucket/x.wav", "memory://other/y.wav"))
    run(site)
    assert {place: state for place, (state, _) in states(site).items()} == {
        "memory://bucket/x.wav": "present", "memory://other/y.wav": "outside"}
    system.rm("/bucket", recursive=True)


def test_over_http(site: Site, folder: Path) -> None:
    load(site, document(1, str(folder / "gone.wav")))
    run(site)
    answer = site.editor().get("/api/files?state=missing", accept="application/json")
    assert answer.status == 403, "an editor may not run"
    assert site.anybody().get("/api/files").status == 401


def test_references_of_a_document(site: Site) -> None:
    schema = site.services.registry.get("programme")
    found = media.references(schema, parse(document(1, "/a", "/b", "/a", size=7)))
    assert [(each.location, each.size) for each in found] == [("/a", 7), ("/b", 7)]
