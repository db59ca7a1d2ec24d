"""XSLT 1.0 by libxslt, without hands: no file is written, none is read but what the stylesheet imports and includes below its own
folders, no network, no Python function, no EXSLT regular expression (Python's, which can run for ever). A stylesheet that says 2.0 or 3.0
is run by SaxonC-HE in a process of its own, if that is installed (`saxon`), likewise.

Source: XSLT 1.0 (16 November 1999); section numbers are its own.
"""

from __future__ import annotations

import dataclasses
import json
import re
import struct
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, cast
from urllib.parse import urljoin

from lxml import etree

from ..errors import Error, InputError, StylesheetError
from . import parser, sandbox, saxon

NAMESPACE = "http://www.w3.org/1999/XSL/Transform"
_XSL = f"{{{NAMESPACE}}}"
_NCNAME = re.compile(r"[A-Za-z_][\w.-]*")
_MEDIA_TYPES = {"xml": "application/xml", "html": "text/html", "text": "text/plain"}  # section 16
_COMPILE = 30.0  # seconds that SaxonC-HE may take to compile a stylesheet
_error = saxon.error_of
_NO_ACCESS = etree.XSLTAccessControl(  # type: ignore[call-arg]
    read_file=False, write_file=False, create_dir=False, read_network=False, write_network=False)
_NOISE = re.compile(r"unknown error|XPath evaluation returned no result\.|(?:runtime|compilation) error[:,]?.*")


class Stylesheet:
    """A compiled stylesheet with everything that it imports and includes. Any number of threads may use it: each compiles its own.

    `digest` ("sha256:…") covers the bytes of all of them; `output` are the effective attributes of xsl:output.
    """

    def __init__(self, path: str | Path, folders: Sequence[Path] = ()) -> None:
        """Compile the stylesheet at `path`; imports and includes must lie below `folders` (by default its own folder).

        Raises StylesheetError with the file and the line.
        """
        self.path = Path(path).resolve()
        self._folders = tuple(folder.resolve() for folder in folders) or (self.path.parent,)
        self._files: dict[Path, bytes] = {}
        try:
            self._data = self.path.read_bytes()
        except OSError as error:
            raise _error(self.path.name, None, f"it cannot be read: {error.strerror}") from None
        self._local = threading.local()
        self.modern = False
        self._local.transform = self._compile()
        self.digest = self._digest()
        if self.modern:
            self._saxon("check", seconds=_COMPILE)
        self.output = dict(self._outputs(self.path, self._data, []))

    @property
    def files(self) -> list[Path]:
        """The stylesheet and all that it imports and includes."""
        return [self.path, *self._files]

    @property
    def engine(self) -> str:
        """The versions that make this stylesheet give the same output: part of every rendering's key."""
        return saxon.fingerprint() if self.modern else fingerprint()

    @property
    def folders(self) -> tuple[Path, ...]:
        """The folders below which imports may lie."""
        return self._folders

    @property
    def media_type(self) -> str:
        """What xsl:output says, or what its method means."""
        return self.output.get("media-type") or _MEDIA_TYPES.get(self.output.get("method", "xml"), "application/xml")

    @property
    def encoding(self) -> str:
        """The encoding of the output."""
        return "UTF-8" if self.modern else self.output.get("encoding", "UTF-8")

    def transform(self, tree: etree._ElementTree, document: str = "", /, **parameters: str) -> bytes:
        """The output for a document, serialised as xsl:output says. Parameters are strings.

        `document` is what messages call it. Raises StylesheetError with the stylesheet's file and line and the document.
        """
        for name in parameters:
            if not _NCNAME.fullmatch(name):
                raise StylesheetError(f"“{name}” cannot be a parameter's name: use letters, digits, “.”, “-” and “_”.")
        if self.modern:
            return self.transform_apart(etree.tostring(tree, encoding="UTF-8"), document, _COMPILE, parameters)
        transform: etree.XSLT | None = getattr(self._local, "transform", None)
        if transform is None:
            transform = self._local.transform = self._compile()
        assert transform is not None  # whatever is not modern is libxslt's
        try:
            quoted: dict[str, Any] = {name: etree.XSLT.strparam(value) for name, value in parameters.items()}
            output = bytes(transform(tree, **quoted))
        except etree.XSLTError as error:
            file, line, sentence = _fault(cast("Iterable[etree._LogEntry]", error.error_log), str(error))
            raise _error(file or self.path.name, line, sentence, document) from None
        except PermissionError as error:
            raise _error(self.path.name, None, str(error), document) from None
        if len(output) > saxon.MOST_OUTPUT:
            raise _error(self.path.name, None, f"its output has {len(output):,} bytes; {saxon.MOST_OUTPUT:,} are the most", document)
        return output

    def transform_apart(self, data: bytes, document: str, seconds: float, parameters: Mapping[str, str]) -> bytes:
        """The output of a stylesheet in XSLT 2.0 or 3.0 for a document's bytes, which must be UTF-8 without a document type."""
        output: bytes = self._saxon("run", data, document, dict(parameters), seconds=seconds, document=document)
        return output

    def _saxon(self, function: str, *arguments: Any, seconds: float, document: str = "") -> Any:
        files = [str(path) for path in self._files]
        try:
            return saxon.WORKERS.call(f"{saxon.__name__}:{function}", str(self.path), files, self.digest, *arguments, seconds=seconds)
        except sandbox.Stopped as stopped:
            raise _error(self.path.name, None, f"{stopped}, and was stopped", document) from None

    def _close(self) -> None:
        """What a stylesheet in XSLT 2.0 or 3.0 is made of."""
        if not saxon.available():
            raise _error(self.path.name, None, "it is written in XSLT 2.0 or 3.0, which needs SaxonC-HE: pip install 'xmlsvc[xslt3]'")
        try:
            saxon.closure(self.path, self._data, self._folders, self._files)
        except saxon.Fault as fault:
            raise _error(fault.file, fault.line, fault.sentence) from None

    def _compile(self) -> etree.XSLT | None:
        resolver = parser.FolderResolver(self._folders, self._files)
        try:
            tree = parser.parse_stylesheet(self._data, self.path, resolver)
            self.modern = self._version(tree.getroot()) in ("2", "3")
            if self.modern:
                self._close()
                return None
            return sandboxed(tree)
        except InputError as error:
            raise _error(self.path.name, error.extra.get("line"), error.message) from None
        except PermissionError:
            wanted = resolver.refused[-1]
            folders = ", ".join(folder.name for folder in self._folders)
            raise _error(
                self.path.name, _line_of(self._data, wanted), f"“{Path(wanted).name}” cannot be imported or included: "
                f"there is no such file below {folders}, and nothing is read from elsewhere") from None
        except etree.XMLSyntaxError as wrong:
            # Its log is the thread's and may hold other documents' errors; only its own position is safe to show.
            sentence = (wrong.msg or "it is not well-formed").split(", line")[0]
            raise _error(Path(wrong.filename or "").name or self.path.name, wrong.lineno, sentence) from None
        except etree.XSLTParseError as error:
            file, line, sentence = _fault(cast("Iterable[etree._LogEntry]", error.error_log), str(error))
            raise _error(file or self.path.name, line, sentence) from None

    def _version(self, root: etree._Element) -> str:
        """Its first figure."""
        version = root.get("version") if root.tag in (f"{_XSL}stylesheet", f"{_XSL}transform") else root.get(f"{_XSL}version")
        line = cast("int | None", root.sourceline)
        if version is None:
            raise _error(self.path.name, line, "it is no XSLT stylesheet: the root element is not xsl:stylesheet with a version")
        if version.split(".")[0] not in ("1", "2", "3"):
            raise _error(self.path.name, line, f"it is written in XSLT {version}; known are 1.0 (with EXSLT), 2.0 and 3.0")
        return version.split(".")[0]

    def _digest(self) -> str:
        return saxon.digest_of([self.path, *self._files], {self.path: self._data, **self._files})

    def _outputs(self, path: Path, data: bytes, seen: list[Path]) -> Iterator[tuple[str, str]]:
        """Attributes of xsl:output, those of higher import precedence last (sections 2.6.2 and 16)."""
        root = parser.parse_stylesheet(data, path, parser.FolderResolver((), self._files)).getroot()
        for kind in ("import", "include"):
            for element in root.iterchildren(f"{_XSL}{kind}"):
                target = parser.local_path(urljoin(path.as_uri(), element.get("href", "")))
                if target is not None and (real := target.resolve()) in self._files and real not in seen:
                    yield from self._outputs(real, self._files[real], [*seen, real])
        for element in root.iterchildren(f"{_XSL}output"):
            yield from ((str(name), str(value)) for name, value in element.items())


_compiled: dict[str, Stylesheet] = {}


def isolated(
    workers: sandbox.Sandbox, sheet: Stylesheet, data: bytes, document: str = "", /, *, seconds: float,
    limits: parser.Limits = parser.DEFAULT, **parameters: str,
) -> bytes:  # fmt: skip
    """As `Stylesheet.transform`, for a document's bytes and in a process that is killed when it takes more than `seconds`, or too much
    memory.

    Raises StylesheetError, and what `parser.parse` raises.
    """
    if sheet.modern:
        tree = parser.parse(data, limits)
        return sheet.transform_apart(etree.tostring(tree, encoding="UTF-8"), document, seconds, parameters)
    folders = [str(folder) for folder in sheet.folders]
    try:
        work = (str(sheet.path), folders, sheet.digest, data, dataclasses.astuple(limits), document, parameters)
        output: bytes = workers.call(f"{__name__}:_run", *work, seconds=seconds)
        return output
    except sandbox.Stopped as stopped:
        raise _error(sheet.path.name, None, f"{stopped}, and was stopped", document) from None


def isolated_all(
    workers: sandbox.Sandbox, sheet: Stylesheet, documents: Sequence[tuple[str, bytes]], *, seconds: float,
    limits: parser.Limits = parser.DEFAULT, parameters: Mapping[str, str],
) -> list[bytes | Error]:  # fmt: skip
    """As `isolated` for many documents (what messages call each, its bytes) by one call of a worker: outputs, or why there is none, in
    their order. Where the time for one is not enough for all, each gets its own."""
    if not sheet.modern:
        folders, work = [str(folder) for folder in sheet.folders], list(documents)
        given = (str(sheet.path), folders, sheet.digest, work, dataclasses.astuple(limits), dict(parameters))
        try:
            return list(_unpack(workers.call(f"{__name__}:_run_all", *given, seconds=seconds)))
        except sandbox.Stopped:
            pass
    found: list[bytes | Error] = []
    for name, data in documents:
        try:
            found.append(isolated(workers, sheet, data, name, seconds=seconds, limits=limits, **parameters))
        except Error as error:
            found.append(error)
    return found


_FRAME = struct.Struct(">?Q")  # an output, or an error; its length


def _unpack(packed: bytes) -> Iterator[bytes | Error]:
    place = 0
    while place < len(packed):
        fine, length = _FRAME.unpack_from(packed, place)
        place += _FRAME.size
        part = packed[place : place + length]
        yield part if fine else sandbox.error_of(json.loads(part))
        place += length


def _run_all(
    path: str, folders: list[str], digest: str, documents: list[tuple[str, bytes]], limits: tuple[int, int, int, int],
    parameters: dict[str, str],
) -> bytes:  # fmt: skip
    """In the worker: `_run` for each document."""
    parts = []
    for name, data in documents:
        try:
            fine, part = True, _run(path, folders, digest, data, limits, name, parameters)
        except Error as error:
            fine, part = False, json.dumps(sandbox.described(error)).encode()
        parts += [_FRAME.pack(fine, len(part)), part]
    return b"".join(parts)


def _run(
    path: str, folders: list[str], digest: str, data: bytes, limits: tuple[int, int, int, int], document: str, parameters: dict[str, str]
) -> bytes:
    """In the worker: the stylesheet, compiled once, run on a document."""
    sheet = _compiled.get(path)
    if sheet is None or sheet.digest != digest:
        sheet = _compiled[path] = Stylesheet(path, [Path(folder) for folder in folders])
        if sheet.digest != digest:
            raise _error(sheet.path.name, None, "its files have changed in this moment; try again", document)
    return sheet.transform(parser.parse(data, parser.Limits(*limits)), document, **parameters)


def sandboxed(tree: etree._ElementTree) -> etree.XSLT:
    """A transformation that reads and writes nothing, from a stylesheet's tree that this program made."""
    return etree.XSLT(tree, access_control=_NO_ACCESS, regexp=False)


def fingerprint() -> str:
    """The versions that make the same stylesheet give the same output: part of every rendering's key."""
    return "libxslt {}.{}.{} libxml2 {}.{}.{}".format(*etree.LIBXSLT_VERSION, *etree.LIBXML_VERSION)


def _fault(log: Iterable[etree._LogEntry], fallback: str) -> tuple[str | None, int | None, str]:
    """(file, line, sentence) of a failure: libxslt logs the place ("runtime error, element …") apart from what was wrong."""
    file: str | None = None
    line: int | None = None
    sentences: list[str] = []
    for entry in log:
        message = " ".join(entry.message.split("\n")[0].split())
        if entry.filename and entry.filename != "<string>" and line is None:
            file, line = Path(entry.filename).name, cast(int, entry.line)
        if message and not _NOISE.fullmatch(message) and message not in sentences:
            sentences.append(re.sub(r"^xslt?\w+: ", "", message))
    return file, line, "; ".join(sentences[:3]) or fallback


def _line_of(data: bytes, wanted: str) -> int | None:
    name = Path(wanted).name.encode()
    return data[: data.index(name)].count(b"\n") + 1 if name and name in data else None
