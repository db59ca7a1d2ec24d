"""Moving a document from one state to another: the buttons, and what they post."""

from __future__ import annotations

from genshi.core import Markup

from ... import errors
from ...documents import states
from ...documents.services import Services
from .. import exchange
from ..exchange import parameter, url
from ..html import join, tag
from . import shell
from .view import View

_WORDS = {
    "submit": ("Send to review", "Somebody who may publish looks at it"),
    "publish": ("Publish", "Make this revision the public one"),
    "reject": ("Send back", "Back to a draft, with a reason"),
    "withdraw": ("Withdraw", "Nothing of it is public any more; the revisions stay"),
    "reopen": ("Reopen", "Make it a draft again"),
}
_ASKING = frozenset({"withdraw", "reject"})


class State:
    """POST /documents/ID/state: `do` (an action of documents.states, or "override"), `reason`, `expects` (the digest that was seen)."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def POST(self, id: str) -> bytes:
        action, reason = parameter("do") or "", (parameter("reason") or "").strip()
        override = action == "override"
        if override:
            action = "publish"
        if action not in states.STEPS:
            raise errors.BadRequest(f"There is no action {action!r}.")
        seen = parameter("expects")
        expects = (lambda digest: digest == seen) if seen else None
        try:
            document = states.move(self._services, exchange.actor(), id, action, expects, reason, override)
        except errors.InvalidDocument:
            shell.go(url(f"/documents/{id}", failed="invalid"))
        except errors.PreconditionRequired:
            shell.go(url(f"/documents/{id}", failed="reason"))
        except (errors.PreconditionFailed, errors.Conflict):
            shell.go(url(f"/documents/{id}", failed="changed"))
        else:
            shell.go(url(f"/documents/{id}", done=document.state))


FAILURES = {
    "invalid": "It stays as it was: it breaks its schema where what is published does not. Mend that, or let somebody who may publish do "
    "it with a reason.",
    "reason": "It was not published: publishing what is not valid needs a reason.",
    "changed": "Nothing was done: somebody else changed the document at the same moment. Look at it again.",
    "restore": "It was not restored: that revision breaks its schema where what is published does not. It can be restored as a draft.",
}
DONE = {
    "published": "It is published.",
    "review": "It waits for review.",
    "draft": "It is a draft now.",
    "withdrawn": "It is withdrawn.",
}


def buttons(view: View) -> Markup | None:
    """What may be done with the document now, as a form; None for nothing."""
    document = view.document
    if view.schema is None or not view.current:
        return None
    open_ = states.actions(exchange.actor(), document, view.schema.manifest.review)
    if not open_:
        return None
    plain = [_button(name) for name in open_ if name not in _ASKING]
    asking = [_button(name) for name in open_ if name in _ASKING]
    if "publish" in open_ and shell.may("publish") and not view.revision.valid:
        asking.append(_button("override", "Publish anyway", "Although it is not valid; the reason is kept"))
    more = None
    if asking:
        reason = tag("input", type="text", name="reason", class_="form-control", placeholder="Why?", aria_label="Reason", maxlength=500)
        more = tag(
            "details",
            tag("summary", "More", class_="btn btn-sm btn-outline-secondary"),
            tag("div", reason, asking, class_="menu"),
            class_="drop-down",
        )
    return tag(
        "form",
        tag("input", type="hidden", name="expects", value=view.revision.digest),
        join(plain),
        more,
        action=url(f"/documents/{document.id}/state"),
        method="post",
        class_="states",
    )


def _button(name: str, label: str = "", said: str = "") -> Markup:
    words = _WORDS.get(name, (label, said))
    return tag("button", words[0], type="submit", name="do", value=name, title=words[1], class_="btn btn-sm btn-outline-secondary")
