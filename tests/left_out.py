"""What a machine cannot test is left out by name, never silently; with XMLSVC_REQUIRE_ALL=1 nothing may be."""

from __future__ import annotations

import os

import pytest

MARK = "left out: "


def require(condition: object, what: str) -> None:
    """Go on with the test only if `condition` holds. `what` names, for the run's last lines, what is missing and how to get it.

    Otherwise the test is skipped, or fails where XMLSVC_REQUIRE_ALL is set.
    """
    if condition:
        return
    if os.environ.get("XMLSVC_REQUIRE_ALL", "") not in {"", "0"}:
        pytest.fail(f"{MARK}{what} (and XMLSVC_REQUIRE_ALL is set)", pytrace=False)
    pytest.skip(MARK + what)
