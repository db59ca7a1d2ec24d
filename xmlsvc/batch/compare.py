"""Two revalidations side by side: what the later one found that the earlier one had not, and the other way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from storm.expr import And
from storm.store import Store

from ..documents import runs
from ..documents.access import Actor
from ..documents.services import Services
from ..storage import model

MOST = 200  # documents that are named
BROKE, MENDED, SAME, OTHERWISE = "broke", "mended", "same-causes", "other-causes"


@dataclass(frozen=True, slots=True)
class Difference:
    """A document that the two runs judge differently. `kind`: broke, mended or other-causes; `before`, `after`: its causes."""

    document: str
    kind: str
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """`counts`: documents by broke, mended, same-causes, other-causes; the rest is valid in both. `examples`: the first that differ."""

    counts: dict[str, int]
    examples: list[Difference]


def compare(services: Services, actor: Actor, before: str, after: str) -> Comparison:
    """What became different from one run to the next. Raises NotFound."""
    for run_id in (before, after):
        runs.get(services, actor, run_id)
    counts: Counter[str] = Counter()
    examples: list[Difference] = []
    for difference in _differences(services, before, after):
        counts[difference.kind] += 1
        if difference.kind != SAME and len(examples) < MOST:
            examples.append(difference)
    return Comparison(dict(counts), examples)


def _differences(services: Services, before: str, after: str) -> Iterator[Difference]:
    """Both runs' broken documents, merged by id."""
    first, second = _broken(services, before), _broken(services, after)
    one, two = next(first, None), next(second, None)
    while one is not None or two is not None:
        if two is None or (one is not None and one[0] < two[0]):
            assert one is not None
            yield Difference(one[0], MENDED, one[1], ())
            one = next(first, None)
        elif one is None or two[0] < one[0]:
            yield Difference(two[0], BROKE, (), two[1])
            two = next(second, None)
        else:
            yield Difference(one[0], SAME if one[1] == two[1] else OTHERWISE, one[1], two[1])
            one, two = next(first, None), next(second, None)


def _broken(services: Services, run_id: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """(document, signatures of its causes) of a run, by id, page by page."""
    member, cluster = model.ClusterMember, model.Cluster
    both = (cluster.cluster, cluster.signature)
    signatures = dict(services.sessions.read(lambda store: list(store.find(both, cluster.run_id == run_id))))
    after = ""
    while True:
        def page(store: Store, after: str = after) -> list[tuple[str, str]]:
            ids = store.find(member.document_id, And(member.run_id == run_id, member.document_id > after)).config(distinct=True)
            last = list(ids.order_by(member.document_id)[:1000])[-1:]
            here = And(member.run_id == run_id, member.document_id > after, member.document_id <= (last[0] if last else after))
            return list(store.find((member.document_id, member.cluster), here).order_by(member.document_id))

        rows = services.sessions.read(page)
        if not rows:
            return
        causes: dict[str, set[str]] = {}
        for document, key in rows:
            causes.setdefault(document, set()).add(signatures.get(key, key))
        yield from ((document, tuple(sorted(found))) for document, found in causes.items())
        after = rows[-1][0]
