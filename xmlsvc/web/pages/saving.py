"""What stands around an editor: who has what, what will change, the buttons; and how a save goes on that has no plain answer."""

from __future__ import annotations

from collections.abc import Callable

from genshi.core import Markup

from ... import errors
from ...counts import plural
from ...documents.revise import Checked, Saving
from ..exchange import parameter
from ..html import join, link, tag
from . import shell, states
from .editing import Desk


def save(desk: Desk, verb: str, again: Callable[[str], bytes]) -> bytes:
    """Save as the button says, and go to the document; `again` shows the editor with a sentence where that is not possible."""
    reason = (parameter("reason") or "").strip()
    if verb == "override" and not reason:
        desk.settle()
        return again("To publish what is not valid, say why in the message.")
    try:
        saved = desk.save(
            Saving(
                expects=desk.work.base.digest,
                reason=reason,
                draft=verb == "draft",
                publish=verb == "publish",
                override=reason if verb == "override" else "",
            )
        )
    except errors.InvalidDocument as error:
        return again(f"{error.message} {_ways()}")
    except errors.ChangedMeanwhile:
        shell.go(desk.href("edit/conflict", reason=reason or None, verb=verb))
    except (errors.NotWellFormed, errors.DoctypeRefused, errors.TooLarge, errors.UnknownVocabulary) as error:
        return again(error.message)
    except errors.Conflict as error:
        return again(error.message)
    shell.go(desk.href("", done=saved.outcome if saved.outcome == "unchanged" else saved.state, revision_saved=saved.revision))


def _ways() -> str:
    return "You can save it as a draft" + (", or publish it anyway and say why." if shell.may("publish") else ".")


def head(here: str, desk: Desk) -> Markup:
    """Form or source: the same working copy, two ways to see it."""
    document = desk.work.document
    facts = [
        link(desk.href(""), "Back to the document"),
        tag("span", f"revision {desk.work.base.number}", f" of {document.current}" if desk.work.overtaken else None),
        tag("span", "by ", desk.work.base.actor),
    ]
    return join(tag("span", "Editing", class_="quiet"), shell.state(document.state), tag("div", facts, class_="sub"), _switch(here))


def _switch(here: str) -> Markup:
    ways = (("edit", "Form", "go-form", "f"), ("source", "Source", "source", "s"))
    return tag(
        "div",
        [
            tag(
                "button",
                label,
                type="submit",
                name="do",
                value=value,
                form="editor",
                class_="btn btn-sm btn-outline-secondary",
                aria_pressed="true" if name == here else "false",
                disabled=name == here,
                data_key=key,
                aria_keyshortcuts=key,
            )
            for name, label, value, key in ways
        ],
        class_="actions btn-group",
        role="group",
        aria_label="Editor",
    )


def overtaken(desk: Desk) -> Markup | None:
    """That somebody saved meanwhile: what is done here is brought together with that when it is saved."""
    if not desk.work.overtaken:
        return None
    newer = link(desk.href(""), f"Revision {desk.work.document.current}")
    return tag(
        "div",
        newer,
        " was saved since you opened this one. When you save, both are brought together; where both changed the same field, you are asked.",
        class_="alert alert-info",
        role="status",
    )


def bar(desk: Desk) -> Markup:
    """The bar at the bottom: what will change, undo and redo, the message, the buttons."""
    checked = desk.checked
    verdict = None
    if isinstance(checked, Checked) and checked.grown and desk.work.document.published is not None:
        verdict = tag("span", f" {plural(len(checked.grown), 'problem')} more than what is published", class_="dot")
    attributes = {"placeholder": "What did you change, and why? (optional)", "aria_label": "Message for the history", "maxlength": 500}
    message = tag("input", type="text", name="reason", class_="form-control", value=parameter("reason") or "", **attributes)
    return join(
        tag("div", _changes(desk), verdict, class_="what"),
        tag("div", _steps(desk), class_="steps"),
        message,
        tag("div", _saves(desk), class_="buttons"),
    )


def _changes(desk: Desk) -> Markup:
    """What will change, leading to the very bytes."""
    if not desk.work.changed:
        return tag("span", "Nothing changed yet", class_="quiet")
    size = tag("span", f" ({len(desk.work.data) - len(desk.work.original):+,} bytes)", class_="quiet")
    class_, title = "btn btn-sm btn-link", "Show exactly which bytes will change"
    return tag("button", desk.changes, size, type="submit", name="do", value="changes", class_=class_, title=title)


def _steps(desk: Desk) -> list[Markup]:
    """Undo, redo, discard."""
    found = []
    for name, word, said in (("undo", "Undo", desk.work.undo), ("redo", "Redo", desk.work.redo)):
        label = f"{word}: {said}" if said else word
        sign = shell.icon(name)
        found.append(
            tag("button", sign, type="submit", name="do", value=name, class_="tool", disabled=not said, title=label, aria_label=label)
        )
    title = "Back to the revision that was opened; Redo brings the changes again"
    discard = {"type": "submit", "name": "do", "value": "discard", "class_": "btn btn-sm btn-link", "title": title}
    return [*found, tag("button", "Discard", disabled=not desk.work.changed, **discard)]


def _saves(desk: Desk) -> list[Markup]:
    """The buttons that save, as far as who asks may."""
    review = desk.formable and desk.schema.manifest.review
    grown = isinstance(desk.checked, Checked) and desk.checked.grown
    buttons = [_button("draft", "Save draft", "btn-outline-secondary", "Keep it as a revision that nobody outside sees")]
    if shell.may("publish") and grown:
        said = "Publish although it is not valid; the message must say why"
        buttons.append(_button("override", "Publish anyway", "btn-outline-danger", said))
    if shell.may("publish") and review:
        buttons.append(_button("publish", "Save and publish", "btn-outline-secondary", "Past the review"))
    return [*buttons, _button("save", "Save for review" if review else "Save", "btn-primary", "Ctrl-S")]


def _button(value: str, label: str, class_: str, title: str) -> Markup:
    return tag(
        "button",
        label,
        type="submit",
        name="do",
        value=value,
        class_=f"btn btn-sm {class_}",
        title=title,
        aria_keyshortcuts="Control+S" if value == "save" else None,
        data_save=True if value == "save" else None,
    )


def notice(done: str | None, number: str | None) -> str:
    """What the document page says after a save, or after a change of state."""
    if not done:
        return ""
    words = {
        "published": "and published",
        "draft": "as a draft",
        "review": "and sent to review",
        "withdrawn": "; the document is withdrawn",
    }
    if done == "unchanged":
        return "Nothing had changed, so nothing was saved."
    if not number or not number.isdigit():
        return states.DONE.get(done, "")
    return f"Revision {number} was saved {words.get(done, '')}.".replace(" ;", ";").replace(" .", ".")
