"""Saving a changed tree: what was not changed stays as it was written, byte for byte."""

from __future__ import annotations

import re
from collections.abc import Callable
from difflib import SequenceMatcher
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from tests.conftest import FULL
from tests.xml.trees import change
from xmlsvc.errors import Error
from xmlsvc.xml import edits, parser

WRITTEN = (
    b"<?xml version='1.0'  encoding=\"ISO-8859-1\"?>\r\n<!-- before -->\r\n<a  x='1'\r\n   y = \"2&#10;z\" >\r\n  <b></b>\r\n  <c/>\r\n"
    b"  <d>t\xe9xt &#233; &amp; <![CDATA[x<y]]> end</d>\r\n  <e />\r\n</a>\r\n<!-- after -->\r\n")


def changed(change: Callable[[etree._Element], object], written: bytes = WRITTEN) -> tuple[list[str], list[str]]:
    """(lines that went, lines that came) when the tree is changed and saved; what is saved is the tree."""
    tree = parser.parse(written)
    change(tree.getroot())
    saved = edits.save(written, tree)
    assert meaning(parser.parse(saved)) == meaning(tree)
    assert edits.apply(written, edits.between(written, tree)) == saved
    old, new = written.decode("iso-8859-1").splitlines(), saved.decode("iso-8859-1").splitlines()
    blocks = [block for block in SequenceMatcher(None, old, new, autojunk=False).get_opcodes() if block[0] != "equal"]
    return ([line for _, i, j, _, _ in blocks for line in old[i:j]], [line for _, _, _, i, j in blocks for line in new[i:j]])


def meaning(tree: etree._ElementTree) -> str:
    """The tree as it reads after one more turn through the parser (which joins neighbouring texts); attributes have no order."""
    again = parser.parse(etree.tostring(tree, encoding="utf-8"))
    for element in again.iter(etree.Element):
        attributes = sorted(element.attrib.items())
        element.attrib.clear()
        element.attrib.update(attributes)
    return etree.tostring(again, encoding="unicode")


def test_many_comments_before_the_root_take_no_longer_than_others() -> None:
    """libxml2 looks at all of them for each of them: 30,000 took seven seconds."""
    many = b"<!-- c --><?p?>\n" * 20_000
    written = many + b"<r a='1'/>" + many
    tree = parser.parse(written)
    assert edits.save(written, tree) is written
    tree.getroot().set("a", "2")
    assert edits.save(written, tree) == written.replace(b"'1'", b"'2'")


def test_an_untouched_document_is_the_very_bytes() -> None:
    assert edits.save(WRITTEN, parser.parse(WRITTEN)) is WRITTEN and edits.between(WRITTEN, parser.parse(WRITTEN)) == []


@pytest.mark.parametrize(("change", "went", "came"), [
    (lambda root: root.set("x", "it's \"q\""), ["<a  x='1'"], ["<a  x='it&apos;s \"q\"'"]),
    (lambda root: root.attrib.pop("x"), ["<a  x='1'"], ["<a"]),
    (lambda root: root[3].set("u", "1"), ["  <e />"], ['  <e u="1" />']),
    (lambda root: root[0].set("u", "1"), ["  <b></b>"], ['  <b u="1"></b>']),
    (lambda root: setattr(root[0], "text", "in"), ["  <b></b>"], ["  <b>in</b>"]),
    (lambda root: setattr(root[1], "text", "€"), ["  <c/>"], ["  <c>&#8364;</c>"]),
    (lambda root: root[1].append(etree.Element("q")), ["  <c/>"], ["  <c><q/></c>"]),
    (lambda root: setattr(root[2], "text", None), ["  <d>téxt &#233; &amp; <![CDATA[x<y]]> end</d>"], ["  <d></d>"]),
    (lambda root: root.remove(root[3]), ["  <e />", "</a>"], ["  </a>"]),
    (lambda root: root.addprevious(etree.Comment("two")), ["<!-- before -->"], ["<!-- before --><!--two-->"]),
])
def test_one_change_is_one_difference(change: Callable[[etree._Element], object], went: list[str], came: list[str]) -> None:
    old, new = changed(change)
    assert (old, new) == (went, came)


SECTIONS = (b"<?pi  a ?><!-- <r></r> -->\n<r b='1' xmlns:p='urn:p'>\n<a></a><p:b x='1'></p:b ><![CDATA[<a></a> <b>]]><c>one &gt; two</c>"
            b"<!-- <c></c> --><d/><?pi <e></e> ?><?z <<a></a> ?><f>last</f></r><!-- end -->\n<?z?>")


@pytest.mark.parametrize(("change", "went", "came"), [
    (lambda root: setattr(root.find("c"), "text", "one > 2"), b"one &gt; two", b"one &gt; 2"),
    (lambda root: setattr(root.find("f"), "text", "first"), b">last<", b">first<"),
    (lambda root: root.find("{urn:p}b").set("x", "2"), b"x='1'></p:b >", b"x='2'></p:b >"),
    (lambda root: setattr(root.find("a"), "text", "in"), b"\n<a></a>", b"\n<a>in</a>"),
    (lambda root: root.set("b", "2"), b"b='1'", b"b='2'"),
    (lambda root: root.remove(root.find("d")), b"--><d/>", b"-->"),
    (lambda root: root.find("f").addprevious(etree.Element("new")), b"<f>", b"<new/><f>"),
    (lambda root: setattr(root[3], "text", " other "), b"-- <c></c> --", b"-- other --"),
    (lambda root: setattr(root.getnext(), "text", " fin "), b"-- end --", b"-- fin --"),
    (lambda root: setattr(root[-2], "text", "<x<a></a>"), b"?><?z <<a></a> ?>", b"?><?z <x<a></a>?>"),
])
def test_comments_sections_and_hollow_tags_stay(change: Callable[[etree._Element], object], went: bytes, came: bytes) -> None:
    tree = parser.parse(SECTIONS)
    assert edits.save(SECTIONS, tree) is SECTIONS
    change(tree.getroot())
    assert edits.save(SECTIONS, tree) == SECTIONS.replace(went, came, 1)


@pytest.mark.parametrize(("written", "change"), [
    (b'<r a="x  y"\n   b="z"><c/></r>', lambda root: root.set("a", "x y")),
    (b'<r a="x\n  y"\n   b="z"><c/></r>', lambda root: root.set("a", "x y")),
    (b"<r><a>b='c'</a></r>", lambda root: setattr(root[0], "text", 'b="c"')),
    (b"<r><a b='c'>d='e'</a></r>", lambda root: setattr(root[0], "text", 'd="e"')),
    (b'<r><a b="c />d">e</a></r>', lambda root: root[0].set("b", "c/>d")),
    (b"<r><a>b />c</a></r>", lambda root: setattr(root[0], "text", "b/>c")),
    (b'<r><a b="c">d e</a></r>', lambda root: setattr(root[0], "text", "d\ne")),
    (b"<r>a ></r>", lambda root: setattr(root, "text", "]]>")),
    (b"<r>]] ></r>", lambda root: setattr(root, "text", "]]>")),
    (b"<r><a>\r\n&#97; ></a></r>", lambda root: setattr(root[0], "text", "b ]]>")),
])
def test_a_change_that_looks_like_another_spelling_is_saved(written: bytes, change: Callable[[etree._Element], object]) -> None:
    tree = parser.parse(written)
    change(tree.getroot())
    assert edits.save(written, tree) != written and meaning(parser.parse(edits.save(written, tree))) == meaning(tree)


def test_a_hollow_tag_filled_while_another_is_emptied() -> None:
    """As many tags as before, and none of them where it was."""
    written = b"<r><a></a><b>x</b ><c/></r>"
    tree = parser.parse(written)
    tree.getroot()[0].text, tree.getroot()[1].text = "y", None
    assert edits.save(written, tree) == b"<r><a>y</a><b></b ><c/></r>"


def test_inside_a_text_only_the_middle_changes() -> None:
    written = b"<a>one &#233;t&#xE9; two\r\nthree &#60;four</a>"
    assert changed(lambda root: setattr(root, "text", str(root.text).replace("two", "2")), written) == (
        ["<a>one &#233;t&#xE9; two"], ["<a>one &#233;t&#xE9; 2"])


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-15", "windows-1252"])
def test_encoding_and_mark_are_kept(codec: str) -> None:
    name = codec.removesuffix("-sig")
    written = f'<?xml version="1.0" encoding="{name}"?>\n<a>\n <b>é€</b>\n <c/></a>'.encode(codec)
    tree = parser.parse(written)
    tree.getroot()[0].text = "€ü"
    saved = edits.save(written, tree)
    assert saved == written.decode(codec).replace("é€", "€ü").encode(codec)


def test_two_changes_far_apart_leave_what_is_between() -> None:
    written = b"<r>" + b"".join(b"<i n='%d' />\r\n" % number for number in range(3000)) + b"</r>"
    tree = parser.parse(written)
    root = tree.getroot()
    root[5].set("n", "x")
    root.remove(root[2990])
    root[1500].text = "new"
    assert len(edits.between(written, tree)) <= 6
    assert edits.save(written, tree).count(b"' />\r\n") == 2998


_NEW = ("x\r\ny", "<&>]]>", "]]>", "]]", ">", "é€", None, "")


TEXTS = st.text(st.sampled_from("ab<&\"' \n\r\té€>]"), max_size=5)


@given(st.recursive(TEXTS, lambda inner: st.tuples(st.sampled_from("pqr"), st.dictionaries(st.sampled_from("xyz"), TEXTS, max_size=2),
                                                   st.lists(inner, max_size=4)), max_leaves=12), st.randoms(use_true_random=False))
def test_any_change_to_any_document(shape: object, random: Random) -> None:
    def spell(part: object) -> str:
        if isinstance(part, str):
            escaped = part.replace("&", random.choice(["&amp;", "&#38;"])).replace("<", "&lt;").replace("\r", "&#13;")
            escaped = escaped.replace(">", "&gt;") if random.random() < 0.5 else re.sub(r"(^|\])>", r"\1&gt;", escaped)
            return f"<![CDATA[{part.replace(chr(13), '').replace(']]>', '')}]]>" if part and random.random() < 0.2 else escaped
        name, attributes, children = part  # type: ignore[misc]
        quote = random.choice("\"'")
        entity = "&quot;" if quote == '"' else "&apos;"
        written = "".join(f"{random.choice([' ', '  ', chr(10)])}{key}{random.choice(['=', ' = '])}{quote}"
                          f"{value.replace('&', '&amp;').replace('<', '&lt;').replace(quote, entity)}{quote}" for key,
                          value in attributes.items())
        inner = "".join(map(spell, children))
        if not inner and random.random() < 0.5:
            return f"<{name}{written}{random.choice(['', ' '])}/>"
        return f"<{name}{written}>{inner}</{name}{random.choice(['', ' '])}>"

    written = f"<r>{spell(shape)}</r>".replace("\n", random.choice(["\n", "\r\n"])).encode()
    for _ in range(3):
        tree = parser.parse(written)
        for _ in range(random.randint(0, 3)):
            change(tree.getroot(), random, _NEW)
        saved = edits.save(written, tree)
        assert meaning(parser.parse(saved)) == meaning(tree)


def test_changes_to_every_corpus_document(corpora: Path) -> None:
    """Untouched: the very bytes. Changed at random: the changed tree."""
    paths = sorted(path for path in corpora.glob("*/docs/**/*") if path.suffix in (".xml", ".xodr",
    ".gpx") and path.stat().st_size < 300_000)
    random, seen = Random(1), 0
    for path in paths[:: 1 if FULL else 12]:
        written = path.read_bytes()
        try:
            tree = parser.parse(written)
        except Error:
            continue
        seen += 1
        assert edits.save(written, tree) is written
        for _ in range(3):
            change(tree.getroot(), random, _NEW)
        assert meaning(parser.parse(edits.save(written, tree))) == meaning(tree), path
    assert seen > 100
