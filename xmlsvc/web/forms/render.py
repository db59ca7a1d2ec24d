"""The open branch as an HTML form: one row a value, one box a group. Every button is a named submit button."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from genshi.core import Markup

from ..html import join, tag, text
from . import describe
from .apply import Failure
from .controls import Control

HELP = 600
_UNFIT = re.compile("[^A-Za-z0-9.-]")
_SIGNS = {"another": "plus", "up": "up", "down": "down", "remove": "remove"}

Icon = Callable[[str], Markup]


@dataclass(frozen=True)
class Notes:
    """What is wrong, by element: (sentence, attribute as written or None, number in the report); and what could not be written."""

    found: Mapping[int, list[tuple[str, str | None, int]]] = field(default_factory=dict)
    failures: Mapping[str, Failure] = field(default_factory=dict)


class Form:
    """Writes one branch. `icon`: a sign by its name; `within(ordinal)`: how many problems there are in an element."""

    def __init__(self, notes: Notes, icon: Icon, within: Callable[[int], int]) -> None:
        self._notes, self._icon, self._within = notes, icon, within
        self._lists: dict[tuple[tuple[str, str], ...], str] = {}
        self._signs: dict[str, Markup] = {}

    def render(self, group: describe.Group) -> Markup:
        """The whole form of a branch, the lists that its fields choose from at the end."""
        body = self._inside(group, top=True)
        lists = [
            tag("datalist", [tag("option", words if words != value else None, value=value) for value, words in options], id=name)
            for options, name in self._lists.items()
        ]
        return join(body, lists)

    # -- groups ---------------------------------------------------------------------------------------------------------------

    def _inside(self, group: describe.Group, top: bool = False) -> Markup:
        shown: list[Markup] = []
        previous: describe.Item | None = None
        if group.values or group.folded:
            shown.append(tag("div", [self._row(value, group.ordinal) for value in group.values], self._folded(group), class_="own"))
        shown += [
            self._note(sentence, number)
            for sentence, attribute, number in self._notes.found.get(group.ordinal, ())
            if attribute not in {value.path.removeprefix("@") for value in (*group.values, *group.folded)}
        ]
        if group.before is not None:
            shown.append(tag("p", self._button(f"go:{group.ordinal}:{group.before}", "Earlier ones"), class_="pager"))
        for item in group.items:
            shown.append(self._item(item, previous))
            previous = item
        if group.left:
            label = f"{group.left:,} more"
            shown.append(tag("p", self._button(f"go:{group.ordinal}:{group.after}", label), class_="pager"))
        return join(shown, self._additions(group, top))

    def _item(self, item: describe.Item, previous: describe.Item | None) -> Markup:
        if isinstance(item, describe.Line):
            return self._line(item, previous is not None and previous.tag == item.tag and isinstance(previous, describe.Line))
        count = tag("span", f"{item.number} of {item.of}", class_="quiet") if item.of > 1 else None
        comments = [tag("p", "<!-- ", comment, " -->", class_="comment") for comment in item.comments]
        title = self._label(item.label, item.help, item.path, f"h{item.ordinal}")
        tools = self._tools(item)
        problems = self._within(item.ordinal)
        if isinstance(item, describe.Link):
            head = tag("div", title, count, self._count(problems), tag("span", item.gist, class_="quiet gist"), tools, class_="group-head")
            button = self._button(f"go:{item.ordinal}:0", f"Open {item.fields:,} fields", class_="btn btn-sm btn-outline-secondary")
            return tag("section", head, tag("div", button, class_="group-body"), class_="group closed", id=f"e{item.ordinal}")
        head = tag("div", title, count, self._count(problems), tools, class_="group-head")
        notes = [self._note(sentence, number) for sentence, _, number in self._notes.found.get(item.ordinal, ())]
        if isinstance(item, describe.Opaque):
            said = tag("p", "The schema does not describe this. It is kept as it is; the source editor can change it.", class_="quiet")
            body = tag("div", notes, said, tag("pre", item.source[:4000], class_="plain", tabindex=0), class_="group-body")
            return tag("section", head, body, class_="group opaque", id=f"e{item.ordinal}", aria_labelledby=f"h{item.ordinal}")
        assert isinstance(item, describe.Group)
        body = tag("div", comments, self._inside(item), class_="group-body")
        marked = "group bad" if self._notes.found.get(item.ordinal) else "group"
        return tag("section", head, body, class_=marked, id=f"e{item.ordinal}", aria_labelledby=f"h{item.ordinal}")

    @staticmethod
    def _count(problems: int) -> Markup | None:
        return tag("span", f"{problems} problem{'s' if problems > 1 else ''}", class_="chip bad") if problems else None

    # -- values ---------------------------------------------------------------------------------------------------------------

    def _line(self, item: describe.Line, repeats: bool) -> Markup:
        main = [value for value in item.values if value.name[0] in "tm"]
        beside = [value for value in item.values if value.name[0] not in "tm"]
        notes = self._notes.found.get(item.ordinal, ())
        own = {value.path.removeprefix("@") for value in (*beside, *item.folded)}
        said = [
            self._note(sentence, number) for sentence, attribute, number in notes if attribute is None or attribute not in own or not beside
        ]
        named = main[0].name if main else (beside[0].name if beside else "")
        label = tag(
            "div",
            self._label(item.label, item.help, item.path, f"l{item.ordinal}", for_=_id(named) if named else None, hidden=repeats),
            tag("span", f"{item.number}", class_="quiet nth") if item.of > 1 else None,
            class_="label-cell",
        )
        values = tag(
            "div",
            tag("div", [self._control(value) for value in main], class_="main"),
            tag("div", [self._small(value) for value in beside], class_="beside") if beside else None,
            self._folded(item),
            [self._failed(value.name) for value in (*main, *beside)],
            said,
            [
                self._note(sentence, number)
                for sentence, attribute, number in notes
                if beside and attribute is not None and attribute in own
            ],
            self._help(main[0] if main else None, item.help),
            class_="value",
        )
        comments = [tag("p", "<!-- ", comment, " -->", class_="comment") for comment in item.comments]
        class_ = "row-field bad" if notes else "row-field"
        return tag("div", label, tag("div", comments, values, class_="cell"), self._tools(item), class_=class_, id=f"e{item.ordinal}")

    def _row(self, value: describe.Value, ordinal: int) -> Markup:
        """A group's own attribute, or its text, as a row."""
        said = [
            self._note(sentence, number)
            for sentence, attribute, number in self._notes.found.get(ordinal, ())
            if attribute is not None and attribute == value.path.removeprefix("@")
        ]
        label = tag(
            "div",
            self._label(
                value.label,
                value.help,
                value.path,
                f"l{_id(value.name)}",
                for_=_id(value.name),
                required=value.required and not value.there,
            ),
            class_="label-cell",
        )
        shown = tag(
            "div",
            tag("div", self._control(value), class_="main"),
            self._failed(value.name),
            said,
            self._help(value, value.help),
            class_="value",
        )
        return tag("div", label, tag("div", shown, class_="cell"), class_="row-field bad" if said else "row-field")

    def _small(self, value: describe.Value) -> Markup:
        """An attribute beside its element's value."""
        word = tag(
            "span", value.label, tag("span", " needed", class_="needed") if value.required and not value.there else None, class_="word"
        )
        return tag("label", word, self._control(value), class_="small-field", title=value.help[:HELP] or None)

    def _folded(self, item: describe.Line | describe.Group) -> Markup | None:
        if not item.folded:
            return None
        names = ", ".join(value.label.lower() for value in item.folded[:4]) + (" …" if len(item.folded) > 4 else "")
        inside = [self._small(value) for value in item.folded]
        return tag("details", tag("summary", "+ ", names), tag("div", inside, class_="beside"), class_="more")

    def _control(self, value: describe.Value) -> Markup:
        control, name = value.control, value.name
        failure = self._notes.failures.get(name)
        now = failure.value if failure is not None else value.value
        common: dict[str, object] = {
            "id": _id(name),
            "name": name,
            "aria_describedby": f"d{_id(name)}" if name[0] in "tm" else None,
            "aria_invalid": "true" if failure is not None else None,
            "aria_label": value.label if name[0] in "m" else None,
            "required": None,
            "autocomplete": "off",
        }
        if control.kind == "fixed":
            return tag("output", now or tag("span", "empty", class_="none"), class_="fixed", id=_id(name))
        if control.kind == "select":
            options = [tag("option", words, value=option, selected=option == now) for option, words in control.options]
            if now not in {option for option, _ in control.options}:
                options.insert(0, tag("option", now or "–", value=now, selected=True))
            return tag("select", options, class_="form-select", **common)
        if control.kind == "area" or "\n" in now:
            rows = min(12, 1 + now.count("\n") + len(now) // 90)
            return tag("textarea", Markup("\n"), now, class_="form-control", rows=rows, **common)
        return tag(
            "input",
            type="date" if control.kind == "date" else "text",
            value=now,
            list=self._list(control),
            inputmode=control.mode or None,
            placeholder=value.default or control.shape or (" " if value.required else None),
            spellcheck="false",
            class_="form-control",
            **common,
        )

    def _list(self, control: Control) -> str | None:
        if control.kind != "list":
            return None
        return self._lists.setdefault(control.options, f"list{len(self._lists)}")

    def _help(self, value: describe.Value | None, said: str) -> Markup | None:
        """What the field means and what it takes: shown while it has the focus, read out by screen readers."""
        if value is None:
            return None
        hint = value.control.hint
        default = f"Where it is empty, {value.default!r} is meant." if value.default else ""
        words = [
            tag("span", said[:HELP] + ("…" if len(said) > HELP else "")) if said else None,
            tag("span", hint[:1].upper() + hint[1:], class_="hint") if hint else None,
            default or None,
        ]
        return tag("div", join(join(word, " ") for word in words if word), class_="help", id=f"d{_id(value.name)}")

    def _failed(self, name: str) -> Markup | None:
        failure = self._notes.failures.get(name)
        return tag("div", failure.sentence, " Nothing of it was kept yet.", class_="note", role="alert") if failure is not None else None

    @staticmethod
    def _note(sentence: str, number: int) -> Markup:
        return tag("div", tag("a", "●", href=f"#v{number}", aria_label=f"Problem {number}"), " ", sentence, class_="note")

    @staticmethod
    def _label(label: str, said: str, path: str, id: str, for_: str | None = None, hidden: bool = False, required: bool = False) -> Markup:
        shown = tag(
            "label" if for_ else "span",
            label,
            tag("span", " needed", class_="needed") if required else None,
            class_="label",
            for_=for_,
            id=id,
            title="\n".join(filter(None, (said[:HELP], path))),
        )
        return tag("span", shown, class_="visually-hidden") if hidden else shown

    # -- buttons --------------------------------------------------------------------------------------------------------------

    @staticmethod
    def _button(action: str, *content: object, class_: str = "btn btn-sm btn-link", **more: object) -> Markup:
        return tag("button", *content, type="submit", name="do", value=action, class_=class_, **more)

    def _tools(self, item: describe.Item) -> Markup:
        """Another, up, down, remove, as far as each is possible."""
        label = text(item.label)
        name = f"{label} {item.number}" if item.of > 1 else label
        words = {"another": f"Another {label}", "up": f"Move {name} up", "down": f"Move {name} down", "remove": f"Remove {name}"}
        buttons = [
            f'<button type="submit" name="do" value="{verb}:{item.ordinal}" class="tool" title="{said}" aria-label="{said}">'
            f"{self._sign(_SIGNS[verb])}</button>"
            for verb, said in words.items()
            if verb in item.may
        ]
        return Markup(f'<div class="tools">{"".join(buttons)}</div>')

    def _sign(self, name: str) -> Markup:
        known = self._signs.get(name)
        if known is None:
            known = self._signs[name] = self._icon(name)
        return known

    def _additions(self, group: describe.Group, top: bool) -> Markup | None:
        if not group.additions:
            return None
        entries = [
            tag(
                "li",
                self._button(each.action, tag("b", each.label), class_="add-one", data_name=each.label),
                tag("span", each.help[:160] + ("…" if len(each.help) > 160 else ""), class_="quiet") if each.help else None,
            )
            for each in group.additions
        ]
        names = ", ".join(each.label.lower() for each in group.additions[:4]) + (" …" if len(group.additions) > 4 else "")
        summary = tag("summary", self._sign("plus"), " Add ", tag("span", names, class_="quiet"))
        return tag("details", summary, tag("ul", entries), class_="add top" if top else "add")


def _id(name: str) -> str:
    """An id for a field's name: names hold what ids should not."""
    return "f-" + _UNFIT.sub(lambda match: f"_{ord(match[0]):x}", name)
