"""/api/runs: asked for over HTTP, worked on by a runner, followed while it goes."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import Any

import pytest

from tests.web.conftest import FILM, Client, Site, broken, sample
from xmlsvc import builtin
from xmlsvc.batch import runner
from xmlsvc.documents import accounts, users
from xmlsvc.documents.access import OPERATOR
from xmlsvc.web.rest import runs as rest_runs

JSON = {"Content-Type": "application/json"}


@pytest.fixture(scope="module")
def operator(site: Site) -> Client:
    users.add_user(site.services, OPERATOR, "runner", "correct horse battery", "publisher")
    _, secret = accounts.add_token(site.services, OPERATOR, "user:runner", ["read", "run"])
    return Client(site.application, {"Authorization": f"Bearer {secret}"})


def ask(client: Client, **body: Any) -> Any:
    answer = client("POST", "/api/runs", json.dumps(body).encode(), JSON)
    assert answer.status == 202, answer.text
    assert answer.headers["location"] == answer.json()["links"]["self"]
    return answer.json()


def work(site: Site) -> None:
    runner.work(site.services, threading.Event(), once=True)


def test_a_run_from_asking_to_its_causes(site: Site, operator: Client) -> None:
    site.partner().deliver(broken(sample(FILM)))
    made = ask(operator, kind="revalidate", vocabulary="programme", executor="serial")
    assert (made["state"], made["done"], made["begun"]) == ("waiting", 0, None)
    here = made["links"]["self"]
    work(site)
    done = operator.get(here).json()
    assert done["state"] == "done" and done["done"] == done["total"] > 0 and done["rate"] > 0
    assert operator.get("/api/runs?limit=1").json()["runs"] == [done]
    items = operator.get(done["links"]["items"]).json()
    assert items["items"] and items["id"] == done["id"]
    page = operator.get(done["links"]["items"] + "?limit=1").json()
    assert len(page["items"]) == 1
    causes = operator.get(done["links"]["clusters"]).json()["clusters"]
    genre = next(each for each in causes if "film" in each["values"])
    assert genre["documents"] >= 1 and "nordlys" in genre["partners"]
    examples = operator.get(genre["links"]["self"]).json()["examples"]
    assert any("film" in line["text"] for each in examples for line in each["lines"])
    assert operator.get(f"{here}/compare/{done['id']}").json()["counts"] == {"same-causes": sum(done["counts"].get(name, 0) for name in (
        "newly-broken", "still-broken", "broken-otherwise"))}
    assert "<svg" in operator.get(done["links"]["report"]).text


def test_a_candidate_as_texts(site: Site, operator: Client) -> None:
    folder = builtin.path("schemas") / "programme" / "1.1"
    files = {path.name: path.read_text("utf-8") for path in folder.glob("*.xsd")}
    files["description.xsd"] = files["description.xsd"].replace('value="drama"', 'value="tragedy"')
    made = ask(operator, kind="revalidate", vocabulary="programme", against=files, entries=["programme.xsd"], executor="serial")
    work(site)
    assert operator.get(made["links"]["self"]).json()["state"] == "done"


def test_pausing_and_cancelling(site: Site, operator: Client) -> None:
    here = ask(operator, kind="revalidate", executor="serial")["links"]["self"]
    assert operator("POST", f"{here}/pause", b"").json()["state"] == "paused"
    work(site)
    assert operator("POST", f"{here}/resume", b"").json()["state"] == "waiting"
    assert operator("DELETE", here).json()["state"] == "cancelled"
    assert operator("DELETE", here).status == operator("POST", f"{here}/resume", b"").status == 409


@pytest.mark.parametrize(("body", "status"), [
    ({"kind": "nothing"}, 400), ({"kind": "revalidate", "vocabulary": "nothing"}, 422), ({"kind": "revalidate", "colour": "red"}, 400),
    ({"kind": "revalidate", "query": 7}, 400), ({"kind": "revalidate", "priority": True}, 400), ({"kind": ["revalidate"]}, 400),
    ({"kind": "revalidate", "vocabulary": "programme", "against": {"a.xsd": "<no"}}, 422), ([1], 400),
    ({"kind": "revalidate", "against": {"../a.xsd": "<no/>"}}, 400), ({"kind": "revalidate", "executor": "fibers"}, 400),
])  # fmt: skip
def test_what_cannot_be_run_is_refused(operator: Client, body: Any, status: int) -> None:
    before = operator.get("/api/runs").json()
    answer = operator("POST", "/api/runs", json.dumps(body).encode(), JSON)
    assert answer.status == status, answer.text
    assert operator.get("/api/runs").json() == before


def test_who_may_not(site: Site, operator: Client) -> None:
    made = ask(operator, kind="revalidate", executor="serial")
    partner = site.partner()
    assert partner("POST", "/api/runs", b'{"kind": "revalidate"}', JSON).status == 403
    assert partner.get(made["links"]["self"]).status == 404 and partner("DELETE", made["links"]["self"]).status == 404
    operator("DELETE", made["links"]["self"])


def test_events_tell_the_change_and_end(site: Site, operator: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rest_runs, "STREAM_SECONDS", 0.2)
    monkeypatch.setattr(rest_runs, "LOOK_SECONDS", 0.05)
    made = ask(operator, kind="revalidate", executor="serial")
    answer = operator.get(made["links"]["events"])
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert answer.text.startswith("retry: ") and answer.text.count("event: progress") == 1, "only changes are told"
    operator("DELETE", made["links"]["self"])
    over = operator.get(made["links"]["events"]).text
    assert over.count("event: end") == 1 and '"cancelled"' in over
    for _ in range(site.services.settings.threads):
        assert operator.get(made["links"]["events"]).status == 200, "every stream gives its place back"


def test_no_more_than_a_quarter_of_the_threads_follow(site: Site, operator: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rest_runs, "STREAM_SECONDS", 60.0)
    monkeypatch.setattr(rest_runs, "LOOK_SECONDS", 0.05)
    made = ask(operator, kind="revalidate", executor="serial")
    operator("POST", made["links"]["self"] + "/pause", b"")
    quarter = max(1, site.services.settings.threads // 4)
    with ThreadPoolExecutor(quarter + 1) as readers:
        streams = [readers.submit(operator.get, made["links"]["events"]) for _ in range(quarter + 1)]
        refused = next(as_completed(streams)).result()
        assert refused.status == 503 and refused.headers["retry-after"]
        operator("DELETE", made["links"]["self"])
        assert sorted(stream.result().status for stream in streams) == [200] * quarter + [503]
    assert operator.get(made["links"]["events"]).status == 200


def test_what_changed_and_switching_over(site: Site, operator: Client) -> None:
    found = operator.get("/api/vocabularies/programme/diff/1.0/1.1").json()
    assert not found["writers"] and any("md5" in change["what"] for change in found["changes"]) and found["columns"]
    users.add_user(site.services, OPERATOR, "oscar", "correct horse battery", "administrator")
    _, secret = accounts.add_token(site.services, OPERATOR, "user:oscar", ["read", "administer"])
    root = Client(site.application, {"Authorization": f"Bearer {secret}"})
    site.partner().deliver(sample(FILM))
    here = "/api/vocabularies/programme/activate"
    assert operator("POST", here, b'{"version": "1.0"}', JSON).status == 403
    assert root("POST", here, b'{"version": "1.0"}', JSON).status == 409
    assert root("POST", here, b'{"version": 1}', JSON).status == 400
    done = root("POST", here, b'{"version": "1.0", "force": "a test"}', JSON).json()
    assert (done["version"], done["active"], done["before"]) == ("1.0", True, "1.1")
    assert root("POST", here, b'{"back": true}', JSON).json()["version"] == "1.1"
