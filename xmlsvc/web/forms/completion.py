"""What may be written at the cursor of the source editor: elements that the content model allows there, attributes, values.

    complete(models, shape, Context) → [Option]

The editor says what stands around the cursor, as far as it is there yet: the open elements from the root on, each with its attributes, and
the names of the innermost one's children before and behind. Names are as written; prefixes are looked up in the declarations.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from ... import errors
from ...publish import conditional
from ...publish.shape import Shape, simple
from ...schema import model
from ...xml.names import derived_prefix, join, split
from . import controls, skeleton
from .languages import LANGUAGES
from .models import Models
from .open import Opening

MOST = 300
_EMPTY = '"${}"'  # a value that is to be filled in


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
        found = (_element(element, {}, shape.model.prefixes) for element in shape.model.elements.values() if not element.abstract)
    else:
        declaration, kind = _follow(shape, at.path, scopes)
        if at.kind == "element":
            found = _elements(models, shape.model, kind, at, scope)
        elif at.kind == "attribute":
            found = _attributes(shape.model, kind, at.path[-1], scope)
        else:
            found = _values(models, shape, declaration, kind, at, scope)
    return [option for option, _ in zip(found, range(MOST), strict=False)]


def _scopes(path: Sequence[Open]) -> Iterator[dict[str, str]]:
    scope = {"xml": model.XML_NAMESPACE}
    for each in path:
        for name, value in each.attributes.items():
            if name == "xmlns" or name.startswith("xmlns:"):
                scope = {**scope, name[6:]: value}
        yield scope


def _clark(name: str, scope: Mapping[str, str], attribute: bool = False) -> str:
    prefix, _, local = name.rpartition(":")
    return join("" if attribute and not prefix else scope.get(prefix, ""), local)


def _written(clark: str, scope: Mapping[str, str], authors: Mapping[str, str], attribute: bool = False) -> tuple[str, str]:
    """(a name as it can be written here, what must be declared with it, "" for nothing). `authors`: the schema author's prefixes."""
    namespace, local = split(clark)
    if not namespace:
        return local, ' xmlns=""' if scope.get("") and not attribute else ""
    prefixes = [prefix for prefix, uri in scope.items() if uri == namespace and (prefix or not attribute)]
    if prefixes:
        return f"{prefixes[0]}:{local}" if prefixes[0] else local, ""
    prefix = preferred = authors.get(namespace) or derived_prefix(namespace)
    number = 1
    while prefix in scope:
        prefix, number = f"{preferred}_{number}", number + 1
    return f"{prefix}:{local}", f" xmlns:{prefix}={quoteattr(namespace)}"


def _follow(shape: Shape, path: Sequence[Open], scopes: Sequence[Mapping[str, str]]) -> tuple[model.Element | None, model.Type | None]:
    """The innermost open element's declaration and type."""
    declaration: model.Element | None = None
    kind: model.Type | None = None
    for depth, (each, scope) in enumerate(zip(path, scopes, strict=True)):
        name = _clark(each.name, scope)
        child = shape.children(kind).get(name) if depth else None
        declaration = child.element if child is not None else shape.model.elements.get(name)
        stated = {_clark(attribute, scope, True): value for attribute, value in each.attributes.items()}
        kind = conditional.chosen(declaration, stated, shape.model) if declaration is not None else None
        for attribute, value in each.attributes.items():
            if _clark(attribute, scope, True) == f"{{{model.XSI_NAMESPACE}}}type":
                kind = shape.model.types.get(_clark(value.strip(), scope), kind)
    return declaration, kind


def _elements(
    models: Models, schema: model.Model, kind: model.Type | None, at: Context, scope: Mapping[str, str]
) -> Iterator[Option]:
    before, behind = [_clark(name, scope) for name in at.before], [_clark(name, scope) for name in at.behind]
    allowed = models.allowed(kind, [*before, *behind])
    if allowed is None:
        return
    declared = models.declared(kind)
    for name, declaration in declared.items():
        if allowed.here(name, len(before)):
            yield _element(declaration, scope, schema.prefixes)
    free = Opening.of(allowed.wildcards(), schema.elements, declared, "elements")
    for name in free.names if free is not None else ():
        if allowed.here(name, len(before)):
            yield _element(schema.elements[name], scope, schema.prefixes)


def _element(declaration: model.Element, scope: Mapping[str, str], authors: Mapping[str, str]) -> Option:
    name, attributes = _written(declaration.name, scope, authors)
    scope = _with(scope, name, declaration.name) if attributes else scope
    kind = declaration.type
    uses = kind.attributes.values() if isinstance(kind, model.ComplexType) else ()
    for use in uses:
        if use.required:
            written, missing = _written(use.name, scope, authors, True)
            scope = _with(scope, written, use.name) if missing else scope
            attributes += f"{missing} {written}={quoteattr(use.fixed) if use.fixed else _EMPTY}"
    empty = isinstance(kind, model.ComplexType) and kind.simple is None and kind.content is None and not kind.mixed
    insert = f"{name}{attributes}/>" if empty else f"{name}{attributes}>${{}}</{name}>"
    return Option(name, "", declaration.documentation or kind.documentation, insert)


def _with(scope: Mapping[str, str], written: str, clark: str) -> Mapping[str, str]:
    """What is in scope once a name was written with the declaration that it lacked: the next one does without."""
    return {**scope, written.rpartition(":")[0]: split(clark)[0]}


def _attributes(schema: model.Model, kind: model.Type | None, tag: Open, scope: Mapping[str, str]) -> Iterator[Option]:
    if not isinstance(kind, model.ComplexType):
        return
    there = {_clark(name, scope, True) for name in tag.attributes}
    free = Opening.of((kind.any_attribute,), schema.attributes, kind.attributes, "attributes") if kind.any_attribute is not None else None
    for use in (*kind.attributes.values(), *(schema.attributes[name] for name in (free.names if free is not None else ()))):
        if use.name not in there:
            written, missing = _written(use.name, scope, schema.prefixes, True)
            needed = "needed" if use.required and use.name in kind.attributes else ""
            yield Option(written, needed, use.documentation, f'{written}="${{}}"{missing}')


def _values(
    models: Models, shape: Shape, declaration: model.Element | None, kind: model.Type | None, at: Context, scope: Mapping[str, str]
) -> Iterator[Option]:
    wanted: model.SimpleType | None = simple(kind)
    if at.attribute:
        name = _clark(at.attribute, scope, True)
        if name == f"{{{model.XSI_NAMESPACE}}}type":
            yield from _types(shape, declaration, scope)
            return
        use = kind.attributes.get(name) if isinstance(kind, model.ComplexType) else None
        if use is None and models.lets_in_attribute(kind, name):
            use = shape.model.attributes.get(name)
        wanted = use.type if use is not None else None
    if wanted is None:
        return
    listed = controls.choices(wanted.item if wanted.variety == "list" and wanted.item is not None else wanted)
    options = listed[0] if listed is not None else (("true", ""), ("false", "")) if wanted.builtin == "boolean" else ()
    if not options and wanted.builtin == "language":
        options = LANGUAGES
    for value, words in options:
        yield Option(value, "", words if words != value else "", _literal(value, bool(at.attribute)))


def _literal(value: str, quoted: bool) -> str:
    """What is inserted for a value that cannot stand as it is in text, or, `quoted`, in an attribute; "" for one that can."""
    written = escape(value, {'"': "&quot;", "'": "&apos;"} if quoted else {})
    return written if written != value else ""


def _types(shape: Shape, declaration: model.Element | None, scope: Mapping[str, str]) -> Iterator[Option]:
    for each in skeleton.types(declaration, shape.model):
        name, missing = _written(each.name or "", scope, shape.model.prefixes)
        if not missing:  # a declaration cannot be written inside a value
            yield Option(name, "type", each.documentation)
