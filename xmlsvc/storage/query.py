"""The query language of the search box and the API.

    sea rescue          both words, anywhere          "sea rescue"      these words in this order
    resc*               words that begin so           -draft            not this
    title:sea           in the title                  title:"sea re*"   any of the above after a field
    after:2024          a filter: any name that the caller knows; -after:2024 is its opposite

Any text is a query: what cannot be read as one of these is read as words. A word is a run of letters and digits; case and diacritics do not
count.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

MAX_TERMS = 32  # further words are not looked at
_PART = re.compile(r'(?P<minus>-?)(?:(?P<field>[A-Za-z][A-Za-z0-9_.]*):)?(?:"(?P<phrase>[^"]*)"?|(?P<bare>[^\s"]+))')
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Term:
    """Words that must follow each other; the last one may go on when `prefix`."""

    words: tuple[str, ...]
    prefix: bool = False
    title: bool = False
    negative: bool = False


@dataclass(frozen=True, slots=True)
class Filter:
    """`name:value`, for a name that the caller knows."""

    name: str
    value: str
    negative: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """All terms and filters must hold."""

    terms: tuple[Term, ...] = ()
    filters: tuple[Filter, ...] = ()


def parse(text: str, filters: Collection[str] = ()) -> Query:
    """The query that the text is; never fails. `filters`: names that are filters here."""
    terms: list[Term] = []
    found: list[Filter] = []
    for match in _PART.finditer(text):
        field, negative = match["field"], bool(match["minus"])
        value = match["phrase"] if match["phrase"] is not None else match["bare"]
        if field in filters:
            found.append(Filter(field, value, negative))
            continue
        title = field == "title"
        if field and not title:
            value = f"{field} {value}"  # a colon that means nothing here: two words in order
        words = tuple(word.lower() for word in _WORD.findall(value))
        if words:
            terms.append(Term(words, value.rstrip().endswith("*"), title, negative))
    return Query(tuple(terms[:MAX_TERMS]), tuple(found[:MAX_TERMS]))
