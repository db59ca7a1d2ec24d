"""Many documents changed at once: seen first, done as one run, undone as one run."""

from __future__ import annotations

import threading
from collections import Counter

import pytest

from tests.documents.notes import note
from tests.documents.test_corrections import corrected
from tests.documents.test_submit import entries, heads, send
from xmlsvc import errors
from xmlsvc.batch import bulk, moving, runner
from xmlsvc.batch.bulk import Selection
from xmlsvc.documents import audit, conflicts, revise, revisions, runs, search, states, submit
from xmlsvc.documents.access import OPERATOR, Actor
from xmlsvc.documents.services import Services
from xmlsvc.storage import counters, model

SCRIPT = 'namespace n = urn:test:note\nreplace //n:tag : "a" -> "b"\nadd /n:note[not(n:due)] : n:due = "2024-01-01"\n'
SHEET = """<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns:n="urn:test:note">
<xsl:output indent="yes"/><xsl:strip-space elements="*"/>
<xsl:template match="@*|node()"><xsl:copy><xsl:apply-templates select="@*|node()"/></xsl:copy></xsl:template>
<xsl:template match="n:tag[. = 'a']"><other:tag xmlns:other="urn:test:note">b</other:tag></xsl:template></xsl:stylesheet>"""
EDITOR = Actor(kind="user", id="1", name="ada", role="editor")


def stored(house: Services, *bodies: bytes) -> list[str]:
    return [submit.submit(house, OPERATOR, body, submit.Options(name=f"n{number}")).document for number, body in enumerate(bodies)]


def done(house: Services, run_id: str) -> dict[str, str]:
    """Document → outcome, once the run is over."""
    runner.work(house, threading.Event(), once=True)
    assert runs.get(house, OPERATOR, run_id).state == "done"
    return {item.name.rpartition("/")[2]: item.outcome for item in runs.every_item(house, OPERATOR, run_id)}


def now(house: Services, ids: list[str]) -> list[bytes]:
    return [revisions.read(house, OPERATOR, each)[2] for each in ids]


def test_seen_done_and_undone(house: Services) -> None:
    bodies = [note("One", tags=("a", "c")), note("Two", due="2023-01-01", tags=("a",)), note("Three", due="2023-01-01")]
    ids = stored(house, *bodies)
    every = Selection(query=search.Query(vocabulary="note"))
    first, second, third = bulk.preview(house, EDITOR, every, SCRIPT)
    assert [(each.verb, each.path, each.after) for each in first.changes] == [
        ("added", "/note:note/note:due", "<due>2024-01-01</due>"), ("changed", "/note:note/note:tag[1]", "b")]
    assert (first.places, first.grown, first.title) == (2, 0, "One") and first.report is not None and first.report.valid
    assert ("-", "<tag>a</tag>") in second.lines and ("+", "<tag>b</tag>") in second.lines
    assert (third.places, third.changes, third.lines) == (0, (), ())
    assert now(house, ids) == bodies
    run = bulk.apply(house, OPERATOR, every, SCRIPT, "one word for it")
    assert done(house, run) == {"n0": "changed", "n1": "changed", "n2": "unchanged"}
    assert now(house, ids) == [
        note("One", due="2024-01-01", tags=("b", "c")), note("Two", due="2023-01-01", tags=("b",)), bodies[2]]
    newest = revisions.read(house, OPERATOR, ids[0])[1]
    assert (newest.kind, newest.run_id, newest.reason) == ("edit", run, "one word for it")
    revise.revise(house, OPERATOR, ids[1], note("Mine"), revise.Saving())
    assert done(house, bulk.undo(house, OPERATOR, run)) == {"n0": "undone", "n1": "changed-since"}
    assert now(house, ids) == [bodies[0], note("Mine"), bodies[2]]


def test_a_stylesheet_changes_only_what_it_means_to(house: Services) -> None:
    body = note("One", tags=("a", "c")).replace(b"<tag>c</tag>", b"<tag  >c&#46;</tag >")
    ids = stored(house, body)
    with pytest.raises(errors.Forbidden):
        bulk.preview(house, EDITOR, Selection(tuple(ids)), SHEET)
    assert [each.places for each in bulk.preview(house, OPERATOR, Selection(tuple(ids)), SHEET)] == [1]
    assert done(house, bulk.apply(house, OPERATOR, Selection(tuple(ids)), SHEET)) == {"n0": "changed"}
    assert now(house, ids) == [body.replace(b"<tag>a<", b"<tag>b<")]


def test_what_would_add_violations_is_refused(house: Services) -> None:
    """One that nobody sees yet is kept as a draft."""
    ids = stored(house, note("One"), note("Two", due="soon"))
    script = 'namespace n = urn:test:note\nadd /n:note : n:pages = "many"\n'
    assert [each.grown for each in bulk.preview(house, EDITOR, Selection(tuple(ids)), script)] == [1, 2]
    assert done(house, bulk.apply(house, OPERATOR, Selection(tuple(ids)), script)) == {"n0": "refused", "n1": "draft"}
    assert now(house, ids)[0] == note("One") and b"many" in now(house, ids)[1]


def test_by_parameters(house: Services) -> None:
    stored(house, note("One", tags=("a",)))
    given = {"query": {"text": "one", "vocabulary": "note"}, "script": SCRIPT}
    run = bulk.request(house, OPERATOR, given)
    assert done(house, run) == {"n0": "changed"}
    assert done(house, bulk.request(house, OPERATOR, {"undo": run})) == {"n0": "undone"}
    for wrong in ({}, {"script": SCRIPT}, {"ids": [], "script": SCRIPT}, {"query": {"colour": "red"}, "script": SCRIPT},
                  {**given, "ids": ["x"]}, {**given, "more": "x"}, {**given, "script": "shout"}):  # fmt: skip
        with pytest.raises(errors.BadRequest):
            bulk.request(house, OPERATOR, wrong)
    with pytest.raises(errors.Forbidden):
        bulk.request(house, EDITOR, given)
    with pytest.raises(errors.Conflict, match="no bulk"):
        bulk.undo(house, OPERATOR, runs.create(house, OPERATOR, "fix", {}, 0))


def test_states_of_many(house: Services) -> None:
    ids = stored(house, note("One"), note("Two", due="soon"))
    run = moving.request(house, OPERATOR, {"ids": ids, "action": "withdraw", "reason": "rights"})
    assert done(house, run) == {"n0": "moved", "n1": "moved"}
    assert done(house, moving.move(house, OPERATOR, Selection(tuple(ids)), "withdraw")) == {"n0": "already", "n1": "already"}
    every = Selection(query=search.Query(state="withdrawn"))
    assert done(house, moving.move(house, OPERATOR, every, "publish")) == {"n0": "moved", "n1": "refused"}
    assert [revisions.get(house, OPERATOR, each).state for each in ids] == ["published", "withdrawn"]
    for wrong in ({"ids": ids}, {"ids": ids, "action": "burn"}, {"action": "publish"}, {"ids": ids, "action": "publish", "more": 1}):
        with pytest.raises(errors.BadRequest):
            moving.request(house, OPERATOR, wrong)
    with pytest.raises(errors.Forbidden):
        moving.move(house, EDITOR, every, "publish")


def test_states_of_many_are_taken_back_as_one(house: Services) -> None:
    """Each document stands as before, with the revision published that was: rows, search, counters and the public's history follow."""
    ids = stored(house, note("One"), note("Two", due="soon"), note("Three"), note("Four"))
    revise.revise(house, OPERATOR, ids[2], note("Three, later"), revise.Saving(draft=True))
    before = [_stands(house, each) for each in ids]
    assert [(state, published) for state, published, *_ in before] == [
        ("published", 1), ("quarantined", None), ("draft", 1), ("published", 1)]
    run = moving.move(house, OPERATOR, Selection(tuple(ids)), "withdraw", "rights")
    assert set(done(house, run).values()) == {"moved"}
    assert {_stands(house, each)[:2] for each in ids} == {("withdrawn", None)}
    states.move(house, OPERATOR, ids[3], "publish")
    back = moving.request(house, OPERATOR, {"undo": run})
    assert done(house, back) == {"n0": "undone", "n1": "undone", "n2": "undone", "n3": "changed-since"}
    assert [_stands(house, each) for each in ids[:3]] == before[:3] and _stands(house, ids[3])[:2] == ("published", 1)
    (told, *_) = audit.listed(house, OPERATOR, subject=f"document:{ids[2]}")
    assert (told.action, told.detail) == ("document.undo", f"Run {run} is undone: draft again")
    assert set(done(house, runner.undo(house, OPERATOR, run)).values()) == {"already", "changed-since"}
    counted = Counter(kind.state for kind, count in house.sessions.read(counters.totals).items() for _ in range(count))
    assert counted == {"published": 2, "quarantined": 1, "draft": 1}
    published = moving.move(house, OPERATOR, Selection(tuple(ids[2:3])), "publish")
    assert done(house, published) == {"n2": "moved"} and _stands(house, ids[2])[1] == 2
    done(house, runner.undo(house, OPERATOR, published))
    assert _stands(house, ids[2]) == before[2]
    for wrong in (back, runs.create(house, OPERATOR, "revalidate", {}, 0)):
        with pytest.raises(errors.Conflict):
            runner.undo(house, OPERATOR, wrong)
    with pytest.raises(errors.NotFound):
        runner.undo(house, EDITOR, run)


def test_a_state_that_was_changed_after_a_run_stays(house: Services) -> None:
    ids = stored(house, note("One"), note("Two"))
    for each in ids:
        revise.revise(house, OPERATOR, each, note("Later"), revise.Saving(draft=True))
    run = bulk.apply(house, OPERATOR, Selection(tuple(ids)), "namespace n = urn:test:note\nset //n:title = \"New\"\n")
    assert set(done(house, run).values()) == {"draft"}
    states.move(house, OPERATOR, ids[1], "publish")
    assert done(house, bulk.undo(house, OPERATOR, run)) == {"n0": "undone", "n1": "changed-since"}
    assert [revisions.get(house, OPERATOR, each).state for each in ids] == ["draft", "published"]


def _stands(house: Services, id: str) -> tuple[str, int | None, bytes | None, list[tuple[int, str]], list[tuple[int, str]]]:
    """(state, published revision, what the public reads, rows, search entries)."""
    found, now = revisions.get(house, OPERATOR, id), house.clock.now()
    public = revisions.as_of(house, OPERATOR, id, now)[2] if found.published is not None else None
    return found.state, found.published, public, heads(house, id), entries(house, id)


def test_a_conflict_that_publishing_settled_is_open_again(house: Services) -> None:
    key = corrected(house, OPERATOR, note("One"), note("One!"))
    send(house, OPERATOR, note("Uno"), name="a")
    (met,) = conflicts.listed(house, OPERATOR)
    run = moving.move(house, OPERATOR, Selection((key,)), "publish")
    assert done(house, run) == {"a": "moved"} and conflicts.listed(house, OPERATOR) == []
    assert done(house, runner.undo(house, OPERATOR, run)) == {"a": "undone"}
    assert conflicts.listed(house, OPERATOR) == [met] and revisions.get(house, OPERATOR, key).state == "draft"


def test_what_a_change_did_to_states_is_taken_back_with_it(house: Services) -> None:
    """In quarantine again, nothing published; a draft stays one; what was public before is public again."""
    ids = stored(house, note("One", due="soon"), note("Two"), note("Three"), note("Four", due="soon"))
    revise.revise(house, OPERATOR, ids[1], note("Two, later"), revise.Saving(draft=True))
    before = [(*_stands(house, each)[:3], now(house, [each])[0]) for each in ids]
    script = 'namespace n = urn:test:note\nreplace //n:due : "soon" -> "2024-01-01"\nset //n:title = "New"\n'
    every = Selection(tuple(ids))
    run = bulk.apply(house, OPERATOR, every, script)
    assert done(house, run) == {"n0": "changed", "n1": "draft", "n2": "changed", "n3": "changed"}
    assert [_stands(house, each)[:2] for each in ids] == [("published", 2), ("draft", 1), ("published", 2), ("published", 2)]
    assert set(done(house, bulk.undo(house, OPERATOR, run)).values()) == {"undone"}
    after = [(*_stands(house, each)[:3], now(house, [each])[0]) for each in ids]
    assert [each[0] for each in after] == ["quarantined", "draft", "published", "quarantined"] == [each[0] for each in before]
    assert [each[1] for each in after] == [None, 1, 3, None] and [each[2:] for each in after] == [each[2:] for each in before]
    assert [head for head, _ in heads(house, ids[0])] == [model.CURRENT]
