"""Tokens and logins: what proves an identity, and what ends it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from xmlsvc import errors
from xmlsvc.clock import FixedClock
from xmlsvc.documents import access, accounts, users
from xmlsvc.documents.access import OPERATOR, Actor
from xmlsvc.documents.services import Services
from xmlsvc.storage import model


def later(house: Services, **by: float) -> None:
    """Let time pass."""
    clock = house.clock
    assert isinstance(clock, FixedClock)
    clock._next += timedelta(**by)


def audited(house: Services) -> list[tuple[str, str, str]]:
    columns = (model.Audit.actor, model.Audit.action, model.Audit.subject)
    return house.sessions.read(lambda store: [tuple(row) for row in store.find(columns).order_by(model.Audit.at, model.Audit.id)])


def test_a_token_proves_its_partner_and_only_its_digest_is_kept(house: Services) -> None:
    token, secret = accounts.add_token(house, OPERATOR, "nordlys", ["submit"], label="ftp box")
    actor = accounts.authenticate(house, secret)
    assert (actor.kind, actor.name, actor.scopes, actor.label) == ("partner", "nordlys", frozenset({"submit"}), "partner:nordlys")
    kept = house.sessions.read(lambda store: [repr(row) for row in store.execute("SELECT * FROM token").get_all()])
    assert len(kept) == 1 and secret not in kept[0] and accounts.digest(secret) in kept[0]
    assert [(t.id, t.owner, t.label) for t in accounts.tokens(house, "nordlys")] == [(token.id, "nordlys", "ftp box")]
    assert ("operator", "token.add", f"token:{token.id}") in audited(house)


def test_a_token_ends_when_it_expires_and_when_it_is_revoked(house: Services) -> None:
    _, short = accounts.add_token(house, OPERATOR, "nordlys", days=1)
    token, long = accounts.add_token(house, OPERATOR, "nordlys")
    accounts.authenticate(house, short)
    later(house, days=2)
    with pytest.raises(errors.Unauthenticated) as expired:
        accounts.authenticate(house, short)
    accounts.revoke_token(house, OPERATOR, token.id)
    accounts.revoke_token(house, OPERATOR, token.id)
    with pytest.raises(errors.Unauthenticated) as revoked:
        accounts.authenticate(house, long)
    with pytest.raises(errors.Unauthenticated) as unknown:
        accounts.authenticate(house, "xs_nothing\udcff")
    assert expired.value.message == revoked.value.message == unknown.value.message
    assert [action for _, action, _ in audited(house)].count("token.revoke") == 1


def test_a_users_token_may_what_both_scope_and_role_allow(house: Services) -> None:
    users.add_user(house, OPERATOR, "ada", "long enough", "administrator")
    _, secret = accounts.add_token(house, OPERATOR, "user:ada", ["read"])
    actor = accounts.authenticate(house, secret)
    access.require(actor, "read")
    with pytest.raises(errors.Forbidden, match="scope"):
        access.require(actor, "administer")
    assert access.scope_of(actor) is None


@pytest.mark.parametrize("name", ["", "Nordlys", "a b", "-a", "a-", "x" * 65, "é"])
def test_names_that_cannot_be(house: Services, name: str) -> None:
    with pytest.raises(errors.BadRequest, match="lower-case"):
        accounts.add_partner(house, OPERATOR, name)


def test_taken_and_missing_names(house: Services) -> None:
    with pytest.raises(errors.Conflict):
        accounts.add_partner(house, OPERATOR, "nordlys")
    with pytest.raises(errors.NotFound):
        accounts.add_token(house, OPERATOR, "nobody")
    with pytest.raises(errors.BadRequest, match="read, submit, validate"):
        accounts.add_token(house, OPERATOR, "nordlys", ["everything"])
    with pytest.raises(errors.BadRequest):
        accounts.add_token(house, OPERATOR, "nordlys", days=0)


def test_only_administrators_administer(house: Services, nordlys: Actor) -> None:
    editor = users.add_user(house, OPERATOR, "ed", "long enough", "editor")
    for actor in (nordlys, editor):
        with pytest.raises(errors.Forbidden):
            accounts.add_partner(house, actor, "mine")
        with pytest.raises(errors.Forbidden):
            accounts.add_token(house, actor, "nordlys")
        with pytest.raises(errors.Forbidden):
            users.set_password(house, actor, "someone", "long enough")


def test_login_session_logout(house: Services) -> None:
    users.add_user(house, OPERATOR, "ada", "correct horse", "publisher")
    secret, actor = users.login(house, "ada", "correct horse")
    assert users.session(house, secret) == actor and (actor.name, actor.role) == ("ada", "publisher")
    assert secret not in house.sessions.read(lambda store: repr(store.execute("SELECT * FROM login").get_all()))
    users.logout(house, secret)
    users.logout(house, secret)
    with pytest.raises(errors.Unauthenticated):
        users.session(house, secret)


@pytest.mark.parametrize(("name", "password"), [("ada", "wrong"), ("nobody", "correct horse"), ("ada", ""), ("ada", "x" * 100_000)])
def test_a_wrong_name_and_a_wrong_password_are_told_alike(house: Services, name: str, password: str) -> None:
    users.add_user(house, OPERATOR, "ada", "correct horse")
    with pytest.raises(errors.Unauthenticated, match="The name or the password is wrong"):
        users.login(house, name, password)


def test_a_session_ends_by_time_and_by_a_new_password(house: Services) -> None:
    ada = users.add_user(house, OPERATOR, "ada", "correct horse")
    old, _ = users.login(house, "ada", "correct horse")
    later(house, hours=house.settings.session_hours + 1)
    with pytest.raises(errors.Unauthenticated):
        users.session(house, old)
    fresh, _ = users.login(house, "ada", "correct horse")
    assert house.sessions.read(lambda store: store.find(model.Login).count()) == 1, "ended sessions are swept out"
    users.set_password(house, ada, "ada", "battery staple")
    with pytest.raises(errors.Unauthenticated):
        users.session(house, fresh)
    users.login(house, "ada", "battery staple")
    with pytest.raises(errors.Unauthenticated):
        users.login(house, "ada", "correct horse")


def test_passwords_have_a_length(house: Services) -> None:
    for password in ("short", "x" * 2000):
        with pytest.raises(errors.BadRequest, match="8 to 1024"):
            users.add_user(house, OPERATOR, "ada", password)
    for role in ("emperor", "guest"):
        with pytest.raises(errors.BadRequest, match="editor"):
            users.add_user(house, OPERATOR, "ada", "long enough", role)
