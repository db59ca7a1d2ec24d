"""The reference page, made from the code itself when the documentation is built."""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator
from pathlib import Path

from xmlsvc import cli, metrics, settings
from xmlsvc.documents import instance, services
from xmlsvc.web import app, openapi, problem_types
from xmlsvc.web.rest import health


def page() -> str:
    """Every verb, setting, address, metric and problem type, as Markdown."""
    return "\n".join([*_verbs(), *_settings(), *_addresses(), *_metrics(), *_problems(), ""])


def _verbs() -> Iterator[str]:
    yield "# Reference\n\nMade from the code. Codes of violations have [a page of their own](codes.md).\n\n## Commands\n"
    yield f"```text\n{cli.build(None).format_help()}```\n"
    for verb in cli.VERBS:
        yield f"### {verb}\n"
        for parser in _parsers(cli.build(verb), verb):
            yield f"```text\n{parser.format_help()}```\n"


def _parsers(parser: argparse.ArgumentParser, only: str | None = None) -> Iterator[argparse.ArgumentParser]:
    """The parsers of a verb and its actions."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, sub in action.choices.items():
                if only in (None, name):
                    yield sub
                    yield from _parsers(sub)


def _settings() -> Iterator[str]:
    yield "## Settings\n\nIn `xmlsvc.toml`, or as `XMLSVC_NAME` in the environment, which wins.\n"
    yield "| setting | default | what it does |\n|---|---|---|"
    for each in settings.FIELDS:
        default = str(each.default).lower() if isinstance(each.default, bool) else repr(each.default)
        yield f"| `{each.name}` | `{default}` | {each.metadata['help'].replace('|', chr(92) + '|')} |"
    yield ""


def _addresses() -> Iterator[str]:
    yield "## HTTP\n\nThe service describes its API itself: `/api/openapi.json` and, to read, `/api/docs`.\n"
    yield "| address | methods | what it does |\n|---|---|---|"
    with tempfile.TemporaryDirectory() as place:
        instance.init(Path(place) / "instance", bare=True)
        with services.open(Path(place) / "instance") as house:
            described = openapi.describe(app.api_routes(house), "")
    for path, item in described["paths"].items():
        operations = {method.upper(): operation for method, operation in item.items() if isinstance(operation, dict)}
        said = " · ".join(dict.fromkeys(operation.get("summary", "") for operation in operations.values()))
        yield f"| `{path}` | {', '.join(operations)} | {said} |"
    yield ""


def _metrics() -> Iterator[str]:
    yield "## Metrics\n\nAt `/metrics`, in Prometheus's text format, for this machine and for administrators.\n"
    yield "| metric | kind | what it counts |\n|---|---|---|"
    for family in metrics.REGISTRY.collect():
        yield f"| `{family.name}` | {family.type} | {family.documentation} |"
    for name, counted in health.STOCK.items():
        yield f"| `{name}` | {'info' if name == 'xmlsvc_build' else 'gauge'} | {counted} |"
    yield ""


def _problems() -> Iterator[str]:
    yield "## Problem types\n\nEach has a page at `/problems/…` with cause, fix and examples.\n"
    yield "| type | status | title |\n|---|---|---|"
    for slug, each in sorted(problem_types.BY_SLUG.items()):
        yield f"| `{slug}` | {each.status} | {each.title} |"
    yield ""
