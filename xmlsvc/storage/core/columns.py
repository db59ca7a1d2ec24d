"""Columns of core tables, several of one kind at a time."""

from __future__ import annotations

from ..ddl import Column


def required(kind: str, *names: str) -> tuple[Column, ...]:
    return tuple(Column(name, kind, null=False) for name in names)


def optional(kind: str, *names: str) -> tuple[Column, ...]:
    return tuple(Column(name, kind) for name in names)
