"""The source as HTML: every character is there, every line has its number, time is linear whatever stands there."""

from __future__ import annotations

import html
import re
import time

import pytest
from genshi.core import Markup
from hypothesis import example, given
from hypothesis import strategies as st

from xmlsvc.web import source

_PIECES = (*"<>&;\"'=/!-?[]CDATA x:\n\té", "<!--", "-->", "<![CDATA[", "]]>", "<?", "?>", "\r\n", "\0")
_TEXTS = st.lists(st.sampled_from(_PIECES), max_size=80).map("".join)


def _plain(markup: str) -> str:
    """What a reader of the rendered source sees, line by line."""
    lines = re.findall(r'<div class="line[^"]*" id="L\d+"><a class="ln"[^>]*>\d+</a><code>(.*?)</code></div>', markup, re.DOTALL)
    return "\n".join("" if line == " " else html.unescape(re.sub(r"<[^>]*>", "", line)) for line in lines)


@given(_TEXTS)
@example("a\n")
@example("")
@example("<a b='1\n2'>&amp;&#x41;</a>")
@example("<!-- <a> -->\n<![CDATA[<b>]]>")
@example("<")
def test_nothing_is_lost_and_nothing_is_markup(document: str) -> None:
    shown = source.render(source.window(document), [])
    normal = document.replace("\r\n", "\n").replace("\r", "\n")
    expected = normal[:-1] if normal.endswith("\n") and len(normal) > 1 else normal
    seen = _plain(str(shown))
    assert seen.replace("\N{REPLACEMENT CHARACTER}", "") == re.sub(
        "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", "", "\n".join("" if line == " " else line for line in expected.split("\n"))
    )


@pytest.mark.parametrize(
    "piece", ['<a "', "<a b='", "<!--", "<![CDATA[", "<?", "<", "&", "<a ", "]]>", "x", "\n", "<a b=\"'", "<!", '="', "<a/>", "&#x41;"]
)
def test_time_is_linear(piece: str) -> None:
    """Ten times the text takes about ten times as long, not a hundred times."""

    def seconds(count: int) -> float:
        document = piece * count
        best = 9.0
        for _ in range(3):
            began = time.process_time()
            source.render(source.window(document), [])
            best = min(best, time.process_time() - began)
        return best

    few, many = seconds(2_000), seconds(20_000)
    assert many < 0.03 or many < 40 * few, f"{piece!r}: {few:.4f} s, then {many:.4f} s"


def test_colours() -> None:
    shown = str(source.render(source.window('<?x y?><p:a b="1">t &amp; u<!-- c --><![CDATA[d]]></p:a>'), []))
    attribute = '<span class="x-a">b</span>=<span class="x-v">&quot;1&quot;</span>'
    for part in (
        '<span class="x-p">&lt;?x y?&gt;</span>',
        f'<span class="x-t">&lt;p:a</span> {attribute}<span class="x-t">&gt;</span>',
        '<span class="x-e">&amp;amp;</span>',
        '<span class="x-c">&lt;!-- c --&gt;</span>',
        '<span class="x-d">&lt;![CDATA[d]]&gt;</span>',
        '<span class="x-t">&lt;/p:a&gt;</span>',
    ):
        assert part in shown, part


def test_marks_stand_below_their_line_and_at_their_place() -> None:
    shown = str(
        source.render(
            source.window('<a>\n  <b c="1"/>\n</a>'),
            [source.Mark(1, 2, 6, Markup("wrong &lt;here&gt;")), source.Mark(2, 2, 3, Markup("and here"))],
        )
    )
    line = shown.index('<div class="line line-bad" id="L2">')
    assert shown.index("wrong &lt;here&gt;") > line and shown.index('id="L3"') > shown.index("and here")
    assert '<span class="x-a bad">c</span>' in shown and '<span class="x-t bad">&lt;b</span>' in shown
    assert 'href="#v1"' in shown and shown.count("line-bad") == 1


@given(st.integers(1, 9_000), st.integers(1, 9_000))
def test_windows_cover_the_document_without_overlap(line: int, other: int) -> None:
    document = "\n".join(f"<l>{number}</l>" for number in range(1, 7_001))
    shown, second = source.window(document, line), source.window(document, other)
    assert shown.first <= min(line, 7_000) <= shown.last
    assert shown.text.startswith(f"<l>{shown.first}</l>") and shown.total == 7_000
    assert (shown.first, shown.last) == (second.first, second.last) or shown.last < second.first or second.last < shown.first


def test_a_window_that_begins_in_a_comment() -> None:
    document = "<a>\n<!--\n" + "<x>\n" * 5_000 + "-->\n<b/></a>"
    shown = str(source.render(source.window(document, 3_000), []))
    assert '<span class="x-c">&lt;x&gt;</span>' in shown and "x-t" not in shown


def test_one_endless_line_is_cut() -> None:
    shown = str(source.render(source.window("<a>" + "x" * 3_000_000 + "</a>"), []))
    assert len(shown) < 60_000 and "download the document" in shown


def test_pager_links_to_the_neighbours() -> None:
    window = source.window("x\n" * 4_000, 2_000)
    shown = str(source.pager(window, "/documents/a/source?line="))
    assert f"line={window.first - 1}#L{window.first - 1}" in shown and f"line={window.last + 1}#L{window.last + 1}" in shown
    assert source.pager(source.window("x\ny"), "") is None
