"""Who may: partners, accounts, their tokens and sessions; what they changed."""

from __future__ import annotations

from datetime import UTC

from storm.locals import DateTime, Reference, Unicode

from .record import Record


class Partner(Record):
    """Who delivers. `name` is what one types; `title` what one reads."""

    __storm_table__ = "partner"
    id = Unicode(primary=True, allow_none=False)
    name = Unicode(allow_none=False)
    title = Unicode(allow_none=False)
    created = DateTime(tzinfo=UTC, allow_none=False)


class Account(Record):
    """An editor, publisher or administrator (`role`); `password` is an argon2 hash."""

    __storm_table__ = "account"
    id = Unicode(primary=True, allow_none=False)
    name = Unicode(allow_none=False)
    password = Unicode(allow_none=False)
    role = Unicode(allow_none=False)
    created = DateTime(tzinfo=UTC, allow_none=False)


class Token(Record):
    """An API token of a partner or an account; `hash` is the SHA-256 of the secret, in hexadecimal; `scopes` words with spaces between;
    `position`: what its holder's reads must have seen, where reads go to replicas (see `storage.positions`)."""

    __storm_table__ = "token"
    id = Unicode(primary=True, allow_none=False)
    hash = Unicode(allow_none=False)
    partner_id = Unicode()
    partner = Reference(partner_id, "Partner.id")
    account_id = Unicode()
    account = Reference(account_id, "Account.id")
    label = Unicode(allow_none=False)
    scopes = Unicode(allow_none=False)
    created = DateTime(tzinfo=UTC, allow_none=False)
    expires = DateTime(tzinfo=UTC)
    revoked = DateTime(tzinfo=UTC)
    position = Unicode()


class Login(Record):
    """A browser's session; `id` is the SHA-256 of the cookie, in hexadecimal."""

    __storm_table__ = "login"
    id = Unicode(primary=True, allow_none=False)
    account_id = Unicode(allow_none=False)
    account = Reference(account_id, "Account.id")
    created = DateTime(tzinfo=UTC, allow_none=False)
    expires = DateTime(tzinfo=UTC, allow_none=False)


class Audit(Record):
    """Who did what to what, and when."""

    __storm_table__ = "audit"
    id = Unicode(primary=True, allow_none=False)
    at = DateTime(tzinfo=UTC, allow_none=False)
    actor = Unicode(allow_none=False)
    action = Unicode(allow_none=False)
    subject = Unicode(allow_none=False)
    detail = Unicode(allow_none=False)
