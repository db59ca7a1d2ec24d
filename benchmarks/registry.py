"""What finding a document's schema costs beside parsing the document, and how long a start with thirty vocabularies takes.

One process, CPU time, interleaved rounds, medians.
"""

from __future__ import annotations

import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from xmlsvc import builtin, settings
from xmlsvc.documents import instance
from xmlsvc.schema.registry import Registry
from xmlsvc.xml import parser

from .common import spread, table

VOCABULARIES = 30


def _seconds(work: Callable[[], object], times: int) -> float:
    start = time.process_time()
    for _ in range(times):
        work()
    return (time.process_time() - start) / times


def main(large: bool = False) -> None:
    """Print the table. `large`: more rounds."""
    body = (builtin.path("samples") / "valid" / "clip-web-only.xml").read_bytes()
    root = parser.parse(body).getroot()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "instance"
        instance.init(home)
        for number in range(VOCABULARIES - 1):
            shutil.copytree(home / "schemas" / "programme", home / "schemas" / f"programme{number}")
        configured = settings.load(home)
        registry = Registry(configured)
        registry.for_root(root, "programme")
        parse, find, start = [], [], []
        for _ in range(25 if large else 7):
            parse.append(1e6 * _seconds(lambda: parser.parse(body), 2000))
            find.append(1e6 * _seconds(lambda: registry.for_root(root, "programme"), 2000))
            start.append(1e3 * _seconds(lambda: Registry(configured).for_root(root, "programme"), 1))
    table(
        f"The registry ({len(body):,} bytes a document, {VOCABULARIES} vocabularies)",
        ("what", "CPU", "of parsing"),
        [
            ("parse one document, µs", spread(parse), "1"),
            ("find its schema, µs", spread(find), f"{statistics.median(find) / statistics.median(parse):.2f}"),
            (f"start with {VOCABULARIES} vocabularies, first document's schema, ms", spread(start), ""),
        ],
    )
