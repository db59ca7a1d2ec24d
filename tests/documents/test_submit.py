"""Every outcome of the one way in."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from storm.store import Store

from tests.documents.notes import BROKEN, note
from xmlsvc import errors
from xmlsvc.documents import receipts, revisions, search, submit, verdicts, vocabularies
from xmlsvc.documents.access import OPERATOR, Actor
from xmlsvc.documents.deposit import Outcome
from xmlsvc.documents.services import Services
from xmlsvc.documents.submit import Options
from xmlsvc.storage import contents, model
from xmlsvc.xml.canonical import digest


def send(house: Services, actor: Actor, body: bytes, **options: str) -> Outcome:
    return submit.submit(house, actor, body, Options(**options))


def heads(house: Services, document: str) -> list[tuple[int, str]]:
    """(head, title) of the generated root rows of a document."""
    rows = house.sessions.read(
        lambda store: store.execute("SELECT head, document_title FROM note WHERE document_id = ? ORDER BY head", (document,)).get_all()
    )
    return [tuple(row) for row in rows]


def entries(house: Services, document: str) -> list[tuple[int, str]]:
    """(head, title) of the search entries of a document."""
    return house.sessions.read(
        lambda store: sorted((e.head, e.title) for e in store.find(model.SearchEntry, model.SearchEntry.document_id == document))
    )


def test_a_valid_document_is_new_published_at_once_and_kept_byte_for_byte(house: Services, nordlys: Actor) -> None:
    body = note("Milk & more".replace("&", "&amp;"), due="2024-05-03", tags=("dairy", "cold"))
    done = send(house, nordlys, body, name="a.xml")
    assert (done.outcome, done.status, done.revision, done.state, done.published) == ("new", 201, 1, "published", 1)
    document, revision, data = revisions.read(house, nordlys, done.document)
    assert data == body and revision.digest == digest(body)
    assert (document.partner, document.identity_kind, document.identity, document.title) == ("nordlys", "name", "a.xml", "Milk & more")
    assert (revision.version, revision.chosen, revision.valid, revision.receipt_id) == ("note@1", "active", True, done.receipt.id)
    assert heads(house, done.document) == [(model.BOTH, "Milk & more")] == entries(house, done.document)
    query = "SELECT n, value FROM note_tag WHERE document_id = ? ORDER BY n"
    tags = house.sessions.read(lambda store: store.execute(query, (done.document,)).get_all())
    assert [tuple(tag) for tag in tags] == [(1, "dairy"), (2, "cold")]


def test_the_same_bytes_again_are_a_receipt_and_nothing_else(house: Services, nordlys: Actor) -> None:
    first = send(house, nordlys, note(), name="a.xml")
    again = send(house, nordlys, note(), name="a.xml")
    assert (again.outcome, again.status, again.document, again.revision) == ("unchanged", 200, first.document, 1)
    assert [entry.outcome for entry in receipts.find(house, nordlys, digest=first.receipt.digest)] == ["unchanged", "new"]
    assert len(revisions.listed(house, nordlys, first.document)) == 1


def test_a_changed_document_is_a_revision(house: Services, nordlys: Actor) -> None:
    first = send(house, nordlys, note("One"), name="a.xml")
    second = send(house, nordlys, note("Two"), name="a.xml")
    assert (second.outcome, second.status, second.document, second.revision) == ("revised", 200, first.document, 2)
    assert heads(house, first.document) == [(model.BOTH, "Two")] == entries(house, first.document)
    assert revisions.read(house, nordlys, first.document, 1)[2] == note("One")


def test_an_invalid_document_waits_in_quarantine_with_every_violation(house: Services, nordlys: Actor) -> None:
    done = send(house, nordlys, note(due="tomorrow", pages="many"), name="a.xml")
    assert (done.outcome, done.status, done.state, done.published) == ("quarantined", 422, "quarantined", None)
    assert {violation.line for violation in done.report.violations} == {3, 4}
    assert revisions.verdict(house, nordlys, done.document).violations == done.report.violations
    assert heads(house, done.document) == [(model.CURRENT, "Milk")] == entries(house, done.document)
    assert receipts.get(house, nordlys, done.receipt.id).status == 422


def test_an_invalid_redelivery_never_unpublishes(house: Services, nordlys: Actor) -> None:
    document = send(house, nordlys, note("Good"), name="a.xml").document
    bad = send(house, nordlys, note("Bad", due="tomorrow"), name="a.xml")
    assert (bad.outcome, bad.document, bad.revision, bad.published, bad.state) == ("quarantined", document, 2, 1, "quarantined")
    assert heads(house, document) == [(model.CURRENT, "Bad"), (model.PUBLISHED, "Good")] == entries(house, document)
    worse = send(house, nordlys, note("Worse", due="never"), name="a.xml")
    assert (worse.revision, worse.published) == (3, 1)
    assert heads(house, document) == [(model.CURRENT, "Worse"), (model.PUBLISHED, "Good")] == entries(house, document)
    assert revisions.published(house, document)[2] == note("Good")
    mended = send(house, nordlys, note("Mended"), name="a.xml")
    assert (mended.outcome, mended.revision, mended.published, mended.state) == ("revised", 4, 4, "published")
    assert heads(house, document) == [(model.BOTH, "Mended")] == entries(house, document)


def test_an_invalid_document_sent_twice_is_unchanged_and_still_invalid(house: Services, nordlys: Actor) -> None:
    send(house, nordlys, BROKEN, name="a.xml")
    again = send(house, nordlys, BROKEN, name="a.xml")
    assert (again.outcome, again.status, again.revision, again.report.valid) == ("unchanged", 422, 1, False)


def test_where_somebody_reviews_a_valid_delivery_waits(house: Services, nordlys: Actor) -> None:
    (house.settings.schemas / "note" / "vocabulary.toml").write_text("review = true\n", "utf-8")
    with_review = type(house.registry)(house.settings)
    object.__setattr__(house, "registry", with_review)
    done = send(house, nordlys, note(), name="a.xml")
    assert (done.outcome, done.status, done.state, done.published) == ("new", 201, "review", None)
    with pytest.raises(errors.NotFound):
        revisions.published(house, done.document)


REFUSED = [
    (b"<note>", errors.NotWellFormed, 400),
    (b"\x89PNG\r\n", errors.NotWellFormed, 400),
    (b"", errors.NotWellFormed, 400),
    (b"<!DOCTYPE note [<!ENTITY a 'b'>]><note xmlns='urn:test:note'><title>&a;</title></note>", errors.DoctypeRefused, 400),
    (b"<unheard xmlns='urn:of'/>", errors.UnknownVocabulary, 422),
    (b"<note xmlns='urn:test:note'>" + b"<title>" * 300 + b"</title>" * 300 + b"</note>", errors.TooLarge, 413),
]


@pytest.mark.parametrize(("body", "error", "status"), REFUSED)
def test_what_cannot_become_a_document_is_kept_under_its_receipt(
    house: Services, nordlys: Actor, body: bytes, error: type[errors.Error], status: int
) -> None:
    with pytest.raises(error) as caught:
        send(house, nordlys, body, name="a.xml")
    entry = receipts.get(house, nordlys, caught.value.extra["receipt"])
    assert (entry.outcome, entry.status, entry.digest, entry.size) == ("refused", status, digest(body), len(body))
    assert entry.problem is not None and entry.problem["slug"] == caught.value.slug
    assert receipts.body(house, nordlys, entry.id) == body


def test_what_is_refused_for_how_it_came_is_kept_too(house: Services, nordlys: Actor) -> None:
    error = errors.UnsupportedMediaType("The body's Content-Type is 'image/png'; send XML as application/xml.")
    with pytest.raises(errors.UnsupportedMediaType) as caught:
        submit.refuse(house, nordlys, b"\x89PNG", Options(file="a.png", media_type="image/png"), error)
    entry = receipts.get(house, nordlys, caught.value.extra["receipt"])
    assert (entry.outcome, entry.status, entry.name, entry.media_type) == ("refused", 415, "a.png", "image/png")
    assert receipts.body(house, nordlys, entry.id) == b"\x89PNG"


def test_a_body_over_the_limit_has_a_receipt_and_is_not_kept(house: Services, nordlys: Actor) -> None:
    body = note("x" * house.settings.max_body_bytes)
    with pytest.raises(errors.TooLarge) as caught:
        send(house, nordlys, body)
    assert receipts.get(house, nordlys, caught.value.extra["receipt"]).size == len(body)
    assert not house.sessions.read(lambda store: contents.has(store, digest(body)))


def test_identity_is_the_path_then_the_name_then_the_digest(house: Services, nordlys: Actor) -> None:
    (house.settings.schemas / "note" / "vocabulary.toml").write_text(
        'identity = "/n:note/@id"\n[namespaces]\nn = "urn:test:note"\n', "utf-8"
    )
    object.__setattr__(house, "registry", type(house.registry)(house.settings))
    by_path = send(house, nordlys, note("A", id=" 17 "), name="a.xml")
    same = send(house, nordlys, note("B", id="17"), name="b.xml")
    assert same.document == by_path.document and same.identity.key == "17"
    by_name = send(house, nordlys, note("C"), name="17")
    assert by_name.document != by_path.document, "a file that happens to be called 17 is not the document that says it is 17"
    first, second = send(house, nordlys, note("D")), send(house, nordlys, note("E"))
    assert first.document != second.document
    assert send(house, nordlys, note("D")).outcome == "unchanged"


def test_another_partners_document_is_another_document_and_cannot_be_seen(house: Services, nordlys: Actor, stranger: Actor) -> None:
    mine = send(house, nordlys, note("Mine"), name="a.xml")
    theirs = send(house, stranger, note("Theirs"), name="a.xml")
    assert (theirs.outcome, theirs.document != mine.document) == ("new", True)
    for look in (revisions.get, revisions.read, revisions.listed, revisions.verdict):
        with pytest.raises(errors.NotFound):
            look(house, stranger, mine.document)
    with pytest.raises(errors.NotFound):
        receipts.get(house, stranger, mine.receipt.id)
    with pytest.raises(errors.NotFound):
        receipts.body(house, stranger, mine.receipt.id)
    assert [item.id for item in search.find(house, stranger, search.Query()).items] == [theirs.document]
    assert revisions.get(house, OPERATOR, mine.document).title == "Mine"


def test_which_schema(house: Services, nordlys: Actor) -> None:
    vocabularies.activate(house, OPERATOR, "note", "2")
    by_activity = send(house, nordlys, note("A"), name="a")
    assert not by_activity.report.valid and by_activity.report.schema is not None and by_activity.report.schema.version == "2"
    by_location = send(house, nordlys, note("B", location="1/note.xsd"), name="b")
    assert by_location.report.valid and revisions.read(house, nordlys, by_location.document)[1].chosen == "location"
    stale = send(house, nordlys, note("C", pages="1", location="http://gone.example/note.xsd"), name="c")
    assert stale.report.valid and stale.report.schema is not None and stale.report.schema.version == "2"
    named = send(house, nordlys, note("D"), name="d", vocabulary="note@1")
    assert named.report.valid and revisions.read(house, nordlys, named.document)[1].chosen == "named"
    with pytest.raises(errors.UnknownVocabulary):
        send(house, nordlys, note("E"), name="e", vocabulary="note@3")


def test_the_same_bytes_under_another_schema_are_judged_by_it(house: Services, nordlys: Actor) -> None:
    first = send(house, nordlys, note(), name="a")
    second = send(house, nordlys, note(), name="a", vocabulary="note@2")
    assert (second.outcome, second.document, second.published) == ("quarantined", first.document, 1)


def test_a_large_documents_verdict_is_made_once(
    house: Services, nordlys: Actor, stranger: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    large = note("x" * verdicts.WORTH_ASKING, due="tomorrow")
    send(house, nordlys, large, name="a")
    from xmlsvc import validation

    monkeypatch.setattr(validation, "check", lambda *_, **__: pytest.fail("the verdict was known"))
    assert not send(house, stranger, large, name="b").report.valid


def test_who_may_not(house: Services, nordlys: Actor) -> None:
    from dataclasses import replace

    with pytest.raises(errors.Forbidden):
        send(house, replace(nordlys, scopes=frozenset({"read"})), note())
    with pytest.raises(errors.Unauthenticated):
        submit.submit(house, None, note(), Options())  # type: ignore[arg-type]
    with pytest.raises(errors.BadRequest, match="house, nordlys"):
        send(house, OPERATOR, note())
    assert send(house, OPERATOR, note(), partner="nordlys").outcome == "new"


def test_eight_threads_submitting_one_identity_make_one_document(house: Services, nordlys: Actor) -> None:
    """Whatever the order, each delivery is a revision of one document, none is lost, and the last one is current."""
    outcomes: list[Outcome] = []
    failures: list[errors.Error] = []
    gate = threading.Barrier(8)

    def work(number: int) -> None:
        try:
            gate.wait()
            for turn in range(4):
                outcomes.append(send(house, nordlys, note(f"thread{number}turn{turn}"), name="same.xml"))
        except errors.Error as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures and len(outcomes) == 32
    assert len({outcome.document for outcome in outcomes}) == 1
    assert sorted(outcome.revision for outcome in outcomes) == list(range(1, 33))
    assert sorted(outcome.outcome for outcome in outcomes) == ["new"] + ["revised"] * 31
    document, revision, _ = revisions.read(house, nordlys, outcomes[0].document)
    assert (document.current, document.published) == (32, 32)
    assert heads(house, document.id) == [(model.BOTH, document.title)] == entries(house, document.id)
    last = next(outcome for outcome in outcomes if outcome.revision == 32)
    assert revision.digest == last.receipt.digest


def test_nothing_half_done_when_the_unit_fails(house: Services, nordlys: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("power cut")

    with monkeypatch.context() as patch:
        patch.setattr("xmlsvc.documents.heads.search.write", fail)
        with pytest.raises(RuntimeError, match="power cut"):
            send(house, nordlys, note(), name="a")

    def counts(store: Store) -> list[int]:
        return [store.find(cls).count() for cls in (model.Content, model.Document, model.Revision, model.Receipt, model.Verdict)]

    assert house.sessions.read(counts) == [0, 0, 0, 0, 0]
    assert house.sessions.read(lambda store: store.execute("SELECT COUNT(*) FROM note").get_one())[0] == 0
    assert send(house, nordlys, note(), name="a").outcome == "new"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(body=st.binary(max_size=80) | st.text(max_size=60).map(lambda text: f"<note xmlns='urn:test:note'><title>{text}".encode()),
       name=st.text(max_size=20) | st.none())  # fmt: skip
def test_whatever_is_sent_has_a_receipt_and_its_bytes(house: Services, nordlys: Actor, body: bytes, name: str | None) -> None:
    try:
        receipt = submit.submit(house, nordlys, body, Options(name=name)).receipt.id
    except errors.InputError as error:
        receipt = error.extra["receipt"]
    assert receipts.body(house, nordlys, receipt) == body


def test_the_database_file_is_not_needed_to_say_what_is_missing(tmp_path: Path) -> None:
    from xmlsvc.documents import services

    with pytest.raises(errors.EnvironmentFault, match="xmlsvc init"):
        services.open(tmp_path)
