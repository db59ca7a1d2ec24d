"""The languages that a form suggests (BCP 47 tags; any other may be written)."""

from __future__ import annotations

_NAMES = """
ar Arabic|bg Bulgarian|bn Bengali|bs Bosnian|ca Catalan|cs Czech|cy Welsh|da Danish|de German|el Greek|en English|en-GB English (UK)
en-US English (US)|es Spanish|es-419 Spanish (Latin America)|et Estonian|eu Basque|fa Persian|fi Finnish|fr French|fr-BE French (Belgium)
fr-CA French (Canada)|fy Western Frisian|ga Irish|gd Scottish Gaelic|gl Galician|he Hebrew|hi Hindi|hr Croatian|hu Hungarian|hy Armenian
id Indonesian|is Icelandic|it Italian|ja Japanese|ka Georgian|kk Kazakh|ko Korean|ku Kurdish|la Latin|lb Luxembourgish|lt Lithuanian
lv Latvian|mk Macedonian|ms Malay|mt Maltese|mul several languages|nb Norwegian Bokmål|nl Dutch|nl-BE Dutch (Belgium)|nn Norwegian Nynorsk
no Norwegian|pl Polish|pt Portuguese|pt-BR Portuguese (Brazil)|ro Romanian|ru Russian|se Northern Sami|sk Slovak|sl Slovenian|sq Albanian
sr Serbian|sr-Latn Serbian (Latin)|sv Swedish|sw Swahili|ta Tamil|te Telugu|th Thai|tr Turkish|uk Ukrainian|und not known|ur Urdu
vi Vietnamese|zh Chinese|zh-Hans Chinese (simplified)|zh-Hant Chinese (traditional)|zxx no language
"""

LANGUAGES: tuple[tuple[str, str], ...] = tuple(
    (tag, name) for tag, _, name in (entry.partition(" ") for line in _NAMES.split("\n") for entry in line.split("|") if entry)
)
"""(tag, name), by tag."""
