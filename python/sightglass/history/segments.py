"""Where history lies: a folder per event kind with immutable Parquet segments.

A segment's name is the lane and number of its first hand-over, so writing the same hand-overs again replaces
it by the same rows. A segment appears at once and whole: it is written under another name, then renamed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from sightglass.sdk.events import EVENTS

KINDS = frozenset(EVENTS) | {"stats"}
"""Event kinds that history keeps; names of folders, so nothing else becomes one."""
_NAME = re.compile(r"(live|backlog)-(\d{12})\.parquet", re.ASCII)


@dataclass(frozen=True, slots=True, order=True)
class Segment:
    """One file of rows.

    Attributes:
        lane: ``live`` or ``backlog``.
        sequence: Number of its first hand-over.
    """

    lane: str
    sequence: int
    path: Path


def kind_folder(history: Path, kind: str) -> Path:
    """The folder of a kind's segments.

    Raises:
        ValueError: When there is no such kind.
    """
    if kind not in KINDS:
        raise ValueError(f"no event kind {kind[:64]!r}; there are {', '.join(sorted(KINDS))}")
    return history / kind


def segment_path(history: Path, kind: str, lane: str, sequence: int) -> Path:
    """Where a segment lies."""
    return kind_folder(history, kind) / f"{lane}-{sequence:012d}.parquet"


def segments(history: Path, kind: str) -> list[Segment]:
    """The kind's segments in order; what is half written or foreign is not among them."""
    folder = kind_folder(history, kind)
    if not folder.is_dir():
        return []
    found = []
    for path in folder.iterdir():
        name = _NAME.fullmatch(path.name)
        if name is not None:
            found.append(Segment(name[1], int(name[2]), path))
    return sorted(found)
