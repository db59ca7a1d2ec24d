"""Bytes that nobody would send on purpose: mutants of samples through all that reads documents. A seeded handful, or an hour's worth.

What must hold of every mutant: it parses, or is refused by an error of ours; parsed and untouched it is saved as the very same bytes; all
its start tags are found; it is judged without an exception, in words that can be sent; a small change is saved as itself.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import etree

from tests.conftest import FULL
from xmlsvc import binding, builtin, validation
from xmlsvc.errors import Error, InputError
from xmlsvc.schema.registry import Registry, Schema
from xmlsvc.settings import Settings
from xmlsvc.storage import query
from xmlsvc.validation.report import violations_from_json, violations_json
from xmlsvc.xml import diff, edits, parser, patch, spans

SECONDS = 900.0 if FULL else 12.0  # for each of four kinds of input
MOST = 10**9 if FULL else 1_500

_PIECES = [
    b"<", b">", b"</", b"/>", b"&", b"&#0;", b"&#x10FFFF;", b"&amp;", b"]]>", b"<![CDATA[", b"<!--", b"-->", b"<?x ", b"?>", b"\r", b"\r\n",
    b"\t",    b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\xc3", b"\xed\xa0\x80", b"'", b'"', b"=", b" xmlns=''", b" xmlns:p='urn:x'",
    b" xsi:type='p:x'",    b" xsi:nil='true'", b"<!DOCTYPE x>",
    b"<?xml version='1.0' encoding='UTF-16'?>", b"\xe2\x80\xae", b"x" * 300, b"<a>" * 40,
    b"\xc2\xa0",
]  # fmt: skip


def mutants(seeds: list[bytes], seed: int) -> Iterator[bytes]:
    """Without end: bytes flipped, pieces put in, cut out, doubled, swapped with another sample's."""
    chance = random.Random(seed if not FULL else None)
    while True:
        data = bytearray(chance.choice(seeds))
        for _ in range(chance.choice((1, 1, 1, 2, 3, 8))):
            at = chance.randrange(len(data) + 1)
            end = min(len(data), at + chance.choice((1, 4, 30, 300)))
            kind = chance.randrange(12)
            if kind > 5:  # mostly what still is XML
                data[at:end] = bytes(chance.choice((byte, 48, 65, 32)) if chr(byte).isalnum() else byte for byte in data[at:end])
            elif kind == 0 and at < len(data):
                data[at] = chance.randrange(256)
            elif kind == 1:
                data[at:at] = chance.choice(_PIECES)
            elif kind == 2:
                del data[at:end]
            elif kind == 3:
                data[at:at] = data[at:end]
            elif kind == 4:
                other = chance.choice(seeds)
                start = chance.randrange(len(other))
                data[at:end] = other[start : start + end - at]
            else:
                data[at:end] = chance.choice(_PIECES)
        yield bytes(data)


def bounded(inputs: Iterator[bytes]) -> Iterator[bytes]:
    """As many as the run has time for; the number of a quick run is the same on every machine that is not very slow."""
    until = time.monotonic() + SECONDS
    for count, data in enumerate(inputs):
        if count >= MOST or (FULL and time.monotonic() > until):
            return
        yield data


@pytest.fixture(scope="module")
def samples() -> list[bytes]:
    paths = [path for kind in ("valid", "invalid") for path in sorted((builtin.path("samples") / kind).glob("*.xml"))]
    return [path.read_bytes() for path in paths if path.stat().st_size > 50]


@pytest.fixture(scope="module")
def schema(tmp_path_factory: pytest.TempPathFactory) -> Schema:
    home = tmp_path_factory.mktemp("fuzz")
    registry = Registry(Settings(directory=home))
    folder = builtin.path("schemas") / "programme"
    return registry.add("programme", [folder / "1.1" / "programme.xsd"], "1.1")


def test_documents(samples: list[bytes], schema: Schema) -> None:
    parsed = 0
    for data in bounded(mutants(samples, 1)):
        try:
            tree = parser.parse(data)
        except InputError as refusal:
            assert refusal.message and json.dumps(refusal.extra)
            continue
        parsed += 1
        assert edits.save(data, tree) == data
        tags = list(spans.start_tags(data))
        assert len(tags) == sum(1 for _ in tree.iter("*"))
        report = validation.check(schema, data, tree)
        told = violations_json(report.violations)
        assert list(violations_from_json(told)) == list(report.violations)
        assert "Traceback" not in str(told)
    assert parsed > (MOST if not FULL else 1000) // 10


def test_changes(samples: list[bytes]) -> None:
    """One change by the tree, saved: the saved bytes hold that tree, and the difference is told."""
    chance = random.Random(2)
    for data in bounded(mutants(samples, 2)):
        try:
            tree = parser.parse(data)
        except InputError:
            continue
        before = parser.parse(data)
        elements = list(tree.iter("*"))
        element = chance.choice(elements)
        if element.getparent() is not None and chance.random() < 0.3:
            parent, tail = element.getparent(), element.tail
            parent.remove(element)
            assert tail is None or isinstance(tail, str)
        elif chance.random() < 0.5:
            element.set("changed", "a & 'b' \"c\" <d>\n")
        else:
            element.text = "new & <text> ]]>"
        saved = edits.save(data, tree)
        assert etree.tostring(parser.parse(saved)) == etree.tostring(tree)
        diff.compare(before, tree)


def test_patches(samples: list[bytes]) -> None:
    """Mutants of patches change a document, or are refused in words."""
    target = next(data for data in samples if b"film" in data)
    seeds = [
        b'<diff xmlns:p="urn:xmlsvc:programme"><replace sel="/*/*[1]/text()">x</replace></diff>',
        b'<diff><add sel="/*" pos="prepend"><a/></add><remove sel="/*/*[2]" ws="both"/><add sel="/*" type="@b">c</add></diff>',
        b'<p:diff xmlns:p="urn:ietf:params:xml:ns:pidf-diff"><p:replace sel="*/@id">y</p:replace></p:diff>',
    ]
    for data in bounded(mutants(seeds, 3)):
        try:
            given = parser.parse(data)
            patch.apply(parser.parse(target), given)
        except Error as refusal:
            assert refusal.message


def test_queries_and_json(schema: Schema, tmp_path: Path) -> None:
    module = binding.load(builtin.path("schemas") / "programme" / "1.1" / "programme.xsd")
    document = binding.to_json(module.sample(seed=1)).encode()
    words = [b"title:sea after:2024 -draft", b'"a phrase" OR x* vocabulary:programme', document]
    for data in bounded(mutants(words, 4)):
        text = data.decode("utf-8", "replace")
        query.parse(text, ("vocabulary", "partner"))
        try:
            given = json.loads(text)
        except ValueError:
            continue
        try:
            module.from_dict(given)
        except (Error, ValueError, TypeError, KeyError) as refusal:
            assert str(refusal)
