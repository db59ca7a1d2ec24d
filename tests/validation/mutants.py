"""Small changes to a document, each of the kind that people and programs make."""

from __future__ import annotations

import copy
import random

from lxml import etree

VALUES = ("", " ", "x", "-1", "0", "1.5", "2024-02-30", "2024-05-17", "2024-05-17T10:00:00", "true", "http://example.org/", "!!!!", "é",
          "999999999999999999999", "NaN", "P1D", "a b", "12:00:00", "en", "-0")  # fmt: skip


def mutate(root: etree._Element, rng: random.Random) -> etree._Element:
    """A copy with one change."""
    root = copy.deepcopy(root)
    elements = list(root.iter(etree.Element))
    element = rng.choice(elements)
    change = rng.choice((_drop, _double, _swap, _rename, _move, _text, _value, _attribute, _no_attribute, _namespace, _add))
    change(element, elements, rng)
    return root


def _drop(element: etree._Element, elements: list[etree._Element], rng: random.Random) -> None:
    if (parent := element.getparent()) is not None:
        parent.remove(element)


def _double(element: etree._Element, elements: list[etree._Element], rng: random.Random) -> None:
    if element.getparent() is not None:
        element.addnext(copy.deepcopy(element))


def _swap(element: etree._Element, elements: list[etree._Element], rng: random.Random) -> None:
    following = element.getnext()
    if following is not None:
        following.addnext(element)


def _rename(element: etree._Element, elements: list[etree._Element], rng: random.Random) -> None:
    element.tag = rng.choice(elements).tag if rng.random() < 0.5 else f"{element.tag}x"


def _move(element: etree._Element, elements: list[etree._Element], rng: random.Random) -> None:
    target = rng.choice(elements)
    if element.getparent() is not None and not any(one is element for one in (target, *target.iterancestors())):
        target.append(element)


def _text(element: etree._Element, elements: list[etree._Element], rng: random.Random) -> None:
    element.text = rng.choice(VALUES)


def _value(element: etree._Element, elements: list[etree._Element], rng: random.Random) -> None:
    if element.attrib:
        element.set(rng.choice(sorted(element.attrib)), rng.choice(VALUES))


def _attribute(element: etree._Element, elements: list[etree._Element], rng: random.Random) -> None:
    other = rng.choice(elements)
    name = rng.choice(sorted(other.attrib)) if other.attrib and rng.random() < 0.6 else "unheard"
    element.set(name, rng.choice(VALUES))


def _no_attribute(element: etree._Element, elements: list[etree._Element], rng: random.Random) -> None:
    if element.attrib:
        del element.attrib[rng.choice(sorted(element.attrib))]


def _namespace(element: etree._Element, elements: list[etree._Element], rng: random.Random) -> None:
    local = etree.QName(element).localname
    element.tag = rng.choice([f"{{urn:other}}{local}", local])


def _add(element: etree._Element, elements: list[etree._Element], rng: random.Random) -> None:
    small = [one for one in elements if len(list(one.iter())) < 20] or [element]
    element.insert(rng.randint(0, len(element)), copy.deepcopy(rng.choice(small)))
