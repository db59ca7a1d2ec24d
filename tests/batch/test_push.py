"""A push goes on: over a service that fails, is busy, or dies; and where it was stopped itself."""

from __future__ import annotations

import http.server
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.mariadb import free_port
from tests.server import serving
from xmlsvc import builtin, cli
from xmlsvc.batch.push import Sender, State, push
from xmlsvc.documents import accounts, instance, receipts, services
from xmlsvc.documents.access import OPERATOR
from xmlsvc.errors import EnvironmentFault, UsageError

CLIP = (builtin.path("samples") / "valid" / "clip-web-only.xml").read_bytes()
IDENTITY = CLIP.split(b' id="')[1].split(b'"')[0]


def clip(number: int) -> bytes:
    return CLIP.replace(IDENTITY, b"clp-%05d" % number)


@pytest.fixture
def delivery(tmp_path: Path) -> Path:
    folder = tmp_path / "delivery"
    folder.mkdir()
    for number in range(6):
        (folder / f"{number}.xml").write_bytes(clip(number))
    (folder / "6.xml").write_bytes(clip(6).replace(b"<title", b"<titel", 1).replace(b"</title", b"</titel", 1))
    (folder / "7.xml").write_bytes(b"<a>")
    return folder


@pytest.fixture
def house(tmp_path: Path) -> tuple[Path, str]:
    home = tmp_path / "instance"
    instance.init(home)
    with services.open(home) as opened:
        accounts.add_partner(opened, OPERATOR, "nordlys")
        return home, accounts.add_token(opened, OPERATOR, "nordlys")[1]


def _state(tmp_path: Path, to: str) -> State:
    state = State(tmp_path / "push.jsonl", {"to": to})
    OPEN.append(state)
    return state


OPEN: list[State] = []


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    yield
    while OPEN:
        OPEN.pop().close(finished=False)


def test_outcomes_lines_and_exit_codes(house: tuple[Path, str], delivery: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home, token = house
    with serving(home) as server:
        words = ["push", str(delivery), "--to", server.url, "--token", token, "--state", str(tmp_path / "s.jsonl")]
        assert cli.main(words) == 1
        said = capsys.readouterr()
        lines = said.out.splitlines()
        assert [line.split("\t")[0] for line in lines if "\t" in line] == ["new"] * 6 + ["quarantined", "refused"]
        assert any(line.startswith(f"{delivery}/6.xml:") and ": cvc-complex-type.2.4.a " in line for line in lines), lines
        assert "6 new, 1 quarantined, 1 refused" in said.err and not (tmp_path / "s.jsonl").exists()
        (delivery / "6.xml").unlink()
        (delivery / "7.xml").unlink()
        assert cli.main([*words, "--quiet"]) == 0 and "6 unchanged" in capsys.readouterr().err
        assert cli.main([*words[:-4], "--token", "xs_wrong", "--state", str(tmp_path / "t.jsonl")]) == 3
        assert "refuses the token" in capsys.readouterr().err
    assert cli.main([*words, "--patience", "1"]) == 3 and "could not be reached" in capsys.readouterr().err
    assert cli.main(["push", str(delivery), "--to", "nowhere", "--token", "x"]) == 2


def test_it_goes_on_where_it_was_stopped(house: tuple[Path, str], delivery: Path, tmp_path: Path) -> None:
    home, token = house
    with serving(home) as server:
        state = _state(tmp_path, server.url)
        begun = push([delivery], Sender(server.url, token), state, jobs=1)
        assert [next(begun).outcome for _ in range(3)] == ["new"] * 3
        begun.close()
        state.close(finished=False)
        again = [item.outcome for item in push([delivery], Sender(server.url, token), _state(tmp_path, server.url), jobs=1)]
    assert again[:3] == ["before"] * 3 and set(again[3:]) <= {"before", "new", "quarantined", "refused"}
    with services.open(home) as opened:
        names = [entry.name for entry in receipts.find(opened, OPERATOR)]
    assert sorted(names) == [f"{number}.xml" for number in range(8)], "nothing is lost, and nothing is there twice"


def test_the_service_is_killed_and_comes_back(house: tuple[Path, str], delivery: Path, tmp_path: Path) -> None:
    """Whatever was on its way when the service died is sent again under its key, and stored once."""
    home, token = house
    port = free_port()
    found: list[str] = []
    with serving(home, port=port) as server:
        state = _state(tmp_path, server.url)
        begun = push([delivery], Sender(server.url, token), state, jobs=4)
        found.append(next(begun).outcome)
        server.process.kill()
        server.process.wait()
    thread = threading.Thread(target=lambda: found.extend(item.outcome for item in begun))
    thread.start()
    with serving(home, port=port):
        thread.join(120)
    assert not thread.is_alive() and found == ["new"] * 6 + ["quarantined", "refused"]
    with services.open(home) as opened:
        assert sorted(entry.name for entry in receipts.find(opened, OPERATOR)) == [f"{number}.xml" for number in range(8)]


class _Moody(http.server.BaseHTTPRequestHandler):
    """Answers with what it is told, in turn; keeps the keys that it saw."""

    protocol_version = "HTTP/1.1"
    answers: list[tuple[int, dict[str, str]]]
    keys: list[str]

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        type(self).keys.append(self.headers["Idempotency-Key"])
        status, headers = type(self).answers.pop(0)
        body = json.dumps({"outcome": "new", "id": "x", "detail": "moody"}).encode()
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


@contextmanager
def moody(*answers: tuple[int, dict[str, str]]) -> Iterator[tuple[str, type[_Moody]]]:
    kind = type("Moody", (_Moody,), {"answers": list(answers), "keys": []})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), kind)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/md", kind
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_it_comes_back_when_it_is_told_to(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_bytes(CLIP)
    again = {"Retry-After": "0"}
    with moody((503, again), (429, again), (409, again), (500, again), (201, {})) as (to, seen):
        (done,) = push([tmp_path / "a.xml"], Sender(to, "t"), _state(tmp_path, to))
    assert done.outcome == "new" and len(seen.keys) == 5 and len(set(seen.keys)) == 1


def test_a_document_at_which_the_service_fails_stops_no_other(tmp_path: Path) -> None:
    for name in ("a.xml", "b.xml"):
        (tmp_path / name).write_bytes(CLIP)
    with moody(*[(500, {"Retry-After": "0"})] * 4, (201, {})) as (to, _):
        done = [item.outcome for item in push([tmp_path / "a.xml", tmp_path / "b.xml"], Sender(to, "t"), _state(tmp_path, to), jobs=1)]
    assert done == ["refused", "new"]


def test_what_is_no_service_is_said_to_be_none(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_bytes(CLIP)
    with moody((403, {})) as (to, _), pytest.raises(EnvironmentFault, match="moody"):
        list(push([tmp_path / "a.xml"], Sender(to, "t"), _state(tmp_path, to)))


def test_state_files_of_others_are_left_alone(tmp_path: Path) -> None:
    _state(tmp_path, "http://one").close(finished=False)
    with pytest.raises(UsageError, match="another push"):
        _state(tmp_path, "http://two")
    (tmp_path / "push.jsonl").write_text("not json\n")
    with pytest.raises(UsageError, match="no state file"):
        _state(tmp_path, "http://one")
    (tmp_path / "push.jsonl").write_bytes(b'{"push": {"to": "x"}, "key": "k"}\n{"place": "a", "digest": "d"}\n{"pla')
    cut = State(tmp_path / "push.jsonl", {"to": "x"})
    cut.answered("b", "e")
    cut.close(finished=False)
    assert _state(tmp_path, "x").done == {"a": "d", "b": "e"}
