"""An S3 server (moto's) on a loopback port, and the environment in which a client finds it."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock

from tests.left_out import require
from tests.mariadb import free_port

BUCKET = "xmlsvc-test"


@contextmanager
def serving(seconds: float = 120) -> Iterator[str]:
    """The address of an empty bucket."""
    for module, package in (("moto", "moto[s3]"), ("flask", "flask"), ("flask_cors", "flask-cors"), ("s3fs", "xmlsvc[s3]")):
        require(importlib.util.find_spec(module), f"delivery to S3 (pip install '{package}')")
    import s3fs

    port = free_port()
    endpoint = f"http://127.0.0.1:{port}"
    # What the program itself would read: nothing but the standard variables names the server.
    said = {"AWS_ENDPOINT_URL": endpoint, "AWS_ACCESS_KEY_ID": "someone", "AWS_SECRET_ACCESS_KEY": "secret",
            "AWS_DEFAULT_REGION": "us-east-1", "AWS_EC2_METADATA_DISABLED": "true"}  # fmt: skip
    command = [sys.executable, "-W", "ignore", "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait(endpoint, seconds)
        with mock.patch.dict(os.environ, said):
            s3fs.S3FileSystem.clear_instance_cache()
            s3fs.S3FileSystem().mkdir(BUCKET)
            yield f"s3://{BUCKET}/in"
    finally:
        s3fs.S3FileSystem.clear_instance_cache()
        process.kill()
        process.wait()


def _wait(endpoint: str, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while True:
        try:
            with urllib.request.urlopen(endpoint, timeout=5):
                return
        except urllib.error.HTTPError:
            return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
