"""Where content lies: inside the installed package, or in the source tree."""

from __future__ import annotations

from pathlib import Path

import sightglass


class ContentMissingError(RuntimeError):
    """The installation is not complete."""


def content_file(*parts: str) -> Path:
    """Find a file of the content shipped.

    Args:
        parts: Its path below ``content``.

    Raises:
        ContentMissingError: When it is not there.
    """
    package = Path(sightglass.__file__).parent
    for root in (package / "_content", package.parents[1] / "content"):
        path = root.joinpath(*parts)
        if path.exists():
            return path
    raise ContentMissingError(f"content/{'/'.join(parts)} is missing: install Sightglass again")
