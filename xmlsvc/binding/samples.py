"""Valid documents of any schema, and documents that are broken in one known way.

    Sampler(model, accepts, seed).valid(root) → an element        .invalid(root) → Broken(element, mutation, path, codes)

One sampler covers every branch over enough documents: each choice takes what was taken least. Values respect their facets,
patterns included;
IDs, references to them, keys and key references are settled over the whole document. What cannot be had by construction (assertions of
XSD 1.1, rare identity constraints) is tried again with other choices; `accepts` judges. NoExample says why nothing was found.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from lxml import etree

from ..schema.heights import Heights
from ..schema.instances import Builder, References, Richness, Turns
from ..schema.literals import NoExample
from ..schema.model import ComplexType, Element, Model, SimpleType, Type
from . import mutations
from .mutations import Broken
from .sample_keys import Smaller, Unmet, settle_keys

_TRIES = 12


class Sampler:
    """Makes documents of one model. `accepts`: the verdict on an element as a document, as a sentence that says what is wrong, or None;
    the same seed gives the same documents in the same order."""

    def __init__(self, model: Model, accepts: Callable[[etree._Element], str | None] | None = None, seed: int = 0,
                 richness: Richness | None = None) -> None:
        self._model, self._accepts = model, accepts
        self._random = Random(seed)
        self._turns = Turns(self._random)
        self._heights = Heights(model)
        self._rich = richness or Richness()

    def roots(self) -> list[Element]:
        """The global elements that a document can begin with."""
        return [element for element in self._model.elements.values() if not element.abstract]

    def valid(self, root: Element) -> etree._Element:
        """A valid document; another one each time. Raises NoExample."""
        return self._made(root)[0]

    def invalid(self, root: Element, mutation: str | None = None) -> Broken:
        """A document with one known fault; `mutation` names it (`mutations.NAMES`), without it any that fits. Raises NoExample."""
        for _ in range(_TRIES):
            element, references = self._made(root)
            names = [mutation] if mutation is not None else self._random.sample(list(mutations.NAMES), len(mutations.NAMES))
            for name in names:
                broken = mutations.NAMES[name](element, references, self._model, self._random)
                if broken is None:
                    continue
                if self._accepts is None or self._accepts(element) is not None:
                    return Broken(element, name, *broken)
                element, references = self._made(root)
        raise NoExample(f"no way was found to break a document by {mutation or 'any known fault'}")

    def _made(self, root: Element) -> tuple[etree._Element, References]:
        reason, wanted = "", frozenset[str]()
        for attempt in range(_TRIES):
            # Later attempts are smaller: fewer things that have to fit together.
            rich = Richness(self._rich.optional * (1 - attempt / _TRIES), self._rich.repeat, max(self._rich.depth - attempt // 2, 2),
                            max(self._rich.size >> attempt // 3, 20), self._rich.variants * (1 - attempt / _TRIES))
            builder = Builder(self._model, self._random, rich, self._turns, heights=self._heights, wanted=wanted)
            try:
                element = builder.build(root)
                self._settle(builder.references)
            except NoExample as error:
                reason = str(error)
                if isinstance(error, Unmet):
                    wanted |= error.wanted
                if "for ever" in reason:
                    break
                continue
            found = self._accepts(element) if self._accepts is not None else None
            if found is None:
                return element, builder.references
            reason = found
        raise NoExample(f"no valid {root.name} was found: {reason}")


    def _settle(self, references: References) -> None:
        """Make IDs, references to them, keys and references to those fit together."""
        while True:
            _settle_references(references, self._random)
            try:
                settle_keys(references, self._random, self._model)
                return
            except Smaller:
                continue


def _settle_references(references: References, random: Random) -> None:
    """Give every IDREF an ID that is there; one that need not be is left out where there are none."""
    for element, attribute, needed in references.idrefs:
        if not references.ids:
            if needed:
                raise NoExample("a reference to an ID must be there, and no ID is")
            continue
        _, made = references.declared[element]
        simple = _simple_at(made, attribute)
        count = 1
        if simple is not None and simple.variety == "list":
            count = simple.length or max(simple.min_length or 1, 1)
        text = " ".join(random.choice(references.ids) for _ in range(count))
        if attribute is None:
            element.text = text
        else:
            element.set(attribute, text)


def _simple_at(made: Type, attribute: str | None) -> SimpleType | None:
    if attribute is None:
        return made if isinstance(made, SimpleType) else made.simple
    return made.attributes[attribute].type if isinstance(made, ComplexType) and attribute in made.attributes else None
