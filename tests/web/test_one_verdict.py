"""One verdict everywhere: the array of violations is the same bytes on every face, for the broken samples (the quick run: some of them)."""

from __future__ import annotations

import io
import json
import tomllib
import zipfile
from pathlib import Path

import pytest
import zstandard

from tests.conftest import FULL
from tests.web.conftest import Site
from xmlsvc import builtin, cli
from xmlsvc.storage import model

SAMPLES = builtin.path("samples")
INDEX = tomllib.loads((SAMPLES / "index.toml").read_text("utf-8"))
ALL = [each for each in INDEX["invalid"] if "codes" in each]
BROKEN = ALL if FULL else ALL[::7]


def array(text: str, member: str) -> str:
    """The JSON array behind `member`, character by character as it stands there."""
    begin = text.index("[", text.index(f'"{member}":'))
    return text[begin : json.JSONDecoder().raw_decode(text, begin)[1]]


@pytest.mark.parametrize("broken", BROKEN, ids=lambda each: Path(each["file"]).stem)
def test_the_same_bytes_on_every_face(site: Site, broken: dict[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    path, schema = SAMPLES / broken["file"], f"programme@{broken['version']}"
    body, client = path.read_bytes(), site.partner()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.xml", body)
    code = cli.main(["--instance", str(site.directory), "validate", "--vocabulary", schema, "--report", "json", str(path)])
    assert code == 1
    said = {"xmlsvc validate": array(capsys.readouterr().out, "violations")}
    said["POST /api/validate"] = array(client.deliver(body, f"/api/validate?schema={schema}").text, "violations")
    refused = client.deliver(body, f"/api/documents?schema={schema}")
    assert refused.status == 422
    said["POST /api/documents"] = array(refused.text, "errors")
    kept = client.deliver(body, f"/api/documents?schema={schema}", idempotency_key=f'"{path.stem}"')
    said["POST /api/documents with a key"] = array(kept.text, "errors")
    said["GET /api/documents/ID/verdict"] = array(client.get(f"/api/documents/{refused.json()['document']}/verdict").text, "violations")
    batch = client("POST", f"/api/batches?schema={schema}", packed.getvalue(), {"Content-Type": "application/zip"})
    assert batch.json()["items"][0]["outcome"] == "invalid"
    said["POST /api/batches"] = array(batch.text, "violations")
    items = client.get(f"/api/runs/{batch.json()['id']}/items", "application/json")
    said["GET /api/runs/ID/items"] = array(items.text, "violations")
    said["the stored verdict"] = _stored(site, refused.json()["digest"], refused.json()["schema"]["digest"])
    assert len(set(said.values())) == 1, {name: text[:300] for name, text in said.items()}
    assert json.loads(said["xmlsvc validate"])


def _stored(site: Site, content: str, schema: str) -> str:
    row, kept = model.Verdict, model.Content
    found = (row.content_number == kept.number, kept.digest == content, row.schema == schema)
    data = site.services.sessions.read(lambda store: store.find(row.report, *found).one())
    return zstandard.decompress(bytes(data)).decode().partition("\n")[2]
