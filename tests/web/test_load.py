"""More clients than may be served: they are told when to come back, none is left waiting, and what was acknowledged is there."""

from __future__ import annotations

import http.client
import threading
import time
from collections import Counter
from pathlib import Path

from tests.conftest import FULL
from tests.server import serving
from tests.web.conftest import XML, build, sample
from xmlsvc.documents import receipts
from xmlsvc.documents.access import OPERATOR

CLIENTS, REQUESTS, LIMIT = (64, 200, 600) if FULL else (64, 4, 60)
FILM = sample("valid/film-de-dijk.xml")


class Client(threading.Thread):
    """Delivers over one connection, as fast as it is answered."""

    def __init__(self, port: int, token: str, number: int) -> None:
        super().__init__()
        self._port, self._token, self._number = port, token, number
        self.answers: Counter[int] = Counter()
        self.acknowledged: list[str] = []
        self.without_advice = 0
        self.failures: list[str] = []
        self.longest = 0.0

    def run(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=60)
        for n in range(REQUESTS):
            body = FILM.replace(b"prg-20417", b"prg-l%dx%d" % (self._number, n))
            began = time.monotonic()
            try:
                connection.request("POST", "/api/documents", body, {**XML, "Authorization": f"Bearer {self._token}"})
                answer = connection.getresponse()
                said = answer.read()
            except (OSError, http.client.HTTPException) as error:
                self.failures.append(repr(error))
                connection.close()
                continue
            self.longest = max(self.longest, time.monotonic() - began)
            self.answers[answer.status] += 1
            if answer.status in (429, 503):
                self.without_advice += not (answer.getheader("Retry-After") or "").isdigit()
            elif answer.status == 201:
                self.acknowledged.append(said.decode().partition('"receipt":"')[2][:26])
        connection.close()


def test_64_clients_are_served_or_told_when_to_come_back(tmp_path: Path) -> None:
    site = build(tmp_path / "instance")
    settings = site.directory / "xmlsvc.toml"
    settings.write_text(settings.read_text("utf-8") + f"\nrate_limit = {LIMIT}\n", "utf-8")
    with site.services as house, serving(site.directory) as server:
        clients = [Client(server.port, site.token, number) for number in range(CLIENTS)]
        for client in clients:
            client.start()
        for client in clients:
            client.join(600)
        answers = sum((client.answers for client in clients), Counter[int]())
        assert [failure for client in clients for failure in client.failures] == []
        assert set(answers) <= {201, 429, 503} and answers[429] > 0 and answers[201] >= LIMIT, answers
        assert sum(client.without_advice for client in clients) == 0
        assert max(client.longest for client in clients) < 30
        for client in clients:
            for receipt in client.acknowledged:
                assert receipts.get(house, OPERATOR, receipt).outcome == "new"
