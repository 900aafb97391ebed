"""Lists as CSV files that are safe to open in a spreadsheet."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, TypeVar

from fastapi.responses import StreamingResponse

from sightglass.store import Page, PageRequest
from sightglass.store.page import MAX_LIMIT
from sightglass.store.tabular import csv_lines

T = TypeVar("T")

CSV_ANSWER: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {"text/csv": {"schema": {"type": "string"}}},
        "description": "The page, or all rows as CSV.",
    }
}


def csv_answer(
    name: str,
    find: Callable[[PageRequest], Page[T]],
    shape: Callable[[T], dict[str, Any]],
    page: PageRequest,
) -> StreamingResponse:
    """Stream all rows of a filter, page by page.

    Args:
        name: Kind of the rows; also the file's name.
        find: Gives one page.
        shape: Published form of an item.
        page: Only its sort order counts.
    """
    first = find(
        replace(page, limit=MAX_LIMIT, cursor=None)
    )  # errors become problems before the answer starts

    def rows() -> Iterator[dict[str, Any]]:
        current = first
        while True:
            yield from map(shape, current.items)
            if current.next is None:
                return
            current = find(replace(page, limit=MAX_LIMIT, cursor=current.next))

    return StreamingResponse(
        csv_lines(name, rows()),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
    )
