"""Going on to another page after a form was sent, or to the login form and back."""

from __future__ import annotations


class Redirect(Exception):
    """Answer 303 with this path (RFC 9110, section 10.2.2), relative: scheme and host stay what browser and proxies know."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path
