"""Any document as a page that a person can read, by its schema alone: names as labels, the schema's documentation behind them."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from lxml import etree

from ..schema.model import XML_NAMESPACE, XSI_NAMESPACE, ComplexType, Element, Type
from ..xml import names
from .shape import Shape, simple

RULES = 2
"""Counts changes of the page: part of every rendering's key."""

_XSI = f"{{{XSI_NAMESPACE}}}"
_LANG = f"{{{XML_NAMESPACE}}}lang"
_DEEPEST_HEADING = 6
_STYLE = """
:root { color-scheme: light dark; --line: #8884; --quiet: #666; }
@media (prefers-color-scheme: dark) { :root { --quiet: #aaa; } }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.6rem; margin-bottom: 0; } h2, h3, h4, h5, h6 { font-size: 1.05rem; margin: 1rem 0 .3rem; }
section section { border-left: 2px solid var(--line); padding-left: 1rem; }
dl { display: grid; grid-template-columns: minmax(8rem, max-content) 1fr; gap: .2rem 1rem; margin: .3rem 0; }
dt { color: var(--quiet); } dd { margin: 0; overflow-wrap: anywhere; white-space: pre-line; }
.kind, .lang { color: var(--quiet); font-size: .85rem; } .mixed { white-space: pre-line; }
"""


def render(tree: etree._ElementTree, shape: Shape, title: str = "", kind: str = "") -> bytes:
    """The document as an HTML page in UTF-8. `title` heads it (else the first text that calls itself a title or name, else the root's
    label); `kind` says below it what sort of document it is."""
    root = tree.getroot()
    heading = title or _title(root) or label(names.split(root.tag)[1])
    language = root.get(_LANG) or "en"
    body = "".join(_Page(shape).section(root, shape.root(root), 1))
    below = f'<p class="kind">{html.escape(kind)}</p>' if kind else ""
    return (
        f'<!DOCTYPE html>\n<html lang="{html.escape(language)}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><title>{html.escape(heading)}</title>'
        f"<style>{_STYLE}</style></head>\n<body>\n<main><h1>{html.escape(heading)}</h1>{below}\n{body}</main>\n</body></html>\n"
    ).encode()


def label(name: str) -> str:
    """A name as people write it: "shortSynopsis_text" → "Short synopsis text", "mainURL" → "Main URL"."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|[_.-]+", " ", name).split()
    words = [word if len(word) > 1 and word.isupper() else word.lower() for word in spaced]
    return " ".join([words[0][:1].upper() + words[0][1:], *words[1:]]) if words else name


def _title(root: etree._Element) -> str:
    """The first text that calls itself a title or name, the root's own children before what is deeper."""
    for inside in (root.iterchildren, root.iter):
        for wanted in ("title", "name", "label"):
            for element in inside(etree.Element):
                if wanted in names.split(element.tag)[1].lower() and not len(element) and (text := " ".join((element.text or "").split())):
                    return text[:200]
    return ""


class _Page:
    def __init__(self, shape: Shape) -> None:
        self._shape = shape

    def section(self, element: etree._Element, declaration: Element | None, level: int) -> Iterator[str]:
        """An element with children or attributes: its values as a list, its parts as sections below."""
        governing = self._shape.type(element, declaration)
        yield "<section>"
        if level > 1:
            tag = f"h{min(level, _DEEPEST_HEADING)}"
            yield f"<{tag}{_hint(declaration)}>{html.escape(label(names.split(element.tag)[1]))}{_language(element)}</{tag}>"
        mixed = governing.mixed if isinstance(governing, ComplexType) else False
        if mixed:
            text = " ".join(str(element.xpath("string()")).split())
            if text:
                yield f'<p class="mixed">{html.escape(text)}</p>'
        values = list(self._values(element, governing, mixed))
        if values:
            yield f"<dl>{''.join(values)}</dl>"
        if not mixed:
            for child, known in self._children(element, governing):
                if not self._is_value(child, known):
                    yield from self.section(child, known, level + 1)
        yield "</section>\n"

    def _values(self, element: etree._Element, governing: Type | None, mixed: bool) -> Iterator[str]:
        declared = governing.attributes if isinstance(governing, ComplexType) else {}
        for clark, text in names.attributes(element):
            if not clark.startswith(_XSI) and clark != _LANG:
                use = declared.get(clark)
                yield _pair(label(names.split(clark)[1]), text, use.documentation if use else "")
        if mixed:
            return
        text = " ".join(" ".join([element.text or "", *(child.tail or "" for child in element)]).split())
        if text:
            yield _pair("Value", text, "")
        for child, known in self._children(element, governing):
            if self._is_value(child, known):
                note = _language(child)
                yield _pair(label(names.split(child.tag)[1]), str(child.xpath("string()")), known.documentation if known else "", note)

    def _children(self, element: etree._Element, governing: Type | None) -> Iterator[tuple[etree._Element, Element | None]]:
        declared = self._shape.children(governing)
        for child in element.iterchildren(etree.Element):
            known = declared.get(child.tag)
            yield child, known.element if known else self._shape.model.elements.get(child.tag)

    def _is_value(self, child: etree._Element, declaration: Element | None) -> bool:
        """Whether one line shows all of it: text alone, or text with nothing but a language."""
        attributes = [name for name, _ in names.attributes(child) if not name.startswith(_XSI) and name != _LANG]
        governing = self._shape.type(child, declaration)
        mixed = isinstance(governing, ComplexType) and governing.mixed
        return not attributes and (mixed or not len(child)) and (mixed or simple(governing) is not None or bool((child.text or "").strip()))


def _hint(declaration: Element | None) -> str:
    text = declaration.documentation if declaration is not None else ""
    return f' title="{html.escape(" ".join(text.split())[:300])}"' if text else ""


def _language(element: etree._Element) -> str:
    language = element.get(_LANG)
    return f' <span class="lang">({html.escape(language)})</span>' if language else ""


def _pair(name: str, text: str, documentation: str, note: str = "") -> str:
    hint = f' title="{html.escape(" ".join(documentation.split())[:300])}"' if documentation else ""
    shown = html.escape(text.strip())
    # Only these schemes become links: a partner's "javascript:" stays text.
    if re.fullmatch(r"https?://[^\s\"<>]+", text.strip()):
        shown = f'<a href="{shown}" rel="noopener noreferrer nofollow">{shown}</a>'
    return f"<dt{hint}>{html.escape(name)}{note}</dt><dd>{shown}</dd>"
