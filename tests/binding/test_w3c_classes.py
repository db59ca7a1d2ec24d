"""Classes of the W3C suite's schemas: made for every schema that an engine takes. Its valid documents read, and are saved as they came."""

from __future__ import annotations

import gc
import sys
import warnings
from collections import Counter
from pathlib import Path
from types import ModuleType

from tests.conftest import FULL
from tests.w3c import suite
from xmlsvc import binding
from xmlsvc.binding import View
from xmlsvc.binding.memory import _Source
from xmlsvc.errors import DoctypeRefused, Error, SchemaError

EVERY = 1 if FULL else 250


def forget(package: ModuleType) -> None:
    """Take classes made in memory out of the interpreter: there are thousands."""
    sys.meta_path[:] = [finder for finder in sys.meta_path if not (isinstance(finder, _Source) and finder.is_package(package.__name__))]
    for name in [name for name in sys.modules if name.partition(".")[0] == package.__name__]:
        del sys.modules[name]


def look(package: ModuleType, test: suite.Test) -> str:
    """What came of a document of the schema."""
    try:
        data = test.path.read_bytes()
        doc = package.parse(data)
    except DoctypeRefused:
        return "a document with a DOCTYPE"
    except (Error, OSError):
        return "a document that is not well-formed" if not test.valid else "a document that cannot be read"
    assert doc.save() is data, test.path
    for view, field, value in doc.walk(lenient=not test.valid):
        assert isinstance(view, View) and (isinstance(value, View) or field.kind not in ("view", "wild")), test.path
    return "a valid document read" if test.valid else "an invalid document read"


def test_classes_of_the_suite(suite_root: Path) -> None:
    outcomes: Counter[str] = Counter()
    unread: list[str] = []
    for number, group in enumerate(list(suite.groups(suite_root, "1.0"))[::EVERY]):
        if not group.schema_valid or not group.documents:
            continue
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                package = binding.load(list(group.documents), catalog=group.documents[0].parent)
        except SchemaError as error:
            outcomes[f"the engines refuse the schema, or miss a part: {type(error).__name__}"] += 1
            continue
        outcomes["classes made"] += 1
        for test in group.instances:
            try:
                outcomes[look(package, test)] += 1
            except binding.BadValue as error:
                if any(b'"skip"' in path.read_bytes() for path in group.documents):
                    outcomes["a valid document with a text that its wildcard leaves unjudged"] += 1
                    continue
                outcomes["a valid document with an unreadable field"] += 1
                unread.append(f"{group.id}/{test.name}: {error}")
        forget(package)
        if number % 200 == 0:
            gc.collect()
    print(outcomes, *unread, sep="\n")
    assert outcomes["classes made"] > (5000 if FULL else 15) and outcomes["a valid document read"] > (3000 if FULL else 15), outcomes
    assert outcomes["a document that cannot be read"] <= outcomes["a valid document read"] // 50, outcomes
    assert not unread
