"""The content-model matcher against an independent oracle, and what random models do not reach."""

from __future__ import annotations

import itertools
import time
from concurrent.futures import ThreadPoolExecutor

from hypothesis import given
from hypothesis import strategies as st

from xmlsvc.schema.builtins import build
from xmlsvc.schema.matcher import Matcher
from xmlsvc.schema.model import Element, Group, Particle, Wildcard

STRING = build()["{http://www.w3.org/2001/XMLSchema}string"]


def element(name: str, low: int = 1, high: int | None = 1) -> Particle:
    return Particle(Element(name, STRING), low, high)


def group(kind: str, *parts: Particle, low: int = 1, high: int | None = 1) -> Particle:
    return Particle(Group(kind, parts), low, high)  # type: ignore[arg-type]


def ends(particle: Particle, word: str, starts: frozenset[int]) -> frozenset[int]:
    """Where a match of the particle that starts at one of `starts` may end: the definition in 3.8.4 and 3.9.4, read literally."""

    def once(at: frozenset[int]) -> frozenset[int]:
        term = particle.term
        if isinstance(term, Element):
            return frozenset(i + 1 for i in at if i < len(word) and word[i] == term.name)
        if isinstance(term, Wildcard):
            return frozenset(i + 1 for i in at if i < len(word) and term.admits(""))
        if term.kind == "choice":
            return frozenset().union(*(ends(part, word, at) for part in term.particles)) if term.particles else frozenset()
        orders = itertools.permutations(term.particles) if term.kind == "all" else [term.particles]
        found: set[int] = set()
        for order in orders:
            here = at
            for part in order:
                here = ends(part, word, here)
            found |= here
        return frozenset(found)

    here = starts
    for _ in range(particle.min):
        here = once(here)
    reached, count = set(here), particle.min
    while here and (particle.max is None or count < particle.max):
        here = once(here) - reached
        reached |= here
        count += 1
    return frozenset(reached)


bounds = st.sampled_from([(1, 1), (1, 1), (0, 1), (0, None), (1, None), (1, 2), (2, 3), (0, 2), (2, None), (3, 3), (0, 0)])
names = st.sampled_from("abcde")
leaves = st.builds(lambda n, b: element(n, *b), names, bounds)
models = st.recursive(
    leaves,
    lambda parts: st.builds(
        lambda kind, items, b: group(kind, *items, low=b[0], high=b[1]), st.sampled_from(["sequence", "choice"]),
        st.lists(parts, max_size=4), bounds),
    max_leaves=8,
)
words = st.text(alphabet="abcde", max_size=8)


@given(models, st.lists(words, min_size=20, max_size=20))
def test_equals_the_definition(model: Particle, samples: list[str]) -> None:
    matcher = Matcher(model, {})
    for word in samples:
        assert matcher.accepts(word) == (len(word) in ends(model, word, frozenset({0}))), word


single = leaves.filter(lambda particle: particle.max == 1)


@given(st.lists(single, max_size=4, unique_by=lambda p: p.term.name), st.lists(words, min_size=10, max_size=10))  # type: ignore[union-attr]
def test_all_groups_equal_the_definition(parts: list[Particle], samples: list[str]) -> None:
    model = group("all", *parts)
    matcher = Matcher(model, {})
    for word in samples:
        assert matcher.accepts(word) == (len(word) in ends(model, word, frozenset({0}))), word


def test_shapes_that_engines_get_wrong() -> None:
    first = group("sequence", element("a", 0), group("choice", element("b", 0), element("c", 0)))
    assert not Matcher(first, {}).accepts("abb")
    assert Matcher(group("sequence", element("a", 0), low=2, high=2), {}).accepts("a")
    counted = group("choice", group("sequence", element("c", 0), low=1, high=2), element("a"), low=1, high=2)
    assert not Matcher(counted, {}).accepts("aacc")


def test_substitution_groups_and_wildcards() -> None:
    head = Element("h", STRING, is_global=True)
    member = Element("m", STRING, is_global=True, substitution_head="h")
    other = Wildcard(None, excluded=frozenset({"urn:p", ""}))
    matcher = Matcher(group("sequence", Particle(head), Particle(other, 0, None)), {"h": (head, member)})
    step = matcher.start.step("m")
    assert step is not None and step[1] is member
    after = step[0].step("{urn:q}x")
    assert after is not None and after[1] is other
    assert step[0].step("{urn:p}x") is None and step[0].step("x") is None
    assert matcher.start.expected == (head,) and after[0].expected == (other,)
    local = Element("h", STRING)
    assert not Matcher(Particle(local), {"h": (head, member)}).accepts("m")


def test_counts_cost_what_the_document_has() -> None:
    started = time.process_time()
    nested = group("sequence", group("sequence", element("a", 0, 200), element("b", 0, 200), low=0, high=200), low=0, high=10**9)
    assert Matcher(nested, {}).accepts("ab" * 50 + "a" * 400)
    assert not Matcher(group("sequence", element("a", 0, 20), element("b", 0), low=0, high=20), {}).accepts("a" * 401)
    assert Matcher(element("a", 100_000, 1_000_000_000), {}).accepts(["a"] * 100_000)
    assert not Matcher(element("a", 100_001, 1_000_000_000), {}).accepts(["a"] * 100_000)
    assert time.process_time() - started < 10


def test_how_often_a_child_may_occur_at_most() -> None:
    head = Element("h", STRING, is_global=True)
    member = Element("m", STRING, is_global=True)
    for model, most in (
        (element("a", 0, 3), 3), (element("a", 0, None), None), (group("sequence", element("a", 0, 3), high=2), 6),
        (group("sequence", element("a", 0, 3), element("a")), 4), (group("choice", element("a"), element("b"), high=None), None),
        (group("sequence", element("a", 0, None), low=0, high=0), 0), (group("sequence", element("a", 0, 0), high=None), 0),
        (group("sequence", group("choice", element("a", 0, 2), high=3), low=0, high=2), 12), (element("b"), 0),
    ):
        assert Matcher(model, {}).most("a") == most
    matcher = Matcher(group("sequence", Particle(head, 0, 2), Particle(Wildcard(None))), {"h": (head, member)})
    assert (matcher.most("h"), matcher.most("m"), matcher.most("x")) == (2, 2, 0) and len(matcher.wildcards()) == 1
    assert matcher.declared() == {"h": head, "m": member} and Matcher(None, {}).declared() == {} and Matcher(None, {}).accepts([])


def test_threads_share_an_automaton() -> None:
    """Each place has a number of its own, whoever comes to it first."""
    parts = [element(f"e{number}", 0, 3) for number in range(40)]
    matcher = Matcher(group("all", *parts), {})
    orders = [[f"e{(start + step * 7) % 40}" for step in range(40)] for start in range(40)]
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda names: _walked(matcher, names), orders))
    alone = Matcher(group("all", *parts), {})
    assert found == [_walked(alone, names) for names in orders]
    assert len(matcher.automaton) == len(alone.automaton)


def _walked(matcher: Matcher, names: list[str]) -> list[int]:
    """How many ways lead on from each place, as a search without a lock asks."""
    place, counts = matcher.automaton.start, []
    for name in names:
        forms = matcher.automaton.forms(place)
        counts.append(len(forms))
        place = next(after for symbol, after in forms if isinstance(symbol, Element) and symbol.name == name)
    return counts
