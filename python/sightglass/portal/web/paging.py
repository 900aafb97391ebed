"""Pages in and out of the API."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Generic, Literal, TypeVar

from fastapi import Depends, Query
from pydantic import BaseModel, ConfigDict, Field

from sightglass.store import Page, PageRequest
from sightglass.store.page import MAX_LIMIT

T = TypeVar("T")
ItemT = TypeVar("ItemT", bound=BaseModel)


class PageOf(BaseModel, Generic[ItemT]):
    """A part of a list; `next` leads to the following one."""

    model_config = ConfigDict(
        title="Page",
        json_schema_extra={"description": "A part of a list; `next` leads to the following one."},
    )

    items: list[ItemT]
    next: str | None = Field(description="Cursor of the next page; null on the last.")
    total: int = Field(description="Rows of the whole list.")


def page_request(
    sort: Annotated[
        str, Query(max_length=64, description="Field to sort by; `-` in front for falling order.")
    ] = "",
    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT, description="Rows per page.")] = 100,
    cursor: Annotated[str | None, Query(max_length=4096, description="`next` of the page before.")] = None,
) -> PageRequest:
    """Read the paging parameters that all lists share."""
    return PageRequest(sort, limit, cursor)


PageQuery = Annotated[PageRequest, Depends(page_request)]
FormatQuery = Annotated[
    Literal["json", "csv"],
    Query(alias="format", description="`csv` gives all rows of the filter as a file, paging aside."),
]


def page_of(page: Page[T], make: Callable[[T], ItemT]) -> PageOf[ItemT]:
    """Turn a page of model values into what the API answers."""
    return PageOf[ItemT](items=[make(item) for item in page.items], next=page.next, total=page.total)
