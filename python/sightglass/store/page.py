"""Pages of a sorted list, by the last row seen and not by a number of rows.

A cursor names the sort value and key of the last row, so rows that are added or removed elsewhere neither
repeat nor skip others.
"""

from __future__ import annotations

import binascii
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")
SortValue = str | int | float

MAX_LIMIT = 1000  # rows of one answer; exports iterate instead
_MAX_CURSOR = 4096  # characters; longer ones were not made here
_MAX_INT = 2**63  # what a database column holds


class BadQueryError(ValueError):
    """A filter, sort name or cursor that cannot be used; the text says why."""


@dataclass(frozen=True, slots=True)
class PageRequest:
    """Which part of the list is wanted.

    Attributes:
        sort: Name of a sortable field, ``-`` in front for falling order; ``""`` is the kind's own order.
        limit: Rows, 1 to `MAX_LIMIT`.
        cursor: `Page.next` of the page before, None for the first.
    """

    sort: str = ""
    limit: int = 100
    cursor: str | None = None


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """A part of a list.

    Attributes:
        next: Cursor of the following page, None on the last.
        total: Rows of the whole list.
    """

    items: tuple[T, ...]
    next: str | None
    total: int


@dataclass(frozen=True, slots=True)
class Cursor:
    """The last row of a page: its value in the sorted column, and its key."""

    sort: str
    value: SortValue
    key: str

    def encode(self) -> str:
        """Write it as text that survives a URL."""
        raw = json.dumps([self.sort, self.value, self.key], ensure_ascii=True).encode()
        return urlsafe_b64encode(raw).decode().rstrip("=")

    @classmethod
    def decode(cls, text: str, sort: str) -> Cursor:
        """Read what `encode` wrote.

        Raises:
            BadQueryError: When it is not one of ours, or belongs to another sort order.
        """
        if len(text) > _MAX_CURSOR:
            raise BadQueryError("cursor: too long")
        try:
            found = json.loads(urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4)))
        except (binascii.Error, ValueError, UnicodeError, RecursionError) as error:
            raise BadQueryError("cursor: not one of this server") from error
        match found:
            case [str() as made_for, (str() | int() | float()) as value, str() as key]:
                if made_for != sort:
                    raise BadQueryError(f"cursor: belongs to sort={made_for[:64]!r}, not {sort[:64]!r}")
                if isinstance(value, int) and not -_MAX_INT <= value < _MAX_INT:
                    raise BadQueryError("cursor: number out of range")
                return cls(made_for, value, key)
        raise BadQueryError("cursor: not one of this server")
