"""README.md's examples work as they are printed, against a real server."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.docs import console
from tests.left_out import require
from tests.server import XMLSVC, serving

README = (ROOT / "README.md").read_text("utf-8")


def test_examples(tmp_path: Path) -> None:
    require(shutil.which("curl"), "the README's curl examples (no curl: apt-get install curl)")
    for folder in ("samples", "schemas"):
        (tmp_path / folder).symlink_to(ROOT / folder)
    environment = {"PATH": f"{Path(sys.executable).parent}{os.pathsep}/usr/bin:/bin", "HOME": str(tmp_path), "LC_ALL": "C.UTF-8"}
    made = subprocess.run([XMLSVC, "demo", tmp_path / "demo"], capture_output=True, text=True, env=environment, check=True).stdout
    words = dict(line.split(":", 1) for line in made.splitlines() if ":" in line)
    with serving(tmp_path / "demo") as server:
        environment |= {"TOKEN": words["API token"].strip(), "URL": server.url}
        faults = console.run(console.examples(README), tmp_path, environment)
    assert not faults, "\n\n".join(faults)


def test_there_are_examples() -> None:
    commands = "".join(example.command for example in console.examples(README))
    assert commands.count("curl") >= 4
    assert commands.count("xmlsvc") >= 5


@pytest.mark.parametrize(("expected", "output", "same"), [("201\n", "201", True), ("a…z\n", "a\nb\nz\n", True), ("201", "202", False)])
def test_what_counts_as_the_same(expected: str, output: str, same: bool) -> None:
    assert console.matches(expected, output) is same


WRONG = """```console
$ echo one \\
  two
one two
$ echo three
four
```
```sh
X=1
false
```
<!-- not run: why -->
```sh
exit 3
```
```console
$ echo $X
1
```
"""


def test_a_wrong_example_is_found(tmp_path: Path) -> None:
    faults = console.run(console.examples(WRONG), tmp_path, {"PATH": "/usr/bin:/bin"})
    assert [fault.split(" ended")[0].split(" printed")[0] for fault in faults] == ["line 5", "line 9"]
