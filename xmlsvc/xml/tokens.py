"""A document's mark-up as tokens, each in lxml's spelling beside its own: what `edits` compares."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

# Each part is one that the expression engine runs through without turning back: texts and sections can be long.
SECTION = (r"<!--[^-]*+(?:-(?!->)[^-]*+)*-->|<\?[^?]*+(?:\?(?!>)[^?]*+)*\?>"
          r"|<!\[CDATA\[[^\]]*+(?:\](?!\]>)[^\]]*+)*\]\]>")
TOKEN = re.compile(r"</[^>]*>|<(?![!?])(?:[^>\"']++|\"[^\"]*\"|'[^']*')*>|[^<]++|" + SECTION + r"|<[^>]*>")
ATTRIBUTE = re.compile(r"(\s+)([^\s=<>/\"']+)(\s*=\s*)(\"[^\"]*\"|'[^']*')")
NAME = re.compile(r"</?([^\s/>]+)")
_REFERENCE = re.compile(r"&(#x[0-9a-fA-F]+|#[0-9]+|\w+);")
_LINES = re.compile(r"\r\n|[\r\n\t]")
_UNUSUAL = re.compile(r"[&<>\"\r\n\t]")
_INSTRUCTION = re.compile(r"(<\?\S+)\s+(.*)", re.S)
PLAIN = re.compile(r"<[^\s/>]+(?: [^\s=]+=\"[^\"&<>\r\n\t]*\")*/?>")
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
                yield Token("T", begin, end, plain_text(word))
        elif word.startswith("</"):
            depth -= 1
            yield Token("E", begin, end, f"</{name(word)}>")
        elif word[1] in "!?":
            yield Token("P" if word[1] == "?" else "D" if word[2] == "[" else "C", begin, end, plain_word(word))
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
    if _UNUSUAL.search(written) is None:
        return written
    return _REFERENCE.sub(_expanded, _LINES.sub(" ", written))


def plain_word(written: str) -> str:
    """A comment, a processing instruction or a CDATA section as lxml writes it."""
    word = _lines(written)
    return _INSTRUCTION.sub(r"\1 \2", word) if word[1] == "?" else word


def plain_mark(written: str) -> str:
    """A start tag, an empty one or an end tag as lxml writes it."""
    if written[1] == "/":
        return f"</{name(written)}>"
    return plain_tag(written[:-2].rstrip() + ">")[:-1] + "/>" if written[-2] == "/" else plain_tag(written)


def plain_text(written: str) -> str:
    """A text as lxml writes it."""
    if "&" not in written and ">" not in written and "\r" not in written:
        return written
    text = _REFERENCE.sub(_expanded, _lines(written))
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r", "&#13;")


def plain_value(value: str) -> str:
    """An attribute's value as lxml writes it."""
    if _UNUSUAL.search(value) is None:
        return value
    escaped = value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
    return escaped.replace("\n", "&#10;").replace("\t", "&#9;").replace("\r", "&#13;")


def plain_tag(tag: str) -> str:
    """A start tag as lxml writes it: declarations first, one blank, double quotes."""
    if " xmlns" not in tag:
        other = tag if "'" not in tag or '"' in tag else tag.replace("'", '"')
        if PLAIN.fullmatch(other):
            return other
    pairs = [(name, plain_value(value(written[1:-1]))) for _, name, _, written in ATTRIBUTE.findall(tag)]
    pairs.sort(key=lambda pair: not (pair[0] == "xmlns" or pair[0].startswith("xmlns:")))
    return f"<{name(tag)}" + "".join(f' {name}="{value}"' for name, value in pairs) + ">"
