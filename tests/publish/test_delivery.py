"""Delivery: whole files where they belong, taken away with what they show, tried again when they fail; commands that can be stopped."""

from __future__ import annotations

import http.server
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from tests.publish import s3_server, sftp_server
from tests.publish.films import deliver, film
from tests.web.conftest import Site
from xmlsvc.batch import republish, runner
from xmlsvc.cli import main
from xmlsvc.documents import erase, runs, withdraw
from xmlsvc.documents.access import OPERATOR
from xmlsvc.errors import Conflict, EnvironmentFault, NotFound, UsageError
from xmlsvc.publish import channels, delivery
from xmlsvc.publish.delivery import Target, carry, hook, places, targets
from xmlsvc.storage import model


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(carry, "BACKOFF", 0.001)


def outcomes(site: Site, target: Target, **given: object) -> Counter[str]:
    return Counter(each.outcome for page in delivery.deliver(site.services, target, **given) for each in page)  # type: ignore[arg-type]


def files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


class TestDelivery:
    @pytest.fixture
    def target(self, tmp_path: Path) -> Target:
        return Target(name="t", url=str(tmp_path / "out"), formats=("mrss", "dc"), pattern="{vocabulary}/{identity}.{partner}.{suffix}")

    def test_what_is_published_and_nothing_else(self, site: Site, target: Target, tmp_path: Path) -> None:
        first, _ = deliver(site, film(1)), deliver(site, film(2))
        assert outcomes(site, target) == {"delivered": 4}
        assert files(tmp_path / "out") == [f"programme/prg-x000{n}.nordlys.{suffix}" for n in (1, 2) for suffix in ("dc.xml", "rss")]
        assert outcomes(site, target) == {} == outcomes(site, target, changed=True)
        assert delivery.confirmed(site.services, target) == 4
        deliver(site, film(1, "Another title"))
        assert outcomes(site, target, changed=True) == {"delivered": 2}
        assert b"Another title" in (tmp_path / "out" / "programme" / "prg-x0001.nordlys.rss").read_bytes()
        withdraw.withdraw(site.services, OPERATOR, first)
        assert outcomes(site, target, changed=True) == {"delivered": 1, "removed": 1}, "Media RSS has a word for it, Dublin Core has none"
        assert b'state="deleted"' in (tmp_path / "out" / "programme" / "prg-x0001.nordlys.rss").read_bytes()
        assert not (tmp_path / "out" / "programme" / "prg-x0001.nordlys.dc.xml").exists()

    def test_a_filter_lets_go_what_it_no_longer_lets_through(self, site: Site, tmp_path: Path) -> None:
        deliver(site, film(1, "Storm at sea"))
        deliver(site, film(2, "Calm"))
        target = Target(name="t", url=str(tmp_path / "out"), formats=("dc",), query="storm")
        assert outcomes(site, target) == {"delivered": 1}
        deliver(site, film(1, "Calm, too"))
        assert outcomes(site, target) == {"removed": 1}
        assert files(tmp_path / "out") == []

    def test_a_document_fits_by_what_its_output_does_not_show(self, site: Site, tmp_path: Path) -> None:
        """`changed` finds what the published rows say, though Dublin Core stays the same."""
        query = "created:..2024-06-01T00:00:00Z"
        target = Target(name="t", url=str(tmp_path / "out"), formats=("dc",), vocabulary="programme", query=query)
        later = film(1).replace(b'created="2024', b'created="2025')
        deliver(site, later)
        assert outcomes(site, target) == {}
        before = site.services.sessions.read(lambda store: store.find(model.PublicOutput.shown).one())
        deliver(site, film(1))
        assert carry.behind(site.services, target, ("programme", "dc"))
        assert outcomes(site, target, changed=True) == {"delivered": 1}
        assert before == site.services.sessions.read(lambda store: store.find(model.PublicOutput.shown).one())
        assert not carry.behind(site.services, target, ("programme", "dc"))
        deliver(site, later)
        assert outcomes(site, target, changed=True) == {"removed": 1} and files(tmp_path / "out") == []

    def test_another_filter_leaves_no_gap(self, site: Site, tmp_path: Path) -> None:
        deliver(site, film(1, "Storm at sea"))
        deliver(site, film(2, "Calm"))
        storm, calm, both = (Target(name="t", url=str(tmp_path / "out"), formats=("dc",), query=q) for q in ("storm", "calm", ""))
        assert outcomes(site, storm, changed=True) == {"delivered": 1}
        assert not carry.behind(site.services, storm, ("programme", "dc")) and carry.behind(site.services, calm, ("programme", "dc"))
        for target, found in ((calm, {"delivered": 1, "removed": 1}), (storm, {"delivered": 1, "removed": 1}), (both, {"delivered": 1})):
            assert outcomes(site, target, changed=True) == found
            assert outcomes(site, target, changed=True) == {}
        assert len(files(tmp_path / "out")) == 2

    def test_a_target_that_is_changed_has_what_it_wants_now(self, site: Site, tmp_path: Path) -> None:
        """Formats that it has no more are taken away, a new pattern moves files at once, a new place gets everything."""
        deliver(site, film(1))
        one = Target(name="t", url=str(tmp_path / "out"), formats=("dc", "mrss", "jsonld"), pattern="a/{id}.{suffix}")
        assert outcomes(site, one, changed=True) == {"delivered": 3}
        fewer = replace(one, formats=("dc",))
        assert outcomes(site, fewer, changed=True) == {"removed": 2}
        moved = replace(fewer, pattern="b/{id}.{suffix}")
        assert outcomes(site, moved, changed=True) == {"delivered": 1}
        assert [name.split("/")[0] for name in files(tmp_path / "out")] == ["b"]
        elsewhere = replace(moved, url=str(tmp_path / "other"))
        assert outcomes(site, elsewhere, changed=True) == {"delivered": 1} and outcomes(site, elsewhere, changed=True) == {}
        assert len(files(tmp_path / "other")) == 1 == len(files(tmp_path / "out")), "what was delivered elsewhere stays there"

    def test_a_file_that_could_not_be_taken_away_is_tried_again(self, site: Site, tmp_path: Path) -> None:
        class Stubborn:
            def __init__(self) -> None:
                self.inner, self.failures = places.open(str(tmp_path / "out")), 1

            def put(self, name: str, data: bytes) -> None:
                self.inner.put(name, data)

            def remove(self, name: str) -> None:
                self.failures -= 1
                if self.failures >= 0:
                    raise EnvironmentFault("The line is down.")
                self.inner.remove(name)

        deliver(site, film(1, "Storm"))
        storm = Target(name="t", url=str(tmp_path / "out"), formats=("dc",), query="storm")
        place = Stubborn()
        assert outcomes(site, storm, place=place) == {"delivered": 1}
        deliver(site, film(1, "Calm"))
        assert outcomes(site, storm, place=place, changed=True) == {"failed": 1}
        assert outcomes(site, storm, place=place, changed=True) == {"removed": 1} and files(tmp_path / "out") == []

    def test_a_changed_pattern_moves_the_files(self, site: Site, tmp_path: Path) -> None:
        deliver(site, film(1))
        one = Target(name="t", url=str(tmp_path / "out"), formats=("dc",), pattern="a/{id}.xml")
        assert outcomes(site, one) == {"delivered": 1}
        deliver(site, film(1, "Moved"))
        other = Target(name="t", url=str(tmp_path / "out"), formats=("dc",), pattern="b/{id}.xml")
        assert outcomes(site, other) == {"delivered": 1}
        assert [name.split("/")[0] for name in files(tmp_path / "out")] == ["b"]

    def test_two_documents_never_share_a_file(self, site: Site, tmp_path: Path) -> None:
        deliver(site, film(1), "nordlys")
        deliver(site, film(1), "delta")
        target = Target(name="t", url=str(tmp_path / "out"), formats=("dc",), pattern="{identity}.xml")
        with pytest.raises(UsageError, match="tell documents apart"):
            targets.check(site.services, target)
        assert outcomes(site, target) == {"delivered": 1, "failed": 1}

    def test_failures_are_tried_again_and_leave_what_was_there(self, site: Site, tmp_path: Path) -> None:
        class Flaky:
            def __init__(self, failures: int) -> None:
                self.failures, self.inner = failures, places.open(str(tmp_path / "out"))

            def put(self, name: str, data: bytes) -> None:
                self.failures -= 1
                if self.failures >= 0:
                    raise EnvironmentFault("The line is down.")
                self.inner.put(name, data)

            def remove(self, name: str) -> None:
                self.inner.remove(name)

        deliver(site, film(1))
        target = Target(name="t", url=str(tmp_path / "out"), formats=("dc",))
        assert outcomes(site, target, place=Flaky(2)) == {"delivered": 1}, "the third attempt"
        before = files(tmp_path / "out")
        deliver(site, film(1, "New"))
        assert outcomes(site, target, place=Flaky(9), changed=True) == {"failed": 1}
        assert files(tmp_path / "out") == before
        row = site.services.sessions.read(lambda store: store.find((model.DeliveryItem.state, model.DeliveryItem.problem)).one())
        assert row == ("failed", "The line is down.")
        assert outcomes(site, target, changed=True) == {"delivered": 1}
        assert [entry[1] for entry in delivery.log(site.services, target)] == ["delivered", "failed", "delivered"]

    def test_hostile_values_stay_in_the_folder(self) -> None:
        target = Target(name="t", url="/x", formats=("dc",), pattern="{partner}/{identity}.{suffix}")
        assert targets.name_of(target, {"partner": "..", "identity": "../../etc/passwd\0", "suffix": "x"}) == "-/etc-passwd.x"
        assert targets.name_of(target, {"partner": "a/b", "identity": "", "suffix": "x"}) == "a-b/-.x"

    @pytest.mark.parametrize(
        ("given", "said"),
        [
            ({"pattern": "{title}"}, "known are"), ({"pattern": "all.xml"}, "tell documents apart"), ({"schedule": "daily"}, "seconds"),
            ({"url": "nowhere://x"}, "cannot be used"), ({"seconds": 0}, "from 1"),
            ({"formats": ("dc", "mrss"), "pattern": "{id}"}, "Several"),
        ],
    )  # fmt: skip
    def test_what_cannot_be_a_target(self, site: Site, given: dict[str, object], said: str) -> None:
        with pytest.raises(UsageError, match=said):
            targets.check(site.services, Target(**({"name": "t", "url": "/tmp/x", "formats": ("dc",)} | given)))  # type: ignore[arg-type]

    def test_kept_targets(self, site: Site, tmp_path: Path) -> None:
        made = targets.add(site.services, OPERATOR, Target(name="web", url=str(tmp_path), formats=("dc",), command=("true",)))
        assert targets.listed(site.services) == [made] == [targets.get(site.services, "web")]
        with pytest.raises(Conflict):
            targets.add(site.services, OPERATOR, made)
        targets.remove(site.services, OPERATOR, "web")
        with pytest.raises(NotFound):
            targets.get(site.services, "web")


class TestPlaces:
    @pytest.fixture(params=["file", "memory", "http", "sftp", "s3"])
    def place(self, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[places.Place, dict[str, bytes]]]:
        """Each kind of place, with a way to see what is there."""
        if request.param == "http":
            with WebServer() as (address, stored):
                yield places.open(f"{address}/in"), stored
            return
        with ExitStack() as stack:
            folder = tmp_path / "x"
            folder.mkdir()
            where = "memory://xmlsvc-test" if request.param == "memory" else str(folder)
            if request.param == "s3":
                where = stack.enter_context(s3_server.serving())
            url = where if request.param != "sftp" else stack.enter_context(sftp_server.serving(folder))[0]
            yield from self._seen(url, where)

    @staticmethod
    def _seen(url: str, where: str) -> Iterator[tuple[places.Place, dict[str, bytes]]]:
        import fsspec

        system, root = fsspec.core.url_to_fs(where)

        class Seen(dict[str, bytes]):
            def __eq__(self, other: object) -> bool:
                found = system.find(root) if system.exists(root) else []
                return {path.removeprefix(root).lstrip("/"): system.cat_file(path) for path in found} == other

            __hash__ = None  # type: ignore[assignment]

        yield places.open(url), Seen()
        if system.exists(root):
            system.rm(root, recursive=True)

    def test_put_and_remove(self, place: tuple[places.Place, dict[str, bytes]]) -> None:
        where, seen = place
        where.put("a/b c.xml", b"one")
        where.put("a/b c.xml", b"two")
        where.put("d.xml", b"")
        assert seen == {"a/b c.xml": b"two", "d.xml": b""}
        where.remove("a/b c.xml")
        where.remove("a/b c.xml")
        assert seen == {"d.xml": b""}

    def test_a_whole_delivery_to_s3(self, site: Site) -> None:
        """Delivered, corrected, withdrawn; a bucket that is gone fails each file and is tried again."""
        import s3fs

        first, _ = deliver(site, film(1)), deliver(site, film(2))
        with s3_server.serving() as url:
            pattern = "{format}/{identity}.{partner}.{suffix}"
            target = Target(name="cdn", url=url, formats=("dc", "mrss"), vocabulary="programme", pattern=pattern, attempts=1)
            targets.check(site.services, target)
            assert outcomes(site, target) == {"delivered": 4} and outcomes(site, target, changed=True) == {}
            bucket = s3fs.S3FileSystem(skip_instance_cache=True)
            root = url.removeprefix("s3://")
            kinds = (("dc", "dc.xml"), ("mrss", "rss"))
            names = [f"{root}/{format}/prg-x000{n}.nordlys.{suffix}" for format, suffix in kinds for n in (1, 2)]
            assert sorted(bucket.find(root)) == names
            deliver(site, film(1, "Another title"))
            assert outcomes(site, target, changed=True) == {"delivered": 2}
            assert b"Another title" in bucket.cat_file(f"{root}/mrss/prg-x0001.nordlys.rss")
            withdraw.withdraw(site.services, OPERATOR, first)
            assert outcomes(site, target, changed=True) == {"delivered": 1, "removed": 1}
            bucket.invalidate_cache()
            assert not bucket.exists(f"{root}/dc/prg-x0001.nordlys.dc.xml")
            nowhere = Target(name="gone", url="s3://no-such-bucket/in", formats=("dc",), attempts=1)
            assert outcomes(site, nowhere) == {"failed": 1} == outcomes(site, nowhere, changed=True)

    def test_a_reader_never_sees_half_a_file(self, tmp_path: Path) -> None:
        where, path, stop = places.open(str(tmp_path)), tmp_path / "f", threading.Event()
        contents = [bytes([65 + n]) * 300_000 for n in range(4)]
        where.put("f", contents[0])
        seen: set[bytes] = set()

        def read() -> None:
            while not stop.is_set():
                seen.add(path.read_bytes())

        reader = threading.Thread(target=read)
        reader.start()
        for n in range(60):
            where.put("f", contents[n % 4])
        stop.set()
        reader.join(60)
        assert seen <= set(contents) and files(tmp_path) == ["f"]

    def test_a_place_that_refuses(self, tmp_path: Path) -> None:
        (tmp_path / "taken").write_text("a file")
        with pytest.raises(EnvironmentFault, match="could not be delivered"):
            places.open(str(tmp_path / "taken")).put("x", b"")
        with pytest.raises(EnvironmentFault, match="cannot be reached"):
            places.open("http://127.0.0.1:9/x").put("y", b"")

    def test_no_password_is_shown(self) -> None:
        assert places.shown("sftp://me:secret@host/in") == "sftp://host/in"


class _Handler(http.server.BaseHTTPRequestHandler):
    stored: dict[str, bytes]
    folders: set[str]

    def do_PUT(self) -> None:
        name = self.path.removeprefix("/in/").replace("%20", " ")
        data = self.rfile.read(int(self.headers["Content-Length"]))
        if "/" in name and name.rpartition("/")[0] not in self.folders:
            return self._say(409)
        self.stored[name] = data
        self._say(201)

    def do_MKCOL(self) -> None:
        self.folders.add(self.path.removeprefix("/in/").rstrip("/"))
        self._say(201)

    def do_DELETE(self) -> None:
        self._say(204 if self.stored.pop(self.path.removeprefix("/in/").replace("%20", " "), None) is not None else 404)

    def _say(self, status: int) -> None:
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


class WebServer:
    def __enter__(self) -> tuple[str, dict[str, bytes]]:
        handler = type("Handler", (_Handler,), {"stored": {}, "folders": set()})
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()
        return f"http://127.0.0.1:{self._server.server_port}", handler.stored

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class TestCommand:
    def test_arguments_and_environment(self) -> None:
        script = "import os, sys; print(sys.argv[1], os.environ['XMLSVC_NAME'], 'SECRET' in os.environ)"
        ran = hook.run([sys.executable, "-c", script, "{name};x"], {"name": "a b"}, 30)
        assert (ran.status, ran.output.strip()) == (0, "a b;x a b False")

    def test_time_out_kills_the_whole_group(self, tmp_path: Path) -> None:
        script = f"sleep 600 & echo $! > {tmp_path}/child; wait"
        ran = hook.run(["/bin/sh", "-c", script], {}, 0.5)
        assert ran.status is None and "more than 0.5 s" in ran.why
        child = int((tmp_path / "child").read_text())
        until = time.monotonic() + 30
        while Path(f"/proc/{child}/stat").exists() and Path(f"/proc/{child}/stat").read_text().split(")")[1].split()[0] not in "ZX":
            assert time.monotonic() < until
            time.sleep(0.02)

    def test_cancelled(self) -> None:
        ran = hook.run(["sleep", "600"], {}, 600, cancelled=lambda: True)
        assert ran.status is None and "cancelled" in ran.why

    def test_what_cannot_be_started(self) -> None:
        assert "could not be started" in hook.run(["/nowhere/at/all"], {}, 5).why

    def test_after_each_file(self, site: Site, tmp_path: Path) -> None:
        deliver(site, film(1))
        good = Target(name="t", url=str(tmp_path / "out"), formats=("dc",), command=("/bin/sh", "-c", "echo got $XMLSVC_ACTION"))
        assert outcomes(site, good) == {"delivered": 1}
        assert "got delivered" in delivery.log(site.services, good)[0][4]
        bad = Target(name="b", url=str(tmp_path / "bad"), formats=("dc",), command=("/bin/sh", "-c", "echo no; exit 3"))
        assert outcomes(site, bad) == {"failed": 1}
        assert "status 3" in delivery.log(site.services, bad)[0][4]


class TestRuns:
    def test_on_publication(self, site: Site, tmp_path: Path) -> None:
        targets.add(site.services, OPERATOR, Target(name="web", url=str(tmp_path / "out"), formats=("dc",), schedule="publication"))
        deliver(site, film(1))
        assert runner.work(site.services, threading.Event(), once=True) == 1
        assert len(files(tmp_path / "out")) == 1
        assert runner.work(site.services, threading.Event(), once=True) == 0, "nothing new"
        (run,) = runs.listed(site.services, OPERATOR)
        assert (run.kind, run.state, run.counts) == ("deliver", "done", {"delivered": 1})

    def test_what_failed_is_tried_again_without_a_new_publication(self, site: Site, tmp_path: Path) -> None:
        (tmp_path / "out").write_text("in the way")
        targets.add(site.services, OPERATOR, Target(name="web", url=str(tmp_path / "out"), formats=("dc",), schedule="publication"))
        deliver(site, film(1))
        assert runner.work(site.services, threading.Event(), once=True) == 1
        (run,) = runs.listed(site.services, OPERATOR)
        assert run.counts == {"failed": 1} and not republish.due(site.services)
        (tmp_path / "out").unlink()
        for _ in range(300):
            site.services.clock.now()
        assert runner.work(site.services, threading.Event(), once=True) == 1
        assert len(files(tmp_path / "out")) == 1

    def test_on_schedule(self, site: Site, tmp_path: Path) -> None:
        targets.add(site.services, OPERATOR, Target(name="web", url=str(tmp_path / "out"), formats=("dc",), schedule="30"))
        deliver(site, film(1))
        until = 0
        while not republish.due(site.services):  # the fixed clock goes on a second at each question
            until += 1
            assert until < 60
        assert runner.work(site.services, threading.Event(), once=True) >= 1
        assert len(files(tmp_path / "out")) == 1

    def test_cancelling_ends_the_command(self, site: Site, tmp_path: Path) -> None:
        deliver(site, film(1))
        endless = Target(name="web", url=str(tmp_path / "out"), formats=("dc",), command=("sleep", "600"), seconds=600)
        targets.add(site.services, OPERATOR, endless)
        run_id = republish.request_delivery(site.services, OPERATOR, {"target": "web"})
        worker = threading.Thread(target=runner.work, args=(site.services, threading.Event(), True))
        worker.start()
        while not files(tmp_path / "out"):
            time.sleep(0.02)
        runs.ask(site.services, OPERATOR, run_id, "cancel")
        worker.join(60)
        assert not worker.is_alive() and runs.get(site.services, OPERATOR, run_id).state == "cancelled"

    def test_republish(self, site: Site) -> None:
        for number in range(3):
            deliver(site, film(number))
        republish.request(site.services, OPERATOR, {"vocabulary": "programme", "format": "dc"})
        assert runner.work(site.services, threading.Event(), once=True) == 1
        with pytest.raises(NotFound):
            republish.request(site.services, OPERATOR, {"format": "nothing"})
        with pytest.raises(NotFound, match=r"It has: .*\bdc\b.*\."):
            channels.makers(site.services, "programme", "nothing")


class TestCommandLine:
    def publish(self, site: Site, *words: str) -> int:
        return main(["--instance", str(site.directory), *words])

    def test_publish_to_a_folder(self, site: Site, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        deliver(site, film(1))
        assert self.publish(site, "publish", "--vocabulary", "programme", "--format", "mrss", "--to", str(tmp_path / "out")) == 0
        assert len(files(tmp_path / "out")) == 1 and "1 delivered" in capsys.readouterr().err
        assert self.publish(site, "publish", "--format", "mrss", "--to", str(tmp_path / "out")) == 0
        assert "1 as they should be" in capsys.readouterr().err
        deliver(site, film(2))
        assert self.publish(site, "publish", "--format", "mrss", "--changed", "--to", str(tmp_path / "out")) == 0
        assert "1 delivered" in capsys.readouterr().err

    def test_targets(self, site: Site, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        deliver(site, film(1))
        assert self.publish(site, "target", "add", "web", str(tmp_path / "out"), "--format", "dc") == 0
        assert self.publish(site, "publish", "--target", "web") == 0
        assert self.publish(site, "target", "list") == 0
        assert self.publish(site, "target", "log", "web") == 0
        assert "delivered" in capsys.readouterr().out
        assert self.publish(site, "target", "remove", "web") == 0
        assert self.publish(site, "publish", "--target", "web") == 1

    def test_refresh_and_preview(self, site: Site, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        deliver(site, film(1))
        assert self.publish(site, "publish", "--format", "dc") == 0
        assert "1 changed" in capsys.readouterr().out
        assert self.publish(site, "publish", "--format", "dc") == 0
        assert "0 changed\t1 as they were" in capsys.readouterr().out
        candidate = tmp_path / "candidate"
        candidate.mkdir()
        for path in (site.services.settings.stylesheets / "programme").rglob("*"):
            if path.is_file():
                place = candidate / path.relative_to(site.services.settings.stylesheets / "programme")
                place.parent.mkdir(exist_ok=True)
                place.write_bytes(path.read_bytes().replace(b"<xsl:otherwise>MovingImage", b"<xsl:otherwise>Sound"))
        words = ("publish", "--vocabulary", "programme", "--format", "dc", "--preview", str(candidate))
        assert self.publish(site, *words) == 0
        told = capsys.readouterr()
        assert "+  <dc:type>Sound</dc:type>" in told.out and "1 changed" in told.err
        (candidate / "dc.xsl").write_bytes((candidate / "dc.xsl").read_bytes().replace(b"oai_dc:dc", b"oai_dc:dcx"))
        assert self.publish(site, *words) == 1
        assert "1 refused" in capsys.readouterr().err


def test_an_erased_partner_leaves_no_file_and_no_record(site: Site, tmp_path: Path) -> None:
    """Harvesters are told that it went, targets lose its files, nothing of its content is left in any face."""
    deliver(site, film(1, "Gone for good"), "nordlys")
    kept = deliver(site, film(2, "Still here"), "delta")
    target = Target(name="t", url=str(tmp_path / "out"), formats=("mrss", "dc"))
    assert outcomes(site, target) == {"delivered": 4}
    client = site.anybody()
    assert b"Gone for good" in client.get("/feeds/mrss").body
    erase.partner(site.services, OPERATOR, "nordlys")
    for path in ("/feeds/mrss", "/feeds/atom", "/feeds/xml", "/feeds/csv", "/oai?verb=ListRecords&metadataPrefix=oai_dc"):
        answer = client.get(path)
        assert answer.status == 200 and b"Gone for good" not in answer.body and b"Still here" in answer.body, path
    assert client.get("/oai?verb=ListIdentifiers&metadataPrefix=oai_dc").body.count(b'status="deleted"') == 1
    assert outcomes(site, target, changed=True) == {"removed": 2}
    assert all(kept in name for name in files(tmp_path / "out"))
