"""A schema that uses what views must do, and its classes."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest

from tests.w3c import suite
from xmlsvc import binding

LIBRARY = """<?xml version="1.0" encoding="UTF-8"?>
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="urn:lib" targetNamespace="urn:lib" elementFormDefault="qualified">
  <xs:element name="library">
    <xs:complexType>
      <xs:sequence>
        <xs:element name="name" type="xs:token"/>
        <xs:element name="opened" type="xs:date" minOccurs="0"/>
        <xs:element name="closed" type="xs:date" minOccurs="0" nillable="true"/>
        <xs:element name="tag" type="Tag" minOccurs="0" maxOccurs="unbounded"/>
        <xs:choice minOccurs="0">
          <xs:element name="phone" type="xs:string"/>
          <xs:sequence>
            <xs:element name="street" type="xs:string"/>
            <xs:element name="city" type="xs:string" minOccurs="0"/>
          </xs:sequence>
        </xs:choice>
        <xs:element name="book" type="Book" minOccurs="0" maxOccurs="unbounded"/>
        <xs:element ref="event" minOccurs="0" maxOccurs="unbounded"/>
        <xs:sequence minOccurs="0" maxOccurs="unbounded">
          <xs:element name="day" type="xs:gMonthDay"/>
          <xs:element name="hours" type="xs:duration"/>
        </xs:sequence>
        <xs:element name="note" type="Note" minOccurs="0"/>
        <xs:element name="free" minOccurs="0"/>
        <xs:any namespace="##other" processContents="lax" minOccurs="0" maxOccurs="unbounded"/>
      </xs:sequence>
      <xs:attribute name="id" type="xs:ID"/>
      <xs:attribute name="rank" type="Rank" default="5"/>
      <xs:attribute name="kind" type="xs:QName"/>
      <xs:attribute name="sizes" type="Sizes"/>
      <xs:attribute name="when" type="When"/>
      <xs:attribute name="version" type="xs:decimal" fixed="1.0"/>
      <xs:attribute name="class" type="xs:NMTOKENS"/>
      <xs:anyAttribute namespace="##other" processContents="lax"/>
    </xs:complexType>
    <xs:key name="bookKey"><xs:selector xpath="l:book" xmlns:l="urn:lib"/><xs:field xpath="@isbn"/></xs:key>
    <xs:keyref name="sequel" refer="bookKey"><xs:selector xpath="l:book" xmlns:l="urn:lib"/><xs:field xpath="@after"/></xs:keyref>
  </xs:element>
  <xs:simpleType name="Tag"><xs:annotation><xs:documentation>What it is about.</xs:documentation></xs:annotation>
    <xs:restriction base="xs:token"><xs:enumeration value="art"/><xs:enumeration value="16:9"/><xs:enumeration value="+"/>
    </xs:restriction></xs:simpleType>
  <xs:simpleType name="Rank"><xs:restriction base="xs:int"><xs:minInclusive value="1"/><xs:maxInclusive value="9"/></xs:restriction>
  </xs:simpleType>
  <xs:simpleType name="Sizes"><xs:list itemType="xs:decimal"/></xs:simpleType>
  <xs:simpleType name="When"><xs:union memberTypes="Rank xs:date"><xs:simpleType><xs:restriction base="xs:token">
  <xs:enumeration value="soon"/>
    </xs:restriction></xs:simpleType></xs:union></xs:simpleType>
  <xs:complexType name="Book">
    <xs:annotation><xs:documentation>A bound book.</xs:documentation></xs:annotation>
    <xs:sequence>
      <xs:element name="title" maxOccurs="unbounded"><xs:complexType><xs:simpleContent><xs:extension base="xs:string">
        <xs:attribute name="lang" type="xs:language"/></xs:extension></xs:simpleContent></xs:complexType></xs:element>
      <xs:element name="pages" type="xs:positiveInteger" minOccurs="0"/>
    </xs:sequence>
    <xs:attribute name="isbn" type="xs:token" use="required"/>
    <xs:attribute name="after" type="xs:token"/>
    <xs:attribute name="by" type="xs:IDREFS"/>
    <xs:attribute name="key" type="xs:ID"/>
    <xs:attribute name="title" type="xs:string"/>
  </xs:complexType>
  <xs:complexType name="Ebook"><xs:complexContent><xs:extension base="Book"><xs:sequence><xs:element name="file" type="xs:anyURI"/>
  </xs:sequence>
    <xs:attribute name="bytes" type="xs:long"/></xs:extension></xs:complexContent></xs:complexType>
  <xs:element name="event" type="Event" abstract="true"/>
  <xs:complexType name="Event"><xs:sequence><xs:element name="at" type="xs:dateTime"/></xs:sequence></xs:complexType>
  <xs:element name="reading" substitutionGroup="event"><xs:complexType><xs:complexContent><xs:extension base="Event"><xs:sequence>
    <xs:element name="author" type="xs:string"/></xs:sequence></xs:extension></xs:complexContent></xs:complexType></xs:element>
  <xs:element name="closing" type="Event" substitutionGroup="event"/>
  <xs:complexType name="Note" mixed="true"><xs:choice minOccurs="0" maxOccurs="unbounded"><xs:element name="b" type="xs:string"/>
    <xs:element name="i" type="Note"/></xs:choice></xs:complexType>
</xs:schema>
"""

DOCUMENT = b"""<?xml version="1.0" encoding="UTF-8"?>
<!-- kept -->
<library xmlns="urn:lib" xmlns:o="urn:other" id='lib1' sizes="1.50 2" when="soon" kind="o:big" o:extra="x" class="a b">
  <name>  City   library </name>
  <opened>1999-05-01Z</opened>
  <tag>art</tag>
  <tag>new-in-next-version</tag>
  <street>High St</street>
  <book isbn="1" key="b1"><title lang="en">One</title><title>Een</title><pages>12</pages></book>
  <!-- an e-book -->
  <book xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="Ebook" isbn="2" after="1" by="b1" bytes="99">
    <title>Two</title>
    <file>urn:x</file>
  </book>
  <reading><at>2024-05-17T24:00:00+02:00</at><author>Orwell</author></reading>
  <closing><at>2024-05-18T10:00:00.50</at></closing>
  <day>--05-17</day><hours>PT8H</hours>
  <note>Hello <b>bold</b> and <i>more <b>deep</b></i>!</note>
  <free>any<thing/>goes</free>
  <o:foreign a="1"><o:deep/></o:foreign>
</library>
"""


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    """The classes of LIBRARY."""
    path: Path = tmp_path_factory.mktemp("library") / "library.xsd"
    path.write_text(LIBRARY, "utf-8")
    return binding.load(path)


@pytest.fixture(scope="session")
def suite_root(w3c: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the shared part of the W3C suite is unpacked."""
    return next(suite.unpack(w3c / "xsts-shared.tar.xz", tmp_path_factory.mktemp("xsts")).rglob("suite.xml")).parent
