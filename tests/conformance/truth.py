"""The real captures beside the repository, and what independent tools say of them."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
CAPTURES = Path(os.environ.get("SIGHTGLASS_CAPTURES", ROOT.parent / "shared" / "captures"))
REASON = "the real captures are not beside the repository (../shared/captures)"


@dataclass(frozen=True, slots=True)
class Truth:
    """One capture with what TShark says of it."""

    name: str
    path: Path
    data: dict[str, Any]

    @property
    def ops(self) -> dict[str, dict[str, dict[str, list[int]]]]:
        """Counts: protocol, field, value -> count, first and last frame; lists that were cut are left out."""
        found: dict[str, dict[str, dict[str, list[int]]]] = {}
        for protocol, fields in self.data.get("ops", {}).items():
            for field, values in fields.items():
                if isinstance(values, dict) and "(more)" not in values:
                    found.setdefault(protocol, {})[field] = values
        return found


def available() -> bool:
    """Whether the captures are there."""
    return CAPTURES.is_dir()


@lru_cache(maxsize=1)
def all_truth() -> tuple[Truth, ...]:
    """Every capture that has a truth file, by name."""
    found = []
    for path in sorted(CAPTURES.glob("*/*")):
        folder = path.parent.name
        if folder in {"truth", "labels"} or not path.is_file():
            continue
        truth = CAPTURES / "truth" / f"{folder}__{path.name}.json"
        if truth.is_file():
            found.append(Truth(f"{folder}/{path.name}", path, json.loads(truth.read_text(encoding="utf-8"))))
    return tuple(found)


def without_ot() -> frozenset[str]:
    """Captures in which no industrial protocol occurs."""
    return frozenset((CAPTURES / "no_ot.txt").read_text(encoding="utf-8").split())
