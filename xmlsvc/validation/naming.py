"""How names are written for people: as the document itself would write them at that place; in a report's fields, with one prefix each."""

from __future__ import annotations

from lxml import etree

from ..schema.model import XSI_NAMESPACE
from ..xml import names


class Written(names.Prefixes):
    """Names as they are written at one element: its default namespace without a prefix, its own prefixes, else the report's."""

    def __init__(self, element: etree._Element, report: names.Prefixes) -> None:
        super().__init__({})
        self._report = report
        scope = element.nsmap
        self._default = scope.get(None, "")
        self._scope = {space: prefix for prefix, space in sorted(scope.items(), key=lambda pair: pair[0] or "", reverse=True) if prefix}

    def name(self, clark: str, preferred: str | None = None) -> str:  # noqa: ARG002 (its base has it)
        """An element's name."""
        space, local = names.split(clark)
        return local if space == self._default else self.attribute(clark)

    def attribute(self, clark: str) -> str:
        """An attribute's name: a default namespace does not count for it."""
        space, local = names.split(clark)
        if not space:
            return local
        prefix = self._scope.get(space) or ("xsi" if space == XSI_NAMESPACE else "")
        return f"{prefix}:{local}" if prefix else self._report.name(clark)

    def declared(self, clark: str) -> bool:
        """Whether the name can be written here without a new declaration."""
        space = names.split(clark)[0]
        return space == self._default or space in self._scope

    def declaration(self, clark: str) -> str:
        """What must be declared so that the name can be read here, as an attribute; "" where nothing must."""
        space = names.split(clark)[0]
        return "" if not space or self.declared(clark) else f'xmlns:{self.attribute(clark).partition(":")[0]}="{space}"'


class Noted(names.Prefixes):
    """The report's prefixes, noting which of them one violation uses."""

    def __init__(self, report: names.Prefixes) -> None:
        super().__init__({})
        self._report = report
        self._used: dict[str, str] = {}

    def name(self, clark: str, preferred: str | None = None) -> str:
        """The name with the report's prefix."""
        written = self._report.name(clark, preferred)
        space = names.split(clark)[0]
        if space and space != names.XML_NAMESPACE:
            self._used[written.partition(":")[0]] = space
        return written

    def place(self, element: etree._Element) -> int:
        """As in the report: worked out once for all siblings."""
        return self._report.place(element)

    @property
    def map(self) -> dict[str, str]:
        """prefix → namespace of what was named."""
        return dict(sorted(self._used.items()))
