"""What every use case needs, opened once for a process: settings, clock, registry, database."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from storm.exceptions import Error as DatabaseError

from .. import settings as settings_module
from ..clock import Clock
from ..errors import EnvironmentFault, Unavailable
from ..schema.registry import Registry
from ..settings import Settings
from ..storage import migrate
from ..storage.sessions import Sessions
from ..xml.parser import Limits


@dataclass(frozen=True, eq=False)
class Services:
    """One open instance. Close it, or use it in a `with` block. Open it after a fork, not before."""

    settings: Settings
    clock: Clock
    registry: Registry
    sessions: Sessions
    limits: Limits

    def close(self) -> None:
        """Finish the writes that wait and close the database. Idempotent."""
        self.sessions.close()

    def __enter__(self) -> Services:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


def database_uri(settings: Settings) -> str:
    """The instance's Storm URI, a relative SQLite path taken from the instance's directory."""
    scheme, colon, rest = settings.database.partition(":")
    if not scheme.startswith("sqlite") or rest.startswith("/"):
        return settings.database
    path, mark, options = rest.partition("?")
    # Storm's URIs un-escape byte by byte, so only what would be read as syntax is escaped.
    directory = str(settings.directory).replace("%", "%25").replace("?", "%3F")
    return f"{scheme}{colon}{directory}/{path}{mark}{options}"


def database_place(settings: Settings) -> str:
    """The instance's Storm URI without user and password, for messages to the operator."""
    return re.sub(r"//[^/]*@", "//", database_uri(settings))


def open(directory: str | Path, clock: Clock | None = None) -> Services:
    """The instance in `directory`. Raises EnvironmentFault for no instance, no database, or one whose tables are not this release's
    (the message says what to run)."""
    settings = settings_module.load(directory)
    clock = clock or Clock()
    sessions = Sessions(database_uri(settings), clock, settings.slow_unit_ms / 1000)
    try:
        try:
            migrate.check(sessions)
        except EnvironmentFault as error:
            if isinstance(error, Unavailable) or not isinstance(error.__cause__, DatabaseError):
                raise
            said = f"The database {database_place(settings)} cannot be used: {error.__cause__}. To see what is wrong: xmlsvc doctor"
            raise EnvironmentFault(said) from error
        registry = Registry(settings)
    except BaseException:
        sessions.close()
        raise
    return Services(settings, clock, registry, sessions, Limits.of(settings))
