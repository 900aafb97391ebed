"""A plant or building."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Site:
    """A place with networks of its own; addresses of two sites have nothing to do with each other."""

    name: str
    title: str = ""
    location: str = ""
