"""A small vocabulary of the tests' own, in two versions, and documents of it."""

from __future__ import annotations

from pathlib import Path

V1 = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="urn:test:note" targetNamespace="urn:test:note"
    elementFormDefault="qualified">
  <xs:element name="note"><xs:complexType><xs:sequence>
    <xs:element name="title" type="xs:string"/>
    <xs:element name="due" type="xs:date" minOccurs="0"/>
    <xs:element name="pages" type="xs:integer" minOccurs="0"/>
    <xs:element name="tag" type="xs:token" minOccurs="0" maxOccurs="unbounded"/>
  </xs:sequence><xs:attribute name="id" type="xs:string"/></xs:complexType></xs:element>
</xs:schema>"""
V2 = V1.replace('name="pages" type="xs:integer" minOccurs="0"', 'name="pages" type="xs:positiveInteger"')
MANIFEST = 'title = "Notes"\nidentity = "/n:note/@id"\n[namespaces]\nn = "urn:test:note"\n'


def write(folder: Path) -> dict[str, Path]:
    """The two versions' files."""
    paths = {}
    for version, text in (("1", V1), ("2", V2)):
        paths[version] = folder / version / "note.xsd"
        paths[version].parent.mkdir(parents=True, exist_ok=True)
        paths[version].write_text(text, "utf-8")
    return paths


def note(title: str = "Milk", *, id: str | None = None, due: str | None = None, pages: str | None = None, tags: tuple[str, ...] = (),
         location: str | None = None) -> bytes:  # fmt: skip
    """A document; invalid where its values are."""
    hint = f' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="urn:test:note {location}"' if location else ""
    parts = [f'<note xmlns="urn:test:note"{hint}' + (f' id="{id}">' if id is not None else ">"), f"<title>{title}</title>"]
    parts += [f"<due>{due}</due>"] if due is not None else []
    parts += [f"<pages>{pages}</pages>"] if pages is not None else []
    parts += [f"<tag>{tag}</tag>" for tag in tags]
    return "\n".join([*parts, "</note>\n"]).encode()


BROKEN = note(due="tomorrow")
