"""The text of xs:documentation, as people read it."""

from __future__ import annotations

import inspect

from lxml import etree

from .model import XML_NAMESPACE, XSD_NAMESPACE

_LANG = f"{{{XML_NAMESPACE}}}lang"


def of(element: etree._Element | None) -> str:
    """The documentation of a schema component, paragraphs kept, "" where there is none. Of several languages English is taken, else the
    first."""
    if element is None:
        return ""
    texts: list[tuple[str, str]] = []
    for annotation in element.iterchildren(f"{{{XSD_NAMESPACE}}}annotation"):
        for part in annotation.iterchildren(f"{{{XSD_NAMESPACE}}}documentation"):
            text = inspect.cleandoc(str(part.xpath("string()")).replace("\r", "")).strip()
            if text:
                texts.append((part.get(_LANG, "").lower(), text))
    languages = {language for language, _ in texts}
    if len(languages) > 1:
        wanted = next((language for language in sorted(languages) if language.split("-")[0] == "en"), texts[0][0])
        texts = [(language, text) for language, text in texts if language in (wanted, "")]
    return "\n\n".join(dict.fromkeys(text for _, text in texts))
