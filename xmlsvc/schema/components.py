"""Reads the component model of a closed schema set, through xmlschema, once.

    read_paths(driver)
      │ the set's cache, if it is of this version            table.load
      ├─ sources.collect → copy without identity constraints → xmlschema, validation="skip"
      └─ reader.Reader: xmlschema's components → model        its defects are mended there and in simple_types

Whether the schema is valid is not judged here: that is the verdict of `validation.load`.
"""

from __future__ import annotations

import tempfile
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from ..errors import SchemaError
from . import library, table
from .model import Model
from .sources import collect

if TYPE_CHECKING:
    from .store import SchemaSet

VERSION = 5


def read(schema_set: SchemaSet) -> Model:
    """The model of a stored set, from its cache where there is one. SchemaError if the set cannot be read at all."""
    return read_paths(schema_set.driver, cache=True)


def read_paths(driver: Path, cache: bool = False) -> Model:
    """The model of the set whose entry is `driver`; everything it refers to lies in local files.

    With `cache` the model is kept beside the driver, keyed by our version of it: only for sets that never change.
    SchemaError if the documents are no schema that can be read; UnresolvedLocation if one is missing.
    """
    kept = driver.with_name(f"{driver.stem}.components-{VERSION}.json")
    if cache and kept.is_file():
        return table.load(kept)
    from .reader import Reader  # xmlschema comes in only where a schema is really read

    sources = collect(driver)
    with tempfile.TemporaryDirectory(prefix="xmlsvc-schema-") as directory:
        schema = _build(sources.copy(Path(directory)), sources.version, driver.name)
        model = Reader(schema, sources).model()
    if cache:
        table.save(model, kept)
    return model


def _build(driver: Path, version: Literal["1.0", "1.1"], name: str) -> Any:
    """xmlschema's components, built without judging them."""
    xmlschema = library.xmlschema()
    schema_class = xmlschema.XMLSchema11 if version == "1.1" else xmlschema.XMLSchema10
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return schema_class(
                driver.absolute().as_uri(), validation="skip", allow="local", defuse="never",
                loader_class=xmlschema.loaders.LocationSchemaLoader,
            )  # fmt: skip
        except (xmlschema.XMLSchemaException, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            told = str(error).split("\n\n", 1)[0]  # not the component's source, which follows
            raise SchemaError(f"{name} cannot be read as an XML Schema: {told}", ((name, told),)) from error
