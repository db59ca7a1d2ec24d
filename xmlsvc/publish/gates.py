"""What a format's output must satisfy before anybody sees it: its gate, a schema beside the stylesheet.

    check(format, data) -> violations of the output; none: it may be served
      ├─ outputs          bytes → tree (XML, HTML) or value (JSON, CSV); what cannot be read is a violation, too
      └─ by the gate's suffix
           .xsd           XML Schema: validation.Validator, every violation explained
           .rng           RELAX NG: libxml2
           .sch           Schematron: schematron
           .json          JSON Schema: json_schema

A gate is code from outside, as a stylesheet is: it reads no file outside its own folder and nothing from the network, and what is a
program (Schematron's paths, the regular expressions of JSON Schema) runs in a worker that is killed if it comes to no end.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from lxml import etree

from .. import validation
from ..errors import InputError, OutputRefused, SchemaError, StylesheetError
from ..validation.report import Violation, violations_from_json, violations_json
from ..xml import names, parser
from ..xml.sandbox import Stopped
from . import json_schema, outputs, schematron, stylesheets

if TYPE_CHECKING:
    from .formats import Format


class Gate(Protocol):
    """A compiled gate; any number of threads may use it. `digest` ("sha256:…" or hexadecimal) covers everything that it is made of."""

    digest: str

    def violations(self, data: bytes, media_type: str) -> Sequence[Violation]:
        """What is wrong with an output."""
        ...


def check(format: Format, data: bytes) -> tuple[Violation, ...]:
    """The violations of an output of a format, in order; none where it satisfies its gate, or has none.

    Raises StylesheetError where the gate itself is at fault: it is the author's of the stylesheet to mend.
    """
    if format.gate is None:
        return ()
    gate = get(format.gate)
    if format.gate.suffix not in _PROGRAMS:
        return tuple(gate.violations(data, format.media_type))
    work = (str(format.gate), gate.digest, data, format.media_type)
    try:
        return violations_from_json(stylesheets.WORKERS.call(f"{__name__}:judge", *work, seconds=stylesheets.SECONDS))
    except Stopped as stopped:
        about = f"came to no end on the {format.name} output"
        raise StylesheetError(f"The gate {format.gate.name} {about}: {stopped}, and was stopped.") from None


def check_all(format: Format, outputs_: Sequence[bytes]) -> list[tuple[Violation, ...] | StylesheetError]:
    """As `check` for many outputs, in their order, shared by the workers; the error of a gate that is at fault in a result's place."""
    if format.gate is None:
        return [() for _ in outputs_]
    gate = get(format.gate)
    if len(outputs_) < _FEW and format.gate.suffix not in _PROGRAMS:
        return [_alone(format, data) for data in outputs_]

    def some(part: Sequence[bytes]) -> list[tuple[Violation, ...] | StylesheetError]:
        work = (str(format.gate), gate.digest, list(part), format.media_type)
        try:
            told = stylesheets.WORKERS.call(f"{__name__}:judge_all", *work, seconds=stylesheets.SECONDS)
            return [violations_from_json(each) for each in told]
        except (Stopped, StylesheetError):
            return [_alone(format, data) for data in part]

    return stylesheets.shared(some, outputs_)


def _alone(format: Format, data: bytes) -> tuple[Violation, ...] | StylesheetError:
    try:
        return check(format, data)
    except StylesheetError as error:
        return error


def judge_all(path: str, digest: str, outputs_: Sequence[bytes], media_type: str) -> list[str]:
    """In a worker: `judge` for each output."""
    return [judge(path, digest, data, media_type) for data in outputs_]


def judge(path: str, digest: str, data: bytes, media_type: str) -> str:
    """In a worker: the violations of an output, as JSON."""
    gate = get(Path(path))
    if gate.digest != digest:
        raise StylesheetError(f"The gate {Path(path).name} has changed in this moment; try again.")
    return violations_json(tuple(gate.violations(data, media_type)))


def require(format: Format, data: bytes, document: str = "") -> None:
    """Raises OutputRefused, with all violations, where an output does not satisfy its format's gate.

    `document` is what messages call the document that it was made of.
    """
    refuse(format, check(format, data), document)


def refuse(format: Format, found: Sequence[Violation], document: str = "") -> None:
    """Raises OutputRefused where an output has these violations."""
    if found and format.gate is not None:
        first, about = found[0], f" of {document}" if document else ""
        place = f"In line {first.line} of the output" if first.line else f"At {first.path}" if first.path else "In the output"
        more = f" ({len(found) - 1} more.)" if len(found) > 1 else ""
        raise OutputRefused(
            f"The {format.name} output{about} does not satisfy {format.gate.name}, so it is not published. {place}: {first.message}{more}",
            tuple(found), format=format.name, gate=format.gate.name, document=document or None)


_Stamp = tuple[tuple[str, int, int], ...]
_kept: dict[Path, tuple[_Stamp, Gate]] = {}
_lock = threading.Lock()


def get(path: Path) -> Gate:
    """The gate at `path`, kept for the process and compiled anew when a file of its folder changes. Raises StylesheetError."""
    stamp = _stamp(path.parent)
    with _lock:
        known = _kept.get(path)
    if known is not None and known[0] == stamp:
        return known[1]
    try:
        made = _KINDS[path.suffix](path)
    except KeyError:
        raise StylesheetError(f"The gate {path.name} is of no kind that is known: {', '.join(_KINDS)}.") from None
    except OSError as error:
        raise StylesheetError(f"The gate {path.name} cannot be read: {error.strerror}.") from None
    with _lock:
        _kept[path] = (stamp, made)
    return made


def _stamp(folder: Path) -> _Stamp:
    """Names, times and sizes of all files that a gate of this folder could be made of."""
    found = [(path, path.stat()) for path in sorted(folder.glob("*")) if path.suffix in _KINDS]
    return tuple((path.name, status.st_mtime_ns, status.st_size) for path, status in found)


class XmlSchema:
    """An XSD, with what it imports and includes from its own folder."""

    def __init__(self, path: Path) -> None:
        try:
            self._validator = validation.load(path, catalog=path.parent)
        except SchemaError as error:
            raise StylesheetError(f"The gate {path.name} is no valid XML Schema: {error.message}") from None
        self.digest = self._validator.set.digest

    def violations(self, data: bytes, media_type: str) -> Sequence[Violation]:  # noqa: ARG002
        """Every violation, as in a report on a document."""
        try:
            return self._validator.validate(data).violations
        except InputError as error:
            return [outputs.unreadable(error)]


class RelaxNg:
    """A RELAX NG schema in its XML syntax, with what it includes from its own folder."""

    def __init__(self, path: Path) -> None:
        resolver = parser.FolderResolver([path.parent])
        data = path.read_bytes()
        try:
            tree = parser.parse_stylesheet(data, path, resolver)
            self._schema = etree.RelaxNG(tree)
        except etree.RelaxNGParseError as error:
            entry = next(iter(error.error_log), None)
            raise StylesheetError(f"The gate {path.name} is no valid RELAX NG schema: {entry.message if entry else error}.") from None
        except (InputError, PermissionError) as error:
            raise StylesheetError(f"The gate {path.name} is no valid RELAX NG schema: {error}") from None
        parts = [data, *(resolver.files[file] for file in sorted(resolver.files))]
        self.digest = hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()
        self._lock = threading.Lock()  # a validator has one error log for all who use it

    def violations(self, data: bytes, media_type: str) -> Sequence[Violation]:
        """What libxml2 says; it stops inside an element at the first thing that does not fit."""
        tree = outputs.tree(data, media_type)
        if isinstance(tree, Violation):
            return [tree]
        with self._lock:
            if self._schema.validate(tree):
                return []
            entries = [(entry.line, entry.path or "", entry.message) for entry in self._schema.error_log]
        prefixes = names.Prefixes.of(tree.getroot(), {})
        return [Violation(code="relax-ng", line=line or None, column=None, path=_path(tree, path, prefixes), namespaces=prefixes.map,
                          message=f"{message.rstrip('.')}.", engines=("libxml2",)) for line, path, message in entries]


def _path(tree: etree._ElementTree, path: str, prefixes: names.Prefixes) -> str:
    """Our path for libxml2's, whose "*" stands for names in a default namespace."""
    try:
        found = tree.xpath(path, namespaces={p: n for p, n in tree.getroot().nsmap.items() if p} or None) if path else None
    except etree.XPathError:
        return path
    return names.path(found[0], prefixes) if isinstance(found, list) and found and isinstance(found[0], etree._Element) else path


_KINDS: dict[str, Callable[[Path], Gate]] = {
    ".xsd": XmlSchema, ".rng": RelaxNg, ".sch": schematron.Schematron, ".json": json_schema.JsonSchema}
_PROGRAMS = (".sch", ".json")
_FEW = 10  # outputs that are judged sooner here than a worker has compiled the gate
