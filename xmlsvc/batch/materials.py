"""What a run is given besides parameters, kept for as long as the run may be gone on with: candidate schemas, stylesheets, rules.

    var/materials/<digest>/…      files under their names; the same files are kept once
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from ..errors import BadRequest, EnvironmentFault
from ..settings import Settings


def keep(settings: Settings, files: Mapping[str, bytes]) -> str:
    """Keep files by their names (relative, with "/" between folders); the digest that they are found by. Raises BadRequest for a name
    that leads elsewhere, EnvironmentFault where they cannot be written."""
    total = hashlib.sha256()
    for name, data in sorted(files.items()):
        path = PurePosixPath(name)
        if path.is_absolute() or ".." in path.parts or not path.name or "\\" in name:
            raise BadRequest(f"{name!r} cannot be a file's name here: give a relative one, without “..”.")
        total.update(name.encode() + b"\0" + hashlib.sha256(data).digest())
    digest = total.hexdigest()
    target = folder(settings, digest)
    if target.is_dir():
        return digest
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(prefix=".new-", dir=target.parent))
    try:
        for name, data in files.items():
            (temporary / name).parent.mkdir(parents=True, exist_ok=True)
            (temporary / name).write_bytes(data)
        temporary.rename(target)
    except OSError as error:
        shutil.rmtree(temporary, ignore_errors=True)
        if not target.is_dir():  # else another process was faster with the same files
            raise EnvironmentFault(f"{target} cannot be written: {error.strerror}.") from error
    return digest


def folder(settings: Settings, digest: str) -> Path:
    """Where the files are."""
    return settings.var / "materials" / digest
