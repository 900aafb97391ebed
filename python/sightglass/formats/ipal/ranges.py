"""Values at consecutive places."""

from __future__ import annotations

from sightglass.formats.ipal.protocol import MAX_VALUES
from sightglass.formats.shapes import Json


def consecutive(prefix: str, first: int, count: int, values: list[object] | None) -> Json:
    """Names of places and their values; None for each when they are only asked for.

    Args:
        prefix: What stands before the number of a place.
        first: The first number.
        count: How many are meant, where there are no values.
        values: One for each place.
    """
    shown: list[object] = [None] * min(count, MAX_VALUES) if values is None else values[:MAX_VALUES]
    return {f"{prefix}{first + number}": value for number, value in enumerate(shown)}
