"""One plain sentence for each finding: what is wrong, and what would be right, with an example that is valid there.

    Speaker(language, components, …).say(finding)  -> the sentence

The catalogue of a language holds the words (`english`, `dutch`); here they are chosen and their slots filled.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from typing import Any

from lxml import etree

from ..errors import UsageError
from ..schema import examples
from ..schema.model import XSI_NAMESPACE, Attribute, Element, SimpleType, Wildcard
from ..schema.values import Fault
from ..xml import names
from . import dutch, english, suggest, wording
from .components import Components
from .findings import Finding, Place
from .naming import Written
from .repair import Diagnosis, Guesses

CATALOGUES = {"en": english.SENTENCES, "nl": dutch.SENTENCES}
_XSI_TYPE = f"{{{XSI_NAMESPACE}}}type"
_LISTED = 8  # most names or values listed in a sentence
_MANY = 1_000  # from how many on they are not looked through for doubles
_LITERAL = 60  # characters of the longest value that is tried in other forms
_FRAGMENT = 400  # characters of the longest example of an element


class Speaker:
    """Says what is wrong at one element, in one language. `line` gives an element's line; `guesses` are the whole report's."""

    def __init__(self, language: str, components: Components, element: etree._Element, prefixes: names.Prefixes,
                 line: Callable[[Place], int | str | None], guesses: Guesses) -> None:
        if language not in CATALOGUES:
            raise UsageError(f"There is no language “{language}” for reports. There are: {', '.join(CATALOGUES)}.")
        self._catalogue = CATALOGUES[language]
        self._components, self._line, self._guesses = components, line, guesses
        self.written = Written(element, prefixes)

    def say(self, finding: Finding) -> str:
        """The sentence (or two, or three) on a finding."""
        kind, facts = finding.kind, finding.facts
        if "diagnosis" in facts:
            return self._structure(finding, facts["diagnosis"])
        if kind == "rule":
            return str(facts["said"])
        if kind == "value":
            return self._value(finding, facts["fault"])
        method = getattr(self, f"_say_{kind}", None)
        if method is not None:
            return str(method(finding))
        return self._words(kind, self._slots(finding))

    # -- words ----------------------------------------------------------------------------------------------------------------

    def _words(self, key: str, slots: dict[str, Any], *hints: str) -> str:
        text = self._catalogue[key].format(**slots)
        opening = text.partition(" ")[0]
        return " ".join([text if ":" in opening else text[:1].upper() + text[1:], *filter(None, hints)])

    def _hint(self, key: str, **slots: Any) -> str:
        return self._catalogue[key].format(**slots)

    def _list(self, items: Iterable[str], join: str = "or", quoted: bool = True) -> str:
        """ “a”, “b” or “c”; a long list is cut."""
        many = len(items) if isinstance(items, Sequence) and len(items) > _MANY else 0  # they are different: keys of a table
        found = list(dict.fromkeys(islice(items, _LISTED) if many else items))
        shown = [f"“{item}”" if quoted else item for item in found[:_LISTED]]
        if (count := many or len(found)) > _LISTED:
            return f"{', '.join(shown)} {self._hint('more', count=count - _LISTED)}"
        if len(shown) < 2:
            return "".join(shown)
        return f"{', '.join(shown[:-1])} {self._catalogue[join]} {shown[-1]}"

    def _near(self, name: str, candidates: Sequence[Any], text: Callable[[Any], str] = str) -> str | None:
        """The candidate that a name was probably meant for, as long as guessing can be afforded."""
        return suggest.nearest(name, map(text, candidates)) if self._guesses.afford(len(candidates)) else None

    def _near_value(self, literal: str, values: Sequence[str]) -> str | None:
        return suggest.nearest_value(literal, values) if self._guesses.afford(len(values)) else None

    def _slots(self, finding: Finding) -> dict[str, Any]:
        """What most sentences need."""
        facts, element = finding.facts, finding.element
        parent = element.getparent()
        slots: dict[str, Any] = {key: wording.short(value) for key, value in facts.items() if isinstance(value, str)}
        slots["name"] = self.written.name(element.tag)
        slots["parent"] = self.written.name(parent.tag) if parent is not None else ""
        if finding.attribute is not None:
            slots["attribute"] = self.written.attribute(finding.attribute)
        if "child" in facts:
            slots["child"] = self.written.name(facts["child"])
        if "identity" in facts:
            slots["identity"] = names.split(facts["identity"].name)[1]
        if "values" in facts:
            slots["values"] = self._list(map(wording.short, facts["values"]), "and")
        if isinstance(facts.get("first"), Place):
            slots["line"] = self._line(facts["first"])
        slots["subject"] = self._hint("subject.attribute" if finding.attribute else "subject.element", **slots)
        return slots

    def terms(self, terms: Sequence[Element | Wildcard]) -> list[str]:
        """Names of what may come: an abstract head by what may stand for it."""
        found = []
        for term in terms:
            if isinstance(term, Wildcard):
                found.append(self._catalogue["any_element" if term.namespaces is None and not term.excluded else "other_namespace"])
            elif term.abstract:
                found += [self.written.name(one.name) for one in self._components.substitutes.get(term.name, ())]
            else:
                found.append(self.written.name(term.name))
        return found

    def example(self, element: Element) -> str:
        """A fragment that is valid in its place, in one line; "" where there is none that is short enough."""
        try:
            text = examples.fragment(element, self.written, self._components.model)
        except examples.NoExample:
            return ""
        line = "".join(part.strip() for part in text.splitlines())
        return line if len(line) <= _FRAGMENT else ""

    # -- structure ------------------------------------------------------------------------------------------------------------

    def _structure(self, finding: Finding, one: Diagnosis) -> str:
        children: Sequence[Place] = finding.facts["children"]
        parent = finding.element if one.kind == "incomplete" else finding.element.getparent()
        slots: dict[str, Any] = {"parent": self.written.name(parent.tag) if parent is not None else "", "most": finding.facts.get("most")}
        if one.name is not None:
            slots["name"] = self.written.name(one.name)
        if one.kind in ("missing", "incomplete"):
            return self._lacking(one, slots, bool(children))
        if one.kind == "order":
            other = children[one.other or 0]
            return self._words("order.before" if one.before else "order.after",
                               {**slots, "other": self.written.name(other.tag), "line": self._line(other)})
        if one.kind == "many":
            key = {None: "many", 1: "many.once"}.get(finding.facts.get("most"), "many.times")
            return self._words(key, slots)
        if one.kind == "namespace" and one.meant is not None and one.name is not None:
            return self._namespace(one.name, one.meant.name)
        expected = self._expected(one)
        if one.kind == "misspelt" and one.meant is not None:
            return self._words("misspelt", slots, self._hint("hint.near", near=self.written.name(one.meant.name)))
        return self._words(one.kind, slots, expected)

    def _expected(self, one: Diagnosis) -> str:
        named = self.terms(one.expected)
        return self._hint("hint.expected", expected=self._list(named, quoted=False)) if named else self._catalogue["hint.nothing"]

    def _lacking(self, one: Diagnosis, slots: dict[str, Any], filled: bool) -> str:
        """Something that must be there is not."""
        key = "incomplete.empty" if one.kind == "incomplete" and not filled else one.kind
        first = [term for term in one.terms[0] if isinstance(term, Element)]
        fragment = self.example(first[0]) if first else ""
        hint = self._hint("hint.example", example=fragment) if fragment else ""
        several = len(one.terms) > 1
        named = [self._list(self.terms(alternatives), quoted=True) for alternatives in one.terms]
        if several:
            missing = f" {self._catalogue['then']} ".join(filter(None, [", ".join(named[:-1]), named[-1]]))
            key = key if key == "incomplete.empty" else f"{key}.several"
        else:
            missing = named[0]
            choice = len(self.terms(one.terms[0])) > 1
            if choice:
                key, missing = f"{key}.choice", missing
            elif key != "incomplete.empty":
                missing = missing.strip("“”")
        return self._words(key, {**slots, "missing": missing}, hint)

    def _namespace(self, name: str, meant: str) -> str:
        (found, local), (wanted, _) = names.split(name), names.split(meant)
        hint = self._hint("hint.write", example=f"<{self.written.name(meant)}>") if self.written.declared(meant) else ""
        return self._words("namespace", {"local": local, "found": self._space(found), "wanted": self._space(wanted)}, hint)

    def _space(self, namespace: str) -> str:
        return self._hint("space", namespace=namespace) if namespace else self._catalogue["space.none"]

    def _say_root(self, finding: Finding) -> str:
        roots: tuple[Element, ...] = finding.facts["roots"]
        name = finding.element.tag
        twin = next((one for one in roots if names.split(one.name)[1] == names.split(name)[1]), None)
        if twin is not None:
            return self._namespace(name, twin.name)
        if near := self._near(name, [one.name for one in roots]):
            return self._words("root.near", self._slots(finding), self._hint("hint.near", near=self.written.name(near)))
        listed = self._list(self.terms([one for one in roots if not one.abstract]))
        return self._words("root", {**self._slots(finding), "choices": listed})

    def _say_text_in_empty(self, finding: Finding) -> str:
        text = finding.facts["literal"]
        return self._words("text_in_empty" if text else "space_in_empty", {**self._slots(finding), "text": wording.short(text)})

    def _say_text(self, finding: Finding) -> str:
        return self._words("text", {**self._slots(finding), "text": wording.short(finding.facts["literal"])})

    def _say_children_in_value(self, finding: Finding) -> str:
        return self._words("children_in_value", self._slots(finding))

    def _say_abstract_element(self, finding: Finding) -> str:
        choices = self.terms(finding.facts["substitutes"])
        slots = {**self._slots(finding), "choices": self._list(choices)}
        return self._words("abstract_element" if choices else "abstract_element.none", slots)

    def _choices(self, types: Sequence[Any]) -> str:
        """The types as xsi:type would name them here: in such a value a default namespace counts (Structures, 3.15.3)."""
        named = [one.name for one in types if one.name]
        if not named:
            return ""
        attribute = self.written.attribute(_XSI_TYPE)
        said = self._hint("hint.choices", choices=self._list((f'{attribute}="{self.written.name(one)}"' for one in named), quoted=False))
        lacking = dict.fromkeys(filter(None, map(self.written.declaration, (_XSI_TYPE, *named[:_LISTED]))))
        return f"{said} {self._hint('hint.declare', declarations=' '.join(lacking))}" if lacking else said

    def _say_abstract_type(self, finding: Finding) -> str:
        return self._words("abstract_type", self._slots(finding), self._choices(finding.facts["derived"]))

    def _say_type_unknown(self, finding: Finding) -> str:
        return self._words("type_unknown", self._slots(finding), self._choices(finding.facts["candidates"]))

    def _say_type_unfit(self, finding: Finding) -> str:
        return self._words("type_unfit", self._slots(finding), self._choices(finding.facts["candidates"]))

    def _say_not_nillable(self, finding: Finding) -> str:
        fragment = self.example(finding.facts["declaration"])
        return self._words("not_nillable", self._slots(finding), self._hint("hint.example", example=fragment) if fragment else "")

    # -- attributes and identity ----------------------------------------------------------------------------------------------

    def _say_attribute(self, finding: Finding) -> str:
        allowed = [use.name for use in finding.facts["allowed"]]
        near = self._near(finding.attribute or "", allowed)
        if near:
            hint = self._hint("hint.near", near=self.written.attribute(near))
        elif allowed:
            hint = self._hint("hint.attributes", allowed=self._list(map(self.written.attribute, allowed), "and"))
        else:
            hint = self._catalogue["hint.no_attributes"]
        return self._words("attribute", self._slots(finding), hint)

    _say_attribute_on_simple = _say_attribute

    def _say_attribute_missing(self, finding: Finding) -> str:
        use: Attribute = finding.facts["use"]
        name = self.written.attribute(use.name)
        value = use.fixed if use.fixed is not None else self._components.example(use.type)
        hint = self._hint("hint.example", example=f'{name}="{value}"') if value is not None else ""
        return self._words("attribute_missing", {**self._slots(finding), "attribute": name}, hint)

    def _say_second_id(self, finding: Finding) -> str:
        return self._words("second_id", {**self._slots(finding), "first": self.written.attribute(finding.facts["first"])})

    def _say_dangling_idref(self, finding: Finding) -> str:
        known = finding.facts["known"]
        near = self._near(finding.facts["literal"], known)
        hint = self._hint("hint.near", near=near) if near else self._hint("hint.known", values=self._list(known, "and")) if known else ""
        return self._words("dangling_idref", self._slots(finding), hint)

    def _say_dangling_keyref(self, finding: Finding) -> str:
        known: Sequence[tuple[str, ...]] = finding.facts["known"]
        near = self._near(" ".join(finding.facts["values"]), known, " ".join)
        hint = self._hint("hint.near", near=near) if near else self._hint("hint.targets", values=self._list(
            [" ".join(one) for one in known[:_MANY]], "and")) if 0 < len(known) <= _MANY else ""
        return self._words(_several("dangling_keyref", finding), self._slots(finding), hint)

    def _say_duplicate_key(self, finding: Finding) -> str:
        return self._words(_several("duplicate_key", finding), self._slots(finding))

    # -- values ---------------------------------------------------------------------------------------------------------------

    def _say_unjudged(self, finding: Finding) -> str:
        return self._words(f"unjudged.{finding.facts['why']}", self._slots(finding))

    def _say_refused(self, finding: Finding) -> str:
        if "condition" in finding.facts:
            return self._words("condition", self._slots(finding))
        return self._words("refused.attribute" if finding.attribute else "refused", self._slots(finding))

    def _value(self, finding: Finding, fault: Fault) -> str:
        slots = {**self._slots(finding), "literal": wording.short(fault.literal), "actual": fault.actual}
        if finding.code == "cvc-elt.5.1.1":
            return self._words("default_value", slots)
        facet = fault.code.removeprefix("cvc-").removesuffix("-valid")
        empty = ".empty" if not fault.literal else ""
        if (plain := fault.literal.strip()) != fault.literal and self._components.checker.fault(
                fault.type, plain, self._components.no_scope) is None:
            return self._words("value.spaces", slots)
        if fault.code == "cvc-datatype-valid.1.2.1" and fault.type.enumeration:
            facet = "enumeration"
        elif fault.code == "cvc-datatype-valid.1.2.1":
            return self._lexical(fault, slots, empty)
        if facet == "enumeration":
            return self._words(f"value.enumeration{empty}", slots, *self._nearest(fault))
        if facet == "pattern":
            hint = self._form(fault)
            return self._words(f"value.pattern{empty}", slots, hint)
        if fault.code == "cvc-datatype-valid.1.2.3":
            kinds = self._list(filter(None, (self._kind(member) for member in wording.members(fault.type))), quoted=False)
            return self._words(f"value.union{empty}", {**slots, "kinds": kinds}, self._meant(fault))
        if facet == "explicitTimezone":
            return self._words(f"value.{facet}.{fault.limit}", slots)
        counted = fault.limit if empty else str(fault.actual)
        slots |= {"limit": fault.limit, "unit": self._catalogue[wording.unit(fault.type) + (".one" if counted == "1" else "")]}
        key = f"value.{facet}"
        variants = [f"{key}.empty.one"] if empty and fault.limit == "1" else []
        variants += [f"{key}{empty}"] if empty else []
        variants += [f"{key}.{wording.measure(fault.type)}", key]
        return self._words(next(variant for variant in variants if variant in self._catalogue), slots)

    def _form(self, fault: Fault) -> str:
        """For a pattern: the literal with its letters or separators changed, if that fits; else an example."""
        checker, scope = self._components.checker, self._components.no_scope
        if len(fault.literal) <= _LITERAL:
            for one in suggest.reshaped(fault.literal):
                if one and checker.fault(fault.type, one, scope) is None:
                    zoned = one == f"{fault.literal.strip()}Z"  # which zone is meant, nobody but the author knows
                    return self._hint("hint.example" if zoned else "hint.write", example=one)
        example = self._components.example(fault.type)
        return self._hint("hint.example", example=example) if example is not None else self._hint("hint.form", pattern=fault.limit)

    def _meant(self, fault: Fault) -> str:
        """For a union: the literal in the form of one of its members, else the nearest of their values, else an example."""
        members = list(wording.members(fault.type))
        for member in members:
            meant = suggest.rewritten(member.builtin, fault.literal)
            if meant is not None and self._components.checker.fault(fault.type, meant, self._components.no_scope) is None:
                return self._hint("hint.write", example=meant)
        near = self._near_value(fault.literal, [value for member in members for value in member.enumeration])
        if near:
            return self._hint("hint.nearest", near=near)
        example = self._components.example(fault.type)
        return self._hint("hint.example", example=example) if example is not None else ""

    def _lexical(self, fault: Fault, slots: dict[str, Any], empty: str) -> str:
        kind = wording.kind(fault.type.builtin)
        if wording.impossible(kind, fault.literal):
            return self._words("value.no_such_day", {**slots, "kind": self._catalogue[f"kind.{kind}"]})
        meant = suggest.rewritten(fault.type.builtin, fault.literal)
        if meant is not None and self._components.checker.fault(fault.type, meant, self._components.no_scope) is None:
            how = self._hint("hint.write", example=meant)
        elif f"how.{kind}" in self._catalogue:
            how = self._hint(f"how.{kind}", example=self._usual(fault.type, kind))
        else:
            how = ""
        return self._words("value.empty" if empty else "value.lexical", {**slots, "kind": self._catalogue[f"kind.{kind}"]}, how)

    def _usual(self, simple: SimpleType, kind: str) -> str:
        """An example that everybody recognises, if the type allows it, else one made for the type."""
        usual = wording.EXAMPLES.get(kind, "")
        fits = usual and self._components.checker.fault(simple, usual, self._components.no_scope) is None
        return usual if fits else self._components.example(simple) or usual

    def _nearest(self, fault: Fault) -> tuple[str, ...]:
        values = fault.type.enumeration
        near = self._near_value(fault.literal, values)
        hints = [self._hint("hint.nearest", near=near)] if near else []
        if not near or len(values) <= _LISTED:
            hints.append(self._hint("hint.allowed", values=self._list(map(wording.short, values), "and")))
        return tuple(hints)

    def _kind(self, simple: SimpleType) -> str:
        """What a member of a union is, in words."""
        if simple.enumeration:
            values = [wording.short(value) for value in simple.enumeration if value]
            return self._hint("kind.values" if len(values) > 1 else "kind.value", values=self._list(values)) if values else ""
        if simple.variety == "list":
            return self._catalogue["kind.list"]
        if simple.patterns or simple.builtin in ("string", "token", "normalizedString", "anySimpleType"):
            return self._catalogue["kind.text"]
        return self._catalogue[f"kind.{wording.kind(simple.builtin)}"]


def _several(key: str, finding: Finding) -> str:
    return f"{key}.several" if len(finding.facts["values"]) > 1 else key
