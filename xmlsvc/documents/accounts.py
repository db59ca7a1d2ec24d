"""Partners and their tokens: who may deliver. Secrets are random, shown once, and kept as SHA-256.

    add_partner ─► add_token ─► (Token, secret)      the partner sends `Authorization: Bearer SECRET`
    authenticate(secret) ─► Actor                    Unauthenticated for an unknown, expired or revoked one
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from storm.expr import Desc
from storm.store import Store

from ..errors import BadRequest, Conflict, NotFound, Unauthenticated
from ..storage import model, positions
from ..storage.sessions import locked
from . import audit
from .access import ACTIONS, OPERATOR, SCOPES, Actor, require
from .services import Services

NAME = re.compile(r"[a-z0-9]([a-z0-9._-]{0,62}[a-z0-9])?")
_MOST_DAYS = 36_500  # a token that lives longer might as well have no end
_PREFIX = "xs_"  # lets secret scanners and people recognise a token


@dataclass(frozen=True, slots=True)
class Partner:
    """Who delivers. `name` is what one types, `title` what one reads."""

    id: str
    name: str
    title: str


@dataclass(frozen=True, slots=True)
class Token:
    """An API token without its secret. `owner` is a partner's name ("nordlys") or a user's ("user:ada")."""

    id: str
    owner: str
    label: str
    scopes: frozenset[str]
    created: datetime
    expires: datetime | None
    revoked: datetime | None


def checked_name(name: str, what: str) -> str:
    """The name, if it is one; raises BadRequest otherwise."""
    if not NAME.fullmatch(name):
        raise BadRequest(
            f"{name!r} is no name for a {what}: use 1 to 64 lower-case letters, digits, '.', '_' and '-', a letter or digit at both ends."
        )
    return name


def add_partner(services: Services, actor: Actor, name: str, title: str | None = None) -> Partner:
    """A new partner. Raises BadRequest for an impossible name, Conflict for one that is taken."""
    require(actor, "administer")
    partner = Partner(services.clock.new_id(), checked_name(name, "partner"), (title or name).strip() or name)
    created = services.clock.now()
    record = audit.entry(services.clock, actor, "partner.add", f"partner:{name}", partner.title)

    def unit(store: Store) -> None:
        if not store.find(model.Partner, model.Partner.name == name).is_empty():
            raise Conflict(f"There is a partner {name!r} already.")
        row = model.Partner()
        row.id, row.name, row.title, row.created = partner.id, partner.name, partner.title, created
        store.add(row)
        audit.write(store, record)

    services.sessions.write(unit)
    return partner


def partners(services: Services) -> list[Partner]:
    """Every partner, by name."""
    sql = "SELECT id, name, title FROM partner ORDER BY name"
    return services.sessions.read(lambda store: [Partner(str(id), name, title) for id, name, title in store.execute(sql).get_all()])


def partner(services: Services, name: str | None) -> Partner:
    """The partner of that name; for None the only one there is. Raises NotFound, or BadRequest where None is ambiguous."""
    known = partners(services)
    if name is None:
        if len(known) == 1:
            return known[0]
        if not known:
            raise NotFound("There is no partner yet. Make one with: xmlsvc partner add NAME")
        names = ", ".join(each.name for each in known)
        raise BadRequest(f"Say whose documents these are by naming a partner (on the command line: --partner NAME); there are: {names}.")
    for each in known:
        if each.name == name:
            return each
    raise NotFound(f"There is no partner {name!r}. Known are: {', '.join(p.name for p in known) or 'none'}.")


def digest(secret: str) -> str:
    """What is kept of a secret: SHA-256 in hexadecimal. The secrets are random, so no slow hash is needed."""
    return hashlib.sha256(secret.encode("utf-8", "surrogateescape")).hexdigest()


def add_token(
    services: Services, actor: Actor, owner: str, scopes: Iterable[str] | None = None, days: int | None = None, label: str = ""
) -> tuple[Token, str]:
    """A new token and its secret, which cannot be had again. `owner`: a partner's name, or "user:NAME"; `scopes`: of access.SCOPES
    (default: all of them), for a user any of access.ACTIONS, of which those count that the role has; `days` until it expires (default
    never). Raises NotFound, BadRequest."""
    require(actor, "administer")
    wanted = frozenset(SCOPES if scopes is None else scopes)
    possible = frozenset(ACTIONS) if owner.startswith("user:") else SCOPES
    if not wanted or not wanted <= possible:
        raise BadRequest(f"The scopes of a token of {owner} are taken from: {', '.join(sorted(possible))}.")
    if days is not None and not 1 <= days <= _MOST_DAYS:
        raise BadRequest(f"A token is valid for 1 to {_MOST_DAYS:,} days, not {days:,}; without a number it does not expire.")
    now = services.clock.now()
    secret = _PREFIX + secrets.token_urlsafe(32)
    token = Token(services.clock.new_id(), owner, label[:255], wanted, now, now + timedelta(days=days) if days else None, None)
    record = audit.entry(services.clock, actor, "token.add", f"token:{token.id}", f"{owner}: {' '.join(sorted(wanted))}")

    def unit(store: Store) -> None:
        row = model.Token()
        row.id, row.hash, row.label, row.scopes = token.id, digest(secret), token.label, " ".join(sorted(wanted))
        row.created, row.expires = now, token.expires
        if owner.startswith("user:"):
            row.account_id = _id(store, model.Account, owner.removeprefix("user:"), "user")
        else:
            row.partner_id = _id(store, model.Partner, owner, "partner")
        store.add(row)
        audit.write(store, record)

    services.sessions.write(unit)
    return token, secret


def _id(store: Store, cls: type[model.Partner] | type[model.Account], name: str, what: str) -> str:
    found = store.find(cls.id, cls.name == name).one()
    if found is None:
        raise NotFound(f"There is no {what} {name!r}.")
    return str(found)


def tokens(services: Services, owner: str | None = None) -> list[Token]:
    """Every token (of one owner), the newest first; without secrets."""
    columns = (model.Token.id, model.Token.partner_id, model.Token.account_id, model.Token.label, model.Token.scopes, model.Token.created,
               model.Token.expires, model.Token.revoked)

    def unit(store: Store) -> list[Token]:
        partners = dict(store.find((model.Partner.id, model.Partner.name)))
        users = dict(store.find((model.Account.id, model.Account.name)))
        return [
            Token(id, partners[partner] if partner else f"user:{users[user]}", label, frozenset(scopes.split()), created, expires, revoked)
            for id, partner, user, label, scopes, created, expires, revoked in store.find(columns).order_by(Desc(model.Token.id))
        ]

    return [token for token in services.sessions.read(unit) if owner in (None, token.owner)]


def revoke_token(services: Services, actor: Actor, token_id: str) -> None:
    """End a token at once; a second time changes nothing. Raises NotFound."""
    require(actor, "administer")
    now = services.clock.now()
    record = audit.entry(services.clock, actor, "token.revoke", f"token:{token_id}")

    def unit(store: Store) -> None:
        row = store.get(model.Token, token_id)
        if row is None:
            raise NotFound(f"There is no token {token_id!r}.")
        if row.revoked is None:
            row.revoked = now
            audit.write(store, record)

    services.sessions.write(unit)


# Asked with every request; as text, because composing it costs several times what the database needs to answer it.
_HOLDER = (
    "SELECT token.scopes, partner.id, partner.name, account.id, account.name, account.role, token.id, token.position FROM token "
    "LEFT JOIN partner ON partner.id = token.partner_id LEFT JOIN account ON account.id = token.account_id "
    "WHERE token.hash = ? AND token.revoked IS NULL AND (token.expires IS NULL OR token.expires > ?)"
)


@dataclass(frozen=True, slots=True)
class Proof:
    """Whose token it is; `token`: its id; `position`: what its holder's reads must have seen, "" if nothing."""

    actor: Actor
    token: str
    position: str


def authenticate(services: Services, secret: str) -> Actor:
    """Whose token this is. Raises Unauthenticated, with the same words for one that never was and one that ended."""
    return prove(services, secret).actor


def prove(services: Services, secret: str) -> Proof:
    """As `authenticate`, with what is kept with the token: as the primary has it, where reads go to replicas. Raises Unauthenticated."""
    now = services.clock.now()

    def unit(store: Store) -> Proof | None:
        row = store.execute(_HOLDER, (digest(secret), now)).get_one()
        if row is None:
            return None
        scopes, partner_id, partner, account_id, account, role, token, position = row
        held = frozenset(scopes.split())
        if partner_id is not None:
            return Proof(Actor(kind="partner", id=partner_id, name=partner, partner_id=partner_id, scopes=held), token, position or "")
        return Proof(Actor(kind="user", id=account_id, name=account, role=role, scopes=held), token, position or "")

    found = services.sessions.read(unit, newest=True)
    if found is None:
        raise Unauthenticated("The token is not known, has expired or was revoked. Ask the operator for a new one.")
    return found


def keep_position(services: Services, token: str, position: str) -> None:
    """Its holder has written up to this position: whichever process reads for it next, reads at least that."""

    def unit(store: Store) -> None:
        row = locked(store, model.Token, model.Token.id == token)
        if row is not None:
            row.position = positions.write(positions.merge(positions.read(row.position or ""), positions.read(position)))

    services.sessions.write(unit)


def named(services: Services, label: str) -> Actor:
    """Whom a record names ("operator", "partner:nordlys", "user:ada": `Actor.label`), with the rights of today. Raises NotFound."""
    kind, _, name = label.partition(":")
    if kind == "operator":
        return OPERATOR
    if kind == "partner":
        found = partner(services, name)
        return Actor(kind="partner", id=found.id, name=name, partner_id=found.id, scopes=SCOPES)
    row = model.Account
    held = services.sessions.read(lambda store: store.find((row.id, row.role), row.name == name).one())
    if held is None:
        raise NotFound(f"There is no user {name!r} any more.")
    return Actor(kind="user", id=held[0], name=name, role=held[1])
