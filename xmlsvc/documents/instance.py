"""Instances: a directory with settings, vocabularies, stylesheets and what the service writes.

    init(directory)     xmlsvc.toml  schemas/  xslt/  var/  → database → the built-in vocabularies → one partner, "house"
    migrate(directory)  the database's tables at this release's state
"""

from __future__ import annotations

import shutil
from pathlib import Path

from .. import builtin
from .. import settings as settings_module
from ..clock import Clock
from ..errors import EnvironmentFault, UsageError
from ..schema.vocabulary import Manifest
from ..settings import Settings
from ..storage import migrate as migration
from ..storage.sessions import Sessions
from . import accounts, services, vocabularies
from .access import OPERATOR

HOUSE = ("house", "In-house")


def init(
    directory: str | Path, database: str | None = None, *, bare: bool = False, guests: bool = False, clock: Clock | None = None
) -> Settings:
    """Make a new instance and its tables. `database`: a Storm URI (default: SQLite in var/); `bare`: no vocabularies;
    `guests`: the setting of that name.

    Raises UsageError when the directory holds something already, EnvironmentFault when directory or database cannot be used.
    """
    directory = Path(directory).absolute()
    if not str(directory).isprintable():
        raise UsageError(f"The path {str(directory)!r} holds characters that cannot be shown. Choose another one.")
    if directory.exists() and any(directory.iterdir()):
        what = "is an instance already" if (directory / "xmlsvc.toml").exists() else "is not empty"
        raise UsageError(f"{directory} {what}. Give a directory that is empty or does not exist.")
    existed = directory.exists()
    directory.mkdir(parents=True, exist_ok=True)
    try:
        (directory / "xmlsvc.toml").touch(mode=0o640, exist_ok=False)  # claims it, once; the database URI may hold a password
    except FileExistsError:
        raise UsageError(f"{directory} is an instance already. Give a directory that is empty or does not exist.") from None
    try:
        settings = _lay_out(directory, database, bare, guests)
        _fill(settings, clock)
    except BaseException:  # whatever ended it, half an instance must not stay
        clear(directory, existed)
        raise
    return settings


def _fill(settings: Settings, clock: Clock | None) -> None:
    """The database, its first partner and the vocabularies."""
    sessions = Sessions(services.database_uri(settings), clock)
    try:
        migration.upgrade(sessions)
    finally:
        sessions.close()
    with services.open(settings.directory, clock) as house:
        accounts.add_partner(house, OPERATOR, *HOUSE)
        for folder in sorted(path for path in settings.schemas.iterdir() if path.is_dir()):
            _register(house, folder)


def clear(directory: Path, existed: bool) -> None:
    """After a failure: the directory as it was found, absent or empty, so that the same command can be given again."""
    if not existed:
        shutil.rmtree(directory, ignore_errors=True)
        return
    for path in directory.iterdir():
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink()


def _lay_out(directory: Path, database: str | None, bare: bool, guests: bool) -> Settings:
    """The directories and the commented xmlsvc.toml."""
    text = settings_module.template()
    if database is not None:
        if not database.isprintable() or '"' in database or "\\" in database:
            raise UsageError("The database URI holds characters that a URI cannot have; write them as %XX.")
        text = text.replace("\n# database = ", f'\ndatabase = "{database}"\n# database = ', 1)
    if guests:
        text = text.replace("\n# guests = ", "\nguests = true\n# guests = ", 1)
    (directory / "var").mkdir(parents=True, exist_ok=True)
    (directory / "xmlsvc.toml").write_text(text, "utf-8")
    for kind in ("schemas", "xslt"):
        target = directory / kind
        if bare:
            target.mkdir(exist_ok=True)
        else:
            shutil.copytree(builtin.path(kind), target, ignore=shutil.ignore_patterns("__pycache__", "*.py"))
    return settings_module.load(directory)


def _register(house: services.Services, folder: Path) -> None:
    """Every version that the vocabulary's manifest names."""
    for version, entry in Manifest.load(folder).versions.items():
        vocabularies.add(house, OPERATOR, folder.name, [folder / path for path in entry.schemas], version)


def migrate(directory: str | Path, clock: Clock | None = None) -> bool:
    """Bring the tables to this release's state; whether that changed anything. Raises EnvironmentFault for a newer database."""
    settings = settings_module.load(directory)
    sessions = Sessions(services.database_uri(settings), clock)
    try:
        try:
            migration.check(sessions)
            changed = False
        except EnvironmentFault:
            migration.upgrade(sessions)
            changed = True
    finally:
        sessions.close()
    with services.open(directory, clock) as house:
        for name in house.registry.names():
            for schema in house.registry.versions(name):
                vocabularies.ensure(house, schema)
    return changed
