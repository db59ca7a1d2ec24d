"""Every code that a report can have: what causes it, what to do, and an example that really has it.

The codes are the clauses of XML Schema Part 1, Appendix C, and Part 2, section 4.3, with the cases that Xerces gives letters
(cvc-complex-type.2.4.a to .d). `page` writes the documentation's page; a test runs each example.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Code:
    """`schema`: declarations of an example schema without a namespace; `wrong`: a document that has the code; `right`: the same, mended
    ("" where only the schema could be)."""

    code: str
    cause: str
    fix: str
    schema: str
    wrong: str
    right: str


CODES: tuple[Code, ...] = (
    Code("cvc-elt.1",
         "The document begins with an element that the schema does not know.",
         "Use one of the elements that a document of this schema begins with; check its namespace.",
         '<xs:element name="item" type="xs:string"/>',
         "<thing/>", "<item/>"),
    Code("cvc-elt.2",
         "The element only stands for others that can take its place.",
         "Use one of those.",
         '<xs:element name="media" type="xs:string" abstract="true"/>'
         '<xs:element name="video" type="xs:string" substitutionGroup="media"/><xs:element name="item"><xs:complexType>'
         '<xs:sequence><xs:element ref="media"/></xs:sequence></xs:complexType></xs:element>',
         "<item><media>x</media></item>", "<item><video>x</video></item>"),
    Code("cvc-elt.3.1",
         "xsi:nil stands on an element that may not be marked as empty.",
         "Remove xsi:nil and give the element its content.",
         '<xs:element name="item" type="xs:date"/>',
         '<item xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:nil="false">2024-05-17</item>',
         "<item>2024-05-17</item>"),
    Code("cvc-elt.3.2.1",
         "An element is marked as empty by xsi:nil, but has content.",
         "Remove the content, or remove xsi:nil.",
         '<xs:element name="item" type="xs:date" nillable="true"/>',
         '<item xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:nil="true">2024-05-17</item>',
         '<item xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:nil="true"/>'),
    Code("cvc-elt.3.2.2",
         "An element whose value the schema fixes is marked as empty.",
         "Remove xsi:nil.",
         '<xs:element name="item" type="xs:string" nillable="true" fixed="1.0"/>',
         '<item xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:nil="true"/>', "<item>1.0</item>"),
    Code("cvc-elt.4.1",
         "The prefix in xsi:type is not declared.",
         "Declare the prefix, or use one that is declared.",
         '<xs:complexType name="Event"><xs:sequence/></xs:complexType><xs:complexType name="Live"><xs:complexContent>'
         '<xs:extension base="Event"/></xs:complexContent></xs:complexType><xs:complexType name="Other"><xs:sequence/>'
         '</xs:complexType><xs:element name="item" type="Event"/>',
         '<item xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="p:Live"/>',
         '<item xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="Live"/>'),
    Code("cvc-elt.4.2",
         "xsi:type names a type that the schema does not have.",
         "Use one of the types that are possible there.",
         '<xs:complexType name="Event"><xs:sequence/></xs:complexType><xs:complexType name="Live"><xs:complexContent>'
         '<xs:extension base="Event"/></xs:complexContent></xs:complexType><xs:complexType name="Other"><xs:sequence/>'
         '</xs:complexType><xs:element name="item" type="Event"/>',
         '<item xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="Recorded"/>',
         '<item xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="Live"/>'),
    Code("cvc-elt.4.3",
         "xsi:type names a type that is no kind of the declared one, or that may not take its place.",
         "Use one of the types that are possible there.",
         '<xs:complexType name="Event"><xs:sequence/></xs:complexType><xs:complexType name="Live"><xs:complexContent>'
         '<xs:extension base="Event"/></xs:complexContent></xs:complexType><xs:complexType name="Other"><xs:sequence/>'
         '</xs:complexType><xs:element name="item" type="Event"/>',
         '<item xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="Other"/>',
         '<item xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="Live"/>'),
    Code("cvc-elt.5.1.1",
         "An empty element would get a value from the schema that its type does not allow.",
         "Give the element a value.",
         '<xs:simpleType name="Code"><xs:restriction base="xs:string"/></xs:simpleType><xs:simpleType name="Short">'
         '<xs:restriction base="Code"><xs:maxLength value="2"/></xs:restriction></xs:simpleType>'
         '<xs:element name="item" type="Code" default="long"/>',
         '<item xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="Short"/>',
         '<item xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="Short">ab</item>'),
    Code("cvc-elt.5.2.2.1",
         "An element whose text the schema fixes contains elements.",
         "Write exactly the fixed text.",
         '<xs:element name="item" fixed="all"><xs:complexType mixed="true"><xs:sequence><xs:element name="b" minOccurs="0"/>'
         "</xs:sequence></xs:complexType></xs:element>",
         "<item>a<b/>ll</item>", "<item>all</item>"),
    Code("cvc-elt.5.2.2.2.1",
         "The text of an element differs from the one that the schema fixes.",
         "Write exactly the fixed text.",
         '<xs:element name="item" fixed="all"><xs:complexType mixed="true"><xs:sequence><xs:element name="b" minOccurs="0"/>'
         "</xs:sequence></xs:complexType></xs:element>",
         "<item>some</item>", "<item>all</item>"),
    Code("cvc-elt.5.2.2.2.2",
         "The value of an element differs from the one that the schema fixes.",
         "Write the fixed value, or leave the element empty.",
         '<xs:element name="item" type="xs:decimal" fixed="1.0"/>',
         "<item>2</item>", "<item>1.00</item>"),
    Code("cvc-type.2",
         "The type of an element is only a framework for others.",
         "Say with xsi:type which one it is.",
         '<xs:complexType name="Event" abstract="true"><xs:sequence/></xs:complexType><xs:complexType name="Live">'
         '<xs:complexContent><xs:extension base="Event"/></xs:complexContent></xs:complexType><xs:element name="item" type="Event"/>',
         "<item/>", '<item xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="Live"/>'),
    Code("cvc-type.3.1.1",
         "An element that has only a value has an attribute.",
         "Remove the attribute.",
         '<xs:element name="item" type="xs:string"/>',
         '<item lang="nl">x</item>', "<item>x</item>"),
    Code("cvc-type.3.1.2",
         "An element that has only a value contains an element.",
         "Write the value as plain text.",
         '<xs:element name="item" type="xs:string"/>',
         "<item><b>x</b></item>", "<item>x</item>"),
    Code("cvc-complex-type.2.1",
         "An element that must be empty has content.",
         "Remove the content.",
         '<xs:element name="item"><xs:complexType><xs:attribute name="n"/></xs:complexType></xs:element>',
         "<item>x</item>", '<item n="x"/>'),
    Code("cvc-complex-type.2.2",
         "An element with a value and attributes contains an element.",
         "Write the value as plain text.",
         '<xs:element name="item"><xs:complexType><xs:simpleContent><xs:extension base="xs:string"><xs:attribute name="lang"/>'
         "</xs:extension></xs:simpleContent></xs:complexType></xs:element>",
         '<item lang="nl"><b>x</b></item>', '<item lang="nl">x</item>'),
    Code("cvc-complex-type.2.3",
         "Text stands directly in an element that holds only elements.",
         "Put the text into one of those elements, or remove it.",
         '<xs:element name="item"><xs:complexType><xs:sequence><xs:element name="title" type="xs:string"/></xs:sequence>'
         "</xs:complexType></xs:element>",
         "<item>x<title>y</title></item>", "<item><title>y</title></item>"),
    Code("cvc-complex-type.2.4.a",
         "A child element is not what may come there: it is unknown, misspelt, in the wrong namespace or order, too many, or "
         "another is missing before it.",
         "The sentence says which of these it is, and what may come there.",
         '<xs:element name="item"><xs:complexType><xs:sequence><xs:element name="title" type="xs:string"/>'
         '<xs:element name="genre" type="xs:string"/><xs:element name="date" type="xs:date" minOccurs="0"/></xs:sequence>'
         "</xs:complexType></xs:element>",
         "<item><genre>x</genre><title>y</title></item>", "<item><title>y</title><genre>x</genre></item>"),
    Code("cvc-complex-type.2.4.b",
         "The content of an element ends too early: something that must follow is missing.",
         "Add what is missing, in its order.",
         '<xs:element name="item"><xs:complexType><xs:sequence><xs:element name="title" type="xs:string"/>'
         '<xs:element name="genre" type="xs:string"/><xs:element name="date" type="xs:date" minOccurs="0"/></xs:sequence>'
         "</xs:complexType></xs:element>",
         "<item><title>y</title></item>", "<item><title>y</title><genre>x</genre></item>"),
    Code("cvc-complex-type.2.4.c",
         "A foreign element stands where only declared ones may, and the schema has no declaration of it.",
         "Use a declared element, or register the schema that declares it.",
         '<xs:element name="item"><xs:complexType><xs:sequence><xs:any minOccurs="0"/></xs:sequence></xs:complexType></xs:element>'
         '<xs:element name="note" type="xs:string"/>',
         "<item><unheard/></item>", "<item><note/></item>"),
    Code("cvc-complex-type.2.4.d",
         "A child element stands where nothing more may come.",
         "Remove it, or put it where it belongs.",
         '<xs:element name="item"><xs:complexType><xs:sequence><xs:element name="title" type="xs:string"/></xs:sequence>'
         "</xs:complexType></xs:element>",
         "<item><title>x</title><title>y</title></item>", "<item><title>x</title></item>"),
    Code("cvc-complex-type.3.2.2",
         "An attribute is not allowed on its element.",
         "Remove it, or write its name as the schema has it.",
         '<xs:element name="item"><xs:complexType><xs:attribute name="lang"/></xs:complexType></xs:element>',
         '<item language="nl"/>', '<item lang="nl"/>'),
    Code("cvc-complex-type.4",
         "A required attribute is missing.",
         "Add it.",
         '<xs:element name="item"><xs:complexType><xs:attribute name="lang" use="required"/></xs:complexType></xs:element>',
         "<item/>", '<item lang="nl"/>'),
    Code("cvc-complex-type.5.1",
         "Two attributes that the schema allows without naming them are both identifiers.",
         "Keep one of them.",
         '<xs:attribute name="a" type="xs:ID"/><xs:attribute name="b" type="xs:ID"/><xs:element name="item"><xs:complexType>'
         "<xs:anyAttribute/></xs:complexType></xs:element>",
         '<item a="x" b="y"/>', '<item a="x"/>'),
    Code("cvc-complex-type.5.2",
         "An element has an identifier of its own, and another by an attribute that the schema allows without naming it.",
         "Keep one of them.",
         '<xs:attribute name="a" type="xs:ID"/><xs:attribute name="b" type="xs:ID"/><xs:element name="item"><xs:complexType>'
         '<xs:attribute name="id" type="xs:ID"/><xs:anyAttribute/></xs:complexType></xs:element>',
         '<item id="x" a="y"/>', '<item id="x"/>'),
    Code("cvc-attribute.4",
         "An attribute differs from the value that the schema fixes.",
         "Write the fixed value, or leave the attribute out.",
         '<xs:element name="item"><xs:complexType><xs:attribute name="version" fixed="1.1"/></xs:complexType></xs:element>',
         '<item version="1.0"/>', '<item version="1.1"/>'),
    Code("cvc-id.1",
         "A reference leads to an identifier that nothing in the document has.",
         "Write an identifier that exists, or add what it should lead to.",
         '<xs:element name="item"><xs:complexType><xs:sequence><xs:element name="part" maxOccurs="9"><xs:complexType>'
         '<xs:attribute name="id" type="xs:ID"/><xs:attribute name="see" type="xs:IDREF"/></xs:complexType></xs:element>'
         "</xs:sequence></xs:complexType></xs:element>",
         '<item><part id="a" see="b"/></item>', '<item><part id="a" see="a"/></item>'),
    Code("cvc-id.2",
         "An identifier is used twice in the document.",
         "Choose another one for the second.",
         '<xs:element name="item"><xs:complexType><xs:sequence><xs:element name="part" maxOccurs="9"><xs:complexType>'
         '<xs:attribute name="id" type="xs:ID"/><xs:attribute name="see" type="xs:IDREF"/></xs:complexType></xs:element>'
         "</xs:sequence></xs:complexType></xs:element>",
         '<item><part id="a"/><part id="a"/></item>', '<item><part id="a"/><part id="b"/></item>'),
    Code("cvc-identity-constraint.3",
         "What an element should be identified by is there more than once, or has no single value.",
         "Give exactly one.",
         '<xs:element name="item"><xs:complexType><xs:sequence><xs:element name="part" maxOccurs="9" nillable="true">'
         '<xs:complexType><xs:sequence><xs:element name="n" minOccurs="0" maxOccurs="2" nillable="true" type="xs:integer"/>'
         '</xs:sequence><xs:attribute name="n" type="xs:integer"/><xs:attribute name="see" type="xs:integer"/></xs:complexType>'
         '</xs:element></xs:sequence></xs:complexType><xs:unique name="number"><xs:selector xpath="part"/><xs:field xpath="n"/>'
         "</xs:unique></xs:element>",
         "<item><part><n>1</n><n>2</n></part></item>", "<item><part><n>1</n></part></item>"),
    Code("cvc-identity-constraint.4.1",
         "A value that must be unique occurs twice.",
         "Choose another for the second.",
         '<xs:element name="item"><xs:complexType><xs:sequence><xs:element name="part" maxOccurs="9" nillable="true">'
         '<xs:complexType><xs:sequence><xs:element name="n" minOccurs="0" maxOccurs="2" nillable="true"/></xs:sequence>'
         '<xs:attribute name="n" type="xs:integer"/><xs:attribute name="see" type="xs:integer"/></xs:complexType></xs:element>'
         '</xs:sequence></xs:complexType><xs:unique name="number"><xs:selector xpath="part"/><xs:field xpath="@n"/></xs:unique>'
         "</xs:element>",
         '<item><part n="1"/><part n="01"/></item>', '<item><part n="1"/><part n="2"/></item>'),
    Code("cvc-identity-constraint.4.2.1",
         "An element lacks what it is identified by.",
         "Add it.",
         '<xs:element name="item"><xs:complexType><xs:sequence><xs:element name="part" maxOccurs="9" nillable="true">'
         '<xs:complexType><xs:sequence><xs:element name="n" minOccurs="0" maxOccurs="2" nillable="true"/></xs:sequence>'
         '<xs:attribute name="n" type="xs:integer"/><xs:attribute name="see" type="xs:integer"/></xs:complexType></xs:element>'
         '</xs:sequence></xs:complexType><xs:key name="number"><xs:selector xpath="part"/><xs:field xpath="@n"/></xs:key>'
         "</xs:element>",
         "<item><part/></item>", '<item><part n="1"/></item>'),
    Code("cvc-identity-constraint.4.2.2",
         "Two elements are identified by the same value.",
         "Choose another for the second.",
         '<xs:element name="item"><xs:complexType><xs:sequence><xs:element name="part" maxOccurs="9" nillable="true">'
         '<xs:complexType><xs:sequence><xs:element name="n" minOccurs="0" maxOccurs="2" nillable="true"/></xs:sequence>'
         '<xs:attribute name="n" type="xs:integer"/><xs:attribute name="see" type="xs:integer"/></xs:complexType></xs:element>'
         '</xs:sequence></xs:complexType><xs:key name="number"><xs:selector xpath="part"/><xs:field xpath="@n"/></xs:key>'
         "</xs:element>",
         '<item><part n="1"/><part n="01"/></item>', '<item><part n="1"/><part n="2"/></item>'),
    Code("cvc-identity-constraint.4.2.3",
         "What identifies an element is one that can be marked as empty; the schema forbids that.",
         "Identify the element by something else: this is a mistake of the schema.",
         '<xs:element name="item"><xs:complexType><xs:sequence><xs:element name="part" maxOccurs="9" nillable="true">'
         '<xs:complexType><xs:sequence><xs:element name="n" minOccurs="0" maxOccurs="2" nillable="true" type="xs:integer"/>'
         '</xs:sequence><xs:attribute name="n" type="xs:integer"/><xs:attribute name="see" type="xs:integer"/></xs:complexType>'
         '</xs:element></xs:sequence></xs:complexType><xs:key name="number"><xs:selector xpath="part"/><xs:field xpath="n"/>'
         "</xs:key></xs:element>",
         "<item><part><n>1</n></part></item>", ""),
    Code("cvc-identity-constraint.4.3",
         "A reference leads to a key that nothing in the document has.",
         "Write a key that exists, or add what it should lead to.",
         '<xs:element name="item"><xs:complexType><xs:sequence><xs:element name="part" maxOccurs="9" nillable="true">'
         '<xs:complexType><xs:sequence><xs:element name="n" minOccurs="0" maxOccurs="2" nillable="true"/></xs:sequence>'
         '<xs:attribute name="n" type="xs:integer"/><xs:attribute name="see" type="xs:integer"/></xs:complexType></xs:element>'
         '</xs:sequence></xs:complexType><xs:key name="number"><xs:selector xpath="part"/><xs:field xpath="@n"/></xs:key>'
         '<xs:keyref name="seen" refer="number"><xs:selector xpath="part"/><xs:field xpath="@see"/></xs:keyref></xs:element>',
         '<item><part n="1" see="2"/></item>', '<item><part n="1" see="1"/></item>'),
    Code("cvc-datatype-valid.1.2.1",
         "A value is not of the kind that is needed: no date, no number …",
         "Write it in the form that the sentence shows.",
         '<xs:element name="item" type="xs:date"/>',
         "<item>17/05/2024</item>", "<item>2024-05-17</item>"),
    Code("cvc-datatype-valid.1.2.3",
         "A value is none of the kinds that are allowed there.",
         "Write one of them.",
         '<xs:element name="item"><xs:simpleType><xs:union memberTypes="xs:date xs:gYear"/></xs:simpleType></xs:element>',
         "<item>May 2024</item>", "<item>2024</item>"),
    Code("cvc-enumeration-valid",
         "A value is not in the list of those that are allowed.",
         "Use one of the list; the sentence names the nearest.",
         '<xs:element name="item"><xs:simpleType><xs:restriction base="xs:string"><xs:enumeration value="film"/>'
         '<xs:enumeration value="series"/></xs:restriction></xs:simpleType></xs:element>',
         "<item>movie</item>", "<item>film</item>"),
    Code("cvc-pattern-valid",
         "A value does not have the form that is required.",
         "Write it in that form; the sentence has an example.",
         '<xs:element name="item"><xs:simpleType><xs:restriction base="xs:string"><xs:pattern value="[A-Z]{2}"/></xs:restriction>'
         "</xs:simpleType></xs:element>",
         "<item>Nl</item>", "<item>NL</item>"),
    Code("cvc-length-valid",
         "A value is not of the one length that is allowed.",
         "Make it that long.",
         '<xs:element name="item"><xs:simpleType><xs:restriction base="xs:string"><xs:length value="3"/></xs:restriction>'
         "</xs:simpleType></xs:element>",
         "<item>EURO</item>", "<item>EUR</item>"),
    Code("cvc-minLength-valid",
         "A value is too short, or empty.",
         "Write more.",
         '<xs:element name="item"><xs:simpleType><xs:restriction base="xs:string"><xs:minLength value="1"/></xs:restriction>'
         "</xs:simpleType></xs:element>",
         "<item></item>", "<item>x</item>"),
    Code("cvc-maxLength-valid",
         "A value is too long.",
         "Shorten it.",
         '<xs:element name="item"><xs:simpleType><xs:restriction base="xs:string"><xs:maxLength value="5"/></xs:restriction>'
         "</xs:simpleType></xs:element>",
         "<item>too long</item>", "<item>short</item>"),
    Code("cvc-minInclusive-valid",
         "A value is too small, or too early.",
         "Write a larger or later one.",
         '<xs:element name="item"><xs:simpleType><xs:restriction base="xs:integer"><xs:minInclusive value="1"/></xs:restriction>'
         "</xs:simpleType></xs:element>",
         "<item>0</item>", "<item>1</item>"),
    Code("cvc-minExclusive-valid",
         "A value is too small, or too early.",
         "Write a larger or later one.",
         '<xs:element name="item"><xs:simpleType><xs:restriction base="xs:decimal"><xs:minExclusive value="0"/></xs:restriction>'
         "</xs:simpleType></xs:element>",
         "<item>0</item>", "<item>0.1</item>"),
    Code("cvc-maxInclusive-valid",
         "A value is too large, or too late.",
         "Write a smaller or earlier one.",
         '<xs:element name="item"><xs:simpleType><xs:restriction base="xs:integer"><xs:maxInclusive value="10"/></xs:restriction>'
         "</xs:simpleType></xs:element>",
         "<item>11</item>", "<item>10</item>"),
    Code("cvc-maxExclusive-valid",
         "A value is too large, or too late.",
         "Write a smaller or earlier one.",
         '<xs:element name="item"><xs:simpleType><xs:restriction base="xs:decimal"><xs:maxExclusive value="10"/></xs:restriction>'
         "</xs:simpleType></xs:element>",
         "<item>10</item>", "<item>9.9</item>"),
    Code("cvc-totalDigits-valid",
         "A number has too many digits.",
         "Round it.",
         '<xs:element name="item"><xs:simpleType><xs:restriction base="xs:decimal"><xs:totalDigits value="3"/></xs:restriction>'
         "</xs:simpleType></xs:element>",
         "<item>12.34</item>", "<item>12.3</item>"),
    Code("cvc-fractionDigits-valid",
         "A number has too many digits after the decimal point.",
         "Round it.",
         '<xs:element name="item"><xs:simpleType><xs:restriction base="xs:decimal"><xs:fractionDigits value="2"/></xs:restriction>'
         "</xs:simpleType></xs:element>",
         "<item>1.234</item>", "<item>1.23</item>"),
    Code("cvc-explicitTimezone-valid",
         "A date or time has a time zone where none is allowed, or lacks one (XSD 1.1).",
         "Add or remove the time zone.",
         '<xs:element name="item"><xs:simpleType><xs:restriction base="xs:dateTime"><xs:explicitTimezone value="required"/>'
         "</xs:restriction></xs:simpleType></xs:element>",
         "<item>2024-05-17T20:15:00</item>", "<item>2024-05-17T20:15:00Z</item>"),
    Code("cvc-assertion",
         "An element breaks a condition that the schema sets (XSD 1.1).",
         "The sentence quotes the condition.",
         '<xs:element name="item"><xs:complexType><xs:attribute name="min" type="xs:integer"/>'
         '<xs:attribute name="max" type="xs:integer"/><xs:assert test="@min le @max"/></xs:complexType></xs:element>',
         '<item min="2" max="1"/>', '<item min="1" max="2"/>'),
    Code("cvc-assertions-valid",
         "A value breaks a condition that the schema sets (XSD 1.1).",
         "The sentence quotes the condition.",
         '<xs:element name="item"><xs:simpleType><xs:restriction base="xs:integer"><xs:assertion test="$value mod 2 = 0"/>'
         "</xs:restriction></xs:simpleType></xs:element>",
         "<item>3</item>", "<item>4</item>"),
)
