"""An SFTP server (paramiko) on a loopback port: a folder, one user. It keeps what clients did, in order."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import paramiko
from paramiko.sftp import SFTP_OK

USER, PASSWORD = "mover", "correct-horse"


class _Login(paramiko.ServerInterface):
    def check_auth_password(self, username: str, password: str) -> int:
        return paramiko.AUTH_SUCCESSFUL if (username, password) == (USER, PASSWORD) else paramiko.AUTH_FAILED

    def check_channel_request(self, kind: str, chanid: int) -> int:
        return paramiko.OPEN_SUCCEEDED

    def get_allowed_auths(self, username: str) -> str:
        return "password"


class _Files(paramiko.SFTPServerInterface):
    root: Path
    done: list[str]

    def _real(self, path: str) -> Path:
        return self.root / self.canonicalize(path).lstrip("/")

    def _try(self, work: Any, *arguments: Any) -> Any:
        try:
            found = work(*arguments)
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno or 0)
        return SFTP_OK if found is None else found

    def stat(self, path: str) -> Any:
        return self._try(lambda: paramiko.SFTPAttributes.from_stat(self._real(path).stat()))

    lstat = stat

    def list_folder(self, path: str) -> Any:
        def look() -> list[paramiko.SFTPAttributes]:
            return [paramiko.SFTPAttributes.from_stat(each.stat(), each.name) for each in self._real(path).iterdir()]

        return self._try(look)

    def open(self, path: str, flags: int, attr: Any) -> Any:
        def begin() -> paramiko.SFTPHandle:
            number = os.open(self._real(path), flags, 0o644)
            file = os.fdopen(number, "r+b" if flags & os.O_RDWR else "wb" if flags & os.O_WRONLY else "rb", buffering=0)
            handle = paramiko.SFTPHandle(flags)
            handle.readfile = handle.writefile = file  # type: ignore[attr-defined]
            return handle

        self.done.append(f"open {path}")
        return self._try(begin)

    def mkdir(self, path: str, attr: Any) -> Any:
        return self._try(lambda: self._real(path).mkdir())

    def remove(self, path: str) -> Any:
        self.done.append(f"remove {path}")
        return self._try(lambda: self._real(path).unlink())

    def rename(self, oldpath: str, newpath: str) -> Any:
        if self._real(newpath).exists():  # as SFTP's own rename does
            return paramiko.SFTP_FAILURE
        return self.posix_rename(oldpath, newpath)

    def posix_rename(self, oldpath: str, newpath: str) -> Any:
        self.done.append(f"rename {oldpath} {newpath}")
        return self._try(lambda: self._real(oldpath).replace(self._real(newpath)) and None)


@contextmanager
def serving(root: Path) -> Iterator[tuple[str, list[str]]]:
    """(address, what was done)."""
    done: list[str] = []
    files = type("Files", (_Files,), {"root": root, "done": done})
    key, transports, over = paramiko.RSAKey.generate(2048), list[paramiko.Transport](), threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.05)

        def accept() -> None:
            while not over.is_set():
                with suppress(TimeoutError):
                    connection, _ = listener.accept()
                    transport = paramiko.Transport(connection)
                    transport.add_server_key(key)
                    transport.set_subsystem_handler("sftp", paramiko.SFTPServer, files)
                    transport.start_server(server=_Login())
                    transports.append(transport)

        thread = threading.Thread(target=accept)
        thread.start()
        try:
            yield f"sftp://{USER}:{PASSWORD}@127.0.0.1:{listener.getsockname()[1]}", done
        finally:
            over.set()
            thread.join()
            for transport in transports:
                transport.close()
