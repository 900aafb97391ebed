"""Analysis and decoding of captures."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sightglass import _engine
from sightglass._engine import Batch, CaptureError, Decoding, Table

__all__ = [
    "Batch",
    "CaptureError",
    "Decoding",
    "Run",
    "Table",
    "Written",
    "analyze",
    "decode",
    "event_schema",
    "protocols",
    "rule_errors",
    "write_evidence",
]


@dataclass(slots=True)
class Run:
    """An analysis under way: iterate over it, then read its summary.

    Iteration ends with the batch that holds the totals. `stop` makes the next batch that last one.
    """

    analysis: _engine.Analysis
    total_bytes: int
    stopped: bool = False

    def __iter__(self) -> Iterator[Batch]:
        """Give batches of events."""
        while True:
            batch = self.analysis.finish() if self.stopped else self.analysis.next()
            if batch is None:
                return
            yield batch
            if batch.last:
                return

    def stop(self) -> None:
        """End where it is; what was found so far is handed over."""
        self.stopped = True

    def summary(self) -> dict[str, Any]:
        """What was counted, once the last batch was taken."""
        summary: dict[str, Any] = json.loads(self.analysis.summary())
        return summary


def analyze(
    paths: Sequence[Path | str],
    *,
    workers: int = 1,
    filter_expression: str | None = None,
    rules: Sequence[dict[str, Any]] = (),
    values: bool = True,
    activities: bool = True,
    intervals: bool = False,
    hashes: bool = True,
) -> Run:
    """Start the analysis of captures as one network.

    Args:
        paths: Capture files, folders, or ``-`` for standard input.
        workers: Threads, 1 to 32; the result does not depend on it.
        filter_expression: Frames to look at, in the language of pcap-filter.
        rules: Compiled content rules: ``id``, ``event``, ``where``.
        values: Whether to follow process values.
        activities: Whether to hand over the totals of activities; those of relations come always.
        intervals: Whether to hand over, in `Batch.intervals`, what each minute of packet time brought.
        hashes: Whether to compute the captures' hashes.

    Raises:
        CaptureError: A capture cannot be read at all.
        ValueError: The filter or a rule cannot be understood.
    """
    analysis = _engine.analyze(
        [str(path) for path in paths],
        workers=workers,
        filter=filter_expression,
        rules=json.dumps(list(rules)),
        values=values,
        activities=activities,
        intervals=intervals,
        hashes=hashes,
    )
    return Run(analysis, analysis.total_bytes())


@dataclass(frozen=True, slots=True)
class Written:
    """What `write_evidence` wrote.

    Attributes:
        beyond_cap: Frames that were wanted and left out: 200 and 1 MiB are the most of a file, 64 MiB of all.
    """

    files: int
    frames: int
    bytes: int
    beyond_cap: int


def write_evidence(
    paths: Sequence[Path | str],
    folder: Path,
    wishes: Mapping[str, Sequence[tuple[int, int]]],
    *,
    filter_expression: str | None = None,
) -> Written:
    """Read captures again and write frames, with those around them in their conversation, as pcapng files.

    Args:
        paths: The captures as they were analyzed; standard input cannot be read again.
        folder: Where the files go; it exists.
        wishes: For each file's name the captures' indices and frame numbers.
        filter_expression: Frames to look at, as for the analysis.

    Raises:
        CaptureError: A capture cannot be read at all.
        OSError: A file cannot be written.
    """
    wanted = [(name, list(frames)) for name, frames in wishes.items()]
    return Written(
        *_engine.write_evidence([str(path) for path in paths], str(folder), wanted, filter=filter_expression)
    )


def decode(
    paths: Sequence[Path | str],
    *,
    protocols: Sequence[str] | None = None,
    filter_expression: str | None = None,
    workers: int = 1,
) -> Decoding:
    """Start decoding captures; its `next` gives JSON lines as bytes until None.

    Raises:
        CaptureError: A capture cannot be read at all.
        ValueError: The filter or a protocol name cannot be understood.
    """
    names = list(protocols) if protocols is not None else None
    return _engine.decode(
        [str(path) for path in paths], protocols=names, filter=filter_expression, workers=workers
    )


def event_schema() -> dict[str, Any]:
    """Tables of events with their columns and types."""
    schema: dict[str, Any] = json.loads(_engine.event_schema())
    return schema


def protocols() -> list[dict[str, Any]]:
    """Every protocol and what its dissector says of itself."""
    listed: list[dict[str, Any]] = json.loads(_engine.protocols())
    return listed


def rule_errors(rules: Sequence[dict[str, Any]]) -> str | None:
    """Why compiled rules cannot be used; None when they can."""
    return _engine.rule_errors(json.dumps(list(rules)))
