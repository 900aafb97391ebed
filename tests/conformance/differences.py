"""Differences that were looked into, each in a table with its reason."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

TRUTH = Path(__file__).with_name("disagreements.md")
ICSNPP = Path(__file__).with_name("icsnpp_disagreements.md")
COLUMNS = 6


@lru_cache(maxsize=2)
def documented(path: Path) -> frozenset[tuple[str, ...]]:
    """The first four columns of a table's rows: capture, protocol or log, field, value."""
    rows = set()
    for line in path.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip().strip("`") for cell in line.strip().strip("|").split("|")]
        if line.startswith("|") and len(cells) >= COLUMNS and re.match(r"[\w-]+/", cells[0]):
            rows.add(tuple(cells[:4]))
    return frozenset(rows)
