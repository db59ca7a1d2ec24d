"""The Genshi shells of the pages. A page is a fragment, rendered, then set into `layout.html`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from genshi.core import Markup
from genshi.template import Context, MarkupTemplate, TemplateLoader

FOLDER = Path(__file__).parent / "templates"

_LOADER = TemplateLoader([str(FOLDER)], auto_reload=False, max_cache_size=200, default_class=MarkupTemplate, allow_exec=False)


def fragment(name: str, /, **context: Any) -> Markup:
    """The rendered fragment `templates/NAME.html`; every value of `context` is escaped unless it is Markup."""
    stream = _LOADER.load(f"{name}.html").generate(Context(**context))
    return Markup(stream.render("html", encoding=None, strip_whitespace=False))


def page(**context: Any) -> bytes:
    """The whole page: `layout.html` around `context["content"]`."""
    stream = _LOADER.load("layout.html").generate(Context(**context))
    text: str = stream.render("html", doctype="html5", encoding=None, strip_whitespace=False)
    return text.encode("utf-8")
