"""Whom a change breaks, there and back: what breaks the writers of one direction breaks the readers of the other."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.schema.test_evolution import model
from xmlsvc import validation
from xmlsvc.schema import evolution

KEY = '<xs:key name="k"><xs:selector xpath="e"/><xs:field xpath="@n"/></xs:key>'
KEYREF = '<xs:keyref name="r" refer="k"><xs:selector xpath="e"/><xs:field xpath="@m"/></xs:keyref>'
INT, DATE = '<xs:element name="a" type="xs:int"/>', '<xs:element name="a" type="xs:date"/>'
PLAIN = '<xs:element name="a" type="A"/>'


def a(inside: str, more: str = "", after: str = "", top: str = "") -> str:
    """A schema whose element a has this content."""
    return f'<xs:element name="a"{top}><xs:complexType{more}>{inside}</xs:complexType>{after}</xs:element>'


def e(count: str = "", kind: str = "xs:int", name: str = "e", more: str = "") -> str:
    low, _, high = count.partition(",")
    bounds = (f' minOccurs="{low}"' if low else "") + (f' maxOccurs="{high or low}"' if count else "")
    return f'<xs:element name="{name}" type="{kind}"{bounds}{more}/>'


def of(base: str, facets: str) -> str:
    """A schema whose element a has a simple type."""
    return f'<xs:element name="a"><xs:simpleType><xs:restriction base="xs:{base}">{facets}</xs:restriction></xs:simpleType></xs:element>'


def s(*parts: str) -> str:
    return f"<xs:sequence>{''.join(parts)}</xs:sequence>"


def facet(name: str, value: str) -> str:
    return f'<xs:{name} value="{value}"/>'


TEXT = a('<xs:simpleContent><xs:extension base="xs:int"/></xs:simpleContent>')


def union(members: str, inside: str = "") -> str:
    return (f'<xs:element name="a"><xs:simpleType><xs:union memberTypes="{members}">{inside}</xs:union></xs:simpleType></xs:element>'
            '<xs:simpleType name="N"><xs:restriction base="xs:date"/></xs:simpleType>')  # fmt: skip


LETTERS = f'<xs:simpleType><xs:restriction base="xs:token">{"".join(facet("pattern", one) for one in ("[a-z]", "x"))}</xs:restriction>' \
    "</xs:simpleType>"


CASES = [
    # old, new, what is said there and back, whether writers and readers of the first direction are left alone
    (INT, INT + '<xs:element name="z" type="xs:int"/>', "There is a new element z", "There is no element z any more", True, False),
    (INT, DATE, "type date instead of int", "type int instead of date", False, False),
    (a(s(e("1"))), a(s(e("1")), top=' abstract="true"'), "cannot stand itself any more", "may stand itself now", False, True),
    (a(s(e("1")), top=' nillable="true"'), a(s(e("1"))), "may not be nil", "may be nil", False, True),
    (a(s(e("2"))), a(s(e("1,2"))), "e must be there once instead of 2 times", "e must be there 2 times instead of once", True, False),
    (a(f"<xs:choice>{e('1')}</xs:choice>"), a(s(e("0,1"))), "e may be left out now", "e must be there now", True, False),
    (a(f'<xs:sequence minOccurs="0">{e("1")}</xs:sequence>'), a(s(e("1"))), "e must be there now", "e may be left out now", False, True),
    (a(f"<xs:choice>{s(e('1'), e('2', name='f'))}{e('1', name='f')}</xs:choice>"), a(s(e("0,1"), e("1,2", name="f"))), "More",
     "Fewer", True, False),
    (a(s(e("0,1"))), a(s(e("0,4"))), "e may be there 4 times", "e may be there once at most", True, False),
    (a(s(e("0,4"))), a(s(e("0,unbounded"))), "e may be there any number of times", "e may be there 4 times at most", True, False),
    (a(s(e("1"))), a(s(e("1", more=' fixed="2"'))), "It must be “2” now", "It need not be “2” any more", False, True),
    (a(s(e("1", more=' fixed="1"'))), a(s(e("1", more=' fixed="2"'))), "It must be “2” now", "It must be “1” now", False, False),
    (a('<xs:attribute name="n"/>'), a('<xs:attribute name="n" use="required"/>'), "must be there now", "may be left out now", False, True),
    (a('<xs:attribute name="n"/>'), a(""), "has no attribute n any more", "may have the attribute n", False, True),
    (a(""), a('<xs:attribute name="n" use="required"/>'), "must have the attribute n", "has no attribute n any more", False, False),
    (a(s(e("1"))), a(s(e("1")), ' mixed="true"'), "Text may stand between", "Text may not stand between", True, False),
    (INT, a(s(e("1"))), "It had text, and has elements now", "It had elements, and has text now", False, False),
    (a(s(e("1")), after=KEY), a(s(e("1"))), "no longer", "now", True, False),
    (a(s(e("1"), e("1", name="f"))), a(s(e("1", name="f"), e("1"))), "another order: f, e", "another order: e, f", False, False),
    (a(f"<xs:choice>{e('1')}{e('1', name='f')}</xs:choice>"), a(s(e("0,1"), e("0,1", name="f"))), "More combinations", "Fewer combinations",
     True, False),
    (a(f"<xs:choice>{e('1')}{e('1', name='f')}</xs:choice>"), a(s(e("1"), e("1", name="f"))), "", "", False, False),
    (a(s(e("1"), '<xs:any namespace="urn:a" processContents="lax" minOccurs="0"/>')),
     a(s(e("1"), '<xs:any namespace="urn:a urn:b" processContents="lax" minOccurs="0"/>')), "urn:b", "instead of", True, False),
    (a('<xs:anyAttribute processContents="strict"/>'), a('<xs:anyAttribute processContents="skip"/>'), "instead of",
     "instead of", True, False),
    (a("", ' abstract="true"'), a(""), "It can be used itself now", "It can only be what is derived from it", True, False),
    (of("int", facet("maxInclusive", "5")), of("int", facet("maxInclusive", "9")), "at most 9, instead of 5", "at most 5, instead of 9",
     True, False),
    (of("int", facet("minExclusive", "5")), of("int", facet("minExclusive", "9")), "more than 9, instead of 5", "more than 5", False, True),
    (of("date", facet("minInclusive", "2024-01-01")), of("date", facet("minInclusive", "2023-12-31")), "at least 2023-12-31",
     "at least 2024",
     True, False),
    (of("duration", facet("maxExclusive", "P1M")), of("duration", facet("maxExclusive", "P30D")), "less than P30D", "less than P1M", False,
     False),
    (of("decimal", facet("totalDigits", "3")), of("decimal", facet("totalDigits", "4")), "at most 4 digits, instead of 3", "3 digits", True,
     False),
    (of("decimal", facet("fractionDigits", "1")), of("decimal", ""), "need not have at most 1 digit after the point",
     "at most 1 digit", True,
     False),
    (of("short", ""), of("int", facet("maxInclusive", "255")), "at most 255, instead of 32767", "at most 32767, instead of 255", False,
     False),
    (of("unsignedByte", ""), of("int", facet("minInclusive", "1")), "at least 1, instead of 0", "at least 0, instead of 1", False, False),
    (of("int", facet("minInclusive", "1")), of("positiveInteger", facet("maxInclusive", "9")), "at most 9, instead of 2147483647",
     "at most 2147483647, instead of 9", False, False),
    (of("byte", ""), of("int", ""), "type int instead of byte", "type byte instead of int", True, False),
    (of("integer", ""), of("decimal", facet("fractionDigits", "2")), "2 digits after the point, instead of 0",
     "0 digits after the point, instead of 2", True, False),
    (of("string", facet("minLength", "1")), of("string", facet("minLength", "2")), "at least 2 characters, instead of 1", "at least 1 char",
     False, True),
    (of("hexBinary", facet("length", "1")), of("hexBinary", facet("length", "2")), "exactly 2 bytes, instead of 1", "exactly 1 byte", False,
     False),
    (of("NMTOKENS", facet("maxLength", "1")), of("NMTOKENS", facet("maxLength", "2")), "at most 2 words, instead of 1",
     "at most 1 word", True,
     False),
    (of("string", ""), of("string", facet("enumeration", "x")), "limited to x", "not limited to a list any more", False, True),
    (of("string", facet("pattern", "a")), of("string", ""), "need not match a pattern any more", "must match a", True, False),
    (of("string", facet("whiteSpace", "preserve")), of("string", facet("whiteSpace", "collapse")), "taken off at the ends",
     "is kept now", True,
     True),
    (of("string", facet("whiteSpace", "preserve") + facet("enumeration", "x")),
     of("string", facet("whiteSpace", "collapse") + facet("enumeration", "x")), "taken off at the ends", "is kept now", True, False),
    (INT, a('<xs:simpleContent><xs:extension base="xs:int"><xs:attribute name="n"/></xs:extension></xs:simpleContent>'),
     "It may have the attribute n", "It has no attribute n any more", True, False),
    (a(s(e("0,2")), "", KEY), a(s(e("0,2")), "", KEY + KEYREF), "@m of e must be the same as @n of e (xs:keyref)",
     "no longer", False, True),
    (a('<xs:anyAttribute namespace="urn:a"/>'), a(""),
     "It may not have attributes of the namespace urn:a that a schema declares any more", "It may have", False, True),
    (TEXT, a(s(e("0,1"))), "It had text, and has elements now", "It had elements, and has text now", False, False),
    (TEXT, a(""), "It had text, and has no content now", "It had no content, and has text now", False, False),
    (TEXT, a(s(e("0,1")), ' mixed="true"'), "It had text, and has mixed content now", "It had mixed content, and has text now", False,
     False),
    (union("xs:int"), union("xs:int N"), "It may be of the type N, too", "It may not be of the type N any more", True, False),
    (union("xs:int"), union("xs:int", LETTERS), "It may be like [a-z] | x, too", "It may not be like [a-z] | x any more", True, False),
    (of("token", facet("enumeration", "x") + facet("enumeration", "y")), of("token", facet("enumeration", "y") + facet("enumeration", "x")),
     None, None, True, True),
    (of("dateTime", facet("explicitTimezone", "required")), of("dateTime", facet("explicitTimezone", "optional")), "may say a time zone",
     "must say its time zone", True, False),
    (of("dateTime", facet("explicitTimezone", "prohibited")), of("dateTime", facet("explicitTimezone", "required")), "must say",
     "may not say",
     False, False),
    (of("int", '<xs:assertion test="$value ge 1"/>'), of("int", ""), "need not hold any more: $value ge 1", "must hold now: $value", True,
     False),
    (a('<xs:attribute name="n" type="xs:int"/><xs:assert test="@n   gt 1"/>'), a('<xs:attribute name="n" type="xs:int"/>'), "@n gt 1",
     "must hold now: @n gt 1", True, False),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "there", "back", "writers", "readers"), CASES, ids=range(len(CASES)))
def test_there_and_back(tmp_path: Path, old: str, new: str, there: str | None, back: str | None, writers: bool, readers: bool) -> None:
    before, after = model(tmp_path, old), model(tmp_path, new)
    for one, other, said, verdict in ((before, after, there, (writers, readers)), (after, before, back, (readers, writers))):
        found = evolution.diff(one, other)
        assert any(said in change.what for change in found.changes) if said is not None else not found.changes, found.changes
        assert (found.writers, found.readers) == verdict, found.changes
    assert evolution.diff(before, before).changes == evolution.diff(after, after).changes == ()


ONE, LONG, SOME, COLLAPSED = facet("enumeration", "1"), facet("maxLength", "3"), facet("minLength", "1"), facet("whiteSpace", "collapse")


@pytest.mark.parametrize(("old", "new", "text", "writers", "readers"), [
    (of("string", SOME), of("token", SOME), " ", False, True), (of("string", LONG), of("token", LONG), "  a  ", True, False),
    (of("string", SOME), of("string", SOME + COLLAPSED), " ", False, True),
    (of("string", LONG + COLLAPSED), of("string", LONG), "  abc ", False, True),
    (of("string", facet("length", "3")), of("token", facet("length", "3")), " a ", False, False),
    (of("string", facet("pattern", "...")), of("token", facet("pattern", "...")), " a ", False, False),
    (of("int", facet("pattern", "1")), of("string", facet("pattern", "1")), " 1 ", False, False),
    (of("token", ONE), of("string", ONE), " 1 ", False, True), (of("int", ONE), of("token", ONE), "01", False, False),
    (of("hexBinary", facet("length", "1")), of("string", facet("length", "1")), "aa", False, False),
    (of("string", ""), of("token", ""), " ", True, True),
    (of("int", facet("maxInclusive", "5")), of("long", facet("maxInclusive", "5")), "5", True, False),
])  # fmt: skip
def test_facets_see_what_white_space_and_the_type_leave_of_a_text(
    tmp_path: Path, old: str, new: str, text: str, writers: bool, readers: bool
) -> None:
    """The text shows whom it would have broken: it is valid by the old version only, or by both."""
    found = evolution.diff(model(tmp_path, old), model(tmp_path, new))
    assert (found.writers, found.readers) == (writers, readers), found.changes
    xsd = tmp_path / "text.xsd"
    valid = []
    for one in (old, new):
        xsd.write_text(f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">{one}</xs:schema>', "utf-8")
        valid.append(validation.load(xsd).validate(f"<a>{text}</a>".encode()).valid)
    assert valid in ([True, writers], [False, True])


@pytest.mark.parametrize(("old", "new", "said", "writers"), [
    (' default="1"', ' default="2"', "Left out or empty it means “2”.", True), ("", ' default="2"',
     "Left out or empty it means “2”.", True),
    (' default="1"', "", "Left out it no longer means “1”.", False),
])
def test_defaults_mean_something_to_readers(tmp_path: Path, old: str, new: str, said: str, writers: bool) -> None:
    """Who writes a value is not concerned with what its absence means, unless it means nothing any more."""
    found = evolution.diff(*(model(tmp_path, a(f'<xs:attribute name="n"{one}/>') ) for one in (old, new)))
    assert [change.what for change in found.changes] == [said] and (found.writers, found.readers) == (writers, False)


ALTERNATIVES = ('<xs:element name="a" type="B"><xs:alternative test="@n = 1" type="{}"/></xs:element><xs:complexType name="B">'
                '<xs:attribute name="n" type="xs:int"/></xs:complexType><xs:complexType name="C"><xs:complexContent>'
                '<xs:extension base="B"/></xs:complexContent></xs:complexType><xs:complexType name="D"><xs:complexContent>'
                '<xs:extension base="B"/></xs:complexContent></xs:complexType>')  # fmt: skip


def test_alternatives_are_compared_one_by_one(tmp_path: Path) -> None:
    one, other = (model(tmp_path, ALTERNATIVES.format(name)) for name in "CD")
    for old, new in ((one, other), (other, one)):
        (change,) = evolution.diff(old, new).changes
        assert (change.kind, change.writers, change.readers) == ("changed", False, False) and "attributes in another way" in change.what
    assert evolution.diff(one, model(tmp_path, ALTERNATIVES.format("C") + "<!-- the same -->")).changes == ()


def test_types_that_documents_can_name_come_and_go(tmp_path: Path) -> None:
    base = '<xs:element name="a" type="B"/><xs:complexType name="B"/>'
    derived = '<xs:complexType name="{}"{}><xs:complexContent><xs:extension base="B"/></xs:complexContent></xs:complexType>'
    without, with_it = model(tmp_path, base), model(tmp_path, base + derived.format("C", ""))
    come, gone = evolution.diff(without, with_it), evolution.diff(with_it, without)
    assert [(one.kind, one.where, one.what) for one in come.changes] == [("added", "type C", "An element can name it by xsi:type now.")]
    assert [(one.kind, one.what) for one in gone.changes] == [("removed", "No element can name it by xsi:type any more.")]
    assert (come.writers, come.readers, gone.writers, gone.readers) == (True, False, False, True)
    abstract = model(tmp_path, base + derived.format("C", ' abstract="true"'))
    assert evolution.diff(without, abstract).changes == (), "no element can be of an abstract type"


def with_children(name: str, *children: str) -> str:
    return f'<xs:element name="{name}"><xs:complexType>{s(*(e("0,1", name=child) for child in children))}</xs:complexType></xs:element>'


def listed(name: str, *values: str) -> str:
    return of("token", "".join(facet("enumeration", value) for value in values)).replace('name="a"', f'name="{name}"')


@pytest.mark.parametrize(("old", "new", "renamed"), [
    (with_children("Contact_Person", "y"), with_children("contactPersons", "y", "z"), True),
    (with_children("Contact_Person", "x"), with_children("contactPersons", "z"), False),
    (with_children("Contact_Person"), with_children("contactPersons"), True),
    (with_children("Contact_Person", "x"), e(name="contactPersons"), False),
    (e(name="creation_dates"), e(name="creationDate", kind="xs:date"), True), (e(name="one"), e(name="other"), False),
    (listed("kind", "x", "y"), listed("sort", "x", "y"), True), (listed("kind", "x", "y"), listed("sort", "x", "z"), False),
    (with_children("p", "x", "y"), with_children("q", "x", "y"), True), (with_children("p", "x", "y"), with_children("q", "x"), False),
    (with_children("p", "x"), with_children("q", "x") + with_children("r", "x"), False),
    (with_children("Item", "x"), with_children("items", "x") + with_children("ITEM", "x"), False),
    (e(name="n", kind="S") + "<xs:complexType name='S'/>", e(name="m", kind="S") + "<xs:complexType name='S'/>", True),
])
def test_which_new_name_is_an_old_one(tmp_path: Path, old: str, new: str, renamed: bool) -> None:
    kinds = {change.kind for change in evolution.diff(model(tmp_path, old), model(tmp_path, new)).changes}
    assert ("renamed" in kinds) is renamed and ({"added", "removed"} <= kinds) is not renamed
