"""Documents through lives of deliveries, edits, drafts, decisions and changes of state at random: what must always hold, holds."""

from __future__ import annotations

from collections import Counter
from functools import partial
from random import Random

from storm.store import Store

from tests.conftest import FULL
from tests.documents.notes import note
from tests.documents.test_revise import EVA
from tests.documents.test_submit import entries, heads, send
from xmlsvc import errors
from xmlsvc.documents import conflicts, revise, revisions, states
from xmlsvc.documents.access import Actor
from xmlsvc.documents.revise import Saving
from xmlsvc.documents.services import Services
from xmlsvc.storage import counters, model, publications

STEPS = 1500 if FULL else 90
NAMES = ("a", "b")


class Lives:
    """Two documents, and what may happen to them."""

    def __init__(self, house: Services, partner: Actor, random: Random) -> None:
        self.house, self.partner, self.random = house, partner, random
        self.keys: dict[str, str] = {}
        self.sent: dict[str, bytes] = {}
        self.done: Counter[str] = Counter()

    def body(self) -> bytes:
        """A note: some of them are invalid."""
        random = self.random
        return note(
            random.choice(("One", "Two")), due=random.choice((None, "2024-01-01", "2024-02-02", "soon")),
            pages=random.choice((None, "1", "2", "many")), tags=tuple(random.sample("abc", random.randrange(3))),
        )  # fmt: skip

    def step(self) -> None:
        name = self.random.choice(NAMES)
        verb = self.random.choice(("deliver", "deliver", "edit", "draft", "field", "undo", "resolve", *states.STEPS))
        try:
            self.act(name, verb)
            self.done[verb] += 1
        except (errors.InvalidDocument, errors.Conflict, errors.Gone):
            self.done[f"{verb} refused"] += 1

    def act(self, name: str, verb: str) -> None:
        if verb == "deliver" or name not in self.keys:
            body = self.body()
            self.keys[name], self.sent[name] = send(self.house, self.partner, body, name=name).document, body
            return
        key = self.keys[name]
        _, revision, data = revisions.read(self.house, EVA, key)
        seen = Saving(expects=revision.digest)
        if verb in ("edit", "draft"):
            revise.revise(self.house, EVA, key, self.body(), Saving(expects=revision.digest, draft=verb == "draft"))
        elif verb == "field":
            revise.revise(self.house, EVA, key, data.replace(b"<title>", b"<title>."), seen)
        elif verb == "undo":
            revise.undo(self.house, EVA, key, Saving(expects=revision.digest, draft=True))
        elif verb == "resolve":
            for met in conflicts.listed(self.house, EVA, key):
                conflicts.resolve(self.house, EVA, met.id, dict.fromkeys(range(50), "theirs"), Saving(draft=self.random.random() < 0.3))
        else:
            states.move(self.house, EVA, key, verb, reason="because", override=verb == "publish" and self.random.random() < 0.3)

    def check(self) -> None:
        """What must hold after every step."""
        for name, key in self.keys.items():
            document, history = revisions.get(self.house, EVA, key), revisions.listed(self.house, EVA, key)
            assert [each.number for each in history] == list(range(document.current, 0, -1))
            assert (document.state == "published") == (document.published == document.current), document
            assert document.state != "withdrawn" or document.published is None
            assert (document.valid, document.violations) == (history[0].valid, history[0].violations)
            assert next(each for each in history if each.kind == "delivery").size == len(self.sent[name]), "what was sent is kept as it was"
            shown = [(model.BOTH, document.current)] if document.published == document.current else [
                (model.CURRENT, document.current), *([(model.PUBLISHED, document.published)] if document.published else [])]
            titles = [(head, self.title(key, number)) for head, number in shown]
            assert heads(self.house, key) == entries(self.house, key) == titles
            now = self.house.clock.now()
            assert self.house.sessions.read(partial(publications.at, document_id=key, instant=now)) == document.published
        assert self.house.sessions.read(counters.totals) == self.house.sessions.read(self.counted)

    def title(self, key: str, number: int) -> str:
        data = revisions.read(self.house, EVA, key, number)[2]
        return data.partition(b"<title>")[2].partition(b"</title>")[0].decode()

    @staticmethod
    def counted(store: Store) -> dict[counters.Kind, int]:
        columns = (model.Document.partner_id, model.Document.vocabulary, model.Document.state, model.Document.valid)
        return dict(Counter(counters.Kind(*row)._replace(valid=bool(row[3])) for row in store.find(columns)))


def test_whatever_happens(house: Services, nordlys: Actor) -> None:
    lives = Lives(house, nordlys, Random(7))
    for _ in range(STEPS):
        lives.step()
        lives.check()
    assert {"deliver", "edit", "draft", "resolve", "publish", "withdraw", "reopen", "edit refused"} <= set(lives.done), lives.done
