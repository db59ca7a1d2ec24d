"""Revisions compared, and who set which field."""

from __future__ import annotations

from tests.documents.notes import note
from tests.documents.test_corrections import corrected
from tests.documents.test_revise import ADA, EVA
from tests.documents.test_submit import send
from xmlsvc.documents import comparison, conflicts, provenance, revise
from xmlsvc.documents.access import Actor
from xmlsvc.documents.revise import Saving
from xmlsvc.documents.services import Services
from xmlsvc.xml import edits, parser, patch


def marks(house: Services, key: str, number: int | None = None) -> dict[str, int]:
    """Path → number of the revision that set it."""
    return {path: mark.revision for path, mark in provenance.of(house, ADA, key, number).marks.items()}


def test_compared_as_fields_lines_and_patch(house: Services, nordlys: Actor) -> None:
    key = corrected(house, nordlys)
    found = comparison.compare(house, ADA, key)
    assert (found.old.number, found.new.number) == (1, 2)
    assert [(each.path, each.before, each.after) for each in found.changes] == [("/note:note/note:title", "One", "One!")]
    assert "-<title>One</title>\n+<title>One!</title>\n" in found.text
    tree = parser.parse(found.old_data)
    patch.apply(tree, parser.parse(found.patch))
    assert edits.save(found.old_data, tree) == found.new_data
    assert comparison.compare(house, ADA, key, 2, 1).changes[0].after == "One"
    assert comparison.compare(house, ADA, key, 1, 1).changes == ()


def test_who_set_what(house: Services, nordlys: Actor) -> None:
    key = send(house, nordlys, note("One", id="7", due="2024-01-01"), name="a").document
    assert set(marks(house, key).values()) == {1}
    revise.revise(house, ADA, key, note("One!", id="7", due="2024-01-01", tags=("a",)), Saving(reason="spelling"))
    revise.revise(house, EVA, key, note("One!", id="8", due="2024-01-01", tags=("b", "a")), Saving())
    found = provenance.of(house, ADA, key)
    assert {path.replace("note:", ""): mark.revision for path, mark in found.marks.items()} == {
        "/note": 1, "/note/@id": 3, "/note/title": 2, "/note/due": 1, "/note/tag[1]": 3, "/note/tag[2]": 2}
    mark = found.marks["/note:note/note:title"]
    assert (mark.actor, mark.kind, mark.reason) == ("user:ada", "edit", "spelling")
    assert found.marks["/note:note/note:due"].receipt_id is not None
    assert provenance.of(house, ADA, key) is found and set(marks(house, key, 1).values()) == {1}


def test_a_correction_stays_the_editors_after_the_next_delivery(house: Services, nordlys: Actor) -> None:
    key = corrected(house, nordlys)
    send(house, nordlys, note("One", due="2024-02-02", pages="1", tags=("a", "b")), name="a")
    assert {path.replace("note:", ""): number for path, number in marks(house, key).items()} == {
        "/note": 1, "/note/title": 2, "/note/due": 3, "/note/pages": 1, "/note/tag[1]": 1, "/note/tag[2]": 3}


def test_what_was_decided_belongs_to_whose_value_it_is(house: Services, nordlys: Actor) -> None:
    key = corrected(house, nordlys)
    send(house, nordlys, note("Uno", due="2024-01-01", pages="2", tags=("a",)), name="a")
    (met,) = conflicts.listed(house, ADA)
    conflicts.resolve(house, ADA, met.id, {0: "theirs"}, Saving())
    found = {path.replace("note:", ""): number for path, number in marks(house, key).items()}
    assert (found["/note/title"], found["/note/pages"], found["/note/due"]) == (3, 3, 1)
