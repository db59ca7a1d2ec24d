from ..database import Connection, Database, Result
from ..expr import Compile
from ..uri import URI

compile: Compile

class MySQLResult(Result): ...
class MySQLConnection(Connection): ...

class MySQL(Database):
    def __init__(self, uri: URI) -> None: ...
