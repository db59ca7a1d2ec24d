"""Contents come back byte for byte, are kept once, and damage is found out."""

from __future__ import annotations

from functools import partial

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from xmlsvc.errors import EnvironmentFault, NotFound
from xmlsvc.storage import contents, erasure
from xmlsvc.storage.model import Content
from xmlsvc.storage.sessions import Sessions
from xmlsvc.xml.canonical import digest


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.one_of(st.binary(max_size=300), st.integers(0, 5000).map(lambda n: b"<a>x</a>" * n)))
def test_bytes_come_back(sessions: Sessions, data: bytes) -> None:
    name, now = digest(data), sessions.clock.now()
    sessions.write(lambda store: contents.put(store, data, name, now))
    assert sessions.write(lambda store: contents.put(store, data, name, now)) is False
    assert sessions.read(lambda store: contents.get(store, name)) == data


def test_compressible_bytes_are_kept_compressed(sessions: Sessions) -> None:
    data = b"<programme>" + bytes(range(256)) * 400
    name, now = digest(data), sessions.clock.now()
    sessions.write(lambda store: contents.put(store, data, name, now))
    encoding, stored, size = sessions.read(lambda store: store.find((Content.encoding, Content.data, Content.size)).one())
    assert (encoding, size) == ("zstd", len(data))
    assert len(stored) < len(data) / 10


def test_missing_and_damaged(sessions: Sessions) -> None:
    data, now = b"<a/>" * 100, sessions.clock.now()
    name = digest(data)
    with pytest.raises(NotFound, match=name):
        sessions.read(lambda store: contents.get(store, name))
    sessions.write(lambda store: contents.put(store, data, name, now))
    for encoding, stored, message in [("raw", b"<b/>", "damaged"), ("zstd", b"\x00rubbish", "decompressed"), ("lzma", b"", "'lzma'")]:
        sessions.write(lambda store, e=encoding, d=stored: store.find(Content).set(encoding=e, data=d))
        with pytest.raises(EnvironmentFault, match=message):
            sessions.read(lambda store: contents.get(store, name))


def test_no_number_is_given_twice(sessions: Sessions) -> None:
    """A run that judges a content which is erased meanwhile writes its verdict under the number."""
    numbers = list[int]()
    for data in (b"<a/>", b"<b/>", b"<c/>"):
        sessions.write(partial(contents.put, data=data, name=digest(data), created=sessions.clock.now()))
        numbers += sessions.read(lambda store: list(store.find(Content.number)))
        sessions.write(partial(erasure.collect, digests=[digest(data)]))
    assert len(numbers) == 3 and numbers == sorted(set(numbers))
