"""Random content models, as XSD and as a thing that can be decided by reading the definition."""

from __future__ import annotations

import itertools
import random
from dataclasses import dataclass

from lxml import etree

SPACE = "urn:wild"
HEAD, MEMBERS = "h", ("h", "m", "n")  # a substitution group


@dataclass(frozen=True)
class Part:
    """A particle: `kind` is element, head (a reference to the head of a substitution group), wild, sequence, choice or all."""

    kind: str
    low: int
    high: int | None
    name: str = ""
    parts: tuple[Part, ...] = ()


def made(rng: random.Random) -> Part:
    """A random model: groups three deep at most, or an all-group."""
    names = list("abcdef")
    rng.shuffle(names)
    if rng.random() < 0.1:
        parts = tuple(Part("element", rng.randint(0, 1), 1, names.pop()) for _ in range(rng.randint(1, 4)))
        return Part("all", rng.randint(0, 1), 1, parts=parts)
    model = _particle(rng, 3, names)
    return model if model.parts else Part("sequence", 1, 1, parts=(model,))


def _occurs(rng: random.Random) -> tuple[int, int | None]:
    return rng.choice([(1, 1), (1, 1), (1, 1), (0, 1), (0, 1), (0, None), (1, None), (1, 2), (0, 2), (2, 3), (2, 2), (2, None)])


def _particle(rng: random.Random, depth: int, names: list[str]) -> Part:
    low, high = _occurs(rng)
    if depth == 0 or rng.random() < 0.45:
        kind = rng.random()
        if kind < 0.08:
            return Part("wild", low, high)
        if kind < 0.16:
            return Part("head", low, high, HEAD)
        return Part("element", low, high, names.pop() if names and rng.random() < 0.85 else rng.choice("abcdef"))
    parts = tuple(_particle(rng, depth - 1, names) for _ in range(rng.randint(1, 3)))
    return Part(rng.choice(["sequence", "choice"]), low, high, parts=parts)


def schema(model: Part) -> str:
    """The XSD with an element r of that content."""
    return (f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="h" type="xs:string"/>'
            f'<xs:element name="m" type="xs:string" substitutionGroup="h"/><xs:element name="n" type="xs:string" substitutionGroup="m"/>'
            f'<xs:element name="r"><xs:complexType>{_xsd(model)}</xs:complexType></xs:element></xs:schema>')


def _xsd(part: Part) -> str:
    occurs = f' minOccurs="{part.low}" maxOccurs="{"unbounded" if part.high is None else part.high}"'
    if part.kind == "element":
        return f'<xs:element name="{part.name}" type="xs:string"{occurs}/>'
    if part.kind == "head":
        return f'<xs:element ref="h"{occurs}/>'
    if part.kind == "wild":
        return f'<xs:any namespace="{SPACE}" processContents="skip"{occurs}/>'
    return f"<xs:{part.kind}{occurs}>{''.join(map(_xsd, part.parts))}</xs:{part.kind}>"


def document(word: str) -> bytes:
    """<r> with a child for each letter; "W" is an element that only the wildcard admits."""
    children = "".join(f'<w:x xmlns:w="{SPACE}"/>' if letter == "W" else f"<{letter}/>" for letter in word)
    return f"<r>{children}</r>".encode()


def words(rng: random.Random, model: Part, count: int) -> list[str]:
    """Different words: some that follow the model, changed a little, some of its letters at random."""
    alphabet = sorted(letters(model)) or ["a"]
    found: dict[str, None] = {"": None}
    for _ in range(count * 4):
        word = _follow(rng, model) if rng.random() < 0.6 else "".join(rng.choice(alphabet) for _ in range(rng.randint(0, 7)))
        if rng.random() < 0.4 and word:
            at = rng.randrange(len(word))
            word = rng.choice([word[:at] + word[at + 1 :], word[:at] + rng.choice(alphabet) + word[at:], word[:at] + word[at:][::-1]])
        found[word[:12]] = None
        if len(found) >= count:
            break
    return list(found)


def letters(part: Part) -> set[str]:
    """The letters that words of the model are made of."""
    if part.kind in ("element", "wild", "head"):
        return {"element": {part.name}, "wild": {"W"}, "head": set(MEMBERS)}[part.kind]
    return set().union(*map(letters, part.parts))


def _follow(rng: random.Random, part: Part) -> str:
    times = rng.randint(part.low, part.low + 2 if part.high is None else part.high)
    word = ""
    for _ in range(times):
        if part.kind == "choice":
            word += _follow(rng, rng.choice(part.parts))
        elif part.parts:
            word += "".join(_follow(rng, one) for one in (rng.sample(part.parts, len(part.parts)) if part.kind == "all" else part.parts))
        else:
            word += rng.choice(sorted(letters(part)))
    return word


def accepts(model: Part, word: str) -> bool:
    """Whether the definition (Part 1, 3.8.4 and 3.9.4), read literally, admits the word."""
    return len(word) in _ends(model, word, frozenset({0}))


def _ends(part: Part, word: str, starts: frozenset[int]) -> frozenset[int]:
    here = starts
    for _ in range(part.low):
        here = _once(part, word, here)
    reached, count = set(here), part.low
    while here and (part.high is None or count < part.high):
        here = _once(part, word, here) - reached
        reached |= here
        count += 1
    return frozenset(reached)


def _once(part: Part, word: str, at: frozenset[int]) -> frozenset[int]:
    if not part.parts:
        own = letters(part)
        return frozenset(i + 1 for i in at if i < len(word) and word[i] in own)
    if part.kind == "choice":
        return frozenset().union(*(_ends(one, word, at) for one in part.parts))
    found: set[int] = set()
    for order in itertools.permutations(part.parts) if part.kind == "all" else [part.parts]:
        here = at
        for one in order:
            here = _ends(one, word, here)
        found |= here
    return frozenset(found)


def compiles(xsd: str) -> bool:
    """Whether libxml2 builds the schema: a quick look before the strict build."""
    try:
        etree.XMLSchema(etree.fromstring(xsd.encode()))
    except etree.XMLSchemaParseError:
        return False
    return True
