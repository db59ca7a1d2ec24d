# Types for Storm 1.3, as far as it is used here; tests/setup/test_stubs.py holds the names against the real package.
from typing import Final, final

@final
class UndefType: ...

Undef: Final[UndefType]
version: str
version_info: tuple[int, ...]
has_cextensions: bool
