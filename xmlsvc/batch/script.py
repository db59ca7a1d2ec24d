"""Edit scripts: what is to be changed in a document, in lines that a person can read, change and keep.

    namespace p = urn:xmlsvc:programme          a prefix for the paths below
    reorder //p:rights                          the children in the order that the schema wants
    replace //p:genre : "film" -> "movie"       this value by that one
    convert //p:due : date-dmy                  another way of writing (formats.CONVERSIONS), or the first of several that fits
    set //p:rights/@kind = "full"               whatever stands there
    rename //p:tag -> p:label                   elements or attributes; "none:tag" for no namespace
    move //p:note/p:tag -> p:tags               into the nearest neighbour of that name that misses it, made where there is none
    lift //p:rights/p:due                       out of the element that it is in, to where the schema wants it beside that
    add //p:rights : p:holder = "Orion"         a child with this text, where it belongs; : @name = "…" an attribute
    supply //p:rights : p:holder = "Orion"      the same, only where the schema misses it
    renamespace urn:old -> urn:new              everything that is in one namespace
    unwrap //p:b                                the element goes, what is in it stays
    drop //p:rights/p:due                       elements, where the schema has no place for them beside the others
    delete //p:rights/@old                      elements, attributes; with text() at the end text

Paths are XPath 1.0. A line that begins with # is a comment. What a line finds nothing for stays as it is, and so does what is to be
converted and is a value of its type already.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from ..errors import BadRequest
from ..publish import stylesheets
from ..schema.model import Model
from ..settings import Settings
from ..xml import carry, edits, indentation, parser, stylesheet
from ..xml.stylesheet import Stylesheet
from . import formats, materials, placing

_STRING = r'("(?:[^"\\]|\\.)*")'
_FORMS = {
    "namespace": re.compile(r"([\w.-]+) = (\S+)"),
    "reorder": re.compile(r"(.+)"),
    "replace": re.compile(rf"(.+) : {_STRING} -> {_STRING}"),
    "convert": re.compile(r"(.+) : ([\w-]+(?: +[\w-]+)*)"),
    "set": re.compile(rf"(.+) = {_STRING}"),
    "rename": re.compile(r"(.+) -> (\S+)"),
    "move": re.compile(r"(.+) -> (\S+)"),
    "lift": re.compile(r"(.+)"),
    "add": re.compile(rf"(.+) : (@?\S+) = {_STRING}"),
    "supply": re.compile(rf"(.+) : (\S+) = {_STRING}"),
    "renamespace": re.compile(r"(\S+) -> (\S+)"),
    "unwrap": re.compile(r"(.+)"),
    "drop": re.compile(r"(.+)"),
    "delete": re.compile(r"(.+)"),
}
LOSSY = frozenset({"delete", "drop", "unwrap"})
"""Steps that take something away."""
_MOST_LINES = 1_000


@dataclass(frozen=True, slots=True)
class Step:
    """One line: `action` and what it is about; `path` is compiled ("" where the action has none)."""

    line: int
    action: str
    words: tuple[str, ...]
    path: etree.XPath | None = None


@dataclass(frozen=True, slots=True)
class Script:
    """A script ready to be applied. `text` as it was written."""

    text: str
    steps: tuple[Step, ...]
    namespaces: dict[str, str] = field(default_factory=dict)

    @property
    def lossy(self) -> bool:
        """Whether it takes anything away."""
        return any(step.action in LOSSY for step in self.steps)

    def changed(self, data: bytes, tree: etree._ElementTree, model: Model) -> tuple[int, bytes]:
        """(places that are changed, the bytes with these changes and no others); `tree` was parsed from `data` and is changed, too.
        `model`: of the schema that the document is to satisfy. Raises BadRequest for a path that cannot be evaluated."""
        places = self.apply(tree, model)
        return places, edits.save(data, tree) if places else data

    def apply(self, tree: etree._ElementTree, model: Model) -> int:
        """Change the tree; how many places were changed."""
        return sum(_ACTIONS[step.action](self, step, tree, model) for step in self.steps)

    def name(self, written: str) -> str:
        """The Clark name of a prefixed one. Raises BadRequest for a prefix that is not declared."""
        prefix, colon, local = written.rpartition(":")
        if not colon or prefix == "none":
            return local
        if prefix == "xml":
            return f"{{http://www.w3.org/XML/1998/namespace}}{local}"
        if prefix not in self.namespaces:
            raise BadRequest(f"The script's name {written!r} has a prefix that no line declares: namespace {prefix} = …")
        return f"{{{self.namespaces[prefix]}}}{local}"


@dataclass(frozen=True, slots=True)
class Sheet:
    """An XSLT stylesheet in a script's place: what comes out is compared with what went in, and only what differs is changed."""

    text: str
    sheet: Stylesheet
    lossy: bool = True  # nobody knows

    def changed(self, data: bytes, tree: etree._ElementTree, _: Model) -> tuple[int, bytes]:
        """As `Script.changed`. Raises StylesheetError; InputError where no XML comes out."""
        made = stylesheet.isolated(stylesheets.WORKERS, self.sheet, data, seconds=stylesheets.SECONDS)
        carry.carry(tree, parser.parse(made), spaces=False)
        found = edits.between(data, tree)
        return len(found), edits.apply(data, found)


AnyScript = Script | Sheet


def parse(text: str, settings: Settings) -> AnyScript:
    """The script in a text, which may be a stylesheet, too (it is then kept with the `settings`' instance). Raises BadRequest with the
    line that cannot be read, and what would be right; StylesheetError."""
    if text.lstrip("\ufeff \t\r\n").startswith("<"):
        home = materials.folder(settings, materials.keep(settings, {"fix.xsl": text.encode()}))
        return Sheet(text, Stylesheet(home / "fix.xsl"))
    return lines(text)


def lines(text: str) -> Script:
    """The script in a text of lines. Raises BadRequest."""
    steps: list[Step] = []
    namespaces: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), 1):
        stripped = line.strip()
        if not stripped or stripped.startswith("#"):
            continue
        action, _, rest = stripped.partition(" ")
        if action not in _FORMS:
            said = f"A line begins with {', '.join(_FORMS)}, or #."
            raise BadRequest(f"Line {number} of the script begins with {action!r}. {said}", line=number)
        match = _FORMS[action].fullmatch(rest.strip())
        if match is None:
            raise BadRequest(f"Line {number} of the script cannot be read. {_example(action)}", line=number)
        words = tuple(_word(word, number) for word in match.groups())
        if action == "namespace":
            namespaces[words[0]] = words[1]
            continue
        for name in words[1].split() if action == "convert" else ():
            if name not in formats.CONVERSIONS:
                known = ", ".join(formats.CONVERSIONS)
                raise BadRequest(f"Line {number}: there is no conversion {name!r}. There are: {known}.", line=number)
        path = None if action == "renamespace" else _path(words[0], namespaces, number)
        steps.append(Step(number, action, words, path))
        if len(steps) > _MOST_LINES:
            raise BadRequest(f"The script has more than {_MOST_LINES} steps.")
    script = Script(text, tuple(steps), namespaces)
    for step in steps:  # every prefix is known before anything is changed
        for word in step.words[1:2] if step.action in ("rename", "move", "add", "supply") else ():
            script.name(word.lstrip("@"))
    return script


def _word(text: str, number: int) -> str:
    if not text.startswith('"'):
        return text
    try:
        return str(json.loads(text))
    except ValueError:
        raise BadRequest(f"Line {number} of the script: {text} is no text. Write it as in JSON.", line=number) from None


def _path(text: str, namespaces: dict[str, str], number: int) -> etree.XPath:
    try:
        return etree.XPath(text, namespaces=namespaces or None)
    except etree.XPathSyntaxError as error:
        raise BadRequest(f"Line {number} of the script: {text!r} is no XPath: {error}.", line=number) from None


def _example(action: str) -> str:
    known = [line.strip().split("   ")[0] for line in (__doc__ or "").splitlines() if line.strip().startswith(action + " ")]
    return f"For example: {known[0]}" if known else ""


# -- what the steps do --------------------------------------------------------------------------------------------------------------


def _found(step: Step, tree: etree._ElementTree) -> list[Any]:
    assert step.path is not None
    try:
        found = step.path(tree)
    except etree.XPathEvalError as error:
        raise BadRequest(f"Line {step.line} of the script: {step.words[0]!r} cannot be evaluated: {error}.", line=step.line) from None
    return found if isinstance(found, list) else []


def _elements(step: Step, tree: etree._ElementTree) -> Iterator[etree._Element]:
    return (one for one in _found(step, tree) if isinstance(one, etree._Element) and isinstance(one.tag, str))


@dataclass(frozen=True, slots=True)
class _Value:
    """An element's own text, or an attribute's."""

    element: etree._Element
    attribute: str | None

    @property
    def text(self) -> str | None:
        if self.attribute is not None:
            return self.element.get(self.attribute)
        return (self.element.text or "") if not len(self.element) else None

    def write(self, text: str) -> None:
        if self.attribute is not None:
            self.element.set(self.attribute, text)
        else:
            self.element.text = text


def _values(step: Step, tree: etree._ElementTree) -> Iterator[_Value]:
    for one in _found(step, tree):
        if isinstance(one, etree._Element) and isinstance(one.tag, str):
            yield _Value(one, None)
        elif getattr(one, "is_attribute", False):
            yield _Value(one.getparent(), str(one.attrname))
        elif getattr(one, "is_text", False):
            yield _Value(one.getparent(), None)


def _rewrite(step: Step, tree: etree._ElementTree, change: Callable[[str, _Value], str | None]) -> int:
    count = 0
    for value in list(_values(step, tree)):
        text = value.text
        made = change(text, value) if text is not None else None
        if made is not None and made != text:
            value.write(made)
            count += 1
    return count


def _replace(_: Script, step: Step, tree: etree._ElementTree, __: Model) -> int:
    old, new = step.words[1:]
    return _rewrite(step, tree, lambda text, _: new if text == old or " ".join(text.split()) == old else None)


def _convert(_: Script, step: Step, tree: etree._ElementTree, model: Model) -> int:
    conversions = step.words[1].split()
    return _rewrite(
        step, tree, lambda text, place: formats.converted(text, conversions, placing.simple_of(place.element, place.attribute, model))
    )


def _set(_: Script, step: Step, tree: etree._ElementTree, __: Model) -> int:
    return _rewrite(step, tree, lambda _, __: step.words[1])


def _rename(script: Script, step: Step, tree: etree._ElementTree, _: Model) -> int:
    name, count = script.name(step.words[1]), 0
    for one in list(_found(step, tree)):
        if isinstance(one, etree._Element):
            placing.rename(one, name, script.namespaces)
            count += 1
        elif getattr(one, "is_attribute", False) and one.getparent().get(name) is None:
            placing.rename_attribute(one.getparent(), str(one.attrname), name)
            count += 1
    return count


def _reorder(_: Script, step: Step, tree: etree._ElementTree, model: Model) -> int:
    return sum(placing.reorder(element, model) for element in list(_elements(step, tree)))


def _move(script: Script, step: Step, tree: etree._ElementTree, model: Model) -> int:
    name, count = script.name(step.words[1]), 0
    for element in list(_elements(step, tree)):
        parent = element.getparent()
        if parent is None:
            continue
        into = placing.neighbour(element, name, model)
        if into is None:
            into = placing.add(parent, name, model, script.namespaces)
        indentation.remove(element)
        placing.place(into, element, model)
        count += 1
    return count


def _lift(_: Script, step: Step, tree: etree._ElementTree, model: Model) -> int:
    count = 0
    for element in list(_elements(step, tree)):
        parent = element.getparent()
        into = parent.getparent() if parent is not None else None
        if into is not None:
            indentation.remove(element)
            placing.place(into, element, model)
            count += 1
    return count


def _add(script: Script, step: Step, tree: etree._ElementTree, model: Model) -> int:
    _, written, text = step.words
    name, count = script.name(written.lstrip("@")), 0
    for element in list(_elements(step, tree)):
        if written.startswith("@"):
            if element.get(name) is None:
                element.set(name, text)
                count += 1
        else:
            placing.add(element, name, model, script.namespaces).text = text or None
            count += 1
    return count


def _supply(script: Script, step: Step, tree: etree._ElementTree, model: Model) -> int:
    _, written, text = step.words
    name = script.name(written)
    lacking = [element for element in _elements(step, tree) if placing.lacks(element, name, model)]
    for element in lacking:
        placing.add(element, name, model, script.namespaces).text = text or None
    return len(lacking)


def _renamespace(_script: Script, step: Step, tree: etree._ElementTree, _: Model) -> int:
    return placing.renamespace(tree, step.words[0], step.words[1])


def _unwrap(_: Script, step: Step, tree: etree._ElementTree, __: Model) -> int:
    found = [element for element in _elements(step, tree) if element.getparent() is not None]
    for element in found:
        placing.unwrap(element)
    return len(found)


def _drop(_: Script, step: Step, tree: etree._ElementTree, model: Model) -> int:
    wanted = list(_elements(step, tree))
    parents = dict.fromkeys(parent for element in wanted if (parent := element.getparent()) is not None)
    extra = {element for parent in parents for element in placing.superfluous(parent, model)}
    found = [element for element in wanted if element in extra]
    for element in found:
        indentation.remove(element)
    return len(found)


def _delete(_: Script, step: Step, tree: etree._ElementTree, __: Model) -> int:
    count = 0
    for one in list(_found(step, tree)):
        if isinstance(one, etree._Element):
            if one.getparent() is not None:
                indentation.remove(one)
                count += 1
        elif getattr(one, "is_attribute", False):
            count += one.getparent().attrib.pop(one.attrname, None) is not None
        elif getattr(one, "is_text", False) and str(one).strip():
            one.getparent().text = None
            count += 1
        elif getattr(one, "is_tail", False) and str(one).strip():
            one.getparent().tail = None
            count += 1
    return count


Action = Callable[[Script, Step, etree._ElementTree, Model], int]
_ACTIONS: dict[str, Action] = {
    "reorder": _reorder, "replace": _replace, "convert": _convert, "set": _set, "rename": _rename, "move": _move, "lift": _lift,
    "add": _add, "renamespace": _renamespace, "unwrap": _unwrap, "drop": _drop, "delete": _delete, "supply": _supply,
}  # fmt: skip

