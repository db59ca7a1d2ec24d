"""Many documents changed at once: seen first, done as one run, undone as one run."""

from __future__ import annotations

import threading

import pytest

from tests.documents.notes import note
from xmlsvc import errors
from xmlsvc.batch import bulk, moving, runner
from xmlsvc.batch.bulk import Selection
from xmlsvc.documents import revise, revisions, runs, search, submit
from xmlsvc.documents.access import OPERATOR, Actor
from xmlsvc.documents.services import Services

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
