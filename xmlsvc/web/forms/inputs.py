"""One value as HTML: its control, its words, its help, its problems. A form holds hundreds of these, so each is written as one text."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from ..html import escaped
from .apply import Failure
from .controls import SHORT, Control
from .describe import Value
from .parts import REFERENCES
from .stencils import HOLE, ORDINAL, Field

HELP = 600
Options = tuple[tuple[str, str], ...]
_END = "\n"
_UNFIT = re.compile(f"[^A-Za-z0-9.{ORDINAL}-]")  # a hole is filled in later


@dataclass(frozen=True)
class Notes:
    """What is wrong, by element: (sentence, attribute as written or None, number in the report); and what could not be written."""

    found: Mapping[int, list[tuple[str, str | None, int]]] = field(default_factory=dict)
    failures: Mapping[str, Failure] = field(default_factory=dict)


class Inputs:
    """The controls of one form. Lists that they choose from are gathered, each once: `lists()` comes after them."""

    def __init__(self, failures: Mapping[str, Failure]) -> None:
        self._failures = failures
        self.used: dict[str, Options] = {}

    def control(self, value: Value, short: bool = False) -> str:
        """The control itself. `short`: one line will do where the value is not longer, as an attribute's seldom is."""
        control, name = value.control, value.name
        failure = self._failures.get(name) if self._failures else None
        now = value.value if failure is None else failure.value
        place, look = identifier(name), self.look(value, now, short)
        if look == "fixed":
            return f'<output class="fixed" id="{place}">{self.held(look, control, now)}</output>'
        letter = name[0]
        common = f'id="{place}" name="{escaped(name)}"'
        if letter in "tm":
            common += f' aria-describedby="d{place}"'
        if failure is not None:
            common += ' aria-invalid="true"'
        if letter == "m":
            common += f' aria-label="{escaped(value.label)}"'
        common += ' autocomplete="off"'
        if look == "select":
            return f'<select class="form-select" {common}>{self.held(look, control, now)}</select>'
        if look == "area":
            return f'<textarea class="form-control" {common} rows="{self.held(look, control, now)}</textarea>'
        more = f' list="{self._list(control)}"' if control.kind == "list" else ""
        if control.mode:
            more += f' inputmode="{control.mode}"'
        if shown := value.default or control.shape or (" " if value.required else ""):
            more += f' placeholder="{escaped(shown)}"'
        kind = "date" if control.kind == "date" else "text"
        return f'<input type="{kind}" value="{self.held(look, control, now)}"{more} spellcheck="false" class="form-control" {common}>'

    def look(self, value: Value, now: str, short: bool) -> str:
        """What a value's control looks like: fixed, select, area or line."""
        return look(value.control, now, short)

    def held(self, look: str, control: Control, now: str) -> str:
        """What stands in the control."""
        return held(look, control, now)

    def small(self, value: Value) -> str:
        """An attribute beside its element's value."""
        word = _small(value.label, value.help, value.required and not value.there)
        return f'<label class="small-field"{word}{self.control(value, short=True)}</label>{dropping(value, "×")}'

    def failed(self, value: Value) -> str:
        """Why what was typed could not be written; "" where it was."""
        failure = self._failures.get(value.name) if self._failures else None
        if failure is None:
            return ""
        return f'<div class="note" role="alert">{escaped(failure.sentence)} Nothing of it was kept yet.</div>'

    def _list(self, control: Control) -> str:
        if not control.list:
            return self.choose(control.options)
        self.used[control.list] = control.options
        return control.list

    def choose(self, options: Options) -> str:
        """The id of a list of these options, which this form alone has."""
        name = next((name for name, listed in self.used.items() if listed is options), f"own{len(self.used)}")
        self.used[name] = options
        return name

    def lists(self, references: Callable[[], Options]) -> str:
        """What the controls choose from; `references`: the document's own IDs."""
        if REFERENCES in self.used:
            self.used[REFERENCES] = references()
        return "".join([f'<datalist id="{name}">{_choices(options)}</datalist>' for name, options in self.used.items()])


class Holes(Inputs):
    """Controls of a stencil: `looks` says for the values with a hole what they look like."""

    def __init__(self, looks: Mapping[Field, str]) -> None:
        super().__init__({})
        self._looks = looks

    def look(self, value: Value, now: str, short: bool) -> str:
        return self._looks[value.field] if now == HOLE else look(value.control, now, short)

    def held(self, look: str, control: Control, now: str) -> str:
        return HOLE if now == HOLE else held(look, control, now)


def look(control: Control, now: str, short: bool) -> str:
    """What a control looks like with a value in it: fixed, select, area or line."""
    if control.kind in ("fixed", "select"):
        return control.kind
    return "area" if (control.kind == "area" and not (short and len(now) <= SHORT)) or "\n" in now else "line"


def held(look: str, control: Control, now: str) -> str:
    """What stands in a control, as HTML; of several lines with their number, which is an attribute's, before them."""
    if look == "line":
        return escaped(now)
    if look == "select":
        return _options(control, now)
    if look == "area":
        return f'{min(12, 1 + now.count(_END) + len(now) // 90)}">{_END}{escaped(now)}'
    return escaped(now) if now else _EMPTY


def dropping(value: Value, sign: str) -> str:
    """A button that takes an attribute away: only where it is empty, so that emptying it does not."""
    if value.value or not value.there or value.required or value.name[0] != "a":
        return ""
    words = f"Remove the empty {escaped(value.label)}"
    return (
        f'<button type="submit" name="do" value="drop:{escaped(value.name[2:].replace(".", ":", 1))}" class="tool" title="{words}" '
        f'aria-label="{words}">{sign}</button>'
    )


def explained(value: Value, said: str) -> str:
    """What the field means and what it takes: shown while it has the focus, read out by screen readers."""
    return f'<div class="help" id="d{identifier(value.name)}">{_help(said, value.control.hint, value.default)}</div>'


def label(word: str, said: str, path: str, id: str, for_: str = "", hidden: bool = False, required: bool = False) -> str:
    """The label of a field; its meaning and path on hover."""
    name, target = ("label", f' for="{for_}"') if for_ else ("span", "")
    shown = (
        f'<{name} class="label"{target} id="{id}" title="{_title(said, path)}">{escaped(word)}'
        f"{_NEEDED if required else ''}</{name}>"
    )
    return f'<span class="visually-hidden">{shown}</span>' if hidden else shown


def note(sentence: str, number: int) -> str:
    """A problem at the field, leading to its place in the list."""
    return f'<div class="note"><a href="#v{number}" aria-label="Problem {number}">●</a> {escaped(sentence)}</div>'


def identifier(name: str) -> str:
    """An id for a field's name: names hold what ids should not."""
    head, brace, rest = name.partition("{")
    return f"f-{head}{_fit(brace + rest)}" if brace or _UNFIT.search(head) is None else f"f-{_fit(head)}"


_LISTS = 200
_EMPTY = '<span class="none">empty</span>'
_NEEDED = '<span class="needed"> needed</span>'


@lru_cache(maxsize=1000)
def _fit(name: str) -> str:
    return _UNFIT.sub(lambda match: f"_{ord(match[0]):x}", name)


@lru_cache(maxsize=4000)
def _title(said: str, path: str) -> str:
    return escaped("\n".join(filter(None, (said[:HELP], path))))


@lru_cache(maxsize=4000)
def _help(said: str, hint: str, default: str | None) -> str:
    words = []
    if said:
        words.append(f"<span>{escaped(said[:HELP])}{'…' if len(said) > HELP else ''}</span> ")
    if hint:
        words.append(f'<span class="hint">{escaped(hint[:1].upper() + hint[1:])}</span> ')
    if default:
        words.append(escaped(f"Where it is empty, {default!r} is meant. "))
    return "".join(words)


@lru_cache(maxsize=4000)
def _small(word: str, said: str, required: bool) -> str:
    title = f' title="{escaped(said[:HELP])}"' if said else ""
    return f'{title}><span class="word">{escaped(word)}{_NEEDED if required else ""}</span>'


@lru_cache(maxsize=2000)
def _options(control: Control, now: str) -> str:
    out = []
    if all(option != now for option, _ in control.options):
        out.append(f'<option value="{escaped(now)}" selected>{escaped(now or "–")}</option>')
    for option, words in control.options:
        out.append(f'<option value="{escaped(option)}"{" selected" if option == now else ""}>{escaped(words)}</option>')
    return "".join(out)


def _choices(options: Options) -> str:
    known = _written.get(id(options))
    if known is None or known[0] is not options:
        shown = [f'<option value="{escaped(value)}">{escaped(words) if words != value else ""}</option>' for value, words in options]
        if len(_written) >= _LISTS:
            _written.clear()
        known = _written[id(options)] = options, "".join(shown)
    return known[1]


_written: dict[int, tuple[Options, str]] = {}
"""Lists as HTML, by their identity: to compare them takes as long as to write them."""
