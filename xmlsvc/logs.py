"""Where log records go and how they read: text or JSON, stderr or files that can be moved away; who asked is in every record.

    configure(settings) → handlers of the root logger and of the access log
    about(request=…, trace=…) → while the block runs, its records carry these
"""

from __future__ import annotations

import contextlib
import json
import logging
import logging.handlers
import time
from collections.abc import Iterator
from contextvars import ContextVar
from pathlib import Path

from .errors import EnvironmentFault
from .settings import Settings

ACCESS = logging.getLogger("xmlsvc.access")

_CONTEXT: ContextVar[dict[str, str] | None] = ContextVar("xmlsvc.logs", default=None)


@contextlib.contextmanager
def about(**facts: str) -> Iterator[None]:
    """Records made in the block, by this thread, carry the facts: request, trace, run, receipt."""
    token = _CONTEXT.set({**(_CONTEXT.get() or {}), **facts})
    try:
        yield
    finally:
        _CONTEXT.reset(token)


class _Text(logging.Formatter):
    """`2026-05-03T10:00:00.000Z INFO xmlsvc.web message request=01J…`: one line an event, UTC."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s.%(msecs)03dZ %(levelname)s %(name)s %(message)s", "%Y-%m-%dT%H:%M:%S")
        self.converter = time.gmtime

    def formatMessage(self, record: logging.LogRecord) -> str:
        facts = {} if record.name == ACCESS.name else _CONTEXT.get() or {}
        return " ".join([super().formatMessage(record), *(f"{name}={value}" for name, value in facts.items())])


class _Json(logging.Formatter):
    """One JSON object a line; what a record was given as `extra={"facts": {…}}` becomes members."""

    def format(self, record: logging.LogRecord) -> str:
        at = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
        line: dict[str, object] = {"time": f"{at}.{int(record.msecs):03d}Z", "level": record.levelname, "logger": record.name}
        line |= {"process": record.process, "message": record.getMessage(), **(_CONTEXT.get() or {}), **getattr(record, "facts", {})}
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


def place(settings: Settings, path: str) -> Path:
    """The log file of a setting, a relative path taken from the instance."""
    return settings.directory / path


def files(settings: Settings) -> list[Path]:
    """The files that are written, without repetition."""
    return list(dict.fromkeys(place(settings, path) for path in (settings.log, settings.access_log) if path))


def configure(settings: Settings) -> None:
    """Send all records where the settings say; what was set up before is replaced. Raises EnvironmentFault for a file that cannot be
    written."""
    root = logging.getLogger()
    for handler in [*root.handlers, *ACCESS.handlers]:
        handler.close()
    root.handlers, ACCESS.handlers = [_handler(settings, settings.log)], []
    root.setLevel(logging.INFO)
    if settings.access_log:
        ACCESS.handlers = [_handler(settings, settings.access_log)]
    ACCESS.propagate = not settings.access_log


def _handler(settings: Settings, path: str) -> logging.Handler:
    handler: logging.Handler = logging.StreamHandler()
    if path:
        file = place(settings, path)
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            handler = logging.handlers.WatchedFileHandler(file, encoding="utf-8")
        except OSError as error:
            raise EnvironmentFault(f"The log {file} cannot be written: {error.strerror}. Mend it, or set `log` elsewhere.") from error
    handler.setFormatter(_Json() if settings.log_format == "json" else _Text())
    return handler


def reopen() -> None:
    """Go on in new files where the present ones were moved away."""
    for handler in [*logging.getLogger().handlers, *ACCESS.handlers]:
        if isinstance(handler, logging.handlers.WatchedFileHandler):
            handler.acquire()
            try:
                handler.reopenIfNeeded()
            finally:
                handler.release()


def rotate(path: Path, most: int, keep: int) -> bool:
    """Move a log of more than `most` bytes to PATH.1, that to PATH.2 …, `keep` of them. True where it did: writers then reopen."""
    try:
        if not most or path.stat().st_size <= most:
            return False
    except FileNotFoundError:
        return False
    for n in range(keep - 1, 0, -1):
        with contextlib.suppress(FileNotFoundError):
            Path(f"{path}.{n}").replace(f"{path}.{n + 1}")
    path.replace(f"{path}.1")
    return True
