"""Webhooks against a real receiver: signed, sent again, through its death and ours; never to where only we can reach."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import hmac
import http.server
import ipaddress
import json
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from xmlsvc import builtin
from xmlsvc.clock import FixedClock
from xmlsvc.documents import accounts, instance, services, submit, withdraw
from xmlsvc.documents.access import OPERATOR, Actor
from xmlsvc.documents.services import Services
from xmlsvc.errors import BadRequest, Forbidden, NotFound, Unavailable
from xmlsvc.publish import targets, webhooks

CLIP = (builtin.path("samples") / "valid" / "clip-web-only.xml").read_bytes()
BROKEN = CLIP.replace(b"<title", b"<titel", 1).replace(b"</title", b"</titel", 1)
START = datetime(2024, 5, 3, 12, 0, tzinfo=UTC)


@dataclass
class Receiver:
    """A server that keeps what it is sent and answers as it is told (200 unless told otherwise)."""

    answers: list[int] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    port: int = 0

    def start(self) -> None:
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.got.append(({name.lower(): value for name, value in self.headers.items()}, body))
                self.send_response(outer.answers.pop(0) if outer.answers else 200)
                for name, value in {"Content-Length": "2", **outer.headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(b"ok")

            def log_message(self, *_: Any) -> None:
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        self.port = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook?for=us"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    made.start()
    yield made
    made.stop()


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Services]:
    instance.init(tmp_path / "instance")
    with services.open(tmp_path / "instance", FixedClock(START)) as opened:
        accounts.add_partner(opened, OPERATOR, "nordlys")
        accounts.add_partner(opened, OPERATOR, "delta")
        yield replace(opened, settings=replace(opened.settings, webhook_private_targets=True))


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(4) as made:
        yield made


def partner(house: Services, name: str = "nordlys") -> Actor:
    return accounts.authenticate(house, accounts.add_token(house, OPERATOR, name)[1])


def deliver(house: Services, body: bytes, name: str = "nordlys") -> str:
    return submit.submit(house, partner(house, name), body, submit.Options()).document


def later(house: Services, seconds: float) -> Services:
    return replace(house, clock=FixedClock(house.clock.now() + timedelta(seconds=seconds)))


def test_each_event_is_told_signed_and_logged(house: Services, receiver: Receiver, pool: ThreadPoolExecutor) -> None:
    hook, secret = webhooks.add(house, partner(house), receiver.url)
    document = deliver(house, CLIP)
    deliver(house, BROKEN)
    withdraw.withdraw(house, partner(house), document)
    deliver(house, CLIP, "delta")
    while webhooks.send_due(house, pool):
        pass
    assert [json.loads(body)["type"] for _, body in receiver.got] == ["document.published", "document.invalid", "document.withdrawn"]
    for headers, body in receiver.got:
        told = json.loads(body)
        assert told["data"]["document"] == document and told["data"]["partner"] == "nordlys" and told["timestamp"].endswith("Z")
        signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
        key = base64.b64decode(secret.removeprefix("whsec_"))
        assert headers["webhook-signature"] == "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    log = webhooks.messages(house, partner(house), hook.id)
    assert [(each.state, each.status, each.attempts) for each in log] == [("delivered", 200, 1)] * 3
    assert len({each.id for each in log}) == 3


def test_only_the_wanted_events(house: Services, receiver: Receiver, pool: ThreadPoolExecutor) -> None:
    webhooks.add(house, partner(house), receiver.url, ["document.invalid"])
    webhooks.add(house, OPERATOR, receiver.url, ["document.published"])
    deliver(house, CLIP)
    deliver(house, BROKEN.replace(b'id="clp', b'id="clq'))
    while webhooks.send_due(house, pool):
        pass
    assert sorted(json.loads(body)["type"] for _, body in receiver.got) == ["document.invalid", "document.published"]


def test_nothing_is_told_of_what_was_rolled_back(house: Services, receiver: Receiver) -> None:
    hook, _ = webhooks.add(house, partner(house), receiver.url)

    def fail(*_: Any) -> None:
        raise RuntimeError("the transaction goes")

    with pytest.raises(RuntimeError):
        submit.submit(house, partner(house), CLIP, submit.Options(), fail)
    assert webhooks.messages(house, OPERATOR, hook.id) == []


def test_a_dead_receiver_gets_it_when_it_is_back(house: Services, receiver: Receiver, pool: ThreadPoolExecutor) -> None:
    hook, _ = webhooks.add(house, partner(house), receiver.url)
    receiver.stop()
    deliver(house, CLIP)
    assert webhooks.send_due(house, pool) == 1
    (waiting,) = webhooks.messages(house, OPERATOR, hook.id)
    assert (waiting.state, waiting.status, waiting.attempts) == ("waiting", None, 1) and "refused" in waiting.answer
    assert webhooks.send_due(house, pool) == 0, "it is not due before its pause is over"
    receiver.start()
    receiver.answers = [503]
    assert webhooks.send_due(later(house, 8), pool) == 1
    assert webhooks.messages(house, OPERATOR, hook.id)[0].status == 503
    assert webhooks.send_due(later(house, 400), pool) == 1
    assert webhooks.messages(house, OPERATOR, hook.id)[0].state == "delivered"
    assert len({headers["webhook-id"] for headers, _ in receiver.got}) == 1


def test_a_sender_that_died_keeps_nothing(house: Services, receiver: Receiver, pool: ThreadPoolExecutor) -> None:
    """What was claimed by a process that is gone is sent by another once the claim is over."""
    webhooks.add(house, partner(house), receiver.url)
    deliver(house, CLIP)
    message = webhooks.messages(house, OPERATOR, webhooks.listed(house, OPERATOR)[0].id)[0]
    now = house.clock.now()
    assert house.sessions.write(lambda store: webhooks._claim(store, message.id, "c" * 26, now)) is not None
    assert webhooks.send_due(house, pool) == 0
    assert webhooks.send_due(later(house, 61), pool) == 1 and len(receiver.got) == 1


def test_it_gives_up_after_days_and_at_once_where_nobody_wants_it(house: Services, receiver: Receiver, pool: ThreadPoolExecutor) -> None:
    hook, _ = webhooks.add(house, partner(house), receiver.url)
    deliver(house, CLIP)
    receiver.answers = [500] * 20
    at = house
    for _ in range(20):
        webhooks.send_due(at, pool)
        at = later(at, 110_000)
    (given_up,) = webhooks.messages(house, OPERATOR, hook.id)
    assert (given_up.state, given_up.attempts) == ("failed", len(webhooks.PAUSES) + 1)
    receiver.answers = [410]
    webhooks.test(at, OPERATOR, hook.id)
    webhooks.send_due(later(at, 1), pool)
    assert (webhooks.get(house, OPERATOR, hook.id).state, receiver.answers) == ("disabled", [])


def test_retry_after_is_heard_and_redirects_are_not_followed(house: Services, receiver: Receiver, pool: ThreadPoolExecutor) -> None:
    hook, _ = webhooks.add(house, partner(house), receiver.url)
    webhooks.test(house, partner(house), hook.id)
    receiver.answers, receiver.headers = [429], {"Retry-After": "3600"}
    webhooks.send_due(later(house, 1), pool)
    assert webhooks.messages(house, OPERATOR, hook.id)[0].due > START + timedelta(seconds=3600)
    receiver.answers, receiver.headers = [307], {"Location": receiver.url}
    webhooks.send_due(later(house, 4000), pool)
    assert len(receiver.got) == 2 and webhooks.messages(house, OPERATOR, hook.id)[0].state == "waiting"


def test_two_secrets_sign_while_they_change(house: Services, receiver: Receiver, pool: ThreadPoolExecutor) -> None:
    hook, old = webhooks.add(house, partner(house), receiver.url)
    new = webhooks.rotate(house, partner(house), hook.id)
    webhooks.test(house, partner(house), hook.id)
    webhooks.send_due(later(house, 1), pool)
    ((headers, body),) = receiver.got
    stamp = int(headers["webhook-timestamp"])
    assert headers["webhook-signature"] == webhooks.sign(f"{new} {old}", headers["webhook-id"], stamp, body) and new != old


def test_known_signature() -> None:
    """The example of the Standard Webhooks specification."""
    body = b'{"test": 2432232314}'
    made = webhooks.sign("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body)
    assert made == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_partners_have_their_own(house: Services, receiver: Receiver) -> None:
    mine, _ = webhooks.add(house, partner(house), receiver.url)
    with pytest.raises(NotFound):
        webhooks.get(house, partner(house, "delta"), mine.id)
    assert webhooks.listed(house, partner(house, "delta")) == []
    reader = accounts.authenticate(house, accounts.add_token(house, OPERATOR, "nordlys", ["read"])[1])
    with pytest.raises(Forbidden):
        webhooks.add(house, reader, receiver.url)
    with pytest.raises(BadRequest, match="no event"):
        webhooks.add(house, partner(house), receiver.url, ["document.eaten"])
    webhooks.remove(house, partner(house), mine.id)
    assert webhooks.listed(house, OPERATOR) == []


@pytest.mark.parametrize("address", [
    "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0", "100.64.0.1", "::1", "fe80::1", "fc00::1",
    "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "224.0.0.1", "ff02::1", "240.0.0.1", "::",
])  # fmt: skip
def test_no_private_address_is_a_target(address: str) -> None:
    assert not targets.public(ipaddress.ip_address(address))
    shown = f"[{address}]" if ":" in address else address
    with pytest.raises(BadRequest, match="no public address"):
        targets.checked(f"http://{shown}/", private=False)


@pytest.mark.parametrize("url", ["ftp://x.example/", "http://", "http://user:pw@x.example/", "http://x.example:99999/", "http://a b/", "x", "http://[::1"])
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(BadRequest):
        targets.checked(url, private=False)


def test_a_name_that_leads_inside_is_not_called(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    """The name is resolved once, and what was checked is what is connected to: a second answer of the resolver has no say."""
    answers = [("93.184.215.14", 80), ("127.0.0.1", 80)]
    asked: list[str] = []

    def resolver(host: str, *_: Any, **__: Any) -> list[Any]:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", answers[min(len(asked), 2) - 1])]

    connected: list[Any] = []

    def connect(address: Any, **_: Any) -> Any:
        connected.append(address)
        raise OSError("no route")

    monkeypatch.setattr(targets.socket, "getaddrinfo", resolver)
    monkeypatch.setattr(targets.socket, "create_connection", connect)
    target = targets.checked("http://rebind.example/", private=False)
    with pytest.raises(targets.Unreachable, match="no route"):
        targets.post(target, b"", {}, private=False)
    assert connected == [("93.184.215.14", 80)] and asked == ["rebind.example"]
    with pytest.raises(targets.Unreachable, match=r"127\.0\.0\.1, which is no public"):
        targets.post(target, b"", {}, private=False)
    assert receiver.got == []


def test_a_certificate_that_nobody_vouches_for_is_refused(tmp_path: Path) -> None:
    certificate = _self_signed(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with socket.create_server(("127.0.0.1", 0)) as server:
        served = threading.Thread(target=_handshake, args=(server, context))
        served.start()
        target = targets.checked(f"https://localhost:{server.getsockname()[1]}/", private=True)
        with pytest.raises(targets.Unreachable, match="certificate verify failed"):
            targets.post(target, b"", {}, private=True)
        served.join()


def _handshake(server: socket.socket, context: ssl.SSLContext) -> None:
    connection, _ = server.accept()
    with connection, contextlib.suppress(OSError):
        context.wrap_socket(connection, server_side=True).close()


def _self_signed(folder: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
        .not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False).sign(key, hashes.SHA256())
    )  # fmt: skip
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + made.public_bytes(Encoding.PEM)
    (folder / "certificate.pem").write_bytes(pem)
    return folder / "certificate.pem"


def test_the_sender_outlives_faults(house: Services, receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    """A database that is away, or a fault of ours, delays messages and loses none."""
    webhooks.add(house, partner(house), receiver.url)
    deliver(house, CLIP)
    faults: list[Exception] = [Unavailable("The database restarts."), RuntimeError("a fault of ours")]
    right = webhooks.send_due

    def wrong(*arguments: Any) -> int:
        if faults:
            raise faults.pop()
        return right(*arguments)

    monkeypatch.setattr(webhooks, "send_due", wrong)
    monkeypatch.setattr(webhooks, "LOOK", 0.01)
    with webhooks.sending(house):
        deadline = time.monotonic() + 60
        while not receiver.got and time.monotonic() < deadline:
            time.sleep(0.01)
    assert len(receiver.got) == 1 and not faults


def test_old_messages_leave_the_log(house: Services, receiver: Receiver, pool: ThreadPoolExecutor) -> None:
    hook, _ = webhooks.add(house, partner(house), receiver.url)
    webhooks.test(house, OPERATOR, hook.id)
    webhooks.send_due(later(house, 1), pool)
    webhooks.test(later(house, 5), OPERATOR, hook.id)
    assert webhooks.prune(later(house, 86_400)) == 0
    assert webhooks.prune(later(house, 31 * 86_400)) == 1
    (left,) = webhooks.messages(house, OPERATOR, hook.id)
    assert left.state == "waiting", "what was never settled stays"
