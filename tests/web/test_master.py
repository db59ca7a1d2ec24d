"""The service as a program: workers that die, signals under load, logs that are moved, the background, systemd's socket."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.mariadb import free_port
from tests.server import XMLSVC, Server, serving
from xmlsvc import logs, settings
from xmlsvc.documents import instance
from xmlsvc.errors import EnvironmentFault
from xmlsvc.server import identity, sockets


def _until(condition: Callable[[], object], what: str, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(0.05)


def _pid(server: Server) -> int:
    return server.process.pid


@contextlib.contextmanager
def _asked_all_the_time(server: Server) -> Iterator[list[int]]:
    """Four clients, half of which keep their connections; each failure to get an answer is a test failure."""
    over, answers, faults = threading.Event(), list[int](), list[str]()

    def ask(kept: bool) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        while not over.is_set():
            try:
                connection.request("GET", "/health/ready")
                response = connection.getresponse()
                response.read()
                answers.append(response.status)
                if not kept or response.will_close:
                    connection.close()
            except (OSError, http.client.HTTPException) as error:
                faults.append(repr(error))
            time.sleep(0.005)
        connection.close()

    threads = [threading.Thread(target=ask, args=(n % 2 == 0,)) for n in range(4)]
    for thread in threads:
        thread.start()
    try:
        _until(lambda: len(answers) > 50, "answers")
        yield answers
        seen = len(answers)
        _until(lambda: len(answers) > seen + 50, "answers afterwards")
    finally:
        over.set()
        for thread in threads:
            thread.join()
    assert faults == [] and set(answers) == {200}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An instance of the test's own."""
    instance.init(tmp_path / "instance", "sqlite+wal:var/xmlsvc.db", bare=True)
    return tmp_path / "instance"


@pytest.fixture
def served(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setenv("XMLSVC_WORKERS", "2")
    monkeypatch.setenv("XMLSVC_LOG", "var/log/xmlsvc.log")
    monkeypatch.setenv("XMLSVC_LOG_FORMAT", "json")
    with serving(home) as server:
        _until(lambda: any("Serving on" in str(line["message"]) for line in _log(home)), "two workers")
        yield server


def _log(home: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (home / "var/log/xmlsvc.log").read_text("utf-8").splitlines()]


def test_a_worker_that_dies_is_replaced(served: Server) -> None:
    before = served.workers()
    os.kill(before[0], signal.SIGKILL)
    _until(lambda: len(set(served.workers()) - set(before)) == 1 and len(served.workers()) == 2, "a new worker")
    assert served.get("/health/ready").status == 200


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGUSR2])
def test_replaced_under_load_without_a_failed_request(served: Server, home: Path, number: signal.Signals) -> None:
    before, pid = set(served.workers()), _pid(served)
    said = sum("Serving on" in str(line["message"]) for line in _log(home))
    with _asked_all_the_time(served):
        os.kill(pid, number)
        _until(lambda: sum("Serving on" in str(line["message"]) for line in _log(home)) > said, "a new generation")
        _until(lambda: not before & set(served.workers()), "the old workers' end")
    assert _pid(served) == pid and len(served.workers()) == 2
    faults = [(line["message"], line.get("exception")) for line in _log(home) if line["level"] in ("ERROR", "CRITICAL")]
    assert not faults, faults


def test_a_hangup_takes_new_settings_and_keeps_the_old_ones_when_they_are_wrong(served: Server, home: Path) -> None:
    file = home / "xmlsvc.toml"
    before = served.workers()
    file.write_text(file.read_text("utf-8") + '\ntitle = "Metadata of tomorrow"\n', "utf-8")
    os.kill(_pid(served), signal.SIGHUP)
    _until(lambda: not set(before) & set(served.workers()), "new workers")
    assert "Metadata of tomorrow" in served.get("/login", accept="text/html").body.decode()
    file.write_text(file.read_text("utf-8") + "\nthreads = 0\n", "utf-8")
    before = served.workers()
    os.kill(_pid(served), signal.SIGHUP)
    _until(lambda: "settings stay" in str(_log(home)), "the refusal in the log")
    assert served.workers() == before and served.get("/health/ready").status == 200


def test_logs_are_reopened(served: Server, home: Path) -> None:
    log = home / "var/log/xmlsvc.log"
    served.get("/health/live")
    log.rename(log.with_suffix(".old"))
    os.kill(_pid(served), signal.SIGUSR1)

    def asked() -> bool:
        served.get("/health/live")
        return log.exists() and any(line["logger"] == "xmlsvc.access" for line in _log(home))

    _until(asked, "requests in the new file")
    line = next(line for line in _log(home) if line["logger"] == "xmlsvc.access")
    assert line["path"] == "/health/live" and line["status"] == 200 and re.fullmatch(r"\w{26}", str(line["request"]))


def test_a_master_that_dies_takes_its_workers_along(served: Server) -> None:
    workers = served.workers()
    served.process.kill()
    _until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in workers), "the workers' end")
    with pytest.raises(OSError):
        socket.create_connection(("127.0.0.1", served.port), timeout=5)


def test_a_service_that_cannot_start_says_why_and_ends(home: Path) -> None:
    (home / "var" / "xmlsvc.db").unlink()
    done = subprocess.run(
        [XMLSVC, "--instance", str(home), "serve", "--bind", f"127.0.0.1:{free_port()}"],
        capture_output=True, text=True, timeout=120,
    )
    assert done.returncode == 3 and "xmlsvc migrate" in done.stderr and "Traceback" not in done.stderr


def test_in_the_background(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    port = free_port()
    monkeypatch.setenv("XMLSVC_PID_FILE", "var/xmlsvc.pid")
    words = [XMLSVC, "--instance", str(home), "serve", "--bind", f"127.0.0.1:{port}", "--daemon"]
    done = subprocess.run(words, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    pid = int(done.stdout)
    try:
        assert int((home / "var/xmlsvc.pid").read_text()) == pid
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
            connection.request("GET", "/health/live")
            assert connection.getresponse().status == 200
        second = subprocess.run([*words[:-2], f"127.0.0.1:{free_port()}", "--daemon"], capture_output=True, text=True, timeout=120)
        assert second.returncode == 3 and f"served already, by process {pid}" in second.stderr
    finally:
        os.kill(pid, signal.SIGTERM)
    _until(lambda: not (home / "var/xmlsvc.pid").exists(), "the end")


_ACTIVATE = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS="1")
os.execv(sys.argv[2], sys.argv[2:])
"""


def test_a_socket_and_a_watchdog_of_systemd(home: Path, tmp_path: Path) -> None:
    """What sd_listen_fds(3) and sd_notify(3) say, without systemd: a socket as descriptor 3, a datagram socket that is told."""
    with socket.create_server(("127.0.0.1", 0)) as listening, socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as told:
        place = str(tmp_path / "notify")
        told.bind(place)
        told.settimeout(60)
        words = [sys.executable, "-c", _ACTIVATE, str(listening.fileno()), str(XMLSVC), "--instance", str(home), "serve"]
        with subprocess.Popen(
            words, pass_fds=(listening.fileno(),), env={**os.environ, "NOTIFY_SOCKET": place}, stderr=subprocess.DEVNULL
        ) as process:
            try:
                assert told.recv(200).startswith(b"READY=1\nMAINPID=%d" % process.pid)
                assert told.recv(200) == b"WATCHDOG=1"
                with contextlib.closing(http.client.HTTPConnection(*listening.getsockname(), timeout=30)) as connection:
                    connection.request("GET", "/health/live")
                    assert connection.getresponse().status == 200
            finally:
                process.terminate()
            assert process.wait(60) == 0


def test_two_sockets_are_refused() -> None:
    with pytest.raises(EnvironmentFault, match="hands over 2 sockets"):
        sockets.activated({"LISTEN_PID": str(os.getpid()), "LISTEN_FDS": "2"})


def test_a_user_that_nobody_knows(home: Path) -> None:
    with pytest.raises(EnvironmentFault, match="nobody-of-that-name"):
        identity.become(settings.load(home, {"XMLSVC_USER": "nobody-of-that-name"}))


def test_rotation_by_size(tmp_path: Path) -> None:
    log = tmp_path / "a.log"
    for text in ("one", "two", "three"):
        log.write_text(text)
        assert logs.rotate(log, most=2, keep=2)
    assert not log.exists() and not logs.rotate(log, most=2, keep=2)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.log.1", "a.log.2"]
    assert (tmp_path / "a.log.1").read_text() == "three" and (tmp_path / "a.log.2").read_text() == "two"
    log.write_text("12")
    assert not logs.rotate(log, most=2, keep=2)
