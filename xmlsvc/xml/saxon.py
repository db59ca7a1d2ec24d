"""XSLT 2.0 and 3.0 by SaxonC-HE, without hands, always in a process that can be killed.

    closure(path, data, folders)     what the stylesheet imports and includes, all of it below the folders
    refusal(root)                    what a stylesheet may not use: whatever reads, writes, or finds functions by names that it makes up
    run(…), check(…)                 in the worker: compiled once, then no address can be opened any more

Two locks, for either alone has its gaps: Saxon itself opens nothing but files while it compiles and nothing at all while it runs; and a
stylesheet that names a function or instruction which reads or writes is not compiled in the first place.

Source: XSLT 3.0 (8 June 2017), XPath and XQuery Functions 3.1 (21 March 2017).
"""

from __future__ import annotations

import atexit
import hashlib
import importlib.util
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from lxml import etree

from .. import versions
from ..errors import StylesheetError
from . import names, parser
from .sandbox import Sandbox

NAMESPACE = "http://www.w3.org/1999/XSL/Transform"
_XSL = f"{{{NAMESPACE}}}"
MEGABYTES = 1_024
MOST_OUTPUT = 100_000_000
_LOADING = ("import", "include")
_INSTRUCTIONS = frozenset({"result-document", "source-document", "stream", "evaluate", "use-package", "import-schema", "merge-source"})
_FUNCTIONS = (
    "doc|doc-available|document|unparsed-text|unparsed-text-lines|unparsed-text-available|json-doc|collection|uri-collection|"
    "environment-variable|available-environment-variables|function-lookup|transform|load-xquery-module|stream-available|put"
)
_CALL = re.compile(rf"(?<![\w.-])({_FUNCTIONS})\s*(?:\(:.*?:\)\s*)*[(#]", re.DOTALL)
_FOREIGN = re.compile(r"^(java:|clitype:|http://saxon\.sf\.net/|http://expath\.org/|http://www\.saxonica\.com/)")
_PLACE = re.compile(r"on line (\d+)(?: column \d+)?(?: of (\S+?):?)?(?=\s|$)")

WORKERS = Sandbox(MEGABYTES, 2, heap_only=True)
atexit.register(WORKERS.close)


class Fault(Exception):
    """What is wrong with a stylesheet, and where: (file, line, sentence)."""

    def __init__(self, file: str, line: int | None, sentence: str) -> None:
        super().__init__(sentence)
        self.file, self.line, self.sentence = file, line, sentence


def available() -> bool:
    """Whether SaxonC-HE is installed."""
    return importlib.util.find_spec("saxonche") is not None


def fingerprint() -> str:
    """Its version, as part of every key of what it makes."""
    return f"SaxonC-HE {versions.of('saxonche')}" if available() else "no SaxonC-HE"


def closure(path: Path, data: bytes, folders: Sequence[Path], files: dict[Path, bytes]) -> None:
    """Put into `files` all that the stylesheet imports and includes. Raises Fault for what lies elsewhere or may not be used."""
    root = parser.parse_stylesheet(data, path, parser.FolderResolver((), files)).getroot()
    for line, sentence in refusals(root):
        raise Fault(path.name, line, sentence)
    for element in root.iter(*(f"{_XSL}{kind}" for kind in _LOADING)):
        wanted = element.get("href", "")
        target = parser.local_path(urljoin(path.as_uri(), wanted))
        real = target.resolve() if target is not None else None
        if real is None or not any(real.is_relative_to(folder) for folder in folders) or not real.is_file():
            known = ", ".join(folder.name for folder in folders)
            raise Fault(path.name, _line(element), f"“{wanted}” cannot be imported or included: there is no such file below {known}, and "
                        "nothing is read from elsewhere")  # fmt: skip
        if real not in files and real != path:
            files[real] = real.read_bytes()
            closure(real, files[real], folders, files)


def refusals(root: etree._Element) -> Iterator[tuple[int | None, str]]:
    """(line, sentence) for each thing that a stylesheet may not use."""
    for element in root.iter(etree.Element):
        if element.tag in {f"{_XSL}{name}" for name in _INSTRUCTIONS}:
            yield _line(element), f"xsl:{names.split(str(element.tag))[1]} is not run here: a stylesheet reads and writes nothing"
        for namespace in element.nsmap.values():
            if _FOREIGN.match(namespace or ""):
                yield _line(element), f"functions and instructions of {namespace} are not run here"
        for name, value in ((str(name), value) for name, value in element.items()):
            if element.tag.startswith(_XSL) and name.startswith("_"):
                yield _line(element), f"the attribute {name} is computed (a shadow attribute); write it out"
            yield from ((_line(element), _sentence(found)) for found in _CALL.finditer(str(value)))
        text = (element.text or "") + "".join(child.tail or "" for child in element)
        if "{" in text:  # text value templates (section 5.6.2)
            yield from ((_line(element), _sentence(found)) for found in _CALL.finditer(text))


def _sentence(found: re.Match[str]) -> str:
    return f"the function {found[1]} is not run here: a stylesheet reads and writes nothing"


def _line(element: etree._Element) -> int | None:
    line: int | None = element.sourceline  # type: ignore[assignment]
    return line


# -- in the worker ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Compiled:
    """A stylesheet with its own processor: what that may open can be taken from it, but not given back."""

    processor: Any
    executable: Any


_compiled: dict[tuple[str, str], _Compiled] = {}


def _may_open(processor: Any, protocols: str) -> None:
    processor.set_configuration_property("http://saxon.sf.net/feature/allowedProtocols", protocols)


def check(path: str, files: Sequence[str], digest: str) -> str:
    """Compile the stylesheet. Raises StylesheetError."""
    _executable(path, files, digest, "")
    return ""


def run(path: str, files: Sequence[str], digest: str, data: bytes, document: str, parameters: Mapping[str, str]) -> bytes:
    """The output, always UTF-8, for a document (UTF-8, without a document type). Raises StylesheetError."""
    from saxonche import PySaxonApiError

    made = _executable(path, files, digest, document)
    processor, executable = made.processor, made.executable
    try:
        executable.clear_parameters()
        executable.set_property("!encoding", "UTF-8")  # the library reads its own output as that
        for name, value in parameters.items():
            executable.set_parameter(name, processor.make_string_value(value))
        text = executable.transform_to_string(xdm_node=processor.parse_xml(xml_text=data.decode("utf-8")))
    except PySaxonApiError as error:
        raise _error(path, str(error), document) from None
    if text is None:
        return b""
    if len(text) > MOST_OUTPUT:
        raise error_of(Path(path).name, None, f"its output has {len(text):,} characters; {MOST_OUTPUT:,} are the most", document)
    output: bytes = text.encode()
    return output


def _executable(path: str, files: Sequence[str], digest: str, document: str) -> _Compiled:
    key = (path, digest)
    if key not in _compiled:
        from saxonche import PySaxonApiError, PySaxonProcessor

        if digest_of([Path(each) for each in (path, *files)]) != digest:
            raise error_of(Path(path).name, None, "its files have changed in this moment; try again", document)
        processor = PySaxonProcessor(license=False)
        processor.set_configuration_property("http://saxon.sf.net/feature/allow-external-functions", "false")
        _may_open(processor, "file")
        try:
            executable = processor.new_xslt30_processor().compile_stylesheet(stylesheet_file=path)
        except PySaxonApiError as error:
            raise _error(path, str(error), document) from None
        _may_open(processor, "")
        _compiled.clear()  # one is enough: whoever renders does so format by format
        _compiled[key] = _Compiled(processor, executable)
    return _compiled[key]


def digest_of(paths: Sequence[Path], data: Mapping[Path, bytes] | None = None) -> str:
    """A digest of these files, the first one being the stylesheet."""
    total = hashlib.sha256()
    for number, path in enumerate(paths):
        content = data[path] if data is not None else path.read_bytes()
        total.update((path.name.encode() + b"\0" if number else b"") + hashlib.sha256(content).digest())
    return "sha256:" + total.hexdigest()


def _error(path: str, said: str, document: str) -> StylesheetError:
    """Saxon's message: "Error … on line 3 column 5 of x.xsl:\\n  XPST0003  what" in one sentence."""
    place = _PLACE.search(said)
    lines = [" ".join(line.split()) for line in said.splitlines() if line.strip()]
    body = [line for line in lines if re.match(r"[A-Z]{4}\d{4}\b", line)] or lines
    file = place[2].rpartition("/")[2] if place is not None and place[2] else Path(path).name
    return error_of(file, int(place[1]) if place is not None else None, body[0] if body else "it failed", document)


def error_of(file: str, line: int | None, sentence: str, document: str = "") -> StylesheetError:
    """The error of a stylesheet: its place, the document that it was run on, what was wrong."""
    place = f"{file}:{line}" if line else file
    about = f", on the document {document}" if document else ""
    extra: Mapping[str, object] = {"file": file, "line": line, **({"document": document} if document else {})}
    return StylesheetError(f"The stylesheet {place} failed{about}: {sentence.rstrip('.')}.", **extra)
