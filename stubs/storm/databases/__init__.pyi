from typing import Any

class Dummy:
    def __getattr__(self, name: str) -> Any: ...
