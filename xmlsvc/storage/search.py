"""Full text, in the same transaction as everything else: FTS5 on SQLite, InnoDB FULLTEXT on MariaDB.

    write    replaces the entry of a document's heads
    matching a condition on Document.id, to be used in any find
    snippets where the words stand, for the documents of a page

MariaDB leaves words of one and two letters out of its index and takes "_" for a letter: there, texts are kept with "_" as a space and short
words lengthened by "_" ("tv" is "tv__"), and so are the words that are looked for.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from storm.store import Store

from .backends import dialect
from .conditions import Narrowing, Text
from .insert import insert
from .query import Query, Term

_SHORTEST = 3  # MariaDB's innodb_ft_min_token_size
_WORD = re.compile(r"[^\W_]+")
_SHORT = re.compile(r"(?<!\w)([^\W_]{1,2})(?!\w)")
_LENGTHENED = re.compile(r"(?<!\w)([^\W_]{1,2})__(?!\w)")
_SAMPLE = 400  # newest entries that say whether a word is common
_COMMON = 0.02  # a word in a larger share of the entries is common
_SAMPLE_TEXT = 4_000  # characters of each: a word that is in many documents is at the beginning of many
_CERTAIN = 1.5  # a sample must show so much more than is asked, as it is only a sample
MAX_BODY = 1_000_000  # characters of a document's text that are searchable

Snippet = tuple[tuple[str, bool], ...]
"""Pieces of text in order, True for those that match."""


def write(store: Store, document_id: str, head: int, title: str, text: str, *, new: bool = False) -> None:
    """Make this the entry of the head (bits); what those bits had before goes. `new`: the document has none yet."""
    if not new:
        remove(store, document_id, head)
    text = text[:MAX_BODY]
    if dialect(store) == "mysql":
        title, text = _lengthen(title), _lengthen(text)
    insert(store, "search_entry", {"document_id": document_id, "head": head, "title": title, "body": text})


def remove(store: Store, document_id: str, head: int) -> None:
    """Take the head's bits off the document's entries; an entry without bits goes."""
    rows = store.execute("SELECT id, head FROM search_entry WHERE document_id = ?", (document_id,)).get_all()
    for key, bits in rows:
        if not bits & ~head:
            store.execute("DELETE FROM search_entry WHERE id = ?", (key,), noresult=True)
        elif bits & head:
            store.execute("UPDATE search_entry SET head = ? WHERE id = ?", (bits & ~head, key), noresult=True)


class Matching(Narrowing):
    """Documents whose entry with one of the head's bits fits the query's terms."""

    def __init__(self, query: Query, head: int, size: int | None = None) -> None:
        self.query, self.head, self.size = query, head, size

    def found(self, name: str) -> Text:
        if not self.query.terms:
            return "SELECT document_id FROM search_entry WHERE head & ? <> 0", [self.head]
        match, parameters = condition(name, self.query)
        return f"SELECT e.document_id FROM {source(name, self.query)} WHERE {match} AND e.head & ? <> 0", [*parameters, self.head]

    def rows(self, name: str) -> Text:
        if name == "mysql" or not positive(self.query):
            return self.found(name)
        match, parameters = condition(name, self.query)
        return f"SELECT rowid FROM search_index WHERE {match}", list(parameters)  # the index alone; entries of other heads among them

    @property
    def narrows(self) -> bool:
        return positive(self.query)

    def met(self, name: str) -> Text:
        if name == "mysql" or not self.query.terms:  # MariaDB reads the index for a word as a whole, whatever is asked of it
            return super().met(name)
        _, parameters = condition(name, self.query)
        entry = "SELECT 1 FROM search_entry e CROSS JOIN search_index ON search_index.rowid = e.id WHERE e.document_id = document.id"
        exists = f"EXISTS ({entry} AND e.head & ? <> 0 AND search_index MATCH ?)"
        return exists if self.narrows else f"NOT {exists}", [self.head, *parameters]


def source(name: str, query: Query) -> str:
    """The tables that `condition` speaks of: the entries are `e`. `name`: the dialect."""
    if name == "sqlite" and positive(query):
        return "search_index CROSS JOIN search_entry e ON e.id = search_index.rowid"  # CROSS: the index is read, entries looked up
    return "search_entry e"


def number(name: str, query: Query) -> str:
    """The entry's number, as the index gives it."""
    return "search_index.rowid" if name == "sqlite" and positive(query) else "e.id"


def positive(query: Query) -> bool:
    """Whether the query asks for anything, and not only leaves out."""
    return any(not term.negative for term in query.terms)


def condition(name: str, query: Query) -> tuple[str, list[str]]:
    """SQL, and its parameters, that is true for the entries which fit the query's terms; (some terms are needed)."""
    wanted = [term for term in query.terms if not term.negative]
    unwanted = [term for term in query.terms if term.negative]
    parts, parameters = [], []
    if name == "sqlite":
        every, but = " AND ".join(map(_fts5, wanted)), " OR ".join(map(_fts5, unwanted))
        if not wanted:
            return "e.id NOT IN (SELECT rowid FROM search_index WHERE search_index MATCH ?)", [but]
        return "search_index MATCH ?", [f"({every}) NOT ({but})" if but else every]
    for columns in ("e.title, e.body", "e.title"):
        asked = [_boolean(term) for term in wanted if term.title == (columns == "e.title")]
        if asked:
            parts.append(f"MATCH ({columns}) AGAINST (? IN BOOLEAN MODE)")
            parameters.append(" ".join(asked))
    for term in unwanted:
        parts.append(f"NOT MATCH ({'e.title' if term.title else 'e.title, e.body'}) AGAINST (? IN BOOLEAN MODE)")
        parameters.append(_boolean(term))
    return " AND ".join(parts), parameters


def score(name: str, query: Query) -> tuple[str, list[str]]:
    """SQL, and its parameters, that is larger the better an entry fits; a word in the title counts ten times."""
    if name == "sqlite":
        return "-bm25(search_index, 10.0, 1.0)", []
    asked = " ".join(_boolean(term) for term in query.terms if not term.negative)
    return "9 * MATCH (e.title) AGAINST (? IN BOOLEAN MODE) + MATCH (e.title, e.body) AGAINST (? IN BOOLEAN MODE)", [asked, asked]


@dataclass(frozen=True, slots=True)
class Sample:
    """The newest entries (title, beginning of the body), of `total`."""

    entries: list[tuple[str, str]]
    total: int

    def share(self, query: Query) -> float:
        """The share of the entries that fit."""
        fit = fits(query)
        return sum(fit(*entry) for entry in self.entries) / max(len(self.entries), 1)


    def least(self, term: Term) -> float:
        """The share of the rarest of a term's words."""
        return min(self.share(Query((Term((word,)),))) for word in term.words)


def sample(store: Store, head: int, least: int) -> Sample | None:
    """On MariaDB, of more than `least` entries. Its index reads all hits of every word, half a million in seconds, whatever the limit; and
    a word that is in so many is in the newest, too."""
    if dialect(store) == "sqlite":
        return None
    row = store.execute("SELECT SUM(documents) FROM counter").get_one()
    total = int(row[0] or 0) if row else 0
    if total <= least:
        return None
    newest = "SELECT title, LEFT(body, ?) FROM search_entry WHERE head & ? <> 0 ORDER BY id DESC LIMIT ?"
    return Sample(store.execute(newest, (_SAMPLE_TEXT, head, _SAMPLE)).get_all(), total)


def rarer(query: Query, known: Sample) -> Query | None:
    """The query's terms that the index is quick to find, if the others are better looked for in the texts of what these find."""
    wanted = [term for term in query.terms if not term.negative]
    rare = [term for term in wanted if known.least(term) <= _COMMON]
    return Query(tuple(rare)) if 0 < len(rare) < len(wanted) else None


def titled(query: Query) -> tuple[str, list[str]]:
    """SQL, and its parameters, that counts the words which a title has."""
    words = [f"%{word}%" for term in query.terms if not term.negative for word in term.words]
    return " + ".join(["(e.title LIKE ?)"] * len(words)), words


def hits(store: Store, query: Query, most: int, known: Sample | None = None) -> int:
    """How many entries fit; `most` + 1 where there are more, or where MariaDB would read so many for a phrase of common words."""
    if known is not None:
        phrases = [term for term in query.terms if not term.negative and len(term.words) > 1]
        if max(known.share(query), *map(known.least, phrases), 0.0) * known.total > most * _CERTAIN:
            return most + 1
    name = dialect(store)
    found, parameters = condition(name, query)
    index = "search_index" if name == "sqlite" and positive(query) else source(name, query)  # it alone is read many times as fast
    row = store.execute(f"SELECT COUNT(*) FROM (SELECT 1 FROM {index} WHERE {found} LIMIT {most + 1}) hits", tuple(parameters)).get_one()
    return int(row[0]) if row else 0


def few(store: Store, query: Query, head: int, most: int, known: Sample | None = None) -> list[tuple[str, str, str]] | None:
    """(document's id, title, text) of the entries that fit; None where there are more than `most`, or where MariaDB would read many more
    to find that out."""
    if known is not None and known.share(query) * known.total > most * _CERTAIN:
        return None
    name = dialect(store)
    found, parameters = condition(name, query)
    entries = f"SELECT e.document_id, e.title, e.body FROM {source(name, query)} WHERE {found} AND e.head & ? <> 0 LIMIT {most + 1}"
    rows: list[tuple[str, str, str]] = store.execute(entries, (*parameters, head)).get_all()
    if name == "mysql":
        rows = [(document, _shorten(title), _shorten(body)) for document, title, body in rows]
    return rows if len(rows) <= most else None


def fits(query: Query) -> Callable[[str, str], bool]:
    """A function of an entry's title and body, as they are kept, that is true if they fit the terms."""
    rules = [(_expression(term), term.title, term.negative) for term in query.terms]

    def fit(title: str, body: str) -> bool:
        title, whole = _folded(title), _folded(f"{title}\n{body}")
        return all((rule.search(title if in_title else whole) is None) == negative for rule, in_title, negative in rules)

    return fit


def _expression(term: Term) -> re.Pattern[str]:
    words = r"[\W_]+".join(re.escape(fold(word)) for word in term.words)
    end = "" if term.prefix else r"(?![^\W_])"
    return re.compile(rf"(?<![^\W_]){words}{end}")


def _folded(text: str) -> str:
    return text.lower() if text.isascii() else fold(text)


def _fts5(term: Term) -> str:
    phrase = '"' + " ".join(term.words) + '"' + ("*" if term.prefix else "")
    return f"title : {phrase}" if term.title else phrase


def _boolean(term: Term) -> str:
    words = [_lengthen(word) for word in term.words]
    if not term.prefix and len(words) > 1:
        return '+"' + " ".join(words) + '"'
    if not term.prefix:
        return f"+{words[0]}"  # quoted it would be a phrase, for which InnoDB reads every document that has the word
    words[-1] = term.words[-1] + "*"
    return " ".join("+" + word for word in words)  # InnoDB has no prefix at a phrase's end


def _lengthen(text: str) -> str:
    return _SHORT.sub(r"\1__", text.replace("_", " "))


def _shorten(text: str) -> str:
    return _LENGTHENED.sub(r"\1", text)


def snippets(store: Store, query: Query, head: int, ids: Sequence[str], length: int = 200) -> dict[str, Snippet]:
    """For each document the first place of its text where the query's words stand, about `length` characters, the words marked."""
    if not ids:
        return {}
    marks = ", ".join("?" * len(ids))
    rows = store.execute(
        f"SELECT document_id, body FROM search_entry WHERE document_id IN ({marks}) AND head & ? <> 0", (*ids, head)
    ).get_all()
    short = dialect(store) == "mysql"
    return {key: snippet(_shorten(body) if short else body, query, length) for key, body in rows}


def texts(store: Store, head: int, ids: Sequence[str]) -> dict[str, tuple[str, str]]:
    """For each document the title and the text of this head, as they are kept."""
    if not ids:
        return {}
    marks = ", ".join("?" * len(ids))
    sql = f"SELECT document_id, title, body FROM search_entry WHERE document_id IN ({marks}) AND head & ? <> 0"
    return {row[0]: (row[1], row[2]) for row in store.execute(sql, (*ids, head)).get_all()}


def titles(store: Store, head: int, ids: Sequence[str]) -> dict[str, str]:
    """For each document the title that this head has."""
    if not ids:
        return {}
    marks = ", ".join("?" * len(ids))
    rows = store.execute(
        f"SELECT document_id, title FROM search_entry WHERE document_id IN ({marks}) AND head & ? <> 0", (*ids, head)
    ).get_all()
    short = dialect(store) == "mysql"
    return {key: _shorten(title) if short else title for key, title in rows}


def fold(text: str) -> str:
    """Lower case without diacritics."""
    plain = unicodedata.normalize("NFKD", text.lower())
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def snippet(text: str, query: Query, length: int = 200) -> Snippet:
    """About `length` characters of the text around the first word that the query asks for, such words marked."""
    hits = _hits(text, _marked(query), length)
    first = next(iter(hits), (0, 0))[0]
    begin = max(0, first - length // 3)
    if begin:
        begin = text.find(" ", begin) + 1 or begin
    end = min(len(text), begin + length)
    pieces: list[tuple[str, bool]] = [("… ", False)] if begin else []
    at = begin
    for start, stop in hits:
        if start < at or stop > end:
            continue
        if start > at:
            pieces.append((text[at:start], False))
        pieces.append((text[start:stop], True))
        at = stop
    if at < end:
        pieces.append((text[at:end] + (" …" if end < len(text) else ""), False))
    return tuple(pieces)


@dataclass(frozen=True, slots=True)
class _Marked:
    """What is marked: `whole` words, and those with one of the `starts`, folded; `plain` finds both in a text of ASCII in small letters,
    also where they are the ends of longer words: it begins with letters, for which is searched many times as fast."""

    whole: frozenset[str]
    starts: tuple[str, ...]
    plain: re.Pattern[str]


@lru_cache(256)
def _marked(query: Query) -> _Marked | None:
    """None where the query asks for no word."""
    terms = [term for term in query.terms if not term.negative]
    whole = frozenset(fold(word) for term in terms for word in (term.words[:-1] if term.prefix else term.words))
    starts = tuple(fold(term.words[-1]) for term in terms if term.prefix)
    words = [*map(re.escape, sorted(whole)), *(f"{re.escape(start)}[^\\W_]*" for start in starts)]
    if not words:
        return None
    return _Marked(whole, starts, re.compile(rf"(?:{'|'.join(words)})(?![^\W_])", re.ASCII))


def _hits(text: str, marked: _Marked | None, length: int) -> list[tuple[int, int]]:
    """Where words stand that are asked for: the first one, and those within `length` characters of it."""
    found: list[tuple[int, int]] = []
    if marked is None:
        return found
    plain = text.isascii()  # then the words themselves are looked for, else every word is folded and compared
    for match in marked.plain.finditer(text.lower()) if plain else _WORD.finditer(text):
        start = match.start()
        if found and start > found[0][0] + length:
            break
        if plain and start and text[start - 1].isalnum():
            continue
        word = "" if plain else match[0].lower() if match[0].isascii() else fold(match[0])
        if plain or word in marked.whole or (marked.starts and word.startswith(marked.starts)):
            found.append(match.span())
    return found
