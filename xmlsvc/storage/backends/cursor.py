"""A driver's cursor whose errors come out as Storm's. Storm's own wrapper makes a function and a context for every call."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from storm.exceptions import wrap_exceptions


class Cursor:
    """`raw`: the driver's cursor; `database`: the Storm database whose errors these are."""

    __slots__ = ("_database", "_raw")

    def __init__(self, raw: Any, database: Any) -> None:
        self._raw, self._database = raw, database

    def execute(self, *arguments: Any) -> Any:
        try:
            return self._raw.execute(*arguments)
        except Exception as error:  # noqa: BLE001 - it is raised again
            self._fail(error)

    def executemany(self, *arguments: Any) -> Any:
        try:
            return self._raw.executemany(*arguments)
        except Exception as error:  # noqa: BLE001 - it is raised again
            self._fail(error)

    def fetchone(self) -> Any:
        try:
            return self._raw.fetchone()
        except Exception as error:  # noqa: BLE001 - it is raised again
            self._fail(error)

    def fetchmany(self, *size: int) -> Any:
        try:
            return self._raw.fetchmany(*size)
        except Exception as error:  # noqa: BLE001 - it is raised again
            self._fail(error)

    def fetchall(self) -> Any:
        try:
            return self._raw.fetchall()
        except Exception as error:  # noqa: BLE001 - it is raised again
            self._fail(error)

    def close(self) -> None:
        try:
            self._raw.close()
        except Exception as error:  # noqa: BLE001 - it is raised again
            self._fail(error)

    def __iter__(self) -> Iterator[Any]:
        with wrap_exceptions(self._database):
            yield from self._raw

    def _fail(self, error: Exception) -> None:
        """Raise the driver's error as Storm's."""
        with wrap_exceptions(self._database):
            raise error

    @property
    def arraysize(self) -> int:
        """How many rows `fetchmany` gives when nothing else is said."""
        return int(self._raw.arraysize)

    @arraysize.setter
    def arraysize(self, rows: int) -> None:
        self._raw.arraysize = rows

    @property
    def rowcount(self) -> int:
        """Rows that the statement gave or changed; -1 where the driver cannot tell."""
        return int(self._raw.rowcount)

    @property
    def lastrowid(self) -> Any:
        """The key that the last INSERT made."""
        return self._raw.lastrowid
