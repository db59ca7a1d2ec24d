"""Simple types as generated modules declare them: `restrict("xs:token", max_length=80)`, `list_of("xs:int")`, `union("xs:date", "Status")`.

They refer to one another by name and become codecs when first used.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import TYPE_CHECKING, Any, TypeVar

from ..schema import builtins
from ..schema.model import SimpleType
from .codecs import Codec

if TYPE_CHECKING:
    from .fields import Reference
    from .package import Namespace

_BUILTIN = {name.rpartition("}")[2]: made for name, made in builtins.build().items() if isinstance(made, SimpleType)}
_E = TypeVar("_E", bound=type[Enum])


def builtin(local: str) -> Codec:
    """The codec of a built-in type. KeyError if there is none of that name."""
    return Codec.of(_BUILTIN[local])


class Simple:
    """One declared simple type. `name`: its Clark name, None for an anonymous one."""

    def __init__(self, variety: str, references: Sequence[Reference], name: str | None, facets: dict[str, Any]) -> None:
        self.variety, self.references, self.name, self.facets = variety, tuple(references), name, facets
        self.enum: type[Enum] | None = None
        self._codec: Codec | None = None

    def codec(self, namespace: Namespace, owner: type | None) -> Codec:
        """The codec; names are looked up from the module (and class) of the declaration."""
        if self._codec is None:
            found = [namespace.simple(owner, reference) for reference in self.references]
            self._codec = Codec(self._type(found), self.enum)
        return self._codec

    def _type(self, found: list[Codec]) -> SimpleType:
        if self.variety == "list":
            made = SimpleType(self.name, "list", "anySimpleType", "anySimpleType", base=_BUILTIN["anySimpleType"], item=found[0].simple)
        elif self.variety == "union":
            members = tuple(codec.simple for codec in found)
            made = SimpleType(self.name, "union", "anySimpleType", "anySimpleType", base=_BUILTIN["anySimpleType"], members=members)
        else:
            made = builtins.restrict(found[0].simple, self.name)
        for facet, value in self.facets.items():
            if facet == "patterns":
                value = (*made.patterns, *value)
            elif facet[4:] in ("inclusive", "exclusive"):
                setattr(made, f"{facet[:3]}_inclusive", None)
                setattr(made, f"{facet[:3]}_exclusive", None)
            setattr(made, facet, value)
        return made


def restrict(base: Reference, *, name: str | None = None, **facets: Any) -> Simple:
    """A restriction; facets by their names in `schema.model.SimpleType`."""
    return Simple("atomic", (base,), name, facets)


def list_of(item: Reference, *, name: str | None = None, **facets: Any) -> Simple:
    """A list."""
    return Simple("list", (item,), name, facets)


def union(*members: Reference, name: str | None = None, **facets: Any) -> Simple:
    """A union, its members in the order in which they are tried."""
    return Simple("union", members, name, facets)


def enumeration(base: Reference, *, name: str | None = None) -> Any:
    """Decorates a Python Enum: the values of a restriction by enumeration."""

    def declare(cls: _E) -> _E:
        values = tuple(str(member.value) for member in cls)
        declared = Simple("atomic", (base,), name, {"enumeration": values})
        declared.enum = cls
        type.__setattr__(cls, "__simple__", declared)
        return cls

    return declare
