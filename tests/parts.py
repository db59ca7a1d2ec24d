"""Everything, a part at a time: `make test-all`, or `python -m tests.parts NAME…` for some of it (`--list` names them).

Each part's output is kept in build/tests/NAME.log, its outcome in build/tests/outcomes.json; a part that was green at this commit, with
nothing changed since, is not run again unless it is named. At the end comes the table that docs/testing.md has.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from tests.conftest import ROOT

PLACE = ROOT / "build" / "tests"
PYTHONS = ("3.11", "3.12", "3.13")
FOLDERS = tuple(sorted({path.parent.name for path in (ROOT / "tests").glob("*/test_*.py")}))
MINE = ".".join(map(str, sys.version_info[:2]))


@dataclass(frozen=True)
class Part:
    """A command, what it adds to the environment, and what it is in a word or two; `missing`: why it cannot be run here."""

    name: str
    what: str
    command: tuple[str, ...]
    environ: tuple[tuple[str, str], ...] = ()
    missing: str = ""


@dataclass(frozen=True)
class Outcome:
    """How a part went: the last line that it said, in so many seconds, at that state of the files."""

    state: str
    date: str
    seconds: int
    green: bool
    said: str


def parts() -> Iterator[Part]:
    """In the order in which they are run."""
    pytest = (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider")
    full = (("XMLSVC_FULL", "1"),)
    yield Part("lint", "ruff", (sys.executable, "-m", "ruff", "check", "."))
    yield Part("types", "mypy, strict", (sys.executable, "-m", "mypy"))
    for folder in FOLDERS:
        yield Part(folder, f"tests/{folder}, in full", (*pytest, f"tests/{folder}"), full)
    yield Part("floors", "tests/test_floors.py", (*pytest, "tests/test_floors.py"))
    yield Part("fuzz", "tests/test_fuzz.py, an hour", (*pytest, "tests/test_fuzz.py"), full)
    yield Part("documentation", "make docs", (sys.executable, "-m", "sphinx", "-W", "-q", "-b", "html", "docs", str(PLACE / "docs")))
    for version in PYTHONS:
        if version != MINE:
            found = interpreter(version)
            words = (sys.executable, "-m", "tox", "run", "-q", "-e", f"py{version.replace('.', '')}", "--discover", found or "")
            lack = "" if found else f"no python{version} on the PATH or among pyenv's"
            yield Part(f"python{version}", f"the suite on Python {version}, by tox", (*words, "--", *pytest[3:]), missing=lack)


def interpreter(version: str, environ: Mapping[str, str] = os.environ) -> str | None:
    """A Python of that version which runs: on the PATH, else one of pyenv's, the newest first."""
    pyenv = Path(environ.get("PYENV_ROOT") or Path(environ.get("HOME", "/")) / ".pyenv")
    theirs = sorted(pyenv.glob(f"versions/{version}.*/bin/python"), key=lambda path: [int(n) for n in re.findall(r"\d+", path.parts[-3])])
    for found in filter(None, (shutil.which(f"python{version}", path=environ.get("PATH")), *map(str, reversed(theirs)))):
        asked = [found, "-c", "import sys, venv; print('.'.join(map(str, sys.version_info[:2])))"]
        if subprocess.run(asked, capture_output=True, text=True, check=False).stdout.strip() == version:
            return found
    return None


def state() -> str:
    """The commit, with a "+" where files differ from it."""

    def git(*words: str) -> str:
        return subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()

    return git("rev-parse", "--short", "HEAD") + ("+" if git("status", "--porcelain") else "")


def run(part: Part, at: str) -> Outcome:
    """Run it, its output going to its log."""
    log = PLACE / f"{part.name}.log"
    began = time.monotonic()
    with log.open("wb") as output:
        environ = {**os.environ, **dict(part.environ)}
        code = subprocess.run(part.command, cwd=ROOT, env=environ, stdout=output, stderr=output, check=False).returncode
    lines = [line.strip("= ") for line in log.read_text("utf-8", "replace").splitlines() if line.strip()]
    said = next((line for line in reversed(lines) if re.search(r"\d (passed|failed)", line)), "" if code == 0 else f"ended with {code}")
    left_out = [line for line in lines if line.startswith("LEFT OUT")]
    today = datetime.now(UTC).date().isoformat()
    return Outcome(at, today, round(time.monotonic() - began), code == 0, "; ".join([said or "nothing found", *left_out]))


def table(outcomes: Mapping[str, Outcome], known: Sequence[Part]) -> str:
    """The rows for docs/testing.md."""
    rows = ["| part | commit | date | result |", "|---|---|---|---|"]
    for part in known:
        if part.missing:
            rows.append(f"| {part.what} | | | LEFT OUT: {part.missing} |")
        elif outcome := outcomes.get(part.name):
            failed = "" if outcome.green else "**failed**: "
            rows.append(f"| {part.what} | {outcome.state} | {outcome.date} | {failed}{outcome.said} ({outcome.seconds} s) |")
        else:
            rows.append(f"| {part.what} | | | not run |")
    return "\n".join(rows)


def main(words: Sequence[str]) -> int:
    """Run what is named, or all that was not green at this state. 0 where all of that is green, and none left out that had to be there."""
    known = list(parts())
    reading = argparse.ArgumentParser("python -m tests.parts", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reading.add_argument("names", nargs="*", choices=[[], *(part.name for part in known)], metavar="NAME")
    reading.add_argument("--list", action="store_true", help="name the parts, with their last outcomes")
    asked = reading.parse_args(words)
    PLACE.mkdir(parents=True, exist_ok=True)
    kept = PLACE / "outcomes.json"
    outcomes = {name: Outcome(**each) for name, each in json.loads(kept.read_text("utf-8")).items()} if kept.exists() else {}
    at, red = state(), False
    for part in [] if asked.list else [part for part in known if part.name in asked.names or not asked.names]:
        if part.missing:
            red |= os.environ.get("XMLSVC_REQUIRE_ALL", "") not in {"", "0"}
            continue
        before = outcomes.get(part.name)
        if asked.names or at.endswith("+") or not (before and before.green and before.state == at):
            print(f"{part.name}: {part.what} …", end=" ", flush=True)
            outcomes[part.name] = run(part, at)
            print(outcomes[part.name].said, flush=True)
            kept.write_text(json.dumps({name: asdict(each) for name, each in outcomes.items()}, indent=1), "utf-8")
        red |= not outcomes[part.name].green
    print(table(outcomes, known))
    return int(red)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
