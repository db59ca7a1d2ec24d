"""Content negotiation, entity tags and conditional requests, as plain functions of header texts (RFC 9110, sections 8.8, 12, 13)."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

_RANGE = re.compile(r"\s*([!#$%&'*+.^_`|~\w-]+)/([!#$%&'*+.^_`|~\w-]+)\s*((?:;[^,]*)?)")
_QUALITY = re.compile(r";\s*q\s*=\s*(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*(?:;|$)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class MediaRange:
    """One member of an Accept header; `quality` in 0…1."""

    type: str
    subtype: str
    quality: float

    def specificity(self, offer: str) -> int:
        """How closely the range names `offer` (3 exact, 2 type/*, 1 */*), 0 if it does not match."""
        kind, _, sub = offer.lower().partition(";")[0].strip().partition("/")
        if (self.type, self.subtype) == (kind, sub):
            return 3
        if self.type == kind and self.subtype == "*":
            return 2
        return 1 if (self.type, self.subtype) == ("*", "*") else 0


def media_ranges(accept: str) -> list[MediaRange]:
    """The members of an Accept header in its order; what cannot be read is left out. A quality that cannot be read counts as 0."""
    found = []
    for part in accept.split(","):
        match = _RANGE.fullmatch(part)
        if match is None:
            continue
        quality = 1.0
        if re.search(r";\s*q\s*=", match[3], re.IGNORECASE):
            stated = _QUALITY.search(match[3])
            quality = float(stated[1]) if stated else 0.0
        found.append(MediaRange(match[1].lower(), match[2].lower(), quality))
    return found


def quality(offer: str, accept: str) -> float:
    """How much an Accept header wants `offer`, 0…1; the most specific range decides. An empty header wants everything."""
    ranges = media_ranges(accept)
    if not ranges:
        return 1.0
    best, result = 0, 0.0
    for candidate in ranges:
        specificity = candidate.specificity(offer)
        if specificity > best:
            best, result = specificity, candidate.quality
    return result


def choose(offers: Sequence[str], accept: str) -> str | None:
    """The offer that the header wants most, the earlier one among equals; None if it wants none of them."""
    best: str | None = None
    best_quality = 0.0
    for offer in offers:
        wanted = quality(offer, accept)
        if wanted > best_quality:
            best, best_quality = offer, wanted
    return best


def wants_html(accept: str, default: bool) -> bool:
    """Whether an error should be a page: HTML named, and wanted more than JSON. `default` where the header tells nothing."""
    named = any((r.type, r.subtype) in {("text", "html"), ("application", "xhtml+xml")} for r in media_ranges(accept))
    json = max(quality("application/problem+json", accept), quality("application/json", accept))
    if named:
        return quality("text/html", accept) > json or (default and quality("text/html", accept) >= json)
    return default and not any(r.subtype.endswith("json") for r in media_ranges(accept))


def etag(body: bytes, *parts: str) -> str:
    """A strong entity tag for exactly these bytes (and whatever else `parts` names)."""
    digest = hashlib.sha256(body)
    for part in parts:
        digest.update(b"\0" + part.encode())
    return f'"{digest.hexdigest()[:32]}"'


def matches(header: str, tag: str, weak: bool) -> bool:
    """Whether a list of entity tags (If-Match, If-None-Match) names `tag`; `weak` comparison for If-None-Match, strong for If-Match."""
    if header.strip() == "*":
        return True
    for found in re.findall(r'(W/)?("[^"]*")', header):
        if found[1] == tag.removeprefix("W/") and (weak or not (found[0] or tag.startswith("W/"))):
            return True
    return False


def xml_media_type(content_type: str) -> bool:
    """Whether a Content-Type header names XML: application/xml, text/xml or any …+xml (RFC 7303, section 8.1)."""
    kind = content_type.partition(";")[0].strip().lower()
    return kind in {"application/xml", "text/xml"} or bool(re.fullmatch(r"[\w!#$&^.+-]+/[\w!#$&^.-]+\+xml", kind))


def compact(value: object) -> str:
    """JSON without blanks, characters as they are."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
