"""XML patches: the RFC's own examples, its errors, and patches made of two documents."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from lxml import etree

from tests.conftest import FULL
from tests.xml.trees import change, documents, meaning
from xmlsvc.errors import Error, TooLarge
from xmlsvc.xml import diff, edits, merge, parser, patch, patch_making
from xmlsvc.xml.selectors import PatchRefused

OPEN = '<p:patch xmlns:p="urn:ietf:rfc:7351" '


def patched(document: str, *operations: str, declared: str = "") -> str:
    tree = parser.parse(document.encode())
    patch.apply(tree, parser.parse(f"{OPEN}{declared}>{' '.join(operations)}</p:patch>".encode()))
    return edits.save(document.encode(), tree).decode()


DOC = "<doc><note>one</note><foo a='1'/><foo a='2'>x<b/>y</foo></doc>"


@pytest.mark.parametrize(("operation", "old", "new"), [
    ('<p:add sel="doc"><new id="1">t</new></p:add>', "</doc>", '<new id="1">t</new></doc>'),
    ('<p:add sel="/doc" pos="prepend"><new/></p:add>', "<doc>", "<doc><new/>"),
    ('<p:add sel="*/note" pos="after"><!--c--></p:add>', "</note>", "</note><!--c-->"),
    ('<p:add sel="doc/note" pos="before">text</p:add>', "<note>", "text<note>"),
    ('<p:add sel="doc/note" type="@user">Bob</p:add>', "<note>", '<note user="Bob">'),
    ('<p:add sel="doc/note" type="namespace::pref">urn:x</p:add>', "<note>", '<note xmlns:pref="urn:x">'),
    ('<p:add sel="doc/foo[@a=\'1\']">in</p:add>', "<foo a='1'/>", "<foo a='1'>in</foo>"),
    ('<p:add sel="doc/foo[2]" pos="prepend">pre</p:add>', ">x<b/>", ">prex<b/>"),
    ('<p:add sel="doc/foo[2]/b" pos="after">-</p:add>', "<b/>y", "<b/>-y"),
    ('<p:add sel="doc/foo[2]/text()[2]" pos="before"><c/></p:add>', "<b/>y", "<b/><c/>y"),
    ('<p:add sel="doc/foo[2]/text()[1]" pos="after"><c/>z</p:add>', "x<b/>", "x<c/>z<b/>"),
    ('<p:replace sel="doc/foo[2]"><bar>n</bar></p:replace>', "<foo a='2'>x<b/>y</foo>", "<bar>n</bar>"),
    ('<p:replace sel="doc/foo[@a=\'2\']/@a">3</p:replace>', "a='2'", "a='3'"),
    ('<p:replace sel="doc/note/text()">two</p:replace>', "one", "two"),
    ('<p:replace sel="doc/note[.=\'one\']/text()">two</p:replace>', "one", "two"),
    ('<p:replace sel="doc/foo[b=\'\']/text()[2]">two</p:replace>', "y", "two"),
    ('<p:remove sel="doc/foo[2]"/>', "<foo a='2'>x<b/>y</foo>", ""),
    ('<p:remove sel="doc/foo[2]/@a"/>', " a='2'", ""),
    ('<p:remove sel="doc/foo[2]/b"/>', "x<b/>y", "xy"),
    ('<p:remove sel="doc/foo[2]/text()[1]"/>', "x<b/>", "<b/>"),
    ('<p:replace sel="doc"><doc2/></p:replace>', DOC, "<doc2/>"),
    ('<p:add sel="doc" pos="before"><!--first--></p:add>', "<doc>", "<!--first--><doc>"),
])  # fmt: skip
def test_operations(operation: str, old: str, new: str) -> None:
    assert patched(DOC, operation) == DOC.replace(old, new, 1)


def test_white_space_goes_with_what_is_removed() -> None:
    document = "<doc>\n  <a/>\n  <!-- c -->\n  <b/>\n</doc>"
    assert patched(document, '<p:remove sel="doc/a" ws="before"/>') == document.replace("\n  <a/>", "")
    assert patched(document, '<p:remove sel="doc/b" ws="after"/>') == document.replace("<b/>\n", "")
    assert patched(document, '<p:remove sel="doc/comment()" ws="both"/>') == document.replace("\n  <!-- c -->\n  ", "")
    assert patched("<doc><?x y?>\n<?z?></doc>", "<p:remove sel=\"doc/processing-instruction('x')\" ws=\"after\"/>") == "<doc><?z?></doc>"


def test_beside_the_root() -> None:
    document = "<!--a--><?x y?><doc/><!--b-->"
    assert patched(document, '<p:remove sel="comment()[1]"/>') == "<?x y?><doc/><!--b-->"
    assert patched(document, '<p:replace sel="/comment()[2]"><!--c--></p:replace>') == "<!--a--><?x y?><doc/><!--c-->"
    assert patched(document, '<p:add sel="processing-instruction()" pos="after"><!--c--><!--d--></p:add>') == (
        "<!--a--><?x y?><!--c--><!--d--><doc/><!--b-->")


def test_names_without_a_prefix_are_in_the_patchs_default_namespace() -> None:
    document = '<x:doc xmlns:x="urn:1" xmlns:y="urn:2"><y:note x:id="1"/></x:doc>'
    assert patched(document, '<p:add sel="doc/q:note"><new/></p:add>', declared='xmlns="urn:1" xmlns:q="urn:2"') == (
        document.replace('"1"/>', '"1"><x:new/></y:note>'))
    assert patched(document, '<p:replace sel="doc/q:note[@z:id=\'1\']/@z:id">2</p:replace>',
                   declared='xmlns="urn:1" xmlns:q="urn:2" xmlns:z="urn:1"') == document.replace('"1"/>', '"2"/>')  # fmt: skip
    with pytest.raises(PatchRefused, match="selects no elements"):
        patched(document, '<p:remove sel="doc"/>')


def test_ids() -> None:
    document = '<doc><a xml:id="k"><b/></a></doc>'
    assert patched(document, '<p:remove sel="id(\'k\')/b"/>') == '<doc><a xml:id="k"></a></doc>'


def test_declarations() -> None:
    document = '<doc xmlns:u="urn:u"><u:a/><b xmlns:v="urn:v"/></doc>'
    assert patched(document, '<p:replace sel="doc/b/namespace::v">urn:w</p:replace>') == document.replace("urn:v", "urn:w")
    assert patched(document, '<p:remove sel="doc/b/namespace::v"/>') == document.replace(' xmlns:v="urn:v"', "")


def test_each_operation_sees_what_the_ones_before_left() -> None:
    assert patched("<d><a/><a/></d>", '<p:remove sel="d/a[1]"/>', '<p:add sel="d/a" type="@n">1</p:add>') == '<d><a n="1"/></d>'


@pytest.mark.parametrize(("operation", "reason"), [
    ('<p:remove sel="doc/nix"/>', "unlocated-node"),
    ('<p:remove sel="doc/foo"/>', "unlocated-node"),
    ('<p:remove sel="doc/note/@x"/>', "unlocated-node"),
    ('<p:remove sel="doc/foo[2]/text()"/>', "unlocated-node"),
    ('<p:remove sel="doc/note/namespace::q"/>', "unlocated-node"),
    ('<p:remove sel="doc"/>', "invalid-root-element-operation"),
    ('<p:add sel="doc" pos="after"><x/></p:add>', "invalid-root-element-operation"),
    ('<p:add sel="doc" pos="after">x</p:add>', "invalid-xml-prolog-operation"),
    ('<p:add sel="doc//note"/>', "invalid-attribute-value"),
    ('<p:add sel="count(doc)"/>', "invalid-attribute-value"),
    ('<p:add sel=""/>', "invalid-attribute-value"),
    ('<p:add sel="doc" pos="inside"/>', "invalid-attribute-value"),
    ('<p:add sel="doc" type="x">1</p:add>', "invalid-attribute-value"),
    ('<p:add sel="doc/id(\'x\')"/>', "unsupported-id-function"),
    ('<p:add sel="q:doc"/>', "invalid-namespace-prefix"),
    ('<p:add sel="doc/foo[1]" type="@a">1</p:add>', "invalid-patch-directive"),
    ('<p:add sel="doc/foo[1]/@a" pos="after">1</p:add>', "invalid-patch-directive"),
    ('<p:add sel="doc/note/text()">1</p:add>', "invalid-patch-directive"),
    ('<p:remove sel="doc/foo[1]/@a" ws="both"/>', "invalid-patch-directive"),
    ('<p:remove sel="doc/note" ws="before"/>', "invalid-whitespace-directive"),
    ('<p:replace sel="doc/note">text</p:replace>', "invalid-node-types"),
    ('<p:replace sel="doc/note"><a/><b/></p:replace>', "invalid-node-types"),
    ('<p:replace sel="doc/note/text()"><a/></p:replace>', "invalid-node-types"),
    ('<p:move sel="doc/note"/>', "invalid-diff-format"),
    ('<p:add/>', "invalid-diff-format"),
    ('<p:add sel="doc" x="1"/>', "invalid-diff-format"),
    ('<p:remove sel="doc/note">x</p:remove>', "invalid-diff-format"),
    ("text", "invalid-diff-format"),
])  # fmt: skip
def test_errors_have_the_rfcs_names(operation: str, reason: str) -> None:
    with pytest.raises(PatchRefused) as refused:
        patched(DOC, operation)
    assert refused.value.reason == refused.value.extra["reason"] == reason
    assert refused.value.number == (None if operation == "text" else 1)


@pytest.mark.parametrize(("operation", "said"), [
    ('<p:add sel="doc" type="@q:n">1</p:add>', "The prefix 'q' in type='@q:n' is not declared."),
    ('<p:add sel="doc" type="@a b">1</p:add>', "type is '@a b', which names no attribute."),
    ('<p:replace sel="doc/@q:n">1</p:replace>', "The prefix 'q' in the selector 'doc/@q:n' is not declared."),
])  # fmt: skip
def test_what_is_wrong_is_named(operation: str, said: str) -> None:
    with pytest.raises(PatchRefused) as refused:
        patched(DOC, operation)
    assert refused.value.message == f"Operation 1: {said}"


def test_a_namespace_in_use_stays() -> None:
    document = '<doc xmlns:u="urn:u"><u:a/></doc>'
    with pytest.raises(PatchRefused) as refused:
        patched(document, '<p:remove sel="doc/namespace::u"/>')
    assert refused.value.reason == "invalid-namespace-uri"
    with pytest.raises(PatchRefused) as refused:
        patched(document, '<p:add sel="doc" type="namespace::u">urn:v</p:add>')
    assert refused.value.reason == "invalid-namespace-prefix"


def test_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    """As many operations as there may be, and as deep as a document may be."""
    with pytest.raises(TooLarge):
        patched("<a/>", *['<p:add sel="a">x</p:add>'] * (patch.MOST + 1))
    with monkeypatch.context() as less, pytest.raises(TooLarge):
        less.setattr(patch_making, "MOST", 20)
        patch_making.make(parser.parse(b"<a/>"), parser.parse(b"<a>" + b"<b/>" * 21 + b"</a>"))
    deep, other = (b"<a>" * 255 + text + b"</a>" * 255 for text in (b"x", b"y"))
    tree = parser.parse(deep)
    patch.apply(tree, patch_making.make(tree, parser.parse(other)))
    assert edits.save(deep, tree) == other
    assert diff.compare(parser.parse(deep), parser.parse(other)).changes[0].after == "y"
    assert len(merge.merge(parser.parse(deep), parser.parse(other), parser.parse(deep.replace(b"x", b"z"))).clashes) == 1


def test_other_roots() -> None:
    tree = parser.parse(b"<a/>")
    patch.apply(tree, parser.parse(b'<diff><add sel="a" type="@x">1</add></diff>'))
    assert tree.getroot().get("x") == "1"
    with pytest.raises(PatchRefused):
        patch.apply(tree, parser.parse(b"<other/>"))


@given(documents(), documents())
def test_a_made_patch_makes_the_other_document(old: bytes, new: bytes) -> None:
    tree, wanted = parser.parse(old), parser.parse(new)
    made = parser.parse(etree.tostring(patch_making.make(tree, wanted)))
    assert meaning(tree) == meaning(parser.parse(old))
    patch.apply(tree, made)
    assert meaning(tree) == meaning(wanted)
    assert meaning(parser.parse(edits.save(old, tree))) == meaning(wanted)


def test_every_corpus_document(corpora: Path) -> None:
    """Edited, compared, patched, applied: what was not edited keeps its bytes."""
    paths = sorted(path for path in corpora.glob("*/docs/**/*.xml") if path.stat().st_size < 100_000)
    random, seen = Random(3), 0
    for path in paths[:: 1 if FULL else 20]:
        written = path.read_bytes()
        try:
            tree, wanted = parser.parse(written), parser.parse(written)
        except Error:
            continue
        seen += 1
        change(wanted.getroot(), random)
        made = etree.tostring(patch_making.make(tree, wanted))
        patch.apply(tree, parser.parse(made))
        assert meaning(tree) == meaning(wanted), path
        saved = edits.save(written, tree)
        assert meaning(parser.parse(saved)) == meaning(wanted), path
    assert seen > 60
