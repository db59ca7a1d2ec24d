"""Python names for XML names: readable, legal, never changed once given.

A names file (JSON: place in the schema → Python name) from an earlier version is obeyed, so that an update of a schema renames nothing; a
rename table says what people want called otherwise. Places: "{ns}type", "{ns}type/child", "{ns}type/@attribute".
"""

from __future__ import annotations

import json
import keyword
import re
import tomllib
import unicodedata
from collections.abc import Collection, Mapping
from pathlib import Path

from ..errors import UsageError

# Names of the view's own, and of what annotations inside the class body mean.
RESERVED_FIELDS = frozenset({
    "xml", "items", "walk", "content", "save", "validate", "fields", "namespace", "package", "int", "str", "bool", "float", "bytes",
    "tuple", "self",
})  # fmt: skip
RESERVED_CLASSES = frozenset({
    "AnyView", "Attribute", "Date", "DateTime", "Decimal", "Default", "Duration", "GDay", "GMonth", "GMonthDay", "GYear", "GYearMonth",
    "Many", "Namespace", "Nil", "One", "Package", "QName", "StrEnum", "Text", "Time", "Value", "Values", "View", "Wild", "WildAttributes",
    "P", "None", "True", "False",
})  # fmt: skip
RESERVED_MODULES = frozenset({"rows", "package", "parse", "create", "sample", "stream", "from_dict"})
_SIGNS = {"+": "PLUS", "-": "MINUS", "*": "STAR", "": "EMPTY", "/": "SLASH", ".": "DOT", "?": "QUESTION", "<": "LESS", ">": "GREATER",
          "=": "EQUAL"}
_BOUNDARY = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def words(name: str) -> list[str]:
    """The words of an XML name: letters and digits, other characters part them."""
    plain = unicodedata.normalize("NFKC", name)
    spaced = "".join(char if char.isalnum() else " " for char in plain)
    return _BOUNDARY.sub(" ", spaced).split()


def snake(name: str) -> str:
    """"videoFormat-name" → "video_format_name"."""
    made = "_".join(words(name)).lower() or "value"
    if not (made[0].isalpha() and made.isidentifier()):
        made = f"n{made}" if f"n{made}".isidentifier() else "value"
    return made + "_" if keyword.iskeyword(made) or made in RESERVED_FIELDS else made


def pascal(name: str) -> str:
    """"scanning-formatType" → "ScanningFormatType"."""
    made = "".join(word[:1].upper() + word[1:] for word in words(name)) or "Type"
    if not (made[0].isalpha() and made.isidentifier()):
        made = f"N{made}" if f"N{made}".isidentifier() else "Type"
    return made + "_" if keyword.iskeyword(made) or made in RESERVED_CLASSES else made


def member(value: str) -> str:
    """The name of an enumeration's member: "16:9" → "N16_9"."""
    made = "_".join(words(value)).upper()
    if not made:
        made = _SIGNS.get(value.strip(), "SIGN")
    if not (made[0].isalpha() and made.isidentifier()):
        made = f"N{made}" if f"N{made}".isidentifier() else "SIGN"
    return made + "_" if keyword.iskeyword(made) or made in ("MRO", "NONE", "NAME", "VALUE") else made


def distinct(wanted: str, taken: Collection[str], *suffixes: str) -> str:
    """The wanted name, with the first suffix, else the first number, that makes it new (without regard to case for classes)."""
    if wanted not in taken:
        return wanted
    for suffix in suffixes:
        if f"{wanted.rstrip('_')}_{suffix}" not in taken:
            return f"{wanted.rstrip('_')}_{suffix}"
    number = 2
    while f"{wanted.rstrip('_')}_{number}" in taken:
        number += 1
    return f"{wanted.rstrip('_')}_{number}"


class Names:
    """Which names have been given. `earlier`: a names file's, `renames`: what people want."""

    def __init__(self, earlier: Mapping[str, str] | None = None, renames: Mapping[str, str] | None = None) -> None:
        self._earlier, self._renames = dict(earlier or {}), dict(renames or {})
        self.given: dict[str, str] = {}
        for place, name in self._renames.items():
            if not name.isidentifier() or keyword.iskeyword(name) or name in RESERVED_FIELDS:
                raise UsageError(f"{place} cannot be renamed to {name!r}: that is no free Python name")

    def fixed(self, place: str) -> str | None:
        """The name that is settled for a place: by a rename, else by an earlier version."""
        return self._renames.get(place) or self._earlier.get(place)

    def give(self, place: str, wanted: str, taken: Collection[str], *suffixes: str) -> str:
        """A name for the place that is not taken; the settled one if there is one and it is free."""
        settled = self.fixed(place)
        name = settled if settled is not None and settled not in taken else distinct(wanted, taken, *suffixes)
        self.given[place] = name
        return name

    @property
    def unused(self) -> list[str]:
        """Renames of places that the schema does not have."""
        return sorted(set(self._renames) - set(self.given))

    def dumps(self) -> str:
        """The names file: what was given now, and what earlier versions gave besides."""
        return json.dumps(self._earlier | self.given, ensure_ascii=False, indent=0, sort_keys=True) + "\n"


def read_names(path: Path | None) -> dict[str, str]:
    """A names file; empty if there is none."""
    if path is None or not path.is_file():
        return {}
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise UsageError(f"the names file {path} cannot be read: {error}") from None
    if not isinstance(found, dict):
        raise UsageError(f"{path} is no names file")
    return {str(place): str(name) for place, name in found.items()}


def read_renames(path: Path | None) -> dict[str, str]:
    """The [names] table of a TOML file; empty if there is none."""
    if path is None:
        return {}
    try:
        found = tomllib.loads(path.read_text("utf-8")).get("names", {})
    except (OSError, ValueError) as error:
        raise UsageError(f"the rename file {path} cannot be read: {error}") from None
    if not isinstance(found, dict):
        raise UsageError(f"“names” in {path} is no table")
    return {str(place): str(name) for place, name in found.items()}
