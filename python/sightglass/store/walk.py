"""All rows of a filter, page by page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TypeVar

from sightglass.store.page import MAX_LIMIT, Page, PageRequest

T = TypeVar("T")
WhereT = TypeVar("WhereT")


def walk(find: Callable[[WhereT, PageRequest], Page[T]], where: WhereT, sort: str = "") -> Iterator[T]:
    """Give every row in the wanted order, reading a page at a time.

    Args:
        find: A store's method, for example `Store.devices`.
        where: Its filter.
        sort: As in `PageRequest.sort`.
    """
    page = PageRequest(sort, MAX_LIMIT)
    while True:
        found = find(where, page)
        yield from found.items
        if found.next is None:
            return
        page = replace(page, cursor=found.next)
