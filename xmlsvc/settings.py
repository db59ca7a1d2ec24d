"""All settings: one frozen dataclass, read from INSTANCE/xmlsvc.toml, overridden by XMLSVC_… in the environment.

The file, the environment, ``xmlsvc init`` (which writes the commented file) and the documentation come from `FIELDS` alone.
"""

from __future__ import annotations

import dataclasses
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cronsim import CronSim, CronSimError

from .errors import EnvironmentFault


@dataclass(frozen=True, slots=True)
class Schedule:
    """A run that the clock asks for: `[runs.NAME]`. `cron`: five fields, UTC; `kind`: of run; `parameters`: what such a run takes."""

    name: str
    cron: str
    kind: str = "revalidate"
    priority: int = 0
    parameters: Mapping[str, Any] = field(default_factory=dict)


def _setting(default: Any, help: str) -> Any:
    return field(default=default, metadata={"help": help})


@dataclass(frozen=True, kw_only=True)
class Settings:
    """One instance's settings. `directory` is the instance; relative paths start there."""

    directory: Path
    database: str = _setting("sqlite+wal:var/xmlsvc.db", "Storm URI: sqlite+wal:PATH or mysql+pymysql://user:password@host/name")
    bind: str = _setting("127.0.0.1:8080", "address and port that `serve` listens on")
    workers: int = _setting(1, "processes that answer requests")
    runner: bool = _setting(True, "keep a process beside them that works on batch runs; without it: xmlsvc run work")
    threads: int = _setting(10, "request threads of one process")
    user: str = _setting("", "user to become once the address is bound; empty: whoever starts the service")
    group: str = _setting("", "group to become; empty: that user's own")
    pid_file: str = _setting("", "file for the process number of `serve`; empty: none")
    log: str = _setting("", "file for what happens, SIGUSR1 reopens it; empty: standard error")
    access_log: str = _setting("", "file for requests alone; empty: into `log`")
    slow_request_ms: int = _setting(1_000, "requests that take longer are named in the log, in milliseconds")
    slow_unit_ms: int = _setting(1_000, "units of database work that take longer are named in the log, in milliseconds")
    log_format: str = _setting("text", "how a line of the logs reads: text or json")
    log_bytes: int = _setting(100_000_000, "size at which a log file is moved to NAME.1, in bytes")
    log_keep: int = _setting(7, "how many moved log files are kept")
    title: str = _setting("xmlsvc", "name of the service, shown on every page")
    public: str = _setting(
        "everything", "what anybody may read of what is published, without a login: everything, formats (the manifests' own) or nothing"
    )
    media_roots: str = _setting(
        "", "addresses (fsspec) below which media files are looked for, with blanks between; empty: none is looked for"
    )
    contact: str = _setting("", "mail address of the operator, told to harvesters; empty: postmaster at the service's host")
    url: str = _setting("", "public address, without a slash at its end; empty: that of the request")
    max_body_bytes: int = _setting(10_000_000, "largest request body and document, in bytes")
    max_depth: int = _setting(
        256, "deepest nesting of elements in a document, 256 at most (the parser's own limit; a lower one costs a pass)"
    )
    max_elements: int = _setting(1_000_000, "most elements in a document")
    max_attributes: int = _setting(1_000, "most attributes on one element")
    max_batch_bytes: int = _setting(2_000_000_000, "largest batch (an archive of documents), in bytes")
    max_batch_items: int = _setting(100_000, "most documents in one batch")
    max_batch_ratio: int = _setting(100, "how many times its own size an archive may unpack to")
    max_violations: int = _setting(1_000, "most violations that one report lists; above, it says that it was cut")
    rate_limit: int = _setting(6_000, "requests that one token may make in a minute, on this machine")
    trusted_proxies: str = _setting("", "addresses or networks of front proxies, spaces between: their X-Forwarded-… are believed")
    identity_header: str = _setting(
        "", "header in which a trusted proxy names the user that it has logged in (REMOTE_USER: mod_wsgi does); empty: none"
    )
    webhook_private_targets: bool = _setting(False, "let webhooks call loopback and private addresses: for tests and closed networks")
    session_hours: int = _setting(12, "hours after which an editor's login ends")
    guests: bool = _setting(False, "let anyone who reaches the pages read everything without a login: for demonstrations only")
    secure_cookies: bool = _setting(False, "send cookies over https only (set it behind TLS)")

    runs: tuple[Schedule, ...] = ()

    @property
    def schemas(self) -> Path:
        """Where the vocabularies live, a folder each."""
        return self.directory / "schemas"

    @property
    def stylesheets(self) -> Path:
        """Where the stylesheets live, a folder for each vocabulary."""
        return self.directory / "xslt"

    @property
    def var(self) -> Path:
        """What the service writes itself: database, closed schema store, generated code, logs."""
        return self.directory / "var"


FIELDS = tuple(f for f in dataclasses.fields(Settings) if f.name not in ("directory", "runs"))


_WORDS = {"bool": "true or false", "int": "a whole number, 1 or more", "str": "text in quotes"}


def _convert(name: str, kind: str, value: Any, place: str) -> Any:
    try:
        if kind == "bool":
            if isinstance(value, str):
                return {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}[value.lower()]
            return {True: True, False: False}[value]
        if kind == "int":
            if isinstance(value, bool | float) or int(value) < 1:
                raise ValueError
            return int(value)
        if not isinstance(value, str):
            raise ValueError
        return value
    except (KeyError, ValueError, TypeError):
        shown = str(value).lower() if isinstance(value, bool) else value
        raise EnvironmentFault(f"The setting {name} ({place}) must be {_WORDS[kind]}, but it is “{shown}”.") from None


def load(directory: str | Path, environ: Mapping[str, str] = os.environ) -> Settings:
    """The settings of the instance in `directory`. Raises EnvironmentFault for a missing or unreadable file, unknown names and
    values that a setting cannot have."""
    directory = Path(directory).resolve()
    path = directory / "xmlsvc.toml"
    try:
        values: dict[str, Any] = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise EnvironmentFault(
            f"{directory} is no xmlsvc instance: it has no xmlsvc.toml. Make one with: xmlsvc init {directory}"
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise EnvironmentFault(f"{path} cannot be read: {error}.") from error
    names = {f.name for f in FIELDS}
    schedules = _schedules(values.pop("runs", {}), path)
    for name in values:
        if name not in names:
            raise EnvironmentFault(f"{path} has an unknown setting {name!r}. Known are: {', '.join(sorted(names))}.")
    converted = {}
    for f in FIELDS:
        variable = f"XMLSVC_{f.name.upper()}"
        if (text := environ.get(variable)) is not None:
            converted[f.name] = _convert(f.name, str(f.type), text, f"{variable} in the environment")
        elif f.name in values:
            converted[f.name] = _convert(f.name, str(f.type), values[f.name], str(path))
    return Settings(directory=directory, runs=schedules, **converted)


def _schedules(tables: Any, path: Path) -> tuple[Schedule, ...]:
    """The tables [runs.NAME]. Raises EnvironmentFault."""
    if not isinstance(tables, dict) or not all(isinstance(table, dict) for table in tables.values()):
        raise EnvironmentFault(f"{path}: what is to run by the clock is a table each: [runs.NAME] with cron = \"0 3 * * *\".")
    found = []
    for name, table in tables.items():
        given = dict(table)
        cron, kind, priority = given.pop("cron", None), given.pop("kind", "revalidate"), given.pop("priority", 0)
        try:
            CronSim(cron, datetime.now(UTC))
        except (CronSimError, TypeError, AttributeError):
            raise EnvironmentFault(f"{path}: [runs.{name}] needs cron = \"MINUTE HOUR DAY MONTH WEEKDAY\", not {cron!r}.") from None
        if not isinstance(kind, str) or not isinstance(priority, int):
            raise EnvironmentFault(f"{path}: in [runs.{name}] the kind is a text and the priority a number.")
        found.append(Schedule(name, cron, kind, priority, given))
    return tuple(found)


def template() -> str:
    """The text of a new xmlsvc.toml: every setting with its help, commented out at its default."""
    lines = ["# Settings of this xmlsvc instance. Each can also be given as XMLSVC_NAME in the environment."]
    for f in FIELDS:
        default = str(f.default).lower() if isinstance(f.default, bool) else repr(f.default).replace("'", '"')
        lines += ["", f"# {f.metadata['help']}", f"# {f.name} = {default}"]
    lines += ["", "# Runs by the clock (cron's five fields, UTC); what else such a run takes stands below.", "# [runs.nightly]",
              '# cron = "0 3 * * *"', '# kind = "revalidate"']  # fmt: skip
    return "\n".join(lines) + "\n"
