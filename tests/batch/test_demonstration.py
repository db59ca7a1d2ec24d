"""The demonstration of docs/runs.md, from a candidate schema to the publications that change, by the command line alone."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from xmlsvc import builtin
from xmlsvc.cli import main


class Shell:
    """`xmlsvc --instance HOME …`; keeps what was said."""

    def __init__(self, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self._home, self._capsys = home, capsys
        self.out = self.err = ""

    def __call__(self, line: str) -> int:
        code = main(["--instance", str(self._home), *line.split()])
        self.out, self.err = self._capsys.readouterr()
        return code


def test_from_a_candidate_to_what_goes_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home, following, out = tmp_path / "instance", tmp_path / "next", tmp_path / "out"
    assert main(["init", str(home)]) == 0
    shell = Shell(home, capsys)
    samples = [path for path in sorted((builtin.path("samples") / "valid").iterdir()) if b"programme/1.0" not in path.read_bytes()]
    (tmp_path / "in").mkdir()
    for path in samples:
        shutil.copy(path, tmp_path / "in" / path.name)
    shell(f"load {tmp_path}/in --quiet")
    assert shell(f"publish --vocabulary programme --format mrss --to {out}") == 0
    published = {path: path.read_bytes() for path in out.rglob("*.rss")}
    assert len(published) > 10

    # The next version: a genre is written with a capital, titles are to be short.
    shutil.copytree(builtin.path("schemas") / "programme" / "1.1", following)
    text = (following / "description.xsd").read_text("utf-8")
    text = text.replace('<xs:enumeration value="music">', '<xs:enumeration value="Music">').replace(
        '<xs:maxLength value="160"/>', '<xs:maxLength value="40"/>')  # fmt: skip
    (following / "description.xsd").write_text(text, "utf-8")

    # What would it break?
    assert shell(f"vocabulary try programme {following}/programme.xsd --executor serial --report {tmp_path}/next.html") == 1
    broken = int(re.search(r"(\d+) newly-broken", shell.err)[1])  # type: ignore[index]
    assert broken >= 2 and "music" in shell.err and "characters" in shell.err
    assert "<svg" in (tmp_path / "next.html").read_text("utf-8")

    # Registered, it judges nobody yet.
    assert shell(f"vocabulary add programme {following}/programme.xsd --version 1.2") == 0
    assert shell("vocabulary diff programme 1.1 1.2") == 1
    assert "tightened\ttype TitleTextType\tIt must have at most 40 characters, instead of 160." in shell.out
    assert "It may not be “music” any more." in shell.out
    assert shell("revalidate --vocabulary programme@1.2 --executor serial") == 1
    run = re.search(r"Run (\w{26})", shell.err)[1]  # type: ignore[index]
    causes = dict(reversed(pair) for pair in re.findall(r"(?m)^(\w{16})\t[\d,]+ documents?\t(.*)$", shell.err))
    (genre,) = [cause for sentence, cause in causes.items() if "music" in sentence]

    # What can be done about it, seen in the bytes, then done.
    assert shell(f"fix {run} {genre}") == 0
    assert "Write it in" not in shell.out or "Music" in shell.out
    assert '"music" -> "Music"' in shell.out and "(takes something away)" not in shell.out.split("\n2.")[0]
    assert shell(f"fix {run} {genre} --preview") == 0
    removed, added = ([line for line in shell.out.splitlines() if line.startswith(sign)] for sign in "-+")
    assert removed and [line.replace("music<", "Music<")[1:] for line in removed] == [line[1:] for line in added], "one word in one line"
    assert shell(f"fix {run} {genre} --apply") in (0, 1)
    fixed = int(re.search(r"(\d+) fixed", shell.err)[1])  # type: ignore[index]
    assert fixed >= 1

    # What is left is decided with open eyes; then only what changed goes out.
    shell("revalidate --vocabulary programme@1.2 --executor serial")
    left = re.search(r"(\d+) newly-broken", shell.err)
    assert left is None or int(left[1]) < broken
    assert shell("vocabulary activate programme 1.2") == 0 and "By the run" in shell.out
    assert shell(f"publish --vocabulary programme --format mrss --changed --to {out}") == 0
    after = {path: path.read_bytes() for path in out.rglob("*.rss")}
    changed = [path for path in after if after[path] != published.get(path)]
    assert after.keys() == published.keys() and 0 < len(changed) <= fixed
    assert shell("vocabulary activate programme --back") == 0
