"""A figure with logarithmic axes as SVG, without a library: lines, their names at their ends."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

_WIDTH, _HEIGHT = 860, 460
_LEFT, _TOP, _RIGHT, _BOTTOM = 64, 44, 250, 52
_COLOURS = ("#1b6ca8", "#b3541e", "#2d7d46", "#7b3f98", "#9a7400", "#b02a4c", "#147d7e", "#5b6570", "#4b4bb0", "#6b8e23")
_APART = 15  # pixels between two names


@dataclass(frozen=True)
class Line:
    """`values`: one for each place on the x axis."""

    name: str
    values: Sequence[float]


def loglog(title: str, places: Sequence[float], lines: Sequence[Line], x: str, y: str) -> str:
    """The SVG document. `x`, `y`: what the axes stand for."""
    low, high = _decades([value for line in lines for value in line.values])
    first, last = math.log10(min(places)), math.log10(max(places))
    wide, tall = _WIDTH - _LEFT - _RIGHT, _HEIGHT - _TOP - _BOTTOM

    def across(value: float) -> float:
        return _LEFT + wide * (math.log10(value) - first) / ((last - first) or 1)

    def down(value: float) -> float:
        return _TOP + tall * (1 - (math.log10(value) - low) / (high - low))

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" font-family="sans-serif" font-size="12">',
        f"<title>{escape(title)}</title>",
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#ffffff"/>',
        f'<text x="{_LEFT}" y="24" font-size="15" fill="#1c2430">{escape(title)}</text>',
    ]
    for power in range(low, high + 1):
        at = down(10.0**power)
        parts.append(f'<path d="M{_LEFT} {at:.1f}h{wide}" stroke="#d8dde3"/>')
        parts.append(f'<text x="{_LEFT - 8}" y="{at + 4:.1f}" text-anchor="end" fill="#4a5563">{10.0**power:,g}</text>')
    for place in places:
        parts.append(f'<path d="M{across(place):.1f} {_TOP}v{tall}" stroke="#eceff2"/>')
        parts.append(f'<text x="{across(place):.1f}" y="{_HEIGHT - 30}" text-anchor="middle" fill="#4a5563">{place:,}</text>')
    parts.append(f'<text x="{_LEFT + wide / 2}" y="{_HEIGHT - 10}" text-anchor="middle" fill="#1c2430">{escape(x)}</text>')
    parts.append(f'<text x="{_LEFT - 8}" y="{_TOP - 8}" text-anchor="end" fill="#1c2430">{escape(y)}</text>')
    named = -math.inf
    for number in sorted(range(len(lines)), key=lambda n: down(lines[n].values[-1])):
        line, colour = lines[number], _COLOURS[number % len(_COLOURS)]
        points = " ".join(f"{across(place):.1f},{down(value):.1f}" for place, value in zip(places, line.values, strict=True))
        end = down(line.values[-1])
        named = max(named + _APART, end)
        parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts.append(f'<path d="M{_LEFT + wide + 3} {end:.1f}L{_LEFT + wide + 14} {named:.1f}" stroke="{colour}"/>')
        said = f"{line.name}: {line.values[-1]:,.1f}"
        parts.append(f'<text x="{_LEFT + wide + 18}" y="{named + 4:.1f}" fill="{colour}">{escape(said)}</text>')
    return "\n".join([*parts, "</svg>\n"])


def _decades(values: Sequence[float]) -> tuple[int, int]:
    """The powers of ten that hold all values."""
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    return low, max(high, low + 1)
