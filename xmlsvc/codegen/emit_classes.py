"""Pass 6: the source of the modules. The same plan gives the same text: no dates, no places on this machine."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Set

from ..schema.model import XSD_NAMESPACE, ComplexType, SimpleType
from ..xml.names import split
from . import simples
from .plan import ClassPlan, EnumPlan, FieldPlan, ModulePlan, Work

_WIDTH = 120
_MAKERS = ("attribute", "many", "one", "text", "value", "values", "wild", "wild_attributes")
_SIMPLE = ("enumeration", "list_of", "restrict", "union")
_ANNOTATIONS = ("Attribute", "Default", "Many", "One", "Text", "Value", "Values", "Wild", "WildAttributes")
_VALUES = ("Date", "DateTime", "Duration", "GDay", "GMonth", "GMonthDay", "GYear", "GYearMonth", "Nil", "QName", "Time")


def modules(work: Work) -> None:
    """The modules of all namespaces."""
    for module in work.modules.values():
        parts = module.parts or [[]]
        if len(parts) == 1:
            work.files[f"{module.name}.py"] = _module(work, module, parts[0], True)
            continue
        names = []
        for number, part in enumerate(parts, 1):
            names.append(f"_{module.name}_{number}")
            work.files[f"{names[-1]}.py"] = _module(work, module, part, number == 1)
        work.files[f"{module.name}.py"] = _joined(module, names)


def package(work: Work) -> None:
    """The package's own module: where everything is, and what opens documents."""
    main = next((module for module in work.modules.values() if module.classes or module.enums or module.simples), None)
    lines = [_docstring(f"{work.vocabulary or work.package}: classes of its XML Schema. Generated; changes here are lost.", ""), ""]
    elements = {name: _element(work, element.type) for name, element in work.model.elements.items() if split(name)[0] in work.modules}
    types = {name: _element(work, made) for name, made in work.model.types.items() if split(name)[0] != XSD_NAMESPACE}
    used = [name for name in _SIMPLE if any(f"{name}(" in text for text in elements.values())]
    lines += ["from __future__ import annotations", "", f"from xmlsvc.binding.declare import {', '.join(['Package', *used])}", ""]
    lines += ["package = Package(", "    __name__,", f"    digest={work.digest!r},"]
    lines += [f"    builtin={work.builtin!r},"] if work.builtin else ["    schema=__file__.rpartition(\"/\")[0] + \"/schema\","]
    prefixes = {uri: repr(prefix) for uri, prefix in work.model.prefixes.items()}
    for name, element in work.model.elements.items():
        if element.default is not None or element.fixed is not None:
            work.defaults[name] = element.default if element.default is not None else element.fixed
    defaults = {name: repr(text) for name, text in work.defaults.items()}
    for name, table in (("prefixes", prefixes), ("elements", elements), ("types", types), *([("defaults", defaults)] if defaults else [])):
        lines += [f"    {name}={{", *(f"        {key!r}: {text}," for key, text in table.items()), "    },"]
    lines += [")", "parse = package.parse", "create = package.create", "from_dict = package.from_dict",
              "sample = package.sample", "stream = package.stream", ""]
    if main is not None:
        lines += [f"from .{main.name} import *  # noqa: E402, F403 (the package must be there first)", ""]
    work.files["__init__.py"] = "\n".join(lines)


def _element(work: Work, made: ComplexType | SimpleType) -> str:
    """Source text for where a type's class is, as seen from the package."""
    nowhere = ModulePlan("", "\0")
    if isinstance(made, SimpleType):
        return simples.reference(work, made, nowhere)
    plan = work.classes.get(id(made))
    return simples.class_reference(plan, nowhere, None) if plan is not None else repr("xs:anyType")


def _module(work: Work, module: ModulePlan, classes: list[ClassPlan], first: bool) -> str:
    body: list[str] = []
    if first:
        for enum in module.enums:
            body += ["", "", *_enum(enum, "")]
        for simple in module.simples:
            body += ["", f"{simple.name} = {simple.expression}"]
    for plan in classes:
        body += ["", "", *_class(work, plan, "")]
    text = "\n".join(body)
    names = sorted([enum.name for enum in module.enums] + [simple.name for simple in module.simples] if first else []) + \
        sorted(plan.name for plan in classes if plan.outer is None)
    about = f"The namespace {module.uri}." if module.uri else "What is in no namespace."
    lines = [_docstring(f"{about} Generated; changes here are lost.", ""), "", "from __future__ import annotations", ""]
    lines += _imports(classes, text, {known.name for known in work.modules.values()})
    lines += ["", f"P = {f'{{{module.uri}}}'!r}"]
    lines += [f"__namespace__ = Namespace(__name__.rpartition('.')[0] + {f'.{module.name}'!r}, {module.uri!r})"]
    if names:
        lines += ["__all__ = [", *textwrap.wrap(", ".join(map(repr, names)), _WIDTH, initial_indent="    ", subsequent_indent="    "), "]"]
    return "\n".join(lines) + "\n" + text + "\n"


def _imports(classes: list[ClassPlan], text: str, modules: Set[str]) -> list[str]:
    used = [name for name in (*_MAKERS, *_SIMPLE) if re.search(rf"(?<![\w.]){name}\(", text)]
    bases = ["StrEnum"] if "(StrEnum)" in text else []
    bases += [name for name in ("AnyView", "View") if re.search(rf"(?<![\w.'\"]){name}\b", text)]
    above = [inner.base for plan in classes for inner in plan.within() if inner.base is not None]
    here = {_home(plan) for plan in classes}
    inherited = sorted({_home(base) for base in above} - here)
    annotations = [name for name in _ANNOTATIONS if re.search(rf": {name}\b", text)]
    values = [name for name in _VALUES if re.search(rf"(?<![\w.'\"]){name}\b", text)]
    others = sorted((set(re.findall(r"(?<![\w.])_(\w+)\.", text)) & modules) - set(inherited))  # docstrings hold what looks like one
    typed = ["    from decimal import Decimal", ""] if re.search(r"\bDecimal\b", text) else []
    typed += [f"    from xmlsvc.binding.datatypes import {', '.join(values)}"] if values else []
    typed += [f"    from xmlsvc.binding.declare import {', '.join(annotations)}"] if annotations else []
    typed += ["", *(f"    from . import {name} as _{name}" for name in others)] if others else []
    lines = ["from typing import TYPE_CHECKING", ""] if typed else []
    lines += ["from xmlsvc.binding import declare as _declare"] if "_declare." in text else []
    lines += [f"from xmlsvc.binding.declare import {', '.join(sorted(['Namespace', *bases, *used], key=str.lower))}"]
    lines += ["", *(f"from . import {name} as {_alias(name)}" for name in inherited)] if inherited else []
    return [*lines, "", "if TYPE_CHECKING:", *typed] if typed else lines


def _home(plan: ClassPlan) -> str:
    """The module file that a class is written in."""
    parts = plan.module.parts
    if len(parts) < 2:
        return plan.module.name
    top = plan
    while top.outer is not None and not top.hoisted:
        top = top.outer
    return next(f"_{plan.module.name}_{number}" for number, part in enumerate(parts, 1) if top in part)


def _alias(name: str) -> str:
    return name if name.startswith("_") else f"_{name}"


def _joined(module: ModulePlan, names: list[str]) -> str:
    about = f"The namespace {module.uri}, in parts that inherit from other namespaces by turns."
    lines = [_docstring(f"{about} Generated; changes here are lost.", "")]
    lines += ["", "from __future__ import annotations", "", "from xmlsvc.binding.declare import Namespace", ""]
    lines += [f"from .{name} import *  # noqa: F403" for name in names]
    return "\n".join([*lines, "", f"__namespace__ = Namespace(__name__, {module.uri!r})", ""])


def _enum(enum: EnumPlan, indent: str) -> list[str]:
    name = f", name={enum.type.name!r}" if enum.type.name else ""
    lines = [f"{indent}@enumeration({enum.base}{name})", f"{indent}class {enum.name}(StrEnum):"]
    inner = indent + "    "
    if enum.type.documentation:
        lines += [_docstring(enum.type.documentation, inner), ""]
    for member, value, text in enum.members:
        lines.append(f"{inner}{member} = {value!r}")
        if text:
            lines.append(_docstring(text, inner))
    return lines


def _class(work: Work, plan: ClassPlan, indent: str) -> list[str]:
    inner = indent + "    "
    home = _home(plan)
    base = "View"
    if plan.base is not None:
        base = plan.base.qualname if _home(plan.base) == home else f"{_alias(_home(plan.base))}.{plan.base.qualname}"
    name = f"_{plan.qualname.replace('.', '_')}" if plan.hoisted else plan.name
    lines = [f"{indent}class {name}({base}):"]
    if plan.type.documentation:
        lines += [_docstring(plan.type.documentation, inner), ""]
    lines.append(f"{inner}__slots__ = ()")
    local = plan.place.removeprefix(f"{{{plan.module.uri}}}")
    lines.append(f"{inner}__xsd__ = P + {f'{local}/'.rstrip('/') if not plan.tag or plan.outer else f'/{local}'!r}" if plan.module.uri
                 else f"{inner}__xsd__ = {plan.place if not plan.tag or plan.outer else f'/{plan.place}'!r}")
    if plan.tag:
        lines.append(f"{inner}__tag__ = {_tag(plan.tag, plan)}")
    if plan.content is not None:
        lines.append(f"{inner}__content__ = {plan.content!r}")
    if plan.type.mixed != (plan.base.type.mixed if plan.base is not None else False):
        lines.append(f"{inner}__mixed__ = {plan.type.mixed!r}")
    if plan.type.abstract or (plan.base is not None and plan.base.type.abstract):
        lines.append(f"{inner}__abstract__ = {plan.type.abstract!r}")
    for enum in plan.enums:
        lines += ["", *_enum(enum, inner)]
    for nested in plan.classes:
        if not nested.hoisted:
            lines += ["", *_class(work, nested, inner)]
    if plan.fields:
        lines.append("")
    # A field called like one of the makers would hide it from the lines that follow.
    hidden = bool({one.name for one in plan.fields} & {*_MAKERS, *_SIMPLE})
    inherited = _inherited(plan)
    for one in plan.fields:
        lines += _field(one, inner, hidden, inherited.get(one.name, one.annotation) != one.annotation)
    if plan.hoisted and plan.outer is not None:
        lines += ["", "", f"{name}.__name__, {name}.__qualname__ = {plan.name!r}, {plan.qualname!r}"]
        lines += [f"{plan.outer.qualname}.{plan.name} = {name}"]
    return lines


def _tag(name: str, plan: ClassPlan) -> str:
    namespace, local = split(name)
    return f"P + {local!r}" if namespace and namespace == plan.module.uri else repr(name)


def _inherited(plan: ClassPlan) -> dict[str, str]:
    """The annotations of the base classes' fields, the nearest one's by each name."""
    found: dict[str, str] = {}
    base = plan.base
    while base is not None:
        found = {one.name: one.annotation for one in base.fields} | found
        base = base.base
    return found


def _field(one: FieldPlan, indent: str, hidden: bool, narrowed: bool) -> list[str]:
    """One field; `narrowed`: a base class has it with another type, of which a restriction need not be a subtype to a type checker."""
    call = f"{one.maker}({one.arguments})"
    if hidden:
        call = re.sub(rf"(?<![\w.'])({'|'.join((*_MAKERS, *_SIMPLE))})\(", r"_declare.\1(", call)
    lines = [f"{indent}{one.name}: {one.annotation} = {call}{'  # type: ignore[assignment, unused-ignore]' if narrowed else ''}"]
    if one.documentation:
        lines.append(_docstring(one.documentation, indent))
    return lines


def _docstring(text: str, indent: str) -> str:
    """The text as a docstring, wrapped; quotes and backslashes cannot end it."""
    safe = text.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
    safe = safe[:-1] + '\\"' if safe.endswith('"') else safe
    paragraphs = [wrapped for part in safe.split("\n") for wrapped in (textwrap.wrap(" ".join(part.split()), _WIDTH - len(indent)) or [""])]
    while paragraphs and not paragraphs[-1]:
        paragraphs.pop()
    if len(paragraphs) == 1:
        return f'{indent}"""{paragraphs[0]}"""'
    return "\n".join([f'{indent}"""{paragraphs[0]}', *(f"{indent}{line}".rstrip() for line in paragraphs[1:]), f'{indent}"""'])
