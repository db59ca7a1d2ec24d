"""What is going to be generated, as data: modules, classes, fields, simple types. The passes fill it, the emitters write it out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from ..schema.model import ComplexType, Model, SimpleType
from ..schema.vocabulary import Manifest
from .names import Names


@dataclass(slots=True)
class FieldPlan:
    """One field. `maker` is the call that declares it, `arguments` its source text, `annotation` what a type checker reads; `same`: what
    makes it another field than the base class's."""

    name: str
    maker: str
    arguments: str
    annotation: str
    documentation: str = ""
    key: str = ""
    same: tuple[object, ...] = ()


@dataclass(slots=True, eq=False)
class EnumPlan:
    """An Enum class of a simple type."""

    name: str
    type: SimpleType
    module: ModulePlan
    outer: ClassPlan | None = None
    base: str = "xs:string"
    members: list[tuple[str, str, str]] = field(default_factory=list)

    @property
    def qualname(self) -> str:
        """The name inside its module."""
        return f"{self.outer.qualname}.{self.name}" if self.outer else self.name


@dataclass(slots=True, eq=False)
class SimplePlan:
    """A named simple type that is no Enum: a module variable."""

    name: str
    type: SimpleType
    module: ModulePlan
    expression: str = ""


@dataclass(slots=True, eq=False)
class ClassPlan:
    """One view class. `place`: where it stands in the schema ("{ns}type" or "{ns}type/child"); `base` None = View; `hoisted`: it is
    nested, but its base class comes after the class that it is nested in."""

    name: str
    type: ComplexType
    module: ModulePlan
    place: str
    outer: ClassPlan | None = None
    tag: str = ""
    base: ClassPlan | None = None
    content: str | None = None
    hoisted: bool = False
    fields: list[FieldPlan] = field(default_factory=list)
    classes: list[ClassPlan] = field(default_factory=list)
    enums: list[EnumPlan] = field(default_factory=list)
    field_names: dict[str, str] = field(default_factory=dict)

    @property
    def qualname(self) -> str:
        """The name inside its module."""
        return f"{self.outer.qualname}.{self.name}" if self.outer else self.name

    def within(self) -> Iterator[ClassPlan]:
        """This class and all nested in it."""
        yield self
        for inner in self.classes:
            yield from inner.within()


@dataclass(slots=True, eq=False)
class ModulePlan:
    """The module of one namespace. `parts`: its classes, base classes first, in one piece; in several where inheritance ties it into a knot
    with another module."""

    name: str
    uri: str
    classes: list[ClassPlan] = field(default_factory=list)
    enums: list[EnumPlan] = field(default_factory=list)
    simples: list[SimplePlan] = field(default_factory=list)
    parts: list[list[ClassPlan]] = field(default_factory=list)
    taken: set[str] = field(default_factory=set)
    settled: dict[str, str] = field(default_factory=dict)

    def name_for(self, names: Names, place: str, wanted: str) -> str:
        """A name at the top level of the module; those that are settled for other places are not given away."""
        others = {name for other, name in self.settled.items() if other != place}
        name = names.give(place, wanted, self.taken | others)
        self.taken.add(name)
        return name


@dataclass(slots=True)
class Work:
    """What the passes hand on. `manifest` None = no row classes are wanted; `roots`: the elements that documents begin
    with; `builtin`: see `generate`; `files`: path below the output → text;
    `defaults`: see `binding.package.Package`."""

    model: Model
    package: str
    names: Names
    vocabulary: str = ""
    manifest: Manifest | None = None
    digest: str = ""
    roots: frozenset[str] = frozenset()
    builtin: tuple[str, ...] = ()
    modules: dict[str, ModulePlan] = field(default_factory=dict)
    classes: dict[int, ClassPlan] = field(default_factory=dict)
    simples: dict[int, SimplePlan | EnumPlan] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    defaults: dict[str, str | None] = field(default_factory=dict)

    def module(self, uri: str) -> ModulePlan:
        """The module of a namespace."""
        return self.modules[uri]
