"""How well causes are told apart: documents broken by one known mutation each, put into clusters by their first violation.

The adjusted Rand index (Hubert and Arabie, 1985) between the clusters and the labels (mutation, component of the schema that was hit):
1 is the same partition, 0 is what chance gives.
"""

from __future__ import annotations

import math
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from lxml import etree

from benchmarks.common import ROOT, table
from xmlsvc import binding, validation
from xmlsvc.binding import mutations
from xmlsvc.binding.mutations import Broken
from xmlsvc.schema.examples import NoExample
from xmlsvc.validation.causes import Cause, cause

_BAR = 0.95
_OTHERS = (
    ("PBCore 2.1", "pbcore-aapb/schema/pbcore-2.1.xsd", "pbcoreDescriptionDocument"),
    ("EBUCore", "ebucore/schema/ebucore.xsd", "ebuCoreMain"), ("DataCite 4.3", "datacite/schema/4.3/metadata.xsd", None),
    ("IATI activities", "iati/schema/iati-activities-schema.xsd", "iati-activities"), ("XMLTV", "xmltv/schema/xmltv.xsd", "tv"),
    ("SAML metadata", "saml-metadata/schema/saml-schema-metadata-2.0.xsd", "EntityDescriptor"),
)  # fmt: skip
_PROBES = (
    ("DVB-I 6.0", "dvb-i/schema/dvbi_v6.0.xsd", None), ("MovieLabs Avails 2.5", "movielabs-mddf/schema/avails-v2.5.xsd", None),
    ("PREMIS 2.2", "mets-mods-premis/schema/premis/premis-v2-2.xsd", "premis"),
)  # fmt: skip
"""Vocabularies that nothing was ever tuned on: they say what to expect of another one."""


def adjusted_rand(first: Sequence[object], second: Sequence[object]) -> float:
    """The index of two partitions of the same things, given as labels."""
    pairs = sum(math.comb(count, 2) for count in Counter(zip(first, second, strict=True)).values())
    one, two = (sum(math.comb(count, 2) for count in Counter(labels).values()) for labels in (first, second))
    expected = one * two / math.comb(len(first), 2)
    most = (one + two) / 2
    return 1.0 if most == expected else (pairs - expected) / (most - expected)


def label(broken: Broken) -> tuple[str, str, str]:
    """(mutation, component, owner): the component by where it is declared. How often a child may occur is no property of its declaration,
    which may stand at the top of the schema for all who refer to it, but of the particle (XML Schema 1.0 Part 1, section 3.9): of the place
    in its owner's content."""
    return broken.mutation, _named(broken.component), _named(broken.owner)


def declared(broken: Broken) -> tuple[str, str]:
    """(mutation, component): the same without the owner, so that a child that lacks is one cause wherever it may stand."""
    return label(broken)[:2]


def _named(component: object) -> str:
    return f"{getattr(component, 'source', None)} {type(component).__name__} {getattr(component, 'name', None) or ''}"


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


class Measured(NamedTuple):
    """The index, that of labels which know no owner, and how many documents, labels and clusters there were."""

    index: float
    declared: float
    documents: int
    labels: int
    clusters: int


def measure(schema: Path, count: int, roots: Sequence[str | None] = (None,)) -> Measured:
    """How well causes are told apart in so many broken documents."""
    found = list(broken(schema, count, roots))
    labels, causes = [label(one) for one, _ in found], [one.id for _, one in found]
    other = adjusted_rand([declared(one) for one, _ in found], causes)
    return Measured(adjusted_rand(labels, causes), other, len(found), len(set(labels)), len(set(causes)))


def cases() -> Iterator[tuple[str, Path, tuple[str | None, ...]]]:
    """(name, schema, roots): the house vocabulary, and others where the corpora are (XMLSVC_CORPORA, as for the tests)."""
    own = ROOT / "schemas" / "programme"
    for version in ("1.1", "1.0"):
        yield f"programme {version}", own / version / "programme.xsd", ("programme", "series", "episode", "clip")
    folder = Path(os.environ.get("XMLSVC_CORPORA") or ROOT.parent / "shared") / "corpora"
    if folder.is_dir():
        for name, path, root in (*_OTHERS, *_PROBES):
            yield name, folder / path, (root,)


def main(large: bool = False) -> None:
    """Print the table. Raises AssertionError where the index is below the bar."""
    found = [(name, measure(path, 3_000 if large else 400, roots)) for name, path, roots in cases()]
    rows = [(name, f"{one.documents:,}", str(one.labels), str(one.clusters), f"{one.index:.3f}", f"{one.declared:.3f}")
            for name, one in found]  # fmt: skip
    table("Causes against known mutations", ("schema", "documents", "labels", "clusters", "adjusted Rand index", "… by declaration"), rows)
    assert all(one.index >= _BAR for _, one in found), "causes are not told apart as well as they should be"
