"""ATT&CK for ICS: what its technique ids stand for."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache

from sightglass.content.root import content_file


@dataclass(frozen=True, slots=True)
class Technique:
    """One technique.

    Attributes:
        tactics: Short names, ascending, for example ``impair-process-control``.
    """

    id: str
    name: str
    tactics: tuple[str, ...]


@lru_cache(maxsize=1)
def techniques() -> dict[str, Technique]:
    """All techniques of the release shipped, by id.

    Raises:
        ContentMissingError: When the table is not installed.
    """
    table = json.loads(content_file("attack", "ics-techniques.json").read_text(encoding="utf-8"))
    return {
        key: Technique(key, entry["name"], tuple(entry["tactics"]))
        for key, entry in table["techniques"].items()
    }


def technique_names() -> dict[str, str]:
    """Names by id."""
    return {key: technique.name for key, technique in techniques().items()}
