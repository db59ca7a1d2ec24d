"""What somebody did wrong, told apart: missing, unknown, misspelt, out of order, too many, of the wrong namespace."""

from __future__ import annotations

import time
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.schema.test_matcher import element, group, models, words
from xmlsvc.schema.matcher import Matcher, TooComplex
from xmlsvc.schema.model import Element, Particle, Wildcard
from xmlsvc.validation.repair import Diagnosis, alike, diagnose, distance, edits

RECORD = group("sequence", element("title"), element("synopsis", 0), element("genre", 1, None), element("date"))
CHOICE = group("sequence", group("choice", element("a"), element("b")), element("c"))


def diagnosed(model: Particle, text: str) -> list[Diagnosis]:
    matcher = Matcher(model, {})
    names = text.split()
    return diagnose(matcher, names, edits(matcher, names))


@pytest.mark.parametrize(("model", "children", "expected"), [
    (RECORD, "title genre date", []),
    (RECORD, "title date", [("missing", 1)]),
    (RECORD, "title genre", [("incomplete", 2)]),
    (RECORD, "", [("incomplete", 0)]),
    (RECORD, "genre title date", [("order", 0)]),
    (RECORD, "title genre synopsis date", [("order", 2)]),
    (RECORD, "title title genre date", [("many", 1)]),
    (RECORD, "titel genre date", [("misspelt", 0)]),
    (RECORD, "{u}title genre date", [("namespace", 0)]),
    (RECORD, "title foo genre date", [("unknown", 1)]),
    (RECORD, "title foo date", [("unknown", 1), ("missing", 2)]),
    (RECORD, "title synopsi genre date foo", [("misspelt", 1), ("unknown", 4)]),
    (RECORD, "foo bar", [("unknown", 0), ("unknown", 1), ("incomplete", 2)]),
    (CHOICE, "c", [("missing", 0)]),
    (CHOICE, "a b c", [("excluded", 1)]),
    (CHOICE, "c a", [("order", 0)]),
    (group("all", element("x"), element("y", 0), element("z")), "x x z", [("many", 1)]),
    (group("all", element("x"), element("y", 0), element("z")), "y", [("incomplete", 1)]),
    (group("all", element("title"), element("date"), element("genre", 0)), "gener title title foo date", [
        ("misspelt", 0), ("many", 2), ("unknown", 3)]),
    (group("all", element("title"), element("tite", 0)), "titl title", [("misspelt", 0)]),
    (Particle(group("all", element("x"), element("z")).term, 0), "foo", [("unknown", 0)]),
    (group("all", element("x", 2, 3), Particle(Wildcard(frozenset({"urn:w"})), 0)), "{urn:w}a x {urn:w}b", [
        ("unknown", 2), ("incomplete", 3)]),
    (group("sequence", element("a"), Particle(Wildcard(frozenset({"urn:w"})), 0, None)), "a {urn:w}x b", [("unknown", 2)]),
    (group("sequence", element("a"), Particle(Wildcard(frozenset({"urn:w"})), 0, None)), "{urn:w}x a {urn:w}y", [("order", 0)]),
    (group("sequence", element("a"), Particle(Wildcard(frozenset({"urn:w"})), 0, None)), "{urn:v}x a", [("unknown", 0)]),
])  # fmt: skip
def test_diagnoses(model: Particle, children: str, expected: list[tuple[str, int]]) -> None:
    assert [(one.kind, one.index) for one in diagnosed(model, children)] == expected


def test_what_is_missing_and_what_may_come() -> None:
    (one,) = diagnosed(RECORD, "title date")
    assert [[term.name for term in terms if isinstance(term, Element)] for terms in one.terms] == [["genre"]]
    assert [term.name for term in one.expected if isinstance(term, Element)] == ["synopsis", "genre"]
    (one,) = diagnosed(CHOICE, "c")
    assert [term.name for term in one.terms[0] if isinstance(term, Element)] == ["a", "b"]
    (one,) = diagnosed(RECORD, "title genre synopsis date")
    assert (one.name, one.other, one.before) == ("synopsis", 1, True)


@given(models, st.lists(words, min_size=10, max_size=10))
def test_a_diagnosis_exactly_where_children_do_not_fit(model: Particle, samples: list[str]) -> None:
    matcher = Matcher(model, {})
    for word in samples:
        try:
            moves = edits(matcher, word)
        except TooComplex:
            assert not matcher.accepts(word)  # nothing fits this model
            continue
        assert (not diagnose(matcher, word, moves)) == matcher.accepts(word)
        if any(move.kind not in ("fits", "missing", "extra") for move in moves):
            continue
        kept = [move for move in moves if move.kind != "extra"]
        mended = [word[move.index] if move.kind == "fits" else move.terms[0].name for move in kept]  # type: ignore[union-attr]
        assert matcher.accepts(mended), (word, mended)


def test_where_there_is_no_order_children_are_counted() -> None:
    """Each set of 800 children that have come would be a place of its own, with 800 others behind it."""
    wide, seeded = group("all", *(element(f"e{number}", 0) for number in range(800))), Random(1)
    matcher = Matcher(wide, {})
    for _ in range(3):
        names = [f"e{number}" for number in seeded.sample(range(800), 250)]
        given = [*names, names[7], "strange"]
        found = diagnose(matcher, given, edits(matcher, given))
        assert [(one.kind, one.index) for one in found] == [("many", 250), ("unknown", 251)]
        assert matcher.accepts(names) and not matcher.accepts([*names, names[7]])
    assert len(matcher.automaton) < 2_000


def test_floods_stay_cheap() -> None:
    started = time.process_time()
    for name in ("foo", "date", "title"):
        assert len(diagnosed(RECORD, f"{name} " * 20_000)) >= 19_990
    assert time.process_time() - started < 10


@pytest.mark.parametrize(("a", "b", "expected"), [
    ("titel", "title", 1), ("abc", "abc", 0), ("abc", "abd", 1), ("a", "abcd", 3), ("", "ab", 2),
])  # fmt: skip
def test_distance(a: str, b: str, expected: int) -> None:
    assert distance(a, b, 5) == distance(b, a, 5) == expected
    assert distance(a, b, 0) == (0 if expected == 0 else 1)


@pytest.mark.parametrize(("a", "b", "expected"), [
    ("{u}title", "{v}title", True), ("titel", "title", True), ("Title", "title", True), ("foo", "title", False), ("ab", "xy", False),
    ("{u}titel", "{v}title", False),
])  # fmt: skip
def test_alike(a: str, b: str, expected: bool) -> None:
    assert alike(a, b) is expected
