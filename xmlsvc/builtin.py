"""Where the vocabularies, stylesheets and samples that come with xmlsvc are, in a checkout and in an installed wheel."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from .errors import EnvironmentFault

_PACKAGE = Path(__file__).resolve().parent


def path(kind: Literal["schemas", "xslt", "samples"]) -> Path:
    """The folder of that kind: a folder for each vocabulary (schemas, xslt), or valid/, invalid/ and index.toml (samples).

    setup.cfg (`package_dir`) puts it under xmlsvc/data in a wheel; in a checkout it stands beside the package.
    Raises EnvironmentFault where neither is there (an incomplete installation).
    """
    for folder in (_PACKAGE / "data" / kind, _PACKAGE.parent / kind):
        if folder.is_dir():
            return folder
    raise EnvironmentFault(f"This installation of xmlsvc is incomplete: {_PACKAGE / 'data' / kind} is missing. Install it again.")
