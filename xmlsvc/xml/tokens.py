"""A document's mark-up as tokens, each in lxml's spelling beside its own: what `edits` compares."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

TOKEN = re.compile(r"<!--.*?-->|<\?.*?\?>|<!\[CDATA\[.*?\]\]>|</[^>]*>|<(?:[^>\"']++|\"[^\"]*\"|'[^']*')*+>|[^<]+", re.S)
ATTRIBUTE = re.compile(r"(\s+)([^\s=<>/\"']+)(\s*=\s*)(\"[^\"]*\"|'[^']*')")
NAME = re.compile(r"</?([^\s/>]+)")
_REFERENCE = re.compile(r"&(#x[0-9a-fA-F]+|#[0-9]+|\w+);")
_INSTRUCTION = re.compile(r"(<\?\S+)\s+(.*)", re.S)
_PLAIN = re.compile(r"<[^\s/>]+(?: [^\s=]+=\"[^\"&\s>]*(?: [^\"&\s>]*)*\")*>")
_ENTITIES = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}


class Token(NamedTuple):
    """`kind`: S start, E end, T text, C comment, P processing instruction, D CDATA; [start, end) in its string; `word`: in lxml's spelling.
    An empty tag is an S and an E without characters."""

    kind: str
    start: int
    end: int
    word: str


def lex(text: str, start: int, stop: int, depth: int) -> Iterator[Token]:
    """The tokens of text[start:stop], which begins `depth` elements deep; white space between top-level nodes is none."""
    for match in TOKEN.finditer(text, start, stop):
        begin, end = match.span()
        word = match.group()
        if word[0] != "<":
            if depth:
                yield Token("T", begin, end, plain_text(word) if "&" in word or "\r" in word or ">" in word else word)
        elif word.startswith("</"):
            depth -= 1
            yield Token("E", begin, end, f"</{name(word)}>")
        elif word.startswith("<!--"):
            yield Token("C", begin, end, _lines(word))
        elif word.startswith("<?"):
            yield Token("P", begin, end, _INSTRUCTION.sub(r"\1 \2", _lines(word)))
        elif word.startswith("<!["):
            yield Token("D", begin, end, _lines(word))
        elif word.endswith("/>"):
            yield Token("S", begin, end, plain_tag(word[:-2].rstrip() + ">"))
            yield Token("E", end, end, f"</{name(word)}>")
        else:
            depth += 1
            yield Token("S", begin, end, plain_tag(word))


def name(tag: str) -> str:
    """The name in a tag."""
    match = NAME.match(tag)
    assert match is not None
    return match[1]


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def _expanded(match: re.Match[str]) -> str:
    name = match[1]
    if name[0] == "#":
        return chr(int(name[2:], 16) if name[1] == "x" else int(name[1:]))
    return _ENTITIES.get(name, match[0])


def value(written: str) -> str:
    """An attribute's value: line breaks and tabs are blanks unless they are references (XML 1.0, section 3.3.3)."""
    return _REFERENCE.sub(_expanded, re.sub(r"\r\n|[\r\n\t]", " ", written))


def plain_text(written: str) -> str:
    """A text as lxml writes it."""
    text = _REFERENCE.sub(_expanded, _lines(written))
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r", "&#13;")


def plain_value(value: str) -> str:
    """An attribute's value as lxml writes it."""
    escaped = value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
    return escaped.replace("\n", "&#10;").replace("\t", "&#9;").replace("\r", "&#13;")


def plain_tag(tag: str) -> str:
    """A start tag as lxml writes it: declarations first, one blank, double quotes."""
    if _PLAIN.fullmatch(tag) and " xmlns" not in tag:
        return tag
    pairs = [(match[2], plain_value(value(match[4][1:-1]))) for match in ATTRIBUTE.finditer(tag)]
    pairs.sort(key=lambda pair: not (pair[0] == "xmlns" or pair[0].startswith("xmlns:")))
    return f"<{name(tag)}" + "".join(f' {name}="{value}"' for name, value in pairs) + ">"
