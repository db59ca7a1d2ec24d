"""Revising one document by its id, and taking it back."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.documents.notes import note
from tests.documents.test_submit import entries, heads, send
from xmlsvc import errors
from xmlsvc.documents import receipts, revisions, search, submit, withdraw
from xmlsvc.documents.access import OPERATOR, Actor
from xmlsvc.documents.services import Services
from xmlsvc.documents.submit import Options
from xmlsvc.storage import counters, model
from xmlsvc.xml.canonical import digest


def audited(house: Services, document: str) -> list[tuple[str, str, str]]:
    found = house.sessions.read(lambda store: list(store.find(model.Audit, model.Audit.subject == f"document:{document}").order_by("id")))
    return [(row.actor, row.action, row.detail) for row in found]


def revise(house: Services, actor: Actor, document: str, body: bytes, seen: bytes, reason: str = "") -> object:
    options = Options(document=document, expects=lambda current: current == digest(seen), reason=reason)
    return submit.submit(house, actor, body, options)


def test_a_revision_is_for_the_document_that_was_read(house: Services, nordlys: Actor) -> None:
    one, two, three = note("One"), note("Two"), note("Three")
    key = send(house, nordlys, one).document  # known by its digest, which a revision does not change
    done = submit.submit(house, nordlys, two, Options(document=key, expects=lambda seen: seen == digest(one), reason="a slip"))
    assert (done.document, done.revision, done.outcome, done.identity.key) == (key, 2, "revised", digest(one))
    assert [(each.kind, each.reason) for each in revisions.listed(house, nordlys, key)] == [("delivery", "a slip"), ("delivery", "")]
    assert audited(house, key) == [("partner:nordlys", "document.revise", "a slip")]
    with pytest.raises(errors.PreconditionFailed) as late:
        revise(house, nordlys, key, three, one)
    assert late.value.extra["digest"] == digest(two)
    entry = receipts.get(house, nordlys, late.value.extra["receipt"])
    assert (entry.outcome, entry.status) == ("refused", 412) and receipts.body(house, nordlys, entry.id) == three
    assert len(revisions.listed(house, nordlys, key)) == 2 and len(audited(house, key)) == 1
    assert submit.submit(house, OPERATOR, three, Options(document=key, expects=lambda _: True)).revision == 3
    assert revisions.read(house, nordlys, key)[1].kind == "edit"


def test_another_identity_does_not_fit(house: Services, nordlys: Actor) -> None:
    (house.settings.schemas / "note" / "vocabulary.toml").write_text(
        'identity = "/n:note/n:title"\nnamespaces = { n = "urn:test:note" }\n', "utf-8"
    )
    told = replace(house, registry=type(house.registry)(house.settings))
    key = send(told, nordlys, note("One")).document
    with pytest.raises(errors.Conflict, match="calls itself 'Two'") as other:
        revise(told, nordlys, key, note("Two"), note("One"))
    assert receipts.get(told, nordlys, other.value.extra["receipt"]).status == 409
    assert send(told, nordlys, note("One", due="2024-05-03")).document == key


def test_only_new(house: Services, nordlys: Actor) -> None:
    assert send(house, nordlys, note("One"), name="a", new_only=True).outcome == "new"  # type: ignore[arg-type]
    with pytest.raises(errors.PreconditionFailed):
        send(house, nordlys, note("Two"), name="a", new_only=True)  # type: ignore[arg-type]


def test_what_is_withdrawn_is_gone_and_its_revisions_stay(house: Services, nordlys: Actor, stranger: Actor) -> None:
    body = note("One")
    key = send(house, nordlys, body, name="a").document
    send(house, nordlys, note("Bad", due="never"), name="a")
    assert heads(house, key) == [(model.CURRENT, "Bad"), (model.PUBLISHED, "One")]
    with pytest.raises(errors.NotFound):
        withdraw.withdraw(house, stranger, key)
    with pytest.raises(errors.PreconditionFailed):
        withdraw.withdraw(house, nordlys, key, lambda seen: seen == digest(body))
    assert audited(house, key) == []
    withdraw.withdraw(house, nordlys, key, lambda seen: seen != digest(body), "rights ended")
    assert audited(house, key) == [("partner:nordlys", "document.withdraw", "rights ended")]
    assert heads(house, key) == [(model.CURRENT, "Bad")] == entries(house, key)
    for ask in (
        lambda: revisions.read(house, nordlys, key),
        lambda: revisions.published(house, key),
        lambda: revisions.verdict(house, nordlys, key),
    ):
        with pytest.raises(errors.Gone):
            ask()
    assert revisions.read(house, nordlys, key, 1)[2] == body and len(revisions.listed(house, nordlys, key)) == 2
    assert revisions.read(house, OPERATOR, key)[0].state == "withdrawn"
    assert [each.id for each in search.find(house, OPERATOR, search.Query(state="withdrawn")).items] == [key]
    assert house.sessions.read(counters.totals) == {counters.Kind(nordlys.partner_id or "", "note", "withdrawn", False): 1}
    for again in (lambda: withdraw.withdraw(house, nordlys, key), lambda: revise(house, nordlys, key, body, note("Bad", due="never"))):
        with pytest.raises(errors.Gone):
            again()
    back = send(house, nordlys, note("Back"), name="a")
    assert (back.document, back.state, back.published) == (key, "review", None)


def test_an_editor_may_not_withdraw(house: Services, nordlys: Actor) -> None:
    key = send(house, nordlys, note(), name="a").document
    with pytest.raises(errors.Forbidden, match="publish and withdraw"):
        withdraw.withdraw(house, Actor(kind="user", id="1", name="ada", role="editor"), key)
    withdraw.withdraw(house, Actor(kind="user", id="2", name="eva", role="publisher"), key)
