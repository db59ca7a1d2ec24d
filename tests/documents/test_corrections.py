"""A partner delivers again what an editor has corrected."""

from __future__ import annotations

import pytest

from tests.documents.notes import note
from tests.documents.test_revise import ADA, EVA, reviewed
from tests.documents.test_submit import entries, heads, send
from xmlsvc import errors
from xmlsvc.documents import comparison, conflicts, erase, provenance, receipts, revise, revisions, states
from xmlsvc.documents.access import OPERATOR, Actor
from xmlsvc.documents.revise import Saving
from xmlsvc.documents.services import Services
from xmlsvc.storage import counters, model

BASE = note("One", due="2024-01-01", pages="1", tags=("a",))
FIXED = note("One!", due="2024-01-01", pages="1", tags=("a",))


def kinds(house: Services, key: str) -> list[tuple[int, str, bytes]]:
    """(number, kind, content) of all revisions, the oldest first."""
    found = reversed(revisions.listed(house, ADA, key))
    return [(each.number, each.kind, revisions.read(house, ADA, key, each.number)[2]) for each in found]


def corrected(house: Services, partner: Actor, base: bytes = BASE, fixed: bytes = FIXED, **saving: object) -> str:
    key = send(house, partner, base, name="a").document
    revise.revise(house, ADA, key, fixed, Saving(**saving))  # type: ignore[arg-type]
    return key


def test_what_the_partner_did_not_change_stays_corrected(house: Services, nordlys: Actor) -> None:
    key = corrected(house, nordlys)
    sent = note("One", due="2024-02-02", pages="1", tags=("a", "b"))
    done = send(house, nordlys, sent, name="a")
    merged = note("One!", due="2024-02-02", pages="1", tags=("a", "b"))
    assert (done.outcome, done.revision, done.state, done.published) == ("revised", 4, "published", 4)
    assert kinds(house, key) == [(1, "delivery", BASE), (2, "edit", FIXED), (3, "delivery", sent), (4, "merge", merged)]
    assert heads(house, key) == [(model.BOTH, "One!")] == entries(house, key)
    assert conflicts.listed(house, ADA) == []
    assert receipts.find(house, nordlys, document=key)[0].revision == 4


def test_the_same_delivery_again_changes_nothing(house: Services, nordlys: Actor) -> None:
    key = corrected(house, nordlys)
    assert send(house, nordlys, BASE, name="a").outcome == "unchanged"
    assert len(kinds(house, key)) == 2 and revisions.published(house, key)[2] == FIXED


def test_a_partner_who_takes_the_correction_over_owns_it_again(house: Services, nordlys: Actor) -> None:
    key = corrected(house, nordlys)
    taken = note("One!", due="2024-02-02", pages="1", tags=("a",))
    assert send(house, nordlys, taken, name="a").revision == 3
    assert [kind for _, kind, _ in kinds(house, key)] == ["delivery", "edit", "delivery"]
    other = note("Two", due="2024-02-02", pages="1", tags=("a",))
    assert send(house, nordlys, other, name="a").revision == 4 and revisions.published(house, key)[2] == other


def test_what_both_changed_is_a_conflict_and_the_published_revision_stays(house: Services, nordlys: Actor) -> None:
    key = corrected(house, nordlys)
    sent = note("Uno", due="2024-01-01", pages="2", tags=("a",))
    done = send(house, nordlys, sent, name="a")
    provisional = note("One!", due="2024-01-01", pages="2", tags=("a",))
    assert (done.revision, done.state, done.published) == (4, "draft", 2)
    assert kinds(house, key)[2:] == [(3, "delivery", sent), (4, "merge", provisional)]
    assert revisions.published(house, key)[2] == FIXED
    assert heads(house, key) == [(model.CURRENT, "One!"), (model.PUBLISHED, "One!")]
    (met,) = conflicts.listed(house, ADA)
    assert met.id == done.conflict
    assert (met.document_id, met.revision, met.base, met.theirs, met.mine, met.resolved) == (key, 4, 1, 3, 2, None)
    (field,) = met.fields
    assert (field.path, field.base, field.theirs, field.mine) == ("/note:note/note:title", "One", "Uno", "One!")
    with pytest.raises(errors.BadRequest, match="/note:note/note:title"):
        conflicts.resolve(house, ADA, met.id, {}, Saving())
    with pytest.raises(errors.Forbidden):
        conflicts.resolve(house, nordlys, met.id, {0: "theirs"}, Saving())
    saved = conflicts.resolve(house, ADA, met.id, {0: "theirs"}, Saving())
    assert (saved.revision, saved.kind, saved.state, saved.published) == (5, "merge", "published", 5)
    assert revisions.published(house, key)[2] == sent
    assert conflicts.listed(house, ADA) == [] and conflicts.get(house, ADA, met.id).outcome == "resolved"
    with pytest.raises(errors.Conflict, match="is over"):
        conflicts.merge(house, ADA, met.id)
    assert house.sessions.read(counters.totals) == {counters.Kind(nordlys.partner_id or "", "note", "published", True): 1}


def test_another_partner_does_not_see_it(house: Services, nordlys: Actor, stranger: Actor) -> None:
    corrected(house, nordlys)
    send(house, nordlys, note("Uno"), name="a")
    (met,) = conflicts.listed(house, nordlys)
    assert conflicts.listed(house, stranger) == []
    with pytest.raises(errors.NotFound):
        conflicts.get(house, stranger, met.id)


def test_a_further_delivery_takes_the_conflict_up(house: Services, nordlys: Actor) -> None:
    key = corrected(house, nordlys)
    send(house, nordlys, note("Uno", due="2024-01-01", pages="1", tags=("a",)), name="a")
    (first,) = conflicts.listed(house, ADA)
    send(house, nordlys, note("Uno", due="2024-03-03", pages="1", tags=("a",)), name="a")
    (second,) = conflicts.listed(house, ADA)
    assert (second.base, second.theirs, second.mine) == (1, 5, 2) and second.fields[0].theirs == "Uno"
    assert conflicts.get(house, ADA, first.id).outcome == "superseded"
    assert revisions.published(house, key)[2] == FIXED
    done = send(house, nordlys, note("One!", due="2024-03-03", pages="1", tags=("a",)), name="a")
    assert (done.state, done.published) == ("published", 7) and conflicts.listed(house, ADA) == []


def test_a_delivery_beneath_a_draft(house: Services, nordlys: Actor) -> None:
    """The draft goes on, on the delivery's ground; the delivery is published without waiting for it."""
    key = corrected(house, nordlys, draft=True)
    sent = note("One", due="2024-02-02", pages="1", tags=("a",))
    done = send(house, nordlys, sent, name="a")
    draft = note("One!", due="2024-02-02", pages="1", tags=("a",))
    assert (done.state, done.revision, done.published) == ("draft", 4, 3)
    assert kinds(house, key)[2:] == [(3, "delivery", sent), (4, "merge", draft)]
    assert revisions.published(house, key)[2] == sent and heads(house, key) == [(model.CURRENT, "One!"), (model.PUBLISHED, "One")]


def test_a_delivery_beneath_a_draft_beneath_a_correction(house: Services, nordlys: Actor) -> None:
    key = corrected(house, nordlys)
    revise.revise(house, ADA, key, note("One!", due="2024-01-01", pages="9", tags=("a",)), Saving(draft=True))
    sent = note("One", due="2024-02-02", pages="1", tags=("a",))
    done = send(house, nordlys, sent, name="a")
    assert (done.state, done.revision, done.published) == ("draft", 6, 5)
    assert kinds(house, key)[3:] == [
        (4, "delivery", sent), (5, "merge", note("One!", due="2024-02-02", pages="1", tags=("a",))),
        (6, "merge", note("One!", due="2024-02-02", pages="9", tags=("a",)))]
    assert heads(house, key) == [(model.CURRENT, "One!"), (model.PUBLISHED, "One!")]


def test_an_invalid_delivery_of_what_was_mended(house: Services, nordlys: Actor) -> None:
    """The same mistake again is mended already; a new one waits, and what is published stays."""
    key = corrected(house, nordlys, note("One", due="soon"), note("One", due="2024-01-01"))
    done = send(house, nordlys, note("Two", due="soon"), name="a")
    assert (done.outcome, done.status, done.state, done.published) == ("quarantined", 422, "published", 4)
    assert revisions.published(house, key)[2] == note("Two", due="2024-01-01")
    done = send(house, nordlys, note("Two", due="soon", pages="many"), name="a")
    assert (done.state, done.revision, done.published) == ("quarantined", 6, 4)
    assert revisions.published(house, key)[2] == note("Two", due="2024-01-01")


def test_with_review_the_merged_revision_waits(house: Services, nordlys: Actor) -> None:
    reviewed(house)
    key = corrected(house, nordlys, publish=False)
    states.move(house, EVA, key, "publish")
    done = send(house, nordlys, note("One", due="2024-02-02", pages="1", tags=("a",)), name="a")
    assert (done.state, done.revision, done.published) == ("review", 4, 2)
    assert revisions.published(house, key)[2] == FIXED


def test_what_was_withdrawn_stays_so_until_somebody_looks(house: Services, nordlys: Actor) -> None:
    key = corrected(house, nordlys)
    states.move(house, EVA, key, "withdraw")
    done = send(house, nordlys, note("One", due="2024-02-02", pages="1", tags=("a",)), name="a")
    assert (done.state, done.published) == ("review", None)
    assert revisions.read(house, ADA, key)[2] == note("One!", due="2024-02-02", pages="1", tags=("a",))


def test_version_conflicts_show_both_sides(house: Services, nordlys: Actor) -> None:
    key = send(house, nordlys, BASE, name="a").document
    opened = revisions.read(house, ADA, key)[1].digest
    revise.revise(house, EVA, key, FIXED, Saving(expects=opened))
    with pytest.raises(errors.ChangedMeanwhile) as clean:
        revise.revise(house, ADA, key, note("One", due="2024-05-05", pages="1", tags=("a",)), Saving(expects=opened))
    assert clean.value.merged.merged == note("One!", due="2024-05-05", pages="1", tags=("a",))
    with pytest.raises(errors.ChangedMeanwhile) as clash:
        revise.revise(house, ADA, key, note("1", due="2024-01-01", pages="1", tags=("a",)), Saving(expects=opened))
    assert clash.value.merged.merged is None and [each.theirs for each in clash.value.merged.fields] == ["One!"]
    with pytest.raises(errors.ChangedMeanwhile) as unknown:
        revise.revise(house, ADA, key, FIXED, Saving(expects="sha256:0"))
    assert unknown.value.merged is None


def test_what_both_added_is_kept_where_the_schema_has_room(house: Services, nordlys: Actor) -> None:
    key = corrected(house, nordlys, note("One"), note("One", tags=("mine",)))
    done = send(house, nordlys, note("One", tags=("theirs",)), name="a")
    assert (done.state, done.conflict) == ("published", None)
    assert revisions.published(house, key)[2] == note("One", tags=("theirs", "mine"))
    send(house, nordlys, note("One", due="2024-01-01", tags=("theirs",)), name="a")
    assert revisions.published(house, key)[2] == note("One", due="2024-01-01", tags=("theirs", "mine"))


def test_what_both_added_is_a_conflict_where_there_is_room_for_one(house: Services, nordlys: Actor) -> None:
    corrected(house, nordlys, note("One"), note("One", due="2024-01-01"))
    assert send(house, nordlys, note("One", due="2024-02-02"), name="a").conflict is not None
    (field,) = conflicts.listed(house, ADA)[0].fields
    assert (field.path, field.base) == ("/note:note", None) and "2024-02-02" in (field.theirs or "") and "2024-01-01" in (field.mine or "")


def test_a_reformatted_delivery_changes_no_field(house: Services, nordlys: Actor) -> None:
    """Other prefixes, other white space: the corrections stay, the partner's spelling is taken over."""
    key = corrected(house, nordlys)
    sent = BASE.replace(b"<", b"<n:").replace(b"<n:/", b"</n:").replace(b"xmlns=", b"xmlns:n=").replace(b"\n<n:", b"\n\t<n:")
    done = send(house, nordlys, sent, name="a")
    assert (done.state, done.conflict) == ("published", None)
    assert revisions.published(house, key)[2] == sent.replace(b"One", b"One!")


def test_what_merging_needs_outlives_old_revisions(house: Services, nordlys: Actor) -> None:
    key = corrected(house, nordlys)
    for number in range(3):
        revise.revise(house, ADA, key, FIXED.replace(b"One!", b"One!" + b"!" * number), Saving())
    assert erase.outdated(house, OPERATOR, house.clock.now()).revisions == 2
    assert send(house, nordlys, note("Uno", due="2024-01-01", pages="2", tags=("a",)), name="a").conflict is not None
    erase.outdated(house, OPERATOR, house.clock.now())
    (met,) = conflicts.listed(house, ADA)
    assert conflicts.resolve(house, ADA, met.id, {0: "mine"}, Saving()).state == "published"
    assert revisions.published(house, key)[2] == note("One!!!", due="2024-01-01", pages="2", tags=("a",))
    assert {path.replace("note:", "") for path in provenance.of(house, ADA, key).marks} >= {"/note/title", "/note/tag"}
    assert comparison.compare(house, ADA, key).changes != ()
