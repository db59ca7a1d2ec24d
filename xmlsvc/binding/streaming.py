"""One view for each record of a document of any size, with memory for one record."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from ..xml import parser

if TYPE_CHECKING:
    from .package import Package


def stream(package: Package, source: str | Path | BinaryIO, name: str) -> Iterator[Any]:
    """The view of every element of this name (Clark, or local in any namespace), as it is read; each is gone when the next one comes.

    The types are those that the elements have where they stand. Raises the parser's errors, at the place that they are at.
    """
    for element in parser.records(source, name if name[:1] == "{" else f"{{*}}{name}"):
        yield package.view(element.getroottree().getroot()).xml.typed(element)
