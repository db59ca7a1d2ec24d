"""The one place where untrusted bytes become a tree.

    parse(data)
      │ size                                                    TooLarge
      │ unless the root element begins at once, in UTF-8:
      │   a DOCTYPE in the prolog · another file format         DoctypeRefused, NotWellFormed, before libxml2 sees it
      ├─ libxml2, entities kept apart, no file, no network       NotWellFormed (wellformed.explain), TooLarge
      │   a DOCTYPE that the first look missed · its encoding   DoctypeRefused, NotWellFormed
      └─ counts, for documents above 64 KB                      TooLarge

Schema documents (`parse_schema`) and stylesheets (`parse_stylesheet`) are an operator's: they may have an internal DTD subset with
entities, as real schemas do, and reach other files only below the folders that the caller names.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, cast
from urllib.parse import unquote, urlsplit

from lxml import etree

from ..errors import DoctypeRefused, NotWellFormed, TooLarge
from ..settings import Settings
from . import encoding as encodings
from . import wellformed

_PROLOG = re.compile(rb"(?:\xef\xbb\xbf)?(?:\s++|<\?[^?]*+(?:\?(?!>)[^?]*+)*\?>|<!--[^-]*+(?:-(?!->)[^-]*+)*-->)*<!DOCTYPE")
# How nearly every document begins: in UTF-8, the root element first. Neither a document type nor another encoding can follow.
_ORDINARY = re.compile(
    rb"(?:\xef\xbb\xbf)?(?:<\?xml version=[\"']1\.0[\"'](?: encoding=[\"'][Uu][Tt][Ff]-8[\"'])?(?: standalone=[\"'][a-z]+[\"'])?\s*\?>\s*+)"
    rb"?<[A-Za-z_]")
_COUNTED_FROM = 64 * 1024
_DEEPEST = 256  # libxml2's own limit without XML_PARSE_HUGE (parserInternals.h, xmlParserMaxDepth)
_SMALLEST_ATTRIBUTE = 5  # bytes of ` a=""`


@dataclass(frozen=True)
class Limits:
    """What one document may have: bytes; depth of nesting (256 at most); elements; attributes (with namespace declarations) on one element;
    and how many violations a report on it lists.

    Bytes and depth always hold; the counts are made only from 64 KB up, since below they cost more than what they would stop.
    """

    bytes: int = 10_000_000
    depth: int = _DEEPEST
    elements: int = 1_000_000
    attributes: int = 1_000
    violations: int = 1_000

    @classmethod
    def of(cls, settings: Settings) -> Limits:
        """The limits that an instance's settings give."""
        return cls(settings.max_body_bytes, settings.max_depth, settings.max_elements, settings.max_attributes, settings.max_violations)


DEFAULT = Limits()


class _Own(threading.local):
    """Each thread's parsers: the error_log of each is emptied by each document, and no other thread's document gets into it."""

    def __init__(self) -> None:
        self.parser = _made()
        self.without_identifiers, self.lenient = _made(collect_ids=False), _made(recover=True)


def _made(collect_ids: bool = True, recover: bool = False) -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, attribute_defaults=False, huge_tree=False,
        collect_ids=collect_ids, recover=recover, strip_cdata=False, remove_comments=False, remove_pis=False,
    )


_own = _Own()
_OF_IDENTIFIERS = frozenset({"DTD_ID_REDEFINED", "DTD_XMLID_VALUE"})


def parse(data: bytes, limits: Limits = DEFAULT) -> etree._ElementTree:
    """The tree of a document: comments, processing instructions and CDATA sections are in it, `sourceline` is right.

    Raises TooLarge, NotWellFormed (with line and column), DoctypeRefused. Touches no file and no network, whatever the document says.
    """
    if len(data) > limits.bytes:
        raise TooLarge(f"The document has {len(data):,} bytes; the limit is {limits.bytes:,}.", limit=limits.bytes, actual=len(data))
    ordinary = _ORDINARY.match(data)
    if not ordinary:
        if _PROLOG.match(data):
            raise doctype(data)
        if refusal := wellformed.foreign(data):
            raise refusal
    parser = _own.parser
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        if all(entry.type_name not in _OF_IDENTIFIERS for entry in parser.error_log):
            raise _refusal(data, parser, error) from None
        root = _with_wrong_identifiers(data)
    tree = root.getroottree()
    if not ordinary:
        about = tree.docinfo  # made at each question
        if about.internalDTD is not None:
            raise doctype(data)
        check_encoding(data, about.encoding)
    if limits.depth < _DEEPEST:
        _check_depth(tree, limits.depth)
    if len(data) > _COUNTED_FROM:
        _count(data, tree, limits)
    return tree


def _with_wrong_identifiers(data: bytes) -> etree._Element:
    """The root of a document with an xml:id that is no name, or stands there twice: no fault of form, it is the schema's to judge. The
    lenient parser is asked only when all else has been found in order; for id() the first of two elements is the one."""
    try:
        etree.fromstring(data, _own.without_identifiers)
    except etree.XMLSyntaxError as error:
        raise _refusal(data, _own.without_identifiers, error) from None
    return etree.fromstring(data, _own.lenient)


def pulled(root: str | None = None, schema: etree.XMLSchema | None = None) -> etree.XMLPullParser:
    """A parser that is fed piece by piece: `read_events()` gives the start of every element, or only of those named `root`. With a
    compiled schema, `feed_error_log` fills, and `close` raises, where the document does not satisfy it."""
    return etree.XMLPullParser(
        events=("start",), tag=root, schema=schema, resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False,
        attribute_defaults=False, huge_tree=False, collect_ids=False, strip_cdata=False, remove_comments=False, remove_pis=False)


def parse_schema(data: bytes, base: str | Path | None = None, within: Sequence[Path] = ()) -> etree._ElementTree:
    """The tree of a schema document; entities of its internal DTD subset are replaced by their text.

    `base` is the document's place (for `xml:base` and messages). Other documents that an engine asks for through this tree
    (include, import) are read only below the folders `within`; nothing comes from the network. Raises NotWellFormed.
    """
    return _parse_trusted(data, base, FolderResolver(within), keep_cdata=True)


def parse_stylesheet(data: bytes, base: str | Path, resolver: FolderResolver) -> etree._ElementTree:
    """The tree of a stylesheet; what it imports and includes, libxslt asks the resolver for. Raises NotWellFormed."""
    return _parse_trusted(data, base, resolver, keep_cdata=False)


def parse_html(data: bytes) -> etree._ElementTree:
    """The tree of an HTML page, as a browser would repair it; names are in no namespace. Raises NotWellFormed where nothing is left."""
    parser = etree.HTMLParser(no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError:
        root = None
    if root is None:
        raise NotWellFormed("There is no element in this page.", 1, 1)
    return root.getroottree()


def _parse_trusted(data: bytes, base: str | Path | None, resolver: FolderResolver, keep_cdata: bool) -> etree._ElementTree:
    if refusal := wellformed.foreign(data):
        raise refusal
    parser = etree.XMLParser(
        resolve_entities=cast(bool, "internal"), no_network=True, load_dtd=False, dtd_validation=False, attribute_defaults=False,
        huge_tree=False, strip_cdata=not keep_cdata,
    )
    parser.resolvers.add(resolver)
    try:
        root = etree.fromstring(data, parser, base_url=cast(str, None if base is None else _address(base)))
    except etree.XMLSyntaxError as error:
        raise _refusal(data, parser, error) from None
    return root.getroottree()


class FolderResolver(etree.Resolver):
    """Reads files below given folders and refuses everything else.

    `files` keeps what was read, by real path, in the order of first reading; a file in it is not read again. `refused` are the
    addresses that were refused.
    """

    def __init__(self, folders: Sequence[Path], files: dict[Path, bytes] | None = None) -> None:
        super().__init__()
        self._folders = [folder.resolve() for folder in folders]
        self.files: dict[Path, bytes] = {} if files is None else files
        self.refused: list[str] = []

    def resolve(self, system_url: str | None, public_id: str | None, context: Any) -> Any:  # type: ignore[override]  # noqa: ARG002
        """Called by libxml2 for each document that it wants."""
        path = local_path(system_url or "")
        if path is not None:
            real = path.resolve()
            if real in self.files or (any(real.is_relative_to(folder) for folder in self._folders) and real.is_file()):
                data = self.files.setdefault(real, self.files.get(real) or real.read_bytes())
                return self.resolve_string(data, context, base_url=_address(path))
        self.refused.append(system_url or "")
        # An empty answer would let libxml2 go on to its own loader: an exception is what stops it.
        raise PermissionError(f"{system_url} lies outside the folders that may be read")


def _address(place: str | Path) -> str:
    """A file's place as libxml2 takes it, which reads addresses: a path with a character that means something in one is written as one."""
    text = str(place)
    named = text.startswith("file:") or local_path(text) is None
    return text if named or re.search("[%#?]", text) is None else Path(text).absolute().as_uri()


def local_path(location: str) -> Path | None:
    """The file that a location means (a path or a file: URL without a host); None for anything else."""
    if location.startswith("file:"):
        parts = urlsplit(location)
        name = unquote(parts.path) if parts.netloc in ("", "localhost") else ""
    elif re.match(r"[A-Za-z][A-Za-z0-9+.-]+:|//", location):
        return None
    else:
        name = unquote(location.partition("#")[0])
    return Path(name) if name and "\0" not in name else None


def _refusal(data: bytes, parser: etree.XMLParser, error: etree.XMLSyntaxError) -> NotWellFormed | DoctypeRefused | TooLarge:
    """Our error for libxml2's. Only the parser's own log is read: the exception's is the thread's and holds other documents' values."""
    if has_doctype(data):
        return doctype(data)
    fault = fault_of(parser.error_log, error)
    return too_large(fault) or wellformed.explain(data, fault)


def fault_of(log: Any, error: etree.XMLSyntaxError | None) -> wellformed.Fault:
    """The first fault in a parser's own log; where that is empty, what the exception says of its place."""
    first = next(iter(log), None)
    if first is None:
        line, column = error.position if error is not None else (1, 1)
        return wellformed.Fault("", line, column, "it cannot be read")
    return wellformed.Fault(first.type_name, first.line, first.column, first.message)


def too_large(fault: wellformed.Fault) -> TooLarge | None:
    """The error for a fault that is no fault of form but a limit of libxml2's; None for all others."""
    limited = fault.code == "ERR_RESOURCE_LIMIT" or " too big found" in fault.message
    return _resource(fault) if limited else None


def _resource(fault: wellformed.Fault) -> TooLarge:
    where = f"line {fault.line}, column {fault.column}"
    if "depth" in fault.message:
        return TooLarge(f"Elements are nested more than {_DEEPEST} deep at {where}.", limit=_DEEPEST, line=fault.line, column=fault.column)
    return TooLarge(
        "A single text, attribute, name or comment is longer than the parser takes "
        f"(10,000,000 characters; 50,000 for a name), at {where}.",
        line=fault.line, column=fault.column)


def has_doctype(data: bytes) -> bool:
    """Whether a document (or its beginning, up to the root) has a document type declaration, in whatever encoding."""
    if _PROLOG.match(data):
        return True
    encoding = encodings.detect(data)
    if encoding is None or encoding.ascii:
        return False
    return _PROLOG.match(encodings.text(data, encoding).encode("utf-8", "replace")) is not None


def has_dtd(tree: etree._ElementTree) -> bool:
    """Whether a document type declaration was met while the tree was built."""
    return tree.docinfo.internalDTD is not None


def doctype(data: bytes) -> DoctypeRefused:
    """The refusal of a document (or its beginning) that has a document type declaration."""
    text = encodings.text(data, encodings.detect(data))
    line, column = wellformed.position(text, max(text.find("<!DOCTYPE"), 0))
    return DoctypeRefused(
        f"The document has a document type declaration (<!DOCTYPE …>) in line {line}. Remove it: XML Schema decides what is valid here, "
        "and entities and external DTDs are never read.", line=line, column=column)


def check_encoding(data: bytes, found: str | None) -> None:
    """Refuses encodings that libxml2 reads and we could not give places in (EBCDIC, UTF-7, stateful ones)."""
    if found not in ("UTF-8", "utf-8") and encodings.detect(data) is None:
        raise NotWellFormed(
            f"The encoding “{found}” is not accepted. Save the document as UTF-8 and declare that.", 1, 1)


def _check_depth(tree: etree._ElementTree, deepest: int) -> None:
    if etree.XPath("boolean(" + "/*" * (deepest + 1) + ")")(tree):
        raise TooLarge(f"Elements are nested more than {deepest} deep.", limit=deepest)


def _count(data: bytes, tree: etree._ElementTree, limits: Limits) -> None:
    """The caps on counts. Each is first bounded from above by a search of the bytes in C, so that an ordinary document costs nothing."""
    encoding = encodings.detect(data)
    if encoding is None or not encoding.ascii:
        data = encodings.text(data, encoding).encode("utf-8")
    if (marks := data.count(b"<")) > limits.elements and marks - data.count(b"</") > limits.elements:
        elements = int(cast(float, tree.xpath("count(//*)")))
        if elements > limits.elements:
            raise TooLarge(
                f"The document has {elements:,} elements; the limit is {limits.elements:,}.", limit=limits.elements, actual=elements)
    # A tag with more attributes than the limit is so long that it covers a whole window without any "<". Each stretch without one is
    # looked at once, however many windows it covers: an embedded file is megabytes long.
    window = max(limits.attributes * _SMALLEST_ATTRIBUTE // 2, 1)
    start = 0
    while start + window <= len(data):
        if data.find(b"<", start, start + window) >= 0:
            start += window
            continue
        begin = max(data.rfind(b"<", 0, start), 0)
        end = data.find(b"<", start + window)
        end = end if end >= 0 else len(data)
        if data.count(b"=", begin, end) > limits.attributes:
            _check_attributes(data, begin, limits.attributes)
        start = end


def _check_attributes(data: bytes, begin: int, limit: int) -> None:
    tag = re.compile(rb"<[^\s<>/!?]+((?:\s+[^\s=]+\s*=\s*(?:\"[^\"]*\"|'[^']*'))*)").match(data, begin)
    if tag is None:
        return
    attributes = len(re.findall(rb"=\s*(?:\"[^\"]*\"|'[^']*')", tag[1]))
    if attributes > limit:
        line, column = wellformed.position(data[:begin].decode("utf-8", "replace"), len(data[:begin].decode("utf-8", "replace")))
        raise TooLarge(
            f"The element in line {line} has {attributes:,} attributes and namespace declarations; the limit is {limit:,}.",
            limit=limit, actual=attributes, line=line, column=column)


def records(source: str | Path | BinaryIO, name: str) -> Iterator[etree._Element]:
    """Every element of this name ("{urn:p}item", "{*}item"), as soon as it is read; it is emptied when the next one is asked for.

    The elements around them stay, so that a record's place is known; what lay before a record does not. The same document types,
    files and networks are refused as by `parse`; only size and counts have no limit. Raises NotWellFormed, DoctypeRefused.
    """
    if isinstance(source, str | Path):
        with Path(source).open("rb") as stream:
            yield from records(stream, name)
        return
    events = etree.iterparse(
        source, events=("end",), tag=name, resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False,
        attribute_defaults=False, huge_tree=False, strip_cdata=False, remove_comments=False, remove_pis=False,
    )
    try:
        for _, element in events:
            if element.getroottree().docinfo.internalDTD is not None:
                raise DoctypeRefused("The document has a document type declaration (<!DOCTYPE …>). Remove it.")
            yield element
            element.clear(keep_tail=True)
            parent = element.getparent()
            while parent is not None and (before := element.getprevious()) is not None:
                parent.remove(before)
    except etree.XMLSyntaxError as error:
        line, column = error.position
        raise NotWellFormed(f"The document is not well-formed XML: {error.msg}", line, column) from None
