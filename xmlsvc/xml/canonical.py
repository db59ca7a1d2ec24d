"""The digest that names a content, and the canonical form in which two documents can be compared."""

from __future__ import annotations

import hashlib
import io

from lxml import etree


def digest(data: bytes) -> str:
    """ "sha256:" and 64 hexadecimal digits of the bytes as they are."""
    return "sha256:" + hashlib.sha256(data).hexdigest()


def c14n(tree: etree._ElementTree | etree._Element, comments: bool = True) -> bytes:
    """Canonical XML 1.0 (inclusive): equal for documents that differ only in quotes, attribute order, line ends, empty tags or encoding."""
    out = io.BytesIO()
    owner = tree if isinstance(tree, etree._ElementTree) else etree.ElementTree(tree)
    owner.write_c14n(out, with_comments=comments)
    return out.getvalue()
