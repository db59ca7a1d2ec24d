"""Settings of the documentation's build (make docs)."""

import sys
from importlib.metadata import version as installed
from pathlib import Path

from sphinx.application import Sphinx

sys.path.insert(0, str(Path(__file__).parent))

project = "xmlsvc"
copyright = "xmlsvc contributors, Apache-2.0"
release = version = installed("xmlsvc")
extensions = ["myst_parser"]
exclude_patterns = ["_build"]
html_theme = "alabaster"
html_theme_options = {"description": "Partners' XML in, exact verdicts, typed rows and publish formats out", "page_width": "1100px"}
myst_heading_anchors = 3
nitpicky = True
suppress_warnings = ["misc.highlighting_failure"]  # architecture.md writes signatures with "…" and "·": notes, not code


def setup(app: Sphinx) -> None:
    """The reference page is made from the code before the pages are read."""
    import reference_page

    (Path(app.srcdir) / "reference.md").write_text(reference_page.page(), "utf-8")
