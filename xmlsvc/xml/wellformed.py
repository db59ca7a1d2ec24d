"""Says in plain words, and with the exact place, why bytes are no well-formed XML: libxml2 finds the fault, this names it.

`explain(data, fault)` → NotWellFormed. Codes are libxml2's xmlParserErrors (include/libxml/xmlerror.h); the place is moved from where
libxml2 noticed to where the fault begins.
"""

from __future__ import annotations

import html.entities
import re
from collections.abc import Callable
from typing import NamedTuple

from ..errors import NotWellFormed
from . import encoding as encodings

_FORMATS = (
    (b"\x1f\x8b", "a gzip archive"),
    (b"PK\x03\x04", "a zip archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ", "an xz archive"),
    (b"\x28\xb5\x2f\xfd", "a zstd archive"),
    (b"%PDF-", "a PDF file"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
)


class Fault(NamedTuple):
    """One error as libxml2 logged it: `code` its type name, `line` and `column` 1-based where it noticed."""

    code: str
    line: int
    column: int
    message: str


class _Place(NamedTuple):
    """A fault with the document's text: `offset` is the index in `text` where libxml2 noticed."""

    fault: Fault
    text: str
    offset: int
    encoding: encodings.Encoding | None

    def back(self, token: str) -> int:
        """Where `token` last began before the offset."""
        found = self.text.rfind(token, 0, self.offset)
        return self.offset if found < 0 else found


def foreign(data: bytes) -> NotWellFormed | None:
    """The refusal of a body whose first bytes are those of another file format; None if they are not."""
    for magic, name in _FORMATS:
        if data.startswith(magic):
            what = "Unpack it and send the XML itself." if "archive" in name else "Send an XML document."
            return NotWellFormed(f"This is no XML but {name}. {what}", 1, 1)
    return None


def explain(data: bytes, fault: Fault, encoding: encodings.Encoding | None = None) -> NotWellFormed:
    """The error for `data`, whose first fault is `fault`. `encoding`: what it is in, where that cannot be seen in the data: they are part
    of a document, and the fault's place counts from their beginning."""
    if not data:
        return NotWellFormed("The document is empty.", 1, 1)
    encoding = encoding or encodings.detect(data)
    if data[:2] in (b"<\0", b"\0<") and encoding is not None and encoding.ascii:
        return NotWellFormed(
            "The document seems to be UTF-16, but has neither a byte order mark nor a declaration that says so. "
            "Add the mark (U+FEFF at its very beginning), or save it as UTF-8.", 1, 1)
    text = encodings.text(data, encoding)
    if not text.strip():
        return NotWellFormed("The document holds nothing but white space.", 1, 1)
    if fault.code == "ERR_INVALID_ENCODING" or _declares_wide(data, encoding):
        return _bad_bytes(data, encoding)
    place = _Place(fault, text, _offset(text, fault.line, fault.column), encoding)
    sentence, offset = _RULES.get(fault.code, _other)(place)
    return NotWellFormed(sentence, *position(text, offset))


def position(text: str, offset: int) -> tuple[int, int]:
    """(line, column), both 1-based, of the character at `offset`; CR LF, LF and CR end a line (XML 1.0, section 2.11)."""
    before = text[:offset]
    line = before.count("\n") + before.count("\r") - before.count("\r\n")
    return line + 1, offset - max(before.rfind("\n"), before.rfind("\r"))


def _offset(text: str, line: int, column: int) -> int:
    """Index in `text` of libxml2's place (it counts LF alone as a line's end)."""
    start = 0
    for _ in range(line - 1):
        found = text.find("\n", start)
        if found < 0:
            break
        start = found + 1
    return min(start + max(column, 1) - 1, len(text))


def _declares_wide(data: bytes, encoding: encodings.Encoding | None) -> bool:
    return encoding is not None and not encoding.ascii and encoding.mark == 0 and data.startswith(b"<?x")


def _bad_bytes(data: bytes, encoding: encodings.Encoding | None) -> NotWellFormed:
    if encoding is None:
        return NotWellFormed(
            "The encoding that the XML declaration names is not known here. Save the document as UTF-8 and declare that.", 1, 1)
    if _declares_wide(data, encoding):
        return NotWellFormed(
            f'The XML declaration says encoding="{encoding.declared}", but the document is written with one byte for each character. '
            'Declare the encoding that it is really in (mostly encoding="UTF-8"), or send it as it is declared.', 1, 1)
    says = f'declares encoding="{encoding.declared}"' if encoding.declared else "declares no encoding, which means UTF-8"
    if encoding.mark:
        says = f"begins with the mark of {encoding.codec.upper()}"
    try:
        data[encoding.mark :].decode(encoding.codec)
    except UnicodeDecodeError as error:
        before = data[encoding.mark : encoding.mark + error.start].decode(encoding.codec)
        place = position(before, len(before))
        bad = error.object[error.start : error.end].hex(" ").upper()
        return NotWellFormed(
            f"The document {says}, but the bytes {bad} are not valid in it. "
            "Save it in that encoding, or declare the one that it is in (for example ISO-8859-1 or windows-1252).", *place)
    return NotWellFormed(f"The document {says}, but it cannot be read so. Save it as UTF-8.", 1, 1)


def _entity(place: _Place) -> tuple[str, int]:
    start = place.back("&")
    name = re.match(r"&([\w.:-]*)", place.text[start:])
    word = name[1] if name else ""
    if not word:
        return "“&” stands alone here. Write &amp; for an ampersand.", start
    if place.fault.code == "ERR_ENTITYREF_SEMICOL_MISSING":
        return f"“&{word}” begins like a reference but has no “;”. Write &amp; for an ampersand (so: &amp;{word}).", start
    point = html.entities.name2codepoint.get(word)
    if point is None:
        instead = "the character itself"
    else:
        instead = "&#160;" if point == 160 else f"&#{point}; or the character “{chr(point)}” itself"
    return f"“&{word};” is not known: XML itself has only &amp; &lt; &gt; &quot; and &apos;. Write {instead}.", start


def _name(place: _Place) -> tuple[str, int]:
    if "EntityRef" in place.fault.message:
        return _entity(place)
    start = place.back("<")
    if place.text.startswith("</", start):
        return "An element is closed here, but none is open. Remove this end tag, or add its start tag before it.", start
    if re.match(r"<[^\s<]+\s", place.text[start : place.offset]):
        return _attribute_name(place)
    return "“<” is not followed by an element's name, which begins with a letter or _. Write &lt; for a less-than sign.", start


def _attribute_name(place: _Place) -> tuple[str, int]:
    match = re.compile(r"[ \t\r\n]*+([^ \t\r\n=]{0,100})").match(place.text, place.offset)
    word = match[1].rstrip("/>") if match else ""
    if word.startswith("<"):
        return "A tag begins here, but the one before it is not closed. Close that with “>”.", place.offset
    what = f"“{word}” cannot be the name of an attribute" if word else "An attribute's name is missing here"
    if word and not word[0].isprintable():
        return f"The character U+{ord(word[0]):04X}, which is not seen, stands in this tag. Remove it, or write a blank.", place.offset
    return f"{what}: names begin with a letter or _.", place.offset


def _mismatch(place: _Place) -> tuple[str, int]:
    start = place.back("</")
    match = re.search(r"mismatch: (\S+) line (\d+) and (\S+)", place.fault.message)
    if not match:
        return "This end tag does not belong to the element that is open.", start
    opened, line, closed = match.groups()
    return f"<{opened}>, opened in line {line}, is closed by </{closed}>. Write </{opened}> here, or close <{opened}> before.", start


def _cut(place: _Place) -> tuple[str, int]:
    match = re.search(r"in tag (\S+) line (\d+)", place.fault.message)
    tag = f"<{match[1]}>, opened in line {match[2]}, is not closed" if match else "an element is not closed"
    end = len(place.text.rstrip())
    return f"The document ends too early: {tag}. It may have been cut off on its way.", end


def _character(place: _Place) -> tuple[str, int]:
    match = re.search(r"value (\d+)", place.fault.message)
    number = re.search(r"Char 0x([0-9a-fA-F]+)", place.fault.message)
    point = int(match[1]) if match else int(number[1], 16) if number else None
    start = place.back("&#") if "CharRef" in place.fault.message else place.offset
    what = f"The character U+{point:04X}" if point is not None else "This character"
    return f"{what} is not allowed in XML. Remove it.", start


def _prefix(place: _Place) -> tuple[str, int]:
    match = re.search(r"prefix (\S+)(?: for (\S+))? on (\S+) is not defined", place.fault.message)
    start = place.back("<")
    if not match:
        return "A namespace prefix is used that is not declared.", start
    prefix, attribute, element = match.groups()
    name = f"{prefix}:{attribute}" if attribute else f"{prefix}:{element}"
    found = place.text.find(name, start, place.offset)
    where = (found if attribute else found - 1) if found > start else start
    return f'The prefix “{prefix}” of “{name}” is not declared. Add xmlns:{prefix}="…" to this element or to one that holds it.', where


def _declaration(place: _Place) -> tuple[str, int]:
    start = place.back("<?xml")
    if start == 0:
        return "The XML declaration is not complete. Write <?xml version=\"1.0\" encoding=\"UTF-8\"?>.", 0
    if place.text[:start].strip():
        return "An XML declaration stands inside the document: it may only stand at its very beginning. Remove it.", start
    return "Something stands before the XML declaration (an empty line or a blank). Remove what is before “<?xml”.", start


def _start(place: _Place) -> tuple[str, int]:
    offset = len(place.text) - len(place.text.lstrip())
    shown = " ".join(place.text[:200].split())[:30]
    if place.text.lstrip().startswith("<"):
        return "The document has no root element.", offset
    return f"This is no XML: it begins with “{shown}”, not with “<”.", offset


def _after_root(place: _Place) -> tuple[str, int]:
    rest = place.text[place.offset :]
    offset = place.offset + len(rest) - len(rest.lstrip())
    if rest.lstrip().startswith("</"):
        return "An element is closed here, but none is open. Remove this end tag, or add its start tag before it.", offset
    if rest.lstrip().startswith("<"):
        return "A second root element begins here: a document has exactly one. Put both into one element, or send two documents.", offset
    return "There is text after the end of the root element. Remove it.", offset


def _attribute(sentence: str) -> Callable[[_Place], tuple[str, int]]:
    def rule(place: _Place) -> tuple[str, int]:
        match = re.search(r"ttribute (?:xmlns:)?(\S+?)(?: redefined)?$", place.fault.message)
        return sentence.format(match[1] if match else "an attribute"), place.offset

    return rule


def _from(token: str, sentence: str) -> Callable[[_Place], tuple[str, int]]:
    return lambda place: (sentence, place.back(token))


def _namespace_name(place: _Place) -> tuple[str, int]:
    match = re.search(r"^(xmlns\S*): '?(.*?)'? is not a valid URI", place.fault.message, re.S)
    name, value = match.groups() if match else ("xmlns", "")
    sentence = f"“{value}” cannot be a namespace name ({name}): it must be a URI, without blanks and with %XX for other characters."
    return sentence, place.back(name)


def _redefined(place: _Place) -> tuple[str, int]:
    match = re.search(r"Attribute (\S+) redefined", place.fault.message)
    name = match[1] if match else "An attribute"
    return f"The attribute “{name}” stands twice on this element. Keep one.", place.back("<")


def _syntax(place: _Place) -> tuple[str, int]:
    message = place.fault.message
    if place.text.startswith("<?xml") and "?>" not in place.text[: place.offset]:
        return _declaration(place)
    if "attributes construct" in message or "Blank needed" in message:
        return "Two attributes stand together without a space, or a quote is missing. Check the quotes of this tag.", place.offset
    return _other(place)


def _other(place: _Place) -> tuple[str, int]:
    message = re.sub(r"^xml[A-Z]\w*\s*: ", "", place.fault.message.strip()).rstrip(".")
    return f"The document breaks XML's rules here: {message}.", place.offset


_RULES: dict[str, Callable[[_Place], tuple[str, int]]] = {
    "ERR_NAME_REQUIRED": _name,
    "ERR_ENTITYREF_SEMICOL_MISSING": _entity,
    "ERR_UNDECLARED_ENTITY": _entity,
    "ERR_TAG_NAME_MISMATCH": _mismatch,
    "ERR_TAG_NOT_FINISHED": _cut,
    "ERR_INVALID_CHAR": _character,
    "ERR_INVALID_CHARREF": _from("&#", "This character reference is not complete. Write &#160; or &#xA0;, with a number and “;”."),
    "ERR_INVALID_DEC_CHARREF": _from("&#", "This character reference is not complete. Write &#160;, with a decimal number and “;”."),
    "ERR_INVALID_HEX_CHARREF": _from("&#", "This character reference is not complete. Write &#xA0;, with a hexadecimal number and “;”."),
    "NS_ERR_UNDEFINED_NAMESPACE": _prefix,
    "WAR_NS_URI": _namespace_name,
    "NS_ERR_XML_NAMESPACE": _from(
        "xmlns", "This namespace declaration is not allowed: a prefix needs a namespace name, and “xml” and “xmlns” are fixed."),
    "NS_ERR_ATTRIBUTE_REDEFINED": _from("<", "Two attributes of this element have the same name in the same namespace. Keep one."),
    "NS_ERR_QNAME": _from("<", "A name of this element has more than one colon, or a colon at its end. Write prefix:name."),
    "NS_ERR_COLON": _from("<", "A name of this element has more than one colon, or a colon at its end. Write prefix:name."),
    "ERR_RESERVED_XML_NAME": _declaration,
    "ERR_XMLDECL_NOT_FINISHED": _declaration,
    "ERR_XMLDECL_NOT_STARTED": _declaration,
    "ERR_VERSION_MISSING": _declaration,
    "ERR_UNKNOWN_VERSION": _from("version", "This version of XML does not exist. Write version=\"1.0\"."),
    "ERR_PI_NOT_STARTED": _from("<?", "This processing instruction has no name. Write <?name …?>, or &lt;? for the characters themselves."),
    "ERR_DOCUMENT_EMPTY": _start,
    "ERR_DOCUMENT_END": _after_root,
    "ERR_ATTRIBUTE_NOT_STARTED": _attribute("An attribute's value stands without quotes. Put it in quotes."),
    "ERR_ATTRIBUTE_WITHOUT_VALUE": _attribute("The attribute “{0}” has no value. Write {0}=\"…\"."),
    "ERR_ATTRIBUTE_REDEFINED": _redefined,
    "ERR_LT_IN_ATTRIBUTE": _attribute("“<” stands in an attribute's value. Write &lt; for it, or add the quote that is missing before."),
    "ERR_ATTRIBUTE_NOT_FINISHED": _attribute("An attribute's value is not closed with its quote."),
    "ERR_HYPHEN_IN_COMMENT": _attribute("“--” stands inside a comment. Write a single hyphen there."),
    "ERR_COMMENT_NOT_FINISHED": _from("<!--", "This comment is not closed. Close it with “-->”."),
    "ERR_CDATA_NOT_FINISHED": _from("<![CDATA[", "This CDATA section is not closed. Close it with “]]>”."),
    "ERR_MISPLACED_CDATA_END": _attribute("“]]>” stands in text. Write ]]&gt; for it."),
    "ERR_PI_NOT_FINISHED": _from("<?", "This processing instruction is not closed. Close it with “?>”."),
    "ERR_GT_REQUIRED": _from("<", "This tag is not closed. Close it with “>”."),
    "ERR_SPACE_REQUIRED": _syntax,
    "ERR_UNSUPPORTED_ENCODING": lambda place: (
        f"The encoding “{place.fault.message.rpartition(': ')[2]}” is not known here. Save the document as UTF-8 and declare that.", 0),
}
