"""A private Apache with one of deploy/apache's files, on free loopback ports, with a certificate and a password file of its own."""

from __future__ import annotations

import grp
import http.client
import os
import pwd
import shutil
import signal
import ssl
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.mariadb import free_port
from tests.server import Answer

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
MODULES = Path("/usr/lib/apache2/modules")
PREFIX = "/md"
USER, PASSWORD = "ada", "correct horse battery"

_COMMON = [
    "mpm_event", "authn_core", "authz_core", "authz_host", "authz_user", "auth_basic", "authn_file", "headers", "ssl", "socache_shmcb",
    "reqtimeout",
]  # fmt: skip


def installed(module: str) -> bool:
    """Whether Apache and this module of it are there."""
    return shutil.which("apache2") is not None and (MODULES / f"mod_{module}.so").exists()


def owner() -> str:
    """Whom Apache's processes run as: nobody in particular where the tests are root's, for mod_wsgi refuses root."""
    return "www-data" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name


@dataclass
class Apache:
    """A running Apache that speaks TLS at `port`."""

    port: int
    log: Path

    def connection(self) -> http.client.HTTPSConnection:
        """One to it, whose certificate nobody vouches for."""
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        return http.client.HTTPSConnection("127.0.0.1", self.port, context=context, timeout=120)

    def request(self, method: str, path: str, body: object = None, headers: Mapping[str, str] | None = None) -> Answer:
        connection = self.connection()
        try:
            connection.request(method, PREFIX + path, body, {"Host": "metadata.example.org", **(headers or {})})  # type: ignore[arg-type]
            response = connection.getresponse()
            return Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())
        finally:
            connection.close()


def _certificate(directory: Path) -> tuple[Path, Path]:
    certificate, key = directory / "certificate.pem", directory / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=metadata.example.org",
         "-keyout", str(key), "-out", str(certificate)],
        check=True, capture_output=True,
    )  # fmt: skip
    return certificate, key


@contextmanager
def serving(name: str, modules: list[str], **defined: str) -> Iterator[Apache]:
    """Run Apache with deploy/apache/`name`; `defined` are its variables, without XMLSVC_."""
    with tempfile.TemporaryDirectory() as made:  # pytest's own are closed to the user that Apache becomes
        Path(made).chmod(0o755)
        with _serving(Path(made), name, modules, **defined) as apache:
            yield apache


@contextmanager
def _serving(directory: Path, name: str, modules: list[str], **defined: str) -> Iterator[Apache]:
    port = free_port()
    certificate, key = _certificate(directory)
    users = directory / "users"
    crypted = subprocess.run(["openssl", "passwd", "-apr1", PASSWORD], check=True, capture_output=True, text=True).stdout
    users.write_text(f"{USER}:{crypted}", "ascii")
    variables = {
        "NAME": "metadata.example.org", "LISTEN": f"127.0.0.1:{port}", "PREFIX": PREFIX, "CERTIFICATE": str(certificate), "KEY": str(key),
        "USERS": str(users), **defined,
    }  # fmt: skip
    lines = [
        f"ServerRoot {directory}", f"PidFile {directory}/apache.pid", f"ErrorLog {directory}/error.log", f"Listen 127.0.0.1:{port}",
        f"User {owner()}", f"Group {grp.getgrgid(pwd.getpwnam(owner()).pw_gid).gr_name}", "ServerName 127.0.0.1",
        "LogLevel warn", "Mutex pthread",
        *(f"LoadModule {module}_module {MODULES}/mod_{module}.so" for module in [*_COMMON, *modules]),
        *(f"Define XMLSVC_{variable} {value}" for variable, value in variables.items()),
        f"Include {DEPLOY}/apache/{name}",
    ]  # fmt: skip
    configuration = directory / "httpd.conf"
    configuration.write_text("\n".join(lines) + "\n", "utf-8")
    apache = Apache(port, directory / "error.log")
    output = directory / "output.log"
    with output.open("wb") as said:
        guard = ["setpriv", "--pdeathsig", "KILL", "--"] if shutil.which("setpriv") else []
        process = subprocess.Popen([*guard, "apache2", "-f", str(configuration), "-DFOREGROUND"], stdout=said, stderr=said)
    try:
        _wait(apache, process, output)
        yield apache
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def _wait(apache: Apache, process: subprocess.Popen[bytes], output: Path) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            if apache.request("GET", "/health/live").status == 200:
                return
        except OSError:
            pass
        said = output.read_text("utf-8", "replace") + (apache.log.read_text("utf-8", "replace") if apache.log.exists() else "")
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"Apache does not pass requests on:\n{said[-3000:]}")
        time.sleep(0.1)
