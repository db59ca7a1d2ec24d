"""Who asks, and what they may do: one table of roles, one of scopes, one question.

    require(actor, "submit")     raises Forbidden (Unauthenticated for nobody)
    scope_of(actor)              the partner whose documents are all that exist for this actor; None: every partner's
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ..errors import Forbidden, Unauthenticated

Kind = Literal["partner", "user", "operator", "guest"]

ACTIONS = {
    "read": "read documents",
    "submit": "deliver documents",
    "validate": "check documents without storing them",
    "edit": "correct documents",
    "publish": "publish and withdraw documents",
    "run": "start batch runs",
    "administer": "change vocabularies, partners and accounts",
}
ROLES: dict[str, frozenset[str]] = {
    "guest": frozenset({"read"}),
    "editor": frozenset({"read", "submit", "validate", "edit"}),
    "publisher": frozenset({"read", "submit", "validate", "edit", "publish", "run"}),
    "administrator": frozenset(ACTIONS),
}
ASSIGNABLE = tuple(sorted(ROLES.keys() - {"guest"}))
"""The roles that an account can have: a guest has none."""
SCOPES = frozenset({"read", "submit", "validate"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """An identity that was proved. A "partner" acts through a token with `scopes` and sees only `partner_id`'s documents; a "user"
    acts by `role`, through a token by those of its `scopes` that the role has; the "operator" is whoever may run commands on the
    machine; the "guest" is anybody, where the setting `guests` lets them in. `id` is the partner's, the account's, "operator" or
    "guest"; `name` is what people read."""

    kind: Kind
    id: str
    name: str
    partner_id: str | None = None
    role: str | None = None
    scopes: frozenset[str] | None = None

    @property
    def label(self) -> str:
        """How records name the actor: "partner:nordlys", "user:ada", "operator", "guest"."""
        return self.kind if self.kind in {"operator", "guest"} else f"{self.kind}:{self.name}"


OPERATOR = Actor(kind="operator", id="operator", name="operator", role="administrator")
GUEST = Actor(kind="guest", id="guest", name="guest", role="guest")


def allowed(actor: Actor, action: str) -> bool:
    """Whether `actor` may do `action` (a key of ACTIONS)."""
    if action not in ACTIONS:
        raise KeyError(action)
    if actor.scopes is not None and action not in actor.scopes:
        return False
    return action in (SCOPES if actor.kind == "partner" else ROLES.get(actor.role or "", frozenset()))


def require(actor: Actor | None, action: str) -> None:
    """Raises Unauthenticated for nobody, Forbidden for an actor who may not do `action`."""
    if actor is None:
        raise Unauthenticated("This needs a token or a login.")
    if allowed(actor, action):
        return
    if actor.scopes is not None and action not in actor.scopes:
        held = ", ".join(sorted(actor.scopes)) or "none"
        raise Forbidden(f"The token may not {ACTIONS[action]}: it lacks the scope {action!r} (it has: {held}).")
    if actor.kind == "guest":
        raise Unauthenticated(f"To {ACTIONS[action]}, log in.")
    if actor.kind == "partner":
        raise Forbidden(f"A partner may not {ACTIONS[action]}.")
    raise Forbidden(f"{actor.name} may not {ACTIONS[action]}: the role {actor.role!r} does not include it.")


def scope_of(actor: Actor) -> str | None:
    """The id of the one partner whose documents exist for this actor, or None where every partner's do."""
    return actor.partner_id if actor.kind == "partner" else None
