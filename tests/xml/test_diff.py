"""Two documents compared, and one made into the other."""

from __future__ import annotations

import re
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from tests.conftest import FULL
from tests.xml.trees import change, documents, meaning
from xmlsvc.errors import Error
from xmlsvc.xml import carry, diff, edits, encoding, parser

OLD = b"""<p:film xmlns:p="urn:f" id="1">
  <p:title lang="en">Dyke</p:title>
  <p:genre>movie</p:genre>
  <p:genre>drama</p:genre>
  <p:note>see <p:b>this</p:b> now</p:note>
</p:film>
"""


@pytest.mark.parametrize(("old", "new", "changes"), [
    ('id="1"', 'id="2"', [("changed", "attribute", "/p:film/@id", "1", "2")]),
    (' lang="en"', "", [("removed", "attribute", "/p:film/p:title/@lang", "en", None)]),
    ("Dyke", "Dijk", [("changed", "text", "/p:film/p:title", "Dyke", "Dijk")]),
    ("  <p:genre>drama</p:genre>\n", "", [("removed", "element", "/p:film/p:genre[2]", "<p:genre>drama</p:genre>", None)]),
    ("  <p:note>", "  <p:genre>clip</p:genre>\n  <p:note>", [("added", "element", "/p:film/p:genre[3]", None, "<p:genre>clip</p:genre>")]),
    ("drama", "clip", [("changed", "text", "/p:film/p:genre[2]", "drama", "clip")]),
    ("this", "that", [("changed", "text", "/p:film/p:note/p:b", "this", "that")]),
    ("now", "then", [("changed", "text", "/p:film/p:note", "see <p:b>this</p:b> now", "see <p:b>this</p:b> then")]),
    ("  <p:title", "  <!-- x -->\n  <p:title", [("added", "comment", "/p:film/comment()", None, " x ")]),
    ("\n  <p:genre>movie", "<p:genre>movie", []),
    ("p:", "q:", []),
])
def test_one_difference_is_one_change(old: str, new: str, changes: list[tuple[object, ...]]) -> None:
    other = OLD.replace(old.encode(), new.encode()).replace(b"xmlns:p", b"xmlns:" + new[:1].encode() if old == "p:" else b"xmlns:p")
    found = diff.compare(parser.parse(OLD), parser.parse(other))
    assert [(each.verb, each.what, each.path, each.before, each.after) for each in found.changes] == changes
    assert found.spaces == (old in ("\n  <p:genre>movie", "  <p:genre>drama</p:genre>\n", "  <p:note>", "  <p:title"))


def test_what_moved_is_not_gone_and_new() -> None:
    new = OLD.replace(b"  <p:genre>movie</p:genre>\n", b"").replace(b"</p:note>", b"</p:note>\n  <p:genre>movie</p:genre>")
    (moved,) = diff.compare(parser.parse(OLD), parser.parse(new)).changes
    assert (moved.verb, moved.path, moved.was) == ("moved", "/p:film/p:genre[2]", "/p:film/p:genre[1]")


def test_another_root_is_another_document() -> None:
    (one,) = diff.compare(parser.parse(b"<a/>"), parser.parse(b"<b>x</b>")).changes
    assert (one.verb, one.path, one.was, one.after) == ("changed", "/b", "/a", "<b>x</b>")


def test_lines() -> None:
    text = diff.unified(OLD, OLD.replace(b"Dyke", b"Dijk"), "1", "2")
    assert "-  <p:title lang=\"en\">Dyke</p:title>\n+  <p:title lang=\"en\">Dijk</p:title>\n" in text and text.startswith("--- 1\n+++ 2\n")
    assert diff.unified(OLD, OLD) == ""


LINES = st.lists(st.sampled_from("abcdef"), max_size=25)


@given(LINES, LINES)
def test_lines_make_the_other_text(old: list[str], new: list[str]) -> None:
    """What diff -u prints is what patch needs."""
    text = diff.unified("\n".join(old).encode(), "\n".join(new).encode())
    made: list[str] = []
    at = 0
    for line in text.splitlines()[2:]:
        if head := re.match(r"@@ -(\d+)(,0)?", line):
            start = int(head[1]) - (0 if head[2] else 1)
            made, at = made + old[at:start], start
        elif line[0] == "+":
            made.append(line[1:])
        else:
            assert old[at] == line[1:]
            made, at = made + ([old[at]] if line[0] == " " else []), at + 1
    assert made + old[at:] == new


def test_what_differs_throughout_takes_no_longer() -> None:
    """Thousands of lines and children the other way round."""
    old, new = ([b"<c>%d</c>" % number for number in numbers] for numbers in (range(5000), range(5000, 0, -1)))
    assert diff.unified(b"\n".join(old), b"\n".join(new)).count("\n") > 5000
    found = diff.compare(*(parser.parse(b"<r>" + b"".join(each) + b"</r>") for each in (old, new)))  # type: ignore[arg-type]
    assert len(found.changes) > 4000


@given(documents(), documents())
def test_a_difference_carried_over_gives_the_other(old: bytes, new: bytes) -> None:
    tree, wanted = parser.parse(old), parser.parse(new)
    found = diff.compare(tree, wanted)
    carry.carry(tree, wanted)
    assert meaning(tree) == meaning(wanted)
    assert meaning(parser.parse(edits.save(old, tree))) == meaning(wanted)
    assert diff.compare(tree, wanted).changes == ()
    assert found.changes or found.spaces or meaning(parser.parse(old)) == meaning(wanted)


@given(documents(), st.randoms(use_true_random=False))
def test_without_white_space_the_fields_are_the_same(old: bytes, random: Random) -> None:
    tree, wanted = parser.parse(old), parser.parse(old)
    change(wanted.getroot(), random)
    carry.carry(tree, wanted, spaces=False)
    assert diff.compare(tree, wanted).changes == ()


def test_what_a_stylesheet_puts_out_is_indented_as_the_original(tmp_path: Path) -> None:
    tree = parser.parse(OLD)
    wanted = etree.ElementTree(parser.parse(OLD.replace(b"movie", b"film").replace(b"\n", b"").replace(b"  ", b"")).getroot())
    wanted.getroot().insert(1, etree.fromstring('<p:title xmlns:p="urn:f"><p:a/><p:a/></p:title>', parser=None))
    carry.carry(tree, wanted, spaces=False)
    assert edits.save(OLD, tree) == OLD.replace(b"movie", b"film").replace(
        b"Dyke</p:title>\n", b"Dyke</p:title>\n  <p:title>\n    <p:a/>\n    <p:a/>\n  </p:title>\n")


def test_prefixes_in_values_go_with_them() -> None:
    tree = parser.parse(b'<a><b/></a>')
    wanted = parser.parse(b'<a xmlns:t="urn:t" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><b/><c xsi:type="t:C"/></a>')
    carry.carry(tree, wanted)
    assert tree.getroot()[1].nsmap["t"] == "urn:t"
    assert b'xmlns:t="urn:t"' in edits.save(b"<a><b/></a>", tree)


def replaced(written: bytes, tree: etree._ElementTree) -> int:
    """How many characters a save takes out and puts in."""
    text, count = encoding.text(written, encoding.detect(written)), 0
    for edit in edits.between(written, tree):
        old, new = text[edit.start : edit.end], edit.text
        start = shared(old, new)
        end = shared(old[start:][::-1], new[start:][::-1])
        count += len(old) + len(new) - 2 * (start + end)
    return count


def shared(one: str, other: str) -> int:
    """How many characters both begin with."""
    return next((place for place, (mine, its) in enumerate(zip(one, other, strict=False)) if mine != its), min(len(one), len(other)))


def test_every_corpus_document(corpora: Path) -> None:
    """Changed at random, compared, carried over and saved: what was not changed keeps its bytes."""
    paths = sorted(path for path in corpora.glob("*/docs/**/*.xml") if path.stat().st_size < 200_000)
    random, seen = Random(1), 0
    for path in paths[:: 1 if FULL else 15]:
        written = path.read_bytes()
        try:
            tree = parser.parse(written)
        except Error:
            continue
        seen += 1
        wanted = parser.parse(written)
        for _ in range(3):
            change(wanted.getroot(), random)
        carry.carry(tree, wanted)
        assert meaning(tree) == meaning(wanted), path
        assert diff.compare(tree, wanted).changes == (), path
        saved = edits.save(written, tree)
        meant = sum(len(each.before or "") + len(each.after or "") + 100 for each in diff.compare(parser.parse(written), wanted).changes)
        assert replaced(written, tree) <= 3 * meant, path
        assert meaning(parser.parse(saved)) == meaning(wanted), path
    assert seen > 80
