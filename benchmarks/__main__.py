"""Run benchmarks one after the other; each prints its own table."""

from __future__ import annotations

import argparse
import importlib
import sys

NAMES = (
    "batches", "binding", "causes", "editing", "growth", "ingest", "pages", "peers", "publish", "pycsw", "registry", "runs", "serving",
    "split", "storage", "validation",
)  # fmt: skip


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--large", action="store_true", help="more rounds and documents")
    parser.add_argument("names", metavar="NAME", nargs="*", help=f"of {', '.join(NAMES)} (default: all)")
    arguments = parser.parse_args(argv)
    if unknown := sorted(set(arguments.names) - set(NAMES)):
        parser.error(f"no benchmark is called {', '.join(unknown)}")
    for name in arguments.names or NAMES:
        importlib.import_module(f"benchmarks.{name}").main(large=arguments.large)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
