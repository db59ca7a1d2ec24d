"""Going on to another page after a form was sent, or to the login form and back."""

from __future__ import annotations


class Redirect(Exception):  # noqa: N818 - it is an answer, not an error
    """Answer 303 with this path (RFC 9110, section 10.2.2): relative, so that scheme and host stay what the browser and its proxies know."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path
