"""Pattern facets: the grammar of Part 2, Appendix F, and time linear in the value."""

from __future__ import annotations

import pickle
import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from xmlsvc.schema import patterns
from xmlsvc.schema.patterns import Pattern, PatternError, compile

MATCHES = [
    (r"[A-Z]{2}\d+", "NL12", True), (r"[A-Z]{2}\d+", "NL", False), (r"[a-z-[aeiou]]+", "xyz", True), (r"[a-z-[aeiou]]+", "xaz", False),
    (r"[+-]?\d", "-1", True), (r"\i\c*", "a:b-c", True), (r"\i\c*", "-a", False), (r"a|b|", "", True), (r"[^abc]", "d", True),
    (r"[\d\-]+", "12-3", True), (r"[\p{L}-[\p{Lu}]]", "é", True), (r"[\p{L}-[\p{Lu}]]", "É", False), (r"\P{L}", "1", True),
    (r".", "\n", False), (r"^a$", "a", False), (r"^a$", "^a$", True), (r"\w+", "a_b", False), (r"\w", "+", True), (r"\W", "_", True),
    (r"\p{IsBasicLatin}+", "abc", True), (r"[\P{Lu}]", "A", False), (r"([0-9]{3}-){2,4}x", "123-456-x", True), (r"a{0}", "", True),
    (r"(ab|c){2,3}", "abcab", True), (r"(ab|c){2,3}", "c", False), (r"a{2,}", "aaaa", True), (r"\.\\\n", ".\\\n", True), (r"", "", True),
]  # fmt: skip


@pytest.mark.parametrize(("pattern", "value", "expected"), MATCHES)
def test_matches(pattern: str, value: str, expected: bool) -> None:
    assert Pattern(pattern).matches(value) is expected


@pytest.mark.parametrize("pattern", ["[", "a)", "(a", "a{2", "a{3,2}", "[b-a]", r"\q", r"\p{Xx}", "*a", "[]", "a**", r"\p"])
def test_refuses(pattern: str) -> None:
    with pytest.raises(PatternError, match=r"character|property"):
        Pattern(pattern)


CATASTROPHIC = ["(a+)+b", "(a|aa)+b", "(.*)*x", r"(\w+\s?)*;", "(a?){50}a{50}b", "([a-z]+)*[0-9]", "(a|a?)+b", "((a*)*)*b"]


@pytest.mark.parametrize("pattern", CATASTROPHIC)
def test_no_pattern_hangs(pattern: str) -> None:
    started = time.process_time()
    assert not Pattern(pattern).matches("a" * 5_000)
    assert time.process_time() - started < 2


common = st.recursive(
    st.sampled_from(["a", "b", "c", ".", "[ab]", "[^a]", "[a-c]"]),
    lambda inner: st.one_of(
        st.builds(lambda x, y: x + y, inner, inner), st.builds(lambda x, y: f"({x}|{y})", inner, inner),
        st.builds(lambda x, q: f"({x}){q}", inner, st.sampled_from(["?", "*", "+", "{2}", "{1,3}", "{2,}"]))),
    max_leaves=6,
)


@given(common, st.lists(st.text(alphabet="abcd", max_size=7), min_size=10, max_size=10))
def test_agrees_with_python_where_both_have_the_same_grammar(pattern: str, values: list[str]) -> None:
    ours = Pattern(pattern)
    for value in values:
        assert ours.matches(value) == bool(re.fullmatch(pattern, value)), value


def test_compile_keeps_and_pickles() -> None:
    assert compile("a+") is compile("a+")
    assert pickle.loads(pickle.dumps(Pattern("a+"))).matches("aaa")


def _parses(text: str) -> bool:
    try:
        etree.fromstring(text.encode())
    except etree.XMLSyntaxError:
        return False
    return True


def test_characters_of_names_are_those_that_a_parser_knows() -> None:
    """At both ends of every range of XML 1.0, productions 4 and 4a, and beside them."""
    ranges = [one for _, found in (patterns._NAME_START, patterns._NAME_MORE) for one in found]
    ends = {end + step for one in ranges for end in one for step in (-1, 0, 1)} | {0xB7, 0x2D, 0x2E, 0x5F}
    asked = [chr(code) for code in sorted(ends) if not 0xD800 <= code <= 0xDFFF]
    asked = [char for char in asked if not char.isascii() or char.isalnum() or char in "-._"]
    assert {char: (patterns.name_start(char), patterns.name_char(char)) for char in asked} == {
        char: (_parses(f"<{char}/>"), _parses(f"<a{char}/>")) for char in asked}
    assert [patterns.name_start(char) for char in ":-/@"] == [True, False, False, False] and patterns.name_char(":")
