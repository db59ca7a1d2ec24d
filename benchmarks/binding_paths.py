"""Where values stand in a view, an xsdata object or a generateDS object, and code that goes there as a person would write it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from typing import Any

from xmlsvc.binding.view import View

Step = str | int
Path = tuple[Step, ...]
Plan = dict[Step, Any]


def leaves(thing: Any, path: Path = ()) -> Iterator[Path]:
    """The paths of the values below."""
    if isinstance(thing, View):
        counts: dict[str, int] = {}
        for field, value in thing.items():
            if not field.name or field.kind.startswith("wild"):
                continue
            step: Path = (field.name, counts.setdefault(field.name, 0)) if field.many else (field.name,)
            counts[field.name] = counts.get(field.name, 0) + 1
            yield from leaves(value, path + step)
    elif (names := members(thing)) is not None:
        for name in names:
            value = getattr(thing, name)
            if isinstance(value, list):
                for number, item in enumerate(value):
                    yield from leaves(item, (*path, name, number))
            elif value is not None:
                yield from leaves(value, (*path, name))
    else:
        yield path


def members(thing: Any) -> list[str] | None:
    """The fields of an object of xsdata or generateDS; None for a value."""
    if dataclasses.is_dataclass(thing):
        return [field.name for field in dataclasses.fields(thing)]
    if hasattr(thing, "build") and hasattr(thing, "export"):
        return [name for name in vars(thing) if not name.endswith("_")]
    return None


def read(thing: Any, path: Path) -> Any:
    """The value at a path."""
    for step in path:
        thing = thing[step] if isinstance(step, int) else getattr(thing, step)
    return thing


def reader(paths: list[Path]) -> Callable[[Any], None]:
    """A function that reads the values at the paths, what they share once: `title = doc.title[0]; title.value; title.lang`."""
    plan: Plan = {}
    for path in paths:
        at = plan
        for step in path:
            at = at.setdefault(step, {})
    lines = ["def read(v0):", "    pass"]
    names = iter(range(1, 1000))

    def write(variable: str, steps: Plan) -> None:
        for step, inner in steps.items():
            expression = f"{variable}[{step}]" if isinstance(step, int) else f"{variable}.{step}"
            if inner:
                name = f"v{next(names)}"
                lines.append(f"    {name} = {expression}")
                write(name, inner)
            else:
                lines.append(f"    {expression}")

    write("v0", plan)
    made: dict[str, Any] = {}
    exec("\n".join(lines), made)
    found: Callable[[Any], None] = made["read"]
    return found


def everything(thing: Any) -> int:
    """Read all values of an object; how many there are."""
    names = members(thing)
    if names is not None:
        return sum(everything(getattr(thing, name)) for name in names)
    if isinstance(thing, list):
        return sum(map(everything, thing))
    return thing is not None


def changer(path: Path | None) -> Callable[[Any], None]:
    """A function that gives the text at the path another value; one that does nothing where there is no path."""

    def change(thing: Any) -> None:
        if path is not None and isinstance(path[-1], str):
            setattr(read(thing, path[:-1]), path[-1], "Changed")

    return change
