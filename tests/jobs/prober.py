"""A media prober: claims jobs of the kind "probe" over HTTP and measures files, until none waits. With "stall" it never ends one."""

from __future__ import annotations

import json
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any


def post(url: str, token: str, path: str, body: dict[str, Any]) -> Any:
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
    request = urllib.request.Request(url + path, json.dumps(body).encode(), headers, method="POST")
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.loads(answer.read() or "null")


def main(url: str, token: str, how: str) -> None:
    while (job := post(url, token, "/api/jobs/claim", {"kind": "probe", "lease": 60, "worker": "prober"})) is not None:
        here = f"/api/jobs/{job['id']}"
        post(url, token, f"{here}/heartbeat", {"lease": job["lease"], "log": "reading"})
        while how == "stall":
            time.sleep(1)
        size = len(Path(job["parameters"]["path"]).read_bytes())
        post(url, token, f"{here}/complete", {"lease": job["lease"], "result": {"size": size}})


if __name__ == "__main__":
    main(*sys.argv[1:])
