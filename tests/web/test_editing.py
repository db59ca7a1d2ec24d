"""Editing through plain forms, as a browser without script does it: form, source, saving, states, comparing, many at once."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest

from tests.web.conftest import PASSWORD, Client, Site, broken, build, sample
from tests.web.filled import form
from xmlsvc.documents import revise, revisions, submit, users
from xmlsvc.documents.access import OPERATOR
from xmlsvc.documents.revise import Saving

FILM = sample("valid/film-de-dijk.xml")
NUMBER = iter(range(1000, 9999))


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    made = build(tmp_path_factory.mktemp("house") / "instance")
    users.add_user(made.services, OPERATOR, "pia", PASSWORD, "publisher")
    with made.services:
        yield made


def _publisher(house: Site) -> Client:
    client = Client(house.application, {"Accept": "text/html"})
    assert client.form("/login", name="pia", password=PASSWORD).status == 303
    return client


def _stored(house: Site, body: bytes = FILM) -> tuple[str, bytes]:
    """A document of its own: its id and bytes."""
    data = body.replace(b"prg-20417", b"prg-%d" % next(NUMBER))
    return submit.submit(house.services, OPERATOR, data, submit.Options(partner="nordlys", face="load")).document, data


def _bytes(house: Site, id: str) -> bytes:
    return revisions.read(house.services, OPERATOR, id)[2]


def _named(fields: dict[str, str], value: str) -> str:
    """The name of the one field that holds the value."""
    (found,) = [name for name, held in fields.items() if held == value]
    return found


def test_one_field_saved_is_one_place_in_the_bytes(house: Site) -> None:
    id, data = _stored(house)
    client = house.editor()
    shown = form(client.get(f"/documents/{id}/edit"))
    name = _named(shown.fields, "De dijk")
    answer = shown.post(client, "save", **{name: "De dijken", "reason": "There are two."})
    assert answer.status == 303 and "done=published" in answer.headers["location"]
    assert _bytes(house, id) == data.replace(b">De dijk<", b">De dijken<")
    page = client.get(answer.headers["location"]).text
    assert "Revision 2 was saved and published." in page
    history = client.get(f"/documents/{id}/history").text
    assert "There are two." in history and f"/documents/{id}/compare?old=1&amp;new=2" in history
    assert not form(client.get(f"/documents/{id}/edit")).fields["reason"]


def test_adding_filling_moving_and_taking_back(house: Site) -> None:
    id, data = _stored(house)
    client = house.editor()
    shown = form(client.get(f"/documents/{id}/edit"))
    keywords = [name for name, held in shown.fields.items() if held in ("Watersnoodramp", "Zeeland")]
    last = keywords[-1].partition(".")[2]
    answer = shown.post(client, f"another:{last}", **{keywords[0]: "Ramp"})
    place = answer.headers["location"].rpartition("#e")[2]
    assert int(place) == int(last) + 1
    shown = form(client.get(f"/documents/{id}/edit"))
    assert shown.fields[keywords[0]] == "Ramp" and shown.fields[f"t.{place}"] == ""
    shown.post(client, f"up:{place}", **{f"t.{place}": "water", f"a.{place}.{{http://www.w3.org/XML/1998/namespace}}lang": "nl"})
    client_page = client.get(f"/documents/{id}/edit")
    assert "1 changed, 1 added" in client_page.text
    changes = client.get(f"/documents/{id}/edit/changes").text
    assert "<ins>" in changes and "water" in changes and "Keyword" in changes
    form(client_page).post(client, "save")
    made = _bytes(house, id)
    assert made == data.replace(b">Watersnoodramp<", b">Ramp<").replace(
        b"<p:keyword xml:lang=\"nl\">Zeeland", b"<p:keyword xml:lang=\"nl\">water</p:keyword>\n  <p:keyword xml:lang=\"nl\">Zeeland"
    )


def test_undo_redo_discard(house: Site) -> None:
    id, _ = _stored(house)
    client = house.editor()

    def title() -> str:
        fields = form(client.get(f"/documents/{id}/edit")).fields
        return next(held for name, held in fields.items() if name == wanted)

    shown = form(client.get(f"/documents/{id}/edit"))
    wanted = _named(shown.fields, "De dijk")
    shown.post(client, "keep", **{wanted: "One"})
    form(client.get(f"/documents/{id}/edit")).post(client, "keep", **{wanted: "Two"})
    assert title() == "Two"
    for action, left in (("undo", "One"), ("undo", "De dijk"), ("redo", "One"), ("redo", "Two"), ("discard", "De dijk"), ("redo", "One")):
        form(client.get(f"/documents/{id}/edit")).post(client, action)
        assert title() == left, action


def test_what_is_not_valid_is_saved_as_a_draft_or_published_with_a_reason(house: Site) -> None:
    id, data = _stored(house)
    client = house.editor()
    shown = form(client.get(f"/documents/{id}/edit"))
    genre = _named(shown.fields, "drama")
    refused = shown.post(client, "save", **{genre: "film"})
    assert refused.status == 422 and "save it as a draft" in refused.text.lower()
    again = form(refused)
    assert again.fields[genre] == "film"
    assert again.post(client, "override", reason="because").status == 403
    assert "done=draft" in again.post(client, "draft").headers["location"]
    document = revisions.get(house.services, OPERATOR, id)
    assert (document.state, document.published, document.current) == ("draft", 1, 2)
    publisher = _publisher(house)
    page = publisher.get(f"/documents/{id}").text
    assert 'value="override"' in page
    expects = re.search(r'name="expects" value="([^"]+)"', page)[1]  # type: ignore[index]
    assert "failed=reason" in publisher.form(f"/documents/{id}/state", do="override", expects=expects).headers["location"]
    assert "failed=invalid" in publisher.form(f"/documents/{id}/state", do="publish", expects=expects).headers["location"]
    done = publisher.form(f"/documents/{id}/state", do="override", expects=expects, reason="The premiere is tonight.")
    assert "done=published" in done.headers["location"]
    assert revisions.get(house.services, OPERATOR, id).published == 2
    assert _bytes(house, id) == data.replace(b">drama<", b">film<", 1)


def test_a_document_out_of_quarantine(house: Site) -> None:
    id, data = _stored(house, broken())
    client = house.editor()
    page = client.get(f"/documents/{id}").text
    fix = re.findall(r'href="([^"]+)" class="fix"', page)
    assert len(fix) == 2
    ways = [client.get(each.replace("&amp;", "&")).headers["location"] for each in fix]
    shown = form(client.get(ways[0].partition("#")[0]))
    stranger = next(button for button in shown.buttons if button == f"remove:{ways[1].rpartition('#e')[2]}")
    shown.post(client, stranger, **{_named(shown.fields, "film"): "drama"})
    shown = form(client.get(f"/documents/{id}/edit"))
    assert "No problems" in client.get(f"/documents/{id}/edit").text
    shown.post(client, "save")
    assert revisions.get(house.services, OPERATOR, id).state == "published"
    assert _bytes(house, id) == data.replace(b">film<", b">drama<").replace(b"<p:unheard/>", b"")


def test_two_editors_at_once(house: Site) -> None:
    id, data = _stored(house)
    client = house.editor()
    shown = form(client.get(f"/documents/{id}/edit"))
    names = {value: _named(shown.fields, value) for value in ("De dijk", "The Dyke", "Zeeland")}
    shown.post(client, "keep", **{names["De dijk"]: "Mine", names["Zeeland"]: "Zeeuws"})
    theirs = data.replace(b">De dijk<", b">Theirs<").replace(b">The Dyke<", b">The Dykes<")
    revise.revise(house.services, OPERATOR, id, theirs, Saving())
    assert "was saved since you opened this one" in client.get(f"/documents/{id}/edit").text
    answer = form(client.get(f"/documents/{id}/edit")).post(client, "save")
    assert "/edit/conflict" in answer.headers["location"]
    page = client.get(answer.headers["location"]).text
    assert page.count('type="radio"') == 3 and "Theirs" in page and "Zeeuws" in page
    digest = re.search(r'name="theirs" value="([^"]+)"', page)[1]  # type: ignore[index]
    assert client.form(f"/documents/{id}/edit/conflict", do="save", theirs=digest).status == 422
    done = client.form(f"/documents/{id}/edit/conflict", do="save", theirs=digest, **{"c.0": "mine"})
    assert done.status == 303, done.text
    assert _bytes(house, id) == theirs.replace(b">Theirs<", b">Mine<").replace(b">Zeeland<", b">Zeeuws<")


def test_a_form_of_another_shape_changes_nothing(house: Site) -> None:
    id, data = _stored(house)
    client = house.editor()
    shown = form(client.get(f"/documents/{id}/edit"))
    form(client.get(f"/documents/{id}/edit")).post(client, f"remove:{_named(shown.fields, 'Zeeland').partition('.')[2]}")
    answer = shown.post(client, "save", **{_named(shown.fields, "De dijk"): "Typed in the older window"})
    assert answer.status == 409 and "Typed in the older window" in answer.text
    assert _bytes(house, id) == data


def test_mixed_content_that_is_not_well_formed_comes_back(house: Site) -> None:
    id, data = _stored(house)
    client = house.editor()
    shown = form(client.get(f"/documents/{id}/edit"))
    name = next(name for name, held in shown.fields.items() if name.startswith("m.") and "<p:em>" in held)
    answer = shown.post(client, "save", **{name: "half <p:em>open"})
    assert answer.status == 422 and "not well-formed" in answer.text
    assert form(answer).fields[name] == "half <p:em>open"
    form(answer).post(client, "save", **{name: "all <p:em>closed</p:em>"})
    made = _bytes(house, id)
    assert made.count(b"all <p:em>closed</p:em></p:synopsis>") == 1 and made.startswith(data[: data.index(b"Zeeland, januari")])


def test_the_source_keeps_all_it_is_not_told_to_change(house: Site) -> None:
    body = FILM.replace(b"\n", b"\r\n").replace(b"De dijk</p:title>", b"De&#x20;dijk<!-- so it is --></p:title>")
    id, data = _stored(house, body)
    client = house.editor()
    shown = form(client.get(f"/documents/{id}/source?edit=1"))
    assert shown.post(client, "keep").status == 303
    changed = shown.fields["text"].replace("The Dyke", "The Dyke\n")
    answer = shown.post(client, "save", text=changed)
    assert answer.status == 303
    assert _bytes(house, id) == data.replace(b"The Dyke", b"The Dyke\r\n")


def test_from_source_to_form_and_back(house: Site) -> None:
    id, _ = _stored(house)
    client = house.editor()
    shown = form(client.get(f"/documents/{id}/source?edit=1"))
    line = next(number for number, text in enumerate(shown.fields["text"].split("\n"), 1) if "The Dyke" in text)
    answer = shown.post(client, "go-form", line=str(line), column="20", text=shown.fields["text"].replace("The Dyke", "The Dykes"))
    target = answer.headers["location"]
    assert re.search(rf"/documents/{id}/edit#e4$", target), target
    assert form(client.get(target.partition("#")[0])).fields["t.4"] == "The Dykes"
    back = form(client.get(f"/documents/{id}/edit")).post(client, "source:4")
    assert "edit=1" in back.headers["location"] and f'data-line="{line}"' in client.get(back.headers["location"]).text


def test_a_source_that_is_no_xml_stays_until_it_is_mended(house: Site) -> None:
    id, data = _stored(house)
    client = house.editor()
    shown = form(client.get(f"/documents/{id}/source?edit=1"))
    checked = shown.post(client, "check", text=shown.fields["text"].replace("</p:genre>", "", 1))
    state = json.loads(checked.body)
    assert checked.status == 200 and state["marks"][0]["line"] > 1 and "Not well-formed" in state["rail"]
    assert client.get(f"/documents/{id}/edit").status == 303
    again = form(client.get(f"/documents/{id}/source?edit=1"))
    assert again.post(client, "save").status == 422
    assert again.post(client, "go-form").status == 422
    again.post(client, "discard")
    assert form(client.get(f"/documents/{id}/source?edit=1")).fields["text"].encode() == data
    assert _bytes(house, id) == data


def _complete(client: Client, id: str, **context: object) -> list[str]:
    body = urlencode({"context": json.dumps(context)}).encode()
    answer = client("POST", f"/documents/{id}/edit/complete", body,
                    {"Content-Type": "application/x-www-form-urlencoded", "Origin": "http://service.example"})
    assert answer.status == 200, answer.text
    return [each["label"] for each in json.loads(answer.body)["options"]]


def test_completion_knows_the_place(house: Site) -> None:
    id, _ = _stored(house)
    client = house.editor()
    root = {"name": "p:programme", "attributes": {"xmlns:p": "urn:xmlsvc:programme", "xmlns:m": "urn:xmlsvc:media"}}
    assert "p:keyword" in _complete(client, id, kind="element", path=[root], before=["p:title", "p:genre"], behind=["p:duration"])
    assert "p:title" not in _complete(client, id, kind="element", path=[root], before=["p:title", "p:genre"], behind=[])
    title = {"name": "p:title", "attributes": {"xml:lang": "nl"}}
    assert _complete(client, id, kind="attribute", path=[root, title]) == ["kind"]
    assert "alternative" in _complete(client, id, kind="value", path=[root, title], attribute="kind")
    assert "drama" in _complete(client, id, kind="value", path=[root, {"name": "p:genre", "attributes": {}}])
    assert _complete(client, id, kind="element", path=[{"name": "unknown", "attributes": {}}]) == []
    assert "programme" in _complete(client, id, kind="element", path=[]) or "p:programme" in _complete(client, id, kind="element", path=[])
    bad = client.form(f"/documents/{id}/edit/complete", context="[1]")
    assert bad.status == 400


def test_the_desk_tells_documents_of_one_title_apart(house: Site) -> None:
    made = [revisions.get(house.services, OPERATOR, _stored(house, broken())[0]) for _ in range(2)]
    text = house.editor().get("/").text
    assert made[0].title == made[1].title
    assert all(f'<span class="quiet"> {each.identity}</span>' in text for each in made)


def test_comparing_and_restoring(house: Site) -> None:
    id, data = _stored(house)
    revise.revise(house.services, OPERATOR, id, data.replace(b">drama<", b">comedy<"), Saving())
    client = house.editor()
    page = client.get(f"/documents/{id}/compare?old=1&new=2").text
    assert "Genre" in page and "<del>drama</del>" in page and "<ins>comedy</ins>" in page
    answer = client.form(f"/documents/{id}/compare", restore="1", do="restore", reason="It is no comedy.")
    assert "revision_saved=3" in answer.headers["location"]
    assert _bytes(house, id) == data
    assert client.get(f"/documents/{id}/compare?old=1&new=3").text.count("No byte differs.") == 1


def test_many_at_once(house: Site) -> None:
    ids = [_stored(house)[0] for _ in range(3)]
    client, publisher = house.editor(), _publisher(house)
    body = urlencode([("id", id) for id in ids] + [("do", "export"), ("query", "")]).encode()
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Origin": "http://service.example"}
    packed = client("POST", "/documents/selection", body, headers)
    with zipfile.ZipFile(io.BytesIO(packed.body)) as archive:
        assert sorted(archive.read(name) for name in archive.namelist()) == sorted(_bytes(house, id) for id in ids)
    body = urlencode([("id", id) for id in ids] + [("do", "withdraw"), ("query", "vocabulary=programme")]).encode()
    asked = publisher("POST", "/documents/selection", body, headers)
    assert "will no longer be public" in asked.text and revisions.get(house.services, OPERATOR, ids[0]).state == "published"
    assert client("POST", "/documents/selection", body + b"&sure=1", headers).status == 403
    done = publisher("POST", "/documents/selection", body + b"&sure=1", headers)
    assert done.status == 303 and {revisions.get(house.services, OPERATOR, id).state for id in ids} == {"withdrawn"}
    run = publisher.get(done.headers["location"]).text
    assert "Withdrawal" in run and run.count("<td>moved</td>") == 3
    again = publisher("POST", "/documents/selection", body.replace(b"withdraw", b"publish"), headers)
    assert "Publishing" in publisher.get(again.headers["location"]).text
    assert {revisions.get(house.services, OPERATOR, id).state for id in ids} == {"published"}
    checked = publisher("POST", "/documents/selection", body.replace(b"withdraw", b"check"), headers)
    assert "as before" in checked.text


def test_saved_searches_facets_and_sorting(house: Site) -> None:
    _stored(house)
    client = house.editor()
    assert client.form("/documents/searches", title=" Films  of ours ", query="vocabulary=programme&kind=feature-film").status == 303
    page = client.get("/documents?vocabulary=programme&kind=feature-film").text
    assert "Films of ours" in page and 'aria-current="true"' in page
    assert "feature-film" in page and "take back" in page
    remove = re.search(r'name="remove" value="([^"]+)"', page)[1]  # type: ignore[index]
    client.form("/documents/searches", remove=remove, query="vocabulary=programme")
    assert "Films of ours" not in client.get("/documents?vocabulary=programme").text
    titles = [re.findall(r'class="primary">([^<]*)<', client.get(f"/documents?sort={order}").text) for order in ("identity", "-identity")]
    assert titles[0] == titles[1][::-1]
    assert "to sort by" in client.get("/documents?sort=colour").text


def test_links_to_other_documents(house: Site) -> None:
    id, _ = _stored(house, sample("valid/clip-trailer-de-dijk.xml").replace(b"prg-20417", b"prg-777"))
    other, _ = _stored(house, FILM.replace(b"prg-20417", b"prg-777"))
    page = house.editor().get(f"/documents/{id}").text
    assert f"/documents/{other}" in page and "Links to" in page
    assert "Linked from" in house.editor().get(f"/documents/{other}").text


def test_guests_and_partners_edit_nothing(house: Site) -> None:
    id, _ = _stored(house)
    assert house.anybody().get(f"/documents/{id}/edit", "text/html").status == 303
    assert house.partner().get(f"/documents/{id}/edit").status == 403
    assert house.partner()("POST", f"/documents/{id}/edit", b"do=save", {"Content-Type": "application/x-www-form-urlencoded"}).status == 403


def test_each_value_tells_who_set_it(house: Site) -> None:
    id, _ = _stored(house)
    client = house.editor()
    shown = form(client.get(f"/documents/{id}/edit"))
    shown.post(client, "save", **{_named(shown.fields, "The Dyke"): "The Dykes", "reason": "There are two."})
    page = client.get(f"/documents/{id}").text
    assert page.count("ada, rev 2") == 1 and "edited by user:ada in revision 2" in page and "There are two." in page


def test_one_change_of_many_is_seen_before_it_is_done(house: Site) -> None:
    ids = [_stored(house)[0] for _ in range(2)]
    client, publisher = house.editor(), _publisher(house)
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Origin": "http://service.example"}

    def post(who: Client, **more: str) -> str:
        fields = {"path": "//p:genre", "action": "replace", "old": "drama", "value": "comedy", **more}
        answer = who("POST", "/documents/change", urlencode([*(("id", id) for id in ids), *fields.items()]).encode(), headers)
        assert answer.status in (200, 303, 422), answer.text
        return answer.text if answer.status != 303 else answer.headers["location"]

    page = post(client, do="preview")
    assert "Change 2 documents" in page and "namespace p = urn:xmlsvc:programme" in page and page.count("Genre 1") == 2
    assert "Apply to all" not in page and "may start runs" in page
    assert "will not be published" in post(client, do="preview", value="film")
    assert "Nothing in it changes" in post(client, do="preview", old="western")
    assert 'role="alert"' in post(client, do="preview", path="//p:genre[")
    run = post(publisher, do="apply", reason="It is funny.")
    assert re.fullmatch(r"/runs/\w+", run)
    assert all(_bytes(house, id).count(b"drama") for id in ids), "a runner does it"


def test_a_document_of_no_known_vocabulary_can_still_be_edited_as_text(house: Site) -> None:
    id, data = _stored(house)
    client = house.editor()
    shown = form(client.get(f"/documents/{id}/source?edit=1"))
    stranger = form(shown.post(client, "save", text=shown.fields["text"].replace("p:programme", "p:unheard")))
    assert stranger.fields["text"].count("p:unheard") == 2
    assert client.get(f"/documents/{id}/edit").status == 200, "a root that the vocabulary does not know still has a page"
    other = shown.fields["text"].replace("urn:xmlsvc:programme", "urn:unheard")
    answer = stranger.post(client, "save", text=other)
    assert answer.status == 422 and "urn:unheard" in answer.text
    assert "edit=1" in client.get(f"/documents/{id}/edit").headers["location"]
    assert form(answer).post(client, "go-form", text=other).status == 422
    assert _bytes(house, id) == data
