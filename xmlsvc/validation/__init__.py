"""The verdict on a document: right, explained, fast, safe.

    check(schema, data, tree)                one registered schema, one document: every face calls this
    check_large(schema, source)              the same for a document of any size, in memory for its largest record
    load(paths).validate(data)               schemas from files, without an instance

    arbiter.Bench.judge
      ├─ libxml2            first, always; its accept is final where `lint` says so
      ├─ assess             our own exact assessor finds and tells apart everything that is wrong
      └─ conformant         xmlschema, the second opinion
    explain.report          findings → violations: places in the bytes, plain sentences
    large.report            all of this while the document is read

A process that only meets small valid documents imports neither `explain` nor `large`, `rules` and `apart`: they are what costs.
"""

from __future__ import annotations

import shutil
import tempfile
import weakref
from collections.abc import Iterator, Sequence
from contextlib import closing
from copy import deepcopy
from dataclasses import replace
from functools import lru_cache, partial
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from lxml import etree

from .. import versions
from ..errors import InputError
from ..schema import gate, proofs, store
from ..schema.catalog import Catalog
from ..schema.closure import walk
from ..xml import parser
from ..xml.sandbox import Stopped
from . import libxml2
from .arbiter import VALID, Bench, Judgement, unjudged
from .findings import Finding
from .report import Report, SchemaName, Violation

if TYPE_CHECKING:
    from ..schema.registry import Schema
    from ..schema.vocabulary import Manifest
    from . import large

LARGE = parser.DEFAULT.bytes  # from how many bytes on a document is read piece by piece
_MOST = parser.DEFAULT.violations
_APART = 65_536  # bytes of a document from which on a vocabulary's own rules are worked out in another process
RULES = 10  # our own rule set's number: part of every verdict's key


@lru_cache(1)
def _engines() -> tuple[str, str]:
    return etree.__version__, f"libxml2 {'.'.join(map(str, etree.LIBXML_VERSION))}, xmlschema {versions.of('xmlschema')}, rules {RULES}"


def fingerprint(schema: Schema | None = None) -> str:
    """What a verdict hangs on besides content and schema: the versions of the engines and of our own rules, and, for a schema whose
    vocabulary has rules of its own, their digest. At most 64 characters. Raises SchemaError where those cannot be compiled."""
    lxml, engines = _engines()
    if schema is None or not _has_rules(schema.manifest):
        return f"lxml {lxml}, {engines}"
    from . import rules

    return f"{engines}+{rules.digest(schema.manifest, schema.home, schema.version)}"


def _has_rules(manifest: Manifest) -> bool:
    return bool(manifest.rules or manifest.schematron)


def notes(schema: Schema) -> tuple[str, ...]:
    """Sentences for whoever registers a schema: patterns that make validators hang, and what only one engine finds wrong with it."""
    disputed = (f"disputed: {place}: {sentence}" for place, sentence in gate.disputed(schema.set))
    return (*Bench.of(schema.set).trust.notes, *disputed)


def check(schema: Schema, data: bytes, tree: etree._ElementTree, *, limits: parser.Limits = parser.DEFAULT, reason: str = "",
          engine: str = "auto", language: str = "en") -> Report:
    """The verdict of one registered schema on one document.

    `data` are the bytes that `tree` was parsed from; `reason` says why this schema was chosen. `engine`: "auto", or the word of "libxml2"
    or "xmlschema" alone, or "both". `language` of the sentences: "en" or "nl". Of `limits`, that of violations counts here.
    """
    if not _has_rules(schema.manifest):
        bench, valid = _ready(schema, reason)
        return _report(bench.judge(tree, data, engine, limits.violations), bench, tree, data, language, valid)
    bench, name = Bench.of(schema.set), _name(schema, reason)
    judgement = _with_rules(bench.judge(tree, data, engine, limits.violations), schema, data, tree, limits.violations)
    return _report(judgement, bench, tree, data, language, Report(valid=True, schema=name))


@lru_cache(64)
def _ready(schema: Schema, reason: str) -> tuple[Bench, Report]:
    """What judges by a schema without rules of its own, which never changes, and the report on whatever is valid by it."""
    return Bench.of(schema.set), Report(valid=True, schema=_name(schema, reason))


def _with_rules(judgement: Judgement, schema: Schema, data: bytes, tree: etree._ElementTree, limit: int) -> Judgement:
    """The judgement with what breaks the vocabulary's own rules. Above a size they are worked out in a process that can be killed."""
    from . import apart, rules

    own = rules.rule_set(schema.manifest, schema.home, schema.version)
    try:
        broken = apart.rules(schema, data, tree) if len(data) > _APART else own.findings(tree)
        broken += own.findings_by_saxon(tree)
    except Stopped as stopped:
        more = unjudged(tree, stopped)
        return replace(judgement, findings=[*judgement.findings, *more.findings], disputed=True)
    return replace(judgement, findings=[*judgement.findings, *broken][:limit]) if broken else judgement


def _name(schema: Schema, reason: str) -> SchemaName:
    return SchemaName(vocabulary=schema.vocabulary, version=schema.version, digest=schema.digest, reason=reason, engine=fingerprint(schema))


def check_large(schema: Schema, source: large.Source, *, limits: parser.Limits = parser.DEFAULT, reason: str = "", engine: str = "auto",
                language: str = "en") -> Report:
    """As `check`, for a document of any size: `source()` opens it, as often as it is read (several times where it is not plainly valid).

    The whole document is taken into memory only where nothing else is possible: under XSD 1.1, by the word of xmlschema, and where the
    vocabulary has rules of its own, which look at the whole tree. Raises InputError for what is no XML.
    """
    bench = Bench.of(schema.set)
    if bench.streams(engine) and not _has_rules(schema.manifest):
        from . import large

        return large.report(bench, source, limits, engine, language, Report(valid=True, schema=_name(schema, reason)))
    data, tree = _whole(source)
    return check(schema, data, tree, limits=limits, reason=reason, engine=engine, language=language)


def _whole(source: large.Source) -> tuple[bytes, etree._ElementTree]:
    with source() as stream:
        data = stream.read()
    return data, parser.parse(data, replace(parser.DEFAULT, bytes=len(data), elements=len(data)))


def findings(
    schema: Schema, data: bytes, tree: etree._ElementTree, *, limits: parser.Limits = parser.DEFAULT
) -> Iterator[tuple[Finding, Violation]]:
    """What `check` finds by the schema alone, each violation with all that the assessor knows about it (declarations, diagnoses): for
    those who work out what to do about it."""
    bench = Bench.of(schema.set)
    for finding in bench.judge(tree, data, "auto", limits.violations).findings:
        report = _report(Judgement([finding]), bench, tree, data, "en", Report(valid=True))
        yield finding, report.violations[0]


class Validator:
    """The schema of some files, ready to judge documents; `load` makes it. `set`: the closed copy that it works from; `version`: of XML
    Schema, where it was said or worked out."""

    def __init__(self, schema_set: store.SchemaSet, engine: str = "auto", language: str = "en",
                 directory: Path | None = None, version: str | None = None) -> None:
        self.set, self.version = schema_set, version
        self._engine, self._language = engine, language
        self._bench = Bench.of(schema_set, version)
        self._valid = Report(valid=True, schema=SchemaName(vocabulary=None, version=None, digest=schema_set.digest, engine=fingerprint()))
        if directory is not None:  # it goes when the validator goes
            weakref.finalize(self, shutil.rmtree, directory, ignore_errors=True)

    def validate(self, source: bytes | str | Path | etree._ElementTree | etree._Element) -> Report:
        """The verdict on a document given as bytes, as the path of a file, or as an lxml tree or element.

        What has more than 10,000,000 bytes is read piece by piece (see `large`), in memory for its largest record. Raises InputError
        where the document cannot be read at all (NotWellFormed, DoctypeRefused, TooLarge). A tree has no bytes: its violations have
        lines, but no columns and no byte ranges.
        """
        if isinstance(source, bytes):
            if len(source) <= LARGE:
                return self._judged(parser.parse(source), source)
            return self.validate_large(partial(_stream, source))
        if isinstance(source, etree._ElementTree):
            return self._judged(_copied(source.getroot()), None)
        if isinstance(source, etree._Element):
            return self._judged(_copied(source), None)
        path = Path(source)
        if _size(path) > LARGE:
            return self.validate_large(partial(_opened, path))
        data = _read(path)
        return self._judged(parser.parse(data), data)

    def validate_large(self, source: large.Source) -> Report:
        """The verdict on a document of any size; see `check_large`."""
        if self._bench.streams(self._engine):
            from . import large

            return large.report(self._bench, source, parser.DEFAULT, self._engine, self._language, self._valid)
        data, tree = _whole(source)
        return self._judged(tree, data)

    def _judged(self, tree: etree._ElementTree, data: bytes | None) -> Report:
        judgement = self._bench.judge(tree, data, self._engine, _MOST)
        return self._valid if judgement is VALID else _report(judgement, self._bench, tree, data, self._language, self._valid)


def _report(judgement: Judgement, bench: Bench, tree: etree._ElementTree, data: bytes | None, language: str, valid: Report) -> Report:
    if not judgement.findings:
        return valid if not judgement.disputed else replace(valid, disputed=True)
    from . import explain

    return explain.report(judgement.findings, data, tree, valid.schema, bench.components, language, judgement.disputed, judgement.cut)


def _copied(element: etree._Element) -> etree._ElementTree:
    """The element, as the root of a tree to judge: libxml2 marks the IDs of what it has judged, and does not ask of them again."""
    tree = element.getroottree()
    return etree.ElementTree(next(deepcopy(tree).iterfind(tree.getelementpath(element))))


def _stream(data: bytes) -> closing[BytesIO]:
    return closing(BytesIO(data))


def _opened(path: Path) -> BinaryIO:
    return path.open("rb")


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}.") from error


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}.") from error


def load(paths: str | Path | Sequence[str | Path], catalog: Catalog | str | Path | None = None, engine: str = "auto", *,
         language: str = "en", version: str | None = None, cache: Path | None = None) -> Validator:
    """A validator for the schema in one or several XSD files.

    `catalog`: an OASIS XML catalogue file or a folder, for what the files import from elsewhere: nothing is fetched. Raises SchemaError,
    with places, where this is no valid schema, and UnresolvedLocation where a part is missing. `version`: of XML Schema, "1.0" or "1.1";
    without it, 1.1 is taken where the files use anything that only 1.1 has. `cache`: a folder that nobody else can write to
    (`schema.proofs.folder()` is the user's own), where what was proven about a schema stays; without it, each call proves it again.
    """
    entries = [Path(paths)] if isinstance(paths, str | Path) else [Path(path) for path in paths]
    found = catalog if isinstance(catalog, Catalog) else Catalog.load(catalog)
    if cache is not None and engine != "libxml2":
        engines = f"{fingerprint()}, elementpath {versions.of('elementpath')}"
        schema_set, version = proofs.proven(walk(entries, found), cache, engines, version, partial(gate.check, version=version))
        return Validator(schema_set, engine, language, version=version)
    directory = Path(tempfile.mkdtemp(prefix="xmlsvc-schema-"))
    try:
        schema_set = store.close(entries, found, directory)
        if engine == "libxml2":
            with libxml2.lent(schema_set):
                pass  # it compiles
        else:
            version = gate.check(schema_set, version=version)
    except BaseException:
        shutil.rmtree(directory, ignore_errors=True)
        raise
    return Validator(schema_set, engine, language, directory, version)
