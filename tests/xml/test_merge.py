"""Two people's changes of one document, brought together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from tests.conftest import FULL
from tests.xml.trees import RECORDS, change, documents, meaning
from xmlsvc.errors import Error
from xmlsvc.xml import diff, edits, merge, parser

BASE = b"""<film id="1">
  <title lang="en">Dyke</title>
  <genre>movie</genre>
  <genre>drama</genre>
  <note>see <b>this</b> now</note>
</film>
"""


def made(*changes: tuple[str, str]) -> bytes:
    text = BASE.decode()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    return text.encode()


def merged(theirs: bytes, mine: bytes, choose: Callable[[merge.Clash], merge.Side] = lambda _: "mine") -> tuple[bytes, merge.Merged]:
    found = merge.merge(parser.parse(BASE), parser.parse(theirs), parser.parse(mine), choose)
    return edits.save(theirs, found.tree), found


ALONE = [("id=\"1\"", "id=\"2\""), ("Dyke", "Dijk"), (' lang="en"', ""), ("  <genre>movie</genre>\n", ""), ("drama", "clip"),
         ("  <note>", "  <who>x</who>\n  <note>"), ("now", "then"), ("<film", "<!-- c -->\n<film"),
         ("  <title", "  <pre/>\n  <title")]  # fmt: skip


@pytest.mark.parametrize("theirs", ALONE)
@pytest.mark.parametrize("mine", ALONE)
def test_two_changes_at_different_places_are_both_made(theirs: tuple[str, str], mine: tuple[str, str]) -> None:
    if theirs == mine:
        assert merged(made(theirs), made(mine)) [0] == made(mine)
        return
    data, found = merged(made(theirs), made(mine))
    assert found.clashes == ()
    assert meaning(parser.parse(data)) == meaning(parser.parse(made(theirs, mine)))
    assert meaning(parser.parse(merged(made(mine), made(theirs))[0])) == meaning(parser.parse(data))


@pytest.mark.parametrize(("theirs", "mine", "what", "path", "values"), [
    (("id=\"1\"", "id=\"2\""), ("id=\"1\"", "id=\"3\""), "attribute", "/film/@id", ("1", "2", "3")),
    (("id=\"1\"", ""), ("id=\"1\"", "id=\"3\""), "attribute", "/film/@id", ("1", None, "3")),
    (("Dyke", "Dijk"), ("Dyke", "Dam"), "text", "/film/title", ("Dyke", "Dijk", "Dam")),
    (("now", "then"), ("this", "that"), "text", "/film/note",
     ("see <b>this</b> now", "see <b>this</b> then", "see <b>that</b> now")),
    (("drama", "clip"), ("  <genre>drama</genre>\n", ""), "element", "/film/genre[2]",
     ("<genre>drama</genre>", "<genre>clip</genre>", None)),
    (("  <genre>drama</genre>\n", ""), ("drama", "clip"), "element", "/film/genre[2]",
     ("<genre>drama</genre>", None, "<genre>clip</genre>")),
    (("</note>", "</note>\n  <x>1</x>"), ("</note>", "</note>\n  <x>2</x>"), "element", "/film", (None, "<x>1</x>", "<x>2</x>")),
])  # fmt: skip
def test_one_place_changed_by_both_is_a_clash(
    theirs: tuple[str, str], mine: tuple[str, str], what: str, path: str, values: tuple[str | None, ...]
) -> None:  # fmt: skip
    answers = {}
    for side in ("theirs", "mine", "base"):
        data, found = merged(made(theirs), made(mine), lambda _, side=side: side)  # type: ignore[misc]
        (clash,) = found.clashes
        assert (clash.n, clash.what, clash.path, (clash.base, clash.theirs, clash.mine)) == (0, what, path, values)
        answers[side] = meaning(parser.parse(data))
    assert answers == {"theirs": meaning(parser.parse(made(theirs))), "mine": meaning(parser.parse(made(mine))),
                       "base": meaning(parser.parse(BASE))}  # fmt: skip


def test_what_both_added_stays_where_it_fits() -> None:
    def fits(parent: etree._Element, names: Sequence[str]) -> bool:
        return list(names) == sorted(names)

    theirs, mine = made(("</note>", "</note>\n  <x>1</x>")), made(("</note>", "</note>\n  <y>2</y>"))
    found = merge.merge(parser.parse(BASE), parser.parse(theirs), parser.parse(mine), fits=fits)
    assert len(found.clashes) == 1
    flat = b"<r><a/></r>"
    both = merge.merge(parser.parse(flat), parser.parse(b"<r><a/><x>1</x></r>"), parser.parse(b"<r><a/><y>2</y></r>"), fits=fits)
    assert both.clashes == () and etree.tostring(both.tree) == b"<r><a/><x>1</x><y>2</y></r>"
    both = merge.merge(parser.parse(flat), parser.parse(b"<r><a/><y>2</y></r>"), parser.parse(b"<r><a/><x>1</x></r>"), fits=fits)
    assert both.clashes == () and etree.tostring(both.tree) == b"<r><a/><x>1</x><y>2</y></r>"


def test_their_indentation_and_spelling_stay() -> None:
    theirs = made(("Dyke", "D&#x79;k")).replace(b"  <", b"\t<").replace(b'"', b"'").replace(b"\n", b"\r\n")
    data, found = merged(theirs, made(("drama", "clip"), ("  <genre>movie", "  <genre>new</genre>\n  <genre>movie")))
    assert found.clashes == ()
    assert data == theirs.replace(b"drama", b"clip").replace(b"\t<genre>movie", b"\t<genre>new</genre>\r\n\t<genre>movie")


@given(documents(RECORDS), documents(RECORDS), documents(RECORDS))
def test_any_three_documents(base: bytes, theirs: bytes, mine: bytes) -> None:
    """Without clashes it is the same from both sides; whoever changed nothing gets the other's; nothing given is changed."""
    trees = [parser.parse(data) for data in (base, theirs, mine)]
    found, other = merge.merge(trees[0], trees[1], trees[2]), merge.merge(trees[0], trees[2], trees[1])
    assert [etree.tostring(tree) for tree in trees] == [etree.tostring(parser.parse(data)) for data in (base, theirs, mine)]
    assert len(found.clashes) == len(other.clashes)
    if not found.clashes:
        assert diff.compare(found.tree, other.tree).changes == ()
    for side, tree in (("theirs", trees[1]), ("mine", trees[2])):
        if not any(clash.what == "element" and clash.base is None for clash in found.clashes):
            whole = merge.merge(trees[0], trees[1], trees[2], lambda _, side=side: side)  # type: ignore[misc]
            assert len(whole.clashes) == len(found.clashes)
        assert diff.compare(merge.merge(trees[0], trees[0], tree).tree, tree).changes == ()
        assert diff.compare(merge.merge(trees[0], tree, trees[0]).tree, tree).changes == ()
        assert diff.compare(merge.merge(trees[0], tree, tree).tree, tree).changes == ()


@given(documents(), documents(), documents())
def test_any_three_documents_with_text_between(base: bytes, theirs: bytes, mine: bytes) -> None:
    trees = [parser.parse(data) for data in (base, theirs, mine)]
    found, other = merge.merge(trees[0], trees[1], trees[2]), merge.merge(trees[0], trees[2], trees[1])
    assert len(found.clashes) == len(other.clashes)
    if not found.clashes:
        assert diff.compare(found.tree, other.tree).changes == ()
    parser.parse(edits.save(theirs, found.tree))


@given(documents(RECORDS), st.randoms(use_true_random=False))
def test_disjoint_changes(inner: bytes, random: Random) -> None:
    """Two parts of one document, each changed by one side."""
    part = inner.removeprefix(b"<root>").removesuffix(b"</root>") if inner != b"<root/>" else b""
    base = b"<all><left>" + part + b"</left><right>" + part + b"</right></all>"
    theirs, mine, both = parser.parse(base), parser.parse(base), parser.parse(base)
    seed = random.randrange(10**6)
    for trees, side in (((theirs, both), 0), ((mine, both), 1)):
        for tree in trees:
            change(tree.getroot()[side], Random(seed))
    found = merge.merge(parser.parse(base), theirs, mine)
    assert found.clashes == ()
    assert diff.compare(found.tree, both).changes == ()


def test_corpus_documents(corpora: Path) -> None:
    """Both sides change real documents at random: the same from both sides, and clashes only where both were."""
    paths = sorted(path for path in corpora.glob("*/docs/**/*.xml") if path.stat().st_size < 100_000)
    random, seen, clean = Random(2), 0, 0
    for path in paths[:: 2 if FULL else 20]:
        written = path.read_bytes()
        try:
            base, theirs, mine = (parser.parse(written) for _ in range(3))
        except Error:
            continue
        seen += 1
        change(theirs.getroot(), random)
        change(mine.getroot(), random)
        found, other = merge.merge(base, theirs, mine), merge.merge(base, mine, theirs)
        assert len(found.clashes) == len(other.clashes), path
        if not found.clashes:
            clean += 1
            differences = diff.compare(found.tree, other.tree).changes
            assert [each for each in differences if (each.before or "").strip() != (each.after or "").strip()] == [], path
        assert meaning(parser.parse(edits.save(written, found.tree))) == meaning(found.tree), path
    assert seen > 60 and clean > seen / 2
