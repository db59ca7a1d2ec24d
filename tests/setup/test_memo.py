"""What is kept with its owner: made once, the same for all, gone with it."""

from __future__ import annotations

import gc
from concurrent.futures import ThreadPoolExecutor

from xmlsvc import memo


class Owner:
    """Anything that can be referred to weakly."""


def test_made_once_and_gone_with_its_owner() -> None:
    made: list[object] = []

    @memo.kept
    def of(_: Owner) -> object:
        made.append(object())
        return made[-1]

    one, other = Owner(), Owner()
    assert of(one) is of(one) is not of(other)
    assert len(made) == 2
    del one
    gc.collect()
    assert of(Owner()) is made[2] and of(other) is made[1]


def test_threads_are_given_the_same() -> None:
    @memo.kept
    def of(_: Owner) -> object:
        return object()

    owner = Owner()
    with ThreadPoolExecutor(8) as threads:
        assert len(set(threads.map(of, [owner] * 200))) == 1
