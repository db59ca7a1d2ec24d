"""A whole instance in one file, taken while it is used; and an instance made of such a file.

    FILE.tar.gz    backup.json   which program made it, when, of which database
                   database/     SQLite's own online copy, or what mariadb-dump wrote in one transaction
                   instance/     xmlsvc.toml, schemas, stylesheets, closed schema sets, generated classes

The database is copied first: whatever schema a revision in it refers to is then among the files, which are only ever added to.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath

from storm.uri import URI

from .. import __version__
from .. import settings as settings_module
from ..documents import instance
from ..documents import services as service_module
from ..documents.services import Services
from ..errors import EnvironmentFault, UsageError
from ..settings import Settings
from ..storage.sessions import Sessions
from . import verify

FORMAT = 1
_KEPT = ("xmlsvc.toml", "schemas", "xslt", "var/store", "var/generated")
_PAGES = 1000  # of SQLite, copied between two looks at whether somebody wants to write


@dataclass(frozen=True, kw_only=True)
class Backup:
    """What backup.json says: the file's format, the program's version, the instant (ISO 8601), the dialect."""

    format: int
    program: str
    created: str
    database: str


def backup(services: Services, target: Path) -> Backup:
    """Write the instance to `target`, which then is complete and readable by its owner alone; nothing stops meanwhile.

    Raises UsageError where there is such a file, EnvironmentFault where it cannot be written or the database cannot be copied.
    """
    if target.exists():
        raise UsageError(f"{target} exists. Give a new name; backups are not overwritten.")
    try:
        with tempfile.TemporaryDirectory(prefix=f".{target.name}.", dir=target.absolute().parent) as scratch:
            copy = Path(scratch) / "database"
            created = services.clock.now().isoformat()
            _copied(services, copy)
            made = Backup(format=FORMAT, program=__version__, created=created, database=services.sessions.dialect)
            whole = Path(scratch) / "whole"
            with tarfile.open(whole, "x:gz", compresslevel=3) as archive:
                _add_text(archive, "backup.json", json.dumps(asdict(made), indent=2))
                archive.add(copy, "database/copy")
                for name in _KEPT:
                    if (services.settings.directory / name).exists():
                        archive.add(services.settings.directory / name, f"instance/{name}", filter=_wanted)
            whole.chmod(0o600)
            with whole.open("rb") as written:
                os.fsync(written.fileno())
            whole.rename(target)
    except OSError as error:
        raise EnvironmentFault(f"The backup {target} cannot be written: {error.strerror or error}.") from error
    return made


def _add_text(archive: tarfile.TarFile, name: str, text: str) -> None:
    entry = tarfile.TarInfo(name)
    entry.size = len(text.encode())
    archive.addfile(entry, io.BytesIO(text.encode()))


def _wanted(entry: tarfile.TarInfo) -> tarfile.TarInfo | None:
    return None if "__pycache__" in entry.name else entry


def _copied(services: Services, target: Path) -> None:
    """Copy the database as of one instant."""
    if services.sessions.dialect == "sqlite":
        file = services.sessions.database.filename
        with contextlib.closing(sqlite3.connect(file)) as source, contextlib.closing(sqlite3.connect(target)) as copy:
            source.backup(copy, pages=_PAGES)
        return
    with target.open("wb") as output:
        words = ["--single-transaction", "--quick", "--hex-blob", "--skip-lock-tables", "--no-tablespaces"]
        _client("mariadb-dump", words, services.settings, stdout=output)


def _client(program: str, words: list[str], settings: Settings, **streams: io.BufferedWriter | io.BufferedReader) -> None:
    """Run one of MariaDB's own programs on the instance's database (its primary); the password goes by a file that only we can read."""
    if shutil.which(program) is None:
        raise EnvironmentFault(f"{program} is not installed. Install MariaDB's client programs: apt-get install mariadb-client")
    uri = URI(service_module.database_uri(settings))
    host = (uri.host or "127.0.0.1").split(",")[0]
    name, _, port = host.partition(":")
    lines = ["[client]", f"host={name}", f"port={port or uri.port or 3306}", f"user={uri.username or ''}"]
    lines.append(f'password="{uri.password or ""}"')
    named = {"unix_socket": "socket", "ssl_ca": "ssl-ca", "ssl_cert": "ssl-cert", "ssl_key": "ssl-key"}
    lines += [f"{theirs}={uri.options[ours]}" for ours, theirs in named.items() if ours in uri.options]
    with tempfile.NamedTemporaryFile("w", suffix=".cnf") as access:  # mode 600
        access.write("\n".join(lines) + "\n")
        access.flush()
        command = [program, f"--defaults-extra-file={access.name}", *words, uri.database]
        done = subprocess.run(command, stderr=subprocess.PIPE, check=False, **streams)  # type: ignore[call-overload]
    if done.returncode:
        raise EnvironmentFault(f"{program} failed: {done.stderr.decode('utf-8', 'replace').strip()}")


def restore(source: Path, directory: Path, database: str | None = None) -> Iterator[str]:
    """Make an instance of a backup in `directory`, which must not exist or be empty; yields a sentence for each step that is done.

    `database`: another Storm URI than the one in the backup, of an empty database. At the end every content's digest has been checked.
    Raises UsageError for a file that is no backup or a place that is taken, EnvironmentFault for the database.
    """
    existed = directory.exists()
    if existed and any(directory.iterdir()):
        raise UsageError(f"{directory} is not empty. Give a directory that is empty or does not exist.")
    try:
        with tarfile.open(source, "r:*") as archive:
            made = _described(source, archive)
            yield f"{source} was made by xmlsvc {made.program} on {made.created}"
            directory.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=directory) as scratch:
                _unpack(archive, directory, Path(scratch))
                settings = _settings(directory, database)
                yield f"The files are in {directory}"
                _put_back(settings, made, Path(scratch) / "copy")
        yield f"The database is {service_module.database_place(settings)}"
    except BaseException as error:  # whatever ended it, half an instance must not stay
        instance.clear(directory, existed)
        if isinstance(error, tarfile.TarError | EOFError | OSError):
            raise UsageError(f"{source} cannot be read as a backup: {error}.") from error
        raise
    with service_module.open(directory) as services:
        found = [fault for _, faults in verify.verify(services) for fault in faults]
        if found:
            raise EnvironmentFault(f"{len(found)} faults in what was restored; the first: {found[0]}")
        yield f"{verify.count(services)} contents have their digests"


def _described(source: Path, archive: tarfile.TarFile) -> Backup:
    try:
        entry = archive.extractfile("backup.json")
        made = Backup(**json.load(entry)) if entry else None
    except (KeyError, TypeError, ValueError):
        made = None
    if made is None:
        raise UsageError(f"{source} is no backup of xmlsvc: it has no backup.json that can be read.")
    if made.format != FORMAT:
        raise UsageError(f"{source} has format {made.format}; this program knows {FORMAT}. Restore it with xmlsvc {made.program}.")
    return made


def _unpack(archive: tarfile.TarFile, directory: Path, scratch: Path) -> None:
    """Plain files and directories, each below its own folder: whatever else is in the archive is refused."""
    for entry in archive:
        path = PurePosixPath(entry.name)
        if entry.isdir() or entry.name == "backup.json":
            continue
        if not entry.isreg() or ".." in path.parts or path.parts[0] not in ("instance", "database") or len(path.parts) < 2:
            raise UsageError(f"The archive holds {entry.name!r}, which no backup does. It was not made by xmlsvc backup.")
        target = (directory if path.parts[0] == "instance" else scratch).joinpath(*path.parts[1:])
        target.parent.mkdir(parents=True, exist_ok=True)
        content = archive.extractfile(entry)
        assert content is not None
        with target.open("xb") as output:
            shutil.copyfileobj(content, output)
    (directory / "xmlsvc.toml").chmod(0o640)


def _settings(directory: Path, database: str | None) -> Settings:
    if database is not None:
        file = directory / "xmlsvc.toml"
        kept = [line for line in file.read_text("utf-8").splitlines() if not line.startswith("database =")]
        file.write_text("\n".join([kept[0], "", f"database = {json.dumps(database)}", *kept[1:], ""]), "utf-8")
    return settings_module.load(directory)


def _put_back(settings: Settings, made: Backup, copy: Path) -> None:
    sessions = Sessions(service_module.database_uri(settings))
    try:
        if sessions.dialect != made.database:
            raise UsageError(f"The backup is of {made.database}, the database of the restored instance is {sessions.dialect}.")
        if made.database == "sqlite":
            target = Path(sessions.database.filename)
            if target.exists():
                raise UsageError(f"{target} exists. Move it away, or give another database with --database.")
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(copy, target)
            return
        if sessions.read(lambda store: store.execute("SHOW TABLES").get_one()):
            place = service_module.database_place(settings)
            raise UsageError(f"{place} has tables already. Make an empty database, and give it with --database.")
    finally:
        sessions.close()
    with copy.open("rb") as given:
        _client("mariadb", [], settings, stdin=given)
