"""A schema of NeTEx's size, made by rule, and what it takes to make classes of it: 400 documents, 3,100 complex types."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

TYPES = 31  # complex types in four documents
_SCRIPT = """
import resource, sys, time
from pathlib import Path
from xmlsvc import codegen
from xmlsvc.schema import store
from xmlsvc.schema.catalog import Catalog
start = time.process_time()
closed = store.close([Path(sys.argv[1])], Catalog.load(Path(sys.argv[1]).parent), Path(sys.argv[2]) / "store")
files = codegen.plan(closed, None, "large").files
print(time.process_time() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, sum(map(len, files.values())) / 1e6)
"""


def write(folder: Path, documents: int) -> Path:
    """The schema's documents; the one that includes all others.

    Each has types that extend one another and those of earlier documents, groups, enumerations, elements that stand for others, and keys
    with references to them, as a transport schema has.
    """
    folder.mkdir(parents=True, exist_ok=True)
    first = 0
    for number in range(documents):
        wanted = (number + 1) * TYPES // 4
        lines = ['<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="urn:large" targetNamespace="urn:large" '
                 'elementFormDefault="qualified">']
        lines += [f'<xs:include schemaLocation="part{other}.xsd"/>' for other in sorted({number // 2, max(number - 1, 0)} - {number})]
        lines.append(f'<xs:simpleType name="Kind{number}"><xs:restriction base="xs:NMTOKEN">'
                     + "".join(f'<xs:enumeration value="value{value}"/>' for value in range(12)) + "</xs:restriction></xs:simpleType>")
        lines += [_type(made, number) for made in range(first, wanted)]
        lines.append(f'<xs:element name="list{number}"><xs:complexType><xs:sequence><xs:element ref="thing{first}" minOccurs="0" '
                     f'maxOccurs="unbounded"/></xs:sequence></xs:complexType><xs:key name="key{number}"><xs:selector xpath=".//*"/>'
                     f'<xs:field xpath="@id"/></xs:key><xs:keyref name="keyref{number}" refer="key{number}"><xs:selector xpath=".//*"/>'
                     '<xs:field xpath="@ref"/></xs:keyref></xs:element>')
        first = wanted
        (folder / f"part{number}.xsd").write_text("\n".join([*lines, "</xs:schema>"]), "utf-8")
    head = '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="urn:large" targetNamespace="urn:large">'
    includes = "".join(f'<xs:include schemaLocation="part{number}.xsd"/>' for number in range(documents))
    (folder / "all.xsd").write_text(f"{head}{includes}</xs:schema>", "utf-8")
    return folder / "all.xsd"


def _type(number: int, document: int) -> str:
    """One complex type with the element of that type, which may stand for the element of the type it extends."""
    base = (number - 1) // 2 if number % 5 else None
    fields = "".join(
        f'<xs:element name="f{number}_{field}" type="{kind}" minOccurs="0"{many}><xs:annotation><xs:documentation>What field {field} of '
        f"type {number} says of a thing.</xs:documentation></xs:annotation></xs:element>"
        for field, (kind, many) in enumerate((("xs:string", ""), (f"Kind{document}", ""), ("xs:dateTime", ""), ("xs:decimal", ""),
                                              (f"Type{number // 2}", ' maxOccurs="unbounded"'), ("xs:boolean", ""))))
    inner = f'<xs:sequence>{fields}</xs:sequence><xs:attribute name="a{number}" type="xs:int"/>'
    if base is None or base == number:
        inner += '<xs:attribute name="id" type="xs:token"/><xs:attribute name="ref" type="xs:token"/>'
        body, head = inner, ""
    else:
        body = f'<xs:complexContent><xs:extension base="Type{base}">{inner}</xs:extension></xs:complexContent>'
        head = f' substitutionGroup="thing{base}"'
    return f'<xs:complexType name="Type{number}">{body}</xs:complexType><xs:element name="thing{number}" type="Type{number}"{head}/>'


def large_schema(folder: Path, documents: int) -> str:
    """What making the classes takes, in a process of its own, as a line of text."""
    entry = write(folder / "large", documents)
    done = subprocess.run([sys.executable, "-c", _SCRIPT, str(entry), str(folder)], check=True, capture_output=True, text=True)
    seconds, memory, written = map(float, done.stdout.split())
    return (f"a schema of {documents} documents, {documents * TYPES // 4:,} complex types: classes made in {seconds:.1f} s (CPU), "
            f"{memory:.0f} MB at most, {written:.1f} MB of source")
