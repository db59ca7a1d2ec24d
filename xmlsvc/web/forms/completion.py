"""What may be written at the cursor of the source editor: elements that the content model allows there, attributes, values.

    complete(models, shape, Context) → [Option]

The editor says what stands around the cursor, as far as it is there yet: the open elements from the root on, each with its attributes, and
the names of the innermost one's children before and behind. Names are as written; prefixes are looked up in the declarations.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ... import errors
from ...publish.shape import Shape, simple
from ...schema import model
from ...xml.names import join, split
from . import controls, skeleton
from .languages import LANGUAGES
from .models import Models

MOST = 300


@dataclass(frozen=True, slots=True)
class Open:
    """An element that is open at the cursor: its name and attributes as written."""

    name: str
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Context:
    """`kind`: element, attribute or value. `path`: from the root on; for attributes and values the last is the tag that the cursor is in.
    `before`, `behind`: children of the innermost element. `attribute`: whose value is written."""

    kind: str
    path: Sequence[Open]
    before: Sequence[str] = ()
    behind: Sequence[str] = ()
    attribute: str = ""


@dataclass(frozen=True, slots=True)
class Option:
    """`label`: what is written; `detail`: a word beside it; `info`: what the schema says; `insert`: a template with ${} for what is to be
    filled in, where more is written than the label."""

    label: str
    detail: str = ""
    info: str = ""
    insert: str = ""


def context(given: Any) -> Context:
    """The context that the editor sent as JSON. Raises BadRequest."""
    try:
        path = [Open(str(each["name"]), {str(k): str(v) for k, v in each.get("attributes", {}).items()}) for each in given["path"]]
        return Context(
            str(given["kind"]),
            path[:300],
            [str(each) for each in given.get("before", ())][:5000],
            [str(each) for each in given.get("behind", ())][:5000],
            str(given.get("attribute", "")),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise errors.BadRequest("The place to complete at is not described as the editor does it.") from error


def complete(models: Models, shape: Shape, at: Context) -> list[Option]:
    """The options, in the order of the schema; at most MOST."""
    scopes = list(_scopes(at.path))
    scope = scopes[-1] if scopes else {}
    found: Iterator[Option]
    if at.kind == "element" and not at.path:
        found = (_element(element, _declared_by(shape)) for element in shape.model.elements.values() if not element.abstract)
    else:
        declaration, kind = _follow(shape, at.path, scopes)
        if at.kind == "element":
            found = _elements(models, kind, at, scope)
        elif at.kind == "attribute":
            found = _attributes(kind, at.path[-1], scope)
        else:
            found = _values(shape, declaration, kind, at, scope)
    return [option for option, _ in zip(found, range(MOST), strict=False)]


def _scopes(path: Sequence[Open]) -> Iterator[dict[str, str]]:
    scope = {"xml": model.XML_NAMESPACE}
    for each in path:
        for name, value in each.attributes.items():
            if name == "xmlns" or name.startswith("xmlns:"):
                scope = {**scope, name[6:]: value}
        yield scope


def _declared_by(shape: Shape) -> dict[str, str]:
    return {prefix: namespace for namespace, prefix in shape.model.prefixes.items()}


def _clark(name: str, scope: Mapping[str, str], attribute: bool = False) -> str:
    prefix, _, local = name.rpartition(":")
    return join("" if attribute and not prefix else scope.get(prefix, ""), local)


def _written(clark: str, scope: Mapping[str, str], attribute: bool = False) -> str:
    """A name with a prefix that is in scope."""
    namespace, local = split(clark)
    if not namespace:
        return local
    prefixes = [prefix for prefix, uri in scope.items() if uri == namespace and (prefix or not attribute)]
    return f"{prefixes[0]}:{local}" if prefixes and prefixes[0] else local


def _follow(shape: Shape, path: Sequence[Open], scopes: Sequence[Mapping[str, str]]) -> tuple[model.Element | None, model.Type | None]:
    """The innermost open element's declaration and type."""
    declaration: model.Element | None = None
    kind: model.Type | None = None
    for depth, (each, scope) in enumerate(zip(path, scopes, strict=True)):
        name = _clark(each.name, scope)
        child = shape.children(kind).get(name) if depth else None
        declaration = child.element if child is not None else shape.model.elements.get(name)
        kind = declaration.type if declaration is not None else None
        for attribute, value in each.attributes.items():
            if _clark(attribute, scope, True) == f"{{{model.XSI_NAMESPACE}}}type":
                kind = shape.model.types.get(_clark(value.strip(), scope), kind)
    return declaration, kind


def _elements(models: Models, kind: model.Type | None, at: Context, scope: Mapping[str, str]) -> Iterator[Option]:
    before, behind = [_clark(name, scope) for name in at.before], [_clark(name, scope) for name in at.behind]
    allowed = models.allowed(kind, [*before, *behind])
    if allowed is None:
        return
    for name, declaration in models.declared(kind).items():
        if allowed.here(name, len(before)):
            yield _element(declaration, scope)


def _element(declaration: model.Element, scope: Mapping[str, str]) -> Option:
    name = _written(declaration.name, scope)
    kind = declaration.type
    uses = kind.attributes.values() if isinstance(kind, model.ComplexType) else ()
    attributes = "".join(f' {_written(use.name, scope, True)}="{use.fixed or "${}"}"' for use in uses if use.required)
    empty = isinstance(kind, model.ComplexType) and kind.simple is None and kind.content is None and not kind.mixed
    insert = f"{name}{attributes}/>" if empty else f"{name}{attributes}>${{}}</{name}>"
    return Option(name, "", declaration.documentation or kind.documentation, insert)


def _attributes(kind: model.Type | None, tag: Open, scope: Mapping[str, str]) -> Iterator[Option]:
    there = {_clark(name, scope, True) for name in tag.attributes}
    for name, use in kind.attributes.items() if isinstance(kind, model.ComplexType) else ():
        if name not in there:
            written = _written(name, scope, True)
            yield Option(written, "needed" if use.required else "", use.documentation, f'{written}="${{}}"')


def _values(
    shape: Shape, declaration: model.Element | None, kind: model.Type | None, at: Context, scope: Mapping[str, str]
) -> Iterator[Option]:
    wanted: model.SimpleType | None = simple(kind)
    if at.attribute:
        name = _clark(at.attribute, scope, True)
        if name == f"{{{model.XSI_NAMESPACE}}}type":
            yield from _types(shape, declaration, scope)
            return
        use = kind.attributes.get(name) if isinstance(kind, model.ComplexType) else None
        wanted = use.type if use is not None else None
    if wanted is None:
        return
    listed = controls.choices(wanted.item if wanted.variety == "list" and wanted.item is not None else wanted)
    options = listed[0] if listed is not None else (("true", ""), ("false", "")) if wanted.builtin == "boolean" else ()
    if not options and wanted.builtin == "language":
        options = LANGUAGES
    for value, words in options:
        yield Option(value, "", words if words != value else "")


def _types(shape: Shape, declaration: model.Element | None, scope: Mapping[str, str]) -> Iterator[Option]:
    for each in skeleton.types(declaration, shape.model):
        yield Option(_written(each.name or "", scope), "type", each.documentation)
