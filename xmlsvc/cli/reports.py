"""Validation reports as text (like compilers print), JSON (the public shape) and one self-contained HTML page."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from html import escape

from ..errors import InputError, NotWellFormed
from ..validation.report import Report, Violation

KINDS = ("text", "json", "html")
Checked = tuple[str, "Report | InputError"]


def not_well_formed(error: InputError) -> Report:
    """A document that is refused before any schema is asked, as a report with one violation ("xml-wf", or the error's own slug)."""
    at = (error.line, error.column) if isinstance(error, NotWellFormed) else (None, None)
    code = "xml-wf" if isinstance(error, NotWellFormed) else error.slug
    return Report(valid=False, violations=(Violation(code=code, line=at[0], column=at[1], path="", message=error.message),))


def line(name: str, violation: Violation) -> str:
    """`file:line:col: code sentence`; a missing column is left out, as is the line where there is none."""
    place = ":".join(str(part) for part in (name, violation.line, violation.column) if part is not None)
    return f"{place}: {violation.code} {violation.message}"


def text(name: str, report: Report) -> Iterator[str]:
    """The lines for one document: nothing when it is valid, so that silence means fine."""
    for violation in report.violations:
        yield line(name, violation)
        for excerpt in (violation.excerpt or "").splitlines():
            yield f"    {excerpt}"
        if violation.disputed:
            yield f"    (the engines differ; found by {', '.join(violation.engines)})"
    if report.cut:
        yield f"{name}: there are more violations than the {len(report.violations)} listed"


def as_json(checked: Iterable[tuple[str, Report]]) -> str:
    """`{"documents": […]}`, the same shape that POST /api/validate answers with."""
    return json.dumps({"documents": [report.document(name) for name, report in checked]}, ensure_ascii=False, indent=2)


_STYLE = """
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
body { max-width: 70rem; margin: 2rem auto; padding: 0 1rem }
table { border-collapse: collapse; width: 100%; margin: .5rem 0 2rem } td, th { text-align: left; vertical-align: top; padding: .3rem .6rem;
border-bottom: 1px solid #8886 } code, pre { font: .875rem/1.4 ui-monospace, monospace } pre { overflow-x: auto; margin: .3rem 0 }
.bad { color: #c22 } .good { color: #292 } @media (prefers-color-scheme: dark) { .bad { color: #f88 } .good { color: #8d8 } }
"""


def _rows(report: Report) -> Iterator[str]:
    for v in report.violations:
        place = ":".join(str(part) for part in (v.line, v.column) if part is not None)
        excerpt = f"<pre>{escape(v.excerpt)}</pre>" if v.excerpt else ""
        yield (
            f"<tr><td>{place}</td><td><code>{escape(v.code)}</code></td>"
            f"<td>{escape(v.message)}<br><code>{escape(v.path)}</code>{excerpt}</td></tr>"
        )


def as_html(checked: Iterable[tuple[str, Report]]) -> str:
    """One page without outside references: a line of totals, then each document that has violations."""
    documents = list(checked)
    bad = [(name, report) for name, report in documents if not report.valid]
    parts = [
        '<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>Validation report</title>',
        f"<style>{_STYLE}</style><h1>Validation report</h1>",
        f'<p><span class="good">{len(documents) - len(bad)} valid</span>, <span class="bad">{len(bad)} invalid</span></p>',
    ]
    for name, report in bad:
        parts.append(f"<h2>{escape(name)}</h2><table><tr><th>Line</th><th>Code</th><th>What is wrong</th></tr>")
        parts += [*_rows(report), "</table>"]
        if report.cut:
            parts.append(f"<p>There are more violations than the {len(report.violations)} listed.</p>")
    return "\n".join([*parts, "</html>"])
