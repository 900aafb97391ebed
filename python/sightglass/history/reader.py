"""Asks history through DuckDB, which may read that folder and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import duckdb

from sightglass.history.segments import segments

MEMORY_LIMIT = "256MB"  # of one reader; a result folder is opened on laptops
MAX_LIMIT = 1000  # rows of one answer
_TIME_COLUMNS = ("ts_ns", "last_ts_ns")  # what rows of a kind are ordered by; the first that it has
_ADDRESS_COLUMNS = (
    *("client_ip", "client_mac", "server_ip", "server_mac", "ip", "mac"),
    *("sender_ip", "sender_mac", "target_ip", "target_mac"),
)


@dataclass(frozen=True, slots=True)
class EventQuery:
    """Which rows of a kind are wanted; the newest come first.

    Attributes:
        addresses: IPs and MACs on any side; empty for all.
        since_ns: Packet time, Unix nanoseconds, included.
        until_ns: As above, not included.
        offset: Rows to leave out, for history does not change under a reader.
    """

    addresses: tuple[str, ...] = ()
    protocol: tuple[str, ...] = ()
    since_ns: int | None = None
    until_ns: int | None = None
    limit: int = 100
    offset: int = 0


class HistoryReader:
    """Reads one history folder; a context manager that closes it. Not for several threads at once."""

    def __init__(self, history: Path) -> None:
        """Open a folder."""
        self._history = history.resolve()
        self._connection = duckdb.connect(":memory:")
        folder = str(self._history).replace("'", "''")
        # Extensions come from the network and paths from queries: both are shut, and the lock stays shut.
        for setting in (
            f"memory_limit='{MEMORY_LIMIT}'",
            "threads=1",
            "autoinstall_known_extensions=false",
            "autoload_known_extensions=false",
            "temp_directory=''",
            f"allowed_directories=['{folder}']",
            "enable_external_access=false",
            "lock_configuration=true",
        ):
            self._connection.execute(f"SET {setting}")

    def __enter__(self) -> Self:
        """Give the reader."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        self.close()

    def close(self) -> None:
        """Close."""
        self._connection.close()

    def columns(self, kind: str) -> tuple[str, ...]:
        """Columns of a kind, empty when nothing of it was kept."""
        paths = self._paths(kind)
        if not paths:
            return ()
        found = self._connection.execute(f"DESCRIBE {_ROWS}", [paths]).fetchall()
        return tuple(row[0] for row in found)

    def events(self, kind: str, query: EventQuery) -> list[dict[str, Any]]:
        """Rows of a kind, newest first, each with its columns by name.

        Raises:
            ValueError: When there is no such kind.
        """
        paths, columns = self._paths(kind), self.columns(kind)
        if not columns:
            return []
        time = next(name for name in _TIME_COLUMNS if name in columns)
        frame = "frame" if "frame" in columns else "last_frame"
        wheres, values = _conditions(columns, time, query)
        text = _ROWS
        if wheres:
            text += f" WHERE {' AND '.join(wheres)}"
        text += f" ORDER BY {time} DESC, source DESC, {frame} DESC LIMIT ? OFFSET ?"
        limits = [max(0, min(query.limit, MAX_LIMIT)), max(0, query.offset)]
        rows = self._connection.execute(text, [paths, *values, *limits]).fetchall()
        return [dict(zip(columns, row, strict=True)) for row in rows]

    def count(self, kind: str) -> int:
        """Rows of a kind."""
        paths = self._paths(kind)
        if not paths:
            return 0
        found = self._connection.execute(_COUNT, [paths]).fetchone()
        return int(found[0]) if found else 0

    def _paths(self, kind: str) -> list[str]:
        return [str(segment.path) for segment in segments(self._history, kind)]


# Column names in queries are from `_ADDRESS_COLUMNS` and `_TIME_COLUMNS`; all else is bound.
_ROWS = "SELECT * FROM read_parquet(?, union_by_name=true)"
_COUNT = "SELECT count(*) FROM read_parquet(?, union_by_name=true)"


def _conditions(columns: tuple[str, ...], time: str, query: EventQuery) -> tuple[list[str], list[Any]]:
    wheres: list[str] = []
    values: list[Any] = []
    sides = [name for name in _ADDRESS_COLUMNS if name in columns]
    if query.addresses and sides:
        wheres.append(f"({' OR '.join(f'list_contains(?, {name})' for name in sides)})")
        values += [list(query.addresses)] * len(sides)
    if query.protocol and "protocol" in columns:
        wheres.append("list_contains(?, protocol)")
        values.append(list(query.protocol))
    for edge, sign in ((query.since_ns, ">="), (query.until_ns, "<")):
        if edge is not None:
            wheres.append(f"{time} {sign} ?")
            values.append(edge)
    return wheres, values
