"""An editor's save: what it stores, what it refuses, and who sees what afterwards."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.documents.notes import BROKEN, note
from tests.documents.test_submit import entries, heads, send
from tests.documents.test_withdraw import audited
from xmlsvc import errors
from xmlsvc.documents import revise, revisions, states, submit
from xmlsvc.documents.access import Actor
from xmlsvc.documents.revise import Saving
from xmlsvc.documents.services import Services
from xmlsvc.storage import counters, model
from xmlsvc.xml import parser
from xmlsvc.xml.canonical import digest

ADA = Actor(kind="user", id="1", name="ada", role="editor")
EVA = Actor(kind="user", id="2", name="eva", role="publisher")
ONE, TWO = note("One"), note("Two")


def reviewed(house: Services) -> None:
    """From now on the vocabulary asks for review."""
    path = house.settings.schemas / "note" / "vocabulary.toml"
    path.write_text("review = true\n" + (path.read_text("utf-8") if path.exists() else ""), "utf-8")
    house.registry.__init__(house.settings)  # type: ignore[misc]


def test_a_save_is_a_revision_that_is_published(house: Services, nordlys: Actor) -> None:
    key = send(house, nordlys, ONE, name="a").document
    saved = revise.revise(house, ADA, key, TWO, Saving(expects=digest(ONE), reason="a slip"))
    assert (saved.outcome, saved.revision, saved.state, saved.published, saved.kind) == ("revised", 2, "published", 2, "edit")
    assert [(each.kind, each.actor, each.reason) for each in revisions.listed(house, ADA, key)] == [
        ("edit", "user:ada", "a slip"), ("delivery", "partner:nordlys", "")]
    assert heads(house, key) == [(model.BOTH, "Two")] == entries(house, key)
    assert audited(house, key) == [("user:ada", "document.edit", "a slip")]


def test_untouched_is_no_revision(house: Services, nordlys: Actor) -> None:
    key = send(house, nordlys, ONE, name="a").document
    tree = parser.parse(ONE)
    assert revise.edited(ONE, tree) is ONE
    saved = revise.revise(house, ADA, key, ONE, Saving(expects=digest(ONE)))
    assert (saved.outcome, saved.revision) == ("unchanged", 1)
    assert len(revisions.listed(house, ADA, key)) == 1 and audited(house, key) == []


def test_a_draft_leaves_the_published_revision_public(house: Services, nordlys: Actor) -> None:
    key = send(house, nordlys, ONE, name="a").document
    draft = revise.revise(house, ADA, key, BROKEN, Saving(expects=digest(ONE), draft=True))
    assert (draft.state, draft.kind, draft.revision, draft.published, len(draft.grown)) == ("draft", "draft", 2, 1, 1)
    assert heads(house, key) == [(model.CURRENT, "Milk"), (model.PUBLISHED, "One")] == entries(house, key)
    assert revisions.published(house, key)[2] == ONE
    assert house.sessions.read(counters.totals) == {counters.Kind(nordlys.partner_id or "", "note", "draft", False): 1}
    with pytest.raises(errors.InvalidDocument) as grown:
        revise.revise(house, ADA, key, BROKEN, Saving(expects=digest(BROKEN)))
    assert len(grown.value.extra["grown"]) == 1
    done = revise.revise(house, ADA, key, TWO, Saving(expects=digest(BROKEN)))
    assert (done.state, done.published) == ("published", 3) and heads(house, key) == [(model.BOTH, "Two")]


def test_old_violations_block_nobody(house: Services, nordlys: Actor) -> None:
    """A publisher published it as it was; whoever mends something else later is not held up by that."""
    key = send(house, nordlys, BROKEN, name="a").document
    with pytest.raises(errors.InvalidDocument):
        revise.revise(house, ADA, key, note("Tea", due="tomorrow"), Saving(expects=digest(BROKEN)))
    with pytest.raises(errors.Forbidden):
        states.move(house, ADA, key, "publish", reason="urgent", override=True)
    with pytest.raises(errors.PreconditionRequired):
        states.move(house, EVA, key, "publish", override=True)
    moved = states.move(house, EVA, key, "publish", reason="urgent", override=True)
    assert (moved.state, moved.published) == ("published", 1) and heads(house, key) == [(model.BOTH, "Milk")]
    assert audited(house, key) == [("user:eva", "document.publish", "although it is not valid: urgent")]
    assert revise.revise(house, ADA, key, note("Tea", due="tomorrow"), Saving(expects=digest(BROKEN))).published == 2
    with pytest.raises(errors.InvalidDocument):
        revise.revise(house, ADA, key, note("Tea", due="tomorrow", pages="many"), Saving())


def test_what_is_not_well_formed_is_refused_and_nothing_stored(house: Services, nordlys: Actor) -> None:
    key = send(house, nordlys, ONE, name="a").document
    with pytest.raises(errors.NotWellFormed):
        revise.revise(house, ADA, key, b"<note", Saving(draft=True))
    assert len(revisions.listed(house, ADA, key)) == 1


def test_partners_do_not_edit(house: Services, nordlys: Actor) -> None:
    key = send(house, nordlys, ONE, name="a").document
    with pytest.raises(errors.Forbidden):
        revise.revise(house, nordlys, key, TWO, Saving())


def test_somebody_else_was_first(house: Services, nordlys: Actor) -> None:
    key = send(house, nordlys, ONE, name="a").document
    revise.revise(house, ADA, key, TWO, Saving(expects=digest(ONE)))
    with pytest.raises(errors.ChangedMeanwhile, match="user:ada saved revision 2"):
        revise.revise(house, EVA, key, note("Three"), Saving(expects=digest(ONE)))


def test_review(house: Services, nordlys: Actor) -> None:
    reviewed(house)
    key = send(house, nordlys, ONE, name="a").document
    document = revisions.get(house, ADA, key)
    assert (document.state, document.published) == ("review", None)
    assert states.actions(ADA, document, True) == ("reject",) and states.actions(EVA, document, True) == ("publish", "reject", "withdraw")
    with pytest.raises(errors.Forbidden):
        states.move(house, ADA, key, "publish")
    assert states.move(house, ADA, key, "reject", reason="no rights").state == "draft"
    assert states.move(house, ADA, key, "submit").state == "review"
    assert states.move(house, EVA, key, "publish").published == 1
    saved = revise.revise(house, ADA, key, TWO, Saving(expects=digest(ONE)))
    assert (saved.state, saved.published) == ("review", 1) and heads(house, key) == [(model.CURRENT, "Two"), (model.PUBLISHED, "One")]
    with pytest.raises(errors.Forbidden):
        revise.revise(house, ADA, key, note("Three"), Saving(publish=True))
    assert revise.revise(house, EVA, key, note("Three"), Saving(publish=True)).published == 3
    assert house.sessions.read(counters.totals) == {counters.Kind(nordlys.partner_id or "", "note", "published", True): 1}


def test_withdrawn_reopened_published_again(house: Services, nordlys: Actor) -> None:
    key = send(house, nordlys, ONE, name="a").document
    assert states.move(house, EVA, key, "withdraw", reason="rights").state == "withdrawn"
    with pytest.raises(errors.Gone):
        revise.revise(house, ADA, key, TWO, Saving())
    with pytest.raises(errors.Forbidden):
        states.move(house, ADA, key, "publish")
    assert states.move(house, EVA, key, "reopen").state == "draft"
    revise.revise(house, ADA, key, TWO, Saving(draft=True))
    with pytest.raises(errors.Conflict, match="asks for no review"):
        states.move(house, ADA, key, "submit")
    assert states.move(house, ADA, key, "publish").published == 2
    with pytest.raises(errors.Conflict, match="is published; it cannot be published from there"):
        states.move(house, ADA, key, "publish")
    states.move(house, EVA, key, "withdraw")
    assert states.move(house, EVA, key, "publish").state == "published" and heads(house, key) == [(model.BOTH, "Two")]
    assert [action for _, action, _ in audited(house, key)] == [
        "document.withdraw", "document.reopen", "document.draft", "document.publish", "document.withdraw", "document.publish"]


def test_restored_and_undone(house: Services, nordlys: Actor) -> None:
    key = send(house, nordlys, ONE, name="a").document
    with pytest.raises(errors.Conflict, match="no earlier revision"):
        revise.undo(house, ADA, key, Saving())
    revise.revise(house, ADA, key, TWO, Saving())
    back = revise.undo(house, ADA, key, Saving(expects=digest(TWO)))
    assert (back.revision, back.kind, revisions.read(house, ADA, key)[2]) == (3, "restore", ONE)
    assert revise.restore(house, ADA, key, 2, Saving()).digest == digest(TWO)


def test_checked_as_typed(house: Services, nordlys: Actor) -> None:
    key = send(house, nordlys, ONE, name="a").document
    checked = revise.check(house, ADA, key, BROKEN)
    assert not checked.report.valid and checked.grown == checked.report.violations
    assert len(revisions.listed(house, ADA, key)) == 1


def test_of_many_who_save_at_once_one_is_first(house: Services, nordlys: Actor) -> None:
    key = send(house, nordlys, ONE, name="a").document

    def save(number: int) -> str:
        try:
            return revise.revise(house, ADA, key, note(f"No. {number}"), Saving(expects=digest(ONE))).outcome
        except errors.ChangedMeanwhile as late:
            return "late" if late.merged is not None else "lost"

    with ThreadPoolExecutor(8) as pool:
        outcomes = sorted(pool.map(save, range(8)))
    assert outcomes == [*["late"] * 7, "revised"]
    assert len(revisions.listed(house, ADA, key)) == 2


def test_an_editors_delivery_by_id_that_is_invalid_is_a_draft(house: Services, nordlys: Actor) -> None:
    key = send(house, nordlys, ONE, name="a").document
    done = submit.submit(house, ADA, BROKEN, submit.Options(document=key, expects=lambda _: True))
    assert (done.state, done.published) == ("draft", 1) and revisions.published(house, key)[2] == ONE


def test_a_restored_revision_is_judged_by_its_own_schema(house: Services, nordlys: Actor) -> None:
    old, new = note("One"), note("Two", pages="2")
    key = send(house, nordlys, old, name="a", vocabulary="note@1").document
    revise.revise(house, ADA, key, new, Saving(schema="note@2"))
    assert revisions.read(house, ADA, key)[1].version == "note@2"
    assert revise.undo(house, ADA, key, Saving()).report.valid and revisions.read(house, ADA, key)[1].version == "note@1"
