"""Workers: they do the work, bring errors home, and die alone."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.xml.test_stylesheet import template, write
from xmlsvc.errors import NotWellFormed, StylesheetError
from xmlsvc.xml import stylesheet
from xmlsvc.xml.sandbox import Sandbox
from xmlsvc.xml.stylesheet import Stylesheet

LOOPS = "<xsl:for-each select='//b'>" * 4 + "<xsl:if test='self::c'/>" + "</xsl:for-each>" * 4
LOOP = f"<xsl:template match='/'>{LOOPS}</xsl:template>"
WIDE = b"<a>" + b"<b/>" * 400 + b"</a>"


@pytest.fixture
def workers() -> Iterator[Sandbox]:
    made = Sandbox(megabytes=300, workers=2)
    yield made
    made.close()


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_values_and_bytes(workers: Sandbox) -> None:
    assert workers.call("xmlsvc.xml.canonical:digest", b"abc", seconds=5).startswith("sha256:ba7816bf")
    pid = workers._idle[0]._process.pid
    assert workers.call("xmlsvc.xml.names:split", "{a}b", seconds=5) == ["a", "b"]
    assert [worker._process.pid for worker in workers._idle] == [pid], "one worker served both"


def test_our_errors_come_back_as_themselves(workers: Sandbox) -> None:
    with pytest.raises(NotWellFormed) as caught:
        workers.call("xmlsvc.xml.parser:parse", b"<a>\n&</a>", seconds=5)
    assert (caught.value.line, caught.value.column) == (2, 1)
    assert "&amp;" in caught.value.message


@pytest.mark.parametrize("function", ["os:getcwd", "xmlsvc.xml.names:none", "xmlsvc.nothing:f"])
def test_what_cannot_be_called_is_a_bug(workers: Sandbox, function: str) -> None:
    with pytest.raises(RuntimeError, match="Traceback"):
        workers.call(function, seconds=5)


def test_a_runaway_stylesheet_is_stopped(workers: Sandbox, tmp_path: Path) -> None:
    sheet = Stylesheet(write(tmp_path, LOOP))
    workers.call("xmlsvc.xml.names:split", "x", seconds=5)
    pid = workers._idle[0]._process.pid
    with pytest.raises(StylesheetError, match=r"main\.xsl failed, on the document d-1: it ran for more than 0\.5 s, and was stopped"):
        stylesheet.isolated(workers, sheet, WIDE, "d-1", seconds=0.5)
    assert not alive(pid)
    fine = Stylesheet(write(tmp_path, template("<r/>"), "fine.xsl"))
    assert b"<r/>" in stylesheet.isolated(workers, fine, WIDE, seconds=5), "the next call has a new worker"


def test_memory_is_limited(workers: Sandbox, tmp_path: Path) -> None:
    body = """<xsl:template match="/"><xsl:call-template name="n"><xsl:with-param name="s" select="'0123456789'"/></xsl:call-template>
      </xsl:template><xsl:template name="n"><xsl:param name="s"/><xsl:call-template name="n">
      <xsl:with-param name="s" select="concat($s, $s)"/></xsl:call-template></xsl:template>"""
    with pytest.raises(StylesheetError, match="needed more memory than it may have"):
        stylesheet.isolated(workers, Stylesheet(write(tmp_path, body)), b"<a/>", seconds=20)


def test_a_crash_is_told_apart(workers: Sandbox, tmp_path: Path) -> None:
    sheet = Stylesheet(write(tmp_path, LOOP))
    workers.call("xmlsvc.xml.names:split", "x", seconds=5)
    threading.Timer(0.3, os.kill, (workers._idle[0]._process.pid, signal.SIGSEGV)).start()
    with pytest.raises(StylesheetError, match="the process that ran it broke off"):
        stylesheet.isolated(workers, sheet, WIDE, seconds=20)
    assert workers.call("xmlsvc.xml.names:split", "x", seconds=5) == ["", "x"]


def test_an_idle_worker_that_died_is_replaced(workers: Sandbox) -> None:
    workers.call("xmlsvc.xml.names:split", "x", seconds=5)
    os.kill(workers._idle[0]._process.pid, signal.SIGKILL)
    workers._idle[0]._process.wait()
    assert workers.call("xmlsvc.xml.names:split", "x", seconds=5) == ["", "x"]


def test_isolated_is_the_same_as_here(workers: Sandbox, tmp_path: Path) -> None:
    sheet = Stylesheet(write(tmp_path, '<xsl:param name="p"/><xsl:output encoding="ISO-8859-1"/>' + template('<r é="{$p}"/>')))
    data = "<a>é</a>".encode()
    from xmlsvc.xml.parser import parse

    assert stylesheet.isolated(workers, sheet, data, seconds=5, p="ü'\"") == sheet.transform(parse(data), p="ü'\"")
    with pytest.raises(NotWellFormed):
        stylesheet.isolated(workers, sheet, b"<a>", seconds=5)


def test_a_changed_stylesheet_is_compiled_anew(workers: Sandbox, tmp_path: Path) -> None:
    path = write(tmp_path, template("<old/>"))
    old = Stylesheet(path)
    assert b"old" in stylesheet.isolated(workers, old, b"<a/>", seconds=5)
    write(tmp_path, template("<new/>"))
    assert b"old" in stylesheet.isolated(workers, old, b"<a/>", seconds=5), "what a worker has compiled stays the same"
    assert b"new" in stylesheet.isolated(workers, Stylesheet(path), b"<a/>", seconds=5)
    with pytest.raises(StylesheetError, match="have changed in this moment"):
        stylesheet.isolated(workers, old, b"<a/>", seconds=5)


def test_threads_share_workers(workers: Sandbox) -> None:
    answers: list[str] = []

    def work(number: int) -> None:
        for turn in range(20):
            answers.append(workers.call("xmlsvc.xml.names:join", f"n{number}", str(turn), seconds=5))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == sorted(f"{{n{number}}}{turn}" for number in range(5) for turn in range(20))
    assert len(workers._idle) <= 2


def test_after_a_fork_the_child_has_workers_of_its_own(workers: Sandbox) -> None:
    workers.call("xmlsvc.xml.names:split", "x", seconds=5)
    program = (
        "import os; from xmlsvc.xml.sandbox import Sandbox; s = Sandbox(); s.call('xmlsvc.xml.names:split', 'x', seconds=9)\n"
        "first = s._idle[0]._process.pid\n"
        "if os.fork() == 0:\n"
        "    fine = s.call('xmlsvc.xml.names:split', '{a}b', seconds=9) == ['a', 'b'] and s._idle[0]._process.pid != first\n"
        "    s.close(); os._exit(0 if fine else 1)\n"
        "_, status = os.wait()\n"
        "assert s.call('xmlsvc.xml.names:split', 'x', seconds=9) == ['', 'x'] and s._idle[0]._process.pid == first\n"
        "s.close(); raise SystemExit(status)")
    assert subprocess.run([sys.executable, "-c", program], timeout=60, check=False).returncode == 0


def test_an_orphan_ends(tmp_path: Path) -> None:
    """When the process that asked is killed, a runaway worker does not run on."""
    path = write(tmp_path, LOOP)
    program = (
        "import sys, threading; from pathlib import Path; from xmlsvc.xml import stylesheet; from xmlsvc.xml.sandbox import Sandbox\n"
        "s = Sandbox(); s.call('xmlsvc.xml.names:split', 'x', seconds=9); print(s._idle[0]._process.pid, flush=True)\n"
        f"stylesheet.isolated(s, stylesheet.Stylesheet({str(path)!r}), {WIDE!r}, seconds=0.2)")
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        pid = int(process.stdout.readline())
        time.sleep(0.3)
        process.kill()
    deadline = time.monotonic() + 15
    while alive(pid) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not alive(pid)
