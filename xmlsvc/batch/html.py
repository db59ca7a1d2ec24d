"""A run's report as one self-contained page to look at: what came out, why, whose, and how it was in the runs before.

Nothing is loaded from elsewhere, no script runs. Plots are SVG, drawn here; each has its figures as text beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from html import escape

from ..counts import plural
from ..documents import runs
from ..documents.access import Actor
from ..documents.services import Services
from . import clusters, fixes

_TREND = 12  # runs
_SHOWN = 30  # causes
_TRIED = 8  # causes that fixes are worked out and tried for
_COLOURS = {"newly-broken": "bad", "still-broken": "old", "broken-otherwise": "other", "fixed": "good", "still-valid": "fine",
            "unreadable": "dark"}  # fmt: skip
_WORDS = {"newly-broken": "newly broken", "still-broken": "still broken", "broken-otherwise": "broken by other causes than before",
          "fixed": "fixed", "still-valid": "still valid", "unreadable": "unreadable"}  # fmt: skip
_STYLE = """
:root { color-scheme: light dark; --bad: #c62f2f; --old: #d98324; --other: #b65fa6; --good: #1a7f5a; --fine: #9cc7b5; --dark: #666;
--line: #8885; font: 16px/1.5 system-ui, sans-serif }
@media (prefers-color-scheme: dark) { :root { --bad: #ff7b72; --old: #f0a95b; --other: #d99ccd; --good: #56c596; --fine: #2f6b55 } }
body { max-width: 72rem; margin: 2rem auto; padding: 0 1rem } h1 { line-height: 1.2; margin-bottom: .2rem } h2 { margin-top: 2.5rem }
svg.flat { height: 1.5rem; margin-top: 1rem }
.keys { display: flex; flex-wrap: wrap; gap: .2rem 1.5rem; margin: .2rem 0; font-size: .875rem }
.key::before { content: ""; display: inline-block; width: .8em; height: .8em; margin-right: .4em; background: var(--c) }
.fix { border-left: .25rem solid var(--good); padding-left: .8rem }
.lead { opacity: .8; margin-top: 0 }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(11rem, 1fr)); gap: 1rem }
.tile { border: 1px solid var(--line); border-top: .4rem solid var(--c); border-radius: .4rem; padding: .8rem 1rem }
.tile b { display: block; font-size: 2.2rem; line-height: 1.1; font-variant-numeric: tabular-nums } svg { width: 100%; height: auto }
svg text { fill: currentColor; font: 13px system-ui, sans-serif } .bad { --c: var(--bad) } .old { --c: var(--old) }
.other { --c: var(--other) } .good { --c: var(--good) } .fine { --c: var(--fine) } .dark { --c: var(--dark) }
rect.bad, rect.old, rect.other, rect.good, rect.fine, rect.dark { fill: var(--c) }
article { border-top: 1px solid var(--line); padding: 1rem 0 } article h3 { margin: 0 0 .3rem; font-size: 1.05rem }
code, pre { font: .875rem/1.5 ui-monospace, monospace } pre { overflow-x: auto; border-left: .25rem solid var(--line); padding-left: .8rem }
mark { background: color-mix(in srgb, var(--bad) 25%, transparent); color: inherit } dl { display: flex; flex-wrap: wrap; gap: .2rem 1.5rem;
margin: .3rem 0 } dl div { display: flex; gap: .4rem } dt { opacity: .7 } dd { margin: 0 } .two { display: grid; gap: 2rem;
grid-template-columns: repeat(auto-fit, minmax(20rem, 1fr)) }
"""


def page(services: Services, actor: Actor, run: runs.Run) -> Iterator[str]:
    """The page, piece by piece. Raises NotFound."""
    found = clusters.listed(services, actor, run.id)
    yield f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>{escape(_title(run))}</title>'
    yield f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head><body>'
    yield f"<h1>{escape(_title(run))}</h1><p class=\"lead\">{escape(_lead(run))}</p>"
    yield from _tiles(run.counts)
    yield _outcome(run.counts)
    if found:
        yield '<div class="two">'
        yield _bars("Causes, by documents", ((cluster.message, cluster.documents) for cluster in found[:12]))
        yield _bars("Partners, by broken documents", list(clusters.partners(services, run.id).items())[:12])
        yield "</div>"
    yield from _trend(services, actor, run)
    if found:
        yield f"<h2>{len(found)} {'cause' if len(found) == 1 else 'causes'}</h2>"
        for number, cluster in enumerate(found[:_SHOWN]):
            yield from _cause(services, actor, run, cluster, tried=number < _TRIED)
        if len(found) > _SHOWN:
            more = plural(len(found) - _SHOWN, "more cause")
            yield f"<p>In the run: {more}. <code>xmlsvc run show {run.id}</code></p>"
    yield "</body></html>\n"


def _title(run: runs.Run) -> str:
    target = run.parameters.get("candidate") or run.parameters.get("vocabulary") or "all vocabularies"
    return f"Revalidation: {', '.join(target) if isinstance(target, list) else target}"


def _lead(run: runs.Run) -> str:
    said = [f"Run {run.id}, {run.state}, asked for by {run.actor} at {run.started:%Y-%m-%d %H:%M} UTC"]
    if run.begun and run.ended:
        seconds = (run.ended - run.begun).total_seconds()
        said.append(f"{sum(run.counts.values()):,} documents in {seconds:,.1f} s")
    if run.parameters.get("query"):
        said.append(f"of those that “{run.parameters['query']}” finds")
    return "; ".join(said) + "."


def _tiles(counts: Mapping[str, int]) -> Iterator[str]:
    still = counts.get("still-broken", 0) + counts.get("broken-otherwise", 0)
    tiles = [("bad", "Newly broken", counts.get("newly-broken", 0), ""),
             ("old", "Still broken", still, f"{counts.get('broken-otherwise', 0):,} by other causes than before"),
             ("good", "Fixed", counts.get("fixed", 0), ""), ("fine", "Still valid", counts.get("still-valid", 0), "")]  # fmt: skip
    if counts.get("unreadable"):
        tiles.append(("dark", "Unreadable", counts["unreadable"], "see the items of the run"))
    yield '<div class="tiles">'
    yield from (f'<div class="tile {colour}"><b>{count:,}</b>{name}<br><small>{note}</small></div>' for colour, name, count, note in tiles)
    yield "</div>"


def _outcome(counts: Mapping[str, int]) -> str:
    """All documents as one bar, with what its colours mean."""
    total = sum(counts.values()) or 1
    parts, at = [], 0.0
    for name, colour in _COLOURS.items():
        width = 1000 * counts.get(name, 0) / total
        if width:
            parts.append(f'<rect class="{colour}" x="{at:.2f}" y="0" width="{max(width, 1):.2f}" height="24"><title>{name}: '
                         f"{counts[name]:,} ({counts[name] / total:.1%})</title></rect>")  # fmt: skip
            at += width
    drawn = f'<svg class="flat" viewBox="0 0 1000 24" role="img" aria-label="Outcome" preserveAspectRatio="none">{"".join(parts)}</svg>'
    said = (f'<span class="key {colour}">{_WORDS[name]} {counts[name]:,} ({counts[name] / total:.1%})</span>'
            for name, colour in _COLOURS.items() if counts.get(name))  # fmt: skip
    return f'{drawn}<p class="keys">{"".join(said)}</p>'


def _bars(title: str, entries: Iterable[tuple[str, int]]) -> str:
    rows = list(entries)
    most = max((count for _, count in rows), default=1) or 1
    lines = [
        f'<text x="0" y="{n * 40 + 14}">{escape(label if len(label) < 72 else label[:71] + "…")}</text>'
        f'<rect class="bad" x="0" y="{n * 40 + 19}" width="{max(480 * count / most, 1):.1f}" height="12"></rect>'
        f'<text x="{max(480 * count / most, 1) + 6:.1f}" y="{n * 40 + 30}">{count:,}</text>'
        for n, (label, count) in enumerate(rows)
    ]
    drawn = f'<svg viewBox="0 0 560 {len(rows) * 40}" role="img" aria-label="{title}">{"".join(lines)}</svg>'
    return f"<section><h2>{title}</h2>{drawn}</section>"


def _trend(services: Services, actor: Actor, run: runs.Run) -> Iterator[str]:
    """The share of broken documents in this run and in those over the same selection before it."""
    before = [one for one in runs.listed(services, actor, (run.started, run.id), 100)
              if one.kind == run.kind and one.state == "done" and one.counts and _selection(one) == _selection(run)]  # fmt: skip
    line = [*reversed(before[: _TREND - 1]), run]
    if len(line) < 2:
        return
    most = max(_share(one, *_BROKEN) for one in line) or 1
    width = min(1000 / len(line), 160)
    yield "<h2>Share of broken documents, in this run and those before</h2>"
    drawn = "".join(_column(one, n * width, width - 8, 90 / most) for n, one in enumerate(line))
    yield f'<svg viewBox="0 0 1000 150" role="img" aria-label="Trend">{drawn}</svg>'


def _selection(run: runs.Run) -> tuple[str, str]:
    return (run.parameters.get("vocabulary") or "").partition("@")[0], run.parameters.get("query") or ""


_BROKEN = ("newly-broken", "still-broken", "broken-otherwise", "unreadable")


def _share(run: runs.Run, *outcomes: str) -> float:
    return sum(run.counts.get(name, 0) for name in outcomes) / (sum(run.counts.values()) or 1)


def _column(run: runs.Run, left: float, width: float, scale: float) -> str:
    """One run: what is newly broken on top of what was broken before, when, and by which schema."""
    parts, bottom = [], 111.0
    for names, colour in (("still-broken", "broken-otherwise", "unreadable"), "old"), (("newly-broken",), "bad"):
        height = _share(run, *names) * scale
        bottom -= height
        parts.append(f'<rect class="{colour}" x="{left:.1f}" y="{bottom:.1f}" width="{width:.1f}" height="{height:.1f}">'
                     f"<title>{', '.join(names)}: {_share(run, *names):.1%}</title></rect>")  # fmt: skip
    what = _title(run).partition(": ")[2].rpartition("/")[2]
    lines = ((bottom - 5, f"{_share(run, *_BROKEN):.1%}"), (127, f"{run.started:%m-%d %H:%M}"), (145, what[:20]))
    return "".join([*parts, *(f'<text x="{left:.1f}" y="{y:.1f}">{escape(text)}</text>' for y, text in lines)])


def _cause(services: Services, actor: Actor, run: runs.Run, cluster: clusters.Cluster, *, tried: bool) -> Iterator[str]:
    facts = {"documents": f"{cluster.documents:,}", "violations": f"{cluster.violations:,}", "code": cluster.code,
             "component": cluster.component or "—", "first seen": f"{cluster.first_seen:%Y-%m-%d %H:%M}",
             "partners": ", ".join(f"{name} {count:,}" for name, count in list(cluster.partners.items())[:8])}  # fmt: skip
    if cluster.values:
        facts["values"] = ", ".join(f"“{value}” {count:,}" for value, count in cluster.values.items())
    yield f'<article id="{cluster.id}"><h3>{escape(cluster.message)}</h3><dl>'
    yield from (f"<div><dt>{name}</dt><dd>{escape(value)}</dd></div>" for name, value in facts.items())
    yield "</dl>"
    for example in clusters.examples(services, run, cluster.id, 2):
        hit = example.violation
        yield f"<p>{escape(example.member.partner)}/{escape(example.member.identity)}, <code>{escape(hit.path)}</code></p>"
        lines = [f"{number:>5}  {f'<mark>{escape(text)}</mark>' if number == hit.line else escape(text)}" for number, text in example.lines]
        if lines or hit.excerpt:
            yield "<pre>" + ("\n".join(lines) or escape(hit.excerpt or "")) + "</pre>"
    for proposal in fixes.proposals(services, actor, run.id, cluster.id)[:1] if tried else ():
        trial, lossy = proposal.trial, " (takes something away)" if proposal.lossy else ""
        yield (f'<div class="fix"><b>Proposed: {escape(proposal.title)}</b>{lossy}. Tried on {plural(trial.documents, "document")}: '
               f"{trial.helped:,} without the cause, {trial.valid:,} valid.<pre>{escape(proposal.script)}</pre></div>")  # fmt: skip
    yield f"<p><code>xmlsvc fix {run.id} {cluster.id} --preview</code></p></article>"
