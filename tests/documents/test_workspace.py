"""What belongs to one person: work in progress, saved searches; and lists in the order of a column, actions on many, links."""

from __future__ import annotations

import pytest

from tests.documents.notes import BROKEN, note
from xmlsvc import errors
from xmlsvc.documents import links, revise, revisions, search, searches, selections, submit, workspace
from xmlsvc.documents.access import GUEST, OPERATOR, Actor
from xmlsvc.documents.search import Query
from xmlsvc.documents.services import Services
from xmlsvc.xml import parser

ADA = Actor(kind="user", id="1" * 26, name="ada", role="editor")
EVE = Actor(kind="user", id="2" * 26, name="eve", role="editor")


def stored(house: Services, body: bytes | None = None, name: str = "a") -> str:
    return submit.submit(house, OPERATOR, body or note("Milk", id=name), submit.Options(partner="nordlys", name=name)).document


def step(house: Services, id: str, title: str, typed: bool = False, actor: Actor = ADA) -> None:
    work = workspace.open(house, actor, id)
    workspace.keep(house, actor, work, note(title, id="a"), "title changed", typed)


def now(house: Services, id: str, actor: Actor = ADA) -> bytes:
    return workspace.open(house, actor, id).data


def test_steps_back_and_forward(house: Services) -> None:
    id = stored(house)
    assert not workspace.open(house, ADA, id).changed
    step(house, id, "One")
    step(house, id, "Two")
    work = workspace.open(house, ADA, id)
    assert work.changed and work.step == 2 and (work.undo, work.redo) == ("title changed", None)
    workspace.undo(house, ADA, id)
    assert now(house, id) == note("One", id="a") and workspace.open(house, ADA, id).redo == "title changed"
    workspace.undo_all(house, ADA, id)
    workspace.undo(house, ADA, id)
    assert now(house, id) == note("Milk", id="a")
    workspace.redo(house, ADA, id)
    step(house, id, "Three")
    assert workspace.open(house, ADA, id).redo is None, "what was undone is gone after another change"
    workspace.discard(house, ADA, id)
    assert not workspace.open(house, ADA, id).changed and workspace.begun(house, ADA) == []


def test_typing_is_one_step(house: Services) -> None:
    id = stored(house)
    for title in ("M", "Mi", "Mil"):
        step(house, id, title, typed=True)
    assert workspace.open(house, ADA, id).step == 1
    step(house, id, "Other")
    step(house, id, "Oth", typed=True)
    assert workspace.open(house, ADA, id).step == 3
    workspace.keep(house, ADA, workspace.open(house, ADA, id), now(house, id), "nothing")
    assert workspace.open(house, ADA, id).step == 3


def test_each_has_their_own(house: Services) -> None:
    id = stored(house)
    step(house, id, "Ada's")
    assert now(house, id, EVE) == note("Milk", id="a")
    assert [each.document for each in workspace.begun(house, ADA)] == [id] and workspace.begun(house, EVE) == []
    with pytest.raises(errors.Unauthenticated):
        workspace.open(house, GUEST, id)
    with pytest.raises(errors.NotFound):
        workspace.open(house, ADA, "nothing")


def test_the_opened_revision_stays_the_base(house: Services) -> None:
    id = stored(house)
    step(house, id, "Ada's")
    revise.revise(house, OPERATOR, id, note("Eve's", id="a"), revise.Saving())
    work = workspace.open(house, ADA, id)
    assert work.overtaken and work.base.number == 1 and work.original == note("Milk", id="a")
    assert workspace.begun(house, ADA)[0].base == 1 and workspace.begun(house, ADA)[0].current == 2


def test_only_the_latest_steps_are_kept(house: Services) -> None:
    id = stored(house)
    for number in range(workspace.STEPS + 5):
        step(house, id, f"Step {number}")
    for _ in range(workspace.STEPS + 5):
        workspace.undo(house, ADA, id)
    assert now(house, id) == note("Milk", id="a")
    workspace.redo(house, ADA, id)
    assert now(house, id) == note("Step 5", id="a")


def test_saved_searches(house: Services) -> None:
    searches.save(house, ADA, " Invalid  ones ", "valid=false")
    searches.save(house, ADA, "Invalid ones", "valid=false&partner=nordlys")
    searches.save(house, EVE, "Invalid ones", "")
    (found,) = searches.listed(house, ADA)
    assert (found.title, found.query) == ("Invalid ones", "valid=false&partner=nordlys")
    searches.remove(house, EVE, found.id)
    assert len(searches.listed(house, ADA)) == 1
    searches.remove(house, ADA, found.id)
    assert searches.listed(house, ADA) == []
    with pytest.raises(errors.BadRequest, match="name"):
        searches.save(house, ADA, "  ", "")


ORDERS = [
    ("title", ["bad", "dry", "sea", "wet"]), ("-title", ["wet", "sea", "dry", "bad"]), ("modified", ["sea", "dry", "wet", "bad"]),
    ("-modified", ["bad", "wet", "dry", "sea"]), ("identity", ["bad", "dry", "sea", "wet"]), ("-violations", ["bad"]),
    ("pages", ["sea", "dry", "wet", "bad"]), ("-pages", ["wet", "dry", "sea", "bad"]), ("due", ["dry", "sea", "wet", "bad"]),
]  # fmt: skip


def _shelf(house: Services) -> None:
    for name, body in (
        ("sea", note("Sea rescue", due="2024-05-03", pages="3")), ("dry", note("Dry land", due="2023-01-01", pages="30")),
        ("wet", note("Wet land", due="2024-12-31", pages="300")), ("bad", note("Bad pages", pages="many")),
    ):  # fmt: skip
        submit.submit(house, OPERATOR, body, submit.Options(partner="nordlys", name=name))


def test_lists_in_the_order_of_a_column(house: Services) -> None:
    """Every document once, whatever the length of the pages; those without a value last."""
    _shelf(house)
    for order, wanted in ORDERS:
        for limit in (1, 3, 50):
            found: list[str] = []
            cursor = None
            while not found or cursor is not None:
                page = search.find(house, OPERATOR, Query(vocabulary="note", order=order, cursor=cursor, limit=limit))
                found += [item.identity for item in page.items]
                cursor = page.next
            assert found[: len(wanted)] == wanted and sorted(found) == ["bad", "dry", "sea", "wet"], (order, limit)


def test_orders_that_do_not_exist(house: Services) -> None:
    for order in ("colour", "tag.value", "-"):
        with pytest.raises(errors.BadRequest, match="to sort by"):
            search.find(house, OPERATOR, Query(vocabulary="note", order=order))
    _shelf(house)
    page = search.find(house, OPERATOR, Query(order="title", limit=1))
    with pytest.raises(errors.BadRequest, match="cursor"):
        search.find(house, OPERATOR, Query(cursor=page.next, limit=1))
    assert [item.identity for item in search.find(house, OPERATOR, Query(text="land", order="-title")).items] == ["wet", "dry"]


def test_actions_on_many(house: Services) -> None:
    good, bad = stored(house, name="a"), stored(house, BROKEN.replace(b"<note", b'<note id="b"'), name="b")
    asked = Query(vocabulary="note")
    assert set(selections.chosen(house, OPERATOR, asked)) == {good, bad}
    checked = {each.id: each.outcome for each in selections.check(house, OPERATOR, [good, bad, "none"])}
    assert checked == {good: "valid", bad: "invalid", "none": "refused"}


def test_links_by_identity(house: Services) -> None:
    one = stored(house, note("See note-2 and https://example.org/x", id="note-1", tags=("note-2", "https://example.org/x")), name="note-1")
    two = stored(house, note("Two", id="note-2"), name="note-2")
    document, _, data = revisions.read(house, OPERATOR, one)
    found = links.of(house, OPERATOR, document, parser.parse(data))
    assert [each.id for each in found.to] == [two] and [address for address, _ in found.addresses] == ["https://example.org/x"]
    document, _, data = revisions.read(house, OPERATOR, two)
    assert [each.id for each in links.of(house, OPERATOR, document, parser.parse(data)).back] == [one]
