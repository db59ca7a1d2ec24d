"""The open branch as an HTML form: one row a value, one box a group. Every button is a named submit button."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache

from genshi.core import Markup

from ..html import escaped
from . import describe
from .inputs import Holes, Inputs, Notes, dropping, explained, held, identifier, label, look, note
from .stencils import HOLE, NUMBER, ORDINAL, Field, Piece, Stencil

_SIGNS = {"another": "plus", "up": "up", "down": "down", "remove": "remove"}
_NAMED = 4  # of what may be added or is folded in, so many are named before one looks
_SAID = 160
_NO_LOOKS: Mapping[Field, str] = {}

Icon = Callable[[str], Markup]


class Form:
    """Writes one branch. `icon`: a sign by its name; `within(ordinal)`: how many problems there are in an element."""

    def __init__(self, notes: Notes, icon: Icon, within: Callable[[int], int], inputs: Inputs | None = None) -> None:
        self._notes, self._icon, self._within = notes, icon, within
        self._inputs = inputs or Inputs(notes.failures)
        self._signs = {verb: str(icon(sign)) for verb, sign in _SIGNS.items()}
        self._out: list[str] = []
        self._sign = self._signs["another"]  # says where the signs are, which may change

    def render(self, group: describe.Group) -> Markup:
        """The whole form of a branch, the lists that its fields choose from at the end."""
        self._inside(group, top=True)
        self._out.append(self._inputs.lists(group.references))
        return Markup("".join(self._out))

    # -- stencils -------------------------------------------------------------------------------------------------------------

    def _use(self, stencil: Stencil) -> Stencil:
        if stencil.lists:
            self._inputs.used.update(stencil.lists)
        return stencil

    def _stencil(self, piece: Piece, key: object, write: Callable[[Form], str], looks: Mapping[Field, str] = _NO_LOOKS) -> Stencil:
        """What `write` writes in a form of holes, for the next time as well. `looks`: of the values with a hole."""
        holes = Holes(looks)
        text = write(Form(Notes(), self._icon, _no_problems, holes))
        return piece.keep(key, Stencil(text, holes.used))

    # -- groups ---------------------------------------------------------------------------------------------------------------

    def _inside(self, group: describe.Group, top: bool = False) -> None:
        out = self._out
        if group.values or group.absent.fields or group.kept or group.others is not None:
            out.append('<div class="own">')
            out += [self._row(value, group.ordinal) for value in group.values]
            out.append(f"{self._folded(group)}</div>")
        if found := self._notes.found.get(group.ordinal):
            own = {value.path.removeprefix("@") for value in (*group.values, *group.folded)}
            out += [note(sentence, number) for sentence, attribute, number in found if attribute not in own]
        if group.before is not None:
            out.append(f'<p class="pager">{_button(f"go:{group.ordinal}:{group.before}", "Earlier ones")}</p>')
        previous = ""
        for item in group.items:
            if isinstance(item, describe.Line):
                out.append(self._line(item, previous == item.tag))
                previous = item.tag
            else:
                self._item(item)
                previous = ""
        if group.left:
            out.append(f'<p class="pager">{_button(f"go:{group.ordinal}:{group.after}", f"{group.left:,} more")}</p>')
        if group.offers is not None or group.opening is not None:
            out.append(self._additions(group, top))

    def _item(self, item: describe.Item) -> None:
        """A group, open or not, or what no schema describes."""
        ordinal, out = item.ordinal, self._out
        found, problems = self._notes.found.get(ordinal), self._within(ordinal)
        class_, tail, said = "group", "", ""
        if isinstance(item, describe.Link):
            class_, tail = "group closed", f'<span class="quiet gist">{escaped(item.gist)}</span>'
            said = _button(f"go:{ordinal}:0", f"Open {item.fields:,} fields", "btn btn-sm btn-outline-secondary")
        elif isinstance(item, describe.Group):
            class_, said = "group bad" if found else "group", _comments(item)
        else:
            assert isinstance(item, describe.Opaque)
            class_, notes = "group opaque", "".join(note(sentence, number) for sentence, _, number in found or ())
            said = f'{notes}{_OPAQUE}<pre class="plain" tabindex="0">{escaped(item.source[:4000])}</pre>'
        if problems or tail:
            out.append(self._head(item, class_, problems, tail))
        else:
            key = (self._sign, class_, item.path, item.of, item.may)
            stencil = item.part.stencils.get(key)
            if stencil is None:
                bare = replace(item, ordinal=ORDINAL, number=NUMBER)
                stencil = self._stencil(item.part, key, lambda form: form._head(bare, class_))
            out.append(stencil.filled(ordinal, (), item.number if item.of > 1 else 0))
        out.append(f'<div class="group-body">{said}')
        if isinstance(item, describe.Group):
            self._inside(item)
        out.append("</div></section>")

    def _head(self, item: describe.Item, class_: str, problems: int = 0, tail: str = "") -> str:
        """The beginning of a group: what it is, and what may be done with it."""
        ordinal = item.ordinal
        count = f'<span class="quiet">{item.number} of {item.of}</span>' if item.of > 1 else ""
        wrong = f'<span class="chip bad">{problems} problem{"s" if problems > 1 else ""}</span>' if problems else ""
        named = "" if tail else f' aria-labelledby="h{ordinal}"'
        return (
            f'<section class="{class_}" id="e{ordinal}"{named}><div class="group-head">'
            f'{label(item.label, item.help, item.path, f"h{ordinal}")}{count}{wrong}{tail}{self._tools(item)}</div>'
        )

    # -- values ---------------------------------------------------------------------------------------------------------------

    def _line(self, item: describe.Line, repeats: bool) -> str:
        """A line, by its stencil where nothing is wrong with it and nothing in it is this document's own."""
        if self._notes.failures or item.comments or item.kept or item.others is not None or item.ordinal in self._notes.found:
            return self._written(item, repeats)
        fields: list[Field] = []
        looks: list[str] = []
        holes: list[str] = []
        values = item.values
        if len(values) > 1 and values[0].field.letter not in "tm":
            values = sorted(values, key=lambda value: value.field.letter not in "tm")  # as they are written
        for field, _, now in values:
            if not field.control.kept:
                return self._written(item, repeats)
            seen = look(field.control, now, field.letter not in "tm") if now else ""
            fields.append(field)
            looks.append(seen)
            if seen:
                holes.append(held(seen, field.control, now))
        several = item.of > 1
        key = (self._sign, item.path, repeats, several, item.may, item.absent, *fields, *looks)
        stencil = item.part.stencils.get(key)
        if stencil is None:
            empty = [describe.Value(field, ORDINAL, HOLE if seen else "") for field, seen in zip(fields, looks, strict=True)]
            bare = replace(item, ordinal=ORDINAL, values=empty, number=NUMBER)
            stencil = self._stencil(item.part, key, lambda form: form._written(bare, repeats), dict(zip(fields, looks, strict=True)))
        return self._use(stencil).filled(item.ordinal, holes, item.number if several else 0)

    def _written(self, item: describe.Line, repeats: bool) -> str:
        main = next((value for value in item.values if value.field.letter in "tm"), None)
        beside = [value for value in item.values if value is not main]
        first, inputs = main or (beside[0] if beside else None), self._inputs
        found = self._notes.found.get(item.ordinal)
        above, below = self._said(item, beside, found) if found else ("", "")
        cell = [
            label(item.label, item.help, item.path, f"l{item.ordinal}", identifier(first.name) if first is not None else "", repeats),
            f'<span class="quiet nth">{item.number}</span>' if item.of > 1 else "",
            f'</div><div class="cell">{_comments(item)}<div class="value"><div class="main">',
            inputs.control(main) if main is not None else "",
            "</div>",
        ]
        if beside:
            cell += ['<div class="beside">', *[inputs.small(value) for value in beside], "</div>"]
        cell.append(self._folded(item))
        if self._notes.failures:
            cell += [inputs.failed(value) for value in (*([main] if main is not None else []), *beside)]
        cell += [above, below, explained(main, item.help) if main is not None else "", "</div></div>", self._tools(item)]
        return (
            f'<div class="{"row-field bad" if found else "row-field"}" id="e{item.ordinal}"><div class="label-cell">{"".join(cell)}</div>'
        )

    @staticmethod
    def _said(item: describe.Line, beside: list[describe.Value], found: list[tuple[str, str | None, int]]) -> tuple[str, str]:
        """The problems of an element's value, and those of attributes that stand beside it."""
        own = {value.path.removeprefix("@") for value in (*beside, *item.folded)}
        at_attributes = [bool(beside) and attribute is not None and attribute in own for _, attribute, _ in found]
        notes = [(note(said, number), below) for (said, _, number), below in zip(found, at_attributes, strict=True)]
        return "".join(shown for shown, below in notes if not below), "".join(shown for shown, below in notes if below)

    def _row(self, value: describe.Value, ordinal: int) -> str:
        """A group's own attribute, or its text, as a row; by its stencil as `_line`."""
        field, _, now = value
        if self._notes.failures or ordinal in self._notes.found or not field.control.kept:
            return self._written_row(value, ordinal)
        seen = look(field.control, now, False) if now else ""
        key = self._sign, seen
        stencil = field.stencils.get(key)
        if stencil is None:
            bare = describe.Value(field, ORDINAL, HOLE if seen else "")
            stencil = self._stencil(field, key, lambda form: form._written_row(bare, ORDINAL), {field: seen})
        return self._use(stencil).filled(ordinal, (held(seen, field.control, now),) if seen else ())

    def _written_row(self, value: describe.Value, ordinal: int) -> str:
        found, inputs, place = self._notes.found.get(ordinal, ()), self._inputs, identifier(value.name)
        own = value.path.removeprefix("@")
        said = "".join(note(sentence, number) for sentence, attribute, number in found if attribute is not None and attribute == own)
        word = label(value.label, value.help, value.path, f"l{place}", place, required=value.required and not value.there)
        return (
            f'<div class="{"row-field bad" if said else "row-field"}"><div class="label-cell">{word}</div><div class="cell">'
            f'<div class="value"><div class="main">{inputs.control(value)}</div>{inputs.failed(value)}{said}'
            f'{explained(value, value.help)}</div></div><div class="tools">{dropping(value, self._signs["remove"])}</div></div>'
        )

    def _folded(self, item: describe.Line | describe.Group) -> str:
        if not item.absent.fields and not item.kept and item.others is None:
            return ""
        if item.kept or item.others is not None or self._notes.failures or item.ordinal == ORDINAL:
            return self._written_folded(item)
        stencil = item.absent.stencils.get("folded")
        if stencil is None:
            bare = replace(item, ordinal=ORDINAL)
            stencil = self._stencil(item.absent, "folded", lambda form: form._written_folded(bare))
        return self._use(stencil).filled(item.ordinal)

    def _written_folded(self, item: describe.Line | describe.Group) -> str:
        names = _few([value.label for value in item.folded] or ["other attributes"])
        if item.folded and item.others is not None:
            names += ", others"
        inside = "".join([self._inputs.small(value) for value in item.folded])
        if item.others is not None:
            inside += f'<div class="add-any">{self._opening(f"attribute:{item.ordinal}", "Another attribute", item.others)}</div>'
        return f'<details class="more"><summary>+ {names}</summary><div class="beside">{inside}</div></details>'

    # -- buttons --------------------------------------------------------------------------------------------------------------

    def _tools(self, item: describe.Item) -> str:
        """Another, up, down, remove, as far as each is possible."""
        if not item.may:
            return '<div class="tools"></div>'
        word, may = escaped(item.label), item.may
        name = f"{word} {item.number}" if item.of > 1 else word
        said = (("another", f"Another {word}"), ("up", f"Move {name} up"), ("down", f"Move {name} down"), ("remove", f"Remove {name}"))
        buttons = [
            f'<button type="submit" name="do" value="{verb}:{item.ordinal}" class="tool" title="{words}" aria-label="{words}">'
            f"{self._signs[verb]}</button>"
            for verb, words in said
            if verb in may
        ]
        return f'<div class="tools">{"".join(buttons)}</div>'

    def _additions(self, group: describe.Group, top: bool) -> str:
        if group.opening is not None or group.offers is None:
            return self._written_additions(group, top)
        key = self._sign, top
        stencil = group.offers.stencils.get(key)
        if stencil is None:
            bare = replace(group, ordinal=ORDINAL)
            stencil = self._stencil(group.offers, key, lambda form: form._written_additions(bare, top))
        return stencil.filled(group.ordinal)

    def _written_additions(self, group: describe.Group, top: bool) -> str:
        additions = group.additions
        entries = "".join(
            [
                f'<li><button type="submit" name="do" value="{escaped(each.action)}" class="add-one"{_addition(each.label, each.help)}</li>'
                for each in additions
            ]
        )
        names = _few([each.label for each in additions] or ["other elements"])
        if group.opening is not None:
            entries += f'<li class="add-any">{self._opening(f"any:{group.ordinal}", "Another element", group.opening)}</li>'
        return (
            f'<details class="{"add top" if top else "add"}"><summary>{self._signs["another"]} Add <span class="quiet">{names}</span>'
            f"</summary><ul>{entries}</ul></details>"
        )

    def _opening(self, action: str, word: str, opening: describe.Free) -> str:
        """What a wildcard lets in: chosen or written by its name."""
        button, place = _button(action, "Add", "btn btn-sm btn-outline-secondary"), action.replace(":", "-")
        said = f'<span class="quiet" id="w-{place}">Also {escaped(opening.said)}.</span>'
        common = f'name="w.{action}" aria-label="{word}" aria-describedby="w-{place}"'
        if not opening.others:
            options = "".join(f'<option value="{escaped(name)}">{escaped(words)}</option>' for name, words in opening.names)
            field = f'<select class="form-select" {common}><option value="">–</option>{options}</select>'
            return f"{field} {button}{said}"
        listed = self._inputs.choose(tuple((words, words) for _, words in opening.names)) if opening.names else ""
        names = f' list="{listed}"' if listed else ""
        field = f'<input type="text"{names} placeholder="prefix:name" spellcheck="false" autocomplete="off" class="form-control" {common}>'
        return f"{field} {button}{said}"


def _no_problems(_: int) -> int:
    return 0


_OPAQUE = '<p class="quiet">The schema does not describe this. It is kept as it is; the source editor can change it.</p>'


def _button(action: str, words: str, class_: str = "btn btn-sm btn-link") -> str:
    return f'<button type="submit" name="do" value="{escaped(action)}" class="{class_}">{escaped(words)}</button>'


def _comments(item: describe.Item) -> str:
    return "".join(f'<p class="comment">&lt;!-- {escaped(comment)} --&gt;</p>' for comment in item.comments) if item.comments else ""


def _few(names: list[str]) -> str:
    return escaped(", ".join(name.lower() for name in names[:_NAMED])) + (" …" if len(names) > _NAMED else "")


@lru_cache(maxsize=4000)
def _addition(word: str, said: str) -> str:
    """The rest of an entry behind its action: a label, and what the schema says of it."""
    meaning = f'<span class="quiet">{escaped(said[:_SAID])}{"…" if len(said) > _SAID else ""}</span>' if said else ""
    return f' data-name="{escaped(word)}"><b>{escaped(word)}</b></button>{meaning}'
