"""What makes two deliveries the same document: the manifest's identity path, else the name that the partner gave, else the digest.

Never guessed: a wrong guess merges strangers, which cannot be undone; a missed one leaves two documents, which can.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from lxml import etree

from ..errors import BadRequest, SchemaError
from ..schema.registry import Schema

LONGEST = 500


@dataclass(frozen=True, slots=True)
class Identity:
    """A document's key within its partner, and where it came from."""

    key: str
    source: Literal["path", "name", "digest"]


def of(schema: Schema, tree: etree._ElementTree, name: str | None, digest: str) -> Identity:
    """The identity of one delivery. `name`: what the partner called it, if anything.

    A path that finds nothing (an invalid document may lack its own number) falls back to the name. Raises BadRequest for a name
    that cannot be kept, SchemaError for a manifest whose path cannot be evaluated.
    """
    found = _by_path(schema, tree)
    if found is not None and len(found) <= LONGEST:
        return Identity(found, "path")
    if name:
        return Identity(checked(name), "name")
    return Identity(digest, "digest")


def checked(name: str) -> str:
    """The name as it is kept; raises BadRequest when it is too long or holds control characters."""
    if len(name) > LONGEST:
        raise BadRequest(f"The document's name has {len(name)} characters; at most {LONGEST} can be kept.")
    if any(ord(character) < 32 or ord(character) == 127 for character in name):
        raise BadRequest(f"The document's name {name!r} holds control characters.")
    return name


def _by_path(schema: Schema, tree: etree._ElementTree) -> str | None:
    """The text that the manifest's path selects: collapsed white space, None when there is none or when it is not one."""
    path = schema.manifest.identity
    if not path:
        return None
    try:
        found = _compiled(path, tuple(schema.manifest.namespaces.items()))(tree)
    except etree.XPathError as error:
        raise SchemaError(f"The identity path {path!r} of vocabulary {schema.vocabulary} cannot be evaluated: {error}.") from error
    values = found if isinstance(found, list) else [found]
    texts = {_text(value) for value in values}
    texts.discard("")
    return texts.pop() if len(texts) == 1 else None


@lru_cache(256)
def _compiled(path: str, namespaces: tuple[tuple[str, str], ...]) -> etree.XPath:
    return etree.XPath(path, namespaces=dict(namespaces) or None)


def _text(value: object) -> str:
    text = "".join(map(str, value.itertext())) if isinstance(value, etree._Element) else str(value)
    return " ".join(text.split())
