"""The verdict on a document: right, explained, fast, safe.

    check(schema, data, tree)                one registered schema, one document: every face calls this
    load(paths).validate(data)               schemas from files, without an instance

    arbiter.Bench.judge
      ├─ libxml2            first, always; its accept is final where `lint` says so
      ├─ assess             our own exact assessor finds and tells apart everything that is wrong
      └─ conformant         xmlschema, the second opinion
    explain.report          findings → violations: places in the bytes, plain sentences
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from lxml import etree

from ..errors import InputError
from ..schema import store
from ..schema.catalog import Catalog
from ..xml import parser
from . import explain
from .arbiter import Bench
from .report import Report, SchemaName

if TYPE_CHECKING:
    from ..schema.registry import Schema

RULES = 1  # our own rule set's number: part of every verdict's key


def fingerprint() -> str:
    """What a verdict hangs on besides content and schema: the versions of the engines and of our own rules."""
    from xmlschema import __version__ as xmlschema_version

    libxml2_version = ".".join(map(str, etree.LIBXML_VERSION))
    return f"lxml {etree.__version__}, libxml2 {libxml2_version}, xmlschema {xmlschema_version}, rules {RULES}"


def check(schema: Schema, data: bytes, tree: etree._ElementTree, *, limits: parser.Limits = parser.DEFAULT, reason: str = "",
          engine: str = "auto", language: str = "en") -> Report:
    """The verdict of one registered schema on one document.

    `data` are the bytes that `tree` was parsed from; `reason` says why this schema was chosen. `engine`: "auto", or the word of "libxml2"
    or "xmlschema" alone, or "both". `language` of the sentences: "en" or "nl". Of `limits`, that of violations counts here.
    """
    name = SchemaName(vocabulary=schema.vocabulary, version=schema.version, digest=schema.digest, reason=reason)
    return _report(Bench.of(schema.set), tree, data, engine, language, name, limits)


class Validator:
    """The schema of some files, ready to judge documents; `load` makes it. `set`: the closed copy that it works from."""

    def __init__(self, schema_set: store.SchemaSet, engine: str = "auto", language: str = "en",
                 directory: tempfile.TemporaryDirectory[str] | None = None) -> None:
        self.set = schema_set
        self._engine, self._language = engine, language
        self._directory = directory  # goes when the validator goes

    def validate(self, source: bytes | str | Path | etree._ElementTree | etree._Element) -> Report:
        """The verdict on a document given as bytes, as the path of a file, or as an lxml tree or element.

        Raises InputError where the document cannot be read at all (NotWellFormed, DoctypeRefused, TooLarge). A tree has no bytes:
        its violations have lines, but no columns and no byte ranges.
        """
        data: bytes | None = None
        if isinstance(source, etree._Element):
            tree = etree.ElementTree(source)
        elif isinstance(source, etree._ElementTree):
            tree = source
        else:
            data = source if isinstance(source, bytes) else _read(Path(source))
            tree = parser.parse(data)
        name = SchemaName(vocabulary=None, version=None, digest=self.set.digest)
        return _report(Bench.of(self.set), tree, data, self._engine, self._language, name, parser.DEFAULT)


def _report(bench: Bench, tree: etree._ElementTree, data: bytes | None, engine: str, language: str, name: SchemaName,
            limits: parser.Limits) -> Report:
    judgement = bench.judge(tree, data, engine, limits.violations)
    if not judgement.findings:
        return Report(valid=True, schema=name, disputed=judgement.disputed)
    return explain.report(judgement.findings, data, tree, name, bench.components, language, judgement.disputed, judgement.cut)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}.") from error


def load(paths: str | Path | Sequence[str | Path], catalog: Catalog | str | Path | None = None, engine: str = "auto", *,
         language: str = "en") -> Validator:
    """A validator for the schema in one or several XSD files.

    `catalog`: an OASIS XML catalogue file or a folder, for what the files import from elsewhere: nothing is fetched. Raises SchemaError,
    with places, where this is no valid schema, and UnresolvedLocation where a part is missing.
    """
    entries = [Path(paths)] if isinstance(paths, str | Path) else [Path(path) for path in paths]
    found = catalog if isinstance(catalog, Catalog) else Catalog.load(catalog)
    directory = tempfile.TemporaryDirectory(prefix="xmlsvc-schema-")
    return Validator(store.close(entries, found, Path(directory.name)), engine, language, directory)
