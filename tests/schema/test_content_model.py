"""Where a new child belongs: right in any order of adding, for every kind of content model."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xmlsvc.binding import content
from xmlsvc.schema.content_model import Order


def order(text: str) -> Order:
    """The order of a declared content model whose fields are their own element names."""
    particle, substitutes = content.read(text, lambda name: (name,))
    return Order(particle, substitutes)


@pytest.mark.parametrize(("model", "children"), [
    ("a b c", "abc"), ("a? b* c+", "abbcc"), ("(a | b) c", "bc"), ("a (b c | d) e", "abce"), ("a & b & c", "bca"), ("(a | b)* c", "abac"),
    ("a (b | (c d)){2} e", "abcde"), ("(a b)*", "abab"), ("(a b? c)+ d", "acabcd"), ("a b a", "aba"), ("((a | b) c){1,3}", "acbc"),
    ("(a b c | b d)", "abc"), ("(a b c | d)", "abc"), ("(d | a b c)", "abc"), ("(a & b)", "ab"),
])
def test_added_in_any_order_the_whole_is_valid(model: str, children: str) -> None:
    made = order(model)
    assert made.matcher.accepts(children)
    for shuffled in set(permutations(children)):
        placed: list[str] = []
        for name in shuffled:
            placed.insert(made.position(placed, name), name)
        assert made.matcher.accepts(placed), (shuffled, placed)


def test_wildcards_have_their_place_too() -> None:
    made = order("a b? [other urn:t lax]*")
    assert made.position(["a", "{urn:x}e"], "b") == 1 and made.position(["a", "b"], "{urn:x}e") == 2
    assert made.position(["a", "{urn:t}nonsense", "{urn:x}e"], "b") == 2


def test_members_of_a_substitution_group_stand_where_its_head_does() -> None:
    particle, substitutes = content.read("a head b", lambda name: ("head", "one", "two") if name == "head" else (name,))
    made = Order(particle, substitutes)
    assert made.words == {"a", "head", "one", "two", "b"}
    assert [made.position(["a", "b"], name) for name in ("head", "one", "two")] == [1, 1, 1]
    assert made.position(["two", "b"], "a") == 0 and made.position(["a", "one"], "b") == 2


@pytest.mark.parametrize(("model", "repeats"), [
    ("a b? c*", False), ("(a | b)*", False), ("(a b)?", False), ("((a | b) | c)*", False), ("a (b | c)+", False), ("((a) | b)*", False),
    ("(a b)*", True), ("(a b){2}", True), ("((a | b) c)*", True), ("(a | (b c))+", True), ("a (b (c d)*)", True), ("a b a", True),
    ("(a | b) (c | a)", True), ("(a | b | a)", False), ("(a & b)", False),
])
def test_where_order_is_more_than_a_matter_of_names(model: str, repeats: bool) -> None:
    assert order(model).repeats is repeats


@pytest.mark.parametrize(("model", "given", "turns"), [
    ("(d h)*", "d1 d2 d3 h1 h2 h3", "d1 h1 d2 h2 d3 h3"), ("(d h)*", "h1 h2 h3 d1 d2 d3", "d1 h1 d2 h2 d3 h3"),
    ("(d h)*", "d1 h1 d2 h2", "d1 h1 d2 h2"), ("(d h)*", "h1 d1 h2 d2", "d1 h1 d2 h2"),
    ("(d h i)*", "i1 i2 d1 d2 h1 h2", "d1 h1 i1 d2 h2 i2"),
    ("x (d h)+ y", "y1 h1 h2 x1 d1 d2", "x1 d1 h1 d2 h2 y1"), ("(d h?)*", "d1 h1 d2 h2", "d1 h1 d2 h2"),
    ("(d h?)*", "d1 d2 h1", "d1 d2 h1"),
    ("a b a", "b1 a1 a2", "a1 b1 a2"),
])
def test_what_is_given_field_by_field_stands_in_turns(model: str, given: str, turns: str) -> None:
    """The first of one belongs with the first of the other, the second with the second."""
    made, placed = order(model), list[str]()
    for child in given.split():
        placed.insert(made.position([one[0] for one in placed], child[0]), child)
    assert " ".join(placed) == turns


def test_of_very_many_children_only_the_names_are_looked_at() -> None:
    """So that a list of thousands does not take a search for each of its places."""
    made = order("(a b)*")
    assert made.position("ababb", "a") == 4, "before the one that lacks it"
    assert made.position("ab" * 29 + "b", "a") == 58 and made.position("ab" * 30 + "b", "a") == 61, "at the end, 60 being the most"


def test_gaps_are_counted() -> None:
    made = order("a b+ (c | d)")
    assert [made.gaps(list(names)) for names in ("abc", "ab", "", "c", "cd", "ba")] == [0, 1, 3, 2, None, None]


MODELS = st.recursive(st.sampled_from("abcd"), lambda inner: st.one_of(
    st.builds(lambda parts, sign, times: f"({sign.join(parts)}){times}", st.lists(inner, min_size=1, max_size=3), st.sampled_from([" ",
    " | "]),
              st.sampled_from(["", "?", "*", "+", "{2}", "{0,2}"]))), max_leaves=5)


@given(MODELS, st.lists(st.sampled_from("abcd"), max_size=4))
def test_what_is_written_is_what_is_read(model: str, names: list[str]) -> None:
    """A model without repeated groups keeps any subset of a valid list of children in order."""
    made = order(model)
    gaps = made.gaps(names)
    assert (gaps == 0) == made.matcher.accepts(names)
    for name in "abcd":
        assert 0 <= made.position(names, name) <= len(names)
