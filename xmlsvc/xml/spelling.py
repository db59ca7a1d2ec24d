"""Spells a changed part of a document as its author would: what is as it was keeps its characters, what has changed as many as can be.

    edits(text, start, end, new, new_start, new_end, depth) -> the edits that make the one part into the other

Inside a changed start tag each attribute, inside a changed text each character, is treated alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from . import sequences
from .tokens import ATTRIBUTE, NAME, PLAIN, Token, lex, name, plain_text, plain_value, value

_UNIT = re.compile(r"&[^;]*;|\r\n|.", re.S)


class Edit(NamedTuple):
    """Replace the characters [start, end) of the decoded original by `text`."""

    start: int
    end: int
    text: str


def edits(text: str, start: int, end: int, new: str, new_start: int, new_end: int, depth: int) -> Iterator[Edit]:
    """The edits, in order, that make text[start:end] into new[new_start:new_end]; both are whole tokens, `depth` elements deep.

    `new` is in lxml's spelling; `text`, the whole original, says what line breaks and empty tags look like in it.
    """
    return _Spelling(text, list(lex(text, start, end, depth)), list(lex(new, new_start, new_end, depth)), start).edits()


def line_break(text: str) -> str:
    """The line break that most lines of a document end with."""
    return "\r\n" if "\r" in text and text.count("\r\n") * 2 > text.count("\n") else "\n"


class _Spelling:
    """Works out the edits: each token of the new sequence is spelled as the old one it is matched with, or anew."""

    def __init__(self, text: str, old: list[Token], new: list[Token], begin: int) -> None:
        self._text, self._old, self._new, self._begin = text, old, new, begin
        self._partner = _one_changed(old, new)  # new index → old index
        if not self._partner:
            shared = sequences.pairs([token.word for token in old], [token.word for token in new])
            self._partner = {index: partner for partner, index in shared}
            self._pair_changed()
        self._break = line_break(text)

    def edits(self) -> Iterator[Edit]:
        """In order."""
        at = 0  # old tokens below this are dealt with
        for index in range(len(self._new)):
            partner = self._partner.get(index)
            if partner is None:
                place = self._old[at - 1].end if at else self._begin
                if written := self._fresh(index):
                    yield Edit(place, place, written)
                continue
            yield from self._dropped(at, partner)
            at = partner + 1
            token = self._old[partner]
            written = self._kept(index, partner)
            if written != self._text[token.start : token.end]:
                yield Edit(token.start, token.end, written)
        yield from self._dropped(at, len(self._old))

    def _dropped(self, start: int, end: int) -> Iterator[Edit]:
        for token in self._old[start:end]:
            if token.start < token.end:
                yield Edit(token.start, token.end, "")

    def _pair_changed(self) -> None:
        """Match what is left over between two equal tokens: start tags of one name, texts with texts."""
        matched = sorted(self._partner.items(), key=lambda pair: pair[0])
        borders = [(-1, -1), *matched, (len(self._new), len(self._old))]
        for (new_from, old_from), (new_to, old_to) in pairwise(borders):
            at = old_from + 1
            for index in range(new_from + 1, new_to):
                for candidate in range(at, old_to):
                    if _alike(self._old[candidate], self._new[index]):
                        self._partner[index] = candidate
                        at = candidate + 1
                        break

    def _ends_at_once(self, index: int) -> bool:
        """Whether the element that begins with this new token is empty."""
        return index + 1 < len(self._new) and self._new[index + 1].kind == "E"

    def _kept(self, index: int, partner: int) -> str:
        """A new token in the spelling of the old one that it is matched with."""
        token, old = self._new[index], self._old[partner]
        spelled = self._text[old.start : old.end]
        if token.kind == "S":
            if token.word != old.word:
                spelled = tag(spelled, token.word)
            return spelled if self._ends_at_once(index) or not spelled.endswith("/>") else spelled[:-2].rstrip() + ">"
        if token.kind == "E":
            return self._end(index, spelled)
        if token.word == old.word:
            return spelled
        return text(spelled, token.word, self._break) if token.kind == "T" else self._broken(token.word)

    def _fresh(self, index: int) -> str:
        """A new token that was not there before."""
        token = self._new[index]
        if token.kind == "S":
            return token.word[:-1] + self._empty() if self._ends_at_once(index) else token.word
        return self._end(index, "") if token.kind == "E" else self._broken(token.word)

    def _empty(self) -> str:
        """How the document ends an empty tag."""
        found = re.search(r"( *)/>", self._text)
        return f"{found[1] if found else ''}/>"

    def _end(self, index: int, spelled: str) -> str:
        """An end tag: nothing after an empty tag, else as it was, else written out."""
        if index and self._new[index - 1].kind == "S":
            partner = self._partner.get(index - 1)
            if partner is None or self._text[self._old[partner].end - 2 : self._old[partner].end] == "/>":
                return ""
        return spelled or self._new[index].word

    def _broken(self, text: str) -> str:
        """New text with the document's line breaks."""
        return text.replace("\n", self._break) if self._break != "\n" else text


def _one_changed(old: list[Token], new: list[Token]) -> dict[int, int]:
    """Each with its like, if no more than one token is another than before; else nothing."""
    if len(old) != len(new):
        return {}
    changed = [index for index, token in enumerate(new) if token.word != old[index].word]
    return {} if len(changed) > 1 or (changed and not _alike(old[changed[0]], new[changed[0]])) else dict(enumerate(range(len(old))))


def _alike(old: Token, new: Token) -> bool:
    if old.kind != new.kind:
        return False
    return name(old.word) == name(new.word) if new.kind in "SE" else True


def tag(spelled: str, new: str) -> str:
    """A start tag with the new attributes, in the old spelling."""
    if " xmlns" not in spelled and (spelled[-2] == "/") == (new[-2] == "/"):
        if PLAIN.fullmatch(spelled):
            return new
        if '"' not in spelled and "'" not in new and "&quot;" not in new and PLAIN.fullmatch(spelled.replace("'", '"')):
            return new.replace('"', "'")
    wanted = {key: written[1:-1] for _, key, _, written in ATTRIBUTE.findall(new)}
    head = NAME.match(spelled)
    assert head is not None
    parts: list[str] = [spelled[: head.end()]]
    at, blank, seen = head.end(), " ", set()
    for match in ATTRIBUTE.finditer(spelled):
        parts.append(spelled[at : match.start()])
        at, key, blank = match.end(), match[2], match[1]
        seen.add(key)
        if key not in wanted:
            continue
        written = match[4]
        if written[1:-1] != wanted[key] and plain_value(value(written[1:-1])) != wanted[key]:
            quote = written[0]
            written = quote + (wanted[key] if quote == '"' else wanted[key].replace("'", "&apos;").replace("&quot;", '"')) + quote
        parts.append(f"{match[1]}{key}{match[3]}{written}")
    parts += [f'{blank}{key}="{text}"' for key, text in wanted.items() if key not in seen]
    return "".join([*parts, spelled[at:]])


def text(spelled: str, new: str, line_break: str) -> str:
    """A text with its changed middle replaced; what is before and after keeps its spelling."""
    if line_break == "\n" and "&" not in spelled and "\r" not in spelled and ">" not in spelled:
        return new  # each character stands for itself
    units, news = _UNIT.findall(spelled), _UNIT.findall(new)
    olds = [plain_text(unit) for unit in units]
    first, most = 0, min(len(olds), len(news))
    while first < most and olds[first] == news[first]:
        first += 1
    last = 0
    while last < most - first and olds[-1 - last] == news[-1 - last]:
        last += 1
    middle = "".join(news[first : len(news) - last]).replace("\n", line_break)
    made = "".join(units[:first]) + middle + "".join(units[len(units) - last :] if last else [])
    return made.replace("]]>", "]]&gt;")  # a ">" that was its author's may stand behind "]]" now, where none may (XML 2.4)
