"""Validation reports as text (like compilers print), JSON (the public shape) and one self-contained HTML page.

A writer takes documents one by one, so that memory does not grow with their number.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from io import TextIOWrapper
from typing import TextIO

from ..counts import plural
from ..validation.report import Report, Violation, document_json

SHOWN = 500  # documents with violations that the page shows in full


def utf8(stream: TextIO) -> TextIO:
    """The stream, which writes UTF-8 from now on whatever the terminal's encoding is: JSON, HTML and XML that are kept say that they do."""
    if isinstance(stream, TextIOWrapper):
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    return stream


class Text:
    """`FILE:LINE:COLUMN: CODE SENTENCE`: nothing for a valid document, so that silence means fine."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self.valid = self.invalid = 0

    def add(self, name: str, report: Report) -> None:
        """Take the next document."""
        self.valid += report.valid
        self.invalid += not report.valid
        self.write(name, report)

    def write(self, name: str, report: Report) -> None:
        """Print it."""
        for one in lines(name, report):
            print(one, file=self._stream)

    def close(self) -> None:
        """There are no more."""


def line(name: str, violation: Violation) -> str:
    """`file:line:col: code sentence`; a missing column is left out, as is the line where there is none."""
    place = ":".join(str(part) for part in (name, violation.line, violation.column) if part is not None)
    return f"{place}: {violation.code} {violation.message}"


def lines(name: str, report: Report) -> Iterator[str]:
    """The lines for one document."""
    for violation in report.violations:
        yield line(name, violation)
        for excerpt in (violation.excerpt or "").splitlines():
            yield f"    {excerpt}"
        if violation.disputed:
            yield f"    (the engines differ; found by {', '.join(violation.engines)})"
    if report.disputed and not report.violations:
        yield f"{name}: valid, but libxml2 refuses it"
    if report.cut:
        yield f"{name}: there are more violations than the {len(report.violations)} listed"


class Json(Text):
    """`{"documents": […]}`: the shape, and for each document the bytes, that POST /api/validate answers with."""

    def __init__(self, stream: TextIO) -> None:
        super().__init__(stream)
        self._stream.write('{"documents":[')

    def write(self, name: str, report: Report) -> None:
        self._stream.write(f"{',' if self.valid + self.invalid > 1 else ''}\n{document_json(report, name)}")

    def close(self) -> None:
        self._stream.write("\n]}\n")


_STYLE = """
:root{color-scheme:light dark;--ink:#1c2024;--soft:#5d6670;--line:#d9dee3;--back:#fff;--card:#f6f8fa;--bad:#b42318;--bad-back:#fdeceb;
--good:#1a7f37;--warn:#8a5a00;--warn-back:#fff4dc;--link:#0b57d0}
@media (prefers-color-scheme:dark){:root{--ink:#e6e9ec;--soft:#9aa4ae;--line:#333a41;--back:#14171a;--card:#1c2125;--bad:#ff8a80;
--bad-back:#3a1d1b;--good:#7ee08f;--warn:#f2c56b;--warn-back:#352a12;--link:#8ab4f8}}
*{box-sizing:border-box}body{margin:0;background:var(--back);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",sans-serif}
main{max-width:64rem;margin:0 auto;padding:2.5rem 1.25rem 4rem}h1{font-size:1.6rem;margin:0 0 .25rem}
.sums{display:flex;gap:.75rem;flex-wrap:wrap;margin:1.25rem 0 2rem}.sums div{background:var(--card);border:1px solid var(--line);
border-radius:.6rem;padding:.6rem 1.1rem;min-width:8rem}.sums b{display:block;font-size:1.7rem;line-height:1.2;
font-variant-numeric:tabular-nums}
.sums span,.soft{color:var(--soft);font-size:.875rem}.bad{color:var(--bad)}.good{color:var(--good)}.warn{color:var(--warn)}
details{border:1px solid var(--line);border-radius:.6rem;margin:0 0 1rem;overflow:hidden}
summary{cursor:pointer;padding:.7rem 1rem;background:var(--card);display:flex;gap:1rem;justify-content:space-between;align-items:baseline}
summary b{overflow-wrap:anywhere}summary span{white-space:nowrap}ol{list-style:none;margin:0;padding:0}
li{display:grid;grid-template-columns:5.5rem minmax(0,1fr);gap:0 1rem;padding:.8rem 1rem;border-top:1px solid var(--line)}
li>.at{font-variant-numeric:tabular-nums;color:var(--soft);text-align:right}li p{margin:0;overflow-wrap:anywhere}
pre{margin:.45rem 0 .3rem;padding:.4rem .7rem;background:var(--card);border-left:3px solid var(--bad);border-radius:.2rem;
white-space:pre-wrap;overflow-wrap:anywhere}
.warning pre,.info pre{border-color:var(--warn)}code,pre{font:.8125rem/1.5 ui-monospace,"Cascadia Mono",Menlo,Consolas,monospace}
.tag{display:inline-block;border-radius:.3rem;padding:0 .4rem;font-size:.75rem;background:var(--warn-back);color:var(--warn)}
@media (max-width:36rem){li{grid-template-columns:minmax(0,1fr)}li>.at{text-align:left}summary{flex-direction:column;gap:0}}
@media print{details{break-inside:avoid-page}summary{background:none}}
"""


class Html(Text):
    """One page without outside references: the totals, then each document that has violations. Its beginning needs the totals, so it is
    written at the end; documents beyond the first 500 with violations are only counted."""

    def __init__(self, stream: TextIO) -> None:
        super().__init__(stream)
        self._sections: list[str] = []
        self._violations = 0
        self._left_out = 0

    def write(self, name: str, report: Report) -> None:
        self._violations += len(report.violations)
        if not report.violations:
            return
        if len(self._sections) < SHOWN:
            self._sections.append(_section(name, report, opened=len(self._sections) < 5))
        else:
            self._left_out += 1

    def close(self) -> None:
        print(
            '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
            f"<title>Validation report</title><style>{_STYLE}</style></head><body><main><h1>Validation report</h1>"
            '<div class="sums">', *(f"<div><b{kind}>{count:,}</b><span>{what}</span></div>" for kind, count, what in (
                ("", self.valid + self.invalid, "documents"), (' class="good"', self.valid, "valid"),
                (' class="bad"' if self.invalid else "", self.invalid, "invalid"), ("", self._violations, "violations"))),
            "</div>", *(self._sections or ['<p class="good">Nothing is wrong.</p>']), sep="\n", file=self._stream)
        if self._left_out:
            print(f'<p class="soft">{self._left_out:,} more documents have violations. The JSON report has all of them.</p>',
                  file=self._stream)
        print("</main></body></html>", file=self._stream)


def _section(name: str, report: Report, opened: bool) -> str:
    count = len(report.violations)
    said = f"{plural(count, 'violation')}{', and more' if report.cut else ''}"
    schema = report.schema
    against = f" · {escape(schema.vocabulary)}@{escape(schema.version or '')}" if schema is not None and schema.vocabulary else ""
    return (f"<details{' open' if opened else ''}><summary><b>{escape(name)}</b><span class=\"{'warn' if report.valid else 'bad'}\">{said}"
            f'<span class="soft">{against}</span></span></summary><ol>{"".join(map(_item, report.violations))}</ol></details>')


def _item(violation: Violation) -> str:
    place = ":".join(str(part) for part in (violation.line, violation.column) if part is not None)
    excerpt = f"<pre>{escape(violation.excerpt)}</pre>" if violation.excerpt else ""
    about = " · ".join(f"<code>{escape(one)}</code>" for one in (violation.path, violation.code, violation.component) if one)
    tags = "".join(f' <span class="tag">{what}</span>' for what, so in (
        (violation.severity, violation.severity != "error"), ("disputed", violation.disputed)) if so)
    return (f'<li class="{escape(violation.severity)}"><div class="at">{place}</div><div><p>{escape(violation.message)}{tags}</p>{excerpt}'
            f'<div class="soft">{about}</div></div></li>')


WRITERS: dict[str, type[Text]] = {"text": Text, "json": Json, "html": Html}
KINDS = tuple(WRITERS)
