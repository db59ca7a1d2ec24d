"""The demonstration instance, verify and doctor."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.documents.notes import note
from xmlsvc import errors
from xmlsvc import settings as settings_module
from xmlsvc.batch import demo as demo_module
from xmlsvc.batch import doctor, verify
from xmlsvc.documents import accounts, instance, search, services, submit, users
from xmlsvc.documents.access import OPERATOR
from xmlsvc.documents.services import Services


def faults(house: Services) -> list[str]:
    return [fault for _, found in verify.verify(house) for fault in found]


def test_verify_finds_damage_and_what_is_missing(house: Services) -> None:
    first = submit.submit(house, OPERATOR, note("One"), submit.Options(name="one"))
    second = submit.submit(house, OPERATOR, note("Two"), submit.Options(name="two"))
    assert faults(house) == [] and verify.count(house) == 2

    def damage(store):  # type: ignore[no-untyped-def]
        if house.sessions.dialect == "sqlite":
            store.execute("PRAGMA defer_foreign_keys = ON")
        store.execute("UPDATE content SET encoding = 'raw', data = ? WHERE digest = ?", (b"<other/>", first.receipt.digest))

    house.sessions.write(damage)
    (fault,) = faults(house)
    assert first.receipt.digest in fault and "backup" in fault and second.receipt.digest not in fault


def test_doctor_on_a_sound_instance(house: Services) -> None:
    found = {finding.what: finding for finding in doctor.examine(house.settings.directory)}
    assert not [finding for finding in found.values() if finding.level == "FAULT"]
    assert found["note@1"].level == "ok" and found["users"].level == "note"


def test_doctor_names_what_is_wrong(tmp_path: Path, database: str) -> None:
    assert list(doctor.examine(tmp_path))[-1].level == "FAULT"
    (tmp_path / "xmlsvc.toml").write_text(f'database = "{database}"\n', "utf-8")
    for name in ("schemas", "var"):
        (tmp_path / name).mkdir()
    found = {finding.what: finding for finding in doctor.examine(tmp_path)}
    assert found[str(tmp_path / "xslt")].level == "FAULT"
    assert "xmlsvc migrate" in found["database"].sentence
    assert instance.migrate(tmp_path) and not instance.migrate(tmp_path)
    found = {finding.what: finding for finding in doctor.examine(tmp_path)}
    assert found["database"].level == "ok"


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    instance.init(tmp_path / "a", bare=True)
    (tmp_path / "a" / "var" / "xmlsvc.db").write_bytes(b"not a database, whatever it is called" * 100)
    with pytest.raises(errors.EnvironmentFault, match=r"var/xmlsvc\.db is no SQLite database\. .* xmlsvc restore"):
        services.open(tmp_path / "a")
    fault = {finding.what: finding for finding in doctor.examine(tmp_path / "a")}["database"]
    assert fault.level == "FAULT" and "var/xmlsvc.db" in fault.sentence


@pytest.mark.parametrize(("text", "environ", "said"), [
    ("max_body_bytes = -4", {}, r"max_body_bytes \(.*/xmlsvc\.toml\) must be a whole number, 1 or more, but it is “-4”"),
    ("threads = 0", {}, "threads .* must be a whole number, 1 or more"),
    ("max_depth = 1.5", {}, "max_depth .* “1.5”"),
    ("bind = 3", {}, "bind .* must be text in quotes"),
    ("", {"XMLSVC_GUESTS": "perhaps"}, r"guests \(XMLSVC_GUESTS in the environment\) must be true or false, but it is “perhaps”"),
])  # fmt: skip
def test_a_setting_that_cannot_be_says_where_and_what_it_must_be(tmp_path: Path, text: str, environ: dict[str, str], said: str) -> None:
    (tmp_path / "xmlsvc.toml").write_text(text, "utf-8")
    with pytest.raises(errors.EnvironmentFault, match=said):
        settings_module.load(tmp_path, environ)


def test_an_old_database_is_refused_with_the_command_that_mends_it(tmp_path: Path, database: str) -> None:
    (tmp_path / "xmlsvc.toml").write_text(f'database = "{database}"\n', "utf-8")
    with pytest.raises(errors.EnvironmentFault, match="xmlsvc migrate"):
        services.open(tmp_path)


def test_init_lays_out_an_instance_and_touches_no_other_directory(tmp_path: Path) -> None:
    made = instance.init(tmp_path / "a ? é")
    assert sorted(path.name for path in made.directory.iterdir()) == ["schemas", "var", "xmlsvc.toml", "xslt"]
    assert (made.directory / "var" / "xmlsvc.db").is_file()
    with services.open(made.directory) as house:
        assert [schema.name for schema in house.registry.versions("programme")] == ["programme@1.0", "programme@1.1"]
        assert house.registry.get("programme").version == "1.1"
        assert [partner.name for partner in accounts.partners(house)] == ["house"]
    with pytest.raises(errors.UsageError, match="is an instance already"):
        instance.init(made.directory)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter.txt").write_text("dear", "utf-8")
    with pytest.raises(errors.UsageError, match="is not empty"):
        instance.init(tmp_path / "full")
    assert [path.name for path in (tmp_path / "full").iterdir()] == ["letter.txt"]


@pytest.mark.parametrize("database", ["postgres://h/d", "mysql+pymysql://u:p@127.0.0.1:1/d", 'sqlite+wal:"'])
def test_init_leaves_nothing_when_it_fails_so_that_it_can_be_given_again(tmp_path: Path, database: str) -> None:
    (tmp_path / "empty").mkdir()
    for directory in (tmp_path / "new", tmp_path / "empty"):
        with pytest.raises(errors.Error, match="database"):
            instance.init(directory, database, bare=True)
    assert [path.name for path in tmp_path.iterdir()] == ["empty"] and not any((tmp_path / "empty").iterdir())
    assert instance.init(tmp_path / "new", bare=True).directory == tmp_path / "new"


def test_the_demo_shows_good_and_bad_and_can_be_run_again(tmp_path: Path, database: str) -> None:
    made = demo_module.demo(tmp_path / "demo", database)
    with services.open(tmp_path / "demo") as house:
        actor = accounts.authenticate(house, made.token)
        assert users.login(house, made.login, made.password)[1].role == "publisher"
        mine = search.find(house, actor, search.Query(limit=200)).items
        assert mine and {item.partner for item in mine} == {"nordlys"}
        everything = search.find(house, OPERATOR, search.Query(limit=200)).items
        assert {item.valid for item in everything} == {True, False} and len({item.partner for item in everything}) == 3
    again = demo_module.demo(tmp_path / "demo")
    assert again.loaded == {}
    with services.open(tmp_path / "demo") as house:
        assert search.find(house, OPERATOR, search.Query(limit=200)).items == everything
        users.login(house, again.login, again.password)
