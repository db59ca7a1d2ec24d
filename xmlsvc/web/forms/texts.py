"""A document as text in a browser, and back: a browser knows one kind of line end and no bytes, so only what was changed is taken over.

decoded(data) → str                 for a textarea: every line end is a line feed
taken_over(data, text) → bytes      the bytes with the lines of `text` where they differ; everywhere else, line ends, byte order mark and
                                    encoding stay
"""

from __future__ import annotations

import re
from difflib import SequenceMatcher

from ... import errors
from ...xml import encoding as encodings

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|$)")
_MOST = 4_000  # lines that are compared one by one between what the beginnings and the ends share


def decoded(data: bytes) -> str:
    """The bytes as text, each line end a line feed."""
    return _plain(encodings.text(data, encodings.detect(data)))


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _lines(text: str) -> list[str]:
    found = _LINE.findall(text)
    return found[:-1] if found and not found[-1] else found


def taken_over(data: bytes, text: str) -> bytes:
    """The bytes as `text` wants them. Raises BadRequest for an encoding that is declared and cannot be written."""
    text = _plain(text)
    encoding = encodings.detect(data)
    before = encodings.text(data, encoding)
    if _plain(before) == text:
        return data
    old = _lines(before)
    made = "".join(_apart(_merged(old, _lines(text), _ending(old))))
    codec = encoding.codec if encoding is not None else "utf-8"
    mark = data[: encoding.mark] if encoding is not None else b""
    if encoding is not None and encoding.ascii and not mark:
        codec = _codec(made, encoding)
    return mark + made.encode(codec, "xmlcharrefreplace")


def _codec(text: str, before: encodings.Encoding) -> str:
    """The codec that the text's declaration asks for, where it is another than before."""
    now = encodings.detect(text[:1200].encode("utf-8", "replace"))
    if now is None:
        raise errors.BadRequest("The declaration names an encoding that is not known here. Say UTF-8.")
    return before.codec if now.declared == before.declared else now.codec


def _ending(lines: list[str]) -> str:
    """The line end that the document uses most."""
    counts = {end: sum(1 for line in lines if line.endswith(end)) for end in ("\r\n", "\n", "\r")}
    counts["\n"] -= counts["\r\n"]
    return max(counts, key=lambda end: counts[end]) if any(counts.values()) else "\n"


def _merged(old: list[str], new: list[str], ending: str) -> list[str]:
    """The new lines, those that were there before with the line ends that they had."""
    plain = [_plain(line) for line in old]
    head = 0
    while head < min(len(plain), len(new)) and plain[head] == new[head]:
        head += 1
    tail = 0
    while tail < min(len(plain), len(new)) - head and plain[-1 - tail] == new[-1 - tail]:
        tail += 1
    middle = _middle(old[head : len(old) - tail], plain[head : len(plain) - tail], new[head : len(new) - tail], ending)
    return old[:head] + middle + (old[-tail:] if tail else [])


def _middle(old: list[str], plain: list[str], new: list[str], ending: str) -> list[str]:
    if len(old) + len(new) > _MOST:
        return [_ended(line, ending) for line in new]
    made: list[str] = []
    for tag, a, b, c, d in SequenceMatcher(None, plain, new, autojunk=False).get_opcodes():
        if tag == "equal":
            made += old[a:b]
        elif tag == "replace" and b - a == d - c:
            made += [_ended(line, was[len(was.rstrip("\r\n")) :] or ending) for line, was in zip(new[c:d], old[a:b], strict=True)]
        else:
            made += [_ended(line, ending) for line in new[c:d]]
    return made


def _apart(lines: list[str]) -> list[str]:
    """The lines, so that each still ends where it did: a carriage return and the line feed of an empty line behind it would be one end."""
    for place in range(len(lines) - 1, 0, -1):
        if lines[place].startswith("\n") and lines[place - 1].endswith("\r"):
            lines[place - 1] = lines[place - 1][:-1] + "\n"
    return lines


def _ended(line: str, ending: str) -> str:
    return line[:-1] + ending if line.endswith("\n") else line
