"""The form of a page as a browser would send it, without a browser: what is filled in, which buttons there are."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlencode

from tests.web.conftest import Answer, Client

_DATE = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass
class Filled:
    """`fields` in document order, as a browser holds them; `buttons`: the values of the buttons named do."""

    action: str
    fields: dict[str, str] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    options: dict[str, list[str]] = field(default_factory=dict)
    buttons: list[str] = field(default_factory=list)

    def post(self, client: Client, do: str = "keep", **changed: str) -> Answer:
        """Press a button. Line ends go out as HTML says: carriage return and line feed."""
        sent = {name: re.sub(r"\r?\n|\r", "\r\n", value) for name, value in {**self.fields, **changed}.items()}
        body = urlencode({**sent, "do": do}).encode()
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Origin": "http://service.example"}
        return client("POST", self.action, body, headers)


class _Reader(HTMLParser):
    def __init__(self, form: str) -> None:
        super().__init__(convert_charrefs=True)
        self._wanted, self._inside = form, False
        self.found: Filled | None = None
        self._area: str | None = None
        self._select: str | None = None
        self._text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form" and given.get("id") == self._wanted:
            self._inside, self.found = True, Filled(given["action"])
        if self.found is None or not (self._inside or given.get("form") == self._wanted):
            return
        name = given.get("name", "")
        if tag == "input" and name:
            self.found.kinds[name] = given.get("type", "text")
            self.found.fields[name] = _held(given)
        elif tag == "textarea":
            self._area, self._text = name, []
        elif tag == "select":
            self._select = name
            self.found.kinds[name], self.found.options[name] = "select", []
        elif tag == "option" and self._select is not None:
            self.found.options[self._select].append(given.get("value", ""))
            if "selected" in given or self._select not in self.found.fields:
                self.found.fields[self._select] = given.get("value", "")
        elif tag == "button" and name == "do" and "disabled" not in given:
            self.found.buttons.append(given["value"])

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False
        if tag == "textarea" and self._area is not None and self.found is not None:
            text = "".join(self._text)
            self.found.kinds[self._area] = "textarea"
            self.found.fields[self._area] = text.removeprefix("\n")
            self._area = None
        if tag == "select":
            self._select = None

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            self._text.append(data)


def _held(given: dict[str, str]) -> str:
    """What a browser makes of an input's value (HTML, value sanitization)."""
    value = given.get("value", "")
    if given.get("type") == "date":
        return value if _DATE.fullmatch(value) else ""
    return value if given.get("type") == "hidden" else value.replace("\n", "").replace("\r", "")


def form(answer: Answer, id: str = "editor") -> Filled:
    """The page's form of this id."""
    assert answer.status in (200, 409, 422), (answer.status, answer.text[:500])
    reader = _Reader(id)
    reader.feed(answer.text)
    reader.close()
    assert reader.found is not None, answer.text[:2000]
    return reader.found
