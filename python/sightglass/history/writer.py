"""Writes event tables into segments."""

from __future__ import annotations

import os
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from arro3.core import RecordBatch, Table
from arro3.io import write_parquet

from sightglass.history.segments import segment_path

SEGMENT_ROWS = 100_000  # held per kind before they are written; some tens of MB at worst
_ROW_GROUP = 32_768  # rows that a query reads or skips as one


class ArrowTable(Protocol):
    """Anything that hands out an Arrow stream; the engine's tables do."""

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """The stream's capsule."""
        ...


class HistoryWriter:
    """Gathers tables per kind and writes them as segments.

    A context manager that writes what is left at its end.
    """

    def __init__(self, history: Path, lane: str = "live", segment_rows: int = SEGMENT_ROWS) -> None:
        """Write below a folder, which is created when the first segment is.

        Args:
            history: The folder.
            lane: ``live`` or ``backlog``.
            segment_rows: Rows after which a segment is written.
        """
        self._history = history
        self._lane = lane
        self._segment_rows = segment_rows
        self._waiting: dict[str, list[RecordBatch]] = {}
        self._first: dict[str, int] = {}
        self._rows: dict[str, int] = {}

    def __enter__(self) -> Self:
        """Give the writer."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Write what is left, also after an error: what was found so far is kept."""
        self.flush()

    def append(self, kind: str, table: ArrowTable, sequence: int) -> None:
        """Add the rows of one hand-over.

        Args:
            kind: Event kind.
            table: Its rows, in the columns of `sdk.events`.
            sequence: Number of the hand-over, rising within the lane; the same hand-over has the same number
                on every try.

        Raises:
            ValueError: When there is no such kind, or its columns differ from those before.
        """
        path = segment_path(self._history, kind, self._lane, sequence)
        rows = Table.from_arrow(table)
        waiting = self._waiting.setdefault(kind, [])
        if waiting and waiting[0].schema != rows.schema:
            raise ValueError(f"{path.parent.name}: columns changed within a run")
        if not rows.num_rows:
            return
        if not waiting:
            self._first[kind] = sequence
        waiting.extend(rows.to_batches())
        self._rows[kind] = self._rows.get(kind, 0) + rows.num_rows
        if self._rows[kind] >= self._segment_rows:
            self._write(kind)

    def flush(self) -> None:
        """Write all that is held."""
        for kind in sorted(self._waiting):
            self._write(kind)

    def _write(self, kind: str) -> None:
        batches = self._waiting.pop(kind, [])
        self._rows.pop(kind, None)
        if batches:
            path = segment_path(self._history, kind, self._lane, self._first.pop(kind))
            write_segment(path, Table.from_batches(batches))


def write_segment(path: Path, table: Table) -> None:
    """Write one segment so that it appears whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    working = path.with_name(f".{path.name}.part")
    try:
        write_parquet(table, working, compression="zstd(3)", max_row_group_size=_ROW_GROUP)
        with working.open("rb") as file:
            os.fsync(file.fileno())
        working.replace(path)
    except BaseException:
        working.unlink(missing_ok=True)
        raise
