"""The house rules that can be read off the source: floors, cycles, sizes, one parser."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "xmlsvc"

# Each floor imports only floors below it; inside a floor, only modules listed before. A package stands for all its modules
# unless they are named. "package:" alone is its __init__.
FLOORS: list[list[str]] = [
    ["", "errors", "settings", "clock", "builtin", "versions", "counts", "memo", "logs", "metrics", "heap"],
    [
        "xml", "xml.encoding", "xml.wellformed", "xml.names", "xml.parser", "xml.pieces", "xml.wrapper", "xml.spans",
        "xml.tokens", "xml.sections", "xml.sequences", "xml.spelling", "xml.in_place", "xml.respelled", "xml.edits",
        "xml.canonical", "xml.sandbox", "xml.saxon", "xml.stylesheet", "xml.indentation", "xml.alignment", "xml.carry", "xml.diff",
        "xml.merge", "xml.selectors", "xml.patch", "xml.patch_making",
    ],
    [
        "schema", "schema.model", "schema.folder", "schema.catalog", "schema.references", "schema.closure", "schema.wiring",
        "schema.store", "schema.builtins", "schema.documentation", "schema.sources", "schema.table", "schema.simple_types",
        "schema.library", "schema.reader", "schema.components", "schema.automaton", "schema.patterns", "schema.ambiguity", "schema.matcher",
        "schema.datatypes", "schema.values",
        "schema.temporal", "schema.durations", "schema.lexical", "schema.facets", "schema.words", "schema.literals", "schema.heights",
        "schema.instances", "schema.content_model", "schema.examples", "schema.evolution_facets",
        "schema.evolution_content", "schema.evolution_identity", "schema.evolution_names", "schema.evolution", "schema.vocabulary",
        "schema.mended", "schema.strict", "schema.gate", "schema.proofs", "schema.records", "schema.registry",
    ],
    [
        "validation.report", "validation.causes", "validation.findings", "validation.limits",
        "validation.libxml2", "validation.conformant", "validation.components", "validation.lint", "validation.passes",
        "validation.identity", "validation.repair", "validation.assess", "validation.far_identity", "validation.streamed",
        "validation.catalogue", "validation.codes", "validation.english", "validation.dutch",
        "validation.naming", "validation.wording", "validation.forms", "validation.suggest",
        "validation.sentences", "validation.explain", "validation.large", "validation.schematron", "validation.rules", "validation.apart",
        "validation.arbiter", "validation",
    ],
    [
        "binding.datatypes", "binding.codecs", "binding.content", "binding.fields", "binding.editing", "binding.view", "binding.comparison",
        "binding.attaching", "binding.sequences", "binding.simple", "binding.makers", "binding.lookup", "binding.access",
        "binding.report", "binding.introspection", "binding.dicts", "binding.streaming", "binding.sample_keys",
        "binding.mutations", "binding.samples", "binding.package", "binding.declare", "binding.inference", "codegen", "binding",
    ],
    ["storage", "jobs"],
    ["documents"],
    ["publish"],
    ["batch"],
    ["web"],
    ["wsgi", "server"],
    ["cli"],
]


def modules() -> dict[str, Path]:
    found = {}
    for path in PACKAGE.rglob("*.py"):
        relative = path.relative_to(PACKAGE)
        if relative.parts[0] == "vocabularies":
            continue
        parts = list(relative.with_suffix("").parts)
        if parts[-1] == "__init__":
            parts.pop()
        found[".".join(parts)] = path
    return found


def position(name: str) -> tuple[int, int]:
    """(floor, place in the floor) of a module: its own entry, else that of the nearest package above it."""
    probe = name
    while True:
        for floor, names in enumerate(FLOORS):
            if probe in names:
                return floor, names.index(probe)
        if not probe:
            raise KeyError(name)
        probe = probe.rpartition(".")[0]


def imports(name: str, path: Path, known: dict[str, Path]) -> set[str]:
    """The modules of the package that this one imports at any depth of its code (type-checking blocks left out)."""
    tree = ast.parse(path.read_text("utf-8"))
    skipped = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)
        for inner in ast.walk(node)
    }
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    result: set[str] = set()
    for node in ast.walk(tree):
        if id(node) in skipped:
            continue
        targets: list[str] = []
        if isinstance(node, ast.Import):
            targets = [a.name.removeprefix("xmlsvc").lstrip(".") for a in node.names if a.name.split(".")[0] == "xmlsvc"]
        elif isinstance(node, ast.ImportFrom):
            if node.level:
                base = package
                for _ in range(node.level - 1):
                    base = base.rpartition(".")[0]
                stem = ".".join(filter(None, [base, node.module or ""]))
            elif (node.module or "").split(".")[0] == "xmlsvc":
                stem = (node.module or "").removeprefix("xmlsvc").lstrip(".")
            else:
                continue
            for alias in node.names:
                full = ".".join(filter(None, [stem, alias.name]))
                targets.append(full if full in known else stem)
        result.update(t for t in targets if t in known and t != name)
    return result


KNOWN = modules()


@pytest.mark.parametrize("name", sorted(KNOWN))
def test_imports_only_lower_floors(name: str) -> None:
    floor, place = position(name)
    for target in imports(name, KNOWN[name], KNOWN):
        if target.split(".")[0] == "vocabularies":
            continue
        other_floor, other_place = position(target)
        same_package = FLOORS[floor][place] == FLOORS[other_floor][other_place]
        assert (other_floor, other_place) < (floor, place) or same_package, (
            f"{name} (floor {floor}) imports {target} (floor {other_floor}): a floor imports only what stands below it"
        )


def test_the_list_names_only_what_is_there() -> None:
    assert [name for names in FLOORS for name in names if name and name not in KNOWN] == []


def test_no_import_cycle() -> None:
    graph = {name: imports(name, path, KNOWN) for name, path in KNOWN.items()}
    state: dict[str, int] = {}

    def visit(name: str, trail: tuple[str, ...]) -> None:
        if state.get(name) == 2:
            return
        assert state.get(name) != 1, f"import cycle: {' -> '.join((*trail[trail.index(name):], name))}"
        state[name] = 1
        for target in sorted(graph[name]):
            visit(target, (*trail, name))
        state[name] = 2

    for name in graph:
        visit(name, ())


@pytest.mark.parametrize("name", sorted(KNOWN))
def test_sizes(name: str) -> None:
    text = KNOWN[name].read_text("utf-8")
    assert text.count("\n") <= 400, f"{name} is longer than 400 lines: does it hold one idea?"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            assert length <= 60, f"{name}.{node.name} has {length} lines, over 60"


def test_one_parser() -> None:
    """Untrusted bytes are parsed in one hardened place; a second parser would be a second set of holes."""
    for name, path in KNOWN.items():
        if name == "xml.parser":
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                assert node.func.attr not in {"XMLParser", "fromstring", "XML", "HTMLParser", "iterparse", "XMLPullParser"} or (
                    isinstance(node.func.value, ast.Name) and node.func.value.id != "etree"
                ), f"{name}:{node.lineno} builds a parser of its own; use xml.parser"
