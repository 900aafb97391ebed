"""Lists as CSV files that are safe to open in a spreadsheet."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from fastapi.responses import StreamingResponse

from sightglass.store.tabular import csv_lines

T = TypeVar("T")

CSV_ANSWER: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {"text/csv": {"schema": {"type": "string"}}},
        "description": "The page, or all rows as CSV.",
    }
}


def csv_answer(name: str, rows: Iterable[T], shape: Callable[[T], dict[str, Any]]) -> StreamingResponse:
    """Stream rows as a file.

    Args:
        name: Kind of the rows; also the file's name.
        rows: All rows of a filter.
        shape: Published form of a row.
    """
    return StreamingResponse(
        csv_lines(name, map(shape, rows)),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
    )
