"""/api/files: the media files that documents refer to, and what was found of them."""

from __future__ import annotations

from typing import Any

from ...batch import media
from ...documents.services import Services
from .. import exchange
from ..exchange import actor, parameter, url
from .resources import moment


class Files:
    """Files by id; a run of the kind "media" looks for them."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def GET(self) -> bytes:
        limit = exchange.number("limit", 50, 1, media.CHUNK)
        state, document = parameter("state"), parameter("document")
        found = media.listed(self._services, actor(), state, document, parameter("after") or "", limit + 1)
        last = found[limit - 1].id if len(found) > limit else None
        following = url("/api/files", state=state, document=document, limit=parameter("limit"), after=last) if last else None
        return exchange.json_answer({"files": [_shown(each) for each in found[:limit]], "next": following})


def _shown(found: media.File) -> dict[str, Any]:
    return {
        "id": found.id, "location": found.location, "state": found.state, "size": found.size, "checksum": found.checksum,
        "first_seen": moment(found.first_seen), "last_seen": moment(found.last_seen) if found.last_seen else None,
        "problem": found.problem, "documents": list(found.documents),
    }  # fmt: skip
