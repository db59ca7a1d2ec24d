"""Fixtures that every floor shares, and the run's last lines: what was left out."""

from __future__ import annotations

import logging
import logging.handlers
import os
import shutil
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests import mariadb as private_mariadb
from tests.left_out import MARK, require
from xmlsvc import logs

ROOT = Path(__file__).resolve().parent.parent
FULL = os.environ.get("XMLSVC_FULL", "") not in {"", "0"}

# The quick run asks the same questions each time, so that a red run is a changed product; the full run asks new ones.
settings.register_profile("quick", deadline=None, derandomize=True, max_examples=50, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("full", deadline=None, max_examples=1000, print_blob=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("full" if FULL else "quick")


def shared() -> Path:
    return Path(os.environ.get("XMLSVC_CORPORA") or ROOT.parent / "shared").resolve()


@pytest.fixture(scope="session", autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What this run, with the processes that it starts, keeps for later is this run's alone."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(autouse=True)
def own_logs() -> Iterator[None]:
    """What a program called in this process has set up to log to (an output that ends with its test, a file) goes with the test."""
    yield
    root = logging.getLogger()
    for logger in (root, logs.ACCESS):
        for handler in [each for each in logger.handlers if type(each) in (logging.StreamHandler, logging.handlers.WatchedFileHandler)]:
            logger.removeHandler(handler)
            handler.close()
    root.setLevel(logging.WARNING)
    logs.ACCESS.propagate = True


@pytest.fixture(scope="session")
def corpora() -> Path:
    """The folder of real vocabularies and documents (XMLSVC_CORPORA/corpora; XMLSVC_CORPORA is ../shared unless set)."""
    folder = shared() / "corpora"
    require(folder.is_dir(), f"the corpora (no folder {folder}; set XMLSVC_CORPORA to the folder that holds corpora/)")
    return folder


@pytest.fixture(scope="session")
def w3c() -> Path:
    """The folder that holds the W3C XML Schema test suite's archive (XMLSVC_CORPORA/w3c)."""
    folder = shared() / "w3c"
    require(folder.is_dir(), f"the W3C XML Schema test suite (no folder {folder}; set XMLSVC_CORPORA to the folder that holds w3c/)")
    return folder


@pytest.fixture(scope="session")
def chromium() -> Path:
    """The browser's executable."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    require(found, "pages in a browser (no chromium: apt-get install chromium)")
    return Path(str(found))


@pytest.fixture(scope="session")
def mariadb() -> Iterator[private_mariadb.Server]:
    """A MariaDB server of this run's own, durable; `.create()` gives a new schema's name, `.uri(name)` its address."""
    require(private_mariadb.installed(), "MariaDB (no server: apt-get install mariadb-server)")
    with private_mariadb.serving() as server:
        yield server


@pytest.fixture(params=["sqlite", "mariadb"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The Storm URI of a new, empty database, on each backend in turn."""
    if request.param == "sqlite":
        yield f"sqlite+wal:{tmp_path / 'test.db'}"
        return
    server: private_mariadb.Server = request.getfixturevalue("mariadb")
    name = server.create()
    yield server.uri(name)
    server.drop(name)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> Generator[None, None, None]:
    """Name, after all else, what this machine could not test (the reports of other worker processes are among them)."""
    yield
    missing: dict[str, int] = {}
    for report in terminalreporter.getreports("skipped"):
        if isinstance(report.longrepr, tuple) and (reason := report.longrepr[2].removeprefix("Skipped: ")).startswith(MARK):
            what = reason.removeprefix(MARK)
            missing[what] = missing.get(what, 0) + 1
    if missing:
        terminalreporter.section("left out on this machine", sep="-")
        for what, times in sorted(missing.items()):
            terminalreporter.line(f"LEFT OUT: {what}: {times} test{'s' if times > 1 else ''}")
