"""The assessor on a document that is read piece by piece: exact, in memory for one piece.

    outline(events)                      the children's names of every element that is not held: what the repair of a broken content needs
    Cursor(events, outline)              where the run is: the open elements, the piece; ordinals and places among siblings
    StreamedAssessment(…).root()         as `assess`, but children come from the run; what it finds is told while it is in memory

The run drives nothing: the assessor asks for the children of an open element, and the cursor reads on.
"""

from __future__ import annotations

from array import array
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from ..errors import TooLarge
from ..schema.matcher import Term, TooComplex
from ..schema.model import ComplexType, Element
from ..xml.pieces import Event
from . import repair
from .assess import Assessment, Enough
from .components import Components, Content
from .far_identity import FarIdentities
from .findings import OWN, Far, Finding
from .repair import Diagnosis

_SPACE = " \t\n\r"


class Children(Sequence[Far]):
    """The child elements of one element that is not held."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self._ordinals = array("Q")
        self._ranks = array("Q")
        self._totals: Counter[str] = Counter()

    def add(self, name: str, ordinal: int) -> None:
        """The next child."""
        self.names.append(name)
        self._ordinals.append(ordinal)
        self._totals[name] += 1
        self._ranks.append(self._totals[name])

    def place(self, index: int) -> int:
        """1, 2 … among the children of the same name; 0 where there is only this one."""
        return self._ranks[index] if self._totals[self.names[index]] > 1 else 0

    def __len__(self) -> int:
        return len(self.names)

    def __getitem__(self, index: Any) -> Any:
        return Far(self._ordinals[index], self.names[index])


Outline = dict[int, Children]  # of the elements that are not held, by ordinal


def outline(events: Iterable[Event]) -> Outline:
    """Read a whole run for its outline."""
    found: Outline = {}
    known: dict[str, str] = {}
    spine: list[Children] = []
    for event in events:
        if event.kind == "closed":
            spine.pop()
        elif event.kind != "aside":
            name = str(event.element.tag)
            if spine:
                spine[-1].add(known.setdefault(name, name), event.ordinal)
            if event.kind == "opened":
                spine.append(found.setdefault(event.ordinal, Children()))
    return found


@dataclass(slots=True)
class Open:
    """An element that is open in the run. `index`: which child of its parent; `seen`: how many of its own children have come;
    `wordless`: what to say where text stands directly in it (called once); `closed`: it is complete, and goes when its parent's next child
    is asked for."""

    element: etree._Element
    ordinal: int
    index: int
    seen: int = 0
    closed: bool = False
    wordless: tuple[bool, Callable[[str], None]] | None = None


class Cursor:
    """Where a run over a document is."""

    def __init__(self, events: Iterator[Event], known: Outline) -> None:
        self._events, self._known = events, known
        self.spine: list[Open] = []
        self.piece: tuple[etree._Element, int] | None = None
        self._index: dict[etree._Element, int] | None = None
        first = next(events)
        self.spine.append(Open(first.element, first.ordinal, 0))

    def opened(self, element: etree._Element) -> Open | None:
        """The open element, if it is the innermost one."""
        one = self.spine[-1]
        return one if one.element is element and not one.closed else None

    def known(self, one: Open) -> Children:
        """The children of an open element, also those that have not come yet."""
        return self._known[one.ordinal]

    def pull(self) -> Iterator[etree._Element]:
        """The children of the innermost open element; it is not open any more at their end. Each is gone when the next is asked for."""
        one = self.spine[-1]
        for event in self._events:
            if event.kind == "closed":
                one.closed = True
                return
            if event.kind == "aside":
                self._text(one, event.element)
                continue
            one.seen += 1
            if event.kind == "piece":
                self.piece, self._index = (event.element, event.ordinal), None
                yield event.element
                self._text(one, event.element)
                self.piece = self._index = None
            else:
                self.spine.append(Open(event.element, event.ordinal, one.seen - 1))
                yield event.element
                while self.spine[-1] is not one:
                    for _ in self.pull() if not self.spine[-1].closed else ():  # nobody has asked for its children
                        pass
                    self.spine.pop()
                self._text(one, event.element)

    def visit(self, ordinals: Sequence[int]) -> Iterator[etree._Element]:
        """The elements with these ordinals (ascending), each while it is in memory."""
        todo = deque(ordinals)
        if todo and todo[0] == self.spine[0].ordinal:
            todo.popleft()
            yield self.spine[0].element
        while todo and not self.spine[0].closed:
            if self.spine[-1].closed:
                self.spine.pop()
            for element in self.pull():
                first = self.spine[-1].ordinal if self.piece is None else self.piece[1]
                inside = [element] if self.piece is None else element.iter(etree.Element)
                for ordinal, one in enumerate(inside, first):
                    if todo and ordinal == todo[0]:
                        todo.popleft()
                        yield one
                if self.piece is None:
                    break  # on with the children of the element that has been opened

    @staticmethod
    def _text(one: Open, child: etree._Element) -> None:
        if one.wordless is not None and child.tail:
            everything, say = one.wordless
            if everything or child.tail.strip(_SPACE):
                one.wordless = None
                say(child.tail.strip(_SPACE))

    def ordinal(self, element: etree._Element) -> int:
        """The place in document order of an open element or one of the piece."""
        if self.piece is not None:
            if self._index is None:
                self._index = {one: n for n, one in enumerate(self.piece[0].iter(etree.Element), self.piece[1])}
            if element in self._index:
                return self._index[element]
        return next(one.ordinal for one in self.spine if one.element is element)

    def place(self, element: etree._Element) -> int | None:
        """As `names.Prefixes.place`, for an open element and the piece itself; None for those inside the piece."""
        if self.piece is not None and self.piece[0] is element:
            return self.known(self.spine[-1]).place(self.spine[-1].seen - 1)
        for parent, one in zip(self.spine, self.spine[1:], strict=False):
            if one.element is element:
                return self.known(parent).place(one.index)
        return 0 if element is self.spine[0].element else None


@dataclass
class Later:
    """What is found out about an element when it is gone: it is told in another run."""

    place: Far
    code: str
    kind: str
    attribute: str | None
    facts: dict[str, Any] = field(default_factory=dict)

    def finding(self, element: etree._Element) -> Finding:
        """The finding, with the element at hand again."""
        return Finding(self.code, self.kind, element, self.attribute, self.facts, {OWN})


class StreamedAssessment(Assessment):
    """`tell` is called with each finding, while its element is in memory; `later` are those whose elements are not."""

    def __init__(self, components: Components, cursor: Cursor, limit: int, attributes: int, tell: Callable[[Finding], None]) -> None:
        super().__init__(components, cursor.spine[0].element, limit)
        self._cursor, self._attributes, self._tell = cursor, attributes, tell
        self._count = 0
        self.later: list[Later] = []
        self.open_questions = False
        self._far = self.identities = FarIdentities(components, self.add, cursor)

    def add(self, code: str, kind: str, element: etree._Element | Far, attribute: str | None = None, **facts: Any) -> None:
        """Tell a finding now, or note it for later."""
        self._count += 1
        if self._count > self._limit:
            raise Enough
        if isinstance(element, Far):
            self.later.append(Later(element, code, kind, attribute, facts))
        else:
            self._tell(Finding(code, kind, element, attribute, facts, {OWN}))

    def undecided(self, element: etree._Element) -> None:  # noqa: ARG002 (its base keeps it)
        self.open_questions = True

    @property
    def left_open(self) -> bool:
        """Whether something could not be worked out."""
        return self.open_questions or self._far.left_open

    def element(self, element: etree._Element, declaration: Element) -> None:
        """As for others; of an open element that nobody wants the children of, they are passed over."""
        super().element(element, declaration)
        self.rest(element)

    def rest(self, element: etree._Element) -> None:
        for _ in self.children(element) if self._cursor.opened(element) is not None else ():
            pass

    def children(self, element: etree._Element) -> Iterator[etree._Element]:
        if self._cursor.opened(element) is None:
            yield from super().children(element)
            return
        for child in self._cursor.pull():
            yield child
            self._far.collect(child)

    def attributes(self, element: etree._Element, declaration: Element, content: Content, names: Sequence[str]) -> None:
        if len(names) > self._attributes:
            raise TooLarge(f"An element has {len(names):,} attributes; the limit is {self._attributes:,}.", limit=self._attributes,
                           actual=len(names))
        super().attributes(element, declaration, content, names)

    def no_text(self, element: etree._Element, declaration: Element, complex_type: ComplexType) -> None:
        """The text before the first child is there; what follows the others comes with them."""
        one = self._cursor.opened(element)
        if one is None:
            super().no_text(element, declaration, complex_type)
            return
        empty = complex_type.content is None
        bare = empty and not self._cursor.known(one).names

        def say(text: str) -> None:
            self.say_text(element, declaration, complex_type, text)

        if element.text and (bare or element.text.strip(_SPACE)):
            say(element.text.strip(_SPACE))
        else:
            one.wordless = (bare, say)

    def content(self, element: etree._Element, declaration: Element, content: Content) -> None:
        """As for others, but what each child is has been worked out, from their names, before the first of them comes."""
        one = self._cursor.opened(element)
        if one is None:
            super().content(element, declaration, content)
            return
        known = self._cursor.known(one)
        terms, broken = self._plan(element, declaration, content, known.names)

        def tell(diagnoses: Sequence[Diagnosis], place: etree._Element) -> None:
            for diagnosis in diagnoses:
                self.diagnosed(diagnosis, place, declaration, content, known)

        for index, child in enumerate(self.children(element)):
            tell(broken.get(index, ()), child)
            term = terms[index]
            if isinstance(term, Element):
                self.element(child, term)
            elif term is not None:
                self.wild(child, term)
            self.rest(child)
        tell(broken.get(len(known), ()), element)

    def _plan(self, element: etree._Element, declaration: Element, content: Content,
              names: Sequence[str]) -> tuple[Sequence[Term | None], dict[int, list[Diagnosis]]]:
        """What each child is (None: not to be told), and what is wrong among them, by the child's index (their number: at the end)."""
        terms: list[Term | None] = []
        broken: dict[int, list[Diagnosis]] = {}
        state = content.matcher.start
        try:
            for name in names:
                step = state.step(name)
                if step is None:
                    break
                state = step[0]
                terms.append(step[1])
            if len(terms) == len(names) and state.final:
                return terms, broken
        except TooComplex:
            self.undecided(element)
            return [None] * len(names), broken
        terms = [None] * len(names)
        try:
            moves = repair.edits(content.matcher, names, self.guesses)
        except TooComplex:
            self.add("cvc-complex-type.2.4.a", "refused", element, declaration=declaration, type=content.type)
            return terms, broken
        for diagnosis in repair.diagnose(content.matcher, names, moves, self.guesses):
            broken.setdefault(diagnosis.index, []).append(diagnosis)
        for index, term in self.terms_after(content, names, moves):
            terms[index] = term
        return terms, broken
