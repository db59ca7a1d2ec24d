"""Places that files are delivered to: a file is there whole, or as it was before.

    file, sftp, smb, memory, ftp …    written beside, read back or measured, then renamed
    s3, gs, abfs …                    an object appears when it is complete
    http, https                       PUT and DELETE (RFC 9110; WebDAV's MKCOL for folders)
"""

from __future__ import annotations

import contextlib
import os
import secrets
import urllib.error
import urllib.request
from base64 import b64encode
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from ...errors import EnvironmentFault, UsageError
from ...xml.canonical import digest

SECONDS = 60.0
_OBJECTS = frozenset({"s3", "s3a", "gs", "gcs", "abfs", "abfss", "az", "adl", "oci"})
_READ_BACK = frozenset({"file", "local", "memory"})


class Place(Protocol):
    """Somewhere that files can be put. Names have "/" between folders. Both raise EnvironmentFault."""

    def put(self, name: str, data: bytes) -> None:
        """Make `data` the file of this name, which is never to be seen half."""
        ...

    def remove(self, name: str) -> None:
        """Take the file away; nothing where it is not there."""
        ...


def open(url: str) -> Place:
    """The place at an address. Raises UsageError for an address that cannot be used."""
    if url.startswith(("http://", "https://")):
        return Web(url)
    import fsspec

    try:
        system, path = fsspec.core.url_to_fs(url if "://" in url else Path(url).resolve().as_uri())
    except ImportError as error:
        raise UsageError(f"The address {shown(url)} needs a package that is not installed: {error}.") from None
    except (ValueError, OSError) as error:
        raise UsageError(f"The address {shown(url)} cannot be used: {error}.") from None
    return Files(system, path, url)


class Files:
    """A folder of any file system that fsspec knows."""

    def __init__(self, system: Any, root: str, url: str) -> None:
        self._system, self._root, self._url = system, root.rstrip("/"), url
        protocols = system.protocol if isinstance(system.protocol, tuple | list) else (system.protocol,)
        self._object, self._local = bool(_OBJECTS & set(protocols)), "file" in protocols
        self._back = bool(_READ_BACK & set(protocols))

    def put(self, name: str, data: bytes) -> None:
        path = f"{self._root}/{name}"
        with _faults(self._url, name):
            if self._object:
                self._system.pipe_file(path, data)
                return
            folder, _, last = path.rpartition("/")
            self._system.makedirs(folder, exist_ok=True)
            beside = f"{folder}/.{last}.{secrets.token_hex(6)}.part"
            try:
                self._system.pipe_file(beside, data)
                self._check(beside, data)
                if self._local:
                    _durable(beside)
                    Path(beside).replace(path)
                else:
                    self._move(beside, path)
            except BaseException:
                with contextlib.suppress(Exception):
                    self._system.rm_file(beside)
                raise

    def _check(self, path: str, data: bytes) -> None:
        if self._back:
            whole = digest(self._system.cat_file(path)) == digest(data)
        else:
            self._system.invalidate_cache()
            whole = self._system.info(path)["size"] == len(data)
        if not whole:
            raise OSError("what was written is not what is there")

    def _move(self, beside: str, path: str) -> None:
        """SFTP's own rename replaces a file at once; where a system cannot replace, the old one goes first."""
        try:
            self._system.mv(beside, path)
        except OSError:
            if not self._system.exists(path):
                raise
            self._system.rm_file(path)
            self._system.mv(beside, path)

    def remove(self, name: str) -> None:
        with _faults(self._url, name), contextlib.suppress(FileNotFoundError):
            self._system.rm_file(f"{self._root}/{name}")


def _durable(path: str) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class Web:
    """A folder of a web server that takes PUT and DELETE. User and password in the address are sent as Basic authentication."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._headers: dict[str, str] = {}
        if parts.username is not None:
            secret = f"{unquote(parts.username)}:{unquote(parts.password or '')}".encode()
            self._headers["Authorization"] = "Basic " + b64encode(secret).decode()
        self._base = urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2])).rstrip("/")
        self._folders: set[str] = set()

    def put(self, name: str, data: bytes) -> None:
        headers = {"Content-Type": "application/octet-stream", "Content-Digest": _content_digest(data)}
        status = self._send("PUT", name, data, headers)
        if status == 409:  # WebDAV (RFC 4918, section 9.7.1): the folder is not there
            self._make_folders(name)
            status = self._send("PUT", name, data, headers)
        if status not in (200, 201, 204):
            raise EnvironmentFault(f"{self._base}/{name} answered {status} to PUT.")

    def remove(self, name: str) -> None:
        status = self._send("DELETE", name, None, {})
        if status not in (200, 202, 204, 404, 410):
            raise EnvironmentFault(f"{self._base}/{name} answered {status} to DELETE.")

    def _make_folders(self, name: str) -> None:
        parts = name.split("/")[:-1]
        for folder in ("/".join(parts[:n]) for n in range(1, len(parts) + 1)):
            if folder not in self._folders:
                self._send("MKCOL", folder + "/", None, {})
                self._folders.add(folder)

    def _send(self, method: str, name: str, data: bytes | None, headers: dict[str, str]) -> int:
        request = urllib.request.Request(f"{self._base}/{quote(name)}", data, {**self._headers, **headers}, method=method)
        try:
            with _OPENER.open(request, timeout=SECONDS) as response:
                return int(response.status)
        except urllib.error.HTTPError as error:
            error.close()
            return error.code
        except (urllib.error.URLError, OSError) as error:
            raise EnvironmentFault(f"{self._base}/{name} cannot be reached: {getattr(error, 'reason', error)}.") from None


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirected PUT would become a GET, and look as if it had been taken."""

    def redirect_request(self, *_: Any) -> None:
        return None


_OPENER = urllib.request.build_opener(_NoRedirect, urllib.request.ProxyHandler({}))


def _content_digest(data: bytes) -> str:
    """RFC 9530, section 2."""
    return "sha-256=:" + b64encode(bytes.fromhex(digest(data).removeprefix("sha256:"))).decode() + ":"


@contextlib.contextmanager
def _faults(url: str, name: str) -> Any:
    """Whatever a file system's library raises becomes our error; it may raise anything."""
    try:
        yield
    except Exception as error:  # dozens of libraries, each with exceptions of its own
        raise EnvironmentFault(f"{name} could not be delivered to {shown(url)}: {error or type(error).__name__}.") from error


def shown(url: str) -> str:
    """The address without user and password."""
    scheme, mark, rest = url.partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme}{mark}{host.rpartition('@')[2]}{slash}{path}" if mark else url

