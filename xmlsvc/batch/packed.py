"""A candidate schema in one file: a zip of its documents, or a folder; which of them it begins with is found out.

    entries(settings, paths) -> (paths of entry documents, folder that stands for a catalogue | None)
"""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from pathlib import Path

from ..errors import InputError, SchemaError, UsageError
from ..schema import references
from ..settings import Settings
from . import files, materials

_MOST_FILES, _MOST_BYTES = 2_000, 100_000_000


def entries(settings: Settings, paths: Sequence[str | Path]) -> tuple[list[Path], Path | None]:
    """Entry documents as they were given; of a zip, which is unpacked and kept, or a folder those that no other one in it refers to, the
    nearest to its top. Raises UsageError for what cannot be read, or where nothing in it is a schema."""
    found: list[Path] = []
    home: Path | None = None
    for path in map(Path, paths):
        if path.is_dir():
            home = path
        elif path.suffix.lower() == ".zip":
            home = materials.folder(settings, materials.keep(settings, _unpacked(path)))
        else:
            found.append(path)
            continue
        found += _tops(home, path)
    return found, home


def _unpacked(path: Path) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(path) as archive:
            members = [one for one in archive.infolist() if not one.is_dir()]
            if len(members) > _MOST_FILES or sum(one.file_size for one in members) > _MOST_BYTES:
                raise UsageError(f"{path} holds more than a schema does: at most {_MOST_FILES:,} files and {_MOST_BYTES:,} bytes are read.")
            return {one.filename: archive.read(one) for one in members}
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror or error}.") from error
    except files.BROKEN_ZIP as error:
        raise UsageError(f"{path} is no zip archive that can be read: {error}.") from error


def _tops(home: Path, given: Path) -> list[Path]:
    """The schema documents that no other one includes or imports, of those the nearest to the top of the folder."""
    known: dict[Path, references.Document] = {}
    for path in sorted(home.rglob("*.xsd")):
        try:
            known[path.resolve()] = references.read(path)
        except (SchemaError, InputError):
            continue  # whoever needs it will be told what is wrong with it
    referred = {(path.parent / one.location).resolve() for path, document in known.items()
                for one in document.references if one.location is not None}  # fmt: skip
    tops = [path for path in known if path not in referred] or list(known)
    if not tops:
        raise UsageError(f"{given} holds no schema document (*.xsd).")
    least = min(len(path.parts) for path in tops)
    return [path for path in tops if len(path.parts) == least]
