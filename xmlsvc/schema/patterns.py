"""Pattern facets, matched in time linear in the value: no pattern that somebody registers can make a value hang.

    Pattern(r"[A-Z]{2}\\d+").matches("NL12") -> True

The grammar is that of XML Schema Part 2, Appendix F (version 1.0, second edition); the whole value must match, "^" and "$" are ordinary
characters, and there is no backtracking (see `automaton`).
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache

from . import automaton

_SINGLE = {"n": "\n", "r": "\r", "t": "\t"}
_ESCAPED = "\\|.-^?*+{}()[]"
_STATES = 4096  # most states kept of one pattern, and most characters kept of one state: beyond, they are worked out again
_NARROW = 8  # a state of more places is searched for superfluous ones
_PLACES = 50_000  # most places that one pattern may reach before it counts as too complex


class PatternError(ValueError):
    """Not a regular expression of XML Schema; the message says where and why."""


class TooComplex(ValueError):
    """Nested counts beyond what can be followed."""


# XML 1.0 (fifth edition), productions 4 and 4a.
_NAME_START = (":_", ((0x41, 0x5A), (0x61, 0x7A), (0xC0, 0xD6), (0xD8, 0xF6), (0xF8, 0x2FF), (0x370, 0x37D), (0x37F, 0x1FFF),
                      (0x200C, 0x200D), (0x2070, 0x218F), (0x2C00, 0x2FEF), (0x3001, 0xD7FF), (0xF900, 0xFDCF),
                      (0xFDF0, 0xFFFD), (0x10000, 0xEFFFF)))
_NAME_MORE = ("-.\u00b7", ((0x30, 0x39), (0x300, 0x36F), (0x203F, 0x2040)))


def _within(char: str, singles: str, ranges: tuple[tuple[int, int], ...]) -> bool:
    return char in singles or any(low <= ord(char) <= high for low, high in ranges)


def name_start(char: str) -> bool:
    """Whether an XML name may start with this character ("\\i")."""
    return _within(char, *_NAME_START)


def name_char(char: str) -> bool:
    """Whether an XML name may contain this character ("\\c")."""
    return name_start(char) or _within(char, *_NAME_MORE)


_BLOCK = re.compile(r"Is[A-Za-z0-9-]+")


@lru_cache(maxsize=512)
def _property(name: str) -> Callable[[str], bool]:
    # Its tables take a tenth of a second to import: only patterns that name a property need them.
    from elementpath.regex.codepoints import RegexError
    from elementpath.regex.unicode_subsets import unicode_subset

    try:
        subset = unicode_subset(name)
    except (RegexError, KeyError):
        if _BLOCK.fullmatch(name):  # one that is not known has every character in it (XSD 1.1, Part 2, G.4.2.3); in 1.0 the gate refuses it
            return lambda _: True
        raise PatternError(f"there is no character property {name!r}") from None
    return lambda char: ord(char) in subset


_NO_WORD = ("P", "Z", "C")
_MULTI: dict[str, Callable[[str], bool]] = {
    "s": lambda char: char in " \t\n\r",
    "i": name_start,
    "c": name_char,
    "d": lambda char: char in "0123456789" if char.isascii() else _property("Nd")(char),
    "w": lambda char: (char.isascii() and char.isalnum()) or not any(_property(name)(char) for name in _NO_WORD),
}


@dataclass(slots=True, eq=False)
class CharacterClass:
    """A set of characters: (ranges or predicates), perhaps negated, minus another."""

    ranges: list[tuple[str, str]] = field(default_factory=list)
    predicates: list[Callable[[str], bool]] = field(default_factory=list)
    negated: bool = False
    minus: CharacterClass | None = None

    def admits(self, char: str) -> bool:
        """Whether the character is in the set."""
        inside = any(low <= char <= high for low, high in self.ranges) or any(test(char) for test in self.predicates)
        return inside != self.negated and not (self.minus is not None and self.minus.admits(char))


def _negate(test: Callable[[str], bool]) -> Callable[[str], bool]:
    return lambda char: not test(char)


class _Reader:
    """Recursive descent over one pattern."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def fail(self, reason: str) -> PatternError:
        return PatternError(f"{reason} (character {self.at + 1} of the pattern {self.text!r})")

    def peek(self) -> str:
        return self.text[self.at : self.at + 1]

    def take(self) -> str:
        char = self.peek()
        if not char:
            raise self.fail("the pattern ends too early")
        self.at += 1
        return char

    def expression(self) -> automaton.Node:
        branches = [self.branch()]
        while self.peek() == "|":
            self.at += 1
            branches.append(self.branch())
        return automaton.choice(branches)

    def branch(self) -> automaton.Node:
        pieces = []
        while (char := self.peek()) and char not in "|)":
            pieces.append(self.piece())
        return automaton.sequence(pieces)

    def piece(self) -> automaton.Node:
        atom = self.atom()
        char = self.peek()
        if char and char in "?*+":
            self.at += 1
            return automaton.repeat(atom, 1 if char == "+" else 0, 1 if char == "?" else None)
        if char == "{":
            return automaton.repeat(atom, *self.quantity())
        return atom

    def quantity(self) -> tuple[int, int | None]:
        end = self.text.find("}", self.at)
        low, comma, high = self.text[self.at + 1 : max(end, 0)].partition(",")
        if end < 0 or not low.isascii() or not low.isdigit() or (high and not (high.isascii() and high.isdigit())):
            raise self.fail("a quantity is written {2}, {2,} or {2,5}")
        self.at = end + 1
        lowest, highest = int(low), int(high) if high else None if comma else int(low)
        if highest is not None and highest < lowest:
            raise self.fail("the larger number of a quantity comes second")
        return lowest, highest

    def atom(self) -> automaton.Node:
        char = self.take()
        if char == "(":
            inner = self.expression()
            if self.peek() != ")":
                raise self.fail("a parenthesis is not closed")
            self.at += 1
            return inner
        if char == "[":
            return automaton.leaf(self.group())
        if char == ".":
            return automaton.leaf(CharacterClass([("\n", "\n"), ("\r", "\r")], negated=True))
        if char == "\\":
            result = CharacterClass()
            self.escape(result)
            return automaton.leaf(result)
        if char in "?*+{})]":
            self.at -= 1
            raise self.fail(f"{char!r} must be written \\{char} here")
        return automaton.leaf(CharacterClass([(char, char)]))

    def escape(self, into: CharacterClass) -> str | None:
        """What follows a backslash, added to the class; the character itself where it stands for one."""
        char = self.take()
        if char in "pP":
            end = self.text.find("}", self.at)
            if self.peek() != "{" or end < 0:
                raise self.fail(f"\\{char} needs a property in braces")
            test = _property(self.text[self.at + 1 : end])
            self.at = end + 1
            into.predicates.append(test if char == "p" else _negate(test))
        elif char.lower() in _MULTI:
            test = _MULTI[char.lower()]
            into.predicates.append(test if char.islower() else _negate(test))
        elif char in _SINGLE or char in _ESCAPED:
            plain = _SINGLE.get(char, char)
            into.ranges.append((plain, plain))
            return plain
        else:
            raise self.fail(f"\\{char} means nothing")
        return None

    def group(self) -> CharacterClass:
        """A character class expression, after its "["."""
        result = CharacterClass()
        if self.peek() == "^":
            self.at += 1
            result.negated = True
        first = True
        while (char := self.take()) != "]" or first:
            if char == "]":
                raise self.fail("a character class may not be empty")
            if char == "-" and self.peek() == "[" and not first:
                self.at += 1
                result.minus = self.group()
                if self.take() != "]":
                    raise self.fail("nothing may follow a subtraction")
                return result
            if char == "[":
                raise self.fail("[ must be written \\[ here")
            self.member(result, char)
            first = False
        return result

    def member(self, into: CharacterClass, char: str) -> None:
        """One character, range or escape of a class."""
        low = self.escape(into) if char == "\\" else char
        if low is None:
            return
        ahead = self.text[self.at : self.at + 2]
        if len(ahead) == 2 and ahead[0] == "-" and ahead[1] not in "[]" and char != "-":
            self.at += 1
            high: str | None = self.take()
            if high == "\\":
                high = self.escape(CharacterClass())
            if high is None or high < low:
                raise self.fail("a range goes from a lower to a higher character")
            into.ranges.append((low, high))
        elif char != "\\":
            into.ranges.append((low, low))


class _State:
    __slots__ = ("final", "machine", "next", "places")

    def __init__(self, machine: _Machine, places: frozenset[int]) -> None:
        self.machine, self.places = machine, places
        self.final = any(map(machine.automaton.final, places))
        self.next: dict[str, _State] = {}


class _Machine:
    """The deterministic automaton of a pattern, built state by state."""

    def __init__(self, node: automaton.Node) -> None:
        self.automaton = automaton.Automaton(node)
        self.states: dict[frozenset[int], _State] = {}
        self.lock = threading.Lock()
        self.start = _State(self, frozenset((self.automaton.start,)))

    def step(self, state: _State, char: str) -> _State:
        with self.lock:
            forms = (form for place in state.places for form in self.automaton.forms(place))
            places = frozenset(place for symbol, place in forms if symbol.admits(char))
            if len(places) > _NARROW:
                places = self.automaton.prune(places)
            if len(self.states) > _STATES:
                self.states.clear()
            following = self.states.get(places)
            if following is None:
                following = self.states[places] = _State(self, places)
            if len(state.next) <= _STATES:
                state.next[char] = following
        return following


class Pattern:
    """One pattern facet. Safe to share between threads."""

    def __init__(self, text: str) -> None:
        """Raises PatternError where `text` is no regular expression of XML Schema."""
        reader = _Reader(text)
        self.text = text
        self.node = reader.expression()
        if reader.at != len(text):
            raise reader.fail(f"{reader.peek()!r} must be written \\{reader.peek()} here")
        self._machine = _Machine(self.node)

    def matches(self, value: str) -> bool:
        """Whether the whole value matches. Raises TooComplex for values that nested counts make too costly."""
        machine = self._machine
        state = machine.start
        for char in value:
            following = state.next.get(char)
            if following is None:
                following = machine.step(state, char)
                if len(machine.automaton) > _PLACES:
                    self._machine = _Machine(self.node)
                    raise TooComplex(f"the pattern {self.text!r} is too complex for this value")
            state = following
            if not state.places:
                return False
        return state.final

    def __reduce__(self) -> tuple[type[Pattern], tuple[str]]:
        return Pattern, (self.text,)


@lru_cache(maxsize=4096)
def compile(text: str) -> Pattern:
    """The pattern, kept for the next who asks."""
    return Pattern(text)
