"""People who log in: argon2 passwords, and sessions that live in the database, so that any process knows them and any can end them.

    login(name, password) ─► (cookie, Actor)    session(cookie) ─► Actor    logout(cookie)
"""

from __future__ import annotations

import secrets
from datetime import timedelta
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from storm.store import Store

from ..errors import BadRequest, Conflict, NotFound, Unauthenticated
from ..storage import model, stamps
from . import audit
from .access import ASSIGNABLE, Actor, require
from .accounts import checked_name, digest
from .services import Services

SHORTEST, LONGEST = 8, 1024  # characters of a password; argon2 would hash any length, so a cap keeps that cost bounded

_hasher = PasswordHasher()


@lru_cache(1)
def _nobody() -> str:
    """A hash that no password fits: an unknown name costs as much time as a wrong password, so that neither can be told apart."""
    return _hasher.hash(secrets.token_urlsafe())


def _hash(password: str) -> str:
    if not SHORTEST <= len(password) <= LONGEST:
        raise BadRequest(f"A password has {SHORTEST} to {LONGEST} characters; this one has {len(password)}.")
    return _hasher.hash(password)


def add_user(services: Services, actor: Actor, name: str, password: str, role: str = "editor") -> Actor:
    """A new login. Raises BadRequest (name, role, password), Conflict when the name is taken."""
    require(actor, "administer")
    if role not in ASSIGNABLE:
        raise BadRequest(f"There is no role {role!r} for an account. Roles are: {', '.join(ASSIGNABLE)}.")
    made = Actor(kind="user", id=services.clock.new_id(), name=checked_name(name, "user"), role=role)
    hashed, created = _hash(password), services.clock.now()
    record = audit.entry(services.clock, actor, "user.add", f"user:{name}", role)

    def unit(store: Store) -> None:
        if not store.find(model.Account, model.Account.name == name).is_empty():
            raise Conflict(f"There is a user {name!r} already.")
        row = model.Account()
        row.id, row.name, row.password, row.role, row.created = made.id, name, hashed, role, created
        store.add(row)
        audit.write(store, record)

    services.sessions.write(unit)
    return made


def users(services: Services) -> list[Actor]:
    """Every user, by name."""
    columns = (model.Account.id, model.Account.name, model.Account.role)
    rows = services.sessions.read(lambda store: list(store.find(columns).order_by(model.Account.name)))
    return [Actor(kind="user", id=id, name=name, role=role) for id, name, role in rows]


def set_password(services: Services, actor: Actor, name: str, password: str) -> None:
    """A new password, which ends every login of that user. Users may change their own. Raises NotFound, BadRequest."""
    if not (actor.kind == "user" and actor.name == name):
        require(actor, "administer")
    hashed = _hash(password)
    record = audit.entry(services.clock, actor, "user.passwd", f"user:{name}")

    def unit(store: Store) -> None:
        row = store.find(model.Account, model.Account.name == name).one()
        if row is None:
            raise NotFound(f"There is no user {name!r}.")
        row.password = hashed
        store.find(model.Login, model.Login.account_id == row.id).remove()
        audit.write(store, record)

    services.sessions.write(unit)


def login(services: Services, name: str, password: str) -> tuple[str, Actor]:
    """The cookie's secret and who it stands for, valid for the setting session_hours. Raises Unauthenticated, saying no more than that."""
    columns = (model.Account.id, model.Account.name, model.Account.role, model.Account.password)
    row = services.sessions.read(lambda store: store.find(columns, model.Account.name == name).one())
    try:
        _hasher.verify(row[3] if row else _nobody(), password[: LONGEST + 1])
    except (VerificationError, InvalidHashError):
        raise Unauthenticated("The name or the password is wrong.") from None
    if row is None:
        raise Unauthenticated("The name or the password is wrong.")
    actor = Actor(kind="user", id=row[0], name=row[1], role=row[2])
    secret, now = secrets.token_urlsafe(32), services.clock.now()
    renewed = _hasher.hash(password) if _hasher.check_needs_rehash(row[3]) else None
    record = audit.entry(services.clock, actor, "login", f"user:{name}")

    def unit(store: Store) -> None:
        store.find(model.Login, model.Login.expires <= now).remove()
        session = model.Login()
        session.id, session.account_id, session.created = digest(secret), actor.id, now
        session.expires = now + timedelta(hours=services.settings.session_hours)
        store.add(session)
        if renewed is not None:
            store.find(model.Account, model.Account.id == actor.id).set(password=renewed)
        audit.write(store, record)

    services.sessions.write(unit)
    return secret, actor


def session(services: Services, secret: str) -> Actor:
    """Who is logged in by this cookie. Raises Unauthenticated for an unknown or ended one."""
    sql = "SELECT account.id, account.name, account.role, login.expires FROM login JOIN account ON account.id = login.account_id "
    row = services.sessions.read(lambda store: store.execute(sql + "WHERE login.id = ?", (digest(secret),)).get_one())
    if row is None or stamps.read(row[3]) <= services.clock.now():
        raise Unauthenticated("The login has ended. Log in again.")
    return Actor(kind="user", id=row[0], name=row[1], role=row[2])


def logout(services: Services, secret: str) -> None:
    """End a login; one that is not there is no error."""
    services.sessions.write(lambda store: store.find(model.Login, model.Login.id == digest(secret)).remove())
