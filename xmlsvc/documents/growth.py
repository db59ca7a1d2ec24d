"""Old violations block nobody, new ones are kept from the public: what a content breaks that the published revision does not."""

from __future__ import annotations

from collections import Counter

from storm.expr import And, Select
from storm.store import Store

from ..errors import InvalidDocument
from ..storage import contents, model
from ..validation.report import Report, Violation
from ..xml import parser
from . import verdicts
from .services import Services


def grown(report: Report, allowance: Report | None) -> tuple[Violation, ...]:
    """The violations that the allowance (the published revision's verdict, None where nothing is published) does not have: compared as a
    multiset of (code, component, value)."""
    left = Counter(_kind(violation) for violation in allowance.violations) if allowance else Counter()
    more = []
    for violation in report.violations:
        if left[_kind(violation)] > 0:
            left[_kind(violation)] -= 1
        else:
            more.append(violation)
    return tuple(more)


def _kind(violation: Violation) -> tuple[str, str | None, str | None]:
    return violation.code, violation.component, violation.value


def allowance(store: Store, services: Services, document_id: str, published: int | None) -> Report | None:
    """What the published revision already breaks; None where nothing is published."""
    if published is None:
        return None
    where = And(model.Revision.document_id == document_id, model.Revision.number == published)
    digest, schema_digest = store.execute(Select((model.Revision.digest, model.Revision.schema), where)).get_one()
    schema = services.registry.by_digest(schema_digest)
    name = verdicts.name_of(schema, "recorded with the revision")
    found = verdicts.stored(store, digest, name)
    if found is None:
        data = contents.get(store, digest)
        found = verdicts.made(services, schema, "recorded with the revision", data, parser.parse(data, services.limits))
    return found


def refuse(report: Report, more: tuple[Violation, ...], document_id: str) -> None:
    """Raises InvalidDocument where there are violations that keep a document from being published."""
    if not more:
        return
    count = len(more)
    raise InvalidDocument(
        f"The document breaks its schema in {count:,} place{'' if count == 1 else 's'} more than what is published. Mend that, save it as "
        "a draft, or let a publisher publish it with a reason.",
        report, document=document_id, grown=[[violation.line, violation.path, violation.message] for violation in more],
    )  # fmt: skip
