"""What a page cannot do without, done by hand: its statements on bare sqlite3, its XML with lxml and libxml2.

    Statements       the statements of a page, with their values, as they went to the database: watched, to be repeated
    Hand.read        a page's statements, every row fetched
    Hand.shown       the same; content unpacked, its digest checked, parsed; each value read, and the type that governs it found; the words
                     gathered that may name another document (a statement asks for them); validated by libxml2 where no verdict of today's
                     engines is stored; `written`: as text with label and meaning
    Hand.edited      content, values and types the same; the IDs gathered that references choose from; validated by libxml2; `choices`: and
                     the automata of the content models asked what may be added where
    Hand.saved       the save's own questions; parsed, changed, written out, parsed and validated again; every row of it replaced, with
                     search entry and revision, in one durable transaction
"""

from __future__ import annotations

import hashlib
import html
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import zstandard
from lxml import etree

from benchmarks.common import ROOT
from xmlsvc.publish.shape import Shape
from xmlsvc.schema import components, model
from xmlsvc.schema.matcher import Matcher
from xmlsvc.web import declarations
from xmlsvc.xml import parser

XSD = ROOT / "schemas" / "programme" / "1.1" / "programme.xsd"
TITLE = "{urn:xmlsvc:programme}title"


class Statements:
    """A Storm tracer that keeps what is read."""

    def __init__(self) -> None:
        self.kept: list[tuple[str, tuple[Any, ...]]] = []

    def connection_raw_execute(self, connection: Any, _: Any, statement: str, params: Any) -> None:
        if statement.lstrip().upper().startswith(("SELECT", "WITH")):
            self.kept.append((statement, tuple(connection.to_database(params))))


class Hand:
    """One connection, one validator, one table of words: all made beforehand, as the service has them."""

    def __init__(self, database: Path) -> None:
        self._store = sqlite3.connect(database, isolation_level=None)
        self._store.execute("PRAGMA synchronous = FULL")
        self._schema = etree.XMLSchema(etree.parse(XSD))
        self._unpack = zstandard.ZstdDecompressor()
        self._tables = [
            name for (name,) in self._store.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name GLOB 'programme*'")
        ]
        self._shape = Shape(components.read_paths(XSD))
        self._matchers: dict[model.ComplexType, Matcher] = {}
        self._words = _words(self._shape.model)

    def warm(self) -> None:
        """Read what every page begins with."""
        self._store.execute("SELECT id, title FROM document ORDER BY modified DESC, id DESC LIMIT 51").fetchall()

    def read(self, statements: list[tuple[str, tuple[Any, ...]]]) -> list[list[Any]]:
        """The rows of each statement."""
        return [self._store.execute(text, values).fetchall() for text, values in statements]

    def listed(self, statements: list[tuple[str, tuple[Any, ...]]], written: bool) -> str:
        """A list: the rows, and, `written`, as text."""
        found = self.read(statements)
        if not written:
            return ""
        return "".join(f"<tr>{''.join(f'<td>{html.escape(str(each))}</td>' for each in row)}</tr>" for rows in found for row in rows)

    def _content(self, document: str) -> etree._ElementTree:
        digest, encoding, data, size = self._store.execute(
            "SELECT c.digest, c.encoding, c.data, c.size FROM document d JOIN revision r ON r.document_id = d.id AND r.number = d.current "
            "JOIN content c ON c.digest = r.digest WHERE d.id = ?",
            (document,),
        ).fetchone()
        plain = self._unpack.decompress(data, max_output_size=size) if encoding == "zstd" else data
        assert digest == f"sha256:{hashlib.sha256(plain).hexdigest()}"
        return parser.parse(plain)

    def shown(self, statements: list[tuple[str, tuple[Any, ...]]], document: str, written: bool) -> str:
        """A document's page."""
        asked = [each for each in statements if "content.data" not in each[0]]
        found = self.read(asked)
        tree = self._content(document)
        if any("verdict" in text and not rows for (text, _), rows in zip(asked, found, strict=True)):
            assert self._schema.validate(tree)
        self._words_in(tree)
        self._types(tree)
        return self._values(tree, written)

    def edited(self, statements: list[tuple[str, tuple[Any, ...]]], document: str, written: bool, choices: bool = False) -> str:
        """A document's form. `choices`: also what may be added in each group, and where."""
        self.read([each for each in statements if "content.data" not in each[0]])
        tree = self._content(document)
        assert self._schema.validate(tree)
        if choices:
            self._additions(tree.getroot(), self._shape.root(tree.getroot()))
        self._ids(self._types(tree))
        return self._values(tree, written)

    @staticmethod
    def _ids(kinds: dict[etree._Element, model.Type | None]) -> list[str | None]:
        """The values of the attributes that are IDs."""
        composed = ((element, kind) for element, kind in kinds.items() if isinstance(kind, model.ComplexType))
        return [element.get(use.name) for element, kind in composed for use in kind.attributes.values() if use.type.builtin == "ID"]

    def _types(self, tree: etree._ElementTree) -> dict[etree._Element, model.Type | None]:
        """The type of each element, by the declarations of its parent's."""
        found: dict[etree._Element, model.Type | None] = {}
        for element in tree.iter("*"):
            parent = element.getparent()
            declaration = self._shape.root(element) if parent is None else self._shape.children(found[parent])[str(element.tag)].element
            found[element] = self._shape.type(element, declaration)
        return found

    @staticmethod
    def _words_in(tree: etree._ElementTree) -> set[str]:
        """The words of the document's short values."""
        found: set[str] = set()
        for element in tree.iter("*"):
            for text in (element.text or "", *element.attrib.values()):
                if len(text) <= 800:
                    found.update([word for word in str(text).split() if 2 < len(word) <= 200])
        return found

    def _additions(self, element: etree._Element, declaration: model.Element | None) -> dict[str, int]:
        """Each name that may be added to an element, with the last place where it may; and so on in what is in it."""
        kind = self._shape.type(element, declaration)
        if not isinstance(kind, model.ComplexType) or kind.content is None:
            return {}
        matcher = self._matchers.get(kind)
        if matcher is None:
            matcher = self._matchers[kind] = Matcher(kind.content, self._shape.model.substitutes)
        names = [str(child.tag) for child in element.iterchildren("*")]
        found = {}
        for name in matcher.declared():
            for place in range(len(names), -1, -1):
                if matcher.accepts([*names[:place], name, *names[place:]]):
                    found[name] = place
                    break
        declared = self._shape.children(kind)
        for child in element.iterchildren("*"):
            self._additions(child, declared[str(child.tag)].element)
        return found

    def _values(self, tree: etree._ElementTree, written: bool) -> str:
        """Every element and attribute, read; `written`: each with its words, and the attributes that may be there."""
        values = [(element.tag, (element.text or "").strip(), dict(element.attrib)) for element in tree.iter("*")]
        if not written:
            return ""
        out = []
        for tag, text, attributes in values:
            words, uses = self._words.get(tag, ("", {}))
            out.append(f"<div>{words}<input value='{html.escape(text)}'></div>")
            out += [f"<label>{words}<input value='{html.escape(attributes.get(name, ''))}'></label>" for name, words in uses.items()]
        return "".join(out)

    def rows(self, document: str) -> dict[str, list[tuple[Any, ...]]]:
        """A document's rows, by table: what `saved` writes again. Not part of what is measured."""
        found = {}
        for table in self._tables:
            with closing(self._store.execute(f"SELECT * FROM {table} WHERE document_id = ?", (document,))) as cursor:
                if "document_id" in [column[0] for column in cursor.description]:
                    found[table] = cursor.fetchall()
        return found

    def saved(self, statements: list[tuple[str, tuple[Any, ...]]], document: str, rows: dict[str, list[tuple[Any, ...]]]) -> None:
        """A title changed; durable when it returns."""
        self.read([each for each in statements if "content.data" not in each[0]])
        tree = self._content(document)
        value = f"by hand {time.time_ns()}"
        next(tree.iter(TITLE)).text = value
        data = etree.tostring(tree, encoding="UTF-8", xml_declaration=True)
        again = parser.parse(data)
        assert self._schema.validate(again)
        words = " ".join(filter(None, (" ".join((element.text or "").split()) for element in again.iter("*"))))
        digest = f"sha256:{hashlib.sha256(data).hexdigest()}"
        run = self._store.execute
        run("BEGIN IMMEDIATE")
        current, old = run(
            "SELECT d.current, r.content_number FROM document d JOIN revision r ON r.document_id = d.id AND r.number = d.current "
            "WHERE d.id = ?", (document,),
        ).fetchone()
        number = run(
            "INSERT INTO content VALUES (NULL, ?, ?, 'zstd', ?, datetime())", (digest, len(data), zstandard.compress(data))
        ).lastrowid
        run(
            "INSERT INTO verdict SELECT ?, v.schema, engine, valid, violations, report, checked FROM verdict v WHERE content_number = ?",
            (number, old),
        )
        run(
            "INSERT INTO revision SELECT ?, document_id, number + 1, ?, r.schema, ?, version, chosen, 'edit', valid, violations, actor, "
            "'', receipt_id, run_id, datetime() FROM revision r WHERE document_id = ? AND number = ?",
            (f"{document}.{current + 1}", digest, number, document, current),
        )
        run("UPDATE document SET current = ?, published = ?, title = ? WHERE id = ?", (current + 1, current + 1, value, document))
        run("INSERT OR REPLACE INTO publication VALUES (?, datetime(), ?)", (document, current + 1))
        for table, found in rows.items():
            run(f"DELETE FROM {table} WHERE document_id = ?", (document,))
            if found:
                self._store.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(found[0]))})", found)
        run("DELETE FROM search_entry WHERE document_id = ?", (document,))
        run("INSERT INTO search_entry (document_id, head, title, body) VALUES (?, 3, ?, ?)", (document, value, words))
        run("INSERT INTO audit VALUES (?, datetime(), 'hand', 'document.edit', ?, '')", (digest, document))
        run("DELETE FROM working_copy WHERE document_id = ? AND owner = 'user:ada'", (document,))
        run("COMMIT")


def _words(schema: model.Model) -> dict[str, tuple[str, dict[str, str]]]:
    """Element → (its label and meaning as text, the same of each attribute), for every element that the schema declares."""
    found: dict[str, tuple[str, dict[str, str]]] = {}
    for declaration in schema.declarations():
        kind = declaration.type
        uses = kind.attributes if isinstance(kind, model.ComplexType) else {}
        found[declaration.name] = (
            _said(declaration.name, declaration.documentation),
            {name: _said(name, use.documentation) for name, use in uses.items()},
        )
    return found


def _said(name: str, documentation: str) -> str:
    return f"<b>{html.escape(declarations.label(name))}</b><p>{html.escape(documentation)}</p>"
