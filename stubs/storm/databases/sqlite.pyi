from typing import Any

from ..database import Connection, Database, Result
from ..expr import Compile
from ..uri import URI

compile: Compile

class SQLiteResult(Result): ...

class SQLiteConnection(Connection):
    _in_transaction: bool
    def commit(self) -> None: ...
    def rollback(self) -> None: ...
    def raw_execute(self, statement: str, params: Any = None, _end: bool = False) -> Any: ...

class SQLite(Database):
    _filename: str
    _timeout: float
    _synchronous: str | None
    _journal_mode: str | None
    _foreign_keys: str | None
    def __init__(self, uri: URI) -> None: ...
