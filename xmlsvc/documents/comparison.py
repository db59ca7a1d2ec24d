"""Two revisions of a document side by side: field by field, line by line, and as a patch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from lxml import etree

from ..xml import diff, parser, patch_making
from . import revisions
from .access import Actor
from .services import Services


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """`changes`: what has to be changed in `old` to get `new`, in the order of the new one; `namespaces`: the prefixes in their paths;
    `spaces`: white space between elements differs, too."""

    old: revisions.Revision
    new: revisions.Revision
    changes: tuple[diff.Change, ...]
    namespaces: Mapping[str, str]
    spaces: bool
    old_data: bytes
    new_data: bytes

    @cached_property
    def text(self) -> str:
        """The lines that differ, as `diff -u` prints them."""
        return diff.unified(self.old_data, self.new_data, f"revision {self.old.number}", f"revision {self.new.number}")

    @cached_property
    def patch(self) -> bytes:
        """The difference as an XML patch (RFC 7351), white space included."""
        made = patch_making.make(parser.parse(self.old_data), parser.parse(self.new_data))
        return etree.tostring(made, xml_declaration=True, encoding="utf-8") + b"\n"


def compare(services: Services, actor: Actor, document_id: str, old: int | None = None, new: int | None = None) -> Comparison:
    """Compare two revisions (default: the current one with the one before it; the first one with itself). Raises NotFound, Gone."""
    document = revisions.get(services, actor, document_id)
    to = document.current if new is None else new
    before_it = revisions.listed(services, actor, document_id, before=to, limit=1) if old is None else []
    since = before_it[0].number if before_it else to if old is None else old
    (_, before, old_data), (_, after, new_data) = (revisions.read(services, actor, document_id, number) for number in (since, to))
    found = of(services, old_data, new_data, after)
    return Comparison(
        old=before, new=after, changes=found.changes, namespaces=found.namespaces, spaces=found.spaces, old_data=old_data,
        new_data=new_data,
    )  # fmt: skip


def of(services: Services, old: bytes, new: bytes, revision: revisions.Revision) -> diff.Difference:
    """What differs between two contents; paths use the document's prefixes, else those of the revision's schema."""
    authors = revisions.schema_of(services, revision).model.prefixes
    return diff.compare(parser.parse(old, services.limits), parser.parse(new, services.limits), authors)
