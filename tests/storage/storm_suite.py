"""Runs the tests that Storm ships for its backends on ours, in a process of its own; prints how many ran and which failed, as JSON.

    python storm_suite.py sqlite          python storm_suite.py mysql mysql+pymysql://…
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import unittest
import warnings

from storm.database import register_scheme

from xmlsvc.storage.backends.mysql import PyMySQL
from xmlsvc.storage.backends.sqlite import WalSQLite

MODULES = {"sqlite": ("databases.sqlite", "store.sqlite"), "mysql": ("databases.mysql", "store.mysql")}


def main(backend: str, uri: str = "") -> None:
    warnings.simplefilter("ignore")
    if backend == "sqlite":
        register_scheme("sqlite", WalSQLite)
    else:
        register_scheme("mysql", PyMySQL)
        os.environ["STORM_MYSQL_URI"] = os.environ["STORM_MYSQL_HOST_URI"] = uri
    suite = unittest.TestSuite()
    for name in MODULES[backend]:
        module = importlib.import_module(f"storm.tests.{name}")
        if backend == "sqlite":
            module.SQLite = WalSQLite
        suite.addTests(unittest.defaultTestLoader.loadTestsFromModule(module))
    result = unittest.TestResult()
    suite.run(result)
    failed = {test.id().removeprefix("storm.tests."): text for test, text in [*result.failures, *result.errors]}
    print(json.dumps({"run": result.testsRun, "skipped": sorted(test.id() for test, _ in result.skipped), "failed": failed}))


if __name__ == "__main__":
    main(*sys.argv[1:])
