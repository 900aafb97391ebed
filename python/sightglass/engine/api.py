"""Analysis and decoding of captures."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sightglass import _engine
from sightglass._engine import Batch, CaptureError, Table
from sightglass.engine.plugins import Plugins, installed

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
    plugins: Plugins
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
        packages = {each.protocol: each.package for each in self.plugins.loaded}
        for name, counts in summary["plugins"].items():
            counts["package"] = packages.get(name, "")
        summary["plugins_refused"] = list(self.plugins.refused)
        return summary


@dataclass(frozen=True, slots=True)
class Decoding:
    """Decoding under way: call `next` until it gives None, then read the warnings."""

    inner: _engine.Decoding
    plugins: Plugins

    def next(self) -> bytes | None:
        """The next JSON lines."""
        return self.inner.next()

    def flows(self) -> Table | None:
        """The flows that ended since the last call; None where there are none or they were not asked for."""
        return self.inner.flows()

    def warnings(self) -> list[str]:
        """What the user should know about captures and plug-ins, after the end."""
        return [*self.inner.warnings(), *self.plugins.refused]


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
    contents: bool = False,
    plugins: Plugins | None = None,
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
        contents: Whether to keep what files in transfer hold, and hand it over in `Batch.contents`, one entry for each
            row of the table ``file``.
        plugins: Dissectors in Python; those installed by default.

    Raises:
        CaptureError: A capture cannot be read at all.
        ValueError: The filter or a rule cannot be understood.
    """
    plugins = installed() if plugins is None else plugins
    analysis = _engine.analyze(
        [str(path) for path in paths],
        workers=workers,
        filter=filter_expression,
        rules=json.dumps(list(rules)),
        values=values,
        activities=activities,
        intervals=intervals,
        hashes=hashes,
        contents=contents,
        plugins=[each.host for each in plugins.loaded],
    )
    return Run(analysis, analysis.total_bytes(), plugins)


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
    flows: bool = False,
    plugins: Plugins | None = None,
) -> Decoding:
    """Start decoding captures; its `next` gives JSON lines as bytes until None.

    Args:
        paths: Capture files, folders, or ``-`` for standard input.
        protocols: Names of protocols; messages of others are left out.
        filter_expression: Frames to look at, in the language of pcap-filter.
        workers: Threads, 1 to 32; the result does not depend on it.
        flows: Whether lines say their transport in ``proto``, and `Decoding.flows` gives the flows that ended.
        plugins: Dissectors in Python; those installed by default.

    Raises:
        CaptureError: A capture cannot be read at all.
        ValueError: The filter or a protocol name cannot be understood.
    """
    names = list(protocols) if protocols is not None else None
    plugins = installed() if plugins is None else plugins
    inner = _engine.decode(
        [str(path) for path in paths],
        protocols=names,
        filter=filter_expression,
        workers=workers,
        flows=flows,
        plugins=[each.host for each in plugins.loaded],
    )
    return Decoding(inner, plugins)


def event_schema() -> dict[str, Any]:
    """Tables of events with their columns and types."""
    schema: dict[str, Any] = json.loads(_engine.event_schema())
    return schema


def protocols() -> list[dict[str, Any]]:
    """Every protocol and what its dissector says of itself; those of installed plug-ins at the end."""
    listed: list[dict[str, Any]] = json.loads(_engine.protocols())
    return [*listed, *(each.described() for each in installed().loaded)]


def rule_errors(rules: Sequence[dict[str, Any]]) -> str | None:
    """Why compiled rules cannot be used; None when they can."""
    installed()  # their events have names only now
    return _engine.rule_errors(json.dumps(list(rules)))
