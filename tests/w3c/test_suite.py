"""The W3C XML Schema test suite: a sample in the quick run, all of it in the full one."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.conftest import FULL
from tests.left_out import require
from tests.w3c import known, runner, suite

_SAMPLE = 120  # groups of the quick run
# Of the archive that is shared: how many tests there are. Another archive has other numbers; then only the bars count.
_PINNED = {"xsts-shared.tar.xz": (10_343, 5_661)}


@pytest.fixture(scope="session")
def archive(w3c: Path) -> Path:
    found = sorted(path for path in w3c.iterdir() if ".tar" in path.name)
    require(found, f"the W3C XML Schema test suite (no archive in {w3c})")
    return found[0]


@pytest.fixture(scope="session")
def root(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = suite.unpack(archive, tmp_path_factory.mktemp("xsts"))
    return next(target.rglob("suite.xml")).parent


def test_the_metadata_is_read(archive: Path, root: Path) -> None:
    groups = list(suite.groups(root, "1.0"))
    counts = sum(group.schema_valid is not None for group in groups), sum(len(group.instances) for group in groups)
    assert counts == _PINNED.get(archive.name, counts)
    assert counts[0] and counts[1]


def test_xsd_10(archive: Path, root: Path) -> None:
    groups = list(suite.groups(root, "1.0"))
    if not FULL:
        groups = random.Random(1).sample(groups, _SAMPLE)
    outcomes = [outcome for group in groups for outcome in runner.run(group, "1.0")]
    wrong = [outcome.name for outcome in outcomes if not outcome.right]
    if archive.name in _PINNED:
        assert [name for name in wrong if not known.known(name)] == []
    if FULL:
        schemas, instances = ([outcome for outcome in outcomes if outcome.schema is kind] for kind in (True, False))
        assert sum(outcome.right for outcome in schemas) >= 0.998 * len(schemas), wrong
        assert sum(outcome.right for outcome in instances) >= 0.992 * len(instances), wrong


def test_xsd_11(root: Path) -> None:
    """libxml2 has no say here."""
    groups = list(suite.groups(root, "1.1"))
    if not FULL:
        groups = random.Random(2).sample(groups, _SAMPLE // 3)
    outcomes = [outcome for group in groups for outcome in runner.run(group, "1.1")]
    wrong = [outcome.name for outcome in outcomes if not outcome.right]
    assert len(outcomes) - len(wrong) >= (0.998 if FULL else 0.96) * len(outcomes), wrong
