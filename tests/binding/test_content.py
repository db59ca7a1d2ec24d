"""Content models as generated classes declare them, in one line."""

from __future__ import annotations

import pytest

from xmlsvc.binding import content
from xmlsvc.schema.model import Element, Group, Particle, Wildcard

SIGNS = {"sequence": " ", "choice": " | ", "all": " & "}


def shown(particle: Particle | None) -> str:
    """A particle with every group in parentheses and every count that is not one."""
    if particle is None:
        return ""
    term = particle.term
    times = "" if (particle.min, particle.max) == (1, 1) else f"{{{particle.min},{'' if particle.max is None else particle.max}}}"
    if isinstance(term, Element):
        return term.name + times
    if isinstance(term, Wildcard):
        return content.wildcard_text(term) + times
    return f"({SIGNS[term.kind].join(map(shown, term.particles))}){times}"


BASE = Particle(Group("sequence", (Particle(Element("base", content._ANY)),)))


@pytest.mark.parametrize(("text", "model"), [
    ("", ""), ("a", "a"), ("a?", "a{0,1}"), ("a*", "a{0,}"), ("a+", "a{1,}"), ("a{2}", "a{2,2}"), ("a{2,}", "a{2,}"),
    ("a{2,12}", "a{2,12}"),
    ("a b c", "(a b c)"), ("a | b", "(a | b)"), ("a & b", "(a & b)"), ("a b | c", "((a b) | c)"), ("(a b)*", "(a b){0,}"),
    ("(a?)*", "(a{0,1}){0,}"), ("((a | b)+)?", "((a | b){1,}){0,1}"), ("((a))", "a"), ("(a | b) c", "((a | b) c)"),
    ("(a){0,5}", "a{0,5}"), ("(a* | b)", "(a{0,} | b)"), ("^ c", "(((base)) c)"), ("(^)*", "((base)){0,}"), ("a ^?", "(a ((base)){0,1})"),
    ("[any]", "[any]"), ("[any lax]*", "[any lax]{0,}"), ("[other urn:a skip]", "[other urn:a skip]"),
    ("[other - urn:b]", "[other - urn:b]"),
    ("[urn:a urn:b lax]", "[urn:a urn:b lax]"), ("[-]", "[-]"), ("a [- urn:a]?", "(a [- urn:a]{0,1})"),
])  # fmt: skip
def test_what_a_line_says(text: str, model: str) -> None:
    assert shown(content.read(text, lambda name: (name,), BASE)[0]) == model


def test_a_base_without_content_adds_none() -> None:
    assert shown(content.read("^ c", lambda name: (name,))[0]) == "(() c)"


def test_wildcards_admit_what_they_say() -> None:
    asked = ("", "urn:a", "urn:b")
    for text, admitted in (("[any]", asked), ("[other urn:a]", ("", "urn:b")), ("[other - urn:a]", ("urn:b",)),
    ("[- urn:a]", ("", "urn:a"))):
        assert tuple(namespace for namespace in asked if content.wildcard(text).admits(namespace)) == admitted
    assert [content.wildcard(text).process for text in ("[any]", "[any lax]", "[urn:a skip]")] == ["strict", "lax", "skip"]
