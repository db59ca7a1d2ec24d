"""docs/partners.md: an hour from nothing to integrated, run as it stands."""

from __future__ import annotations

import os
from pathlib import Path

from tests.conftest import ROOT
from tests.docs.console import examples, run
from tests.server import XMLSVC, serving
from tests.web.conftest import broken, build, sample


def test_every_command_does_what_it_says(tmp_path: Path) -> None:
    site = build(tmp_path / "instance")
    site.services.close()
    film = sample("valid/film-de-dijk.xml")
    (tmp_path / "good.xml").write_bytes(film)
    (tmp_path / "bad.xml").write_bytes(broken(film.replace(b"prg-20417", b"prg-bad")))
    (tmp_path / "other.xml").write_bytes(film.replace(b"prg-20417", b"prg-other"))
    found = examples((ROOT / "docs" / "partners.md").read_text("utf-8"))
    assert len(found) > 15
    with serving(site.directory) as server:
        environment = {
            **os.environ, "ADDRESS": server.url, "TOKEN": site.token, "PARTNER": "nordlys", "PATH": f"{XMLSVC.parent}:{os.environ['PATH']}",
        }  # fmt: skip
        assert run(found, tmp_path, environment) == []
