"""Every verb as a shell sees it: output, exit code, one clear line for an error."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.documents import notes
from tests.documents.notes import BROKEN, note
from xmlsvc import builtin, cli
from xmlsvc.batch import bulk, moving
from xmlsvc.documents import services
from xmlsvc.documents.access import OPERATOR
from xmlsvc.documents.search import Query, find


@pytest.fixture
def xsd(tmp_path: Path) -> dict[str, Path]:
    return notes.write(tmp_path / "xsd")


class Shell:
    """Runs verbs against one instance; `out` and `err` of the last one."""

    def __init__(self, instance: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.instance, self._capsys = instance, capsys
        self.out = self.err = ""

    def __call__(self, *words: str | Path) -> int:
        self._capsys.readouterr()
        code = cli.main(["--instance", str(self.instance), *map(str, words)])
        self.out, self.err = self._capsys.readouterr()
        return code


@pytest.fixture
def shell(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Shell:
    """An instance with the vocabulary `note`."""
    made = Shell(tmp_path / "instance", capsys)
    assert made("init", made.instance, "--bare") == 0
    for version, path in notes.write(tmp_path / "xsd").items():
        assert made("vocabulary", "add", "note", path, "--version", version) == 0
    return made


def files(folder: Path) -> Path:
    folder.mkdir()
    (folder / "good.xml").write_bytes(note("Good", pages="1"))
    (folder / "bad.xml").write_bytes(BROKEN)
    (folder / "cut.xml").write_bytes(b"<note\n")
    return folder


@pytest.mark.parametrize("name", ["a%41b", "a?#%20 é&<\"'=;\\"])
def test_an_instance_may_lie_in_any_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    """Whatever the name means in the addresses that schema processors and databases read."""
    made = Shell(tmp_path / name, capsys)
    assert made("init", made.instance) == 0, made.err
    assert made("load", builtin.path("samples") / "valid" / "clip-web-only.xml") == 0, made.out
    assert made("publish", "--to", tmp_path / "out") == 0, made.err
    assert made("vocabulary", "add", "other", builtin.path("schemas") / "programme" / "1.1" / "programme.xsd") == 0, made.err
    assert made("verify") == made("doctor") == 0, made.out


def test_an_instance_may_not_lie_in_a_folder_that_cannot_be_shown(tmp_path: Path, shell: Shell) -> None:
    assert shell("init", tmp_path / "two\nlines") == 2
    assert "cannot be shown" in shell.err and not (tmp_path / "two\nlines").exists()


# -- without an instance ------------------------------------------------------------------------------------------------------


def test_the_verbs_are_a_public_name(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["--help"])
    assert ended.value.code == 0
    text = capsys.readouterr().out
    for verb in ("init", "demo", "serve", "migrate", "doctor", "vocabulary", "validate", "bind", "sample", "infer", "load", "revalidate",
                 "run", "verify", "partner", "token", "user"):  # fmt: skip
        assert f"    {verb} " in text


@pytest.mark.parametrize("verb", cli.VERBS)
def test_each_verb_has_help_with_an_example(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main([verb, "--help"])
    assert ended.value.code == 0
    text = capsys.readouterr().out
    assert "example" in text and f"xmlsvc {verb}" in text.replace("--instance var/demo ", "").replace("--instance /srv/metadata ", "")


@pytest.mark.parametrize("words", [[], ["dance"], ["load"], ["validate", "--report", "pdf", "a.xml"], ["token", "add"]])
def test_a_wrong_command_line_ends_with_2(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(words)
    assert ended.value.code == 2 and "usage:" in capsys.readouterr().err


def test_validate_prints_what_compilers_print(tmp_path: Path, xsd: dict[str, Path], capsys: pytest.CaptureFixture[str]) -> None:
    folder = files(tmp_path / "in")
    assert cli.main(["validate", "--schema", str(xsd["1"]), str(folder / "good.xml")]) == 0
    assert capsys.readouterr() == ("", "1 valid, 0 invalid\n")
    assert cli.main(["validate", "--schema", str(xsd["1"]), str(folder)]) == 1
    out, err = capsys.readouterr()
    assert err == "1 valid, 2 invalid\n"
    lines = [line for line in out.splitlines() if not line.startswith(" ")]
    assert lines[0].startswith(f"{folder}/bad.xml:3:1: cvc-") and "tomorrow" in lines[0]
    assert lines[-1].startswith(f"{folder}/cut.xml:") and " xml-wf " in lines[-1]


def test_validate_reports_json_and_html(tmp_path: Path, xsd: dict[str, Path], capsys: pytest.CaptureFixture[str]) -> None:
    folder = files(tmp_path / "in")
    (folder / "<b>.xml").write_bytes(BROKEN)
    assert cli.main(["validate", "--schema", str(xsd["1"]), "--report", "json", str(folder)]) == 1
    report = json.loads(capsys.readouterr().out)
    assert [Path(each["name"]).name for each in report["documents"]] == ["<b>.xml", "bad.xml", "cut.xml", "good.xml"]
    assert [each["valid"] for each in report["documents"]] == [False, False, False, True]
    bad = report["documents"][1]
    assert bad["schema"]["digest"].startswith("sha256:") and bad["violations"][0]["line"] == 3
    assert cli.main(["validate", "--schema", str(xsd["1"]), "--report", "html", str(folder)]) == 1
    html = capsys.readouterr().out
    assert html.startswith("<!DOCTYPE html>") and "&lt;b&gt;.xml" in html and "<b>.xml" not in html and "http" not in html


def test_validate_reads_archives_and_standard_input(
    tmp_path: Path, xsd: dict[str, Path], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with zipfile.ZipFile(tmp_path / "in.zip", "w") as archive:
        archive.writestr("good.xml", note())
        archive.writestr("read.me", "hello")
    assert cli.main(["validate", "--schema", str(xsd["1"]), str(tmp_path / "in.zip")]) == 0
    assert "read.me: skipped" in capsys.readouterr().err
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(BROKEN)))
    assert cli.main(["validate", "--schema", str(xsd["1"]), "-"]) == 1
    assert capsys.readouterr().out.startswith("-:3:1: cvc-")


@pytest.mark.parametrize(("words", "code", "say"), [
    (["validate", "--schema", "{xsd}", "nowhere.xml"], 2, "nowhere.xml does not exist"),
    (["validate", "--schema", "nowhere.xsd", "{good}"], 2, "nowhere.xsd does not exist"),
    (["validate", "--schema", "{good}", "{good}"], 1, "good.xml"),
    (["validate", "--schema", ".", "{good}"], 1, "is a directory"),
    (["validate", "{good}"], 3, "xmlsvc init"),
    (["validate", "{good}"], 3, "--schema XSD"),
    (["load", "{good}"], 3, "xmlsvc init"),
])  # fmt: skip
def test_errors_are_one_clear_line(
    tmp_path: Path, xsd: dict[str, Path], capsys: pytest.CaptureFixture[str], words: list[str], code: int, say: str
) -> None:
    folder = files(tmp_path / "in")
    words = [word.format(xsd=xsd["1"], good=folder / "good.xml") for word in words]
    assert cli.main(["--instance", str(tmp_path), *words]) == code
    out, err = capsys.readouterr()
    assert out == "" and err.startswith("xmlsvc: ") and say in err and "Traceback" not in err


# -- with one ---------------------------------------------------------------------------------------------------------------


def test_what_is_wrong_with_a_schema_is_said_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.xml").write_text("<a/>")
    for missing in (["b.xsd"], ["b.xsd", "c.xsd"]):
        includes = "".join(f'\n<xs:include schemaLocation="{name}"/>' for name in missing)
        (tmp_path / "a.xsd").write_text(f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">{includes}</xs:schema>')
        assert cli.main(["validate", "--schema", str(tmp_path / "a.xsd"), str(tmp_path / "a.xml")]) == 1
        said = capsys.readouterr().err
        assert [said.count(f"“{name}” that xs:include names") for name in missing] == [1] * len(missing)
    (tmp_path / "a.xsd").write_text("<xs:schema")
    assert cli.main(["validate", "--schema", str(tmp_path / "a.xsd"), str(tmp_path / "a.xml")]) == 1
    assert capsys.readouterr().err.count("\n") == 1


def test_that_there_was_nothing_to_judge_is_said(tmp_path: Path, xsd: dict[str, Path], capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "in").mkdir()
    assert cli.main(["validate", "--schema", str(xsd["1"]), str(tmp_path / "in")]) == 0
    assert "nothing was judged" in capsys.readouterr().err


@pytest.mark.parametrize("encoding", ["ascii", "iso-8859-1", "utf-8"])
def test_a_terminal_of_another_encoding_is_no_error(tmp_path: Path, xsd: dict[str, Path], encoding: str) -> None:
    (tmp_path / "é.xml").write_text('<?xml version="1.0"?><ünknown/>', "utf-8")
    words = [sys.executable, "-m", "xmlsvc.cli", "validate", "--schema", str(xsd["1"]), str(tmp_path / "é.xml")]
    environment = os.environ | {"PYTHONIOENCODING": encoding}
    text = subprocess.run(words, capture_output=True, env=environment, check=False)
    assert text.returncode == 1 and text.stdout.count(b"cvc-elt.1") == 1 and b"Traceback" not in text.stderr
    report = subprocess.run([*words, "--report", "json"], capture_output=True, env=environment, check=False)
    assert "ünknown" in json.loads(report.stdout.decode("utf-8"))["documents"][0]["violations"][0]["message"]


def test_load_prints_each_item_and_the_totals(shell: Shell, tmp_path: Path) -> None:
    folder = files(tmp_path / "in")
    assert shell("load", folder) == 1
    assert shell.err == "1 new, 1 quarantined, 1 refused\n"
    lines = shell.out.splitlines()
    assert [line.partition("\t")[0] for line in lines if "\t" in line] == ["quarantined", "refused", "new"]
    assert any(line.startswith(f"{folder}/bad.xml:3:1: cvc-") for line in lines)
    assert any(re.match(rf"{re.escape(str(folder))}/cut\.xml:\d+:\d+: ", line) for line in lines), "a refused one has its place, too"
    assert shell("load", folder / "good.xml") == 0 and shell.out.startswith("unchanged\t")
    assert shell("run", "list") == 0
    runs = [line.split("\t") for line in shell.out.splitlines()]
    assert [run[1:3] for run in runs] == [["load", "done"], ["load", "done"]]
    assert shell("run", "show", runs[1][0], "--outcome", "refused") == 0 and "cut.xml" in shell.out and "good.xml" not in shell.out
    assert shell("run", "show", "nothing") == 1
    assert shell("run", "undo", runs[1][0]) == 1 and "cannot be taken back" in shell.err
    assert shell("verify") == 0 and shell.err == "3 contents, 0 faults\n"
    assert shell("doctor") == 0


def test_a_run_is_taken_back(shell: Shell, tmp_path: Path) -> None:
    shell("load", files(tmp_path / "in"))
    with services.open(shell.instance) as house:
        (document,) = [item.id for item in find(house, OPERATOR, Query(valid=True)).items]
        run = moving.move(house, OPERATOR, bulk.Selection((document,)), "withdraw")
    assert shell("run", "work", "--once") == 0
    assert shell("run", "undo", run) == 0 and shell.err.endswith("1 undone\n")
    assert shell("run", "undo", run) == 1 and shell.err.endswith("1 already\n")


def test_load_asks_whose_documents_these_are_when_there_are_several_partners(shell: Shell, tmp_path: Path) -> None:
    folder = files(tmp_path / "in")
    assert shell("partner", "add", "nordlys", "Nordlys Media") == 0
    assert shell("load", folder) == 2 and "house, nordlys" in shell.err and "--partner" in shell.err
    assert shell("load", folder, "--partner", "nordlys", "--quiet") == 1 and shell.out == ""
    assert shell("partner", "list") == 0 and [line.split("\t")[:2] for line in shell.out.splitlines()] == [
        ["house", "In-house"], ["nordlys", "Nordlys Media"],
    ]  # fmt: skip
    with services.open(shell.instance) as house:
        assert {item.partner for item in find(house, OPERATOR, Query()).items} == {"nordlys"}


def test_validate_with_the_instances_vocabularies(shell: Shell, tmp_path: Path) -> None:
    folder = files(tmp_path / "in")
    assert shell("validate", folder / "good.xml") == 0
    assert shell("validate", "--vocabulary", "note@2", folder / "bad.xml") == 1
    assert shell("validate", "--vocabulary", "note@3", folder) == 1 and shell.out == "" and shell.err.count("\n") == 1
    with services.open(shell.instance) as house:
        assert find(house, OPERATOR, Query()).items == [], "validate stores nothing"


def test_vocabulary_verbs(shell: Shell, xsd: dict[str, Path]) -> None:
    assert shell("vocabulary", "list") == 0
    assert [line.split("\t")[:2] for line in shell.out.splitlines()] == [["note@1", "active"], ["note@2", "-"]]
    assert shell("vocabulary", "activate", "note", "2") == 0
    assert shell("vocabulary", "show", "note") == 0
    assert "note@2 (active)" in shell.out and "note_tag" in shell.out
    assert "root      note  in urn:test:note" in shell.out and "{" not in shell.out
    assert shell("vocabulary", "show", "nothing") == 1 and "nothing" in shell.err
    assert shell("vocabulary", "add", "Bad Name", xsd["1"]) == 2
    assert shell("vocabulary", "add", "note", xsd["2"], "--version", "1") == 1 and "other content" in shell.err
    xsd["1"].write_text("<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema'><xs:element name='a' type='b'/></xs:schema>", "utf-8")
    assert shell("vocabulary", "add", "broken", xsd["1"]) == 1 and "note.xsd:1" in shell.err


def test_revalidate_says_what_would_break(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "loose.xml").write_bytes(note("Loose"))
    (tmp_path / "in" / "bad.xml").write_bytes(BROKEN)
    shell("load", tmp_path / "in", "--quiet")
    assert shell("revalidate", "--executor", "serial") == 0 and shell.out == ""
    assert shell.err.startswith("Run ") and shell.err.endswith("\n1 still-broken, 1 still-valid\n")
    assert shell("revalidate", "--vocabulary", "note@2", "--executor", "serial") == 1
    assert shell.err.endswith("\n1 broken-otherwise, 1 newly-broken\n")
    first, second = shell.out.splitlines()
    assert first.startswith("newly-broken\t") and first.endswith("\thouse/loose.xml")
    assert second.startswith("house/loose.xml:") and " cvc-" in second
    assert shell("revalidate", "--vocabulary", "note@2", "--executor", "serial", "--all") == 1 and "house/bad.xml" in shell.out


def test_token_verbs(shell: Shell) -> None:
    assert shell("token", "add", "house", "--scope", "read", "--days", "30", "--label", "laptop") == 0
    secret = shell.out.strip()
    with services.open(shell.instance) as house:
        from xmlsvc.documents import accounts

        assert accounts.authenticate(house, secret).scopes == frozenset({"read"})
    assert shell("token", "list") == 0
    identity, owner, scopes, until, label = shell.out.rstrip("\n").split("\t")
    assert (owner, scopes, label) == ("house", "read", "laptop") and until.startswith("until ") and secret not in shell.out
    assert shell("token", "revoke", identity) == 0
    assert shell("token", "list", "house") == 0 and "revoked" in shell.out
    assert shell("token", "add", "house", "--days", "99999999") == 2 and "36,500 days" in shell.err
    assert shell("token", "revoke", "nothing") == 1 and shell("token", "add", "nobody") == 1


def test_user_verbs(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    from xmlsvc.documents import users

    for words, password in ((("add", "ada", "--role", "publisher"), "correct horse"), (("passwd", "ada"), "battery staple")):
        monkeypatch.setattr(sys, "stdin", io.StringIO(password + "\n"))
        assert shell("user", *words) == 0
        with services.open(shell.instance) as house:
            assert users.login(house, "ada", password)[1].role == "publisher"
    monkeypatch.setattr(sys, "stdin", io.StringIO("short\n"))
    assert shell("user", "passwd", "ada") == 2 and "8 to 1024" in shell.err


def test_migrate(shell: Shell) -> None:
    assert shell("migrate") == 0 and shell.out == "The database is up to date.\n"


def test_the_instance_can_come_from_the_environment_and_stand_after_the_verb(
    shell: Shell, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert cli.main(["partner", "--instance", str(shell.instance), "list"]) == 0
    monkeypatch.setenv("XMLSVC_INSTANCE", str(shell.instance))
    assert cli.main(["partner", "list"]) == 0
    assert capsys.readouterr().out.count("In-house") == 2


def test_a_reader_that_goes_away_is_no_error(shell: Shell) -> None:
    command = f"{sys.executable} -m xmlsvc.cli --instance {shell.instance} vocabulary list | head -0"
    done = subprocess.run(command, shell=True, capture_output=True, text=True)
    assert "Traceback" not in done.stderr and "BrokenPipe" not in done.stderr


SLOW = """
import logging, sys
from xmlsvc import cli
from xmlsvc.cli import doctor
doctor.run = lambda _: logging.getLogger("xmlsvc.storage").warning("slow unit: told") or 0
sys.exit(cli.main(sys.argv[1:]))
"""


def _run_slow(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", SLOW, *words, "doctor"], capture_output=True, text=True, check=True)


def test_what_is_for_the_log_is_not_on_the_terminal_unless_asked_for(tmp_path: Path) -> None:
    assert _run_slow("--instance", str(tmp_path)).stderr == ""
    assert "slow unit: told" in _run_slow("--instance", str(tmp_path), "-v").stderr
    (tmp_path / "xmlsvc.toml").write_text('log = "var/log/xmlsvc.log"\n', "utf-8")
    assert _run_slow("--instance", str(tmp_path)).stderr == ""
    assert "slow unit: told" in (tmp_path / "var" / "log" / "xmlsvc.log").read_text("utf-8")
    (tmp_path / "xmlsvc.toml").write_text('log = "xmlsvc.toml/log"\n', "utf-8")
    assert "cannot be written" in _run_slow("--instance", str(tmp_path)).stderr
