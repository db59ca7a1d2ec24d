"""Our own assessor: walks a document along the component model and finds everything that is wrong with it, exactly.

    assess(components, root, limit)  -> findings, and whether there are more

Every clause of XML Schema 1.0 Part 1 that concerns instances: element and attribute declarations, xsi:type and xsi:nil, content models by
the exact matcher (`schema.matcher`), and all of a content's violations by the least-cost repair (`repair`), wildcards, values
(`values`), ID and IDREF, identity constraints (`identity`). It is asked where libxml2's word is not final. Source: 3.2.4 … 3.14.4.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from lxml import etree

from ..schema.matcher import Term, TooComplex, namespace
from ..schema.model import XSI_NAMESPACE, Attribute, ComplexType, Element, SimpleType, Type, Wildcard
from ..schema.patterns import TooComplex as PatternTooComplex
from ..schema.values import Fault, normalize
from . import repair
from .components import Components, Content, methods
from .findings import OWN, Finding, Place
from .identity import Identities

_XSI = f"{{{XSI_NAMESPACE}}}"
_XSI_TYPE, _XSI_NIL = f"{_XSI}type", f"{_XSI}nil"
_XSI_KNOWN = frozenset({_XSI_TYPE, _XSI_NIL, f"{_XSI}schemaLocation", f"{_XSI}noNamespaceSchemaLocation"})
_SPACE = " \t\n\r"


class _Undeclared(Element):
    """Stands in for the declaration of an element that has none, so that what is known (xsi:type, its content) can be assessed."""


class Enough(Exception):
    """More findings than anybody wants."""


def assess(components: Components, root: etree._Element, limit: int) -> tuple[list[Finding], bool]:
    """All findings on the document (at most `limit`), and whether there are more. A finding of kind "undecided" says that the
    assessor could not work something out; it stands for no violation."""
    run = Assessment(components, root, limit)
    try:
        run.root()
    except Enough:
        return run.found[:limit], True
    return run.found, False


class Assessment:
    """One document. What is read piece by piece (`streamed`) comes in by `children` and `rest`."""

    def __init__(self, components: Components, root: etree._Element, limit: int) -> None:
        self.components, self.model, self.checker = components, components.model, components.checker
        self._root, self._limit = root, limit
        self.found: list[Finding] = []
        self.guesses = repair.Guesses()
        self.identities = Identities(components, self.add)

    def add(self, code: str, kind: str, element: etree._Element, attribute: str | None = None, **facts: Any) -> None:
        """Note a finding."""
        self.found.append(Finding(code, kind, element, attribute, facts, {OWN}))
        if len(self.found) > self._limit:
            raise Enough

    def root(self) -> None:
        """The whole document (3.3.4, and validation root)."""
        root = self._root
        declaration = self.model.elements.get(root.tag)
        if declaration is not None:
            self.element(root, declaration)
        elif (named := self._named_type(root)) is not None:
            self.element(root, _Undeclared(root.tag, named))
        else:
            self.add("cvc-elt.1", "root", root, roots=self.components.roots)
        self.identities.close()

    # -- elements -------------------------------------------------------------------------------------------------------------

    def element(self, element: etree._Element, declaration: Element) -> None:
        """cvc-elt: an element against its declaration."""
        names: list[str] = element.keys()  # type: ignore[assignment]
        actual: Type = declaration.type
        nilled = mistyped = False
        if declaration.abstract:
            self.add("cvc-elt.2", "abstract_element", element, declaration=declaration,
                     substitutes=self.components.substitutes.get(declaration.name, ()))
        for name in names:
            if name.startswith(_XSI):
                if _XSI_TYPE in names:
                    named = self._xsi_type(element, declaration)
                    actual, mistyped = named or actual, named is None
                nilled = _XSI_NIL in names and not isinstance(declaration, _Undeclared) and self._nil(element, declaration)
                break
        opened = self.identities.enter(element, declaration, actual, nilled)
        if isinstance(actual, SimpleType):
            self._simple(element, declaration, actual, names, nilled)
        elif actual.abstract:
            if not mistyped and not declaration.abstract:  # else its xsi:type, or the element itself, is what is wrong
                self.add("cvc-type.2", "abstract_type", element, declaration=declaration, type=actual,
                         derived=tuple(t for t in self.model.derived.get(actual.name or "", ()) if not getattr(t, "abstract", False)))
        else:
            self._complex(element, declaration, self.components.content(actual), names, nilled)
        if opened is not None:
            self.rest(element)
            self.identities.leave(opened)

    def rest(self, element: etree._Element) -> None:
        """Nobody has asked for this element's children; here they are all in memory."""

    def children(self, element: etree._Element) -> Iterator[etree._Element]:
        """An element's child elements."""
        return element.iterchildren(etree.Element)

    def undecided(self, element: etree._Element) -> None:
        """Something about an element cannot be worked out."""
        self.found.append(Finding("", "undecided", element))

    def _named_type(self, element: etree._Element) -> Type | None:
        literal = element.get(_XSI_TYPE)
        if literal is None:
            return None
        prefix, _, local = normalize(literal, "collapse").rpartition(":")
        space = element.nsmap.get(prefix or None)
        if space is None and prefix:
            return None
        return self.model.types.get(f"{{{space}}}{local}" if space else local)

    def _xsi_type(self, element: etree._Element, declaration: Element) -> Type | None:
        """The type that xsi:type names, if it may stand here (3.3.4, clause 4)."""
        literal = element.get(_XSI_TYPE) or ""
        facts: dict[str, Any] = {"declaration": declaration, "literal": literal, "candidates": self._candidates(declaration.type)}
        prefix = literal.strip(_SPACE).rpartition(":")[0]
        if prefix and prefix not in element.nsmap and prefix != "xml":
            self.add("cvc-elt.4.1", "type_prefix", element, _XSI_TYPE, prefix=prefix, **facts)
            return None
        named = self._named_type(element)
        if named is None:
            self.add("cvc-elt.4.2", "type_unknown", element, _XSI_TYPE, **facts)
            return None
        used = methods(named, declaration.type)
        blocked = declaration.block | (declaration.type.block if isinstance(declaration.type, ComplexType) else frozenset())
        if used is None or used & blocked:
            self.add("cvc-elt.4.3", "type_unfit" if used is None else "type_blocked", element, _XSI_TYPE, **facts)
            return None
        return named

    def _candidates(self, declared: Type) -> tuple[Type, ...]:
        own = (declared,) if declared.name and not getattr(declared, "abstract", False) else ()
        return own + tuple(t for t in self.model.derived.get(declared.name or "", ()) if not getattr(t, "abstract", False))

    def _nil(self, element: etree._Element, declaration: Element) -> bool:
        literal = normalize(element.get(_XSI_NIL) or "", "collapse")
        if literal not in ("true", "false", "1", "0"):
            self.add("cvc-datatype-valid.1.2.1", "nil_value", element, _XSI_NIL, literal=literal)
            return False
        if not declaration.nillable:
            self.add("cvc-elt.3.1", "not_nillable", element, _XSI_NIL, declaration=declaration)
            return False
        if literal in ("false", "0"):
            return False
        if declaration.fixed is not None:
            self.add("cvc-elt.3.2.2", "nil_fixed", element, _XSI_NIL, declaration=declaration, fixed=declaration.fixed)
        if _text(element) or next(element.iterchildren(etree.Element), None) is not None:
            self.add("cvc-elt.3.2.1", "nil_content", element, _XSI_NIL, declaration=declaration)
        return True

    def _simple(self, element: etree._Element, declaration: Element, simple: SimpleType, names: Sequence[str], nilled: bool) -> None:
        """cvc-type 3.1: an element of a simple type."""
        for name in names:
            if name not in _XSI_KNOWN:
                self.add("cvc-type.3.1.1", "attribute_on_simple", element, name, declaration=declaration, allowed=())
        if not nilled:
            self._value(element, declaration, simple, "cvc-type.3.1.2")

    def _value(self, element: etree._Element, declaration: Element, simple: SimpleType, code: str) -> None:
        """The text of an element with a simple type or simple content; default and fixed values (3.3.4, clause 5)."""
        if len(element) and next(element.iterchildren(etree.Element), None) is not None:
            first = next(element.iterchildren(etree.Element))
            self.add(code, "children_in_value", element, declaration=declaration, child=first.tag)
            return
        text = _text(element)
        given = declaration.fixed if declaration.fixed is not None else declaration.default
        supplied = not text and given is not None
        if supplied:
            text = given or ""
        fault = self._fault(simple, text, element)
        if fault is not None:
            self.add("cvc-elt.5.1.1" if supplied else fault.code, "value", element, declaration=declaration, fault=fault)
            return
        if declaration.fixed is not None and not supplied and not self._same(simple, text, declaration.fixed, element):
            self.add("cvc-elt.5.2.2.2.2", "fixed", element, declaration=declaration, literal=text, fixed=declaration.fixed)
        if self.components.identifying(simple):
            self.identities.name(simple, text, element, None, declaration)

    def _fault(self, simple: SimpleType, text: str, element: etree._Element) -> Fault | None:
        try:
            return self.checker.fault(simple, text, element)
        except PatternTooComplex:
            self.undecided(element)
            return None

    def _same(self, simple: SimpleType, text: str, other: str, element: etree._Element) -> bool:
        return text == other or self.checker.value(simple, text, element) == self.checker.value(simple, other, element)

    # -- complex types --------------------------------------------------------------------------------------------------------

    def _complex(self, element: etree._Element, declaration: Element, content: Content, names: Sequence[str], nilled: bool) -> None:
        """cvc-complex-type: attributes, then content."""
        self.attributes(element, declaration, content, names)
        if nilled:
            return
        complex_type = content.type
        if complex_type.simple is not None:
            self._value(element, declaration, complex_type.simple, "cvc-complex-type.2.2")
            return
        if not complex_type.mixed:
            self.no_text(element, declaration, complex_type)
        elif declaration.fixed is not None:
            self._fixed_mixed(element, declaration)
        if complex_type.content is None:
            if len(element):
                for child in self.children(element):
                    self.add("cvc-complex-type.2.1", "child_in_empty", child, declaration=declaration, type=complex_type)
            return
        self.content(element, declaration, content)

    def no_text(self, element: etree._Element, declaration: Element, complex_type: ComplexType) -> None:
        """No characters in an empty content type, white space included, but for what stands around children that may not be there either;
        none but white space in an element-only one."""
        bare = complex_type.content is None and next(element.iterchildren(etree.Element), None) is None
        for text in (element.text, *(child.tail for child in element)):
            if text and (bare or text.strip(_SPACE)):
                self.say_text(element, declaration, complex_type, text.strip(_SPACE))
                return

    def say_text(self, element: etree._Element, declaration: Element, complex_type: ComplexType, text: str) -> None:
        """Text that may not be there, told."""
        if complex_type.content is None:
            self.add("cvc-complex-type.2.1", "text_in_empty", element, declaration=declaration, type=complex_type, literal=text)
        else:
            self.add("cvc-complex-type.2.3", "text", element, declaration=declaration, literal=text)

    def _fixed_mixed(self, element: etree._Element, declaration: Element) -> None:
        child = next(element.iterchildren(etree.Element), None)
        text = _text(element)
        if child is not None:
            self.add("cvc-elt.5.2.2.1", "fixed_children", element, declaration=declaration, fixed=declaration.fixed, child=child.tag)
        elif text and text != declaration.fixed:
            self.add("cvc-elt.5.2.2.2.1", "fixed", element, declaration=declaration, literal=text, fixed=declaration.fixed)

    def content(self, element: etree._Element, declaration: Element, content: Content) -> None:
        """cvc-particle: the straight match; where it breaks, the repair."""
        state = content.matcher.start
        terms: list[tuple[etree._Element, Term]] = []
        try:
            for child in element:
                name = child.tag
                if type(name) is str:
                    step = state.step(name)
                    if step is None:
                        self._broken(element, declaration, content)
                        return
                    state = step[0]
                    terms.append((child, step[1]))
            if not state.final:
                self._broken(element, declaration, content)
                return
        except TooComplex:
            self.undecided(element)
            return
        for child, term in terms:
            if isinstance(term, Element):
                self.element(child, term)
            else:
                self.wild(child, term)

    def _broken(self, element: etree._Element, declaration: Element, content: Content) -> None:
        """Children that do not fit: every violation among them, and below those whose declaration can be told."""
        children = list(element.iterchildren(etree.Element))
        names = [child.tag for child in children]
        try:
            moves = repair.edits(content.matcher, names, self.guesses)
        except TooComplex:  # nothing at all would fit, or no repair was found; that these children do not is certain
            self.add("cvc-complex-type.2.4.a", "refused", element, declaration=declaration, type=content.type)
            return
        for one in repair.diagnose(content.matcher, names, moves, self.guesses):
            self.diagnosed(one, element if one.kind == "incomplete" else children[one.index], declaration, content, children)
        for index, term in self.terms_after(content, names, moves):
            if isinstance(term, Element):
                self.element(children[index], term)
            else:
                self.wild(children[index], term)

    def diagnosed(self, one: repair.Diagnosis, place: etree._Element, declaration: Element, content: Content,
                  children: Sequence[Place]) -> None:
        """A violation among children; `place`: the child, or their parent where something lacks at the end."""
        clause = "b" if one.kind == "incomplete" else "a" if one.expected else "d"
        self.add(f"cvc-complex-type.2.4.{clause}", one.kind, place, declaration=declaration, type=content.type, diagnosis=one,
                 children=children, most=content.matcher.most(one.name) if one.kind == "many" and one.name else None)

    @staticmethod
    def terms_after(content: Content, names: Sequence[str], moves: Sequence[repair.Edit]) -> Iterator[tuple[int, Term]]:
        """(index, what the child is) for those whose declaration can be told after a repair."""
        declared = content.matcher.declared()
        for move in moves:
            if move.kind == "fits" or (move.kind == "renamed" and isinstance(move.term, Element)):
                assert move.term is not None
                yield move.index, move.term
            elif move.kind == "extra" and names[move.index] in declared:
                yield move.index, declared[names[move.index]]

    def wild(self, child: etree._Element, wildcard: Wildcard) -> None:
        """cvc-wildcard and cvc-assess-elt: what a wildcard admitted."""
        if wildcard.process == "skip":
            return
        declaration = self.model.elements.get(child.tag)
        if declaration is None:
            named = self._named_type(child)
            if named is None and wildcard.process == "strict":
                self.add("cvc-complex-type.2.4.c", "strict", child, wildcard=wildcard)
            declaration = _Undeclared(child.tag, named or self.components.any_type)
        self.element(child, declaration)

    # -- attributes -----------------------------------------------------------------------------------------------------------

    def attributes(self, element: etree._Element, declaration: Element, content: Content, names: Sequence[str]) -> None:
        """cvc-complex-type, clauses 3 to 5."""
        wild_ids = []
        for name in names:
            use = content.attributes.get(name)
            if use is not None:
                self._attribute(element, use)
            elif name not in _XSI_KNOWN:
                wildcard = content.wildcard
                if wildcard is None or not wildcard.admits(namespace(name)) or name.startswith(_XSI):
                    self.add("cvc-complex-type.3.2.2", "attribute", element, name, declaration=declaration,
                             allowed=tuple(content.attributes.values()))
                elif wildcard.process != "skip" and self._wild_attribute(element, name, wildcard):
                    wild_ids.append(name)
        for name in content.required:
            if name not in names:
                self.add("cvc-complex-type.4", "attribute_missing", element, None, declaration=declaration, use=content.attributes[name])
        for use in content.referring:
            if use.name not in names:
                self.identities.name(use.type, use.fixed or use.default or "", element, None, use)
        if wild_ids:
            own = [name for name in names if (use := content.attributes.get(name)) and self.components.identifying(use.type) == "ID"]
            if own or len(wild_ids) > 1:
                self.add("cvc-complex-type.5.2" if own else "cvc-complex-type.5.1", "second_id", element, wild_ids[-1],
                         first=(own or wild_ids)[0])

    def _attribute(self, element: etree._Element, use: Attribute) -> None:
        """cvc-attribute and cvc-au: a value against its declaration."""
        text = element.get(use.name) or ""
        fault = self._fault(use.type, text, element)
        if fault is not None:
            self.add(fault.code, "value", element, use.name, declaration=use, fault=fault)
            return
        if use.fixed is not None and not self._same(use.type, text, use.fixed, element):
            self.add("cvc-attribute.4", "fixed", element, use.name, declaration=use, literal=text, fixed=use.fixed)
        if self.components.identifying(use.type):
            self.identities.name(use.type, text, element, use.name, use)

    def _wild_attribute(self, element: etree._Element, name: str, wildcard: Wildcard) -> bool:
        """An attribute that a wildcard admitted; whether it is an ID."""
        use = self.model.attributes.get(name)
        if use is None:
            if wildcard.process == "strict":
                self.add("cvc-complex-type.3.2.2", "attribute_strict", element, name, allowed=())
            return False
        self._attribute(element, use)
        return self.components.identifying(use.type) == "ID"


def _text(element: etree._Element) -> str:
    """The text directly in an element, without comments and processing instructions."""
    text = element.text or ""
    if len(element):
        text += "".join(child.tail or "" for child in element)
    return text
