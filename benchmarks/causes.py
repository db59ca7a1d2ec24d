"""How well causes are told apart: documents broken by one known mutation each, put into clusters by their first violation.

The adjusted Rand index (Hubert and Arabie, 1985) between the clusters and the labels (mutation, component of the schema that was hit):
1 is the same partition, 0 is what chance gives.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from lxml import etree

from benchmarks.common import ROOT, table
from xmlsvc import binding, validation
from xmlsvc.binding import mutations
from xmlsvc.binding.mutations import Broken
from xmlsvc.schema.examples import NoExample
from xmlsvc.validation.causes import Cause, cause

_BAR = 0.95


def adjusted_rand(first: Sequence[object], second: Sequence[object]) -> float:
    """The index of two partitions of the same things, given as labels."""
    pairs = sum(math.comb(count, 2) for count in Counter(zip(first, second, strict=True)).values())
    one, two = (sum(math.comb(count, 2) for count in Counter(labels).values()) for labels in (first, second))
    expected = one * two / math.comb(len(first), 2)
    most = (one + two) / 2
    return 1.0 if most == expected else (pairs - expected) / (most - expected)


def label(broken: Broken) -> tuple[str, str]:
    """(mutation, component): the component by where it is declared."""
    source = getattr(broken.component, "source", None)
    name = getattr(broken.component, "name", None) or ""
    return broken.mutation, f"{source} {type(broken.component).__name__} {name}"


def broken(schema: Path, count: int, roots: Sequence[str | None] = (None,)) -> Iterator[tuple[Broken, Cause]]:
    """Broken documents of a schema, each with the cause of its first violation; mutations in turn, as far as the schema can be broken
    by them."""
    package = binding.load(schema).package
    judge = validation.load(schema)
    names = list(mutations.NAMES)
    seed = made = 0
    while made < count and seed < count * 4:
        name, root = names[seed % len(names)], roots[seed // len(names) % len(roots)]
        seed += 1
        try:
            one = package.broken(root, mutation=name, seed=seed)
        except NoExample:
            continue
        report = judge.validate(etree.tostring(one.element, pretty_print=True))
        if not report.valid:
            made += 1
            yield one, cause(report.violations[0])


def measure(schema: Path, count: int, roots: Sequence[str | None] = (None,)) -> tuple[float, int, int, int]:
    """(index, documents, labels, clusters)."""
    found = list(broken(schema, count, roots))
    labels, causes = [label(one) for one, _ in found], [one.id for _, one in found]
    return adjusted_rand(labels, causes), len(found), len(set(labels)), len(set(causes))


def main(large: bool = False) -> None:
    """Print the table. Raises AssertionError where the index is below the bar."""
    schemas = ROOT / "schemas" / "programme"
    cases = [("programme 1.1", schemas / "1.1" / "programme.xsd", ("programme", "series", "episode", "clip")),
             ("programme 1.0", schemas / "1.0" / "programme.xsd", ("programme", "series", "episode", "clip"))]  # fmt: skip
    rows = []
    for name, path, roots in cases:
        index, documents, labels, causes = measure(path, 3_000 if large else 600, roots)
        rows.append((name, f"{documents:,}", str(labels), str(causes), f"{index:.3f}", f"≥ {_BAR}"))
    table("Causes against known mutations", ("schema", "documents", "labels", "clusters", "adjusted Rand index", "bar"), rows)
    assert all(float(row[4]) >= _BAR for row in rows), "causes are not told apart as well as they should be"
