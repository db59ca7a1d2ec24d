from __future__ import annotations

from xmlsvc.xml import canonical
from xmlsvc.xml.parser import parse


def test_digest_names_the_bytes() -> None:
    assert canonical.digest(b"abc") == "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_the_canonical_form_forgets_only_how_it_was_written() -> None:
    one = canonical.c14n(parse(b"<a  y='2' x=\"1\" ><b></b>&#233;<![CDATA[<]]></a>\n"))
    other = canonical.c14n(parse('<?xml version="1.0" encoding="iso-8859-1"?><a x="1" y="2"><b/>é&lt;</a>'.encode("iso-8859-1")))
    assert one == other
    assert one != canonical.c14n(parse(b'<a x="1" y="2"><b/> &#233;&lt;</a>'))
    assert canonical.c14n(parse(b"<a><!-- x --></a>")) != canonical.c14n(parse(b"<a/>"))
    assert canonical.c14n(parse(b"<a><!-- x --></a>"), comments=False) == canonical.c14n(parse(b"<a></a>").getroot(), comments=False)
