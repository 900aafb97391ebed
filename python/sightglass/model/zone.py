"""A group of devices with the same need for protection (IEC 62443)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Zone:
    """A zone of a site.

    Attributes:
        purdue_level: Level of its devices where all share one, None mixed or unknown.
    """

    site: str
    name: str
    title: str = ""
    purdue_level: float | None = None
