"""Who decides about a document.

    Bench.of(schema_set)         what is known about one schema set: trust rules, model, engines; shared by threads, built as needed
    bench.judge(tree, data)      -> Judgement

libxml2 first. Its acceptance is final where the trust rules say so (`lint`, `passes`). Otherwise, and for all that it refuses, our own
assessor decides, which is exact and names every violation. Where the two differ, xmlschema is the third vote (30 times slower than
libxml2, so it is not asked where they agree); where both engines stand against the assessor, or it could not work something out, the
verdict is marked as disputed.
"""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from io import BytesIO
from typing import TYPE_CHECKING

from lxml import etree

from ..errors import SchemaError
from ..schema import components as schema_components
from ..schema import gate
from ..schema.values import Fault
from ..xml.sandbox import Stopped
from . import assess, libxml2, limits, lint, passes
from .components import Components
from .findings import LIBXML2, XMLSCHEMA, Finding

if TYPE_CHECKING:
    from ..schema.store import SchemaSet

ENGINES = ("auto", "libxml2", "xmlschema", "both")
_ASKED = 1_000_000  # bytes of the largest document that xmlschema is asked about as a third vote
_KEPT = 64  # schema sets kept in a process


@dataclass(frozen=True, slots=True)
class Judgement:
    """`findings`: what is wrong, none: valid. `disputed`: the engines differ and nothing could decide. `cut`: there is more."""

    findings: Sequence[Finding] = field(default=())
    disputed: bool = False
    cut: bool = False


VALID = Judgement()
_STRUCTURE = "cvc-complex-type.2.4"
_CONDITIONS = frozenset({"cvc-assertion", "cvc-assertions-valid"})
_ONLY_11 = re.compile(r"-?0000|\+INF")  # what texts begin with that XSD 1.0 knows no value for
_ELSEWHERE = frozenset({"cvc-id.1", "cvc-identity-constraint.4.3"})  # xmlschema reports these at the root, or at the constraint's element


class Bench:
    """One schema set and all who judge by it."""

    _kept: OrderedDict[str, Bench] = OrderedDict()
    _lock = threading.Lock()

    def __init__(self, schema_set: SchemaSet, version: str | None) -> None:
        self.set = schema_set
        self._version = version

    @classmethod
    def of(cls, schema_set: SchemaSet, version: str | None = None) -> Bench:
        """The bench of a set, kept in this process. `version` of XML Schema: else what the set itself needs."""
        with cls._lock:
            bench = cls._kept.get(schema_set.digest)
            if bench is None or bench.set.directory != schema_set.directory or bench._version != version:
                bench = cls._kept[schema_set.digest] = cls(schema_set, version)
                if len(cls._kept) > _KEPT:
                    cls._kept.popitem(last=False)
            cls._kept.move_to_end(schema_set.digest)
        return bench

    @cached_property
    def components(self) -> Components:
        """The component model, ready to assess with."""
        return Components(schema_components.read(self.set))

    @cached_property
    def trust(self) -> lint.Trust:
        """The trust rules' outcome; kept beside the set."""
        path = self.set.directory / f"trust-{lint.VERSION}.json"
        found = lint.load(path)
        if found is None:
            found = lint.trust(self.set, self.components.model)
            lint.save(found, path)
        return found if self._version in (None, found.version) else replace(found, version=self._version or found.version)

    def judge(self, tree: etree._ElementTree, data: bytes | None, engine: str = "auto", limit: int = 1000) -> Judgement:
        """The verdict on a document; at most `limit` findings. Raises SchemaError where no engine can build the schema."""
        if engine != "auto" or self._newer:
            return self._by_word_of(engine, tree, limit)
        wide = limits.wide(tree, data) or self._scopes.crowded(tree, data)
        accepted = None if self._slow else self._libxml2(tree, data, wide)
        known = accepted and not (wide and self.trust.ids)  # read once more, libxml2 has not looked at identifiers
        if known and (self.plain or not self._watch.suspicious(self._assessor, tree, data)):
            return VALID
        return self._decide(tree, data, accepted, wide, limit)

    def streams(self, engine: str) -> bool:
        """Whether a document can be judged piece by piece: xmlschema needs all of it."""
        return engine in ("auto", "libxml2") and not self._newer

    @cached_property
    def plain(self) -> bool:
        """Whether libxml2's acceptance is final for every document."""
        return self.trust.plain

    @cached_property
    def _slow(self) -> bool:
        """Whether libxml2 is not to be asked: it could take for ever over a pattern."""
        return bool(self.trust.slow)

    @cached_property
    def _scopes(self) -> limits.Scopes:
        return limits.Scopes(self.trust.nested)

    @cached_property
    def _watch(self) -> passes.Watch:
        return passes.Watch(self.trust)

    def _assessor(self) -> Components:
        return self.components

    @cached_property
    def _newer(self) -> bool:
        """Whether this is XSD 1.1, which xmlschema alone knows."""
        return self.trust.version == "1.1"

    def _by_word_of(self, engine: str, tree: etree._ElementTree, limit: int) -> Judgement:
        if engine == "auto":
            return self._by_newer(tree, limit)
        if engine == "xmlschema" or self._newer:
            return self._by_xmlschema(tree, limit)
        return self._by_libxml2(tree, limit) if engine == "libxml2" else self._by_both(tree, limit)

    def _libxml2(self, tree: etree._ElementTree, data: bytes | None, wide: bool) -> bool | None:
        try:
            if wide:
                return libxml2.accepts_reading(self.set, BytesIO(data if data is not None else etree.tostring(tree)))
            return libxml2.accepts(self.set, tree)
        except SchemaError:
            return None  # the gate has let the set pass all the same: see there for what libxml2 cannot build

    def _decide(self, tree: etree._ElementTree, data: bytes | None, accepted: bool | None, wide: bool, limit: int) -> Judgement:
        """Our assessor's verdict, with the other two heard."""
        found, cut = assess.assess(self.components, tree.getroot(), limit)
        undecided = [finding for finding in found if finding.kind == "undecided"]
        own = [finding for finding in found if finding.kind != "undecided"]
        if accepted is False and not wide:
            _attribute(own, libxml2.places(tree), LIBXML2)
        if not undecided and (self._slow or (accepted is not None and accepted == (not own))):
            return Judgement(own, cut=cut)
        if own and data is not None and len(data) > _ASKED:
            return Judgement(own, cut=cut)
        second = self._second_opinion(tree, limit)
        if second is None:  # nothing decides between libxml2 and the assessor, but the assessor is exact
            for finding in own:
                finding.disputed = accepted is True
            return Judgement(own, disputed=accepted is not None and accepted != (not own), cut=cut)
        _attribute(own, {(finding.element, _local(finding.attribute)) for finding in second}, XMLSCHEMA)
        for code in {finding.code for finding in second} & _ELSEWHERE:
            _attribute(own, {(finding.element, _local(finding.attribute)) for finding in own if finding.code == code}, XMLSCHEMA)
        return self._differing(own, second, accepted, bool(undecided), tree, cut)

    def _second_opinion(self, tree: etree._ElementTree, limit: int) -> list[Finding] | None:
        """xmlschema's findings; None where it has no opinion: it refuses the schema, or could not work it out."""
        if gate.disputed(self.set):
            return None
        try:
            return self._xmlschema(tree, limit)
        except Stopped:
            return None

    def _xmlschema(self, tree: etree._ElementTree, limit: int) -> list[Finding]:
        from . import apart  # costs what a process that is never in doubt need not spend

        return apart.second_opinion(self.set, self.trust.version, tree, limit)

    def _differing(self, own: list[Finding], second: list[Finding], accepted: bool | None, undecided: bool, tree: etree._ElementTree,
                   cut: bool) -> Judgement:
        """libxml2 and the assessor differ, or the assessor left something open."""
        if own:
            against = accepted is True and not second
            for finding in own:
                finding.disputed = against
            return Judgement(own, disputed=against, cut=cut)
        if not undecided and all(finding.code.startswith(_STRUCTURE) for finding in second):
            return VALID  # what children may stand where is what the exact matcher decides: both engines miscount some models
        if accepted is False and (second or undecided):
            both = [_refused(tree), *second] if second else [_refused(tree)]
            for finding in both:
                finding.disputed = True
            return Judgement(both, disputed=True)
        if undecided and second:
            for finding in second:
                finding.disputed = True
            return Judgement(second, disputed=True)
        return VALID

    def _by_xmlschema(self, tree: etree._ElementTree, limit: int) -> Judgement:
        try:
            second = self._xmlschema(tree, limit)
        except Stopped as stopped:
            return unjudged(tree, stopped)
        if not second:
            return VALID
        own, _ = assess.assess(self.components, tree.getroot(), limit)
        return Judgement(_explained(second, own), cut=len(second) >= limit)

    def _by_newer(self, tree: etree._ElementTree, limit: int) -> Judgement:
        """The verdict under XSD 1.1: xmlschema's, since libxml2 does not know it; our assessor's, but for conditions, where the schema uses
        nothing that this does not know."""
        try:
            second = self._xmlschema(tree, limit)
        except Stopped as stopped:
            return unjudged(tree, stopped)
        if self.trust.beyond and not second:
            return VALID
        own, cut = assess.assess(self.components, tree.getroot(), limit)
        if not self.trust.beyond and all(finding.kind != "undecided" for finding in own):
            places = {(finding.element, _local(finding.attribute)) for finding in second}
            own = [finding for finding in own if not _was_wrong(finding) or (finding.element, _local(finding.attribute)) in places]
            _attribute(own, places, XMLSCHEMA)
            second = [finding for finding in second if finding.code in _CONDITIONS or not (own or finding.code.startswith(_STRUCTURE))]
            return Judgement([*own, *second], cut=cut) if own or second else VALID
        return Judgement(_explained(second, own), cut=len(second) >= limit)

    def _by_libxml2(self, tree: etree._ElementTree, limit: int) -> Judgement:
        if libxml2.accepts(self.set, tree):
            return VALID
        own, cut = assess.assess(self.components, tree.getroot(), limit)
        theirs = [Finding("cvc-elt.1", "refused", element, attribute, engines={LIBXML2})
                  for element, attribute in libxml2.places(tree)] or [_refused(tree)]
        return Judgement(_explained(theirs, own), cut=cut)

    def _by_both(self, tree: etree._ElementTree, limit: int) -> Judgement:
        first, second = self._by_libxml2(tree, limit), self._by_xmlschema(tree, limit)
        if not first.findings and not second.findings:
            return VALID
        merged: dict[tuple[etree._Element, str | None, str], Finding] = {}
        for finding in (*first.findings, *second.findings):
            known = merged.setdefault((finding.element, finding.attribute, finding.code), finding)
            known.engines |= finding.engines
        disputed = bool(first.findings) != bool(second.findings)
        for finding in merged.values():
            finding.disputed = disputed
        return Judgement(list(merged.values()), disputed=disputed, cut=first.cut or second.cut)


def _was_wrong(finding: Finding) -> bool:
    """Whether this is wrong in XSD 1.0 and may be right in 1.1: years 0 and +INF, any address, and several identifiers of one element."""
    fault = finding.facts.get("fault")
    if not isinstance(fault, Fault):
        return finding.code == "cvc-id.2" or finding.kind == "second_id"
    return fault.type.primitive == "anyURI" or _ONLY_11.match(fault.literal) is not None


def _local(attribute: str | None) -> str | None:
    return attribute.rpartition("}")[2] if attribute else None


def _attribute(findings: Sequence[Finding], places: set[tuple[etree._Element, str | None]], engine: str) -> None:
    """Note on each finding that the other engine has found something at the same place."""
    elements = {element for element, _ in places}
    for finding in findings:
        if (finding.element, _local(finding.attribute)) in places or (finding.attribute is None and finding.element in elements):
            finding.engines.add(engine)


def unjudged(tree: etree._ElementTree, stopped: Stopped) -> Judgement:
    """Nobody could work out whether the document is valid."""
    finding = Finding("unjudged", "unjudged", tree.getroot(), facts={"why": stopped.why, "seconds": f"{stopped.seconds:.0f}"})
    return Judgement([finding], disputed=True)


def _refused(tree: etree._ElementTree) -> Finding:
    return Finding("cvc-elt.1", "refused", tree.getroot(), engines={LIBXML2})


def _explained(theirs: Sequence[Finding], own: Sequence[Finding]) -> list[Finding]:
    """An engine's findings, told with our assessor's knowledge where it has found something at the same place."""
    by_place: dict[tuple[etree._Element, str | None], list[Finding]] = {}
    for finding in own:
        by_place.setdefault((finding.element, _local(finding.attribute)), []).append(finding)
    result: list[Finding] = []
    for finding in theirs:
        same = by_place.get((finding.element, _local(finding.attribute)))
        if same is None:
            result.append(finding)
            continue
        for one in same:
            if one not in result:
                result.append(one)
            one.engines |= finding.engines
    return result
